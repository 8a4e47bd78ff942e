#!/usr/bin/env bash
# The closed-loop demo: four models on a simulated fleet, scaled by live answers of the adapter for two minutes.
#   scripts/demo.sh path/to/inferno-adapter
# HOLD=1 keeps everything running afterwards. PYTHON picks the interpreter; it needs Debian's python3-yaml, -prometheus-client and -matplotlib.
set -euo pipefail

if (($# != 1)); then
  echo "usage: $0 path/to/inferno-adapter" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$(realpath -- "$1")
hold=()
if [[ ${HOLD:-0} != 0 ]]; then
  hold=(--hold)
fi
export PYTHONPATH=$root/tests/sim PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-/usr/bin/python3}" -m demo "$binary" --output "$root/build/demo" "${hold[@]}"
