# SPDX-License-Identifier: GPL-3.0-or-later
"""A system that gives no more: no watches, no descriptors, no memory, nowhere to keep settings, a clock that is set, no room
for what is kept, and a disk that does not answer. Rows F14, F34 to F38 and F41 of the fault matrix."""

import errno
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import time

import chat
import desktop
import namespaces
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

QUIET = {"discover-servers": "false"}
SIZE = (1280, 800)
# The toolkit says what it could not read, too.
NO_FILES = "Too many open files"
UNWRITABLE = "/proc|dconf"
# The user's namespace is one whose limit is set before the program starts.
NO_WATCHES = ["-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"', os.environ["ENCLAVE_PROGRAM"]]


def wait_editor(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text for node in window.find_all(role="text", name="Editor")),
                    what=f"the text {text[:30]!r}")


def drafts(home):
    return [file.read_bytes() for file in home.glob("**/enclave/drafts/*.draft")]


def offers_snippet(window, name):
    window.key("ctrl+2", "ctrl+alt+i")
    found = name in window.all_text()
    window.key("Escape")
    return found


# The folder of the state is a disk of its own, seen by the program alone.
FULL_STATE = ["-Urm", "sh", "-c", 'mount -t tmpfs -o size=256k,mode=0700 tmpfs "$XDG_STATE_HOME" && exec "$0" "$@"',
              os.environ["ENCLAVE_PROGRAM"]]


def state_of(window):
    """The same folder, as the program sees it."""
    return pathlib.Path(f"/proc/{window.process.pid}/root{window.home}/state")


@case("F14: the folder of the state is full: editing goes on, it is said that nothing is kept, and once there is room all is")
def state_full():
    if reason := namespaces.missing():
        raise tap.Skip(reason)
    for style in ("light", "dark"):
        with project() as folder, EnclaveWindow(*FULL_STATE, folder, folder / "README.md", program="unshare", size=SIZE,
                                                settings={**QUIET, "style-variant": f"'{style}'"}) as window:
            wait_editor(window, "# Ringlog\n")
            filler = state_of(window) / "filler"
            try:
                with open(filler, "wb", buffering=0) as file:
                    while file.write(bytes(512)):
                        pass
            except OSError as error:
                tap.equal(error.errno, errno.ENOSPC, "why the disk took no more")
            window.key("ctrl+2", "ctrl+Home")
            window.type("mine~ ")
            window.wait_text("Unsaved changes are not kept until the disk takes them again: No space left on device. Save them, or make room for")
            window.screenshot(tap.picture_name(f"-{style}"))
            window.type("and more| ")
            wait_editor(window, "mine~ and more| # Ringlog\n")
            tap.check(not any(b"|" in text for text in drafts(state_of(window))), "a draft where there was no room")
            filler.unlink()
            # Nobody types on.
            window.wait_for(lambda: any(b"~" in text and b"|" in text for text in drafts(state_of(window))), what="the draft")
            window.wait_for(lambda: "not kept until" not in window.all_text(), what="the note gone")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine~ and more| # Ringlog\n", what="the file saved")


def slow_environment(slow, hang, **more):
    return {"LD_PRELOAD": os.environ["ENCLAVE_SLOW_DISK"], "ENCLAVE_TEST_SLOW": str(slow), "ENCLAVE_TEST_HANG": str(hang),
            "ENCLAVE_TEST_SLOW_LOOKS": "too", **more}


@case("F34: a disk that does not answer: the window goes on, what is read can be left, and comes once there is an answer")
def slow_disk():
    for style in ("light", "dark"):
        with tempfile.TemporaryDirectory() as place, project() as folder:
            slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
            slow.mkdir()
            (slow / "notes.txt").write_text("notes\n")
            hang.write_text("")
            with EnclaveWindow(folder, folder / "README.md", slow / "notes.txt", size=SIZE,
                               settings={**QUIET, "style-variant": f"'{style}'"},
                               environment=slow_environment(slow, hang, ENCLAVE_TEST_SLOW_LOOKS="no")) as window:
                window.wait_text("Reading notes.txt takes long: its disk or network does not answer.")
                window.screenshot(tap.picture_name(f"-{style}"))
                window.key("ctrl+2", "ctrl+Page_Up", "ctrl+Home")
                window.type("mine ")
                window.key("ctrl+s")
                window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="another file saved")
                window.key("ctrl+Page_Down")
                window.press("Cancel", role="push button")
                window.wait_text("notes.txt can’t be opened")
                window.wait_text("Reading it was cancelled. Try again once its disk or network answers.")
                window.press("Try again")
                window.wait_text("Reading notes.txt takes long")
                hang.unlink()
                wait_editor(window, "notes\n")


@case("F34: a file that is open lies on a disk that does not answer any more: its tab is there, and the window goes on")
def slow_open_file():
    with tempfile.TemporaryDirectory() as place, project() as folder:
        slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
        slow.mkdir()
        (slow / "notes.txt").write_text("notes\n")
        with EnclaveWindow(folder, folder / "README.md", slow / "notes.txt", size=SIZE, settings=QUIET,
                           environment=slow_environment(slow, hang)) as window:
            wait_editor(window, "notes\n")
            (slow / "notes.txt").write_text("theirs\n")
            wait_editor(window, "theirs\n")
            hang.write_text("")
            window.key("ctrl+2", "ctrl+Page_Up", "ctrl+Page_Down")
            wait_editor(window, "theirs\n")
            window.key("ctrl+Page_Up", "ctrl+Home")
            window.type("mine ")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="another file saved")
            hang.unlink()
            (slow / "notes.txt").write_text("theirs again\n")
            window.key("ctrl+Page_Down")
            wait_editor(window, "theirs again\n")


@case("F34: a folder on a disk that does not answer is opened once it does, and what waits can be left")
def slow_folder():
    for style in ("light", "dark"):
        with tempfile.TemporaryDirectory() as place:
            slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
            slow.mkdir()
            (slow / "notes.txt").write_text("notes\n")
            hang.write_text("")
            with EnclaveWindow(size=SIZE, settings={**QUIET, "recent-projects": f"['{slow}']", "style-variant": f"'{style}'"},
                               environment=slow_environment(slow, hang)) as window:
                window.click(window.find(role="label", name="slow"))
                window.wait_text(f"Opening {slow} takes long: its disk or network does not answer.")
                window.screenshot(tap.picture_name(f"-{style}"))
                window.press("Cancel", role="push button")
                window.wait_for(lambda: "takes long" not in window.all_text(), what="the note gone")
                window.click(window.find(role="label", name="slow"))
                window.wait_text(f"Opening {slow} takes long")
                hang.unlink()
                window.find(role="label", name="notes.txt")
                tap.check("takes long" not in window.all_text(), "the note stays")


@case("F34: a file that the agent has read lies where looking at it takes for ever: the window goes on, and shows it afterwards")
def slow_follow():
    with project(slow__notes_dot_txt="notes\n") as folder, tempfile.TemporaryDirectory() as place, \
            ScriptedServer([calls("read_file", path="slow/notes.txt"), says("It says notes.")]) as server:
        hang = pathlib.Path(place) / "hang"
        with EnclaveWindow(folder, settings={**server.settings(), "follow-agent": "true"}, size=SIZE,
                           environment=slow_environment(folder.resolve() / "slow", hang, ENCLAVE_TEST_SLOW_LOOKS="only")) as window:
            window.find(role="label", name="test-model", timeout=20)
            hang.write_text("")
            chat.say(window, "Look")
            chat.wait_words(window, "It says notes.")
            chat.write(window, "still here")
            window.wait_for(lambda: window.text_of(chat.message(window)) == "still here", what="what is typed")
            hang.unlink()
            wait_editor(window, "notes\n")


@case("F34: a terminal's folder lies where looking takes for ever: it begins in the project, and what is typed meanwhile is kept")
def slow_terminal():
    with tempfile.TemporaryDirectory() as place, project() as folder:
        slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
        slow.mkdir()
        (slow / "notes.txt").write_text("notes\n")
        profiles = f"[{{'name': <'Slow'>, 'start': <'given'>, 'folder': <'{slow}'>}}]"
        with EnclaveWindow(folder, folder / "README.md", size=SIZE, environment=slow_environment(slow, hang),
                           settings={**QUIET, "terminal-profiles": profiles, "terminal-default-profile": "'Slow'"}) as window:
            window.key("ctrl+3")
            window.wait_for(lambda: chat.terminal_text(window).strip(), what="a prompt")
            hang.write_text("")
            window.key("ctrl+shift+t")
            window.type("echo ty''ped-$PWD-\n")
            window.key("ctrl+2")
            window.type("mine ")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="a file saved")
            window.wait_text(f"The folder “{slow}” of this profile is not there, so it begins in the project")
            window.wait_for(lambda: f"typed-{folder.resolve()}-" in chat.terminal_text(window).replace("\n", ""), what="what was typed")
            window.screenshot(tap.picture_name(""))
            window.key("ctrl+3")
            window.type(f"clear; echo {slow}/notes.txt:1:2\n")
            window.wait_for(lambda: "clear" not in chat.terminal_text(window), what="the place")
            window.press("Terminal menu")
            window.press("Open the last link", role="menu item")
            window.wait_for(lambda: not window.exists(role="menu item", name="Open the last link"), what="the menu closed")
            window.key("ctrl+3")
            window.type("echo still-$((1 + 1))\n")
            window.wait_for(lambda: "still-2" in chat.terminal_text(window), what="the terminal at work")
            hang.unlink()
            wait_editor(window, "notes\n")


@case("F34: what a second start asks to open lies where looking takes for ever: the window that runs goes on, and gets it afterwards")
def slow_second_start():
    with tempfile.TemporaryDirectory() as place, project() as folder:
        slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
        slow.mkdir()
        (slow / "notes.txt").write_text("notes\n")
        with EnclaveWindow(folder, folder / "README.md", size=SIZE, settings=QUIET,
                           environment=slow_environment(slow, hang)) as window:
            wait_editor(window, "# Ringlog\n")
            hang.write_text("")
            for what in (slow / "notes.txt", slow):
                done = subprocess.run([window.program, what], env=window.environment(), timeout=20, check=False)
                tap.equal(done.returncode, 0, "exit status of the second start")
            window.key("ctrl+2", "ctrl+Home")
            window.type("mine ")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="a file saved")
            tap.equal(len(window.frames()), 1, "windows")
            hang.unlink()
            wait_editor(window, "notes\n")
            window.wait_for(lambda: sorted(frame.name for frame in window.frames()) == sorted([folder.name, "slow"]),
                            what="a window for the folder")


@case("F34: what the start asks to open lies where looking takes for ever: there is a window, and it gets it afterwards")
def slow_start():
    with tempfile.TemporaryDirectory() as place:
        slow, hang = pathlib.Path(place).resolve() / "slow", pathlib.Path(place) / "hang"
        slow.mkdir()
        (slow / "notes.txt").write_text("notes\n")
        hang.write_text("")
        with EnclaveWindow(slow, size=SIZE, settings=QUIET, environment=slow_environment(slow, hang)) as window:
            window.find(role="list item", name="Take the tour")
            hang.unlink()
            window.find(role="label", name="notes.txt")
            tap.equal(len(window.frames()), 1, "windows")


@case("F35: no more files can be watched: it looks every few seconds, and says so")
def watches():
    if reason := namespaces.missing():
        raise tap.Skip(reason)
    with project() as folder, EnclaveWindow(*NO_WATCHES, folder, folder / "README.md", program="unshare", settings=QUIET,
                                            size=SIZE) as window:
        wait_editor(window, "# Ringlog\n")
        window.wait_text("The system lets no more files be watched.")
        window.screenshot(tap.picture_name(""))
        (folder / "README.md").write_text("theirs\n")
        (folder / "made.txt").write_text("")
        wait_editor(window, "theirs\n")
        window.find(role="label", name="made.txt")
        snippets = window.home / "config" / "enclave" / "snippets"
        snippets.mkdir(parents=True, exist_ok=True)
        (snippets / "mine.snippets").write_text('<snippets><snippet trigger="g" name="Greeting"><text>Hello</text></snippet></snippets>')
        window.wait_for(lambda: offers_snippet(window, "Greeting"), 20, what="the snippet of the person")
        window.press("Close", role="push button", within=window.find(name=re.compile("^The system lets no more")))
        window.wait_for(lambda: "no more files be watched" not in window.all_text(), what="the note gone")


@case("F36: no more files can be opened: what is asked for fails in words, and goes on after that")
def descriptors():
    with project(notes_dot_txt="notes\n") as folder, \
            EnclaveWindow(folder, folder / "README.md", settings=QUIET, size=SIZE, allow=[NO_FILES]) as window:
        wait_editor(window, "# Ringlog\n")
        window.find(role="label", name="notes.txt")
        window.key("ctrl+2", "ctrl+Home")
        window.type("mine ")
        window.wait_for(lambda: drafts(window.home), what="the draft")
        pid = window.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        # Those that are open stay, and there is no other.
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")), before[1]))
        window.key("ctrl+s")
        window.wait_text("README.md was not saved")
        window.wait_text("Too many open files")
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file")
        window.key("ctrl+n")
        window.type("a text without a file")
        window.click(window.find(role="label", name="notes.txt"))
        window.key("ctrl+1", "Return")
        window.wait_text("Could not open “notes.txt”: Too many open files")
        window.screenshot(tap.picture_name(""))
        window.key("ctrl+p")
        window.type("notes")
        window.wait_text("Not all files could be looked for: Too many open files.")
        window.screenshot_with_popovers(tap.picture_name("-names"))
        window.key("Escape", "ctrl+shift+f")
        window.type("notes\n")
        window.wait_text("not all files could be searched: Too many open files.")
        window.screenshot(tap.picture_name("-search"))
        window.key("ctrl+w")
        window.key("ctrl+shift+t", "ctrl+shift+b", "ctrl+3")
        window.type("echo still\n")
        window.check_alive()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        window.key("ctrl+2", "ctrl+w")
        window.click(window.find(role="label", name="notes.txt"))
        window.key("ctrl+1", "Return")
        wait_editor(window, "notes\n")
        window.key("ctrl+p")
        window.type("README\n")
        wait_editor(window, "mine # Ringlog\n")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="the file saved")


@case("F37: no more memory: a large file is refused, and what was typed is kept")
def memory():
    with project() as folder:
        (folder / "large.txt").write_bytes(b"a line of a large file\n" * 2_600_000)
        with EnclaveWindow(folder, folder / "README.md", settings=QUIET, size=SIZE) as window:
            wait_editor(window, "# Ringlog\n")
            window.key("ctrl+2", "ctrl+Home")
            window.type("mine~")
            pid = window.process.pid
            pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[0])
            before = resource.prlimit(pid, resource.RLIMIT_AS)
            resource.prlimit(pid, resource.RLIMIT_AS, (pages * resource.getpagesize() + (300 << 20), before[1]))
            window.key("ctrl+p")
            window.type("large")
            window.find(role="list item", name=re.compile("^large.txt"))
            window.key("Return")
            window.wait_text("Cannot allocate memory", timeout=60)
            window.screenshot(tap.picture_name(""))
            window.wait_for(lambda: any(b"~" in text for text in drafts(window.home)), what="the draft")
            window.key("ctrl+p")
            window.type("README\n")
            wait_editor(window, "mine~# Ringlog\n")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine~# Ringlog\n", what="the file saved")


def conversations(window):
    """The titles that the list shows, from its top."""
    window.key("ctrl+shift+h")
    found = window.find(role="list", name="Conversations")
    window.wait_for(lambda: window.find_all(role="list item", within=found), what="conversations")
    names = [node.name for node in window.find_all(role="list item", within=found)]
    window.key("Escape")
    window.wait_for(lambda: not window.exists(role="entry", name="Search conversations"), what="the list closed")
    return names


def wait_draft(window, typed):
    began = time.monotonic()
    window.wait_for(lambda: any(typed.encode() in text for text in drafts(window.home)), what=f"{typed} in a draft")
    # Five seconds are promised; the rest is for a machine that does other things.
    tap.check(time.monotonic() - began < 15, "the draft came late")


def check_clock_of(window, question, jump):
    """The program itself has noted the question at the time it was told, or nothing here says anything about its clock."""
    lines = [line for file in window.home.glob("**/conversations/*.jsonl") for line in file.read_text().splitlines() if question in line]
    times = [message["time"] - time.time() for line in lines for message in json.loads(line).get("messages", [])
             if message["role"] == "user" and question in json.dumps(message)]
    tap.check(times, f"no message that is kept holds {question}")
    # From the question to here less than ten minutes go by; a jump is a day.
    tap.check(all(abs(off - jump) < 600 for off in times), f"{question} is noted {times} s off, not {jump}")


@case("F38: the clock goes a day back, and a day ahead: drafts, the order of conversations and the speed of a model hold")
def clock():
    day = 24 * 60 * 60
    slowly = [{"delay_ms": 300}, {"text": "some more words of it ", "words": True}] * 20
    replies = [{"events": [{"text": f"Answer {number}. ", "words": True}, *slowly, {"text": "That is all.", "words": True}]}
               for number in range(3)]
    with tempfile.TemporaryDirectory() as place, ScriptedServer(replies) as server, project() as folder:
        now = pathlib.Path(place) / "clock"
        now.write_text("0")
        with EnclaveWindow(folder, folder / "README.md", settings=server.settings(), size=SIZE,
                           environment={"LD_PRELOAD": os.environ["ENCLAVE_CLOCK_JUMP"], "ENCLAVE_TEST_CLOCK": str(now)}) as window:
            window.find(role="label", name="test-model", timeout=30)
            wait_editor(window, "# Ringlog\n")
            titles = []
            speed = re.compile(r"Writing · ([0-9.,]+) tokens/s")
            for number, (jump, letter) in enumerate(((0, "~"), (-day, "|"), (day, "%"))):
                now.write_text(str(jump))
                window.key("ctrl+2", "ctrl+Home")
                window.type(letter)
                wait_draft(window, letter)
                if number:
                    window.press("New conversation", role="push button", within=window.find(name="Chat"))
                    # the toolkit holds a button for a moment before it acts
                    window.wait_text("Ask about")
                chat.say(window, f"Question {number}")
                chat.wait_words(window, f"Answer {number}. some", timeout=30)
                # In the middle of it, and by another amount than before.
                now.write_text(str(2 * jump))
                time.sleep(1)
                shown = window.wait_for(lambda: speed.search(window.all_text()), what="the speed")
                found = float(shown[1].replace(",", ""))
                tap.check(1 <= found < 1000, f"the speed is {found}")
                chat.wait_words(window, "That is all.", timeout=60)
                chat.wait_idle(window)
                titles.insert(0, f"Question {number}")
                check_clock_of(window, f"Question {number}", jump)
                found = conversations(window)
                tap.equal([name[:len("Question 0")] for name in found], titles, f"the conversations, the clock at {jump} s")
            window.screenshot(tap.picture_name(""))
            window.key("ctrl+2", "ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "%|~# Ringlog\n", what="the file saved")


@case("F41: a home that can't be written: it runs on defaults")
def nowhere():
    homes = {f"XDG_{name}_HOME": f"/proc/{name.lower()}" for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    for backend in ("dconf", "keyfile"):
        with project() as folder, EnclaveWindow(folder, folder / "README.md", size=SIZE, allow=[UNWRITABLE],
                                                environment={"HOME": "/proc", "GSETTINGS_BACKEND": backend, **homes}) as window:
            wait_editor(window, "# Ringlog\n")
            window.key("ctrl+2", "ctrl+Home")
            window.type("mine ")
            window.wait_text("Unsaved changes are not kept until the disk takes them again")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="the file saved")
            # The settings can be looked at and turned.
            window.key("ctrl+comma")
            window.focus("Preferences")
            window.press("Terminal", role="list item")
            window.wait_for(lambda: window.find_all(role="check box"), what="switches")
            window.activate(window.find_all(role="check box")[0])
            window.screenshot(tap.picture_name(backend))
            window.key("Escape")
            window.check_alive()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
