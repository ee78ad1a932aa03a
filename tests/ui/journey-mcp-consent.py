# SPDX-License-Identifier: GPL-3.0-or-later
"""An MCP server from its entry in a file to its tools: seen whole before it starts, confined, switched, and asked about when it changes."""

import json
import os

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
OLLAMA = {"listing": "ollama", "routes": {"/api/tags": {"json": {"models": [
    {"name": "chat:7b", "size": 4700000000, "digest": "a", "details": {"context_length": 32768}, "capabilities": ["completion", "tools"]}]}}}}

SERVER = '''
import json, os, sys
for line in sys.stdin:
    call = json.loads(line)
    if call.get("method") == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "notes", "version": "1"}}
    elif call.get("method") == "tools/list":
        result = {"tools": [
            {"name": "read_note", "description": "Read a note.", "inputSchema": {"type": "object", "properties": {"who": {"type": "string"}}}},
            {"name": "list_notes", "description": "List all notes of the team.", "inputSchema": {"type": "object"}}]}
    elif call.get("method") == "tools/call":
        result = {"content": [{"type": "text", "text": "The note of " + call["params"]["arguments"]["who"]}]}
    elif "id" in call:
        print(json.dumps({"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32601, "message": "no"}}), flush=True)
        continue
    else:
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": result}), flush=True)
'''


def write_config(window, servers):
    folder = window.home / "config" / "enclave"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "mcp.json").write_text("{\n  // mine\n  \"mcpServers\": " + json.dumps(servers) + ",\n}\n", encoding="utf-8")
    os.chmod(folder / "mcp.json", 0o600)


def open_page(window):
    window.focus()
    window.key("ctrl+comma")
    window.focus("Preferences")
    window.press("MCP servers", role="list item")
    window.wait_text("Tool budget")


@case("a server is looked at, allowed, started, and its tools are switched on one by one")
def start():
    replies = [calls("notes__read_note", "I look.", who="ada"), says("Read.")]
    with ScriptedServer(replies, **OLLAMA) as model, project() as folder:
        script = folder / "notes.py"
        script.write_text(SERVER, encoding="utf-8")
        (folder / ".vscode").mkdir()
        (folder / ".vscode" / "mcp.json").write_text('{"servers": {"theirs": {"command": "/bin/sh", "args": ["-c", "id"]}}}', encoding="utf-8")
        with EnclaveWindow(folder, settings=model.settings(), size=SIZE) as window:
            write_config(window, {"notes": {"command": "/usr/bin/python3", "args": ["${workspaceFolder}/notes.py"],
                                            "env": {"TOKEN": "s3cret"}},
                                  "tracker": {"command": "npx", "args": ["-y", "@example/no-such-tracker"]}})
            window.find(role="label", name="chat:7b", timeout=20)
            main = window.window
            open_page(window)
            window.wait_text("Waits for you", timeout=20)
            window.wait_text("would fetch @example/no-such-tracker from a registry, which Enclave never does")
            window.wait_text("The project proposes it; nothing has started")
            window.screenshot(tap.picture_name("-waits"))

            window.press("Look at it", role="push button")
            window.focus("notes")
            window.wait_text("Start this MCP server?")
            window.wait_text(f"argument: {folder}/notes.py")
            window.screenshot(tap.picture_name("-consent"))
            tap.check("s3cret" not in window.all_text(), "the value of a variable is shown")
            window.wait_for(lambda: window.is_sensitive(window.find(role="push button", name="Allow")), what="the answer to count")
            window.press("Allow", role="push button")
            window.focus("Preferences")
            window.wait_text("Running", timeout=30)
            window.wait_text("0 of 2 tools on")
            window.screenshot(tap.picture_name("-running"))

            window.press("notes", role="list item")
            window.wait_text("Read a note.")
            window.screenshot(tap.picture_name("-tools"))
            window.press("read_note", role="list item")
            window.wait_text("1 of 2 tools on")
            window.key("Escape")

            window.window = main
            window.focus()
            chat.say(window, "What does Ada note?")
            chat.wait_question(window, "read_note")
            window.screenshot(tap.picture_name("-asked"))
            chat.answer(window, "Allow")
            chat.wait_words(window, "Read.", timeout=30)
            first, second = model.requests()[-2:]
            names = [tool["function"]["name"] for tool in first["tools"]]
            tap.equal([name for name in names if "note" in name], ["notes__read_note"])
            tap.check("The note of ada" in str(second["messages"]), "the answer of the tool did not reach the model")

            # What it starts is another program: it waits again, and says what is different.
            script.write_text(SERVER + "# changed\n", encoding="utf-8")
            open_page(window)
            switch = window.find(role="check box", name="notes")
            window.activate(switch)
            window.wait_text("Stopped")
            window.activate(switch)
            window.wait_text("What it starts has changed since you allowed it", timeout=20)
            window.press("Compare", role="push button")
            window.focus("notes")
            window.wait_text("It is not what you allowed before.")
            window.wait_text(f"- program: {folder}/notes.py")
            window.screenshot(tap.picture_name("-compare"))
            window.key("Escape")
            window.window = main


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
