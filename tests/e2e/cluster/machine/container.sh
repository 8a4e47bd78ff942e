#!/bin/sh
# Becomes the program of a pod's container. Runs in namespaces of its own (unshare --mount --net --uts).
#   container.sh NAME PARENT ADDRESS GATEWAY FOLDER USER GROUP GROUPS READ_ONLY COMMAND...
# PARENT is a process in the machine's network. FOLDER has `root` (files laid over those of this machine), `mounts` (SOURCE TARGET MODE in
# each line) and `environment` (a NAME=VALUE on each line).
set -eu
name=$1 parent=$2 address=$3 gateway=$4 folder=$5 user=$6 group=$7 groups=$8 read_only=$9
shift 9

hostname "$name"

# A cable between the pod and the machine, which routes.
device=pod${address##*.}
ip link set lo up
ip link add eth0 type veth peer name "$device" netns "$parent"
ip addr add "$address/32" dev eth0
ip link set eth0 up
ip route add "$gateway" dev eth0
ip route add default via "$gateway"
nsenter --target "$parent" --net sh -euc "ip link set $device up; ip route replace $address/32 dev $device"

# The pod's root: this machine's files below, the pod's own on top.
mount -t tmpfs -o mode=755 tmpfs "$folder/layers"
mkdir "$folder/layers/upper" "$folder/layers/work" "$folder/layers/merged"
cp -a "$folder/root/." "$folder/layers/upper"
root=$folder/layers/merged
mount -t overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" overlay "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while read -r source target mode; do
  mount --bind "$source" "$root$target"
  mount -o "remount,bind,$mode" "$root$target"
done <"$folder/mounts"
if [ "$read_only" = true ]; then
  mount -o remount,ro "$root"
fi

set -- setpriv --pdeathsig KILL --reuid "$user" --regid "$group" --groups "$groups" --bounding-set=-all --no-new-privs "$@"
while IFS= read -r setting; do
  set -- "$setting" "$@"
done <"$folder/environment"
exec chroot "$root" env -i "$@"
