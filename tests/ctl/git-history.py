# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a repository's history a command sees the files that have been at an allowed path in some commit, and no others: as a slow look at
each commit says, through merges, and when commits come and go."""

import random
import subprocess

from support import Project, boxed, case, environment, equal, main

LIST = ("git cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' | sed -n 's/ blob$//p' | git cat-file --batch")
PATHS = ("a", "b/c", "b/.env", ".env", "secrets/.env", "d/e/f", "d/.env.local")
NOTICE = b"Enclave keeps"


class History(Project):
    def __init__(self):
        super().__init__()
        self.git("init", "-q", "-b", "main", "--template=", ".")

    def git(self, *words, text=None, check=True):
        return subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "fastimport.unpackLimit=100000", *words],
                              cwd=self.root, env=environment(self.home), input=text, capture_output=True, timeout=60, check=check).stdout

    def grow(self, seed, n_commits=60):
        """Commits with up to two further parents, whose content is in none of them now and then. The same content is at several paths."""
        choose = random.Random(seed)
        stream = []
        for mark in range(1, n_commits + 1):
            stream.append(f"commit refs/heads/branch-{seed}-{mark}\nmark :{mark}\ncommitter a <b> {1700000000 + mark} +0000\ndata 1\nx\n")
            if mark > 1 and choose.random() < 0.95:
                stream.append(f"from :{choose.randrange(max(1, mark - 6), mark)}\n")
                stream += [f"merge :{parent}\n" for parent in {choose.randrange(1, mark) for _ in range(choose.choice((0, 0, 1, 2)))}]
            for path in choose.sample(PATHS, choose.randrange(0, 4)):
                content = f"content {seed} {choose.randrange(120)}"
                stream.append(f"D {path}\n" if choose.random() < 0.2 else f"M 100644 inline {path}\ndata {len(content)}\n{content}\n")
        self.git("fast-import", "--quiet", "--force", text="".join(stream).encode())

    def expected(self):
        """The blobs that have an allowed path in any commit that there is, or in the index."""
        objects = self.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").decode().split("\n")
        commits = [line.split()[0] for line in objects if line.endswith(" commit")]
        entries = [line for commit in commits for line in self.git("ls-tree", "-r", commit).decode().splitlines()]
        found = {line.split()[2] for line in entries if ".env" not in line.split("\t")[1]}
        staged = self.git("ls-files", "-s").decode().splitlines()
        return found | {line.split()[1] for line in staged if ".env" not in line.split("\t")[1]}

    def seen(self):
        """(those with their content, those with a notice instead), in the box."""
        done = self.run("run", "--", "sh", "-c", LIST)
        equal(done.status, 0, done)
        left, shown, hidden = done.bytes, set(), set()
        while left:
            head, left = left.split(b"\n", 1)
            name, _kind, size = head.decode().split()
            (hidden if left.startswith(NOTICE) else shown).add(name)
            left = left[int(size) + 1:]
        return shown, hidden

    def check(self):
        shown, hidden = self.seen()
        equal(shown, self.expected())
        assert hidden, "nothing is hidden: that proves nothing"
        return hidden

    def kept(self):
        (path,) = (self.home / "cache/enclave/git").glob("*/differences")
        return path


@case
@boxed
def as_each_commit_says():
    for seed in range(4):
        with History() as project:
            project.grow(seed)
            project.check()
            project.git("gc", "-q")
            project.check()


@case
@boxed
def only_new_commits_are_looked_at():
    with History() as project:
        project.grow(10)
        project.check()
        before = project.kept().read_bytes()
        project.grow(11, 5)
        project.check()
        after = project.kept().read_bytes()
        assert after.startswith(before) and before.count(b"\nenclave-git-differences") == 0, (len(before), len(after))
        assert len(after) - len(before) < len(before) / 3, (len(before), len(after))


@case
@boxed
def what_is_damaged_is_asked_for_again():
    with History() as project:
        project.grow(20)
        project.check()
        path = project.kept()
        whole = path.read_bytes()
        for damaged in (whole[:-7], whole[:len(whole) // 2] + b"\0" + whole[len(whole) // 2 + 1:], b"", b"enclave-git-differences 1 9999999999 1 x\n"):
            path.write_bytes(damaged)
            (project.root / "b-new").write_text(f"{len(damaged)}\n")
            project.git("add", "b-new")
            project.check()


@case
@boxed
def what_is_purged_counts_no_longer():
    """The same content was at an allowed path once, in a commit that is gone."""
    with History() as project:
        (project.root / "sample").write_text("KEY=the-secret\n")
        project.git("add", "sample")
        project.git("commit", "-qm", "by mistake")
        secret = project.git("rev-parse", "HEAD:sample").decode().strip()
        assert secret in project.seen()[0]
        project.git("rm", "-qf", "sample")
        project.git("add", "-f", ".env", "a.txt")
        project.git("commit", "-qm", "one", "--amend")
        project.git("reflog", "expire", "--expire=now", "--all")
        project.git("gc", "-q", "--prune=now")
        equal(project.git("rev-parse", "HEAD:.env").decode().strip(), secret)
        assert secret in project.check()


@case
@boxed
def a_commit_without_its_parent_is_looked_at_whole():
    with History() as project:
        project.grow(30, 30)
        parent = project.git("rev-parse", "branch-30-20").decode().strip()
        (project.root / ".git/objects" / parent[:2] / parent[2:]).unlink()
        shown, hidden = project.seen()
        equal(shown, project.expected())
        assert hidden


@case
@boxed
def what_is_written_down_of_commits_is_not_believed():
    """A commit-graph says of the first commit that it had all files of the second one already."""
    with History() as project:
        project.git("add", "-f", "a.txt", ".env")
        project.git("commit", "-qm", "one")
        (project.root / "new").write_text("new\n")
        project.git("add", "new")
        project.git("commit", "-qm", "two")
        project.git("rm", "-q", "--cached", "new")
        trees = [bytes.fromhex(project.git("rev-parse", f"{commit}^{{tree}}").decode().strip()) for commit in ("HEAD~", "HEAD")]
        project.git("commit-graph", "write", "--reachable")
        path = project.root / ".git/objects/info/commit-graph"
        path.chmod(0o644)
        assert trees[0] in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(*trees))
        equal(project.git("diff-tree", "-r", "--no-commit-id", "HEAD"), b"", "git does not read it: that proves nothing")
        assert project.git("rev-parse", "HEAD:new").decode().strip() in project.seen()[0]
        project.check()


main()
