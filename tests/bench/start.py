# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the two programs in turn under the probe. Arguments: build folder, runs."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TIME_LIMIT = 1.30
MEMORY_LIMIT = 1.25


def sample_project(folder):
    lines = ["#include <stdio.h>", ""]
    for number in range(400):
        lines += [f"/* Adds {number} to its argument. */", "static int", f"add_{number} (int value)", "{",
                  f"  return value + {number};", "}", ""]
    path = pathlib.Path(folder, "sample.c")
    path.write_text("\n".join(lines[:2000]) + "\n", encoding="utf-8")
    return path


def run(build, command, home):
    environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=f"{home}/config", XDG_STATE_HOME=f"{home}/state",
                       XDG_DATA_HOME=f"{home}/data", XDG_CACHE_HOME=f"{home}/cache", XDG_RUNTIME_DIR=f"{home}/run",
                       GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo", GTK_A11Y="none", SHELL="/bin/sh")
    out = subprocess.run([f"{build}/tests/bench/window-probe", *command], env=environment, check=True,
                         capture_output=True, text=True).stdout
    return {key: float(value) for key, value in (line.split("=") for line in out.splitlines())}


def main():
    build, runs = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as home:
        os.mkdir(f"{home}/run", 0o700)
        project = pathlib.Path(home, "project")
        project.mkdir()
        path = str(sample_project(project))
        subjects = {"bare": [f"{build}/tests/bench/bare-window", path],
                    "enclave": [f"{build}/src/enclave", "--standalone", str(project), path]}
        results = {name: [] for name in subjects}
        for number in range(runs + 1):
            for name, command in subjects.items():
                figures = run(build, command, home)
                # The first round warms the caches.
                if number:
                    results[name].append(figures)
    medians = {name: {key: statistics.median(row[key] for row in rows) for key in rows[0]}
               for name, rows in results.items()}
    for name, rows in results.items():
        times = [row["usable_ms"] for row in rows]
        print(f"{name:8} usable {medians[name]['usable_ms']:7.1f} ms ({min(times):.0f}-{max(times):.0f})"
              f"   PSS {medians[name]['pss_kib'] / 1024:6.1f} MiB")
    time_ratio = medians["enclave"]["usable_ms"] / medians["bare"]["usable_ms"]
    memory_ratio = medians["enclave"]["pss_kib"] / medians["bare"]["pss_kib"]
    print(f"ratios: time {time_ratio:.2f} (limit {TIME_LIMIT}), memory {memory_ratio:.2f} (limit {MEMORY_LIMIT})")
    return 0 if time_ratio <= TIME_LIMIT and memory_ratio <= MEMORY_LIMIT else 1


sys.exit(main())
