# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that asks for one address of the network: the question says which, and nothing else is reached."""

import socket

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case


class Listener:
    """Hears who comes."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(20)
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.path = self.address.replace(":", "/")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def heard(self):
        connection, _ = self.socket.accept()
        with connection:
            return connection.recv(99)

    def is_called(self):
        self.socket.settimeout(0.5)
        try:
            self.socket.accept()[0].close()
        except TimeoutError:
            return False
        return True


@case("asked for, granted once, and to that address only")
def granted():
    with Listener() as wanted, Listener() as other:
        line = f"echo hello >/dev/tcp/{wanted.path}; echo hello >/dev/tcp/{other.path} || echo refused-$((1+1))"
        command = calls("run_command", command=line, network=[wanted.address])
        with ScriptedServer([command, says("Done."), command, says("Not again.")]) as server, project() as folder, \
                EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
            window.find(role="label", name="test-model", timeout=20)
            chat.say(window, "Try the network")
            chat.wait_question(window, "May reach")
            tap.contains(chat.words(window), wanted.address, "the question")
            window.screenshot(tap.picture_name(""))
            tap.check(not window.exists(role="push button", name="Allow this command"), "it could be allowed for longer")
            chat.answer(window, "Allow")
            tap.equal(wanted.heard(), b"hello\n", "what was heard")
            chat.wait_words(window, "Done.")
            tap.contains(chat.terminal_text(window), "refused-2", "the terminal")
            tap.check(not other.is_called(), "another address was reached")

            chat.say(window, "Once more")
            chat.wait_question(window, "May reach")
            chat.answer(window, "Deny")
            chat.wait_words(window, "Not again.")
            tap.check(not wanted.is_called(), "it was reached without being allowed")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
