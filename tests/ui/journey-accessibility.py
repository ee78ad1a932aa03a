# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader finds: every place that takes the focus has a name that a person gave it, in every state of the
window, and reading the text of the editor with all its attributes never ends the program."""

import re
import subprocess
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}
CLASS_NAME = re.compile(r"^(Gtk|Adw|Gdk|Vte|Enclave)[A-Z]")
MNEMONIC = re.compile(r"(^|\s)_\w")
# Where an underscore is a mnemonic mark that was left, not a name in someone's code.
CONTROLS = {"push button", "toggle button", "check box", "radio button", "menu item", "combo box", "switch", "link"}


def path_of(node):
    names = []
    while node is not None and len(names) < 6:
        names.append(f"{node.role} {node.name!r}")
        node = node.parent
    return " < ".join(names)


def check_names(window, state, within=None):
    """No place to go without a name, and no control that is told by its class."""
    faults = []
    for node in window.walk(within):
        if not window.is_showing(node):
            continue
        role, name = node.role, node.name
        if "focusable" not in window.states(node) and role not in CONTROLS:
            continue
        if not name.strip() or CLASS_NAME.search(name) or (role in CONTROLS and MNEMONIC.search(name)):
            faults.append(path_of(node))
    tap.check(not faults, f"{state}: without a name of their own:\n" + "\n".join(faults[:20]))


def check_told_once(window, state):
    """A button inside a button of the same name would be told twice."""
    faults = [path_of(node) for node in window.walk()
              if node.role in CONTROLS and window.is_showing(node) and node.parent is not None
              and node.parent.role in CONTROLS - {"combo box"} and node.parent.name == node.name]
    tap.check(not faults, f"{state}: told twice:\n" + "\n".join(faults[:20]))


def check(window, state):
    check_names(window, state)
    check_told_once(window, state)


def take_tour(window):
    window.activate(window.find(role="list item", name="Take the tour"))
    window.find(role="text", name="Message")
    window.find(role="text", name="Editor")


def ask(window):
    window.key("ctrl+4")
    window.type("Fix the failing test\n")
    window.find(name="Allow", timeout=60)


@case("the welcome page, and what has the focus there")
def welcome():
    with EnclaveWindow(settings=SETTINGS) as window:
        window.find(role="list item", name="Take the tour")
        check(window, "welcome")
        window.wait_for(lambda: (focus := window.focused()) is not None and focus.name == "Open folder…",
                        what="the focus on the first thing to do")


@case("an empty folder and a file")
def folder():
    with project() as path, EnclaveWindow(path, settings=SETTINGS) as window:
        window.find(name="Files", role="list")
        check(window, "folder")
        for name in ("Files", "Terminal", "Chat", "Message", "Send", "Model", "Show Files", "Show Chat"):
            window.find(name=name)
        row = window.find(role="list item", name="README.md")
        window.click(row)
        window.find(role="text", name="Editor")
        window.wait_for(lambda: window.exists(name="Close README.md"), what="the close button named")
        check(window, "file open")
        window.key("ctrl+h")
        window.find(role="text", name="Replace with")
        check(window, "find and replace")


@case("the whole turn: approval, chat, review, undo")
def turn():
    with EnclaveWindow(settings=SETTINGS, size=(1280, 800)) as window:
        take_tour(window)
        check(window, "tour")
        ask(window)
        for name in ("Allow", "Deny", "Stop", "Send", "Message", "Model"):
            tap.check(window.exists(name=name) or name == "Send", f"no {name}")
        check(window, "approval")
        window.screenshot(tap.picture_name("-approval"))
        time.sleep(1)
        window.press("Allow")
        window.find(role="push button", name="Apply", timeout=60)
        window.find(role="push button", name="Reject")
        check(window, "change proposed")
        tap.contains(window.all_text(), "One test fails", "the chat")
        window.key("ctrl+shift+e")
        window.find(name="Review changes")
        time.sleep(0.5)
        check(window, "review")
        window.screenshot(tap.picture_name("-review"))
        window.key("Escape")
        window.press("Apply")
        window.find(role="push button", name="Undo turn", timeout=30)
        check(window, "applied")


@case("one pane at a time")
def narrow():
    with project() as path, EnclaveWindow(path, path / "src/main.c", settings=SETTINGS, size=(700, 600)) as window:
        for key in ("ctrl+1", "ctrl+2", "ctrl+4"):
            window.key(key)
            time.sleep(0.5)
            check(window, f"narrow, {key}")


@case("preferences, shortcuts, about")
def other_windows():
    with project() as path, EnclaveWindow(path, settings=SETTINGS) as window:
        for key, title in (("ctrl+comma", "Preferences"), ("F1", "Help"), ("ctrl+question", "Keyboard shortcuts")):
            window.focus()
            window.key(key)
            first = window.window
            window.focus(title)
            time.sleep(0.5)
            check(window, title)
            window.key("Escape")
            if len(window.frames()) > 1:
                window.key("Escape")
            window.wait_for(lambda: len(window.frames()) == 1, what=f"{title} closed")
            window.window = first


@case("menus and popovers")
def menus():
    with project() as path, EnclaveWindow(path, settings=SETTINGS) as window:
        for name in ("Main menu", "Model", "No server"):
            window.press(name)
            time.sleep(0.5)
            check(window, f"the popover of {name}")
            window.key("Escape")


@case("the model check")
def model_check():
    with project() as path, EnclaveWindow(path, settings=SETTINGS) as window:
        window.press("Main menu")
        window.press("Model Check", role="menu item")
        window.wait_text("No model to check")
        check(window, "the model check")


@case("editor, terminal and chat can be read")
def texts():
    with project() as path, EnclaveWindow(path, path / "src/main.c", settings=SETTINGS) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        window.key("ctrl+3")
        window.type("echo read$((40 + 2))me\n")
        window.wait_for(lambda: any("read42me" in window.text_of(node)
                                    for node in window.find_all(name="Terminal output", showing=False)),
                        what="the output of the terminal as text")


def set_screen_reader(window, enabled):
    subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
                    "org.freedesktop.DBus.Properties.Set", "string:org.a11y.Status", "string:ScreenReaderEnabled",
                    f"variant:boolean:{'true' if enabled else 'false'}"], env=window.desktop.environment, check=True,
                   stdout=subprocess.DEVNULL, timeout=20)


def read_attributes(window):
    """As a screen reader does: the attributes of every run of every text. Returns how many were asked."""
    asked = 0
    for node in window.find_all(role="text"):
        offset, end = 0, node.count_characters() if node.has("Text") else 0
        while offset < end:
            offset = max(node.read_attributes(offset), offset + 1)
            asked += 1
        window.check_alive()
    return asked


@case("a screen reader reads the attributes of highlighted text")
def attributes():
    with project() as path:
        with EnclaveWindow(path, settings=SETTINGS) as window:
            set_screen_reader(window, True)
        try:
            with EnclaveWindow(path, path / "src/main.c", settings=SETTINGS) as window:
                # From the first moment on: it asks as soon as the text is there.
                window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C,
                                what="the file")
                tap.check(read_attributes(window) > 0, "nothing was asked")
                time.sleep(1)
                tap.check(read_attributes(window) > 5, "the text is not highlighted")
                window.click(window.find(role="text", name="Editor"))
                window.key("ctrl+f")
                window.type("int")
                time.sleep(0.5)
                read_attributes(window)
                window.key("Escape", "ctrl+a")
                read_attributes(window)
                window.screenshot()
        finally:
            set_screen_reader(window, False)


@case("a screen reader that comes later")
def later():
    with project() as path, EnclaveWindow(path, path / "src/main.c", settings=SETTINGS) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        time.sleep(1)
        try:
            set_screen_reader(window, True)
            time.sleep(1)
            tap.check(read_attributes(window) > 5, "nothing was asked")
        finally:
            set_screen_reader(window, False)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
