# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real program: AT-SPI to find, read and press, keys and clicks through X.

    with EnclaveWindow("/some/folder") as window:
        window.press("Terminal")
        window.key("ctrl+s")
        window.wait_for(lambda: "saved" in window.text_of(window.find(role="label", name="Status")))
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import desktop as desktops
import tap

DEFAULT_SECONDS = 30
# Between two looks at what is waited for: as long as the look took, so that the program has half of the time, within these limits.
PAUSE_SECONDS = (0.05, 0.25)
# GTK's own, and a little.
DOUBLE_CLICK_SECONDS = 0.45
# What GLib and GTK print when something is wrong, and what the sanitizers do.
COMPLAINT = re.compile(r"(?:-|: )(?:CRITICAL|WARNING|ERROR) \*\*|\*\* (?:ERROR|CRITICAL|WARNING) \*\*"
                       r"|ERROR: \w+Sanitizer|runtime error:")
# GTK 4.8 draws a scrollbar's trough one frame late, and says so, when the range of what it scrolls changes while it is given its place.
TOOLKIT_LATE = re.compile(r"Gtk-WARNING \*\*: [\d:.]+: Trying to snapshot GtkGizmo 0x[0-9a-f]+ without a current allocation$")
PRESSABLE = {"push button", "toggle button", "menu item", "radio button", "link", "page tab"}

# To be allowed where completion lists are shown: that of GtkSourceView 5.6 may present its list before it has a row.
COMPLETION_EMPTY = r"Gdk-CRITICAL .*gdk_popup_present: assertion 'width > 0' failed"


class NotFound(AssertionError):
    pass


def pause(began):
    """After a look that began then."""
    least, most = PAUSE_SECONDS
    time.sleep(min(most, max(least, time.monotonic() - began)))


class EnclaveWindow:
    """Starts the program, waits for its window and ends it.

    @arguments: of the program. @settings: a dict of GSettings keys to GVariant text, kept in a file of this window.
    @home: a folder to use again, so that a second start finds what the first left. @allow: regular expressions of lines on
    stderr that are no fault. @status: the exit status expected when the program ended itself. @trusted: files that a person
    has trusted before, as the program keeps it."""

    def __init__(self, *arguments, program=None, settings=None, home=None, allow=(), environment=None, size=None,
                 wait=True, stdin=None, trusted=()):
        self.program = str(program or os.environ["ENCLAVE_PROGRAM"])
        self.arguments = [str(argument) for argument in arguments]
        self.settings = {} if settings is None and home is None else settings
        self.allow = [TOOLKIT_LATE, *(re.compile(pattern) for pattern in allow)]
        self.extra = environment or {}
        self.size = size
        self.wait = wait
        self.stdin = stdin
        self.trusted = [pathlib.Path(file).resolve() for file in trusted]
        self.home = pathlib.Path(home) if home else None
        self.keep_home = home is not None
        self.process = None
        self.window = None
        self._before = []
        self._left = []
        self._application = None
        self._clicked = 0
        self.desktop = None

    # Life

    def __enter__(self):
        self.desktop = desktops.desktop()
        self._prepare_home()
        self._before = desktops.children()
        with open(self.home / "stderr", "ab") as errors, open(self.home / "stdout", "ab") as output:
            self.process = subprocess.Popen([self.program, *self.arguments], env=self.environment(),
                                            stdin=self.stdin or subprocess.DEVNULL, stdout=output, stderr=errors,
                                            start_new_session=True)
        if self.wait:
            try:
                self._await_window()
            except BaseException:
                self._photograph_failure()
                self._end()
                raise
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and not issubclass(kind, tap.Skip):
            self._photograph_failure()
        try:
            if kind is None:
                self.check_stderr()
        except AssertionError:
            self._photograph_failure()
            raise
        finally:
            self._end()
        if kind is None:
            tap.check(not self._left, f"processes outlived the window: {self._left}")

    def environment(self):
        home = self.home
        return {
            **self.desktop.environment,
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"), "XDG_CACHE_HOME": str(home / "cache"), "SHELL": "/bin/sh",
            "GSETTINGS_BACKEND": "keyfile" if self.settings is not None else "memory", **self.extra,
        }

    def _prepare_home(self):
        if self.home is None:
            self.home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-home-"))
        for folder in ("config", "data", "state", "cache"):
            (self.home / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.settings is not None and (self.settings or not self.settings_file().exists()):
            self.write_settings(self.settings)
        for file in self.trusted:
            self._trust(file)

    def _trust(self, file):
        text, root = file.read_bytes(), str(file.parent)
        folder = self.home / "state" / "enclave" / "trust"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = folder / hashlib.sha256(root.encode()).hexdigest()
        head = f"enclave-trust 1\nfolder {root}\nfile {len(text)} {hashlib.sha256(text).hexdigest()} {file.name}\n"
        record.write_bytes(head.encode() + text + b"\n")
        record.chmod(0o600)

    def settings_file(self):
        return self.home / "config" / "glib-2.0" / "settings" / "keyfile"

    def write_settings(self, settings):
        path = self.settings_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        # a request that nobody asked for would take the first reply of a script
        # and a question about what is installed here would stand in the way of the others
        settings = {"warm-up": "false", "language-servers": "false", **settings}
        lines = "".join(f"{key}={value}\n" for key, value in settings.items())
        path.write_text(f"[dev/enclave/Enclave]\n{lines}", encoding="utf-8")

    def read_setting(self, key):
        """The GVariant text of a key as the program stored it, or None."""
        path = self.settings_file()
        found = re.search(rf"^{re.escape(key)}=(.*)$", path.read_text(encoding="utf-8") if path.exists() else "", re.M)
        return found.group(1) if found else None

    def _await_window(self):
        end = time.monotonic() + DEFAULT_SECONDS * 2
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the program ended with {self.process.returncode}: {self.stderr()[-2000:]}")
            self._application = self._find_application()
            windows = self._x_windows()
            if self._application is not None and windows and self.frame() is not None:
                self.window = windows[-1]
                if self.size:
                    self.resize(*self.size)
                self.focus()
                return
            time.sleep(0.05)
        raise AssertionError(f"no window came up: {self.stderr()[-2000:]}")

    def wait_exit(self, timeout=DEFAULT_SECONDS):
        """The exit status of a program that ends by itself."""
        return self.process.wait(timeout)

    def quit(self, keys="ctrl+q"):
        self.key(keys)
        return self.wait_exit()

    def leftovers(self):
        """Command lines of processes that the program started and that still run."""
        found = []
        for process in desktops.children():
            if process not in {*self._before, *desktops.own, self.process.pid}:
                try:
                    line = pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
                except OSError:
                    continue
                found.append(line.replace(b"\0", b" ").decode(errors="replace").strip())
        return [line for line in found if "at-spi" not in line]

    def _end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        end = time.monotonic() + 2
        while self.leftovers() and time.monotonic() < end:
            desktops.reap()
            time.sleep(0.05)
        self._left = self.leftovers()
        if self._left:
            desktops.end_processes([process for process in desktops.children()
                                    if process not in {*self._before, *desktops.own}])
        if not self.keep_home:
            shutil.rmtree(self.home, ignore_errors=True)

    # What it said

    def stderr(self):
        path = self.home / "stderr"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stdout(self):
        return (self.home / "stdout").read_text(encoding="utf-8", errors="replace")

    def complaints(self):
        return [line for line in self.stderr().splitlines()
                if COMPLAINT.search(line) and not any(pattern.search(line) for pattern in self.allow)]

    def check_stderr(self):
        """No critical and no warning since the start."""
        found = self.complaints()
        tap.check(not found, "the program complained:\n" + "\n".join(found[:10]))

    # The tree

    def _find_application(self):
        return self.desktop.accessibility().find_application(self.process.pid)

    def frames(self):
        """Windows of the program, dialogs included."""
        application = self._application or self._find_application()
        return application.frames() if application is not None else []

    def frame(self):
        frames = self.frames()
        return frames[0] if frames else None

    def walk(self, node=None):
        """All nodes at and below @node (default: of all windows), parents first."""
        application = self._application or self._find_application()
        return application.walk(node.path if node is not None else None) if application is not None else []

    def _matching(self, role, name, within, showing):
        for node in self.walk(within):
            if role is not None and node.item.role != role:
                continue
            if name is not None and not (name.search(node.item.name) if hasattr(name, "search") else node.item.name == name):
                continue
            if not showing or ("visible" in node.item.states and self._has_place(node)):
                yield node

    def find_all(self, role=None, name=None, within=None, showing=True):
        """@name: a string, or a compiled regular expression that is searched for."""
        return list(self._matching(role, name, within, showing))

    def find(self, role=None, name=None, within=None, showing=True, timeout=DEFAULT_SECONDS):
        """The first that matches; waits for it and fails with what is there instead."""
        end = time.monotonic() + timeout
        while True:
            began = time.monotonic()
            found = next(self._matching(role, name, within, showing), None)
            if found is not None:
                return found
            self.check_alive()
            if time.monotonic() > end:
                wanted = getattr(name, "pattern", name)
                raise NotFound(f"no {role or 'node'} called {wanted!r}; there are:\n{self.dump(within)}")
            pause(began)

    def exists(self, role=None, name=None, within=None, showing=True):
        return next(self._matching(role, name, within, showing), None) is not None

    def dump(self, node=None, limit=250):
        return "\n".join(f"{item.item.role} {item.item.name!r}" for item in self.walk(node)[:limit])

    def states(self, node):
        return node.states()

    def is_showing(self, node):
        """GTK 4.8 says `showing` of windows only, so what has no place in its window is held for hidden too."""
        return "visible" in node.states() and self._has_place(node)

    @staticmethod
    def _has_place(node):
        box = node.box()
        return box is None or box.has_room()

    def is_sensitive(self, node):
        return "sensitive" in self.states(node)

    def is_checked(self, node):
        return bool({"checked", "pressed"} & self.states(node))

    def focused(self):
        """The node with the keyboard focus, or None."""
        return next((node for node in self.walk() if "focused" in node.item.states), None)

    def check_alive(self):
        tap.check(self.process.poll() is None,
                  f"the program ended with {self.process.returncode}: {self.stderr()[-2000:]}")

    def wait_for(self, predicate, timeout=DEFAULT_SECONDS, what="what was waited for"):
        """Returns the first true value of @predicate."""
        end = time.monotonic() + timeout
        while True:
            began = time.monotonic()
            value = predicate()
            if value:
                return value
            self.check_alive()
            tap.check(time.monotonic() < end, f"{what} did not happen in {timeout} s")
            pause(began)

    # Text

    def text_of(self, node):
        text = node.text()
        return node.name if text is None else text

    def all_text(self, within=None):
        """All that can be read, one line a node; for claims about what is said somewhere."""
        nodes = [node for node in self.walk(within) if "visible" in node.item.states]
        if not nodes:
            return ""
        application = nodes[0].application
        with_room = [node for node, box in zip(nodes, application.boxes(nodes)) if box is None or box.has_room()]
        return "\n".join(text for text in application.texts(with_room) if text)

    def wait_text(self, part, within=None, timeout=DEFAULT_SECONDS):
        try:
            self.wait_for(lambda: part in self.all_text(within), timeout)
        except AssertionError as error:
            self.check_alive()
            raise AssertionError(f"{part!r} is nowhere in:\n{self.all_text(within)[:4000]}") from error

    def set_text(self, node, text):
        tap.check(node.set_text(text), "the text could not be set")

    # Doing

    def press(self, name, role=None, within=None, timeout=DEFAULT_SECONDS):
        """Presses a button, by its action or, where it has none, with the pointer."""
        end = time.monotonic() + timeout
        while True:
            began = time.monotonic()
            nodes = [node for node in self.find_all(role, name, within)
                     if role is not None or node.role in PRESSABLE]
            usable = [node for node in nodes or self._buttons_around(name, role, within) if self.is_sensitive(node)]
            if usable:
                self.activate(usable[0])
                return usable[0]
            self.check_alive()
            if time.monotonic() > end:
                state = "is insensitive" if nodes else "is not there"
                raise NotFound(f"the button {getattr(name, 'pattern', name)!r} {state}:\n{self.dump(within)}")
            pause(began)

    def _buttons_around(self, name, role, within):
        """Buttons that show @name in a label of their own."""
        for label in self.find_all("label", name, within):
            node = label.parent
            while node is not None and node.role not in {*PRESSABLE, "frame", "list item"}:
                node = node.parent
            if node is not None and node.role in ({role} if role else PRESSABLE):
                yield node

    def activate(self, node):
        if not node.act():
            self.click(node)

    def position(self, node):
        """Centre of a node on the screen."""
        frame = node
        while frame.role not in ("frame", "dialog", "window"):
            frame = frame.parent
        outer = frame.box()
        # What was just added to a window may still push others around.
        box, before = node.box(), None
        while box != before:
            time.sleep(0.05)
            box, before = node.box(), box
        x, y, width, height = self.geometry()
        # GTK counts from inside its shadow.
        return (x + max(0, (width - outer.width) // 2) + box.x + box.width // 2,
                y + max(0, (height - outer.height) // 2) + box.y + box.height // 2)

    def point(self, x, y, *more):
        """Moves the pointer there, then does what @more says. xdotool waits a quarter of a minute for a pointer that is there already."""
        self.xdotool("mousemove", x + 1, y, "mousemove", "--sync", x, y, *more)

    def click(self, node, button=1):
        """One click: it does not make a double click of the one before."""
        position = self.position(node)
        time.sleep(max(0, self._clicked + DOUBLE_CLICK_SECONDS - time.monotonic()))
        self.point(*position, "click", button)
        self._clicked = time.monotonic()

    def key(self, *keys):
        """Keys as xdotool names them: "ctrl+s", "Return"."""
        self.xdotool("key", "--delay", "15", *keys)

    def type(self, text, delay=8):
        """Text with line ends; xdotool drops those, so Return is pressed for each."""
        for index, line in enumerate(text.split("\n")):
            if index:
                self.key("Return")
            if line:
                self.xdotool("type", "--delay", delay, "--", line)

    def xdotool(self, *arguments):
        done = subprocess.run(["xdotool", *map(str, arguments)], env=self.desktop.environment, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        tap.check(done.returncode == 0, f"xdotool {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout

    # The window on the screen

    def _x_windows(self):
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], text=True,
                              env=self.desktop.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=30, check=False)
        return done.stdout.split()

    def focus(self, title=None):
        """Gives the keyboard to the window (called @title), as a window manager would."""
        if title is not None:
            pattern = f"^{re.escape(title)}$"
            self.window = self.wait_for(lambda: self._search_title(pattern), what=f"a window called {title}")
        self.xdotool("windowraise", self.window)
        self.xdotool("windowfocus", "--sync", self.window)

    def _search_title(self, pattern):
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", pattern], text=True, timeout=30,
                              env=self.desktop.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False)
        mine = set(self._x_windows())
        return next((window for window in done.stdout.split() if window in mine), None)

    def geometry(self):
        values = dict(line.split("=") for line in
                      self.xdotool("getwindowgeometry", "--shell", self.window).splitlines() if "=" in line)
        return tuple(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))

    def resize(self, width, height):
        self.xdotool("windowsize", self.window, width, height)
        self.wait_for(lambda: self.geometry()[2:] == (width, height) or None, what=f"a size of {width}×{height}")

    def screenshot(self, path=None):
        """A picture of the window (of the screen while there is none); returns its path."""
        path = str(path or tap.picture_name(""))
        subprocess.run(["import", "-silent", "-window", self.window or "root", path], env=self.desktop.environment,
                       timeout=60, check=True)
        return path

    def screenshot_with_popovers(self, path=None):
        """The same from the screen: a popover is a window of its own there."""
        x, y, width, height = self.geometry()
        path = str(path or tap.picture_name(""))
        subprocess.run(["import", "-silent", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", path],
                       env=self.desktop.environment, timeout=60, check=True)
        return path

    def _photograph_failure(self):
        try:
            # The screen, not the window: what covers the window may be the cause.
            path = tap.picture_name("-failed")
            subprocess.run(["import", "-silent", "-window", "root", path], env=self.desktop.environment, timeout=60,
                           check=True)
            tap.note(f"picture: {path}")
        except Exception as error:  # pylint: disable=broad-except
            tap.note(f"no picture: {error}")
        if self.stderr().strip():
            tap.note("stderr: " + self.stderr()[-2000:])
