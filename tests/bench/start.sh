#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/start.sh [RUNS]: warm start to a usable window and memory, Enclave against a bare program of the same widgets, in one
# run, alternating. Prints medians and ratios; fails above 1.3 times the time or 1.25 times the memory.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-7}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release >/dev/null
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/bare-window tests/bench/window-probe >/dev/null
ENCLAVE_TEST_SCREEN=1400x900 exec sh "$here/tests/ui/with-display.sh" \
  /usr/bin/python3 "$here/tests/bench/start.py" "$build" "$runs"
