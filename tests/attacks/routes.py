# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways into the program: each runs one case and gives what came of it."""

import json
import os
import pty
import re
import select
import socket
import subprocess
import threading
import time

TIMEOUT_S = 30
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PATH_TOOLS = {
    "read_file": lambda path: {"path": path},
    "list_directory": lambda path: {"path": path},
    "write_file": lambda path: {"path": path, "content": "PWNED\n"},
    "edit_file": lambda path: {"path": path, "old_text": "T", "new_text": "PWNED"},
    "search_text": lambda path: {"path": path, "pattern": "T"},
    "git_diff": lambda path: {"path": path},
    "run_command": lambda command: {"command": command},
}


class Outcome:
    def __init__(self, status, data, error=None):
        self.status = status
        self.data = data
        self.error = error or {}
        self.text = data.decode("utf-8", "replace")
        # What the model or the user reads, without the wrapping.
        self.content = self.text

    def __repr__(self):
        return f"status {self.status}, error {self.error}, output {self.data[:600]!r}"


class Sink:
    """Listens where nobody may come."""

    def __init__(self, world):
        self.world = world
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0enclave-attacks-{self.port}")
        self.abstract.listen()
        self.named = []
        self.settle()

    def settle(self):
        """Again after each reset of the project."""
        for listener in self.named:
            listener.close()
        self.named = []
        for path in (self.world.home / "sink", self.world.project / "live.sock"):
            path.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(path))
            path.chmod(0o777)
            listener.listen()
            self.named.append(listener)
        link = self.world.project / "live-link.sock"
        link.unlink(missing_ok=True)
        link.symlink_to("live.sock")
        for listener in [self.tcp, self.udp, self.abstract, *self.named]:
            listener.setblocking(False)
        self.world.seen = self.world.look()

    def was_reached(self):
        for listener in [self.tcp, self.abstract, *self.named]:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                continue
            connection.close()
            return True
        try:
            return bool(self.udp.recv(100))
        except BlockingIOError:
            return False

    def close(self):
        for listener in [self.tcp, self.udp, self.abstract, *self.named]:
            listener.close()


class Engine:
    """A scripted server with a log of all that it is sent."""

    count = 0

    def __init__(self, program, world, script):
        Engine.count += 1
        script = {"models": [{"id": "scripted", "context": 65536}], **script}
        self.log = world.base / f"log-{Engine.count}"
        path = world.base / f"script-{Engine.count}.json"
        path.write_text(json.dumps(script))
        self.process = subprocess.Popen([program, "--port", "0", "--script", path, "--log", self.log], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"})
        self.address = f"127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def heard(self):
        return self.log.read_bytes() if self.log.exists() else b""


class Routes:
    def __init__(self, world, program, engine, sink):
        self.world, self.program, self.engine, self.sink = world, program, engine, sink

    def fill(self, what):
        if isinstance(what, str):
            return (what.replace("%P", str(self.world.project)).replace("%B", str(self.world.place))
                    .replace("%T", str(self.sink.port)).replace("%U", self.world.blob))
        if isinstance(what, dict):
            return {key: self.fill(value) for key, value in what.items()}
        if isinstance(what, (list, tuple)):
            return type(what)(self.fill(value) for value in what)
        return what

    def start(self, *words, more=None, **options):
        return subprocess.Popen([self.program, *words], cwd=self.world.project, env={**self.world.environment(), **(more or {})},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def call(self, *words, text=None, more=None):
        process = self.start(*words, more=more, stdin=subprocess.DEVNULL if text is None else subprocess.PIPE)
        try:
            out, err = process.communicate(text, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Outcome(None, out + err)
        outcome = Outcome(process.returncode, out + err)
        try:
            last = json.loads(out.splitlines()[-1]) if out else {}
            outcome.error = last.get("error") or {}
            outcome.content = last.get("content", outcome.text)
        except (ValueError, AttributeError, IndexError):
            pass
        return outcome

    def on_terminal(self, *words):
        child, master = pty.fork()
        if child == 0:
            os.chdir(self.world.project)
            os.execve(self.program, [self.program, *words], self.world.environment())
        data = b""
        end = time.monotonic() + TIMEOUT_S
        while time.monotonic() < end:
            if not select.select([master], [], [], 0.5)[0]:
                continue
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            data += piece
        else:
            os.kill(child, 9)
        os.close(master)
        return Outcome(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), data)

    def run(self, route, what):
        """Gives the outcome and what else must not hold a canary."""
        name, _, allowed = route.partition(":")
        what = self.fill(what)
        method = getattr(self, "route_" + name.replace("-", "_"), None)
        if method is not None:
            return method(what, allowed or "all")
        arguments = PATH_TOOLS[name](what) if isinstance(what, str) else what
        return self.call("--json", "tool", "call", name, json.dumps(arguments), "--approve", allowed or "all"), b""

    def route_run(self, line, _):
        return self.call("run", "--", "bash", "-c", line), b""

    def route_granted(self, line, _):
        """With one address that the user has granted, where somebody answers."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            def answer():
                while True:
                    try:
                        connection, _ = server.accept()
                    except OSError:
                        return
                    with connection:
                        connection.sendall(b"answer to " + connection.recv(100))

            threading.Thread(target=answer, daemon=True).start()
            port = str(server.getsockname()[1])
            outcome = self.call("run", "--network", "localhost:" + port, "--grant-network", "--", "bash", "-c", line.replace("%G", port))
            server.shutdown(socket.SHUT_RDWR)
            return outcome, b""

    def route_limited(self, line, _):
        """As a tool, with limits that are soon met."""
        settings = self.world.base / "xdg/config/glib-2.0/settings/keyfile"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("[dev/enclave/Enclave]\ncommand-max-processes=uint32 200\ncommand-max-memory-mib=uint32 300\n", encoding="utf-8")
        return self.call("--json", "tool", "call", "run_command", json.dumps({"command": line}), "--approve", "all",
                         more={"GSETTINGS_BACKEND": "keyfile"}), b""

    def route_pty_run(self, line, _):
        return self.on_terminal("run", "--", "bash", "-c", line), b""

    def check_shown(self, outcome):
        found = CONTROL.search(outcome.data.decode("utf-8", "replace").replace("\r\n", "\n"))
        if found:
            outcome.status = f"a terminal was sent {found.group()!r}"
        return outcome

    def route_pty_tool(self, what, allowed):
        name, arguments = what
        return self.check_shown(self.on_terminal("tool", "call", name, json.dumps(arguments), "--approve", allowed)), b""

    def route_pty_policy(self, path, _):
        return self.check_shown(self.on_terminal("policy", "check", path)), b""

    def route_policy(self, path, _):
        outcome = self.call("--json", "policy", "check", path)
        outcome.error = {"code": "denied"} if '"deny"' in outcome.text else {}
        return outcome, b""

    def route_apply(self, reply, _):
        return self.call("--json", "apply", "-", text=reply.encode()), b""

    def ask(self, script, *options, prompt="Go on.", shown=False):
        with Engine(self.engine, self.world, script) as engine:
            words = ["--endpoint", engine.address, "ask", *options, "--silence", "1", prompt]
            outcome = self.check_shown(self.on_terminal(*words)) if shown else self.call("--json", *words)
            return outcome, engine.heard()

    def route_ask(self, script, allowed):
        return self.ask(script, "--approve", allowed)

    def route_pty_ask(self, script, allowed):
        return self.ask(script, "--approve", allowed, shown=True)

    def route_ask_plan(self, script, allowed):
        return self.ask(script, "--mode", "plan", "--approve", allowed)

    def route_ask_ask(self, script, allowed):
        return self.ask(script, "--mode", "ask", "--approve", allowed)

    def route_mention(self, prompt, _):
        return self.ask({"replies": [{"events": [{"text": "Seen."}]}]}, prompt=prompt)

    def route_pty_models(self, script, _):
        with Engine(self.engine, self.world, script) as engine:
            return self.check_shown(self.on_terminal("--endpoint", engine.address, "models")), engine.heard()

    def route_endpoint(self, address, _):
        return self.call("--json", "--endpoint", address, "models"), b""

    def route_endpoint_proxied(self, address, _):
        proxy = f"http://127.0.0.1:{self.sink.port}"
        return self.call("--json", "--endpoint", address, "models", more={"http_proxy": proxy, "https_proxy": proxy, "all_proxy": proxy}), b""

    def route_swap(self, what, _):
        """A name that becomes another file again and again while it is asked for."""
        path, good, bad, tool = what
        project = self.world.project
        name = project / path.partition("/")[0]
        kind, target = bad.split(":")
        stopped = threading.Event()

        def place(source, hard):
            swap = project / "swap"
            swap.unlink(missing_ok=True)
            if hard:
                os.link(project / source, swap)
            else:
                swap.symlink_to(source)
            swap.replace(name)

        def flip():
            while not stopped.is_set():
                place(good, not (project / good).is_dir())
                place(target, kind == "hard")

        place(good, not (project / good).is_dir())
        thread = threading.Thread(target=flip)
        thread.start()
        data, status = b"", 0
        try:
            for _ in range(3 if tool == "run" else 12):
                if tool == "run":
                    outcome = self.call("run", "--", "sh", "-c", f"for i in $(seq 40); do cat {path}; done")
                else:
                    outcome, _ = self.run(tool, path)
                data += outcome.data
                status = None if outcome.status is None else status
        finally:
            stopped.set()
            thread.join()
            name.unlink(missing_ok=True)
            (project / "swap").unlink(missing_ok=True)
        return Outcome(status, data), b""

    def route_late(self, what, _):
        """A secret that comes while a command is running."""
        path, kind = what
        target = self.world.project / path
        process = self.start("run", "--", "sh", "-c", f"echo ready; for i in $(seq 25); do cat {path} 2>/dev/null; sleep 0.02; done",
                             stdin=subprocess.DEVNULL)
        data = process.stdout.readline()
        time.sleep(0.1)
        target.parent.mkdir(exist_ok=True)
        if kind == "hard":
            os.link(self.world.project / ".env", target)
        else:
            fresh = self.world.project / "fresh"
            fresh.write_text("TOKEN=" + self.world.canaries["late"] + "\n")
            fresh.replace(target)
        out, err = process.communicate(timeout=TIMEOUT_S)
        self.world.reset()
        return Outcome(process.returncode, data + out + err), b""
