# SPDX-License-Identifier: GPL-3.0-or-later
"""One save, broken at each of its system calls: killed, or told that the disk fails. Afterwards, and after a start, there is
the old text or the new, never a part of both, and nothing beside it."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import tap
from tap import case

PROGRAM = sys.argv.pop(1)
OLD = b"old text " * 3000
NEW = b"new text, longer " * 2500
SHORT = b"new text, shorter " * 700
CALLS = ["openat", "write", "fsync", "renameat", "fchmod", "fchown", "ftruncate", "lseek", "unlink", "unlinkat", "close",
         "flock", "fallocate", "newfstatat", "read", "pread64"]
# What glibc does before main(), and what can't be told from it.
OWN_START = {"openat": 20, "close": 20, "read": 8, "pread64": 12, "newfstatat": 20}
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}


class Place:
    def __init__(self, folder, linked, new=NEW):
        self.folder = pathlib.Path(folder)
        self.work = self.folder / "work"
        self.state = self.folder / "state"
        self.text = self.folder / "text"
        self.new = new
        self.text.write_bytes(new)
        self.linked = linked

    def prepare(self):
        for path in (self.work, self.state):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(mode=0o700)
        (self.work / "file").write_bytes(OLD)
        if self.linked:
            os.link(self.work / "file", self.folder / "other" if not (self.folder / "other").exists() else self.remove())

    def remove(self):
        (self.folder / "other").unlink()
        return self.folder / "other"

    def run(self, *prefix, arguments=None):
        arguments = arguments or [self.work, "file", self.text]
        return subprocess.run([*prefix, PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              env=ENVIRONMENT | {"XDG_STATE_HOME": str(self.state), "HOME": str(self.folder)})

    def recover(self):
        result = self.run(arguments=["--recover"])
        tap.equal(result.returncode, 0, "the start afterwards")
        return result.stdout.split()

    def check(self, what, only=None):
        content = (self.work / "file").read_bytes()
        if content not in ([only] if only else [OLD, self.new]):
            same = next((i for i, pair in enumerate(zip(content, self.new)) if pair[0] != pair[1]), len(content))
            raise AssertionError(f"{what}: the file has {len(content)} bytes, {same} of them of the new text")
        tap.equal(sorted(path.name for path in self.work.iterdir()), ["file"], f"{what}: what lies beside it")
        journal = self.state / "enclave/journal"
        tap.equal(sorted(path.name for path in journal.iterdir()) if journal.exists() else [], [], f"{what}: journal")


def is_exit_of(result, killed):
    return result.returncode in (-9, 137) if killed else result.returncode != 0


def break_each(place, how, killed):
    points = 0
    for call in CALLS:
        quiet = 0
        for n in range(1, 400):
            place.prepare()
            result = place.run("strace", "-f", "-qq", "-o", str(place.folder / "trace"), "-e", f"trace={call}",
                               "-e", f"inject={call}:{how}:when={n}")
            if result.returncode == 127 and n <= OWN_START.get(call, 0):
                continue
            if not is_exit_of(result, killed):
                # An error that may be passed over (of an attribute, say) is one; after the last call there is none.
                hit = "(INJECTED)" in (place.folder / "trace").read_text()
                if not hit:
                    break
                quiet += 1
                place.recover()
                place.check(f"{call} {n}, {how}, passed over")
                continue
            points += 1
            place.recover()
            place.check(f"{call} {n}, {how}")
    return points


def need_strace():
    if not shutil.which("strace"):
        raise tap.Skip("strace is not there")


@case("killed at each system call, the file is old or new and a start leaves nothing beside it")
def killed():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        points = break_each(Place(folder, linked=False), "signal=KILL", True)
        tap.note(f"{points} points")
        assert points > 40, points


@case("the same for a file with two names, which is written in place")
def killed_in_place():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        points = break_each(Place(folder, linked=True), "signal=KILL", True)
        tap.note(f"{points} points")
        assert points > 40, points


@case("and when the new text is shorter")
def killed_shrinking():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        points = break_each(Place(folder, linked=True, new=SHORT), "signal=KILL", True)
        tap.note(f"{points} points")
        assert points > 40, points
    with tempfile.TemporaryDirectory() as folder:
        break_each(Place(folder, linked=True, new=b""), "signal=KILL", True)


def kill_save(place):
    """A save that ends in the middle of its writing in place, so that a start has something to do."""
    result = place.run("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=ftruncate:signal=KILL:when=1")
    assert is_exit_of(result, True), result


def start_is_killed(place, at, what):
    """The file holds @at; a start that is killed at each write, and the one after it, lead to the new text."""
    kills = 0
    for call in ("write", "ftruncate", "fsync", "unlinkat"):
        for n in range(1, 10):
            place.prepare()
            kill_save(place)
            (place.work / "file").write_bytes(at)
            result = place.run("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={n}",
                               arguments=["--recover"])
            place.recover()
            place.check(f"{what}, the start killed at {call} {n}", None if at == OLD else place.new)
            if not is_exit_of(result, True):
                break
            kills += 1
    assert kills > 0, f"{what}: no start was killed"


@case("killed while the old text was being put back, and killed again in the start after it")
def killed_again():
    need_strace()
    for new in (NEW, SHORT):
        with tempfile.TemporaryDirectory() as folder:
            place = Place(folder, linked=True, new=new)
            for back, forth in ((0, 5000), (3000, 9000), (9001, len(new)), (min(len(OLD), len(new) - 1), len(new))):
                mixed = OLD[:back] + new[back:forth] + OLD[forth:]
                start_is_killed(place, mixed, f"{back} put back of {forth} written, {len(new)} wanted")
            # cut to its new length already when the flush failed
            start_is_killed(place, OLD[:100] + new[100:], "put back behind the cut")
            start_is_killed(place, OLD[:max(len(new), len(OLD) - 100)], "nearly all put back")


@case("a text whose folder is not there waits until it is")
def folder_away():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        kill_save(place)
        away = place.folder / "away"
        place.work.rename(away)
        tap.equal(place.recover(), ["0", "0", "0"], "entries, ended, kept without the folder")
        away.rename(place.work)
        tap.equal(place.recover(), ["1", "1", "0"], "entries, ended, kept with it")
        place.check("the folder came back", NEW)


@case("a text whose folder is gone for thirty days is put aside")
def folder_gone():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        kill_save(place)
        place.work.rename(place.folder / "away")
        journal = place.state / "enclave/journal"
        entry = next(journal.iterdir())
        for days, answer in ((29, ["0", "0", "0"]), (31, ["1", "0", "1"]), (31, ["0", "0", "0"])):
            then = time.time() - days * 24 * 60 * 60
            os.utime(next(journal.iterdir()), (then, then))
            tap.equal(place.recover(), answer, f"entries, ended, kept after {days} days")
        kept = list(journal.iterdir())
        assert len(kept) == 1 and kept[0].name != entry.name, kept
        assert OLD in kept[0].read_bytes() and NEW in kept[0].read_bytes(), kept


@case("where the new text does not fit, the start puts the old one back")
def no_room_at_start():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        kill_save(place)
        assert (place.work / "file").read_bytes() != OLD, "the save was killed before it wrote anything"
        trace = place.folder / "trace"
        place.run("strace", "-f", "-qq", "-o", str(trace), "-e", "trace=write", "-e", "inject=write:error=ENOSPC:when=1",
                  arguments=["--recover"])
        assert "(INJECTED)" in trace.read_text(), "no write of the start was told that the disk is full"
        place.check("the disk is full", OLD)


@case("the name of an entry is on the disk before anything is written over")
def entry_is_flushed():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        trace = place.folder / "trace"
        place.run("strace", "-f", "-qq", "-y", "-o", str(trace), "-e", "trace=fsync,write")
        lines = trace.read_text().splitlines()
        flushed = next(i for i, line in enumerate(lines) if "fsync" in line and line.rstrip().endswith("= 0") and "/journal>" in line)
        written = next(i for i, line in enumerate(lines) if "write" in line and "/work/file>" in line)
        assert flushed < written, lines


def fail_each(place, faults):
    for call, error in faults:
        for n in range(1, 60):
            place.prepare()
            result = place.run("strace", "-f", "-qq", "-o", str(place.folder / "trace"), "-e", f"trace={call}", "-e",
                               f"inject={call}:error={error}:when={n}")
            if "(INJECTED)" not in (place.folder / "trace").read_text():
                assert n > 1 or call == "fallocate", f"{call} is not called"
                break
            # Who is told that it failed has the old text; who is not, the new one. The folder's flush comes after both.
            late = call == "fsync" and result.returncode != 0 and (place.work / "file").read_bytes() == place.new
            if not late:
                place.check(f"{call} {n} {error}, status {result.returncode}", OLD if result.returncode else place.new)
            else:
                assert "folder" in result.stdout, result.stdout


@case("an error of any write, flush or rename leaves the old text and nothing beside it")
def failed():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        fail_each(Place(folder, linked=False), [("write", "ENOSPC"), ("write", "EIO"), ("fsync", "EIO"),
                                                ("renameat", "EXDEV"), ("renameat", "EACCES"), ("fallocate", "ENOSPC")])


@case("and of a file with two names as well")
def failed_in_place():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        fail_each(Place(folder, linked=True), [("write", "ENOSPC"), ("write", "EIO"), ("fsync", "EIO"),
                                               ("ftruncate", "EIO"), ("fallocate", "ENOSPC")])


@case("what somebody else has written since is not touched, and both texts stay")
def foreign():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        kill_save(place)
        with open(place.work / "file", "wb") as stream:
            stream.write(b"somebody else's\n")
        result = place.run(arguments=["--recover"])
        tap.equal(result.stdout, "1 0 1\n", "entries, ended, kept")
        tap.equal((place.work / "file").read_bytes(), b"somebody else's\n", "the file")
        kept = list((place.state / "enclave/journal").iterdir())
        assert len(kept) == 1 and OLD in kept[0].read_bytes() and NEW in kept[0].read_bytes(), kept
        tap.equal(kept[0].stat().st_mode & 0o777, 0o600, "its mode")
        tap.equal(place.run(arguments=["--recover"]).stdout, "0 0 0\n", "the start after that")


@case("an entry that is torn or was made by nobody here is let go without a write")
def torn():
    need_strace()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder, linked=True)
        place.prepare()
        kill_save(place)
        journal = place.state / "enclave/journal"
        entry = next(journal.iterdir())
        whole = entry.read_bytes()
        mixed = (place.work / "file").read_bytes()
        for cut in (0, 1, 63, 64, 65, 66, 100, 200, len(whole) // 2, len(whole) - 1):
            entry.write_bytes(whole[:cut])
            place.recover()
            tap.equal((place.work / "file").read_bytes(), mixed, f"the file, entry cut at {cut}")
            assert not entry.exists(), cut
        for at in range(0, len(whole), 997):
            entry.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
            place.recover()
            tap.equal((place.work / "file").read_bytes(), mixed, f"the file, a bit of byte {at} changed")
        entry.write_bytes(whole)
        place.recover()
        tap.equal((place.work / "file").read_bytes(), NEW, "the file, the entry whole")


tap.run()
