#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/stream.sh [RUNS]: what reading a reply costs beside libsoup alone and beside node's fetch, as ratios of processor time,
# alternating, and how soon after a key a suggestion is asked for. Fails above the limits, which stream.py has. Long: not part of what
# CI runs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/stream-cost >/dev/null
exec /usr/bin/python3 -B "$here/tests/bench/stream.py" "$build" "$runs"
