#!/usr/bin/env bash
# The files of the image: a program, the shared libraries that it loads, and what those need, from the Debian that this runs on.
#   scripts/build-image-root.sh PROGRAM ROOT    ROOT must not exist; the program becomes ROOT/usr/bin/PROGRAM
# Which packages the files are from is told where scanners for vulnerabilities look for it, /var/lib/dpkg/status.d.
set -euo pipefail
if [[ $# -ne 2 ]]; then
  echo "usage: $0 PROGRAM ROOT" >&2
  exit 2
fi
program=$1
root=$2
mkdir "$root"
mkdir -p "$root"/{etc/ssl/certs,tmp,usr/bin,usr/lib/ssl,usr/share/doc,var/lib/dpkg/status.d}
chmod 1777 "$root/tmp"

# /lib and /lib64 are links, as in Debian: the program's interpreter is named by them.
for folder in lib lib64; do
  if [[ -L /$folder ]]; then
    cp -P "/$folder" "$root/$folder"
    mkdir -p "$root/usr/$folder"
  fi
done

cp "$program" "$root/usr/bin/"
packages=(ca-certificates)
while read -r library; do
  file=$(realpath "$library")
  folder=$(realpath "$(dirname "$library")")
  mkdir -p "$root$folder"
  cp "$file" "$root$folder/$(basename "$library")"
  # Debian names a file by the path of its package, which may be from before /lib became a link.
  package=$(dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}")
  packages+=("${package%%:*}")
done < <(ldd "$program" | grep -oE '/[^ ]+')
ldconfig -r "$root"

# OpenSSL's folder, and the file in it that it takes CA certificates from.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
cp -L /etc/os-release "$root/etc/os-release"

printf '%s\n' "${packages[@]}" | sort -u | while read -r package; do
  dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
  mkdir "$root/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
done
