# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured side by side, and how figures are taken, gathered and held against goals."""

import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

# Somewhere in the text of the file that each opens in its window of 1280x800.
TEXT = {"bare": (400, 200), "enclave": (500, 300), "builder": (400, 300), "web": (400, 200)}


class Subjects:
    """The programs, by the folder that they were built in."""

    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.probes = self.build / "tests/bench/peers"
        self.page = self.build / "tests/bench/peers/page"
        self.host = str(self.probes / "web-host")

    def with_file(self, project, path):
        """Commands that open a file beside a terminal and a chat, as far as the program has them."""
        return {"bare": [str(self.build / "tests/bench/bare-window"), path],
                "enclave": [str(self.build / "src/enclave"), "--standalone", project, path],
                "builder": ["gnome-builder", path],
                "web": [self.host, str(self.page), "window", path]}

    def web(self, task, path):
        return [self.host, str(self.page), task, path]


@contextlib.contextmanager
def fresh_home(files=()):
    """A home in which no program has been, with a project of copies of the files. Gives the environment and the project."""
    with tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True) as home:
        os.mkdir(f"{home}/run", 0o700)
        project = pathlib.Path(home, "project")
        project.mkdir()
        for path in files:
            shutil.copy(path, project)
        yield dict(os.environ, HOME=home, XDG_CONFIG_HOME=f"{home}/config", XDG_STATE_HOME=f"{home}/state",
                   XDG_DATA_HOME=f"{home}/data", XDG_CACHE_HOME=f"{home}/cache", XDG_RUNTIME_DIR=f"{home}/run",
                   GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo", GDK_BACKEND="x11", GTK_A11Y="none", NO_AT_BRIDGE="1",
                   GTK_IM_MODULE="gtk-im-context-simple", SHELL="/bin/sh"), str(project)


def take(command, environment, seconds=170):
    """Runs a probe and reads its lines, `key=value` or JSON; what is no number is left out."""
    out = subprocess.run([str(part) for part in command], env=environment, check=True, stdout=subprocess.PIPE, text=True,
                         timeout=seconds).stdout
    figures = {}
    for line in out.splitlines():
        if line.startswith("{"):
            figures = {**json.loads(line), **figures}
        key, _, value = line.partition("=")
        if key == "error":
            raise RuntimeError(f"{command}: {value}")
        with contextlib.suppress(ValueError):
            figures[key] = float(value)
    return figures


def source_file(path):
    """The file of 2,000 lines that a start opens."""
    lines = ["#include <stdio.h>", ""]
    for number in range(400):
        lines += [f"/* Adds {number} to its argument. */", "static int", f"add_{number} (int value)", "{",
                  f"  return value + {number};", "}", ""]
    path.write_text("\n".join(lines[:2000]) + "\n", encoding="utf-8")


def long_source_file(path):
    path.write_text("".join(f'  call ({n}, "text", value); /* {n} */\n' for n in range(100000)), encoding="utf-8")


class Figures:
    """Rows of figures by subject, in the order in which they were taken."""

    def __init__(self, area):
        self.area = area
        self.rows = {}
        self.missed = []

    def add(self, name, figures):
        self.rows.setdefault(name, []).append(figures)
        print(f"  {self.area:9} {name:10} " + "  ".join(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)

    def median(self, name, key):
        return statistics.median(row[key] for row in self.rows[name])

    def show(self, keys):
        """Medians with the least and the most."""
        for key in keys:
            for name, rows in self.rows.items():
                values = [row[key] for row in rows if key in row]
                if values:
                    print(f"{self.area:9} {key:10} {name:10} {statistics.median(values):10.1f}  ({min(values):.1f}-{max(values):.1f},"
                          f" {len(values)} runs)")

    def hold(self, what, value, limit, unit=""):
        """A goal: at most so much."""
        good = value <= limit
        print(f"{self.area:9} goal: {what} {value:.2f}{unit}, at most {limit:.2f}{unit}: {'kept' if good else 'MISSED'}", flush=True)
        if not good:
            self.missed.append(f"{self.area}: {what} {value:.2f}{unit} (at most {limit:.2f}{unit})")

    def hold_ratio(self, what, key, of, to, limit):
        if of in self.rows and to in self.rows:
            self.hold(f"{what} of {of} to {to}", self.median(of, key) / self.median(to, key), limit)
