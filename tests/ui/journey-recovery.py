# SPDX-License-Identifier: GPL-3.0-or-later
"""Enclave is killed, and told to end, with unsaved text; what was open and what was typed is there again."""

import contextlib
import os
import pathlib
import shutil
import signal
import tempfile
import time

import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case


@contextlib.contextmanager
def home():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="recovery-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_any(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text
                                for node in window.find_all(role="text", name="Editor", showing=False)),
                    what=f"an editor to hold {text!r}")


def drafts(place):
    return sorted(place.glob("**/enclave/drafts/*.draft"))


def wait_drafts(window, place, number, content=None):
    window.wait_for(lambda: len(drafts(place)) == number
                    and (content is None or any(content in file.read_bytes() for file in drafts(place))),
                    what=f"{number} drafts")


def end(window, number):
    os.kill(window.process.pid, number)
    window.process.wait(20)


def type_at_start(window, text):
    window.click(editor_of(window))
    window.key("ctrl+Home")
    window.type(text)


@case("killed, the typed text is offered, compared and recovered, and undo takes it back")
def killed():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            type_at_start(window, "lost? ")
            wait_drafts(window, place, 1, b"?")
            tap.equal(drafts(place)[0].stat().st_mode & 0o777, 0o600, "mode of the draft")
            time.sleep(1.2)
            end(window, signal.SIGKILL)
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file")
        with EnclaveWindow(folder, home=place) as window:
            window.wait_text("Unsaved changes to README.md")
            wait_editor(window, "# Ringlog\n")
            window.screenshot()
            window.press("Compare")
            window.wait_text("+lost? # Ringlog")
            window.key("ctrl+w")
            window.wait_text("Unsaved changes to README.md")
            window.press("Recover")
            wait_editor(window, "lost? # Ringlog\n")
            tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file, nothing being saved yet")
            window.key("ctrl+z")
            wait_editor(window, "# Ringlog\n")
            window.key("ctrl+shift+z")
            wait_editor(window, "lost? # Ringlog\n")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "lost? # Ringlog\n", what="the file saved")
            wait_drafts(window, place, 0)


@case("a crash of its own costs no typing, leaves a report that stays here, and is told once")
def crashed():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            type_at_start(window, "canary~ ")
            wait_drafts(window, place, 1, b"~")
            end(window, signal.SIGSEGV)
            tap.equal(window.process.returncode, -signal.SIGSEGV, "how it ended")
        reports = list(place.glob("**/enclave/crashes/*"))
        tap.equal(len(reports), 1, "reports")
        text = reports[0].read_text(encoding="utf-8", errors="replace")
        tap.contains(text, f"signal {int(signal.SIGSEGV)}\n", "the report")
        tap.contains(text, "enclave", "the report")
        tap.check("canary" not in text, "the report holds what was typed")
        tap.equal(reports[0].stat().st_mode & 0o777, 0o600, "mode of the report")
        with EnclaveWindow(folder, home=place, size=(1280, 800)) as window:
            window.wait_text(f"Enclave crashed the last time. Nothing was sent; a report is in {reports[0].parent}")
            window.screenshot(tap.picture_name(""))
            window.press("Recover")
            wait_editor(window, "canary~ # Ringlog\n")
            window.key("ctrl+s")
            wait_drafts(window, place, 0)
            window.quit()
        with EnclaveWindow(folder, home=place) as window:
            wait_editor(window, "canary~ # Ringlog\n")
            tap.check("crashed" not in window.all_text(), "it is told again")


@case("a file that can't be opened any more does not keep its unsaved text")
def file_gone():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            type_at_start(window, "hours of work ")
            wait_drafts(window, place, 1, b"k")
            time.sleep(1.2)
            end(window, signal.SIGKILL)
        (folder / "README.md").unlink()
        (folder / "README.md").mkdir()
        with EnclaveWindow(folder, home=place) as window:
            window.wait_text("Unsaved changes to README.md")
            window.screenshot()
            window.press("Open as new text")
            wait_any(window, "hours of work # Ringlog\n")
            wait_drafts(window, place, 1, b"hours of work")


@case("told to end in the middle of a word, all of it is kept, of a text without a file too")
def told_to_end():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            window.click(editor_of(window))
            window.key("ctrl+n")
            window.wait_text("Untitled 1")
            window.type("no name yet")
            wait_any(window, "no name yet")
            end(window, signal.SIGTERM)
            tap.equal(window.process.returncode, 0, "exit status")
        with EnclaveWindow(folder, home=place) as window:
            wait_any(window, "no name yet")
            window.wait_text("Untitled 1 ●")


@case("discarded, it does not come again")
def discarded():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            type_at_start(window, "x")
            wait_drafts(window, place, 1)
            end(window, signal.SIGKILL)
        with EnclaveWindow(folder, home=place) as window:
            window.wait_text("Unsaved changes to README.md")
            window.press("Discard")
            wait_drafts(window, place, 0)
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            assert "Unsaved changes" not in window.all_text(), "it came again"


@case("saved, or closed without saving, nothing is kept")
def nothing_kept():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            type_at_start(window, "x")
            wait_drafts(window, place, 1)
            window.key("ctrl+s")
            wait_drafts(window, place, 0)
            window.type("y")
            wait_drafts(window, place, 1)
            window.key("ctrl+w")
            window.wait_text("Save changes to README.md before closing?")
            window.press("Discard")
            wait_drafts(window, place, 0)


@case("the tabs of last time are there, in their order and at their lines")
def session():
    with home() as place, project(notes_dot_txt="".join(f"line {i}\n" for i in range(1, 60)), gone_dot_txt="x\n") as folder:
        with EnclaveWindow(folder, folder / "README.md", folder / "gone.txt", f"{folder}/notes.txt:31:3",
                           folder / "src/main.c", home=place) as window:
            wait_any(window, MAIN_C)
            window.wait_text("gone.txt")
            window.click(editor_of(window))
            window.key("ctrl+Page_Up")
            window.find(role="push button", name="Line 31, column 3")
            window.quit()
            tap.equal(window.wait_exit(), 0, "exit status")
        (folder / "gone.txt").unlink()
        with EnclaveWindow(folder, home=place) as window:
            window.find(role="push button", name="Line 31, column 3")
            text = window.all_text()
            for name in ("README.md", "notes.txt", "main.c"):
                tap.contains(text, name, "the window")
            window.click(editor_of(window))
            window.key("ctrl+Page_Down")
            wait_any(window, MAIN_C)


@case("a session file that is broken is put aside, one of a newer version is left alone")
def broken():
    with home() as place, project() as folder:
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            window.quit()
            window.wait_exit()
        file = next(place.glob("**/enclave/windows/*.json"))
        whole = file.read_bytes()
        file.write_bytes(whole[:-9])
        with EnclaveWindow(folder, home=place) as window:
            window.wait_text("What was open last can’t be read")
            tap.equal(pathlib.Path(f"{file}.bad").read_bytes(), whole[:-9], "what was put aside")
            window.quit()
            window.wait_exit()
        newer = whole.replace(b'"format":1', b'"format":2')
        assert newer != whole
        file.write_bytes(newer)
        with EnclaveWindow(folder, folder / "README.md", home=place) as window:
            wait_editor(window, "# Ringlog\n")
            window.quit()
            window.wait_exit()
        tap.equal(file.read_bytes(), newer, "the session of a newer version")


tap.run()
