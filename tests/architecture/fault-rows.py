# SPDX-License-Identifier: GPL-3.0-or-later
"""Each row of tests/faults.txt has a test, and each test that it names is there and is run by the build.

Prints TAP. Argument: source folder."""

import pathlib
import re
import sys

ROWS = [f"{letter}{number}" for letter, last in (("F", 46), ("P", 9), ("G", 7)) for number in range(1, last + 1)]

tests = pathlib.Path(sys.argv[1]) / "tests"


def read_rows():
    """Row to its tests, in the order of the file."""
    rows = []
    for line in (tests / "faults.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            rows[-1][1].append(tuple(re.split(r"\s{2,}", line.strip(), maxsplit=1)))
        elif line and not line.startswith("#"):
            rows.append((line.split()[0], []))
    return rows


def titles(file):
    """What the tests of a file are registered as; of a path in C its last part."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return re.findall(r'^@case\("([^"]+)"\)$', text, re.M)
    registered = re.findall(r'(?:ADD|g_test_add\w*|add) \("([^"]+)"', text) + re.findall(r'\{ "([^"]+)", test_\w+', text)
    return [name.rsplit("/", 1)[-1] for name in registered]


def is_run(file):
    return re.search(rf"(?<![\w-])(?:test-)?{re.escape(file.stem.removeprefix('test-'))}(?![\w-])",
                     (file.parent / "meson.build").read_text(encoding="utf-8")) is not None


def complete():
    found = [row for row, _ in read_rows()]
    yield from (f"{row} is not in the table" for row in ROWS if row not in found)
    yield from (f"{row} is no row" for row in found if row not in ROWS)
    yield from (f"{row} stands twice" for row in set(found) if found.count(row) > 1)
    if not set(found) ^ set(ROWS) and found != ROWS:
        yield "the rows are out of order"


def claimed():
    yield from (f"{row} has no test" for row, named in read_rows() if not named)


def there():
    for row, named in read_rows():
        for place, *title in named:
            file = tests / place
            if not title:
                yield f"{row}: {place} without a title"
            elif not file.is_file():
                yield f"{row}: {place} is not there"
            elif not is_run(file):
                yield f"{row}: {place} is not run by the build"
            elif not any(found == title[0] or (file.suffix == ".py" and found.startswith(title[0])) for found in titles(file)):
                yield f"{row}: {place} has no test called {title[0]!r}"


checks = [("the table has each row once", complete), ("each row has a test", claimed), ("each test of the table is there and is run", there)]
print(f"1..{len(checks)}")
bad = False
for index, (name, check) in enumerate(checks, 1):
    problems = list(check())
    for problem in problems:
        print(f"# {problem}")
    print(f"{'not ok' if problems else 'ok'} {index} - {name}")
    bad |= bool(problems)
sys.exit(1 if bad else 0)
