# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening files of 50 and 500 MB: from the call to the first frame with text, in the editor alone; and of 50 MB from the start of the
program to its first line on the screen, which can be seen of any program."""

import pathlib
import subprocess
import tempfile

from subjects import TEXT, Figures, fresh_home, take

LINE = "  a line of some length, as logs have\n"
SIZES = {"50 MB": 50 << 20, "500 MB": 500 << 20}
FRAME_MS = 17


def take_cost(subjects, what, path):
    with fresh_home() as (environment, _):
        words = subprocess.run([subjects.build / "tests/bench/open-cost", what, path], env=environment, check=True, stdout=subprocess.PIPE,
                               text=True, timeout=170).stdout.split()
    return {key: float(value) for key, value in zip(words[1::2], words[2::2])}


def take_web(subjects, path):
    with fresh_home() as (environment, _):
        row = take([subjects.probes / "mark-probe", *subjects.web("open", path)], environment)
    return {"first": row["first_ms"], "pss": row["pss_kib"] / 1024}


def write(path, size):
    with path.open("w", encoding="utf-8") as file:
        for _ in range(10):
            file.write(LINE * (size // 10 // len(LINE)))


def measure_inside(subjects, runs, folder):
    small = Figures("open, 50 MB")
    path = pathlib.Path(folder, "50.log")
    for _ in range(runs):
        small.add("bare", take_cost(subjects, "bare", path))
        small.add("enclave", take_cost(subjects, "enclave", path))
        small.add("web", take_web(subjects, path))
    small.show(("first", "whole", "gap", "rss"))
    small.hold_ratio("first frame", "first", "enclave", "bare", 0.10)
    small.hold_ratio("first frame", "first", "enclave", "web", 0.10)
    small.hold_ratio("the whole file", "whole", "enclave", "bare", 1.5)
    small.hold("longest stall", small.median("enclave", "gap"), 50, " ms")
    large = Figures("open, 500 MB")
    path = pathlib.Path(folder, "500.log")
    write(path, SIZES["500 MB"])
    # The bare view takes 12 s and 3 GB.
    large.add("bare", take_cost(subjects, "bare", path))
    for _ in range(runs):
        large.add("enclave", take_cost(subjects, "enclave", path))
    path.unlink()
    large.show(("first", "whole", "gap", "rss"))
    large.hold_ratio("memory", "rss", "enclave", "bare", 0.5)
    large.hold("first frame over that of 50 MB", large.median("enclave", "first") - small.median("enclave", "first"), FRAME_MS, " ms")
    return small.missed + large.missed


def measure_outside(subjects, runs, folder):
    figures = Figures("open, 50 MB, from outside")
    sample = pathlib.Path(folder, "sample", "50.log")
    sample.parent.mkdir()
    write(sample, 200 * len(LINE) * 10)
    for number in range(runs + 1):
        for name in ("enclave", "builder", "web"):
            place = f"{folder}/{name}.place"
            with fresh_home([sample if number == 0 else pathlib.Path(folder, "50.log")]) as (environment, project):
                command = subjects.with_file(project, f"{project}/50.log")[name]
                probe = subjects.probes / "key-probe"
                if number == 0:
                    take([probe, "place", place, *TEXT[name], *command], environment)
                else:
                    figures.add(name, take([probe, "type", place, 0, *command], environment))
    figures.show(("text_ms",))
    figures.hold_ratio("first line on the screen", "text_ms", "enclave", "web", 0.36)
    figures.hold_ratio("first line on the screen", "text_ms", "enclave", "builder", 1.0)
    return figures.missed


def measure(subjects, runs):
    together = Figures("open")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        write(pathlib.Path(folder, "50.log"), SIZES["50 MB"])
        together.missed = measure_inside(subjects, runs, folder) + measure_outside(subjects, runs, folder)
    return together
