#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/screenshots/take.sh BUILD: takes the pictures that the metainfo names from the real window of a build with tests, by the
# test that photographs every state, and puts them here. Run it when the look has changed, and look at them before they are committed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=$(CDPATH='' cd -- "${1:?usage: take.sh BUILD}" && pwd)
ENCLAVE_TEST_ALL_PICTURES=1 meson test -C "$build" --no-rebuild pictures >/dev/null ||
  { echo "take.sh: not every state was shown; see $build/meson-logs/testlog.txt" >&2; exit 1; }
take () {
  # Without what the tool knows of the machine and the moment: the same picture is the same bytes.
  convert "$build/tests/ui/pictures/$1-light.png" -strip -define png:exclude-chunks=date,time -define png:compression-level=9 "$here/$2.png"
}
take a-approval approval
take c-review review
take g-preferences-deny-list deny-list
