# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching 1 GB of text: the whole search beside ripgrep, git grep and grep, and the time from Return to the first line on the screen, seen
by the X server alone, beside GNOME Builder's. A web view has nothing of its own to search files with."""

import pathlib
import sys
import tempfile

from subjects import Figures, fresh_home, take

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import search  # noqa: E402

OTHERS = ("ripgrep", "git grep", "grep")
FIRST_MS = 50
# Where the list is, and the keys that bring it up.
PLACES = {"enclave": ("240,245,600,300", "ctrl+shift+f"), "builder": ("400,522,700,120", "ctrl+shift+alt+f")}


def measure_whole(subjects, runs, folder):
    missed = []
    for name, pattern, flags in search.PATTERNS:
        figures = Figures(f"search, {name}")
        took, first, _ = search.take_turns(subjects.build / "tests/bench/search-cost", OTHERS, folder, pattern, flags, runs)
        for number in range(runs):
            figures.add("enclave", {"whole_ms": took["enclave"][number], "first_ms": first[number]})
            for other in OTHERS:
                figures.add(other, {"whole_ms": took[other][number]})
        figures.show(("whole_ms", "first_ms"))
        figures.hold_ratio("the whole search", "whole_ms", "enclave", "ripgrep", 1.05)
        missed += figures.missed
    return missed


def measure_screen(subjects, runs, folder):
    figures = Figures("search, from Return to the screen")
    commands = {"enclave": [subjects.build / "src/enclave", "--standalone", folder], "builder": ["gnome-builder", f"--project={folder}"]}
    for _ in range(runs):
        for name, command in commands.items():
            with fresh_home() as (environment, _):
                place, keys = PLACES[name]
                figures.add(name, take([subjects.probes / "list-probe", "search", place, keys, search.PATTERNS[0][1], *command], environment))
    figures.show(("first_ms", "cpu_ms"))
    figures.hold("the first line on the screen", figures.median("enclave", "first_ms"), FIRST_MS, " ms")
    figures.hold_ratio("the first line on the screen", "first_ms", "enclave", "builder", 1.0)
    figures.hold_ratio("processor", "cpu_ms", "enclave", "builder", 1.0)
    return figures.missed


def measure(subjects, runs):
    together = Figures("search")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        search.make_tree(pathlib.Path(folder))
        together.missed = measure_whole(subjects, runs, folder) + measure_screen(subjects, runs, folder)
    return together
