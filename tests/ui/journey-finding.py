# SPDX-License-Identifier: GPL-3.0-or-later
"""Going to any file, definition, line or command by a part of its name, and back to where one was; by keyboard alone."""

import contextlib

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}
RING_C = "".join(f"/* line {n} */\n" for n in range(1, 40)) + "int\nring_push (int value)\n{\n  return value;\n}\n"


@contextlib.contextmanager
def opened(size=(1280, 800), settings=SETTINGS, **files):
    with project(src__ring_dot_c=RING_C, src__deep__ring_reader_dot_c="int reader;\n", _dot_gitignore="out/\n",
                 out__ring_dot_o="int object;\n", **files) as folder, \
            EnclaveWindow(folder, folder / "src/main.c", settings=settings, size=size) as window:
        wait_text(window, MAIN_C)
        yield window, folder


def wait_text(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text for node in window.find_all(role="text", name="Editor")),
                    what=f"the text {text[:30]!r}")


def wait_line(window, text, line):
    def stands():
        node = window.focused()
        if node is None or node.name != "Editor" or window.text_of(node) != text:
            return False
        return text[:node.caret].count("\n") + 1 == line
    window.wait_for(stands, what=f"the caret in line {line}")


def rows(window):
    if not window.exists(role="list", name="Found"):
        return []
    found = window.find(role="list", name="Found")
    return [node.name for node in window.find_all(role="list item", within=found) if node.name]


def present(window, key):
    window.key(key)
    window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")


def find(window, key, text, first):
    present(window, key)
    window.type(text)
    window.wait_for(lambda: (rows(window) or [""])[0].startswith(first), what=f"{first!r} first")


@case("Ctrl+P goes to a file by a part of its name, and to a line of it")
def files():
    with opened() as (window, _folder):
        find(window, "ctrl+p", "rire", "ring_reader.c")
        window.key("Escape")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the focus back")
        find(window, "ctrl+p", "ring.c:41", "ring.c")
        assert not any("ring.o" in row for row in rows(window)), "an ignored file is listed"
        window.screenshot_with_popovers()
        window.key("Return")
        wait_line(window, RING_C, 41)


@case("the key of another list goes to that list, from within one")
def other_list():
    with opened() as (window, _folder):
        present(window, "ctrl+p")
        for key, text in (("ctrl+shift+p", ">"), ("ctrl+t", "#"), ("ctrl+alt+o", "@"), ("ctrl+p", "")):
            window.type("zz")
            window.key(key)
            window.wait_for(lambda: window.text_of(window.focused()) == text, what=f"the list of {key}")
        window.key("Escape")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the focus back")


@case("going to a line shows its beginning, also where lines are wider than the view")
def beginnings():
    wide = "".join(f"    int value_{n} = {n}; /* {'wide ' * 60}*/\n" for n in range(100))
    with opened(src__wide_dot_c=wide) as (window, _folder):
        find(window, "ctrl+p", "wide.c:50:9", "wide.c")
        window.key("Return")
        wait_line(window, wide, 50)
        node = window.focused()
        start = wide[:node.caret].rfind("\n") + 1
        assert node.caret == start + 8, node.caret
        window.wait_for(lambda: node.letter_box(start).x >= node.box().x, what="the beginning of the line in sight")
        # but the place that was asked for is shown first of all
        find(window, "ctrl+p", "wide.c:60:300", "wide.c")
        window.key("Return")
        wait_line(window, wide, 60)
        window.wait_for(lambda: node.box().x <= node.letter_box(node.caret).x < node.box().x + node.box().width, what="the caret in sight")


@case("a denied file has a lock and opens for the person")
def denied():
    with opened() as (window, _folder):
        find(window, "ctrl+p", ".env", ".env")
        assert "not shared with the agent: builtin:dotenv" in rows(window)[0], rows(window)
        window.key("Return")
        wait_text(window, "TOKEN=secret\n")


@case("recent files come first, arrows move, what is not there is said")
def recent():
    with opened() as (window, _folder):
        find(window, "ctrl+p", "README", "README.md")
        window.key("Return")
        wait_text(window, "# Ringlog\n")
        present(window, "ctrl+p")
        window.wait_for(lambda: [row.split()[0] for row in rows(window)[:2]] == ["README.md", "main.c"], what="recent first")
        window.key("Down", "Return")
        wait_text(window, MAIN_C)
        present(window, "ctrl+p")
        window.type("zzqq")
        window.wait_text("No file is called like this")
        window.key("Escape")


@case("Alt+, and Alt+. go back and forward over files and lines")
def back():
    with opened() as (window, _folder):
        find(window, "ctrl+p", "ring.c:30", "ring.c")
        window.key("Return")
        wait_line(window, RING_C, 30)
        present(window, "ctrl+p")
        window.type(":10")
        window.wait_for(lambda: rows(window)[:1] == ["Line 10"], what="the line")
        window.key("Return")
        wait_line(window, RING_C, 10)
        window.key("alt+comma")
        wait_line(window, RING_C, 30)
        window.key("alt+comma")
        wait_line(window, MAIN_C, 1)
        window.key("alt+period")
        wait_line(window, RING_C, 30)
        window.key("alt+period")
        wait_line(window, RING_C, 10)


@case("Ctrl+T and @ go to definitions")
def definitions():
    with opened() as (window, _folder):
        find(window, "ctrl+t", "ripu", "ring_push")
        window.key("Return")
        wait_line(window, RING_C, 41)
        find(window, "ctrl+p", "@push", "ring_push")
        window.key("Return")
        wait_line(window, RING_C, 41)
        # All of the file by a key, in its order, with the one at the caret selected.
        window.key("ctrl+alt+o")
        window.wait_for(lambda: rows(window)[:1] and "ring_push" in " ".join(rows(window)), what="the outline")
        lines = [int(row.rsplit(":", 1)[1]) for row in rows(window)]
        assert lines == sorted(lines), lines
        window.key("Return")
        wait_line(window, RING_C, 41)


@case("Ctrl+Shift+P has every command that can be done, with its keys, the used ones first")
def commands():
    with opened() as (window, _folder):
        present(window, "ctrl+shift+p")
        window.wait_for(lambda: len(rows(window)) > 8, what="commands")
        listed = rows(window)
        assert not any(row.startswith("Stop the agent") for row in listed), "what can't be done is listed"
        window.screenshot_with_popovers()
        window.type("dupl")
        window.wait_for(lambda: (rows(window) or [""])[0].startswith("Duplicate line"), what="the command")
        assert "Editor" in rows(window)[0] and "Alt" in rows(window)[0], rows(window)
        window.key("Return")
        wait_text(window, MAIN_C.replace("#include <stdio.h>\n", "#include <stdio.h>\n" * 2))
        present(window, "ctrl+shift+p")
        window.wait_for(lambda: (rows(window) or [""])[0].startswith("Duplicate line"), what="it first")
        window.key("Escape")
        # from the terminal as well, where Ctrl+P is the shell's
        window.key("ctrl+3")
        window.wait_for(lambda: window.focused() is not None and window.focused().name == "Terminal", what="the terminal")
        present(window, "ctrl+shift+p")
        window.key("Escape")


@case("in the dark and in a narrow window")
def looks():
    for size, variant in (((1280, 800), "dark"), ((700, 600), "light")):
        with opened(size=size, settings={**SETTINGS, "style-variant": f"'{variant}'"}) as (window, _folder):
            window.key("ctrl+2")
            find(window, "ctrl+p", "ring", "ring.c")
            window.screenshot_with_popovers()
            window.key("Escape")


@case("a pane without room comes for its command")
def comes():
    with opened(size=(700, 600)) as (window, _folder):
        window.key("ctrl+2")
        assert not window.exists(role="text", name="Message"), "the chat has room"
        # what is selected where nobody sees it is not thrown away
        present(window, "ctrl+shift+p")
        window.type("Move to the trash")
        window.wait_text("Nothing that can be done now is called like this")
        window.screenshot_with_popovers(tap.picture_name("-nothing"))
        window.key("Escape")
        find(window, "ctrl+shift+p", "Undo history", "Undo history")
        window.key("Return")
        window.wait_text("Nothing to Undo")
        window.key("Escape")
        window.find(role="text", name="Message")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
