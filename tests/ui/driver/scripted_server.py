# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice engine as a server on a port of this machine that says what a script says.

    with ScriptedServer(replies=[says("Hello")]) as server, EnclaveWindow(folder, settings=server.settings()) as window:"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import desktop


def says(text, **more):
    """A reply of one piece a word."""
    return {"events": [{"text": text, "words": True}], **more}


def calls(name, before="", **arguments):
    """A reply that calls a tool after a few words."""
    text = [{"text": before, "words": True}] if before else []
    return {"events": [*text, {"call": {"name": name, "arguments": arguments, "id": f"call-{name}"}}]}


class ScriptedServer:
    def __init__(self, replies=(), port=0, **script):
        self.script = {"replies": list(replies), **script}
        self.port = port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="enclave-script-"))
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, script=None):
        """Begins, at the same port after the first time."""
        path = self.folder / "script.json"
        path.write_text(json.dumps(script or self.script), encoding="utf-8")
        self.process = subprocess.Popen(
            [os.environ["ENCLAVE_PRACTICE_ENGINE"], "--port", str(self.port), "--script", str(path), "--log",
             str(self.folder / "log")], stdout=subprocess.PIPE, text=True)
        desktop.own.add(self.process.pid)
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("the scripted server did not start")
        self.port = int(line)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **more):
        return {"discover-servers": "false", "servers": f"['{self.address}']", **more}

    def log(self):
        path = self.folder / "log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def requests(self):
        """Bodies of the chats that were asked for, in order."""
        return [json.loads(entry["body"]) for entry in self.log()
                if entry.get("path") in ("/v1/chat/completions", "/api/chat")]
