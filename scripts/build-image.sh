#!/usr/bin/env bash
# Builds the image of the Dockerfile with docker, podman or buildah, whichever works here, and names it inferno-adapter:VERSION.
#   scripts/build-image.sh [OPTION...]   options of the builder, such as --platform linux/arm64, --build-arg DEBIAN=... or --tag NAME
#   BUILDER=podman scripts/build-image.sh
# Two builds of a commit are the same but for what Debian has updated between them: every time in the image is the commit's.
set -euo pipefail
cd "$(dirname "$0")/.."
builder=${BUILDER:-}
if [[ -z $builder ]]; then
  if docker info >/dev/null 2>&1; then
    builder=docker
  else
    builder=$(command -v podman || command -v buildah) || { echo "$0: needs docker, podman or buildah" >&2; exit 1; }
    builder=${builder##*/}
  fi
fi
version=$(sed -nE 's/^project\(.* VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
revision=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
options=(
  --tag "inferno-adapter:$version"
  --build-arg "VERSION=$version"
  --build-arg "REVISION=$revision"
  --build-arg "CREATED=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
)
case $builder in
  docker) options+=(--build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH") ;;  # BuildKit's own name for it
  podman | buildah) options+=(--timestamp "$SOURCE_DATE_EPOCH") ;;
  *) echo "$0: BUILDER is $builder; expected docker, podman or buildah" >&2; exit 2 ;;
esac
"$builder" build "${options[@]}" "$@" .
