# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat, edits and suggestions by models of their own: chosen in the preferences, warned of, and used; and what fits this machine."""

import tap
import chat
import desktop
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)


def entry(name, size, **more):
    return {"name": name, "size": size, "digest": name, "details": {"context_length": 32768},
            "capabilities": ["completion", "tools", "insert"], **more}


# Larger than any machine that runs this.
MODELS = [entry("chat:7b", 4700000000), entry("coder:1.5b", 986000000), entry("huge:900b", 900 * 10 ** 12),
          entry("far:cloud", 384, remote_host="https://ollama.com", remote_model="far")]
OLLAMA = {"listing": "ollama", "routes": {"/api/tags": {"json": {"models": MODELS}}}}


@case("edits are made by the model that is named for them, and a clash is said")
def edits():
    with ScriptedServer([says("Done.")], **OLLAMA) as server, project() as folder:
        settings = server.settings(**{"edit-model": f"'{server.address} huge:900b'", "mode": "'ask'"})
        with EnclaveWindow(folder, settings=settings, size=SIZE) as window:
            window.find(role="label", name="chat:7b", timeout=20)
            chat.say(window, "Look")
            chat.wait_words(window, "Done.")
            window.key("ctrl+comma")
            main = window.window
            window.focus("Preferences")
            window.wait_text("don’t fit into memory together")
            window.screenshot_with_popovers(tap.picture_name("-warned"))
            tap.check(not window.exists(role="label", name="far:cloud"), "a model that leaves the machine is offered")
            window.key("Escape")
            window.window = main
            window.focus()
            # Edit comes after Plan, and that after Ask.
            window.key("ctrl+4", "ctrl+m", "ctrl+m")
            chat.say(window, "Change")
            window.wait_for(lambda: len(server.requests()) == 2, what="the second turn")
            names = [body["model"].removesuffix(":local") for body in server.requests()]
            tap.equal(names, ["chat:7b", "huge:900b"])


@case("what fits, how fast, and for what, on the welcome page")
def advice():
    with ScriptedServer([], **OLLAMA) as server, EnclaveWindow(settings=server.settings(), size=SIZE) as window:
        window.wait_text("Too large", timeout=20)
        window.wait_text("tokens/s")
        window.wait_text("tests, boilerplate, refactoring")
        window.wait_text("Leaves this machine")
        window.screenshot(tap.picture_name(""))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
