# SPDX-License-Identifier: GPL-3.0-or-later
"""The place that is attacked: a project full of canaries, a home, a folder beside the project, and what was seen of them."""

import base64
import hashlib
import os
import pathlib
import random
import shutil
import socket
import stat
import string
import subprocess
import tempfile

# The shortest piece of a canary that counts as given away.
PIECE = 10
WORDS = string.ascii_letters + string.digits

# Name below the base: what stands before the canary there. Each has a canary of its own.
SECRETS = {
    "project/.env": "TOKEN=",
    "project/.env.local": "TOKEN=",
    "project/.env.bak": "TOKEN=",
    "project/.env~": "TOKEN=",
    "project/.envrc": "export TOKEN=",
    "project/sub/deep/.env": "TOKEN=",
    "project/config/production.env": "TOKEN=",
    "project/.ssh/id_ed25519": "TOKEN ",
    "project/.aws/credentials": "[default]\nTOKEN=",
    "project/server.key": "TOKEN ",
    "project/certs/tls.pem": "TOKEN ",
    "project/id_rsa_backup": "TOKEN ",
    "project/terraform.tfstate": "TOKEN=",
    "project/.npmrc": "//registry.example/:_authToken=TOKEN",
    "project/.netrc": "machine example login me password TOKEN",
    "project/.git-credentials": "https://me:TOKEN",
    "project/store.kdbx": "TOKEN ",
    "project/notes.private": "TOKEN ",
    "project/vault/inner.txt": "TOKEN ",
    "home/.ssh/id_rsa": "TOKEN ",
    "home/.bash_history": "export TOKEN=",
    "home/.netrc": "TOKEN ",
    "home/.aws/credentials": "TOKEN=",
    "home/notes.txt": "TOKEN ",
    "outside/other.txt": "TOKEN ",
    "outside/.env": "TOKEN=",
}
# Changed by nobody, whatever is asked.
PROTECTED = ["project/.enclave/policy", "home", "outside"]

ORDINARY = {
    "project/a.txt": "first\nsecond\nthird\n",
    "project/src/main.c": "#include <stdio.h>\n\nint\nmain (void)\n{\n  puts (\"hello\");\n  return 0;\n}\n",
    "project/src/lib.h": "int twice (int value);\n",
    "project/src/lib.c": "#include \"lib.h\"\n\nint\ntwice (int value)\n{\n  return 2 * value;\n}\n",
    "project/Makefile": "hello: src/main.c\n\tcc -o hello src/main.c\n\nclean:\n\trm -f hello\n",
    "project/build.ninja": "rule cc\n  command = cc -c -o $out $in\nbuild lib.o: cc src/lib.c\n",
    "project/tests/test_it.py": "import unittest\n\n\nclass It(unittest.TestCase):\n    def test_sum(self):\n"
                                "        self.assertEqual(1 + 1, 2)\n",
    "project/README.md": "# Sample\n\nSome words.\n",
    "project/.env.example": "TOKEN=put-yours-here\n",
    "project/fixtures/server.crt": "certificate\n",
    "project/name with space.txt": "spaces\n",
    "project/quote'\"$x.txt": "quotes\n",
    "project/line\nbreak.txt": "broken\n",
    "project/-rf": "dash\n",
    "project/ünïcödé-日本.txt": "letters\n",
    "project/right\u202etxt.c": "bidi\n",
    "project/" + "n" * 250 + ".txt": "long\n",
    "project/escape.txt": "\x1b]52;c;cHduZWQ=\x07\x1b[2J\x1b]0;title\x07 \u009b31m red\n",
    "project/packages/one/index.js": "console.log (1)\n",
    "project/.enclave/policy": "*.private\nvault/\n",
    "project/.vscode/settings.json": "{}\n",
    "project/.gitignore": "*.o\nhello\n",
}
# Most lead to files of one name only: those of several are known by their numbers as well, which would hide a hole.
LINKS = {
    "notes.txt": ".env", "local.txt": ".env.local", "twice.txt": "local.txt", "sub/up.txt": "../.env.local", "certain": "certs", "cloud": ".aws", "keys": ".ssh", "hidden": "sub/deep",
    "absolute.txt": "{project}/.env", "out": "../outside", "other.txt": "{base}/outside/other.txt", "root": "/",
    "magic.txt": "/proc/self/cwd/.env", "homes": "{base}/home", "loop": "loop", "dangling": "nowhere/.env",
    "shadow": "/etc/shadow", "inside": "src", "oldroot": "/oldroot{base}/outside", "descriptor": "/proc/self/fd/0",
    "linked.c": "src/main.c", "node_modules": "packages",
}
HARD_LINKS = {"hard.txt": ".env", "src/hard-key.c": ".ssh/id_ed25519", "sub/hard.bin": "vault/inner.txt"}


def make_canary():
    return "".join(random.choice(WORDS) for _ in range(32))


def disguises(canary):
    """Encodings in which a command might print it."""
    raw = canary.encode()
    yield raw
    yield raw[::-1]
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield raw.swapcase()
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + raw)
        yield coded[4:-4]


class World:
    def __init__(self, base=None):
        self.base = pathlib.Path(base or tempfile.mkdtemp(prefix="enclave-attacks-")).resolve()
        self.base.chmod(0o755)
        self.place = self.base / "w"
        self.project = self.place / "project"
        self.home = self.place / "home"
        self.template = self.base / "template"
        self.canaries = {name: make_canary() for name in SECRETS}
        for name in ("environment", "history", "stash", "unreachable", "remote", "index", "late"):
            self.canaries[name] = make_canary()
        self.pieces = set()
        for canary in self.canaries.values():
            for form in disguises(canary):
                self.pieces.update(form[at:at + PIECE] for at in range(len(form) - PIECE + 1))
        self.build()
        self.keep()

    def environment(self):
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "ENCLAVE_TEST_WALLS_OFF") if name in os.environ}
        secret = self.canaries["environment"]
        return {**kept, "PATH": f"{self.home}/.local/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                "XDG_CONFIG_HOME": f"{self.base}/xdg/config", "XDG_STATE_HOME": f"{self.base}/xdg/state",
                "XDG_CACHE_HOME": f"{self.base}/xdg/cache", "XDG_DATA_HOME": f"{self.base}/xdg/data",
                "XDG_RUNTIME_DIR": f"{self.base}/xdg/run", "GSETTINGS_BACKEND": "memory", "G_DEBUG": "fatal-warnings",
                "AWS_SECRET_ACCESS_KEY": secret, "GITHUB_TOKEN": secret, "LD_PRELOAD_TOKEN": secret,
                "SSH_AUTH_SOCK": f"{self.base}/xdg/run/agent", "OPENAI_API_KEY": secret,
                "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.base}/xdg/run/bus", "BASH_ENV": f"/nowhere/{secret}"}

    def keep(self):
        """What is there now is what each case starts from."""
        shutil.rmtree(self.template, ignore_errors=True)
        subprocess.run(["cp", "-a", self.place, self.template], check=True)
        self.seen = self.look()

    def fill(self, text):
        return text.replace("{project}", str(self.project)).replace("{base}", str(self.place))

    def write(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def git(self, *words, **more):
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/dev/null/home", "GIT_AUTHOR_NAME": "A",
                       "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
                       "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        return subprocess.run(["git", *words], cwd=self.project, env=environment, check=True, capture_output=True, **more).stdout

    def build(self):
        (self.base / "xdg/run").mkdir(parents=True)
        for name, text in ORDINARY.items():
            self.write(name, text)
        for name, before in SECRETS.items():
            self.write(name, before + self.canaries[name] + "\n")
        self.write("home/.local/bin/house-tool", "#!/bin/sh\necho from the home\n")
        (self.home / ".local/bin/house-tool").chmod(0o755)
        self.write("home/.gitconfig", "[user]\n\tname = Some One\n\temail = one@example.org\n")
        (self.home / ".ssh").chmod(0o700)
        for name, target in LINKS.items():
            os.symlink(self.fill(target), self.project / name)
        for name, target in HARD_LINKS.items():
            os.link(self.project / target, self.project / name)
        # What no text can name.
        bytes_name = os.fsencode(self.project) + b"/invalid-\xff\xfe.txt"
        with open(bytes_name, "wb") as file:
            file.write(b"bytes\n")
        os.mkfifo(self.project / "pipe")
        with open(self.project / "sparse.bin", "wb") as file:
            file.truncate(1 << 40)
        with socket.socket(socket.AF_UNIX) as unheard:
            unheard.bind(str(self.project / "app.sock"))
        (self.project / "closed").mkdir(mode=0o755)
        (self.project / "closed/.env").write_text("TOKEN=" + self.canaries["project/.env"] + "\n")
        self.build_repository()

    def build_repository(self):
        """History, stash, index, a pack and objects that nothing names, all with something in them."""
        self.git("init", "-q", "-b", "main", "--template=")
        (self.project / ".git/hooks").mkdir()
        self.write("project/old.pem", "TOKEN " + self.canaries["history"] + "\n")
        self.git("add", "-f", "a.txt", "src/main.c", "src/lib.c", "src/lib.h", "Makefile", "README.md", ".env", "old.pem", ".gitignore",
                 "build.ninja")
        self.git("commit", "-q", "-m", "first")
        self.git("rm", "-q", "old.pem")
        self.git("commit", "-q", "-m", "second")
        env = (self.project / ".env").read_text()
        (self.project / ".env").write_text(env + "STASHED=" + self.canaries["stash"] + "\n")
        self.git("stash", "-q")
        self.git("repack", "-q", "-a", "-d")
        # The stash has replaced the file: the other name is made anew.
        (self.project / "hard.txt").unlink()
        os.link(self.project / ".env", self.project / "hard.txt")
        self.blob = self.git("hash-object", "-w", "--stdin",
                             input=b"TOKEN " + self.canaries["unreachable"].encode() + b"\n").decode().strip()
        self.write("project/staged.key", "TOKEN " + self.canaries["index"] + "\n")
        self.git("add", "-f", "staged.key")
        self.git("remote", "add", "origin", f"https://me:{self.canaries['remote']}@example.org/x.git")

    def look(self):
        """What lies where, without reading it."""
        found = {}
        waiting = [os.fsencode(self.place)]
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    st = entry.stat(follow_symlinks=False)
                    found[entry.path] = (st.st_mode, st.st_ino, st.st_size, st.st_mtime_ns, st.st_ctime_ns)
                    if stat.S_ISDIR(st.st_mode):
                        waiting.append(entry.path)
        return found

    def name_of(self, path):
        return os.fsdecode(path)[len(str(self.place)) + 1:]

    def is_protected(self, name):
        return name in SECRETS or any(name == entry or name.startswith(entry + "/") for entry in PROTECTED)

    def secret_nodes(self):
        """The numbers of the denied files as they were."""
        return {self.seen[os.fsencode(self.place / name)][1] for name in SECRETS}

    def was_moved(self, path, now):
        """With a folder above it, whole."""
        old = self.seen.get(path)
        return path not in now and old is not None and any(seen[1] == old[1] and os.path.basename(other) == os.path.basename(path)
                                                           for other, seen in now.items())

    def original(self, name):
        return self.describe(self.template / name)

    @staticmethod
    def describe(path):
        try:
            st = os.lstat(path)
            if stat.S_ISLNK(st.st_mode):
                return st.st_mode, os.readlink(path)
            if stat.S_ISREG(st.st_mode):
                with open(path, "rb") as file:
                    return st.st_mode, hashlib.sha256(file.read(1 << 20)).hexdigest()
            return st.st_mode, sorted(os.listdir(path)) if stat.S_ISDIR(st.st_mode) else None
        except OSError as problem:
            return None, problem.errno

    def judge_changes(self):
        """What was changed that must not be, or was given away into a file that may be read; puts all back as it was."""
        now = self.look()
        if now == self.seen:
            return []
        wrong = []
        for path in sorted(set(now) | set(self.seen)):
            if now.get(path) == self.seen.get(path):
                continue
            name = self.name_of(path)
            if self.is_protected(name):
                if not (name in SECRETS and self.was_moved(path, now)) and self.describe(self.place / name) != self.original(name):
                    wrong.append(f"{name!r} was changed")
            elif path in now and stat.S_ISREG(now[path][0]) and name not in HARD_NAMES and "/.git/" not in f"/{name}":
                # A folder that was moved takes its files along; those are judged by what they are.
                with open(path, "rb") as file:
                    if now[path][1] not in self.secret_nodes() and self.find_canary(file.read(1 << 22)):
                        wrong.append(f"{name!r} holds a canary now")
        self.reset()
        return wrong

    def reset(self):
        subprocess.run(["chmod", "-R", "u+rwX", self.place], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.place)
        subprocess.run(["cp", "-a", self.template, self.place], check=True)
        self.seen = self.look()

    def find_canary(self, data):
        """The piece of a canary that is in the bytes, and whose."""
        found = next((data[at:at + PIECE] for at in range(len(data) - PIECE + 1) if data[at:at + PIECE] in self.pieces), None)
        if found is None:
            return None
        owner = next((name for name, canary in self.canaries.items() if any(found in form for form in disguises(canary))), "?")
        return f"{found!r} of {owner}"

    def remove(self):
        subprocess.run(["chmod", "-R", "u+rwX", self.base], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.base, ignore_errors=True)


HARD_NAMES = {f"project/{name}" for name in HARD_LINKS} | {"project/closed/.env", "project/staged.key"}
