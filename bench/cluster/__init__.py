"""The adapter in a real Kubernetes control plane: from load to replicas, and a thousand autoscalers at once."""
