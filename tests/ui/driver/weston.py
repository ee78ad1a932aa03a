# SPDX-License-Identifier: GPL-3.0-or-later
"""A Wayland compositor in the desktop of this process."""

import contextlib
import os
import shutil
import subprocess
import time

import desktop
import tap

HEADLESS = "--backend=headless-backend.so"


def start(socket, *options):
    """Returns the process and the file of what it says, once it listens at @socket. It ends with the desktop at the latest."""
    if shutil.which("weston") is None:
        raise tap.Skip("weston is not installed")
    place = desktop.desktop()
    log = place.folder / "weston.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(["weston", *(options or [HEADLESS]), "--use-pixman", f"--socket={socket}", "--width=1280", "--height=800",
                                    "--idle-time=0"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=place.environment,
                                   start_new_session=True)
    desktop.own.add(process.pid)
    end = time.monotonic() + 20
    while not os.path.exists(place.folder / "run" / socket):
        tap.check(time.monotonic() < end, f"weston did not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.05)
    return process, log


@contextlib.contextmanager
def running(socket, *options):
    """Yields the file of what it says, and ends it."""
    process, log = start(socket, *options)
    try:
        yield log
    finally:
        process.kill()
        process.wait()
