"""A stand-in for the HorizontalPodAutoscaler controller: its arithmetic, its client, its loop."""
