# SPDX-License-Identifier: GPL-3.0-or-later
"""Ghost text: what a model suggests while a person types, taken by key, never part of the text before that."""

import json
import os
import pathlib
import time

import desktop
import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer
from tap import case

MODEL = "qwen2.5-coder:1.5b-base"
PATH = "/v1/completions"
CODE = "int\nadd (int a, int b)\n{\n  \n}\n\nint\nmain (void)\n{\n  return add (1, 2);\n}\n"
FIVE = "int sum = a;\n\n  sum += b;\n  check (sum);\n  return sum;"


def reply(text, **more):
    return {"json": {"choices": [{"text": text, "finish_reason": "stop"}]}, **more}


def server_with(answer, **script):
    return ScriptedServer(listing="openai", models=[{"id": MODEL}], routes={PATH: answer}, **script)


def settings(server, **more):
    return server.settings(**{"completion-model": f"'{server.address} {MODEL}'", "completion-delay-ms": "uint32 100",
                              "terminal-shell": "'/bin/true'", **more})


def prompts(server):
    return [json.loads(entry["body"])["prompt"] for entry in server.log() if entry.get("path") == PATH]


def description(window):
    return editor_of(window).description


def wait_suggestion(window, text):
    window.wait_for(lambda: description(window) == f"Suggestion: {text}", what=f"{text!r} to be suggested")


def go_to_gap(window, folder):
    """The caret into the empty body, by a key that is typed there."""
    window.find(role="push button", name="Line 4, column 3")
    window.click(editor_of(window))
    window.key("ctrl+Home", "Down", "Down", "Down", "End")
    window.find(role="push button", name="Line 4, column 3")


@case("Tab takes all of it, and undo is one step")
def tab_takes_all():
    with project(add_dot_c=CODE) as folder, server_with(reply("eturn a + b;\n}")) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("r")
        wait_suggestion(window, "eturn a + b;")
        typed = CODE.replace("{\n  \n", "{\n  r\n")
        wait_editor(window, typed)
        # drawn only: neither the text nor the caret has moved
        window.find(role="push button", name="Line 4, column 4")
        window.key("Tab")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  return a + b;\n"))
        window.find(role="push button", name="Line 4, column 16")
        window.key("ctrl+z")
        wait_editor(window, typed)
        assert "<|fim_prefix|>" in prompts(server)[0] and prompts(server)[0].endswith("<|fim_middle|>"), prompts(server)


@case("a word, a line, the rest, and Esc")
def in_parts():
    with project(add_dot_c=CODE) as folder, server_with(reply(FIVE[1:])) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("i")
        wait_suggestion(window, FIVE[1:])
        window.key("ctrl+Right")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  int\n"))
        window.key("ctrl+Right")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  int sum\n"))
        window.key("ctrl+End")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  int sum = a;\n"))
        window.key("ctrl+End")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  int sum = a;\n\n  sum += b;\n"))
        window.key("Escape")
        window.key("Tab")
        # without a suggestion, Tab is a Tab and Ctrl+End the end of the text
        window.wait_for(lambda: "sum += b; " in window.text_of(editor_of(window)), what="a Tab")


@case("typing along keeps it without asking again, another key drops it")
def along():
    with project(add_dot_c=CODE) as folder, server_with(reply("eturn a + b;")) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("r")
        wait_suggestion(window, "eturn a + b;")
        asked = len(prompts(server))
        window.type("eturn a")
        time.sleep(0.6)
        tap.equal(len(prompts(server)), asked, "requests while typing along")
        window.key("Tab")
        wait_editor(window, CODE.replace("{\n  \n", "{\n  return a + b;\n"))


@case("a key while the model writes ends the request at once")
def cancelled():
    answer = {"hang": "body", "body": "data: {\"choices\":[{\"text\":\"x\"}]}\n\n"}
    with project(add_dot_c=CODE) as folder, server_with(answer) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("r")
        window.wait_for(lambda: len(prompts(server)) == 1, what="a request")
        window.type("e")
        window.wait_for(lambda: any(entry.get("how") == "disconnected" for entry in server.log()), what="its end")
        window.wait_for(lambda: len(prompts(server)) == 2, what="the next request")


@case("in a denied file nothing is asked, nor of one that is open beside it")
def denied():
    with project(add_dot_c=CODE, _dot_env="TOKEN=canary-0123456789\n") as folder, server_with(reply("x")) as server, \
            EnclaveWindow(folder, folder / ".env", f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("r")
        wait_suggestion(window, "x")
        window.key("ctrl+Page_Up")
        window.wait_text("Not shared with the agent")
        before = len(prompts(server))
        window.click(editor_of(window))
        window.key("ctrl+End")
        window.type("KEY=")
        window.key("alt+backslash")
        time.sleep(0.8)
        tap.equal(len(prompts(server)), before, "requests for a denied file")
        assert "canary" not in json.dumps(server.log()), server.log()


@case("without a chosen model, switched off, or in a selection nothing is asked")
def off():
    for more in ({"completion-model": "''"}, {"completion-enabled": "false"}):
        with project(add_dot_c=CODE) as folder, server_with(reply("x")) as server, \
                EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server, **more)) as window:
            go_to_gap(window, folder)
            window.type("r")
            window.key("alt+backslash")
            if "completion-model" in more:
                window.find(role="label", name="No suggestions")
            time.sleep(0.8)
            tap.equal(prompts(server), [], f"requests with {more}")
    with project(add_dot_c=CODE) as folder, server_with(reply("x")) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.key("shift+Home", "alt+backslash")
        time.sleep(0.8)
        tap.equal(prompts(server), [], "requests in a selection")
        window.key("End", "alt+backslash")
        wait_suggestion(window, "x")
        window.key("Left")
        window.wait_for(lambda: description(window) == "", what="the suggestion to go")


@case("why nothing comes is in the status line")
def problem():
    answer = {"status": 500, "json": {"error": {"message": "out of memory"}}}
    with project(add_dot_c=CODE) as folder, server_with(answer) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("r")
        label = window.find(role="label", name="No suggestions")
        assert "out of memory" in label.description, label.description


@case("Windows line ends stay")
def crlf():
    code = CODE.replace("\n", "\r\n").encode()
    with project(add_dot_c=code) as folder, server_with(reply("nt sum;\nsum = a;")) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=settings(server)) as window:
        go_to_gap(window, folder)
        window.type("i")
        wait_suggestion(window, "nt sum;\nsum = a;")
        window.key("Tab", "ctrl+s")
        wanted = code.replace(b"{\r\n  \r\n", b"{\r\n  int sum;\r\nsum = a;\r\n")
        window.wait_for(lambda: (folder / "add.c").read_bytes() == wanted, what="the file with its line ends")


@case("pictures: one line, five lines, before a bracket, at the end; light and dark")
def pictures():
    out = pathlib.Path(os.environ["ENCLAVE_TEST_OUTPUT"])
    out.mkdir(parents=True, exist_ok=True)
    states = [("one", CODE, 4, "r", "eturn a + b;"), ("five", CODE, 4, "i", FIVE[1:]),
              ("bracket", CODE.replace("  \n", "  f );\n"), 4, "(", "a, b"),
              ("end", "int a;\n", 2, "i", "nt b;\nint c;\nint d;")]
    for style in ("light", "dark") if tap.wants_all_pictures() else ("light",):
        for name, code, line, key, text in states if style == "light" else states[:2]:
            with project(add_dot_c=code) as folder, server_with(reply(text)) as server, \
                    EnclaveWindow(folder, f"{folder}/add.c:{line}:5",
                                  settings=settings(server, **{"style-variant": f"'{style}'"})) as window:
                window.find(role="text", name="Editor")
                window.wait_for(lambda: window.text_of(editor_of(window)) == code, what="the file")
                window.click(editor_of(window))
                window.key("ctrl+Home", *["Down"] * (line - 1), "End", *["Left"] * (2 if name == "bracket" else 0))
                window.type(key)
                wait_suggestion(window, text)
                time.sleep(1.2)
                window.screenshot(out / f"suggestion-{name}-{style}.png")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
