# SPDX-License-Identifier: GPL-3.0-or-later
"""A display, a session bus and an accessibility bus that belong to this process alone: one desktop a process; windows come and
go on it."""

import atexit
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

BUS_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
PR_SET_CHILD_SUBREAPER = 36
START_SECONDS = 20

_desktop = None
# Processes of the test itself, which are nobody's leftovers.
own = set()


def missing():
    """What this machine lacks to drive a window, or None."""
    for program in ("Xvfb", "dbus-daemon", "xdotool"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not any(os.path.exists(path) for path in BUS_LAUNCHERS):
        return "at-spi2-core is not installed"
    try:
        import accessible  # noqa: F401  pylint: disable=import-outside-toplevel,unused-import
    except (ImportError, ValueError):
        return "python3-gi or gir1.2-atspi-2.0 is not installed"
    return None


def children():
    """Process ids of all living descendants, those that were left by their own parent included."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found, todo = [], [os.getpid()]
    while todo:
        parent = todo.pop()
        mine = [process for process, its_parent in parents.items() if its_parent == parent]
        found += mine
        todo += mine
    return found


def end_processes(processes, seconds=5):
    """Asks processes to end, then makes them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            reap()
            processes = [process for process in processes if os.path.exists(f"/proc/{process}")]
            if not processes:
                return
            time.sleep(0.02)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class Desktop:
    def __init__(self, screen="2560x1440", depth="24"):
        # What a child leaves behind becomes ours, so that nothing outlives the test unseen.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="enclave-desktop-"))
        self.folder.joinpath("run").mkdir(mode=0o700)
        self.owned = os.getpid()
        self._accessibility = None
        self.environment = {
            **{key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
               if key in os.environ},
            "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder / "run"), "LC_ALL": "C.UTF-8",
            "GSETTINGS_BACKEND": "memory", "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_USE_PORTAL": "0",
        }
        atexit.register(self.end)
        number = self._start_telling("Xvfb", ["-screen", "0", f"{screen}x{depth}", "-nolisten", "tcp", "-noreset",
                                              "-displayfd"])
        self.environment["DISPLAY"] = f":{number}"
        configuration = pathlib.Path(__file__).resolve().parent.parent / "session-bus.conf"
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._start_telling(
            "dbus-daemon", [f"--config-file={configuration}", "--nofork", "--nopidfile", "--print-address"], joined=True)
        launcher = next(path for path in BUS_LAUNCHERS if os.path.exists(path))
        self._start(launcher, ["--launch-immediately"])
        self._await_bus()

    def _start(self, program, arguments, **options):
        with open(self.folder / f"{os.path.basename(program)}.log", "wb") as log:
            return subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    env=self.environment, start_new_session=True, **options)

    def _start_telling(self, program, arguments, joined=False):
        """Starts a server that writes one line with where it listens to the descriptor named by its last argument."""
        read, write = os.pipe()
        arguments = [*arguments[:-1], f"{arguments[-1]}={write}"] if joined else [*arguments, str(write)]
        self._start(program, arguments, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as told:
            line = told.readline().strip()
        if not line:
            raise RuntimeError(f"{program} did not start: {(self.folder / f'{program}.log').read_text()[:500]}")
        return line

    def _await_bus(self):
        end = time.monotonic() + START_SECONDS
        question = ["dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
                    "org.a11y.Bus.GetAddress"]
        while subprocess.run(question, env=self.environment, check=False, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL).returncode:
            if time.monotonic() > end:
                raise RuntimeError("the accessibility bus did not start")
            time.sleep(0.05)

    def accessibility(self):
        """The connection to the accessibility bus."""
        if self._accessibility is None:
            import accessible  # pylint: disable=import-outside-toplevel
            self._accessibility = accessible.Bus(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        return self._accessibility

    def end(self):
        if os.getpid() != self.owned or not self.folder.exists():
            return
        end_processes(children())
        shutil.rmtree(self.folder, ignore_errors=True)


def desktop():
    """The desktop of this process, started by the first who asks."""
    global _desktop
    if _desktop is None:
        _desktop = Desktop(os.environ.get("ENCLAVE_TEST_SCREEN", "2560x1440"), os.environ.get("ENCLAVE_TEST_DEPTH", "24"))
    return _desktop
