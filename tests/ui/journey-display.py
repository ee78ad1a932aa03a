# SPDX-License-Identifier: GPL-3.0-or-later
"""A display that is smaller than anybody's, and one that goes away; no icons and fonts of the system; other locales. The G rows of the
fault matrix: what is typed is never lost, nothing crashes. tests/faults.txt says where the others are."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

os.environ.setdefault("ENCLAVE_TEST_SCREEN", "320x240")

import desktop  # noqa: E402  # pylint: disable=wrong-import-position
import languages  # noqa: E402  # pylint: disable=wrong-import-position
import tap  # noqa: E402  # pylint: disable=wrong-import-position
from enclave_window import EnclaveWindow  # noqa: E402  # pylint: disable=wrong-import-position
from journey import project  # noqa: E402  # pylint: disable=wrong-import-position
from tap import case  # noqa: E402  # pylint: disable=wrong-import-position

FEW_COLOURS = r"takes its 256 colours from a table, .* the window stays black"
QUIET = {"discover-servers": "false"}


def works(folder, **more):
    """The window comes up, takes what is typed, saves it, and builds: the parsers of what programs print are at work."""
    with EnclaveWindow(folder, folder / "README.md", settings=QUIET, **more) as window:
        window.wait_for(lambda: window.exists(role="text", name="Editor", showing=False), what="the editor")
        window.key("ctrl+2", "ctrl+Home")
        window.type("ISTANBUL ")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "README.md").read_text().startswith("ISTANBUL "), what="the file saved")
        window.screenshot(tap.picture_name(""))
        window.check_alive()
        return window.stderr()


@case("a screen of 320 by 240")
def small():
    with project() as folder:
        works(folder)


@case("a screen of 256 colours: the window stays black, and that is said")
def few_colours():
    if "ENCLAVE_TEST_DEPTH" in os.environ:
        with project() as folder:
            said = works(folder, allow=(FEW_COLOURS,))
        tap.equal(len(re.findall(FEW_COLOURS, said)), 1, "how often it is said that the window stays black")
        return
    # A display has one depth, and this process has one display.
    done = subprocess.run([sys.executable, *sys.argv[:1], "=a screen of 256 colours:"], text=True, timeout=180, check=False,
                          env={**os.environ, "ENCLAVE_TEST_SCREEN": "1024x768", "ENCLAVE_TEST_DEPTH": "8"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tap.note(done.stdout)
    tap.equal(done.returncode, 0, "exit status on that screen")


@case("no icons, fonts and schemas of the system")
def bare():
    with project() as folder:
        works(folder, environment={"XDG_DATA_DIRS": "/nowhere"}, allow=(".*",))


@case("the locales C, fa_IR and tr_TR")
def locales():
    with project() as folder:
        works(folder, environment={"LC_ALL": "C", "LANG": "C"}, allow=("locale",))
    for name in ("fa_IR", "tr_TR"):
        with project() as folder:
            works(folder, environment=languages.locale(name))


def display_server():
    for process in desktop.children():
        try:
            if pathlib.Path(f"/proc/{process}/comm").read_text().strip() == "Xvfb":
                return process
        except OSError:
            continue
    raise AssertionError("no display server is ours")


# The last one: there is no display after it.
@case("the display goes away: the program ends, the draft is kept")
def gone():
    home = pathlib.Path(tempfile.mkdtemp(prefix="display-"))
    try:
        with project() as folder, EnclaveWindow(folder, folder / "README.md", settings=QUIET, home=home, allow=(".*",)) as window:
            window.wait_for(lambda: window.exists(role="text", name="Editor", showing=False), what="the editor")
            window.key("ctrl+2", "ctrl+Home")
            window.type("kept~")
            # the last letter is written with a draft's last record
            window.wait_for(lambda: any(b"~" in file.read_bytes() for file in home.glob("**/enclave/drafts/*.draft")),
                            what="the draft")
            os.kill(display_server(), signal.SIGKILL)
            window.process.wait(10)
            tap.check(any(b"~" in file.read_bytes() for file in home.glob("**/enclave/drafts/*.draft")), "the draft is gone")
            tap.check((folder / "README.md").read_text() == "# Ringlog\n", "the file was changed")
    finally:
        shutil.rmtree(home, ignore_errors=True)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
