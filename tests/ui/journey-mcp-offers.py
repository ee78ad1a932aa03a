# SPDX-License-Identifier: GPL-3.0-or-later
"""What an MCP server has beside tools, in a small dark window: resources after `@`, prompts after `/`, and its questions."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SERVER = pathlib.Path(__file__).resolve().parent.parent / "mcp" / "offers-server.py"


def configured_home():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-mcp-"))
    folder = home / "config" / "enclave"
    folder.mkdir(parents=True)
    (folder / "mcp.json").write_text(json.dumps({"mcpServers": {"notes": {"command": "/usr/bin/python3", "args": [str(SERVER)]}}}))
    return home


def allow(window, tools):
    """The person lets the server start and switches these tools on."""
    window.key("ctrl+comma")
    window.wait_for(lambda: len(window.frames()) == 2, what="the preferences")
    window.focus("Preferences")
    window.click(window.find(role="label", name="MCP servers"))
    window.wait_text("Waits for you", timeout=20)
    window.press("Look at it")
    window.wait_text(str(SERVER))
    window.press("Allow", role="push button")
    window.wait_text("Running", timeout=20)
    window.click(window.find(role="label", name="notes"))
    for n, tool in enumerate(tools):
        row = window.find(role="label", name=tool)
        # The list is longer than the window.
        while row.box().y > window.frame().box().height - 80:
            window.xdotool("click", "5")
            time.sleep(0.2)
        window.click(row)
        window.wait_text(f"{n + 1} of")
    window.key("Escape")
    window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")
    window.window = window._x_windows()[0]
    window.focus()


def wait_listed(window, *parts):
    def listed():
        found = window.find_all(role="list", name="Completions")
        return found and all(part in window.all_text(found[0]) for part in parts)
    window.wait_for(listed, what=f"{parts} in the list")


def wait_message(window, text):
    message = chat.message(window)
    window.wait_for(lambda: window.text_of(message) == text, what=f"{text!r} in the message")


def sent(server):
    return json.dumps(server.requests()[-1]["messages"], ensure_ascii=False)


def write_into(window, name, text):
    """Puts @text into the field that is called @name."""
    field = window.find(role="text", name=name)
    window.click(field)
    window.wait_for(lambda: "focused" in window.states(window.find(role="text", name=name)), what=f"the focus in {name}")
    window.type(text)


@case("a resource, a template and a prompt go as what they are; one that is not there is said")
def resources_and_prompts():
    home = configured_home()
    try:
        with ScriptedServer([says(word) for word in ("Noted.", "Open.", "Reviewed.", "Nothing.")]) as server, project() as folder, \
                EnclaveWindow(folder, settings={**server.settings(), "style-variant": "'dark'"}, size=(900, 600), home=home) as window:
            window.find(role="label", name="test-model", timeout=20)
            allow(window, [])
            chat.write(window, "When? @rele")
            wait_listed(window, "Release notes", "notes")
            window.screenshot_with_popovers(tap.picture_name("-mention"))
            window.key("Tab")
            wait_message(window, "When? @notes:note://release ")
            window.key("Return")
            chat.wait_words(window, "Noted.")
            chat.check_row(window, "Read notes:note://release")
            tap.contains(sent(server), "Release on Friday. Ask Ada.", "what was sent")
            window.screenshot(tap.picture_name("-resource"))
            chat.wait_idle(window)

            chat.write(window, "Look at @issue")
            wait_listed(window, "An issue")
            window.key("Tab")
            window.wait_for(lambda: len(window.frames()) == 2, what="the form of the template")
            window.focus("An issue")
            window.type("7/a b")
            window.screenshot(tap.picture_name("-template"))
            window.press("Mention", role="push button")
            window.wait_for(lambda: len(window.frames()) == 1, what="the form closed")
            window.window = window._x_windows()[0]
            window.focus()
            wait_message(window, "Look at @notes:note://issue/7%2Fa%20b ")
            window.key("ctrl+Return")
            chat.wait_words(window, "Open.")
            tap.contains(sent(server), "Issue 7%2Fa%20b is open.", "what was sent")
            chat.wait_idle(window)

            chat.write(window, "/notes:rev")
            wait_listed(window, "/notes:review", "Review a change")
            window.screenshot_with_popovers(tap.picture_name("-prompt"))
            window.key("Tab")
            window.wait_for(lambda: len(window.frames()) == 2, what="the form of the prompt")
            window.focus("Review")
            window.press("Get", role="push button")
            window.wait_text("This has to be filled in")
            window.type("main.c")
            window.screenshot(tap.picture_name("-arguments"))
            window.press("Get", role="push button")
            window.wait_for(lambda: len(window.frames()) == 1, what="the form closed")
            window.window = window._x_windows()[0]
            window.focus()
            window.find(role="label", name="prompt Review of the server notes")
            wait_message(window, "Do what the attached prompt says.")
            window.screenshot(tap.picture_name("-attached"))
            window.key("ctrl+4", "Return")
            chat.wait_words(window, "Reviewed.")
            for part in ("[user]", "Review main.c.", "[assistant]", "Be kind.", "prompt Review of the server notes"):
                tap.contains(sent(server), part, "what was sent")
            chat.wait_idle(window)

            # What was allowed here is allowed for the command line, as long as it is that.
            command = [os.environ["ENCLAVE_CTL"], "--json", "--workspace", str(folder), "mcp", "tools", "notes"]
            done = subprocess.run(command, env=window.environment(), capture_output=True, text=True, timeout=60)
            tap.equal(done.returncode, 0, "exit status of enclavectl mcp tools")
            tap.contains(done.stdout, "ask_secret")
            config = home / "config" / "enclave" / "mcp.json"
            config.write_text(config.read_text().replace("offers-server.py", "offers-server.py\", \"more"))
            done = subprocess.run(command, env=window.environment(), capture_output=True, text=True, timeout=60)
            tap.equal(done.returncode, 5, "exit status of enclavectl mcp tools for something else")

            # What the server can't give ends the message before it is sent.
            n = len(server.requests())
            chat.write(window, "And @notes:note://gone")
            wait_listed(window, "Gone")
            window.key("Escape", "Return")
            chat.wait_words(window, "Resource not found")
            window.screenshot(tap.picture_name("-failed"))
            chat.wait_idle(window)
            tap.equal(len(server.requests()), n, "requests to the model")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("a server asks: what is wrong is said, what is filled in is sent, once; a secret takes a second press")
def questions():
    home = configured_home()
    replies = [calls("notes__ask", "I open an issue."), says("Opened."), calls("notes__ask_secret"), says("Declined."),
               calls("notes__ask_many"), says("Refused.")]
    try:
        with ScriptedServer(replies) as server, project() as folder, \
                EnclaveWindow(folder, settings={**server.settings(), "style-variant": "'dark'"}, size=(900, 600), home=home) as window:
            window.find(role="label", name="test-model", timeout=20)
            allow(window, ["ask", "ask_secret", "ask_many"])
            chat.say(window, "Open an issue")
            chat.wait_question(window, "notes: ask")
            chat.answer(window, "Allow")
            window.wait_text("The server “notes” asks you", timeout=20)
            tap.contains(window.all_text(), "While it runs ask. These are the server’s words, not Enclave’s.")
            window.screenshot(tap.picture_name("-form"))
            window.key("ctrl+4")
            chat.write(window, "still mine")
            tap.check("focused" in window.states(chat.message(window)), "the form took the focus")
            chat.answer_form(window, "Send to notes", until=lambda: window.exists(role="label", name="This has to be filled in"))
            write_into(window, "Title of the issue, required", "Crash on start")
            window.key("Tab")
            window.key("space")
            window.wait_for(lambda: window.exists(role="label", name="High"), what="the choices")
            window.key("End", "Return")
            window.wait_for(lambda: window.exists(role="label", name="High") and not window.exists(role="label", name="Low"),
                            what="High chosen")
            write_into(window, "How often", "0")
            window.screenshot(tap.picture_name("-filled"))
            chat.answer_form(window, "Send to notes", until=lambda: window.exists(role="label", name="From 1 to 10"))
            window.click(window.find(role="text", name="How often"))
            window.key("ctrl+a")
            window.type("3")
            chat.answer_form(window, "Send to notes", until=lambda: not window.exists(role="push button", name="Decline"))
            chat.wait_words(window, "Opened.")
            answer = sent(server)
            for part in ("accept", "Crash on start", "high", "3", "bug", "notify"):
                tap.contains(answer, part, "what the server got")
            tap.check("mail" not in answer.rsplit("accept", 1)[1], "a value that was left out was sent")
            tap.equal(window.text_of(chat.message(window)), "still mine")
            chat.wait_idle(window)
            window.key("ctrl+4", "ctrl+a", "BackSpace")

            chat.say(window, "And with a key")
            chat.wait_question(window, "notes: ask_secret")
            chat.answer(window, "Allow")
            window.wait_text("The server asks for a secret.", timeout=20)
            write_into(window, "API token", "hunter2")
            chat.answer_form(window, "Send to notes", until=lambda: window.exists(role="push button", name="Send the secret"))
            window.screenshot(tap.picture_name("-secret"))
            chat.answer_form(window, "Decline", until=lambda: not window.exists(role="push button", name="Decline"))
            chat.wait_words(window, "Declined.")
            tap.contains(sent(server), "decline", "what the server got")
            tap.check("hunter2" not in sent(server), "the secret was sent")
            chat.wait_idle(window)

            # One that asks for more than a person can answer is told so, and nobody is asked.
            chat.say(window, "And five thousand")
            chat.wait_question(window, "notes: ask_many")
            chat.answer(window, "Allow")
            chat.wait_words(window, "Refused.")
            tap.check(not window.exists(role="push button", name="Decline"), "a form was shown")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
