# SPDX-License-Identifier: GPL-3.0-or-later
"""A rectangle of lines and columns is typed into, with keys and with the pointer."""

import desktop
import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import project
from tap import case

TEXT = "one = 1;\ntwo = 22;\nx\nfour = 4;\n"
FILES = {"a_dot_c": TEXT}


def said(window):
    return editor_of(window).description


@case("keys make it, typing goes into each line, undo takes it back")
def keys():
    with project(**FILES) as folder, EnclaveWindow(folder, folder / "a.c") as window:
        wait_editor(window, TEXT)
        window.click(editor_of(window))
        window.key("ctrl+Home", "ctrl+Right")
        window.key("alt+shift+Insert", "shift+Down", "shift+Down", "shift+Down", "shift+Right", "shift+Right")
        window.wait_for(lambda: said(window) == "Columns selected: lines 1 to 4, 2 wide", what="what is selected said")
        window.screenshot()
        window.type("-x>")
        wait_editor(window, "one-x> 1;\ntwo-x> 22;\nx  -x>\nfou-x> 4;\n".replace("fou-x> 4", "fou-x>= 4"))
        window.screenshot()
        window.key("BackSpace")
        wait_editor(window, "one-x 1;\ntwo-x 22;\nx  -x\nfou-x= 4;\n")
        window.key("ctrl+z")
        wait_editor(window, TEXT)
        window.wait_for(lambda: said(window) == "", what="the end said")
        # Ctrl+Alt+Shift and an arrow begins one, Escape ends it
        window.key("ctrl+Home", "ctrl+alt+shift+Down", "ctrl+alt+shift+Right", "ctrl+c", "Escape")
        window.type("!")
        wait_editor(window, "one = 1;\nt!wo = 22;\nx\nfour = 4;\n")
        window.key("ctrl+z", "ctrl+End", "ctrl+v")
        wait_editor(window, TEXT + "o\nt")
        tap.equal(window.complaints(), [], "complaints")


@case("Alt+Shift+drag makes it, and what was cut goes back in as a rectangle")
def pointer():
    with project(**FILES) as folder, EnclaveWindow(folder, folder / "a.c") as window:
        wait_editor(window, TEXT)
        window.click(editor_of(window))
        window.xdotool("keydown", "Alt_L", "keydown", "Shift_L")
        window.point(*letter(window, 0))
        window.xdotool("mousedown", "1")
        window.point(*letter(window, 4))
        window.point(*letter(window, TEXT.index("two") + 3))
        window.xdotool("mouseup", "1", "keyup", "Shift_L", "keyup", "Alt_L")
        window.wait_for(lambda: said(window) == "Columns selected: lines 1 to 2, 3 wide", what="what is selected said")
        window.screenshot()
        window.key("ctrl+x")
        wait_editor(window, " = 1;\n = 22;\nx\nfour = 4;\n")
        window.key("Escape", "ctrl+Home", "Down", "Down", "alt+shift+Insert", "ctrl+v")
        wait_editor(window, " = 1;\n = 22;\nonex\ntwofour = 4;\n")


def letter(window, offset):
    """The left edge and the middle of a letter, on the screen."""
    box, outer = editor_of(window).letter_box(offset), window.frame().box()
    x, y, width, height = window.geometry()
    return (x + max(0, (width - outer.width) // 2) + box.x, y + max(0, (height - outer.height) // 2) + box.y + box.height // 2)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
