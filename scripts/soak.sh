#!/usr/bin/env bash
# A long run in a real control plane: 1,000 variants with their autoscalers, constant changes, Prometheus and the API server bounced. Ends with
# what held, and a picture of memory and latency over time. docs/reliability.md shows one.
#   scripts/soak.sh   SOAK_MINUTES (60, at least 8), SOAK_VARIANTS (1000), SOAK_PLOT (build/soak.svg)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

scripts/build.sh release inferno-adapter
scripts/build-control-plane.sh kubernetes >/dev/null
export PYTHONPATH=$root:$root/tests/sim:$root/tests/process:$root/tests/e2e PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-/usr/bin/python3}" -m bench.soak build/release/inferno-adapter --minutes "${SOAK_MINUTES:-60}" \
  --variants "${SOAK_VARIANTS:-1000}" --plot "${SOAK_PLOT:-build/soak.svg}"
