# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be opened is said in the window or on stderr; nothing is lost and nothing hangs."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

LARGE_BYTES = 200 * 1000 * 1000


def run(*arguments):
    """The program without a display."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/dev/null/home", "GSETTINGS_BACKEND": "memory"}
    return subprocess.run([os.environ["ENCLAVE_PROGRAM"], *arguments], env=environment, text=True, timeout=30,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


@case("help and version need no display")
def no_display():
    done = run("--version")
    tap.equal(done.returncode, 0, "exit status")
    tap.contains(done.stdout, "Enclave ")
    done = run("--help")
    tap.equal(done.returncode, 0, "exit status")
    tap.contains(done.stdout, "--new-window")


@case("an unknown option is named")
def unknown_option():
    done = run("--no-such-option")
    tap.check(done.returncode != 0, "an unknown option was taken")
    tap.contains(done.stderr, "--no-such-option")


@case("a line without a file is refused")
def line_without_file():
    with EnclaveWindow("+12", wait=False) as window:
        tap.equal(window.wait_exit(), 2, "exit status")
        tap.contains(window.stderr(), "+12")


def shows(name, make, words):
    with project() as folder:
        make(folder / name)
        with EnclaveWindow(folder, folder / name) as window:
            window.wait_text(words)
            # The window goes on: another file opens.
            window.key("ctrl+n")
            window.wait_text("Untitled 1")


@case("a binary file")
def binary():
    shows("a.bin", lambda path: path.write_bytes(bytes(range(256)) * 40), "a.bin is not text")


@case("folders whose names have a line end or are no text come among the recent ones, and open from there")
def odd_recent_folders():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    with project() as base:
        for name, shown in ((b"one\ntwo", "one<U+000A>two"), (b"caf\xe9", "caf\\xe9")):
            folder = os.path.join(os.fsencode(base), name)
            os.mkdir(folder)
            with open(os.path.join(folder, b"inner.txt"), "w", encoding="utf-8") as file:
                file.write("inner\n")
            for arguments in ((os.fsdecode(folder),), ()):
                with EnclaveWindow(*arguments, home=home, settings={"discover-servers": "false"} if arguments else {}) as window:
                    if not arguments:
                        window.screenshot(tap.picture_name(""))
                        window.click(window.find(role="label", name=shown))
                    window.find(role="label", name="inner.txt")
    shutil.rmtree(home)


@case("a pipe does not hang")
def pipe():
    shows("pipe", os.mkfifo, "pipe is not an ordinary file")


@case("a file of 200 MB")
def large():
    def make(path):
        with open(path, "wb") as file:
            file.truncate(LARGE_BYTES)
    shows("large.txt", make, "large.txt is larger than")


@case("a file that may not be read")
def unreadable():
    if os.geteuid() == 0:
        raise tap.Skip("root reads every file")

    def make(path):
        path.write_text("text")
        path.chmod(0)
    shows("closed.txt", make, "closed.txt can’t be opened")


@case("a file that is not there is one to be made")
def missing():
    shows("later.txt", lambda path: None, "later.txt does not exist yet. Saving makes it.")


@case("a link that leads to itself is said to, and what to do")
def link_loop():
    with project() as folder:
        (folder / "there").symlink_to("back")
        (folder / "back").symlink_to("there")
        with EnclaveWindow(folder, folder / "there", size=(1280, 800)) as window:
            window.wait_text("there can’t be opened")
            window.wait_text("a link that leads back to itself. Make the link anew")
            window.screenshot(tap.picture_name(""))
            (folder / "back").unlink()
            (folder / "back").symlink_to("README.md")
            window.press("Try again")
            window.wait_for(lambda: window.text_of(window.find(role="text", name="Editor")) == "# Ringlog\n", what="the file")


@case("a link that leads to nothing asks whether to make what it leads to")
def dangling_link():
    with project() as folder:
        (folder / "settings").symlink_to("src/later.conf")
        (folder / "lost").symlink_to("nowhere/later.conf")
        with EnclaveWindow(folder, folder / "settings", size=(1280, 800)) as window:
            window.wait_text(f"settings is a link to {folder.resolve()}/src/later.conf, which does not exist. Create it?")
            window.screenshot(tap.picture_name(""))
            tap.check(not (folder / "src/later.conf").exists(), "made unasked")
            window.press("Create")
            window.wait_for(lambda: (folder / "src/later.conf").exists() or None, what="the file made")
            window.wait_for(lambda: "Create it?" not in window.all_text(), what="the question gone")
            tap.check((folder / "settings").is_symlink(), "the link is none any more")
            window.key("ctrl+2")
            window.type("port 80")
            window.key("ctrl+s")
            window.wait_for(lambda: (folder / "src/later.conf").read_text() == "port 80", what="the file saved")
        with EnclaveWindow(folder, folder / "lost", size=(1280, 800)) as window:
            window.wait_text("lost can’t be opened")
            window.wait_text("It is a link to nowhere/later.conf, whose folder does not exist. Make the folder, or the link anew.")
            window.screenshot(tap.picture_name("-folder"))


@case("a name with a line end and controls")
def odd_name():
    with project() as folder:
        path = folder / "od\nd\x1b[31m.txt"
        path.write_text("odd text\n")
        with EnclaveWindow(folder, path) as window:
            window.wait_text("odd text")
            tap.check("\x1b" not in window.all_text(), "a control character is shown as it is")


ODD = {"line\nend.txt": "word in odd one\n", os.fsdecode(b"bytes\xff.txt"): "word in odd two\n", "n" * 251 + ".txt": "word in odd three\n"}


def make_deep(folder):
    """A file whose path is longer than the system takes at once."""
    made = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for number in range(21):
        name = f"{number:02d}" + "d" * 198
        os.mkdir(name, dir_fd=made)
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=made)
        os.close(made)
        made = inner
    os.close(os.open("deep.txt", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=made))
    os.close(made)


def shows_clean(window):
    for name in ("line<U+000A>end.txt", "bytes\\xff.txt"):
        window.wait_text(name)
    tap.check(not window.exists(name=re.compile("line\nend")), "a line end is shown as it is")


def editor_holds(window, text):
    window.wait_for(lambda: any(window.text_of(node) == text for node in window.find_all(role="text", name="Editor")), what=repr(text))


@case("odd names are shown escaped in the tree, in tabs, among files to go to and in a search, and open or say why not")
def odd_names():
    with project() as folder:
        inner = folder / os.fsdecode(b"fol\nder\xff")
        inner.mkdir()
        for name, text in ODD.items():
            (inner / name).write_text(text)
        make_deep(inner)
        with EnclaveWindow(inner, settings={"discover-servers": "false"}, size=(1280, 800)) as window:
            for part, text in (("end.txt", "word in odd one\n"), ("bytes", "word in odd two\n"), ("nnnnn", "word in odd three\n")):
                window.key("ctrl+p")
                window.type(part)
                window.find(role="list item", name=re.compile(part))
                window.screenshot_with_popovers(tap.picture_name(f"-{part}"))
                shows_clean(window)
                window.key("Return")
                editor_holds(window, text)
            window.key("ctrl+p")
            window.type("deep")
            window.find(role="list item", name=re.compile("^deep.txt"))
            window.key("Return")
            window.wait_text("deep.txt can’t be opened")
            window.wait_text("File name too long")
            window.screenshot(tap.picture_name("-deep"))
            window.key("ctrl+w", "ctrl+shift+f")
            window.type("word in odd\n")
            window.wait_text("3 lines in 3 files")
            window.screenshot(tap.picture_name("-search"))
            shows_clean(window)
            window.check_alive()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
