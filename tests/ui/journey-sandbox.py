# SPDX-License-Identifier: GPL-3.0-or-later
"""The level of the sandbox as the window says it, where the system gives no namespaces to users."""

import json
import os
import pathlib
import shutil
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case


def launcher(folder):
    """The program as that system would start it."""
    path = pathlib.Path(folder) / "enclave"
    path.write_text(f'#!/bin/sh\nexec "{os.environ["ENCLAVE_WITHOUT_NAMESPACES"]}" "{os.environ["ENCLAVE_PROGRAM"]}" "$@"\n',
                    encoding="utf-8")
    path.chmod(0o755)
    return path


@case("reduced: said in the header, in words, and in the terminal")
def reduced():
    if shutil.which("fusermount3") is None or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise tap.Skip("this user can't mount a view with fusermount3")
    if os.geteuid() != 0:
        raise tap.Skip("what takes the namespaces from an ordinary user here takes the power from fusermount3 as well")
    command = calls("run_command", command="ls; cat .env; pwd")
    with tempfile.TemporaryDirectory() as place, ScriptedServer([command, says("Done.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800), program=launcher(place)) as window:
        window.find(role="label", name="test-model", timeout=20)
        window.press("Sandbox: reduced")
        window.wait_text("Commands run without namespaces")
        window.screenshot_with_popovers()
        window.key("Escape")
        chat.say(window, "Look around")
        chat.wait_question(window, "cat .env")
        chat.answer(window, "Allow")
        chat.wait_words(window, "Done.")
        said = chat.terminal_text(window)
        tap.contains(said, "[Enclave kept “.env” from this command: rule builtin:dotenv]", "the terminal")
        tap.contains(said.replace("\n", ""), "[In this command’s sandbox the project is at", "the terminal")
        tap.check((folder / ".env").read_text(encoding="utf-8").strip() not in said, "the denied file was shown")


@case("reduced: a server beside whose program a denied file lies is refused, with what to do")
def refused_server():
    if shutil.which("fusermount3") is None or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise tap.Skip("this user can't mount a view with fusermount3")
    if os.geteuid() != 0:
        raise tap.Skip("what takes the namespaces from an ordinary user here takes the power from fusermount3 as well")
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory(prefix="enclave-home-") as home, \
            tempfile.TemporaryDirectory(prefix="notes-") as notes, project() as folder:
        (pathlib.Path(notes) / "package.json").write_text("{}", encoding="utf-8")
        (pathlib.Path(notes) / ".env").write_text("KEY=x\n", encoding="utf-8")
        program = pathlib.Path(notes) / "server.py"
        program.write_text("import sys\nsys.stdin.read()\n", encoding="utf-8")
        config = pathlib.Path(home) / "config" / "enclave"
        config.mkdir(mode=0o700, parents=True)
        (config / "mcp.json").write_text(json.dumps({"mcpServers": {"notes": {"command": "/usr/bin/python3", "args": [str(program)]}}}), encoding="utf-8")
        (config / "mcp.json").chmod(0o600)
        with EnclaveWindow(folder, size=(1280, 800), program=launcher(place), home=home) as window:
            window.find(role="label", name="Sandbox: reduced", timeout=20)
            window.focus()
            window.key("ctrl+comma")
            window.focus("Preferences")
            window.press("MCP servers", role="list item")
            window.wait_text("Waits for you")
            window.press("Look at it", role="push button")
            window.focus("notes")
            window.wait_for(lambda: window.is_sensitive(window.find(role="push button", name="Allow")), what="the answer to count")
            window.press("Allow", role="push button")
            window.focus("Preferences")
            window.wait_text("Failed")
            window.press("notes", role="list item")
            window.wait_text(f"{notes}/.env is denied, and at the level reduced it can’t be hidden from a server that lies in the same folder.")
            window.wait_text("Move the file or the program")
            window.screenshot(tap.picture_name(""))
            window.key("Escape")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
