# SPDX-License-Identifier: GPL-3.0-or-later
"""The window at every size, full and empty: nothing refuses a size, nothing is cut, what a person hid stays hidden and
what the window hid comes back."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}
SIZES = ((1280, 800), (900, 600), (700, 600), (420, 480), (2560, 1440))
# In both directions and with jumps over the classes between.
WALK = SIZES + ((420, 480), (1280, 800), (700, 600), (900, 600), (420, 480), (900, 600), (2560, 1440), (700, 600))
# What has to be inside; not what scrolls, and no fillers: a page of a stack that is not shown keeps its last place.
PARTS = {"push button", "toggle button", "combo box", "panel", "text", "entry", "list"}


def shown(window):
    """The panes that are to be seen."""
    found = set()
    for name, role in (("Files", "panel"), ("Terminal", "panel"), ("Chat", None), ("Editor", None)):
        nodes = window.find_all(role, name) if name != "Editor" else [*window.find_all("text", "Editor"),
                                                                       *window.find_all("scroll pane", "No file open")]
        if nodes:
            found.add(name)
    return found


def expected(width):
    if width >= 1110:
        return {"Files", "Editor", "Terminal", "Chat"}
    return {"Editor", "Terminal", "Chat"} if width >= 810 else {"Editor", "Terminal"}


def check_nothing_cut(window, state):
    frame = window.frame().box()
    faults = []
    left_out = set()
    for node in window.walk(window.frame()):
        # The handle of a paned with one child is not drawn; it keeps the place where it was last.
        if node.item.parent in left_out or node.item.name == "GtkPanedHandle" or not window.is_showing(node):
            left_out.add(node.path)
            continue
        box = node.box()
        if box is not None and node.role in PARTS and (box.x < -1 or box.x + box.width > frame.width + 1 or box.y < -1
                                                       or box.y + box.height > frame.height + 1):
            faults.append(f"{node.role} {node.name!r} at {box.x},{box.y} of {box.width}×{box.height}")
        if node.role == "scroll pane":
            left_out.add(node.path)
    tap.check(not faults, f"{state}: outside of {frame.width}×{frame.height}:\n" + "\n".join(faults[:12]))


def resize(window, width, height):
    window.xdotool("windowsize", window.window, width, height)
    time.sleep(0.3)
    # A window that refuses takes its own size again.
    window.wait_for(lambda: window.geometry()[2:] == (width, height), what=f"a size of {width}×{height}")


def go_through(window, name):
    # The pane with the focus is the one that stays when there is room for one.
    window.key("ctrl+2")
    for width, height in WALK:
        resize(window, width, height)
        window.wait_for(lambda: shown(window) == expected(width),
                        what=f"{sorted(expected(width))} at {width}, there is {sorted(shown(window))}, which")
        check_nothing_cut(window, f"{name} {width}×{height}")
        window.screenshot(tap.picture_name(f"-{width}x{height}"))


@case("with a file, live from size to size")
def full():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        go_through(window, "full")


@case("with nothing open")
def empty():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        window.find(name="Files", role="list")
        go_through(window, "empty")


@case("the welcome page")
def welcome():
    with EnclaveWindow(settings=SETTINGS) as window:
        window.find(role="list item", name="Take the tour")
        for width, height in WALK[:8]:
            resize(window, width, height)
            check_nothing_cut(window, f"welcome {width}×{height}")
            window.screenshot(tap.picture_name(f"-{width}x{height}"))


@case("one pane at a time")
def single():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS) as window:
        for size in ((700, 600), (420, 480)):
            resize(window, *size)
            for key, panes in (("ctrl+1", {"Files"}), ("ctrl+4", {"Chat"}), ("ctrl+2", {"Editor", "Terminal"}),
                               ("F10", {"Chat"}), ("F10", {"Editor", "Terminal"}), ("F9", {"Files"})):
                window.key(key)
                window.wait_for(lambda: shown(window) == panes, what=f"{sorted(panes)} after {key}")
                check_nothing_cut(window, f"{key} at {size}")
            window.key("ctrl+2", "ctrl+h")
            window.find(role="text", name="Replace with")
            check_nothing_cut(window, f"find at {size}")
            window.key("Escape")


@case("what a person hid stays hidden, what the window hid comes back")
def hidden():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, size=(1280, 800)) as window:
        window.key("F9")
        window.wait_for(lambda: "Files" not in shown(window), what="Files hidden")
        for size in ((900, 600), (700, 600), (1280, 800)):
            resize(window, *size)
        window.wait_for(lambda: shown(window) == {"Editor", "Terminal", "Chat"}, what="Chat back, Files not")
        window.key("F9")
        resize(window, 900, 600)
        window.wait_for(lambda: "Files" not in shown(window), what="Files hidden by the window")
        window.key("F9")
        window.wait_for(lambda: shown(window) == {"Files", "Editor", "Terminal"}, what="Files for Chat")
        resize(window, 1280, 800)
        window.wait_for(lambda: len(shown(window)) == 4, what="all panes back")


@case("sizes of panes are kept for the project over a restart")
def kept():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        with project() as folder:
            with EnclaveWindow(folder, settings=SETTINGS, home=home, size=(1280, 800)) as window:
                for name, change in (("Divider beside Files", 60), ("Divider beside Chat", -50)):
                    divider = window.find(name=name)
                    divider.set_value(divider.value() + change)
                    time.sleep(0.3)
                window.key("ctrl+grave")
                window.wait_for(lambda: "Terminal" not in shown(window), what="the terminal hidden")
                files = window.find("panel", "Files").box().width
                chat = window.find(name="Chat").box().width
                tap.equal(window.quit("ctrl+q"), 0, "exit status")
            with EnclaveWindow(folder, settings=None, home=home, size=(1280, 800),
                               environment={"GSETTINGS_BACKEND": "keyfile"}) as window:
                window.find(name="Files", role="list")
                window.wait_for(lambda: "Terminal" not in shown(window), what="the terminal still hidden")
                tap.equal(window.find("panel", "Files").box().width, files, "the width of Files")
                tap.equal(window.find(name="Chat").box().width, chat, "the width of Chat")
            with project() as other, EnclaveWindow(other, settings=None, home=home, size=(1280, 800),
                                                   environment={"GSETTINGS_BACKEND": "keyfile"}) as window:
                window.find(name="Files", role="list")
                tap.check("Terminal" in shown(window), "another project took the layout over")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def set_text_dots(dots):
    """What a desktop sets for text of another size; read by programs when they start."""
    value = f"Xft.dpi:\t{dots}\n" if dots else ""
    subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", value], check=True,
                   env=desktop.desktop().environment, timeout=20)


@case("text of twice the size")
def large_text():
    if shutil.which("xprop") is None:
        raise tap.Skip("xprop is not installed")
    try:
        set_text_dots(192)
        with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS) as window:
            window.find(role="text", name="Editor")
            for width, height in ((2560, 1440), (1280, 800), (900, 700), (700, 700)):
                resize(window, width, height)
                time.sleep(0.5)
                window.screenshot(tap.picture_name(f"-{width}x{height}"))
                check_nothing_cut(window, f"large text {width}×{height}")
    finally:
        set_text_dots(0)


@case("high contrast")
def contrast():
    for style in ("light", "dark"):
        with project() as folder, EnclaveWindow(folder, folder / "src/main.c", size=(1280, 800),
                                                settings={**SETTINGS, "style-variant": f"'{style}'"},
                                                environment={"ADW_DEBUG_HIGH_CONTRAST": "1"}) as window:
            window.find(role="text", name="Editor")
            time.sleep(0.5)
            window.screenshot(tap.picture_name(f"-{style}"))


def frames_seen(animated):
    """How many different pictures are seen in a second while a build goes on."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="still-"))
    try:
        (home / "config/gtk-4.0").mkdir(parents=True)
        (home / "config/gtk-4.0/settings.ini").write_text(f"[Settings]\ngtk-enable-animations={int(animated)}\ngtk-cursor-blink=0\n")
        with project(Makefile="all:\n\t@sleep 300\n") as folder, \
                EnclaveWindow(folder, settings=SETTINGS, home=home, size=(1280, 800)) as window:
            window.wait_text("Makefile")
            window.key("ctrl+2", "ctrl+shift+b")
            window.press("Run", timeout=20)
            window.find(role="push button", name="1 task is running", timeout=20)
            time.sleep(2)
            seen = set()
            for _ in range(8):
                done = subprocess.run(["import", "-silent", "-window", window.window, "rgb:-"], env=window.desktop.environment,
                                      stdout=subprocess.PIPE, timeout=60, check=True)
                seen.add(hashlib.sha256(done.stdout).digest())
            if not animated:
                window.screenshot()
            return len(seen)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("without animations nothing moves while a build goes on")
def still():
    moving = frames_seen(True)
    resting = frames_seen(False)
    tap.note(f"{moving} different pictures of 8 with animations, {resting} without")
    tap.check(moving >= 5, "nothing moves with animations either: the pictures tell nothing")
    tap.check(resting <= 2, "something moves")


@case("right to left, the panes mirror")
def right_to_left():
    library = os.environ.get("ENCLAVE_RIGHT_TO_LEFT")
    if library is None:
        raise tap.Skip("run by hand, without the library of the build")
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, size=(1280, 800),
                                            environment={"LD_PRELOAD": library}) as window:
        window.find(role="text", name="Editor")
        time.sleep(0.5)
        window.screenshot()
        files, chat = window.find("panel", "Files").box(), window.find(name="Chat").box()
        tap.check(files.x > chat.x, f"Files at {files.x}, Chat at {chat.x}")
        for size in ((1280, 800), (900, 600), (700, 600)):
            resize(window, *size)
            time.sleep(0.3)
            check_nothing_cut(window, f"right to left at {size}")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
