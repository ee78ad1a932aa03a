# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools of MCP servers as the agent calls them: judged, asked for, masked."""

import io
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "ctl"))
from support import Project, Server, boxed, call, case, main, text  # noqa: E402


def configure(project, mode="none"):
    path = project.base / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {
        "odd": {"command": "/usr/bin/python3", "args": [str(HERE / "hostile-server.py"), mode]},
        "broken": {"command": "/usr/bin/python3", "args": [str(HERE / "hostile-server.py"), "exits-at-once"]}}}))
    return str(path)


def audit(project):
    result = project.run("--json", "audit", "show")
    assert result.status == 0, result
    return result.out


@case
@boxed
def a_call_is_asked_for():
    with Project() as project:
        config = configure(project)
        result = project.run("--json", "tool", "call", "odd__echo", '{"path":"a.txt"}', "--mcp", config)
        assert result.status == 5 and result.document()["error"]["code"] == "needs-approval", result
        for word in ("edits", "commands"):
            result = project.run("--json", "tool", "call", "odd__echo", "{}", "--mcp", config, "--approve", word)
            assert result.status == 5, (word, result)
        result = project.run("--json", "tool", "call", "odd__echo", "{}", "--mcp", config, "--approve", "all")
        assert result.status == 0 and result.document()["content"] == "ok", result
        # One server that fails stops no other.
        assert "exit status 78" in result.err, result
        assert '"external"' in audit(project)


@case
@boxed
def arguments_that_name_denied_files_are_refused():
    with Project() as project:
        config = configure(project)
        root = str(project.root)
        for arguments in ({"path": ".env"}, {"path": root + "/.env"}, {"uri": f"file://{root}/.env"}, {"uri": f"file://{root}/%2Eenv"},
                          {"paths": ["a.txt", "sub/../.env"]}, {"deep": {"deeper": [{"x": root + "/link"}]}}, {"file": "link"},
                          {"anything": "~/.ssh/id_rsa"}, {"path": "absolute"}):
            result = project.run("--json", "tool", "call", "odd__echo", json.dumps(arguments), "--mcp", config, "--approve", "all")
            assert result.status == 3 and result.document()["error"]["code"] == "denied", (arguments, result)
        for arguments in ({"path": "a.txt"}, {"text": "a/b or c"}, {"url": "http://127.0.0.1/.env"}, {"content": "line\n/.env\n"}):
            result = project.run("--json", "tool", "call", "odd__echo", json.dumps(arguments), "--mcp", config, "--approve", "all")
            assert result.status == 0, (arguments, result)


@case
@boxed
def the_model_gets_clean_text():
    with Project() as project:
        config = configure(project, "bad-text")
        result = project.run("--json", "tool", "call", "odd__echo", "{}", "--mcp", config, "--approve", "all")
        assert result.status == 0, result
        assert not set(result.document()["content"]) & set("\x1b\u202e\x00"), result
        listed = project.run("--json", "tool", "list", "--mcp", configure(project, "orders"))
        entry = next(tool for tool in listed.document() if tool["name"] == "odd__echo")
        assert entry["effects"] == ["external"] and not set(entry["description"]) & set("\x1b\u200b\U000e0041"), entry


@case
@boxed
def the_agent_calls_one():
    with Project() as project, Server([call("odd__echo", {"a": 1}), text("It said ok.")]) as server:
        config = configure(project)
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--mcp", config, "Ask the server")
        assert result.status == 0, result
        names = [tool["function"]["name"] for tool in server.requests[0]["tools"]]
        assert "odd__echo" in names and "read_file" in names, names
        answer = next(event for event in result.lines() if event["event"] == "tool-result")
        assert answer["ok"], result
        assert any(message["role"] == "tool" and "ok" in message["content"] for message in server.requests[1]["messages"]), server.requests[1]


class Choosy(Server):
    """Refuses each request that has one of these tools, as a server does that can't make a grammar of its schema."""

    def __init__(self, replies, *bad):
        super().__init__(replies)
        self.refused = 0
        self.server.RequestHandlerClass.do_POST = self.wrap(self.server.RequestHandlerClass.do_POST, bad)

    def wrap(self, answer, bad):
        owner = self

        def do_post(handler):
            length = int(handler.headers.get("Content-Length", "0"))
            data = handler.rfile.read(length)
            names = [tool["function"]["name"] for tool in json.loads(data or b"{}").get("tools", [])]
            handler.rfile = io.BytesIO(data)
            if set(names) & set(bad):
                owner.refused += 1
                body = json.dumps({"error": {"code": 400, "message": "failed to parse grammar", "type": "invalid_request_error"}}).encode()
                handler.send_response(400)
                handler.send_header("Content-Type", "application/json")
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)
                handler.close_connection = True
            elif "read_file" not in names:
                owner.replies.insert(0, text("ok"))
                answer(handler)
            else:
                answer(handler)
        return do_post


@case
@boxed
def a_tool_that_the_models_server_cannot_read_is_found_and_left_out():
    with Project() as project, Choosy([text("Without it.")], "offers__ask_deep", "offers__log") as server:
        path = project.base / "mcp.json"
        path.write_text(json.dumps({"mcpServers": {"offers": {"command": "/usr/bin/python3", "args": [str(HERE / "offers-server.py")]}}}))
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--mcp", str(path), "Say something")
        assert result.status == 0 and "Without it." in result.out, result
        names = [tool["function"]["name"] for tool in server.requests[-1]["tools"]]
        assert "offers__ask" in names and "read_file" in names, names
        assert "offers__ask_deep" not in names and "offers__log" not in names, names
        assert 3 <= server.refused <= 12, server.refused
    # What is refused without tools as well is not theirs.
    with Project() as project, Choosy([], "read_file") as server:
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--mcp", str(path := configure(project)), "Say something")
        assert result.status != 0 and "failed to parse grammar" in result.out + result.err, (result, path)


@case
@boxed
def of_many_tools_the_model_is_told_two():
    replies = [call("search_tools", {"query": "say something"}), call("call_tool", {"name": "odd__echo", "arguments": {}}, "call-2"), text("Done.")]
    with Project() as project, Server(replies) as server:
        result = project.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "--mcp", configure(project, "tool-flood"), "Ask the server")
        assert result.status == 0, result
        names = [tool["function"]["name"] for tool in server.requests[0]["tools"]]
        assert "search_tools" in names and "call_tool" in names and not any(name.startswith("odd__") for name in names), names
        answers = [event for event in result.lines() if event["event"] == "tool-result"]
        assert len(answers) == 2 and all(answer["ok"] for answer in answers), result
        told = [message["content"] for message in server.requests[-1]["messages"] if message["role"] == "tool"]
        assert "odd__echo" in told[0] and told[1].strip() == "ok", told


@case
@boxed
def no_server_is_part_of_a_plan():
    for mode in ("ask", "plan"):
        with Project() as project, Server([call("odd__echo", {}), text("Then not.")]) as server:
            result = project.run("--json", "--endpoint", server.address, "ask", "--mode", mode, "--approve", "all", "--mcp", configure(project), "Ask")
            names = [tool["function"]["name"] for tool in server.requests[0].get("tools", [])]
            assert "odd__echo" not in names, names
            answer = next(event for event in result.lines() if event["event"] == "tool-result")
            assert not answer["ok"], result


main()
