# SPDX-License-Identifier: GPL-3.0-or-later
"""Build, jump to the error, mend it, build again; and the terminal's commands: prompts, search, links. By keys, but for the links."""

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)
QUIET = {"discover-servers": "false"}
MAKEFILE = "all:\n\t$(CC) -c -o main.o src/main.c\ntest: all\n\t@echo tests-ran\n"
BROKEN = "int\nmain (void)\n{\n  return wrong;\n}\n"
QUESTION = "Run this as you, outside of the sandbox? The project’s files decide what it does."


def terminal_says(window, text, timeout=20):
    window.wait_for(lambda: text in chat.terminal_text(window), timeout, what=f"{text!r} in the terminal")


@case("build, ask once, jump to the error, mend it, build again")
def build():
    with project(Makefile=MAKEFILE, src__main_dot_c=BROKEN) as folder, EnclaveWindow(folder, settings=QUIET, size=SIZE) as window:
        window.key("ctrl+2", "ctrl+shift+b")
        window.wait_text(QUESTION)
        window.screenshot(tap.picture_name("question"))
        tap.check(not (folder / "main.o").exists(), "it ran unasked")
        window.press("Always in this project")
        window.wait_text("1 problem")
        window.screenshot(tap.picture_name("failed"))
        tap.check("wrong" in chat.terminal_text(window), "the compiler's words are not in the terminal")
        window.key("ctrl+2", "F4")
        window.wait_text("return wrong;")
        window.find(role="push button", name="Line 4, column 10", timeout=20)
        window.screenshot(tap.picture_name("at the error"))
        window.key("ctrl+Delete")
        window.type("0")
        window.key("ctrl+s")
        window.wait_for(lambda: "return 0;" in (folder / "src/main.c").read_text(), what="the file saved")
        window.key("ctrl+shift+b")
        window.wait_text("Ended with exit 0")
        tap.check((folder / "main.o").exists(), "nothing was built")
        tap.check(not window.exists(role="label", name=QUESTION), "it asked again")
        window.key("ctrl+F5")
        window.wait_text(QUESTION)
        window.press("Cancel")
        window.key("ctrl+2", "F5")
        window.wait_text("No file here tells how this project is run")


@case("what no file tells is set where its key leads, and runs by it")
def set_run():
    with project(Makefile=MAKEFILE) as folder, EnclaveWindow(folder, settings=QUIET, size=SIZE) as window:
        window.key("ctrl+2", "F5")
        window.wait_text("No file here tells how this project is run")
        window.wait_text("What the keys for build, run and tests start")
        window.wait_for(lambda: "Run: nothing tells how" in window.all_text(), what="the row of the command")
        window.type("echo it-$((40+2))-runs\n")
        window.screenshot(tap.picture_name("set"))
        window.key("F5")
        window.press("Always in this project", timeout=20)
        terminal_says(window, "it-42-runs")
        window.wait_for(lambda: window.exists(role="text", name="Run"), what="the row with the command")


@case("a build that takes its time is told in the header, and stopped there")
def told():
    with project(Makefile="all:\n\t@echo begun-it; sleep 300\n") as folder, EnclaveWindow(folder, settings=QUIET, size=SIZE) as window:
        window.key("ctrl+2", "ctrl+shift+b")
        window.press("Run", timeout=20)
        terminal_says(window, "begun-it")
        window.click(window.find(role="push button", name="1 task is running", timeout=20))
        window.find(role="push button", name="Stop: Build")
        window.screenshot_with_popovers(tap.picture_name("told"))
        window.press("Stop: Build", role="push button")
        window.wait_for(lambda: not window.exists(role="push button", name="1 task is running"), what="the header as before")


@case("the answer to the question gives the keyboard back")
def answered():
    with project(Makefile=MAKEFILE, src__main_dot_c=BROKEN) as folder, \
            EnclaveWindow(folder, folder / "src/main.c", settings=QUIET, size=SIZE) as window:
        window.key("ctrl+2", "ctrl+shift+b")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Cancel", what="the question with the focus")
        window.key("Tab", "Tab", "Return")
        window.wait_text("1 problem")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the focus back in the text")
        window.key("F4")
        window.find(role="push button", name="Line 4, column 10", timeout=20)
        # a search is shown later than the task, until another one runs
        window.key("ctrl+shift+f")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Search in project", what="the search")
        window.key("ctrl+a")
        window.type("(void)")
        window.wait_text("1 line in 1 file")
        window.key("F4")
        window.find(role="push button", name="Line 2, column 6", timeout=20)
        window.key("ctrl+2", "ctrl+shift+b")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Cancel", what="the question with the focus")
        window.key("Tab", "Tab", "Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the focus back in the text")
        window.wait_text("1 problem")
        window.key("F4")
        window.find(role="push button", name="Line 4, column 10", timeout=20)


@case("ask about the failure")
def ask():
    with project(Makefile=MAKEFILE, src__main_dot_c=BROKEN) as folder, ScriptedServer([says("It is not declared.")]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        window.key("ctrl+2", "ctrl+shift+b")
        window.press("Run", timeout=20)
        window.wait_text("1 problem")
        window.press("Ask about this failure")
        window.wait_text("Output of a task that failed")
        chat.say(window, "Why?")
        chat.wait_words(window, "It is not declared.")
        tap.check("wrong" in str(server.requests()[-1]), "the output was not sent")


@case("prompts, the last output, search, a link to a place in a file")
def commands():
    with project() as folder, EnclaveWindow(folder, settings={**QUIET, "terminal-shell": "'/bin/bash'"}, size=SIZE) as window:
        window.key("ctrl+3")
        window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")
        window.type("echo needle; seq 1 60\n")
        terminal_says(window, "\n60\n")
        window.key("ctrl+shift+Up")
        window.screenshot(tap.picture_name("at a prompt"))
        window.key("ctrl+shift+f")
        window.type("needle")
        window.screenshot(tap.picture_name("search"))
        window.key("Escape")
        # wherever one clicks, there is one
        window.type("clear; printf 'src/main.c:6:3 %.0s' $(seq 400); echo; echo end-$((1+1))\n")
        terminal_says(window, "end-2")
        window.xdotool("keydown", "Control_L")
        window.click(window.find(name="Terminal", role="filler"))
        window.xdotool("keyup", "Control_L")
        window.wait_text('puts ("hello");')


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
