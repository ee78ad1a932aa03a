# SPDX-License-Identifier: GPL-3.0-or-later
"""The window itself: sizes, panes, styles, preferences, shortcuts."""

import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SIZES = ((1280, 800), (900, 600), (700, 600), (2560, 1440))


@case("holds at every size, light and dark")
def sizes():
    for style in ("light", "dark"):
        with project() as folder, EnclaveWindow(folder, folder / "src/main.c",
                                                settings={"style-variant": f"'{style}'"}) as window:
            window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
            for width, height in SIZES:
                window.resize(width, height)
                window.find(role="text", name="Editor")
                # The panes are laid out after the size is known.
                time.sleep(0.5)
                window.screenshot(tap.picture_name(f"-{style}-{width}x{height}"))


@case("F9 and F10 hide and show the side panes")
def side_panes():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c") as window:
        for key, name in (("F9", "Show Files"), ("F10", "Show Chat")):
            window.wait_for(lambda: window.is_checked(window.find(name=name)), what=f"{name} pressed")
            window.key(key)
            window.wait_for(lambda: not window.is_checked(window.find(name=name)), what=f"{name} released")
            window.key(key)
            window.wait_for(lambda: window.is_checked(window.find(name=name)), what=f"{name} pressed again")


@case("preferences open by key, are changed and kept")
def preferences():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings={}) as window:
        window.key("ctrl+comma")
        window.focus("Preferences")
        entry = window.find(role="text", name="Address, such as 127.0.0.1:8080")
        window.set_text(entry, "8.8.8.8:80")
        window.press("Add")
        window.wait_for(lambda: window.find_all(role="alert", name=None), what="a complaint")
        tap.equal(window.read_setting("servers"), None, "servers")
        window.set_text(entry, "127.0.0.1:9")
        window.press("Add")
        window.wait_for(lambda: window.read_setting("servers") == "['http://127.0.0.1:9']", what="the address stored")
        window.screenshot(tap.picture_name("-servers"))
        window.key("Escape")
        window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")


@case("the shortcuts open by key")
def shortcuts():
    with project() as folder, EnclaveWindow(folder) as window:
        window.key("ctrl+question")
        window.focus("Keyboard shortcuts")
        window.type("previous pane")
        window.find(role="list item", name="Previous pane")
        window.wait_for(lambda: not window.exists(role="list item", name="Save"), what="the others hidden")
        window.key("Escape", "Escape")
        window.wait_for(lambda: len(window.frames()) == 1, what="the shortcuts closed")


def choose_key(window, action, *keys):
    """Opens the shortcuts at an action and presses keys in the window that asks for one."""
    window.key("ctrl+question")
    window.focus("Keyboard shortcuts")
    window.type(action)
    window.find(role="list item", name=action)
    window.wait_for(lambda: not window.exists(role="list item", name="Next pane"), what="the others hidden")
    for _ in range(6):
        if (window.focused().name or "") == action:
            break
        window.key("Tab")
        time.sleep(0.1)
    window.key("Return")
    window.focus(action)
    window.key(*keys)


def close_shortcuts(window):
    window.focus("Keyboard shortcuts")
    window.key("Escape", "Escape")
    window.wait_for(lambda: len(window.frames()) == 1, what="the shortcuts closed")
    window.focus(window.frame().name)


@case("an action gets another key, the one that had it loses it, and both get theirs back")
def change():
    with project(src__a_dot_c="int a;\n") as folder, EnclaveWindow(folder, folder / "src/a.c", settings={}) as window:
        window.wait_text("a.c")
        choose_key(window, "Find and replace", "x")
        window.wait_text("needs Ctrl, Alt or Super")
        window.key("ctrl+f")
        window.wait_text("“Find” has this key and loses it.")
        window.screenshot(tap.picture_name("-key"))
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Set the key", what="the focus where Enter takes it")
        window.key("Return")
        window.wait_for(lambda: "'editor.replace': '<Control>f'" in (window.read_setting("keys") or ""), what="the key stored")
        tap.contains(window.read_setting("keys"), "'editor.find': ''", "who had it")
        close_shortcuts(window)

        window.key("ctrl+2", "ctrl+h")
        time.sleep(0.3)
        tap.check(not window.exists(role="text", name="Replace with"), "the key that was taken away still works")
        window.key("ctrl+f")
        window.find(role="text", name="Replace with")

        window.key("ctrl+question")
        window.focus("Keyboard shortcuts")
        window.screenshot(tap.picture_name("-changed"))
        window.press("Reset all keys")
        window.wait_for(lambda: not window.read_setting("keys"), what="the setting empty")
        close_shortcuts(window)


@case("the window closes and ends the program")
def ends():
    with project() as folder, EnclaveWindow(folder) as window:
        tap.equal(window.quit(), 0, "exit status")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
