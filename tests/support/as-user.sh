#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh as-user.sh USER BUILD SOURCES COMMAND…: runs COMMAND as USER, who needs to see BUILD and SOURCES wherever they lie. Root only.
set -eu

user=$1 build=$2 sources=$3
shift 3

if setpriv --reuid="$user" --regid="$user" --clear-groups test -r "$sources" -a -x "$sources" -a -x "$build/src/ctl/enclavectl"; then
  exec setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env -- "$@"
fi

# A folder above them is closed to others: in a mount namespace of its own an empty one stands in its place, with these two in it.
exec unshare --mount --propagation private bash -c '
  set -eu
  user=$1 build=$2 sources=$3
  shift 3
  exec 8<"$build" 9<"$sources"
  for folder in "$build" "$sources"; do
    mkdir -p "$folder"
    closed=
    above=$folder
    while [ "$above" != / ]; do
      case $(stat -c %A "$above") in *[xt]) ;; *) closed=$above ;; esac
      above=$(dirname "$above")
    done
    [ -z "$closed" ] || mount -t tmpfs -o mode=0755,size=16m tmpfs "$closed"
    mkdir -p "$folder"
  done
  mount --no-canonicalize --bind /proc/self/fd/8 "$build"
  mount --no-canonicalize --bind /proc/self/fd/9 "$sources"
  exec 8<&- 9<&-
  exec setpriv --reuid="$user" --regid="$user" --clear-groups --reset-env -- "$@"
' sh "$user" "$build" "$sources" "$@"
