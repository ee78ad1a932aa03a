#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/release/hardening-report.sh FOLDER|PROGRAM…: one line for each ELF program below a folder, with what the linker and the
# compiler put into it, and the libraries that it asks for. Ends with 1 when one lacks a protection. Needs readelf (binutils).
set -eu

[ $# -gt 0 ] || { echo "usage: hardening-report.sh FOLDER|PROGRAM…" >&2; exit 2; }
failed=0
list=$(mktemp); trap 'rm -f "$list"' EXIT
find "$@" -type f -print | sort | while IFS= read -r path; do
  if [ "$(head -c 4 "$path" | tail -c 3 | tr -d '\0')" = ELF ]; then printf '%s\n' "$path"; fi
done >"$list"

while IFS= read -r path; do
  has=; lacks=
  look () { if printf '%s\n' "$2" | grep -Eq "$3"; then has="$has $1"; else lacks="$lacks $1"; fi; }
  head=$(readelf -hW "$path"); segments=$(readelf -lW "$path"); dynamic=$(readelf -dW "$path"); symbols=$(readelf --dyn-syms -W "$path")
  look pie "$head" 'DYN \('
  look relro "$segments" 'GNU_RELRO'
  look bindnow "$dynamic" 'BIND_NOW|FLAGS.* NOW'
  look noexecstack "$segments" 'GNU_STACK .* RW '
  look stack-protector "$symbols" '__stack_chk_fail'
  # A program none of whose calls needs a check at run time has no such symbol: it is told, and no fault.
  if printf '%s\n' "$symbols" | grep -Eq '_chk(@| |$)'; then has="$has fortify"; else has="$has (no-call-to-fortify)"; fi
  if printf '%s\n' "$dynamic" | grep -Eq 'R(UN)?PATH'; then lacks="$lacks no-run-path"; fi
  libraries=$(printf '%s\n' "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
  echo "$(basename "$path"):$has${lacks:+ BUT NOT$lacks} | ${libraries% }"
  [ -z "$lacks" ] || failed=1
done <"$list"
[ -s "$list" ] || { echo "hardening-report.sh: no program there" >&2; exit 1; }
exit $failed
