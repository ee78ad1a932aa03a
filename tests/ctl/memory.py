# SPDX-License-Identifier: GPL-3.0-or-later
"""memory, tasks and ask --verify: the file of a project, and the command that tells whether an edit was right."""

import json
import subprocess

from support import Project, Server, boxed, call, case, environment, equal, main, text

SECRET = "ghp_x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B"


def memory(project, *words):
    return project.run("--json", "memory", *words)


@case
def it_is_shown_with_what_it_costs():
    with Project() as project:
        equal(memory(project, "show").document(), {"ok": True, "secrets": []})
        (project.root / ".github").mkdir()
        (project.root / ".github/copilot-instructions.md").write_text("Two spaces.\n")
        shown = memory(project, "show").document()
        equal((shown["path"], shown["state"], shown["bytes"], shown["text"]),
              (".github/copilot-instructions.md", "new", 12, "Two spaces.\n"), shown)
        assert 2 <= shown["tokens"] <= 8, shown
        (project.root / "CLAUDE.md").write_text(f"The token is {SECRET}\n")
        shown = memory(project).document()
        equal((shown["path"], shown["secrets"]), ("CLAUDE.md", ["github-token"]), shown)


@case
def a_line_is_added_once():
    with Project() as project:
        result = memory(project, "add", "Use", "tabs.")
        equal(result.status, 0, result)
        equal((project.root / "ENCLAVE.md").read_text(), "# Project memory\n\n- Use tabs.\n")
        # To trust a file is a word of its own.
        equal(memory(project, "show").document()["state"], "new")
        equal(memory(project, "add", "use tabs.").status, 1)
        equal(memory(project, "add", f"Token: {SECRET}").status, 1)
        equal((project.root / "ENCLAVE.md").read_text(), "# Project memory\n\n- Use tabs.\n")
        equal(memory(project, "add").status, 2)


@case
def a_draft_is_one_call_and_waits():
    with Project() as project, Server([text("# It\n\nMade of text.\n"), text("# It\n\nMade of text.\n")]) as server:
        drafted = project.run("--json", "--endpoint", server.address, "memory", "draft")
        equal(drafted.status, 0, drafted)
        equal(drafted.document()["changes"][0]["status"], "proposed")
        equal(drafted.document()["text"], "# It\n\nMade of text.\n")
        assert not (project.root / "ENCLAVE.md").exists()
        equal(len(server.requests), 1)
        assert "the-secret" not in json.dumps(server.requests)
        human = project.run("--endpoint", server.address, "memory", "draft", "--apply")
        assert "+Made of text." in human.out, human
        equal((project.root / "ENCLAVE.md").read_text(), "# It\n\nMade of text.\n")


@case
@boxed
def a_memory_file_with_a_secret_is_not_committed():
    with Project() as project:
        def git(*words):
            subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words], cwd=project.root, check=True,
                           env=environment(project.home), capture_output=True)
        git("init", "-q", "-b", "main")
        with open(project.root / ".git/config", "a", encoding="utf-8") as file:
            file.write("[user]\n\tname = A\n\temail = a@example.org\n")
        (project.root / "ENCLAVE.md").write_text("Use tabs.\n")
        git("add", "ENCLAVE.md", "a.txt")
        git("commit", "-qm", "one")
        arguments = json.dumps({"message": "two", "paths": ["ENCLAVE.md", "a.txt"]})
        (project.root / "ENCLAVE.md").write_text(f"Use tabs.\nThe token is {SECRET}\n")
        refused = project.run("--json", "tool", "call", "git_commit", arguments, "--approve", "all")
        equal(refused.status, 1, refused)
        assert "ENCLAVE.md has what looks like a secret" in refused.document()["error"]["message"], refused
        (project.root / "ENCLAVE.md").write_text("Use tabs.\nRun the tests.\n")
        equal(project.run("--json", "tool", "call", "git_commit", arguments, "--approve", "all").status, 0)


@case
def the_build_is_detected():
    with Project() as project:
        equal(project.run("--json", "tasks").document(), [])
        (project.root / "Cargo.toml").write_text("[package]\n")
        equal(project.run("--json", "tasks").document(),
              [{"system": "cargo", "file": "Cargo.toml", "command": "cargo test --offline"}])


@case
@boxed
def what_fails_goes_back_to_the_model():
    edits = [call("write_file", {"path": "a.txt", "content": content}) for content in ("wrong\n", "right\n")]
    with Project() as project, Server([edits[0], text("Done."), edits[1], text("Now it is.")]) as server:
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--verify", "grep right a.txt", "make it right")
        equal(result.status, 0, result)
        rows = [event for event in result.lines() if event["event"] == "tool-call" and event["name"] == "verify"]
        equal([row["arguments"]["command"] if isinstance(row["arguments"], dict) else json.loads(row["arguments"])["command"] for row in rows],
              ["grep right a.txt"] * 2, result)
        equal(len(server.requests), 4)
        assert "Round 1 of 3" in server.requests[2]["messages"][-1]["content"], server.requests[2]


@case
@boxed
def what_still_fails_is_a_failure():
    edits = [call("write_file", {"path": "a.txt", "content": f"wrong {number}\n"}) for number in range(2)]
    with Project() as project, Server([edits[0], text("Done."), edits[1], text("Done.")]) as server:
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--verify", "false", "--verify-rounds", "2", "go")
        equal(result.status, 1, result)
        equal(result.lines()[-1]["reason"], "verification", result)
        equal(len(server.requests), 4)


@case
@boxed
def the_command_needs_its_approval():
    with Project() as project, Server([call("write_file", {"path": "a.txt", "content": "x\n"}), text("Done.")]) as server:
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "edits", "--verify", "touch proof", "go")
        equal(result.status, 5, result)
        assert not (project.root / "proof").exists()


main()
