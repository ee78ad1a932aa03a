#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person's search against ripgrep, over the same tree in turns: search.py SEARCH-COST [FOLDER [ROUNDS]].

Without FOLDER a tree of 1 GB is made of this project's own sources. Prints, for each pattern, the medians in ms, their ratio and the
time until the first line; ends with 1 when a ratio is over 1.05 or a first line comes after 50 ms."""

import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# r: an expression; i: in any case.
PATTERNS = [("a rare word", "enclave_gate_judge_name", ""),
            ("a word that is nowhere", "zq_nowhere_to_be_found", ""),
            ("a frequent word", "enclave_tool_scope", ""),
            ("any case", "Enclave_Gate_Judge_Name", "i"),
            ("an expression with words", r"_judge_\w+ \(", "r"),
            ("an expression without", r"[A-Z]{12,}[0-9]", "r"),
            ("alternatives", "TODO|FIXME|XXX", "r"),
            ("digits", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "r")]
# More are not shown.
MOST_LINES = 20000


def make_tree(folder):
    sources = b"".join(path.read_bytes() for path in sorted((pathlib.Path(__file__).parents[2] / "src").rglob("*.c")))
    files = [sources[at:at + 230_000] for at in range(0, len(sources) - 230_000, 230_000)]
    for n in range(4400):
        part = folder / f"part{n // 100}"
        part.mkdir(exist_ok=True)
        (part / f"file{n}.c").write_bytes(files[n % len(files)])


def run(command):
    start = time.monotonic()
    output = subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout.decode(errors="replace")
    return (time.monotonic() - start) * 1000, output


def command_of(name, pattern, flags, folder):
    """What a program of that name is asked for the same lines with."""
    fixed = ["-E"] if "r" in flags else ["-F"]
    any_case = ["-i"] if "i" in flags else []
    return {"ripgrep": ["rg", "--no-config", "-n", "--no-heading", "--color=never", *([] if "r" in flags else fixed), *any_case, "-e", pattern,
                        folder],
            "git grep": ["git", "-C", folder, "grep", "--no-index", "-n", "-I", "--no-color", *fixed, *any_case, "-e", pattern],
            "grep": ["grep", "-rnI", "--color=never", *fixed, *any_case, "-e", pattern, folder]}[name]


def take_turns(program, others, folder, pattern, flags, rounds):
    """Milliseconds by the name of who searched, the time until the first line of ours, and the lines of ours."""
    took = {name: [] for name in ("enclave", *others)}
    first = []
    for _ in range(rounds):
        milliseconds, output = run([program, folder, pattern, flags])
        took["enclave"].append(milliseconds)
        first.append(float(re.search(r"first ([0-9.]+)", output)[1]))
        lines = int(output.split()[0])
        for name in others:
            milliseconds, output = run(command_of(name, pattern, flags, folder))
            took[name].append(milliseconds)
            found = output.count("\n")
            assert lines == found or lines == MOST_LINES, f"{pattern}: {lines} lines, {name} has {found}"
    return took, first, lines


def compare(program, folder, rounds):
    worst = 0
    for name, pattern, flags in PATTERNS:
        took, first, lines = take_turns(program, ["ripgrep"], folder, pattern, flags, rounds)
        ours, theirs = statistics.median(took["enclave"]), statistics.median(took["ripgrep"])
        print(f"{name}: {ours:.0f} ms, ripgrep {theirs:.0f} ms, ratio {ours / theirs:.2f}, {lines} lines, the first after {max(first):.1f} ms",
              flush=True)
        worst = max(worst, ours / theirs, max(first) / 50 * 1.05)
    return worst


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    if len(sys.argv) > 2:
        return compare(program, sys.argv[2], rounds) > 1.05
    folder = pathlib.Path(tempfile.mkdtemp(prefix="search-"))
    try:
        make_tree(folder)
        return compare(program, str(folder), rounds) > 1.05
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
