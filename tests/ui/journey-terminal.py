# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the shell, and beside a command of the agent."""

import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
# A command that answers what it is told, and one line that says it is there.
TALK = "echo ready; read answer; echo told-$answer; sleep 300"


def terminal_says(window, text, timeout=15):
    try:
        window.wait_for(lambda: text in chat.terminal_text(window), timeout)
    except AssertionError as error:
        raise AssertionError(f"{text!r} is not in the terminal:\n{chat.terminal_text(window)}") from error


def begin(window):
    window.key("ctrl+3")
    window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")


def clip(window, text):
    """What another program would leave on the clipboard."""
    window.key("ctrl+2", "ctrl+n")
    window.wait_text("Untitled 1")
    window.type(text)
    window.key("ctrl+a", "ctrl+c")
    window.key("ctrl+3")


@case("type, read the output, end the shell, restart it")
def shell():
    with project() as folder, EnclaveWindow(folder, settings={"discover-servers": "false"}, size=SIZE) as window:
        begin(window)
        window.type("echo sum-$((40+2)); pwd\n")
        terminal_says(window, "sum-42")
        terminal_says(window, str(folder))
        # A control key goes to the shell, not to the window.
        window.type("cat > kept.txt\nword\n")
        window.key("ctrl+d")
        window.wait_for(lambda: (folder / "kept.txt").exists() and (folder / "kept.txt").read_text() == "word\n",
                        what="the end of input in the program")
        window.type("exit 3\n")
        window.wait_text("Ended with exit 3")
        window.screenshot(tap.picture_name(""))
        window.press("Restart")
        window.wait_for(lambda: chat.terminal_text(window).rstrip().endswith(("#", "$")), what="a prompt again")
        window.type("echo again-$((1+1))\n")
        terminal_says(window, "again-2")


@case("a paste of several lines asks first")
def paste():
    with project() as folder, EnclaveWindow(folder, settings={"discover-servers": "false"}, size=SIZE) as window:
        begin(window)
        clip(window, "echo one-$((0+1))\necho two-$((1+1))\n")
        window.key("ctrl+shift+v")
        window.wait_text("Paste")
        window.screenshot(tap.picture_name(""))
        tap.check("two-2" not in chat.terminal_text(window), "the paste ran unasked")
        window.press("Cancel")
        time.sleep(0.3)
        tap.check("one-" not in chat.terminal_text(window), "the paste was typed in spite of Cancel")
        window.key("ctrl+shift+v")
        window.press("Paste", role="push button")
        terminal_says(window, "two-2")


@case("closing asks while something runs, and ends its processes")
def close():
    with project() as folder, EnclaveWindow(folder, settings={"discover-servers": "false"}, size=SIZE) as window:
        begin(window)
        window.type("sh -c 'sleep 299 & sleep 298'\n")
        window.wait_for(lambda: sum("sleep 29" in line for line in window.leftovers()) >= 2, what="the programs")
        window.key("ctrl+shift+w")
        window.press("End and close")
        window.wait_for(lambda: not [line for line in window.leftovers() if "sleep 29" in line],
                        what="the programs ended")
        window.find(role="push button", name="New terminal")


@case("take over a command of the agent, type into it, stop it")
def take_over():
    with ScriptedServer([calls("run_command", command=TALK), says("It was stopped.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, "Talk")
        chat.wait_question(window, "read answer")
        chat.answer(window, "Allow")
        window.wait_for(lambda: "ready" in chat.terminal_text(window).split("\n"), what="the command at work")
        # Before it is taken over, keys do not reach it.
        window.key("ctrl+3")
        window.type("lost\n")
        time.sleep(0.5)
        tap.check("told-" not in chat.terminal_text(window).replace("told-$answer", ""), "the command heard a key")
        window.press("Take over")
        time.sleep(0.3)
        window.type("friend\n")
        terminal_says(window, "told-friend")
        window.find(role="push button", name="Hand back")
        window.screenshot(tap.picture_name(""))
        window.press("Stop", role="push button", within=window.find(name="Terminal", role="panel"))
        window.wait_for(lambda: not [line for line in window.leftovers() if "sleep 300" in line],
                        what="the command's processes gone")
        window.wait_text("Ended by signal")
        chat.wait_words(window, "It was stopped.", timeout=20)


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
