#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (default 300), each from its seed corpus; a finding fails and leaves its input in build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh fuzz fuzzers
cd build/fuzz
for target in tests/fuzz/*_fuzzer; do
  name=$(basename "$target" _fuzzer)
  echo "== $name"
  mkdir -p "corpus/$name"
  "$target" -max_total_time="${FUZZ_SECONDS:-300}" -print_final_stats=1 "corpus/$name" "../../tests/fuzz/corpus/$name"
done
echo "no findings"
