#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/terminal.sh [RUNS]: 50 MB through the terminal of the window beside a bare VTE that reads by itself, as ratios of medians,
# alternating; and how long a key waits meanwhile, also while tokens arrive, on a display of its own. Fails above the limits, which
# terminal.py has.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
ninja -C "$build" data/gschemas.compiled tests/bench/terminal-cost >/dev/null
exec xvfb-run -a -s '-screen 0 1280x800x24' /usr/bin/python3 -B "$here/tests/bench/terminal.py" "$build" "$runs"
