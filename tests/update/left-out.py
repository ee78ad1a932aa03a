# SPDX-License-Identifier: GPL-3.0-or-later
"""A program without the option has neither the host nor the code of the update check; a program with it, built from the same
objects, shows that this test can see them.

Prints TAP. Arguments: `with` or `without`, a program that has the check, then the programs as built."""

import pathlib
import subprocess
import sys

# Names of functions that only the check has, words that it says, the library of its signatures, the look-up of a name.
SIGNS = [b"update_check_async", b"release_manifest_verify", b"network_door_open_name", b"enclave-release 1",
         b"Asking for a newer release", b"gnutls_pubkey_verify_data2", b"g_resolver_lookup_by_name"]


def signs_in(program):
    names = subprocess.run(["nm", program], capture_output=True, check=False).stdout
    names += subprocess.run(["nm", "-D", program], capture_output=True, check=True).stdout
    content = pathlib.Path(program).read_bytes() + names
    return [sign.decode() for sign in SIGNS if sign in content]


built, control, programs = sys.argv[1] == "with", sys.argv[2], sys.argv[3:]
print(f"1..{len(programs) + 1}")
found = signs_in(control)
good = len(found) == len(SIGNS)
failed = not good
print(f"{'ok' if good else 'not ok'} 1 - a program with the check shows all signs of it")
for number, program in enumerate(programs, 2):
    found = signs_in(program)
    good = (len(found) == len(SIGNS)) if built else not found
    failed |= not good
    print(f"{'ok' if good else 'not ok'} {number} - {pathlib.Path(program).name} {'has' if built else 'has nothing of'} the check {found}")
sys.exit(1 if failed else 0)
