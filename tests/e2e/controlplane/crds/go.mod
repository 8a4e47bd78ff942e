// Only files of these modules are used: the resource definitions that the chart's and the manifests' optional objects need.
module inferno-adapter/tests/e2e/controlplane/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
