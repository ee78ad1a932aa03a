#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/apply.sh [RUNS]: what applying a diff of 400 hunks to 10,000 lines costs beside libgit2 and git apply, taking turns.
# Fails above the limits, which apply-cost.c has. Needs libgit2-dev, which nothing else here needs. Not part of what CI runs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}

pkg-config --exists libgit2 || { echo "The package libgit2-dev is missing" >&2; exit 77; }
sh "$here/data/install-packages.sh" test
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
ninja -C "$build" tests/bench/apply-cost >/dev/null
exec "$build/tests/bench/apply-cost" "$runs"
