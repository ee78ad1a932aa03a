# SPDX-License-Identifier: GPL-3.0-or-later
"""Ordinary work behind the view."""

import collections
import errno
import os
import pathlib
import shutil
import subprocess
import time

from support import CANARY, Project, Skip, case, main

HERE = pathlib.Path(__file__).resolve().parent


@case
def compiles_and_runs():
    with Project() as project:
        project.write("Makefile", "all: a.out\n\t./a.out\na.out: main.c src/a.c\n\tcc -o $@ main.c src/a.c\n")
        project.write("main.c", '#include <stdio.h>\nint a (void);\nint main (void) { printf ("%d\\n", a ()); return 0; }\n')
        assert "1\n" in project.run("make -j2").replace("\r", "")
        project.run("gcc -fsanitize=address,undefined -g main.c src/a.c -o s && ./s")


@case
def meson_builds_a_library_of_this_project():
    base = HERE.parent.parent / "src/base"
    with Project() as project:
        shutil.copytree(base, project.root / "base", ignore=shutil.ignore_patterns("meson.build"))
        names = ", ".join(f"'base/{path.name}'" for path in sorted(base.glob("enclave-utf8*.c")) + [base / "enclave-glob-set.c"])
        project.write("meson.build", "project('part', 'c', default_options: ['c_std=gnu17'])\n"
                      "glib = dependency('gio-2.0')\nconfigure_file(output: 'config.h', configuration: configuration_data())\n"
                      f"static_library('part', [{names}], dependencies: glib, include_directories: include_directories('base'),\n"
                      "  c_args: ['-D_GNU_SOURCE', '-DGETTEXT_PACKAGE=\"x\"'])\n")
        output = project.run("meson setup build >/dev/null && ninja -C build && ninja -C build")
        assert "no work to do" in output, output


@case
def git_works():
    with Project() as project:
        project.write("keep.txt", "one\n")
        project.write(".env", CANARY)
        project.git("add", "-A")
        project.git("commit", "-qm", "with a secret")
        project.git("gc", "-q")
        (project.root / "keep.txt").write_text("one\ntwo\n")
        output = project.run("set -e; git status --short; git add keep.txt; git commit -qm 'in the box'; git log --oneline; git diff HEAD~1")
        assert " M keep.txt" in output and "in the box" in output and "+two" in output, output
        output = project.run("set -e; git checkout -q -b side HEAD~1; echo s > side.txt; git add side.txt; git commit -qm side; git rebase -q main; "
                             "git log --oneline | wc -l; git checkout -q main; git merge -q side; git tag v1; git branch -d side; git branch -vv")
        assert "3" in output, output
        output = project.run("git show HEAD~1:.env")
        assert "Enclave keeps" in output, output
        project.git("fsck", "--strict")
        assert CANARY in project.git("show", "HEAD:.env")
        assert project.git("status", "--short") == ""


@case
def git_stashes():
    with Project() as project:
        project.write("keep.txt", "one\n")
        project.write(".gitignore", ".env\n")
        project.write(".env", CANARY)
        project.git("add", "-A")
        project.git("commit", "-qm", "one")
        (project.root / "keep.txt").write_text("two\n")
        output = project.run("set -e; git stash; cat keep.txt; git stash list; git stash pop; cat keep.txt; git add -A; git commit -qm two; git status --short")
        assert "stash@{0}" in output and output.count("two") >= 1, output
        project.git("fsck", "--strict")


@case
def a_new_repository():
    with Project(repository=False) as project:
        output = project.run("set -e; git init -q .; git config user.name a; git config user.email b; git add src; git commit -qm x; git log --oneline")
        assert " x" in output, output
        assert "filemode = true" in (project.root / ".git/config").read_text()
        assert " x" in project.run("git log --oneline")


@case
def a_clone():
    with Project() as project:
        project.write("keep.txt", "kept\n")
        project.write(".env", f"{CANARY}\n")
        project.git("add", "-A")
        project.git("commit", "-qm", "one")
        output = project.run("set -e; git init -q other; cd other; git config user.name A; git config user.email a@b; echo x > f; git add f; git commit -qm one; git clone -q . ../copy; cd ../copy; cat f; "
                             "git status; git log --oneline; git pull; git checkout -q -b side; git remote rename origin up; git fetch up")
        assert "up to date" in output, output
        # Of the project itself: all but what is denied.
        output = project.run("git clone -q . c2; git -C c2 log --oneline; cd c2; cat .env; git checkout -f HEAD -- keep.txt; cat keep.txt; git show HEAD:.env", None)
        assert CANARY not in output and "kept" in output and " one" in output and "keeps what this file holds" in output, output
        # A clone may say where it comes from, and nothing that starts a program.
        for line in ("git config core.fsmonitor x", "git config filter.x.clean x", "git config remote.o.uploadpack x", "git config remote.o.url 'ext::sh -c x'",
                     "git config core.hooksPath .", "git config alias.x '!x'", "git config include.path /tmp/x", "git config core.sshCommand x"):
            output = project.run(f"git init -q o3; git clone -q o3 c3; cd c3 && {line}; rm -rf ../c3 ../o3", None)
            assert "ermission denied" in output, (line, output)
        project.run("rm -rf other; git init -q other; git clone -q -c core.fsmonitor=x -c core.hooksPath=. other c4; mkdir -p tp/hooks; echo x > tp/hooks/post-checkout; chmod +x tp/hooks/*; "
                    "git clone -q --template=$PWD/tp other c5; git init -q --template=$PWD/tp c6", None)
        for name in ("c4", "c5", "c6"):
            config = project.root / name / ".git/config"
            assert not config.exists() or "fsmonitor" not in config.read_text(), name
            assert not (project.root / name / ".git/hooks/post-checkout").exists(), name


@case
def submodules_and_nested_repositories():
    with Project() as project:
        library = project.base / "library"
        identity = ["-c", "user.name=a", "-c", "user.email=b@example.org", "-c", "protocol.file.allow=always"]
        project.git("init", "-q", "-b", "main", str(library))
        for name, text in (("lib.txt", "one\n"), (".env", f"{CANARY}-lib\n")):
            (library / name).write_text(text)
            os.utime(library / name, (1700000000, 1700000000))
        project.git("-C", str(library), "add", "-f", ".")
        project.git("-C", str(library), *identity, "commit", "-qm", "lib")
        project.git(*identity, "submodule", "--quiet", "add", str(library), "sub")
        project.git("clone", "-q", str(library), "deep/er/nested")
        project.git("add", "-A", "src")
        project.git("commit", "-qm", "root")
        for place in ("sub", "deep/er/nested"):
            for name in ("lib.txt", ".env"):
                # Or git would have to read it to be sure.
                os.utime(project.root / place / name, (1700000000, 1700000000))
            project.git("-C", place, "config", "user.name", "Ada")
            project.git("-C", place, "config", "user.email", "ada@example.org")
            project.git("-C", place, "status")
            output = project.run(f"set -e; cd {place}; git status --short; git log --oneline; echo two >> lib.txt; git diff; git add lib.txt; git commit -qm two; "
                                 "git stash list; git log --oneline | wc -l; git show HEAD:.env; git checkout -q -b side; git log -p --all")
            assert CANARY not in output and " lib" in output and "+two" in output and "keeps what this file holds" in output, output
            output = project.keeps(f"cd {place}; git cat-file --batch-all-objects --batch; git archive HEAD | strings; cat .env; git stash; strings .git/objects/*/* 2>/dev/null")
            project.git("-C", place, "fsck", "--strict")
            assert "two" in project.git("-C", place, "log", "--oneline") and CANARY in project.git("-C", place, "show", "main:.env")
        output = project.run("git submodule status; git status --short; git diff --submodule")
        assert "sub" in output and CANARY not in output, output


@case
def a_worktree_within():
    with Project() as project:
        project.write("keep.txt", "kept\n")
        project.write(".env", f"{CANARY}\n")
        project.git("add", "-A")
        project.git("commit", "-qm", "one")
        project.git("worktree", "add", "-q", "trees/side")
        os.utime(project.root / "trees/side/.env", (1700000000, 1700000000))
        project.git("-C", "trees/side", "status")
        output = project.run("set -e; cd trees/side; git status --short; echo x >> keep.txt; git commit -qam side; git log --oneline; git show HEAD:.env; cat .env || true")
        assert CANARY not in output and " side" in output and "keeps what this file holds" in output, output
        assert "side" in project.git("log", "--oneline", "side")


@case
def python_in_a_virtual_environment():
    with Project() as project:
        output = project.run("set -e; python3 -m venv --without-pip v; . v/bin/activate; echo 'print(__import__(\"sys\").prefix)' > p.py; python p.py; "
                             "python -c 'import p'; ls __pycache__")
        assert str(project.root / "v") in output, output


@case
def sqlite_locks():
    with Project() as project:
        project.write("w.py", "import sqlite3,sys\nfor i in range(60):\n  c=sqlite3.connect('d.db',timeout=20)\n  c.execute('create table if not exists t(a)')\n"
                      "  c.execute('insert into t values(1)')\n  c.commit()\n  c.close()\n")
        output = project.run("python3 w.py & python3 w.py & python3 w.py & wait; python3 -c 'import sqlite3; print(sqlite3.connect(\"d.db\")"
                             ".execute(\"select count(*) from t\").fetchone())'; flock l -c 'flock -n l -c true || echo held'")
        assert "(180,)" in output and "held" in output, output


@case
def ten_thousand_files():
    with Project() as project:
        output = project.run("python3 -c '\nimport os\nfor d in range(100):\n  os.mkdir(f\"d{d}\")\n  for f in range(100):\n    open(f\"d{d}/f{f}\",\"w\").write(str(f))\n'; "
                             "find . -path ./.git -prune -o -type f -print | wc -l; cat d*/f* | wc -c; rm -rf d*; ls | wc -l")
        assert "10001" in output and "19000" in output, output


@case
def saves_as_editors_do():
    with Project() as project:
        project.write("saved.txt", "0")
        output = project.run("for i in $(seq 300); do echo $i > .saved.tmp; cp saved.txt saved.txt~; mv .saved.tmp saved.txt; done; cat saved.txt; "
                             "sed -i s/300/done/ saved.txt; cat saved.txt; python3 -c 'import os; open(\"b\",\"w\").write(\"B\"); "
                             "import ctypes; print(ctypes.CDLL(None).renameat2(-100,b\"b\",-100,b\"saved.txt\",2)); print(open(\"b\").read(),open(\"saved.txt\").read())'")
        assert "300" in output and "done" in output and "done\n B" in output.replace("\r", ""), output


@case
def vim_saves():
    if shutil.which("vim") is None:
        raise Skip("vim is not installed")
    with Project() as project:
        project.write("saved.txt", "0")
        output = project.run("vim -es -c 'normal Ahello' -c wq saved.txt; cat saved.txt")
        assert "0hello" in output, output


@case
def calls_of_files():
    with Project() as project:
        project.write("c.py", """
import mmap, os, fcntl, tempfile
f = os.open('m', os.O_RDWR | os.O_CREAT, 0o640)
os.posix_fallocate(f, 0, 8192)
m = mmap.mmap(f, 8192)
m[0:5] = b'hello'
m.flush()
assert os.pread(f, 5, 0) == b'hello'
m[4096:4101] = b'later'
m.close()
os.fsync(f)
os.close(f)
assert open('m', 'rb').read()[4096:4101] == b'later'
assert os.stat('m').st_mode & 0o777 == 0o640
os.truncate('m', 10)
assert os.path.getsize('m') == 10
os.chmod('m', 0o755)
os.utime('m', (1, 2))
assert os.stat('m').st_mtime == 2
long = 'n' * 255
open(long, 'w').close()
os.unlink(long)
try:
    open('n' * 256, 'w')
    raise SystemExit('256 bytes')
except OSError as error:
    assert error.errno == 36
odd = b'\\xff\\xfe odd \\n'
open(odd, 'w').write('x')
assert odd in os.listdir(b'.')
os.unlink(odd)
here = os.getcwd()
for i in range(60):
    os.mkdir('d' * 40)
    os.chdir('d' * 40)
os.chdir(here)
a = os.open('ap', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
b = os.open('ap', os.O_WRONLY | os.O_APPEND)
for i in range(10):
    os.write(a, b'a')
    os.write(b, b'b')
assert open('ap').read() == 'ab' * 10
with open('sparse', 'wb') as sparse:
    sparse.seek(1 << 33)
    sparse.write(b'x')
assert os.stat('sparse').st_blocks < 1000
os.lseek(os.open('sparse', os.O_RDONLY), 0, os.SEEK_HOLE)
os.unlink('sparse')
g = os.open('gone', os.O_RDWR | os.O_CREAT)
os.write(g, b'still')
os.unlink('gone')
assert os.pread(g, 5, 0) == b'still' and os.fstat(g).st_nlink == 0
assert open('/proc/self/fd/%d' % g).read() == 'still'
os.link('m', 'hard')
assert os.stat('hard').st_nlink == 2 and os.path.samefile('m', 'hard')
os.symlink('m', 'soft')
assert os.readlink('soft') == 'm'
os.mkfifo('fifo')
assert os.statvfs('.').f_blocks > 0
assert os.access('m', os.X_OK) and not os.access('ap', os.X_OK)
os.copy_file_range(os.open('m', os.O_RDONLY), os.open('copy', os.O_WRONLY | os.O_CREAT), 5)
assert open('copy').read() == 'hello'
fcntl.lockf(os.open('m', os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)
with tempfile.TemporaryFile(dir='.') as t:
    t.write(b'x')
try:
    os.setxattr('m', 'user.x', b'1')
except OSError as error:
    assert error.errno == 95, error
print('all right')
""")
        assert "all right" in project.run("python3 c.py")
        assert (project.root / "copy").read_text() == "hello"


@case
def what_is_open_goes_on():
    """The kernel opens files without asking the view: what it has open has to go on whatever becomes of name and mode."""
    with Project() as project:
        project.write("open.py", """
import os
made = os.open('made', os.O_WRONLY | os.O_CREAT, 0o444)
os.write(made, b'one')
closed = os.open('closed', os.O_WRONLY | os.O_CREAT, 0o644)
os.fchmod(closed, 0o444)
blind = os.open('blind', os.O_RDWR | os.O_CREAT, 0)
os.write(blind, b'seen')
assert os.pread(blind, 4, 0) == b'seen'
import time
time.sleep(1.5)
for fd in made, closed:
    os.write(fd, b'two')
    os.fsync(fd)
os.rename('made', 'moved')
os.write(made, b'three')
for name in 'moved', 'closed':
    try:
        os.open(name, os.O_WRONLY)
        raise SystemExit('opened ' + name) if os.geteuid() else None
    except PermissionError:
        pass
assert open('moved').read() == 'onetwothree' and open('closed').read() == 'two'
old = os.open('closed', os.O_RDONLY)
open('fresh', 'w').write('fresh')
os.rename('fresh', 'closed')
assert os.pread(old, 5, 0) == b'two' and open('closed').read() == 'fresh'
kept = open('closed', 'r+')
open('closed', 'w').close()
assert kept.read() == ''
files = [open('many%d' % i, 'w') for i in range(500)]
for i in range(500, 1500):
    with open('many%d' % i, 'w') as file:
        file.write(str(i))
for i, file in enumerate(files):
    file.write(str(i))
    file.close()
assert all(open('many%d' % i).read() == str(i) for i in range(1500))
print('all right')
""")
        assert "all right" in project.run("python3 open.py")


@case
def both_sides_append():
    with Project() as project:
        log = project.write("log", "")
        with project.start("exec 5>>log; for i in $(seq 50); do echo inside >&5; sleep 0.01; done") as child:
            while child.poll() is None:
                with log.open("a") as outside:
                    outside.write("outside\n")
                time.sleep(0.003)
            assert child.returncode == 0, child.stdout.read()
        counted = collections.Counter(log.read_text().splitlines())
        assert counted["inside"] == 50 and set(counted) == {"inside", "outside"}, counted


@case
def what_the_box_has_built_starts_outside():
    """While a descriptor of it is open for writing, a program can't be started."""
    with Project() as project:
        for mode in ("755", "555"):
            with project.start(f"cp /bin/true built; chmod {mode} built; ./built && echo ready; sleep 30") as child:
                assert b"ready" in child.stdout.readline()
                for attempt in range(150):
                    try:
                        subprocess.run([project.root / "built"], check=True)
                        break
                    except OSError as error:
                        assert error.errno == errno.ETXTBSY and attempt < 149, error
                        time.sleep(0.1)
                child.kill()
            (project.root / "built").unlink()


@case
def says_what_it_kept():
    with Project() as project:
        project.write(".env", CANARY)
        output = project.run("ls -a; cat .env; true")
        assert ".env" in output and "Permission denied" in output, output


@case
def only_what_is_opened_is_told():
    with Project() as project:
        project.write(".env", CANARY)
        project.write(".github/workflows/ci.yml", "on: push\n")
        told = "[Enclave kept"
        for line in ("ls -la . .github/workflows", "stat .env; sleep 1.2; stat .env; sleep 1.2; ls -l", "cat .github/workflows/ci.yml",
                     "touch -r .env new", "git status --short"):
            assert told not in project.call(line), line
        for line, name in (("cat .env", ".env"), ("true < .env", ".env"), ("echo x > .env", ".env"), ("stat .env; exec 5< .env", ".env"),
                           ("echo x >> .github/workflows/ci.yml", "ci.yml"), ("test -w .github/workflows/ci.yml", "ci.yml"),
                           ("chmod +x .github/workflows/ci.yml", "ci.yml")):
            output = project.call(line)
            assert told in output and f"{name}\u201d" in output and CANARY not in output, (line, output)
        assert (project.root / ".github/workflows/ci.yml").read_text() == "on: push\n"


main()
