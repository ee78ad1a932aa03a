# SPDX-License-Identifier: GPL-3.0-or-later
"""peers.py BUILD RUNS [AREA…]: Enclave beside the bare widgets and its peers, GNOME Builder and a web view, in turn. Prints medians and what
becomes of each goal; fails when one is missed."""

import sys

import finding
import flood
import keys
import opening
import scrolling
import searching
import startup
from subjects import Subjects

AREAS = {"start": startup.measure, "typing": keys.measure, "open": opening.measure, "terminal": flood.measure, "scroll": scrolling.measure,
         "find": finding.measure, "search": searching.measure}


def main():
    build, runs, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    unknown = [area for area in wanted if area not in AREAS]
    if unknown:
        print(f"there is no {unknown[0]}; there are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    subjects = Subjects(build)
    missed = [miss for area in wanted or AREAS for miss in AREAS[area](subjects, runs).missed]
    for miss in missed:
        print(f"missed: {miss}")
    return 1 if missed else 0


sys.exit(main())
