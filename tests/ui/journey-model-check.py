# SPDX-License-Identifier: GPL-3.0-or-later
"""The model check from the list of models to the card: each part as it is found, what was found in plain words, what went wrong,
what has changed since, and what follows from it for the agent and for suggestions."""

import json
import pathlib

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)
ID = "qwen3-8b"
LISTED = {"listing": "llamacpp", "models": [{"id": ID}]}
TOOLS = {"contains": '"tools":['}
CALL = {"call": {"name": "read_file", "id": "one", "arguments": {"path": "README.md"}}}
WRITTEN = '<tool_call>\n{"name": "read_file", "arguments": {"path": "README.md"}}\n</tool_call>'
REFUSED = {"error": {"message": "the request exceeds the available context size (32768 tokens)"}}
USAGE = {"usage": {"prompt": 12, "completion": 30}}


def answers(native=True, text=True, schema=True, window=None, pace_ms=0):
    """Replies for each part of a check."""
    count = {"when": {"contains": "Count to sixty"}, "events": [{"text": "one "}, {"text": "two "}, {"text": "three"}, USAGE],
             "pace_ms": pace_ms}
    tools = {"when": TOOLS, "events": [CALL] if native else [{"text": "I would read README.md."}]}
    written = {"when": {"contains": "To call a tool"}, "events": [{"text": WRITTEN if text else "No."}]}
    shape = {"when": {"contains": "2 plus 3"}, "events": [{"text": '{"answer": 5}' if schema else "It is 5."}]}
    too_long = {"when": {"contains": "Say yes."}, **(window or {"status": 400, "json": REFUSED})}
    return [count, tools, written, shape, too_long]


def fills(found="a + b"):
    return {"/infill": {"json": {"content": found, "tokens_evaluated": 90}},
            "/props": {"json": {"total_slots": 1, "default_generation_settings": {"n_ctx": 32768}}}}


def wait_model(window, name=ID):
    window.find(role="label", name=name, timeout=20)


def open_check(window):
    window.key("ctrl+shift+m")
    window.press("Model check", role="push button")
    window.wait_text("Not checked yet")


def items(window):
    return window.all_text(within=window.find(role="list", name="What the model can do"))


def wait_item(window, part):
    window.wait_for(lambda: part in items(window), timeout=20, what=part)


@case("never checked, checked item by item, done, kept")
def checked():
    with ScriptedServer(answers() + [says("Hello.")], **LISTED, routes=fills()) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        open_check(window)
        window.screenshot(tap.picture_name("-never"))
        window.press("Check this model", role="push button")
        window.wait_text("Ready to edit and run commands", timeout=30)
        for words in ("First word after", "by way of the server", "Used if native calls fail",
                      "The server holds a reply to a form", "Suggestions while typing can use this model",
                      "Stated 32768, measured 32768"):
            tap.contains(items(window), words)
        window.find(role="push button", name="Check again")
        window.screenshot(tap.picture_name("-done"))
        kept = sorted((pathlib.Path(window.home) / "state" / "enclave" / "models").iterdir())
        tap.equal(len(kept), 2)
        tap.equal(json.loads(kept[0].read_text())["native_tools"]["verdict"], "yes")
        # Closed by its key, opened by the menu: what was found is there.
        window.key("ctrl+w")
        window.find(role="label", name="No file open")
        window.key("ctrl+shift+m")
        window.press("Model check", role="push button")
        window.wait_text("Ready to edit and run commands")


@case("what is found decides: calls as text, no suggestions, a smaller window")
def decides():
    cuts = {"events": [{"text": "Yes"}, {"usage": {"prompt": 4096, "completion": 1}}]}
    routes = {**fills(), "/infill": {"status": 501, "json": {"error": {"message": "Infill is not supported by this model"}}}}
    with ScriptedServer(answers(native=False, schema=False, window=cuts) + [says("Hello.")], **LISTED, routes=routes) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        open_check(window)
        window.press("Check this model", role="push button")
        window.wait_text("Ready to edit and run commands, by calls in its text", timeout=30)
        for words in ("Enclave reads its calls from the reply", "Enclave checks replies itself", "Infill is not supported",
                      "leaves out the rest and says nothing"):
            tap.contains(items(window), words)
        tap.check(not window.is_sensitive(window.find(role="check box", name="Suggestions while typing")),
                  "suggestions are offered by a model that can't")
        window.screenshot(tap.picture_name("-text"))
        chat.say(window, "Hello")
        chat.wait_words(window, "Hello.")
        body = server.requests()[-1]
        tap.check("tools" not in body and "To call a tool" in body["messages"][0]["content"],
                  "the agent does not use what was found")


@case("stopped, and a server that goes away in the middle")
def ends_early():
    slow = answers()
    slow[1] = {"when": TOOLS, "events": [{"text": "I think" + " and think" * 200, "words": True}], "pace_ms": 200}
    with ScriptedServer(slow, **LISTED, routes=fills()) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        open_check(window)
        window.press("Check this model", role="push button")
        wait_item(window, "First word after")
        window.wait_text("Looking")
        window.screenshot(tap.picture_name("-running"))
        window.press("Stop", role="push button")
        window.wait_text("Not checked yet")
        window.press("Check this model", role="push button")
        wait_item(window, "First word after")
        server.stop()
        window.wait_text("The check came to no end", timeout=30)
        window.screenshot(tap.picture_name("-failed"))


@case("another file under the same name is not what was checked")
def changed():
    def listed(parameters):
        return {"listing": "llamacpp", "routes": {**fills(), "/v1/models": {"json": {"data": [
            {"id": ID, "owned_by": "llamacpp", "meta": {"n_ctx_train": 40960, "size": parameters * 700000,
                                                        "n_params": parameters}}]}}}}
    with ScriptedServer(answers(), **listed(8000000000)) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        open_check(window)
        window.press("Check this model", role="push button")
        window.wait_text("Ready to edit and run commands", timeout=30)
        server.stop()
        server.start({"replies": answers(), **listed(4000000000)})
        window.key("ctrl+comma")
        window.press("Look again", role="push button")
        window.wait_for(lambda: [entry.get("path") for entry in server.log()].count("/tools") == 2, what="a second look")
        window.key("Escape")
        window.wait_text("Not checked since it has changed", timeout=20)
        window.wait_text("under this name")
        window.screenshot(tap.picture_name("-changed"))


@case("how it answers is kept, and counts from the next conversation")
def switches():
    with ScriptedServer([says("One."), says("Two."), says("Three.")], **LISTED, routes=fills()) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.say(window, "First")
        chat.wait_words(window, "One.")
        open_check(window)
        window.wait_text("Defaults of Qwen3")
        reply = window.find(role="spin button", name="Reply length")
        tap.equal(window.text_of(reply), "16384")
        reply.set_value(1024)
        chat.say(window, "Second")
        chat.wait_words(window, "Two.")
        window.key("ctrl+4", "ctrl+n")
        chat.say(window, "Third")
        chat.wait_words(window, "Three.")
        limits = [body["max_tokens"] for body in server.requests()]
        tap.check(limits[0] == limits[1] and limits[0] > 1024 and limits[2] == 1024, f"limits of the replies: {limits}")


@case("dark and narrow")
def looks():
    with ScriptedServer([], listing="llamacpp", models=[{"id": "house"}], routes=fills()) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window, "house")
        open_check(window)
        # A family of no name: what the server does by itself is said in words.
        tap.equal(window.text_of(window.find(role="spin button", name="Temperature")), "Server’s own")
        tap.equal(window.text_of(window.find(role="spin button", name="Reply length")), "As it fits")
    with ScriptedServer(answers(pace_ms=60), **LISTED, routes=fills()) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(**{"style-variant": "'dark'"}), size=(700, 600)) as window:
        wait_model(window)
        window.key("ctrl+2")
        open_check(window)
        window.press("Check this model", role="push button")
        window.wait_text("Ready to edit and run commands", timeout=30)
        window.screenshot(tap.picture_name("-dark-700"))
        window.resize(*SIZE)
        window.screenshot(tap.picture_name("-dark"))
        window.key("ctrl+grave")
        window.resize(1280, 1400)
        window.press("Details", role="push button")
        window.wait_text('"tool_form"')
        window.screenshot(tap.picture_name("-whole"))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
