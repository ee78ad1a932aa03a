# SPDX-License-Identifier: GPL-3.0-or-later
"""A database of a test's own."""

import os
import pathlib
import pwd
import socket
import subprocess

POSTGRES = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=pathlib.Path("/nowhere"))


class Database:
    """PostgreSQL on a free port of loopback, in a folder of its own, for as long as the `with` lasts; by another user when this one is root."""

    def __init__(self, base):
        self.folder = base / "postgres"
        self.folder.mkdir()
        self.user = []
        if os.geteuid() == 0:
            who = pwd.getpwnam("nobody")
            os.chmod(base, 0o711)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
            self.user = ["setpriv", "--reuid", str(who.pw_uid), "--regid", str(who.pw_gid), "--clear-groups"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def run(self, program, *words, **more):
        return subprocess.run([*self.user, str(POSTGRES / program), *map(str, words)], check=True, capture_output=True, cwd="/",
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **more)

    @staticmethod
    def is_installed():
        return (POSTGRES / "initdb").exists()

    def execute(self, statements, database="postgres"):
        self.run("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "owner", "-d", database, "-v", "ON_ERROR_STOP=1", "-q", input=statements.encode())

    def __enter__(self):
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-U", "owner", "-A", "trust", "--no-sync")
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o",
                 f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off", "start")
        return self

    def __exit__(self, *unused):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
