# SPDX-License-Identifier: GPL-3.0-or-later
"""The project's page: what a model is told of it and what that costs, the draft of the memory file, build and test after edits."""

import re
import time

import chat
import tap
from enclave_window import EnclaveWindow
from journey import project, write
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
RING = "int\nring_push (int value)\n{\n  return value;\n}\n"
MAKEFILE = "all:\n\ttrue\ncheck:\n\tgrep -q long src/ring.c\n"
SECRET = "ghp_x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B"


def ringlog(**more):
    return project(src__ring_dot_c=RING, Makefile=MAKEFILE, **more)


def open_page(window):
    window.find(role="label", name="test-model", timeout=20)
    window.key("ctrl+F10")
    window.press("Project", role="menu item")
    window.find(role="panel", name="Project", timeout=10)


def pictures(window, name):
    """Light, dark and narrow."""
    window.screenshot(tap.picture_name(f"-{name}"))
    window.write_settings({**window.settings, "style-variant": "'dark'"})
    time.sleep(0.4)
    window.screenshot(tap.picture_name(f"-{name}-dark"))
    window.write_settings({**window.settings, "style-variant": "'light'"})
    window.resize(900, 600)
    time.sleep(0.5)
    window.screenshot(tap.picture_name(f"-{name}-900x600"))
    window.resize(*SIZE)


@case("map and memory are shown with what they cost, and the draft is reviewed")
def told():
    replies = [says("# Ringlog\n\nA ring buffer in C.\n")]
    with ringlog() as folder, ScriptedServer(replies) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        open_page(window)
        window.wait_text("No memory file")
        window.wait_for(lambda: re.search(r"4 files, 2 definitions, 1 denied · about \d+ tokens", window.all_text()), what="the map")
        pictures(window, "page")
        window.press("Draft", role="push button")
        window.find(role="push button", name="Review")
        tap.check(not (folder / "ENCLAVE.md").exists(), "the draft was written unasked")
        tap.check("ring_push" in str(server.requests()[-1]["messages"]), "the model was not given the map")
        window.press("Apply", role="push button")
        window.wait_for((folder / "ENCLAVE.md").exists, what="the memory file")
        tap.check((folder / "ENCLAVE.md").read_text() == "# Ringlog\n\nA ring buffer in C.\n", "another text was written")
        window.wait_for(lambda: re.search(r"Trusted · about \d+ tokens", window.all_text()), what="the file is used")


@case("a failing build goes back to the model, and the row says which round it was")
def verified():
    replies = [calls("edit_file", path="src/ring.c", old_text="int value", new_text="short value"), says("Narrowed."),
               calls("edit_file", path="src/ring.c", old_text="short value", new_text="long value"), says("Widened.")]
    settings = {"apply-edits-at-once": "true"}
    with ringlog() as folder, ScriptedServer(replies) as server, \
            EnclaveWindow(folder, settings={**server.settings(), **settings}, size=SIZE) as window:
        open_page(window)
        window.wait_text("Detected from Makefile")
        tap.check(not window.is_sensitive(window.find(name="Run after edits", role="check box")), "it runs without a command")
        window.press("Use", role="push button")
        window.wait_for(lambda: window.is_sensitive(window.find(name="Run after edits", role="check box")), what="the switch")
        window.activate(window.find(name="Run after edits", role="check box"))
        window.screenshot(tap.picture_name("-on"))
        chat.say(window, "Widen the value")
        chat.wait_question(window, "make && make check")
        chat.answer(window, "Allow")
        # The same question stands there again after the correction, and may have been answered with the first.
        window.wait_for(lambda: window.exists(role="push button", name="Allow") or "passed" in chat.words(window), timeout=30,
                        what="the second round")
        if window.exists(role="push button", name="Allow"):
            chat.answer(window, "Allow")
        chat.wait_words(window, "passed")
        chat.wait_idle(window)
        chat.check_row(window, r"Build and test, failed, 1 of 3 rounds")
        chat.check_row(window, r"Build and test, passed")
        pictures(window, "rounds")
        tap.check("long value" in (folder / "src/ring.c").read_text(), "the correction was not written")
        tap.check("Round 1 of 3" in str(server.requests()[2]["messages"]), "the failure did not go back")


@case("what a compiler says of an edit stands in its row and goes back, until it is switched off")
def checked():
    replies = [calls("edit_file", path="src/ring.c", old_text="return value;", new_text="return valeu;"), says("Done."),
               calls("edit_file", path="src/ring.c", old_text="return valeu;", new_text="return 2 * value;"), says("Mended."),
               calls("edit_file", path="src/ring.c", old_text="return 2 * value;", new_text="return valeu;"), says("Broken.")]
    settings = {"apply-edits-at-once": "true"}
    with ringlog() as folder, ScriptedServer(replies) as server, \
            EnclaveWindow(folder, settings={**server.settings(), **settings}, size=SIZE) as window:
        open_page(window)
        window.find(name="Check edited files", role="check box")
        chat.say(window, "Double the value")
        chat.wait_words(window, "Done.")
        chat.wait_idle(window)
        chat.check_row(window, r"Proposed src/ring\.c.*\+1 −1, 1 diagnostic")
        pictures(window, "check")
        chat.say(window, "Mend it")
        chat.wait_words(window, "Mended.")
        chat.wait_idle(window)
        tap.check("src/ring.c:4: error: 'valeu' undeclared" in str(server.requests()[1]["messages"][-1]), "the message did not go back")
        tap.check("error:" not in str(server.requests()[3]["messages"][-1]), "a right edit was told of as wrong")
        window.activate(window.find(name="Check edited files", role="check box"))
        chat.say(window, "Break it")
        chat.wait_words(window, "Broken.")
        chat.wait_idle(window)
        tap.check("error:" not in str(server.requests()[5]["messages"][-1]), "it was checked though it is off")


@case("what the agent edits has the project's form once that is switched on")
def formatted():
    replies = [calls("edit_file", path="a.js", old_text="let b;", new_text="let  b = 1;\nlet  c;"), says("Done."),
               calls("edit_file", path="a.js", old_text="let b = 1;", new_text="let  b = 2;"), says("Again.")]
    settings = {"apply-edits-at-once": "true"}
    with ringlog(a_dot_js="let a;\nlet b;\n", _dot_prettierrc="{}\n",
                 node_modules___dot_bin__prettier="#!/bin/sh\nexec sed 's/  / /g'\n") as folder, ScriptedServer(replies) as server, \
            EnclaveWindow(folder, settings={**server.settings(), **settings}, size=SIZE) as window:
        (folder / "node_modules/.bin/prettier").chmod(0o755)
        open_page(window)
        switch = window.find(name="Format edited files", role="check box")
        tap.check(not window.is_checked(switch), "it is on unasked")
        window.activate(switch)
        time.sleep(0.4)
        window.screenshot(tap.picture_name("-on"))
        chat.say(window, "Set b")
        chat.wait_words(window, "Done.")
        chat.wait_idle(window)
        chat.check_row(window, r"Proposed a\.js.*\+2 −1, formatted")
        tap.check((folder / "a.js").read_text() == "let a;\nlet b = 1;\nlet c;\n", "it was not formatted")
        tap.check("2: let b = 1;" in str(server.requests()[1]["messages"][-1]), "the model was not told")
        window.activate(window.find(name="Format edited files", role="check box"))
        chat.say(window, "Set it again")
        chat.wait_words(window, "Again.")
        chat.wait_idle(window)
        tap.check((folder / "a.js").read_text() == "let a;\nlet  b = 2;\nlet c;\n", "it was formatted though it is off")
        pictures(window, "row")


@case("a memory file that is saved with a secret in it is not left unsaid")
def secret():
    with ringlog(ENCLAVE_dot_md="Use tabs.\n") as folder, ScriptedServer([]) as server, \
            EnclaveWindow(folder, folder / "ENCLAVE.md", settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        text = window.find(role="text", name="Editor")
        tap.check("looks like a secret" not in window.all_text(), "a secret is told of where there is none")
        window.click(text)
        window.key("ctrl+End")
        window.type(f"The token is {SECRET}\n")
        window.key("ctrl+s")
        window.wait_text("ENCLAVE.md holds what looks like a secret (github-token).")
        window.screenshot(tap.picture_name("-secret"))


tap.run()
