# Enable scale-to-zero with 10-minute retention for all models
helm upgrade -i workload-variant-autoscaler ./charts/workload-variant-autoscaler \
  --namespace workload-variant-autoscaler-system \
  --set wva.scaleToZero=true
