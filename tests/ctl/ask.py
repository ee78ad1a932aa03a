# SPDX-License-Identifier: GPL-3.0-or-later
"""ask against a scripted server and against the practice engine of the tour."""

import os
import pty
import signal
import subprocess
import time

from support import PROGRAM, Project, Server, boxed, call, case, end, environment, equal, main, text


def ask(project, server, *words):
    return project.run("--json", "--endpoint", server.address, "ask", *words)


def events(result, name):
    return [line for line in result.lines() if line["event"] == name]


@case
def text_streams():
    with Project() as project, Server([text("Hello ", "there.")]) as server:
        result = ask(project, server, "Say", "hello")
        equal(result.status, 0, result)
        lines = result.lines()
        equal(lines[0]["event"], "thread")
        assert lines[0]["id"]
        equal("".join(line["text"] for line in events(result, "text")), "Hello there.")
        usage, = events(result, "usage")
        equal((usage["prompt_tokens"], usage["completion_tokens"], usage["truncated"]), (1000, 5, False))
        assert "context_window" in usage
        equal((lines[-1]["event"], lines[-1]["reason"]), ("done", "stop"))
        assert "Say hello" in server.requests[0]["messages"][-1]["content"]


@case
def progress_is_told_and_a_thought_is_no_text():
    reading = [{"choices": [], "prompt_progress": {"total": 900, "cache": 300, "processed": count}} for count in (300, 700)]
    with Project() as project, Server([reading + text("I think.\n</thi", "nk>\n\nYes.")]) as server:
        result = ask(project, server, "Say", "yes")
        equal(result.status, 0, result)
        last = events(result, "progress")[-1]
        equal((last["total"], last["cached"], last["processed"], last["estimated"]), (900, 300, 700, False))
        names = [line["event"] for line in result.lines()]
        begin = names.index("text-was-reasoning")
        equal("".join(line["text"] for line in result.lines()[begin:] if line["event"] == "text"), "Yes.")


@case
def human_text_goes_to_stdout_and_rows_to_stderr():
    replies = [call("read_file", {"path": "a.txt"}), text("It says first.")]
    with Project() as project, Server(replies) as server:
        result = project.run("--endpoint", server.address, "ask", "What is in a.txt?")
        equal((result.status, result.out), (0, "It says first.\n"), result)
        assert "read_file" in result.err and "a.txt" in result.err


def edit_with_prettier(*words):
    """What a.js holds after an edit, and what the model was told of it, in a project whose formatter makes two blanks one."""
    replies = [call("edit_file", {"path": "a.js", "old_text": "let b;", "new_text": "let  b = 1;"}), text("Done.")]
    with Project() as project, Server(replies) as server:
        program = project.root / "node_modules" / ".bin" / "prettier"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\nexec sed 's/  / /g'\n")
        program.chmod(0o755)
        (project.root / ".prettierrc").write_text("{}\n")
        (project.root / "a.js").write_text("let a;\nlet b;\n")
        result = ask(project, server, "--approve", "edits", *words, "Set b")
        equal(result.status, 0, result)
        return (project.root / "a.js").read_text(), server.requests[1]["messages"][-1]["content"]


@boxed
@case
def the_formatter_of_the_project_has_its_say_when_it_is_asked():
    written, told = edit_with_prettier("--format")
    equal(written, "let a;\nlet b = 1;\n")
    assert "prettier has formatted a.js. These lines are now:\n2: let b = 1;\n" in told, told
    written, told = edit_with_prettier()
    equal(written, "let a;\nlet  b = 1;\n")
    assert "formatted" not in told, told


@case
def a_denied_file_is_told_to_the_model_and_the_turn_goes_on():
    replies = [call("read_file", {"path": ".env"}), text("I may not.")]
    with Project() as project, Server(replies) as server:
        result = ask(project, server, "--approve", "all", "Read .env")
        equal(result.status, 0, result)
        outcome, = events(result, "tool-result")
        equal((outcome["ok"], outcome["error"]["code"], outcome["error"]["rule"]), (False, "denied", "builtin:dotenv"))
        told = server.requests[1]["messages"][-1]["content"]
        assert "denied" in told and "the-secret" not in str(server.requests)


@case
def attachments_pass_the_gate():
    with Project() as project, Server([text("Read.")]) as server:
        equal(ask(project, server, "Look at @a.txt").status, 0)
        assert "second" in str(server.requests[0]["messages"])
        for path in (".env", "link", "hard"):
            result = ask(project, server, f"Look at @{path}")
            equal(result.status, 3, (path, result))
            equal(result.lines()[-1]["error"]["rule"], "builtin:dotenv")
        equal(len(server.requests), 1)


@case
@boxed
def without_approval_nothing_is_written_or_run():
    for name, arguments in (("write_file", {"path": "new.txt", "content": "x\n"}),
                            ("run_command", {"command": "touch new.txt"})):
        with Project() as project, Server([call(name, arguments), text("Done.")]) as server:
            result = ask(project, server, "Do it")
            equal(result.status, 5, (name, result))
            equal(result.lines()[-1]["reason"], "needs-approval")
            assert not (project.root / "new.txt").exists()
            if name == "run_command":
                equal(events(result, "tool-result")[0]["error"]["code"], "needs-approval")
            else:
                equal(events(result, "change")[0]["status"], "proposed")


@case
def approved_edits_are_applied():
    replies = [call("edit_file", {"path": "a.txt", "old_text": "first", "new_text": "1st"}), text("Done.")]
    for given in ("edits", "all"):
        with Project() as project, Server(replies) as server:
            result = ask(project, server, "--approve", given, "Change it")
            equal(result.status, 0, result)
            change, = events(result, "change")
            equal({name: change[name] for name in ("path", "hunks", "added", "removed", "status")},
                  {"path": "a.txt", "hunks": 1, "added": 1, "removed": 1, "status": "applied"})
            equal((project.root / "a.txt").read_text(), "1st\nsecond\n")
    with Project() as project, Server(replies) as server:
        equal(ask(project, server, "--approve", "commands", "Change it").status, 5)
        equal((project.root / "a.txt").read_text(), "first\nsecond\n")


@case
@boxed
def approved_commands_run():
    replies = [call("run_command", {"command": "touch made"}), text("Done.")]
    with Project() as project, Server(replies) as server:
        result = ask(project, server, "--approve", "commands", "Make it")
        equal(result.status, 0, result)
        assert (project.root / "made").exists()


@case
def plan_writes_nothing():
    replies = [call("write_file", {"path": "new.txt", "content": "x\n"}), text("Planned.")]
    with Project() as project, Server(replies) as server:
        result = ask(project, server, "--mode", "plan", "--approve", "all", "Plan it")
        equal(result.status, 0, result)
        equal(events(result, "change")[0]["status"], "proposed")
        assert not (project.root / "new.txt").exists()


@case
def ask_mode_has_no_writing_tools():
    with Project() as project, Server([text("Fine.")]) as server:
        equal(ask(project, server, "--mode", "ask", "Explain").status, 0)
        names = {tool["function"]["name"] for tool in server.requests[0]["tools"]}
        assert "read_file" in names and not names & {"write_file", "run_command"}, names


@case
def rounds_and_loops_end():
    again = [call("list_directory", {"path": "."}, f"c{n}") for n in range(9)]
    with Project() as project, Server(again) as server:
        result = ask(project, server, "--max-rounds", "2", "Go on")
        equal((result.status, result.lines()[-1]["reason"]), (1, "rounds"), result)
        equal(len(server.requests), 2)
    with Project() as project, Server(again) as server:
        result = ask(project, server, "Go on")
        equal((result.status, result.lines()[-1]["reason"]), (1, "loop"), result)


@case
def cut_off_and_broken_replies_are_told():
    cut = text("Half")[:1]
    for replies, status, code in (([cut], 1, "cut-off"), ([["{broken"]], 4, "not-a-server")):
        with Project() as project, Server(replies) as server:
            result = ask(project, server, "Hello")
            equal(result.status, status, result)
            done = result.lines()[-1]
            equal((done["reason"], done["error"]["domain"], done["error"]["code"]), ("error", "inference", code))
    with Project() as project, Server([text("Long")[:1] + end("length")]) as server:
        result = ask(project, server, "Hello")
        equal((result.status, result.lines()[-1]["reason"]), (1, "length"))


@case
def an_unknown_model_is_told():
    with Project() as project, Server([]) as server:
        result = project.run("--json", "--endpoint", server.address, "--model", "none", "ask", "hi")
        equal(result.status, 1, result)
        equal(result.lines()[-1]["error"]["code"], "model")
        equal(server.requests, [])


@case
def a_network_that_is_too_wide_is_told_and_costs_nothing_else():
    with Project() as project, Server([text("Fine.")]) as server:
        project.write_settings("allowed-networks=['0.0.0.0/0', '10.1.0.0/16']")
        result = project.run("--json", "--endpoint", server.address, "ask", "hi",
                             env={**environment(project.home), "GSETTINGS_BACKEND": "keyfile"})
        equal(result.status, 0, result)
        assert "left out" in result.err and "0.0.0.0/0" in result.err and "10.1" not in result.err, result


@case
def an_interrupt_stops_the_turn():
    with Project() as project, Server([text("Begun")[:1] + ["wait"]]) as server:
        process = project.start("--json", "--endpoint", server.address, "ask", "Hello")
        assert server.waiting.wait(20)
        time.sleep(0.2)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - begun < 5
        equal(process.returncode, 1, err)
        lines = out.decode().splitlines()
        assert '"reason":"stopped"' in lines[-1], lines
        assert any('"text":"Begun"' in line for line in lines)


@case
def a_silent_server_is_given_up():
    with Project() as project, Server([["wait"]]) as server:
        result = ask(project, server, "--silence", "1", "Hello")
        equal(result.status, 4, result)
        equal(result.lines()[-1]["error"]["code"], "timed-out")


@case
def a_reply_can_not_command_the_terminal():
    with Project() as project, Server([text("a\x1b]0;title\x07b\u009bc\u202ed\r\n")] * 2) as server:
        words = ["--endpoint", server.address, "ask", "hi"]
        outside, inside = pty.openpty()
        done = subprocess.run([PROGRAM, *words], cwd=project.root, env=environment(project.home),
                              stdin=subprocess.DEVNULL, stdout=inside, stderr=subprocess.PIPE, timeout=30)
        os.close(inside)
        shown = os.read(outside, 4096)
        os.close(outside)
        equal(done.returncode, 0, done)
        assert b"\xe2\x80\xae" not in shown, shown
        assert b"\x1b" not in shown and b"\x07" not in shown and "\u009b".encode() not in shown, shown
        # Into a file it goes as the model wrote it.
        equal(project.run(*words).bytes, "a\x1b]0;title\x07b\u009bc\u202ed\r\n".encode())


@case
def a_unix_socket_is_an_endpoint():
    with Project() as project:
        result = project.run("--json", "--endpoint", f"unix:{project.base}/none", "models")
        equal((result.status, result.document()["error"]["code"]), (4, "offline"), result)


@case
@boxed
def the_tour_is_lived_from_the_command_line():
    with Project() as project:
        folder = project.base / "tour"
        result = project.run("tour", str(folder))
        equal(result.status, 0, result)
        assert (folder / ".env").exists()
        assert subprocess.run(["make", "test"], cwd=folder, capture_output=True, timeout=60).returncode != 0
        result = project.run("--json", "--workspace", str(folder), "--endpoint", "tour:", "ask", "--approve", "all",
                             "Fix the failing test")
        equal(result.status, 0, result)
        equal([line["status"] for line in events(result, "change")], ["applied"])
        refused = [line for line in events(result, "tool-result") if not line["ok"]]
        assert any(line["error"].get("rule") == "builtin:dotenv" for line in refused), refused
        equal(subprocess.run(["make", "test"], cwd=folder, capture_output=True, timeout=60).returncode, 0)
        models = project.run("--json", "--endpoint", "tour:", "models").document()
        equal([model["kind"] for model in models], ["practice"])


@case
def the_tour_keeps_off_other_folders():
    with Project() as project:
        result = project.run("--json", "tour", str(project.root))
        equal(result.status, 1, result)
        equal(result.document()["ok"], False)
        equal((project.root / "a.txt").read_text(), "first\nsecond\n")


main()
