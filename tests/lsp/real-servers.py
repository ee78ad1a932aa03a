# SPDX-License-Identifier: GPL-3.0-or-later
"""Language servers that are installed here, in their box, by way of `enclavectl language-servers check`: each finds the fault of a
small project, through its own files, and can't see a denied one. Those of npm are in $ENCLAVE_LANGUAGE_SERVERS or on the PATH."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ENCLAVECTL = sys.argv[1]
# What says what is wrong with a script is a program beside the server.
BESIDE = {"bash-language-server": ("node", "shellcheck"), "typescript-language-server": ("node",), "pyright-langserver": ("node",)}
OF_NPM = os.path.join(os.environ.get("ENCLAVE_LANGUAGE_SERVERS", ""), "node_modules", ".bin")
SEARCH_PATH = f"{OF_NPM}:{os.environ['PATH']}"
PROJECTS = {
    "clangd": ("clangd", "src/main.c", {
        "src/main.c": "#include <stdio.h>\n#include \"ring.h\"\n\nint\nmain (void)\n{\n  ring_push (1);\n  return missing;\n}\n",
        "src/ring.h": "void ring_push (int value);\n"}, 8, "missing"),
    "pylsp": ("pylsp", "main.py", {"main.py": "import ring\n\nprint(ring.push(1)\n", "ring.py": "def push(value):\n    return value\n"}, None, "never closed"),
    "bash": ("bash-language-server", "run.sh", {"run.sh": "#!/bin/bash\nif true; then\n  echo hello\n"}, 2, "fi"),
    "typescript": ("typescript-language-server", "main.js", {"main.js": "const value = 1;\nvalue(;\n"}, 2, "xpected"),
    "pyright": ("pyright-langserver", "main.py", {"main.py": "value: int = \"a\"\n"}, 1, "int"),
    "gopls": ("gopls", "main.go", {"main.go": "package main\n\nfunc main() {\n\tmissing()\n}\n", "go.mod": "module example\n\ngo 1.19\n"}, 4, "missing"),
}


def find(program):
    return shutil.which(program, path=SEARCH_PATH)


def run(folder, *words, program=None):
    """@program: nothing else is on the PATH but it and node, so that no other server of its language is taken."""
    with tempfile.TemporaryDirectory(prefix="language-home-") as home:
        path = SEARCH_PATH
        if program is not None:
            path = os.path.join(home, "bin")
            os.mkdir(path)
            for name in ("node", program):
                os.symlink(find(name), os.path.join(path, name))
        done = subprocess.run([ENCLAVECTL, "--json", "--workspace", str(folder), "language-servers", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120, check=False,
                              env={"PATH": path, "HOME": home, "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory"})
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


def check(identity, path, files, line, words):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="language-"))
    try:
        for name, text in {**files, ".env": "TOKEN=secret\n"}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        program = "pyright-langserver" if identity == "pyright" else None
        status, answer, errors = run(folder, "check", path, program=program)
        assert status == 0, errors
        assert answer["server"] == identity, answer["server"]
        found = [one for one in answer["messages"] if (line is None or one["line"] == line) and words in one["message"]]
        assert found, answer["messages"]
        if identity == "clangd":
            # What it read beside the file it found: the header, and the system's.
            assert len(answer["messages"]) == 1, answer["messages"]
            (folder / "src/secret.c").write_text("#include \"../.env\"\nint x;\n", encoding="utf-8")
            _status, answer, _errors = run(folder, "check", "src/secret.c")
            assert "secret\n" not in json.dumps(answer) and any("env" in one["message"] for one in answer["messages"]), answer
        status, answer, _errors = run(folder, "check", ".env", program=program)
        assert status == 3, (status, answer)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    status, listed, errors = run(tempfile.gettempdir(), "list")
    assert status == 0, errors
    known = {one["id"] for one in listed}
    names = list(PROJECTS)
    print(f"1..{len(names)}")
    failed = False
    for number, identity in enumerate(names, 1):
        program, *example = PROJECTS[identity]
        missing = [name for name in (program, *BESIDE.get(program, ())) if find(name) is None]
        if missing:
            print(f"ok {number} {identity} # SKIP {missing[0]} is not installed")
            continue
        try:
            assert identity in known, listed
            check(identity, *example)
            print(f"ok {number} {identity}")
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed = True
            print(f"not ok {number} {identity}")
            for text in str(error).splitlines():
                print(f"# {text}")
    return 1 if failed else 0


sys.exit(main())
