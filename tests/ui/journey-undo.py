# SPDX-License-Identifier: GPL-3.0-or-later
"""A person takes turns of the agent back: the last one, an older one, one that is in the way of later work, and one of the run
before."""

import fcntl
import pathlib
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
TEN = "".join(f"line {number}\n" for number in range(1, 11))


def ten(**changed):
    lines = {f"l{number}": f"line {number}\n" for number in range(1, 11)}
    lines.update(changed)
    return "".join(lines.values())


def turn(number, path, content):
    return [calls("write_file", "I write it.", path=path, content=content), says(f"Written, {number}.")]


def wait_file(window, path, content):
    window.wait_for(lambda: (path.read_text() if path.exists() else None) == content, what=f"{path.name} as {content!r}")


def ask(window, words, answer):
    chat.say(window, words)
    chat.wait_words(window, answer)
    chat.wait_idle(window)


def apply(window):
    window.press("Apply", role="push button", within=window.find(name="Chat"))


def press_in_bar(window, name):
    """The button of the bar, not that of a message."""
    window.find_all(role="push button", name=name, within=window.find(name="Chat"))[-1].act()


@case("each turn has its undo, and redo, in the conversation")
def each_turn():
    replies = turn(1, "a.txt", ten(l2="two\n")) + turn(2, "a.txt", ten(l2="two\n", l9="nine\n"))
    with ScriptedServer(replies) as server, project(a_dot_txt=TEN) as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        path = folder / "a.txt"
        window.find(role="label", name="test-model", timeout=20)
        ask(window, "Change the second line.", "Written, 1.")
        apply(window)
        wait_file(window, path, ten(l2="two\n"))
        ask(window, "Change the ninth line.", "Written, 2.")
        apply(window)
        wait_file(window, path, ten(l2="two\n", l9="nine\n"))
        messages = window.find(role="list", name="Messages")
        window.wait_for(lambda: chat.words(window).count("1 file changed") == 2, what="both turns say what they changed")
        window.screenshot(tap.picture_name("-turns"))

        # The older one first: the newer one stays.
        window.find_all(role="push button", name="Undo turn", within=messages)[0].act()
        wait_file(window, path, ten(l9="nine\n"))
        window.wait_for(lambda: "1 file taken back" in chat.words(window), what="the row to say it")
        window.press("Redo", role="push button", within=messages)
        wait_file(window, path, ten(l2="two\n", l9="nine\n"))

        # By key, and again by the bar.
        window.key("ctrl+alt+z")
        wait_file(window, path, ten(l2="two\n"))
        window.find(role="label", name="1 file taken back", within=window.find(name="Chat"))
        window.screenshot(tap.picture_name("-taken-back"))
        press_in_bar(window, "Redo")
        wait_file(window, path, ten(l2="two\n", l9="nine\n"))


@case("what was changed since is shown, file by file")
def conflict():
    replies = [calls("write_file", "First.", path="a.txt", content=ten(l2="two\n")),
               calls("write_file", "Second.", path="b.txt", content="bee\n"), says("Written, 1.")]
    with ScriptedServer(replies) as server, project(a_dot_txt=TEN, b_dot_txt="b\n") as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        ask(window, "Change both.", "Written, 1.")
        apply(window)
        wait_file(window, folder / "b.txt", "bee\n")
        (folder / "a.txt").write_text(ten(l2="two and mine\n"))

        window.key("ctrl+alt+z")
        window.wait_text("1 file was changed since")
        window.wait_text("1 other file is taken back.")
        window.screenshot_with_popovers(tap.picture_name("-conflict"))
        window.press("Cancel", role="push button")
        window.wait_for(lambda: not window.exists(role="push button", name="Cancel"), what="the dialog gone")
        tap.check((folder / "b.txt").read_text() == "bee\n", "something was undone though it was cancelled")

        press_in_bar(window, "Undo turn")
        window.wait_text("1 file was changed since")
        window.press("Undo Turn", role="push button")
        wait_file(window, folder / "b.txt", "b\n")
        tap.check((folder / "a.txt").read_text() == ten(l2="two and mine\n"), "the person's file was not left")

        # Again, and this time the file is to be as it was.
        window.wait_for(lambda: not window.exists(role="push button", name="Undo Turn"), what="the dialog gone")
        press_in_bar(window, "Redo")
        wait_file(window, folder / "b.txt", "bee\n")
        window.wait_text("Applied", within=window.find(name="Chat"))
        press_in_bar(window, "Undo turn")
        window.wait_text("1 file was changed since")
        window.press("a.txt: Put back")
        window.press("Undo Turn", role="push button")
        wait_file(window, folder / "a.txt", TEN)


@case("the history works after a restart, and tells of a change that a kill had cut short")
def history():
    with project(a_dot_txt=TEN, b_dot_txt="b\n") as folder, tempfile.TemporaryDirectory() as home, \
            ScriptedServer(turn(1, "a.txt", ten(l2="two\n"))) as server:
        with EnclaveWindow(folder, settings=server.settings(), size=SIZE, home=home) as window:
            window.find(role="label", name="test-model", timeout=20)
            window.press("Undo history", role="push button")
            window.wait_text("Nothing to Undo")
            main = window.window
            window.focus("Undo History")
            window.screenshot(tap.picture_name("-empty"))
            window.key("Escape")
            window.window = main
            window.focus()
            ask(window, "Change the second line of it.", "Written, 1.")
            apply(window)
            wait_file(window, folder / "a.txt", ten(l2="two\n"))
            window.wait_for(lambda: "1 file changed" in chat.words(window), what="the turn to say what it changed")

        # As if the program had been killed between the last file and the note that all are written.
        record, = pathlib.Path(home).glob("state/enclave/checkpoints/*/*.json")
        record.rename(record.parent / "plan")
        with EnclaveWindow(folder, settings=server.settings(), size=SIZE, home=home) as window:
            window.wait_text("The change was complete, and can be undone.")
            window.screenshot(tap.picture_name("-recovered"))
            window.press("Undo History", role="push button")
            window.wait_text("Change the second line of it.")
            window.screenshot_with_popovers(tap.picture_name("-history"))
            window.press("Undo: Change the second line of it.", role="push button")
            wait_file(window, folder / "a.txt", TEN)
            window.press("Redo: Change the second line of it.", role="push button")
            wait_file(window, folder / "a.txt", ten(l2="two\n"))
            window.key("Escape")
            window.focus()

            # With the conversation goes what its turns have replaced.
            window.press("Conversations", role="push button", within=window.find(name="Chat"))
            window.wait_for(lambda: any(row.name.startswith("Change the second line") for row in window.find_all(role="list item")),
                            what="the list")
            kept = pathlib.Path(home, "state/enclave/checkpoints")
            # While another program writes to the project nothing of it goes, and the window waits for nobody.
            with open(next(kept.glob("*/lock")), "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                window.key("shift+Delete")
                window.press("Delete for good", role="push button")
                window.wait_text("Another Enclave is changing files of this folder at this moment")
                tap.check(list(pathlib.Path(home, "state/enclave/conversations").glob("*.jsonl")), "the conversation went")
                tap.check([path for path in kept.glob("*/*") if path.suffix == ".json"], "its history went")
            window.key("shift+Delete")
            window.press("Delete for good", role="push button")
            window.wait_text("No conversations yet")
            window.wait_for(lambda: not [path for path in kept.glob("*/*") if path.suffix == ".json"], what="the history gone")
            window.wait_for(lambda: not list(kept.glob("*/objects/*")), what="the replaced texts gone")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
