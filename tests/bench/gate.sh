#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/gate.sh [RUNS]: what the gate and the box cost, as ratios of the same work without them, in one run, alternating.
# Fails above the limits, which gate.py has. Long: not part of what CI runs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-9}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release >/dev/null
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/policy-cost tests/bench/open-close >/dev/null
exec /usr/bin/python3 -B "$here/tests/bench/gate.py" "$build" "$runs"
