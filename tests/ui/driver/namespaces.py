# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this system lets anybody have a user and a network namespace: asked of util-linux, never of the program under test, so
that a program which can't use them fails its test instead of skipping it."""

import subprocess


def missing():
    """Why there are none, or None."""
    try:
        done = subprocess.run(["unshare", "-Urn", "true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return None if done.returncode == 0 else "this system gives no user and network namespaces"
