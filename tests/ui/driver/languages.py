# SPDX-License-Identifier: GPL-3.0-or-later
"""Locales and translations for the window: those of the project, and one from right to left that is made from its template."""

import atexit
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent.parent
BUILD = pathlib.Path(os.environ["ENCLAVE_PROGRAM"]).resolve().parent.parent
RIGHT_TO_LEFT = "he"
TERRITORIES = {"de": "de_DE", RIGHT_TO_LEFT: "he_IL"}

# What has to stay as it is in a text: conversions, entities and tags of markup, escapes.
KEPT = re.compile(r"%[-'0-9.*]*(?:<PRI\w+>|[lz]*[a-zA-Z%])|&\w+;|</?\w[^>]*>|\\.|\$\{[^}]*\}")
LETTERS = {letter: chr(0x05D0 + index) for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}


def turn(text):
    """@text in letters that are read from right to left, a third longer, as translations are."""
    def change(part):
        return "".join(LETTERS.get(letter.lower(), letter) for letter in part)
    turned, at = [], 0
    for kept in KEPT.finditer(text):
        turned += [change(text[at:kept.start()]), kept.group()]
        at = kept.end()
    whole = "".join(turned) + change(text[at:])
    tail = " " + "\u05d0" * (len(text) // 3)
    end = re.search(r"(?:\\n|\s)*$", whole).start()
    return whole[:end] + (tail if len(text) > 3 else "") + whole[end:]


def entries(path):
    """Of a file of translations: (context, text, plural, translations)."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        def get(key):
            found = re.search(rf'(?:^|\n){re.escape(key)} ((?:"(?:[^"\\]|\\.)*"\n?)+)', block)
            return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))) if found else None
        if get("msgid"):
            yield get("msgctxt"), get("msgid"), get("msgid_plural"), get("msgstr") or get("msgstr[0]")


def make_right_to_left(folder):
    """The translation that nobody has to write. Returns its folder of messages."""
    template = SOURCE / "po/de.po"
    lines = ['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
             '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n']
    for context, text, plural, _ in entries(template):
        lines.append((f'msgctxt "{context}"\n' if context is not None else "") + f'msgid "{text}"\n'
                     + (f'msgid_plural "{plural}"\nmsgstr[0] "{turn(text)}"\nmsgstr[1] "{turn(plural)}"\n' if plural is not None
                        else f'msgstr "{turn(text)}"\n'))
    source = folder / "turned.po"
    source.write_text("\n".join(lines), encoding="utf-8")
    messages = BUILD / "po" / RIGHT_TO_LEFT / "LC_MESSAGES"
    messages.mkdir(parents=True, exist_ok=True)
    subprocess.run(["msgfmt", "-o", messages / "enclave.mo", source], check=True)


def locale(territory):
    """Variables for a window in the locale of @territory, which is made for this run and goes with it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="locale-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    name = f"{territory}.UTF-8"
    # Some are made with warnings, and say so by their status.
    subprocess.run(["localedef", "-i", territory, "-f", "UTF-8", folder / name], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not (folder / name).exists():
        raise AssertionError(f"no locale {territory} could be made: the package locales is missing")
    return {"LOCPATH": str(folder), "LANG": name, "LC_ALL": name}


def environment(language):
    """Variables for a window in @language, translated."""
    variables = locale(TERRITORIES[language])
    if language == RIGHT_TO_LEFT:
        make_right_to_left(pathlib.Path(variables["LOCPATH"]))
    return {**variables, "LANGUAGE": language}
