# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the view share: TAP, a project with secrets and a repository, and each case twice where the tests run as root:
as root, and as an ordinary user for whom /dev/fuse has the mode that it has on an ordinary system."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.abspath(sys.argv[1])
BUILD = pathlib.Path(PROGRAM).parents[2]
SOURCES = pathlib.Path(__file__).resolve().parents[2]
CANARY = "canary-0b5f6f2c"
USER = 65534
TIMEOUT_S = 120

cases = []


def case(function):
    cases.append(function)
    return function


def environment(home):
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"), "XDG_DATA_HOME": str(home / "data"), "LC_ALL": "C.UTF-8",
            "GSETTINGS_BACKEND": "memory"}


class Project:
    """`base` holds the home and the project; what the secrets hold is the canary with a tail that says which."""

    def __init__(self, repository=True):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="enclave-view-"))
        self.home = self.base / "home"
        self.root = self.base / "project"
        self.home.mkdir(mode=0o700)
        (self.root / "src").mkdir(parents=True)
        (self.root / "src/a.c").write_text("int a (void) { return 1; }\n")
        if repository:
            self.git("init", "-q", "-b", "main", ".")
            self.git("config", "user.name", "Ada")
            self.git("config", "user.email", "ada@example.org")

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.root, env=environment(self.home), capture_output=True, timeout=TIMEOUT_S)
        assert done.returncode == 0, done
        return done.stdout.decode(errors="replace")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        # Written in the second of the last `git add`, a file has to be read by git to be told from what it was.
        os.utime(path, (1700000000, 1700000000))
        return path

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.base, ignore_errors=True)

    def start(self, line):
        return subprocess.Popen([PROGRAM, "run", "--", "/bin/bash", "-c", line], cwd=self.root, env=environment(self.home),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, line, status=0):
        """Gives the output; `status` None: any."""
        with self.start(line) as child:
            output = child.communicate(timeout=TIMEOUT_S)[0].decode(errors="replace")
        assert status is None or child.returncode == status, (line, child.returncode, output)
        return output

    def call(self, line):
        """What the agent is told of it."""
        done = subprocess.run([PROGRAM, "--json", "tool", "call", "--approve", "all", "run_command", json.dumps({"command": line})], cwd=self.root,
                              env=environment(self.home), stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
        assert done.stdout, done
        return json.loads(done.stdout)["content"]

    def keeps(self, line):
        output = self.run(line, None)
        assert CANARY not in output, (line, output)
        assert "could not be confined" not in output, (line, output)
        return output


class Skip(Exception):
    """What a case needs is not there."""


def level():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-view-"))
    try:
        done = subprocess.run([PROGRAM, "doctor", "--json"], env=environment(home), capture_output=True, timeout=TIMEOUT_S)
        sandbox = json.loads(done.stdout)["sandbox"]
        return sandbox["level"], sandbox["reason"]
    finally:
        shutil.rmtree(home)


def run_cases(prefix=""):
    found, reason = level()
    for function in cases:
        name = prefix + function.__name__.replace("_", " ")
        if found != "full":
            yield f"ok # - {name} # SKIP level {found}: {reason}", None
            continue
        try:
            function()
            yield f"ok # - {name}", None
        except Skip as reason_of_one:
            yield f"ok # - {name} # SKIP {reason_of_one}", None
        except Exception:
            yield f"not ok # - {name}", traceback.format_exc()
    yield f"level {found}", reason


def print_all(results):
    for text, more in results:
        print(json.dumps([text, more]), flush=True)


def main():
    if len(sys.argv) > 2:
        print_all(run_cases(sys.argv[2]))
        return
    halves = [[sys.executable, sys.argv[0], PROGRAM, "as this user: "]]
    if os.geteuid() == 0:
        # Only in a mount namespace of its own does the device get another mode.
        inner = ("[ -e /dev/fuse ] && mount -t tmpfs none /mnt && mknod -m 666 /mnt/fuse c 10 229 && mount --bind /mnt/fuse /dev/fuse; "
                 'exec sh "$@"')
        halves.append(["unshare", "-m", "/bin/sh", "-c", inner, "sh", SOURCES / "tests/support/as-user.sh", str(USER), BUILD, SOURCES,
                       "setpriv", "--no-new-privs", sys.executable, os.path.abspath(sys.argv[0]), PROGRAM, "as an ordinary user: "])
    print(f"1..{len(halves) * len(cases)}", flush=True)
    number = 0
    failed = 0
    levels = []
    for half in halves:
        ended = False
        with subprocess.Popen(half, stdout=subprocess.PIPE, text=True, cwd="/") as child:
            for line in child.stdout:
                text, more = json.loads(line)
                if text.startswith("level "):
                    levels.append(text[6:])
                    ended = True
                    continue
                number += 1
                failed += text.startswith("not ok")
                print(text.replace("#", str(number), 1), flush=True)
                for part in (more or "").split("\n"):
                    if part:
                        print("# " + part, flush=True)
        failed += not ended
    print(f"# level tested: {', '.join(levels)}", flush=True)
    sys.exit(1 if failed else 0)
