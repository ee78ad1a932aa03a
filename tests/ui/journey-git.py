# SPDX-License-Identifier: GPL-3.0-or-later
"""git in the window: marks in tree and gutter, going back to what was, staging one change, the diff and a commit; by keyboard alone."""

import contextlib
import re
import subprocess
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project, write
from scripted_server import ScriptedServer, says
from tap import case

SETTINGS = {"discover-servers": "false"}
CHANGED = MAIN_C.replace("hello", "hi").replace("stdio", "stdlib")


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b.c", *words], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


@contextlib.contextmanager
def opened(size=(1280, 800), settings=SETTINGS):
    with project(lib__new_dot_h="int new;\n") as folder:
        git(folder, "init", "--quiet", "-b", "main")
        git(folder, "config", "user.name", "Person")
        git(folder, "config", "user.email", "person@example.org")
        git(folder, "add", "src", "README.md")
        git(folder, "commit", "--quiet", "-m", "First")
        write(folder / "src/main.c", CHANGED)
        with EnclaveWindow(folder, folder / "src/main.c", settings=settings, size=size) as window:
            window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == CHANGED, what="the file")
            window.wait_for(lambda: offers_commit(window), what="the commit among the commands")
            window.key("ctrl+2")
            yield window, folder


def offers_commit(window):
    """Whether the commands that a person finds by its name have the commit."""
    window.key("ctrl+shift+p")
    window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
    window.type("Commit")

    def names():
        return [node.name for found in window.find_all(role="list", name="Found")
                for node in window.find_all(role="list item", within=found)]

    def has_chosen():
        """All of them are there before what was typed has chosen some, or none: then there is no list."""
        return window.text_of(window.focused()).endswith("Commit") and all(re.search(".*".join("commit"), name, re.IGNORECASE) for name in names())

    window.wait_for(has_chosen, what="what matches")
    offered = any(re.match(r"Commit\s+Ctrl\+Alt\+C$", name) for name in names())
    window.key("Escape")
    window.wait_for(lambda: getattr(window.focused(), "name", "") != "Find anything", what="the finder gone")
    return offered


def command(window, words):
    """Chooses it from all commands once it can be done."""
    def is_first():
        window.key("ctrl+shift+p")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
        window.type(words)
        try:
            window.wait_for(lambda: any(node.name.startswith(words) for node in window.find_all(role="list item")), 2)
            return True
        except AssertionError:
            window.key("Escape")
            return False
    window.wait_for(is_first, what=words)
    window.key("Return")


def caret_line(window):
    node = window.focused()
    if node is None or node.name != "Editor":
        return 0
    return window.text_of(node)[:node.caret].count("\n") + 1


@case("the tree and the gutter show what is changed; a change goes back, another is staged alone")
def changes():
    with opened() as (window, folder):
        tree = window.find(role="list", name="Files")
        marks = lambda: [node.name for node in window.find_all(role="label", within=tree) if node.name in ("M", "N")]
        # lib with a new file alone, src with a changed one
        window.wait_for(lambda: marks() == ["N", "M", "M"], what="marks in the tree")
        command(window, "Next change since")
        window.wait_for(lambda: caret_line(window) == 6, what="the first change")
        window.screenshot()
        window.key("ctrl+alt+a")
        window.wait_for(lambda: '+  puts ("hi");' in git(folder, "diff", "--cached"), what="it staged")
        assert "stdlib" not in git(folder, "diff", "--cached")
        # what is staged is no change any more
        window.wait_text("Staged")
        window.key("ctrl+alt+shift+n")
        window.wait_for(lambda: caret_line(window) == 1, what="the other change")
        window.key("ctrl+alt+r")
        window.wait_for(lambda: window.text_of(window.focused()) == CHANGED.replace("stdlib", "stdio"), what="what was there")
        window.key("ctrl+z")
        window.wait_for(lambda: window.text_of(window.focused()) == CHANGED, what="the change again")


@case("the mark that a text begins with is no change, and stays when the first line is staged")
def marked():
    with project() as folder:
        bom = b"\xef\xbb\xbf"
        write(folder / "src/marked.c", bom + b"int a;\nint b;\n")
        git(folder, "init", "--quiet", "-b", "main")
        git(folder, "add", "src")
        git(folder, "commit", "--quiet", "-m", "First")
        write(folder / "src/marked.c", bom + b"int aa;\nint b;\nint c;\n")
        with EnclaveWindow(folder, folder / "src/marked.c", settings=SETTINGS, size=(1280, 800)) as window:
            window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == "int aa;\nint b;\nint c;\n", what="the file")
            window.key("ctrl+2", "ctrl+Home")
            command(window, "Next change since")
            window.wait_for(lambda: caret_line(window) == 3, what="the change at the end")
            window.key("ctrl+Home", "ctrl+alt+a")
            window.wait_text("Staged")
            tap.equal(subprocess.run(["git", "-C", folder, "show", ":src/marked.c"], check=True, stdout=subprocess.PIPE).stdout,
                      bom + b"int aa;\nint b;\n", "what is staged")
            # Back to what is staged: the change at the end goes, and the mark is there once.
            window.key("ctrl+End", "Up", "ctrl+alt+r")
            window.wait_for(lambda: window.text_of(window.focused()) == "int aa;\nint b;\n", what="what was there")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "src/marked.c").read_bytes() == bom + b"int aa;\nint b;\n", what="the file")


@case("the diff of a file, and a commit of what is chosen")
def commits():
    with opened() as (window, folder):
        command(window, "Show the changes of this file")
        window.wait_for(lambda: any("+#include <stdlib.h>" in window.text_of(node) for node in window.find_all(role="text", name="Editor")),
                        what="the diff")
        window.screenshot()
        window.key("ctrl+alt+c")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Commit message", what="the page")
        window.wait_for(lambda: window.exists(role="check box", name="src/main.c"), what="the changed file")
        assert window.exists(role="check box", name="lib/new.h"), window.all_text()
        assert not window.exists(role="check box", name=".env"), "a denied file is listed"
        assert not window.is_sensitive(window.find(role="push button", name="Commit"))
        window.click(window.find(role="check box", name="lib/new.h"))
        window.click(window.find(role="text", name="Commit message"))
        window.type("Say hi")
        window.screenshot()
        window.key("ctrl+Return")
        window.wait_for(lambda: git(folder, "log", "--format=%an %s", "-1") == "Person Say hi\n", what="the commit")
        assert git(folder, "show", "--name-only", "--format=") == "src/main.c\n"
        window.wait_for(lambda: not window.exists(role="check box", name="src/main.c"), what="the list anew")
        assert window.exists(role="check box", name="lib/new.h")
        nothing = "Nothing is changed since the last commit"
        assert nothing not in window.all_text(), window.all_text()
        window.click(window.find(role="check box", name="lib/new.h"))
        window.click(window.find(role="text", name="Commit message"))
        window.type("And a header")
        window.key("ctrl+Return")
        window.wait_text(nothing)
        window.key("ctrl+w")
        window.wait_for(lambda: not window.exists(role="text", name="Commit message"), what="the tab gone, and nothing left of it")


@case("a message is drafted by the model on request, from what is chosen, and is the person's to commit")
def drafted():
    reply = says("Here it is:\n\n```\nGreet the world\n\nIt was silent.\n```\n")
    with ScriptedServer([reply]) as server, opened(settings=server.settings()) as (window, folder):
        window.find(role="label", name="test-model", timeout=20)
        window.key("ctrl+alt+c")
        window.wait_for(lambda: window.exists(role="check box", name="src/main.c"), what="the changed file")
        window.click(window.find(role="check box", name="lib/new.h"))
        window.press("Ask for a message", role="push button")
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Commit message")) == "Greet the world\n\nIt was silent.",
                        what="the draft in the message")
        window.screenshot()
        asked = str(server.requests()[-1])
        tap.check("src/main.c" in asked and "stdlib" in asked, "the change was not sent")
        tap.check("TOKEN" not in asked, "a denied file was sent")
        tap.equal(git(folder, "log", "--format=%s"), "First\n", "the commits before the person's")
        window.press("Commit", role="push button")
        window.wait_for(lambda: git(folder, "log", "--format=%s", "-1") == "Greet the world\n", what="the commit")


@case("what is staged of a file is committed alone, as long as the person does not want all of it")
def staged_alone():
    with opened() as (window, folder):
        command(window, "Next change since")
        window.wait_for(lambda: caret_line(window) == 6, what="the first change")
        window.key("ctrl+alt+a")
        window.wait_for(lambda: '+  puts ("hi");' in git(folder, "diff", "--cached"), what="it staged")
        git(folder, "config", "--unset", "user.name")
        git(folder, "config", "--unset", "user.email")
        git(folder, "config", "user.useConfigOnly", "true")
        window.key("ctrl+alt+c")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Commit message", what="the page")
        window.wait_text("staged in part")
        tap.check(window.is_checked(window.find(role="check box", name="Only what is staged")), "all of it is what the page takes")
        tap.check(not window.is_sensitive(window.find(role="check box", name="src/main.c")), "a file can be chosen beside what is staged")
        window.type("Say hi")
        window.screenshot()
        window.key("ctrl+Return")
        # somebody new has not told git who they are
        window.wait_text("git does not know who you are yet")
        window.screenshot(tap.picture_name("-who"))
        git(folder, "config", "user.name", "Person")
        git(folder, "config", "user.email", "person@example.org")
        window.key("ctrl+Return")
        window.wait_for(lambda: git(folder, "log", "--format=%an %s", "-1") == "Person Say hi\n", what="the commit")
        tap.check("stdlib" not in git(folder, "show"), "what was not staged is in the commit")
        tap.contains(git(folder, "diff"), "+#include <stdlib.h>", "what is left")
        window.wait_for(lambda: not window.exists(role="check box", name="Only what is staged"), what="the choice gone")


@case("a memory file with a secret is told before it is committed, and goes only when the person insists")
def memory():
    with opened() as (window, folder):
        # In a folder that git knows nothing of yet.
        write(folder / ".github/copilot-instructions.md", "token: ghp_" + "x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B" + "\n")
        window.key("ctrl+2", "ctrl+alt+c")
        window.find(role="check box", name=".github/copilot-instructions.md", timeout=30)
        message = window.find(role="text", name="Commit message")
        window.set_text(message, "Say how to work here")
        window.press("Commit", role="push button")
        window.wait_text(".github/copilot-instructions.md holds what looks like a secret (github-token)")
        assert "Say how" not in git(folder, "log", "--format=%s")
        window.press("Commit", role="push button")
        window.wait_for(lambda: "Say how to work here" in git(folder, "log", "--format=%s"), what="the commit")


@case("a folder that is no repository has nothing of it")
def none():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        # As long as a repository needs to be found.
        end = time.monotonic() + 3
        while time.monotonic() < end:
            tap.check(not offers_commit(window), "a commit is offered")


@case("in the dark")
def dark():
    with opened(settings={**SETTINGS, "style-variant": "'dark'"}) as (window, _folder):
        command(window, "Next change since")
        window.wait_for(lambda: caret_line(window) == 6, what="the first change")
        window.screenshot()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
