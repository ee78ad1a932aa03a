# SPDX-License-Identifier: GPL-3.0-or-later
"""A tab goes to a window of its own, and is what it was: its text, its history, its place in the project."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case


NEW = "/* new */\n"


def editors(window):
    return window.find_all(role="text", name="Editor")


def texts(window):
    return sorted(window.text_of(editor) for editor in editors(window))


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b.c", *words], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


@contextlib.contextmanager
def moved(repository=False, **arguments):
    """A window with README.md, and another with src/main.c, to which a line was added that is not saved. The latter has the keyboard."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(project())
        if repository:
            for words in (("init", "--quiet", "-b", "main"), ("add", "src", "README.md"), ("commit", "--quiet", "-m", "First")):
                git(folder, *words)
        window = stack.enter_context(EnclaveWindow(folder, folder / "README.md", folder / "src/main.c", **arguments))
        window.wait_for(lambda: MAIN_C in texts(window), what="the file")
        first = window.window
        window.click(editors(window)[0])
        window.key("ctrl+Home")
        window.type(NEW)
        window.wait_for(lambda: NEW + MAIN_C in texts(window), what="what was typed")
        window.key("ctrl+shift+p")
        window.type("tab to a window")
        window.wait_text("Move the tab to a window of its own")
        window.key("Return")
        window.wait_for(lambda: len(window.frames()) == 2, what="a second window")
        second = window.wait_for(lambda: next((w for w in window._x_windows() if w != first), None), what="it on the screen")
        window.wait_for(lambda: texts(window) == sorted([NEW + MAIN_C, "# Ringlog\n"]), what="each text in its window")
        window.window = second
        window.focus()
        yield window, folder, first, second


@case("its text that is not saved and its history go along; it is saved from there")
def text_and_history():
    with moved() as (window, folder, first, second):
        window.screenshot()
        tap.equal((folder / "src/main.c").read_text(), MAIN_C, "the file before saving")
        window.key("ctrl+End")
        window.type("// end\n")
        window.wait_for(lambda: NEW + MAIN_C + "// end\n" in texts(window), what="the end typed")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == NEW + MAIN_C + "// end\n", what="the file saved")
        for _ in range(30):
            if MAIN_C in texts(window):
                break
            window.key("ctrl+z")
        window.wait_for(lambda: MAIN_C in texts(window), what="the text of before it went")


@case("there is one text of a file: going to it from the first window shows the second")
def one_text():
    with moved() as (window, _folder, first, second):
        window.window = first
        window.focus()
        window.key("ctrl+p")
        window.type("main.c")
        window.wait_text("src")
        window.key("Return")
        window.wait_for(lambda: NEW + MAIN_C in texts(window) and len(editors(window)) == 2, what="the two texts as they were")
        tap.check(MAIN_C not in texts(window), "the file was opened a second time")


@case("closed, the second asks for what is not saved; the first goes on")
def closing():
    with moved() as (window, folder, first, second):
        window.key("ctrl+w")
        window.wait_text("Save changes to main.c before closing?")
        window.press("Save")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == NEW + MAIN_C, what="the file saved")
        window.key("ctrl+w")
        window.wait_for(lambda: len(window.frames()) == 1, what="the second window gone")
        window.window = first
        window.focus()
        window.wait_text("# Ringlog")


@case("the first window closes, and the second goes on")
def first_goes():
    with moved() as (window, folder, first, second):
        window.window = first
        window.focus()
        window.key("ctrl+2", "ctrl+w")
        window.wait_for(lambda: len(editors(window)) == 1, what="the tab of the first window closed")
        window.key("ctrl+w")
        window.wait_for(lambda: len(window.frames()) == 1, what="the first window closed")
        window.window = second
        window.focus()
        window.key("ctrl+2", "ctrl+End")
        window.type("// end\n")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == NEW + MAIN_C + "// end\n", what="the file saved")


# What GDK says of a drop on the root window of X11, which the tab's window is made for in spite of it.
ROOT_DROP = "Drops for GDK_DRAG_PROTO_ROOTWIN must be handled internally"


def drag_out(window, name):
    """Takes the tab called @name by its title, and drops it where there is no window."""
    box = window.find_all(name=f"Close {name}" if isinstance(name, str) else name)[-1].box()
    x, y = int(box.x) - 60, int(box.y + box.height / 2)
    window.xdotool("mousemove", x, y, "mousedown", 1)
    for step in range(1, 21):
        window.xdotool("mousemove", x + (1900 - x) * step // 20, y + (1100 - y) * step // 20)
        time.sleep(0.03)
    time.sleep(0.3)
    window.xdotool("mouseup", 1)


@case("dragged out of its bar, a file's tab gets a window and a terminal's comes back")
def dragged():
    with project() as folder, EnclaveWindow(folder, folder / "README.md", folder / "src/main.c", size=(1280, 800), allow=[ROOT_DROP],
                                            settings={"discover-servers": "false"}) as window:
        window.wait_for(lambda: MAIN_C in texts(window), what="the file")
        terminal = re.compile("^Close sh")
        # the only tab of a bar stays in it
        window.key("ctrl+3", "ctrl+shift+t")
        window.wait_for(lambda: len(window.find_all(name=terminal)) == 2, what="a second terminal")
        time.sleep(0.5)
        drag_out(window, terminal)
        window.wait_for(lambda: ROOT_DROP in window.stderr() or len(window.frames()) > 1, what="the drop")
        window.wait_for(lambda: len(window.find_all(name=terminal)) == 2, what="the terminal back")
        time.sleep(1)
        tap.equal((len(window.frames()), len(window.find_all(name=terminal))), (1, 2), "windows and terminals")
        drag_out(window, "main.c")
        window.wait_for(lambda: len(window.frames()) == 2, what="a second window")
        window.wait_for(lambda: texts(window) == sorted([MAIN_C, "# Ringlog\n"]), what="each text in its window")


@case("git marks its changes: from one to the next, put back, staged; and what is committed meanwhile is seen")
def git_marks():
    with moved(repository=True, settings={"discover-servers": "false", "style-variant": "'dark'"}) as (window, folder, first, second):
        window.key("ctrl+2", "ctrl+End", "ctrl+alt+shift+n")
        # what was typed before the tab went is the first change
        window.wait_for(lambda: window.focused() is not None and window.focused().caret == 0, what="the caret at the change")
        time.sleep(0.5)
        window.screenshot()
        window.key("ctrl+alt+r")
        window.wait_for(lambda: MAIN_C in texts(window), what="the text of the last commit")
        window.key("ctrl+z")
        window.wait_for(lambda: NEW + MAIN_C in texts(window), what="it taken back")
        window.key("ctrl+s", "ctrl+Home")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == NEW + MAIN_C, what="the file saved")
        window.key("ctrl+alt+a")
        window.wait_for(lambda: git(folder, "diff", "--cached", "--name-only").strip() == "src/main.c", what="it staged")
        # nothing differs from what is staged, and so there is no change to go to
        window.key("ctrl+End")
        end = len(NEW + MAIN_C)
        window.wait_for(lambda: window.focused().caret == end, what="the caret at the end")
        time.sleep(1)
        window.key("ctrl+alt+shift+n")
        time.sleep(0.5)
        tap.equal(window.focused().caret, end, "the caret")


@case("killed, it is a tab of the project again, and its text that was not saved is offered")
def killed():
    with tempfile.TemporaryDirectory(prefix="windows-") as place:
        with moved(home=pathlib.Path(place)) as (window, folder, _first, _second):
            drafts = pathlib.Path(place)
            # its edits are in it one by one
            window.wait_for(lambda: any(b"\n" in file.read_bytes() for file in drafts.glob("**/enclave/drafts/*.draft")), what="a draft")
            time.sleep(1.2)
            window.wait_for(lambda: any(b"main.c" in file.read_bytes() for file in drafts.glob("**/enclave/windows/*.json")),
                            what="the tab kept")
            os.kill(window.process.pid, signal.SIGKILL)
            window.process.wait(20)
            with EnclaveWindow(folder, home=pathlib.Path(place)) as again:
                again.wait_text("Unsaved changes to main.c")
                again.press("Recover")
                again.wait_for(lambda: NEW + MAIN_C in texts(again), what="the text recovered")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
