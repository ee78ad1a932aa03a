# SPDX-License-Identifier: GPL-3.0-or-later
"""A warm start on a file of 2,000 lines: the time to a usable window, memory and processor of all processes."""

import pathlib
import tempfile

from subjects import Figures, fresh_home, source_file, take

GOALS = (("time to a usable window", "usable_ms", {"bare": 1.30, "web": 0.36, "builder": 1.0}),
         ("memory", "pss_kib", {"bare": 1.25, "web": 0.33, "builder": 1.0}),
         ("processor", "cpu_ms", {"bare": 1.4, "web": 0.28, "builder": 1.0}))


def measure(subjects, runs):
    figures = Figures("start")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        path = pathlib.Path(folder, "sample.c")
        source_file(path)
        with fresh_home([path]) as (environment, project):
            commands = subjects.with_file(project, f"{project}/sample.c")
            # The first round warms the caches, and is the only one in a home in which nobody has been.
            for number in range(runs + 1):
                for name, command in commands.items():
                    row = take([subjects.build / "tests/bench/window-probe", *command], environment)
                    if number:
                        figures.add(name, row)
    figures.show([key for _, key, _ in GOALS])
    for what, key, limits in GOALS:
        for name, limit in limits.items():
            figures.hold_ratio(what, key, "enclave", name, limit)
    return figures
