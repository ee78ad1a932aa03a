# SPDX-License-Identifier: GPL-3.0-or-later
"""Scrolling by three lines a frame through a C file of 100,000 lines that has just been opened: the time from frame to frame, and the
longest in which no key would be answered."""

import pathlib
import tempfile

from subjects import Figures, fresh_home, long_source_file, take


def measure(subjects, runs):
    figures = Figures("scroll")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        path = pathlib.Path(folder, "lines.c")
        long_source_file(path)
        cost = str(subjects.build / "tests/bench/open-cost")
        commands = {name: [cost, name, path, "frames"] for name in ("plain", "source", "enclave")}
        commands["web"] = subjects.web("scroll", path)
        for _ in range(runs):
            for name, command in commands.items():
                with fresh_home() as (environment, _):
                    row = take([subjects.probes / "mark-probe", *command], environment)
                row.setdefault("stall_max", row.get("delay_max"))
                figures.add(name, {key: row[key] for key in ("gap_p50", "gap_p95", "gap_max", "stall_max", "cpu_ms", "scrolled")})
    figures.show(("gap_p50", "gap_p95", "gap_max", "stall_max", "cpu_ms"))
    figures.hold_ratio("95 of 100 frames", "gap_p95", "enclave", "plain", 1.1)
    figures.hold_ratio("longest stall", "stall_max", "enclave", "source", 0.5)
    figures.hold_ratio("95 of 100 frames", "gap_p95", "enclave", "web", 1.0)
    return figures
