# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver against a small window of its own: each thing that a journey relies on, and that faults are seen."""

import pathlib
import re

import desktop
import tap
from enclave_window import EnclaveWindow, NotFound
from tap import case


@case("finds, reads and presses")
def press():
    with EnclaveWindow() as window:
        entry = window.find(role="text", name="Name")
        window.set_text(entry, "world")
        tap.equal(window.text_of(entry), "world")
        window.press("Greet")
        window.wait_text("Hello, world")
        window.find(role="label", name=re.compile("^Hello"))
        tap.check(not window.exists(role="label", name="Ready"), "the old label is still there")


@case("types and sends keys")
def typing():
    with EnclaveWindow() as window:
        view = window.find(role="text", name="Text")
        window.click(view)
        window.wait_for(lambda: "focused" in window.states(window.find(name="Text")), what="focus in the text")
        window.type("int main (void)\n{\n}\n")
        window.wait_for(lambda: window.text_of(view) == "int main (void)\n{\n}\n", what="the typed text")
        window.key("ctrl+s")
        window.wait_text("Saved")


@case("clicks what has no action")
def click():
    with EnclaveWindow() as window:
        window.activate(window.find(role="check box", name="Check"))
        window.wait_text("Checked")
        tap.check(window.is_checked(window.find(name="Check")), "the box does not say that it is checked")


@case("an absent and an insensitive button are told apart")
def absent():
    with EnclaveWindow() as window:
        for name, words in (("Nowhere", "is not there"), ("Off", "is insensitive")):
            try:
                window.press(name, timeout=0.2)
            except NotFound as error:
                tap.contains(str(error), words)
            else:
                raise AssertionError(f"{name} was pressed")


@case("a warning fails the case")
def warning():
    try:
        with EnclaveWindow() as window:
            window.press("Complain")
            window.wait_for(window.complaints, what="a complaint")
    except AssertionError as error:
        tap.contains(str(error), "complaint on purpose")
    else:
        raise AssertionError("a warning went unseen")


@case("a warning that is expected does not")
def allowed():
    with EnclaveWindow(allow=["on purpose"]) as window:
        window.press("Complain")
        window.wait_for(lambda: "on purpose" in window.stderr(), what="a complaint")


@case("a child that outlives the window is seen and ended")
def leftover():
    try:
        with EnclaveWindow() as window:
            window.press("Leave child")
            window.wait_for(window.leftovers, what="a child")
    except AssertionError as error:
        tap.contains(str(error), "sleep 300")
    else:
        raise AssertionError("the child went unseen")
    tap.check(not [line for line in map(command_line, desktop.children()) if "sleep 300" in line], "the child lives")


def command_line(process):
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


@case("the end of the program is told with its status")
def ends():
    with EnclaveWindow() as window:
        tap.equal(window.quit(), 0, "exit status")
    with EnclaveWindow("fail", wait=False) as window:
        tap.equal(window.wait_exit(), 3, "exit status")


@case("sizes and pictures")
def sizes():
    with EnclaveWindow(size=(700, 600)) as window:
        tap.equal(window.geometry()[2:], (700, 600), "size")
        picture = pathlib.Path(window.screenshot())
        tap.check(picture.stat().st_size > 1000, "the picture is empty")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
