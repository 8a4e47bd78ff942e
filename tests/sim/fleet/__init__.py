"""A simulated fleet of vLLM replicas behind a gateway: deterministic, stepped in discrete time, exposed as Prometheus would scrape it."""
