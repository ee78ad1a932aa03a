# SPDX-License-Identifier: GPL-3.0-or-later
"""A person opens, edits, saves and undoes, with keys and names that a screen reader says."""

import os
import re
import time

import chat
import desktop
import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case


NOT_SHARED = re.compile("^Not shared with the agent")


@case("type, save, undo")
def edit():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c") as window:
        wait_editor(window, MAIN_C)
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.type("/* new */\n")
        wait_editor(window, "/* new */\n" + MAIN_C)
        tap.equal((folder / "src/main.c").read_text(), MAIN_C, "the file before saving")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == "/* new */\n" + MAIN_C, what="the file saved")
        for _ in range(20):
            window.key("ctrl+z")
            if window.text_of(editor_of(window)) == MAIN_C:
                break
        wait_editor(window, MAIN_C)


@case("mixed line ends, a mark and a missing end are written back as they were")
def bytes_kept():
    content = b"\xef\xbb\xbfone\r\ntwo\nthree \t\r\nno end"
    with project(odd_dot_txt=content) as folder, EnclaveWindow(folder, folder / "odd.txt") as window:
        window.wait_text("three")
        window.click(editor_of(window))
        window.key("ctrl+End")
        window.type("x")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "odd.txt").read_bytes() == content + b"x", what="one letter more")
        window.key("BackSpace", "ctrl+s")
        window.wait_for(lambda: (folder / "odd.txt").read_bytes() == content, what="the file as it was")


@case("a line and a column on the command line are gone to")
def line_and_column():
    with project() as folder, EnclaveWindow(folder, f"{folder}/src/main.c:6:3") as window:
        window.find(role="push button", name="Line 6, column 3")
    with project() as folder, EnclaveWindow(folder, "+4", folder / "src/main.c") as window:
        window.find(role="push button", name="Line 4, column 1")


@case("closing with unsaved changes asks in the window")
def close_asks():
    with project() as folder, EnclaveWindow(folder, folder / "README.md") as window:
        wait_editor(window, "# Ringlog\n")
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.type("x")
        wait_editor(window, "x# Ringlog\n")
        window.key("ctrl+w")
        window.wait_text("Save changes to README.md before closing?")
        window.press("Cancel")
        wait_editor(window, "x# Ringlog\n")
        window.key("ctrl+q")
        window.wait_text("Save changes to README.md before closing?")
        window.press("Save")
        tap.equal(window.wait_exit(), 0, "exit status")
        tap.equal((folder / "README.md").read_text(), "x# Ringlog\n", "the file")


@case("a file that changed on disk is noticed and not overwritten")
def changed_on_disk():
    with project() as folder, EnclaveWindow(folder, folder / "README.md") as window:
        wait_editor(window, "# Ringlog\n")
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.type("mine ")
        wait_editor(window, "mine # Ringlog\n")
        time.sleep(0.05)
        (folder / "README.md").write_text("theirs\n")
        window.wait_text("README.md changed on disk.")
        window.key("ctrl+s")
        time.sleep(0.5)
        tap.equal((folder / "README.md").read_text(), "theirs\n", "the file")
        window.press("Cancel")
        window.press("Reload")
        wait_editor(window, "theirs\n")


@case("a file that another one was renamed over, as git does, is noticed: read again, or asked about")
def replaced_on_disk():
    def replace(folder, text):
        (folder / "other").write_text(text)
        os.replace(folder / "other", folder / "README.md")

    with project() as folder, EnclaveWindow(folder, folder / "README.md") as window:
        wait_editor(window, "# Ringlog\n")
        for text in ("theirs\n", "theirs again\n"):
            replace(folder, text)
            wait_editor(window, text)
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.type("mine ")
        replace(folder, "others\n")
        window.wait_text("README.md changed on disk.")
        wait_editor(window, "mine theirs again\n")


@case("a file that was deleted is made again by saving, without a question")
def deleted_on_disk():
    with project() as folder, EnclaveWindow(folder, folder / "README.md") as window:
        wait_editor(window, "# Ringlog\n")
        (folder / "README.md").unlink()
        window.wait_text("README.md is no longer on disk. Saving writes it again.")
        window.press("Save")
        window.wait_for((folder / "README.md").exists, 5)
        window.wait_for(lambda: "no longer on disk" not in window.all_text(), 5)
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file")


@case("an .editorconfig says how a text is indented and saved")
def editor_config():
    with project() as folder:
        (folder / ".editorconfig").write_text("root = true\n[*.txt]\nindent_style = tab\ntab_width = 3\n"
                                              "trim_trailing_whitespace = true\ninsert_final_newline = true\n")
        (folder / "list.txt").write_text("a\n  b\n  c\n  d\n")
        with EnclaveWindow(folder, folder / "list.txt") as window:
            wait_editor(window, "a\n  b\n  c\n  d\n")
            window.wait_text("Tabs: 3")
            window.click(editor_of(window))
            window.key("ctrl+End")
            window.type("e  ")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "list.txt").read_text() == "a\n  b\n  c\n  d\ne\n", 10)
            wait_editor(window, "a\n  b\n  c\n  d\ne\n")
            window.screenshot()


@case("a line for Vim in the text says how it is indented, more than an .editorconfig does")
def modeline():
    text = "if true; then\n# vim: set sw=3 et :\n"
    with project(_dot_editorconfig="root = true\n[*]\nindent_style = tab\n", run_dot_sh=text) as folder, \
            EnclaveWindow(folder, folder / "run.sh") as window:
        wait_editor(window, text)
        window.click(editor_of(window))
        window.key("ctrl+Home", "Tab")
        wait_editor(window, "   " + text)
        window.screenshot()


@case("saved by itself where that is wanted: once another pane has the focus, and not over what others changed")
def autosave():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings={"autosave": "true"}) as window:
        file = folder / "src/main.c"
        wait_editor(window, MAIN_C)
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.type("/* new */\n")
        window.key("ctrl+f")
        window.find(role="text", name="Find")
        window.key("Escape")
        tap.equal(file.read_text(), MAIN_C, "the file, while the focus was in the bar of its tab")
        window.key("ctrl+1")
        window.wait_for(lambda: file.read_text() == "/* new */\n" + MAIN_C, what="the file saved")
        window.key("ctrl+2")
        window.type("a")
        wait_editor(window, "/* new */\na" + MAIN_C)
        file.write_text("others\n")
        window.wait_text("main.c changed on disk")
        window.key("ctrl+1")
        time.sleep(1)
        tap.equal(file.read_text(), "others\n", "what others wrote")


@case("the line of the caret, and what is selected, wait in the terminal to be run")
def to_terminal():
    with project(run_dot_sh="echo first\necho second\n") as folder, \
            EnclaveWindow(folder, folder / "run.sh", settings={"discover-servers": "false", "terminal-shell": "'/bin/bash'"}) as window:
        wait_editor(window, "echo first\necho second\n")
        window.click(editor_of(window))
        window.key("ctrl+End", "Up", "ctrl+alt+Return")
        window.wait_for(lambda: "echo second" in chat.terminal_text(window), what="the line in the terminal")
        tap.check("\nsecond" not in chat.terminal_text(window), "it ran without Enter")
        window.key("Return")
        window.wait_for(lambda: "\nsecond" in chat.terminal_text(window), what="its output")


@case("an encoding that can't be told is chosen, kept, and changed into another")
def encoding():
    with project(old_dot_txt="Привет\n".encode("cp1251")) as folder, EnclaveWindow(folder, folder / "old.txt") as window:
        file = folder / "old.txt"

        def choose(current, menu, name):
            window.click(window.find(role="push button", name=current))
            window.press(menu, role="menu item")
            # both menus have one of this name
            found = window.find_all(role="menu item", name=name, showing=False)
            window.activate(found[-1 if menu.startswith("Read") else 0])

        wait_editor(window, "Ïðèâåò\n")
        choose("ISO-8859-1", "Read the file as", "WINDOWS-1251")
        wait_editor(window, "Привет\n")
        window.find(role="push button", name="WINDOWS-1251")
        window.screenshot()
        window.click(editor_of(window))
        window.key("ctrl+End")
        window.type("!")
        window.key("ctrl+s")
        window.wait_for(lambda: file.read_bytes() == "Привет\n!".encode("cp1251"), what="the file saved as it was read")
        choose("WINDOWS-1251", "Write the file as", "UTF-8")
        tap.equal(file.read_bytes(), "Привет\n!".encode("cp1251"), "the file before saving")
        window.click(editor_of(window))
        window.key("ctrl+s")
        window.wait_for(lambda: file.read_bytes() == "Привет\n!".encode(), what="the file in UTF-8")
        choose("UTF-8", "Read the file as", "EUC-JP")
        window.wait_text("are no text in EUC-JP")
        wait_editor(window, "Привет\n!")


@case("find counts the matches")
def find():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c") as window:
        wait_editor(window, MAIN_C)
        window.click(editor_of(window))
        window.key("ctrl+Home")
        window.key("ctrl+f")
        window.find(role="text", name="Find")
        window.type("in")
        # include, int, main
        window.wait_text("of 3")
        window.key("Escape")
        window.wait_for(lambda: "focused" in window.states(editor_of(window)), what="the focus back in the editor")


@case("a denied file opens for the person and says so")
def denied():
    with project() as folder, EnclaveWindow(folder, folder / ".env") as window:
        wait_editor(window, "TOKEN=secret\n")
        window.wait_text("Not shared with the agent: builtin:dotenv")


@case("the mark follows the deny-list, and a link to a denied file has it, too")
def mark_follows():
    with project(_dot_env="TOKEN=secret\n", notes_dot_md="words\n") as folder:
        (folder / "settings.txt").symlink_to(".env")
        with EnclaveWindow(folder, folder / "settings.txt", folder / "notes.md") as window:
            wait_editor(window, "words\n")
            tap.check(not window.exists(name=NOT_SHARED), "an allowed file is marked")
            policy = window.home / "config" / "enclave" / "policy"
            policy.parent.mkdir(parents=True, exist_ok=True)
            policy.write_text("notes.md\n")
            window.find(name=re.compile("^Not shared with the agent: user:"), timeout=20)
            policy.write_text("")
            window.wait_for(lambda: not window.exists(name=NOT_SHARED), what="the mark gone")
            window.key("ctrl+Page_Up")
            wait_editor(window, "TOKEN=secret\n")
            window.wait_text("Not shared with the agent: builtin:dotenv")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
