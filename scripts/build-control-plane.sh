#!/usr/bin/env bash
# Builds what tests/e2e and tests/backends run against, from the Go modules that tests/e2e/controlplane/PART/go.mod and
# tests/backends/modules/PART/go.mod pin, and prints its folder.
#   scripts/build-control-plane.sh kubernetes   kube-apiserver, kube-controller-manager, kubectl, etcd, kwok
#   scripts/build-control-plane.sh keda         KEDA's operator and metrics server
#   scripts/build-control-plane.sh helm         helm, for the chart's tests
#   scripts/build-control-plane.sh crds         nothing is built: resource definitions of cert-manager and of the Prometheus operator
#   scripts/build-control-plane.sh prometheus   a current Prometheus; and likewise thanos, victoriametrics
#   scripts/build-control-plane.sh --find PART  only prints the folder; fails where it isn't built
# The result is kept outside the build folder, by the content of go.mod and go.sum: a second call prints the folder at once.
# Progress goes to stderr.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
find=false
if [[ ${1:-} == --find ]]; then
  find=true
  shift
fi
part=${1:-}
modules=$root/tests/e2e/controlplane/$part
[[ -d $modules ]] || modules=$root/tests/backends/modules/$part
if [[ $# -ne 1 || ! -f $modules/go.mod ]]; then
  echo "usage: $0 [--find] kubernetes|keda|helm|crds|prometheus|thanos|victoriametrics" >&2
  exit 2
fi
recipe=1  # raise it when this script makes something else of the same modules
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inferno-adapter
content=$( (echo "$recipe"; cat "$modules/go.mod" "$modules/go.sum") | sha256sum)
folder=$cache/control-plane/$part-${content:0:16}
if [[ -d $folder ]]; then
  echo "$folder"
  exit 0
fi
if $find; then
  echo "not built: run scripts/build-control-plane.sh $part" >&2
  exit 1
fi

mkdir -p "$cache/control-plane"
exec 9>"$cache/control-plane/$part.lock"
flock 9
if [[ -d $folder ]]; then  # another call has just built it
  echo "$folder"
  exit 0
fi

# GOTOOLCHAIN: never fetch another toolchain than the one that is there.
export GOTOOLCHAIN=local GOFLAGS="-mod=readonly -buildvcs=false"
# Targets are listed in a file in the tests: without the clients of two dozen clouds Prometheus is built several times faster.
[[ $part != prometheus ]] || GOFLAGS+=" -tags=remove_all_sd"
[[ $part != thanos ]] || GOFLAGS+=" -tags=slicelabels"  # as its makers build it; it can't do without
cd "$modules"
go=$("$root/scripts/find-go.sh")
draft=$(mktemp -d "$cache/control-plane/$part.XXXXXX")
trap 'rm -rf "$draft"' EXIT

if [[ $part == crds ]]; then
  # Not `go list`, which would fetch what these modules need too. go.sum is checked all the same.
  mkdir "$draft/crd"
  awk '$1 ~ /\// && NF == 2 { print $1 "@" $2 }' go.mod | while read -r module; do
    "$go" mod download "$module" >&2
    find "$("$go" env GOMODCACHE)/$module" \( -path '*/deploy/crds/*.yaml' -o -path '*/example/prometheus-operator-crd/*.yaml' \) \
      -exec cp --no-preserve=mode --target-directory="$draft/crd" {} +
  done
  chmod 755 "$draft"
  mv -T "$draft" "$folder"
  echo "$folder"
  exit 0
fi

echo "== build control plane: $part (once, minutes)" >&2
"$go" list -deps tool >"$draft/packages" 2>"$draft/log" || { cat "$draft/log" >&2; exit 1; }  # fetches the modules
total=$(wc -l <"$draft/packages")
flags="-s -w"
if [[ $part == kubernetes ]]; then
  version=$("$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
  minor=${version#v1.}
  flags+=" -X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1"
  flags+=" -X k8s.io/component-base/version.gitMinor=${minor%%.*}"
elif [[ $part == helm ]]; then
  version=$("$go" list -m -f '{{.Version}}' helm.sh/helm/v4)
  flags+=" -X helm.sh/helm/v4/internal/version.version=$version"
fi
mkdir "$draft/bin"
# No debug information, which takes a tenth of the time. -v prints each package as it is built; anything else is a problem to show.
"$go" build -v -p "${JOBS:-2}" -trimpath -gcflags all=-dwarf=false -ldflags "$flags" -o "$draft/bin/" tool 2>&1 |
  awk -v part="$part" -v total="$total" '
    /^[A-Za-z0-9_.~\/-]+$/ { if (++built % 200 == 0) print part ": " built " of about " total " packages"; fflush(); next }
    { print; fflush() }' >&2

# Files of the modules that go with the programs.
if [[ $part == kubernetes ]]; then
  mv "$draft/bin/server" "$draft/bin/etcd"
  stages=$("$go" list -m -f '{{.Dir}}' sigs.k8s.io/kwok)/kustomize/stage
  for stage in node/fast/node-initialize node/heartbeat/node-heartbeat pod/fast/pod-{ready,complete,delete}; do
    printf -- '---\n'
    cat "$stages/$stage.yaml"
  done >"$draft/kwok-stages.yaml"
elif [[ $part == keda ]]; then
  config=$("$go" list -m -f '{{.Dir}}' github.com/kedacore/keda/v2)/config
  cp -r --no-preserve=mode "$config/crd/bases" "$draft/crd"
fi
rm "$draft/packages" "$draft/log"
chmod 755 "$draft"
mv -T "$draft" "$folder"
echo "control plane: $part is in $folder" >&2
echo "$folder"
