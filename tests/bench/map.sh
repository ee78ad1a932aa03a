#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/map.sh [RUNS]: the map of a project of 2,000 files, as tests/bench/map.py says. Not part of what CI runs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release >/dev/null
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/map-again >/dev/null
exec /usr/bin/python3 -B "$here/tests/bench/map.py" "$build" "$runs"
