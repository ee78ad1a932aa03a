# SPDX-License-Identifier: GPL-3.0-or-later
"""A person allows an MCP server, switches one of its tools on, and the agent calls it when they allow that."""

import json
import os
import pathlib
import shutil
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
SERVER = pathlib.Path(__file__).resolve().parent.parent / "mcp" / "hostile-server.py"


def configured_home():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-mcp-"))
    folder = home / "config" / "enclave"
    folder.mkdir(parents=True)
    (folder / "mcp.json").write_text(json.dumps({"mcpServers": {"tracker": {"command": "/usr/bin/python3", "args": [str(SERVER), "none"]}}}))
    return home


def count(word):
    n = 0
    for entry in os.listdir("/proc"):
        try:
            n += entry.isdigit() and word.encode() in pathlib.Path("/proc", entry, "cmdline").read_bytes()
        except OSError:
            pass
    return n


def open_page(window):
    window.key("ctrl+comma")
    window.wait_for(lambda: len(window.frames()) == 2, what="the preferences")
    window.focus("Preferences")
    window.click(window.find(role="label", name="MCP servers"))


def close_page(window):
    window.key("Escape")
    window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")
    window.window = window._x_windows()[0]
    window.focus()


@case("allow a server, switch a tool on, have the agent call it")
def allow_and_call():
    home = configured_home()
    marker = str(SERVER)
    try:
        with ScriptedServer([calls("tracker__echo", "I ask the tracker.", id=7), says("The tracker says ok.")]) as server, project() as folder, \
                EnclaveWindow(folder, settings=server.settings(), size=SIZE, home=home) as window:
            window.find(role="label", name="test-model", timeout=20)
            open_page(window)
            window.wait_text("Waits for you", timeout=20)
            tap.equal(count(marker), 0, "processes of a server that nobody has allowed")
            window.press("Look at it")
            window.wait_text(marker)
            window.press("Allow", role="push button")
            window.wait_text("Running", timeout=20)
            tap.check(count(marker) > 0, "the server does not run")
            window.screenshot(tap.picture_name("-preferences"))
            window.click(window.find(role="label", name="tracker"))
            window.click(window.find(role="label", name="echo"))
            window.wait_text("1 of 1 tools on")
            close_page(window)
            chat.say(window, "What is issue 7?")
            chat.wait_question(window, "tracker")
            tap.contains(window.all_text(), "Call this tool of a server?")
            tap.contains(window.all_text(), "it may delete or overwrite")
            window.screenshot(tap.picture_name("-asks"))
            names = [tool["function"]["name"] for tool in server.requests()[-1]["tools"]]
            tap.check("tracker__echo" in names, f"the model was told of {names}")
            chat.answer(window, "Allow")
            chat.wait_words(window, "The tracker says ok.")
        tap.equal(count(marker), 0, "processes of the server after the window")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
