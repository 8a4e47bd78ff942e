#!/usr/bin/env bash
# Lives through the fault matrix and writes what was seen to docs/reliability.md. Six minutes: it waits as long as the adapter takes to
# notice a watch that stays silent.
#   scripts/reliability.sh             the release build
#   scripts/reliability.sh PROGRAM     another one
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

program=${1:-build/release/inferno-adapter}
if (($# == 0)); then
  scripts/build.sh release inferno-adapter
fi
scripts/build-control-plane.sh kubernetes >/dev/null
seen=$(mktemp -d)
trap 'rm -rf "$seen"' EXIT

INFERNO_ADAPTER=$(realpath "$program")
export INFERNO_ADAPTER INFERNO_FAULT_MATRIX=$seen INFERNO_PAUSED_SECONDS=60 PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$root/tests/process:$root/tests/e2e:$root/tests/sim
cd tests/faults
"${PYTHON:-/usr/bin/python3}" -m unittest test_outages.TotalOutage test_api_server test_own_faults test_clock
"${PYTHON:-/usr/bin/python3}" matrix.py "$seen"
