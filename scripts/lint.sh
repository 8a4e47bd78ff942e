#!/usr/bin/env bash
# clang-format, clang-tidy (cached by content), shell and Python syntax. Needs the release build's compile_commands.json.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}

echo "== clang-format"
git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-19 --dry-run --Werror

echo "== shell scripts and Python"
git ls-files -z '*.sh' .ci/run | xargs -0 -n 1 bash -n
git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck
git ls-files -z '*.py' | xargs -0 "$python" -m pyflakes

echo "== clang-tidy"
[[ -f build/release/compile_commands.json ]] || scripts/build.sh release
# The product and its benchmarks; the tests' sources are formatted, and compiled with every warning on, but not checked here.
mapfile -t sources < <(git ls-files 'server/*.cpp' 'adapter/*.cpp' 'bench/*.cpp')
"$python" scripts/clang_tidy.py build/release "${sources[@]}"
