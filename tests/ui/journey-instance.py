# SPDX-License-Identifier: GPL-3.0-or-later
"""One program for all windows: a second start hands over and ends; what has no bus, no keyring or no place still starts."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project, write
from tap import case

SETTINGS = {"discover-servers": "false"}


def start_again(window, *arguments, status=0):
    """A second start beside @window: it must end by itself, soon. Returns what it said on stderr."""
    began = time.monotonic()
    done = subprocess.run([window.program, *map(str, arguments)], env=window.environment(), timeout=20, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    tap.equal(done.returncode, status, "exit status of the second start")
    tap.check(time.monotonic() - began < 10, "the second start took too long")
    return done.stderr


def titles(window):
    return sorted(frame.name for frame in window.frames())


@case("a file with a line and a column goes to the window that runs")
def hand_over_file():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        start_again(window, f"{folder}/src/main.c:6:3")
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        window.find(role="push button", name="Line 6, column 3")
        tap.equal(len(window.frames()), 1, "windows")


@case("a folder that is open is shown, another gets a window, --new-window makes one")
def hand_over_folder():
    with project() as folder, project() as other, EnclaveWindow(folder, settings=SETTINGS) as window:
        start_again(window, folder)
        time.sleep(0.5)
        tap.equal(titles(window), [folder.name], "windows")
        start_again(window, other)
        window.wait_for(lambda: titles(window) == sorted([folder.name, other.name]), what="a window for the other folder")
        start_again(window, "--new-window")
        window.wait_for(lambda: len(window.frames()) == 3, what="a third window")


@case("--standalone starts a program of its own")
def standalone():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        with EnclaveWindow("--standalone", settings=SETTINGS) as second:
            second.find(role="list item", name="Take the tour")
            tap.check(second.process.poll() is None, "it handed over")
        tap.equal(len(window.frames()), 1, "windows of the first")


def wait_editor(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text for node in window.find_all(role="text", name="Editor")),
                    what=f"the text {text!r}")


ELSEWHERE = "README.md is open in another Enclave as well. Save and close it there before you change it here."


@case("two programs with one file: the second warns, and no longer once the first has closed it")
def one_file_twice():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        with project(notes_dot_txt="notes\n") as folder, \
                EnclaveWindow("--standalone", folder, folder / "README.md", settings=SETTINGS, home=home, size=(1280, 800)) as window:
            window.find(role="text", name="Editor")
            with EnclaveWindow("--standalone", folder / "README.md", folder / "notes.txt", settings=SETTINGS, home=home,
                               size=(1280, 800)) as second:
                second.key("ctrl+Page_Up")
                second.wait_text(ELSEWHERE)
                second.screenshot(tap.picture_name(""))
                tap.check(ELSEWHERE not in window.all_text(), "the first is warned of the second")
                second.key("ctrl+Page_Down")
                wait_editor(second, "notes\n")
                tap.check("notes.txt is open" not in second.all_text(), "a file that is open once is warned of")
                window.focus()
                window.key("ctrl+2", "ctrl+w")
                window.wait_for(lambda: not window.exists(role="text", name="Editor"), what="the tab closed")
                second.focus()
                second.key("ctrl+2", "ctrl+Page_Up")
                wait_editor(second, "# Ringlog\n")
                second.wait_for(lambda: ELSEWHERE not in second.all_text(), what="the note gone")
            # One that is killed holds nothing.
            window.focus()
            window.key("ctrl+shift+t")
            window.find(role="text", name="Editor")
            window.process.kill()
            window.wait_exit()
            with EnclaveWindow("--standalone", folder / "README.md", home=home, size=(1280, 800)) as third:
                wait_editor(third, "# Ringlog\n")
                time.sleep(1)
                tap.check(ELSEWHERE not in third.all_text(), "a program that is gone is warned of")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("a folder that is not there is said, and the window goes on")
def missing_folder():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        start_again(window, f"{folder}/nowhere/")
        window.wait_text("nowhere does not exist yet")
        tap.equal(len(window.frames()), 1, "windows")


@case("an unknown option ends the second start, not the first")
def unknown_option():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        tap.contains(start_again(window, "--no-such-option", status=1), "--no-such-option")
        tap.contains(start_again(window, "+12", status=2), "+12")
        window.check_alive()


@case("without a session bus and without a keyring")
def no_bus():
    # Nothing can be asked without a bus: that it draws, stays and ends is what is left to see.
    with project() as folder:
        window = EnclaveWindow("--check-start", folder, settings=SETTINGS, wait=False,
                               environment={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "GTK_A11Y": "none"})
        with window:
            tap.equal(window.wait_exit(30), 0, "exit status")
            tap.check("CRITICAL" not in window.stderr(), window.stderr()[-1000:])


@case("without a display it says so")
def no_display():
    done = subprocess.run([os.environ["ENCLAVE_PROGRAM"]], timeout=30, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          env={"PATH": os.environ["PATH"], "HOME": "/dev/null/home", "GSETTINGS_BACKEND": "memory"})
    tap.equal(done.returncode, 1, "exit status")
    tap.check(done.stderr.strip(), "nothing was said")


@case("SIGTERM leaves every file whole")
def terminated():
    with project() as folder:
        write(folder / "large.txt", "line of text\n" * 200000)
        whole = (folder / "large.txt").read_bytes()
        before = sorted(path.name for path in folder.iterdir())
        with EnclaveWindow(folder, folder / "large.txt", settings=SETTINGS) as window:
            window.find(role="text", name="Editor")
            time.sleep(0.5)
            window.click(window.find(role="text", name="Editor"))
            window.key("ctrl+Home")
            window.type("x")
            window.key("ctrl+s")
            window.process.send_signal(signal.SIGTERM)
            window.wait_exit()
        found = (folder / "large.txt").read_bytes()
        tap.check(found in (whole, b"x" + whole), f"the file has {len(found)} bytes")
        tap.equal(sorted(path.name for path in folder.iterdir()), before, "files in the folder")


@case("the desktop starts it by its name and hands a folder over")
def activated():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        with project() as folder, EnclaveWindow("--gapplication-service", settings=SETTINGS, home=home,
                                                wait=False) as window:
            call = ["gdbus", "call", "--session", "--timeout", "20", "--dest", "dev.enclave.Enclave", "--object-path",
                    "/dev/enclave/Enclave", "--method", "org.freedesktop.Application.Open",
                    f"['{folder.as_uri()}']", "{}"]
            if shutil.which("gdbus") is None:
                raise tap.Skip("gdbus is not installed")
            window.wait_for(lambda: subprocess.run(call, env=window.environment(), check=False, timeout=30,
                                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0,
                            what="the folder handed over")
            window._await_window()  # pylint: disable=protected-access
            window.wait_for(lambda: titles(window) == [folder.name], what="the window of the folder")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
