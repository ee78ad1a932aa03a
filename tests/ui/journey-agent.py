# SPDX-License-Identifier: GPL-3.0-or-later
"""A person works with the agent: asks, watches, allows, denies, reviews, applies, takes back, stops."""

import re
import time

import chat
import desktop
import tap
from editor import editor_of, wait_editor
from enclave_window import EnclaveWindow
from journey import MAIN_C, project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
STOP_MS = 100
MAKEFILE = "test:\n\t@echo the-test-is-red; exit 1\n"
# Two places far enough from each other for two hunks.
LONG_C = "int first = 1;\n" + "".join(f"int middle_{i};\n" for i in range(30)) + "int last = 1;\n"
LONG_PATCH = ("```diff\n--- a/long.c\n+++ b/long.c\n@@ -1,2 +1,2 @@\n-int first = 1;\n+int first = 2;\n int middle_0;\n"
              "@@ -31,2 +31,2 @@\n int middle_29;\n-int last = 1;\n+int last = 2;\n```\n")


def wait_model(window):
    window.find(role="label", name="test-model", timeout=20)


def undo_until(window, text, most):
    """Presses undo in the editor until it holds @text; returns how often."""
    for count in range(1, most + 1):
        window.key("ctrl+z")
        time.sleep(0.1)
        if window.text_of(editor_of(window)) == text:
            return count
    raise AssertionError(f"{most} undos do not bring {text[:60]!r} back")


@case("open from the tree, type, save, undo; ask, read, be refused, allow, see the output")
def whole_turn():
    replies = [{"events": [{"text": "I look at the code and at the settings first.", "words": True}], "pace_ms": 500,
                "finish": "tool_calls", "end": "no-done"}]
    replies[0]["events"] += [{"call": {"name": "read_file", "arguments": {"path": "src/main.c"}, "id": "a"}},
                             {"call": {"name": "read_file", "arguments": {"path": ".env"}, "id": "b"}}]
    replies += [calls("run_command", "Now the test.", command="make test"), says("The test is red.")]
    with ScriptedServer(replies) as server, project(Makefile=MAKEFILE) as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        window.press("Expand")
        window.click(window.find(role="label", name="main.c"))
        wait_editor(window, MAIN_C)
        window.key("ctrl+2", "ctrl+Home")
        window.type("/* mine */\n")
        window.key("ctrl+s")
        window.wait_for(lambda: (folder / "src/main.c").read_text() == "/* mine */\n" + MAIN_C, what="the file saved")
        undo_until(window, MAIN_C, 15)

        chat.say(window, "Is the test red?")
        row = window.find(role="label", name=re.compile("^I "), within=window.find(role="list", name="Messages"))
        pieces = set()
        window.wait_for(lambda: pieces.add(row.name) or "settings first." in row.name, what="the whole first sentence")
        tap.check(len(pieces) >= 3, f"the text came in {len(pieces)} pieces, not as it was written")
        chat.wait_question(window, "make test")
        chat.check_row(window, r"Read src/main\.c, lines 1–")
        chat.check_row(window, r"Refused \.env, rule builtin:dotenv")
        tap.contains(window.all_text(), "Run this command?")
        window.screenshot(tap.picture_name("-asks"))
        tap.check("the-test-is-red" not in chat.terminal_text(window), "the command ran unasked")
        chat.answer(window, "Allow")
        window.wait_for(lambda: "the-test-is-red" in chat.terminal_text(window), what="the output in the terminal")
        window.wait_text("Agent command")
        chat.wait_words(window, "The test is red.")
        chat.check_row(window, r"Ran make test, failed, exit 2")
        chat.wait_idle(window)
        sent = str(server.requests())
        tap.contains(sent, "the-test-is-red", "what the model was told")
        tap.check("TOKEN=secret" not in sent, "the denied file left")
        # What stands unsaved in the editor is what the agent reads, as a person would expect.
        tap.check("/* mine */" not in sent, "the agent read the disk and not the editor")


@case("review, accept one hunk, apply, one undo step, undo turn")
def review():
    with ScriptedServer([says("Both are wrong.\n\n" + LONG_PATCH)]) as server, project(long_dot_c=LONG_C) as folder, \
            EnclaveWindow(folder, folder / "long.c", settings=server.settings(), size=SIZE) as window:
        path = folder / "long.c"
        wait_model(window)
        wait_editor(window, LONG_C)
        chat.say(window, "Mend both")
        chat.wait_idle(window)
        window.wait_text("1 file")
        tap.equal(path.read_text(), LONG_C, "the file before the click")
        window.press("Review", role="push button")
        page = window.find(name="Review changes", role="panel")
        window.wait_for(lambda: len(window.find_all(role="push button", name="Accept", within=page)) == 3,
                        what="a file with two hunks")
        window.screenshot(tap.picture_name("-review"))
        window.activate(window.find_all(role="push button", name="Accept", within=page)[1])
        window.find(role="label", name="Apply 1 hunk", within=page)
        window.press("Reject rest", within=page)
        window.press("Apply", role="push button", within=page)
        first = LONG_C.replace("first = 1", "first = 2")
        window.wait_for(lambda: path.read_text() == first, what="the accepted hunk on disk")
        wait_editor(window, first)
        window.screenshot(tap.picture_name("-applied"))
        window.key("ctrl+2", "ctrl+z")
        wait_editor(window, LONG_C)
        window.key("ctrl+shift+z")
        wait_editor(window, first)
        window.press("Undo turn", role="push button", within=window.find(name="Chat"))
        window.wait_for(lambda: path.read_text() == LONG_C, what="the file as it was")
        wait_editor(window, LONG_C)


@case("deny is final for the call and the turn goes on")
def deny():
    with ScriptedServer([calls("run_command", command="touch made"), says("Then not.")]) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.say(window, "Make it")
        chat.wait_question(window, "touch made")
        chat.answer(window, "Deny")
        chat.wait_words(window, "Then not.")
        chat.check_row(window, r"Denied touch made, by you")
        tap.check(not (folder / "made").exists(), "the denied command ran")


@case("what it reads is shown in the editor where that is wanted; the focus stays, and who works in the editor is left alone")
def follow():
    with ScriptedServer([calls("read_file", path="src/main.c", start_line=6), says("It says hello."),
                         calls("read_file", path="README.md"), says("It is short.")]) as server, \
            project() as folder, EnclaveWindow(folder, settings={**server.settings(), "follow-agent": "true"}, size=SIZE) as window:
        wait_model(window)
        chat.say(window, "Look")
        chat.wait_words(window, "It says hello.")
        wait_editor(window, MAIN_C)
        window.find(role="push button", name="Line 6, column 1", timeout=20)
        tap.equal(window.focused().name, "Message", "where the focus is")
        window.screenshot()
        chat.wait_idle(window)
        chat.write(window, "And the other")
        window.key("Return", "ctrl+2")
        chat.wait_words(window, "It is short.")
        wait_editor(window, MAIN_C)


def stop_ms(window):
    """Presses Stop and says after how long the window shows that it is over."""
    label = window.find(role="label", name=chat.BUSY, showing=False)
    stop = window.find(role="push button", name="Stop", within=window.find(name="Chat"))
    x, y = window.position(stop)
    # GtkButton waits 250 ms when it is activated by key or action, for show; a click counts at once.
    window.point(x, y)
    window.xdotool("mousedown", 1)
    begin = time.monotonic()
    window.xdotool("mouseup", 1)
    while label.name == chat.BUSY:
        tap.check(time.monotonic() - begin < 10, "Stop does not stop")
    took = (time.monotonic() - begin) * 1000
    tap.note(f"stopped in {took:.0f} ms")
    return took


@case("stop within 100 ms: while it writes, while it asks, while a command runs")
def stop():
    flood = {"events": [{"text": "These words stay."}, {"flood": {"text": " more", "count": 0, "per_second": 50}}]}
    replies = [flood, calls("run_command", "Before the question.", command="echo asked"),
               calls("run_command", "Before the command.", command="echo begun; sleep 300"), says("End.")]
    with ScriptedServer(replies) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        times = []
        chat.say(window, "Write")
        chat.wait_words(window, "These words stay. more")
        times.append(stop_ms(window))
        tap.contains(chat.words(window), "These words stay.")
        chat.say(window, "Ask")
        chat.wait_question(window, "echo asked")
        times.append(stop_ms(window))
        window.wait_for(lambda: not window.exists(role="push button", name="Allow"), what="the question gone")
        tap.contains(chat.words(window), "Before the question.")
        chat.say(window, "Run")
        chat.wait_question(window, "sleep 300")
        chat.answer(window, "Allow")
        window.wait_for(lambda: "begun" in chat.terminal_text(window), what="the command at work")
        times.append(stop_ms(window))
        tap.contains(chat.words(window), "Before the command.")
        window.wait_for(lambda: not [line for line in window.leftovers() if "sleep 300" in line],
                        what="the command's processes gone")
        window.screenshot(tap.picture_name(""))
        tap.check(max(times) <= STOP_MS, f"stopping took {times} ms")
        # And the conversation goes on.
        chat.say(window, "Go on")
        chat.wait_words(window, "End.")


@case("a message waits for its turn; modes; a new conversation")
def queue_and_modes():
    slow = {"events": [{"text": "one two three four five six", "words": True}], "pace_ms": 1200}
    with ScriptedServer([slow, says("Second answer."), says("In mode Plan."), says("Fresh.")]) as server, \
            project() as folder, EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.say(window, "First")
        chat.wait_words(window, "one")
        chat.say(window, "Second")
        window.wait_text("1 message waits for the turn to end")
        chat.wait_words(window, "Second answer.")
        chat.wait_idle(window)
        tap.contains(str(server.requests()[0]["tools"]), "run_command", "the tools of mode Edit")

        chat.write(window, "Plan it")
        window.key("ctrl+m")
        window.wait_for(lambda: chat.mode(window) == "Ask", what="mode Ask")
        window.key("Return")
        chat.wait_words(window, "In mode Plan.")
        chat.wait_idle(window)
        names = [tool["function"]["name"] for tool in server.requests()[2]["tools"]]
        tap.check("read_file" in names and not {"run_command", "edit_file", "write_file"} & set(names),
                  f"mode Ask offers {names}")
        window.key("ctrl+m")
        window.wait_for(lambda: chat.mode(window) == "Plan", what="mode Plan")

        window.key("ctrl+n")
        window.wait_for(lambda: "First" not in chat.words(window), what="an empty conversation")
        chat.say(window, "Anew")
        chat.wait_words(window, "Fresh.")
        tap.check("Second answer." not in str(server.requests()[-1]["messages"]), "the old conversation was sent along")
        names = [tool["function"]["name"] for tool in server.requests()[-1]["tools"]]
        tap.check({"run_command", "edit_file"} <= set(names), f"mode Plan offers {names}")


@case("a file is mentioned, a denied one stays here")
def mention():
    with ScriptedServer([says("Seen.")]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.write(window, "What is in @READ")
        window.wait_text("README.md", within=window.find(name="Chat"))
        window.key("Return")
        window.wait_for(lambda: "@README.md" in window.text_of(chat.message(window)), what="the name completed")
        window.type("and in @.env ?")
        window.key("Return")
        window.wait_text("Attaching .env: denied by rule builtin:dotenv")
        window.screenshot(tap.picture_name("-denied"))
        tap.contains(window.text_of(chat.message(window)), "and in @.env ?", "the message, to be changed")
        tap.equal(server.requests(), [], "what was sent")
        # A mention goes as a whole.
        window.key(*["BackSpace"] * (len("and in ") + 1 + len(" ?")))
        tap.equal(window.text_of(chat.message(window)), "What is in @README.md ", "what is left of the message")
        window.key("Return")
        chat.wait_words(window, "Seen.")
        sent = str(server.requests())
        tap.contains(sent, "# Ringlog", "what was sent")
        tap.check("TOKEN=secret" not in sent, "the denied file left")


@case("the buttons of a code block do what they say")
def code_block():
    patch = "```diff\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# Ringlog\n+# Ringlog, mended\n```\n"
    text = f"One:\n\n```c\nint added;\n```\n\nTwo:\n\n```sh\necho from-the-chat\n```\n\nThree:\n\n{patch}"
    with ScriptedServer([says(text)]) as server, project() as folder, \
            EnclaveWindow(folder, folder / "src/main.c", settings=server.settings(mode="'ask'"), size=SIZE) as window:
        wait_model(window)
        wait_editor(window, MAIN_C)
        window.key("ctrl+2", "ctrl+Home")
        chat.say(window, "Show me")
        chat.wait_words(window, "Three:")
        chat.wait_idle(window)
        window.press("Insert at cursor")
        window.wait_for(lambda: window.text_of(editor_of(window)).startswith("int added;\n"), what="the code in the editor")
        window.click(window.find(role="push button", name="Copy"))
        window.key("ctrl+4", "ctrl+v")
        window.wait_for(lambda: "int added;" in window.text_of(chat.message(window)), what="the code in the message")
        window.press("Run in terminal")
        # It is typed, or run after a question; either way it stands in the person's own terminal.
        window.wait_for(lambda: "echo from-the-chat" in chat.terminal_text(window), what="the command in the terminal")
        window.screenshot(tap.picture_name(""))
        window.press("Apply", role="push button")
        window.wait_text("1 file")
        tap.equal((folder / "README.md").read_text(), "# Ringlog\n", "the file before the second click")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
