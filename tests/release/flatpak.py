# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Flatpak manifest says: its form, each permission, where its sources come from, and that nothing the project needs is left out.

Building it is a command of its own: sh tests/release/flatpak.sh. Prints TAP. Argument: source folder."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "ui" / "driver"))
import tap  # noqa: E402
from tap import case  # noqa: E402

SOURCE = pathlib.Path(sys.argv[1]).resolve()
PLACE = SOURCE / "data/flatpak"
PATH = PLACE / "dev.enclave.Enclave.json"
README = (PLACE / "README.md").read_text(encoding="utf-8")
# flatpak-builder passes over a key that it does not know: a misspelt one would do nothing. These are of flatpak-manifest(5), those of an
# application that are of use here.
KEYS = {
    "manifest": {"id", "branch", "runtime", "runtime-version", "sdk", "command", "build-options", "modules", "cleanup", "finish-args"},
    "module": {"name", "sources", "config-opts", "buildsystem", "builddir", "subdir", "build-options", "build-commands", "post-install", "cleanup"},
    "options": {"cflags", "cxxflags", "ldflags", "libdir", "env"},
    "archive": {"type", "url", "mirror-urls", "sha256", "strip-components"},
    "dir": {"type", "path", "skip"},
    "patch": {"type", "path"},
}
# Reviewed one by one; the README says why each is there. A change here is a decision about security.
PERMISSIONS = ["--socket=wayland", "--socket=fallback-x11", "--share=ipc", "--device=dri", "--share=network", "--filesystem=home",
               "--talk-name=org.freedesktop.secrets"]
# What org.gnome.Platform has, by the names of meson.build; all else has to be a module.
OF_THE_RUNTIME = {"glib-2.0", "gio-2.0", "gio-unix-2.0", "json-glib-1.0", "libsoup-3.0", "libsecret-1", "gtk4", "libadwaita-1",
                  "gtksourceview-5", "gnutls"}
MODULES = {"libseccomp": "libseccomp", "fuse3": "fuse3", "md4c": "md4c", "vte-2.91-gtk4": "vte"}


def manifest():
    return json.loads(PATH.read_text(encoding="utf-8"))


def sources():
    for module in manifest()["modules"]:
        for source in module["sources"]:
            yield module["name"], source


@case("the manifest is JSON with keys that flatpak-builder knows")
def known_keys():
    found = manifest()
    assert not set(found) - KEYS["manifest"], set(found) - KEYS["manifest"]
    assert found["id"] == "dev.enclave.Enclave" and found["command"] == "enclave"
    for module in found["modules"]:
        assert not set(module) - KEYS["module"], (module["name"], set(module) - KEYS["module"])
        assert module["buildsystem"] in ("meson", "cmake-ninja", "autotools"), module
    for options in [found.get("build-options", {}), *(module.get("build-options", {}) for module in found["modules"])]:
        assert not set(options) - KEYS["options"], options
    for name, source in sources():
        assert not set(source) - KEYS[source["type"]], (name, source)


@case("flatpak-builder reads the manifest and leaves nothing of it out")
def read_by_builder():
    if shutil.which("flatpak-builder") is None:
        raise tap.Skip("flatpak-builder is not installed")
    # It makes a folder for its state where it is started.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["flatpak-builder", "--show-manifest", str(PATH)], capture_output=True, text=True, timeout=60, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    shown, ours = json.loads(done.stdout), manifest()
    for key in ("runtime", "runtime-version", "sdk", "command", "finish-args", "cleanup", "build-options"):
        assert shown[key] == ours[key], (key, shown[key])
    for module, mine in zip(shown["modules"], ours["modules"], strict=True):
        for key in mine:
            if key != "sources":
                assert module[key] == mine[key], (mine["name"], key, module[key])


@case("the permissions are those that were reviewed, each with its reason")
def permissions():
    assert manifest()["finish-args"] == PERMISSIONS, manifest()["finish-args"]
    assert re.findall(r"^\| `(--[^`]+)` \| \S", README, re.M) == PERMISSIONS, "the table of data/flatpak/README.md has others"


@case("each source is whole by its hash, and is had from two places")
def pinned():
    for name, source in sources():
        if source["type"] == "dir":
            assert name == "enclave" and (PLACE / source["path"]).resolve() == SOURCE, (name, source)
            assert {".git", "build", "build-tests"} <= set(source["skip"]), source
            continue
        assert re.fullmatch(r"[0-9a-f]{64}", source["sha256"]), (name, source)
        assert source["url"].startswith("https://"), (name, source)
        mirrors = source["mirror-urls"]
        assert mirrors and all(mirror.startswith("https://deb.debian.org/debian/pool/main/") for mirror in mirrors), (name, mirrors)
        version = re.search(r"(\d+\.\d+\.\d+)\.tar", source["url"]).group(1)
        assert all(f"_{version}.orig.tar" in mirror for mirror in mirrors), f"the mirror of {name} has another version"


@case("what the project needs is of the runtime or a module, new enough")
def complete():
    needed = dict(re.findall(r"dependency\('([^']+)', version: '>= ([^']+)'", (SOURCE / "meson.build").read_text(encoding="utf-8")))
    assert set(needed) == OF_THE_RUNTIME | set(MODULES), set(needed) ^ (OF_THE_RUNTIME | set(MODULES))
    order = [module["name"] for module in manifest()["modules"]]
    assert order == [*MODULES.values(), "enclave"], order
    versions = {name: re.search(r"(\d+(?:\.\d+)+)\.tar", source["url"]).group(1) for name, source in sources() if source["type"] == "archive"}
    for dependency, module in MODULES.items():
        number = [int(part) for part in versions[module].split(".")]
        assert number >= [int(part) for part in needed[dependency].split(".")], (module, versions[module], needed[dependency])


@case("Enclave is built as a package is: nothing of the tests, nothing of the builder's folders")
def options():
    ours = manifest()["modules"][-1]
    assert ours["config-opts"] == ["-Dtests=false", "-Drun-from-build=false"], ours["config-opts"]
    known = (SOURCE / "meson_options.txt").read_text(encoding="utf-8")
    for option in ours["config-opts"]:
        name = option[2:].partition("=")[0]
        assert f"option('{name}'" in known, f"{name} is no option of the project"


tap.run()
