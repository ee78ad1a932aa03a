# SPDX-License-Identifier: GPL-3.0-or-later
"""An input method works in the sealed window: it speaks over a socket of its own, which the seal leaves open."""

import json
import shutil
import subprocess
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

# What these keys write when they are those of a Korean keyboard.
KEYS, WORD = "gksrmf", "한글"


def ask(*words):
    done = subprocess.run(["ibus", *words], env=desktop.desktop().environment, text=True, capture_output=True, timeout=30, check=False)
    return done.stdout.strip()


def start():
    """Returns: the address of the input method, with Korean as what is typed."""
    if shutil.which("ibus-daemon") is None or shutil.which("ibus") is None:
        raise tap.Skip("ibus is not installed")
    before = set(desktop.children())
    desktop.desktop()._start("ibus-daemon", ["--panel=disable", "--emoji-extension=disable"])  # pylint: disable=protected-access
    wait(lambda: "hangul" in ask("list-engine"), "the Korean engine")
    wait(lambda: ask("engine", "hangul") is not None and ask("engine") == "hangul", "the engine chosen")
    desktop.own.update(set(desktop.children()) - before)
    return ask("address")


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


@case("Korean typed into a message, a file and a terminal of the sealed window")
def korean():
    address = start()
    with ScriptedServer([says("Said.")]) as server, project() as folder, \
            EnclaveWindow(folder, folder / "README.md", settings=server.settings(), size=(1280, 800),
                          environment={"GTK_IM_MODULE": "ibus", "IBUS_ADDRESS": address, "IBUS_ENABLE_SYNC_MODE": "1"}) as window:
        window.find(role="label", name="test-model", timeout=30)
        window.key("ctrl+4")
        window.wait_for(lambda: "focused" in window.states(chat.message(window)), what="the focus in the message")
        # The engine starts with Latin letters.
        window.key("shift+space")
        compose(window)
        window.wait_for(lambda: window.text_of(chat.message(window)) == WORD + " ", what="the word in the message")
        # The engine of Debian 12 keeps Return to itself in every GTK 4 text.
        window.press("Send")
        chat.wait_words(window, "Said.", timeout=30)
        tap.contains(json.dumps(server.requests()[-1], ensure_ascii=False), WORD, "what was sent")
        window.screenshot(tap.picture_name(""))

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
