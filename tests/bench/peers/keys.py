# SPDX-License-Identifier: GPL-3.0-or-later
"""Typing at the start of a C file of 100,000 lines, as soon as its text is on the screen and when the program has come to rest: from a key
to the moved line on the screen, both seen by the X server alone."""

import pathlib
import tempfile

from subjects import TEXT, Figures, fresh_home, long_source_file, take

# The analysis of the toolkit's source view takes more than ten seconds.
REST_SECONDS = 25
FRAME_MS = 17


def measure(subjects, runs):
    figures = Figures("typing")
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        path = pathlib.Path(folder, "lines.c")
        long_source_file(path)
        for number in range(runs + 1):
            for name in TEXT:
                place = f"{folder}/{name}.place"
                # Drafts of what was typed would come back in a home that is used again.
                with fresh_home([path]) as (environment, project):
                    command = subjects.with_file(project, f"{project}/lines.c")[name]
                    if number == 0:
                        take([subjects.probes / "key-probe", "place", place, *TEXT[name], *command], environment)
                    else:
                        figures.add(name, take([subjects.probes / "key-probe", "type", place, REST_SECONDS, *command], environment))
    figures.show(("text_ms", "soon_p50", "soon_p95", "soon_lost", "rest_ms", "later_p50", "later_p95", "later_cpu"))
    soon = figures.median("enclave", "soon_p95")
    figures.hold("95 of 100 keys, just opened", soon, 1.2 * figures.median("bare", "later_p95") + FRAME_MS, " ms")
    for name in ("web", "builder"):
        figures.hold_ratio("95 of 100 keys, just opened,", "soon_p95", "enclave", name, 1.0)
    figures.hold_ratio("half of the keys, just opened,", "soon_p50", "enclave", "web", 0.4)
    figures.hold_ratio("half of the keys, at rest,", "later_p50", "enclave", "web", 0.4)
    figures.hold_ratio("half of the keys, at rest,", "later_p50", "enclave", "bare", 1.2)
    figures.hold_ratio("half of the keys, at rest,", "later_p50", "enclave", "builder", 1.0)
    return figures
