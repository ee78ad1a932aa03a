# SPDX-License-Identifier: GPL-3.0-or-later
"""The same window on Wayland: it starts, opens a folder, is driven by names and can be photographed."""

import pathlib
import shutil
import subprocess

import desktop
import tap
import weston
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SOCKET = "enclave-wayland"
SETTINGS = {"discover-servers": "false"}


class WaylandWindow(EnclaveWindow):
    """No keys and no pointer: everything is done through the accessibility bus."""

    def environment(self):
        environment = super().environment()
        environment.pop("DISPLAY", None)
        return {**environment, "GDK_BACKEND": "wayland", "WAYLAND_DISPLAY": SOCKET}

    def _await_window(self):
        self.wait_for(lambda: self._ready(), timeout=30, what="a window")  # pylint: disable=unnecessary-lambda

    def _ready(self):
        self._application = self._find_application()
        return self._application is not None and self.frame() is not None

    def screenshot(self, path=None):
        path = pathlib.Path(path or tap.picture_name(""))
        for old in self.home.glob("wayland-screenshot*.png"):
            old.unlink()
        subprocess.run(["weston-screenshooter"], cwd=self.home, timeout=30, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env={**self.desktop.environment, "WAYLAND_DISPLAY": SOCKET,
                                                       "XDG_PICTURES_DIR": str(self.home)})
        shutil.move(next(self.home.glob("wayland-screenshot*.png")), path)
        return str(path)

    def _photograph_failure(self):
        tap.note("stderr: " + self.stderr()[-2000:])


@case("a compositor starts")
def compositor():
    weston.start(SOCKET, weston.HEADLESS, "--debug")


@case("a folder and a file, found, read and changed by their names")
def drive():
    with project() as folder, WaylandWindow(folder, folder / "src/main.c", settings=SETTINGS) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        for name in ("Files", "Terminal", "Chat", "Message", "Model"):
            window.find(name=name)
        text = window.find(role="text", name="Editor")
        tap.check(text.insert_text(0, "/* new */\n"), "no text was inserted")
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")).startswith("/* new */"),
                        what="the text in the editor")
        picture = pathlib.Path(window.screenshot())
        tap.check(picture.stat().st_size > 10000, "the picture is empty")


@case("panes hide and show, the preferences open")
def buttons():
    with project() as folder, WaylandWindow(folder, settings=SETTINGS) as window:
        for name in ("Show Files", "Show Chat"):
            button = window.find(name=name)
            window.wait_for(lambda: window.is_checked(window.find(name=name)), what=f"{name} pressed")
            tap.check(button.act(), f"{name} has no action")
            window.wait_for(lambda: not window.is_checked(window.find(name=name)), what=f"{name} released")
            button.act()
            window.wait_for(lambda: window.is_checked(window.find(name=name)), what=f"{name} pressed again")
        window.screenshot()


@case("the welcome page, and a clean end")
def ends():
    with WaylandWindow(settings=SETTINGS) as window:
        window.find(role="list item", name="Take the tour")
        window.screenshot()
        window.press("Close", role="push button")
        tap.equal(window.wait_exit(), 0, "exit status")


reason = desktop.missing() or next((f"{program} is not installed" for program in ("weston", "weston-screenshooter")
                                    if shutil.which(program) is None), None)
if reason:
    tap.skip_all(reason)
tap.run()
