# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop starts Enclave through the session bus: the service file, Open and the action of the desktop entry.

Prints TAP; run by with-display.sh, on a second bus that knows the service. Arguments: the service file, the desktop entry, the
program, gdbus or another bus client is libglib2.0-bin's."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

NAME, PATH = "dev.enclave.Enclave", "/dev/enclave/Enclave"


def bus(*words):
    done = subprocess.run(["gdbus", "call", "--session", "--timeout", "30", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def application(method, *arguments):
    return bus("--dest", NAME, "--object-path", PATH, "--method", f"org.freedesktop.Application.{method}", *arguments)


def process():
    shown = bus("--dest", "org.freedesktop.DBus", "--object-path", "/", "--method", "org.freedesktop.DBus.GetConnectionUnixProcessID", NAME)
    return int(re.search(r"uint32 (\d+)", shown).group(1))


def titles():
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "."], capture_output=True, text=True, check=False).stdout.split()
    return [subprocess.run(["xdotool", "getwindowname", number], capture_output=True, text=True, check=False).stdout.strip() for number in found]


def wait(condition, what):
    end = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < end, f"{what}: {titles()}"
        time.sleep(0.1)


def run():
    folder = pathlib.Path(os.environ["HOME"]) / "a project"
    folder.mkdir()
    (folder / "hello.c").write_text("int x;\n")
    application("Open", f"['{folder.as_uri()}']", "{}")
    started = process()
    try:
        wait(lambda: any("a project" in title for title in titles()), "no window of the folder")
        print("ok 3 - Open starts the program and opens the folder")
        before = len(titles())
        application("ActivateAction", "new-window", "[]", "{}")
        wait(lambda: len(titles()) == before + 1, "no second window")
        assert process() == started
        print("ok 4 - the action of the desktop entry makes a window in the same program")
        recent = pathlib.Path(os.environ["XDG_DATA_HOME"]) / "recently-used.xbel"
        wait(lambda: recent.is_file() and folder.as_uri() in recent.read_text(), "the folder is not among the recent ones")
        print("ok 5 - the folder is among the desktop's recent ones")
    finally:
        os.kill(started, signal.SIGTERM)


def main():
    service, entry, program = (pathlib.Path(argument) for argument in sys.argv[1:4])
    if os.environ.get("ENCLAVE_ACTIVATION_INSIDE"):
        run()
        return 0
    missing = [name for name in ("gdbus", "xdotool", "dbus-run-session") if shutil.which(name) is None]
    if missing:
        print(f"1..0 # SKIP {', '.join(missing)} not installed")
        return 77
    print("1..5")
    text, words = service.read_text(), entry.read_text()
    assert f"Name={NAME}\n" in text and re.search(r"^Exec=/\S+/enclave --gapplication-service$", text, re.M), text
    print("ok 1 - the service file is named after the application and starts the installed program")
    assert "DBusActivatable=true" in words and entry.name == f"{NAME}.desktop" and "Actions=new-window;" in words, words
    print("ok 2 - the desktop entry says that it can be started so", flush=True)
    with tempfile.TemporaryDirectory() as place:
        services = pathlib.Path(place) / "dbus-1" / "services"
        services.mkdir(parents=True)
        # The one that is built, not one that may be installed.
        built = re.sub(r"^Exec=\S+", f"Exec={program}", text, flags=re.M)
        (services / service.name).write_text(built)
        environment = {**os.environ, "XDG_DATA_DIRS": f"{place}:/usr/share", "ENCLAVE_ACTIVATION_INSIDE": "1"}
        environment.pop("DBUS_SESSION_BUS_ADDRESS")
        return subprocess.run(["dbus-run-session", "--", sys.executable, *sys.argv], env=environment, check=False).returncode


sys.exit(main())
