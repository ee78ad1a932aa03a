# SPDX-License-Identifier: GPL-3.0-or-later
"""Several terminals in a tab, by keyboard, in a narrow window and after a restart; and terminals with a profile."""

import json
import pathlib
import re
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

SIZE = (1280, 800)
ALONE = {"discover-servers": "false"}
FILES = ["README.md", "main.c"]


def begin(window):
    window.key("ctrl+3")
    window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")


def texts(window):
    """What stands in each terminal that is shown, from the left and the top."""
    views = window.find_all(name="Terminal output")
    return [window.text_of(view) for view in views]


def group(window, number, count):
    return window.find(name=f"Terminal {number} of {count}")


def focus_is_in(window, number, count):
    """Whether keys go to that terminal."""
    node = window.focused()
    wanted = f"Terminal {number} of {count}"
    while node is not None:
        if node.name == wanted:
            return True
        node = node.parent
    return False


def says(window, text, timeout=15):
    window.wait_for(lambda: any(text in found for found in texts(window)), timeout, what=f"{text!r} in a terminal")


@case("terminals beside and below each other: open, move, leave, by keys alone")
def splits():
    with project() as folder, EnclaveWindow(folder, settings=ALONE, size=SIZE) as window:
        begin(window)
        window.type("echo first-$((1+1))\n")
        says(window, "first-2")
        window.key("ctrl+shift+r")
        group(window, 2, 2)
        window.wait_for(lambda: focus_is_in(window, 2, 2), what="the focus in the new one")
        window.type("echo second-$((1+2))\n")
        says(window, "second-3")
        window.key("ctrl+shift+Return")
        group(window, 3, 3)
        window.type("echo third-$((2+2))\n")
        says(window, "third-4")
        boxes = [group(window, number, 3).box() for number in (1, 2, 3)]
        tap.check(boxes[0].x + boxes[0].width <= boxes[1].x, "the second is not to the right")
        tap.check(boxes[1].y + boxes[1].height <= boxes[2].y and boxes[1].x == boxes[2].x, "the third is not below the second")
        window.screenshot(tap.picture_name(""))

        window.key("alt+shift+Up")
        window.wait_for(lambda: focus_is_in(window, 2, 3), what="the focus above")
        window.key("alt+shift+Left")
        window.wait_for(lambda: focus_is_in(window, 1, 3), what="the focus on the left")
        window.type("echo again-$((3+3))\n")
        window.wait_for(lambda: "again-6" in texts(window)[0], what="the word in the left one")
        # What is asked of the terminal is asked of this one.
        window.key("ctrl+shift+k")
        window.wait_for(lambda: "again-6" not in texts(window)[0], what="the left one cleared")
        tap.check("third-4" in texts(window)[2], "another one was cleared")
        # From another pane one comes back to where one was.
        window.key("ctrl+2")
        window.key("ctrl+3")
        window.wait_for(lambda: focus_is_in(window, 1, 3), what="the focus where it was")

        # The shell here draws no line of its own: the form feed of Clear stands in it.
        window.key("ctrl+u")
        window.type("exit\n")
        group(window, 2, 2)
        window.wait_for(lambda: len(texts(window)) == 2, what="the left one gone")
        window.type("echo room-$((4+4))\n")
        says(window, "room-8")
        window.key("ctrl+shift+w")
        window.wait_for(lambda: len(texts(window)) == 1, what="one left")
        window.key("ctrl+shift+w")
        window.find(role="push button", name="New terminal")


@case("a key moves the tab of the pane with the focus: a terminal's in the terminal, a file's in the editor")
def moves():
    with project() as folder, EnclaveWindow(folder, folder / "README.md", folder / "src/main.c", settings=ALONE, size=SIZE) as window:
        def order(kind):
            # by where they stand: the tree tells of them as they were made
            buttons = [(node.box().x, node.name.removeprefix("Close ")) for node in window.find_all(name=re.compile("^Close ."))]
            return [name for _x, name in sorted(buttons) if (name in FILES) == (kind == "files")]

        window.wait_for(lambda: order("files") == FILES, what="the files")
        begin(window)
        window.key("ctrl+shift+t")
        window.wait_for(lambda: len(order("terminals")) == 2, what="a second terminal")
        # what tells the two apart
        window.key("ctrl+shift+r")
        window.wait_for(lambda: any(name.startswith("2/2") for name in order("terminals")), what="its number")
        before = order("terminals")
        window.key("ctrl+shift+Page_Up")
        window.wait_for(lambda: order("terminals") == before[::-1], what="the terminal's tab moved")
        window.key("ctrl+shift+Page_Down")
        window.wait_for(lambda: order("terminals") == before, what="the terminal's tab moved back")
        window.key("ctrl+shift+Page_Up")
        window.wait_for(lambda: order("terminals") == before[::-1], what="the terminal's tab moved again")
        window.screenshot(tap.picture_name(""))
        tap.equal(order("files"), FILES, "the files")
        # at the end of the bar nothing moves, and nothing else does instead
        window.key("ctrl+shift+Page_Up", "ctrl+4", "ctrl+shift+Page_Up", "ctrl+2")
        tap.equal((order("files"), order("terminals")), (FILES, before[::-1]), "the tabs")
        window.key("ctrl+shift+Page_Up")
        window.wait_for(lambda: order("files") == FILES[::-1], what="the file's tab moved")
        tap.equal(order("terminals"), before[::-1], "the terminals")


@case("one of several that runs something is asked about for itself")
def close():
    with project() as folder, EnclaveWindow(folder, settings=ALONE, size=SIZE) as window:
        begin(window)
        window.type("sleep 294\n")
        window.key("ctrl+shift+r")
        group(window, 2, 2)
        window.type("sleep 293\n")
        window.wait_for(lambda: sum("sleep 29" in line for line in window.leftovers()) >= 2, what="the programs")
        window.key("ctrl+shift+w")
        window.press("End and close")
        window.wait_for(lambda: len(texts(window)) == 1, what="one terminal")
        window.wait_for(lambda: [line for line in window.leftovers() if "sleep 29" in line] == ["sleep 294"],
                        what="only what ran in it ended")


@case("where there is no room for both, the one with the focus is shown")
def narrow():
    with project() as folder, EnclaveWindow(folder, settings=ALONE, size=SIZE) as window:
        begin(window)
        window.type("echo first-$((1+1))\n")
        says(window, "first-2")
        window.key("ctrl+shift+r")
        group(window, 2, 2)
        window.type("echo last-$((1+1))\n")
        says(window, "last-2")
        window.resize(440, 620)
        window.key("ctrl+3")
        window.wait_for(lambda: len(texts(window)) == 1, what="one terminal")
        window.screenshot(tap.picture_name(""))
        tap.check("last-2" in texts(window)[0], "another one than that with the focus is shown")
        window.key("alt+shift+Left")
        window.wait_for(lambda: len(texts(window)) == 1 and "first-2" in texts(window)[0], what="the first one")
        window.key("ctrl+shift+r")
        window.wait_text("There is no room for another terminal here")
        # The keys go on to the shell.
        window.type("echo still-$((5+5))\n")
        says(window, "still-10")
        window.resize(*SIZE)
        window.wait_for(lambda: len(texts(window)) == 2, what="both again")


@case("a folder that is opened again has its terminals as they were")
def restart():
    home = tempfile.mkdtemp(prefix="enclave-home-")
    with project() as folder:
        (folder / "within").mkdir(exist_ok=True)
        settings = {**ALONE, "terminal-profiles": "[{'name': <'Talker'>, 'command': <'sh'>, 'arguments': <['-c', 'echo I-am-$0; exec sh', 'talker']>}]"}
        with EnclaveWindow(folder, settings=settings, home=home, size=SIZE, environment={"SHELL": "/bin/bash"}) as window:
            begin(window)
            window.press("New terminal with a profile")
            window.press("Talker", role="menu item")
            says(window, "I-am-talker")
            window.key("ctrl+shift+r")
            window.wait_for(lambda: sum("I-am-talker" in text for text in texts(window)) == 2, what="a second one")
            window.key("ctrl+2")
            window.quit()
        kept = [json.loads(path.read_text()) for path in (pathlib.Path(home) / "state").rglob("windows/*.json")]
        tap.equal([tab.get("split") for tab in kept[0]["terminals"] if isinstance(tab, dict)], ["right"], "what was kept")
        tap.check("I-am" not in json.dumps(kept), "what a profile runs was kept beside it")
        with EnclaveWindow(folder, settings=None, home=home, size=SIZE, environment={"SHELL": "/bin/bash", "GSETTINGS_BACKEND": "keyfile"}) as window:
            window.wait_for(lambda: sum("I-am-talker" in text for text in texts(window)) == 2, what="both again")


@case("a profile whose program is not there says so in the terminal")
def missing():
    settings = {**ALONE, "terminal-profiles": "[{'name': <'Gone'>, 'command': <'/not/there/shell'>}]",
                "terminal-default-profile": "'Gone'"}
    with project() as folder, EnclaveWindow(folder, settings=settings, size=SIZE) as window:
        # What a project brings is no profile.
        (folder / ".vscode").mkdir()
        (folder / ".vscode" / "settings.json").write_text('{"terminal.integrated.shell.linux": "/bin/false"}')
        window.key("ctrl+3")
        window.wait_text("The profile “Gone” could not be started")
        says(window, "There is no program “/not/there/shell”.")
        window.screenshot(tap.picture_name(""))
        window.press("New terminal with a profile")
        window.press("Without a profile", role="menu item")
        window.wait_for(lambda: any(text.rstrip().endswith(("#", "$")) for text in texts(window)), what="a shell")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
