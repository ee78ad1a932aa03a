# SPDX-License-Identifier: GPL-3.0-or-later
"""Who looks elsewhere is told that the agent is done or waits, and the desktop is told nothing of what was said."""

import contextlib

import chat
import desktop
import tap
from enclave_window import EnclaveWindow
from journey import project
from scripted_server import ScriptedServer, calls, says
from tap import case

SIZE = (1280, 800)
SERVICE = """<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
</interface></node>"""
# What must be in no notification.
SAID = "static int secret_sauce = 42;"


class Notifications:
    """The service of the desktop that shows notifications. What it gets is looked at when the test asks for it."""

    def __init__(self):
        from gi.repository import Gio, GLib  # pylint: disable=import-outside-toplevel
        self.glib = GLib
        self.shown = {}
        self.all = []
        self.context = GLib.MainContext()
        self.context.push_thread_default()
        address = desktop.desktop().environment["DBUS_SESSION_BUS_ADDRESS"]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        interface = Gio.DBusNodeInfo.new_for_xml(SERVICE).interfaces[0]
        self.connection.register_object("/org/freedesktop/Notifications", interface, self._call, None, None)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", ("org.freedesktop.Notifications", 4)), None,
                                  Gio.DBusCallFlags.NONE, -1, None)
        self.context.pop_thread_default()

    def _call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        arguments = parameters.unpack()
        answer = None
        if method == "Notify":
            number = arguments[1] or len(self.all) + 1
            self.shown[number] = (arguments[3], arguments[4])
            self.all.append(arguments)
            answer = self.glib.Variant("(u)", (number,))
        elif method == "CloseNotification":
            self.shown.pop(arguments[0], None)
        else:
            answer = self.glib.Variant("(as)", (["body"],))
        invocation.return_value(answer)

    def now(self):
        """Title and text of all that are shown."""
        while self.context.pending():
            self.context.iteration(False)
        return list(self.shown.values())

    def close(self):
        self.connection.close_sync(None)


@contextlib.contextmanager
def notifications():
    service = Notifications()
    try:
        yield service
    finally:
        service.close()


def look_elsewhere(window):
    """Another window gets the keyboard: the root window does for it."""
    root = window.xdotool("search", "--maxdepth", "0", "").split()[0]
    window.xdotool("windowfocus", root)
    window.wait_for(lambda: "active" not in window.states(window.frame()), what="the window to be inactive")


@case("told while the window is in the background, taken back when it is looked at")
def told():
    replies = [{"events": [{"text": f"It is {SAID} " * 20, "words": True}], "pace_ms": 15}, says("At once."),
               {**calls("run_command", "I run it. " * 60, command=f"echo '{SAID}'"), "pace_ms": 15}, says("Ran.")]
    with notifications() as shown, ScriptedServer(replies) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, SAID)
        look_elsewhere(window)
        window.wait_for(lambda: shown.now() == [("The agent is done", folder.name)], what=f"the notification, not {shown.now()}")
        window.focus()
        window.wait_for(lambda: shown.now() == [], what="the notification withdrawn")

        # Whoever looks needs none.
        chat.say(window, "Again")
        chat.wait_words(window, "At once.")
        chat.wait_idle(window)
        tap.equal(shown.now(), [], "shown to who looks")

        chat.say(window, "Run it")
        look_elsewhere(window)
        window.wait_for(lambda: shown.now() == [("The agent waits for you", folder.name)],
                        what=f"the notification, not {shown.now()}")
        tap.check("secret_sauce" not in str(shown.all), f"what was said is in a notification: {shown.all}")


@case("not told when the person does not want it")
def not_told():
    with notifications() as shown, \
            ScriptedServer([{"events": [{"text": "One. " * 20, "words": True}], "pace_ms": 15}]) as server, project() as folder, \
            EnclaveWindow(folder, settings=server.settings(**{"notify-turn-end": "false"}), size=SIZE) as window:
        window.find(role="label", name="test-model", timeout=20)
        chat.say(window, "Go")
        look_elsewhere(window)
        chat.wait_words(window, "One.")
        chat.wait_idle(window)
        tap.equal(shown.now(), [], "shown")
        tap.equal(shown.all, [], "all that was told")


reason = desktop.missing()
if reason:
    tap.skip_all(reason)
tap.run()
