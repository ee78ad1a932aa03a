# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers at an address: streamable HTTP of both eras, the old event stream, and what a bad one may try. Through `enclavectl mcp`."""

import http.server
import json
import pathlib
import queue
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ctl"))
from support import Project, case, main  # noqa: E402

LEGACY = "2025-11-25"
MODERN = "2026-07-28"
TOOL = {"name": "echo", "description": "Echo", "inputSchema": {"type": "object"}}


def result_of(request, version=LEGACY):
    method = request["method"]
    if method == "initialize":
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "mock", "version": "1"}}
    if method == "server/discover":
        return {"resultType": "complete", "supportedVersions": [MODERN], "capabilities": {"tools": {}}, "serverInfo": {"name": "mock", "version": "1"}}
    if method == "tools/list":
        return {"resultType": "complete", "tools": [TOOL]}
    return {"resultType": "complete", "content": [{"type": "text", "text": "echoed"}]}


class Mock:
    """One server; a subclass answers."""

    def __init__(self):
        self.seen = []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *unused):
                pass

            def handle_one(self):
                length = int(self.headers.get("Content-Length", "0"))
                body = json.loads(self.rfile.read(length)) if length else None
                owner.seen.append((self.command, self.path, dict(self.headers), body))
                try:
                    owner.answer(self, body)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            do_GET = do_POST = do_DELETE = handle_one

            def reply(self, status, body=b"", kind="application/json", **headers):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(data)

            def stream(self, **headers):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.close_connection = True

            def event(self, message=None, **fields):
                lines = [f"{name}: {value}\n" for name, value in fields.items()]
                if message is not None:
                    lines.append(f"data: {message if isinstance(message, str) else json.dumps(message)}\n")
                self.wfile.write(("".join(lines) + "\n").encode())
                self.wfile.flush()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/mcp"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def methods(self):
        return [body["method"] if body else command for command, _, _, body in self.seen]

    def answer(self, handler, body):
        handler.reply(405)


class Legacy(Mock):
    """Sessions, replies as JSON."""

    lost = False

    def answer(self, handler, body):
        if handler.command == "DELETE":
            handler.reply(200)
        elif handler.command != "POST":
            handler.reply(405)
        elif body["method"] == "server/discover":
            handler.reply(400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": "Server not initialized"}})
        elif body["method"] != "initialize" and handler.headers.get("Mcp-Session-Id") != "s-1":
            handler.reply(400)
        elif self.lost and body["method"] == "tools/call":
            handler.reply(404)
        elif "id" not in body:
            handler.reply(202)
        else:
            more = {"Mcp_Session_Id": "s-1"} if body["method"] == "initialize" else {}
            self.send(handler, {"jsonrpc": "2.0", "id": body["id"], "result": result_of(body)}, **more)

    def send(self, handler, message, **more):
        handler.reply(200, message, **more)


class Streaming(Legacy):
    """The same in streams, with keep-alives, other events and a notification before the answer."""

    def send(self, handler, message, **more):
        handler.stream(**more)
        handler.wfile.write(b"\xef\xbb\xbf: hello\r\n\r\n")
        handler.event("ignored", event="ping")
        handler.event({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "at it"}}, id="1")
        text = json.dumps(message, indent=1).split("\n")
        handler.wfile.write("".join(f"data:{line}\r" for line in text).encode() + b"\r")


class Resumed(Legacy):
    """The stream of a call ends before its answer, which comes to who takes it up again."""

    def answer(self, handler, body):
        if handler.command == "GET" and handler.headers.get("Last-Event-ID") == "e-7":
            handler.stream()
            handler.event({"jsonrpc": "2.0", "id": self.call, "result": result_of({"method": "tools/call"})}, id="e-8")
        elif handler.command == "POST" and body["method"] == "tools/call":
            self.call = body["id"]
            self.ended = time.monotonic()
            handler.stream()
            handler.event(id="e-7", retry="200", message="")
        else:
            super().answer(handler, body)


class Modern(Mock):
    broken = False

    def answer(self, handler, body):
        if handler.command != "POST" or handler.headers.get("MCP-Protocol-Version") != MODERN:
            handler.reply(400)
        elif handler.headers.get("Mcp-Method") != body["method"]:
            handler.reply(400, {"jsonrpc": "2.0", "id": body.get("id"), "error": {"code": -32020, "message": "header"}})
        elif self.broken and body["method"] == "tools/call":
            handler.stream()
            handler.event(id="1", retry="10", message="")
        elif "id" in body:
            handler.reply(200, {"jsonrpc": "2.0", "id": body["id"], "result": result_of(body)})
        else:
            handler.reply(202)


class Old(Mock):
    """2024-11-05: a stream of its own, and messages to where it says."""

    endpoint = "/messages?session=1"

    def __init__(self):
        self.messages = queue.Queue()
        super().__init__()

    def answer(self, handler, body):
        if handler.command == "GET":
            handler.stream()
            handler.event(self.endpoint, event="endpoint")
            while True:
                message = self.messages.get(timeout=20)
                handler.event(message, event="message")
        elif handler.path == "/messages?session=1":
            handler.reply(202, b"Accepted", kind="text/plain")
            if "id" not in body:
                return
            if body["method"] == "server/discover":
                self.messages.put({"jsonrpc": "2.0", "id": body["id"], "error": {"code": -32601, "message": "?"}})
            else:
                self.messages.put({"jsonrpc": "2.0", "id": body["id"], "result": result_of(body, "2024-11-05")})
        else:
            handler.reply(405)


def configure(project, url, **more):
    path = project.base / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"it": {"url": url, **more}}}))
    return str(path)


def mcp(project, url, *words, **more):
    return project.run("--json", "mcp", *words, "--agree", "--config", configure(project, url, **more))


def check(mock, **more):
    with Project() as project, mock:
        result = mcp(project, mock.url, "call", "it", "echo", "{}", **more)
        assert result.status == 0 and result.document()["content"] == "echoed", (result, mock.seen)


@case
def sessions():
    mock = Legacy()
    check(mock)
    assert mock.methods() == ["server/discover", "initialize", "notifications/initialized", "GET", "tools/list", "tools/call", "DELETE"] \
        or sorted(mock.methods()) == sorted(["server/discover", "initialize", "notifications/initialized", "GET", "tools/list", "tools/call", "DELETE"]), mock.methods()
    headers = mock.seen[-1][2]
    assert headers["Mcp-Session-Id"] == "s-1" and headers["MCP-Protocol-Version"] == LEGACY, headers
    assert "Mcp-Method" not in headers, headers


@case
def streams():
    check(Streaming())


@case
def a_stream_is_taken_up_again():
    mock = Resumed()
    check(mock)
    assert any(headers.get("Last-Event-ID") == "e-7" for command, _, headers, _ in mock.seen if command == "GET"), mock.seen


@case
def without_sessions():
    mock = Modern()
    check(mock)
    assert mock.methods() == ["server/discover", "tools/list", "tools/call"], mock.methods()
    headers = mock.seen[-1][2]
    assert headers["Mcp-Name"] == "echo" and "Mcp-Session-Id" not in headers, headers


@case
def a_broken_call_is_not_repeated():
    mock = Modern()
    mock.broken = True
    with Project() as project, mock:
        result = mcp(project, mock.url, "call", "it", "echo", "{}")
        assert result.status == 1, result
    assert mock.methods().count("tools/call") == 1, mock.methods()


@case
def the_old_transport():
    check(Old())
    check(Old(), type="sse")


@case
def an_endpoint_elsewhere_is_refused():
    for endpoint in ("http://127.0.0.1:1/messages", "//example.org/messages", "https://example.org/"):
        mock = Old()
        mock.endpoint = endpoint
        with Project() as project, mock:
            result = mcp(project, mock.url, "tools", "it", type="sse")
            assert result.status == 3 and result.document()["error"]["code"] == "address", (endpoint, result)
        assert mock.methods() == ["GET"], mock.methods()


@case
def redirects_are_refused():
    class Redirecting(Mock):
        def answer(self, handler, body):
            handler.reply(307, Location="http://127.0.0.1:1/mcp")

    with Project() as project, Redirecting() as mock:
        result = mcp(project, mock.url, "tools", "it")
        assert result.status == 3 and "redirect" in result.err, result
        assert len(mock.seen) == 1, mock.seen


@case
def a_token_goes_to_its_origin():
    class Guarded(Legacy):
        def answer(self, handler, body):
            if handler.headers.get("Authorization") == "Bearer s3cret-token":
                super().answer(handler, body)
            else:
                handler.reply(401, WWW_Authenticate="Bearer")

    check(Guarded(), headers={"Authorization": "Bearer s3cret-token"})
    with Project() as project, Guarded() as mock:
        result = mcp(project, mock.url, "tools", "it")
        assert result.status == 1 and result.document()["error"]["code"] == "unauthorized", result
        assert "initialize" not in mock.methods(), mock.methods()
        result = project.run("mcp", "tools", "it", "--config", configure(project, mock.url, headers={"Authorization": "Bearer s3cret-token"}))
        assert result.status == 5 and "s3cret-token" not in result.out + result.err, result


@case
def only_allowed_addresses():
    with Project() as project:
        for url in ("http://192.0.2.1/mcp", "http://example.org/mcp", "http://169.254.169.254/mcp", "ftp://127.0.0.1/mcp"):
            result = mcp(project, url, "tools", "it")
            assert result.status in (1, 3), (url, result)
            assert result.document()["error"]["code"] in ("address", "unknown"), (url, result)
        result = mcp(project, "http://127.0.0.1:1/mcp", "tools", "it")
        assert result.status == 4 and result.document()["error"]["code"] == "unreachable", result


@case
def what_a_bad_server_sends():
    class Bad(Legacy):
        how = None

        def send(self, handler, message, **more):
            if "tools" not in message["result"]:
                super().send(handler, message, **more)
            elif self.how == "large":
                handler.reply(200, b'{"jsonrpc":"2.0","id":%d,"result":"%s"}' % (message["id"], b"x" * (17 * 1024 * 1024)))
            elif self.how == "page":
                handler.reply(200, b"<html>Sign in</html>", kind="text/html")
            elif self.how == "nothing":
                handler.reply(202)
            elif self.how == "gzip":
                handler.reply(200, b"\x1f\x8b", Content_Encoding="gzip")
            elif self.how == "event":
                handler.stream()
                handler.wfile.write(b"data: " + b"x" * (17 * 1024 * 1024))

    for how in ("large", "page", "nothing", "gzip", "event"):
        mock = Bad()
        mock.how = how
        with Project() as project, mock:
            result = mcp(project, mock.url, "tools", "it")
            assert result.status == 1, (how, result)


@case
def a_session_that_is_lost():
    mock = Legacy()
    mock.lost = True
    with Project() as project, mock:
        result = mcp(project, mock.url, "call", "it", "echo", "{}")
        assert result.status == 1 and result.document()["error"]["code"] == "ended", result


main()
