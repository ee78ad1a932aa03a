# SPDX-License-Identifier: GPL-3.0-or-later
"""One save on disks of its own: F11 (a file that can't be changed), F13 (a file system that is read-only) and F39 (a power cut after each
system call) of the fault matrix. Of a power cut what the disk has is kept, what the system still meant to write is gone: the image
behind the file system is copied, and the copy is mounted."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tap
from tap import case

INSIDE = "--inside-for-root="


def enter():
    """The mounts are seen by nobody else, and go with this process. Returns whether it is root's also outside of it."""
    if sys.argv[-1].startswith(INSIDE):
        return sys.argv.pop() == INSIDE + "yes"
    is_root = os.geteuid() == 0
    room = ["unshare", "-m" if is_root else "-Urm", "--propagation", "private"]
    try:
        done = subprocess.run([*room, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True, check=False, timeout=20)
        problem = done.stderr.strip() if done.returncode != 0 else ""
    except OSError as error:
        problem = str(error)
    if problem:
        print(f"1..0 # SKIP nothing can be mounted here: {problem}")
        sys.exit(0)
    os.execvp(room[0], [*room, sys.executable, *sys.argv, INSIDE + ("yes" if is_root else "no")])


IS_ROOT = enter()

PROGRAM = sys.argv.pop(1)
OLD = b"old text " * 3000
NEW = b"new text, longer " * 2500
# Those that change what is on the disk, or see to it that it gets there.
CALLS = ["openat", "write", "fsync", "renameat", "linkat", "unlink", "unlinkat", "ftruncate", "fallocate", "fchmod"]
# A user's PATH may lack it.
MKFS = shutil.which("mkfs.ext4", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


class Disk:
    """A file system that holds the file and the state folder. @image: ext4 on this file; None: in memory."""

    def __init__(self, folder, image=None):
        self.root = pathlib.Path(folder) / "disk"
        self.root.mkdir(exist_ok=True)
        if image is None:
            run("mount", "-t", "tmpfs", "tmpfs", self.root)
        else:
            run("mount", "-o", "loop", image, self.root)
        self.work = self.root / "work"
        self.state = self.root / "state"
        self.file = self.work / "file"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        run("umount", self.root)

    def fill(self, linked=False):
        for path in (self.work, self.state):
            path.mkdir(mode=0o700)
        self.file.write_bytes(OLD)
        if linked:
            os.link(self.file, self.root / "other")
        os.sync()

    def save(self, text, *prefix):
        return self.start(*prefix, PROGRAM, self.work, "file", text)

    def recover(self):
        tap.equal(self.start(PROGRAM, "--recover").returncode, 0, "the start afterwards")

    def start(self, *words):
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.root), "XDG_STATE_HOME": str(self.state)})

    def beside(self):
        journal = self.state / "enclave/journal"
        return sorted(path.name for path in self.work.iterdir() if path.name != "file") + (
            [path.name for path in journal.iterdir()] if journal.exists() else [])


def refused(disk, text):
    before = disk.file.stat()
    done = disk.save(text)
    tap.equal(done.returncode, 12, f"the status of the save ({done.stdout}{done.stderr})")
    tap.contains(done.stdout, "file", "the message")
    tap.equal(disk.file.read_bytes(), OLD, "the file")
    after = disk.file.stat()
    tap.equal((after.st_mode, after.st_ino, after.st_mtime_ns), (before.st_mode, before.st_ino, before.st_mtime_ns), "what is known of it")
    tap.equal(disk.beside(), [], "what lies beside it")


@case("F13: a file system that is read-only: refused in words, nothing is left anywhere")
def read_only():
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "text"
        text.write_bytes(NEW)
        for linked in (False, True):
            with Disk(folder) as disk:
                disk.fill(linked)
                run("mount", "-o", "remount,bind,ro", disk.root)
                refused(disk, text)
                run("mount", "-o", "remount,bind,rw", disk.root)
                tap.equal(disk.save(text).returncode, 0, "the save once it can be written")
                tap.equal(disk.file.read_bytes(), NEW, "the file")


@case("F11: a file that can't be changed stays as it is, with its attribute")
def immutable():
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "text"
        text.write_bytes(NEW)
        image = make_image(folder)
        for linked in (False, True):
            with Disk(folder, image) as disk:
                shutil.rmtree(disk.work, ignore_errors=True)
                shutil.rmtree(disk.state, ignore_errors=True)
                (disk.root / "other").unlink(missing_ok=True)
                disk.fill(linked)
                run("chattr", "+i", disk.file)
                refused(disk, text)
                tap.contains(run("lsattr", disk.file).split()[0], "i", "its attributes")
                run("chattr", "-i", disk.file)
                tap.equal(disk.save(text).returncode, 0, "the save once it can be changed")
                tap.equal(disk.file.read_bytes(), NEW, "the file")


def make_image(folder):
    """An empty ext4 that a mount can be made of; skips where none can."""
    if not IS_ROOT or not os.path.exists("/dev/loop-control"):
        raise tap.Skip("only root mounts an image")
    if MKFS is None:
        raise tap.Skip("mkfs.ext4 is not installed")
    image = pathlib.Path(folder) / "image"
    with open(image, "wb") as stream:
        stream.truncate(8 << 20)
    run(MKFS, "-q", "-F", image)
    with open(image, "r+b") as stream:
        mounted = subprocess.run(["mount", "-o", "loop", image, folder], stdin=stream, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        raise tap.Skip(f"no image can be mounted here: {mounted.stderr.strip()}")
    run("umount", folder)
    return image


def cut(folder, full, text, linked, *prefix):
    """The power goes when the save has ended or was ended. Returns how it ended and whether strace hit; the copy has been checked."""
    image = pathlib.Path(folder) / "now"
    shutil.copyfile(full, image)
    with Disk(folder, image) as disk:
        done = disk.save(text, *prefix)
        after = pathlib.Path(folder) / "after"
        shutil.copyfile(image, after)
    with Disk(folder, after) as disk:
        first = disk.file.read_bytes()
        what = f"{' '.join(prefix[-2:])}, status {done.returncode}"
        # In place a part may be there until the start has ended it; a file that is replaced is never seen in between.
        assert linked or first in (OLD, NEW), f"{what}: {len(first)} bytes that are neither text"
        disk.recover()
        found = disk.file.read_bytes()
        assert found in (OLD, NEW), f"{what}: after the start {len(found)} bytes that are neither text"
        assert done.returncode != 0 or found == NEW, f"{what}: it said that it was saved, and the old text is there"
        # Which name a new text has before it is renamed is not flushed, which would cost each save: it may stay after a power cut.
        left = [name for name in disk.beside() if linked or not name.startswith(".file.enclave-")]
        tap.equal(left, [], f"{what}: what lies beside it")
    return done.returncode


def count_own_start(folder):
    """How often the program makes each call before its own work begins: with nothing to do it does no more."""
    trace = pathlib.Path(folder) / "trace"
    subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", f"trace={','.join(CALLS)}", PROGRAM], capture_output=True, check=False, timeout=60)
    names = [line.split(None, 1)[1].split("(")[0] for line in trace.read_text().splitlines() if "(" in line]
    assert "openat" in names, names
    return {call: names.count(call) for call in CALLS}


@case("F39: the power goes at each system call: the old text or the new, and the new one when it was said to be saved")
def power():
    if shutil.which("strace") is None:
        raise tap.Skip("strace is not installed")
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "text"
        text.write_bytes(NEW)
        full = make_image(folder)
        for linked in (False, True):
            with Disk(folder, full) as disk:
                if linked:
                    shutil.rmtree(disk.work)
                    shutil.rmtree(disk.state)
                disk.fill(linked)
            tap.equal(cut(folder, full, text, linked), 0, "the status of a save that is left alone")
            points = dict.fromkeys(CALLS, 0)
            begun = count_own_start(folder)
            for call in CALLS:
                for n in range(begun[call] + 1, 200):
                    status = cut(folder, full, text, linked, "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                 f"inject={call}:signal=KILL:when={n}")
                    if status == 0:
                        break
                    tap.check(status in (-9, 137), f"{call} {n}: the status is {status}, of no kill")
                    points[call] += 1
            tap.note(f"{points} points")
            for call in ("openat", "write", "fsync", "unlink", "ftruncate" if linked else "renameat"):
                assert points[call] > 0, (call, points)


tap.run()
