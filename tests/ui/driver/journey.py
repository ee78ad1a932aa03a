# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journeys share: a project to work in."""

import contextlib
import pathlib
import shutil
import tempfile

MAIN_C = "#include <stdio.h>\n\nint\nmain (void)\n{\n  puts (\"hello\");\n  return 0;\n}\n"


@contextlib.contextmanager
def project(**files):
    """A folder with a few files; @files: name (`__` for a slash, `_dot_` for a dot) to text or bytes."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ringlog-"))
    try:
        write(folder / "src" / "main.c", MAIN_C)
        write(folder / "README.md", "# Ringlog\n")
        write(folder / ".env", "TOKEN=secret\n")
        for name, text in files.items():
            write(folder / name.replace("__", "/").replace("_dot_", "."), text)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
