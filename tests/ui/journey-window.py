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
        window.key("F1")
        window.focus("Keyboard shortcuts")
        window.type("previous pane")
        window.find(role="list item", name="Previous pane")
        window.wait_for(lambda: not window.exists(role="list item", name="Save"), what="the others hidden")
        window.key("Escape", "Escape")
        window.wait_for(lambda: len(window.frames()) == 1, what="the shortcuts closed")


@case("the window closes and ends the program")
def ends():
    with project() as folder, EnclaveWindow(folder) as window:
        tap.equal(window.quit(), 0, "exit status")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
