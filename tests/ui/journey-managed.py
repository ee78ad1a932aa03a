# SPDX-License-Identifier: GPL-3.0-or-later
"""A model file is chosen and run, its end is told, Ollama is started and given a file: by a person, in the real window."""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow, NotFound
from journey import project
from tap import case

TESTS = pathlib.Path(__file__).resolve().parent.parent
TOY = TESTS / "fixtures" / "toy" / "toy.gguf"
SIZE = (1280, 800)
ALONE = {"discover-servers": "false"}


@contextlib.contextmanager
def programs(mode=None, ollama=False):
    """A folder with fake programs, and a PATH that leads there."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="enclave-programs-"))
    try:
        shutil.copy(TESTS / "support" / "fake-llama-server.py", folder / "llama-server")
        if ollama:
            shutil.copy(TESTS / "support" / "fake-ollama.py", folder / "ollama")
        set_mode(folder, mode or {})
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_mode(folder, mode):
    (folder / "llama-server.json").write_text(json.dumps(mode))


def with_path(folder):
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def processes_of(folder):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in words:
                found.append(int(entry.name))
    return found


def press_row(window, name, done, within=None):
    """A button in a chat without a server, a row elsewhere, until @done: while servers are looked for rows come and go, and a click
    can miss."""
    end = time.monotonic() + 20
    while not done():
        tap.check(time.monotonic() < end, f"{name} is not taken")
        try:
            if within is None and window.exists(role="push button", name=name):
                window.press(name)
            else:
                window.click(window.find(role="label", name=name, within=within, timeout=2))
        except (AttributeError, NotFound):
            pass
        with contextlib.suppress(AssertionError):
            window.wait_for(done, timeout=3)


def open_dialog(window):
    press_row(window, "Choose llama-server and a model file…", lambda: window.exists(role="text", name="Program: llama-server"))
    window.focus("Run a model file")


def walk_to(window, name):
    window.key("Tab")
    time.sleep(0.1)
    focused = window.focused()
    return focused is not None and focused.name == name


def choose_toy(window, path=TOY):
    window.set_text(window.find(role="text", name="Model file (GGUF), also on a stick"), str(path))
    window.wait_text("enclave-toy")


def close_dialog(window):
    window.key("Escape")
    window.wait_for(lambda: len(window.frames()) == 1, what="the dialog closed")
    window.window = window._x_windows()[0]
    window.focus()


@case("a model file is chosen, loads with progress, and answers without a network")
def runs():
    with programs({"hold": 33}) as folder, project() as work, \
            EnclaveWindow(work, settings=ALONE, size=SIZE, environment=with_path(folder)) as window:
        window.wait_text("No local server found")
        window.screenshot(tap.picture_name("-no-server"))
        open_dialog(window)
        tap.equal(window.text_of(window.find(role="text", name="Program: llama-server")), str(folder / "llama-server"), "the program found")
        tap.check(not window.is_sensitive(window.find(role="push button", name="Start")), "Start is offered without a file")
        choose_toy(window)
        window.wait_text("llama · 1.1M · F16 · ")
        window.wait_text("trained for a window of 8192")
        window.wait_text("Fits")
        window.screenshot(tap.picture_name("-chooser"))
        window.press("Start")
        window.wait_text("Loading model, 3")
        window.screenshot(tap.picture_name("-loading"))
        (folder / "go").touch()
        window.wait_text("Ready")
        window.screenshot(tap.picture_name("-ready"))
        tap.check(processes_of(folder), "no process of the server")
        tap.equal(window.read_setting("managed-model"), f"'{TOY}'")
        close_dialog(window)
        window.find(role="label", name="toy", timeout=20)
        chat.say(window, "Hello")
        chat.wait_words(window, "Hello from inside")
        window.screenshot(tap.picture_name("-chat"))
        for process in processes_of(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGSEGV)
        window.wait_text("llama-server crashed: Segmentation fault.")
        window.screenshot(tap.picture_name("-ended"))
        window.press("Show")
        window.wait_text("Failed")
        close_dialog(window)
    tap.check(not processes_of(folder), "the server outlived Enclave")


def failing(mode, message, suffix, line, **settings):
    with programs(mode) as folder, EnclaveWindow(settings={**ALONE, **settings}, size=SIZE, environment=with_path(folder)) as window:
        open_dialog(window)
        choose_toy(window)
        window.press("Start")
        window.wait_text(message)
        window.wait_text(line)
        window.wait_text("Failed")
        window.screenshot(tap.picture_name(suffix))
        set_mode(folder, {"load_s": 0.2})
        window.press("Restart")
        window.wait_text("Ready")
        close_dialog(window)


@case("a crash is told with its last lines, and a restart helps")
def crash():
    failing({"end": "crash", "load_s": 0.5}, "llama-server crashed: Segmentation fault.", "-crashed", "something went wrong")


@case("want of memory is told as that")
def memory():
    failing({"end": "words", "load_s": 0.5}, "A smaller window or a smaller model may fit.", "-memory",
            "unable to allocate CPU buffer", **{"style-variant": "'dark'"})


@case("a load that is cancelled leaves nothing behind")
def cancelled():
    with programs({"load_s": 60}) as folder, EnclaveWindow(settings=ALONE, size=SIZE, environment=with_path(folder)) as window:
        open_dialog(window)
        choose_toy(window)
        window.press("Start")
        window.wait_text("Loading model")
        window.wait_for(lambda: processes_of(folder), what="the process")
        close_dialog(window)
        window.wait_text("Managed by Enclave")
        window.screenshot(tap.picture_name("-welcome"))
        window.press("Cancel")
        window.wait_text("Stopped")
        window.wait_for(lambda: not processes_of(folder), what="the end of the process")


@case("kill -9 of Enclave leaves no server behind")
def killed():
    with programs() as folder, EnclaveWindow(settings=ALONE, size=SIZE, environment=with_path(folder)) as window:
        open_dialog(window)
        choose_toy(window)
        window.press("Start")
        window.wait_text("Ready")
        tap.check(processes_of(folder), "no process of the server")
        os.kill(window.process.pid, signal.SIGKILL)
        window.process.wait()
        end = time.monotonic() + 10
        while processes_of(folder) and time.monotonic() < end:
            time.sleep(0.05)
        tap.check(not processes_of(folder), "the server outlived Enclave")


@case("what is no model says why, and what is chosen starts with Enclave when that is wanted")
def remembered():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    try:
        with programs() as folder:
            bad = folder / "bad.gguf"
            bad.write_bytes(b"GGUF\x00\x00\x00\x03" + bytes(20))
            cut = folder / "cut.gguf"
            cut.write_bytes(TOY.read_bytes()[:-5000])
            with project() as work, \
                    EnclaveWindow(work, settings=ALONE, home=home, size=(900, 700), environment=with_path(folder)) as window:
                open_dialog(window)
                entry = window.find(role="text", name="Model file (GGUF), also on a stick")
                for path, words in ((bad, "big-endian"), (cut, "Copy it again."), (folder / "llama-server", "This is no model file"),
                                    (folder, "this is no file"), ("model.gguf", "Write the whole path")):
                    window.set_text(entry, str(path))
                    window.wait_text(words)
                    tap.check(not window.is_sensitive(window.find(role="push button", name="Start")), f"Start is offered for {path}")
                window.set_text(window.find(role="text", name="Program: llama-server"), str(folder / "nothing"))
                window.wait_text("There is no program of that name.")
                window.set_text(window.find(role="text", name="Program: llama-server"), str(folder / "llama-server"))
                choose_toy(window)
                # By keys alone.
                tap.check(any(walk_to(window, "Start it with Enclave") for _ in range(20)), "Tab does not lead to the switch")
                window.key("space")
                window.wait_for(lambda: window.read_setting("managed-start") == "true", what="the switch turned")
                window.press("Start")
                window.wait_text("Ready")
                window.resize(400, 640)
                window.screenshot(tap.picture_name("-narrow"))
            with EnclaveWindow(settings={}, home=home, size=SIZE, environment=with_path(folder)) as window:
                window.wait_for(lambda: processes_of(folder), what="the server started with Enclave")
                window.wait_text("private socket, no network")
                window.screenshot(tap.picture_name("-again"))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@case("Ollama is started without its cloud, and takes a file whose sum is shown")
def ollama():
    digest = hashlib.sha256(TOY.read_bytes()).hexdigest()
    with programs(ollama=True) as folder, EnclaveWindow(settings=ALONE, size=SIZE, environment=with_path(folder)) as window:
        press_row(window, "Start Ollama", lambda: "private socket, no network" in window.all_text())
        window.key("ctrl+comma")
        window.focus("Preferences")
        window.wait_text("Ollama, started by Enclave")
        preferences = next(frame for frame in window.frames() if frame.name == "Preferences")
        press_row(window, "Ollama", lambda: window.exists(role="label", name="Import a model file…"), within=preferences)
        window.screenshot(tap.picture_name("-preferences"))
        press_row(window, "Import a model file…", lambda: window.exists(role="text", name="Name in Ollama"))
        window.focus("Import a model file")
        choose_toy(window)
        window.set_text(window.find(role="text", name="Expected SHA-256, if you have it"), "0" * 64)
        window.press("Import")
        window.wait_text("The model file is not the one you expect")
        window.wait_text(digest)
        window.set_text(window.find(role="text", name="Expected SHA-256, if you have it"), digest)
        window.press("Import")
        window.wait_text("Ollama has the model toy now.")
        window.screenshot(tap.picture_name("-import"))
        stored = window.home / ".ollama" / "models" / "blobs" / f"sha256-{digest}"
        tap.equal(stored.read_bytes(), TOY.read_bytes(), "what is in the store")
    tap.check(not processes_of(folder), "Ollama outlived Enclave")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
