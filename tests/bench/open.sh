#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/open.sh [RUNS]: opening and scrolling files of 50 and 500 MB, one of 100,000 lines and one of a single line of 50 MB, in
# Enclave's editor and in the bare toolkit view, in one run, alternating. The bare view is not asked for 500 MB and the
# long line: it takes 12 s and 90 s.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-3}
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release >/dev/null
ninja -C "$build" tests/bench/open-cost >/dev/null
seq 1 100000 | sed 's/.*/  call (&, "text", value); \/\* & \*\//' >"$files/lines.c"
yes "  a line of some length, as logs have" | head -c 52428800 >"$files/50.log"
yes "  a line of some length, as logs have" | head -c 524288000 >"$files/500.log"
yes "one line without an end " | tr -d '\n' | head -c 52428800 >"$files/line.json" || true

for run in $(seq "$runs"); do
  for file in lines.c 50.log; do
    for what in bare enclave; do
      echo "$file $(sh "$here/tests/ui/with-display.sh" "$build/tests/bench/open-cost" "$what" "$files/$file")"
    done
  done
  for file in 500.log line.json; do
    echo "$file $(sh "$here/tests/ui/with-display.sh" "$build/tests/bench/open-cost" enclave "$files/$file")"
  done
done
