# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key of the window does its thing, from every pane; in the terminal plain Ctrl letters are the shell's."""

import contextlib
import re
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}
PANES = {"ctrl+1": "Files", "ctrl+2": "Editor", "ctrl+3": "Terminal", "ctrl+4": "Chat"}


@contextlib.contextmanager
def opened(size=(1280, 800)):
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, size=size) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        yield window, folder


def focused_pane(window):
    """The pane with the keyboard focus, or None."""
    node = window.focused()
    if node is None:
        return None
    if node.name in ("Editor", "Terminal"):
        return node.name
    if node.name == "Message":
        return "Chat"
    while node is not None:
        if node.name in ("Files", "Terminal", "Chat"):
            return node.name
        node = node.parent
    return None


def wait_pane(window, pane):
    try:
        window.wait_for(lambda: focused_pane(window) == pane)
    except AssertionError as error:
        node = window.focused()
        raise AssertionError(f"the focus is on {node and (node.role, node.name)}, not in {pane}") from error


def closes(window, key, title, close="Escape"):
    """@key opens a window called @title."""
    main = window.window
    window.key(key)
    window.focus(title)
    window.key(close)
    if len(window.frames()) > 1:
        window.key(close)
    window.wait_for(lambda: len(window.frames()) == 1, what=f"{title} closed")
    window.window = main
    window.focus()


@case("Ctrl+1 to 4 go to the panes, F6 and Shift+F6 walk them")
def walk():
    with opened() as (window, _folder):
        for key, pane in PANES.items():
            window.key(key)
            wait_pane(window, pane)
        for pane in ("Files", "Editor", "Terminal", "Chat", "Files"):
            window.key("F6")
            wait_pane(window, pane)
        for pane in ("Chat", "Terminal", "Editor", "Files"):
            window.key("shift+F6")
            wait_pane(window, pane)


@case("F6 skips what is hidden")
def skips():
    with opened() as (window, _folder):
        window.key("ctrl+2", "F9")
        window.wait_for(lambda: not window.is_checked(window.find(name="Show Files")), what="Files hidden")
        for pane in ("Terminal", "Chat", "Editor"):
            window.key("F6")
            wait_pane(window, pane)
        window.key("ctrl+grave")
        for pane in ("Chat", "Editor", "Chat"):
            window.key("F6")
            wait_pane(window, pane)


@case("a hidden pane comes back by its key, and its focus goes to the editor when it is hidden")
def toggles():
    with opened() as (window, _folder):
        for go, toggle, pane in (("ctrl+1", "F9", "Files"), ("ctrl+4", "F10", "Chat"), ("ctrl+3", "ctrl+grave", "Terminal")):
            window.key(go)
            wait_pane(window, pane)
            window.key(toggle)
            wait_pane(window, "Editor")
            window.key(go)
            wait_pane(window, pane)


@case("keys of every pane open and close windows")
def windows():
    with opened() as (window, _folder):
        for pane in PANES:
            window.key(pane)
            wait_pane(window, PANES[pane])
            closes(window, "ctrl+comma", "Preferences")
            closes(window, "F1", "Help")
            closes(window, "ctrl+question", "Keyboard shortcuts")
            closes(window, "ctrl+shift+o", "Open a folder")


@case("F11, the main menu and the models")
def popovers():
    with opened() as (window, _folder):
        before = window.geometry()[2:]
        for pane in ("ctrl+2", "ctrl+3", "ctrl+4"):
            window.key(pane)
            wait_pane(window, PANES[pane])
            window.key("ctrl+F10")
            window.find(role="menu item", name="Preferences")
            window.key("Escape")
            window.wait_for(lambda: not window.exists(role="menu item", name="Preferences"), what="the menu closed")
            wait_pane(window, PANES[pane])
            window.key("ctrl+shift+m")
            window.wait_for(lambda: (node := window.focused()) is not None and focused_pane(window) is None,
                            what="the models shown")
            window.key("Escape")
            wait_pane(window, PANES[pane])
        tap.equal(window.geometry()[2:], before, "size")


@case("new terminals, and the keys that reach the shell")
def terminal():
    with opened() as (window, folder):
        window.key("ctrl+3")
        wait_pane(window, "Terminal")
        window.key("ctrl+shift+grave")
        window.wait_for(lambda: len(window.find_all(name=re.compile("^Close sh"))) == 2, what="a second terminal")
        # What arrives is counted by the shell's own reader, byte by byte.
        window.type("stty raw -echo; dd bs=1 count=8 2>/dev/null | od -An -tx1 > keys; stty sane\n")
        time.sleep(1)
        window.key("ctrl+l", "ctrl+w", "ctrl+s", "ctrl+n", "ctrl+o", "ctrl+q", "ctrl+p", "ctrl+f")
        window.wait_for(lambda: (folder / "keys").exists() and (folder / "keys").read_text().strip(), what="the keys")
        tap.equal((folder / "keys").read_text().split(), ["0c", "17", "13", "0e", "0f", "11", "10", "06"], "keys")
        wait_pane(window, "Terminal")


@case("Ctrl+L and Ctrl+Shift+L take the selection along")
def ask():
    with opened() as (window, _folder):
        window.key("ctrl+2", "ctrl+Home", "shift+Down", "shift+Down", "ctrl+l")
        wait_pane(window, "Chat")
        window.find(role="push button", name=re.compile("^Remove src/main.c lines 1"))
        window.key("ctrl+2", "ctrl+End", "shift+Up", "ctrl+shift+l")
        wait_pane(window, "Chat")
        window.wait_for(lambda: len(window.find_all(role="push button", name=re.compile("^Remove src/main.c"))) == 2,
                        what="a second part attached")


@case("new, save, close, open again, open")
def files():
    with opened() as (window, folder):
        window.key("ctrl+2", "ctrl+Home")
        window.type("x")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == "x" + MAIN_C, what="the file saved")
        window.key("ctrl+w")
        window.wait_for(lambda: not window.exists(role="text", name="Editor"), what="the tab closed")
        window.key("ctrl+shift+t")
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == "x" + MAIN_C,
                        what="the tab back")
        window.key("ctrl+n")
        window.find(name="Close Untitled 1")
        window.key("ctrl+w")
        window.wait_for(lambda: not window.exists(name="Close Untitled 1"), what="the new file closed")
        closes(window, "ctrl+o", "Open")


def ends(window, key, end):
    return (window.read_setting(key) or "").endswith(end)


@case("the text of chat, terminal and editor has a size of its own, each by the same keys")
def zoom():
    with opened() as (window, _folder):
        window.key("ctrl+4", "ctrl+plus", "ctrl+plus")
        window.wait_for(lambda: ends(window, "chat-zoom", "120"), what="a larger chat")
        window.screenshot()
        window.key("ctrl+3", "ctrl+minus")
        window.wait_for(lambda: ends(window, "terminal-zoom", "90"), what="a smaller terminal")
        window.key("ctrl+2", "ctrl+plus")
        window.wait_for(lambda: window.read_setting("editor-zoom") == "1", what="a larger editor")
        tap.check(ends(window, "chat-zoom", "120"), "the chat's size went along")
        window.key("ctrl+4", "ctrl+0")
        window.wait_for(lambda: ends(window, "chat-zoom", "100"), what="the chat as it was")


@case("a new window, and both are closed by one key")
def new_window():
    with opened() as (window, _folder):
        window.key("ctrl+shift+n")
        window.wait_for(lambda: len(window.frames()) == 2, what="a second window")
        window.focus()
        tap.equal(window.quit(), 0, "exit status")


@case("Esc steps back to the editor")
def escape():
    with opened() as (window, _folder):
        for pane in ("ctrl+4", "ctrl+1"):
            window.key(pane)
            wait_pane(window, PANES[pane])
            window.key("Escape")
            wait_pane(window, "Editor")
        window.key("ctrl+f")
        window.find(role="text", name="Find")
        window.key("Escape")
        wait_pane(window, "Editor")


SWITCHES = {"alt+c": "Match case", "alt+w": "Whole words", "alt+r": "Regular expression", "alt+i": "Ignored files as well"}


def wait_switches(window, pressed):
    """Those of SWITCHES that are shown and pressed."""
    window.wait_for(lambda: [name for name in SWITCHES.values() for node in window.find_all(name=name) if window.is_checked(node)] == pressed,
                    what=f"{pressed} pressed")


@case("Alt with a letter presses the switches of what searches, and only while it has the focus")
def switches():
    with opened() as (window, _folder):
        window.key("ctrl+2", "ctrl+f")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find", what="the focus in the bar")
        window.type("MAIN")
        window.wait_text("1 of 1")
        window.key("alt+c")
        window.wait_text("No matches")
        window.key("alt+w", "alt+r")
        wait_switches(window, ["Match case", "Whole words", "Regular expression"])
        tap.equal(window.focused().name, "Find", "the focus")
        window.screenshot()
        window.key("ctrl+2", "alt+c")
        window.key("ctrl+f", "alt+w")
        wait_switches(window, ["Match case", "Regular expression"])
        tap.equal(window.text_of(window.find(role="text", name="Editor")), MAIN_C, "the text")
        window.key("alt+r", "alt+c", "Escape")

        window.key("ctrl+shift+f")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Search in project", what="the focus in the page")
        for key in SWITCHES:
            window.key(key)
        wait_switches(window, list(SWITCHES.values()))
        window.screenshot(tap.picture_name("-page"))
        for key in SWITCHES:
            window.key(key)
        wait_switches(window, [])

        window.key("ctrl+3")
        wait_pane(window, "Terminal")
        window.key("ctrl+shift+f", "alt+c", "alt+r")
        wait_switches(window, ["Match case", "Regular expression"])


@case("Tab goes through all parts, Shift+Tab comes back")
def tab_order():
    with opened() as (window, _folder):
        window.key("ctrl+4")
        wait_pane(window, "Chat")
        forward = []
        for _ in range(24):
            node = window.focused()
            tap.check(node is not None, f"the focus is nowhere after {forward[-3:]}")
            forward.append(node.name)
            if node.name == "README.md":
                break
            window.key("Tab")
        for name in ("Message", "Mode", "Attach a file", "Show Files", "Model", "Show Chat", "Main menu", "README.md"):
            tap.check(name in forward, f"{name} is not reached by Tab: {forward}")
        window.key("shift+Tab")
        window.wait_for(lambda: window.focused().name == forward[-2], what=f"a step back to {forward[-2]}")


@case("the agent is stopped, its changes reviewed and its question found, by keys")
def agent():
    with EnclaveWindow(settings=SETTINGS, size=(1280, 800)) as window:
        window.activate(window.find(role="list item", name="Take the tour"))
        window.find(role="text", name="Message")
        window.key("ctrl+4")
        window.type("Fix the failing test\n")
        window.find(name="Allow", timeout=60)
        window.key("ctrl+2", "F10")
        window.find(role="push button", name="Show")
        window.screenshot(tap.picture_name("-waits"))
        window.key("ctrl+shift+j")
        window.wait_for(lambda: (node := window.focused()) is not None and node.name in ("Deny", "Allow"),
                        what="the focus on the question")
        window.key("ctrl+shift+x")
        window.wait_for(lambda: not window.exists(name="Allow"), what="the agent stopped")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
