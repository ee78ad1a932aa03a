# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are not there, come back, end, lie or break: each is said calmly, nothing is lost and nothing is run."""

import base64
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)
HALF_LETTER = base64.b64encode('data: {"choices":[{"delta":{"content":"Gr'.encode() + b"\xc3").decode()
GARBAGE = base64.b64encode(bytes(range(256)) * 8).decode()
CUT_CALL = {"events": [{"text": "I make it."}, {"call": {"name": "write_file", "id": "a", "pieces": 4, "arguments": {
    "path": "made.txt", "content": "made"}}}], "end": "cut"}
# Title, reply, words of the notice, words that stay.
FAULTS = (
    ("html", {"type": "text/html", "body": "<html><body><h1>Router login</h1></body></html>"},
     "Something else answers there", ""),
    ("letter", {"events": [{"text": "Kept: "}, {"base64": HALF_LETTER}], "end": "cut"},
     "The server closed the connection", "Kept:"),
    ("call", CUT_CALL, "No tool was run from it.", "I make it."),
    ("garbage", {"events": [{"text": "Before the noise. "}, {"base64": GARBAGE}], "end": "reset"}, None, None),
    ("error", {"events": [{"text": "Half of it. "}, {"error": {"message": "CUDA out of memory"}}]},
     "CUDA out of memory", "Half of it."),
    ("status", {"status": 500, "json": {"error": {"message": "the slot is gone"}}}, "the slot is gone", ""),
)


def wait_model(window, name="test-model"):
    window.find(role="label", name=name, timeout=20)


@case("replies that break are said, kept and never acted on")
def faults():
    with ScriptedServer([reply for _, reply, _, _ in FAULTS] + [says("Fine again.")]) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        for title, _, notice, kept in FAULTS:
            before = chat.words(window) if chat.has_messages(window) else ""
            chat.say(window, f"Try {title}")
            chat.wait_idle(window)
            window.wait_for(lambda known=before, name=title: len(chat.words(window)) > len(known) + len(name) + 6,
                            what=f"a word about {title}")
            if notice is not None:
                chat.wait_words(window, notice)
                tap.contains(chat.words(window), kept)
            window.screenshot(tap.picture_name(f"-{title}"))
        tap.check(not (folder / "made.txt").exists() and not window.exists(role="push button", name="Apply"),
                  "a call that was cut off was taken")
        chat.say(window, "And now")
        chat.wait_words(window, "Fine again.")


@case("no server is calm, and one that starts later is found")
def starts_later():
    with ScriptedServer([says("Here I am.")]) as server, project() as folder:
        server.stop()
        with EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
            window.wait_text("No local server found")
            window.wait_text("Looking again every 5 seconds")
            chat.write(window, "Written before there is a server")
            tap.check(not window.is_sensitive(window.find(role="push button", name="Send")), "Send is offered")
            window.screenshot(tap.picture_name(""))
            server.start()
            wait_model(window)
            tap.equal(window.text_of(chat.message(window)), "Written before there is a server")
            window.key("ctrl+4", "Return")
            chat.wait_words(window, "Here I am.")


@case("a server that ends within a turn and comes back")
def ends_and_returns():
    # It goes on for longer than typing the next message takes on a busy machine.
    slow = {"events": [{"text": "Some words that take their time to come" + ", and more" * 60, "words": True}], "pace_ms": 400}
    with ScriptedServer([slow]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.say(window, "Begin")
        chat.wait_words(window, "Some words")
        chat.write(window, "For later")
        server.stop()
        chat.wait_words(window, "The reply above is kept")
        tap.contains(chat.words(window), "Some words")
        tap.equal(window.text_of(chat.message(window)), "For later", "the message that was being written")
        window.key("Return")
        chat.wait_words(window, "Your conversation and your files are safe.")
        window.screenshot(tap.picture_name("-offline"))
        server.start({"replies": [says("Back again.")]})
        window.press("Try now")
        chat.wait_words(window, "Back again.", timeout=20)
        chat.wait_idle(window)


@case("the picker refuses a remote model and takes another")
def picker():
    models = [{"id": "first-model", "context": 8192}, {"id": "second-model", "context": 16384},
              {"id": "far-cloud", "context": 8192, "remote_host": "https://ollama.com:443", "remote_model": "far"}]
    with ScriptedServer([says("Answer.")], listing="ollama", models=models) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window, "first-model")
        window.key("ctrl+shift+m")
        window.wait_text("Leaves this machine")
        window.screenshot_with_popovers()
        window.click(window.find(role="label", name="far-cloud"))
        time.sleep(0.5)
        tap.check(window.exists(role="label", name="first-model"), "the remote model was taken")
        if not window.exists(role="label", name="second-model"):
            window.key("ctrl+shift+m")
        window.click(window.find(role="label", name="second-model"))
        window.wait_for(lambda: "second-model" in (window.read_setting("model") or ""), what="the choice stored")
        chat.say(window, "Who are you")
        chat.wait_words(window, "Answer.")
        tap.equal(server.requests()[-1]["model"], "second-model", "the model that was asked")


@case("an address is taken as people write it")
def address():
    with ScriptedServer([says("Found.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings={"discover-servers": "false"}, size=SIZE) as window:
        window.press("Enter a server address…")
        window.focus("Preferences")
        entry = window.find(role="text", name="Address, such as 127.0.0.1:8080")
        window.set_text(entry, f"127.0.0.1:{server.port}/v1/")
        window.press("Add")
        window.wait_for(lambda: window.read_setting("servers"), what="the address stored")
        window.key("Escape")
        window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")
        window.window = window._x_windows()[0]
        window.focus()
        wait_model(window)
        chat.say(window, "Hello")
        chat.wait_words(window, "Found.")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
