# SPDX-License-Identifier: GPL-3.0-or-later
"""A project of 2,000 C files with a Makefile and a history, as the tests of large projects need one."""

import subprocess

from journey import write

MODULES, UNITS = 40, 25


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), *words], check=True, stdout=subprocess.PIPE).stdout.decode()


def unit(module, number):
    name = f"module{module:02}_unit{number:02}"
    head = f"#pragma once\n\nint {name} (int value);\n"
    text = f'#include "{name}.h"\n\n/* Unit {number} of module {module}. */\nint\n{name} (int value)\n{{\n  return value + {number};\n}}\n'
    return name, head, text


def table():
    """A source above 32 KiB, with lines that are wider than a pane."""
    parts = ['#include <stdio.h>\n\n#include "table.h"\n\n']
    for number in range(400):
        parts.append(f"static int\ntable_entry_{number:03} (int value)\n{{\n  /* entry {number} */\n  return value * {number} + 1;\n}}\n\n")
    parts.append("int\ntable_sum (int value)\n{\n  int total = 0;\n\n")
    parts += [f"  total += table_entry_{number:03} (value); /* {'the sum goes on ' * 8}*/\n" for number in range(400)]
    parts.append("  return total;\n}\n")
    return "".join(parts)


MAKEFILE = """CFLAGS = -O0 -g -Isrc/core
CORE = src/core/main.o src/core/table.o $(patsubst %.c,%.o,$(wildcard src/module00/*.c))
all: app
app: $(CORE)
\t$(CC) -o $@ $(CORE)
everything: $(patsubst %.c,%.o,$(wildcard src/*/*.c))
test: app
\t./app
clean:
\trm -f app src/*/*.o
"""


def make(folder):
    """Fills @folder: src/core/table.c is above 32 KiB and uses each of its table_entry_NNN; branches: main, topic."""
    write(folder / "Makefile", MAKEFILE)
    write(folder / ".gitignore", "*.o\n/app\n")
    write(folder / "README.md", "# Tables\n")
    write(folder / "src/core/table.h", "#pragma once\n\nint table_sum (int value);\n")
    write(folder / "src/core/table.c", table())
    write(folder / "src/core/main.c", '#include <stdio.h>\n\n#include "table.h"\n\nint\nmain (void)\n{\n  printf ("sum %d\\n", table_sum (1));\n'
                                      "  return 0;\n}\n")
    for module in range(MODULES):
        for number in range(UNITS):
            name, head, text = unit(module, number)
            write(folder / f"src/module{module:02}" / f"{name}.h", head)
            write(folder / f"src/module{module:02}" / f"{name}.c", text)
    git(folder, "init", "--quiet", "-b", "main")
    write(folder / "docs/notes.md", "first\n")
    commit_all(folder, "Begin")
    for number in range(20):
        write(folder / "docs/notes.md", f"note {number}\n")
        commit_all(folder, f"Note {number}")
    git(folder, "checkout", "--quiet", "-b", "topic")
    write(folder / "docs/notes.md", "of the topic\n")
    commit_all(folder, "Topic")
    git(folder, "checkout", "--quiet", "main")


def commit_all(folder, words):
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=Before", "-c", "user.email=before@example.org", "commit", "--quiet", "-m", words)
