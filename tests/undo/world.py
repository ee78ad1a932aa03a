# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of undoing share: a project whose every file is known by bytes, mode and mtime, and turns of an agent in it."""

import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ctl"))

from support import Project, Server, call, equal, text  # noqa: E402


class File:
    def __init__(self, path):
        status = os.lstat(path)
        self.mode = status.st_mode
        self.mtime = status.st_mtime_ns
        self.inode = status.st_ino
        self.bytes = os.readlink(path).encode() if path.is_symlink() else path.read_bytes() if status.st_size < 1 << 24 else None

    def same(self, other):
        return self.bytes == other.bytes and self.mode == other.mode


class World(Project):
    """Names of files are strings relative to the project."""

    def __init__(self, **files):
        super().__init__()
        for name, content in files.items():
            self.write(name.replace("__", "/").replace("_", "."), content)
        # Nothing of what is there now may look as if it had just been written.
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                os.utime(path, ns=(10 ** 18, 10 ** 18))

    def write(self, name, content, mode=None):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if mode is not None:
            path.chmod(mode)

    def read(self, name):
        content = (self.root / name).read_bytes()
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content.decode("iso-8859-1")

    def exists(self, name):
        return os.path.lexists(self.root / name)

    def look(self):
        found = {}
        for path in sorted(self.root.rglob("*")):
            if ".git" in path.relative_to(self.root).parts:
                continue
            name = str(path.relative_to(self.root))
            found[name] = File(path) if path.is_symlink() or not path.is_dir() else None
        return found

    def turn(self, *edits):
        """One turn of the agent: each edit is (path, content); None removes. Written one after the other."""
        replies, known = [], {}
        for number, (path, content) in enumerate(edits):
            if content is None:
                lines = (known[path] if path in known else self.read(path)).splitlines(keepends=True)
                patch = f"--- a/{path}\n+++ /dev/null\n@@ -1,{len(lines)} +0,0 @@\n" + "".join("-" + line for line in lines)
                replies.append(call("apply_patch", {"patch": patch}, f"call-{number}"))
            else:
                replies.append(call("write_file", {"path": path, "content": content}, f"call-{number}"))
            known[path] = content
        with Server(replies + [text("done")]) as server:
            result = self.run("--json", "--endpoint", server.address, "ask", "--approve", "edits", "Please change the files.")
        equal(result.status, 0, result)
        for path, content in edits:
            if content is None:
                assert not self.exists(path), path

    def apply(self, *edits):
        """One application of several files at once."""
        reply = "".join(f"```text {path}\n{content}```\n\n" for path, content in edits)
        result = self.run("--json", "apply", "-", input=reply.encode())
        equal(result.status, 0, result)

    def undo(self, *words, status=0, command="undo"):
        result = self.run("--json", command, *words)
        equal(result.status, status, result)
        document = result.document()
        document["by_path"] = {entry["path"]: entry["status"] for entry in document["files"]}
        return document

    def redo(self, *words, status=0):
        return self.undo(*words, status=status, command="redo")

    def checkpoints(self):
        result = self.run("--json", "checkpoints")
        equal(result.status, 0, result)
        return json.loads(result.out)

    def state(self):
        return self.home / "state" / "enclave"

    def store(self):
        folders = [path for path in (self.state() / "checkpoints").iterdir()]
        equal(len(folders), 1, folders)
        return folders[0]

    def kept(self, content):
        """Whether the bytes are anywhere in the state folder."""
        return [path for path in self.state().rglob("*") if path.is_file() and content in path.read_bytes()]


def unchanged(before, after, apart=(), mtimes=True):
    """Every file is as it was, to the byte, the mode and (but for those in @apart, which were written) the mtime."""
    equal(sorted(after), sorted(before))
    for name, old in before.items():
        new = after[name]
        equal(new is None, old is None, name)
        if old is None:
            continue
        assert new.bytes == old.bytes, f"{name} has other bytes: {(new.bytes or b'')[:200]!r} is not {(old.bytes or b'')[:200]!r}"
        equal(oct(new.mode), oct(old.mode), name)
        if mtimes and name not in apart:
            equal(new.mtime, old.mtime, name)
            equal(new.inode, old.inode, name)
