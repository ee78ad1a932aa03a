#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install-toy-engine.sh FOLDER: puts the engine of toy-engine.mjs into FOLDER, two packages from npm without their build scripts
# and without the parts for graphics cards (85 MB). What is there already is left alone and no network is used. Where it
# can't be had (no npm, no network, another processor) it says so and succeeds: the tests that need it are skipped.
set -eu

folder=${1:?usage: install-toy-engine.sh FOLDER}
version=3.22.1
# Of what it brings, string-width from 8 on needs a newer node than Debian 12's.
overrides='{"string-width":"7.2.0"}'

if [ "$(uname -m)" != x86_64 ]; then
  echo "toy engine: not installed, it exists for x86_64 only"
  exit 0
fi
# Both parts and of this version; the stamp is written last.
if [ "$(cat "$folder/installed" 2>/dev/null || true)" = "$version $overrides" ] \
  && [ -d "$folder/node_modules/node-llama-cpp" ] && [ -d "$folder/node_modules/@node-llama-cpp/linux-x64" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
  echo "toy engine: not installed, there is no npm"
  exit 0
fi

mkdir -p "$folder"
rm -f "$folder/installed"
# A package file of its own keeps npm from looking for one further up.
printf '{"name":"toy-engine","version":"1.0.0","private":true,"overrides":%s}\n' "$overrides" >"$folder/package.json"
if (cd "$folder" && timeout 240 npm install --no-save --no-audit --no-fund --ignore-scripts --omit=peer --omit=optional \
      "node-llama-cpp@$version" "@node-llama-cpp/linux-x64@$version" >install.log 2>&1); then
  echo "$version $overrides" >"$folder/installed"
  echo "toy engine: installed"
else
  echo "toy engine: not installed, npm failed; see $folder/install.log"
fi
