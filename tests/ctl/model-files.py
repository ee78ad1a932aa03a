# SPDX-License-Identifier: GPL-3.0-or-later
"""models inspect and models import: what is read of a file, and what an Ollama is given."""

import hashlib
import json
import pathlib
import shutil
import subprocess

from support import Project, case, equal, main

TESTS = pathlib.Path(__file__).resolve().parent.parent
TOY = TESTS / "fixtures" / "toy" / "toy.gguf"


class Ollama:
    def __init__(self, base, mode=None):
        program = base / "ollama-program" / "ollama"
        program.parent.mkdir()
        shutil.copy(TESTS / "support" / "fake-ollama.py", program)
        if mode is not None:
            (program.parent / "ollama.json").write_text(json.dumps(mode))
        self.blobs = program.parent / "models" / "blobs"
        self.child = subprocess.Popen(["/usr/bin/python3", program, "serve", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = "127.0.0.1:" + self.child.stdout.readline().decode().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.communicate()


@case
def a_header_is_told():
    with Project() as project:
        result = project.run("--json", "models", "inspect", str(TOY))
        equal(result.status, 0, result)
        facts = result.document()
        equal((facts["name"], facts["architecture"], facts["parameters"], facts["quantization"], facts["context_max"], facts["layers"]),
              ("enclave-toy", "llama", "1.1M", "F16", 8192, 4))
        equal((facts["size_bytes"], facts["missing_bytes"], facts["kv_bytes_per_token"]), (TOY.stat().st_size, 0, 2048))
        assert facts["fits"]["verdict"] in ("fits-memory", "fits-card") and facts["fits"]["window"] == 8192, facts
        result = project.run("models", "inspect", str(TOY))
        equal((result.status, result.err), (0, ""), result)
        assert "enclave-toy" in result.out and "F16" in result.out and "8192 tokens" in result.out, result


@case
def a_link_and_a_relative_path_lead_to_the_file():
    with Project() as project:
        (project.root / "model.gguf").symlink_to(TOY)
        result = project.run("--json", "models", "inspect", "model.gguf")
        equal((result.status, result.document()["path"]), (0, str(TOY)), result)


@case
def a_cut_file_is_named():
    with Project() as project:
        whole = TOY.read_bytes()
        (project.root / "cut.gguf").write_bytes(whole[:-4096])
        result = project.run("--json", "models", "inspect", "cut.gguf")
        equal(result.status, 0, result)
        assert 0 < result.document()["missing_bytes"] <= 4096 and "cut" in result.err, result
        (project.root / "header.gguf").write_bytes(whole[:3000])
        result = project.run("--json", "models", "inspect", "header.gguf")
        equal((result.status, result.document()["error"]["code"]), (1, "cut"), result)


@case
def what_is_no_model_is_refused():
    with Project() as project:
        for name, text, code in (("a.txt", b"first\n", "invalid-data"), ("big.gguf", b"GGUF\x00\x00\x00\x03" + bytes(16), "not-supported"),
                                 ("new.gguf", b"GGUF\x09\x00\x00\x00" + bytes(16), "not-supported"), ("empty.gguf", b"", "invalid-data")):
            (project.root / name).write_bytes(text)
            result = project.run("--json", "models", "inspect", name)
            equal((result.status, result.document()["error"]["code"]), (1, code), result)
        result = project.run("--json", "models", "inspect", "sub")
        equal((result.status, result.document()["error"]["code"]), (1, "not-regular"), result)
        result = project.run("--json", "models", "inspect", "missing.gguf")
        equal((result.status, result.document()["error"]["code"]), (1, "not-found"), result)
        equal(project.run("models", "inspect").status, 2)
        equal(project.run("models", "destroy", "x").status, 2)


@case
def a_file_comes_into_ollama():
    digest = hashlib.sha256(TOY.read_bytes()).hexdigest()
    with Project() as project, Ollama(project.base) as ollama:
        result = project.run("--json", "--endpoint", ollama.address, "models", "import", str(TOY), "--name", "mine:1", "--sha256", digest)
        equal(result.status, 0, result)
        document = result.document()
        equal((document["model"], document["sha256"]), ("mine:1", digest))
        equal((ollama.blobs / f"sha256-{digest}").read_bytes(), TOY.read_bytes())
        listed = project.run("--json", "--endpoint", ollama.address, "models").document()
        equal([entry["id"] for entry in listed], ["mine:1"])
        result = project.run("--endpoint", ollama.address, "models", "import", str(TOY))
        equal(result.status, 0, result)
        assert "Imported as toy\n" in result.out and digest in result.out, result


@case
def a_wrong_sum_sends_nothing():
    with Project() as project, Ollama(project.base) as ollama:
        result = project.run("--json", "--endpoint", ollama.address, "models", "import", str(TOY), "--sha256", "0" * 64)
        equal((result.status, result.document()["error"]["code"]), (1, "invalid-data"), result)
        (project.root / "cut.gguf").write_bytes(TOY.read_bytes()[:-4096])
        result = project.run("--json", "--endpoint", ollama.address, "models", "import", "cut.gguf")
        equal((result.status, result.document()["error"]["code"]), (1, "cut"), result)
        result = project.run("--json", "--endpoint", ollama.address, "models", "import", str(TOY), "--name", "a b")
        equal((result.status, result.document()["error"]["code"]), (1, "invalid-argument"), result)
        assert not ollama.blobs.exists()


@case
def without_an_ollama_nothing_is_done():
    with Project() as project:
        result = project.run("--json", "--endpoint", "127.0.0.1:9", "models", "import", str(TOY))
        equal((result.status, result.document()["error"]["code"]), (4, "offline"), result)


@case
def a_server_that_refuses_is_quoted():
    mode = {"create": {"status": 400, "error": "unsupported architecture \"mystery\""}}
    with Project() as project, Ollama(project.base, mode) as ollama:
        result = project.run("--json", "--endpoint", ollama.address, "models", "import", str(TOY))
        equal(result.status, 1, result)
        assert "unsupported architecture" in result.document()["error"]["message"], result


main()
