# SPDX-License-Identifier: GPL-3.0-or-later
"""A person without a model takes the tour, from either place that offers it."""

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

LABEL = "Practice engine: scripted replies, no model"
SETTINGS = {"discover-servers": "false"}


def sample(window):
    return window.home / "data" / "enclave" / "tour"


def wait_beginning(window):
    window.wait_text(LABEL, timeout=20)
    # The first message is written already; sending it is up to the person.
    window.wait_for(lambda: window.text_of(chat.message(window)) == "Fix the failing test", what="the first message")
    window.wait_for(lambda: "focused" in window.states(chat.message(window)), what="the focus in the message")


@case("from the welcome page to a green test and back")
def whole_tour():
    with EnclaveWindow(settings=SETTINGS, size=(1280, 800)) as window:
        window.wait_text("Welcome to Enclave")
        window.click(window.find(role="label", name="Take the tour"))
        wait_beginning(window)
        ring = sample(window) / "ring.c"
        broken = ring.read_text()
        tap.equal(window.find(name="Model").name, "Model")
        window.screenshot(tap.picture_name("-begin"))

        window.key("Return")
        chat.wait_question(window, "make test", timeout=40)
        chat.check_row(window, r"Read ring\.c, lines")
        chat.check_row(window, r"Refused \.env, rule builtin:dotenv")
        window.wait_text("Waits for you: run make test")
        window.screenshot(tap.picture_name("-asks"))
        tap.check("not ok" not in chat.terminal_text(window), "the command ran before it was allowed")
        chat.answer(window, "Allow")
        window.wait_for(lambda: "not ok" in chat.terminal_text(window), 40, what="the red test in the terminal")

        chat.wait_idle(window, 40)
        chat.check_row(window, r"Ran make test, failed, exit")
        chat.wait_words(window, "The change is proposed: one line in")
        tap.equal(ring.read_text(), broken, "the file before Apply")
        window.screenshot(tap.picture_name("-proposed"))
        window.press("Apply", role="push button")
        window.wait_for(lambda: ring.read_text() != broken, what="the change on disk")
        window.wait_text("Applied 1 file")

        chat.say(window, "Run the tests")
        chat.wait_question(window, "make test")
        chat.answer(window, "Allow")
        chat.wait_words(window, "All tests pass", timeout=40)
        tap.contains(chat.terminal_text(window), "all tests passed")
        chat.wait_idle(window)
        window.screenshot(tap.picture_name("-green"))


@case("undo turn takes the change of the tour back")
def undo():
    with EnclaveWindow(settings=SETTINGS, size=(1280, 800)) as window:
        window.click(window.find(role="label", name="Take the tour"))
        wait_beginning(window)
        ring = sample(window) / "ring.c"
        broken = ring.read_text()
        window.key("Return")
        chat.wait_question(window, "make test", timeout=40)
        chat.answer(window, "Deny")
        chat.wait_idle(window, 40)
        chat.check_row(window, r"Denied make test, by you")
        window.press("Apply", role="push button")
        window.wait_for(lambda: ring.read_text() != broken, what="the change on disk")
        window.press("Undo turn", role="push button")
        window.wait_for(lambda: ring.read_text() == broken, what="the file as it was")
        window.screenshot(tap.picture_name(""))


@case("the page without a server offers it too")
def no_server():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS, size=(1280, 800)) as window:
        window.wait_text("No local server found")
        window.screenshot(tap.picture_name("-no-server"))
        window.press("Take the tour")
        # The project stays; the tour has a window of its own.
        window.wait_for(lambda: len(window.frames()) == 2, what="a second window")
        window.wait_text(LABEL, timeout=20)
        window.wait_for(lambda: "Fix the failing test" in [window.text_of(node) for node in
                                                           window.find_all(role="text", name="Message")],
                        what="the first message")
        tap.check((folder / "README.md").exists() and sample(window).is_dir(), "the tour has no folder of its own")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
