# SPDX-License-Identifier: GPL-3.0-or-later
"""Snippets: by Tab, by Ctrl+Space, from the list; one's own, and those with mistakes."""

import time

import desktop
import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import project, write
from tap import case

LOOP = "for (int i = 0; i < n; i++)\n{\n    \n}"


def open_text(window):
    wait_editor(window, "if (x)\n  y ();\n")
    window.wait_text("Spaces: 4")
    window.click(editor_of(window))
    window.key("ctrl+End")


TEXT = {"a_dot_c": "if (x)\n  y ();\n"}


@case("Tab behind a trigger, Tab through the places, undo")
def tab():
    with project(**TEXT) as folder, EnclaveWindow(folder, folder / "a.c") as window:
        open_text(window)
        window.type("for")
        window.key("Tab")
        wait_editor(window, "if (x)\n  y ();\n" + LOOP)
        window.screenshot()
        window.key("Tab")
        window.type("k")
        wait_editor(window, "if (x)\n  y ();\n" + LOOP.replace("int i", "int k").replace("i <", "k <").replace("i++", "k++"))
        window.key("Tab", "Tab")
        window.type("z;")
        wait_editor(window, "if (x)\n  y ();\n" + LOOP.replace("int i", "int k").replace("i <", "k <").replace("i++", "k++")
                    .replace("    \n", "    z;\n"))
        for _ in range(12):
            window.key("ctrl+z")
        wait_editor(window, "if (x)\n  y ();\n")
        tap.equal(window.complaints(), [], "complaints")


@case("Ctrl+Space offers them as what they are, and the list inserts one")
def offered():
    with project(**TEXT) as folder, EnclaveWindow(folder, folder / "a.c") as window:
        open_text(window)
        window.type("whi")
        window.key("ctrl+space")
        # the popup is on a surface of its own, which says nothing
        time.sleep(2)
        window.screenshot_with_popovers()
        window.key("Down", "Return")
        wait_editor(window, "if (x)\n  y ();\nwhile (condition)\n{\n    \n}")
        for _ in range(6):
            window.key("ctrl+z")
        window.key("ctrl+End", "ctrl+alt+i")
        window.wait_text("Counting loop")
        window.screenshot_with_popovers()
        window.type("switch")
        window.wait_for(lambda: "Counting loop" not in window.all_text(), what="the others gone")
        window.key("Return")
        window.wait_for(lambda: "switch (value)" in window.text_of(editor_of(window)), what="the snippet inserted")


@case("one's own come first, one with a mistake is named, and a project brings none")
def own():
    with project(**TEXT) as folder:
        write(folder / ".enclave" / "snippets" / "evil.snippets",
              '<snippets><snippet trigger="evil"><text>evil</text></snippet></snippets>')
        with EnclaveWindow(folder, folder / "a.c") as window:
            open_text(window)
            place = window.home / "config" / "enclave" / "snippets"
            write(place / "mine.snippets", '<snippets><snippet trigger="hello" name="Greeting"><text>Hello $1!</text></snippet></snippets>')
            window.key("ctrl+alt+i")
            window.wait_text("Counting loop")
            window.key("Escape")

            def mine():
                window.key("ctrl+alt+i")
                found = "Greeting" in window.all_text()
                window.key("Escape")
                return found
            window.wait_for(mine, 20, what="the snippet of the person")
            window.key("ctrl+alt+i")
            window.wait_text("Greeting")
            window.type("evil")
            window.wait_text("No snippet is called like this")
            window.key("Escape")
            window.type("hello")
            window.key("Tab")
            wait_editor(window, "if (x)\n  y ();\nHello !")
            write(place / "worse.snippets", '<snippets>\n<snippet trigger="x"><text>${1:</text></snippet></snippets>')
            window.wait_text("Snippets were left out. worse.snippets: Line 2", timeout=20)
            window.screenshot()


@case("switched off, Tab is Tab")
def off():
    with project(**TEXT) as folder, EnclaveWindow(folder, folder / "a.c", settings={"snippets": "false"}) as window:
        open_text(window)
        window.type("for")
        window.key("Tab")
        wait_editor(window, "if (x)\n  y ();\nfor ")
        window.key("ctrl+alt+i")
        window.wait_text("Snippets are switched off")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
