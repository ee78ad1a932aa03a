# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the cases of a test run from meson's log and prints `N passed, N failed` last.

summary.py LOG [LOG-OF-A-SECOND-TRY], or summary.py --failed SUITE LOG for the names of what did not pass.

meson's own closing lines count programs and lose skipped cases, so the TAP lines of each program are counted here; a
program that died or timed out counts as one failure more, one without TAP lines as one case."""

import json
import re
import sys

BAD = ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS")
# Those that `sh tests/run.sh` leaves out unless they are named: too long for each run.
LONG = "long"
# How much is repeated of what a test said when it failed: all of it stands further up.
REMARKS = 8
WIDTH = 240
CASE = re.compile(r"^(not ok|ok)\b(.*)$")


def count(test):
    passed = failed = skipped = 0
    for line in (test.get("stdout") or "").splitlines():
        found = CASE.match(line)
        if not found:
            continue
        if re.search(r"#\s*skip", found.group(2), re.IGNORECASE):
            skipped += 1
        elif found.group(1) == "ok":
            passed += 1
        else:
            failed += 1
    result = test["result"]
    if result == "SKIP" and passed + failed + skipped == 0:
        skipped = 1
    elif result in BAD:
        failed = max(failed, 1)
    elif passed + failed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def skips_of(test):
    """What was skipped and why; a program that is skipped as a whole says it in its plan. Cases that share a reason share a line."""
    cases = {}
    for line in (test.get("stdout") or "").splitlines():
        skip = re.match(r"^(?:(?:not ok|ok)\b\s*\d*\s*-?\s*(.*?)|1\.\.0)\s*#\s*skip\S*\s*(.*)$", line, re.IGNORECASE)
        if skip:
            cases.setdefault(skip.group(2) or "no reason given", []).append(skip.group(1) or "all of it")
    if test["result"] == "SKIP" and not cases:
        cases["no reason given"] = ["all of it"]
    return [f"{names[0] if len(names) == 1 else f'{len(names)} cases'}: {reason}" for reason, names in cases.items()]


def failures_of(test):
    """The cases that failed, each with the first of the remarks that follow it; what the program said last where no case did."""
    if test["result"] not in BAD and count(test)[1] == 0:
        return []
    lines = (test.get("stdout") or "").splitlines()
    found = []
    for index, line in enumerate(lines):
        if not line.startswith("not ok") or re.search(r"#\s*skip", line, re.IGNORECASE):
            continue
        found.append(line)
        for remark in lines[index + 1 : index + 1 + REMARKS]:
            if not remark.startswith("#"):
                break
            found.append(f"  {remark}")
    said = [line for line in (test.get("stderr") or "").splitlines() if line.strip()] or lines
    found = found or [test["result"], *(f"  {line}" for line in said[-REMARKS:])]
    return [line[:WIDTH] for line in found]


def read(path):
    with open(path, encoding="utf-8") as log:
        return [json.loads(line) for line in log if line.strip()]


def suite_of(test):
    """Of `enclave:gate / policy`: meson's own list of suites holds the project alone."""
    return test["name"].split(" / ")[0].split(":")[-1]


def name_of(test):
    return test["name"].split(" / ")[-1]


def failed_in(suite, path):
    """Names of the programs of a suite that did not pass, for a second try."""
    print("\n".join(name_of(test) for test in read(path) if suite_of(test) == suite and test["result"] in BAD))
    return 0


def main(path, again=None):
    suites = {}
    skips = []
    failures = []
    second = {test["name"]: test for test in read(again)} if again else {}
    for test in read(path):
        if test["name"] in second:
            print(f"{name_of(test)}: failed at first, tried again, {second[test['name']]['result']}")
            print(*(f"  {line}" for line in failures_of(test)), sep="\n")
            test = second[test["name"]]
        row = suites.setdefault(suite_of(test), [0, 0, 0, 0.0])
        for index, number in enumerate(count(test)):
            row[index] += number
        row[3] += test.get("duration") or 0
        skips += [f"  {name_of(test)}: {line}" for line in skips_of(test)]
        failures += [f"  {name_of(test)}: {line}" for line in failures_of(test)]
    print(f"\n{'suite':14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for suite, row in sorted(suites.items()):
        print(f"{suite:14}{row[0]:8}{row[1]:8}{row[2]:9}{row[3]:9.1f}")
    if skips:
        print("\nskipped:", *skips, sep="\n")
    if LONG not in suites:
        print(f"\nnot run: the suite {LONG} (sh tests/run.sh {LONG})")
    # Last, since those who see only the end of all this want to know it first.
    if failures:
        print("\nfailed:", *failures, sep="\n")
    passed, failed, skipped = (sum(row[i] for row in suites.values()) for i in range(3))
    line = f"{passed} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


if sys.argv[1] == "--failed":
    sys.exit(failed_in(*sys.argv[2:]))
sys.exit(main(*sys.argv[1:]))
