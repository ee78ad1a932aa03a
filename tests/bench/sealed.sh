#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/sealed.sh [RUNS]: what the seal costs, the sealed window beside the unsealed one in one run, alternating; of fewer than
# some 30 starts the middle is still a matter of luck by a seventh. Fails when
# the start takes more than 1.1 times as long, or a request, over a kept connection or a new one, more than 1 ms longer.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-31}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release >/dev/null
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/sealed-latency tests/bench/window-probe >/dev/null
ENCLAVE_TEST_SCREEN=1400x900 exec sh "$here/tests/ui/with-display.sh" \
  /usr/bin/python3 "$here/tests/bench/sealed.py" "$build" "$runs"
