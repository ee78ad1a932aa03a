# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person names in a message with `@`, and does with `/init` and `/memory`, by the keyboard."""

import time

import chat
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)
RING = "int\nring_push (int value)\n{\n  return value + 4711;\n}\n\nint\nring_pop (void)\n{\n  return 4712;\n}\n"


def ringlog(**more):
    return project(src__ring_dot_c=RING, **more)


def wait_model(window):
    window.find(role="label", name="test-model", timeout=20)


def wait_listed(window, *parts):
    def listed():
        found = window.find_all(role="list", name="Completions")
        return found and all(part in window.all_text(found[0]) for part in parts)
    window.wait_for(listed, what=f"{parts} in the list")


def wait_message(window, text):
    window.wait_for(lambda: window.text_of(chat.message(window)) == text, what=f"{text!r} in the message")


def clear(window):
    window.key("ctrl+a")
    window.key("BackSpace")
    wait_message(window, "")


def pictures(window, name):
    """Light and dark."""
    time.sleep(0.3)
    window.screenshot_with_popovers(tap.picture_name(f"-{name}"))
    window.write_settings({**window.settings, "style-variant": "'dark'"})
    time.sleep(0.5)
    window.screenshot_with_popovers(tap.picture_name(f"-{name}-dark"))
    window.write_settings({**window.settings, "style-variant": "'light'"})
    time.sleep(0.4)


@case("a definition, the selection, the terminal; a denied file by name only")
def mentions():
    with ringlog() as folder, ScriptedServer([says("Seen."), says("Both.")]) as server, \
            EnclaveWindow(folder, folder / "src/ring.c", settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.write(window, "Ask")
        tap.check(not window.exists(role="list", name="Completions"), "something is listed before an @")
        window.type(" @")
        wait_listed(window, "@selection", "@terminal", "@diff", "ring.c")
        pictures(window, "all")
        window.type("push")
        wait_listed(window, "ring_push")
        window.key("Tab")
        wait_message(window, "Ask @src/ring.c#ring_push ")
        # Escape closes, and what is typed stays.
        window.type("@.en")
        wait_listed(window, ".env", "denied, builtin:dotenv")
        pictures(window, "denied")
        window.key("Return")
        chat.wait_words(window, "Seen.")
        sent = str(server.requests()[-1]["messages"])
        tap.contains(sent, "4711", "what was sent")
        tap.check("4712" not in sent.split("Ask @")[-1], "more than the definition was attached")
        tap.check("TOKEN=secret" not in sent, "the denied file left")
        chat.wait_idle(window)

        # Nothing is selected yet: said, and nothing is sent.
        chat.write(window, "Explain @sel")
        wait_listed(window, "@selection")
        window.key("Return")
        window.wait_text("Attaching the selection: nothing is selected in the editor")
        clear(window)
        window.key("ctrl+2")
        window.key("ctrl+Home")
        window.key("shift+Down", "shift+Down")
        chat.write(window, "Explain @sel")
        wait_listed(window, "@selection")
        window.key("Return")
        wait_message(window, "Explain @selection ")
        window.wait_text("src/ring.c lines 1–")
        pictures(window, "selection")
        # Written out and not chosen is the same.
        window.type("and @terminal")
        wait_listed(window, "@terminal")
        window.key("Escape")
        window.wait_for(lambda: not window.exists(role="list", name="Completions"), what="the list closed")
        wait_message(window, "Explain @selection and @terminal")
        window.key("Return")
        chat.wait_words(window, "Both.")
        sent = str(server.requests()[-1]["messages"])
        tap.contains(sent, "src/ring.c lines 1–", "what was sent")
        tap.contains(sent, "Terminal ", "what was sent")


@case("/memory proposes a line, /init a draft, each to be reviewed")
def memory():
    with ringlog() as folder, ScriptedServer([says("# Ringlog\n\nA ring buffer in C.\n")]) as server, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        wait_model(window)
        chat.write(window, "/")
        wait_listed(window, "/init", "/memory")
        pictures(window, "commands")
        window.type("memory")
        window.wait_for(lambda: "/memory" in window.text_of(chat.message(window)), what="the command")
        wait_listed(window, "/memory")
        window.key("Return")
        window.find(role="panel", name="Project", timeout=10)
        wait_message(window, "")

        chat.write(window, "/memory The build is meson.")
        window.key("Return")
        window.wait_text("ENCLAVE.md")
        window.press("Apply", role="push button")
        window.wait_for((folder / "ENCLAVE.md").exists, what="the memory file")
        tap.contains((folder / "ENCLAVE.md").read_text(), "The build is meson.", "the memory")
        tap.equal(server.requests(), [], "what was sent")

        chat.write(window, "/init")
        wait_listed(window, "/init")
        window.key("Return")
        window.wait_for(lambda: server.requests(), what="the model is asked")
        tap.contains(str(server.requests()[-1]["messages"]), "ring_push", "what the model was given")
        window.press("Apply", role="push button")
        window.wait_for(lambda: "A ring buffer in C." in (folder / "ENCLAVE.md").read_text(), what="the draft")


tap.run()
