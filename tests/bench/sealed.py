# SPDX-License-Identifier: GPL-3.0-or-later
"""What the seal costs: the start of the window, and a request to a server; and whether a start that finds a way to the Internet takes
longer than one that finds none. Arguments: build folder, runs."""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

START_LIMIT = 1.10
# Networks of the window's own: with nothing but this machine, and with a default route that leads nowhere.
LONELY = "ip link set lo up"
ROUTED = LONELY + "; ip route add default dev lo"
LATENCY_LIMIT_MS = 1.0


def run(build, home, arguments, project, network=None):
    environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=f"{home}/config", XDG_STATE_HOME=f"{home}/state",
                       XDG_DATA_HOME=f"{home}/data", XDG_CACHE_HOME=f"{home}/cache", XDG_RUNTIME_DIR=f"{home}/run",
                       GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo", GTK_A11Y="none", SHELL="/bin/sh")
    command = [f"{build}/tests/bench/window-probe", f"{build}/src/enclave", "--standalone", *arguments, project]
    if network is not None:
        command = ["unshare", "-n" if os.geteuid() == 0 else "-rn", "sh", "-ec", network + '; exec "$@"', "sh", *command]
    out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return float(dict(line.split("=") for line in out.splitlines())["usable_ms"])


def main():
    build, runs = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as home:
        for name in ("run", "project"):
            os.mkdir(f"{home}/{name}", 0o700)
        pathlib.Path(home, "project", "a.c").write_text("int a;\n", encoding="utf-8")
        starts = {"sealed": ([], None), "unsealed": (["--unsealed"], None), "alone": ([], LONELY), "routed": ([], ROUTED)}
        times = {name: [] for name in starts}
        # In turn, so that what else the machine does falls on both.
        for number in range(runs + 1):
            for name, (arguments, network) in starts.items():
                usable = run(build, home, arguments, f"{home}/project", network)
                if number:
                    times[name].append(usable)
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
        latency = subprocess.run([f"{build}/tests/bench/sealed-latency", "300"], check=False, capture_output=True, text=True,
                                 env={**environment, "HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config",
                                      "XDG_RUNTIME_DIR": f"{home}/run", "GSETTINGS_BACKEND": "memory"})
    if latency.returncode == 77:
        print(latency.stdout)
        return 77
    figures = dict(line.split("=") for line in latency.stdout.splitlines())
    ratio = statistics.median(times["sealed"]) / statistics.median(times["unsealed"])
    routed = statistics.median(times["routed"]) / statistics.median(times["alone"])
    added = float(figures["sealed_ms"]) - float(figures["direct_ms"])
    added_new = float(figures["sealed_new_ms"]) - float(figures["direct_new_ms"])
    for name, values in times.items():
        print(f"{name:8} usable {statistics.median(values):7.1f} ms ({min(values):.0f}-{max(values):.0f})")
    print(f"start: ratio {ratio:.3f} (limit {START_LIMIT})")
    print(f"start with a default route: ratio {routed:.3f} to one without (limit {START_LIMIT})")
    print(f"request: direct {figures['direct_ms']} ms, sealed {figures['sealed_ms']} ms, added {added:.3f} ms (limit {LATENCY_LIMIT_MS})")
    print(f"request with a connection of its own: direct {figures['direct_new_ms']} ms, sealed {figures['sealed_new_ms']} ms, "
          f"added {added_new:.3f} ms (limit {LATENCY_LIMIT_MS})")
    return 0 if max(ratio, routed) <= START_LIMIT and max(added, added_new) <= LATENCY_LIMIT_MS else 1


sys.exit(main())
