# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks: read from their files, written into a folder, tested."""

import os
import shutil
import signal
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = {"c": "make -s test", "python": "python3 -B -m unittest -q", "javascript": 'for t in test_*.js; do node "$t" || exit 1; done'}
NEEDS = {"c": ("make", "cc"), "python": ("python3",), "javascript": ("node",)}


class Task:
    def __init__(self, language, name, title):
        self.language = language
        self.name = name
        self.title = title
        self.base = None
        self.ask = ""
        self.files = {}    # path → text as it is when the task is solved
        self.changes = []  # (path, solved lines, lines of the task)

    @property
    def test(self):
        return TESTS[self.language]

    def solved(self):
        """path → text."""
        files = dict(self.files)
        if self.base is not None:
            folder = os.path.join(HERE, "bases", self.base)
            for name in sorted(os.listdir(folder)):
                if os.path.isfile(os.path.join(folder, name)):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        files[name] = file.read()
        return files

    def broken(self):
        """path → text, as the model finds it."""
        files = self.solved()
        for path, solved, task in self.changes:
            if files[path].count(solved) != 1:
                raise ValueError(f"{self.name}: the change of {path} fits {files[path].count(solved)} times")
            files[path] = files[path].replace(solved, task)
        return files

    def prompt(self):
        return f"{self.ask.strip()} The tests are run by: {self.test}\nDon't change the tests."

    def is_test(self, path):
        return os.path.basename(path).startswith("test_") or path == "Makefile"

    def can_run(self):
        return all(shutil.which(program) for program in NEEDS[self.language])


def load(languages=("c", "python", "javascript")):
    return [task for language in languages for task in load_file(language)]


def load_file(language):
    tasks = []
    part = None
    with open(os.path.join(HERE, language + ".tasks"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("%% "):
                word, _, rest = line[3:].rstrip("\n").partition(" ")
                if word == "task":
                    name, _, title = rest.partition(": ")
                    tasks.append(Task(language, name, title))
                elif word == "base":
                    tasks[-1].base = rest
                elif word == "file":
                    tasks[-1].files[rest] = ""
                elif word == "change":
                    tasks[-1].changes.append([rest, "", ""])
                elif word != "ask":
                    raise ValueError(line)
                part = (word, rest)
            elif not tasks:
                continue
            elif part[0] == "ask":
                tasks[-1].ask += line
            elif part[0] == "file":
                tasks[-1].files[part[1]] += line
            elif part[0] == "change":
                change = tasks[-1].changes[-1]
                if line == "<<<<<<< SOLVED\n":
                    part = ("change", 1)
                elif line == "=======\n":
                    part = ("change", 2)
                elif line == ">>>>>>> TASK\n":
                    part = ("end", None)
                else:
                    change[part[1]] += line
    for task in tasks:
        # Changes within a line have no line end of their own.
        files = task.solved()
        for change in task.changes:
            if change[1] not in files[change[0]]:
                change[1], change[2] = change[1].rstrip("\n"), change[2].rstrip("\n")
    return tasks


def write(files, folder):
    for path, text in files.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def run_test(task, folder, wrap=(), timeout_s=120):
    """TRUE when the tests pass. wrap: what stands before the command, such as the sandbox. What they started ends with them."""
    process = subprocess.Popen([*wrap, "sh", "-c", task.test], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return False, "the tests did not end"
    return process.returncode == 0, output.decode("utf-8", "replace")
