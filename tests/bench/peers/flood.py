# SPDX-License-Identifier: GPL-3.0-or-later
"""What floods a terminal: 50 MB of text, 50 MB in colours, and two million numbers. The time until it is shown, the processor of all
processes, and how long a key would wait; also for the terminal of Enclave while tokens or keys arrive (`calm`)."""

import pathlib
import tempfile

from subjects import Figures, fresh_home, take

SIZE = 50 * 1000 * 1000
# Of the processor that the web view needs.
CPU_LIMITS = {"plain": 0.55, "colour": 0.40, "seq": 0.55}


def plain(path):
    line = "the quick brown fox jumps over the lazy dog, and then some more of the same\n"
    path.write_text(line * (SIZE // len(line)), encoding="utf-8")


def colour(path):
    """True colours and those of 256, as a log of a build or a highlighted diff has them."""
    lines = "".join(f"\x1b[38;2;{n * 7 % 256};{n * 13 % 256};{n * 29 % 256}mwarning {n:4}\x1b[0m in \x1b[38;5;{n % 256}mmodule-{n % 97}\x1b[0m: "
                    f"\x1b[1;48;5;{n * 3 % 256}m{n * 31 % 1000:3}\x1b[0m values were not used\n" for n in range(1000))
    path.write_text(lines * (SIZE // len(lines)), encoding="utf-8")


def seq(path):
    path.write_text("\n".join(map(str, range(1, 2000001))) + "\n", encoding="utf-8")


def measure_one(subjects, runs, kind, write):
    figures = Figures(f"terminal, {kind}")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        path = pathlib.Path(folder, kind)
        write(path)
        script = pathlib.Path(folder, "script")
        script.write_text(f"sleep 0.3\ncat {path}\necho; echo the-end-of-the-flood\nsleep 1000\n", encoding="utf-8")
        cost = str(subjects.build / "tests/bench/terminal-cost")
        commands = {"bare": [cost, "bare", path], "enclave": [cost, "enclave", path], "web": subjects.web("terminal", script)}
        if kind == "plain":
            commands["calm"] = [cost, "calm", path]
        for _ in range(runs):
            for name, command in commands.items():
                with fresh_home() as (environment, _):
                    row = take([subjects.probes / "mark-probe", *command], environment)
                row.setdefault("late_ms", row.get("delay_p99"))
                row.setdefault("longest_ms", row.get("delay_max"))
                figures.add(name, {key: row[key] for key in ("wall_ms", "cpu_ms", "late_ms", "longest_ms")})
    figures.show(("wall_ms", "cpu_ms", "late_ms", "longest_ms"))
    figures.hold_ratio("time", "wall_ms", "enclave", "bare", 1.05)
    figures.hold_ratio("processor", "cpu_ms", "enclave", "web", CPU_LIMITS[kind])
    figures.hold_ratio("delay of 99 in 100", "late_ms", "calm", "bare", 0.20)
    figures.hold_ratio("time", "wall_ms", "calm", "bare", 4.0)
    return figures


def measure(subjects, runs):
    together = Figures("terminal")
    for kind, write in (("plain", plain), ("colour", colour), ("seq", seq)):
        together.missed += measure_one(subjects, runs, kind, write).missed
    return together
