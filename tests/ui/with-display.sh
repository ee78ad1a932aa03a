#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-display.sh PROGRAM [ARGUMENT…]: runs a test that draws widgets on a display, a session bus and a home of its own,
# and ends all of them with it. Exit status: that of PROGRAM; 77 (skipped) where there is no Xvfb.
# ENCLAVE_TEST_SCREEN: size of the screen, 1280x800 when unset. GTK_A11Y: `test` when unset, so that accessible names
# can be asserted.
set -eu

if ! command -v Xvfb >/dev/null 2>&1 || ! command -v dbus-daemon >/dev/null 2>&1; then
  echo "1..0 # SKIP Xvfb or dbus-daemon is not installed"
  exit 77
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
home=$(mktemp -d "${TMPDIR:-/tmp}/enclave-display-XXXXXX")
display_process=
bus_process=
program=

clean_up () {
  trap - EXIT INT TERM HUP
  for process in $program $bus_process $display_process; do
    kill "$process" 2>/dev/null || true
  done
  for process in $bus_process $display_process; do
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

wait_for_line () {
  # A server writes where it listens once it does; 10 seconds are many times what it needs on a busy machine.
  turns=0
  while [ ! -s "$1" ]; do
    turns=$((turns + 1))
    if [ "$turns" -gt 200 ]; then
      echo "Bail out! $2 did not start: $(head -n 3 "$home/$2.log")"
      exit 1
    fi
    sleep 0.05
  done
}

# Xvfb chooses a free number itself and tells it, so that any number of tests run beside each other.
Xvfb -displayfd 3 -screen 0 "${ENCLAVE_TEST_SCREEN:-1280x800}x24" -nolisten tcp -noreset \
  3>"$home/display" >"$home/Xvfb.log" 2>&1 &
display_process=$!
dbus-daemon --config-file="$here/session-bus.conf" --nofork --nopidfile --print-address=3 \
  3>"$home/bus" >"$home/dbus-daemon.log" 2>&1 &
bus_process=$!
wait_for_line "$home/display" Xvfb
wait_for_line "$home/bus" dbus-daemon

mkdir -m 700 "$home/run" "$home/config" "$home/data" "$home/state" "$home/cache"
unset WAYLAND_DISPLAY DESKTOP_STARTUP_ID
DISPLAY=":$(head -n 1 "$home/display")"
DBUS_SESSION_BUS_ADDRESS=$(head -n 1 "$home/bus")
export DISPLAY DBUS_SESSION_BUS_ADDRESS
export HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" \
  XDG_STATE_HOME="$home/state" XDG_CACHE_HOME="$home/cache" \
  GDK_BACKEND=x11 GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GTK_A11Y="${GTK_A11Y:-test}" \
  GTK_USE_PORTAL=0 NO_AT_BRIDGE=1 LC_ALL=C.UTF-8

"$@" &
program=$!
status=0
wait "$program" || status=$?
program=
exit "$status"
