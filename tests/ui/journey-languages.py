# SPDX-License-Identifier: GPL-3.0-or-later
"""The window in German, and in a language that is read from right to left: no text of ours stays in English, and all stands mirrored."""

import html
import re
import time

import desktop
import languages
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

SETTINGS = {"discover-servers": "false"}
# Names, and words that are the same.
SAME = {"Enclave", "Chat", "Terminal", "Server", "Editor", "Agent"}


def unescape(text):
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\").replace("_", "")


def translated():
    """What must not be seen in German: texts whose translation is another one."""
    return {unescape(text) for _, text, _, translation in languages.entries(languages.SOURCE / "po/de.po")
            if translation and unescape(translation) != unescape(text) and "%" not in text}


def names(window):
    return [(node.role, html.unescape(node.name)) for node in window.walk() if node.name]


def check_german(window, state):
    english = translated()
    left = sorted({f"{role} {name!r}" for role, name in names(window) if name in english and name not in SAME})
    tap.check(not left, f"{state}: not in German:\n" + "\n".join(left))


def check_turned(window, state):
    """Of the texts that are seen, those in Latin letters that are in the template."""
    english = {unescape(text) for _, text, _, _ in languages.entries(languages.SOURCE / "po/de.po")}
    left = sorted({f"{role} {name!r}" for role, name in names(window) if name in english and re.search("[a-z]{2}", name)})
    tap.check(not left, f"{state}: not translated:\n" + "\n".join(left))


@case("all that is seen is in German")
def german():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS, environment=languages.environment("de"),
                                            size=(1280, 800)) as window:
        window.find(role="panel", name="Dateien")
        window.wait_text("Kein lokaler Server gefunden")
        check_german(window, "the window")
        window.screenshot(tap.picture_name("-window"))
        for key, title in (("ctrl+comma", "Einstellungen"), ("ctrl+question", "Tastenkürzel")):
            window.key(key)
            window.focus(title)
            time.sleep(0.5)
            check_german(window, title)
            window.screenshot(tap.picture_name(f"-{title}"))
            window.key("Escape", "Escape")
            window.wait_for(lambda: len(window.frames()) == 1, what=f"{title} closed")
            window.focus(window.frame().name)
        window.key("ctrl+shift+y")
        window.wait_text("Noch keine Aktivität")
        check_german(window, "the activity")


@case("a language that is read from right to left turns the window round")
def right_to_left():
    with project() as folder, EnclaveWindow(folder, folder / "src/main.c", settings=SETTINGS,
                                            environment=languages.environment(languages.RIGHT_TO_LEFT), size=(1280, 800)) as window:
        files = window.find(role="panel", name=languages.turn("Files"))
        composer = window.find(role="text", name=languages.turn("Message"))
        tap.check(files.box().x > composer.box().x, f"Files at {files.box().x} is left of the chat at {composer.box().x}")
        check_turned(window, "the window")
        window.screenshot(tap.picture_name("-window"))
        for size in ((900, 600), (700, 600)):
            window.resize(*size)
            time.sleep(0.5)
            window.screenshot(tap.picture_name(f"-{size[0]}"))
        window.resize(1280, 800)
        window.key("ctrl+comma")
        window.focus(languages.turn("Preferences"))
        time.sleep(0.5)
        check_turned(window, "the preferences")
        window.screenshot(tap.picture_name("-preferences"))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
