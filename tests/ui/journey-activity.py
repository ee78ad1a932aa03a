# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agent did can be read, searched and followed; while it can't be recorded the agent does nothing."""

import os
import re

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)


def reads(path, then):
    return [calls("read_file", "I look.", path=path), says(then)]


def wait_model(window):
    window.find(role="label", name="test-model", timeout=20)


def rows(window):
    return [row.name for row in window.find_all(role="list item",
                                                within=window.find(role="list", name="Activity, the newest first"))]


def log_of(window):
    return os.path.join(window.home, "state", "enclave", "audit", "audit.jsonl")


@case("shown by key, followed, searched, closed")
def activity():
    with ScriptedServer(reads("src/main.c", "Read.") + reads(".env", "Not read.")) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        window.key("ctrl+shift+y")
        window.find(role="label", name="No activity yet")
        chat.say(window, "Read the code.")
        chat.wait_idle(window)
        window.wait_for(lambda: any(name.startswith("Read src/main.c,") for name in rows(window)), what="the first record")
        chat.say(window, "Read the settings.")
        chat.wait_idle(window)
        window.wait_for(lambda: any(name.startswith("Denied: .env,") and "builtin:dotenv" in name
                                    for name in rows(window)), what="the refusal")
        window.screenshot(tap.picture_name("-shown"))
        window.key("ctrl+2")
        window.type("main")
        window.wait_for(lambda: rows(window) and all("main.c" in name for name in rows(window)), what="the search")
        window.key("Escape")
        window.wait_for(lambda: any(name.startswith("Denied") for name in rows(window)), what="the search emptied")
        window.key("Escape")
        window.find(role="label", name="No file open")


@case("a log that can't be written stops the agent, says so, and lets the editor go on")
def stopped():
    with ScriptedServer(reads("src/main.c", "Read.")) as server, \
            project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        os.makedirs(log_of(window))
        # The message stays where it is, with the reason below it.
        chat.write(window, "Read the code.")
        window.key("Return")
        window.find(role="label", name=re.compile("^The agent is stopped: its actions can’t be recorded"))
        window.screenshot(tap.picture_name("-stopped"))
        window.key("ctrl+2", "ctrl+Home")
        window.type("// mine\n")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text().startswith("// mine\n"), what="the file saved")
        tap.equal(window.text_of(chat.message(window)), "Read the code.", "the message")
        os.rmdir(log_of(window))
        window.key("ctrl+4", "Return")
        chat.wait_words(window, "Read.")
        window.wait_for(lambda: not window.exists(role="label", name=re.compile("^The agent is stopped")),
                        what="the agent going on")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
