#!/usr/bin/env bash
# All benchmarks, about 8 minutes; a table of each at the end. docs/performance.md says how to read them.
#   scripts/bench.sh            the decision core, then the program as it runs
#   scripts/bench.sh FLEET...   only the program, on fleets such as 10000x1:refresh,nginx (python3 -m bench --help)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

if (($# == 0)); then
  scripts/build.sh release inferno-adapter policy_bench
  echo "== the decision core on a simulated fleet"
  build/release/bench/policy/policy_bench
else
  scripts/build.sh release inferno-adapter
fi
fleets=()
for fleet in "$@"; do
  fleets+=(--fleet "$fleet")
done
export PYTHONPATH=$root:$root/tests/sim PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-/usr/bin/python3}" -m bench build/release/inferno-adapter "${fleets[@]}"
