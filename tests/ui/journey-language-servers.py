# SPDX-License-Identifier: GPL-3.0-or-later
"""A language server in the window, by keyboard: agreed to, errors, hover, definition, uses, completion, renaming with a review, fixes."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import chat
import desktop
import tap
from enclave_window import COMPLETION_EMPTY, EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

A_C = "def ring_push (value)\nBAD ring_push\nWARN here\n\n"
B_C = "use ring_push\nuse ring_push again\n"
SERVER = pathlib.Path(os.environ["ENCLAVE_SCRIPTED_LANGUAGE_SERVER"])
SETTINGS = {"discover-servers": "false", "language-servers": "true"}


@contextlib.contextmanager
def opened(size=(1280, 800), settings=None, names=("clangd",), mode=None, text=A_C, **more):
    tools = pathlib.Path(tempfile.mkdtemp(prefix="tools-"))
    try:
        program = SERVER.read_text(encoding="utf-8")
        # What it is started with is what the real program takes.
        program = re.sub(r"^MODE = .*", f'MODE = "{mode}"', program, count=1, flags=re.M) if mode else program
        for name in names:
            (tools / name).write_text(program, encoding="utf-8")
            (tools / name).chmod(0o755)
        with project(src__a_dot_c=text, src__b_dot_c=B_C, **more) as folder, \
                EnclaveWindow(folder, folder / "src/b.c", folder / "src/a.c", settings={**SETTINGS, **(settings or {})}, size=size,
                              environment={"PATH": f"{tools}:/usr/bin:/bin"}, allow=[COMPLETION_EMPTY]) as window:
            yield window, folder
    finally:
        shutil.rmtree(tools, ignore_errors=True)


def editor(window, text):
    def shown():
        return next((node for node in window.find_all(role="text", name="Editor") if window.text_of(node) == text), None)
    return window.wait_for(shown, what=f"the text {text[:30]!r}")


def wait_caret(window, text, offset):
    def stands():
        node = window.focused()
        return node is not None and node.name == "Editor" and window.text_of(node) == text and node.caret == offset
    window.wait_for(stands, what=f"the caret at {offset}")


def agree(window):
    window.press("Use", role="push button")
    window.find(role="push button", name="1 error, 1 warning", timeout=30)


def has_sign(picture, text_box):
    """Whether something red stands in the gutter, as the sign of an error does."""
    area = f"52x{text_box.height}+{text_box.x}+{text_box.y}"
    colours = subprocess.run(["convert", picture, "-crop", area, "-format", "%c", "histogram:info:"], stdout=subprocess.PIPE, text=True,
                             check=True).stdout
    return any(int(red) > 150 and int(green) < 90 and int(blue) < 90
               for red, green, blue in re.findall(r"\(\s*(\d+),\s*(\d+),\s*(\d+)", colours))


def servers():
    """The processes of this test that are the scripted server."""
    found = set()
    for process in desktop.children():
        with contextlib.suppress(OSError):
            if b"/tools-" in pathlib.Path(f"/proc/{process}/cmdline").read_bytes():
                found.add(process)
    return found


def note(window, words):
    window.wait_for(lambda: words in window.all_text(), what=f"{words!r}")


@case("the question is answered by keys, which are back in the text then; what comes too early is told as that")
def early():
    with opened(mode="silent") as (window, _folder):
        editor(window, A_C)
        window.find(role="push button", name="Use", timeout=30)
        window.key("ctrl+2", "ctrl+shift+j")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Use", what="the focus on the answer")
        window.key("Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the focus back in the text")

        def told():
            window.key("F12")
            time.sleep(0.5)
            return "clangd is still starting: try again in a moment" in window.all_text()
        window.wait_for(told, what="why there is no answer yet")


@case("where no server may answer the reason is told, and the map of symbols is asked for a definition")
def without_server():
    head = "int head (void) { return called () + doubled (); }\n"
    doubled = "static int doubled (void) { return 2; }\n"
    with opened(src__callee_dot_c="int called (void) { return 1; }\n", src__head_dot_c=head, src__first_dot_c=doubled,
                src__second_dot_c=doubled) as (window, _folder):
        window.press("Not in this project", timeout=30)
        window.key("ctrl+p")
        window.type("head.c")
        window.key("Return")
        editor(window, head)
        window.key("shift+F1")
        note(window, "Language servers are off in this project: see Preferences")
        # of one place of that name, there
        window.key("ctrl+i")
        window.type("1:28")
        window.key("Return")
        window.key("F12")
        editor(window, "int called (void) { return 1; }\n")
        window.wait_for(lambda: not window.find_all(role="list", name="Found"), what="the list gone")
        # of two, the person's choice
        window.key("alt+comma")
        editor(window, head)
        window.key("ctrl+i")
        window.type("1:40")
        window.key("Return")
        window.key("F12")

        def listed():
            found = window.find_all(role="list", name="Found")
            names = [node.name for node in window.find_all(role="list item", within=found[0])] if found else []
            return all(any(name.startswith("doubled") and f"src/{file}.c:1" in name for name in names) for file in ("first", "second"))
        window.wait_for(listed, what="both functions in the map")
        time.sleep(1)
        tap.check(listed(), "one of two was gone to")
        window.key("Return")
        editor(window, doubled)
        window.key("ctrl+p")
        window.type("README")
        window.key("Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor" and "doubled" not in window.text_of(window.focused()),
                        what="the file that no server knows")
        window.key("shift+F1")
        note(window, "No language server knows files like this one")


@case("nothing starts before the person agrees; then errors are marked, stepped through and listed")
def problems():
    with opened() as (window, folder):
        editor(window, A_C)
        window.find(role="push button", name="Not in this project", timeout=30)
        tap.check(not window.exists(role="push button", name="1 error, 1 warning"), "a server ran before it was agreed to")
        agree(window)
        window.key("ctrl+2", "ctrl+Home", "F8")
        wait_caret(window, A_C, A_C.index("BAD"))
        note(window, "Error: BAD is bad")
        window.screenshot_with_popovers(tap.picture_name(""))
        plain = tap.output_folder() / "language-signs.png"
        window.key("Escape")
        window.screenshot(plain)
        tap.check(has_sign(plain, editor(window, A_C).box()), "no red sign beside the line with the error")
        window.key("F8")
        wait_caret(window, A_C, A_C.index("WARN"))
        window.key("shift+F8")
        wait_caret(window, A_C, A_C.index("BAD"))
        window.key("Right", "Right", "Right", "Right", "Right", "shift+F1")
        note(window, "ring_push is a word")
        window.key("ctrl+alt+e")
        window.find(role="list item", name="Error: BAD is bad, src/a.c:2")
        window.screenshot(tap.output_folder() / "language-problems.png")
        window.type("odd")
        window.key("Return")
        wait_caret(window, A_C, A_C.index("WARN"))
        # What is mended is no longer said.
        window.key("ctrl+Home", "Down", "shift+End", "Delete")
        window.find(role="push button", name="1 warning", timeout=30)


@case("definition, uses, completion with its signature, formatting and a fix")
def words():
    with opened(settings={"style-variant": "'dark'"}) as (window, folder):
        agree(window)
        editor(window, A_C)
        window.key("ctrl+2", "ctrl+Home", "Down", "End", "F12")
        wait_caret(window, A_C, A_C.index("ring_push"))
        window.key("shift+F12")
        window.find(role="list item", name="BAD ring_push, src/a.c:2")
        window.find(role="list item", name="use ring_push again, src/b.c:2")
        window.screenshot(tap.output_folder() / "language-uses.png")
        window.type("again")
        window.key("Return")
        wait_caret(window, B_C, B_C.index("ring_push again"))
        window.key("ctrl+End")
        window.type("alp")
        window.key("ctrl+space")
        note(window, "alphabet")
        window.screenshot_with_popovers(tap.output_folder() / "language-completion.png")
        window.key("Down", "Return")
        editor(window, B_C + "alpha()")
        note(window, "alpha(int one, ‹int two›)")
        window.screenshot_with_popovers(tap.output_folder() / "language-signature.png")
        window.key("End")
        window.type("  ")
        editor(window, B_C + "alpha()  ")
        window.key("ctrl+alt+f")
        editor(window, B_C + "alpha()")
        window.type(" BAD")
        window.key("alt+Return")
        window.find(role="list item", name="Replace BAD by GOOD")
        window.screenshot_with_popovers(tap.output_folder() / "language-fixes.png")
        window.key("Return")
        editor(window, B_C + "alpha() GOOD")
        window.key("ctrl+z")
        editor(window, B_C + "alpha() BAD")
        # A fix that the server does itself: it comes back as an edit.
        window.key("alt+Return")
        window.find(role="list item", name="Improve")
        window.key("Down", "Return")
        editor(window, "improved " + B_C + "alpha() BAD")


@case("an edit that comes late, when the text is another by then, changes nothing and says so")
def late():
    slow = "use SLOW  \n"
    with opened(src__slow_dot_c=slow) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("slow.c")
        window.key("Return")
        editor(window, slow)
        window.key("ctrl+Home", "ctrl+alt+f")
        window.type("never ")
        typed = "never " + slow
        window.wait_text("Nothing is changed: src/slow.c is not any more what the language server was asked about", timeout=30)
        editor(window, typed)
        # Asked again it is made, and is one step back.
        window.key("ctrl+alt+f")
        editor(window, typed.replace("  ", ""))
        window.key("ctrl+z")
        editor(window, typed)
        window.wait_for(lambda: "Nothing is changed" not in window.all_text(), what="the words gone")
        window.key("ctrl+Home", "F2")
        window.find(role="text", name="New name")
        window.type("always")
        window.key("Return", "ctrl+Home")
        window.type("x")
        window.wait_for(lambda: "Nothing is changed: src/slow.c" in window.all_text(), what="the refusal of a late new name")
        editor(window, "x" + typed)
        tap.check(not window.exists(role="push button", name="Apply"), "a late new name came to the review")


@case("of two servers that both do what was chosen, each one's edit is made in what that one knew")
def two_servers():
    slow, quick = "use SLOW\n", "use quick\n"
    with opened(names=("clangd", "pylsp"), src__slow_dot_c=slow, src__quick_dot_py=quick) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("quick.py")
        window.key("Return")
        editor(window, quick)
        window.key("ctrl+p")
        window.type("slow.c")
        window.key("Return")
        editor(window, slow)

        def improve():
            window.key("alt+Return")
            window.find(role="list item", name="Improve")
            window.key("Down", "Return")

        # clangd takes its time; the Python server is asked meanwhile, and answers at once.
        improve()
        window.type("later ")
        window.key("ctrl+Page_Up")
        editor(window, quick)
        improve()
        editor(window, "improved " + quick)
        window.wait_text("Nothing is changed: src/slow.c is not any more what the language server was asked about", timeout=30)
        tap.check(not window.exists(role="push button", name="Apply"), "an edit of another text came to the review")
        # Left as it is, the edit that comes later is clangd's: it waits in the review, as it is not of the text that is looked at.
        window.key("ctrl+Page_Down", "ctrl+Home")
        editor(window, "later " + slow)
        improve()
        window.key("ctrl+Page_Up")
        editor(window, "improved " + quick)
        improve()
        editor(window, "improved improved " + quick)
        window.wait_text("Nothing is written before you press Apply.", timeout=30)
        tap.contains(window.all_text(), "clangd", "who proposes it")
        tap.check("Python LSP Server" not in window.all_text(), "the other server is said to have proposed it")


OUTLINE_C = "class Ring\n  def push\n  def pull\nclass Log\n  def write\n  def close\ndef main\n"


@case("the outline is what the server knows of the text as it is: nested, at the caret, filtered by typing")
def outline():
    with opened(src__tree_dot_c=OUTLINE_C, settings={"style-variant": "'dark'"}) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("tree.c")
        window.key("Return")
        editor(window, OUTLINE_C)
        # Not saved yet, and known all the same.
        window.key("ctrl+End")
        window.type("def late")
        changed = OUTLINE_C + "def late"
        editor(window, changed)
        window.key("ctrl+Home", "Down", "Down", "Down", "Down", "End", "ctrl+alt+o")
        window.find(role="list item", name="late function  :8")
        rows = [node.name for node in window.find_all(role="list item") if re.search(r" :\d$", node.name or "")]
        tap.equal(rows, ["Ring class  :1", "push function  :2", "pull function  :3", "Log class  :4", "write function  :5", "close function  :6",
                         "main function  :7", "late function  :8"], "the outline")
        window.screenshot_with_popovers(tap.output_folder() / "language-outline.png")
        # Enter stays where the caret is: that one is selected.
        window.key("Return")
        wait_caret(window, changed, changed.index("write"))
        window.key("ctrl+alt+o")
        window.find(role="list item", name="late function  :8")
        window.key("Down", "Return")
        wait_caret(window, changed, changed.index("close"))
        window.key("ctrl+alt+o")
        window.type("pul")
        window.find(role="list item", name="pull Ring  function  :3")
        window.screenshot_with_popovers(tap.output_folder() / "language-outline-filter.png")
        window.key("Return")
        wait_caret(window, changed, changed.index("pull"))
        window.key("ctrl+alt+o")
        window.type("nothing like it")
        note(window, "No definition is called like this")
        window.key("Escape")
        wait_caret(window, changed, changed.index("pull"))
        window.key("ctrl+a")
        window.type("use ring")
        window.key("ctrl+alt+o")
        note(window, "There are no symbols in this file")


@case("of a long outline the part around the caret is shown")
def long_outline():
    text = "".join(f"def f{number}\n" for number in range(300))
    with opened(src__long_dot_c=text) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("long.c:150")
        window.key("Return")
        editor(window, text)
        wait_caret(window, text, text.index("def f149"))
        window.key("ctrl+alt+o")
        window.find(role="list item", name="f149 function  :150")
        window.find(role="list item", name="f145 function  :146")
        window.screenshot_with_popovers(tap.output_folder() / "language-outline-long.png")
        window.key("Up", "Return")
        wait_caret(window, text, text.index("f148"))


@case("uses are listed as they are written, saved or not")
def unsaved():
    with opened() as (window, folder):
        agree(window)
        editor(window, A_C)
        window.key("ctrl+2", "ctrl+Home")
        window.type("not saved ring_push 1")
        window.key("Return")
        changed = "not saved ring_push 1\n" + A_C
        editor(window, changed)
        window.key("ctrl+Home", "Right", "Right", "Right", "Right", "Right", "Right", "Right", "Right", "Right", "Right", "Right",
                   "shift+F12")
        window.find(role="list item", name="not saved ring_push 1, src/a.c:1")
        window.find(role="list item", name="BAD ring_push, src/a.c:3")
        window.find(role="list item", name="use ring_push again, src/b.c:2")
        tap.equal((folder / "src/a.c").read_text(), A_C, "the file on the disk")


@case("F4 and Shift+F4 go through the uses, from the text, and round at the ends")
def steps():
    with opened() as (window, _folder):
        agree(window)
        editor(window, A_C)
        window.key("ctrl+2", "F4")
        window.wait_text("No list is shown")
        window.key("ctrl+Home", "Down", "End", "shift+F12")
        window.find(role="list item", name="BAD ring_push, src/a.c:2")
        places = [(A_C, A_C.index("ring_push")), (A_C, A_C.index("BAD ring_push") + 4), (B_C, 4), (B_C, B_C.index("ring_push again"))]
        for text, offset in [*places, places[0]]:
            window.key("F4")
            wait_caret(window, text, offset)
        for text, offset in (places[3], places[2], places[1]):
            window.key("shift+F4")
            wait_caret(window, text, offset)
        window.screenshot(tap.output_folder() / "language-uses-stepped.png")
        # the list of what the server has found is shown last now
        window.key("ctrl+alt+e")
        window.find(role="list", name="Problems")
        window.key("F4")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the first problem")


@case("a definition of the system's headers is shown to be read, and one that may not be shown is told of")
def foreign():
    text = "use header\nuse secret\n"
    header = pathlib.Path("/usr/include/stdio.h").read_text(encoding="utf-8")
    with opened(src__head_dot_c=text) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("head.c")
        window.key("Return")
        editor(window, text)
        window.key("ctrl+Home", "Down", "End", "F12")
        note(window, "The definition of “secret” is in a file that is not shown here")
        editor(window, text)
        window.key("Up", "End", "F12")
        note(window, "stdio.h is not part of this project. It is shown to be read.")
        wait_caret(window, header, len("".join(header.splitlines(True)[:2])))
        window.screenshot(tap.output_folder() / "language-foreign.png")
        window.type("x")
        window.key("ctrl+s")
        editor(window, header)
        window.press("Edit anyway")
        window.wait_for(lambda: "It is shown to be read" not in window.all_text(), what="the note gone")
        window.key("ctrl+Home")
        window.type("x")
        editor(window, "x" + header)
        window.key("ctrl+z")
        editor(window, header)
        tap.equal(pathlib.Path("/usr/include/stdio.h").read_text(encoding="utf-8"), header, "the header")


@case("what is proposed is asked for again while only a part of it has come")
def partly():
    with opened() as (window, folder):
        agree(window)
        editor(window, A_C)
        window.key("ctrl+2", "ctrl+End")
        window.type("ga")
        window.key("ctrl+space")
        note(window, "gate")
        window.type("r")
        note(window, "garden")
        window.screenshot_with_popovers(tap.output_folder() / "language-rest.png")
        window.key("Down", "Return")
        editor(window, A_C + "garage")


@case("what a command makes, and what another program takes away, is seen by the server without a key in the editor")
def written_elsewhere():
    with opened(text="USE made.h\nWARN here\n", mode="good") as (window, folder):
        agree(window)
        window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")
        window.key("ctrl+3")
        window.type("touch made.h\n")
        window.find(role="push button", name="1 warning", timeout=30)
        (folder / "made.h").unlink()
        window.find(role="push button", name="1 error, 1 warning", timeout=30)
        # How files are compiled is read by clangd at its start alone.
        before = servers()
        (folder / "build").mkdir()
        (folder / "build/compile_commands.json").write_text("[]", encoding="utf-8")
        window.wait_for(lambda: (now := servers()) and not now & before, what="the server to be started again", timeout=30)
        window.find(role="push button", name="1 error, 1 warning", timeout=30)


@case("signs of errors go along with the text while the server has not looked again")
def moving():
    quiet = "QUIET\nBAD one\n"
    with opened(src__quiet_dot_c=quiet) as (window, folder):
        agree(window)
        window.key("ctrl+p")
        window.type("quiet.c")
        window.key("Return")
        editor(window, quiet)
        window.find(role="push button", name="2 errors, 1 warning", timeout=30)
        window.key("ctrl+Home", "Down", "Return", "Up")
        window.type("x = 1")
        moved = "QUIET\nx = 1\nBAD one\n"
        editor(window, moved)
        # Another file that is looked at anew makes all be shown again.
        window.key("ctrl+Page_Up", "ctrl+End")
        window.type("BAD")
        window.find(role="push button", name="3 errors, 1 warning", timeout=30)
        window.key("ctrl+Page_Down", "ctrl+Home")
        editor(window, moved)
        window.screenshot(tap.output_folder() / "language-moved.png")
        window.key("F8")
        wait_caret(window, moved, moved.index("BAD"))
        window.key("ctrl+alt+e")
        window.find(role="list item", name="Error: BAD is bad, src/quiet.c:3")


@case("a name changes in all files by way of the review; nothing is written before Apply")
def rename():
    with opened() as (window, folder):
        agree(window)
        editor(window, A_C)
        window.key("ctrl+2", "ctrl+Home", "Down", "End", "F2")
        window.find(role="text", name="New name")
        window.type("ring_add")
        window.screenshot_with_popovers(tap.output_folder() / "language-rename.png")
        window.key("Return")
        window.wait_text("Nothing is written before you press Apply.", timeout=30)
        window.screenshot(tap.output_folder() / "language-rename-review.png")
        tap.equal((folder / "src/a.c").read_text(), A_C, "a file before Apply")
        window.key("ctrl+Return")
        window.wait_for(lambda: (folder / "src/b.c").read_text() == B_C.replace("ring_push", "ring_add"), what="the other file changed")
        tap.equal((folder / "src/a.c").read_text(), A_C.replace("ring_push", "ring_add"), "the file")


@case("refused, nothing runs until it is allowed in the preferences")
def refused():
    with opened() as (window, _folder):
        window.press("Not in this project", role="push button", timeout=30)
        window.wait_for(lambda: not window.exists(role="push button", name="Not in this project"), what="the question gone")
        window.key("ctrl+2", "ctrl+End")
        window.type("BAD\n")
        window.key("ctrl+s")
        end = time.monotonic() + 3
        while time.monotonic() < end:
            tap.check(not servers(), "it runs all the same")
            time.sleep(0.05)
        tap.check(not window.exists(role="push button", name=re.compile("^[0-9]+ error")), "there are errors of a server")
        window.key("ctrl+comma")
        window.focus("Preferences")
        window.press("Languages", role="list item") if window.exists(role="list item", name="Languages") else None
        window.activate(window.find(role="check box", name="In this project"))
        window.wait_for(lambda: "Running" in window.all_text(), what="the state")
        tap.check(servers(), "the server that runs is not found")


@case("what servers say goes with a message; preferences show state and log")
def others():
    with ScriptedServer([says("Seen.")]) as server, opened(size=(900, 600), settings=server.settings()) as (window, folder):
        window.find(role="label", name="test-model", timeout=20)
        agree(window)
        chat.write(window, "Mend @diagnostics ")
        window.key("Return")
        chat.wait_words(window, "Seen.")
        tap.contains(str(server.requests()[-1]["messages"]), "src/a.c:2:1: error: BAD is bad [scripted E1]", "what was sent")
        chat.wait_idle(window)
        window.key("ctrl+comma")
        window.focus("Preferences")
        window.press("Languages", role="list item") if window.exists(role="list item", name="Languages") else None
        window.wait_for(lambda: "Running" in window.all_text(), what="the state")
        window.screenshot(tap.output_folder() / "language-preferences.png")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
