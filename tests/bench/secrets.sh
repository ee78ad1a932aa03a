#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Counts the masks in ordinary source: sh tests/bench/secrets.sh [BUILD] [FOLDER...]
# Prints each as `CLASS<tab>RULE<tab>FILE<tab>TEXT`; the figures are on standard error. Without folders: headers, Python and
# documents of this machine. What is masked has to be looked at. A private key of a test is no false mask: what reads as a key, a
# signed token or a salted hash is counted apart (`proved`), and so is what is random under the name of a key (`random`), of
# which nothing in the text tells whether it opens something. What is left (`other`) is false or a password that a person made up.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- /usr/include /usr/share /usr/lib/python3
ninja -C "$build" tests/bench/count-masks > /dev/null
find "$@" -type f -size -1024k -size +0 | sort | "$build/tests/bench/count-masks"
