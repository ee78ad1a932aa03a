#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers like Ollama for the parts that Enclave starts and fills: `ollama serve` with its store below OLLAMA_MODELS, listing, blobs
by their SHA-256 and /api/create. It refuses what the real one refuses. Copied to a folder of a test's own as `ollama`;
`ollama.json` beside it: {"create": {"status": 400, "error": "…"}, "blob_status": 500, "slow_s": 0.5}.

Given a port as `ollama serve PORT` it listens there, outside of any box, and keeps its store in the folder of the program."""

import hashlib
import http.server
import json
import os
import re
import socketserver
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))


def load_mode():
    try:
        with open(os.path.join(FOLDER, "ollama.json"), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return {}


MODE = load_mode()
STORE = os.environ.get("OLLAMA_MODELS", os.path.join(FOLDER, "models"))


def blob_path(digest):
    return os.path.join(STORE, "blobs", digest.replace(":", "-"))


def manifests():
    folder = os.path.join(STORE, "manifests")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            yield json.load(file)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def address_string(self):
        return "client"

    def send(self, status, body=None, kind="application/json"):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def digest(self):
        found = re.fullmatch(r"/api/blobs/(sha256:[0-9a-f]{64})", self.path)
        return found.group(1) if found else None

    def do_HEAD(self):
        digest = self.digest()
        self.send(200 if digest and os.path.exists(blob_path(digest)) else 404)

    def do_GET(self):
        if self.path == "/":
            self.send(200, b"Ollama is running", "text/plain")
        elif self.path == "/api/version":
            self.send(200, {"version": "0.12.3"})
        elif self.path == "/api/status":
            disabled = os.environ.get("OLLAMA_NO_CLOUD") == "1"
            self.send(200, {"cloud": {"disabled": disabled, "source": "env" if disabled else "none"}})
        elif self.path == "/api/tags":
            self.send(200, {"models": [{"name": entry["name"], "model": entry["name"], "size": entry["size"], "digest": entry["digest"],
                                        "details": {"family": "llama", "parameter_size": "1.1M", "quantization_level": "F16"},
                                        "capabilities": ["completion", "tools"]} for entry in manifests()]})
        elif self.path == "/api/ps":
            self.send(200, {"models": []})
        else:
            self.send(404, {"error": "not found"})

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        digest = self.digest()
        if digest:
            self.take_blob(digest, length)
            return
        body = json.loads(self.rfile.read(length) or b"{}")
        if self.path == "/api/create":
            self.create(body)
        elif self.path == "/api/show":
            known = [entry for entry in manifests() if entry["name"] == body.get("model", "")]
            self.send(200 if known else 404, {"capabilities": ["completion", "tools"], "details": {},
                                              "model_info": {"general.architecture": "llama", "llama.context_length": 8192}}
                      if known else {"error": f"model '{body.get('model')}' not found"})
        else:
            self.send(404, {"error": "not found"})

    def take_blob(self, digest, length):
        os.makedirs(os.path.join(STORE, "blobs"), exist_ok=True)
        if MODE.get("blob_status"):
            self.close_connection = True
            self.send(MODE["blob_status"], {"error": "no space left on device"})
            return
        checksum = hashlib.sha256()
        with open(blob_path(digest) + ".part", "wb") as file:
            while length > 0:
                piece = self.rfile.read(min(length, 1 << 20))
                if not piece:
                    return
                length -= len(piece)
                checksum.update(piece)
                file.write(piece)
                time.sleep(MODE.get("slow_s", 0))
        if f"sha256:{checksum.hexdigest()}" != digest:
            os.unlink(blob_path(digest) + ".part")
            self.send(400, {"error": "digest mismatch"})
            return
        os.rename(blob_path(digest) + ".part", blob_path(digest))
        self.send(201)

    def create(self, body):
        if "create" in MODE:
            self.send(MODE["create"]["status"], {"error": MODE["create"]["error"]})
            return
        files = body.get("files", {})
        if len(files) != 1 or not all(os.path.exists(blob_path(digest)) for digest in files.values()):
            self.send(400, {"error": "neither 'from' or 'files' was specified"})
            return
        name = body["model"] if ":" in body["model"] else body["model"] + ":latest"
        os.makedirs(os.path.join(STORE, "manifests"), exist_ok=True)
        digest = next(iter(files.values()))
        with open(os.path.join(STORE, "manifests", name.replace("/", "-")), "w", encoding="utf-8") as file:
            json.dump({"name": name, "digest": digest.partition(":")[2], "size": os.path.getsize(blob_path(digest))}, file)
        self.send(200, {"status": "success"})


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main():
    if sys.argv[1:2] != ["serve"]:
        sys.exit("usage: ollama serve")
    host, _, port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")
    if len(sys.argv) > 2:
        port = sys.argv[2]
    server = Server((host, int(port)), Handler)
    print(f"Listening on {host}:{server.server_address[1]} (version 0.12.3)", file=sys.stderr, flush=True)
    if len(sys.argv) > 2:
        print(server.server_address[1], flush=True)
    server.serve_forever()


main()
