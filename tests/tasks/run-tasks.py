#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives each task to a model by way of enclavectl and tests what it has made of it. README.md says how."""

import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import tasks

# What the agent answers to a call that was no call of a tool as it is.
MALFORMED = ("can't be read", "There is no tool", "there is no argument", " is missing", " must be ", "no JSON object")


def make_environment(folder):
    """Nothing of the user's is read or written: settings, policies, records of model checks."""
    environment = dict(os.environ)
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        environment[f"XDG_{name}_HOME"] = os.path.join(folder, name.lower())
    environment["GSETTINGS_BACKEND"] = "memory"
    environment["HOME"] = folder
    return environment


def run_agent(options, environment, task, folder, log):
    command = [options.enclavectl, "--workspace", folder, "--endpoint", options.endpoint, "--model", options.model, "--json", "ask",
               "--mode", "edit", "--approve", "all", "--max-rounds", str(options.max_rounds), task.prompt()]
    result = {"calls": 0, "malformed": 0, "rounds": 0, "prompt_tokens": 0, "reply_tokens": 0, "reason": "timeout"}
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
    deadline = started + options.timeout
    try:
        output, _ = process.communicate(timeout=options.timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    result["seconds"] = min(time.monotonic(), deadline + 10) - started
    log.write(output)
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        kind = event.get("event")
        if kind == "tool-call":
            result["calls"] += 1
        elif kind == "tool-result" and not event.get("ok"):
            message = (event.get("error") or {}).get("message", "")
            result["malformed"] += any(part in message for part in MALFORMED)
        elif kind == "usage":
            result["rounds"] += 1
            result["prompt_tokens"] += event.get("prompt_tokens", 0)
            result["reply_tokens"] += event.get("completion_tokens", 0)
        elif kind == "done":
            result["reason"] = event.get("reason", "")
        elif event.get("ok") is False and "error" in event:
            result["reason"] = (event["error"] or {}).get("code", "error")
    return result


def judge(options, environment, task, folder):
    """The tests as they were, whatever the model has done to them, in the sandbox that the agent's own commands have."""
    tasks.write({path: text for path, text in task.solved().items() if task.is_test(path)}, folder)
    wrap = [] if options.test_outside else [options.enclavectl, "--workspace", folder, "run", "--"]
    saved = dict(os.environ)
    os.environ.update(environment)
    try:
        return tasks.run_test(task, folder, wrap)
    finally:
        os.environ.clear()
        os.environ.update(saved)


def run_one(options, environment, task, parent):
    folder = os.path.join(parent, task.name)
    os.mkdir(folder)
    tasks.write(task.broken(), folder)
    with open(os.path.join(parent, task.name + ".log"), "wb") as log:
        result = run_agent(options, environment, task, folder, log)
        result["solved"], output = judge(options, environment, task, folder)
        log.write(output.encode())
    result["task"] = task.name
    result["title"] = task.title
    return result


def print_row(result):
    print(f"{result['task']:<14} {'solved' if result['solved'] else '-':<7} {result['malformed']:>9} {result['rounds']:>6} "
          f"{result['prompt_tokens']:>9} {result['reply_tokens']:>7} {result['seconds']:>7.1f}  {result['reason']:<10} {result['title']}", flush=True)


def print_sum(options, results):
    n = len(results)
    solved = sum(r["solved"] for r in results)
    calls = sum(r["calls"] for r in results)
    malformed = sum(r["malformed"] for r in results)
    clean = sum(r["malformed"] == 0 for r in results)
    print(f"\n{options.model}: solved {solved} of {n} ({100 * solved / n:.1f} %), malformed {malformed} of {calls} calls, "
          f"{clean} tasks without one, rounds {sum(r['rounds'] for r in results)}, tokens read {sum(r['prompt_tokens'] for r in results)}, "
          f"written {sum(r['reply_tokens'] for r in results)}, time {sum(r['seconds'] for r in results):.0f} s")
    for language in sorted({r["task"].split("-")[0] for r in results}):
        own = [r for r in results if r["task"].startswith(language + "-")]
        print(f"  {language}: {sum(r['solved'] for r in own)} of {len(own)}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enclavectl", default=shutil.which("enclavectl") or "enclavectl", help="the program (default: the one in PATH)")
    parser.add_argument("--endpoint", required=True, help="such as http://127.0.0.1:11434")
    parser.add_argument("--model", required=True, help="as the server calls it")
    parser.add_argument("--only", action="append", help="a pattern of task names, such as 'c-0*'; may be given again")
    parser.add_argument("--max-rounds", type=int, default=20)
    parser.add_argument("--timeout", type=float, default=900, help="seconds a task may take")
    parser.add_argument("--no-check", action="store_true", help="leave out the model check that comes first")
    parser.add_argument("--test-outside", action="store_true", help="run the tests without a sandbox: they run what the model has written")
    parser.add_argument("--json", metavar="FILE", help="write all figures there")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the folders and logs there")
    return parser.parse_args()


def main():
    options = parse_arguments()
    chosen = [t for t in tasks.load() if not options.only or any(fnmatch.fnmatch(t.name, p) for p in options.only)]
    left_out = [t for t in chosen if not t.can_run()]
    chosen = [t for t in chosen if t.can_run()]
    if left_out:
        print(f"left out, their language is not installed: {' '.join(t.name for t in left_out)}", file=sys.stderr)
    if not chosen:
        print("no task of that name", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="enclave-tasks-") as temporary:
        parent = options.keep or temporary
        os.makedirs(parent, exist_ok=True)
        environment = make_environment(temporary)
        if not options.no_check:
            subprocess.run([options.enclavectl, "--endpoint", options.endpoint, "probe", options.model], env=environment,
                           stdout=subprocess.DEVNULL, check=False)
        print(f"{'task':<14} {'result':<7} {'malformed':>9} {'rounds':>6} {'read':>9} {'written':>7} {'seconds':>7}  {'end':<10} title")
        results = []
        for task in chosen:
            results.append(run_one(options, environment, task, parent))
            print_row(results[-1])
        print_sum(options, results)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump({"model": options.model, "tasks": results}, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
