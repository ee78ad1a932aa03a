# SPDX-License-Identifier: GPL-3.0-or-later
"""Ratios of processor time for one streamed reply, and the time from a key to the request of a suggestion. Arguments: build folder,
runs, and names of rows to keep to."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD, RUNS, ONLY = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
HERE = pathlib.Path(__file__).resolve().parent
ENGINE = f"{BUILD}/src/tour/enclave-practice-engine"
COST = f"{BUILD}/tests/bench/stream-cost"
# About what a line of code has, and pieces as a server cuts it: a token each.
PIECE = " capacity"
PER_SECOND = 2000
SECONDS = 6
FRAME_MS = 1000 / 60
DEBOUNCE_MS = 300
KEYS = 25


class Server:
    """A practice engine that says @count pieces, @per_second of them, again for each request."""

    def __init__(self, count, per_second):
        self.folder = tempfile.mkdtemp(prefix="enclave-stream-")
        script = os.path.join(self.folder, "script.json")
        reply = {"events": [{"flood": {"text": PIECE, "count": count, "per_second": per_second}}]}
        pathlib.Path(script).write_text(json.dumps({"replies": [reply]}), encoding="utf-8")
        self.process = subprocess.Popen([ENGINE, "--port", "0", "--script", script], stdout=subprocess.PIPE, text=True)
        self.address = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def seconds(words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{words} failed: {done.stderr[-2000:]}")
    return float(done.stdout.split()[0])


def compare(ours, other, count, per_second):
    """Medians of both, alternating."""
    mine, theirs = [], []
    with Server(count, per_second) as server:
        for number in range(RUNS + 1):
            for row, words in ((theirs, other), (mine, ours)):
                took = seconds([*words, server.address])
                # the first round warms the caches
                if number:
                    row.append(took)
    return statistics.median(mine), statistics.median(theirs)


def against_soup():
    mine, theirs = compare([COST, "enclave"], [COST, "soup"], PER_SECOND * SECONDS, PER_SECOND)
    return mine / theirs, f"{mine * 1000:.0f} ms of processor, {theirs * 1000:.0f} ms with libsoup alone, {PER_SECOND * SECONDS} chunks"


def against_fetch():
    mine, theirs = compare([COST, "enclave"], ["node", str(HERE / "stream-fetch.mjs")], PER_SECOND * SECONDS, PER_SECOND)
    return mine / theirs, f"{mine * 1000:.0f} ms of processor, {theirs * 1000:.0f} ms with node's fetch, {PER_SECOND * SECONDS} chunks"


def key_to_request():
    """Median of the real window, from the key that is put into the display to the request that the server sees."""
    sys.path.insert(0, str(HERE.parent / "ui" / "driver"))
    os.environ["ENCLAVE_PROGRAM"] = f"{BUILD}/src/enclave"
    os.environ["ENCLAVE_PRACTICE_ENGINE"] = ENGINE
    os.environ["ENCLAVE_ACCESSIBLE_TREE"] = f"{BUILD}/tests/ui/libaccessible-tree.so"
    # the driver is made for tests and reads what meson tells those
    import desktop
    from enclave_window import EnclaveWindow
    from journey import project
    from scripted_server import ScriptedServer

    reason = desktop.missing()
    if reason:
        sys.exit(f"the window can't be shown: {reason}")
    answer = {"json": {"choices": [{"text": "", "finish_reason": "stop"}]}}
    model = "qwen2.5-coder:1.5b-base"
    path = "/v1/completions"
    code = "int\nmain (void)\n{\n  \n}\n"
    with project(add_dot_c=code) as folder, \
            ScriptedServer(listing="openai", models=[{"id": model}], routes={path: answer}) as server, \
            EnclaveWindow(folder, f"{folder}/add.c:4:3", settings=server.settings(**{
                "completion-model": f"'{server.address} {model}'", "completion-delay-ms": f"uint32 {DEBOUNCE_MS}",
                "terminal-shell": "'/bin/true'"})) as window:
        def asked():
            return [entry["at_us"] for entry in server.log() if entry.get("path") == path and "at_us" in entry]

        window.click(window.find(role="text", name="Editor"))
        window.key("ctrl+Home", "Down", "Down", "Down", "End")
        time.sleep(1)
        # one process for all keys: its start is not the window's
        tool = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True, bufsize=1,
                                env={**os.environ, **window.environment()})
        times = []
        for number in range(KEYS + 3):
            before = len(asked())
            pressed = time.monotonic_ns() // 1000
            tool.stdin.write(f"key --delay 0 {'abcdefghijklmnopqrstuvwxyz'[number % 26]}\n")
            tool.stdin.flush()
            end = time.monotonic() + 3
            while len(asked()) == before and time.monotonic() < end:
                time.sleep(0.02)
            if len(asked()) == before:
                sys.exit("no suggestion was asked for")
            # the first keys warm the caches
            if number >= 3:
                times.append((asked()[before] - pressed) / 1000)
        tool.stdin.close()
        tool.wait()
    took = statistics.median(times)
    return took / (DEBOUNCE_MS + FRAME_MS), (f"{took:.1f} ms from key to request (median of {KEYS}, {min(times):.1f} to {max(times):.1f}), "
                                             f"pause of {DEBOUNCE_MS} ms and a frame")


ROWS = {
    "against-libsoup": (against_soup, 1.5),
    "against-fetch": (against_fetch, 0.6),
    "key-to-request": (key_to_request, 1.0),
}


def main():
    failed = []
    for name, (measure, limit) in ROWS.items():
        if ONLY and name not in ONLY:
            continue
        ratio, words = measure()
        good = ratio <= limit
        print(f"{name:16} {ratio:5.2f}  (limit {limit:.2f})  {'ok' if good else 'ABOVE'}  {words}", flush=True)
        if not good:
            failed.append(name)
    if failed:
        sys.exit(f"above the limit: {', '.join(failed)}")


main()
