# SPDX-License-Identifier: GPL-3.0-or-later
"""A refusal is no dead end: rule, editor, own terminal, and an exception that takes a second click."""

import re

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
ROW = re.compile(r"^Refused \.env")


def open_refusal(window):
    # The rows of a finished turn stay; the last one is the newest.
    rows = window.find_all(name=ROW, role="push button")
    window.activate(rows[-1])
    window.find(role="push button", name="Edit rule…", timeout=20)


@case("from a refused file to an exception for it, and the agent reads it")
def exception():
    replies = [calls("read_file", "I look.", path=".env"), says("I may not."),
               calls("read_file", "Once more.", path=".env"), says("I may.")]
    with ScriptedServer(replies) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, "Read the settings")
        chat.wait_words(window, "I may not.", timeout=30)
        chat.wait_idle(window)
        tap.check("TOKEN=secret" not in str(server.requests()), "the denied file left")
        open_refusal(window)
        window.screenshot(tap.picture_name("-refused"))

        window.press("Open in my terminal", role="push button")
        window.wait_for(lambda: "less -- '.env'" in chat.terminal_text(window), what="the command, typed and not run")

        window.press("Edit rule…", role="push button")
        button = window.find(role="push button", name=f"Add an exception for {folder}/.env", timeout=20)
        window.screenshot(tap.picture_name("-prepared"))
        policy = window.home / "config" / "enclave" / "policy"
        tap.check(not policy.exists(), "an exception was made before the click")
        window.activate(button)
        window.wait_for(policy.exists, what="the policy file")
        window.wait_for(lambda: policy.read_text() == f"!{folder}/.env\n", what="the exception")
        tap.equal(policy.stat().st_mode & 0o777, 0o600, "the mode of the policy file")
        window.screenshot(tap.picture_name("-made"))
        window.focus("Preferences")
        # The row that had the focus is gone; the key may come before the next one has it.
        window.wait_for(lambda: len(window.frames()) == 1 or window.key("Escape"), what="the preferences closed")
        window.window = window._x_windows()[0]
        window.focus()

        chat.say(window, "Now again")
        chat.wait_words(window, "I may.", timeout=30)
        chat.wait_idle(window)
        tap.contains(str(server.requests()), "TOKEN=secret", "what the model was told")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
