#!/usr/bin/env bash
# Installs what a fresh Debian 12 machine lacks to build, run and test the project.
#   scripts/install-deps.sh build   compiler, libraries
#   scripts/install-deps.sh demo    + Prometheus, Python modules of the simulator and its plot
#   scripts/install-deps.sh test    + linters, sanitizer runtimes, load generators, what makes and runs packages and images, Go for the control plane of the end-to-end tests
# Does nothing, and needs neither root nor network, when everything is there.
set -euo pipefail

build=(
  g++ make cmake ninja-build ccache pkg-config dpkg-dev
  libboost1.81-dev libssl-dev zlib1g-dev
  nlohmann-json3-dev libyaml-cpp-dev libspdlog-dev libsimdjson-dev libcli11-dev
  prometheus-cpp-dev
)
demo=(prometheus python3 python3-prometheus-client python3-matplotlib python3-yaml curl openssl ca-certificates)
test=(libgtest-dev libgmock-dev libbenchmark-dev clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19
  buildah debootstrap iproute2 lintian nginx-light sslscan valgrind wrk git shellcheck python3-pyflakes python3-venv
  victoria-metrics)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  demo) wanted=("${build[@]}" "${demo[@]}") ;;
  test) wanted=("${build[@]}" "${demo[@]}" "${test[@]}") ;;
  *) echo "usage: $0 build|demo|test" >&2; exit 2 ;;
esac

install_packages() {
  local missing=() package as_root=() policy log
  for package in "${wanted[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    return
  fi

  if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "install these packages as root, then run again: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi

  # A policy that refuses service starts: the packages' own Prometheus and nginx services must not run beside ours.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    # shellcheck disable=SC2064  # the values of now
    trap "${as_root[*]} rm -f $policy" EXIT
  fi

  echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -30 "$log" >&2
    echo "package installation failed; whole log: $log" >&2
    exit 1
  fi
  rm -f "$log"
  echo "packages installed"
}

install_packages
if [[ $1 == test ]]; then
  "$(dirname "$0")/find-go.sh" --install >/dev/null
fi
