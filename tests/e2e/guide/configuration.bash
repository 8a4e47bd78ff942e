# Check configuration
kubectl get configmap model-scale-to-zero-config \
  -n workload-variant-autoscaler-system \
  -o jsonpath='{.data}'
