#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/chat.sh [RUNS]: what 10,000 tokens at 2,000 a second cost in the chat of the window beside a text view that is given
# the bare text once a frame, as ratios of medians, alternating, and the longest frame of replies of several shapes, on a display of its own.
# Fails above the limits, which chat.py has.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
ninja -C "$build" tests/bench/chat-cost >/dev/null
exec xvfb-run -a -s '-screen 0 1280x800x24' /usr/bin/python3 -B "$here/tests/bench/chat.py" "$build" "$runs"
