# SPDX-License-Identifier: GPL-3.0-or-later
"""Search and replace over the project: streams in, counts unsaved text, jumps, and replaces by way of the review; undone at once."""

import contextlib

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}
RING_C = "int ring_push (int value);\nint ring_pop (void);\n/* the Ring */\n"


@contextlib.contextmanager
def opened(size=(1280, 800), settings=SETTINGS):
    with project(src__ring_dot_c=RING_C, lib__user_dot_h="ring_push (1);\n", _dot_gitignore="out/\n",
                 out__made_dot_c="ring_push\n") as folder, \
            EnclaveWindow(folder, folder / "src/main.c", settings=settings, size=size) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        window.key("ctrl+2")
        yield window, folder


def rows(window):
    if not window.exists(role="list", name="Results"):
        return []
    return [node.name for node in window.find_all(role="list item", within=window.find(role="list", name="Results")) if node.name]


def wait_focus(window, name):
    window.wait_for(lambda: getattr(window.focused(), "name", "") == name, what=f"the focus in {name}")


def wait_place(window, text, offset):
    window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor" and window.text_of(window.focused()) == text
                    and window.focused().caret == offset, what=f"{text!r} at {offset}")


def search(window, words):
    window.key("ctrl+shift+f")
    wait_focus(window, "Search in project")
    window.key("ctrl+a")
    window.type(words)


def wait_rows(window, wanted):
    try:
        window.wait_for(lambda: rows(window) == wanted, 15)
    except AssertionError as error:
        raise AssertionError(f"found {rows(window)}, not {wanted}") from error


@case("finds in all files but ignored ones, and goes to the place")
def finds():
    with opened() as (window, _folder):
        search(window, "ring_push")
        wait_rows(window, ["lib/user.h, 1", "Line 1: ring_push (1);", "src/ring.c, 1", "Line 1: int ring_push (int value);"])
        window.wait_text("2 lines in 2 files")
        window.screenshot()
        window.key("Return")
        # what has the focus is what a screen reader says: the file, the line and its text
        for key, name in ((None, "lib/user.h, 1"), ("Down", "Line 1: ring_push (1);, in lib/user.h"), ("Down", "src/ring.c, 1"),
                          ("Down", "Line 1: int ring_push (int value);, in src/ring.c")):
            if key:
                window.key(key)
            wait_focus(window, name)
        window.key("Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor" and window.text_of(window.focused()) == RING_C,
                        what="the file")
        assert window.focused().caret == 4, window.focused().caret
        # back where one was, and the results are still there
        window.key("alt+comma")
        window.key("ctrl+shift+f")
        wait_focus(window, "Search in project")
        window.wait_text("2 lines in 2 files")


@case("F4 goes through what was found, from the text, into files that are closed in the list, and back")
def steps():
    with opened() as (window, _folder):
        search(window, "ring_p")
        wait_rows(window, ["lib/user.h, 1", "Line 1: ring_push (1);", "src/ring.c, 2", "Line 1: int ring_push (int value);",
                           "Line 2: int ring_pop (void);"])
        window.key("Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "Search in project") != "Search in project", what="the list")
        window.key("Down", "Down", "shift+Left")
        window.wait_for(lambda: len(rows(window)) == 3, what="the second file closed")
        window.key("Home")
        for text, offset in (("ring_push (1);\n", 0), (RING_C, 4), (RING_C, RING_C.index("ring_pop")), ("ring_push (1);\n", 0)):
            window.key("F4")
            wait_place(window, text, offset)
        window.key("shift+F4")
        wait_place(window, RING_C, RING_C.index("ring_pop"))


@case("the tab can be closed, and opened again")
def closes():
    with opened() as (window, _folder):
        search(window, "ring_push")
        window.wait_for(lambda: len(rows(window)) == 4, what="the lines")
        window.key("ctrl+w")
        window.wait_for(lambda: not window.exists(role="list", name="Results"), what="the tab gone, and nothing left of it")
        search(window, "ring_push")
        window.wait_for(lambda: len(rows(window)) == 4, what="the lines again")


@case("case, whole words, expressions, names of files; a denied file has its mark, what is wrong is said")
def options():
    with opened() as (window, _folder):
        search(window, "ring")
        window.wait_text("5 lines in 3 files")
        window.press("Match case")
        window.wait_text("3 lines in 2 files")
        window.press("Whole words")
        window.wait_text("Nothing found")
        window.press("Whole words")
        window.press("Regular expression")
        window.key("ctrl+shift+f", "ctrl+a")
        window.type("ring_(push|pop) \\(")
        window.wait_text("3 lines in 2 files")
        window.key("ctrl+a")
        window.type("ring_(")
        window.wait_text("The expression is not valid")
        window.press("Regular expression")
        window.key("ctrl+shift+f", "ctrl+a")
        window.type("TOKEN")
        wait_rows(window, [".env, not shared with the agent", "Line 1: TOKEN=secret"])
        window.set_text(window.find(role="text", name="Files to leave out"), ".env")
        window.wait_text("Nothing found")
        window.press("Ignored files as well")
        window.key("ctrl+shift+f", "ctrl+a")
        window.type("ring_push")
        window.set_text(window.find(role="text", name="Files to search"), "out/")
        wait_rows(window, ["out/made.c, 1", "Line 1: ring_push"])


@case("unsaved text is what is searched")
def unsaved():
    with opened() as (window, _folder):
        window.type("ring_push_unsaved ")
        search(window, "ring_push_unsaved")
        wait_rows(window, ["src/main.c, 1", "Line 1: ring_push_unsaved #include <stdio.h>"])


@case("replaces by way of the review, in files and in an open buffer, and takes it back")
def replaces():
    with opened() as (window, folder):
        window.type("ring_push ")
        search(window, "ring_push")
        window.wait_text("3 lines in 3 files")
        window.set_text(window.find(role="text", name="Replace with"), "ring_put")
        window.press("Review replacements")
        window.wait_text("Nothing is written before you press Apply.")
        assert (folder / "src/ring.c").read_text() == RING_C
        window.screenshot()
        window.key("ctrl+Return")
        window.wait_for(lambda: (folder / "src/ring.c").read_text() == RING_C.replace("ring_push", "ring_put"), what="the file")
        window.wait_for(lambda: (folder / "lib/user.h").read_text() == "ring_put (1);\n", what="the other file")
        # the page of the search follows what was written and what was taken back
        window.wait_text("Nothing found")
        window.key("ctrl+2", "alt+1")
        window.wait_for(lambda: any(window.text_of(node) == "ring_put " + MAIN_C for node in window.find_all(role="text", name="Editor")),
                        what="the open buffer")
        window.key("ctrl+alt+z")
        window.wait_for(lambda: (folder / "src/ring.c").read_text() == RING_C, what="undone")
        window.wait_for(lambda: (folder / "lib/user.h").read_text() == "ring_push (1);\n", what="undone")


@case("in the dark and in a narrow window")
def looks():
    for size, variant in (((700, 600), "light"), ((1280, 800), "dark")):
        with opened(size=size, settings={**SETTINGS, "style-variant": f"'{variant}'"}) as (window, _folder):
            search(window, "ring")
            window.wait_text("5 lines in 3 files")
            window.screenshot()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
