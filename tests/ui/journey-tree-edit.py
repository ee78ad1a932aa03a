# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are made, renamed and put into the trash from the tree, by keyboard; an open tab goes with its file."""

import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case


def editor_with(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text
                                for node in window.find_all(role="text", name="Editor", showing=False)),
                    what=f"an editor to hold {text!r}")


def select(window, name):
    window.click(window.find(role="label", name=name))
    window.key("ctrl+1")


@case("a file is made where the selection is, opened, and a name that is taken is refused in words")
def make():
    with project() as folder, EnclaveWindow(folder) as window:
        window.wait_text("README.md")
        window.key("ctrl+1", "ctrl+n")
        window.find(role="text", name=f"New file in {folder.name}")
        window.type("README.md\n")
        window.wait_text("“README.md” is there already.")
        window.key("ctrl+a")
        window.type("a/b\n")
        window.wait_text("A name has no slash in it.")
        window.screenshot()
        window.key("ctrl+a")
        window.type("notes.txt\n")
        window.wait_for(lambda: (folder / "notes.txt").exists(), what="the file")
        editor_with(window, "")
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file that was there")
        window.key("ctrl+1", "ctrl+n")
        window.find(role="text", name=f"New file in {folder.name}")
        window.key("Escape")
        window.wait_for(lambda: not window.exists(role="text", name=f"New file in {folder.name}"), what="the row gone")


@case("a renamed file takes its tab along, and is saved under its new name")
def rename():
    with project() as folder, EnclaveWindow(folder, folder / "README.md") as window:
        editor_with(window, "# Ringlog\n")
        window.wait_text("README.md")
        select(window, "README.md")
        window.key("F2")
        window.find(role="text", name="New name of README.md")
        window.type("GUIDE\n")
        window.wait_for(lambda: (folder / "GUIDE.md").exists(), what="the new name")
        tap.check(not (folder / "README.md").exists(), "the old name is still there")
        window.key("ctrl+2", "ctrl+Home")
        window.type("x")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "GUIDE.md").read_text() == "x# Ringlog\n", what="the file saved")
        tap.check(not (folder / "README.md").exists(), "it was saved under its old name")


@case("a file goes to the trash, not away")
def trash():
    with project() as folder, EnclaveWindow(folder) as window:
        window.wait_text("README.md")
        select(window, "README.md")
        window.key("Delete")
        window.wait_for(lambda: "is in the trash" in window.all_text(), what="an answer")
        tap.check(not (folder / "README.md").exists(), "it is still there")
        trash = window.home / "data" / "Trash"
        tap.equal((trash / "files" / "README.md").read_text(), "# Ringlog\n", "the file in the trash")
        tap.contains((trash / "info" / "README.md.trashinfo").read_text(), f"{folder.name}/README.md", "where it came from")


@case("what went to the trash is taken back by the button of the note")
def undo_trash():
    with project() as folder, EnclaveWindow(folder) as window:
        window.wait_text("README.md")
        select(window, "README.md")
        window.key("Delete")
        window.wait_text("is in the trash")
        window.screenshot()
        window.press("Undo", role="push button")
        window.wait_for(lambda: (folder / "README.md").exists(), what="the file in its place")
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "its text")
        tap.check(not list((window.home / "data" / "Trash" / "info").iterdir()), "the trash still has a note of it")


@case("a file that can't go to the trash stays where it is")
def no_trash():
    with project() as folder, EnclaveWindow(folder) as window:
        window.wait_text("README.md")
        (window.home / "data" / "Trash").write_text("no folder")
        select(window, "README.md")
        window.key("Delete")
        window.wait_for(lambda: "Not moved to the trash" in window.all_text(), what="an answer")
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file")


tap.run()
