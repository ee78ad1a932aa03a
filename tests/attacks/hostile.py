# SPDX-License-Identifier: GPL-3.0-or-later
"""A model that tries something else in each round of one long turn."""

import json
import random

import command_cases
import file_cases
from routes import Engine

ROUNDS = 150
TOOLS = {"read_file", "list_directory", "find_files", "search_text", "edit_file", "write_file", "apply_patch", "run_command", "git_status", "git_diff",
         "git_log", "git_commit", "save_memory"}


def attacks(routes, values):
    """Calls of tools, each another one; whole shells are tried through the one tool that runs them."""
    for case in file_cases.CASES + command_cases.CASES:
        name = case[1].partition(":")[0]
        if case[4] not in ("masked", "values" if values else "masked") or case[2] == {} or len(str(case[2])) > 2000 or "\\x00" in repr(case[2]):
            continue
        if name == "run" and case[0] not in ("escape", "terminal"):
            yield "run_command", {"command": routes.fill(case[2]), "timeout_s": 10}
        elif name in TOOLS:
            what = routes.fill(case[2])
            yield name, what if isinstance(what, dict) else ARGUMENTS[name](what)


ARGUMENTS = {
    "read_file": lambda path: {"path": path}, "list_directory": lambda path: {"path": path},
    "write_file": lambda path: {"path": path, "content": "x\n"}, "edit_file": lambda path: {"path": path, "old_text": "T", "new_text": "x"},
    "search_text": lambda path: {"path": path, "pattern": "T"}, "git_diff": lambda path: {"path": path},
    "run_command": lambda line: {"command": line, "timeout_s": 10},
}


def run(world, routes, values, half):
    rounds = ROUNDS // 2 if half else ROUNDS
    calls = list({json.dumps(call): call for call in attacks(routes, values)}.values())
    random.Random(3).shuffle(calls)
    replies = [{"events": [{"text": "Next. "}, {"call": {"name": name, "id": f"c{number}", "arguments": arguments}}]}
               for number, (name, arguments) in enumerate(calls[:rounds - 1])] + [{"events": [{"text": "Done."}]}]
    with Engine(routes.engine, world, {"replies": replies}) as engine:
        outcome = routes.call("--json", "--endpoint", engine.address, "ask", "--approve", "all", "--max-rounds", "200", "--silence", "20", "Go on.")
        heard = engine.heard()
    asked = sum(1 for line in heard.splitlines() if b'"/v1/chat/completions"' in line)
    wrong = []
    if asked != rounds:
        wrong.append(f"{asked} of {rounds} rounds: {outcome!r}")
    for place, data in (("a request", heard), ("the output", outcome.data)):
        found = world.find_canary(data)
        if found:
            wrong.append(f"{place} holds {found}")
    if routes.sink.was_reached():
        wrong.append("a listener was reached")
    wrong += world.judge_changes()
    return [(f"{rounds} rounds", "not ok" if wrong else "ok", "; ".join(wrong))]
