# SPDX-License-Identifier: GPL-3.0-or-later
"""complete against a scripted server: what is sent, what is masked, what is refused."""

import os

from support import Project, Server, case, equal, main

MODEL = "starcoder2"
CODE = "int add (int a, int b)\n{\n  \n}\n"


def reply(*pieces, reason="stop"):
    return [{"choices": [{"text": piece}]} for piece in pieces] + [
        {"choices": [{"text": "", "finish_reason": reason}]}, "[DONE]"]


def complete(project, server, *words, **more):
    return project.run("--json", "--endpoint", server.address, "complete", *words, **more)


@case
def a_suggestion_without_marks():
    with Project() as project, Server([reply("return a", " + b;<fim_", "pad>x")], model=MODEL) as server:
        (project.root / "add.c").write_text(CODE)
        result = complete(project, server, "add.c:3:3")
        equal(result.status, 0, result)
        document = result.document()
        equal((document["ok"], document["text"], document["model"], document["route"]),
              (True, "return a + b;", MODEL, "template"))
        prompt = server.requests[0]["prompt"]
        equal(prompt, "<fim_prefix>int add (int a, int b)\n{\n  <fim_suffix>\n}\n<fim_middle>")


@case
def human_text_is_the_suggestion_alone():
    with Project() as project, Server([reply("return a + b;")], model=MODEL) as server:
        (project.root / "add.c").write_text(CODE)
        result = project.run("--endpoint", server.address, "complete", "add.c:3:3")
        equal((result.status, result.out, result.err), (0, "return a + b;\n", ""), result)


@case
def what_stands_there_already_is_left_out():
    with Project() as project, Server([reply("(a, b);\n}")], model=MODEL) as server:
        result = complete(project, server, "--stdin", "new.c:2:4", input=b"{\n  f;\n}\n")
        equal(result.status, 0, result)
        # the rest of the line is `;`: one line is asked for
        equal(server.requests[0]["stop"][0], "\n")
        equal(result.document()["text"], "(a, b)")


@case
def a_column_counts_characters():
    with Project() as project, Server([reply("x")], model=MODEL) as server:
        result = complete(project, server, "--stdin", "new.c:1:4", input="äöü ende\n".encode())
        equal(result.status, 0, result)
        assert "<fim_prefix>äöü<fim_suffix> ende\n" in server.requests[0]["prompt"], server.requests


@case
def denied_files_ask_nothing():
    with Project() as project, Server([], model=MODEL) as server:
        for name in (".env", "link", "absolute", "hard"):
            for words in ((f"{name}:1:1",), ("--stdin", f"{name}:1:1")):
                result = complete(project, server, *words, input=b"KEY=the-secret\n")
                equal((result.status, result.document()["error"]["code"]), (3, "denied"), result)
        result = complete(project, server, "--stdin", "../other.c:1:1", input=b"x\n")
        equal((result.status, result.document()["error"]["code"]), (3, "outside-root"), result)
        equal(server.requests, [])


@case
def values_of_denied_files_are_masked():
    with Project() as project, Server([reply("1")], model=MODEL) as server:
        (project.root / ".env").write_text("KEY=canary-0123456789-value\n")
        text = b"k = 'canary-0123456789-value'\nn = \n"
        result = complete(project, server, "--stdin", "a.py:2:5", input=text)
        equal(result.status, 0, result)
        sent = str(server.requests)
        assert "canary-0123456789" not in sent and "value of a denied file masked" in sent, sent
        result = complete(project, server, "--stdin", "a.py:1:12", input=text)
        equal((result.status, result.document()["error"]["code"]), (3, "denied"), result)
        equal(len(server.requests), 1)


@case
def a_model_that_only_chats_is_refused_with_the_reason():
    for model in ("llama3.1-8b-instruct", "codegemma-7b-it", "some-model"):
        with Project() as project, Server([], model=model) as server:
            result = complete(project, server, "a.txt:1:1")
            equal((result.status, result.document()["error"]["code"]), (1, "model"), result)
            assert model in result.document()["error"]["message"], result
            equal(server.requests, [])


@case
def prose_is_refused():
    with Project() as project, Server([reply("```c\nreturn a;\n```")], model=MODEL) as server:
        result = complete(project, server, "a.txt:1:1")
        equal((result.status, result.document()["error"]["code"]), (1, "model"), result)


@case
def nothing_to_suggest_is_no_error():
    with Project() as project, Server([reply("")] * 2, model=MODEL) as server:
        result = complete(project, server, "a.txt:1:1")
        equal((result.status, result.document()["text"]), (0, ""), result)
        result = project.run("--endpoint", server.address, "complete", "a.txt:1:1")
        equal((result.status, result.out), (0, ""), result)


@case
def a_suggestion_is_in_the_audit():
    with Project() as project, Server([reply("x")], model=MODEL) as server:
        complete(project, server, "a.txt:1:1")
        logs = [path.read_text() for path in (project.home / "state").rglob("*") if path.is_file() and "audit" in str(path)]
        assert any('"complete"' in log for log in logs), logs


@case
def wrong_usage():
    with Project() as project, Server([], model=MODEL) as server:
        for words in ((), ("a.txt",), ("a.txt:1",), ("a.txt:0:1",), ("a.txt:1:0",), (":1:1",), ("a.txt:x:1",),
                      ("a.txt:1:1", "more"), ("a.txt:9:1",), ("a.txt:1:99",)):
            result = complete(project, server, *words)
            equal(result.status, 2, (words, result))
        equal(server.requests, [])


@case
def bad_files():
    with Project() as project, Server([], model=MODEL) as server:
        os.mkfifo(project.root / "fifo")
        for name in ("fifo", "sub", "missing.c"):
            result = complete(project, server, f"{name}:1:1")
            equal(result.status, 1, (name, result))
        equal(server.requests, [])


@case
def no_server():
    with Project() as project:
        result = project.run("--json", "--endpoint", "127.0.0.1:9", "complete", "a.txt:1:1")
        equal(result.status, 4, result)


main()
