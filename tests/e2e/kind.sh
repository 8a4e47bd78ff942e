#!/usr/bin/env bash
# The whole path in a Kind cluster: Prometheus, the image, the chart with the guide's command, a simulated model that goes to zero, wakes
# and grows. Takes about ten minutes, most of it the image's build and waiting for idleness.
#   tests/e2e/kind.sh [--keep] [--node-image IMAGE] [--dry-run]
#     --keep               leaves the cluster there, and says how to reach and to remove it
#     --node-image IMAGE   another Kubernetes than the one of your kind, such as kindest/node:v1.34.0
#     --dry-run            prints the commands, and runs none
# Needs docker (a running engine, and its registries), kind, kubectl and helm. CI does not run this script, because it has no Docker engine:
# there the same path is tested in parts, by the other tests of this folder. Your own kubeconfig is left alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

cluster=inferno-adapter
release=workload-variant-autoscaler
own=workload-variant-autoscaler-system
models=llm-inference
metric=/apis/custom.metrics.k8s.io/v1beta2/namespaces/$models/variantautoscalings.llmd.ai/llama-8b-autoscaler/inferno_desired_replicas
keep='' dry_run='' node_image=() created='' step='starting'

usage() {
  sed -n 's/^#  *tests\/e2e/usage: tests\/e2e/p; s/^#     --/  --/p' "$0" >&2
  exit 2
}

while (($# > 0)); do
  case $1 in
    --keep) keep=yes ;;
    --dry-run) dry_run=yes ;;
    --node-image)
      (($# >= 2)) || usage
      node_image=(--image "$2")
      shift ;;
    *) echo "$0: unknown argument $1" >&2; usage ;;
  esac
  shift
done

begin() {
  step=$1
  printf '\n== %s (%d s)\n' "$step" "$SECONDS"
}

# A command, shown before it is run.
run() {
  printf '+'
  printf ' %q' "$@"
  echo
  [[ -n $dry_run ]] || "$@"
}

require_tools() {
  local tool missing=()
  for tool in docker kind kubectl helm; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  if ((${#missing[@]} > 0)); then
    echo "$0: not installed: ${missing[*]}. See https://docs.docker.com/engine/install/, https://kind.sigs.k8s.io, https://kubernetes.io/docs/tasks/tools/, https://helm.sh" >&2
    exit 1
  fi
  docker info >/dev/null 2>&1 || { echo "$0: the docker engine does not answer: is it running, and may you use it? (docker info)" >&2; exit 1; }
  if kind get clusters 2>/dev/null | grep -qx "$cluster"; then
    echo "$0: there is a cluster $cluster already; remove it with: kind delete cluster --name $cluster" >&2
    exit 1
  fi
}

replicas() {
  kubectl -n "$models" get deployment llama-8b -o 'jsonpath={.status.readyReplicas}' | sed 's/^$/0/'
}

answered() {
  kubectl get --raw "$metric" | grep -o '"value":"[0-9]*"'
}

# Until the number of ready replicas compares so, as in: wait_replicas 60 -ge 1
wait_replicas() { # SECONDS OPERATOR NUMBER
  local now='' before='' deadline=$((SECONDS + $1))
  echo "+ wait up to $1 s until $models/llama-8b has $2 $3 ready replicas"
  [[ -z $dry_run ]] || return 0
  until now=$(replicas) && test "$now" "$2" "$3"; do
    [[ $now == "$before" ]] || echo "  $now ready, the adapter answers $(answered || echo nothing) ($SECONDS s)"
    before=$now
    ((SECONDS < deadline)) || { echo "$0: still ${now:-an unknown number of} ready replicas after $1 s" >&2; return 1; }
    sleep 2
  done
  echo "  $now ready ($SECONDS s)"
}

send() { # REQUESTS_PER_SECOND SECONDS
  run kubectl -n "$models" exec deployment/fleet -- python3 -c \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/load?model=meta/llama-3.1-8b&rate=$1&seconds=$2', b'')"
}

explain() {
  set +e
  echo "$0: failed while: $step" >&2
  [[ -n $created ]] || return
  kubectl get pods -A
  kubectl get apiservices | grep -v Local
  kubectl -n "$models" describe hpa llama-8b-hpa
  kubectl -n "$own" logs "deployment/$release-controller" --tail 50
}

finish() {
  local code=$?
  [[ $code == 0 ]] || explain
  if [[ -n $keep && -n $created ]]; then
    printf '\nkept: export KUBECONFIG=%s\nremove it with: kind delete cluster --name %s\n' "$KUBECONFIG" "$cluster"
  else
    [[ -z $created ]] || kind delete cluster --name "$cluster"
    rm -r "$scratch"
  fi
  exit "$code"
}

if [[ -z $dry_run ]]; then
  require_tools
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/inferno-adapter-kind.XXXXXX")
  export KUBECONFIG=$scratch/kubeconfig
  trap finish EXIT
fi

begin "images"
run docker build --tag inferno-adapter:kind .
run docker build --tag inferno-fleet-simulator:kind tests/sim

begin "cluster"
[[ -n $dry_run ]] || created=yes
run kind create cluster --name "$cluster" --config manifests/kind/cluster.yaml --wait 3m ${node_image[@]+"${node_image[@]}"}
run kind load docker-image --name "$cluster" inferno-adapter:kind inferno-fleet-simulator:kind

begin "Prometheus"
run kubectl apply -k manifests/kind/prometheus
run kubectl -n monitoring rollout status deployment/prometheus --timeout 5m

begin "the adapter, by the guide's command"
run helm upgrade -i "$release" ./charts/workload-variant-autoscaler --namespace "$own" --create-namespace \
  --set wva.scaleToZero=true --values manifests/kind/values.yaml --wait --timeout 5m
run kubectl wait --for=condition=Available apiservice/v1beta2.custom.metrics.k8s.io --timeout 2m

begin "a model with load"
run kubectl apply -k manifests/kind/model
run kubectl -n "$models" rollout status deployment/fleet --timeout 2m
send 1 30
wait_replicas 120 -ge 1
run kubectl get --raw "$metric"

begin "idle: to zero"
wait_replicas 420 -eq 0

begin "a request: back up"
send 1 5
wait_replicas 120 -ge 1

begin "more load than one replica can take: growth"
send 12 120
wait_replicas 240 -ge 2

begin "what the guide looks at"
run kubectl -n "$models" get hpa,va
run kubectl -n "$own" get configmap model-scale-to-zero-config -o yaml
run kubectl -n "$own" logs "deployment/$release-controller" --tail 20

if [[ -z $keep ]]; then
  begin "removal leaves nothing behind"
  run helm uninstall "$release" --namespace "$own" --wait
  run kubectl delete namespace "$own" "$models" --timeout 2m
fi

[[ -n $dry_run ]] || printf '\nPASSED in %d s: to zero, from zero, growth%s\n' "$SECONDS" "$([[ -n $keep ]] || echo ", removal")"
