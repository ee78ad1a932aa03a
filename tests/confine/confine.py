# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to enclave-confine as the launcher does: plans right and wrong, the report, the exit status, and that nothing runs
when confining fails.

Prints TAP. Argument: the program."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
BEFORE = ["unshare", "-Ur", "/bin/sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"']
cases = []


def case(function):
    cases.append(function)
    return function


def plan(*pairs):
    return b"".join(os.fsencode(word) + b"\0" for pair in pairs for word in pair)


def run(text, *before, timeout=20):
    """Returns the exit status, the report's lines and what the command wrote."""
    plan_read, plan_write = os.pipe()
    report_read, report_write = os.pipe()
    child = subprocess.Popen([*before, PROGRAM, "--plan", str(plan_read), "--report", str(report_write)], cwd="/",
                             pass_fds=(plan_read, report_write), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    os.close(plan_read)
    os.close(report_write)
    os.write(plan_write, text)
    os.close(plan_write)
    output = child.communicate(timeout=timeout)[0].decode(errors="replace")
    with os.fdopen(report_read, encoding="utf-8", errors="replace") as report:
        return child.returncode, report.read().splitlines(), output


def shell(line, *more):
    return plan(("env", "PATH=/usr/bin:/bin"), *more, ("arg", "/bin/sh"), ("arg", "-c"), ("arg", line))


@case
def runs_and_reports(scratch):
    status, report, output = run(shell("echo hello; exit 9"))
    assert (status, output) == (9, "hello\n"), (status, report, output)
    assert report == ["ready", "status 2304"], report
    status, report, _ = run(shell("kill -TERM $$"))
    assert status == 128 + 15 and report[-1] == "status 15", (status, report)


@case
def wrong_plans_run_nothing(scratch):
    marker = scratch / "ran"
    arguments = (("workspace", str(scratch)), ("arg", "/bin/touch"), ("arg", str(marker)))
    wrong = {
        "empty": b"", "cut": plan(*arguments)[:-1], "no value": b"arg\0", "unknown word": plan(("surprise", "1"), *arguments),
        "relative workspace": plan(("workspace", "here"), *arguments), "climbing": plan(("folder", "/a/../b"), *arguments),
        "absolute mask": plan(*arguments, ("mask", "/etc")), "empty mask": plan(*arguments, ("mask", "")),
        "no command": plan(("workspace", str(scratch))), "missing workspace": plan(("workspace", "/no/such"), ("arg", "/bin/true")),
        "view of nothing": plan(("view", "/bin/true"), ("arg", "/bin/true")), "missing view": plan(*arguments, ("view", "/no/such")),
        "view that ends": plan(*arguments, ("view", "/bin/true")), "view that waits for nothing": plan(*arguments, ("view", "/bin/cat")),
        "masks in a view": plan(*arguments, ("view", "/bin/true"), ("mask", "a")), "relative view": plan(*arguments, ("view", "true")),
        "missing folder": plan(("folder", "/no/such"), *arguments), "climbing mask": plan(*arguments, ("mask", "../../etc/passwd")),
    }
    for name, text in wrong.items():
        status, report, _ = run(text)
        assert status == 125 and report and report[-1].startswith("failed "), (name, status, report)
        assert not marker.exists(), name


@case
def right_plan_does_run(scratch):
    """The marker of the case before can appear."""
    marker = scratch / "ran"
    status, report, _ = run(plan(("workspace", str(scratch)), ("arg", "/bin/touch"), ("arg", str(marker))))
    assert status == 0 and marker.exists(), (status, report)


@case
def without_namespaces_nothing_runs(scratch):
    marker = scratch / "ran"
    status, report, _ = run(plan(("workspace", str(scratch)), ("arg", "/bin/touch"), ("arg", str(marker))), *BEFORE)
    assert status == 125 and report and "namespaces" in report[-1], (status, report)
    assert not marker.exists()


@case
def probe_tells_the_truth(scratch):
    facts = json.loads(subprocess.run([PROGRAM, "--probe"], capture_output=True, text=True, check=True).stdout)
    assert facts["user_namespaces"] is True and facts["reason"] == "", facts
    facts = json.loads(subprocess.run([*BEFORE, PROGRAM, "--probe"], capture_output=True, text=True, check=True).stdout)
    assert facts["user_namespaces"] is False and facts["reason"], facts


@case
def links_redirect_no_mask(scratch):
    """A mask below a link must neither land outside nor be made there."""
    outside = scratch / "outside"
    inside = scratch / "project"
    outside.mkdir()
    inside.mkdir()
    (outside / "file").write_text("untouched")
    (inside / "d").symlink_to(outside)
    status, report, output = run(shell("echo fine", ("workspace", str(inside)), ("mask", "d/file"), ("mask", "d/new/deep")))
    assert (status, output) == (0, "fine\n"), (status, report, output)
    assert sorted(p.name for p in outside.iterdir()) == ["file"] and (outside / "file").read_text() == "untouched"


@case
def launcher_takes_all_with_it(scratch):
    child = subprocess.Popen([sys.executable, "-c", "import os, subprocess, sys, time\n"
                              "p = os.memfd_create('plan', 0)\nos.write(p, bytes.fromhex(sys.argv[2]))\nos.lseek(p, 0, 0)\n"
                              "r, w = os.pipe()\nos.set_inheritable(p, True)\n"
                              "subprocess.Popen([sys.argv[1], '--plan', str(p), '--report', str(w)], pass_fds=(p, w))\n"
                              "time.sleep(60)", PROGRAM, shell("setsid sleep 4713.5 & sleep 4713.5").hex()])
    deadline = time.monotonic() + 10
    while not alive("4713.5") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive("4713.5")
    child.kill()
    child.wait()
    deadline = time.monotonic() + 5
    while alive("4713.5") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive("4713.5")


def alive(word):
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().split(b"\0")[:2] == [b"sleep", word.encode()]:
                return True
        except OSError:
            continue
    return False


# Found by util-linux's unshare, not by the program under test.
if subprocess.run(["unshare", "-Ur", "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
    print("1..0 # SKIP this system gives no user namespaces, so no command can be confined")
    sys.exit(0)
print(f"1..{len(cases)}")
failed = False
for number, function in enumerate(cases, 1):
    with tempfile.TemporaryDirectory(prefix="enclave-test-") as folder:
        try:
            function(pathlib.Path(folder).resolve())
            print(f"ok {number} - {function.__name__}")
        except Exception as problem:  # pylint: disable=broad-except
            failed = True
            print(f"not ok {number} - {function.__name__}\n# {problem!r}")
sys.exit(1 if failed else 0)
