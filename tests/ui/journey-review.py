# SPDX-License-Identifier: GPL-3.0-or-later
"""A person reviews what the agent proposes in twelve files, by keys alone, and mends a conflict."""

import re
import subprocess
import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project, write
from scripted_server import ScriptedServer, calls, says
from tap import case

WIDE, COMPACT, NARROW = (1280, 800), (900, 600), (700, 600)
N_FILES = 12


def source(number):
    body = "".join(f"  total += table[{i}] * {i + number}; /* row {i} */\n" for i in range(40))
    return (f'/* part_{number:02}.c: adds up a table. */\n#include "parts.h"\n\nstatic const char *name = "part {number}";\n\n'
            f"int\nadd_part_{number} (const int *table, int n)\n{{\n  int total = 0;\n\n{body}\n  return total;\n}}\n")


def edits():
    """Two places in each file: one call a file, in one reply."""
    events = [{"text": "Each part adds one row too many.", "words": True}]
    for number in range(N_FILES):
        diff = (f"--- a/src/part_{number:02}.c\n+++ b/src/part_{number:02}.c\n@@ -4,1 +4,1 @@\n"
                f'-static const char *name = "part {number}";\n+static const char *const name = "part {number}";\n'
                f"@@ -50,3 +50,5 @@\n   total += table[39] * {39 + number}; /* row 39 */\n"
                f" \n-  return total;\n+  if (n < 40)\n+    return 0;\n+  return total - table[0];\n")
        events.append({"call": {"name": "apply_patch", "arguments": {"patch": diff}, "id": f"call-{number}"}})
    return [{"events": events}, says("Done.")]


def parts():
    return {f"src/part_{number:02}.c": source(number) for number in range(N_FILES)}


def make_parts(folder):
    for name, text in parts().items():
        write(folder / name, text)


def photograph(window, name):
    x, y, width, height = window.geometry()
    path = tap.output_folder() / f"{name}.png"
    subprocess.run(["import", "-silent", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "+repage", str(path)],
                   env=window.desktop.environment, timeout=60, check=True)


def shoot(window, name, sizes=(WIDE,)):
    for style in ("dark", "light"):
        window.write_settings({**window.settings, "style-variant": f"'{style}'"})
        time.sleep(0.5)
        photograph(window, f"{name}-{style}")
    for size in sizes[1:]:
        window.resize(*size)
        time.sleep(0.35)
        window.resize(*size)
        time.sleep(0.5)
        photograph(window, f"{name}-{size[0]}x{size[1]}")
    if len(sizes) > 1:
        window.resize(*sizes[0])
        time.sleep(0.35)


def propose(window):
    window.find(role="label", name="test-model", timeout=20)
    chat.say(window, "Mend the parts")
    chat.wait_idle(window, timeout=60)
    window.wait_text("12 files")


def page(window):
    return window.find(name="Review changes", role="panel")


@case("twelve files by keys alone: next, accept, reject, undo, edit, side by side, apply")
def by_keys():
    with ScriptedServer(edits()) as server, project() as folder:
        make_parts(folder)
        with EnclaveWindow(folder, settings=server.settings(**{"tab-width": "uint32 2"}), size=WIDE) as window:
            propose(window)
            window.key("ctrl+shift+e")
            window.wait_text("Nothing is written before you press Apply.", within=page(window))
            tap.contains(window.all_text(page(window)), "apply_patch, turn 1 · test-model", "who proposed it")
            window.wait_for(lambda: window.focused() is not None and "part_00.c" in (window.focused().name or ""),
                            what="the focus on the first hunk")
            shoot(window, "c-review-12", (WIDE, COMPACT, NARROW))

            window.key("y")
            window.wait_text("1 of 24 hunks accepted", within=page(window))
            window.key("n")
            window.wait_for(lambda: re.search(r"part_00\.c, line (4|5)\d", window.focused().name or ""),
                            what="the focus on the second hunk")
            window.key("r")
            window.wait_text("1 of 24 hunks accepted, 1 rejected", within=page(window))
            window.key("u", "y", "n")
            window.wait_text("2 of 24 hunks accepted", within=page(window))

            window.key("e")
            text = window.find(role="text", name="Lines of the hunk")
            window.wait_for(lambda: 'const name = "part 1"' in window.text_of(text), what="the hunk as text")
            # letters are letters here
            window.key("ctrl+Home")
            window.type("/* yes */\n")
            shoot(window, "c-review-edit")
            window.key("ctrl+Return")
            window.wait_text("edited by you", within=page(window))
            window.key("y")
            window.wait_text("3 of 24 hunks accepted", within=page(window))

            window.key("s")
            time.sleep(0.5)
            window.key("F10")
            time.sleep(0.5)
            shoot(window, "c-review-sides")
            window.key("F10", "s")

            # to the last file and back
            for _ in range(N_FILES):
                window.key("bracketright")
            window.wait_for(lambda: "part_11.c" in (window.focused().name or ""), what="the focus on the last file")
            window.key("Shift+r")
            window.wait_text("3 of 24 hunks accepted, 2 rejected", within=page(window))
            shoot(window, "c-review-end")
            window.key("ctrl+Return")
            first = parts()["src/part_00.c"].replace("char *name", "char *const name")
            window.wait_for(lambda: "char *const name" in (folder / "src/part_00.c").read_text(), what="the first file")
            tap.contains((folder / "src/part_00.c").read_text(), "return total - table[0];", "the second hunk")
            tap.contains((folder / "src/part_01.c").read_text(), "/* yes */\n", "what was typed")
            tap.equal((folder / "src/part_02.c").read_text(), parts()["src/part_02.c"], "a file without a decision")
            tap.equal((folder / "src/part_11.c").read_text(), parts()["src/part_11.c"], "a rejected file")
            tap.check(first != parts()["src/part_00.c"], "the replacement is one")


@case("a conflict says what to do, and what fits elsewhere is reviewed anew")
def conflict():
    old = 'static const char *name = "part 0";\n'
    new = 'static const char *const name = "part 0";\n'
    with ScriptedServer([calls("edit_file", path="src/part_00.c", old_text=old, new_text=new), says("Done.")]) as server, \
            project() as folder:
        make_parts(folder)
        path = folder / "src/part_00.c"
        with EnclaveWindow(folder, settings=server.settings(), size=WIDE) as window:
            window.find(role="label", name="test-model", timeout=20)
            chat.say(window, "Mend it")
            chat.wait_idle(window)
            window.wait_text("1 file")
            now = "/* of somebody else */\n" + path.read_text()
            path.write_text(now)
            window.key("ctrl+shift+e")
            window.wait_text("Nothing is written before you press Apply.", within=page(window))
            window.key("ctrl+Return")
            window.wait_text("Not applied", within=page(window))
            tap.equal(path.read_text(), now, "the file that changed")
            for way in ("Match again", "Open file", "Discard"):
                window.find(role="push button", name=way, within=page(window))
            shoot(window, "c-review-conflict", (WIDE, COMPACT, NARROW))
            window.press("Match again", within=page(window))
            window.find(role="push button", name="Accept", within=page(window))
            tap.equal(path.read_text(), now, "nothing is written by matching")
            window.key("ctrl+Return")
            window.wait_for(lambda: path.read_text() == now.replace(old, new), what="the change in its new place")


def is_within(node, outer):
    """What lies over a text is scrolled with it, not left where it was."""
    box, around = node.box(), outer.box()
    return around.y <= box.y and box.y + box.height <= around.y + around.height


@case("in the editor: lines that would go and come, decided by keys, applied from the file")
def inline():
    first = {"events": [{"text": "Two places.", "words": True},
                        {"call": {"name": "edit_file", "id": "a", "arguments": {
                            "path": "src/part_00.c", "old_text": "  int total = 0;\n",
                            "new_text": "  int total = 0;\n\n  if (n < 40)\n    return 0;\n"}}},
                        {"call": {"name": "edit_file", "id": "b", "arguments": {
                            "path": "src/part_00.c", "old_text": "  return total;\n",
                            "new_text": "  return total - table[0];\n"}}}]}
    with ScriptedServer([first, says("Done.")]) as server, project() as folder:
        make_parts(folder)
        path = folder / "src/part_00.c"
        text = path.read_text()
        with EnclaveWindow(folder, path, settings=server.settings(), size=WIDE) as window:
            window.find(role="label", name="test-model", timeout=20)
            editor = window.find(role="text", name="Editor")
            window.wait_for(lambda: window.text_of(editor) == text, what="the file in the editor")
            chat.say(window, "Mend it")
            chat.wait_idle(window)
            window.wait_text("The agent proposes 2 changes here: +4 −1")
            tap.equal(window.text_of(editor), text, "what is shown is no text")
            window.key("ctrl+2", "ctrl+Home", "alt+Page_Down")
            window.wait_for(lambda: window.focused() is not None and window.focused().name == "Accept",
                            what="the focus on the first hunk's button")
            time.sleep(0.5)
            shoot(window, "c-inline", (WIDE, COMPACT, NARROW))
            window.key("y")
            window.wait_for(lambda: window.focused().name == "Undo", what="the decision")
            window.key("n")
            window.wait_for(lambda: window.focused().name == "Accept" and is_within(window.focused(), editor),
                            what="the second hunk beside its line, which is scrolled to")
            window.key("r", "Escape")
            window.wait_for(lambda: window.focused().name == "Editor", what="the focus back in the text")
            shoot(window, "c-inline-decided")
            tap.equal(path.read_text(), text, "nothing is written before Apply")
            # typing elsewhere in the file: the proposal no longer is for this text, and comes back when it is
            window.key("ctrl+Home")
            window.type("x")
            window.wait_text("proposal is for an earlier text")
            window.key("ctrl+z")
            window.wait_text("The agent proposes 2 changes here")
            # the note's own, which comes before that of the chat
            window.activate(window.find_all(role="push button", name="Apply")[0])
            wanted = text.replace("  int total = 0;\n", "  int total = 0;\n\n  if (n < 40)\n    return 0;\n")
            window.wait_for(lambda: path.read_text() == wanted, what="the accepted hunk on disk")
            window.wait_for(lambda: window.text_of(editor) == wanted, what="the accepted hunk in the editor")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
