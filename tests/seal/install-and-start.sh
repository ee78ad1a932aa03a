#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install-and-start.sh PACKAGE.deb ARGUMENTS…: installs the package on a copy of this system that is gone when the program ends,
# and starts the installed program there. Needs a mount namespace of its own: unshare -m sh install-and-start.sh …
set -eu

package=$1
shift
place=$(mktemp -d "${TMPDIR:-/tmp}/enclave-system-XXXXXX")
mount -t tmpfs tmpfs "$place"
mkdir "$place/upper" "$place/work" "$place/system"
mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$place/system"
# Sockets and what the kernel shows are those of the system itself.
for folder in proc sys dev run tmp; do mount --rbind "/$folder" "$place/system/$folder"; done
mkdir "$place/system/.outside"
cd "$place/system"
pivot_root . .outside
umount -l /.outside
cd /
dpkg --install "$package" >&2
exec /usr/bin/enclave "$@"
