#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An MCP server over standard input and output with all that is no tool: resources, prompts, questions, a log, roots: offers-server.py [MODE]."""

import json
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
next_id = 0
level = "none"
n_lists = 0


def say(message):
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


def reply(request, result):
    say({"jsonrpc": "2.0", "id": request["id"], "result": result})


def refuse(request, code, message):
    say({"jsonrpc": "2.0", "id": request["id"], "error": {"code": code, "message": message}})


def notify(method, params):
    say({"jsonrpc": "2.0", "method": method, "params": params})


def text(value):
    return {"content": [{"type": "text", "text": value}]}


def tool(name, **properties):
    return {"name": name, "description": f"Does {name}", "inputSchema": {"type": "object", "properties": properties}}


def ask(method, params):
    """Asks the client and waits for its answer; other requests that come meanwhile wait."""
    global next_id
    next_id += 1
    wanted = f"q{next_id}"
    say({"jsonrpc": "2.0", "id": wanted, "method": method, "params": params})
    while True:
        message = json.loads(sys.stdin.readline())
        if message.get("id") == wanted and "method" not in message:
            return message
        if message.get("method") == "notifications/cancelled":
            return {"cancelled": True}
        waiting.append(message)


waiting = []

NICE = {"type": "object", "required": ["title", "severity"], "properties": {
    "title": {"type": "string", "title": "Title of the issue", "description": "One line, as it is listed", "minLength": 3, "maxLength": 60},
    "severity": {"type": "string", "title": "Severity", "oneOf": [{"const": "low", "title": "Low"}, {"const": "high", "title": "High"}]},
    "count": {"type": "integer", "title": "How often", "minimum": 1, "maximum": 10, "default": 2},
    "labels": {"type": "array", "title": "Labels", "items": {"type": "string", "enum": ["bug", "docs"]}, "default": ["bug"]},
    "notify": {"type": "boolean", "title": "Tell the team", "default": True},
    "mail": {"type": "string", "title": "Mail", "format": "email"}}}

SCHEMAS = {
    "ask": NICE,
    "ask_secret": {"type": "object", "properties": {"api_token": {"type": "string", "title": "API token"}}},
    "ask_markup": {"type": "object", "properties": {
        "a": {"type": "string", "title": "<b>Bold</b> & <span size='99999'>large</span>\u202e\x1b[31m\u200b", "description": "<a href='file:///etc'>x</a>"}}},
    "ask_deep": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "object"}}}}},
    "ask_many": {"type": "object", "properties": {f"f{i}": {"type": "string"} for i in range(5000)}},
    "ask_huge": {"type": "object", "properties": {"a": {"type": "string", "title": "t" * 200000, "enum": ["x" * 5000] * 300}}},
}


def read_resource(request):
    uri = request["params"]["uri"]
    if uri == "note://release":
        reply(request, {"contents": [{"uri": uri, "mimeType": "text/markdown", "text": "Release on Friday.\u202e\u200b\x1b[31m Ask Ada."}]})
    elif uri == "note://logo":
        reply(request, {"contents": [{"uri": uri, "mimeType": "image/png", "blob": "AAAA"}]})
    elif uri == "note://large":
        reply(request, {"contents": [{"uri": uri, "text": "line\n" * 400000}]})
    elif uri.startswith("note://issue/"):
        reply(request, {"contents": [{"uri": uri, "text": f"Issue {uri.rsplit('/', 1)[1]} is open."}]})
    elif uri == "note://key":
        reply(request, {"contents": [{"uri": uri, "text": "key AKIAIOSFODNN7EXAMPLE and ghp_abcdefghijklmnopqrstuvwxyz0123456789"}]})
    else:
        refuse(request, -32002, "Resource not found \x1b[31m")


def call(request):
    name = request["params"]["name"]
    meta = request["params"].get("_meta", {})
    if name in SCHEMAS:
        reply(request, text(json.dumps(ask("elicitation/create", {"message": "A new issue for the tracker.", "requestedSchema": SCHEMAS[name]}))))
    elif name == "roots":
        reply(request, text(json.dumps(ask("roots/list", {}))))
    elif name == "count":
        for i in range(4):
            notify("notifications/progress", {"progressToken": meta.get("progressToken"), "progress": i + 1, "total": 4, "message": f"part {i + 1}"})
            time.sleep(0.4)
        reply(request, text("counted"))
    elif name == "log":
        notify("notifications/message", {"level": "debug", "logger": "db", "data": "a detail"})
        notify("notifications/message", {"level": "error", "data": {"lost": 3}})
        reply(request, text(level))
    elif name == "ask_later":
        reply(request, text("done"))
        say({"jsonrpc": "2.0", "id": "late", "method": "elicitation/create", "params": {"message": "Now?", "requestedSchema": NICE}})
    elif name == "ask_take_back":
        say({"jsonrpc": "2.0", "id": "back", "method": "elicitation/create", "params": {"message": "Never mind", "requestedSchema": NICE}})
        time.sleep(0.3)
        notify("notifications/cancelled", {"requestId": "back"})
        reply(request, text("taken back"))
    elif name == "die":
        sys.exit(3)
    elif name == "mismatch" and n_lists < 2:
        refuse(request, -32020, "HeaderMismatch")
    elif name == "mismatch":
        reply(request, text(f"listed {n_lists} times"))
    else:
        refuse(request, -32602, "No such tool")


def handle(request):
    global level, n_lists
    method = request.get("method")
    params = request.get("params") or {}
    if method is None or "id" not in request:
        return
    if method == "initialize":
        capabilities = params["capabilities"]
        reply(request, {"protocolVersion": "2025-11-25", "serverInfo": {"name": "offers", "version": "1"},
                        "instructions": json.dumps(sorted(capabilities)),
                        "capabilities": {"tools": {}, "resources": {"listChanged": True}, "prompts": {}, "logging": {}}})
    elif method == "tools/list":
        n_lists += 1
        names = [*SCHEMAS, "roots", "count", "log", "ask_later", "ask_take_back", "die", "mismatch"]
        reply(request, {"tools": [tool(name) for name in names]})
    elif method == "logging/setLevel":
        level = params["level"]
        reply(request, {})
    elif method == "resources/list":
        if "cursor" not in params:
            reply(request, {"nextCursor": "2", "resources": [
                {"uri": "note://release", "name": "release", "title": "Release notes", "description": "What is new"},
                {"uri": "note://logo", "name": "Logo"}, {"uri": "no scheme", "name": "bad"}, 5, {"name": "none"},
                {"uri": "note://odd\u202e", "name": "odd"}]})
        else:
            reply(request, {"resources": [{"uri": "note://large", "name": "Large"}, {"uri": "note://key", "name": "Key"},
                                          {"uri": "note://gone", "name": "Gone"}, {"uri": "file:///etc/.env", "name": "env"}]})
    elif method == "resources/templates/list":
        if MODE == "no-templates":
            refuse(request, -32601, "Method not found")
        else:
            reply(request, {"resourceTemplates": [{"uriTemplate": "note://issue/{number}", "name": "issue", "title": "An issue"}]})
    elif method == "resources/read":
        read_resource(request)
    elif method == "prompts/list":
        reply(request, {"prompts": [
            {"name": "standup", "description": "What was done"},
            {"name": "review", "title": "Review", "description": "Review a change",
             "arguments": [{"name": "file", "description": "Which file", "required": True}, {"name": "style"}]}]})
    elif method == "prompts/get":
        if params["name"] == "review":
            reply(request, {"messages": [
                {"role": "user", "content": {"type": "text", "text": f"Review {params['arguments']['file']}.\u200b\x1b[31m"}},
                {"role": "assistant", "content": {"type": "text", "text": "With pleasure."}},
                {"role": "user", "content": {"type": "resource", "resource": {"uri": "note://rules", "text": "Be kind."}}}]})
        elif params["name"] == "standup":
            reply(request, {"messages": [{"role": "user", "content": {"type": "text", "text": "Say what was done yesterday."}}]})
        else:
            refuse(request, -32602, "No such prompt")
    elif method == "tools/call":
        call(request)
    elif method == "ping":
        reply(request, {})
    else:
        refuse(request, -32601, "Method not found")


while True:
    line = waiting.pop(0) if waiting else None
    if line is None:
        data = sys.stdin.readline()
        if not data:
            break
        line = json.loads(data)
    handle(line)
