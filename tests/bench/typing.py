# SPDX-License-Identifier: GPL-3.0-or-later
"""typing.py BUILD RUNS: typing at the start of a C file of 100,000 lines, in the editor and in the bare source view, in turns. Fails
above the limits: a key in the second after opening is shown as soon as one in a bare view that has long been open, and a frame. While
the text is analysed, after that, and later, the editor is as quick as the view that it is made of."""

import pathlib
import statistics
import subprocess
import sys
import tempfile

MAX_SOON = 1.2
FRAME_MS = 17
MAX_BUSY = 1.2
MAX_CALM = 1.2
SECONDS = "25"


def run(build, what, file):
    here = pathlib.Path(__file__).parent
    result = subprocess.run(["sh", str(here.parent / "ui" / "with-display.sh"), str(build / "tests/bench/typing-cost"), what, file, SECONDS],
                            check=True, capture_output=True, text=True, timeout=300)
    words = result.stdout.splitlines()[-1].split()
    return {key: float(value) for key, value in zip(words[1::2], words[2::2])}


def main():
    build, runs = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    figures = {"bare": [], "enclave": []}
    with tempfile.TemporaryDirectory(prefix="typing-bench-") as home:
        file = pathlib.Path(home) / "lines.c"
        file.write_text("".join(f'  call ({n}, "text", value); /* {n} */\n' for n in range(100000)), encoding="utf-8")
        for index in range(runs):
            for what, found in figures.items():
                found.append(run(build, what, str(file)))
                print(f"{index + 1} {what:8} {found[-1]}", flush=True)
    median = {what: {key: statistics.median(figure[key] for figure in found) for key in found[0]}
              for what, found in figures.items()}
    for what, found in median.items():
        print(f"median {what:8} {found}")
    bare, enclave = median["bare"], median["enclave"]
    limit = MAX_SOON * bare["calm_p95"] + FRAME_MS
    busy, calm = (enclave[key] / bare[key] for key in ("busy_p50", "calm_p50"))
    print(f"just opened: 95 of 100 keys within {enclave['soon_p95']:.1f} ms (at most {limit:.1f}; the bare view {bare['soon_p95']:.1f}); "
          f"half of the keys to the bare view: analysing {busy:.2f} (at most {MAX_BUSY}), later {calm:.2f} (at most {MAX_CALM})")
    return 0 if enclave["soon_p95"] <= limit and busy <= MAX_BUSY and calm <= MAX_CALM else 1


sys.exit(main())
