#!/usr/bin/env bash
# Configures (once) and builds a preset: scripts/build.sh PRESET [TARGET ...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
options=()
# Without the test packages (make demo on a fresh machine) only the program is built.
if [[ $# -gt 0 && $(dpkg-query -W -f '${db:Status-Status}' libgmock-dev 2>/dev/null) != installed ]]; then
  options+=(-DINFERNO_BUILD_TESTS=OFF -DINFERNO_BUILD_BENCHMARKS=OFF)
elif [[ $preset != asan && $preset != tsan && $preset != fuzz ]]; then
  options+=(-DINFERNO_BUILD_TESTS=ON -DINFERNO_BUILD_BENCHMARKS=ON)
fi
echo "== configure $preset"
log=$(mktemp)
cmake --preset "$preset" "${options[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -f "$log"
targets=()
for target in "$@"; do targets+=(--target "$target"); done
# Four builds of everything don't fit into ccache's usual 5 GB.
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-10G}
echo "== build $preset $*"
cmake --build --preset "$preset" -j "${JOBS:-2}" "${targets[@]}"
