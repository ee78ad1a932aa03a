# SPDX-License-Identifier: GPL-3.0-or-later
"""Going to a file by a part of its name, among 200,000: from a key to a changed list on the screen, seen by the X server alone, and what a
key costs by itself. Names are made of syllables, so that each letter changes the list."""

import os
import pathlib
import random
import subprocess
import tempfile

from subjects import Figures, fresh_home, take

FILES = 200000
FOLDERS = 2000
KEY_MS = 16
FRAME_MS = 17
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
WORDS = "tenor,mavil,sodar,keran,banal"
# Where the list is, and the keys that bring it up.
PLACES = {"bare": ("20,60,600,500", "-"), "enclave": ("380,170,400,300", "ctrl+p"), "web": ("20,60,600,500", "-"),
          "builder": ("320,170,400,350", "ctrl+Return")}


def make_paths():
    choose = random.Random(1).choice

    def word(length):
        return "".join(choose(SYLLABLES) for _ in range(length))

    folders = [f"{word(2)}/{word(2)}_{word(1)}" for _ in range(FOLDERS)]
    return [f"{folders[number % FOLDERS]}/{word(2)}_{word(3)}.{'ch'[number % 2]}" for number in range(FILES)]


def make_project(project, paths):
    for folder in {os.path.dirname(path) for path in paths}:
        os.makedirs(project / folder, exist_ok=True)
    for path in paths:
        (project / path).touch()


def measure_inside(subjects, figures, runs):
    cost = subjects.build / "tests/bench/find-cost"
    for _ in range(runs):
        words = subprocess.run([cost, str(FILES)], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        figures.add("by itself", {key: float(words[words.index(key) + 1]) for key in ("mean", "worst", "naive")})


def measure(subjects, runs):
    figures = Figures("find")
    measure_inside(subjects, figures, runs)
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        paths = make_paths()
        listed = pathlib.Path(folder, "paths")
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        project = pathlib.Path(folder, "project")
        make_project(project, paths)
        commands = {"bare": [subjects.build / "tests/bench/bare-window", "find", listed],
                    "enclave": [subjects.build / "src/enclave", "--standalone", project],
                    "web": subjects.web("find", listed),
                    "builder": ["gnome-builder", f"--project={project}"]}
        for _ in range(runs):
            for name, command in commands.items():
                with fresh_home() as (environment, _):
                    place, keys = PLACES[name]
                    figures.add(name, take([subjects.probes / "list-probe", "find", place, keys, WORDS, *command], environment))
    figures.show(("find_p50", "find_p95", "find_max", "find_lost", "find_cpu", "mean", "worst", "naive"))
    figures.hold("the worst key by itself", figures.median("by itself", "worst"), KEY_MS, " ms")
    figures.hold("the mean of keys by itself to naive", figures.median("by itself", "mean") / figures.median("by itself", "naive"), 0.25)
    figures.hold("95 of 100 keys on the screen", figures.median("enclave", "find_p95"), KEY_MS + FRAME_MS, " ms")
    figures.hold("keys lost", figures.median("enclave", "find_lost"), 0)
    for name in ("web", "bare"):
        figures.hold_ratio("95 of 100 keys on the screen", "find_p95", "enclave", name, 1.0)
        figures.hold_ratio("half of the keys on the screen", "find_p50", "enclave", name, 1.0)
    return figures
