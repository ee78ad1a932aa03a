# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the map of a project of 2,000 files takes: all of it, and after one file has changed.

Arguments: build folder, number of runs. The files are made by a seeded generator: C and Python, 12 KB each on average, calls from
each to others, so that the graph is as dense as in real projects. Fails above the limits."""

import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

FILES = 2000
LIMIT_S = 2.0
LIMIT_AGAIN_S = 0.6

build = pathlib.Path(sys.argv[1])
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
words = "ring buffer queue node tree index cache stream parser token writer reader socket event handler model view item".split()


def name(source, number):
    return f"{source.choice(words)}_{source.choice(words)}_{number}"


def make(folder):
    source = random.Random(20)
    names = [name(source, number) for number in range(FILES * 10)]
    for number in range(FILES):
        own = names[number * 10:number * 10 + 10]
        place = folder / f"part{number % 40}" / f"{source.choice(words)}{number}.{'py' if number % 4 == 0 else 'c'}"
        place.parent.mkdir(exist_ok=True)
        lines = []
        for function in own:
            used = [names[min(int(source.paretovariate(0.6)), len(names) - 1)] for _ in range(6)]
            if number % 4 == 0:
                lines.append(f"def {function}(first, second):\n" + "".join(f"    first = {other}(first, second)  # as before\n" * 4 for other in used)
                             + "    return first\n\n")
            else:
                lines.append(f"int\n{function} (int first, int second)\n{{\n" + "".join(f"  first = {other} (first, second); /* as before */\n" * 4 for other in used)
                             + "  return first;\n}\n\n")
        place.write_text("".join(lines))
    return sum(path.stat().st_size for path in folder.rglob("*.*") if path.is_file())


def measure(folder, environment):
    done = subprocess.run([build / "src/ctl/enclavectl", "--workspace", folder, "--json", "map"], env=environment, check=True,
                          capture_output=True)
    return json.loads(done.stdout)


def main():
    base = pathlib.Path(tempfile.mkdtemp(prefix="enclave-map-"))
    try:
        (base / "home").mkdir(mode=0o700)
        (base / "project").mkdir()
        size = make(base / "project")
        environment = {"PATH": os.environ["PATH"], "HOME": str(base / "home"), "GSETTINGS_BACKEND": "memory", "LC_ALL": "C.UTF-8"}
        found = [measure(base / "project", environment) for _ in range(runs)]
        again = subprocess.run([build / "tests/bench/map-again", base / "project", str(runs)], env=environment, check=True,
                               capture_output=True, text=True)
    finally:
        shutil.rmtree(base)
    assert found[0]["files"] == FILES and found[0]["definitions"] == FILES * 10 and "problem" not in found[0], found[0]
    whole = statistics.median(document["seconds"] for document in found)
    once = statistics.median(float(line) for line in again.stdout.split())
    print(f"{FILES} files, {size / 1e6:.1f} MB, {found[0]['definitions']} definitions, median of {runs}")
    print(f"all of it: {whole:.3f} s (limit {LIMIT_S} s); after one file has changed: {once:.3f} s (limit {LIMIT_AGAIN_S} s)")
    return 0 if whole < LIMIT_S and once < LIMIT_AGAIN_S else 1


sys.exit(main())
