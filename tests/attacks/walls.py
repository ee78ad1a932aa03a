# SPDX-License-Identifier: GPL-3.0-or-later
"""Each wall alone: with all others taken away it stops its own cases, and with it away too they work.

  walls.py ENCLAVECTL ENGINE [--wall NAME]…

Prints TAP. The program has to be built with the option `test-walls`. So no case of the corpus passes because another wall stood
behind the one it was written for. What a case gains when it works: a canary (`leaks NAME`), a listener reached (`reaches`), a line
printed that only success prints (`prints`), a process of the machine ended (`ends`). A wall that is a part of another one is tried
with that one, which stands last in the case."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from command_cases import python
from routes import Routes, Sink
from world import PIECE, World, disguises, make_canary

VARIABLE = "ENCLAVE_TEST_WALLS_OFF"
WALLS = ["names", "rules", "beneath", "links", "values", "secrets", "view", "masks", "git-store", "environment", "network", "processes", "system",
         "seccomp", "landlock"]
WON = "WO" "N"


def libc(*lines):
    """Calls that Python has no name for. What is printed is put together, so that the line itself doesn't hold it."""
    return python("import ctypes, os, socket", "c = ctypes.CDLL(None, use_errno=True)", *lines, f"print('{WON[:2]}' + '{WON[2:]}')")


CASES = {
    "names": [
        ("read_file", ".env", "leaks project/.env"),
        ("read_file", "sub/deep/.env", "leaks project/sub/deep/.env"),
        ("read_file", "vault/inner.txt", "leaks project/vault/inner.txt"),
        ("search_text", {"path": ".", "pattern": "TOKEN"}, "leaks project/.env.local"),
    ],
    "rules": [
        ("read_file", ".env", "leaks project/.env"),
        ("read_file", "notes.txt", "leaks project/.env"),
        ("read_file", "local.txt", "leaks project/.env.local"),
        ("read_file", "certain/tls.pem", "leaks project/certs/tls.pem"),
        ("read_file", "vault/inner.txt", "leaks project/vault/inner.txt"),
        ("search_text", {"path": ".", "pattern": "TOKEN"}, "leaks project/.env.local"),
        ("mention", "What is in @local.txt?", "leaks project/.env.local"),
    ],
    "beneath": [
        ("read_file", "../outside/other.txt", "leaks outside/other.txt"),
        ("read_file", "out/other.txt", "leaks outside/other.txt"),
        ("read_file", "other.txt", "leaks outside/other.txt"),
        ("read_file", "homes/notes.txt", "leaks home/notes.txt"),
        ("read_file", "magic.txt", "leaks project/.env"),
    ],
    "links": [
        ("read_file", "hard.txt", "leaks project/.env"),
        ("read_file", "src/hard-key.c", "leaks project/.ssh/id_ed25519"),
        ("read_file", "sub/hard.bin", "leaks project/vault/inner.txt"),
        ("run", "cat hard.txt", "leaks project/.env", "view"),
        ("run", "cat hard.txt", "leaks project/.env", "masks"),
    ],
    "values": [
        ("read_file", "copied.txt", "leaks project/.env"),
        ("run_command", "cat .env", "leaks project/.env"),
        ("run_command", "git show HEAD:.env", "leaks project/.env"),
        ("mention", "What is in @copied.txt?", "leaks project/.env"),
    ],
    "secrets": [
        ("read_file", "token.txt", "leaks token"),
        ("run_command", "cat token.txt", "leaks token"),
        ("mention", "What is in @token.txt?", "leaks token"),
    ],
    "view": [
        ("run", "cat .env", "leaks project/.env"),
        ("run", "cat notes.txt", "leaks project/.env"),
        ("run", "cp .ssh/id_ed25519 x; cat x", "leaks project/.ssh/id_ed25519"),
        ("run", "cat vault/inner.txt", "leaks project/vault/inner.txt"),
        ("run", "mv .env open.txt; cat open.txt", "leaks project/.env"),
        ("late", ("later.env", "new"), "leaks late"),
    ],
    "masks": [
        ("run", "cat .env", "leaks project/.env"),
        ("run", "cat notes.txt", "leaks project/.env"),
        ("run", "cp .ssh/id_ed25519 x; cat x", "leaks project/.ssh/id_ed25519"),
        ("run", "cat vault/inner.txt", "leaks project/vault/inner.txt"),
    ],
    "git-store": [
        ("run", "git show HEAD:.env", "leaks project/.env", "view"),
        ("run", "git cat-file -p %U", "leaks unreachable", "view"),
        ("run", "git show HEAD~1:old.pem", "leaks history", "view"),
        ("run", "git show :staged.key", "leaks index", "view"),
    ],
    "environment": [
        ("run", "env", "leaks environment"),
        ("run", "cat /proc/self/environ", "leaks environment"),
        ("run", "cat /proc/[0-9]*/environ", "leaks environment"),
        ("run", "echo $OPENAI_API_KEY", "leaks environment"),
    ],
    "network": [
        ("run", "exec 3<>/dev/tcp/127.0.0.1/%T", "reaches"),
        ("run", "echo x >/dev/udp/127.0.0.1/%T", "reaches"),
        ("run", python("import socket", "socket.socket(socket.AF_UNIX).connect('\\0enclave-attacks-%T')"), "reaches"),
    ],
    "processes": [
        ("run", "kill %K", "ends"),
        ("run", "cat /proc/%K/cmdline", "leaks process", "system"),
    ],
    "system": [
        ("run", "cat %B/outside/other.txt", "leaks outside/other.txt"),
        ("run", "cat %B/home/.ssh/id_rsa", "leaks home/.ssh/id_rsa"),
        ("run", "cat out/.env", "leaks outside/.env"),
        ("run", python("import socket", "socket.socket(socket.AF_UNIX).connect('%B/home/sink')"), "reaches"),
    ],
    "seccomp": [
        ("run", libc("assert c.unshare(0x10000000) == 0"), "prints"),
        ("run", libc("b = ctypes.create_string_buffer(120)", "assert c.syscall(425, 4, b) >= 0"), "prints"),
        ("run", libc("socket.socket(16, 3, 9)"), "prints"),
        ("run", libc("assert c.personality(0x0400000) >= 0"), "prints"),
        ("run", libc("assert c.syscall(250, 0, -2, 1) >= 0"), "prints"),
    ],
    "landlock": [
        ("run", "cat %B/outside/other.txt", "leaks outside/other.txt"),
        ("run", "cat %B/home/.ssh/id_rsa", "leaks home/.ssh/id_rsa"),
    ],
}


class WalledWorld(World):
    def __init__(self):
        self.off = []
        # Not in a folder that every command has one of its own of.
        super().__init__(tempfile.mkdtemp(prefix="enclave-attacks-", dir=pathlib.Path.home()))
        self.canaries["token"] = "gh" "p_" + (make_canary() + make_canary())[:36]
        self.canaries["process"] = make_canary()
        self.write("project/token.txt", f"the value is {self.canaries['token']}\n")
        self.write("project/copied.txt", self.canaries["project/.env"] + "\n")
        self.keep()

    def environment(self):
        return {**super().environment(), VARIABLE: ",".join(self.off)}

    def holds(self, name, data):
        canary = self.canaries[name]
        return any(form[at:at + PIECE] in data for form in disguises(canary) for at in range(len(form) - PIECE + 1))


class WalledRoutes(Routes):
    def __init__(self, *words):
        super().__init__(*words)
        self.victim = None

    def fill(self, what):
        what = super().fill(what)
        return what.replace("%K", str(self.victim.pid)) if isinstance(what, str) else what

    def attack(self, route, what, gain):
        """What it gained, or nothing; and what it said."""
        word, _, name = gain.partition(" ")
        self.victim = subprocess.Popen([self.world.canaries["process"], "60"], executable="/bin/sleep")
        try:
            outcome, heard = self.run(route, what)
            ended = self.victim.poll() is not None
        finally:
            self.victim.kill()
            self.victim.wait()
        reached = self.sink.was_reached()
        worked = {"leaks": lambda: self.world.holds(name, outcome.data + heard), "reaches": lambda: reached,
                  "prints": lambda: WON.encode() in outcome.data, "ends": lambda: ended}[word]()
        self.world.judge_changes()
        self.sink.settle()
        return worked, outcome


def judge(world, routes, wall, case):
    route, what, gain, *carriers = case
    kept = [wall, *carriers]
    world.off = [other for other in WALLS if other not in kept]
    worked, outcome = routes.attack(route, what, gain)
    if worked:
        return f"alone it let it happen: {outcome!r}"
    world.off.append(wall)
    worked, outcome = routes.attack(route, what, gain)
    if not worked:
        return f"without it, too, nothing happened: {outcome!r}"
    return None


def find_level(routes):
    return json.loads(routes.call("--json", "doctor").text.splitlines()[0])["sandbox"]["level"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("enclavectl", type=os.path.abspath)
    parser.add_argument("engine", type=os.path.abspath)
    parser.add_argument("--wall", dest="walls", action="append", choices=WALLS)
    options = parser.parse_args()
    if VARIABLE.encode() not in pathlib.Path(options.enclavectl).read_bytes():
        print("1..0 # SKIP the program was not built with the option test-walls")
        return 77
    walls = options.walls or WALLS
    world = WalledWorld()
    sink = Sink(world)
    world.keep()
    routes = WalledRoutes(world, options.enclavectl, options.engine, sink)
    reset = world.reset
    world.reset = lambda: (reset(), sink.settle())
    level = find_level(routes)
    failed = number = 0
    print(f"1..{sum(len(CASES[wall]) for wall in walls)}", flush=True)
    try:
        for wall in walls:
            for case in CASES[wall]:
                number += 1
                title = f"{wall}: {case[0]} {str(case[1])[:90]!r}".replace("#", "\\#").encode("ascii", "backslashreplace").decode()
                if "view" in (wall, *case[3:]) and level != "full":
                    print(f"ok {number} - {title} # SKIP at level {level} there is no view in namespaces")
                    continue
                wrong = judge(world, routes, wall, case)
                print(f"{'not ok' if wrong else 'ok'} {number} - {title}")
                if wrong:
                    failed += 1
                    print("# " + wrong.encode("ascii", "backslashreplace").decode().replace("\n", "\n# "))
                sys.stdout.flush()
    finally:
        sink.close()
        world.remove()
    return 1 if failed else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
