#!/usr/bin/env bash
# Builds the image for its tests, without a container engine or registry, and prints a folder: oci/ is the image as an OCI layout, root/ its files.
#   scripts/build-test-image.sh          builds it with buildah where what it is made of has changed (needs root)
#   scripts/build-test-image.sh --find   only prints the folder; fails where the image isn't built
# The base is that of scripts/build-test-base.sh. The compiler's results are shared with the other builds of this machine through ccache, so that
# the image costs little after build/release. Progress goes to stderr.
set -euo pipefail
cd "$(dirname "$0")/.."
find=false
if [[ ${1:-} == --find ]]; then
  find=true
  shift
fi
if [[ $# -ne 0 ]]; then
  echo "usage: $0 [--find]" >&2
  exit 2
fi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inferno-adapter/image
mapfile -t parts < <(sed -n 's/^!//p' .dockerignore)
content=$( (cat "$0" scripts/build-image.sh; git ls-files -z --cached --others --exclude-standard -- "${parts[@]}" | sort -z |
  xargs -0 sha256sum --) 2>/dev/null | sha256sum)
folder=$cache/${content:0:16}
if [[ -d $folder ]]; then
  echo "$folder"
  exit 0
fi
if $find; then
  echo "not built: run scripts/build-test-image.sh" >&2
  exit 1
fi
((EUID == 0)) || { echo "$0: needs root" >&2; exit 1; }
base=$(scripts/build-test-base.sh)

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [[ -d $folder ]]; then  # another call has just built it
  echo "$folder"
  exit 0
fi

echo "== build the image" >&2
draft=$(mktemp -d "$cache/draft.XXXXXX")
trap 'rm -rf "$draft"' EXIT
# Containers and images of its own, and no ask of a registry.
cat >"$cache/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$cache/storage"
runroot = "$cache/run"
END
export CONTAINERS_STORAGE_CONF=$cache/storage.conf BUILDAH_ISOLATION=chroot
printf '{"default": [{"type": "insecureAcceptAnything"}]}' >"$cache/policy.json"

name=localhost/inferno-adapter-test-base:$(basename "$base" .tar)
if ! buildah inspect --type image "$name" >/dev/null 2>&1; then
  container=$(buildah from scratch)
  buildah add -q "$container" "$base" / >/dev/null
  buildah config --cmd /bin/bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit -q --rm "$container" "$name" >/dev/null
fi

compiled=${CCACHE_DIR:-$HOME/.cache/ccache}
mkdir -p "$compiled"
options=(--pull=never --layers --signature-policy "$cache/policy.json" --build-arg "DEBIAN=$name")
# The stage with the tools is built apart, with the compiler's own time stamp, by which ccache knows it.
buildah build "${options[@]}" --target tools --tag localhost/inferno-adapter-test-tools . >"$draft/log" 2>&1 || { tail -40 "$draft/log" >&2; exit 1; }
BUILDER=buildah scripts/build-image.sh "${options[@]}" --volume "$compiled:/ccache" --build-arg CCACHE_DIR=/ccache --tag localhost/inferno-adapter-test \
  >"$draft/log" 2>&1 || { tail -40 "$draft/log" >&2; exit 1; }
buildah push -q --signature-policy "$cache/policy.json" localhost/inferno-adapter-test "oci:$draft/oci:test"
container=$(buildah from --pull=never localhost/inferno-adapter-test)
cp -a "$(buildah mount "$container")" "$draft/root"
buildah rm "$container" >/dev/null
buildah rmi --prune --force >/dev/null 2>&1 || true

rm "$draft/log"
chmod 755 "$draft"
# Images of other states of the tree, but for the latest two.
find "$cache" -mindepth 1 -maxdepth 1 -type d -name '????????????????' -printf '%T@ %p\0' | sort -zrn | tail -z -n +3 | cut -z -d' ' -f2- | xargs -0r rm -rf
mv -T "$draft" "$folder"
echo "$folder"
