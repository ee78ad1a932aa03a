# SPDX-License-Identifier: GPL-3.0-or-later
"""F1 opens help that is in the program: ten pages by keyboard, with no viewer, no address and no network."""

import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from tap import case

TITLES = ["First steps", "A model server", "Asking the agent", "Changes: review and undo", "What the agent may see",
          "Commands and the sandbox", "MCP servers", "Editor and terminal", "What leaves this machine", "For administrators"]


@case("every page of the help is reached by keyboard and has text")
def pages():
    with project() as folder, EnclaveWindow(folder, settings={"discover-servers": "false"}, size=(1280, 800)) as window:
        main = window.window
        window.key("F1")
        window.wait_for(lambda: len(window.frames()) == 2, what="the help")
        window.focus("Help")
        frame = next(frame for frame in window.frames() if frame.name == "Help")
        window.wait_text("Enclave is an editor, a terminal and an agent in one window.", within=frame)
        window.screenshot(tap.picture_name("-first"))
        for title in TITLES[1:]:
            window.key("Down")
            # Once in the list, once above the page.
            window.wait_for(lambda name=title: len(window.find_all(role="label", name=name, within=frame)) > 1, what=f"the page {title}")
            text = window.all_text(within=frame)
            tap.check("**" not in text and "`" not in text, f"{title} shows its marks")
        window.wait_text("/etc/enclave/policy holds for all users", within=frame)
        window.screenshot(tap.picture_name("-last"))
        window.key("Escape")
        window.wait_for(lambda: len(window.frames()) == 1, what="the help closed")
        window.window = main
        window.check_alive()


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
