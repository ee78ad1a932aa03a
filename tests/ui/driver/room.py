# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in a network namespace where every packet is counted, and the one way into it: a socket of the file system."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

from enclave_window import EnclaveWindow


class RoomWindow(EnclaveWindow):
    """The window in a network namespace where every packet is counted, as `enclavectl airgap verify -- enclave` makes it.

    @starter: a command that starts the program, in place of the program itself."""

    def __init__(self, *arguments, starter=None, **more):
        self.inner = None
        super().__init__("--json", "airgap", "verify", "--", *(starter or [os.environ["ENCLAVE_PROGRAM"]]), *arguments,
                         program=os.environ["ENCLAVE_CTL"], **more)

    def _find_application(self):
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                name, rest = stat.read_text().split("(", 1)[1].rsplit(")", 1)
                if name == "enclave" and descends(int(rest.split()[1]), self.process.pid):
                    self.inner = int(stat.parent.name)
                    return self.desktop.accessibility().find_application(self.inner)
            except OSError:
                pass
        return None

    def _x_windows(self):
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.inner)], text=True, timeout=30, check=False,
                              env=self.desktop.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout.split()

    def report(self):
        return json.loads(self.stdout().splitlines()[-1])


def descends(process, ancestor):
    while process > 1 and process != ancestor:
        process = int(pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return process == ancestor


@contextlib.contextmanager
def socket_to(port):
    """A socket of the file system that leads to a port: into the room nothing else does."""
    folder = tempfile.mkdtemp(prefix="enclave-way-")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/model")
    listener.listen()

    def pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve():
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            other = socket.create_connection(("127.0.0.1", port))
            for pair in ((taken, other), (other, taken)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"{folder}/model"
    finally:
        listener.close()
        shutil.rmtree(folder, ignore_errors=True)
