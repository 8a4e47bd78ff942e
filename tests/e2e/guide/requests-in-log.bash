# Verify no requests in retention period
kubectl logs -n workload-variant-autoscaler-system \
  deployment/workload-variant-autoscaler-controller \
  | grep "model_request_count"
