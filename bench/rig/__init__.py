"""What every benchmark stands on: a made-up fleet, the processes around the adapter, and what they cost."""
