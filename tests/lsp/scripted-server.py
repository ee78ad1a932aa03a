#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A language server for tests: scripted-server.py MODE MARKER.

Its language: `def NAME` defines, `BAD` is an error, `WARN` a warning, `😀` is there to be counted, `SLOW` makes its edits come late; of a changed text with `QUIET` it says nothing new; `USE FILE` wants a file that is there, which it learns by being told. MODE says how it misbehaves; `good`
does not. MARKER is only there so that a test finds its process.
"""
import json
import os
import re
import sys
import time

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"
documents = {}
versions = {}
root = ""
told = []
configured = False


def write(message):
    message["jsonrpc"] = "2.0"
    body = json.dumps(message, ensure_ascii=MODE != "good").encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


def read():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            sys.exit(0)
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
    return json.loads(sys.stdin.buffer.read(length))


def notify(method, params):
    write({"method": method, "params": params})


def lines_of(text):
    return re.split(r"\r\n|\n|\r", text)


def units(text):
    return len(text.encode("utf-16-le")) // 2


def chars(line, unit):
    return len(line.encode("utf-16-le")[:unit * 2].decode("utf-16-le", "ignore"))


def place(line, text, start, end):
    return {"start": {"line": line, "character": units(text[:start])}, "end": {"line": line, "character": units(text[:end])}}


def occurrences(uri, word):
    return [{"uri": uri, "range": place(number, line, match.start(), match.end())}
            for number, line in enumerate(lines_of(documents.get(uri, "")))
            for match in re.finditer(r"\b%s\b" % re.escape(word), line)]


def word_at(params):
    uri = params["textDocument"]["uri"]
    position = params["position"]
    lines = lines_of(documents.get(uri, ""))
    line = lines[position["line"]] if position["line"] < len(lines) else ""
    at = chars(line, position["character"])
    for match in re.finditer(r"\w+", line):
        if match.start() <= at <= match.end():
            return match.group()
    return ""


def everywhere(word):
    return [one for uri in sorted(documents) for one in occurrences(uri, word)]


def publish(uri):
    # As Pyright does: nothing is said before the settings came.
    if not configured:
        return
    found = [dict(range=one["range"], severity=1, message="BAD is bad", source="scripted", code="E1") for one in occurrences(uri, "BAD")]
    found += [dict(range=one["range"], severity=2, message="WARN is odd", source="scripted") for one in occurrences(uri, "WARN")]
    found += [{"range": place(number, line, 0, len(line)), "severity": 1, "message": "%s is not there" % line[4:], "source": "scripted"}
              for number, line in enumerate(lines_of(documents[uri]))
              if line.startswith("USE ") and not os.path.exists(os.path.join(root, line[4:]))]
    params = {"uri": uri, "diagnostics": found}
    if MODE != "unversioned":
        params["version"] = versions.get(uri)
    notify("textDocument/publishDiagnostics", params)


def misbehave(uri):
    if MODE == "crash":
        sys.stderr.write("something went wrong\n")
        sys.stderr.flush()
        os._exit(3)
    if MODE == "flood":
        for number in range(20000):
            notify("window/logMessage", {"type": 3, "message": "line %d" % number})
            if number % 10 == 0:
                notify("textDocument/publishDiagnostics", {"uri": uri + str(number), "diagnostics": [
                    {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "message": "m" * 500}] * 5})
    if MODE == "progress":
        for number in range(2000):
            notify("$/progress", {"token": 1, "value": {"kind": "report", "title": "indexing", "message": "%d/2000" % (number + 1)}})
    if MODE == "files":
        for number in range(2000):
            notify("textDocument/publishDiagnostics", {"uri": "file://%s/part%d.c" % (root, number), "diagnostics": [
                {"range": place(0, "a", 0, 1), "message": "m"}]})
    if MODE == "huge":
        body = b'{"jsonrpc":"2.0","method":"window/logMessage","params":{"message":"' + b"x" * (17 << 20) + b'"}}'
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()
    if MODE == "deep":
        body = b'{"jsonrpc":"2.0","method":"a","params":' + b'{"a":' * 50000 + b"1" + b"}" * 50001
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()
    if MODE == "garbage":
        sys.stdout.buffer.write(b"\x00\xff not the protocol\r\n\r\n" * 400)
        sys.stdout.buffer.flush()
    if MODE == "denied":
        for other in ("file://" + root + "/.env", "file:///etc/passwd", "file://" + root + "/../outside.c", "https://example.org/a.c",
                      "file://" + root, "no address"):
            notify("textDocument/publishDiagnostics", {"uri": other, "diagnostics": [
                {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "message": "seen"}]})
        write({"id": "apply", "method": "workspace/applyEdit", "params": {"edit": {"changes": {uri: [
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "INJECTED"}]}}}})
    if MODE == "positions":
        places = [((10 ** 12, 5), (10 ** 12, 9)), ((-1, 0), (0, 1)), ((0, 10 ** 9), (0, 10 ** 9)), ((5, 0), (1, 0)), ((0, 0), (99, 99))]
        notify("textDocument/publishDiagnostics", {"uri": uri, "version": versions[uri], "diagnostics": [
            {"range": {"start": {"line": a[0], "character": a[1]}, "end": {"line": b[0], "character": b[1]}},
             "severity": 77, "message": "m\u202en\u0007" + "x" * 9000} for a, b in places] + [7, None, {}, {"message": []}]})
        return True
    return MODE in ("flood", "huge", "deep", "garbage", "denied")


CAPABILITIES = {
    "textDocumentSync": {"openClose": True, "change": 1 if MODE == "whole" else 2},
    "hoverProvider": True, "definitionProvider": True, "referencesProvider": True, "renameProvider": True,
    "documentSymbolProvider": True, "workspaceSymbolProvider": True, "documentFormattingProvider": True,
    "codeActionProvider": True, "executeCommandProvider": {"commands": ["improve"]},
    "completionProvider": {"triggerCharacters": [".", 5, "::"]}, "signatureHelpProvider": {"triggerCharacters": ["("]},
}


def rename(params):
    word = word_at(params)
    changes = {}
    for one in everywhere(word):
        changes.setdefault(one["uri"], []).append({"range": one["range"], "newText": params["newName"]})
    if MODE == "denied":
        changes["file://" + root + "/.env"] = [{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}},
                                                "newText": "X"}]
    return {"changes": changes}


def outline(lines):
    top = []
    for number, line in enumerate(lines):
        match = re.match(r"( *)(class|def) (\w+)", line)
        if not match:
            continue
        found = {"name": match.group(3), "kind": 5 if match.group(2) == "class" else 12, "children": [],
                 "range": place(number, line, 0, len(line)), "selectionRange": place(number, line, match.start(3), match.end(3))}
        (top[-1]["children"] if match.group(1) and top else top).append(found)
    return top


def answer(method, params):
    if method == "textDocument/hover":
        return {"contents": {"kind": "markdown", "value": "**%s** is a word" % word_at(params)}}
    if method == "textDocument/definition" and word_at(params) in ("header", "secret"):
        # The one may be shown, the other not.
        uri = "file:///usr/include/stdio.h" if word_at(params) == "header" else "file:///etc/passwd"
        return [{"uri": uri, "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 1}}}]
    if method == "textDocument/definition":
        return [one for one in everywhere(word_at(params))
                if "def " + word_at(params) in lines_of(documents[one["uri"]])[one["range"]["start"]["line"]]]
    if method == "textDocument/references":
        return everywhere(word_at(params))
    if method == "textDocument/rename":
        return rename(params)
    if method == "textDocument/documentSymbol" and "class " in documents[params["textDocument"]["uri"]]:
        return outline(lines_of(documents[params["textDocument"]["uri"]]))
    if method in ("textDocument/documentSymbol", "workspace/symbol"):
        wanted = params.get("query", "")
        return [{"name": match.group(1), "kind": 12, "location": {"uri": uri, "range": place(number, line, match.start(1), match.end(1))}}
                for uri in sorted(documents) if method == "workspace/symbol" or uri == params["textDocument"]["uri"]
                for number, line in enumerate(lines_of(documents[uri])) for match in re.finditer(r"def (\w+)", line)
                if wanted in match.group(1)]
    if method == "textDocument/formatting":
        return [{"range": place(number, line, len(line.rstrip()), len(line)), "newText": ""}
                for number, line in enumerate(lines_of(documents[params["textDocument"]["uri"]])) if line != line.rstrip()]
    if method == "textDocument/codeAction":
        uri = params["textDocument"]["uri"]
        edit = {"changes": {uri: [{"range": one["range"], "newText": "GOOD"} for one in occurrences(uri, "BAD")]}}
        return [{"title": "Replace BAD by GOOD", "kind": "quickfix", "edit": edit},
                {"title": "Improve", "command": {"title": "Improve", "command": "improve", "arguments": [uri]}}]
    if method == "workspace/executeCommand":
        uri = params["arguments"][0]
        if "SLOW" in documents.get(uri, ""):
            time.sleep(3)
        write({"id": "apply", "method": "workspace/applyEdit", "params": {"edit": {"changes": {uri: [
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "newText": "improved "}]}}}})
        return None
    if method == "textDocument/completion" and word_at(params).startswith("g"):
        # A part only, until it is known what follows.
        partly = len(word_at(params)) < 3
        return {"isIncomplete": partly, "items": [{"label": label} for label in (["gate"] if partly else ["garden", "garage"])]}
    if method == "textDocument/completion":
        return {"isIncomplete": False, "items": [
            {"label": "alpha", "kind": 3, "detail": "int alpha()", "insertText": "alpha($1)", "insertTextFormat": 2},
            {"label": "alphabet", "kind": 6, "documentation": "All letters."}, {"label": "beta"}, 5]}
    if method == "textDocument/signatureHelp":
        return {"signatures": [{"label": "alpha(int one, int two)", "parameters": [{"label": [6, 13]}, {"label": "int two"}]}],
                "activeParameter": 1}
    return None


def main():
    global root, configured
    while True:
        message = read()
        method = message.get("method")
        params = message.get("params") or {}
        if method == "initialize":
            if MODE == "silent":
                continue
            root = params["rootUri"][len("file://"):]
            write({"id": message["id"], "result": {"capabilities": CAPABILITIES}})
        elif method == "initialized" and MODE == "good":
            write({"id": "watch", "method": "client/registerCapability", "params": {"registrations": [
                {"id": "files", "method": "workspace/didChangeWatchedFiles",
                 "registerOptions": {"watchers": [{"globPattern": "**/*.{c,h,py,env}"}, {"globPattern": "**/.env"}]}}]}})
        elif method == "workspace/didChangeConfiguration":
            configured = isinstance(params["settings"], dict)
        elif method == "workspace/didChangeWatchedFiles":
            told.extend("%d %s" % (change["type"], change["uri"][len("file://" + root) + 1:]) for change in params["changes"])
            for uri in sorted(documents):
                publish(uri)
        elif method == "textDocument/didOpen":
            document = params["textDocument"]
            documents[document["uri"]] = document["text"]
            versions[document["uri"]] = document["version"]
            if not misbehave(document["uri"]):
                publish(document["uri"])
        elif method == "textDocument/didChange":
            uri = params["textDocument"]["uri"]
            for change in params["contentChanges"]:
                if "range" not in change:
                    documents[uri] = change["text"]
                    continue
                text = documents[uri]
                starts = [0] + [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]
                begin, end = (starts[p["line"]] + chars(lines_of(text)[p["line"]], p["character"])
                              for p in (change["range"]["start"], change["range"]["end"]))
                documents[uri] = text[:begin] + change["text"] + text[end:]
            versions[uri] = params["textDocument"]["version"]
            if "QUIET" not in documents[uri]:
                publish(uri)
        elif method == "textDocument/didClose":
            documents.pop(params["textDocument"]["uri"], None)
        elif method == "test/told":
            write({"id": message["id"], "result": {"told": told}})
        elif method == "test/text":
            write({"id": message["id"], "result": {"text": documents.get(params["textDocument"]["uri"]), "open": sorted(documents)}})
        elif method == "test/read":
            try:
                with open(os.path.join(root, params["path"]), encoding="utf-8") as file:
                    write({"id": message["id"], "result": {"text": file.read()}})
            except OSError as error:
                write({"id": message["id"], "result": {"error": str(error)}})
        elif method == "exit":
            return
        elif "id" in message and method:
            if MODE == "mute":
                continue
            result = answer(method, params)
            if method in ("textDocument/formatting", "textDocument/rename") and any("SLOW" in text for text in documents.values()):
                time.sleep(3)
            write({"id": message["id"], "result": result})
        elif "id" in message and MODE == "denied":
            notify("window/logMessage", {"type": 3, "message": "applied: %s" % json.dumps(message.get("result"))})


main()
