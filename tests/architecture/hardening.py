# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the built programs: position independent, full RELRO, no executable stack, stack protector, fortified; no toolkit in
the headless ones; nothing but Enclave's own helpers in the helpers. What lets a test take a wall away is in the programs of a test
build (`walls`) and of no other.

Prints TAP. Arguments: `release` or `debug`, `walls` or `no-walls`, the source folder, then the programs."""

import json
import pathlib
import subprocess
import sys
import tempfile

SWITCH = b"ENCLAVE_TEST_WALLS_OFF"


def read(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def compiled_plainly(program):
    """Files of the program's own folder that were not compiled with checked library calls. The symbols don't tell: a call whose
    size the compiler can prove keeps its plain name."""
    program = pathlib.Path(program).resolve()
    build = next(p for p in program.parents if (p / "compile_commands.json").exists())
    objects = str(program.parent.relative_to(build)) + "/" + program.name + ".p/"
    commands = [c for c in json.loads((build / "compile_commands.json").read_text()) if c["output"].startswith(objects)]
    if not commands:
        return ["(no command is known)"]
    return [c["file"] for c in commands if "-D_FORTIFY_SOURCE=" not in c["command"] or " -O0" in c["command"]]


def compiles_to_nothing(source):
    """Without the option nothing of the switch is left."""
    text = '#include "enclave-test-walls.h"\nint off (void);\nint off (void) { return enclave_test_walls_is_off ("view"); }\n'
    with tempfile.NamedTemporaryFile(suffix=".o") as built:
        for more, wanted in ([], False), (["-DENCLAVE_TEST_WALLS"], True):
            subprocess.run(["cc", "-O2", "-Wall", "-Werror", *more, "-I", source / "src/base", "-x", "c", "-c", "-o", built.name, "-"], input=text,
                           text=True, check=True)
            if (SWITCH in pathlib.Path(built.name).read_bytes()) != wanted:
                return False
    return True


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
    if fortified:
        for path in compiled_plainly(program):
            yield f"is not fortified: {path}"
    if "RPATH" in dynamic:
        yield "has a run path"


def main():
    fortified = sys.argv[1] == "release"
    walls, source, programs = sys.argv[2] == "walls", pathlib.Path(sys.argv[3]), sys.argv[4:]
    print(f"1..{2 * len(programs) + 2}")
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
    switchable = [path for path in programs if SWITCH in pathlib.Path(path).read_bytes()]
    fits = len(switchable) > 2 if walls else not switchable
    print(f"{'ok' if fits else 'not ok'} {2 * len(programs) + 1} - walls can be taken away in a test build only {' '.join(switchable)}")
    shipped = not compiles_to_nothing(source) or "test-walls" in (source / "data/run.sh").read_text(encoding="utf-8")
    print(f"{'not ok' if shipped else 'ok'} {2 * len(programs) + 2} - a build for use has no switch for its walls")
    bad |= shipped or not fits
    return 1 if bad else 0


sys.exit(main())
