#!/usr/bin/env bash
# All benchmarks; a table of each at the end. docs/performance.md says how to read them.
#   scripts/bench.sh           the decision core, the program as it runs, and in a cluster
#   scripts/bench.sh PLAN...   only the program: on fleets such as 10000x1:refresh,nginx, in a cluster with cluster:step or cluster:fleet:200
#                              (python3 -m bench --help)
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
plans=()
for plan in "$@"; do
  case $plan in
    cluster:*) plans+=(--cluster "${plan#cluster:}") ;;
    *) plans+=(--fleet "$plan") ;;
  esac
done
if (($# == 0)) || [[ " ${plans[*]} " == *" --cluster "* ]]; then
  scripts/build-control-plane.sh kubernetes >/dev/null
fi
export PYTHONPATH=$root:$root/tests/sim:$root/tests/process:$root/tests/e2e PYTHONDONTWRITEBYTECODE=1
exec "${PYTHON:-/usr/bin/python3}" -m bench build/release/inferno-adapter "${plans[@]}"
