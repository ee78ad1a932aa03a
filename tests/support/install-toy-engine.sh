#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install-toy-engine.sh FOLDER: puts the engine of toy-engine.mjs into FOLDER, two packages from npm without the parts for graphics
# cards (85 MB).
set -eu

. "$(dirname -- "$0")/npm-folder.sh"

folder=${1:?usage: install-toy-engine.sh FOLDER}
version=3.22.1

if [ "$(uname -m)" != x86_64 ]; then
  echo "toy engine: not installed, it exists for x86_64 only"
  exit 0
fi
# npm may end well without the part for this processor.
[ -d "$folder/node_modules/@node-llama-cpp/linux-x64" ] || rm -f "$folder/installed"
# Of what it brings, string-width from 8 on needs a newer node than Debian 12's.
install_npm_folder "toy engine" toy-engine "$folder" '{"string-width":"7.2.0"}' '--omit=peer --omit=optional' \
  "node-llama-cpp@$version" "@node-llama-cpp/linux-x64@$version"
