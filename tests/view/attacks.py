# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command can't read of denied files, and can't write of protected ones, at the level full."""

import os
import subprocess
import time

from support import CANARY, PROGRAM, Project, case, environment, main


@case
def names_and_aliases():
    with Project() as project:
        secret = project.write(".env", f"KEY={CANARY}-env\n")
        project.write("LOUD/.ENV", CANARY)
        project.write(".ssh/id_ed25519", CANARY)
        project.write("deep/er/.docker/config.json", CANARY)
        (project.root / "notes.txt").symlink_to(".env")
        (project.root / "absolute").symlink_to(secret)
        (project.root / "folder").symlink_to(".ssh")
        os.link(secret, project.root / "hard.txt")
        attacks = [
            "cat .env", "cat ./src/../.env", 'cat "$PWD/.env"', "cat notes.txt absolute hard.txt", "cat LOUD/.ENV", "cat folder/id_ed25519",
            "cat /proc/self/root$PWD/.env", "cat /proc/1/root$PWD/.env", "cat /proc/self/cwd/.env", "cat /proc/1/cwd$PWD/.env",
            "mv .env x; cat x", "cp .env x; cat x", "ln .env x; cat x", "ln -s .env y; cat y", "ln hard.txt z; cat z", "mv hard.txt w; cat w",
            "chmod 644 .env; cat .env", "rm -f .env; cat .env", "umount .env; cat .env", "grep -r canary .", "tar cf - . | strings",
            "cd .ssh && cat id_ed25519", "cat .ssh/*", "mv .ssh open; cat open/*", "mv deep/er/.docker plain; cat plain/config.json",
            "mv deep deeper; cat deeper/er/.docker/config.json", "mv deep/er e; cat e/.docker/config.json",
            "python3 -c 'import mmap,os; f=os.open(\".env\",os.O_RDONLY); print(mmap.mmap(f,0,prot=mmap.PROT_READ)[:])'",
            "python3 -c 'import os; print(os.open(\".env\",os.O_PATH)); print(open(\"/proc/self/fd/3\").read())'",
            "unshare -Urm cat .env", "cat < .env", "source ./.env; echo $KEY", "find . -name '*env*' -exec cat {} +", "dd if=hard.txt",
            "tail -c 20 .env", "truncate -s 5 .env", "echo x >> .env", "bash .env", "git hash-object -w .env | xargs git cat-file -p",
            "git add -f .env; git show :.env", "git diff --no-index /dev/null .env", "tar cf x.tar hard.txt; strings x.tar",
            "python3 -c 'import ctypes; print(ctypes.CDLL(None).syscall(304, -100, b\".env\", 0))'",
        ]
        for line in attacks:
            project.keeps(line)
        assert secret.read_text() == f"KEY={CANARY}-env\n"
        assert (project.root / ".ssh/id_ed25519").read_text() == CANARY


@case
def what_may_be_known_of_a_denied_file():
    """That it is there, and not a name more."""
    with Project() as project:
        project.write(".env", CANARY)
        project.write(".ssh/id_canary-0b5f6f2c", "")
        (project.root / "link.pem").symlink_to(CANARY)
        output = project.keeps("stat -c '%A %n' .env .ssh; ls .ssh; ls -l link.pem; readlink link.pem; test -r .env || echo unreadable; cd .ssh || echo closed; "
                               "stat .ssh/id_canary-*; echo .ssh/*")
        assert "---------- .env" in output and "d--------- .ssh" in output and "unreadable" in output and "closed" in output, output


@case
def files_that_come_late():
    with Project() as project:
        project.write("ready", "no")
        child = project.start("cat src/a.c; touch started; while ! [ -e go ]; do sleep 0.05; done; sleep 1.2; cat .env late/.env hard2 notes2 "
                              "src/a.c; echo end")
        for unused in range(200):
            if (project.root / "started").exists():
                break
            time.sleep(0.05)
        secret = project.write(".env", CANARY)
        project.write("late/.env", CANARY)
        os.link(secret, project.root / "hard2")
        (project.root / "notes2").symlink_to("late/.env")
        project.write("new", CANARY)
        os.rename(project.root / "new", project.root / "late/.env")
        (project.root / "go").touch()
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert CANARY not in output and "end" in output and output.count("Permission denied") >= 4, output


@case
def replaced_while_it_reads():
    with Project() as project:
        secret = project.write(".env", CANARY)
        child = project.start("touch started; for i in $(seq 60); do cat .env plain; sleep 0.01; done 2>/dev/null; echo end")
        for number in range(120):
            fresh = project.write("fresh", CANARY)
            os.rename(fresh, secret)
            if number % 3 == 0:
                secret.unlink()
                secret.write_text(CANARY)
            time.sleep(0.01)
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert CANARY not in output and "end" in output, output


@case
def a_file_that_becomes_denied():
    with Project() as project:
        project.write("plain", "harmless\n")
        child = project.start("cat plain; touch started; while ! [ -e go ]; do sleep 0.02; done; cat plain .env")
        while not (project.root / "started").exists():
            time.sleep(0.02)
        os.rename(project.root / "plain", project.root / ".env")
        (project.root / ".env").write_text(CANARY)
        (project.root / "go").touch()
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert CANARY not in output and "harmless" in output, output


@case
def a_file_that_was_read_before():
    """What the view keeps open does not outlive the right to read it, nor the name."""
    with Project() as project:
        closed = project.write("closed.txt", "first\n")
        renamed = project.write("renamed.txt", "first\n")
        replaced = project.write("replaced.txt", "first\n")
        # Beyond its first lines nothing is in the page cache of the box.
        for path in (closed, renamed):
            with path.open("a", encoding="utf-8") as file:
                file.write("x" * 4_000_000 + CANARY)
        # At once, and when the second has passed for which the kernel keeps a name.
        child = project.start("exec 5<renamed.txt; for i in 1 2 3; do head -c 5 closed.txt renamed.txt replaced.txt; done; touch started; "
                              "while ! [ -e go ]; do sleep 0.05; done; tail -c 20 closed.txt; tail -c 20 renamed.txt; tail -c 20 .env; sleep 1.2; "
                              "tail -c 20 closed.txt; tail -c 20 renamed.txt; tail -c 20 .env; "
                              "cat replaced.txt; echo end")
        for unused in range(200):
            if (project.root / "started").exists():
                break
            time.sleep(0.05)
        closed.chmod(0)
        renamed.rename(project.root / ".env")
        project.write("new", "second\n").rename(replaced)
        (project.root / "go").touch()
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert CANARY not in output and "second" in output and output.endswith("end\n"), output[-500:]
        for name in ("closed.txt", ".env"):
            assert f"'{name}' for reading: Permission denied" in output, output[-500:]


@case
def git_history():
    with Project() as project:
        project.write(".env", f"{CANARY}-1\n")
        project.write("keep.txt", "kept\n")
        project.git("add", "-f", ".")
        project.git("commit", "-qm", "one")
        project.write(".env", f"{CANARY}-22\n")
        project.git("commit", "-qam", "two")
        project.write(".env", f"{CANARY}-333\n")
        project.git("stash", "-q")
        project.write("dangling", f"{CANARY}-4\n")
        lost = project.git("hash-object", "-w", "dangling").strip()
        (project.root / "dangling").unlink()
        project.write(".env", f"{CANARY}-55555\n")
        project.git("add", ".env")
        project.git("tag", "-a", "-m", "blob", "blob", project.git("rev-parse", "HEAD~1:.env").strip())
        for packed in (False, True):
            if packed:
                project.git("gc", "-q")
            attacks = [
                "git show HEAD:.env HEAD~1:.env", "git show :.env", "git stash show -p", "git log -p --all", "git log -p -g", "git show stash",
                f"git cat-file -p {lost}", "git cat-file --batch-all-objects --batch", "git diff HEAD~1 HEAD -- .env", "git show blob",
                "git archive HEAD | strings", "git grep canary $(git rev-list --all)", "git blame .env", "git fast-export --all",
                "git bundle create /tmp/b --all; strings /tmp/b", "git checkout HEAD~1 -- .env; cat .env", "git checkout -f HEAD~1; cat .env",
                "git worktree add /tmp/w HEAD; cat /tmp/w/.env", "git clone -q . /tmp/c; cat /tmp/c/.env", "git rev-list --all --objects",
                "mv .git/objects o; ls o", "cp -r .git/objects /tmp/o; cd /tmp/o; cat */* | strings", "git restore --source HEAD .env; cat .env",
                "for f in .git/objects/??/*; do python3 -c 'import sys,zlib; print(zlib.decompress(open(sys.argv[1],\"rb\").read()))' $f; done",
                "git unpack-objects < $(ls .git/objects/pack/*.pack); git cat-file --batch-all-objects --batch", "git repack -adf; strings .git/objects/pack/*",
                f"python3 -c 'import os,zlib; print(zlib.decompress(os.read(os.open(\".git/objects/{lost[:2]}/{lost[2:]}\", os.O_CREAT), 4000)))'",
                f"cd .git/objects/{lost[:2]}; for i in 1 2; do cat 3<>{lost[2:]} <&3; ln {lost[2:]} /tmp/l; cat {lost[2:]}; done | python3 -c "
                "'import sys,zlib; print(zlib.decompress(sys.stdin.buffer.read()))'",
                "GIT_OBJECT_DIRECTORY=.git/objects git --bare cat-file --batch-all-objects --batch", "git show HEAD~1:.env > x; cat x",
            ]
            for line in attacks:
                project.keeps(line)
            project.git("symbolic-ref", "HEAD", "refs/heads/main")
            project.git("reset", "-q", "--mixed")
            assert CANARY in project.git("show", "main~1:.env")
            project.git("fsck")


@case
def objects_that_come_late():
    with Project() as project:
        project.write("keep.txt", "kept\n")
        project.git("add", "keep.txt")
        project.git("commit", "-qm", "one")
        child = project.start("touch started; while ! [ -e go ]; do sleep 0.02; done; git log --oneline; git show HEAD:.env; "
                              "git cat-file --batch-all-objects --batch")
        while not (project.root / "started").exists():
            time.sleep(0.02)
        project.write(".env", CANARY)
        project.git("add", "-f", ".env")
        project.git("commit", "-qm", "late")
        (project.root / "go").touch()
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert CANARY not in output and "late" in output, output


@case
def other_repositories_in_it():
    with Project() as project:
        project.write("inner/.env", CANARY)
        for words in (["init", "-q"], ["add", "-f", ".env"], ["-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "x"]):
            project.git("-C", "inner", *words)
        project.git("clone", "-q", "--bare", "inner", "bare.git")
        project.write(".git/rr-cache/aa/preimage", CANARY)
        project.write(".git/lfs/objects/aa", CANARY)
        project.keeps("cat .git/rr-cache/aa/preimage .git/lfs/objects/aa; mv .git/rr-cache r; cat r/*/*; cp -r .git /tmp/g; grep -r canary /tmp/g")
        project.keeps("cd inner; git show HEAD:.env; git -C ../bare.git show HEAD:.env")
        project.keeps("python3 -c 'import glob,zlib\nfor f in glob.glob(\"*/.git/objects/*/*\")+glob.glob(\"bare.git/objects/*/*\"): "
                      "print(zlib.decompress(open(f,\"rb\").read()))'")
        project.keeps("mv inner/.git/HEAD inner/.git/H; mv bare.git/HEAD bare.git/H; python3 -c 'import glob,zlib\nfor f in glob.glob(\"*/.git/objects/*/*\")"
                      "+glob.glob(\"*/objects/*/*\"): print(f, zlib.decompress(open(f,\"rb\").read()))'; mv inner/.git/H inner/.git/HEAD; mv bare.git/H bare.git/HEAD")
        project.keeps("mkdir n; mv inner/.git/objects n/o; mv bare.git plain; ls plain/objects; strings plain/objects/*/*")


@case
def repositories_outside():
    """What a worktree or alternates point at outside of the project is not shown; it is said by name."""
    with Project() as project:
        project.write(".env", f"{CANARY}\n")
        project.write("keep.txt", "kept\n")
        project.git("add", "-f", ".")
        project.git("commit", "-qm", "one")
        main_root = project.root
        project.git("worktree", "add", "-q", str(project.base / "tree"))
        project.git("clone", "-q", "--shared", str(main_root), str(project.base / "shared"))
        for name, expected in (("tree", main_root / ".git/worktrees/tree"), ("shared", main_root / ".git/objects")):
            project.root = project.base / name
            output = project.keeps("git status; git log -p --all; git show HEAD:.env; git cat-file --batch-all-objects --batch; cat .env; "
                                   f"cat {expected}/* {main_root}/.env; ls {main_root}; cat keep.txt")
            assert "kept" in output and str(expected) in output, output
            done = subprocess.run([PROGRAM, "--json", "tool", "call", "git_log", "{}", "--approve", "all"], cwd=project.root,
                                  env=environment(project.home), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            said = (done.stdout + done.stderr).decode()
            assert str(expected) in said and CANARY not in said, said
            if name == "tree":
                assert "builtin:outside-project" in said, said
        project.root = main_root


@case
def submodules_that_lie():
    """A submodule whose configuration names another place for its files is judged by its own objects all the same."""
    with Project() as project:
        project.write("keep.txt", "kept\n")
        project.git("add", "keep.txt")
        project.git("commit", "-qm", "one")
        project.write("inner/.env", CANARY)
        project.git("init", "-q", "inner")
        project.git("-C", "inner", "add", "-f", ".env")
        project.git("-C", "inner", "-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "x")
        (project.root / ".git/modules").mkdir()
        os.rename(project.root / "inner/.git", project.root / ".git/modules/inner")
        (project.root / "inner/.git").write_text("gitdir: ../.git/modules/inner\n")
        for worktree in ("../..", "../../..", "../../../inner", "../../../../..", "/", "../../../src"):
            project.git("config", "-f", ".git/modules/inner/config", "core.worktree", worktree)
            project.keeps("cd inner; git show HEAD:.env; git log -p --all; git cat-file --batch-all-objects --batch; "
                          "GIT_DIR=../.git/modules/inner git cat-file --batch-all-objects --batch")
            project.keeps("python3 -c 'import glob,zlib\nfor f in glob.glob(\".git/modules/*/objects/*/*\"): print(zlib.decompress(open(f,\"rb\").read()))'")
        # With the objects of another repository in its place.
        (project.root / ".git/modules/inner/commondir").write_text("../..\n")
        project.keeps("cd inner; git show HEAD:.env; git log -p --all; git cat-file --batch-all-objects --batch")
        project.keeps("python3 -c 'import glob,zlib\nfor f in glob.glob(\".git/modules/*/objects/*/*\"): print(zlib.decompress(open(f,\"rb\").read()))'")


@case
def protected_places():
    with Project() as project:
        project.write("keep.txt", "kept\n")
        project.write(".vscode/settings.json", "{}\n")
        project.git("add", ".")
        project.git("commit", "-qm", "one")
        before = (project.root / ".git/config").read_text()
        attacks = [
            "echo x > .git/hooks/post-commit", "mkdir -p .git/hooks; cp /bin/true .git/hooks/pre-commit", "echo '[core]fsmonitor=x' >> .git/config",
            "git config core.fsmonitor x", "git config core.hooksPath /tmp", "git config alias.st '!x'", "git config include.path x",
            "mv .git g; mkdir -p g/hooks", "mv .git/hooks h; mkdir .git/hooks; echo x > .git/hooks/a", "ln .git/config c; echo x >> c",
            "ln -s /tmp .git/hooks2; rm -rf .git/config", "mkdir evil evil/hooks; touch evil/hooks/pre-commit; mv .git old; mv evil .git",
            "echo ../evil > .git/commondir", "mkdir -p x/workflows; echo x > x/workflows/a.yml; mv x .github", "mkdir y; mv y/ .vscode",
            "echo x > .vscode/tasks.json", "echo x > .gitlab-ci.yml", "echo x > f; mv f .vscode/tasks.json", "echo x > f; ln f .git/hooks/pre-push",
            "exec 5>.git/config.lock; cat .git/config >&5; git mv a b; mv .git/config.lock .git/config; echo '[core]fsmonitor=x' >&5",
            "mkdir -p sub/.git/hooks; echo x > sub/.git/hooks/post-checkout", "echo 'gitdir: /tmp' > sub2; mkdir z; mv sub2 z/.git",
            "python3 -c 'import os; os.mknod(\"dev\", 0o20666, 0x103)'",
        ]
        for line in attacks:
            project.run(line, None)
        assert (project.root / ".git/config").read_text() == before
        found = subprocess.run("ls -A .git/hooks .git/commondir .github .gitlab-ci.yml sub/.git/hooks z/.git dev 2>/dev/null | grep -v sample; "
                               "ls -A .vscode; test -d .git || echo gone", shell=True, cwd=project.root, capture_output=True, text=True)
        names = [name for name in found.stdout.split() if not name.endswith(":")]
        assert names == ["settings.json"], found.stdout
        output = project.run("echo x > .git/hooks/post-commit; true")
        assert "Permission denied" in output, output


def write_secrets(project):
    """Where a configuration of git may hold them. Gives the files."""
    project.write("keep.txt", "kept\n")
    project.git("add", "keep.txt")
    project.git("commit", "-qm", "one")
    project.git("remote", "add", "origin", f"https://me:{CANARY}@example.org/x.git")
    project.git("config", "http.extraHeader", f"Authorization: Basic {CANARY}")
    project.git("config", "credential.helper", f"!f() {{ echo password={CANARY}; }}; f")
    project.git("config", "include.path", "../team.inc")
    project.git("config", f"url.https://{CANARY}@example.org/.insteadOf", "example:")
    project.write("team.inc", f"[sendemail]\n\tsmtpPass = {CANARY}\n[include]\n\tpath = more/other.inc\n")
    project.write("more/other.inc", f"[gitlab]\n\ttoken = {CANARY}\n")
    project.write(".git/config.worktree", f"[http]\n\tproxy = http://me:{CANARY}@proxy:80\n")
    project.write(".git/modules/lib/config", f"[remote \"origin\"]\n\turl = https://{CANARY}@example.org/lib.git\n")
    project.write(".git/logs/refs/heads/other", f"{'0' * 40} {'1' * 40} A <a@b> 1 +0000\tpull https://me:{CANARY}@example.org/x.git: Fast-forward\n")
    project.write("inner/.git/config", f"[core]\n\tbare = false\n[include]\n\tpath = ../own.inc\n[remote \"o\"]\n\turl = https://{CANARY}@h/x\n")
    project.write("inner/own.inc", f"[x]\n\tapikey = {CANARY}\n")
    project.write("bare.git/config", f"[core]\n\tbare = true\n[remote \"o\"]\n\turl = https://{CANARY}@h/x\n")
    os.link(project.root / ".git/config", project.root / "alias.txt")
    return [".git/config", ".git/config.worktree", "team.inc", "more/other.inc", ".git/modules/lib/config", ".git/logs/refs/heads/other", "inner/.git/config",
            "inner/own.inc", "bare.git/config", "alias.txt"]


@case
def passwords_of_git():
    with Project() as project:
        names = write_secrets(project)
        before = {name: (project.root / name).read_bytes() for name in names}
        for name in names:
            output = project.keeps(f"ls inner/.git >/dev/null; wc -c < {name}; cat {name}")
            assert output.startswith(f"{len(before[name])}\r\n") or output.startswith(f"{len(before[name])}\n"), (name, output)
            assert "*****" in output, (name, output)
        attacks = [
            "git config --list; git remote -v; git var -l; git config --show-origin --get-regexp .", "grep -ra canary . 2>/dev/null; grep -ra canary .git",
            "for f in .git/config team.inc more/other.inc alias.txt bare.git/config; do cat 3<>$f <&3; ln $f l; cat l; mv $f m; cat m; mv m $f; cp $f c; cat c; rm -f l c; done",
            "tar cf - .git team.inc | strings", "mv bare.git plain; cat plain/config; mv plain bare.git", "mv inner other; cat other/.git/config; mv other inner",
            "cat inner/own.inc; ls inner/.git; cat inner/own.inc", "mv team.inc team2; cat team2; mv team2 team.inc", "git reflog show other; git log -g other",
            "python3 -c 'import mmap,os; f=os.open(\".git/config\",os.O_RDONLY); print(mmap.mmap(f,0,prot=mmap.PROT_READ)[:])'",
            "python3 -c 'import os; p=os.open(\".git/config\",os.O_PATH); print(open(\"/proc/self/fd/%d\" % p).read())'",
            "python3 -c 'import os; f=os.open(\".git/config\",os.O_RDONLY); os.sendfile(1,f,0,9999)'",
        ]
        for line in attacks:
            if "own.inc; ls" in line:
                # Its repository has not been seen then.
                line = line.partition("; ")[2]
            project.keeps(line)
        for name in names:
            if name != ".git/config":
                assert (project.root / name).read_bytes() == before[name], name


@case
def passwords_of_git_survive():
    """What the box writes keeps what it has not seen."""
    with Project() as project:
        write_secrets(project)
        project.git("config", "user.email", "old@example.org")
        with open(project.root / ".git/config", "a", encoding="utf-8") as file:
            file.write(f"# was https://me:{CANARY}@example.org/\n")
        output = project.run("set -e; git config user.name 'In Box'; git checkout -q -b side; git branch --track s2 side; git config user.email new@example.org; "
                             "git commit -q --allow-empty -m two; git log -1 --format=%an")
        assert "In Box" in output, output
        text = (project.root / ".git/config").read_text()
        assert text.count(CANARY) == 5 and "*" * 5 not in text and "new@example.org" in text, text
        assert project.git("config", "remote.origin.url").strip() == f"https://me:{CANARY}@example.org/x.git"
        for line in ("git remote set-url origin https://other.example.org/", "git config branch.side.remote https://other.example.org/",
                     "git config branch.side.remote ../other", "git remote add o2 https://other.example.org/", "git config --unset http.extraHeader",
                     "git config core.fsmonitor x", "git remote remove origin"):
            output = project.run(line, None)
            assert "ermission denied" in output or "could not" in output, (line, output)
        assert (project.root / ".git/config").read_text() == text


@case
def links_and_special_files():
    with Project() as project:
        (project.base / "outside.txt").write_text(CANARY)
        (project.home / "key").write_text(CANARY)
        (project.root / "out").symlink_to(project.base / "outside.txt")
        (project.root / "up").symlink_to("../outside.txt")
        (project.root / "home").symlink_to(project.home)
        os.mkfifo(project.root / "pipe")
        for line in ("cat out up", "cat home/key", "cat ../outside.txt", "ls -la ..", "timeout 1 cat pipe", f"cat {project.base}/outside.txt",
                     "ln -s ../../../../../../etc/shadow s; cat s", "cat /proc/*/environ | strings", "ls /proc/*/root/home /proc/*/fd"):
            project.keeps(line)


@case
def the_view_can_not_be_reached():
    with Project() as project:
        project.write(".env", CANARY)
        output = project.run("ls /dev/fuse 2>&1; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; true")
        assert "No such file" in output and "enclave-view --root" not in output, output
        project.keeps("timeout 3 sh -c 'for f in /proc/[0-9]*/fd/*; do [ -d $f ] && cat $f/.env; readlink $f; done' 2>&1 | head -c 4000")


@case
def a_view_that_dies():
    with Project() as project:
        project.write(".env", CANARY)
        child = project.start("touch started; sleep 1.5; cat .env src/a.c; echo x > y; echo end")
        while not (project.root / "started").exists():
            time.sleep(0.02)
        subprocess.run(["pkill", "-9", "-f", f"enclave-view --root {project.root}"], check=True)
        output = child.communicate(timeout=30)[0].decode(errors="replace")
        assert "end" in output and "return 1" not in output and CANARY not in output, output
        assert "not connected" in output or "aborted" in output, output


main()
