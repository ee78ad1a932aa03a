# SPDX-License-Identifier: GPL-3.0-or-later
"""The level of the sandbox as the window says it, where the system gives no namespaces to users."""

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


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
