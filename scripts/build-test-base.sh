#!/usr/bin/env bash
# Makes a minimal Debian 12 and prints its tar file: tests install the package on it, and it stands in for the image's base.
#   scripts/build-test-base.sh          makes it (once, about a minute; needs root)
#   scripts/build-test-base.sh --find   only prints the file; fails where it isn't made
# It follows this machine's apt: the same mirrors, proxies and checks of validity. Progress goes to stderr.
set -euo pipefail
find=false
if [[ ${1:-} == --find ]]; then
  find=true
  shift
fi
if [[ $# -ne 0 ]]; then
  echo "usage: $0 [--find]" >&2
  exit 2
fi
suite=bookworm
recipe=1  # raise it when this script makes something else
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inferno-adapter/debian
file=$cache/$suite-$recipe.tar
if [[ -f $file ]]; then
  echo "$file"
  exit 0
fi
if $find; then
  echo "not made: run scripts/build-test-base.sh" >&2
  exit 1
fi
((EUID == 0)) || { echo "$0: debootstrap needs root" >&2; exit 1; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [[ -f $file ]]; then  # another call has just made it
  echo "$file"
  exit 0
fi

sources=$(apt-get indextargets --format "deb \$(SITE) \$(RELEASE) main" 'Created-By: Packages' | grep -E " $suite(-updates|-security)? " | sort -u || true)
mirror=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' <<<"$sources")
if [[ -z $mirror ]]; then  # not a machine of this release
  mirror=http://deb.debian.org/debian
  sources="deb $mirror $suite main"
fi
settings=$(apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' || true)
proxy=$(sed -nE 's/^Acquire::http::Proxy "(.+)";/\1/p' <<<"$settings")
if [[ -n $proxy ]]; then
  export http_proxy=$proxy
fi

echo "== make a minimal Debian ($suite, from $mirror)" >&2
draft=$(mktemp -d "$cache/$suite.XXXXXX")
trap 'rm -rf "$draft"' EXIT
root=$draft/root
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" >"$draft/log" 2>&1 ||
  { tail -30 "$draft/log" >&2; exit 1; }
printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
printf '%s\n' "$settings" >"$root/etc/apt/apt.conf.d/90machine"
# Nothing that is installed there may start services.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get update -q >"$draft/log" 2>&1 || { tail -30 "$draft/log" >&2; exit 1; }
tar --numeric-owner --exclude='./dev/*' --exclude='./proc/*' --exclude='./var/cache/apt/*.bin' --exclude='./var/cache/apt/archives/*.deb' \
  --exclude='./var/log/*.log' -C "$root" -cf "$draft/root.tar" .
mv "$draft/root.tar" "$file"
echo "$file"
