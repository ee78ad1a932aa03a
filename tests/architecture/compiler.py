# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles sources that break the layering with the very command lines of the build: each must fail, and for its reason.

Prints TAP. Arguments: source folder, build folder."""

import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

source, build = map(pathlib.Path, sys.argv[1:3])

# (folder, text that must not compile, what the compiler must say); None: must compile.
CASES = [
    ("base", "#include <gtk/gtk.h>\n", "gtk/gtk.h"),
    ("gate", "#include <gtk/gtk.h>\n", "gtk/gtk.h"),
    ("agent", "#include <gtk/gtk.h>\n", "gtk/gtk.h"),
    ("inference", "#include <libsoup/soup.h>\n", "libsoup/soup.h"),
    ("tools", "#include <libsoup/soup.h>\n", "libsoup/soup.h"),
    ("gate", '#include "enclave-agent-service.h"\n', "enclave-agent-service.h"),
    ("patch", '#include "enclave-gate.h"\n', "enclave-gate.h"),
    ("inference", '#include "enclave-tool.h"\n', "enclave-tool.h"),
    ("tools", '#include <gio/gio.h>\nchar *f (void);\nchar *f (void) { char *t; '
              'g_file_get_contents ("x", &t, NULL, NULL); return t; }\n', "poisoned"),
    ("agent", '#include <gio/gio.h>\nGFile *f (void);\nGFile *f (void) { return g_file_new_for_path ("x"); }\n', "poisoned"),
    ("tools", '#include <fcntl.h>\nint f (void);\nint f (void) { return open ("x", 0); }\n', "poisoned"),
    ("agent", '#include <gio/gio.h>\nvoid f (void);\nvoid f (void) { g_spawn_command_line_async ("x", NULL); }\n', "poisoned"),
    ("tools", '#include "enclave-tool-scope.h"\nint fine (void);\nint fine (void) { return 0; }\n', None),
    ("agent", '#include "enclave-gate.h"\nint fine (void);\nint fine (void) { return 0; }\n', None),
]


def command_for(folder):
    """The arguments the build gives to the first source of @folder, without input, output and dependency file."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.parent == (source / "src" / folder).resolve() and path.suffix == ".c":
            words = shlex.split(entry["command"])
            kept, skip = [], False
            for word in words:
                if skip:
                    skip = False
                elif word in ("-o", "-MF", "-MQ", "-MT", "-c"):
                    skip = True
                elif word not in ("-MD",) and not word.endswith(".c"):
                    kept.append(word)
            return kept, entry["directory"]
    return None, None


print(f"1..{len(CASES)}")
bad = False
with tempfile.TemporaryDirectory() as scratch:
    for number, (folder, text, reason) in enumerate(CASES, 1):
        command, directory = command_for(folder)
        title = f"{folder}: {reason or 'what is allowed compiles'}"
        ok = False
        if command:
            path = pathlib.Path(scratch, f"case{number}.c")
            path.write_text(text, encoding="utf-8")
            run = subprocess.run(command + ["-fsyntax-only", str(path)], cwd=directory, capture_output=True, text=True)
            ok = run.returncode == 0 if reason is None else run.returncode != 0 and reason in run.stderr
            if not ok:
                print("# " + "\n# ".join(run.stderr.splitlines()[:6]))
        print(f"{'ok' if ok else 'not ok'} {number} - {title}")
        bad |= not ok
sys.exit(1 if bad else 0)
