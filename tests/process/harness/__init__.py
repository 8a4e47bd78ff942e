"""What tests of the whole program share: its process, clients, certificates, cluster files, and a Prometheus that knows nothing."""
