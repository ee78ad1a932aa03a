#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/debian/check.sh: builds the package twice, in two folders, at two times of day, in two locales and with two umasks, and
# ends with 0 when both are the same bytes, lintian has nothing to say against them, they are hardened, smaller than 3 MB, and the
# closure is counted. It takes some minutes, so it is a command of its own.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
place=$(mktemp -d "${TMPDIR:-/tmp}/enclave-check-XXXXXX")
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/a" "$place/another-folder-with-a-longer-name"
failed=0
say () {
  if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

(umask 022; TMPDIR=$place/a sh "$here/data/debian/build.sh" "$place/first" >/dev/null)
(umask 077; TMPDIR="$place/another-folder-with-a-longer-name" LANG=de_DE.UTF-8 HOME=/nonexistent USER=somebody \
   sh "$here/data/debian/build.sh" "$place/second" >/dev/null)
first=$(ls "$place"/first/enclave_*.deb)
second=$(ls "$place"/second/enclave_*.deb)
status=0; cmp "$first" "$second" || status=1
say $status "two builds are the same bytes: $(sha256sum <"$first" | cut -c1-16)"

status=0; words=$(lintian --profile debian --pedantic --fail-on error,warning --tag-display-limit 0 --allow-root "$first") || status=1
[ -z "$words" ] || printf '%s\n' "$words" | sed 's/^/# /'
say $status "lintian finds neither errors nor warnings"

size=$(stat -c %s "$first"); status=0; [ "$size" -lt 3000000 ] || status=1
say $status "the package is smaller than 3 MB: $size bytes"
# What the README says is what people reckon with.
said=$(sed -n 's/.*Debian package of about \([0-9.]*\) MB.*/\1/p' "$here/README.md")
status=0; awk -v said="${said:-0}" -v size="$size" 'BEGIN { d = said - size / 1e6; exit !(d < 0.1 && d > -0.1) }' || status=1
say $status "the README says its size: about $said MB"

mkdir "$place/root"; dpkg-deb -x "$first" "$place/root"
status=0; words=$(sh "$here/data/release/hardening-report.sh" "$place/root") || status=1
printf '%s\n' "$words" | sed 's/^/# /'
say $status "every program in it is hardened"

# The documented line: from a system on which nothing is installed but apt's own idea of one.
: >"$place/nothing"
count=$(apt-get -s -o Dir::State::status="$place/nothing" --no-install-recommends install "$first" 2>/dev/null | grep -c '^Inst ')
said=$(sed -n 's/.*(\([0-9]*\) with itself).*/\1/p' "$here/README.md")
status=0; [ "$count" -gt 100 ] && [ "$count" -le $((${said:-0} + 5)) ] || status=1
say $status "the closure on an empty system: $count packages, and the README says $said"
exit $failed
