# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person names in a message with `@`, and does with `/init` and `/memory`, by the keyboard in a small dark window."""

import time

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

RING = "int\nring_push (int value)\n{\n  return value + 4711;\n}\n\nint\nring_pop (void)\n{\n  return 4712;\n}\n"
REPLIES = ["Seen.", "# Ringlog\n\nA ring buffer in C.\n"]


def wait_listed(window, *parts):
    def listed():
        found = window.find_all(role="list", name="Completions")
        return found and all(part in window.all_text(found[0]) for part in parts)
    window.wait_for(listed, what=f"{parts} in the list")


def wait_message(window, text):
    message = chat.message(window)
    window.wait_for(lambda: window.text_of(message) == text, what=f"{text!r} in the message")


@case("a definition, the selection and the terminal go, a denied file does not; memory is proposed")
def mentions():
    with project(src__ring_dot_c=RING) as folder, ScriptedServer([says(reply) for reply in REPLIES]) as server, \
            EnclaveWindow(folder, folder / "src/ring.c", settings={**server.settings(), "style-variant": "'dark'"},
                          size=(900, 600)) as window:
        window.find(role="label", name="test-model", timeout=20)
        window.key("ctrl+2", "ctrl+Home", "shift+Down", "shift+Down")
        chat.write(window, "See @")
        wait_listed(window, "@selection", "@terminal", "@diff", "ring.c", ".env", "denied, builtin:dotenv")
        window.screenshot_with_popovers(tap.picture_name(""))
        # What is written fast is looked up before it is taken.
        window.type("push")
        window.key("Tab")
        wait_message(window, "See @src/ring.c#ring_push ")
        window.type("@")
        wait_listed(window, "@selection")
        window.key("Down", "Up", "Return")
        wait_message(window, "See @src/ring.c#ring_push @selection ")
        # What was chosen goes as a whole, and with it what it has attached.
        window.key("BackSpace", "BackSpace")
        wait_message(window, "See @src/ring.c#ring_push ")
        window.wait_for(lambda: not window.exists(role="label", name="src/ring.c lines 1–2"), what="the chip gone")
        window.type("@selec")
        window.key("BackSpace")
        wait_message(window, "See @src/ring.c#ring_push @sele")
        window.type("ction ")
        time.sleep(0.5)
        window.screenshot(tap.output_folder() / "mentions-bold.png")
        window.key("BackSpace", "BackSpace")
        wait_message(window, "See @src/ring.c#ring_push ")
        window.type("@")
        wait_listed(window, "@selection")
        window.key("Down", "Up", "Return")
        wait_message(window, "See @src/ring.c#ring_push @selection ")
        window.find(role="label", name="src/ring.c lines 1–2")
        # Escape closes, and what is written counts all the same.
        window.type("@terminal")
        wait_listed(window, "@terminal")
        window.key("Escape", "Return")
        chat.wait_words(window, "Seen.")
        sent = str(server.requests()[-1]["messages"]).split("See @")[-1]
        for part in ("4711", "src/ring.c lines 1–2", "Terminal output"):
            tap.contains(sent, part, "what was sent")
        tap.check("4712" not in sent, "more than the definition was attached")
        chat.wait_idle(window)

        chat.write(window, "/memory The build is meson.")
        window.key("Return")
        window.press("Apply", role="push button")
        window.wait_for((folder / "ENCLAVE.md").exists, what="the memory file")
        tap.contains((folder / "ENCLAVE.md").read_text(), "The build is meson.", "the memory")
        tap.equal(len(server.requests()), 1, "how often the model was asked")

        chat.write(window, "/init")
        window.key("Return")
        window.press("Apply", role="push button", timeout=15)
        window.wait_for(lambda: "A ring buffer in C." in (folder / "ENCLAVE.md").read_text(), what="the draft")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
