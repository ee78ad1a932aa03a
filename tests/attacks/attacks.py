# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus of attacks and of ordinary actions, against enclavectl.

  attacks.py ENCLAVECTL ENGINE [--class NAME]… [--half] [--results] [--without WALL,…] [--level LEVEL] [--unconfined]

Prints TAP. As root all of it is run, and the half of it again as an ordinary user. Of each class the project is made once and put back
after each case that changed something. Whatever a case expects, no case may show ten characters of a canary, plain, reversed,
in hexadecimal or base64, in what is printed or in what a server is sent, change a denied file, reach the listeners or hang.

Expectations: `denied` by a rule (exit 3), `refused` (any error), `asks` (exit 5), `fails` (not exit 0), `kept` (no more than the above),
`without TEXT`, `gives TEXT` (exit 0 and printed), `ends N` (exit N), `wrote FILE=TEXT` (exit 0 and TEXT is in it).
The last word of a case says at which levels of the sandbox it must hold (HELD); `values`: below them too where values of denied files are
recognised. --without takes away what the sandbox is made of: `fuse`, `namespaces`, and what a build with the option test-walls can do
without (`landlock`, `landlock-abi=2`); --level says what must be found then. Where no command can be confined, each must be refused. Cases that can't be expected to hold here are told as skipped. --unconfined runs the lines of the commands without any
wall, in the project of the test only, and tells which of them give nothing away then: they would prove nothing."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import traceback

import command_cases
import file_cases
import hostile
import model_cases
import ordinary_cases
from routes import Outcome, Routes, Sink
from world import World

COMMANDS = ("run", "pty-run", "limited", "granted", "run_command", "git_status", "git_diff", "git_log", "git_commit")
# An ordinary system lets everybody open /dev/fuse, which fusermount3 does as its caller.
OPEN_FUSE = ("[ ! -e /dev/fuse ] || { place=$(mktemp -d) && mount -t tmpfs tmpfs \"$place\" && mknod -m 666 \"$place/fuse\" c 10 229 && "
             "mount --bind \"$place/fuse\" /dev/fuse && umount -l \"$place\" && rmdir \"$place\"; } || exit 1; ")
HIDE_FUSE = ("[ ! -e /dev/fuse ] || mount --bind /dev/null /dev/fuse || exit 1; "
             "program=$(command -v fusermount3) && { mount --bind /dev/null \"$program\" || exit 1; }; ")
ALONE = ["unshare", "--mount", "--propagation", "private", "sh", "-c"]
# Where the word of a case is held. `tools-only`: everywhere; `masked`: wherever commands run; `view`: where they see the project through the view; `namespaces`:
# where they have those; `reduced`: where they have not; `unheld`: nowhere yet, and named among those not expected.
HELD = {"tools-only": ("tools-only", "masked", "reduced", "full"), "masked": ("masked", "reduced", "full"), "view": ("reduced", "full"),
        "namespaces": ("masked", "full"), "reduced": ("reduced",), "full": ("full",), "unheld": ()}
LEVELS = ["tools-only", "masked", "reduced", "full"]
SHADOW = re.compile(rb"^(root|daemon|nobody):[^:\n]*:\d+:\d*:", re.MULTILINE)
# Not nobody: in a namespace that number stands for everybody who is not known there.
ORDINARY_USER = "daemon"
HERE = pathlib.Path(__file__).resolve().parent


def read_least():
    lines = (HERE / "least-level").read_text(encoding="utf-8").splitlines()
    words = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return words["level"], words["values"] == "yes"


def expect(expectation, outcome, world):
    """What is wrong, or nothing."""
    word, _, rest = expectation.partition(" ")
    if outcome.status is None:
        return "it hung"
    if isinstance(outcome.status, str):
        return outcome.status
    if outcome.status < 0:
        return f"the program died of signal {-outcome.status}"
    if word == "denied":
        if outcome.status != 3 or outcome.error.get("code") not in ("denied", "outside-root"):
            return "it was not denied"
        if rest and (world.project / rest.split(" ")[1]).exists():
            return f"{rest.split(' ')[1]} was written"
    elif word == "refused" and (outcome.status == 0 or not outcome.error):
        return "it was not refused"
    elif word == "asks" and outcome.status != 5:
        return "nobody was asked"
    elif word == "fails" and outcome.status == 0:
        return "it did not fail"
    elif word == "without" and rest in outcome.content:
        return f"it printed {rest!r}"
    elif word == "gives" and (outcome.status != 0 or rest not in outcome.content.replace("\r\n", "\n")):
        return f"it did not give {rest!r}"
    elif word == "ends" and outcome.status != int(rest):
        return f"it did not end with {rest}"
    elif word == "wrote":
        name, _, text = rest.partition("=")
        path = world.project / name
        if outcome.status != 0 or not path.is_file() or text not in path.read_text():
            return f"{name} was not written"
    return None


class Class:
    """The cases of one class, in a project of their own."""

    def __init__(self, name, cases, options, level, values):
        self.name, self.cases, self.options, self.level, self.values = name, cases, options, level, values

    def is_expected(self, case):
        least, route = case[4], case[1].partition(":")[0]
        if self.level == "tools-only":
            return self.name != "ordinary" or (route not in COMMANDS and route not in ("ask", "mention"))
        if least == "values":
            return self.values or self.level in HELD["view"]
        return self.level in HELD[least]

    def judge(self, world, routes, case):
        _, route, what, expectation, *_ = case
        outcome, heard = routes.run(route, what)
        if self.level == "tools-only" and (route.partition(":")[0] in COMMANDS or "ask" in route or case[0] == "race"):
            expectation = "kept"
        wrong = expect(expectation, outcome, world)
        if self.level == "tools-only" and route in ("run", "pty-run", "granted") and outcome.status != 125:
            wrong = "it was run, though nothing can confine it"
        for place, data in (("the output", outcome.data), ("what the server was sent", heard)):
            found = world.find_canary(data)
            if found is not None:
                wrong = f"{place} holds {found}"
            elif SHADOW.search(data):
                wrong = f"{place} holds lines of shadow"
        if (route in ("run", "pty-run", "granted") and b"PWNED" in outcome.data) or (world.project / "PWNED").exists():
            wrong = "the attack worked"
        if routes.sink.was_reached():
            wrong = "a listener was reached"
        changes = world.judge_changes()
        if changes:
            wrong = "; ".join(changes)
        if world.seen.get(os.fsencode(world.project / "live.sock")) is None or changes or wrong:
            routes.sink.settle()
        return wrong, outcome

    def run_cases(self):
        """[(title, "ok", "skip" or "not ok", words)]"""
        world = World()
        sink = Sink(world)
        world.keep()
        routes = Routes(world, self.options.enclavectl, self.options.engine, sink)
        reset = world.reset
        world.reset = lambda: (reset(), sink.settle())
        results = []
        try:
            for number, case in enumerate(self.cases):
                title = f"{case[1]} {str(case[2])[:90]!r}"
                needs = case[5] if len(case) > 5 else None
                if self.options.half and number % 2:
                    continue
                if needs is not None and shutil.which(needs) is None:
                    results.append((title, "skip", f"{needs} is not installed"))
                elif not self.is_expected(case):
                    results.append((title, "skip", f"not expected at level {self.level}"))
                else:
                    begun = time.monotonic()
                    wrong, outcome = self.judge(world, routes, case)
                    if time.monotonic() - begun > 2:
                        title += f" ({time.monotonic() - begun:.0f} s)"
                    results.append((title, "not ok" if wrong else "ok", f"{wrong}: {outcome!r}" if wrong else ""))
            if self.name == "hostile":
                results += hostile.run(world, routes, self.values, self.options.half)
            kept = b"".join(path.read_bytes() for path in (world.base / "xdg").rglob("*") if path.is_file())
            found = world.find_canary(kept)
            results.append(("what is kept of the session", "not ok" if found else "ok", f"the state folder holds {found}" if found else ""))
        finally:
            sink.close()
            world.remove()
        return results


def find_level(options):
    world = World()
    try:
        routes = Routes(world, options.enclavectl, options.engine, None)
        level = json.loads(routes.call("--json", "doctor").text.splitlines()[0])["sandbox"]["level"]
        (world.project / "copied.txt").write_text(world.canaries["project/.env"] + "\n")
        shown = routes.call("--json", "tool", "call", "read_file", '{"path": "copied.txt"}')
        return level, shown.status == 0 and world.find_canary(shown.data) is None
    finally:
        world.remove()


def run_all(options):
    level, values = find_level(options)
    cases = file_cases.CASES + command_cases.CASES + model_cases.CASES + ordinary_cases.CASES
    names = list(dict.fromkeys(case[0] for case in cases)) + ["hostile"]
    classes = [Class(name, [case for case in cases if case[0] == name], options, level, values)
               for name in names if not options.classes or name in options.classes]

    def run_class(entry):
        begun = time.monotonic()
        try:
            return entry.name, entry.run_cases(), time.monotonic() - begun
        except Exception:  # pylint: disable=broad-except
            return entry.name, [(entry.name, "not ok", traceback.format_exc())], time.monotonic() - begun

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # The long ones first.
        order = sorted(classes, key=lambda entry: entry.name not in ("hostile", "ordinary", "server-abuse"))
        done = {result[0]: result for result in pool.map(run_class, order)}
    return {"level": level, "values": values, "classes": [done[entry.name] for entry in classes]}


def run_as_ordinary_user(options):
    """The half of it, where root's numbers open nothing."""
    script = HERE.parent / "support" / "as-user.sh"
    words = ["sh", script, ORDINARY_USER, options.build, HERE, "/usr/bin/python3", "-B", HERE / "attacks.py", options.enclavectl, options.engine,
             "--half", "--results", "--walls", options.walls, *[word for name in options.classes for word in ("--class", name)]]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=200, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"level": "none", "values": False, "classes": [["start", [["as an ordinary user", "not ok", done.stdout + done.stderr]], 0]]}


def run_unconfined(options):
    """Commands only, and of those only what reads: nothing here may harm the machine."""
    world = World()
    sink = Sink(world)
    world.keep()
    routes = Routes(world, options.enclavectl, options.engine, sink)
    for case in command_cases.CASES:
        if case[0] not in ("shell", "shell-git", "secret-env") or case[1] not in ("run", "run_command"):
            continue
        line = routes.fill(case[2])
        done = subprocess.run(["bash", "-c", line], cwd=world.project, env=world.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, check=False)
        outcome = Outcome(done.returncode, done.stdout + done.stderr)
        leaked = world.find_canary(outcome.data) or world.judge_changes() or (case[3] == "fails" and done.returncode == 0)
        if not leaked:
            print(f"gives nothing away: {case[0]} {case[2]!r}")
        world.judge_changes()
    sink.close()
    world.remove()


def print_tap(parts, wanted):
    lines, failed, skipped = [], 0, 0
    for user, part in parts:
        for name, results, seconds in part["classes"]:
            lines.append(f"# Start of {user} {name}")
            for title, verdict, words in results:
                number = sum(1 for line in lines if not line.startswith("#")) + 1
                told = f"{user}/{name} {title}".replace("#", "\\#").encode("ascii", "backslashreplace").decode()
                if verdict == "not ok":
                    failed += 1
                    lines += [f"not ok {number} - {told}", *["# " + line for line in words.encode("ascii", "backslashreplace").decode().split("\n")]]
                else:
                    skipped += verdict == "skip"
                    lines.append(f"ok {number} - {told}" + (f" # SKIP {words}" if verdict == "skip" else ""))
            lines.append(f"# End of {user} {name}, {seconds:.1f} s")
    least, values = read_least()
    for user, part in parts:
        if wanted is not None:
            reached, words = part["level"] == wanted, f"is at level {wanted}"
        else:
            reached = part["level"] in LEVELS and LEVELS.index(part["level"]) >= LEVELS.index(least) and (part["values"] or not values)
            words = f"reaches level {least}"
        number = sum(1 for line in lines if not line.startswith("#")) + 1
        lines.append(f"{'ok' if reached else 'not ok'} {number} - {user} {words}")
        failed += not reached
    print(f"1..{sum(1 for line in lines if not line.startswith('#'))}")
    print("\n".join(lines))
    cases = [case for case in file_cases.CASES + command_cases.CASES + model_cases.CASES]
    print(f"# {len(cases)} attacks, {len(ordinary_cases.CASES)} ordinary actions; {failed} failed, {skipped} passed over")
    told = ", ".join(f"{user}: {part['level']}{' with values' if part['values'] else ''}" for user, part in parts)
    print(f"# level found: {told}")
    return failed


def take_away(options):
    """Starts this again where it is missing."""
    script = (OPEN_FUSE if "namespaces" in options.without else "") + (HIDE_FUSE if "fuse" in options.without else "")
    walls = [wall for wall in options.without if wall not in ("fuse", "namespaces")]
    at = sys.argv.index("--without")
    words = [sys.executable, "-B", *sys.argv[:at], *sys.argv[at + 2:], *(["--walls", ",".join(walls)] if walls else [])]
    if "namespaces" in options.without:
        words = [os.path.join(options.build, "tests/support/without-namespaces"), *words]
    if script:
        words = [*ALONE, script + "exec \"$@\"", "sh", *words]
    os.execvp(words[0], words)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("enclavectl", type=os.path.abspath)
    parser.add_argument("engine", type=os.path.abspath)
    parser.add_argument("--build", type=os.path.abspath)
    parser.add_argument("--class", dest="classes", action="append", default=[])
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--results", action="store_true")
    parser.add_argument("--unconfined", action="store_true")
    parser.add_argument("--one-user", action="store_true")
    parser.add_argument("--level", choices=LEVELS)
    parser.add_argument("--without", type=lambda text: text.split(","), default=[])
    parser.add_argument("--walls", default="")
    options = parser.parse_args()
    if {"fuse", "namespaces"} & set(options.without) and os.geteuid() != 0:
        print("1..0 # SKIP only root can take away what the sandbox is made of")
        return 0
    if "namespaces" in options.without and "fuse" not in options.without and shutil.which("fusermount3") is None:
        print("1..0 # SKIP without namespaces the view is mounted by fusermount3, which is not installed")
        return 0
    if options.without:
        take_away(options)
    if options.walls:
        os.environ["ENCLAVE_TEST_WALLS_OFF"] = options.walls
    if options.unconfined:
        run_unconfined(options)
        return 0
    if options.results:
        print(json.dumps(run_all(options)))
        return 0
    parts = [("root" if os.geteuid() == 0 else "user", run_all(options))]
    if os.geteuid() == 0 and not options.one_user:
        parts.append((ORDINARY_USER, run_as_ordinary_user(options)))
    return 1 if print_tap(parts, options.level) else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
