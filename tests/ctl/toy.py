# SPDX-License-Identifier: GPL-3.0-or-later
"""complete and ask against a real model of a few megabytes, with the times they take."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from support import Project, case, main

SOURCE = pathlib.Path(__file__).resolve().parent.parent
ENGINE = pathlib.Path(os.environ.get("ENCLAVE_TOY_ENGINE", "/nowhere"))
TOY = SOURCE / "fixtures" / "toy"
CODE = "static int\nadd (int a, int b)\n{\n  \n}\n\nint\nmain (void)\n{\n  return add (1, 2);\n}\n"
MARKS = ("<|fim_", "<|im_", "<|endoftext|>", "\ufffd")
ROUNDS = 5


class Engine:
    def __enter__(self):
        self.process = subprocess.Popen(
            ["node", str(SOURCE / "support" / "toy-engine.mjs"), str(ENGINE), str(TOY / "toy.gguf"),
             str(TOY / "toy-template.jinja"), "short"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


@case
def complete_by_infill():
    with Project() as project, Engine() as engine:
        times = []
        for number in range(ROUNDS):
            (project.root / "add.c").write_text(f"/* {number} */\n{CODE}")
            result = project.run("--json", "--endpoint", engine.address, "complete", "add.c:5:3")
            assert result.status == 0, result
            document = result.document()
            assert document["ok"] and document["route"] == "infill" and document["model"] == "toy", document
            assert not any(mark in document["text"] for mark in MARKS), document
            times.append(document["latency_ms"])
        print(f"# suggested {document['text'][:40]!r}; latency {statistics.median(times):.0f} ms (median of {ROUNDS}), "
              f"{min(times):.0f} to {max(times):.0f} ms")
        assert min(times) > 0, times


@case
def ask_tells_what_it_took():
    with Project() as project, Engine() as engine:
        # The model knows the word as a beginning, not behind a map of files.
        shutil.rmtree(project.root)
        project.root.mkdir()
        result = project.run("--json", "--endpoint", engine.address, "ask", "--mode", "ask", "Hello")
        assert result.status == 0, result
        events = result.lines()
        usage = next(event for event in events if event["event"] == "usage")
        text = "".join(event["text"] for event in events if event["event"] == "text")
        assert text.startswith("Hello"), text
        assert usage["prompt_tokens"] > 0 and usage["tokens_per_second"] > 0, usage
        assert 0 <= usage["cached_tokens"] <= usage["prompt_tokens"], usage
        print(f"# {usage}")


if not (ENGINE / "installed").exists() or shutil.which("node") is None:
    print(f"1..0 # SKIP the toy engine is not installed in {ENGINE}: sh tests/support/install-toy-engine.sh")
    sys.exit(0)
main()
