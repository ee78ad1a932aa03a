#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install-language-servers.sh FOLDER: puts the language servers that Debian does not have into FOLDER, from npm, in the versions named
# here, the newest that Debian 12's node runs (75 MB).
set -eu

. "$(dirname -- "$0")/npm-folder.sh"

install_npm_folder "language servers" language-servers "${1:?usage: install-language-servers.sh FOLDER}" '{}' '' \
  bash-language-server@5.6.0 typescript-language-server@4.3.4 typescript@5.8.3 pyright@1.1.400
