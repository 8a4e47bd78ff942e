"""Metric GETs beside nginx, while refreshes and scrapes are under way, and from a cold start."""
