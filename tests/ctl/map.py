# SPDX-License-Identifier: GPL-3.0-or-later
"""map: what a model is told of a project."""

from support import Project, boxed, case, equal, main

RING = """#include "ring.h"

int
ring_push (struct ring *ring, int value)
{
  return value;
}
"""


def fill(project):
    (project.root / "ring.c").write_text(RING)
    (project.root / "ring.h").write_text("struct ring\n{\n  int n;\n};\n")
    (project.root / "main.c").write_text('#include "ring.h"\n\nint\nmain (void)\n{\n  return ring_push (0, 1);\n}\n')


@case
@boxed
def the_map_names_definitions_and_denied_files():
    with Project() as project:
        fill(project)
        document = project.run("--json", "map").document()
        equal((document["ok"], document["denied"], document.get("problem")), (True, 2, None), document)
        text = document["map"]["text"]
        assert "ring.c\n  ring_push (struct ring *ring, int value)\n" in text, text
        assert "Denied, by name only: .env, hard\n" in text, text
        assert "a.txt" in text, text
        assert "the-secret" not in str(document)
        equal(document["near"]["text"], "")
        equal(project.run("--json", "map").document()["map"], document["map"])


@case
@boxed
def what_is_mentioned_or_open_stands_beside_it():
    with Project() as project:
        fill(project)
        plain = project.run("--json", "map").document()
        named = project.run("--json", "map", "what", "does", "ring_push", "return?").document()
        equal(named["near"]["text"], "ring.c\n  4: ring_push (struct ring *ring, int value)\n")
        opened = project.run("--json", "map", "--open", "main.c").document()
        assert opened["near"]["text"].startswith("main.c\n  4: main (void)\n"), opened
        assert "ring_push" in opened["near"]["text"], opened
        for document in (named, opened):
            equal(document["map"], plain["map"])
        equal(project.run("--json", "map", "--open", ".env").document()["near"]["text"], "")


@case
@boxed
def files_that_are_named_come_in_the_order_of_the_words():
    with Project() as project:
        for name in ("one", "two", "two/deep"):
            (project.root / name).mkdir()
            (project.root / name / "tool.c").write_text(f"int of_{name.replace('/', '_')} (void)\n{{ return 1; }}\n")
        (project.root / ".env").write_text("of_env=1\n")

        def near(*words):
            text = project.run("--json", "map", *words).document()["near"]["text"]
            return [line for line in text.splitlines() if not line.startswith(" ")]

        equal(near("see", "two/tool.c:1", "and", "@one/tool.c."), ["two/tool.c", "one/tool.c"])
        equal(near("one/tool.c", "two/tool.c", "one/tool.c"), ["one/tool.c", "two/tool.c"])
        equal(near("deep/tool.c"), ["two/deep/tool.c"])
        equal(sorted(near("tool.c")), ["one/tool.c", "two/deep/tool.c", "two/tool.c"])
        equal(near("ool.c", "wo/tool.c", ".env", "two/"), [])


@case
@boxed
def it_takes_an_eighth_of_the_window_at_most():
    with Project() as project:
        for number in range(300):
            (project.root / f"file{number}.c").write_text(
                "".join(f"int function_{number}_{k} (int first, int second)\n{{ return 1; }}\n" for k in range(20)))
        for window in (1024, 2048, 4096, 8192, 32768, 131072):
            document = project.run("--json", "map", "--window", str(window), "function_1_1", "file7.c").document()
            tokens = document["map"]["tokens"] + document["near"]["tokens"]
            assert tokens <= window // 8 + 2, (window, tokens)
            assert len((document["map"]["text"] + document["near"]["text"]).encode()) <= window // 8 * 3 + 6, window
        equal(project.run("map", "--window", "12").status, 2)


@case
@boxed
def secrets_in_a_line_are_masked():
    with Project() as project:
        token = "ghp_" + "x7Kq2mVb9TzLw4RjYd8NfHc3PsGe5uXaWk1B"
        (project.root / "a.py").write_text(f'def connect(token="{token}"):\n    pass\n')
        result = project.run("--json", "map", "connect()")
        assert token not in result.out, result
        assert "connect" in result.document()["map"]["text"], result


@case
def without_a_box_there_are_names():
    with Project() as project:
        fill(project)
        result = project.run("map")
        equal(result.status, 0, result)
        assert "ring.c" in result.out, result


main()
