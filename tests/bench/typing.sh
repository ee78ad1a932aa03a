#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/typing.sh [RUNS]: keys at the start of a C file of 100,000 lines, just opened and later, in the editor beside the toolkit's
# bare source view, alternating, each on a display of its own. Fails above the limits, which typing.py has.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-3}

sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
ninja -C "$build" tests/bench/typing-cost >/dev/null
exec /usr/bin/python3 -B "$here/tests/bench/typing.py" "$build" "$runs"
