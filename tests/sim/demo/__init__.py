"""The closed-loop demo: Prometheus, a simulated fleet, the adapter and a stand-in for the HPA, with what they did checked at the end."""
