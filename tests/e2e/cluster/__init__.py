"""A real Kubernetes control plane, the adapter in it, and a fleet that follows its pods."""
