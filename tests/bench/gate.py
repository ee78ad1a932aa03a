# SPDX-License-Identifier: GPL-3.0-or-later
"""Times pairs of the same work with and without the walls. Arguments: build folder, runs, and names of rows to keep to.

Each pair alternates, the medians are compared. The box's own start is taken off where the row is about the work in it: it has a row of
its own."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD, RUNS, ONLY = os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
ENCLAVECTL = f"{BUILD}/src/ctl/enclavectl"
HEADERS = "#include <gtk/gtk.h>\n\nint\nmain (void)\n{\n  return gtk_get_major_version () == 0;\n}\n"


def environment(home):
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory",
            **{f"XDG_{name}_HOME": f"{home}/{name}" for name in ("CONFIG", "STATE", "CACHE", "DATA")}}


class Place:
    def __init__(self, base):
        self.home, self.project = f"{base}/home", f"{base}/project"
        os.mkdir(self.home)
        os.mkdir(self.project)

    def plain(self, words):
        begun = time.monotonic()
        done = subprocess.run(words, cwd=self.project, env=environment(self.home), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        seconds = time.monotonic() - begun
        if done.returncode != 0:
            sys.exit(f"{words} failed: {done.stderr.decode(errors='replace')[-2000:]}{done.stdout.decode(errors='replace')[-2000:]}")
        return seconds, done.stdout.decode(errors="replace")

    def boxed(self, words):
        return self.plain([ENCLAVECTL, "run", "--", *words])

    def ratio(self, words, start=0.0, runs=None, before=None):
        """Median seconds in the box (without its start) and outside."""
        inside, outside = [], []
        for number in range((runs or RUNS) + 1):
            for row, run in ((outside, self.plain), (inside, self.boxed)):
                if before is not None:
                    before()
                seconds = run(words)[0]
                # The first round warms the caches.
                if number:
                    row.append(seconds)
        return max(statistics.median(inside) - start, 0), statistics.median(outside)


def start_of_true(place):
    return place.ratio(["true"], runs=RUNS * 3)


def start_of_box(place):
    """The box alone, by a plan as the gate writes it: what a command costs in a program that runs already."""
    inside, outside = [], []
    for _ in range(RUNS * 3):
        outside.append(place.plain(["true"])[0])
        plan, plan_end = os.pipe()
        report, report_end = os.pipe()
        pairs = (("workspace", place.project), ("folder", place.project), ("env", "PATH=/usr/bin:/bin"), ("arg", "true"))
        os.write(plan_end, b"".join(f"{key}\0{value}\0".encode() for key, value in pairs))
        os.close(plan_end)
        begun = time.monotonic()
        subprocess.run([f"{BUILD}/src/confine/enclave-confine", "--plan", str(plan), "--report", str(report_end)], check=True, cwd="/",
                       env=environment(place.home), stdin=subprocess.DEVNULL, capture_output=True, pass_fds=(plan, report_end))
        inside.append(time.monotonic() - begun)
        for descriptor in (plan, report, report_end):
            os.close(descriptor)
    return statistics.median(inside), statistics.median(outside)


def header_unit(place):
    pathlib.Path(place.project, "unit.c").write_text(HEADERS, encoding="utf-8")
    flags = subprocess.run(["pkg-config", "--cflags", "gtk4"], capture_output=True, text=True, check=True).stdout.split()
    start = statistics.median(place.boxed(["true"])[0] for _ in range(RUNS))
    return place.ratio(["gcc", *flags, "-c", "-o", "unit.o", "unit.c"], start)


def five_thousand_files(place):
    for number in range(5000):
        path = pathlib.Path(place.project, f"folder-{number // 100}", f"file-{number}.c")
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"int a{number};\n", encoding="utf-8")
    for words in (["init", "-q", "."], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):
        place.plain(["git", *words])


def status(place):
    """In a new box, whose kernel knows none of the names: each is asked for."""
    five_thousand_files(place)
    start = statistics.median(place.boxed(["true"])[0] for _ in range(RUNS))
    return place.ratio(["git", "--no-optional-locks", "status", "--short"], start)


def status_again(place):
    """Once more in the same box."""
    five_thousand_files(place)
    line = "git status --short; begun=$EPOCHREALTIME; git --no-optional-locks status --short; ended=$EPOCHREALTIME; echo $((${ended/./} - ${begun/./}))"
    words = ["bash", "-c", line]
    inside, outside = [], []
    for _ in range(RUNS):
        outside.append(float(place.plain(words)[1]))
        inside.append(float(place.boxed(words)[1]))
    return statistics.median(inside) / 1e6, statistics.median(outside) / 1e6


def open_close(place):
    program = f"{place.project}/open-close"
    shutil.copy(f"{BUILD}/tests/bench/open-close", program)
    pathlib.Path(place.project, "a.txt").write_text("x\n", encoding="utf-8")
    inside, outside = [], []
    for _ in range(RUNS):
        outside.append(float(place.plain([program, "a.txt", "20000"])[1]))
        inside.append(float(place.boxed([program, "a.txt", "20000"])[1]))
    return statistics.median(inside) / 1e6, statistics.median(outside) / 1e6


def policy_cost(place, row):
    figures = dict(line.split("=") for line in place.plain([f"{BUILD}/tests/bench/policy-cost", place.project, str(RUNS * 5)])[1].split())
    return float(figures[f"{row}judged_us"]) / 1e6, float(figures[f"{row}calls_us"]) / 1e6


def policy(place):
    return policy_cost(place, "")


def policy_walk(place):
    return policy_cost(place, "walk_")


def whole_build(place):
    source = pathlib.Path(__file__).resolve().parents[2]
    shutil.copytree(source, f"{place.project}/source", ignore=shutil.ignore_patterns(".git", "build*", "node_modules"))
    words = ["sh", "-c", "rm -rf out && CC=cc meson setup out source -Dtests=false >/dev/null && exec ninja -C out src/ctl/enclavectl"]
    return place.ratio(words, runs=1)


ROWS = [
    ("box", "start of `true` in the box alone", 20, start_of_box),
    ("true", "start of `true` by enclavectl, which looks at the system first", 20, start_of_true),
    ("unit", "a translation unit with the GTK headers", 1.10, header_unit),
    ("status", "git status of 5,000 files, in a new box", 3, status),
    ("again", "git status of 5,000 files, once more in the same box", 3, status_again),
    ("open", "open and close in the workspace", 12, open_close),
    ("policy", "judged opening with 200 more rules, to its own system calls", 1.15, policy),
    ("walk", "the same for 1,000 files, each path once", 1.15, policy_walk),
    ("build", "building enclavectl from nothing", 1.25, whole_build),
]


def main():
    bad = False
    level = None
    for name, title, limit, measure in ROWS:
        if ONLY and name not in ONLY:
            continue
        with tempfile.TemporaryDirectory(prefix="enclave-bench-") as base:
            place = Place(base)
            if level is None:
                level = place.plain([ENCLAVECTL, "doctor"])[1].strip().splitlines()[0]
                print(level)
            inside, outside = measure(place)
        ratio = inside / outside
        bad |= ratio > limit
        print(f"{title:62} {inside * 1000:11.3f} ms  {outside * 1000:11.3f} ms  ratio {ratio:6.2f}  limit {limit:5.2f}"
              f"{'  ABOVE' if ratio > limit else ''}", flush=True)
    return 1 if bad else 0


sys.exit(main())
