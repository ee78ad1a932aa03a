# SPDX-License-Identifier: GPL-3.0-or-later
"""The chat pane as a person uses it."""

import re
import time

import tap

BUSY = "Type to queue the next message"


def message(window):
    return window.find(role="text", name="Message")


def write(window, text):
    """Writes into the message, after what stands there."""
    window.key("ctrl+4")
    try:
        window.wait_for(lambda: "focused" in window.states(message(window)), what="the focus in the message")
    except AssertionError as error:
        node = window.focused()
        raise AssertionError(f"{error}; it is on {node.role + ' ' + repr(node.name) if node is not None else 'nothing'}") from error
    window.type(text)
    window.wait_for(lambda: text[-20:] in window.text_of(message(window)), what=f"{text!r} in the message")


def say(window, text):
    write(window, text)
    window.key("Return")
    window.wait_for(lambda: not window.text_of(message(window)), what="the message sent")


def is_busy(window):
    return window.exists(role="label", name=BUSY, showing=False)


def wait_idle(window, timeout=30):
    window.wait_for(lambda: not is_busy(window), timeout, what="the end of the turn")


def words(window):
    """What can be read in the conversation."""
    return window.all_text(window.find(role="list", name="Messages"))


def wait_words(window, part, timeout=15):
    try:
        window.wait_for(lambda: part in words(window), timeout)
    except AssertionError as error:
        window.check_alive()
        raise AssertionError(f"{part!r} is nowhere in:\n{words(window)}") from error


def wait_question(window, subject, timeout=20):
    """Until the question is there with the literal @subject."""
    wait_words(window, subject, timeout)
    window.find(role="push button", name="Deny", timeout=timeout)
    window.find(role="push button", name="Allow")


def press_until(window, button, done, timeout=10):
    """Presses a button until @done answers true; it may go away in the meantime."""
    end = time.monotonic() + timeout
    while not done():
        tap.check(time.monotonic() < end, f"{button} is not taken")
        for node in window.find_all(role="push button", name=button)[:1]:
            if window.is_sensitive(node):
                window.activate(node)
        time.sleep(0.2)


def answer(window, button, timeout=10):
    """Presses Allow or Deny until it is taken: a press in the first half second does not count."""
    window.find(role="push button", name=button, timeout=timeout)
    press_until(window, button, lambda: not window.exists(role="push button", name=button), timeout)


def answer_form(window, button, until, timeout=10):
    """Presses a button of a server's form until it has done what it does: a press in the first half second does not count."""
    window.find(role="push button", name=button, timeout=timeout)
    press_until(window, button, until, timeout)


def check_row(window, pattern):
    """A row of the conversation says what the agent did."""
    found = re.search(pattern, words(window), re.M)
    tap.check(found, f"no row says {pattern!r}:\n{words(window)}")


def terminal_text(window):
    """What the terminals show, as a screen reader finds it, the last line last."""
    return "\n".join(window.text_of(node) for node in window.find_all(role="text", name="Terminal output"))


def mode(window):
    """The word that the mode's button shows."""
    button = window.find(role="combo box", name="Mode")
    return next((word for word in ("Ask", "Plan", "Edit") if window.exists(role="label", name=word, within=button)), None)


def has_messages(window):
    return window.exists(role="list", name="Messages")
