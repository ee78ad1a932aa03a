# SPDX-License-Identifier: GPL-3.0-or-later
"""tool, policy and apply: what the gate refuses, and what is written."""

import json
import os

from support import Project, boxed, case, equal, main


def other_names(project):
    return [".env", "sub/../.env", "./.env", "link", "absolute", "hard", ".ENV", ".Env", "sub/../link",
            f"{project.root}/.env", f"/proc/self/root{project.root}/.env", f"/proc/self/cwd/.env",
            f"/proc/{os.getpid()}/root{project.root}/.env"]


def call(project, name, arguments, *options):
    return project.run("--json", "tool", "call", name, json.dumps(arguments), *options)


@case
def env_is_refused_by_every_name():
    with Project() as project:
        for path in other_names(project):
            result = call(project, "read_file", {"path": path})
            equal(result.status, 3, (path, result))
            error = result.document()["error"]
            equal((error["domain"], error["code"]), ("gate", "denied"), (path, result))
            assert error["rule"] in ("builtin:dotenv", "builtin:outside-project", "builtin:proc"), (path, error)
            assert "the-secret" not in result.out + result.err
        for path in (".env", "sub/../.env", "link", "absolute", "hard", ".ENV"):
            equal(call(project, "read_file", {"path": path}).document()["error"]["rule"], "builtin:dotenv", path)
        human = project.run("tool", "call", "read_file", '{"path":".env"}')
        equal((human.status, human.out), (3, ""))
        assert "builtin:dotenv" in human.err


@case
@boxed
def env_can_not_be_written_or_searched():
    with Project() as project:
        for name, arguments in (("write_file", {"path": ".env", "content": "x"}),
                                ("write_file", {"path": "link", "content": "x"}),
                                ("edit_file", {"path": "hard", "old_text": "KEY", "new_text": "X"}),
                                ("apply_patch", {"patch": "--- a/.env\n+++ b/.env\n@@ -1 +1 @@\n-KEY=the-secret\n+K=\n"})):
            result = call(project, name, arguments, "--approve", "all")
            equal(result.status, 3, (name, result))
        equal((project.root / ".env").read_text(), "KEY=the-secret\n")
        result = call(project, "search_text", {"pattern": "the-secret"})
        equal(result.status, 0, result)
        assert "KEY=" not in result.out
        result = call(project, "run_command", {"command": "cat .env link absolute hard"}, "--approve", "commands")
        equal(result.status, 0, result)
        assert "the-secret" not in result.out


@case
def reading_gives_the_text():
    with Project() as project:
        document = call(project, "read_file", {"path": "a.txt"}).document()
        equal(document, {"ok": True, "content": "1\tfirst\n2\tsecond\n", "truncated": False})
        human = project.run("tool", "call", "read_file", '{"path":"a.txt","start_line":2}')
        equal((human.status, human.out), (0, "2\tsecond\n"))


@case
def tools_are_listed():
    with Project() as project:
        names = {tool["name"] for tool in project.run("--json", "tool", "list").document()}
        equal(names >= {"read_file", "list_directory", "find_files", "search_text", "edit_file", "write_file",
                        "apply_patch", "run_command", "git_status", "git_diff", "git_log", "git_commit",
                        "save_memory"}, True, names)


@case
def bad_arguments_are_the_tools_error():
    with Project() as project:
        for arguments in ({}, {"path": "a.txt", "frob": 1}, {"path": ["a.txt"]}):
            result = call(project, "read_file", arguments)
            equal(result.status, 1, result)
            equal(result.document()["error"]["domain"], "tool")
            equal(result.document()["error"]["code"], "arguments")
        result = call(project, "read_fil", {})
        equal((result.status, result.document()["error"]["code"]), (1, "unknown"))


@case
@boxed
def writing_needs_an_approval():
    with Project() as project:
        for name, arguments in (("write_file", {"path": "new.txt", "content": "x\n"}),
                                ("edit_file", {"path": "a.txt", "old_text": "first", "new_text": "1st"}),
                                ("run_command", {"command": "touch new.txt"})):
            wrong = "edits" if name == "run_command" else "commands"
            for options in ([], ["--approve", "none"], ["--approve", wrong]):
                result = call(project, name, arguments, *options)
                equal(result.status, 5, (name, options, result))
                equal(result.document()["error"]["code"], "needs-approval")
        assert not (project.root / "new.txt").exists()
        result = call(project, "write_file", {"path": "new.txt", "content": "x\n"}, "--approve", "edits")
        equal(result.status, 0, result)
        equal((project.root / "new.txt").read_text(), "x\n")
        equal(call(project, "edit_file", {"path": "a.txt", "old_text": "first", "new_text": "1st"},
                   "--approve", "all").status, 0)
        equal((project.root / "a.txt").read_text(), "1st\nsecond\n")
        result = call(project, "run_command", {"command": "echo out; exit 3"}, "--approve", "commands")
        equal(result.status, 0, result)
        assert "out" in result.document()["content"] and "exit 3" in result.document()["content"]


@case
def a_hook_needs_more_than_edits():
    with Project() as project:
        hook = {"path": ".git/hooks/pre-commit", "content": "#!/bin/sh\n"}
        equal(call(project, "write_file", hook, "--approve", "edits").status, 5)
        assert not (project.root / ".git").exists()
        equal(call(project, "write_file", hook, "--approve", "all").status, 0)
        equal((project.root / ".git/hooks/pre-commit").read_text(), "#!/bin/sh\n")


@case
def policy_judges_paths_anywhere():
    with Project() as project:
        paths = [".env", "a.txt", "not-there/yet.c", "deep/er/.env", "../elsewhere", "/etc/shadow", "link", "hard",
                 "/usr/include"]
        result = project.run("--json", "policy", "check", *paths)
        equal(result.status, 3, result)
        found = {entry["path"]: entry for entry in result.document()}
        equal([found[path]["verdict"] for path in paths],
              ["deny", "allow", "allow", "deny", "deny", "deny", "deny", "deny", "allow"])
        equal(found[".env"]["rule"], "builtin:dotenv")
        equal(found["../elsewhere"]["rule"], "builtin:outside-project")
        equal(found["link"]["resolved"], str(project.root / ".env"))
        equal(found["a.txt"]["resolved"], str(project.root / "a.txt"))
        equal(project.run("policy", "check", "a.txt").status, 0)
        human = project.run("policy", "check", ".env", "a.txt")
        equal((human.status, len(human.out.splitlines())), (3, 2), human)
        assert human.out.startswith("deny ")
        result = project.run("--json", "policy", "check", "--write", ".git/hooks/pre-commit", "/usr/include/x.h")
        equal([entry["verdict"] for entry in result.document()], ["ask", "deny"])


@case
def project_rules_are_listed_with_their_source():
    with Project() as project:
        (project.root / ".enclave").mkdir()
        (project.root / ".enclave/policy").write_text("*.private\n")
        rules = project.run("--json", "policy", "list").document()
        own = [rule for rule in rules if rule["source"] == "project"]
        equal([rule["pattern"] for rule in own], ["*.private"], rules[-3:])
        result = project.run("--json", "policy", "check", "x.private")
        equal((result.status, result.document()[0]["rule"]), (3, own[0]["id"]))


REPLY = """I change the greeting.

```diff
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,2 @@
-first
+1st
 second
```
"""


@case
def a_reply_is_applied():
    with Project() as project:
        reply = project.base / "reply.md"
        reply.write_text(REPLY)
        result = project.run("--json", "apply", "--dry-run", str(reply))
        equal(result.status, 0, result)
        change, = result.document()["changes"]
        equal(change, {"path": "a.txt", "status": "proposed", "exact": True, "hunks": 1, "added": 1, "removed": 1,
                       "message": ""})
        equal((project.root / "a.txt").read_text(), "first\nsecond\n")
        result = project.run("--json", "apply", "-", input=REPLY.encode())
        equal((result.status, result.document()["changes"][0]["status"]), (0, "applied"), result)
        equal((project.root / "a.txt").read_text(), "1st\nsecond\n")
        result = project.run("--json", "apply", str(reply))
        equal(result.status, 1, result)
        equal(result.document()["error"]["domain"], "patch")


@case
def a_block_without_a_name_takes_the_given_one():
    with Project() as project:
        result = project.run("--json", "apply", "--file", "new.c", "-", input=b"```c\nint x;\n```\n")
        equal(result.status, 0, result)
        equal((project.root / "new.c").read_text(), "int x;\n")


@case
def a_reply_is_applied_wholly_or_not_at_all():
    with Project() as project:
        both = REPLY + "\n```diff\n--- a/.env\n+++ b/.env\n@@ -1 +1 @@\n-KEY=the-secret\n+KEY=\n```\n"
        result = project.run("--json", "apply", "-", input=both.encode())
        equal(result.status, 3, result)
        equal(result.document()["error"]["rule"], "builtin:dotenv")
        equal((project.root / "a.txt").read_text(), "first\nsecond\n")


@case
def what_is_no_reply_is_told():
    with Project() as project:
        os.mkfifo(project.root / "fifo")
        (project.root / "latin").write_bytes(b"caf\xe9\n")
        for words, data in ((["fifo"], None), (["."], None), (["none"], None), (["latin"], None),
                            (["-"], b"\xff\xfe"), (["-"], b""), (["-"], b"no change here\n")):
            result = project.run("--json", "apply", *words, input=data)
            equal(result.status, 1, (words, data, result))
            equal(result.document()["ok"], False)


main()
