#!/usr/bin/env bash
# Everything CI runs. Builds first, so that a mistake shows early; then one ctest over all builds, whose summary closes the output.
set -euo pipefail
cd "$(dirname "$0")/.."
started=$SECONDS

scripts/build.sh release
scripts/lint.sh
# The compiler's results are those of the release build. Who isn't root has no image, and its test is skipped.
((EUID != 0)) || scripts/build-test-image.sh >/dev/null
scripts/build.sh asan
scripts/build.sh tsan
scripts/build.sh fuzz fuzzers
for part in kubernetes keda helm crds prometheus thanos victoriametrics; do scripts/build-control-plane.sh "$part" >/dev/null; done
echo "== built and linted in $((SECONDS - started)) s"

# One test tree over all builds; the sanitizer builds prefix their tests' names.
mkdir -p build/all
for preset in release asan tsan fuzz; do
  printf 'subdirs("%s")\n' "$PWD/build/$preset"
done >build/all/CTestTestfile.cmake
echo "== test"
ctest --test-dir build/all -j "${JOBS:-2}" --output-on-failure --progress
