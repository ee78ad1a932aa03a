# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to the practice engine by raw HTTP, as an agent would: whole turns with real tool results, every mode, every answer a user
can give, hostile requests.

Prints TAP. Arguments: the engine, the folder with the sample project."""

import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time

ENGINE, SAMPLE = sys.argv[1:3]
READING = ["list_directory", "read_file"]
EDITING = READING + ["edit_file", "run_command"]
DENIED = "Error: Tool run_command: the user said no"

results = []


def raw(path, data, shut=False):
    """Bytes of one connection's answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.settimeout(10)
        try:
            connection.sendall(data)
            if shut:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        while True:
            try:
                piece = connection.recv(65536)
            except (ConnectionResetError, socket.timeout):
                break
            if not piece:
                break
            answer += piece
        return answer


def post(path, body, route="/v1/chat/completions", method="POST"):
    """Status and body, chunks joined."""
    head = f"{method} {route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    answer = raw(path, head.encode() + body)
    head, _, rest = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    if b"chunked" not in head:
        return status, rest
    body = b""
    while rest:
        length, _, rest = rest.partition(b"\r\n")
        size = int(length, 16)
        body += rest[:size]
        rest = rest[size + 2:]
        if size == 0:
            return status, body
    raise AssertionError("the last chunk is missing")


def ask(path, messages, tools):
    """(text, reasoning, calls, finish_reason) of one reply; checks the form of the stream on the way."""
    request = {"model": "practice", "stream": True, "messages": messages,
               "tools": [{"type": "function", "function": {"name": name}} for name in tools]}
    status, body = post(path, json.dumps(request).encode())
    assert status == 200, body
    events = [event for event in body.decode().split("\n\n") if event]
    assert events[-1] == "data: [DONE]", events[-1]
    text, reasoning, calls, finish, usage = "", "", [], None, None
    for event in events[:-1]:
        chunk = json.loads(event.removeprefix("data: "))
        usage = chunk.get("usage", usage)
        for choice in chunk["choices"]:
            delta = choice["delta"]
            text += delta.get("content") or ""
            reasoning += delta.get("reasoning_content") or ""
            for piece in delta.get("tool_calls", []):
                if piece["index"] == len(calls):
                    calls.append({"id": piece["id"], "name": piece["function"]["name"], "arguments": "", "pieces": 0})
                calls[piece["index"]]["arguments"] += piece["function"]["arguments"]
                calls[piece["index"]]["pieces"] += 1
            finish = choice["finish_reason"] or finish
    assert usage["prompt_tokens"] > 0 and usage["completion_tokens"] > 0
    assert finish == ("tool_calls" if calls else "stop"), finish
    return text, reasoning, calls, finish


class Agent:
    """Runs the tools for real in a folder, with the answers that the gate and the user would give."""

    def __init__(self, socket_path, tools, at_once=True, deny=(), mode="edit"):
        self.socket_path = socket_path
        self.tools = tools
        self.at_once = at_once
        self.deny = deny
        self.mode = mode
        self.messages = [{"role": "system", "content": "You are a coding agent."}]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="enclave-tour-"))
        for file in pathlib.Path(SAMPLE).iterdir():
            shutil.copy(file, self.folder / (".env" if file.name == "env" else file.name))
        self.overlay = {}
        self.names = []
        self.said = ""

    def close(self):
        shutil.rmtree(self.folder)

    def text_of(self, name):
        return self.overlay.get(name) or (self.folder / name).read_text()

    def apply(self):
        for name, text in self.overlay.items():
            (self.folder / name).write_text(text)
        self.overlay = {}

    def run(self, name, arguments):
        if name in self.deny:
            return DENIED
        if name == "list_directory":
            return "\n".join(sorted(entry.name for entry in self.folder.iterdir()))
        if name == "read_file":
            if arguments["path"] == ".env":
                return "Error: Reading .env: refused by rule builtin:env"
            return "\n".join(f"{i:5}  {line}" for i, line in enumerate(self.text_of(arguments["path"]).split("\n"), 1))
        if name == "edit_file":
            old = self.text_of(arguments["path"])
            assert old.count(arguments["old_text"]) == 1
            self.overlay[arguments["path"]] = old.replace(arguments["old_text"], arguments["new_text"])
            if self.at_once:
                self.apply()
                return "Applied ring.c, +1 −1."
            return "Proposed ring.c, +1 −1. It is not on disk until the user applies it."
        if name == "run_command":
            done = subprocess.run(arguments["command"], shell=True, cwd=self.folder, capture_output=True, text=True, timeout=60)
            return f"{done.stdout}{done.stderr}[exit {done.returncode}]\n"
        raise AssertionError(f"it calls {name}, which it was not given")

    def say(self, words):
        """One turn. Returns all that was said in it."""
        self.messages.append({"role": "user", "content": f"{words}\n\n(Mode: {self.mode}. Date: 2026-01-02.)"})
        said = ""
        for _ in range(12):
            text, _, calls, _ = ask(self.socket_path, self.messages, self.tools)
            said += text + "\n"
            message = {"role": "assistant", "content": text}
            if calls:
                message["tool_calls"] = [{"id": call["id"], "type": "function",
                                          "function": {"name": call["name"], "arguments": call["arguments"]}}
                                         for call in calls]
            self.messages.append(message)
            for call in calls:
                assert call["name"] in self.tools, f"{call['name']} was not offered"
                self.names.append(call["name"])
                self.messages.append({"role": "tool", "tool_call_id": call["id"],
                                      "content": self.run(call["name"], json.loads(call["arguments"]))})
            if not calls:
                self.said = said
                return said
        raise AssertionError("the turn does not end")


def case(function):
    """A test with an engine of its own."""
    folder = tempfile.mkdtemp(prefix="enclave-engine-")
    path = os.path.join(folder, "sock")
    engine = subprocess.Popen([ENGINE, path, "--pace=0"], stdout=subprocess.PIPE)
    engine.stdout.readline()
    problem = None
    try:
        function(path)
        if engine.poll() is not None:
            problem = f"the engine has ended with {engine.returncode}"
    except Exception as error:  # a failed case must not keep the others from running
        problem = f"{type(error).__name__}: {error}"
    engine.kill()
    engine.wait()
    shutil.rmtree(folder)
    results.append((function.__doc__, problem))


def with_agent(path, check, *arguments, **options):
    agent = Agent(path, *arguments, **options)
    try:
        check(agent)
    finally:
        agent.close()


def whole_turn(path):
    """a whole turn with everything allowed ends green"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert agent.names == ["list_directory", "read_file", "read_file", "read_file", "run_command", "edit_file",
                               "run_command"], agent.names
        assert "refused" in said and "One test fails" in said and "Green" in said, said
        assert "RING_SIZE - 1" not in agent.text_of("ring.c")
    with_agent(path, check, EDITING)


def proposal(path):
    """a proposal waits for its click, then the tests are green"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert "click **Apply**" in said and "Green" not in said, said
        agent.say("Run the tests")
        assert "still fails" in agent.said, agent.said
        agent.apply()
        agent.say("Run the tests")
        assert "All tests pass" in agent.said, agent.said
    with_agent(path, check, EDITING, at_once=False)


def second_time(path):
    """fixed already: it runs the tests and says so"""
    def check(agent):
        agent.say("Fix the failing test")
        agent.names = []
        said = agent.say("fix the failing test please")
        assert "edit_file" not in agent.names and "mended already" in said and "All tests pass" in said, said
    with_agent(path, check, EDITING)


def denied_command(path):
    """a denied command is not asked for again"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert agent.names.count("run_command") == 1 and "the user said no" in said and "have not been run" in said, said
        assert agent.say("Run the tests") and "were not run" in agent.said
    with_agent(path, check, EDITING, deny=["run_command"])


def denied_edit(path):
    """a denied edit ends with the change as text"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert "was not taken" in said and "```diff" in said, said
    with_agent(path, check, EDITING, deny=["edit_file"])


def denied_reading(path):
    """when nothing can be read it says so and ends"""
    def check(agent):
        assert "can't read `ring.c`" in agent.say("Fix the failing test")
    with_agent(path, check, EDITING, deny=["read_file", "list_directory"])


def apply_diff(agent, said):
    diff = said.split("```diff\n")[1].split("```")[0]
    subprocess.run(["patch", "-p1", "--fuzz=0"] if shutil.which("patch") else ["git", "apply", "-"], input=diff, text=True,
                   cwd=agent.folder, check=True, capture_output=True)
    assert "all tests passed" in agent.run("run_command", {"command": "make test"})


def mode_ask(path):
    """mode Ask: the fix as a diff, and the diff applies"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert agent.names == ["list_directory", "read_file", "read_file", "read_file"], agent.names
        assert "can't change files" in said, said
        apply_diff(agent, said)
        assert "no tool for commands" in agent.say("Run the tests")
    with_agent(path, check, READING, mode="ask")


def mode_plan(path):
    """mode Plan: no command that would have to write"""
    def check(agent):
        said = agent.say("Fix the failing test")
        assert "run_command" not in agent.names and "mode Plan" in said and "Apply" in said, said
        assert "Switch to mode Edit" in agent.say("Run the tests")
    with_agent(path, check, EDITING, at_once=False, mode="plan")


def no_tools(path):
    """without tools: text and a diff"""
    def check(agent):
        apply_diff(agent, agent.say("Fix the failing test"))
    with_agent(path, check, [])


def other_words(path):
    """anything else gets a plain answer that says what this is"""
    def check(agent):
        for words in ("Hello", "", "Explain monads", "\u0001\u202e🙂" * 50):
            assert "scripted replies, no model" in agent.say(words), words
        assert agent.names == []
        assert "refused" in agent.say("What is in .env?") and agent.names == ["read_file"]
    with_agent(path, check, EDITING)


def other_project(path):
    """another project is not made up"""
    def check(agent):
        for file in agent.folder.iterdir():
            file.unlink()
        (agent.folder / "main.py").write_text("print(1)\n")
        assert "no `ring.c`" in agent.say("Fix the failing test")
        (agent.folder / "ring.c").write_text("int x;\n")
        (agent.folder / "test-ring.c").write_text("int y;\n")
        assert "not as the tour wrote it" in agent.say("Fix the failing test")
        assert "edit_file" not in agent.names
    with_agent(path, check, EDITING)


def stream_form(path):
    """calls come in pieces, ids are new each time"""
    messages = [{"role": "user", "content": "fix the failing test"}]
    first = ask(path, messages, EDITING)
    second = ask(path, messages, EDITING)
    assert first[1] and first[2][0]["pieces"] >= 2, first
    assert first[2][0]["id"] != second[2][0]["id"]


def private_socket(path):
    """the socket is for its owner only"""
    assert stat.S_IMODE(os.lstat(path).st_mode) == 0o600


def hostile_requests(path):
    """hostile requests get a 4xx"""
    deep = b"[" * 100000
    for body in (b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b'{"messages":{}}', b'{"messages":[]}', b'{"messages":[1]}',
                 b'{"messages":[{}]}', b'{"messages":[{"role":7}]}', b'{"messages":' + deep, deep,
                 json.dumps({"messages": [{"role": "user"}] * 20000, "stream": True}).encode(),
                 b'{"messages":[{"role":"user","content":"x"}]}'):
        status, answer = post(path, body)
        assert 400 <= status < 500, (body[:40], status)
        assert json.loads(answer)["error"]["message"]
    for odd in ({"role": "user", "content": None}, {"role": "user", "content": [{"text": "fix"}, 7]},
                {"role": "assistant", "tool_calls": [None, {"function": {"name": 7, "arguments": 9}}]},
                {"role": "assistant", "tool_calls": [{"function": {"name": "read_file", "arguments": "{broken"}}]},
                {"role": "tool", "content": {"a": 1}}, {"role": "tool", "tool_call_id": "nobody's"}, {"role": "robot"}):
        request = {"stream": True, "messages": [{"role": "user", "content": "fix"}, odd], "tools": [None, {"function": []}]}
        status, _ = post(path, json.dumps(request).encode())
        assert status == 200, odd
    assert post(path, b"{}", route="/v1/nothing")[0] == 404
    assert post(path, b"", method="GET")[0] == 405


def hostile_bytes(path):
    """hostile bytes end their own connection only"""
    for data, status in ((b"\r\n\r\n", 400), (b"GET\r\n\r\n", 400), (b"GET x HTTP/1.1\r\n\r\n", 400),
                         (b"GET / HTTP/9\r\n\r\n", 400), (b"\0\0\0\0\r\n\r\n", 400),
                         (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
                         (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
                         (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
                         (b"POST / HTTP/1.1\r\nContent-Length: 20000000\r\n\r\n" + b"x" * 20000000, 413),
                         (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
                         (b"GET /" + b"x" * 200000, 431)):
        answer = raw(path, data)
        assert answer.split()[1:2] == [str(status).encode()], (data[:60], answer[:60])
    assert raw(path, b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 10\r\n\r\n{", shut=True) == b""
    assert raw(path, b"", shut=True) == b""
    assert post(path, b"", route="/health", method="GET")[0] == 200
    assert post(path, b"", route="/v1/models", method="GET")[0] == 200


def many_connections(path):
    """a hundred silent connections keep nobody out"""
    silent = [socket.socket(socket.AF_UNIX) for _ in range(100)]
    for connection in silent:
        connection.connect(path)
    assert post(path, b"", route="/health", method="GET")[0] == 200
    for connection in silent:
        connection.close()


def kept_connection(path):
    """two requests on one connection, the second sent before the first is answered"""
    one = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert raw(path, one + last).count(b'{"status":"ok"}') == 2


def human_pace(_path):
    """without --pace it speaks at a human pace, and stops when the reader goes"""
    folder = tempfile.mkdtemp(prefix="enclave-engine-")
    path = os.path.join(folder, "sock")
    engine = subprocess.Popen([ENGINE, path, f"--log={folder}/log"], stdout=subprocess.PIPE)
    engine.stdout.readline()
    try:
        body = json.dumps({"stream": True, "messages": [{"role": "user", "content": "hello"}]}).encode()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        began = time.monotonic()
        got = b""
        while time.monotonic() < began + 1.25:
            connection.settimeout(0.3)
            try:
                got += connection.recv(65536)
            except socket.timeout:
                pass
        connection.close()
        assert 10 <= got.count(b'"content"') <= 60, got.count(b'"content"')
        for _ in range(50):
            if '"disconnected"' in pathlib.Path(folder, "log").read_text():
                return
            time.sleep(0.02)
        raise AssertionError("it goes on without a reader")
    finally:
        engine.kill()
        engine.wait()
        shutil.rmtree(folder)


for test in (whole_turn, proposal, second_time, denied_command, denied_edit, denied_reading, mode_ask, mode_plan, no_tools,
             other_words, other_project, stream_form, private_socket, hostile_requests, hostile_bytes, many_connections,
             kept_connection, human_pace):
    case(test)
print(f"1..{len(results)}")
for number, (name, problem) in enumerate(results, 1):
    if problem:
        print("# " + problem.replace("\n", "\n# "))
    print(f"{'not ok' if problem else 'ok'} {number} - {name}")
sys.exit(any(problem for _, problem in results))
