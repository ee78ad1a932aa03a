# SPDX-License-Identifier: GPL-3.0-or-later
"""Light, dark and the desktop's choice, changed while the window is open: editor, terminal and chat follow at once."""

import subprocess

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from tap import case

SETTINGS = {"discover-servers": "false"}


def brightness(window, picture, node, place):
    """Of one point of @node, 0 to 1; @place: parts of its width and height."""
    box = node.box()
    frame = window.frame().box()
    _x, _y, width, height = window.geometry()
    x = (width - frame.width) // 2 + box.x + int(box.width * place[0])
    y = (height - frame.height) // 2 + box.y + int(box.height * place[1])
    done = subprocess.run(["convert", picture, "-crop", f"1x1+{x}+{y}", "-colorspace", "Gray", "-format",
                           "%[fx:mean]", "info:"], check=True, timeout=30, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def parts(window):
    """Grounds without text on them."""
    return {"editor": (window.find("text", "Editor"), (0.9, 0.9)), "terminal": (window.find("filler", "Terminal"), (0.9, 0.9)),
            "chat": (window.find(name="Chat"), (0.97, 0.15)), "files": (window.find("list", "Files"), (0.5, 0.9))}


def check_style(window, dark, suffix):
    def fits():
        picture = window.screenshot(tap.picture_name(suffix))
        found = {name: brightness(window, picture, *where) for name, where in parts(window).items()}
        return found if all((value < 0.4) == dark and (value > 0.7) != dark for value in found.values()) else None
    try:
        window.wait_for(fits, timeout=8)
    except AssertionError as error:
        picture = window.screenshot(tap.picture_name(suffix))
        raise AssertionError(f"{suffix}: " + str({name: brightness(window, picture, *where)
                                                  for name, where in parts(window).items()})) from error


def choose(window, name):
    window.key("ctrl+F10")
    window.find("menu item", "Preferences")
    window.key({"Dark": "d", "Light": "l", "As the Desktop": "h"}[name])


@case("by the menu, while a file, a terminal and the chat are shown")
def live():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, size=(1280, 800)) as window:
        window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file")
        check_style(window, False, "-system")
        choose(window, "Dark")
        check_style(window, True, "-dark")
        tap.equal(window.read_setting("style-variant"), "'dark'", "the setting")
        choose(window, "Light")
        check_style(window, False, "-light")
        choose(window, "As the Desktop")
        check_style(window, False, "-system-again")


@case("the desktop's choice is followed when the person made none")
def system():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, size=(1280, 800),
                                            environment={"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}) as window:
        check_style(window, True, "-dark")
        choose(window, "Light")
        check_style(window, False, "-light")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
