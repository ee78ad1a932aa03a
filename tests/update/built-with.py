# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the programs with the update check, as a packager does who wants it, and looks whether they have it.

Prints TAP. Arguments: the source folder, left-out.py, a program that has the check."""

import subprocess
import sys
import tempfile

SOURCE, LEFT_OUT, CONTROL = sys.argv[1:4]
# Ed25519 of nobody: 32 bytes.
KEY = "q" * 43 + "="
OPTIONS = ["-Dtests=false", "-Dupdate-check=true", "-Dupdate-url=https://updates.example/release.manifest", f"-Drelease-keys={KEY}"]


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)


with tempfile.TemporaryDirectory(prefix="enclave-built-with-") as build:
    done = run("meson", "setup", build, SOURCE, *OPTIONS)
    if done.returncode == 0:
        done = run("ninja", "-C", build)
    if done.returncode:
        print("1..1")
        print("\n".join(f"# {line}" for line in done.stdout.splitlines()[-30:]))
        print("not ok 1 - the programs are built with the check")
        sys.exit(1)
    done = run(sys.executable, LEFT_OUT, "with", CONTROL, f"{build}/src/enclave", f"{build}/src/ctl/enclavectl")
    print(done.stdout, end="")
    sys.exit(done.returncode)
