# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of enclavectl share: TAP, a home of their own, a project with denied files, a scripted server."""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

PROGRAM = os.path.abspath(sys.argv[1])
TIMEOUT_S = 60

cases = []


def case(function):
    cases.append(function)
    return function


def environment(home):
    """No bus, no keyring, no settings of the user's; only what a program needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "LC_ALL": "C.UTF-8",
        "GSETTINGS_BACKEND": "memory",
        "G_DEBUG": "fatal-warnings",
    }


class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "surrogateescape")
        self.err = done.stderr.decode("utf-8", "surrogateescape")
        self.bytes = done.stdout

    def document(self):
        """The one JSON document; anything beside it fails."""
        return json.loads(self.out)

    def lines(self):
        """The JSON objects of a command that streams; anything beside them fails."""
        assert self.out.endswith("\n"), repr(self.out[-80:])
        return [json.loads(line) for line in self.out[:-1].split("\n")]

    def __repr__(self):
        return f"status {self.status}\nstdout: {self.out!r}\nstderr: {self.err!r}"


class Project:
    """A folder with a readable file, a `.env` and other names for it."""

    def __init__(self):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="enclave-ctl-"))
        self.home = self.base / "home"
        self.root = self.base / "project"
        self.home.mkdir(mode=0o700)
        self.root.mkdir()
        (self.root / "sub").mkdir()
        (self.root / "a.txt").write_text("first\nsecond\n")
        (self.root / ".env").write_text("KEY=the-secret\n")
        (self.root / "link").symlink_to(".env")
        (self.root / "absolute").symlink_to(self.root / ".env")
        os.link(self.root / ".env", self.root / "hard")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.base)

    def run(self, *words, input=None, env=None, cwd=None):
        done = subprocess.run([PROGRAM, *words], input=input, env=env or environment(self.home),
                              cwd=cwd or self.root, capture_output=True, timeout=TIMEOUT_S,
                              **({} if input is not None else {"stdin": subprocess.DEVNULL}))
        return Result(done)

    def write_settings(self, words):
        """For a run with `GSETTINGS_BACKEND=keyfile`."""
        folder = self.home / "config" / "glib-2.0" / "settings"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "keyfile").write_text(f"[dev/enclave/Enclave]\n{words}\n")

    def start(self, *words):
        return subprocess.Popen([PROGRAM, *words], env=environment(self.home), cwd=self.root,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Server:
    """Speaks /v1 with the replies that it was given; one list of chunks a request. `wait` as a chunk: silence."""

    def __init__(self, replies, model="script", routes=None):
        self.replies = list(replies)
        self.requests = []
        self.wait = threading.Event()
        self.waiting = threading.Event()
        entry = {"id": model, "object": "model", "owned_by": "test"}
        self.routes = routes or {"/v1/models": {"object": "list", "data": [entry]}}
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *unused):
                pass

            def do_GET(self):
                self.answer_route()

            def answer_route(self):
                known = self.path in owner.routes
                body = json.dumps(owner.routes.get(self.path)).encode()
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) if known else 0))
                self.end_headers()
                if known:
                    self.wfile.write(body)

            def do_POST(self):
                length = int(self.headers.get("Content-Length", "0"))
                body = json.loads(self.rfile.read(length) or b"{}")
                if self.path.startswith("/api/show") or self.path in owner.routes:
                    self.answer_route()
                    return
                owner.requests.append(body)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    for chunk in owner.replies.pop(0):
                        if chunk == "wait":
                            self.wfile.flush()
                            owner.waiting.set()
                            owner.wait.wait(TIMEOUT_S)
                            continue
                        self.wfile.write(f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n".encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.wait.set()
        self.server.shutdown()
        self.server.server_close()


def text(*pieces):
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    return chunks + end("stop")


def call(name, arguments, identity="call-1"):
    function = {"name": name, "arguments": json.dumps(arguments)}
    delta = {"tool_calls": [{"index": 0, "id": identity, "type": "function", "function": function}]}
    return [{"choices": [{"index": 0, "delta": delta}]}] + end("tool_calls")


def end(reason):
    usage = {"prompt_tokens": 1000, "completion_tokens": 5, "total_tokens": 1005}
    return [{"choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": usage}, "[DONE]"]


def equal(actual, expected, context=""):
    assert actual == expected, f"{actual!r} is not {expected!r}\n{context!r}"


class Skip(Exception):
    """Raised by a case that this machine can't run, with the reason: it is counted as skipped."""


def boxed(function):
    """Marks a case that runs a confined command: skipped where the system gives no user namespaces to anybody (found by
    util-linux's unshare, not by our own probe)."""
    function.boxed = True
    return function


def main():
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    has_box = subprocess.run(["unshare", "-Ur", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    for number, function in enumerate(cases, 1):
        name = function.__name__.replace("_", " ")
        if getattr(function, "boxed", False) and not has_box:
            print(f"ok {number} - {name} # SKIP this system gives no user namespaces", flush=True)
            continue
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            print("".join("# " + line + "\n" for line in traceback.format_exc().split("\n")), end="", flush=True)
    sys.exit(1 if failed else 0)
