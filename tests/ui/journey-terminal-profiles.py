# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of terminals: made, used, changed, removed and put back by a person in the real window."""

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

SIZE = (1280, 800)
ALONE = {"discover-servers": "false"}


def frame(window, name):
    return window.wait_for(lambda: next((found for found in window.frames() if found.name == name), None), what=f"the window {name}")


def open_preferences(window):
    window.key("ctrl+3")
    window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")
    window.press("Terminal menu")
    window.press("Profiles…", role="menu item")
    preferences = frame(window, "Preferences")
    window.focus("Preferences")
    window.find(role="push button", name="Add a profile", within=preferences)
    return preferences


def back(window, title):
    window.focus(title)
    window.key("Escape")


def leave(window):
    back(window, "Preferences")
    window.wait_for(lambda: len(window.frames()) == 1, what="the preferences closed")
    window.window = window._x_windows()[0]
    window.focus()


def fields(window, editor, **texts):
    for name, text in texts.items():
        title = {"name": "Name", "command": "Command with its arguments (empty: your login shell)", "folder": "Folder"}[name]
        window.set_text(window.find(role="text", name=title, within=editor), text)


@case("a profile is made, is the one of new terminals, and is found among all commands")
def make():
    with project() as folder, EnclaveWindow(folder, settings=ALONE, size=SIZE) as window:
        preferences = open_preferences(window)
        window.press("Add a profile", within=preferences)
        editor = frame(window, "Add a profile")
        add = window.find(role="push button", name="Add", within=editor)
        tap.check(not window.is_sensitive(add), "a profile without a name can be added")
        fields(window, editor, name="Talker", command="sh -c 'open")
        window.wait_text("A quotation mark has no end.", within=editor)
        tap.check(not window.is_sensitive(add), "a command that is none can be added")
        fields(window, editor, command="/not/there/shell")
        window.wait_text("There is no program “/not/there/shell”.", within=editor)
        fields(window, editor, command="sh -c 'echo I-am-$0; exec sh' talker")
        window.wait_for(lambda: "There is no program" not in window.all_text(editor), what="the problem gone")
        window.focus("Add a profile")
        window.screenshot(tap.picture_name("-window"))
        window.press("Add", role="push button", within=editor)
        window.wait_for(lambda: len(window.frames()) == 2, what="the window closed")
        window.find(role="push button", name="Change Talker", within=preferences)
        window.focus("Preferences")
        window.screenshot(tap.picture_name("-preferences"))
        leave(window)

        window.key("ctrl+shift+p")
        window.type("terminal: talker")
        window.wait_text("New terminal: Talker")
        window.key("Return")
        window.wait_for(lambda: "I-am-talker" in chat.terminal_text(window), what="the profile's program")
        stored = window.read_setting("terminal-profiles")
        tap.check("'Talker'" in stored and "echo I-am-$0; exec sh" in stored, f"stored: {stored}")


@case("a profile is removed, put back, and renamed where it is the usual one")
def remove():
    settings = {**ALONE, "terminal-profiles": "[{'name': <'One'>}, {'name': <'Two'>, 'command': <'sh'>}]", "terminal-default-profile": "'Two'"}
    with project() as folder, EnclaveWindow(folder, settings=settings, size=SIZE) as window:
        preferences = open_preferences(window)
        window.press("Remove Two", within=preferences)
        window.wait_text("“Two” was removed", within=preferences)
        window.wait_for(lambda: "'Two'" not in window.read_setting("terminal-profiles"), what="it gone")
        tap.equal(window.read_setting("terminal-default-profile"), "''", "the usual one")
        window.press("Put back", within=preferences)
        window.wait_for(lambda: window.read_setting("terminal-default-profile") == "'Two'", what="it the usual one again")
        window.press("Change Two", within=preferences)
        editor = frame(window, "Change a profile")
        fields(window, editor, name="One")
        window.wait_text("There is a profile of this name already.", within=editor)
        fields(window, editor, name="Three")
        window.press("Save", role="push button", within=editor)
        window.wait_for(lambda: window.read_setting("terminal-default-profile") == "'Three'", what="it the usual one by its new name")
        tap.check("'One'" in window.read_setting("terminal-profiles"), "the other one went")


@case("what a project brings makes no profile")
def foreign():
    with project() as folder:
        for name, text in ((".vscode/settings.json", '{"terminal.integrated.profiles.linux": {"Foreign": {"path": "/bin/false"}},'
                                                     ' "terminal.integrated.defaultProfile.linux": "Foreign"}'),
                           (".enclave/settings.json", '{"terminal-profiles": [{"name": "Foreign", "command": "/bin/false"}]}'),
                           (".enclave/keyfile", "[dev/enclave/Enclave]\nterminal-profiles=[{'name': <'Foreign'>}]\n")):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        with EnclaveWindow(folder, settings=ALONE, size=SIZE) as window:
            window.key("ctrl+3")
            window.wait_for(lambda: chat.terminal_text(window).rstrip().endswith(("#", "$")), what="a prompt")
            tap.check(not window.exists(role="push button", name="New terminal with a profile"), "there is a profile")
            tap.check(window.read_setting("terminal-profiles") in (None, "@aa{sv} []"), "a profile was stored")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
