# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the cases of a test run from meson's log and prints `N passed, N failed` last.

meson's own closing lines count programs and lose skipped cases, so the TAP lines of each program are counted here; a
program that died or timed out counts as one failure more, one without TAP lines as one case."""

import json
import re
import sys

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
    elif result in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"):
        failed = max(failed, 1)
    elif passed + failed + skipped == 0:
        passed = 1
    return passed, failed, skipped


def main(path):
    suites = {}
    with open(path, encoding="utf-8") as log:
        tests = [json.loads(line) for line in log if line.strip()]
    for test in tests:
        suite = (test.get("suite") or ["enclave"])[-1].split(":")[-1]
        row = suites.setdefault(suite, [0, 0, 0, 0.0])
        for index, number in enumerate(count(test)):
            row[index] += number
        row[3] += test.get("duration") or 0
    print(f"\n{'suite':14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for suite, row in sorted(suites.items()):
        print(f"{suite:14}{row[0]:8}{row[1]:8}{row[2]:9}{row[3]:9.1f}")
    passed, failed, skipped = (sum(row[i] for row in suites.values()) for i in range(3))
    line = f"{passed} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


sys.exit(main(sys.argv[1]))
