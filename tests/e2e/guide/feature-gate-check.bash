# Check if feature gate is enabled
kubectl get --raw /metrics | grep -i scaletozero
