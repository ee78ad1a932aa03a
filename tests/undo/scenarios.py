# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns of an agent, work of a person in between, and taking back: bytes, modes and mtimes as they should be."""

import fcntl
import json
import os
import shutil
import subprocess
import threading
import time

from world import World, unchanged
from support import Server, call, case, equal, main, text

TEN = "".join(f"{number}\n" for number in range(1, 11))


def ten(**changed):
    lines = {f"l{number}": f"{number}\n" for number in range(1, 11)}
    lines.update(changed)
    return "".join(lines.values())


@case
def a_turn_is_taken_back_to_the_byte():
    with World(a_txt=TEN, b_txt="b\n", sub__c_txt="c\n") as world:
        before = world.look()
        world.turn(("a.txt", ten(l3="three\n")), ("sub/c.txt", "see\n"))
        equal(world.read("sub/c.txt"), "see\n")
        done = world.undo()
        equal(done["by_path"], {"a.txt": "restored", "sub/c.txt": "restored"})
        unchanged(before, world.look(), apart=("a.txt", "sub/c.txt"))


@case
def a_file_that_is_put_back_counts_as_written_now():
    """Else a build would take the older time for nothing to do."""
    with World(a_txt=TEN) as world:
        begun = time.time_ns() - 10 ** 9
        world.turn(("a.txt", "x\n"))
        world.undo()
        assert (world.root / "a.txt").stat().st_mtime_ns > begun


@case
def new_files_and_their_folders_go():
    with World(a_txt=TEN) as world:
        before = world.look()
        world.turn(("deep/er/new.txt", "x\n"), ("deep/other.txt", "y\n"))
        world.undo()
        unchanged(before, world.look())


@case
def a_folder_that_the_person_uses_by_now_stays():
    with World(a_txt=TEN) as world:
        world.turn(("deep/er/new.txt", "x\n"))
        world.write("deep/mine.txt", "mine\n")
        world.undo()
        assert world.exists("deep/mine.txt") and not world.exists("deep/er")


@case
def a_removed_program_comes_back_as_a_program():
    with World(run_sh="#!/bin/sh\nexit 0\n", b_txt="b\n") as world:
        (world.root / "run.sh").chmod(0o755)
        before = world.look()
        world.turn(("run.sh", None))
        world.undo()
        unchanged(before, world.look(), apart=("run.sh",))


@case
def the_undo_is_undone_and_undone_again():
    with World(a_txt=TEN, run_sh="#!/bin/sh\n") as world:
        (world.root / "run.sh").chmod(0o750)
        before = world.look()
        world.turn(("a.txt", ten(l3="three\n")), ("n/new.txt", "x\n"), ("run.sh", None))
        changed = world.look()
        for _ in range(3):
            world.undo()
            unchanged(before, world.look(), apart=("a.txt", "run.sh"))
            world.redo()
            unchanged(changed, world.look(), apart=("a.txt", "n/new.txt"))


@case
def the_mode_of_a_new_file_comes_back_with_it():
    with World() as world:
        world.turn(("tool.sh", "#!/bin/sh\n"))
        (world.root / "tool.sh").chmod(0o755)
        world.undo()
        assert not world.exists("tool.sh")
        world.redo()
        equal((world.root / "tool.sh").stat().st_mode & 0o777, 0o755)


@case
def later_work_of_the_person_stays():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l3="three\n")))
        world.write("a.txt", ten(l3="three\n", l8="mine\n", l10="10\nmore\n"))
        done = world.undo()
        equal(done["by_path"], {"a.txt": "merged"})
        equal(world.read("a.txt"), ten(l8="mine\n", l10="10\nmore\n"))
        world.redo()
        equal(world.read("a.txt"), ten(l3="three\n", l8="mine\n", l10="10\nmore\n"))


@case
def work_at_the_same_line_is_a_conflict_and_nothing_is_done():
    with World(a_txt=TEN, b_txt="b\n") as world:
        world.turn(("a.txt", ten(l3="three\n")), ("b.txt", "bee\n"))
        world.write("a.txt", ten(l3="three and mine\n"))
        before = world.look()
        done = world.undo(status=1)
        equal(done["by_path"], {"a.txt": "conflict", "b.txt": "restored"})
        equal(done["error"]["code"], "changed")
        assert "a.txt" in done["error"]["message"], done
        unchanged(before, world.look())
        equal(world.undo("--dry-run")["by_path"]["a.txt"], "conflict")


@case
def work_beside_the_change_is_not_guessed_about():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l3="three\n")))
        world.write("a.txt", ten(l3="three\n", l4="mine\n"))
        equal(world.undo(status=1)["by_path"], {"a.txt": "conflict"})
        equal(world.read("a.txt"), ten(l3="three\n", l4="mine\n"))


@case
def a_conflict_can_be_left():
    with World(a_txt=TEN, b_txt="b\n") as world:
        world.turn(("a.txt", ten(l3="three\n")), ("b.txt", "bee\n"))
        world.write("a.txt", ten(l3="mine\n"))
        equal(world.undo("--conflicts", "leave")["by_path"], {"a.txt": "left", "b.txt": "restored"})
        equal((world.read("a.txt"), world.read("b.txt")), (ten(l3="mine\n"), "b\n"))


@case
def a_conflict_can_be_put_back_and_the_persons_work_is_not_lost():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l3="three\n")))
        world.write("a.txt", ten(l3="mine\n"))
        equal(world.undo("--conflicts", "put-back")["by_path"], {"a.txt": "put-back"})
        equal(world.read("a.txt"), TEN)
        world.redo()
        equal(world.read("a.txt"), ten(l3="mine\n"))


@case
def a_file_that_the_person_has_removed_is_not_brought_back_unasked():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l3="three\n")))
        (world.root / "a.txt").unlink()
        equal(world.undo(status=1)["by_path"], {"a.txt": "conflict"})
        assert not world.exists("a.txt")
        world.undo("--conflicts", "put-back")
        equal(world.read("a.txt"), TEN)


@case
def a_new_file_that_the_person_has_worked_on_is_not_removed_unasked():
    with World() as world:
        world.turn(("new.txt", "agent\n"))
        world.write("new.txt", "agent\nmine\n")
        equal(world.undo(status=1)["by_path"], {"new.txt": "conflict"})
        equal(world.read("new.txt"), "agent\nmine\n")


@case
def a_removed_file_that_there_is_again_is_not_overwritten():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", None))
        world.write("a.txt", "mine\n")
        equal(world.undo(status=1)["by_path"], {"a.txt": "conflict"})
        equal(world.read("a.txt"), "mine\n")


@case
def what_the_person_has_taken_back_already_is_no_conflict():
    with World(a_txt=TEN, b_txt="b\n") as world:
        world.turn(("a.txt", ten(l3="three\n")), ("b.txt", "bee\n"), ("new.txt", "x\n"))
        world.write("a.txt", TEN)
        (world.root / "new.txt").unlink()
        before = world.look()
        equal(world.undo()["by_path"], {"a.txt": "unchanged", "b.txt": "restored", "new.txt": "unchanged"})
        after = world.look()
        equal(after["a.txt"].mtime, before["a.txt"].mtime)


@case
def an_older_turn_goes_and_the_newer_ones_stay():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l2="two\n")))
        world.turn(("a.txt", ten(l2="two\n", l5="five\n")))
        world.turn(("a.txt", ten(l2="two\n", l5="five\n", l9="nine\n")))
        oldest = world.checkpoints()[-1]["id"]
        equal(world.undo(str(oldest))["by_path"], {"a.txt": "merged"})
        equal(world.read("a.txt"), ten(l5="five\n", l9="nine\n"))
        states = {entry["id"]: entry["undone"] for entry in world.checkpoints() if entry["kind"] == "turn"}
        equal(sorted(states.values()), [False, False, True])
        world.redo(str(oldest))
        equal(world.read("a.txt"), ten(l2="two\n", l5="five\n", l9="nine\n"))


@case
def an_older_turn_under_a_newer_one_is_a_conflict():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", ten(l2="two\n")))
        world.turn(("a.txt", ten(l2="zwei\n")))
        oldest = world.checkpoints()[-1]["id"]
        equal(world.undo(str(oldest), status=1)["by_path"], {"a.txt": "conflict"})
        equal(world.read("a.txt"), ten(l2="zwei\n"))


@case
def all_turns_in_a_row():
    with World(a_txt=TEN, b_txt="b\n") as world:
        before = world.look()
        texts = ["one\n", "one\ntwo\n", "one\ntwo\nthree\n"]
        for content in texts:
            world.turn(("a.txt", content), ("b.txt", content))
        for content in reversed(texts[:-1]):
            world.undo()
            equal(world.read("a.txt"), content)
        world.undo()
        unchanged(before, world.look(), apart=("a.txt", "b.txt"))
        result = world.run("--json", "undo")
        equal((result.status, result.document()["error"]["code"]), (1, "not-found"))
        for content in texts:
            world.redo()


@case
def many_edits_of_one_file_are_one_turn():
    with World(a_txt=TEN) as world:
        before = world.look()
        world.turn(("a.txt", "1\n"), ("a.txt", "2\n"), ("new.txt", "x\n"), ("a.txt", "3\n"), ("new.txt", None))
        equal([entry["kind"] for entry in world.checkpoints()], ["turn"])
        world.undo()
        unchanged(before, world.look(), apart=("a.txt",))


@case
def work_of_the_person_within_a_turn_stays():
    with World(a_txt=TEN) as world:
        second = call("write_file", {"path": "a.txt", "content": ten(l2="two\n", l5="mine\n", l9="nine\n")}, "call-2")
        with Server([call("write_file", {"path": "a.txt", "content": ten(l2="two\n")}), ["wait"] + second, text("done")]) as server:
            process = world.start("--json", "--endpoint", server.address, "ask", "--approve", "edits", "go")
            assert server.waiting.wait(30)
            world.write("a.txt", ten(l2="two\n", l5="mine\n"))
            server.wait.set()
            process.communicate(timeout=30)
        equal(world.read("a.txt"), ten(l2="two\n", l5="mine\n", l9="nine\n"))
        equal(len(world.checkpoints()), 1)
        world.undo()
        equal(world.read("a.txt"), ten(l5="mine\n"))


def git(world, *words):
    done = subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=world.root, capture_output=True,
                          check=True, env={"PATH": os.environ["PATH"], "HOME": str(world.home), "GIT_CONFIG_NOSYSTEM": "1"})
    return done.stdout.decode()


@case
def commits_in_between_are_not_touched():
    with World(a_txt=TEN, b_txt="b\n") as world:
        git(world, "init", "-q")
        git(world, "add", "a.txt", "b.txt")
        git(world, "commit", "-qm", "first")
        world.turn(("a.txt", ten(l3="three\n")))
        world.write("b.txt", "mine\n")
        git(world, "commit", "-qam", "with the agent's change and mine")
        git(world, "tag", "here")
        world.write("b.txt", "staged\n")
        git(world, "add", "b.txt")
        objects = {path: path.stat().st_mtime_ns for path in (world.root / ".git").rglob("*") if path.is_file()}
        world.undo()
        equal({path: path.stat().st_mtime_ns for path in (world.root / ".git").rglob("*") if path.is_file()}, objects)
        equal((world.read("a.txt"), world.read("b.txt")), (TEN, "staged\n"))
        equal(git(world, "rev-parse", "HEAD"), git(world, "rev-parse", "here"))
        equal(git(world, "diff", "--name-only").split(), ["a.txt"])
        equal(git(world, "diff", "--cached", "--name-only").split(), ["b.txt"])


@case
def another_branch_is_not_overwritten():
    with World(a_txt=TEN) as world:
        git(world, "init", "-q")
        git(world, "add", "a.txt")
        git(world, "commit", "-qm", "first")
        git(world, "branch", "other")
        world.turn(("a.txt", ten(l3="three\n")))
        git(world, "commit", "-qam", "agent")
        git(world, "checkout", "-q", "other")
        # There the change has never been made.
        equal(world.undo()["by_path"], {"a.txt": "unchanged"})
        equal(world.read("a.txt"), TEN)


@case
def a_hard_reset_is_not_undone_by_the_undo():
    with World(a_txt=TEN) as world:
        git(world, "init", "-q")
        git(world, "add", "a.txt")
        git(world, "commit", "-qm", "first")
        world.turn(("a.txt", ten(l3="three\n")))
        world.write("a.txt", ten(l3="drei\n"))
        git(world, "commit", "-qam", "mine")
        git(world, "reset", "-q", "--hard")
        equal(world.undo(status=1)["by_path"], {"a.txt": "conflict"})
        equal(world.read("a.txt"), ten(l3="drei\n"))


@case
def without_git_on_the_machine():
    with World(a_txt=TEN) as world:
        program = world.base / "bin"
        program.mkdir()
        import support
        environment = dict(support.environment(world.home), PATH=str(program))
        reply = b"```text a.txt\nx\n```\n"
        equal(world.run("apply", "-", input=reply, env=environment).status, 0)
        equal(world.run("undo", env=environment).status, 0)
        equal(world.read("a.txt"), TEN)


@case
def an_untracked_giant_costs_nothing():
    with World(a_txt=TEN) as world:
        with open(world.root / "giant.bin", "wb") as giant:
            giant.truncate(2 << 30)
        os.utime(world.root / "giant.bin", ns=(10 ** 18, 10 ** 18))
        for number in range(500):
            world.write(f"many/{number}.o", "x" * 1000)
        before = world.look()
        begun = time.monotonic()
        world.turn(("a.txt", "x\n"))
        world.undo()
        assert time.monotonic() - begun < 20
        unchanged(before, world.look(), apart=("a.txt",))
        assert sum(path.stat().st_size for path in world.store().rglob("*") if path.is_file()) < 100000


@case
def every_byte_of_odd_texts_comes_back():
    odd = {"crlf.txt": b"1\r\n2\r\n3\r\n", "end.txt": b"1\n2", "bom.txt": b"\xef\xbb\xbf1\n2\n", "empty.txt": b"",
           "latin.txt": b"caf\xe9\n", "mixed.txt": b"1\r\n2\n3\r4\n", "line.txt": "1\u2028 2\u20292\x85\n".encode(), "tab.txt": b"\t1  \n\n\n"}
    with World() as world:
        for name, content in odd.items():
            world.write(name, content)
        before = world.look()
        world.turn(*((name, "agent\n") for name in odd))
        world.undo()
        unchanged(before, world.look(), apart=tuple(odd))


@case
def a_text_in_an_older_encoding_comes_back_as_it_was():
    with World() as world:
        for name in ("edited.txt", "emptied.txt", "removed.txt"):
            world.write(name, b"caf\xe9\none\n")
        before = world.look()
        world.turn(("edited.txt", "caf\u00e9\ntwo\n"), ("emptied.txt", ""), ("removed.txt", None))
        equal(world.look()["edited.txt"].bytes, b"caf\xe9\ntwo\n")
        equal(world.look()["emptied.txt"].bytes, b"")
        assert not world.exists("removed.txt")
        world.undo()
        unchanged(before, world.look(), apart=("edited.txt", "emptied.txt", "removed.txt"))
        world.redo()
        equal(world.look()["edited.txt"].bytes, b"caf\xe9\ntwo\n")
        equal(world.look()["emptied.txt"].bytes, b"")


@case
def the_persons_change_of_a_mode_stays():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", "x\n"))
        (world.root / "a.txt").chmod(0o755)
        world.undo()
        equal((world.read("a.txt"), (world.root / "a.txt").stat().st_mode & 0o777), (TEN, 0o755))


@case
def both_names_of_a_hard_link_come_back():
    with World(a_txt=TEN) as world:
        os.link(world.root / "a.txt", world.root / "also.txt")
        before = world.look()
        world.turn(("a.txt", "x\n"))
        equal(world.read("also.txt"), "x\n")
        world.undo()
        after = world.look()
        equal((after["a.txt"].inode, after["also.txt"].inode), (before["a.txt"].inode,) * 2)
        equal(world.read("also.txt"), TEN)


@case
def a_link_stays_a_link_and_its_target_comes_back():
    with World(real__a_txt=TEN) as world:
        (world.root / "alias.txt").symlink_to("real/a.txt")
        before = world.look()
        world.turn(("alias.txt", "x\n"))
        equal(world.read("real/a.txt"), "x\n")
        world.undo()
        unchanged(before, world.look(), apart=("real/a.txt",))


@case
def a_name_that_leads_elsewhere_by_now_is_refused():
    with World(a_txt=TEN, other_txt="x\n") as world:
        world.turn(("a.txt", "x\n"))
        (world.root / "a.txt").unlink()
        (world.root / "a.txt").symlink_to("other.txt")
        equal(world.undo(status=1)["by_path"], {"a.txt": "unusable"})
        equal(world.read("other.txt"), "x\n")
        equal(world.undo("--conflicts", "put-back")["by_path"], {"a.txt": "left"})
        equal(world.read("other.txt"), "x\n")


@case
def a_rule_that_came_later_takes_the_contents_out():
    with World(keys_txt="canary-before\n", a_txt=TEN) as world:
        world.turn(("keys.txt", "canary-after\n"), ("a.txt", "x\n"))
        assert world.kept(b"canary-before") and world.kept(b"canary-after")
        (world.root / ".enclave").mkdir()
        (world.root / ".enclave/policy").write_text("keys.txt\n")
        equal([entry["paths"] for entry in world.checkpoints()], [["a.txt"]])
        equal((world.kept(b"canary-before"), world.kept(b"canary-after")), ([], []))
        equal(world.undo()["by_path"], {"a.txt": "restored"})
        equal(world.read("keys.txt"), "canary-after\n")


@case
def denied_files_never_enter_the_store():
    with World(a_txt=TEN) as world:
        for path in (".env", "link", "hard", "sub/../.env"):
            patch = (f"--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-1\n+one\n"
                     f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-KEY=the-secret\n+KEY=other\n")
            equal(world.run("tool", "call", "apply_patch", json.dumps({"patch": patch}), "--approve", "all").status, 3)
        equal((world.read(".env"), world.read("a.txt")), ("KEY=the-secret\n", TEN))
        world.turn(("a.txt", "x\n"))
        world.undo()
        equal(world.kept(b"the-secret"), [])


@case
def nobody_else_can_read_the_store():
    with World(a_txt=TEN) as world:
        os.umask(0)
        world.turn(("a.txt", "x\n"))
        for path in [world.state() / "checkpoints", *(world.state() / "checkpoints").rglob("*")]:
            equal(oct(path.stat().st_mode & 0o777), oct(0o700 if path.is_dir() else 0o600), path)
        os.umask(0o022)


@case
def what_is_forgotten_is_gone():
    with World(a_txt="canary-old\n") as world:
        world.turn(("a.txt", "canary-new\n"))
        world.turn(("a.txt", "canary-newer\n"))
        first = world.checkpoints()[-1]["conversation"]
        assert first
        equal(world.run("checkpoints", "forget", first).status, 0)
        equal((len(world.checkpoints()), len(world.kept(b"canary-old"))), (1, 0))
        equal(world.undo()["by_path"], {"a.txt": "restored"})
        equal(world.run("checkpoints", "forget").status, 0)
        equal((world.checkpoints(), world.kept(b"canary-new")), ([], []))
        equal(world.run("undo").status, 1)


@case
def a_damaged_store_never_writes_what_it_is_not_sure_of():
    with World(a_txt=TEN, b_txt="b\n") as world:
        world.turn(("a.txt", "x\n"))
        world.turn(("b.txt", "y\n"))
        import hashlib
        kept = world.store() / "objects" / hashlib.sha256(TEN.encode()).hexdigest()
        kept.write_bytes(kept.read_bytes()[:-3] + b"zz\n")
        oldest = str(world.checkpoints()[-1]["id"])
        equal(world.undo(oldest, status=1)["by_path"], {"a.txt": "unusable"})
        equal(world.read("a.txt"), "x\n")
        kept.unlink()
        equal(world.undo(oldest, status=1)["by_path"], {"a.txt": "unusable"})
        equal(world.undo()["by_path"], {"b.txt": "restored"})


@case
def a_damaged_record_is_left_out():
    with World(a_txt=TEN, b_txt="b\n") as world:
        world.turn(("a.txt", "x\n"))
        world.turn(("b.txt", "y\n"))
        records = sorted(world.store().glob("*.json"))
        for damage in (b"", b"{", b"[]", b'{"version":1,"files":[{"path":"../../etc/passwd","old":"' + b"a" * 64 + b'"}]}',
                       b'{"version":1,"files":[{"path":"a.txt","old":"../../../home"}]}', b"\xff" * 1000):
            records[0].write_bytes(damage)
            equal([entry["paths"] for entry in world.checkpoints()], [["b.txt"]], damage)
        (world.store() / "plan").write_bytes(b'{"version":1,"files":[{"path":"/etc/passwd"}]}')
        equal(world.undo()["by_path"], {"b.txt": "restored"})


@case
def what_can_not_be_kept_is_not_changed():
    with World(a_txt=TEN) as world:
        world.state().mkdir(parents=True, mode=0o700)
        (world.state() / "checkpoints").write_text("in the way\n")
        before = world.look()
        result = world.run("--json", "apply", "-", input=b"```text a.txt\nx\n```\n")
        equal(result.status, 1, result)
        assert "Nothing was changed" in result.document()["error"]["message"], result
        unchanged(before, world.look())


@case
def another_program_that_writes_is_waited_for():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", "x\n"))
        with open(world.store() / "lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            threading.Timer(0.7, lambda: fcntl.flock(lock, fcntl.LOCK_UN)).start()
            begun = time.monotonic()
            equal(world.undo()["by_path"], {"a.txt": "restored"})
            assert time.monotonic() - begun > 0.5


@case
def turns_survive_the_program_and_are_in_order():
    with World(a_txt=TEN) as world:
        for number in range(12):
            world.turn(("a.txt", f"{number}\n"))
        numbers = [entry["id"] for entry in world.checkpoints()]
        equal(numbers, sorted(numbers, reverse=True))
        titles = {entry["title"] for entry in world.checkpoints()}
        equal(titles, {"Please change the files."})
        for number in range(10, -1, -1):
            world.undo()
            equal(world.read("a.txt"), f"{number}\n")


@case
def two_projects_do_not_know_of_each_other():
    with World(a_txt=TEN) as world:
        world.turn(("a.txt", "x\n"))
        other = world.base / "other"
        shutil.copytree(world.root, other, symlinks=True)
        result = world.run("--json", "--workspace", str(other), "checkpoints")
        equal(json.loads(result.out), [])
        equal(world.run("--workspace", str(other), "undo").status, 1)


main()
