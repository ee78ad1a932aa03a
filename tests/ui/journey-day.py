# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's work as somebody new does it, by keyboard alone: a project of 2,000 C files is opened, walked through, changed, built with a
mistake in it, mended, committed, and found again the next morning. One window from station to station, no model running.

ENCLAVE_DAY_PROJECT: a git repository with a Makefile to work in instead, cloned first. ENCLAVE_DAY_FILE and ENCLAVE_DAY_NAME: a source
of more than 32 KiB in it, and a function that is defined and used there."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import chat
import desktop
import sources
import tap
from enclave_window import COMPLETION_EMPTY, EnclaveWindow
from sources import git
from tap import case

SIZE = (1280, 800)
BUILD_SECONDS = 900
# The same list of GtkSourceView, placed in a frame in which its line is not on the screen yet.
COMPLETION_AWAY = r"Gdk-CRITICAL .*gdk_monitor_get_geometry: assertion 'GDK_IS_MONITOR"
POINTER = {"mousemove", "mousemove_relative", "click", "mousedown", "mouseup", "getmouselocation"}


class KeyboardWindow(EnclaveWindow):
    """One that has no pointer, and no way to press what the keyboard has not reached."""

    def xdotool(self, *arguments):
        tap.check(not POINTER & set(map(str, arguments)), f"the pointer was used: {arguments}")
        return super().xdotool(*arguments)

    def activate(self, node):
        raise AssertionError(f"{node.name!r} was pressed without the keyboard")

    def set_text(self, node, text):
        raise AssertionError(f"{node.name!r} was written without the keyboard")

    press = click = activate


class Day:
    """The window that goes from station to station, and the project it stands in."""

    def __init__(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="enclave-day-"))
        self.home = self.top / "home"
        self.folder = self.top / "project"
        given = os.environ.get("ENCLAVE_DAY_PROJECT")
        self.file = os.environ.get("ENCLAVE_DAY_FILE", "src/core/table.c")
        self.name = os.environ.get("ENCLAVE_DAY_NAME", "table_entry_007")
        self.own = given is None
        if given:
            subprocess.run(["git", "clone", "--quiet", f"file://{pathlib.Path(given).resolve()}", str(self.folder)], check=True)
            git(self.folder, "branch", "topic", "HEAD~1")
        else:
            sources.make(self.folder)
        self.main = git(self.folder, "branch", "--show-current").strip()
        self.window = None

    def start(self, *arguments):
        settings = None if self.home.exists() else {"language-servers": "true", "discover-servers": "true", "terminal-shell": "'/bin/bash'"}
        self.window = KeyboardWindow(*arguments, settings=settings, home=self.home, size=SIZE, allow=[COMPLETION_EMPTY, COMPLETION_AWAY],
                                     environment={"GSETTINGS_BACKEND": "keyfile"})
        self.window.__enter__()
        return self.window

    def end(self):
        if self.window is not None:
            self.window.__exit__(None, None, None)
        shutil.rmtree(self.top, ignore_errors=True)

    def text(self, name=None):
        return (self.folder / (name or self.file)).read_text(encoding="utf-8", errors="replace")

    def column_of(self, line):
        """How many letters of @line stand before the name."""
        return self.text().splitlines()[line - 1].index(self.name)

    def line_of(self, part, nth=0, name=None):
        """The number of the @nth line with @part."""
        return [n for n, line in enumerate(self.text(name).splitlines(), 1) if part in line][nth]


day = None
broken = False


def station(title):
    """A case that is left out once one before it has failed: it would stand somewhere else."""
    def register(function):
        def run():
            global broken  # pylint: disable=global-statement
            if broken:
                raise tap.Skip("a station before it failed")
            try:
                function(day.window)
                day.window.check_alive()
            except BaseException:
                broken = True
                day.window._photograph_failure()  # pylint: disable=protected-access
                raise
            day.window.screenshot_with_popovers(tap.picture_name(""))
        case(title)(run)
    return register


# What a person sees


def has_focus(name):
    node = day.window.focused()
    return node is not None and (name(node) if callable(name) else node.name == name)


def wait_focus(name):
    try:
        day.window.wait_for(lambda: has_focus(name), what="the focus")
    except AssertionError as error:
        node = day.window.focused()
        raise AssertionError(f"the focus is on {node and (node.role, node.name)}, not on {name}") from error


def editor_text():
    node = day.window.focused()
    return day.window.text_of(node) if node is not None and node.name == "Editor" else None


def caret_line():
    node = day.window.focused()
    if node is None or node.name != "Editor":
        return 0
    return day.window.text_of(node)[:node.caret].count("\n") + 1


def rows():
    window = day.window
    return [node.name for found in window.find_all(role="list", name="Found") for node in window.find_all(role="list item", within=found)]


def find(key, words, first):
    """Types @words in the list of @key and takes what is first."""
    window = day.window
    window.key(key)
    wait_focus("Find anything")
    window.type(words)
    window.wait_for(lambda: (rows() or [""])[0].startswith(first), what=f"{first!r} first")
    window.key("Return")


def go(name, line):
    find("ctrl+p", f"{name}:{line}", name.rsplit("/", 1)[-1])
    day.window.wait_for(lambda: caret_line() == line, what=f"line {line} of {name}")


def command(words):
    find("ctrl+shift+p", words, words)


def says(text, timeout=30):
    day.window.wait_for(lambda: text in chat.terminal_text(day.window), timeout, what=f"{text!r} in the terminal")


def save():
    day.window.key("ctrl+s")


def saved_as(check, what):
    day.window.wait_for(lambda: check(day.text()), what=what)


# The stations


@case("the folder is opened from the welcome page")
def welcome():
    global day, broken  # pylint: disable=global-statement
    broken = True
    day = Day()
    window = day.start()
    main = window.window
    wait_focus("Open folder…")
    window.key("Return")
    window.focus("Open a folder")
    window.type(str(day.folder))
    time.sleep(1)
    window.key("Return")
    window.wait_for(lambda: len(window.frames()) == 1, what="the dialog closed")
    window.window = main
    window.focus()
    window.wait_text("Makefile")
    window.wait_text("Go to a file")
    window.screenshot(tap.picture_name(""))
    broken = False


@station("any file by a part of its name, and a line of it")
def quick_open(window):
    line = day.line_of(day.name)
    go(day.file, line)
    window.key("ctrl+p")
    wait_focus("Find anything")
    # the key of another list goes there, and what was typed for this one goes
    window.type("zz")
    window.key("ctrl+shift+p")
    window.wait_for(lambda: window.text_of(window.focused()) == ">", what="the commands")
    window.key("ctrl+p")
    window.wait_for(lambda: window.text_of(window.focused()) == "", what="the files")
    window.key("Escape")
    wait_focus("Editor")


@station("the question about language servers is answered, and the keyboard is back in the text")
def question(window):
    if shutil.which("clangd") is None:
        return
    window.find(role="push button", name="Use")
    window.key("ctrl+shift+j")
    wait_focus("Use")
    window.key("Return")
    wait_focus("Editor")


@station("to a definition by its name")
def symbol(window):
    line = day.line_of(f"{day.name} (" if day.own else day.name)
    find("ctrl+t", day.name, day.name)
    window.wait_for(lambda: day.name in (editor_text() or "").split("\n")[caret_line() - 1], timeout=60, what=f"line {line}")


@station("to the definition from a use, to all uses, back and forward")
def definition(window):
    used = day.line_of(day.name, -1)
    go(day.file, used)
    window.key(*["Right"] * (day.column_of(used) + 2))
    if shutil.which("clangd") is None:
        return

    def arrives():
        window.key("F12")
        time.sleep(1)
        return caret_line() not in (0, used)
    window.wait_for(arrives, timeout=120, what="the definition")
    node = window.focused()
    start = window.text_of(node)[:node.caret].rfind("\n") + 1
    box = node.letter_box(start)
    tap.check(box is not None and box.x >= node.box().x, f"the beginning of the line is out of sight: {box}")
    there = caret_line()
    window.key("alt+comma")
    window.wait_for(lambda: caret_line() == used, what="the use again")
    window.key("alt+period")
    window.wait_for(lambda: caret_line() == there, what="the definition again")
    window.key("shift+F12")
    wait_focus("Filter")
    window.wait_text("places: " + day.name)
    window.key("Down", "Return")
    wait_focus("Editor")
    command("List all uses")
    wait_focus("Filter")
    window.key("ctrl+w")
    wait_focus("Editor")


@station("search with a regular expression, replace with a look at it first, and take it back")
def replace(window):
    before = day.text()
    pattern = day.name[:-1] + "[" + day.name[-1] + "]"
    window.key("ctrl+shift+f")
    wait_focus("Search in project")
    window.type(pattern)
    window.key("Tab", "Tab", "Tab")
    wait_focus("Regular expression")
    window.key("space")
    window.wait_for(lambda: re.search(r"\d+ lines? in \d+ file", window.all_text()), what="results")
    window.key("Tab", "Tab")
    wait_focus("Replace with")
    window.type(day.name + "_new")
    window.key("Tab", "Tab")
    wait_focus("Files to search")
    window.type(day.file)
    time.sleep(1)
    window.wait_text("in 1 file")
    window.key("alt+v")
    window.wait_text("Review changes", timeout=60)
    wait_focus(lambda node: node.role == "list item")
    window.screenshot(tap.picture_name("-review"))
    window.key("ctrl+Return")
    saved_as(lambda text: day.name + "_new" in text, "the replacement")
    window.wait_text("Applied 1 file")
    window.key("ctrl+alt+z")
    saved_as(lambda text: text == before, "the text as it was")
    wait_focus("Search in project")
    window.key("ctrl+w")
    wait_focus("Editor")


@station("comment, move, change all, columns, and a second view")
def edit(window):
    before = day.text()
    line = day.line_of(day.name, -1)
    go(day.file, line)
    window.key("ctrl+slash")
    window.wait_for(lambda: editor_text().split("\n")[line - 1].lstrip().startswith(("//", "/*")), what="a comment")
    window.key("ctrl+slash")
    window.wait_for(lambda: editor_text() == before, what="the text as it was")
    window.key("alt+Down")
    window.wait_for(lambda: day.name in editor_text().split("\n")[line], what="the line moved")
    window.key("alt+Up")
    window.wait_for(lambda: editor_text() == before, what="the text as it was")
    window.key("ctrl+Home")
    go(day.file, line)
    window.key(*["Right"] * (day.column_of(line) + 1))
    window.key("ctrl+F2")
    window.type("renamed")
    window.wait_for(lambda: "renamed" in editor_text() and day.name not in editor_text(), what="all changed")
    window.key("Escape")
    undo_to(before)
    go(day.file, 1)
    window.key("alt+shift+Insert", "shift+Down", "shift+Down")
    window.type("//")
    window.wait_for(lambda: [row[:2] for row in editor_text().split("\n")[:3]] == ["//"] * 3, what="three lines at once")
    window.key("Escape")
    undo_to(before)
    go(day.file, line)
    window.key("ctrl+backslash")
    wait_focus("Second view")
    node = window.focused()
    place = node.box()
    window.wait_for(lambda: place.y - 2 <= node.letter_box(node.caret).y < place.y + place.height, what="the caret in sight of the second view")
    window.key("ctrl+backslash")
    wait_focus("Editor")
    save()


def undo_to(text):
    def undone():
        if editor_text() == text:
            return True
        day.window.key("ctrl+z")
        return False
    day.window.wait_for(undone, what="the text as it was")


@station("a mistake, the build by a key, to the mistake, mended, built again, tested")
def build(window):
    line = day.line_of(day.name, -1)
    good = day.text()
    go(day.file, line)
    window.key("End")
    window.type("\n#error mistake")
    save()
    saved_as(lambda text: "#error mistake" in text, "the mistake saved")
    window.key("ctrl+shift+b")
    wait_focus("Cancel")
    window.key("Tab")
    wait_focus("Always in this project")
    window.key("Return")
    # the answer took its buttons away: without the focus no key would do anything
    wait_focus("Editor")
    window.wait_for(lambda: re.search(r"\d+ problems?", window.all_text()), timeout=BUILD_SECONDS, what="problems")
    window.screenshot(tap.picture_name("-failed"))
    window.key("ctrl+Home", "F4")

    def at_mistake():
        return "#error mistake" in (editor_text() or "").split("\n")[caret_line() - 1]
    if not day.own:
        # Others have warnings before it.
        for _ in range(50):
            time.sleep(0.3)
            if at_mistake():
                break
            window.key("F4")
    window.wait_for(at_mistake, what="the mistake")
    window.key("ctrl+shift+k")
    save()
    saved_as(lambda text: text == good, "it mended")
    window.key("ctrl+shift+b")
    window.wait_text("Ended with exit 0", timeout=BUILD_SECONDS)
    wait_focus("Editor")
    window.key("ctrl+F5")
    if not day.own:
        # Of tests the files of others may tell nothing: then a page asks for the command.
        window.wait_for(lambda: has_focus("Cancel") or "No file here tells how" in window.all_text(), what="the question about the tests")
        time.sleep(1)
        window.key("Return" if has_focus("Cancel") else "ctrl+w")
        wait_focus("Editor")
        return
    wait_focus("Cancel")
    window.key("Tab", "Tab")
    wait_focus("Run")
    window.key("Return")
    wait_focus("Editor")
    says("sum ")
    window.key("F5")
    window.wait_text("No file here tells how this project is run")
    time.sleep(1)
    window.type("./app --again\n")
    window.key("ctrl+w")
    wait_focus("Editor")
    window.key("F5")
    wait_focus("Cancel")
    window.wait_text("./app --again")
    window.key("Return")
    wait_focus("Editor")


@station("the terminal: search, the command before, a second one beside it")
def terminal(window):
    window.key("ctrl+3")
    window.wait_for(lambda: has_focus("Terminal"), what="the terminal")
    window.key("ctrl+shift+grave")
    time.sleep(2)
    window.type("echo needle; seq 1 60\n")
    says("\n60\n")
    window.key("ctrl+shift+f")
    wait_focus("Find in the terminal")
    window.type("needle")
    window.key("Escape")
    wait_focus("Terminal")
    window.key("ctrl+shift+Up")
    window.key("ctrl+shift+r")
    time.sleep(2)
    wait_focus("Terminal")
    window.type("echo beside-$((40 + 2))\n")
    says("beside-42")
    window.key("alt+shift+Left")
    window.type("git config user.name Ann; git config user.email ann@example.org; echo told-$((1 + 1))\n")
    says("told-2")
    window.key("ctrl+2")
    wait_focus("Editor")


@station("one change of two is staged and committed alone")
def commit(window):
    line = day.line_of(day.name, -1)
    go(day.file, 1)
    window.key("End")
    window.type(" // at the top")
    go(day.file, line)
    window.key("End")
    window.type(" // below")
    window.key("Escape")
    save()
    saved_as(lambda text: "// below" in text, "both saved")
    # the lists of words that were offered meanwhile are gone from the screen, and nothing is left in their place
    window.wait_for(lambda: len(window._x_windows()) == 1, what="one window on the screen")  # pylint: disable=protected-access

    def staged():
        window.key("ctrl+alt+a")
        time.sleep(1)
        return "// below" in git(day.folder, "diff", "--cached")
    window.wait_for(staged, timeout=60, what="the change staged")
    tap.check("// at the top" not in git(day.folder, "diff", "--cached"), "the other one was staged too")
    command("Show the changes of this file")
    window.wait_for(lambda: "+" in (editor_text() or "") and "// at the top" in (editor_text() or ""), what="the diff")
    window.key("ctrl+w")
    wait_focus("Editor")
    window.key("ctrl+alt+c")
    wait_focus("Commit message")
    window.wait_text("staged in part", timeout=60)
    window.type("Say it below")
    window.screenshot(tap.picture_name("-page"))
    window.key("ctrl+Return")
    window.wait_for(lambda: git(day.folder, "log", "-1", "--format=%s").strip() == "Say it below", timeout=60, what="the commit")
    shown = git(day.folder, "show", "HEAD")
    tap.check("// below" in shown and "// at the top" not in shown, "the commit has what was not staged")
    tap.contains(git(day.folder, "diff"), "// at the top", "what is left")
    window.wait_for(lambda: not window.exists(role="check box", name="Only what is staged"), timeout=60, what="the list anew")
    window.type("Say it at the top")
    window.key("ctrl+Return")
    window.wait_for(lambda: git(day.folder, "log", "-1", "--format=%s").strip() == "Say it at the top", timeout=60, what="the commit")
    tap.equal(git(day.folder, "diff", "HEAD"), "", "what is left")
    window.key("ctrl+w")
    wait_focus("Editor")


@station("who wrote a line, and the history of the file")
def blame(window):
    go(day.file, day.line_of("// below"))
    window.key("ctrl+alt+w")
    wait_focus(lambda node: node.name.startswith("Show commit"))
    window.wait_text("Ann")
    window.key("Escape")
    wait_focus("Editor")
    window.key("ctrl+alt+h")
    window.wait_text("Say it below", timeout=60)
    time.sleep(1)
    window.key("Return")
    window.wait_for(lambda: "Say it at the top" in (editor_text() or ""), timeout=60, what="the commit")
    window.key("ctrl+w")
    time.sleep(1)
    window.key("ctrl+w")
    wait_focus("Editor")


@station("to another branch and back")
def branches(window):
    for name in ("topic", day.main):
        window.key("ctrl+alt+b")
        wait_focus("Branch")
        window.type(name)
        window.wait_for(lambda: any(row.name.startswith(name) for row in window.find_all(role="list item")), what=f"the branch {name}")
        window.key("Return")
        window.wait_for(lambda: git(day.folder, "branch", "--show-current").strip() == name, timeout=60, what=name)
        wait_focus("Editor")
    window.wait_for(lambda: "// below" in editor_text(), what="the text of the branch")


@station("a file is renamed in the tree, closed and opened again")
def rename(window):
    go("README.md", 1)
    window.key("ctrl+1")
    window.wait_for(lambda: has_focus(lambda node: "README.md" in node.name or node.role == "list item"), what="the tree")
    window.key("F2")
    window.find(role="text", name="New name of README.md")
    window.key("ctrl+a")
    window.type("GUIDE.md\n")
    window.wait_for(lambda: (day.folder / "GUIDE.md").exists(), what="the new name")
    window.find(name="Close GUIDE.md")
    window.key("ctrl+2")
    wait_focus("Editor")
    window.key("ctrl+w")
    window.wait_for(lambda: not window.exists(name="Close GUIDE.md"), what="the tab closed")
    window.key("ctrl+shift+t")
    window.find(name="Close GUIDE.md")
    wait_focus("Editor")
    # a page that was called from a text goes back to that text
    go(day.file, 1)
    window.key("ctrl+alt+c")
    wait_focus("Commit message")
    window.key("ctrl+w")
    window.wait_for(lambda: editor_text() == day.text(), what="the text that the page was called from")


@station("help, a preference, and another key for a command")
def preferences(window):
    main = window.window
    settings = window.settings_file().read_text(encoding="utf-8")

    def back(title):
        """From the window called @title."""
        for _ in range(2):
            if len(window.frames()) > 1:
                window.key("Escape")
                time.sleep(1)
        window.wait_for(lambda: len(window.frames()) == 1, what=f"{title} closed")
        window.window = main
        window.focus()
        wait_focus("Editor")

    window.key("F1")
    window.focus("Help")
    window.wait_text("First steps")
    window.screenshot(tap.picture_name("-help"))
    back("Help")
    window.key("ctrl+comma")
    window.focus("Preferences")
    window.type("wrap")
    time.sleep(1)
    for _ in range(12):
        if window.settings_file().read_text(encoding="utf-8") != settings:
            break
        window.key("Tab")
        time.sleep(0.3)
        node = window.focused()
        if node is not None and node.role in ("toggle button", "check box", "switch", "list item"):
            window.key("space")
            time.sleep(1)
    window.screenshot(tap.picture_name("-preferences"))
    tap.check(window.settings_file().read_text(encoding="utf-8") != settings, "no preference was changed")
    back("Preferences")
    window.key("ctrl+question")
    window.focus("Keyboard shortcuts")
    window.type("Duplicate line")
    time.sleep(1)
    for _ in range(6):
        if has_focus("Duplicate line"):
            break
        window.key("Tab")
        time.sleep(0.3)
    wait_focus("Duplicate line")
    window.key("Return")
    window.wait_text("Press the new key, or Backspace for none")
    top = window.wait_for(lambda: [one for one in window._x_windows() if one != main][-1:], what="the window of the key")  # pylint: disable=protected-access
    window.window = top[0]
    window.focus()
    window.key("ctrl+alt+d")
    window.wait_for(lambda: window.is_sensitive(window.find(role="push button", name="Set the key")), what="the key taken")
    window.screenshot(tap.picture_name("-key"))
    wait_focus("Set the key")
    window.key("Return")
    window.wait_for(lambda: "duplicate-line" in (window.read_setting("keys") or ""), what="the key kept")
    window.focus("Keyboard shortcuts")
    back("Keyboard shortcuts")
    before = editor_text()
    window.key("ctrl+alt+d")
    window.wait_for(lambda: editor_text() != before, what="the new key doing it")
    window.key("ctrl+z")
    window.wait_for(lambda: editor_text() == before, what="the text as it was")
    save()


@station("quit, and the next morning all is where it was")
def morning(window):
    go(day.file, 12)
    tap.equal(window.quit(), 0, "exit status")
    window.__exit__(None, None, None)
    window = day.start(day.folder)
    window.wait_for(lambda: caret_line() == 12, timeout=60, what="the text, the line and the keyboard in it")
    window.find(name="Close GUIDE.md")


@case("nothing was said that is a fault, and the day is over")
def evening():
    day.end()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
