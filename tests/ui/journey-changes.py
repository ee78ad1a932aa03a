# SPDX-License-Identifier: GPL-3.0-or-later
"""Beside the review stand the files that change; an edit that has no place is told there, and asked for again."""

import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

WIDE, COMPACT = (1280, 800), (900, 600)
RING = "".join(f"int ring_{number};\n" for number in range(60))
HEAD = "#define RING_RECORD_MAX 512\n"


def block(path, old, new):
    return f"{path}\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n\n"


REPLY = ("Three edits:\n\n" + block("src/ring.c", "int ring_3;\n", "int ring_three;\n")
         + block("src/ring.c", "int ring_40;\nint ring_forty;\nint ring_42;\n", "int ring_x;\n")
         + block("src/ring.h", HEAD, HEAD + "#define RING_CAPACITY_MIN 2\n") + "That is all.")


def photograph(window, name):
    for style in ("dark", "light"):
        window.write_settings({**window.settings, "style-variant": f"'{style}'"})
        time.sleep(0.5)
        window.screenshot(tap.output_folder() / f"{name}-{style}.png")


def rows(window):
    return window.find_all(role="list item", within=window.find(role="list", name="Changed files"))


def row_names(window):
    return [row.name for row in rows(window)]


def wait_row(window, index, part):
    window.wait_for(lambda: len(rows(window)) > index and part in rows(window)[index].name, what=f"{part!r} in row {index}")


def focused_name(window):
    node = window.focused()
    return node.name or "" if node is not None else ""


@case("the files that change stand beside the review, an edit without a place at its end")
def changes():
    with project(src__ring_dot_c=RING, src__ring_dot_h=HEAD) as folder, \
            ScriptedServer([says(REPLY), says("I can't place it."), says("I have looked again.")]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=WIDE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, "Rename them")
        chat.wait_idle(window)
        window.key("ctrl+shift+e")
        wait_row(window, 1, "src/ring.h")
        tap.equal(row_names(window), ["src/ring.c, 1 added, 1 removed, 1 left", "src/ring.h, 1 added, 0 removed, 1 left"],
                  "what a screen reader says of the files")
        window.wait_text("1 edit has no place")
        page = window.find(name="Review changes", role="panel")
        for part in ("Not placed", "The old lines are not in the file. Block 2 of 3. Blocks 1, 3 were taken.", "int ring_forty;",
                     "41| int ring_40;", "43| int ring_42;"):
            window.wait_text(part, within=page)
        tap.check(not window.exists(name="Apply", role="push button", within=window.find(role="list", name="Changes")),
                  "what has no place can be applied")
        photograph(window, "c-changes")

        # By keys: the list follows the review, and the review the list.
        window.key("y")
        wait_row(window, 0, "accepted")
        window.key("ctrl+1")
        window.wait_for(lambda: "src/ring.c" in focused_name(window), what="the focus in the list of files")
        window.key("Down")
        window.wait_for(lambda: "selected" in window.states(rows(window)[1]), what="the second file")
        window.key("Return")
        window.wait_for(lambda: "src/ring.h, line" in focused_name(window), what="the focus on its hunk")
        window.key("r")
        wait_row(window, 1, "rejected")
        window.key("n")
        window.wait_for(lambda: "not placed" in focused_name(window), what="the focus on the next, which has no place")
        window.key("p")
        window.wait_for(lambda: "src/ring.h, line" in focused_name(window), what="the focus on the hunk before it")
        window.key("p", "p")
        window.wait_for(lambda: "selected" in window.states(rows(window)[0]), what="the first file again")
        window.press("All files", role="push button")
        window.wait_for(lambda: not window.exists(role="label", name="Changes"), what="the tree")
        window.press("All files", role="push button")
        window.wait_for(lambda: window.exists(role="label", name="Changes"), what="the changes")

        window.resize(*COMPACT)
        time.sleep(0.5)
        window.key("ctrl+2", "End")
        window.wait_for(lambda: "not placed" in focused_name(window), what="the focus on what has no place")
        time.sleep(0.5)
        window.screenshot(tap.output_folder() / "c-changes-900x600.png")
        window.resize(*WIDE)
        time.sleep(0.5)

        # Asked for again it is gone from here, and the model is told which.
        window.press("Ask again", role="push button")
        window.wait_for(lambda: len(server.requests()) == 3, what="the request")
        tap.contains(str(server.requests()[2]["messages"][-1]), "Your edit of @src/ring.c was not applied", "what was asked")
        window.wait_for(lambda: not window.exists(role="push button", name="Ask again"), what="the row gone")
        chat.wait_idle(window)


@case("an edit without a place is shown when nothing else was proposed; who writes on keeps the focus after Apply")
def alone():
    replies = [says("See:\n\n" + block("src/ring.c", "int nothing;\n", "int ring_x;\n")), says("I can't place it."),
               says("See:\n\n" + block("src/ring.c", "int ring_3;\n", "int ring_x;\n"))]
    with project(src__ring_dot_c=RING) as folder, ScriptedServer(replies) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=WIDE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, "Change it")
        chat.wait_idle(window)
        window.wait_text("1 edit has no place")
        photograph(window, "c-change-bar-missed")
        window.press("Show", role="push button")
        window.find(role="push button", name="Copy", within=window.find(name="Review changes", role="panel"))
        window.key("Escape")

        chat.say(window, "Once more")
        chat.wait_idle(window)
        window.key("ctrl+shift+e")
        wait_row(window, 0, "src/ring.c")
        # Apply ends a moment later, when the person is elsewhere.
        window.key("ctrl+Return", "ctrl+4")
        window.wait_for(lambda: "int ring_x;" in (folder / "src/ring.c").read_text(), what="the file")
        window.wait_for(lambda: not window.exists(role="label", name="Changes"), what="the end of the review")
        time.sleep(0.3)
        tap.check("focused" in window.states(chat.message(window)), f"the focus was taken away to {focused_name(window)!r}")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
