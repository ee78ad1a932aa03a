# SPDX-License-Identifier: GPL-3.0-or-later
"""Photographs every state of the window after checking that the state is shown; with ENCLAVE_TEST_ALL_PICTURES in light, in dark
and at 900×600.

The pictures are for eyes: what they hold the window to is how the states were drawn. What is checked is that a text
is there that only this state says."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from tap import case

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
WIDE, COMPACT, NARROW = (1280, 800), (900, 600), (700, 600)
MODELS = [{"id": "qwen2.5-coder:14b", "context": 32768}, {"id": "llama3.3:70b", "context": 131072},
          {"id": "gpt-oss:120b-cloud", "context": 131072, "remote_host": "https://ollama.com:443",
           "remote_model": "gpt-oss:120b"}]
QUESTION = "test_wraparound fails once the buffer is full. Find out why and fix it."
PROSE = ("It fails every time, so it is no race: after the wrap `head` is smaller than `tail` and `ring_length()` "
         "underflows.\n\n")
CODE = "```c src/ring.c\n  return (ring->head + ring->capacity\n          - ring->tail) % ring->capacity;\n```\n"


@contextlib.contextmanager
def ringlog():
    parent = pathlib.Path(tempfile.mkdtemp(prefix="pictures-"))
    folder = parent / "ringlog"
    try:
        for name in ("ring.c", "ring.h"):
            write(folder / "src" / name, (SOURCE / "src/tour/sample" / name).read_text())
        write(folder / "tests/test-ring.c", (SOURCE / "src/tour/sample/test-ring.c").read_text())
        for name in ("src/config.c", "src/main.c", "src/writer.c", "tests/test-config.c", "data/sample.log",
                     "deploy/ringlog.service", "deploy/signing.key", ".env", ".env.example", ".gitignore", "COPYING",
                     "meson.build", "README.md"):
            write(folder / name, f"# {name}\n")
        write(folder / "AGENTS.md", "Two spaces. Tests first.\n")
        write(folder / ".github/workflows/ci.yml", "jobs:\n  test:\n    run: meson test -C build\n")
        write(folder / ".git/HEAD", "ref: refs/heads/main\n")
        yield folder
    finally:
        shutil.rmtree(parent, ignore_errors=True)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


class Server:
    """A scripted server; gives its address."""

    def __init__(self, **script):
        self.script = {"listing": "ollama", "models": MODELS, **script}
        self.process = None
        self.file = None

    def __enter__(self):
        handle, self.file = tempfile.mkstemp(suffix=".json")
        with os.fdopen(handle, "w") as file:
            json.dump(self.script, file)
        program = os.environ.get("ENCLAVE_PRACTICE_ENGINE") or str(
            pathlib.Path(os.environ["ENCLAVE_PROGRAM"]).parent / "tour" / "enclave-practice-engine")
        self.process = subprocess.Popen([program, "--port", "0", "--script", self.file], stdout=subprocess.PIPE,
                                        text=True)
        self.address = f"127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *error):
        self.stop()
        os.unlink(self.file)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(5)
        self.process.stdout.close()


def call(tool, **arguments):
    return {"call": {"name": tool, "arguments": arguments, "id": f"call_{tool}_{len(str(arguments))}"}}


def settings(*servers, **more):
    addresses = ", ".join(f"'http://{server.address}'" for server in servers)
    return {"discover-servers": "false", "servers": f"[{addresses}]" if servers else "@as []",
            "style-variant": "'light'", "tab-width": "uint32 2", **more}


def photograph(window, name):
    """The place of the window on the screen: a popover is a window of its own."""
    x, y, width, height = window.geometry()
    path = tap.output_folder() / f"{name}.png"
    subprocess.run(["import", "-silent", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "+repage",
                    "-define", "png:compression-level=1", str(path)],
                   env=window.desktop.environment, timeout=60, check=True)


def resize(window, size):
    """The panes are laid out after the size is known, and may then ask for less."""
    window.resize(*size)
    time.sleep(0.35)
    window.resize(*size)


def shoot(window, name, text=None, sizes=(WIDE, COMPACT)):
    """Light and dark at the first size, light at the others; one of them when nobody wants to look at all."""
    if text is not None:
        window.wait_text(text)
    if not tap.wants_all_pictures():
        photograph(window, name)
        return
    for style in ("dark", "light"):
        window.write_settings({**window.settings, "style-variant": f"'{style}'"})
        time.sleep(0.25)
        photograph(window, f"{name}-{style}")
    for size in sizes[1:]:
        resize(window, size)
        photograph(window, f"{name}-{size[0]}x{size[1]}")
    if len(sizes) > 1:
        resize(window, sizes[0])


def ask(window, text=QUESTION):
    message = window.find(role="text", name="Message")
    window.set_text(message, text)
    window.press("Send")
    return message


def open_chat(folder, server, *files):
    return EnclaveWindow(folder, *files, settings=settings(server), size=WIDE, trusted=[folder / "AGENTS.md"])


def ready(window):
    window.wait_text("qwen2.5-coder:14b")


@case("welcome")
def welcome():
    loading = {"/health": {"status": 503, "json": {"error": {"message": "Loading model", "code": 503,
                                                              "type": "unavailable_error"}}}}
    with ringlog() as folder, Server() as server, Server(listing="llamacpp", routes=loading, models=[]) as second:
        recent = f"['{folder.as_uri()}', '{(folder / 'src').as_uri()}', '{(folder / 'tests').as_uri()}']"
        with EnclaveWindow(settings=settings(server, second, **{"recent-projects": recent}), size=WIDE) as window:
            window.find(name=re.compile("ringlog"))
            shoot(window, "d-welcome", "Leaves this machine")
            window.click(window.find(name="llama3.3:70b", role="label"))
            window.wait_for(lambda: (window.read_setting("model") or "").endswith(" llama3.3:70b'"), what="the choice")


@case("no server")
def no_server():
    with ringlog() as folder, \
            EnclaveWindow(folder, folder / "src/ring.c", size=WIDE,
                          settings=settings(**{"servers": "['http://127.0.0.1:9']"})) as window:
        shoot(window, "e-no-server", "No local server found")


@case("nothing open, popovers and preferences")
def empty():
    with ringlog() as folder, Server() as server, open_chat(folder, server) as window:
        ready(window)
        window.wait_text("No file open")
        shoot(window, "j-empty", "Ask about ringlog")
        # What the third one says depends on what this machine can do.
        for name, button, text in (("l-model", "Model", "Leaves this machine"),
                                   ("l-network", "On this machine", "Nothing left this machine"),
                                   ("l-sandbox", re.compile("^Sandbox|^Commands"), None)):
            before = window.all_text()
            window.press(button)
            window.wait_for(lambda said=before: window.all_text() != said, what=f"what {name} says")
            shoot(window, name, text, (WIDE,))
            window.key("Escape")
            window.wait_for(lambda said=before: window.all_text() == said, what=f"{name} closed")
        chat.write(window, "Look at @sig")
        shoot(window, "k-mention", "signing.key", (WIDE,))
        window.key("Escape")
        window.key("ctrl+comma")
        window.focus("Preferences")
        for page in ("Servers", "Agent", "Deny-list", "Editor", "Terminal"):
            rows = window.find_all(role="list item", name=page)
            if not rows:
                continue
            window.click(rows[0])
            time.sleep(0.3)
            shoot(window, f"g-preferences-{page.lower()}", page, ((940, 716),))


@case("what a folder tells the agent")
def instructions():
    with ringlog() as folder, Server() as server, \
            EnclaveWindow(folder, folder / "src/ring.c", settings=settings(server), size=WIDE) as window:
        ready(window)
        shoot(window, "t-brings", "This folder brings instructions", (WIDE, COMPACT))
        window.press("Show")
        window.wait_text("Two spaces. Tests first.")
        shoot(window, "t-shown", None, (WIDE, COMPACT))


@case("an editor at work")
def editor():
    with ringlog() as folder, Server() as server, \
            open_chat(folder, server, folder / "src/main.c", folder / "src/ring.c") as window:
        ready(window)
        text = window.find(role="text", name="Editor")
        window.click(text)
        window.type("/")
        window.key("ctrl+h")
        window.type("ring")
        shoot(window, "a-find", "Replace")
        window.key("Escape")
        window.press(re.compile("^LF"))
        shoot(window, "a-line-ends", "CRLF", (WIDE,))
        window.key("Escape")
        row = window.find(role="label", name="README.md")
        window.click(row, 3)
        shoot(window, "a-files-menu", "Copy path", (WIDE,))
        window.key("Escape")
        (folder / "src/ring.c").write_text("int changed;\n")
        window.click(text)
        shoot(window, "a-changed-on-disk", "changed on disk", (WIDE,))
        window.press("Main menu")
        shoot(window, "a-menu", "Take the Tour", (WIDE,))
        window.key("Escape")


@case("a turn from the question to the files")
def turn():
    first = {"events": [
        {"progress": {"total": 8214, "cache": 3120, "processed": 5090}},
        call("read_file", path="src/ring.c"), call("search_text", pattern="capacity"), call("read_file", path=".env"),
        {"usage": {"prompt": 12140, "completion": 80}}]}
    second = {"events": [{"text": PROSE + "May I run this case in the sanitizer build?"},
                         call("run_command", command="sh -c 'echo 28/50 ring FAIL; sleep 5'")]}
    old = "  if (ring->count == RING_SIZE - 1)"
    third = {"events": [{"text": PROSE + CODE + "To run it again yourself:\n\n```sh\nmeson test -C build ring\n```\n"},
                        call("edit_file", path="src/ring.c", old_text=old,
                             new_text="  if (ring->count == RING_SIZE)"),
                        call("write_file", path="src/age.h", content="#pragma once\n#define AGE_MAX 7\n")]}
    last = {"events": [{"text": "**ring.c** adds the capacity before subtracting.\n"}]}
    with ringlog() as folder, Server(replies=[first, second, third, last]) as server, \
            open_chat(folder, server, folder / "src/ring.c", folder / "tests/test-ring.c") as window:
        ready(window)
        ask(window)
        shoot(window, "a-approval", "Run this command?", (WIDE, COMPACT, NARROW))
        window.key("F10")
        resize(window, COMPACT)
        shoot(window, "i-waits", "The agent waits for you", (COMPACT,))
        window.key("F10")
        resize(window, WIDE)
        window.press(re.compile(r"Refused \.env"))
        shoot(window, "k-refused", "you can open it", (WIDE,))
        window.press(re.compile("^Allow"), role="push button")
        shoot(window, "a-running", "Take over", (WIDE, COMPACT))
        window.wait_for(lambda: window.exists(name="Review"), what="the change bar")
        shoot(window, "a-proposed", "Apply", (WIDE,))
        window.press("Review")
        shoot(window, "c-review", "Nothing is written before you press Apply")
        window.key("y")
        shoot(window, "c-review-accepted", "1 of 2 hunks accepted", (WIDE,))
        window.press("Accept rest")
        window.press("Apply", role="push button")
        shoot(window, "k-applied", "Undo turn", (WIDE,))


@case("a stream, a cut and a loop")
def stream():
    thinking = [{"reasoning": "Let me look at the ring."}, {"text": PROSE + CODE[:-20], "words": True}]
    looping = [{"events": [call("read_file", path="src/ring.c")]}] * 3
    with ringlog() as folder, Server(replies=[
            {"events": thinking, "hang": "body"}, {"events": [{"text": PROSE[:80]}], "end": "cut"}, *looping,
            {"events": [{"text": "Done."}]}]) as server, \
            open_chat(folder, server, folder / "src/ring.c") as window:
        ready(window)
        ask(window)
        shoot(window, "k-streaming", "underflows", (WIDE,))
        window.press("Stop", role="push button")
        window.wait_for(lambda: window.exists(name="Send"), what="the end of the turn")
        ask(window)
        shoot(window, "k-cut", "The server closed the connection", (WIDE,))
        ask(window)
        shoot(window, "k-loop", "The same call, three times", (WIDE,))


@case("a plan, and code in its colours")
def plan():
    steps = ["Read how rotation works today", "Add `max_age` to the configuration", "Check the age before each write",
             "Test with a faked clock", "Describe it in README.md"]
    first = "".join(f"- [ ] {step}\n" for step in steps)
    second = "".join(f"- [{'x' if index < 2 else ' '}] {step}\n" for index, step in enumerate(steps))
    told = ("\nThe age is known from the file’s first record.\n\n```c src/writer.c\n"
            "/* Older files are closed. */\nif (now - first > 7 * DAY)\n  return \"old\";\n```\n")
    with ringlog() as folder, Server(replies=[
            {"events": [{"text": first}, call("read_file", path="src/ring.c")]},
            {"events": [{"text": second + told}], "hang": "body"}]) as server, \
            open_chat(folder, server, folder / "src/ring.c") as window:
        ready(window)
        ask(window, "Rotate log files by age as well as by size.")
        window.find(role="list item", name="Done: Add max_age to the configuration")
        window.find(role="list item", name="In work: Check the age before each write")
        window.find(role="push button", name="Plan, 0 of 5 done")
        shoot(window, "k-plan", "2 of 5")


@case("a protected file, a hidden character and an offline server")
def protected():
    with ringlog() as folder, Server(replies=[
            {"events": [call("run_command", command="make check && cat report\u202etxt.sh")]},
            {"events": [{"text": "Then not."}]},
            {"events": [call("edit_file", path=".github/workflows/ci.yml", old_text="meson test -C build",
                             new_text="meson test -C build --repeat 5")]},
            {"events": [{"text": "Then not."}]}]) as server, \
            open_chat(folder, server, folder / "src/ring.c") as window:
        ready(window)
        ask(window)
        shoot(window, "k-hidden", "Look closely", (WIDE,))
        window.press("Deny", role="push button")
        window.wait_text("Then not.")
        ask(window, "Change the CI file.")
        window.wait_for(lambda: window.exists(name="Review"), what="the change bar")
        window.press("Apply", role="push button")
        shoot(window, "k-protected", "Change a protected file?", (WIDE,))
        window.press("Deny", role="push button")
        window.wait_for(lambda: window.exists(name="Send"), what="the end of the approval")
        server.stop()
        ask(window, "Are you there?")
        shoot(window, "k-offline", "does not answer", (WIDE,))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
