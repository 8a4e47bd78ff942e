#!/usr/bin/env bash
# Makes the Debian package of a release build and prints its file: scripts/build-deb.sh [BUILD [FOLDER]]
#   BUILD    where the program was built (build/release)
#   FOLDER   where the package goes (build/packages)
# The same program gives the same package: every time in it is the commit's.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(realpath "${1:-$root/build/release}")
folder=$(realpath -m "${2:-$root/build/packages}")
SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
export SOURCE_DATE_EPOCH
umask 022
draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT
(cd "$build" && cpack -G DEB -B "$draft") >"$draft/log" 2>&1 || { cat "$draft/log" >&2; exit 1; }
package=$(echo "$draft"/*.deb)
mkdir -p "$folder"
mv "$package" "$folder/"
echo "$folder/$(basename "$package")"
