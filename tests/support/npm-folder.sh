# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
#
# For the scripts that bring packages of npm: `. npm-folder.sh`, then
#
# install_npm_folder TITLE NAME FOLDER OVERRIDES OPTIONS PACKAGE…: puts the packages, each with its version, into FOLDER, without their
# build scripts. OVERRIDES is an object of package.json, OPTIONS are words for npm. What is there already is left alone and no network is
# used. Where they can't be had (no npm, no network) it says so and succeeds: the tests that need them are skipped.

install_npm_folder () {
  title=$1 name=$2 folder=$3 overrides=$4 options=$5
  shift 5
  wanted=$(printf '%s\n' "$@" "$overrides")

  # The stamp is written last.
  if [ "$(cat "$folder/installed" 2>/dev/null || true)" = "$wanted" ] && [ -d "$folder/node_modules" ]; then
    return 0
  fi
  if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
    echo "$title: not installed, there is no npm"
    return 0
  fi

  mkdir -p "$folder"
  rm -f "$folder/installed"
  # A package file of its own keeps npm from looking for one further up.
  printf '{"name":"%s","version":"1.0.0","private":true,"overrides":%s}\n' "$name" "$overrides" >"$folder/package.json"
  # shellcheck disable=SC2086
  if (cd "$folder" && timeout 240 npm install --no-save --no-audit --no-fund --ignore-scripts $options "$@" >install.log 2>&1); then
    printf '%s\n' "$wanted" >"$folder/installed"
    echo "$title: installed"
  else
    echo "$title: not installed, npm failed; see $folder/install.log"
  fi
}
