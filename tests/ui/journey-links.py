# SPDX-License-Identifier: GPL-3.0-or-later
"""A link in a reply: shown with where it leads, and opened only by asking."""

import pathlib
import shutil
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

ADDRESS = "https://example.org/rather/long?b=1&c=2"
QUESTION = "Open this address in your browser? That is outside Enclave’s walls."


def browser(home):
    """A browser that writes down what it is given, as the desktop knows its programs."""
    opened = home / "opened"
    folder = home / "data/applications"
    folder.mkdir(parents=True)
    (home / "browser").write_text(f'#!/bin/sh\nenv >"{opened}.env"; echo "$1" >>"{opened}"\n', encoding="utf-8")
    (home / "browser").chmod(0o755)
    (folder / "a-browser.desktop").write_text(f"[Desktop Entry]\nType=Application\nName=A browser\nExec={home}/browser %u\n"
                                              "MimeType=x-scheme-handler/https;\n", encoding="utf-8")
    (folder / "mimeapps.list").write_text("[Default Applications]\nx-scheme-handler/https=a-browser.desktop\n", encoding="utf-8")
    return opened


def press_link(window):
    """The reply is nothing but the link, which goes past the middle of the line. A question that still hides has the address too."""
    window.click(window.find(role="label", name=ADDRESS, within=window.find(role="list", name="Messages")))
    window.find(role="label", name=QUESTION)


@case("asked about, left, copied, opened")
def asked():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        opened = browser(home)
        with project() as folder, ScriptedServer([says(f"<{ADDRESS}>")]) as server, \
                EnclaveWindow(folder, settings=server.settings(), size=(1280, 800), home=home) as window:
            chat.say(window, "Where is it?")
            chat.wait_words(window, ADDRESS)
            chat.wait_idle(window)
            press_link(window)
            window.screenshot(tap.picture_name(""))
            tap.check("focused" in window.states(window.find(role="push button", name="Cancel")), "the focus is not on Cancel")
            window.key("Return")
            window.wait_for(lambda: not window.exists(role="label", name=QUESTION), what="the question gone")
            press_link(window)
            window.press("Copy address")
            window.wait_for(lambda: "focused" in window.states(chat.message(window)), what="the focus back in the message")
            window.key("ctrl+v")
            window.wait_for(lambda: ADDRESS in window.text_of(chat.message(window)), what="the address copied")
            tap.check(not opened.exists(), "it was opened")
            press_link(window)
            window.press("Open in browser")
            window.wait_for(opened.exists, what="the browser")
            window.wait_for(lambda: opened.read_text(encoding="utf-8") == ADDRESS + "\n", what="the address opened once")
            # What the window has set for itself would make it a browser without its proxy.
            inherited = opened.with_name(opened.name + ".env").read_text(encoding="utf-8")
            tap.check("GIO_USE_PROXY_RESOLVER" not in inherited and "GIO_USE_VFS" not in inherited, f"inherited: {inherited}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
