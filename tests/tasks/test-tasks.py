# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds each task against its tests, and the runner against a server that replies from a script."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import tasks  # noqa: E402


def call(name, as_text, **arguments):
    if as_text:
        return {"text": f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"}
    return {"call": (name, json.dumps(arguments))}


def script(task, kind):
    """The replies of a model that solves the task, does not, or writes a call that is none first."""
    as_text = kind == "as-text"
    path, solved, broken = task.changes[0]
    replies = [call("read_file", as_text, path=path)]
    if kind == "malformed":
        replies += [{"text": "<tool_call>\n{\"name\": \"edit_file\", \"arguments\": {\"path\": }}\n</tool_call>"},
                    call("grep", False, pattern="x")]
    if kind != "unsolved":
        replies.append(call("edit_file", as_text, path=path, old_text=broken, new_text=solved))
    replies.append({"text": "Done."})
    return replies


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, scripts):
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripts = scripts
        self.lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def reply(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/v1/models":
            self.reply(json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}).encode())
        else:
            self.send_error(404)

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path != "/v1/chat/completions":
            self.send_error(404)
            return
        said = request["messages"][1]["content"]
        with self.server.lock:
            replies = next(replies for prompt, replies in self.server.scripts if prompt in said)
            entry = replies.pop(0)
        delta = {"role": "assistant"}
        if "text" in entry:
            delta["content"] = entry["text"]
        else:
            name, arguments = entry["call"]
            delta["tool_calls"] = [{"index": 0, "id": f"call-{len(replies)}", "type": "function",
                                    "function": {"name": name, "arguments": arguments}}]
        chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
                  {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop" if "text" in entry else "tool_calls"}]},
                  {"choices": [], "usage": {"prompt_tokens": len(json.dumps(request)) // 4, "completion_tokens": 7}}]
        body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        self.reply(body.encode(), "text/event-stream")


n = 0
failed = 0


def check(condition, name):
    global n, failed
    n += 1
    failed += not condition
    print(f"{'' if condition else 'not '}ok {n} - {name}", flush=True)


def check_tasks(all_tasks):
    check(len(all_tasks) == 60, "there are sixty tasks")
    check(len({task.name for task in all_tasks}) == 60, "with names of their own")
    for task in all_tasks:
        broken = task.broken()
        lines = [text.count("\n") for text in broken.values()]
        check(20 <= sum(lines) and max(lines) <= 400, f"{task.name} has 20 lines or more, and no file more than 400")
        if not task.can_run():
            check(True, f"{task.name} # SKIP its language is not installed")
            continue
        for files, passes in ((task.solved(), True), (broken, False)):
            with tempfile.TemporaryDirectory() as folder:
                tasks.write(files, folder)
                ok, output = tasks.run_test(task, folder)
                if ok != passes:
                    print("# " + output[-500:].replace("\n", "\n# "))
                check(ok == passes, f"{task.name} {'passes when it is solved' if passes else 'fails as it is given'}")


def lives(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Looping:
    test = "sleep 300 & echo $! >child; wait"


def check_end():
    """A program that loops is ended, and what it started is not left behind."""
    with tempfile.TemporaryDirectory() as folder:
        ok, output = tasks.run_test(Looping, folder, timeout_s=2)
        check(not ok and "did not end" in output, "tests that loop are ended")
        with open(os.path.join(folder, "child"), encoding="utf-8") as file:
            child = int(file.read())
        end = time.monotonic() + 20
        while lives(child) and time.monotonic() < end:
            time.sleep(0.05)
        check(not lives(child), "with all that they started")


def check_runner(all_tasks, enclavectl):
    kinds = {"c-01": "native", "c-02": "as-text", "c-03": "malformed", "c-04": "unsolved", "python-01": "native", "python-19": "as-text"}
    chosen = [task for task in all_tasks if task.name in kinds and task.can_run()]
    server = Server([(task.prompt(), script(task, kinds[task.name])) for task in chosen])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        figures = os.path.join(folder, "figures.json")
        command = [sys.executable, os.path.join(tasks.HERE, "run-tasks.py"), "--enclavectl", enclavectl, "--endpoint",
                   f"http://127.0.0.1:{server.server_port}", "--model", "scripted", "--no-check", "--test-outside", "--json", figures]
        for task in chosen:
            command += ["--only", task.name]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, check=False)
        print("# " + (result.stdout + result.stderr).decode("utf-8", "replace").replace("\n", "\n# "))
        check(result.returncode == 0, "the runner ends well")
        with open(figures, encoding="utf-8") as file:
            rows = {row["task"]: row for row in json.load(file)["tasks"]}
    server.shutdown()
    check(len(rows) == len(chosen), "it has a row for each task")
    for task in chosen:
        row = rows.get(task.name, {})
        kind = kinds[task.name]
        check(row.get("solved") == (kind != "unsolved"), f"{task.name}, {kind}: {'solved' if kind != 'unsolved' else 'not solved'}")
        check(row.get("malformed") == (2 if kind == "malformed" else 0), f"{task.name}: malformed calls are counted")
        check(row.get("rounds") == {"malformed": 5, "unsolved": 2}.get(kind, 3), f"{task.name}: rounds are counted")
        check(row.get("prompt_tokens", 0) > 100 and row.get("reply_tokens") == 7 * row.get("rounds", 0), f"{task.name}: tokens are counted")
        check(row.get("reason") == "stop" and row.get("seconds", 0) > 0, f"{task.name}: end and time are told")
    words = (f"solved {sum(k != 'unsolved' for t, k in kinds.items() if t in rows)} of {len(rows)}").encode()
    check(words in result.stdout, "the sum is printed")


if __name__ == "__main__":
    everything = tasks.load()
    check_tasks(everything)
    check_end()
    check_runner(everything, sys.argv[1])
    print(f"1..{n}")
    sys.exit(failed > 0)
