# SPDX-License-Identifier: GPL-3.0-or-later
"""An input method works in the sealed window: it speaks over a socket of its own, which the seal leaves open."""

import contextlib
import json
import re
import shutil
import subprocess
import time

import chat
import desktop
import tap
import weston
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

WAYLAND = "enclave-input-method"
# What these keys write when they are those of a Korean keyboard.
KEYS, WORD = "gksrmf", "한글"


def ask(*words):
    done = subprocess.run(["ibus", *words], env=desktop.desktop().environment, text=True, capture_output=True, timeout=30, check=False)
    return done.stdout.strip()


@contextlib.contextmanager
def ibus():
    """Yields the address of the input method, with Korean as what is typed."""
    if shutil.which("ibus-daemon") is None or shutil.which("ibus") is None:
        raise tap.Skip("ibus is not installed")
    before = set(desktop.children())
    desktop.desktop()._start("ibus-daemon", ["--panel=disable", "--emoji-extension=disable"])  # pylint: disable=protected-access
    wait(lambda: "hangul" in ask("list-engine"), "the Korean engine of ibus (package ibus-hangul)")
    wait(lambda: ask("engine", "hangul") is not None and ask("engine") == "hangul", "the engine chosen")
    started = set(desktop.children()) - before
    desktop.own.update(started)
    try:
        yield ask("address")
    finally:
        desktop.end_processes(list(started))


def wait(condition, what):
    end = time.monotonic() + 30
    while not condition():
        tap.check(time.monotonic() < end, f"{what} did not come")
        time.sleep(0.1)


def is_sealed(window):
    window.press("Main menu")
    window.press("What Left This Machine")
    window.wait_text("Sealed: Enclave itself")
    window.key("Escape")


def compose(window):
    """Types the word, ended by a space."""
    window.type(KEYS, delay=100)
    time.sleep(0.5)
    window.key("space")


def settings_of(address):
    return {"GTK_IM_MODULE": "ibus", "IBUS_ADDRESS": address, "IBUS_ENABLE_SYNC_MODE": "1"}


def write_message(window):
    window.find(role="label", name="test-model", timeout=60)
    window.key("ctrl+4")
    window.wait_for(lambda: "focused" in window.states(chat.message(window)), what="the focus in the message")
    # The engine starts with Latin letters.
    window.key("shift+space")
    compose(window)
    window.wait_for(lambda: window.text_of(chat.message(window)) == WORD + " ", what="the word in the message")


def send_message(window, server):
    # The engine of Debian 12 keeps Return to itself in every GTK 4 text.
    window.press("Send")
    chat.wait_words(window, "Said.", timeout=30)
    tap.contains(json.dumps(server.requests()[-1], ensure_ascii=False), WORD, "what was sent")


class WaylandWindow(EnclaveWindow):
    """The window on @compositor, which is a window of the X server and gets the keys from there."""

    def __init__(self, *arguments, compositor, **more):
        self.compositor = compositor
        super().__init__(*arguments, **more)

    def environment(self):
        environment = super().environment()
        environment.pop("DISPLAY", None)
        return {**environment, "GDK_BACKEND": "wayland", "WAYLAND_DISPLAY": WAYLAND}

    def _await_window(self):
        def ready():
            self._application = self._find_application()
            return self._application is not None and self.frame() is not None

        self.wait_for(ready, timeout=60, what="a window")
        self.window = self.compositor
        self.xdotool("windowfocus", "--sync", self.window)

    def _photograph_failure(self):
        tap.note("stderr: " + self.stderr()[-2000:])


@contextlib.contextmanager
def nested_weston():
    """Yields the X window of a compositor."""
    with weston.running(WAYLAND, "--backend=x11-backend.so", "--shell=kiosk-shell.so") as log:
        yield re.search(r"window id (\d+)", log.read_text(errors="replace"))[1]


# Before the other: weston takes no X server whose keys ibus has had.
@case("Korean typed into a message of the sealed window on Wayland")
def wayland():
    with nested_weston() as compositor, ibus() as address, ScriptedServer([says("Said.")]) as server, project() as folder, \
            WaylandWindow(folder, compositor=compositor, settings=server.settings(), environment=settings_of(address)) as window:
        write_message(window)
        send_message(window, server)
        is_sealed(window)


@case("Korean typed into a message, a file and a terminal of the sealed window")
def korean():
    with ibus() as address, ScriptedServer([says("Said.")]) as server, project() as folder, \
            EnclaveWindow(folder, folder / "README.md", settings=server.settings(), size=(1280, 800),
                          environment=settings_of(address)) as window:
        write_message(window)
        window.screenshot(tap.picture_name(""))
        send_message(window, server)

        window.key("ctrl+2")
        window.wait_for(lambda: "focused" in window.states(window.find(role="text", name="Editor")), what="the focus in the editor")
        compose(window)
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "README.md").read_text(encoding="utf-8").startswith(WORD + " #"), what="the word in the file")

        window.key("ctrl+3")
        compose(window)
        window.wait_for(lambda: WORD in chat.terminal_text(window), what="the word in the terminal")
        is_sealed(window)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
