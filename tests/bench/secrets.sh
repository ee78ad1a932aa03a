#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Counts the masks in ordinary source: sh tests/bench/secrets.sh [BUILD] [FOLDER...]
# Prints each as `RULE<tab>FILE<tab>TEXT`; the figures are on standard error. Without folders: headers, Python and documents of this
# machine. What is masked has to be looked at: a private key of a test is no false mask.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- /usr/include /usr/share /usr/lib/python3
ninja -C "$build" tests/bench/count-masks > /dev/null
find "$@" -type f -size -1024k -size +0 | sort | "$build/tests/bench/count-masks"
