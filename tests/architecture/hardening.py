# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the built programs: position independent, full RELRO, no executable stack, stack protector, fortified; no toolkit in
the headless ones; nothing but Enclave's own helpers in the helpers.

Prints TAP. Arguments: `release` or `debug`, then the programs."""

import pathlib
import subprocess
import sys


def read(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def problems(program, fortified):
    head = read("readelf", "-hW", program)
    segments = read("readelf", "-lW", program)
    dynamic = read("readelf", "-dW", program)
    symbols = read("nm", "-D", program)
    if "DYN (" not in head:
        yield "is not position independent"
    if "GNU_RELRO" not in segments or "BIND_NOW" not in dynamic and " NOW" not in dynamic:
        yield "has no full RELRO"
    for line in segments.splitlines():
        if "GNU_STACK" in line and "RWE" in line:
            yield "has an executable stack"
    if "__stack_chk_fail" not in symbols:
        yield "has no stack protector"
    if fortified and "_chk@" not in symbols.replace("__stack_chk_fail@", ""):
        yield "is not fortified"
    if "RPATH" in dynamic:
        yield "has a run path"


def main():
    fortified = sys.argv[1] == "release"
    programs = sys.argv[2:]
    print(f"1..{2 * len(programs)}")
    bad = False
    for number, program in enumerate(programs):
        found = list(problems(program, fortified))
        name = pathlib.Path(program).name
        for problem in found:
            print(f"# {name} {problem}")
        print(f"{'not ok' if found else 'ok'} {2 * number + 1} - {name} is hardened")
        needed = read("readelf", "-dW", program)
        wrong = []
        if name != "enclave":
            wrong = [w for w in ("libgtk-4", "libadwaita", "libvte", "libgtksourceview") if w in needed]
        if name == "enclave-confine":
            wrong += [w for w in ("libglib", "libgio", "libsoup") if w in needed]
        print(f"{'not ok' if wrong else 'ok'} {2 * number + 2} - {name} links what its layer may {' '.join(wrong)}")
        bad |= bool(found or wrong)
    return 1 if bad else 0


sys.exit(main())
