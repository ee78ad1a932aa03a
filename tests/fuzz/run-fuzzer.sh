#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run-fuzzer.sh PROGRAM CORPUS: as many seconds as ENCLAVE_FUZZ_SECONDS says (10), from a copy of the kept corpus.
#
# The long run, a minute for each fuzzer: ENCLAVE_FUZZ_SECONDS=60 meson test -C build --suite fuzz
set -eu

program=$1
corpus=$2
seconds=${ENCLAVE_FUZZ_SECONDS:-10}
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT

mkdir "$found/new"
"$program" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
  -artifact_prefix="$found/" "$found/new" "$corpus"
