"""Benchmarks of the program as it runs: real Prometheus, nginx beside it as the yardstick, wrk as the client. docs/performance.md says how to read them."""
