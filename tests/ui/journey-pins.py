# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator has pinned, as the person meets it: locked rows that say why, and a mode that does not go further.

The program is one of a test build, which reads the policy from a place of the test's."""

import pathlib
import tempfile

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, says
from tap import case

SIZE = (1280, 800)


@case("pinned settings are locked with the reason, and the mode stays where it may be")
def pinned():
    with ScriptedServer([says("Done.")]) as server, project() as folder, tempfile.TemporaryDirectory() as place:
        policy = pathlib.Path(place) / "policy"
        policy.write_text(f"[settings]\nservers = ['{server.address}']\ndiscover-servers = false\nmode <= 'plan'\n"
                          "max-rounds = 10\napply-edits-at-once = false\n")
        policy.chmod(0o644)
        settings = {"mode": "'edit'", "max-rounds": "uint32 50", "servers": "['http://127.0.0.1:1']"}
        with EnclaveWindow(folder, settings=settings, size=SIZE,
                           environment={"ENCLAVE_TEST_WALLS_OFF_POLICY": str(policy)}) as window:
            window.find(role="label", name="test-model", timeout=20)
            # Edit comes after Plan where it may be had.
            window.key("ctrl+4", "ctrl+m")
            window.wait_for(lambda: chat.mode(window) == "Ask", what="mode Ask instead of Edit")
            window.key("ctrl+comma")
            window.wait_for(lambda: len(window.frames()) == 2, what="the preferences")
            window.focus("Preferences")
            preferences = next(frame for frame in window.frames() if frame.name == "Preferences")
            window.wait_text("The administrator of this machine has fixed the list of servers.", within=preferences)
            window.wait_text("Locked to “false” by the administrator’s policy", within=preferences)
            window.screenshot(tap.picture_name("-servers"))
            window.click(window.find(role="label", name="Agent", within=preferences))
            window.wait_text("At most “plan”: the administrator’s policy", within=preferences)
            window.wait_text("Locked to “10” by the administrator’s policy", within=preferences)
            spin = window.find(role="spin button", within=preferences)
            tap.check(not window.is_sensitive(spin), "a pinned number can be changed")
            window.screenshot(tap.picture_name("-agent"))


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
