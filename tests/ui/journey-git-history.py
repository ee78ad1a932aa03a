# SPDX-License-Identifier: GPL-3.0-or-later
"""git's branches and history in the window: going to another branch without losing anything, the commits of a file, who wrote a line."""

import contextlib
import fcntl
import hashlib
import itertools
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project, write
from scripted_server import ScriptedServer, says
from tap import case

SETTINGS = {"discover-servers": "false"}
FIRST = "int one;\nint two;\nint three;\n"
RENAMED = "int one;\nint two;\nint three;\nint four;\n"


# Of the editor with the font of the tests.
LINE_HEIGHT = 19
SECONDS = itertools.count(1)


def git(folder, *words, author="Ada"):
    # each a second later than the one before, and all some days ago
    date = f"{int(time.time()) - 5 * 43200 + next(SECONDS)} +0000"
    return subprocess.run(["git", "-C", str(folder), "-c", f"user.name={author}", "-c", "user.email=a@b.c", *words], check=True,
                          stdout=subprocess.PIPE, env={**os.environ, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}).stdout.decode()


def commit(folder, message, author="Ada"):
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "--quiet", "-m", message, author=author)


@contextlib.contextmanager
def repository():
    """main: old.c, then renamed to ring.c by somebody else; feature: ring.c and extra.c; secret: another .env."""
    with project() as folder:
        git(folder, "init", "--quiet", "-b", "main")
        git(folder, "config", "user.name", "Person")
        git(folder, "config", "user.email", "person@example.org")
        write(folder / "old.c", FIRST)
        commit(folder, "Begin the ring")
        git(folder, "mv", "old.c", "ring.c")
        write(folder / "ring.c", RENAMED)
        commit(folder, "Rename <b>it</b> & count to four", author="Bob & sons")
        git(folder, "switch", "--quiet", "-c", "secret")
        write(folder / ".env", "TOKEN=other\n")
        commit(folder, "Another token")
        git(folder, "switch", "--quiet", "-c", "feature", "main")
        write(folder / "ring.c", RENAMED.replace("two", "zwei"))
        write(folder / "extra.c", "int extra;\n")
        commit(folder, "Say it in German")
        git(folder, "switch", "--quiet", "main")
        yield folder


@contextlib.contextmanager
def opened(file="ring.c", size=(1280, 800), settings=SETTINGS):
    with repository() as folder, EnclaveWindow(folder, folder / file, settings=settings, size=size) as window:
        window.wait_for(lambda: editor_text(window) == (folder / file).read_text(), what="the file")
        window.key("ctrl+2")
        yield window, folder


def editor_text(window):
    """Of the last tab, which is the one that was opened last."""
    nodes = window.find_all(role="text", name="Editor")
    return window.text_of(nodes[-1]) if nodes else None


def names(window, name="Branches"):
    """What the rows of a list say."""
    lists = window.find_all(role="list", name=name)
    return [node.name for node in window.find_all(role="list item", within=lists[0])] if lists else []


def open_branches(window):
    window.key("ctrl+alt+b")
    window.wait_for(lambda: getattr(window.focused(), "name", "") == "Branch", what="the list of branches")
    window.wait_for(lambda: any(name.startswith("main ") for name in names(window)), what="the branches")


def branch(folder):
    return git(folder, "branch", "--show-current").strip()


@case("the branches, the newest first; Enter switches, and what is open is as it is there")
def switches():
    with opened() as (window, folder):
        open_branches(window)
        listed = names(window)
        tap.equal([name.split(" ")[0] for name in listed][:3], ["feature", "secret", "main"], "the order")
        assert listed[2].startswith("main you are here"), listed
        window.screenshot_with_popovers()
        window.type("feat")
        window.wait_for(lambda: names(window)[:1] and names(window)[0].startswith("feature"), what="the one that is meant")
        window.key("Return")
        window.wait_for(lambda: branch(folder) == "feature", what="the branch")
        window.wait_for(lambda: "zwei" in (editor_text(window) or ""), what="the text of the branch")
        window.wait_text("On branch feature")
        window.wait_for(lambda: window.exists(role="push button", name=f"{folder.name}, branch feature"), what="the title")
        # A file that is only there: its tab goes with it.
        window.key("ctrl+p")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
        window.type("extra.c")
        window.wait_for(lambda: any(name.startswith("extra.c") for name in names(window, "Found")), what="the file")
        window.key("Return")
        window.wait_for(lambda: editor_text(window) == "int extra;\n", what="the file")
        # By the title this time.
        window.press(f"{folder.name}, branch feature")
        window.wait_for(lambda: any(name.startswith("main ") for name in names(window)), what="the branches")
        window.type("main")
        window.key("Return")
        window.wait_for(lambda: branch(folder) == "main", what="the branch")
        window.wait_for(lambda: editor_text(window) == RENAMED, what="the tab that is left")
        assert not (folder / "extra.c").exists()
        assert not window.exists(role="page tab", name="extra.c"), "a tab of a file that is gone"
        tap.equal(git(folder, "status", "--porcelain"), "", "what is changed")
        tap.equal((folder / ".env").read_text(), "TOKEN=secret\n", "the denied file")


@case("what is not saved is saved first, or nothing happens")
def unsaved():
    with opened() as (window, folder):
        window.key("ctrl+Home")
        window.type("// mine ")
        open_branches(window)
        window.type("new/topic")
        window.wait_for(lambda: any("new/topic" in name for name in names(window)), what="the new branch")
        window.key("Escape")
        open_branches(window)
        window.type("secr")
        window.key("Return")
        window.wait_text("Not saved yet: ring.c")
        window.screenshot_with_popovers()
        tap.equal((branch(folder), (folder / "ring.c").read_text()), ("main", RENAMED), "what is there")
        # Save all and switch has the focus: but the branch has another .env.
        window.key("Return")
        window.wait_text("git may not write in its box: .env")
        tap.equal((branch(folder), (folder / "ring.c").read_text()), ("main", "// mine " + RENAMED), "what is there")
        window.screenshot_with_popovers()
        # In a terminal of the person's own: typed, not run.
        window.key("Return")
        window.wait_for(lambda: "git switch 'secret'" in window.all_text(), what="the command")
        tap.equal(branch(folder), "main", "the branch")


@case("git refuses to lose a change, and its reason is told")
def refused():
    with opened() as (window, folder):
        window.key("ctrl+Home")
        window.type("// mine ")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "ring.c").read_text().startswith("// mine"), what="the file saved")
        open_branches(window)
        window.type("feature")
        window.key("Return")
        window.wait_text("would be overwritten")
        window.wait_text("Git left everything as it is")
        window.screenshot_with_popovers()
        tap.equal(branch(folder), "main", "the branch")
        window.key("Return")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Commit message", what="the page that commits")


def break_object(folder, name):
    """Its beginning, which is all that is asked before, stays as it is."""
    name = git(folder, "rev-parse", name).strip()
    path = folder / ".git/objects" / name[:2] / name[2:]
    path.chmod(0o644)
    os.truncate(path, 8192)


@case("git that ends in the middle is told as that, and what it wrote is shown")
def half_way():
    with opened() as (window, folder):
        git(folder, "switch", "--quiet", "-c", "broken")
        write(folder / "ring.c", "int other;\n")
        write(folder / "z.txt", "".join(f"{random.random()}\n" for _ in range(4000)))
        commit(folder, "Much")
        git(folder, "switch", "--quiet", "main")
        break_object(folder, "broken:z.txt")
        window.wait_for(lambda: editor_text(window) == RENAMED, what="the text of main again")
        open_branches(window)
        window.type("broken")
        window.wait_for(lambda: names(window)[:1] and names(window)[0].startswith("broken"), what="the one that is meant")
        window.key("Return")
        window.wait_text("Git stopped in the middle, and these files are not as they were: ring.c")
        window.wait_for(lambda: editor_text(window) == "int other;\n", what="the text as it is on disk")
        text = window.all_text()
        assert "Git left everything as it is" not in text, text
        assert not window.exists(role="push button", name="Commit…"), "nothing is to be committed now"
        window.screenshot_with_popovers()


@contextlib.contextmanager
def git_stopped(*wanted):
    """Yields what waits until a git of these words runs, and stops it in the middle; it goes on behind."""
    stopped = []
    over = threading.Event()

    def find():
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().split(b"\0")
                if words[0] == b"git" and all(word.encode() in words for word in wanted):
                    os.kill(int(path.parent.name), signal.SIGSTOP)
                    stopped.append(int(path.parent.name))
        return bool(stopped)

    def watch():
        while not over.is_set() and not find():
            pass
    # From before the key: git may be done before the one who pressed it looks.
    watcher = threading.Thread(target=watch)

    def wait():
        watcher.join(20)
        assert stopped, "git has not begun"
    watcher.start()
    try:
        yield wait
    finally:
        over.set()
        watcher.join()
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@case("while git switches, no other switch begins, and no turn of the agent")
def meanwhile():
    with ScriptedServer([says("Here I am.")]) as server, \
            opened(settings={**SETTINGS, **server.settings()}) as (window, folder):
        git(folder, "switch", "--quiet", "-c", "thousands")
        for n in range(3000):
            write(folder / f"many/{n}.txt", f"{n}\n")
        commit(folder, "Many")
        git(folder, "switch", "--quiet", "main")
        window.find(role="label", name="test-model", timeout=20)
        open_branches(window)
        window.type("thousands")
        window.wait_for(lambda: names(window)[:1] and names(window)[0].startswith("thousands"), what="the one that is meant")
        with git_stopped("switch", "thousands") as wait:
            window.key("Return")
            wait()
            tap.equal(branch(folder), "main", "the branch")
            window.key("Escape")
            window.wait_for(lambda: not names(window), what="the list gone")
            chat.write(window, "Are you there?")
            window.key("Return")
            window.wait_text("What you sent waits until git has switched the branch")
            window.key("ctrl+alt+b")
            window.wait_text("Git switches the branch")
            tap.check(not names(window), "a second list")
            window.screenshot()
            tap.equal(server.requests(), [], "what was asked")
        window.wait_for(lambda: branch(folder) == "thousands", timeout=60, what="the branch")
        window.wait_text("Here I am.")


@case("what is saved while git switches waits for it, and is asked about where git wrote the same file")
def saved_meanwhile():
    with opened() as (window, folder):
        git(folder, "switch", "--quiet", "-c", "thousands")
        write(folder / "own.c", "int own;\n")
        commit(folder, "A file of its own")
        for n in range(3000):
            write(folder / f"many/{n}.txt", f"{n}\n")
        write(folder / "ring.c", RENAMED.replace("two", "deux"))
        commit(folder, "Many")
        git(folder, "branch", "few", "HEAD~1")
        git(folder, "switch", "--quiet", "few")
        window.wait_for(lambda: editor_text(window) == RENAMED, what="the file as it was")
        window.key("ctrl+p")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
        window.type("own.c")
        window.wait_for(lambda: any(name.startswith("own.c") for name in names(window, "Found")), what="the file")
        window.key("Return")
        window.wait_for(lambda: editor_text(window) == "int own;\n", what="the file")
        window.key("ctrl+alt+b")
        window.wait_for(lambda: any(name.startswith("few ") for name in names(window)), what="the branches")
        window.type("thousands")
        window.wait_for(lambda: names(window)[:1] and names(window)[0].startswith("thousands"), what="the one that is meant")
        with git_stopped("switch", "thousands") as wait:
            window.key("Return")
            wait()
            window.key("Escape")
            window.wait_for(lambda: not names(window), what="the list gone")
            window.key("ctrl+2", "ctrl+Home")
            window.type("// mine ")
            window.key("ctrl+s")
            window.wait_text("This is saved as soon as git has switched the branch")
            window.screenshot()
            window.key("ctrl+Page_Up", "ctrl+Home")
            window.type("// ours ")
            window.key("ctrl+s", "ctrl+s")
            time.sleep(1)
            tap.equal((folder / "own.c").read_text(), "int own;\n", "a file while git writes")
            tap.equal(branch(folder), "few", "the branch")
        window.wait_for(lambda: branch(folder) == "thousands", timeout=60, what="the branch")
        # Git had nothing to do with the one, and wrote the other.
        window.wait_for(lambda: (folder / "own.c").read_text() == "// mine int own;\n", what="the file saved")
        window.wait_text("ring.c changed on disk since it was opened.")
        tap.check("as soon as git has switched" not in window.all_text(), "it is still said to wait")
        tap.equal((folder / "ring.c").read_text(), RENAMED.replace("two", "deux"), "the file of the branch")
        window.press("Save anyway")
        window.wait_for(lambda: (folder / "ring.c").read_text() == "// ours " + RENAMED, what="what was typed, on disk")


@case("a switch that waited for a save is not made when another one is thought of meanwhile")
def thought_anew():
    with opened(file="README.md") as (window, folder):
        window.key("ctrl+Home")
        window.type("mine ")
        write(folder / "README.md", "# Theirs\n")
        window.wait_text("README.md changed on disk", timeout=30)
        open_branches(window)
        window.type("feature")
        window.wait_for(lambda: names(window)[:1] and names(window)[0].startswith("feature"), what="the one that is meant")
        window.key("Return")
        window.wait_text("Not saved yet: README.md")
        window.key("Return")
        # The save asks, and the list is opened anew before it is answered.
        window.wait_text("README.md changed on disk since it was opened.")
        window.key("Escape")
        window.wait_for(lambda: not names(window), what="the list gone")
        open_branches(window)
        window.press("Save anyway")
        window.wait_for(lambda: (folder / "README.md").read_text() == "mine # Ringlog\n", what="the file saved")
        time.sleep(1)
        tap.equal(branch(folder), "main", "the branch")


@case("a new branch is made from here, with what is changed; a detached HEAD is said")
def creates():
    with opened() as (window, folder):
        window.key("ctrl+Home")
        window.type("// mine ")
        open_branches(window)
        window.type("topic/one")
        window.wait_for(lambda: names(window)[-1:] and names(window)[-1].startswith("Make the branch"), what="the new one")
        window.key("Return")
        window.wait_for(lambda: branch(folder) == "topic/one", what="the branch")
        tap.equal(editor_text(window), "// mine " + RENAMED, "what is typed")
        git(folder, "switch", "--quiet", "--detach", "main")
        short = git(folder, "rev-parse", "--short=7", "HEAD").strip()
        window.wait_text(f"detached at {short}")
        window.key("ctrl+alt+b")
        window.wait_text("No branch is checked out")
        window.screenshot_with_popovers()
        window.key("Escape")


def command(window, words):
    """Chooses it from all commands."""
    window.key("ctrl+shift+p")
    window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
    window.type(words)
    window.wait_for(lambda: names(window, "Found")[:1] and names(window, "Found")[0].startswith(words), what=words)
    window.key("Return")


def shows(window, part):
    return any(part in window.text_of(node) for node in window.find_all(role="text", name="Editor"))


@case("the commits of a file, through its new name; Enter shows what one has changed in it")
def history():
    with opened() as (window, folder):
        window.key("ctrl+alt+h")
        window.wait_for(lambda: len(names(window, "Commits")) == 2, what="the commits")
        listed = names(window, "Commits")
        assert listed[0].startswith("Rename <b>it</b> & count to four, Bob & sons, 2 days ago"), listed
        assert listed[1].startswith("Begin the ring, Ada, "), listed
        window.screenshot()
        window.key("Return")
        window.wait_for(lambda: shows(window, "rename from old.c"), what="the diff")
        assert shows(window, "+int four;") and shows(window, "Author: Bob & sons"), "the head and the change"
        # A commit made elsewhere comes into the list by itself.
        window.key("ctrl+w")
        window.wait_for(lambda: len(names(window, "Commits")) == 2, what="the commits again")
        write(folder / "ring.c", "int all;\n")
        commit(folder, "Begin anew")
        window.wait_for(lambda: names(window, "Commits")[:1] and names(window, "Commits")[0].startswith("Begin anew"), what="the new commit")
        # The tab goes, and what it held with it.
        window.key("ctrl+w")
        window.wait_for(lambda: not names(window, "Commits"), what="the tab gone")
        window.key("ctrl+alt+h")
        window.wait_for(lambda: len(names(window, "Commits")) == 3, what="the commits in a new one")


def asked(window, word):
    """How often git was asked for it."""
    records = (window.home / "state/enclave/audit/audit.jsonl").read_text()
    return sum('"kind":"decision"' in line and f'"git {word}' in line for line in records.splitlines())


@case("what is said of commits is asked anew for another commit, not for what is staged; and for a page once it is seen")
def asked_anew():
    with opened(settings={**SETTINGS, "show-line-authors": "true"}) as (window, folder):
        window.key("ctrl+alt+h")
        window.wait_for(lambda: len(names(window, "Commits")) == 2, what="the commits")
        window.wait_for(lambda: asked(window, "blame") == 1, what="who wrote the lines")
        before = (asked(window, "blame"), asked(window, "log"))
        heads = asked(window, "cat-file --batch-check")
        write(folder / "ring.c", "int all;\n")
        git(folder, "add", "ring.c")
        window.wait_for(lambda: asked(window, "cat-file --batch-check") > heads, what="the index seen")
        time.sleep(1)
        tap.equal((asked(window, "blame"), asked(window, "log")), before, "what was asked for a staged file")
        # Behind another tab it is another one only when it is seen.
        window.key("ctrl+p")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
        window.type("README")
        window.wait_for(lambda: any(name.startswith("README.md") for name in names(window, "Found")), what="the file")
        window.key("Return")
        window.wait_for(lambda: editor_text(window) == "# Ringlog\n", what="another tab")
        heads = asked(window, "cat-file --batch-check")
        commit(folder, "Begin anew")
        window.wait_for(lambda: asked(window, "cat-file --batch-check") > heads, what="the commit seen")
        time.sleep(1)
        tap.equal(asked(window, "log"), before[1], "what was asked for a page that nobody sees")
        window.key("ctrl+Page_Up")
        window.wait_for(lambda: names(window, "Commits")[:1] and names(window, "Commits")[0].startswith("Begin anew"), what="the new commit")


@case("a commit that is made while the history is being read is in it")
def made_meanwhile():
    with repository() as folder:
        lines = ["reset refs/heads/long\n\n"]
        for n in range(1, 3001):
            lines.append(f"commit refs/heads/long\ncommitter Ada <a@b.c> {1500000000 + n} +0000\ndata 9\nStep {n:04}\n"
                         f"M 100644 inline long.c\ndata {len(str(n))}\n{n}\n")
        # Git takes its time to walk over what does not concern the file.
        for n in range(20000):
            lines.append(f"commit refs/heads/long\ncommitter Ada <a@b.c> {1500003001 + n} +0000\ndata 5\nOther\n"
                         f"M 100644 inline other.c\ndata {len(str(n))}\n{n}\n")
        subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input="".join(lines).encode(), check=True)
        git(folder, "switch", "--quiet", "long")
        with EnclaveWindow(folder, folder / "long.c", settings=SETTINGS, size=(1280, 800)) as window:
            window.wait_for(lambda: editor_text(window) == "3000", what="the file")
            window.key("ctrl+2")
            with git_stopped("log", "long.c") as wait:
                window.key("ctrl+alt+h")
                wait()
                heads = asked(window, "cat-file --batch-check")
                write(folder / "long.c", "the last")
                commit(folder, "Come late")
                window.wait_for(lambda: asked(window, "cat-file --batch-check") > heads, what="the commit seen")
                time.sleep(0.5)
            window.wait_for(lambda: names(window, "Commits")[:1] and names(window, "Commits")[0].startswith("Come late"), what="the commit")


@case("the commits of the project; what is denied is left out of what they changed")
def project_history():
    with opened() as (window, folder):
        command(window, "History of the project")
        window.wait_for(lambda: len(names(window, "Commits")) == 2, what="the commits")
        window.key("End", "Return")
        window.wait_for(lambda: shows(window, "1 file is left out"), what="the diff")
        assert shows(window, "+int one;") and not shows(window, "TOKEN"), "what is denied"
        # A file that git does not know.
        write(folder / "new.c", "int new;\n")
        window.key("ctrl+p")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Find anything", what="the finder")
        window.type("new.c")
        window.wait_for(lambda: any(name.startswith("new.c") for name in names(window, "Found")), what="the file")
        window.key("Return")
        window.wait_for(lambda: shows(window, "int new;"), what="the file")
        window.key("ctrl+alt+h")
        window.wait_text("No commit has this file yet")
        window.screenshot()


@case("who wrote the line of the caret, and the commit; a line typed since is nobody's")
def author():
    with opened() as (window, _folder):
        window.key("ctrl+End", "Up", "ctrl+alt+w")
        window.wait_for(lambda: getattr(window.focused(), "name", "").startswith("Show commit "), what="who wrote it")
        text = window.all_text()
        assert "Rename <b>it</b> & count to four" in text and "Bob & sons, 2 days ago (2" in text, text
        window.screenshot_with_popovers()
        window.key("Escape")
        window.wait_for(lambda: getattr(window.focused(), "name", "") == "Editor", what="the text again")
        # Typed a moment ago, above it.
        window.key("ctrl+Home")
        window.type("// mine\n")
        window.key("ctrl+Home", "ctrl+alt+w")
        window.wait_text("This line is not committed yet")
        window.key("Down", "ctrl+alt+w")
        window.wait_for(lambda: getattr(window.focused(), "name", "").startswith("Show commit "), what="who wrote the next")
        assert "Begin the ring" in window.all_text() and "Ada, 2 days ago" in window.all_text(), window.all_text()
        window.key("Return")
        window.wait_for(lambda: shows(window, "+int one;"), what="the diff")
        assert shows(window, "old.c"), "under the name it had then"


@case("a column beside the text says who wrote each line, and follows what is typed")
def column():
    with opened() as (window, folder):
        editor = window.find(role="text", name="Editor")
        command(window, "Show or hide who wrote each line")
        window.wait_for(lambda: window.read_setting("show-line-authors") == "true", what="the setting")
        window.key("ctrl+2", "ctrl+Home", "Down")
        window.type("// mine\n")
        window.screenshot()
        (x, y), box = window.position(editor), editor.box()

        def click_line(n):
            window.point(x - box.width // 2 + 30, y - box.height // 2 + 10 + (n - 1) * LINE_HEIGHT, "click", "1")
        # The line that was typed is nobody's, and nothing is shown of it.
        click_line(2)
        time.sleep(1)
        assert not shows(window, "Author: "), "the commit of a line that is in none"
        # The last line is one further down than in the commit, which is another one than that of the lines above.
        click_line(5)
        window.wait_for(lambda: shows(window, "+int four;"), what="the diff")
        assert shows(window, "Bob & sons"), "the commit of the last line"
        window.key("ctrl+w")
        window.wait_for(lambda: not shows(window, "+int four;"), what="the text again")
        click_line(1)
        window.wait_for(lambda: shows(window, "+int one;"), what="the diff")
        assert shows(window, "Begin the ring"), "the commit of the first line"
        window.key("ctrl+w")
        command(window, "Show or hide who wrote each line")
        window.wait_for(lambda: window.read_setting("show-line-authors") == "false", what="the setting")
        tap.equal((folder / "ring.c").read_text(), RENAMED, "the file")


def colours_beside(window, editor):
    """How many colours the first lines have in the column, above the line of the caret."""
    (x, y), box = window.position(editor), editor.box()
    picture = tap.output_folder() / "authors-scrolled.png"
    window.screenshot(picture)
    area = f"150x50+{x - box.width // 2}+{y - box.height // 2}"
    return int(subprocess.run(["convert", picture, "-crop", area, "-format", "%k", "info:"], stdout=subprocess.PIPE, check=True).stdout)


@case("the column says it where a run of lines has begun out of sight")
def scrolled_column():
    with repository() as folder:
        (folder / "long.c").write_text("".join(f"int number_{n};\n" for n in range(300)))
        git(folder, "add", "long.c")
        git(folder, "commit", "--quiet", "-m", "Count")
        with EnclaveWindow(folder, f"{folder}/long.c:200", settings={**SETTINGS, "show-line-authors": "true"}, size=(1280, 800)) as window:
            window.find(role="push button", name="Line 200, column 1", timeout=20)
            editor = window.find(role="text", name="Editor")
            window.wait_for(lambda: colours_beside(window, editor) > 8, timeout=20, what="an author at the first line that is seen")


@case("a long history comes a part at a time")
def long_history():
    with repository() as folder:
        lines = []
        for n in range(1, 3001):
            lines.append(f"commit refs/heads/long\ncommitter A <a@b.c> {1600000000 + n} +0000\ndata 9\nStep {n:04}\n"
                         f"M 100644 inline long.c\ndata {len(str(n))}\n{n}\n")
        subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input="".join(lines).encode(), check=True)
        git(folder, "switch", "--quiet", "long")
        with EnclaveWindow(folder, folder / "long.c", settings=SETTINGS, size=(1280, 800)) as window:
            window.wait_for(lambda: editor_text(window) == "3000", what="the file")
            window.key("ctrl+2", "ctrl+alt+h")
            window.wait_for(lambda: any(name.startswith("Step 3000") for name in names(window, "Commits")), what="the newest")
            def is_oldest():
                window.key("End")
                return any(name.startswith("Step 0001,") for name in names(window, "Commits"))
            window.wait_for(is_oldest, timeout=60, what="the oldest")


@case("what is kept of a history goes after its repository has gone")
def kept_and_gone():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        with repository() as folder:
            there, gone = (kept_of(home, path) for path in (folder / ".git", folder.parent / "nowhere" / ".git"))
            with EnclaveWindow(folder, home=home, settings=SETTINGS) as window:
                window.wait_for(lambda: not gone.exists(), timeout=40, what="what is kept to go")
                assert (there / "place").exists(), "what is kept of the one that is there has gone"
    finally:
        shutil.rmtree(home)


@case("how far the look at a large history is, which one may stop")
def progress():
    home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
    try:
        with repository() as folder:
            kept = kept_of(home, folder / ".git")
            looking = kept / "new-other"
            looking.mkdir()
            (looking / "wanted").write_text(("0" * 40 + "\n") * 203353)
            (looking / "done").write_text("." * 12)
            with open(kept / "lock", "w", encoding="utf-8") as lock:
                # as another Enclave does
                fcntl.flock(lock, fcntl.LOCK_EX)
                with EnclaveWindow(folder, folder / "ring.c", home=home, settings=SETTINGS, size=(1280, 800)) as window:
                    window.wait_for(lambda: editor_text(window) == RENAMED, what="the file")
                    window.key("ctrl+2", "ctrl+alt+h")
                    window.wait_text("Reading the history: 12000 of 203353 commits")
                    window.screenshot()
                    (looking / "done").write_text("." * 110)
                    window.wait_text("Reading the history: 110000 of 203353 commits")
                    window.press("Stop")
                    window.wait_text("Stopped: the history has not been read")
                    window.press("Read it")
                    window.wait_text("Reading the history: 110000 of 203353 commits")
                    (looking / "wanted").unlink()
                    (looking / "made").mkdir()
                    window.wait_text("Reading the history: what may be seen is put together")
                    fcntl.flock(lock, fcntl.LOCK_UN)
                    window.wait_for(lambda: len(names(window, "Commits")) == 2, what="the commits")
                    assert not window.exists(role="push button", name="Stop"), "there is nothing to stop"
    finally:
        shutil.rmtree(home)


def kept_of(home, git_folder):
    kept = home / "cache/enclave/git" / hashlib.sha256(bytes(git_folder)).hexdigest()
    kept.mkdir(parents=True)
    for name, text in (("place", str(git_folder)), ("lock", ""), ("differences", "x")):
        (kept / name).write_text(text)
    return kept


@case("in the dark, and in a narrow window, where the branch is reached by its key")
def dark_and_narrow():
    with opened(settings={**SETTINGS, "style-variant": "'dark'", "show-line-authors": "true"}, size=(480, 720)) as (window, folder):
        window.wait_for(lambda: editor_text(window) == RENAMED, what="the text")
        open_branches(window)
        window.screenshot_with_popovers()
        window.type("feature")
        window.key("Return")
        window.wait_text("On branch feature")
        tap.equal(branch(folder), "feature", "the branch")
        window.screenshot(tap.picture_name("-column"))
        window.key("ctrl+alt+h")
        window.wait_for(lambda: len(names(window, "Commits")) == 3, what="the commits")
        window.screenshot(tap.picture_name("-commits"))
        window.key("Return")
        window.wait_for(lambda: shows(window, "+int zwei;"), what="the diff")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
