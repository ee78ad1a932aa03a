# SPDX-License-Identifier: GPL-3.0-or-later
"""What the closing lines of a test run say of what was skipped and left out."""

import json
import pathlib
import subprocess
import sys
import tempfile

import tap
from tap import case

SUMMARY = sys.argv.pop(1)
RAN = [{"name": "enclave:base / one", "stdout": "1..2\nok 1 - first\nok 2 - second # SKIP strace is not there\n", "result": "OK"},
       {"name": "enclave:base / two", "stdout": "1..0 # SKIP no mounts\n", "result": "SKIP"},
       {"name": "enclave:ui / journey-one", "stdout": "1..1\nnot ok 1 - third\n# it did not open\nbeside it\n", "result": "FAIL"}]
LONG = {"name": "enclave:long / journey-long", "stdout": "1..1\nnot ok 1 - fourth\n", "result": "FAIL"}


def said(tests, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        log.write_text("".join(json.dumps(test) + "\n" for test in tests))
        return subprocess.run([sys.executable, SUMMARY, *arguments, log], capture_output=True, text=True, check=False).stdout.splitlines()


@case("each skip has its reason, and the last line only the numbers")
def skips():
    lines = said(RAN)
    tap.equal(lines[-1], "1 passed, 1 failed, 2 skipped", "the last line")
    for line in ("  one: second: strace is not there", "  two: all of it: no mounts"):
        tap.check(line in lines, f"{line!r} is missing in {lines}")


@case("cases that are skipped for one reason share a line")
def shared_reason():
    stdout = "".join(f"ok {n} - case {n} # SKIP root can't\n" for n in range(1, 4)) + "ok 4 - other # SKIP no bus\n"
    lines = said([{"name": "enclave:gate / three", "stdout": stdout, "result": "OK"}])
    start = lines.index("skipped:")
    tap.equal(lines[start + 1 : start + 3], ["  three: 3 cases: root can't", "  three: other: no bus"], "the list")
    tap.equal(lines[-1], "0 passed, 0 failed, 4 skipped", "the last line")


@case("what failed is named last, with what it said; a program that died, too")
def failures():
    died = {"name": "enclave:base / died", "stdout": "1..2\nok 1 - first\n", "stderr": "one\nSegmentation fault\n", "result": "FAIL"}
    lines = said([died, *RAN])
    tap.equal(lines[-7:-1], ["failed:", "  died: FAIL", "  died:   one", "  died:   Segmentation fault",
                             "  journey-one: not ok 1 - third", "  journey-one:   # it did not open"], "the list")
    tap.check("failed:" not in said(RAN[:2]), "a list of nothing")


@case("what passed at the second try says why it failed at the first")
def told_again():
    with tempfile.TemporaryDirectory() as folder:
        second = pathlib.Path(folder) / "second"
        second.write_text(json.dumps({**RAN[2], "stdout": "1..1\nok 1 - third\n", "result": "OK"}) + "\n")
        first = pathlib.Path(folder) / "first"
        first.write_text(json.dumps(RAN[2]) + "\n")
        run = subprocess.run([sys.executable, SUMMARY, first, second], capture_output=True, text=True, check=False)
    lines = run.stdout.splitlines()
    tap.equal(lines[:3], ["journey-one: failed at first, tried again, OK", "  not ok 1 - third", "    # it did not open"], "the first lines")
    tap.equal(lines[-1], "1 passed, 0 failed", "the last line")


@case("the suite that is left out is named, and only when it was")
def left_out():
    tap.check(any("suite long" in line for line in said(RAN)), "nothing of the suite long")
    lines = said([*RAN, LONG])
    tap.check(not any("suite long" in line for line in lines), f"it ran: {lines}")
    tap.equal(lines[-1], "1 passed, 2 failed, 2 skipped", "the last line")


@case("nothing skipped: no list and no number of it")
def none():
    lines = said([RAN[2]])
    tap.equal(lines[-1], "0 passed, 1 failed", "the last line")
    tap.check("skipped:" not in lines, lines)


@case("only what failed in the suite that is named gets a second try")
def second_try():
    tap.equal(said([*RAN, LONG], "--failed", "ui"), ["journey-one"], "what is tried again")


tap.run()
