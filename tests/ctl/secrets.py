# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of denied files and secrets never reach the model, whatever route prints them."""

import json
import subprocess

from support import Project, case, equal, main

CANARY = "violet-harbour-4417-otter"
OLD_CANARY = "copper-window-9921-falcon"
TOKEN = "gh" + "p_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"


def git(project, *words):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", *words], cwd=project.root, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def secret_project():
    project = Project()
    (project.root / ".env").write_text(f"TOKEN={CANARY}\n")
    (project.root / "code.py").write_text(f"token = '{TOKEN}'\nx = 1\n")
    git(project, "init", "-q")
    git(project, "add", "-f", ".")
    git(project, "commit", "-qm", "start")
    return project


def call(project, name, arguments, *options):
    return project.run("--json", "tool", "call", name, json.dumps(arguments), *options)


def level(project):
    return project.run("--json", "doctor").document()["sandbox"]["level"]


@case
def commands_that_print_a_value():
    with secret_project() as project:
        if level(project) == "tools-only":
            return
        for command in ("git show HEAD:.env", "git --no-pager log -p --all", "git cat-file -p HEAD:.env",
                        "git stash list; git --no-pager diff HEAD~0 HEAD; git archive HEAD .env | tar xO",
                        f"printf 'LATE={OLD_CANARY}' > .env.local; cat .env.local",
                        "git show HEAD:.env > copy.txt; cat copy.txt; rm copy.txt",
                        "git grep -h TOKEN $(git rev-list --all)",
                        "git show HEAD:.env | tr '\\n' ' '; git show HEAD:.env | sed s/TOKEN/X/",
                        "git show HEAD:.env | nl"):
            result = call(project, "run_command", {"command": command}, "--approve", "commands")
            for canary in (CANARY, OLD_CANARY):
                # What the command line itself says was the model's own.
                text = result.document()["content"] if result.status == 0 else result.out
                assert canary not in text, (command, result)
                assert result.status == 0, (command, result)


@case
def git_tools_do_not_print_a_value():
    with secret_project() as project:
        if level(project) == "tools-only":
            return
        (project.root / ".env").write_text(f"TOKEN={CANARY}\nMORE=1\n")
        for name, arguments in (("git_diff", {}), ("git_log", {}), ("git_status", {})):
            result = call(project, name, arguments)
            assert CANARY not in result.out, result


@case
def files_that_hold_a_copy():
    with secret_project() as project:
        (project.root / "late.txt").write_text("nothing")
        result = call(project, "read_file", {"path": "code.py"})
        assert TOKEN not in result.out and "[secret masked: github-token]" in result.out, result
        result = call(project, "search_text", {"pattern": "token"})
        assert TOKEN not in result.out and "[secret masked: github-token]" in result.out, result


@case
def an_edit_keeps_what_was_masked():
    with secret_project() as project:
        before = (project.root / "code.py").read_text()
        result = call(project, "edit_file", {"path": "code.py", "old_text": "x = 1", "new_text": "x = 2"}, "--approve", "edits")
        equal(result.status, 0, result)
        equal((project.root / "code.py").read_text(), before.replace("x = 1", "x = 2"))
        for name, arguments in (
                ("edit_file", {"path": "code.py", "old_text": "token = '[secret masked: github-token]'", "new_text": "token = ''"}),
                ("edit_file", {"path": "code.py", "old_text": "x = 2", "new_text": "y = '[secret masked: github-token]'"}),
                ("write_file", {"path": "code.py", "content": "token = '[secret masked: github-token]'\nx = 3\n"})):
            result = call(project, name, arguments, "--approve", "edits")
            assert result.status != 0, result
            assert "mask" in result.out, result
            equal((project.root / "code.py").read_text(), before.replace("x = 1", "x = 2"))


@case
def the_audit_names_the_rule_and_not_the_value():
    with secret_project() as project:
        call(project, "read_file", {"path": "code.py"})
        log = (project.home / "state" / "enclave" / "audit" / "audit.jsonl").read_text()
        assert '"masked"' in log and "secret:github-token" in log and TOKEN not in log, log


main()
