"""An hour of normal life and of outages; docs/reliability.md shows one."""
