# SPDX-License-Identifier: GPL-3.0-or-later
"""The tree shows what is on disk while it changes, says what is hidden from the agent, and can be filtered."""

import os
import shutil
import subprocess

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import MAIN_C, project, write
from tap import case

SETTINGS = {"discover-servers": "false"}


def names(window):
    tree = window.find(role="list", name="Files")
    # a row can go between finding and asking it
    names = [node.name for node in window.find_all(role="label", within=tree)]
    # what git says of a file is a label of its own
    return [name for name in names if name and name not in ("M", "N")]


def wait_names(window, wanted):
    try:
        window.wait_for(lambda: names(window) == wanted, 10)
    except AssertionError as error:
        raise AssertionError(f"the tree shows {names(window)}, not {wanted}") from error


@case("follows the disk: made, renamed, deleted; what is open stays open")
def follows():
    with project(sub__deep__a_dot_txt="a", sub__b_dot_txt="b") as folder, \
            EnclaveWindow(folder, settings=SETTINGS) as window:
        wait_names(window, ["src", "sub", ".env", "README.md"])
        window.press("Expand")
        wait_names(window, ["src", "main.c", "sub", ".env", "README.md"])
        write(folder / "src" / "new.c", "int x;\n")
        wait_names(window, ["src", "main.c", "new.c", "sub", ".env", "README.md"])
        (folder / "src" / "new.c").rename(folder / "src" / "other.c")
        wait_names(window, ["src", "main.c", "other.c", "sub", ".env", "README.md"])
        (folder / "README.md").unlink()
        write(folder / "id_ed25519", "key\n")
        wait_names(window, ["src", "main.c", "other.c", "sub", ".env", "id_ed25519"])
        shutil.rmtree(folder / "sub")
        os.mkdir(folder / "empty")
        wait_names(window, ["empty", "src", "main.c", "other.c", ".env", "id_ed25519"])
        # A replacement, as editors save, changes no row.
        write(folder / "src" / "main.tmp", MAIN_C + "\n")
        os.replace(folder / "src" / "main.tmp", folder / "src" / "main.c")
        wait_names(window, ["empty", "src", "main.c", "other.c", ".env", "id_ed25519"])
        window.screenshot()


@case("a denied file carries its rule, and the person may open it")
def denied():
    with project(id_ed25519="key\n") as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        wait_names(window, ["src", ".env", "README.md", "id_ed25519"])
        tree = window.find(role="list", name="Files")
        hints = {node.name: node.description for node in window.find_all(role="label", within=tree)}
        tap.contains(hints[".env"], "Hidden from the agent: builtin:dotenv")
        tap.contains(hints["id_ed25519"], "Hidden from the agent: builtin:")
        tap.equal(hints["README.md"], "", "the hint of an ordinary file")
        window.click(window.find(role="label", name=".env", within=tree))
        window.wait_text("Not shared with the agent: builtin:dotenv")


@case("ignored files are said to be, and can be hidden for good")
def ignored():
    with project(dot_gitignore="build/\n*.log\n", build__out_dot_o="o", run_dot_log="l") as folder:
        (folder / "dot_gitignore").rename(folder / ".gitignore")
        with EnclaveWindow(folder, settings=SETTINGS) as window:
            wait_names(window, ["build", "src", ".env", ".gitignore", "README.md", "run.log"])
            tree = window.find(role="list", name="Files")
            hints = {node.name: node.description for node in window.find_all(role="label", within=tree)}
            tap.equal(hints["run.log"], "Ignored (.gitignore or .ignore)", "the hint of an ignored file")
            tap.equal(hints["README.md"], "", "the hint of an ordinary file")
            tap.contains(hints[".env"], "Hidden from the agent")
            window.screenshot()
            window.press("More")
            window.press("Show ignored files")
            wait_names(window, ["src", ".env", ".gitignore", "README.md"])
            window.wait_for(lambda: window.read_setting("show-ignored-files") == "false", what="the choice kept")
            write(folder / ".gitignore", "README.md\n")
            wait_names(window, ["build", "src", ".env", ".gitignore", "run.log"])


@case("the filter leaves the files that match, and goes")
def filtered():
    with project(deep__down__needle_dot_c="int n;\n", hay_dot_c="int h;\n") as folder, \
            EnclaveWindow(folder, settings=SETTINGS) as window:
        wait_names(window, ["deep", "src", ".env", "README.md", "hay.c"])
        window.key("ctrl+1", "Home", "Right")
        wait_names(window, ["deep", "down", "src", ".env", "README.md", "hay.c"])
        window.key("Down", "Right")
        wait_names(window, ["deep", "down", "needle.c", "src", ".env", "README.md", "hay.c"])
        window.key("ctrl+f")
        window.wait_for(lambda: "focused" in window.states(window.find(name="Filter by name", role="entry"))
                        or "focused" in window.states(window.find(role="text", name="Filter by name")),
                        what="the focus in the filter")
        window.type("needle")
        window.wait_for(lambda: "needle.c" in " ".join(names(window)) and "hay.c" not in names(window),
                        what="the file that was looked for")
        window.screenshot()
        window.key("Return")
        window.wait_for(lambda: window.exists(role="text", name="Editor"), what="the file opened")
        window.key("ctrl+1", "ctrl+f", "Escape")
        window.wait_for(lambda: "hay.c" in names(window), what="all files again")


@case("keys walk the tree")
def keys():
    with project() as folder, EnclaveWindow(folder, settings=SETTINGS) as window:
        wait_names(window, ["src", ".env", "README.md"])
        window.key("ctrl+1", "Home", "Right")
        wait_names(window, ["src", "main.c", ".env", "README.md"])
        window.key("Down", "Return")
        window.wait_for(lambda: window.exists(role="text", name="Editor")
                        and window.text_of(window.find(role="text", name="Editor")) == MAIN_C, what="the file opened")
        window.key("ctrl+1", "Left", "Left")
        wait_names(window, ["src", ".env", "README.md"])


@case("a repository's programs are not started by opening it")
def repository():
    with project(dot_gitattributes="* filter=trap diff=trap\n") as folder:
        trap = folder / "trap"
        write(trap, f"#!/bin/sh\necho $1 >> '{folder}/ran'\ncat\n")
        trap.chmod(0o755)
        (folder / "dot_gitattributes").rename(folder / ".gitattributes")
        git = ["git", "-C", str(folder)]
        subprocess.run([*git, "init", "-q", "-b", "main", "--template="], check=True)
        subprocess.run([*git, "add", "README.md"], check=True)
        for key, value in (("core.fsmonitor", f"{trap} fsmonitor"), ("filter.trap.clean", f"{trap} clean"), ("diff.external", f"{trap} external"),
                           ("core.hooksPath", str(folder)), ("core.pager", f"{trap} pager"), ("core.sshCommand", f"{trap} ssh"), ("gpg.program", str(trap))):
            subprocess.run([*git, "config", key, value], check=True)
        # A plain git starts them.
        subprocess.run([*git, "status"], check=False, capture_output=True, stdin=subprocess.DEVNULL)
        assert (folder / "ran").exists()
        (folder / "ran").unlink()
        with EnclaveWindow(folder, settings=SETTINGS) as window:
            wait_names(window, ["src", ".env", ".gitattributes", "README.md", "trap"])
            write(folder / "README.md", "# Other\n")
            write(folder / "new.c", "int x;\n")
            wait_names(window, ["src", ".env", ".gitattributes", "README.md", "new.c", "trap"])
            window.click(window.find(role="label", name="README.md", within=window.find(role="list", name="Files")))
            window.wait_for(lambda: window.exists(role="text", name="Editor"), what="the file opened")
            subprocess.run([*git, "symbolic-ref", "HEAD", "refs/heads/other"], check=True)
            window.wait_text("other")
        assert not (folder / "ran").exists(), (folder / "ran").read_text()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
