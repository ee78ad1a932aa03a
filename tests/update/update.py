# SPDX-License-Identifier: GPL-3.0-or-later
"""`enclavectl update` against a local server, with releases that the maintainers' tool signs: two implementations of Ed25519.

Prints TAP. Arguments: an enclavectl with the check, the signing tool, the folder of support.py."""

import base64
import datetime
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading

TOOL, SUPPORT = sys.argv[2:4]
sys.path.insert(0, SUPPORT)
from support import Project, case, environment, equal, main  # noqa: E402


def days_ago(days):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Host:
    def __init__(self):
        owner = self
        self.body = b""
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *unused):
                pass

            def do_GET(self):
                owner.requests.append((self.path, sorted(name.lower() for name in self.headers)))
                self.send_response(200)
                self.send_header("Content-Length", str(len(owner.body)))
                self.end_headers()
                self.wfile.write(owner.body)

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/enclave/release.manifest"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class World:
    """A project, a key, a release folder, a host."""

    def __init__(self):
        self.project = Project()
        self.release = self.project.base / "release"
        self.release.mkdir()
        self.key = self.project.base / "key.pem"
        self.tool_env = {**os.environ, "ENCLAVE_RELEASE_PASSPHRASE": "pass:six words"}
        shown = self.tool("new-key", self.key)
        self.public = shown.split("public key: ")[1].split()[0]
        self.identity = shown.split("key id:")[1].split()[0]
        self.package = self.release / "enclave_9.0.0-1_amd64.deb"
        self.package.write_bytes(os.urandom(300_000))
        self.host = Host()

    def tool(self, *words):
        return subprocess.run(["/usr/bin/python3", TOOL, *words], env=self.tool_env, capture_output=True, text=True, check=True).stdout

    def sign(self, version="9.0.0", **options):
        words = [f"--{name}={value}" for name, value in options.items()]
        self.tool("sign", "--key", self.key, "--version", version, *words, self.package)
        self.host.body = (self.release / "enclave-release.manifest").read_bytes()

    def run(self, *words, when="manual", **changes):
        env = {**environment(self.project.home), "ENCLAVE_TEST_UPDATE_URL": self.host.url, "ENCLAVE_TEST_RELEASE_KEY": self.public,
               "GSETTINGS_BACKEND": "keyfile", **changes}
        folder = self.project.home / "config" / "glib-2.0" / "settings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "keyfile").write_text(f"[dev/enclave/Enclave]\nupdate-check='{when}'\n" if when else "")
        return self.project.run(*words, env=env)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.host.server.shutdown()
        self.host.server.server_close()
        self.project.__exit__()


@case
def it_is_off_until_somebody_switches_it_on():
    with World() as world:
        world.sign()
        done = world.run("--json", "update", "check", when=None)
        equal(done.status, 3, done)
        equal(done.document()["error"]["code"], "off")
        equal(world.host.requests, [])


@case
def a_check_tells_of_a_newer_release_and_downloads_nothing():
    with World() as world:
        world.sign(note="Fixes a hole")
        done = world.run("--json", "update", "check")
        equal(done.status, 0, done)
        told = done.document()
        equal((told["version"], told["newer"], told["note"], told["key"]), ("9.0.0", True, "Fixes a hole", world.identity))
        equal(world.host.requests, [("/enclave/release.manifest", ["accept", "accept-encoding", "connection", "host"])])
        assert world.host.url in done.err, done
        words = world.run("update", "check").out
        assert "Nothing was downloaded" in words, words


@case
def the_running_release_is_no_news():
    with World() as world:
        world.sign(version=world.run("--version").out.split()[1])
        told = world.run("--json", "update", "check").document()
        equal(told["newer"], False)
        equal(told["version"], told["running"])


@case
def each_refusal_has_its_word():
    for version, options, word in (("0.0.1", {}, "downgrade"), ("9.0.0", {"date": days_ago(400)}, "expired"),
                                   ("9.0.0", {"date": days_ago(-30)}, "future"), ("9.0.0", {"name": "another"}, "name")):
        with World() as world:
            world.sign(version=version, **options)
            done = world.run("--json", "update", "check")
            equal((done.status, done.document()["error"]["domain"], done.document()["error"]["code"]), (1, "update", word), done)


@case
def altered_oversized_and_foreign_manifests_are_refused():
    with World() as world:
        world.sign()
        good = world.host.body
        for body, key, word in ((good.replace(b"9.0.0\n", b"9.0.1\n"), world.public, "signature"), (good + b" " * 16384, world.public, "too-large"),
                                (good, base64.b64encode(bytes(32)).decode(), "key"), (b"hello\n", world.public, "malformed")):
            world.host.body = body
            done = world.run("--json", "update", "check", ENCLAVE_TEST_RELEASE_KEY=key)
            equal((done.status, done.document()["error"]["code"]), (1, word), done)


@case
def a_manifest_of_yesterday_is_a_replay():
    with World() as world:
        world.sign(date=days_ago(2))
        yesterday = world.host.body
        equal(world.run("update", "check").status, 0)
        world.sign(date=days_ago(1))
        equal(world.run("update", "check").status, 0)
        world.host.body = yesterday
        equal(world.run("--json", "update", "check").document()["error"]["code"], "replay")


@case
def nobody_at_home_is_status_four():
    with World() as world:
        done = world.run("--json", "update", "check", ENCLAVE_TEST_UPDATE_URL="http://127.0.0.1:1/x")
        equal(done.status, 4, done)


@case
def a_downloaded_release_is_held_against_its_manifest_without_a_network():
    with World() as world:
        world.sign()
        done = world.run("--json", "update", "verify", str(world.package), when=None)
        equal((done.status, done.document()["file"]), (0, world.package.name), done)
        equal(world.host.requests, [])
        bytes_ = bytearray(world.package.read_bytes())
        bytes_[1000] ^= 1
        world.package.write_bytes(bytes_)
        done = world.run("--json", "update", "verify", str(world.package))
        equal((done.status, done.document()["error"]["code"]), (1, "file"), done)
        other = world.release / "enclave_8.deb"
        other.write_bytes(b"")
        equal(world.run("--json", "update", "verify", str(other)).document()["error"]["code"], "file")
        moved = world.project.base / "elsewhere"
        (world.release / "enclave-release.manifest").rename(moved)
        bytes_[1000] ^= 1
        world.package.write_bytes(bytes_)
        equal(world.run("update", "verify", str(world.package)).status, 1)
        equal(world.run("update", "verify", "--manifest", str(moved), str(world.package)).status, 0)


@case
def the_tool_alone_can_verify_what_it_signed():
    with World() as world:
        world.sign()
        manifest = world.release / "enclave-release.manifest"
        assert "version: 9.0.0" in world.tool("show", "--public", world.public, manifest)
        equal(oct(world.key.stat().st_mode & 0o777), "0o400")
        assert "ENCRYPTED" in world.key.read_text()
        manifest.write_bytes(manifest.read_bytes().replace(b"9.0.0\n", b"9.0.1\n"))
        try:
            world.tool("show", "--public", world.public, manifest)
        except subprocess.CalledProcessError:
            return
        raise AssertionError("an altered manifest was shown")


main()
