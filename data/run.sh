#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/run.sh [FOLDER]: installs what is missing, builds, and starts Enclave on FOLDER.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=${ENCLAVE_BUILD:-$here/build}

sh "$here/data/install-packages.sh" build

# A folder that was configured by a build that did not end is configured again.
if [ ! -f "$build/build.ninja" ] && ! said=$(meson setup "$build" "$here" --buildtype=release -Dtests=false 2>&1); then
  printf '%s\n' "$said" | tail -n 40 >&2
  echo "Enclave: configuring the build failed; more is in $build/meson-logs/meson-log.txt" >&2
  exit 1
fi
if ! ninja -C "$build" >"$build/build.log" 2>&1; then
  tail -n 40 "$build/build.log" >&2
  echo "Enclave: the build failed; all of it is in $build/build.log" >&2
  exit 1
fi

program=$build/src/enclave
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$program" "$@"
fi

# The check uses a home of its own so that it leaves no trace in the user's.
echo "Enclave: there is no display here, so the window is started under Xvfb for a moment only."
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
if HOME=$home XDG_RUNTIME_DIR=$home/run XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data \
   XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache GSETTINGS_BACKEND=memory GSK_RENDERER=cairo GTK_A11Y=none \
   xvfb-run -a -s '-screen 0 1280x800x24' dbus-run-session -- "$program" --check-start "$@"; then
  echo "Enclave: the window opens. Start it on a desktop with: sh data/run.sh FOLDER"
else
  echo "Enclave: the window did not open under Xvfb" >&2
  exit 1
fi
