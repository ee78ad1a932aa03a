# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at each system call that changes a disk, and each of them failing: a change of five files is made or it is not, and
the next start leaves nothing half.

Arguments: enclavectl, at-system-call."""

import os
import subprocess
import sys

from world import World, unchanged

import support
from support import Skip, case, equal, main

AT = os.path.abspath(sys.argv[2])
REACHED, SKIPPED = 99, 77
# More calls than this would be a loop that never ends.
MOST = 2000

OLD = {"run.sh": "#!/bin/sh\necho old\n" * 40, "linked.txt": "old line of a file with two names\n" * 300, "gone.txt": "goes\n",
       "plain.txt": "plain and old\n"}
NEW = {"run.sh": "#!/bin/sh\necho new\n" * 30, "linked.txt": "a new line, and a longer one, of a file with two names\n" * 200,
       "deep/er/made.txt": "made\n", "plain.txt": "plain and new\n" * 3}


class FiveFiles(World):
    """One change of five files: a program, a file with two names that is written in place, one that goes, one that is made in
    folders that are made, a plain one. Others lie about."""

    def __init__(self):
        super().__init__(other_txt="other\n", sub__other_txt="other\n")
        for name, content in OLD.items():
            self.write(name, content)
            os.utime(self.root / name, ns=(10 ** 18, 10 ** 18))
        (self.root / "run.sh").chmod(0o750)
        os.link(self.root / "linked.txt", self.root / "sub/second name.txt")
        self.old = self.look()

    def reply(self):
        def hunk(name, old, new):
            removed, added = old.splitlines(keepends=True), new.splitlines(keepends=True)
            return (f"--- {'a/' + name if old else '/dev/null'}\n+++ {'b/' + name if new else '/dev/null'}\n"
                    f"@@ -{1 if old else 0},{len(removed)} +{1 if new else 0},{len(added)} @@\n"
                    + "".join("-" + line for line in removed) + "".join("+" + line for line in added))
        names = sorted(OLD | NEW)
        return "```diff\n" + "".join(hunk(name, OLD.get(name, ""), NEW.get(name, "")) for name in names) + "```\n"

    def at(self, mode, number, *words):
        """Returns the status, and the name of the call that was reached."""
        reading, writing = os.pipe()
        program = f"exec 3>&{writing}; exec {writing}>&-; exec \"$@\""
        done = subprocess.run(["/bin/sh", "-c", program, "sh", AT, mode, str(number), support.PROGRAM, *words], cwd=self.root,
                              env=support.environment(self.home), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, pass_fds=[writing])
        os.close(writing)
        name = os.read(reading, 100).decode()
        os.close(reading)
        return done.returncode, name

    def state_of(self):
        """"old" or "new", by every byte and mode; anything else fails. What was not written has its mtime."""
        now = self.look()
        if "deep/er/made.txt" not in now:
            unchanged(self.old, now, apart=("run.sh", "linked.txt", "sub/second name.txt", "gone.txt", "plain.txt"))
            return "old"
        equal(sorted(now), sorted((set(self.old) - {"gone.txt"}) | {"deep", "deep/er", "deep/er/made.txt"}))
        for name, content in NEW.items():
            assert now[name].bytes.decode() == content, f"{name}: {now[name].bytes[:200]!r}"
        assert now["sub/second name.txt"].bytes == now["linked.txt"].bytes
        equal(now["sub/second name.txt"].inode, now["linked.txt"].inode)
        equal(oct(now["run.sh"].mode), oct(self.old["run.sh"].mode))
        for name in ("other.txt", "sub/other.txt", "a.txt"):
            equal(now[name].mtime, self.old[name].mtime, name)
        return "new"

    def start_again(self, failed=""):
        result = self.run("--json", "checkpoints")
        equal(result.status, 0, result)
        folder = self.store() if (self.state() / "checkpoints").exists() and any((self.state() / "checkpoints").iterdir()) else None
        if folder is not None:
            assert not (folder / "plan").exists() and not (folder / "plan.bad").exists()
        # Where removing what was put aside is what failed, there is nobody left to remove it.
        if failed == "unlink":
            return result
        journal = self.state() / "journal"
        equal([path.name for path in journal.iterdir()] if journal.exists() else [], [])
        return result


def refuse_skipped(status):
    if status == SKIPPED:
        raise Skip("no program can be traced or halved here")


def each_call(prepare, mode, words, check):
    """Runs @words once for each call; @check is given the world, the name of the call and the status."""
    names = []
    for number in range(1, MOST):
        with FiveFiles() as world:
            prepare(world)
            status, name = world.at(mode, number, *words(world))
            refuse_skipped(status)
            check(world, name, status)
            if not name:
                assert number > 1 or mode == "half"
                return names
            names.append(name)
    raise AssertionError("the calls do not end")


def write_reply(world):
    (world.base / "reply.md").write_text(world.reply())


def apply_words(world):
    return ["apply", str(world.base / "reply.md")]


def applied(world):
    write_reply(world)
    result = world.run(*apply_words(world))
    equal(result.status, 0, result)
    equal(world.state_of(), "new")


def tell(title, names):
    counts = ", ".join(f"{name} {names.count(name)}" for name in sorted(set(names)))
    print(f"# {title}: {len(names)} points ({counts})", flush=True)


@case
def killed_while_five_files_are_changed():
    outcomes = []

    def check(world, name, status):
        world.start_again()
        outcome = world.state_of()
        outcomes.append(outcome)
        if not name:
            equal((status, outcome), (0, "new"))
        # What stands can be taken back, and what does not is not offered.
        done = world.run("undo")
        equal(done.status, 0 if outcome == "new" else 1, (name, done))
        equal(world.state_of(), "old")

    names = each_call(write_reply, "kill", apply_words, check)
    tell("kill", names)
    # Threads that write beside the change move its calls from run to run: one that is made but once may be missed.
    assert {"renameat", "unlinkat", "write", "fsync"} <= set(names), names
    assert "old" in outcomes and "new" in outcomes


@case
def killed_in_the_middle_of_each_write():
    def check(world, name, status):
        world.start_again()
        world.state_of()

    tell("half", each_call(write_reply, "half", apply_words, check))


@case
def each_call_fails():
    def check(world, name, status):
        outcome = world.state_of() if status == 0 else None
        if status == 0:
            equal(outcome, "new", name)
        world.start_again(failed=name)
        outcome = world.state_of()
        if not name:
            equal((status, outcome), (0, "new"))

    tell("fail", each_call(write_reply, "fail", apply_words, check))


@case
def killed_while_a_change_is_taken_back():
    def check(world, name, status):
        world.start_again()
        outcome = world.state_of()
        # Both ways are open still.
        if outcome == "new":
            equal(world.run("undo").status, 0, name)
            equal(world.state_of(), "old")
        equal(world.run("redo").status, 0, name)
        equal(world.state_of(), "new")

    tell("undo", each_call(applied, "kill", lambda world: ["undo"], check))


def killed_between_two_files(world):
    """The plain file is written, the program, which is last, is not."""
    write_reply(world)
    status, name = world.at("after", "plain.txt", *apply_words(world))
    refuse_skipped(status)
    equal((status, bool(name)), (REACHED, True))
    now = world.look()
    equal({each for each in NEW if each in now and now[each].bytes == NEW[each].encode()}, set(NEW) - {"run.sh"})


@case
def killed_while_it_is_put_in_order():
    def check(world, name, status):
        world.start_again()
        equal(world.state_of(), "old", name)

    names = each_call(killed_between_two_files, "kill", lambda world: ["checkpoints"], check)
    tell("recovery", names)
    assert {"renameat", "unlinkat", "fsync"} <= set(names), names


@case
def work_between_the_kill_and_the_next_start_is_left():
    with FiveFiles() as world:
        killed_between_two_files(world)
        # The person goes on with the plain one.
        world.write("plain.txt", NEW["plain.txt"] + "mine\n")
        result = world.run("checkpoints")
        assert "plain.txt was changed since and was left alone" in result.err, result
        equal(world.read("plain.txt"), NEW["plain.txt"] + "mine\n")
        world.write("plain.txt", OLD["plain.txt"])
        os.utime(world.root / "plain.txt", ns=(10 ** 18, 10 ** 18))
        equal(world.state_of(), "old")
        # What was kept of it is in the history.
        equal([entry["paths"] for entry in world.checkpoints()], [["plain.txt"]])


main()
