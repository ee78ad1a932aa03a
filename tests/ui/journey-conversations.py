# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations last: they are there after a restart, can be found, renamed, exported and deleted for good."""

import pathlib
import re
import shutil
import tempfile
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
SECRET = "AKIAIOSFODNN7REALKEY"


def files(home):
    return sorted((pathlib.Path(home) / "state/enclave/conversations").glob("*.jsonl"))


def wait_model(window):
    window.find(role="label", name="test-model", timeout=20)


def open_list(window):
    window.key("ctrl+shift+h")
    entry = window.find(role="entry", name="Search conversations")
    window.wait_for(lambda: any("focused" in window.states(node) for node in window.walk(entry)),
                    what="the focus in the search")
    return entry


def rows(window):
    """The titles that the list shows, the newest first."""
    found = window.find_all(role="list", name="Conversations")
    return [node.name for node in window.find_all(role="list item", within=found[0])] if found else []


def wait_rows(window, *wanted):
    window.wait_for(lambda: len(rows(window)) == len(wanted)
                    and all(row.startswith(title) for row, title in zip(rows(window), wanted)),
                    what=f"the rows {wanted}, not {rows(window)}")


def settle(window):
    """Popovers fade."""
    window.wait_for(lambda: not window.exists(role="entry", name="Search conversations"), what="the list closed")


@case("after a restart the conversation goes on; another is found, renamed, exported, deleted")
def last():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    replies = [calls("read_file", "I look.", path="src/main.c"), says("It greets the world."), says("Nothing else."),
               says("A ring buffer wraps."), says("It goes on.")]
    try:
        with ScriptedServer(replies) as server, project() as folder:
            with EnclaveWindow(folder, settings=server.settings(), home=home, size=SIZE) as window:
                wait_model(window)
                chat.say(window, "What does main do?")
                chat.wait_words(window, "It greets the world.")
                chat.wait_idle(window)
                chat.say(window, "Anything else?")
                chat.wait_words(window, "Nothing else.")
                chat.wait_idle(window)
                window.key("ctrl+n")
                chat.say(window, "Explain ring buffers")
                chat.wait_words(window, "A ring buffer wraps.")
                chat.wait_idle(window)
                open_list(window)
                wait_rows(window, "Explain ring buffers", "What does main do?")
                window.screenshot_with_popovers(tap.picture_name("-list"))
                window.key("Down", "Return")
                chat.wait_words(window, "It greets the world.")
                chat.check_row(window, r"Read src/main\.c, lines 1–")
                settle(window)
            tap.equal(len(files(home)), 2, "files of conversations")
            tap.equal({oct(file.stat().st_mode & 0o777) for file in files(home)}, {"0o600"}, "their modes")

            with EnclaveWindow(folder, settings={}, home=home, size=SIZE) as window:
                wait_model(window)
                chat.wait_words(window, "It greets the world.")
                chat.check_row(window, r"Read src/main\.c, lines 1–")
                window.screenshot(tap.picture_name("-restored"))
                chat.say(window, "Go on")
                chat.wait_words(window, "It goes on.")
                chat.wait_idle(window)
                tap.contains(str(server.requests()[-1]), "It greets the world.", "what the model was told")

                window.press("Conversations", role="push button", within=window.find(name="Chat"))
                wait_rows(window, "What does main do?", "Explain ring buffers")
                window.type("wraps")
                wait_rows(window, "Explain ring buffers")
                window.screenshot_with_popovers(tap.picture_name("-found"))
                window.key("F2")
                title = window.find(role="text", name="Title")
                window.wait_for(lambda: "focused" in window.states(title), what="the focus in the title")
                window.key("ctrl+a")
                window.type("Ring buffers")
                window.key("Return")
                wait_rows(window, "Ring buffers")
                window.key("shift+Delete")
                window.wait_text("Delete “Ring buffers”?")
                window.screenshot_with_popovers(tap.picture_name("-delete"))
                window.key("Escape")
                wait_rows(window, "Ring buffers")
                window.key("shift+Delete")
                window.press("Delete for good", role="push button")
                window.wait_for(lambda: len(files(home)) == 1, what="the file gone")
                window.wait_text("Nothing found")
                window.key("Escape", "Escape")
                settle(window)

                # The one that is shown.
                open_list(window)
                wait_rows(window, "What does main do?")
                window.key("shift+Delete")
                window.press("Delete for good", role="push button")
                window.wait_for(lambda: not files(home), what="the file gone")
                window.wait_text("No conversations yet")
                window.key("Escape")
                settle(window)
                window.wait_text("Ask about")
            with EnclaveWindow(folder, settings={}, home=home, size=SIZE) as window:
                wait_model(window)
                tap.check(not chat.has_messages(window), "the deleted conversation came back")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("what is deleted is what the question named, whatever list arrives meanwhile")
def named():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    try:
        with ScriptedServer([says("The first."), says("The second.")]) as server, project() as folder, \
                EnclaveWindow(folder, settings=server.settings(), home=home, size=SIZE) as window:
            wait_model(window)
            chat.say(window, "Alpha")
            chat.wait_words(window, "The first.")
            chat.wait_idle(window)
            window.key("ctrl+n")
            chat.say(window, "Omega")
            chat.wait_words(window, "The second.")
            chat.wait_idle(window)
            open_list(window)
            wait_rows(window, "Omega", "Alpha")
            # What is typed is looked for a moment later, and the first one found is selected then.
            window.key("a", "Down", "shift+Delete")
            question = window.find(role="label", name=re.compile("^Delete “"))
            kept = "Omega" if "Alpha" in question.name else "Alpha"
            time.sleep(1)
            window.press("Delete for good", role="push button")
            wait_rows(window, kept)
            tap.equal([kept in file.read_text() for file in files(home)], [True], "the one that is kept")
            window.key("Escape", "Escape")
            settle(window)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("a message is edited, an answer made again: each in a branch")
def branches():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    replies = [says("The first answer."), says("The second answer."), says("A better answer."), says("Another answer."),
               says("Yet another one.")]
    try:
        with ScriptedServer(replies) as server, project() as folder, \
                EnclaveWindow(folder, settings=server.settings(), home=home, size=SIZE) as window:
            wait_model(window)
            for text, reply in (("First", "The first answer."), ("Second", "The second answer.")):
                chat.say(window, text)
                chat.wait_words(window, reply)
                chat.wait_idle(window)
            # Up in the empty message.
            window.key("ctrl+4", "Up")
            window.wait_for(lambda: window.text_of(chat.message(window)) == "Second", what="the message to edit")
            window.wait_text("Edited, begins a branch")
            window.screenshot(tap.picture_name("-edit"))
            window.press("Edit no more")
            window.wait_for(lambda: not window.text_of(chat.message(window)), what="the empty message")
            window.key("ctrl+4", "Up")
            window.type(" thoughts")
            window.key("Return")
            chat.wait_words(window, "A better answer.")
            chat.wait_idle(window)
            tap.check("The second answer." not in chat.words(window), "the branch holds what was replaced")
            tap.contains(chat.words(window), "The first answer.")
            # The first one, by its button.
            window.activate(window.find_all(role="push button", name="Edit message")[0])
            window.wait_for(lambda: window.text_of(chat.message(window)) == "First", what="the first message to edit")
            window.key("ctrl+a")
            window.type("Begin anew")
            window.key("Return")
            chat.wait_words(window, "Another answer.")
            chat.wait_idle(window)
            tap.check("answer." not in chat.words(window).replace("Another answer.", ""), "more than the new answer")
            window.press("Answer again")
            chat.wait_words(window, "Yet another one.")
            chat.wait_idle(window)
            window.screenshot(tap.picture_name("-again"))
            open_list(window)
            wait_rows(window, "Begin anew", "Begin anew", "First", "First")
            window.screenshot_with_popovers(tap.picture_name("-branches"))
            window.key("Escape")
            tap.equal(len(files(home)), 4, "conversations")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("what no longer fits is told, and can be opened")
def compact():
    with ScriptedServer([calls("read_file", path="src/long.c"), says("Read."), says("Go."), says("On.")]) as server, \
            project(src__long_dot_c="int x;\n" * 300) as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        for text, reply in (("Read it", "Read."), ("Go on", "Go."), ("And on", "On.")):
            chat.say(window, text)
            chat.wait_words(window, reply)
            chat.wait_idle(window)
        chat.write(window, "/compact")
        window.wait_text("Shorten what the model gets")
        window.key("Return")
        chat.wait_words(window, "The conversation was shortened")
        window.screenshot(tap.picture_name("-notice"))
        window.press("Show what was left out", role="push button")
        shown = window.find(role="text", name="Left out of the conversation")
        tap.contains(window.text_of(shown), "int x;")
        tap.contains(window.text_of(shown), "[read_file]")
        window.key("Escape")
        window.wait_for(lambda: not window.exists(role="text", name="Left out of the conversation"), what="the window closed")


@case("a conversation that was shot in the middle of a turn")
def shot():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    replies = [calls("read_file", "I look.", path="src/main.c"),
               {"events": [{"text": "This goes on and on. " * 200, "words": True}], "pace_ms": 200}, says("Here I am again.")]
    try:
        with ScriptedServer(replies) as server, project() as folder:
            with EnclaveWindow(folder, settings=server.settings(), home=home, size=SIZE) as window:
                wait_model(window)
                chat.say(window, "What does main do?")
                chat.wait_words(window, "This goes on")
                window.process.kill()
                window.process.wait()
            with EnclaveWindow(folder, settings={}, home=home, size=SIZE) as window:
                wait_model(window)
                chat.wait_words(window, "Enclave ended during this turn")
                tap.contains(chat.words(window), "What does main do?")
                chat.check_row(window, r"Read src/main\.c, lines 1–")
                chat.say(window, "Go on")
                chat.wait_words(window, "Here I am again.")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("nothing is kept where the person does not want it")
def not_kept():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    try:
        with ScriptedServer([says("Hello.")]) as server, project() as folder, \
                EnclaveWindow(folder, settings=server.settings(**{"keep-conversations": "false"}), home=home,
                              size=SIZE) as window:
            wait_model(window)
            chat.say(window, "Hi")
            chat.wait_words(window, "Hello.")
            chat.wait_idle(window)
            button = window.find(role="push button", name="Conversations", within=window.find(name="Chat"))
            tap.check(not window.is_sensitive(button), "there is nothing to list")
            tap.equal(files(home), [], "files")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
