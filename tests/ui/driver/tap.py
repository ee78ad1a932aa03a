# SPDX-License-Identifier: GPL-3.0-or-later
"""A TAP runner for tests in Python: functions are registered with @case and run in order, one subtest each.

An exception fails the case and the next one runs. `Skip` skips it, with its reason. Arguments on the command line that
begin with `=` choose the cases whose title contains what follows."""

import os
import pathlib
import re
import sys
import traceback

_cases = []
_title = ""


class Skip(Exception):
    pass


def case(title):
    def register(function):
        _cases.append((title, function))
        return function
    return register


def note(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def wants_all_pictures():
    """Each state in each style and size, to be looked at by a person; a test needs to see it once."""
    return bool(os.environ.get("ENCLAVE_TEST_ALL_PICTURES"))


def output_folder():
    """Where pictures go: the build's folder when the build runs the test."""
    folder = pathlib.Path(os.environ.get("ENCLAVE_TEST_OUTPUT", "/tmp/enclave-test-output"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def picture_name(suffix):
    script = pathlib.Path(sys.argv[0]).stem
    words = re.sub(r"[^a-z0-9]+", "-", _title.lower()).strip("-")
    return str(output_folder() / f"{script}-{words}{suffix}.png")


def equal(found, wanted, what="value"):
    if found != wanted:
        raise AssertionError(f"{what} is {found!r}, not {wanted!r}")


def contains(text, part, what="text"):
    if part not in text:
        raise AssertionError(f"{what} does not contain {part!r}: {text!r}")


def check(condition, complaint):
    if not condition:
        raise AssertionError(complaint)


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(77)


def run():
    global _title
    wanted = [argument[1:] for argument in sys.argv[1:] if argument.startswith("=")]
    cases = [(title, function) for title, function in _cases
             if not wanted or any(part in title for part in wanted)]
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, (_title, function) in enumerate(cases, 1):
        try:
            function()
            print(f"ok {number} - {_title}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {_title} # SKIP {reason}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            note(traceback.format_exc())
            print(f"not ok {number} - {_title}", flush=True)
    sys.exit(1 if failed else 0)
