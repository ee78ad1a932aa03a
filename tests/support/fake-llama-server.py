#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaks like llama.cpp's server, without a model: --help, the lines it writes while it loads, 503 until it is ready, then
/health, /v1/models, /props and a streaming chat.

Copied to a folder of a test's own as `llama-server`; `llama-server.json` beside it says how it behaves:
  help       "new" (sockets, --offline …), "old" (TCP only), "promises" (names .sock and then can't bind one), "other" (no server's)
  load_s     seconds of loading, in a hundred dots
  hold       waits at this dot until there is a file `go` beside it
  silent     never becomes ready and says nothing
  end        "exit" (status 3 with words), "crash" (SIGSEGV), "kill" (SIGKILL, as by the kernel out of memory),
             "words" (names the memory, status 1), "allocate" (takes all it can get), "model" (can't read it)
  end_after  "load" (within loading, as without it), "ready" (half a second after the first chat)
"""

import http.server
import json
import os
import signal
import socketserver
import sys
import threading
import time

NEW_HELP = """----- common params -----

-h,    --help, --usage                  print usage and exit
-c,    --ctx-size N                     size of the prompt context (default: 0, 0 = loaded from model)
-m,    --model FNAME                    model path to load
--offline                               Offline mode: forces use of cache, prevents network access

----- server-specific params -----

-a,    --alias STRING                   set alias for model name (to be used by REST API)
-np,   --parallel N                     number of server slots
--host HOST                             ip address to listen, or bind to an UNIX socket if the address ends
                                        with .sock (default: 127.0.0.1)
--port PORT                             port to listen (default: 8080)
--webui, --no-webui                     whether to enable the Web UI
--api-key-file FNAME                    path to file containing API keys
--jinja, --no-jinja                     whether to use jinja template engine for chat
--sleep-idle-seconds SECONDS            number of seconds of idleness after which the server will sleep
--tools TOOL1,TOOL2,...                 experimental: whether to enable built-in tools
"""
OLD_HELP = """usage: llama-server [options]
  -h,    --help            show this help message and exit
  -c N,  --ctx-size N      size of the prompt context
  -m,    --model FNAME     model path
  --host HOST              ip address to listen (default: 127.0.0.1)
  --port PORT              port to listen (default: 8080)
  --api-key-file FNAME     path to file containing API keys
"""
FOLDER = os.path.dirname(os.path.abspath(__file__))


def load_mode():
    try:
        with open(os.path.join(FOLDER, "llama-server.json"), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


MODE = load_mode()
HELP = {"old": OLD_HELP, "other": "usage: other [FILE]...\n"}.get(MODE.get("help", "new"), NEW_HELP)
KNOWN = {word.strip(",") for word in HELP.split() if word.startswith("-")}


def say(text):
    sys.stderr.write(text)
    sys.stderr.flush()


def parse(words):
    options = {}
    words = list(words)
    while words:
        flag = words.pop(0)
        if flag not in KNOWN:
            say(f"error: invalid argument: {flag}\n")
            sys.exit(1)
        options[flag] = words.pop(0) if words and not words[0].startswith("-") else True
    return options


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass

    def send(self, status, body, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def is_refused(self):
        server = self.server
        if self.path == "/health":
            return False
        if server.key and self.headers.get("authorization") != f"Bearer {server.key}":
            self.send(401, {"error": {"code": 401, "message": "Invalid API Key", "type": "authentication_error"}})
            return True
        if not server.ready:
            self.send(503, {"error": {"code": 503, "type": "unavailable_error", "message": "Loading model"}})
            return True
        return False

    def do_GET(self):
        if self.path == "/health" and not self.server.ready:
            self.send(503, {"error": {"code": 503, "type": "unavailable_error", "message": "Loading model"}})
        elif self.is_refused():
            pass
        elif self.path == "/health":
            self.send(200, {"status": "ok"})
        elif self.path == "/v1/models":
            self.send(200, {"object": "list", "data": [{"id": self.server.alias, "object": "model", "owned_by": "llamacpp",
                                                        "meta": {"n_ctx_train": 32768, "n_params": 1000000, "size": 2206176}}]})
        elif self.path == "/props":
            self.send(200, {"default_generation_settings": {"n_ctx": self.server.window}, "total_slots": 1,
                            "chat_template_caps": {"supports_tools": True}, "arguments": sys.argv[1:]})
        else:
            self.send(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.is_refused():
            return
        if self.path != "/v1/chat/completions":
            self.send(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})
            return
        chunks = [{"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]} for text in ("Hello", " from", " inside")]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                       "usage": {"prompt_tokens": 4, "completion_tokens": 3, "total_tokens": 7}})
        body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        self.send(200, body.encode(), "text/event-stream")
        if MODE.get("end_after") == "ready":
            threading.Timer(0.5, end).start()


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


def end():
    way = MODE.get("end")
    if way == "exit":
        say("main: giving up for a reason of its own\n")
        os._exit(3)
    elif way == "crash":
        say("main: something went wrong\n")
        os.kill(os.getpid(), signal.SIGSEGV)
    elif way == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif way == "words":
        say("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 9663676416\n"
            "llama_model_load: error loading model: unable to allocate CPU buffer\nmain: exiting due to model loading error\n")
        os._exit(1)
    elif way == "allocate":
        held = []
        while True:
            held.append(bytes([1]) * (64 << 20))
            time.sleep(0.05)
    elif way == "model":
        say("llama_model_load: error loading model: unknown model architecture: 'mystery'\nmain: exiting due to model loading error\n")
        os._exit(1)


def load(server, model):
    say(f"llama_model_loader: loaded meta data with 27 key-value pairs and 39 tensors from {model} (version GGUF V3 (latest))\n"
        "load_tensors: loading model tensors, this can take a while... (mmap = true)\n")
    with open(model, "rb") as file:
        while file.read(1 << 20):
            pass
    if MODE.get("silent"):
        time.sleep(3600)
    for i in range(100):
        say(".")
        time.sleep(MODE.get("load_s", 0.2) / 100)
        while i == MODE.get("hold") and not os.path.exists(os.path.join(FOLDER, "go")):
            time.sleep(0.02)
        if i == 60 and "end" in MODE and MODE.get("end_after", "load") == "load":
            say("\n")
            end()
    say("\nmain: model loaded\nmain: server is listening\n")
    server.ready = True


def main():
    if "--help" in sys.argv:
        sys.stdout.write(HELP)
        return
    options = parse(sys.argv[1:])
    host = options.get("--host", "127.0.0.1")
    if host.endswith(".sock") and MODE.get("help") == "promises":
        say(f"main: couldn't bind HTTP server socket, hostname: {host}, port: 8080\n")
        sys.exit(1)
    if host.endswith(".sock"):
        server = UnixServer(host, Handler)
    else:
        server = TcpServer((host, int(options.get("--port", "8080"))), Handler)
    server.ready, server.key = False, None
    if "--api-key-file" in options:
        with open(options["--api-key-file"], encoding="utf-8") as file:
            server.key = file.read().strip()
    server.window = int(options.get("-c", "4096"))
    server.alias = options.get("--alias", options.get("-m", "model"))
    say("build: 9000 (00dc805) with cc for x86_64-linux-gnu\nsystem info: n_threads = 2\nmain: loading model\n")
    threading.Thread(target=load, args=(server, options["-m"]), daemon=True).start()
    server.serve_forever()


main()
