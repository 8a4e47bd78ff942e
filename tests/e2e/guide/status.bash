# Check ConfigMap
kubectl get configmap model-scale-to-zero-config \
  -n workload-variant-autoscaler-system \
  -o yaml

# Check WVA controller logs
kubectl logs -n workload-variant-autoscaler-system \
  deployment/workload-variant-autoscaler-controller \
  | grep -i "scale.*zero"
