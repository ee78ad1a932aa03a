# SPDX-License-Identifier: GPL-3.0-or-later
"""What is selected over several blocks of a reply: by a drag, by keys, and copied."""

import pathlib
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

FIRST = "Here is what it should say:"
CODE = ["int ring_size (void)", "{", "  return 8;", "}"]
LAST = "Nothing else has to change."
REPLY = f"{FIRST}\n\n```c\n" + "\n".join(CODE) + f"\n```\n\n{LAST}"
WHOLE = f"{FIRST}\n\n" + "\n".join(CODE) + f"\n\n{LAST}"


def messages(window):
    return window.find(role="list", name="Messages")


def label(window, part):
    """The one that says @part."""
    return window.wait_for(lambda: next((node for node in window.find_all(role="label", within=messages(window))
                                         if part in (window.text_of(node) or node.name)), None), what=f"a label with {part!r}")


def edges(window, node):
    """Left, top, right and bottom of @node on the screen."""
    x, y = window.position(node)
    box = node.box()
    return x - box.width // 2, y - box.height // 2, x + box.width // 2 - 1, y + box.height // 2 - 1


def drag(window, start, *stops):
    window.point(*start, "mousedown", 1)
    for x, y in stops:
        # A hand does not jump.
        window.xdotool("mousemove", x, y - 2, "sleep", 0.05, "mousemove", x, y, "sleep", 0.05)
    window.xdotool("mouseup", 1)


def wait_still(window, picture):
    """Until two pictures in a row are the same, and so the beginning is reached: what is out of sight tells no place."""
    seen = []

    def is_still():
        time.sleep(0.5)
        seen.append(pathlib.Path(window.screenshot(picture)).read_bytes())
        return len(seen) > 1 and seen[-1] == seen[-2]

    window.wait_for(is_still, timeout=60, what="the end of the scrolling")


def pasted(window):
    """What is in the clipboard, by way of the message."""
    window.key("ctrl+4")
    window.wait_for(lambda: "focused" in window.states(chat.message(window)), what="the focus in the message")
    window.key("ctrl+a", "ctrl+v")
    time.sleep(0.3)
    text = window.text_of(chat.message(window))
    window.key("ctrl+a", "BackSpace")
    return text


def press_keys(window, node, *keys):
    end = time.monotonic() + 30
    while "focused" not in window.states(node):
        tap.check(time.monotonic() < end, "the label does not take the focus")
        window.click(node)
        time.sleep(0.3)
    window.key(*keys)


@case("dragged from a paragraph over the code into the next one, copied by Ctrl+C, the menu and the middle button")
def dragged():
    with project() as folder, ScriptedServer([says(REPLY)]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        chat.say(window, "What should it say?")
        chat.wait_words(window, LAST)
        chat.wait_idle(window)
        first, code, last = (label(window, part) for part in (FIRST, CODE[0], LAST))
        left, top, _, bottom = edges(window, first)
        code_box, last_box = edges(window, code), edges(window, last)
        # Not from the first letter, and not to the last one.
        drag(window, (left + 60, (top + bottom) // 2), (left + 100, (top + bottom) // 2), (code_box[0] + 40, code_box[1] + 20),
             (last_box[0] + 60, (last_box[1] + last_box[3]) // 2))
        window.screenshot(tap.picture_name("-dragged"))
        window.key("ctrl+c")
        text = pasted(window)
        tap.check("\n".join(CODE) in text, f"the code is not all there:\n{text}")
        start, end = text.split("\n\n")[0], text.split("\n\n")[-1]
        tap.check(start and start != FIRST and FIRST.endswith(start), f"it begins with {start!r}")
        tap.check(end and end != LAST and LAST.startswith(end), f"it ends with {end!r}")

        # Backwards, and only a part of the code.
        drag(window, (last_box[2] - 2, (last_box[1] + last_box[3]) // 2), (last_box[0] + 60, (last_box[1] + last_box[3]) // 2),
             (code_box[0] + 40, code_box[3] - 30))
        window.point(code_box[0] + 60, code_box[3] - 12, "click", 3)
        window.wait_for(lambda: window.find(role="menu item", name="Copy"), what="the menu")
        window.screenshot_with_popovers(tap.picture_name("-menu"))
        window.press("Copy", role="menu item")
        window.wait_for(lambda: not window.exists(role="menu item", name="Copy"), what="the menu gone")
        text = pasted(window)
        tap.check(text.endswith(LAST) and CODE[0] not in text and CODE[-1] in text, f"backwards:\n{text}")

        # A press ends it; one block is the label's own affair, as ever.
        window.click(first)
        drag(window, (left + 20, (top + bottom) // 2), (left + 80, (top + bottom) // 2))
        window.key("ctrl+c")
        text = pasted(window)
        tap.check(text and text in FIRST and text != FIRST, f"one block: {text!r}")


@case("grown by Shift with arrows, all of the reply by a second Ctrl+A, left by Escape")
def by_keys():
    with project() as folder, ScriptedServer([says(REPLY)]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        chat.say(window, "What should it say?")
        chat.wait_words(window, LAST)
        chat.wait_idle(window)
        first = label(window, FIRST)
        press_keys(window, first, "Home", "shift+Down", "shift+Down", "shift+Down", "ctrl+c")
        window.screenshot(tap.picture_name("-keys"))
        text = pasted(window)
        tap.check(text.startswith(FIRST) and CODE[0] in text and CODE[-1] not in text, f"three lines down:\n{text}")
        press_keys(window, first, "End", "shift+Right", "shift+Right", "shift+Right", "ctrl+c")
        tap.equal(pasted(window).strip(), CODE[0][:2], "three steps to the right")
        press_keys(window, first, "ctrl+a", "ctrl+a", "ctrl+c")
        window.screenshot(tap.picture_name("-all"))
        tap.equal(pasted(window), WHOLE, "all of the reply")
        window.click(first, 3)
        window.press("Select Whole Message", role="menu item")
        window.wait_for(lambda: not window.exists(role="menu item", name="Copy"), what="the menu gone")
        window.key("ctrl+c")
        tap.equal(pasted(window), WHOLE, "all of the reply by the menu")
        press_keys(window, first, "Home", "shift+Down", "shift+Down", "Escape", "shift+End", "ctrl+c")
        tap.equal(pasted(window), "\n".join(CODE[2:]), "after Escape, from where the end was")


@case("dragged beyond what can be seen: the conversation is scrolled, and all of it is copied")
def scrolled():
    paragraphs = [f"Paragraph number {index} of a reply that is longer than the window." for index in range(60)]
    with project() as folder, ScriptedServer([says("\n\n".join(paragraphs))]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        chat.say(window, "Say much.")
        chat.wait_words(window, paragraphs[-1])
        chat.wait_idle(window)
        left, top, right, bottom = edges(window, label(window, paragraphs[-1]))
        above = edges(window, messages(window))[1] - 60
        window.point(right - 4, bottom - 4, "mousedown", 1)
        window.xdotool("mousemove", left + 60, top - 60, "sleep", 0.1, "mousemove", left + 60, above)
        wait_still(window, tap.picture_name("-scrolled"))
        window.xdotool("mouseup", 1)
        window.key("ctrl+c")
        text = pasted(window)
        tap.check("\n\n".join(paragraphs[1:]) in text, f"not all of it:\n{text}")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
