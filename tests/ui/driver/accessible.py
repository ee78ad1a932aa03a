# SPDX-License-Identifier: GPL-3.0-or-later
"""What an assistive technology sees of a program, over D-Bus (AT-SPI 2, org.a11y.atspi.*).

A tree is read by one call of the program's cache and one bundle of calls for each level, which accessible-tree.c does: node by node,
with each answer taken apart here, it is half a second each time that a test looks for something."""

import collections
import ctypes
import json
import os

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402  pylint: disable=wrong-import-position

PREFIX = "org.a11y.atspi."
PROPERTIES = "org.freedesktop.DBus.Properties"
ROOT = "/org/a11y/atspi/accessible/root"
NOWHERE = "/org/a11y/atspi/null"
CALL_MS = 20000
# What went away between finding and asking is answered like what is not there.
GONE = (GLib.Error,)
IN_WINDOW = 1


class Box(collections.namedtuple("Box", "x y width height")):
    def has_room(self):
        return self.width > 0 and self.height > 0


STATE_NAMES = {number: Atspi.StateType(number).value_nick.replace("-", " ") for number in range(int(Atspi.StateType.LAST_DEFINED))}


def state_names(words):
    return {name for number, name in STATE_NAMES.items() if words[number // 32] >> number % 32 & 1}


class Item:
    """A node as the cache told it."""

    def __init__(self, path, parent, interfaces, name, role, words):
        self.path = path
        self.parent = parent
        self.interfaces = interfaces
        self.name = name
        self.role = Atspi.role_get_name(role)
        self._words = words

    @property
    def states(self):
        """Their names."""
        return state_names(self._words)


class Tree:
    """accessible-tree.c, which reads many nodes at once, on a connection of its own."""

    def __init__(self, address):
        library = ctypes.CDLL(os.environ["ENCLAVE_ACCESSIBLE_TREE"])
        library.accessible_tree_new.restype = ctypes.c_void_p
        self._free = library.accessible_tree_free
        self._free.argtypes = [ctypes.c_void_p]
        self._functions = {}
        for name in ("walk", "texts", "boxes"):
            function = self._functions[name] = getattr(library, f"accessible_tree_{name}")
            function.restype = ctypes.c_void_p
            function.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
        self._tree = library.accessible_tree_new(address.encode())
        if not self._tree:
            raise RuntimeError(f"no connection to the accessibility bus at {address}")

    def read(self, function, name, paths):
        """What a function of the library says of the program @name at @paths (None: all)."""
        text = self._functions[function](self._tree, name.encode(), paths.encode() if paths is not None else None)
        try:
            return json.loads(ctypes.string_at(text))
        finally:
            self._free(text)


class Bus:
    """The connection to the accessibility bus of a desktop."""

    def __init__(self, session_address):
        session = self._connect(session_address)
        (address,) = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                       Gio.DBusCallFlags.NONE, CALL_MS, None).unpack()
        session.close_sync(None)
        self.connection = self._connect(address)
        self.tree = Tree(address)

    @staticmethod
    def _connect(address):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def call(self, name, path, interface, method, signature=None, *arguments):
        """The values that a method answers, one as it is and several as a tuple; raises GLib.Error."""
        parameters = GLib.Variant(signature, arguments) if signature else None
        found = self.connection.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE, CALL_MS,
                                          None).unpack()
        return found[0] if len(found) == 1 else found

    def find_application(self, process):
        """The Application whose process id is @process, or None."""
        try:
            for name, _path in self.call("org.a11y.atspi.Registry", ROOT, PREFIX + "Accessible", "GetChildren"):
                if self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                             "GetConnectionUnixProcessID", "(s)", name) == process:
                    return Application(self, name)
        except GONE:
            pass
        return None


class Application:
    """A program on the bus. Everything of it that has gone is empty."""

    def __init__(self, bus, name):
        self.bus = bus
        self.name = name

    def call(self, path, interface, method, signature=None, *arguments):
        return self.bus.call(self.name, path, PREFIX + interface, method, signature, *arguments)

    def children_of(self, path):
        """Paths of those children that are presented, in their order; GetChildren tells of closed popovers too."""
        found = []
        for index in range(Node(self, path).count_children()):
            try:
                _name, child = self.call(path, "Accessible", "GetChildAtIndex", "(i)", index)
            except GONE:
                continue
            if child != NOWHERE:
                found.append(child)
        return found

    def frames(self):
        """Windows, dialogs included."""
        return [Node(self, path) for path in self.children_of(ROOT)]

    def walk(self, path=None):
        """Nodes at and below @path (all windows when None), parents first."""
        return [Node(self, item.path, item) for item in (Item(*told) for told in self.bus.tree.read("walk", self.name, path))]

    def _read_of(self, function, nodes):
        """What the tree says of each of @nodes, by node."""
        return dict(zip(nodes, self.bus.tree.read(function, self.name, "\n".join(node.path for node in nodes)))) if nodes else {}

    def texts(self, nodes):
        """What each of @nodes says: its text, or the name of one without."""
        found = self._read_of("texts", [node for node in nodes if node.has("Text")])
        return [found[node] or "" if node in found else node.item.name for node in nodes]

    def boxes(self, nodes):
        """Where each of @nodes is in its window, None for what has no place."""
        found = self._read_of("boxes", [node for node in nodes if node.has("Component")])
        return [Box(*found[node]) if found.get(node) else None for node in nodes]


class Node:
    """One accessible. @item: what the cache told of it when it was found; all else is asked when it is read."""

    def __init__(self, application, path, item=None):
        self.application = application
        self.path = path
        self.item = item
        self._interfaces = item.interfaces if item is not None else None

    def __eq__(self, other):
        return isinstance(other, Node) and (self.application.name, self.path) == (other.application.name, other.path)

    def __hash__(self):
        return hash((self.application.name, self.path))

    def _ask(self, default, interface, method, signature=None, *arguments):
        try:
            return self.application.call(self.path, interface, method, signature, *arguments)
        except GONE:
            return default

    def _property(self, default, interface, name):
        try:
            return self.application.bus.call(self.application.name, self.path, PROPERTIES, "Get", "(ss)",
                                             PREFIX + interface, name)
        except GONE:
            return default

    def has(self, interface):
        if self._interfaces is None:
            self._interfaces = self._ask([], "Accessible", "GetInterfaces")
        return PREFIX + interface in self._interfaces

    @property
    def role(self):
        if self.item is not None:
            return self.item.role
        return Atspi.role_get_name(self._ask(0, "Accessible", "GetRole"))

    @property
    def name(self):
        return self._property("", "Accessible", "Name")

    @property
    def description(self):
        return self._property("", "Accessible", "Description")

    @property
    def parent(self):
        _name, path = self._property(("", NOWHERE), "Accessible", "Parent")
        return None if path in (NOWHERE, ROOT) else Node(self.application, path)

    def children(self):
        return [Node(self.application, path) for path in self.application.children_of(self.path)]

    def count_children(self):
        """Those that are not presented included."""
        return self._property(0, "Accessible", "ChildCount")

    def states(self):
        words = self._ask(None, "Accessible", "GetState")
        return state_names(words) if words else set()

    @property
    def caret(self):
        """Of a text: characters before the caret."""
        return self._property(0, "Text", "CaretOffset")

    def box(self):
        """Where it is in its window, or None for what has no place."""
        found = self._ask(None, "Component", "GetExtents", "(u)", IN_WINDOW) if self.has("Component") else None
        return Box(*found) if found is not None else None

    def letter_box(self, offset):
        """Where a letter of a text is in its window, or None."""
        found = self._ask(None, "Text", "GetCharacterExtents", "(iu)", offset, IN_WINDOW)
        return Box(*found) if found is not None else None

    # Text, values and actions

    def text(self):
        """None for what has no text."""
        return self._ask("", "Text", "GetText", "(ii)", 0, self.count_characters()) if self.has("Text") else None

    def set_text(self, text):
        return self._ask(False, "EditableText", "SetTextContents", "(s)", text)

    def insert_text(self, offset, text):
        return self._ask(False, "EditableText", "InsertText", "(isi)", offset, text, len(text.encode()))

    def count_characters(self):
        return self._property(0, "Text", "CharacterCount")

    def read_attributes(self, offset):
        """Attributes of the text at @offset as a screen reader reads them; returns where their run ends."""
        _attributes, _start, end = self._ask(({}, 0, 0), "Text", "GetAttributeRun", "(ib)", offset, True)
        self._ask(None, "Text", "GetAttributes", "(i)", offset)
        return end

    def value(self):
        return self._property(0.0, "Value", "CurrentValue")

    def set_value(self, value):
        self.application.bus.call(self.application.name, self.path, PROPERTIES, "Set", "(ssv)",
                                  PREFIX + "Value", "CurrentValue", GLib.Variant("d", value))

    def act(self):
        """Does its first action; False where it has none."""
        return self.has("Action") and self._property(0, "Action", "NActions") > 0 and self._ask(False, "Action", "DoAction", "(i)", 0)
