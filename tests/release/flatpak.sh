#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/release/flatpak.sh [FOLDER]: builds data/flatpak/dev.enclave.Enclave.json as it stands, installs the bundle for nobody but
# itself, starts it, and looks at what it is in there. FOLDER (flatpak-test/ when none is named) keeps what was built, so that a second
# run is short, and window.png.
#
# The real runtime comes from Flathub. Where that cannot be asked, this makes one of the same name and version out of the Debian suite
# that has the same GNOME release (forky, for 51), which needs Debian's archive only: it tells whether Enclave builds and runs with those
# versions of the libraries, not whether Flathub's runtime has each of them. As root, on Debian; it takes 10 minutes and 6 GB.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
manifest=$here/data/flatpak/dev.enclave.Enclave.json
mkdir -p "${1:-flatpak-test}"
place=$(CDPATH='' cd -- "${1:-flatpak-test}" && pwd)
for program in flatpak flatpak-builder ostree mmdebstrap eu-strip Xvfb dbus-run-session import python3; do
  command -v "$program" >/dev/null || {
    echo "flatpak.sh: $program is missing: apt-get install --no-install-recommends flatpak flatpak-builder ostree mmdebstrap elfutils xvfb xauth dbus imagemagick" >&2
    exit 1
  }
done
of_manifest () { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$manifest" "$1"; }
version=$(of_manifest runtime-version)
arch=$(flatpak --default-arch)
failed=0
say () {
  if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; failed=1; fi
}

# Everything of flatpak's and of a home lies in FOLDER.
export FLATPAK_USER_DIR="$place/user" HOME="$place/home" XDG_DATA_HOME="$place/home/.local/share" XDG_CACHE_HOME="$place/home/.cache"
export XDG_CONFIG_HOME="$place/home/.config" XDG_RUNTIME_DIR="$place/run" LC_ALL=C.UTF-8
mkdir -p "$HOME/project" "$XDG_RUNTIME_DIR"; chmod 700 "$XDG_RUNTIME_DIR"

if ! ostree refs --repo="$place/runtimes" 2>/dev/null | grep -q "org.gnome.Sdk/$arch/$version"; then
  [ "$version" = 51 ] || { echo "flatpak.sh: say here which Debian suite has GNOME $version" >&2; exit 1; }
  rm -rf "$place/system" "$place/runtime" "$place/runtimes"
  # A testing suite's index may be older than it says it should be; its signature is looked at all the same.
  mmdebstrap --quiet --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include=build-essential,meson,ninja-build,pkgconf,gettext,cmake,gperf,git,libgtk-4-dev,libadwaita-1-dev,libgtksourceview-5-dev \
    --include=libsoup-3.0-dev,libjson-glib-dev,libsecret-1-dev,libgnutls28-dev,libpcre2-dev,libicu-dev,libfribidi-dev,liblz4-dev \
    --include=zlib1g-dev,adwaita-icon-theme,librsvg2-common,fonts-dejavu-core,glib-networking,libgtk-4-bin,desktop-file-utils \
    --include=appstream-compose,xz-utils,gsettings-desktop-schemas,procps,libglib2.0-bin,libglib2.0-dev-bin \
    forky "$place/system" http://deb.debian.org/debian
  mkdir -p "$place/runtime/files" "$place/runtime/var"
  mv "$place/system/usr" "$place/runtime/usr"
  rm -rf "$place/runtime/usr/etc"
  mv "$place/system/etc" "$place/runtime/usr/etc"
  # As GNOME's: the loader looks among the application's libraries first.
  printf '%s\n' 'include /run/flatpak/ld.so.conf.d/app-*.conf' 'include /app/etc/ld.so.conf' /app/lib64 /app/lib \
    'include /run/flatpak/ld.so.conf.d/runtime-*.conf' "/usr/lib/$arch-linux-gnu" >"$place/runtime/usr/etc/ld.so.conf"
  ln -sf ../sbin/ldconfig "$place/runtime/usr/bin/ldconfig"
  # What flatpak-builder 1.2 calls and the SDK has.
  printf '%s\n' '#!/bin/sh' 'exec appstreamcli compose --prefix=/ --origin=flatpak --components=dev.enclave.Enclave --result-root=/app \
    --data-dir=/app/share/app-info/xmls --icons-dir=/app/share/app-info/icons/flatpak /app' >"$place/runtime/usr/bin/appstream-compose"
  chmod 755 "$place/runtime/usr/bin/appstream-compose"
  ostree init --repo="$place/runtimes" --mode=bare-user-only
  for name in Platform Sdk; do
    printf '[Runtime]\nname=org.gnome.%s\nruntime=org.gnome.Platform/%s/%s\nsdk=org.gnome.Sdk/%s/%s\n' "$name" "$arch" "$version" "$arch" "$version" \
      >"$place/runtime/metadata"
    flatpak build-export --runtime --disable-fsync "$place/runtimes" "$place/runtime" "$version" >/dev/null
  done
  rm -rf "$place/system" "$place/runtime"
fi
flatpak --user remote-add --if-not-exists --no-gpg-verify runtimes "file://$place/runtimes"
flatpak --user install -y --noninteractive --or-update runtimes "org.gnome.Platform//$version" "org.gnome.Sdk//$version" >/dev/null

status=0
flatpak-builder --user --disable-rofiles-fuse --ccache --state-dir="$place/state" --force-clean --repo="$place/applications" "$place/built" "$manifest" \
  >"$place/build.log" 2>&1 || status=1
[ $status = 0 ] || grep -aE 'error:|Error' "$place/build.log" | tail -n 20 | sed 's/^/# /'
say $status "the manifest builds"
[ $status = 0 ] || exit 1
flatpak --user remote-add --if-not-exists --no-gpg-verify applications "file://$place/applications"
flatpak --user install -y --noninteractive --or-update applications dev.enclave.Enclave >/dev/null

inside () { flatpak run --user "$@"; }
given=$(inside --command=cat dev.enclave.Enclave /.flatpak-info)
status=0
for word in 'shared=network;ipc;' 'filesystems=home;' 'devices=dri;' 'org.freedesktop.secrets=talk'; do
  printf '%s\n' "$given" | grep -qxF "$word" || { echo "# not in the sandbox: $word"; status=1; }
done
printf '%s\n' "$given" | grep -q 'org.freedesktop.Flatpak=' && { echo "# it may leave the sandbox"; status=1; }
say $status "the sandbox is what the manifest asks for, and has no way out of it"

status=0; lacks=$(inside --command=sh dev.enclave.Enclave -c 'for f in /app/bin/enclave /app/bin/enclavectl /app/libexec/enclave/*; do ldd $f; done' | grep 'not found') || true
[ -z "$lacks" ] || { printf '%s\n' "$lacks" | sed 's/^/# /'; status=1; }
say $status "each program finds its libraries"

echo SECRET=1 >"$HOME/project/.env"; echo hello >"$HOME/project/README"
status=0; words=$(inside --command=enclavectl --cwd="$HOME/project" dev.enclave.Enclave policy check .env) && status=1 || [ $? = 3 ] || status=1
[ $status = 0 ] || printf '%s\n' "$words" | sed 's/^/# /'
say $status "the deny-list refuses .env"

status=0; words=$(inside --command=enclavectl --cwd="$HOME/project" dev.enclave.Enclave run -- cat README 2>&1) && status=1
printf '%s\n' "$words" | sed 's/^/# /'
say $status "a command that cannot be confined is not run"

status=0
xvfb-run -a -s '-screen 0 1280x800x24' dbus-run-session -- sh -c '
  GSK_RENDERER=cairo GTK_A11Y=none flatpak run --user --env=GSK_RENDERER=cairo --env=GTK_A11Y=none dev.enclave.Enclave "$HOME/project" &
  sleep 12
  import -silent -window root "$1/window.png"
  flatpak kill dev.enclave.Enclave
  wait' sh "$place" >"$place/window.log" 2>&1 || true
colours=$(identify -format %k "$place/window.png" 2>/dev/null || echo 0)
[ "$colours" -gt 100 ] || { tail -n 5 "$place/window.log" | sed 's/^/# /'; status=1; }
say $status "the window opens ($colours colours in window.png)"
exit $failed
