# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository can name programs for git to start: none of them is started outside of the sandbox, whoever runs git."""

import json
import os
import subprocess

from support import Project, boxed, case, environment, equal, main

TOOLS = (("git_status", {}), ("git_diff", {}), ("git_diff", {"path": "a.txt"}), ("git_diff", {"staged": True}), ("git_log", {}),
         ("git_log", {"path": "a.txt", "count": 1}), ("git_commit", {"message": "by a tool", "paths": ["a.txt"]}),
         ("run_command", {"command": "git status; git diff; git log -p; git commit -qam x"}))


class Hostile(Project):
    """Every way to a program that a configuration of git knows. Each says outside and in the project that it ran."""

    def __init__(self):
        super().__init__()
        self.outside = self.base / "outside"
        self.outside.mkdir(mode=0o777)
        self.outside.chmod(0o777)
        trap = self.root / "trap"
        trap.write_text(f"#!/bin/sh\nname=$1; shift\n(echo $name >> '{self.outside}/ran') 2>/dev/null\n(echo $name >> '{self.root}/ran') 2>/dev/null\n"
                        "case $name in clean|smudge) cat;; textconv) cat \"$1\";; esac\nexit 0\n")
        trap.chmod(0o755)
        self.git("init", "-q", "-b", "main", "--template=")
        (self.root / ".gitattributes").write_text("*.txt filter=trap diff=trap merge=trap\n")
        self.git("add", "a.txt", ".gitattributes")
        self.git("commit", "-qm", "one")
        os.utime(self.root / "a.txt", (1, 1))
        (self.root / "a.txt").write_text("first\nthird\n")
        for name in ("pre-commit", "post-index-change", "commit-msg", "post-commit", "reference-transaction", "prepare-commit-msg"):
            hook = self.root / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\nexec '{trap}' hook\n")
            hook.chmod(0o755)
        with open(self.root / ".git/config", "a", encoding="utf-8") as file:
            file.write(f"""[core]
	fsmonitor = {trap} fsmonitor
	hooksPath = {self.root}/hooks
	pager = {trap} pager
	editor = {trap} editor
	sshCommand = {trap} ssh
	gitProxy = {trap} proxy
	askPass = {trap} askpass
	alternateRefsCommand = {trap} alternate
[user]
	name = A
	email = a@example.org
[filter "trap"]
	clean = {trap} clean
	smudge = {trap} smudge
	required = true
[diff]
	external = {trap} external
[diff "trap"]
	textconv = {trap} textconv
[merge "trap"]
	driver = {trap} merge
[gpg]
	program = {trap}
[commit]
	gpgSign = true
[log]
	showSignature = true
[pager]
	status = {trap} pager
	log = {trap} pager
[interactive]
	diffFilter = {trap} difffilter
[credential]
	helper = !{trap} helper
[alias]
	status = !{trap} alias
	st = !{trap} alias
[trailer "x"]
	command = {trap} trailer
""")

    def git(self, *words, check=True):
        return subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words], cwd=self.root, env=environment(self.home),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=check)

    def ran(self, where):
        path = where / "ran"
        names = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return set(names)


@case
def plain_git_starts_them():
    """Or the other cases would prove nothing."""
    with Hostile() as project:
        for words in (["status"], ["diff"], ["diff", "--no-ext-diff"], ["log", "-p"], ["commit", "-aqm", "two"]):
            project.git(*words, check=False)
        found = project.ran(project.outside)
        assert found >= {"fsmonitor", "clean", "external", "textconv", "hook"}, found


@case
@boxed
def the_tools_start_none_outside():
    with Hostile() as project:
        for name, arguments in TOOLS:
            project.run("--json", "tool", "call", name, json.dumps(arguments), "--approve", "all")
            equal(project.ran(project.outside), set(), (name, arguments))
        # In the sandbox the last one did.
        assert "fsmonitor" in project.ran(project.root)


@case
@boxed
def commands_start_none_outside():
    with Hostile() as project:
        for line in ("git status", "git diff", "git log -p", "git commit -aqm two", "git stash", "git checkout -q -b side", "git gc"):
            project.run("run", "--", "sh", "-c", line)
            equal(project.ran(project.outside), set(), line)


@case
def the_rest_starts_none():
    """Opening the project, reading, the policy, the level of the sandbox."""
    with Hostile() as project:
        for words in (["doctor"], ["policy", "check", "a.txt"], ["policy", "list"], ["tool", "list"], ["tool", "call", "read_file", '{"path":"a.txt"}'],
                      ["tool", "call", "list_directory", "{}"], ["tool", "call", "search_text", '{"pattern":"first"}'], ["checkpoints"]):
            project.run(*words)
            equal(project.ran(project.outside), set(), words)
            equal(project.ran(project.root), set(), words)


main()
