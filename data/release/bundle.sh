#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# For a machine without a network:
#
#   sh data/release/bundle.sh FOLDER enclave_VERSION_ARCH.deb
#
# puts the package and everything that it depends on, down to the C library, into FOLDER, with SHA256SUMS, an index that apt
# reads, and install.sh. It needs the network and apt, but not root. There, as root and with no network:
#
#   sh install.sh
#
# compares all hashes, then lets apt install from that folder alone what is missing. A package of the machine is replaced by none
# that is older. SHA256SUMS can be signed with the key of the release (enclave-release.py) or with gpg.
set -eu

[ $# -eq 2 ] || { echo "usage: bundle.sh FOLDER PACKAGE.deb" >&2; exit 2; }
command -v dpkg-scanpackages >/dev/null || { echo "bundle.sh: dpkg-scanpackages (dpkg-dev) is missing" >&2; exit 1; }
mkdir -p "$1/packages"
folder=$(CDPATH='' cd -- "$1" && pwd)
package=$(CDPATH='' cd -- "$(dirname -- "$2")" && pwd)/$(basename -- "$2")
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
mkdir -p "$place/cache/archives/partial"
: >"$place/status"

# As if nothing were installed, so that nothing is left out that the other machine may lack.
apt-get -q -o Dir::State::status="$place/status" -o Dir::Cache::archives="$folder/packages" -o Debug::NoLocking=1 \
  -o APT::Sandbox::User="$(id -un)" --no-install-recommends --download-only -y install "$package" >"$place/log" 2>&1 \
  || { tail -n 20 "$place/log" >&2; exit 1; }
rm -rf "$folder/packages/partial" "$folder/packages/lock"
cp "$package" "$folder/packages/"
# A colon of an epoch is written as %3a by apt; a name with it is a good one, yet not for every medium.
for name in "$folder"/packages/*%3a*; do
  [ ! -e "$name" ] || mv "$name" "$(printf '%s' "$name" | sed 's/%3a/_/')"
done
(cd "$folder" && dpkg-scanpackages --multiversion packages >Packages 2>/dev/null)

cat >"$folder/install.sh" <<'INSTALL'
#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Run as root: compares the hashes and installs Enclave from this folder, without any network.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here"
sha256sum --quiet --strict -c SHA256SUMS || { echo "install.sh: a file is not what it was when the bundle was made; nothing was installed" >&2; exit 1; }
[ -z "$(find packages -type f | while read -r name; do grep -qF "  $name" SHA256SUMS || echo "$name"; done)" ] \
  || { echo "install.sh: there is a package that SHA256SUMS does not name; nothing was installed" >&2; exit 1; }
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
mkdir -p "$place/lists/partial" "$place/archives/partial"
# apt reads as a user of its own, who may not see a folder of root's.
printf 'deb [trusted=yes] file:%s ./\n' "$here" >"$place/sources.list"
apt () {
  apt-get -q -o Dir::Etc::SourceList="$place/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$place/lists" \
    -o Dir::Cache::archives="$place/archives" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
apt update >/dev/null
DEBIAN_FRONTEND=noninteractive apt install -y --no-install-recommends enclave
enclavectl --version
INSTALL
(cd "$folder" && find packages -type f | sort | xargs sha256sum Packages install.sh >SHA256SUMS)
echo "$(find "$folder/packages" -name '*.deb' | wc -l) packages, $(du -sm "$folder" | cut -f1) MB in $folder; on the other machine: sh install.sh"
