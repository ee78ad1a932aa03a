#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/debian/build.sh [FOLDER]: makes the Debian package of this source and puts it into FOLDER (packages/ when none is
# named), with its build record. Installs what the build needs by data/install-packages.sh. The same source gives the same bytes
# wherever and whenever it is built: sh data/debian/check.sh holds it to that.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
output=${1:-$here/packages}

sh "$here/data/install-packages.sh" package

place=$(mktemp -d "${TMPDIR:-/tmp}/enclave-package-XXXXXX")
trap 'rm -rf "$place"' EXIT
mkdir -p "$output" "$place/enclave"
output=$(CDPATH='' cd -- "$output" && pwd)
for name in src data po tests meson.build meson_options.txt README.md COPYING; do
  cp -R "$here/$name" "$place/enclave/"
done
find "$place/enclave" -name __pycache__ -prune -exec rm -rf {} +
cp -R "$place/enclave/data/debian" "$place/enclave/debian"
rm "$place/enclave/debian/build.sh" "$place/enclave/debian/check.sh"

# Nothing of whoever builds gets into what is built.
version=$(dpkg-parsechangelog -l "$place/enclave/debian/changelog" -S Version)
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$place/enclave/debian/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
if ! (cd "$place/enclave" && env LC_ALL=C.UTF-8 TZ=UTC DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-}" \
        dpkg-buildpackage -us -uc -b --no-check-builddeps >"$output/build.log" 2>&1); then
  tail -n 40 "$output/build.log" >&2
  echo "Enclave: the package was not built; all of it is in $output/build.log" >&2
  exit 1
fi
mv "$place"/enclave*_"$version"_* "$output/"
(cd "$output" && sha256sum enclave_"$version"_*.deb)
