# SPDX-License-Identifier: GPL-3.0-or-later
"""Talks to enclave-confine as the launcher does: plans right and wrong, the report, the exit status, and that nothing runs
when confining fails.

Prints TAP. Arguments: the program, the view, the program that takes namespaces away, and whether walls can be taken away too."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM, VIEW, WITHOUT_NAMESPACES = (os.path.abspath(word) for word in sys.argv[1:4])
# Of another user it would take the power from fusermount3.
WITHOUT = [WITHOUT_NAMESPACES] if os.geteuid() == 0 else []
HAS_WALLS = sys.argv[4] == "walls"
BEFORE = ["unshare", "-Ur", "/bin/sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"']
cases = []


def case(function):
    cases.append(function)
    return function


def plan(*pairs):
    return b"".join(os.fsencode(word) + b"\0" for pair in pairs for word in pair)


def start(text, *before, walls=None):
    """Returns the process and the descriptor of its report."""
    plan_read, plan_write = os.pipe()
    report_read, report_write = os.pipe()
    child = subprocess.Popen([*before, PROGRAM, "--plan", str(plan_read), "--report", str(report_write)], cwd="/",
                             pass_fds=(plan_read, report_write), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, env={**os.environ, **({"ENCLAVE_TEST_WALLS_OFF": walls} if walls else {})})
    os.close(plan_read)
    os.close(report_write)
    os.write(plan_write, text)
    os.close(plan_write)
    return child, report_read


def run(text, *before, timeout=60, walls=None):
    """Returns the exit status, the report's lines and what the command wrote."""
    child, report_read = start(text, *before, walls=walls)
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


def answer_at(host, family=socket.AF_INET):
    """A server that sends all back that it is sent, and the addresses that came."""
    server = socket.create_server((host, 0), family=family)

    def serve():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    def echo(connection):
        with connection:
            while piece := connection.recv(65536):
                connection.sendall(piece)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


TALK = """import socket, sys, threading
def talk(host, port):
    c = socket.create_connection((host, port), 20)
    sent = bytes(range(256)) * 8192
    threading.Thread(target=lambda: (c.sendall(sent), c.shutdown(socket.SHUT_WR))).start()
    got = b""
    while piece := c.recv(65536):
        got += piece
    print(host, got == sent, flush=True)
for word in sys.argv[1:]:
    host, _, port = word.rpartition(":")
    try:
        talk(host.strip("[]"), int(port))
    except OSError as problem:
        print(host, type(problem).__name__, flush=True)
"""


def own_address():
    """Of another interface than the loopback, where there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
        except OSError:
            return None
        host = asking.getsockname()[0]
        return None if host.startswith("127.") else host


@case
def granted_addresses_are_reached_and_no_others(scratch):
    four, other, six = answer_at("127.0.0.1"), answer_at("127.0.0.1"), answer_at("::1", socket.AF_INET6)
    host = own_address()
    granted = [f"127.0.0.1:{four}", f"[::1]:{six}"] + ([f"{host}:{answer_at(host)}"] if host else [])
    (scratch / "talk.py").write_text(TALK)
    closed = [f"127.0.0.1:{other}", f"[::1]:{four}", f"127.0.0.2:{four}"] + ([f"{host}:{four}", "192.0.2.77:80"] if host else [])
    line = f"python3 {scratch}/talk.py " + " ".join(granted + granted + closed)
    status, report, output = run(shell(line, ("workspace", str(scratch)), *(("forward", word) for word in granted)))
    lines = output.splitlines()
    assert status == 0 and report == ["ready", "status 0"], (status, report, output)
    assert [line.split()[1] for line in lines] == ["True"] * 2 * len(granted) + lines_of(closed, lines), output
    status, report, output = run(shell(line, ("workspace", str(scratch))))
    assert "True" not in output and status == 0, output
    for wrong in ("localhost:1", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:8x", "[::1:8", "1.2.3:4", "", "x" * 300 + ":1"):
        status, report, _ = run(shell("echo ran", ("forward", wrong)))
        assert status == 125 and report[-1].startswith("failed "), (wrong, status, report)
    assert run(shell("true", *(("forward", f"127.0.0.1:{port}") for port in range(5000, 5009))))[0] == 125


def speak_then_hear(connection):
    """Takes nothing before all that it has to say is gone."""
    connection.sendall(bytes(32 << 20))
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass
    connection.close()


SPEAK_AND_HEAR = """import socket, sys, threading
c = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
threading.Thread(target=lambda: (c.sendall(bytes(32 << 20)), c.shutdown(socket.SHUT_WR))).start()
print(sum(len(piece) for piece in iter(lambda: c.recv(65536), b'')))
"""


@case
def both_directions_of_a_grant_flow_at_once(scratch):
    (scratch / "speak.py").write_text(SPEAK_AND_HEAR)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: speak_then_hear(server.accept()[0]), daemon=True).start()
        port = server.getsockname()[1]
        status, report, output = run(shell(f"python3 {scratch}/speak.py {port}", ("workspace", str(scratch)), ("forward", f"127.0.0.1:{port}")))
    assert (status, output) == (0, f"{32 << 20}\n"), (status, report, output)


def hear_all(server, heard):
    """Reads until the other end closes, and leaves its own open."""
    connection, _ = server.accept()
    connection.settimeout(20)
    heard.append(sum(len(piece) for piece in iter(lambda: connection.recv(65536), b"")))
    heard.append(connection)


@case
def what_is_sent_last_arrives(scratch):
    """A command that says something and ends at once is heard, however soon it ends and though nobody closes the other end."""
    sent = 300000
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        address = f"127.0.0.1:{server.getsockname()[1]}"
        line = f"head -c {sent} /dev/zero >/dev/tcp/{address.replace(':', '/')}"
        for _ in range(12):
            heard = []
            hearing = threading.Thread(target=hear_all, args=(server, heard))
            hearing.start()
            began = time.monotonic()
            status, report, output = run(plan(("env", "PATH=/usr/bin:/bin"), ("forward", address), ("arg", "/bin/bash"), ("arg", "-c"),
                                              ("arg", line)))
            took = time.monotonic() - began
            hearing.join()
            assert (status, heard[:1]) == (0, [sent]), (status, report, output, heard)
            assert took < 15, took


SERVER = """import socket, sys
server = socket.create_server(('127.0.0.1', 8123))
print('listening', flush=True)
while True:
    connection, _ = server.accept()
    data = connection.recv(65536)
    connection.sendall(data.upper())
    connection.close()
"""


def ask_socket(path, seconds=20):
    """What a server behind the socket sends back, once it listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(path))
                connection.sendall(b"hello")
                answer = connection.recv(65536)
                if answer:
                    return answer
            except OSError:
                pass
        time.sleep(0.05)
    return None


@case
def a_server_inside_is_reached_through_the_socket_alone(scratch):
    sockets, program = scratch / "sockets", scratch / "program"
    sockets.mkdir(mode=0o700)
    program.mkdir()
    (program / "server.py").write_text(SERVER)
    child, report = start(shell(f"exec python3 {program}/server.py", ("see", str(program)), ("socket-folder", str(sockets)),
                                ("serve-socket", str(sockets / "llm.sock")), ("serve-address", "127.0.0.1:8123")))
    try:
        assert ask_socket(sockets / "llm.sock") == b"HELLO"
        assert (sockets / "llm.sock").stat().st_mode & 0o077 == 0
        with socket.socket() as outside:
            assert outside.connect_ex(("127.0.0.1", 8123)) != 0
    finally:
        child.kill()
        child.communicate()
        os.close(report)
    assert ask_socket(sockets / "llm.sock", 0.5) is None, "the relay outlives its box"
    for words in ((("serve-socket", str(sockets / "x.sock")),), (("serve-address", "127.0.0.1:1"),),
                  *((("serve-socket", str(sockets / "x.sock")), ("serve-address", wrong))
                    for wrong in ("10.0.0.1:80", "127.0.0.1", "here:1", "")),
                  (("serve-socket", "/no/such/place.sock"), ("serve-address", "127.0.0.1:1")),
                  (("serve-socket", f"{sockets}/{'x' * 200}.sock"), ("serve-address", "127.0.0.1:1"))):
        status, lines, output = run(shell("echo ran", ("socket-folder", str(sockets)), *words))
        assert status == 125 and lines[-1].startswith("failed ") and output == "", (words, status, lines, output)


@case
def one_folder_can_be_written_and_nothing_in_it_run(scratch):
    store, seen = scratch / "store", scratch / "seen"
    store.mkdir()
    seen.mkdir()
    (seen / "model").write_text("weights")
    (store / "program").write_text("#!/bin/sh\necho ran\n")
    (store / "program").chmod(0o755)
    status, report, output = run(shell(
        f"echo new > {store}/file; cat {seen}/model; echo x > {seen}/model; rm {seen}/model; {store}/program; ls {scratch}",
        ("write", str(store)), ("see", str(seen / "model")), ("see", str(seen))))
    assert status == 0 and (store / "file").read_text() == "new\n", (status, report, output)
    assert (seen / "model").read_text() == "weights" and "ran" not in output, output
    assert sorted(output.splitlines()[-2:]) == ["seen", "store"], output
    assert run(shell("true", ("write", "/no/such")))[0] == 0
    assert run(shell("true", ("write", "relative")))[0] == 125


@case
def only_named_devices_are_there(scratch):
    status, _, output = run(shell("ls /dev; cat /dev/loop-control /dev/fuse", ("device", "/dev/fuse"), ("device", "/dev/no-such")))
    assert "fuse" in output.splitlines() if os.path.exists("/dev/fuse") else status != 0, output
    for wrong in ("/etc/passwd", "/dev/../etc/passwd", "fuse"):
        assert run(shell("true", ("device", wrong)))[0] == 125, wrong


def lines_of(closed, lines):
    words = [line.split()[1] for line in lines[-len(closed):]]
    return words if all(word.endswith("Error") or word == "timeout" for word in words) else ["an error"] * len(closed)


def find_landlock():
    return json.loads(subprocess.run([PROGRAM, "--probe"], capture_output=True, text=True, check=True).stdout)["landlock_abi"]


@case
def landlock_is_the_second_wall(scratch):
    """The folder of the devices is the box's own and could be written; only Landlock says no."""
    abi = find_landlock()
    if abi < 2:
        return f"SKIP this kernel has Landlock {abi}"
    line = "touch /dev/made 2>/dev/null; ls /dev/made 2>/dev/null; echo out >/dev/stdout; mkdir -p a b; touch a/f; mv a/f b/f && ls b"
    where = (("workspace", str(scratch)), ("folder", str(scratch)))
    for walls, made in ((None, ""), *((("landlock-abi=2", ""), ("landlock", "/dev/made\n")) if HAS_WALLS else ())):
        status, report, output = run(shell(line, *where), walls=walls)
        assert (status, output) == (0, made + "out\nf\n"), (walls, status, report, output)
    return None


def private_plan(scratch, line, *more, view=True):
    """A plan without namespaces, and the private folder in it."""
    project = scratch / "project"
    project.mkdir(exist_ok=True)
    (project / "notes").write_text("open words\n")
    (project / ".env").write_text("TOKEN=" + "closed" * 4 + "\n")
    place = pathlib.Path(tempfile.mkdtemp(prefix="private-", dir=scratch))
    view = (("view", VIEW), ("view-place", str(place / "project"))) if view else ()
    return shell(line, ("workspace", str(project)), ("private", str(place)), *view,
                 ("folder", str(place / "project") if view else str(project)), ("env", f"HOME={place}/.home"), *more), place


def reduced(function):
    """A case that needs what the level reduced is made of, told by whether it runs anything."""
    def checked(scratch):
        text, _ = private_plan(scratch, "true")
        status, report, _ = run(text, *WITHOUT)
        return function(scratch) if status == 0 else "SKIP " + report[-1]
    checked.__name__ = function.__name__
    return case(checked)


def is_clean(place):
    return not place.exists() and str(place) not in pathlib.Path("/proc/mounts").read_text(encoding="utf-8")


@reduced
def reduced_shows_the_view_alone(scratch):
    text, place = private_plan(scratch, f"cat notes; cat .env; cat {scratch}/project/notes {scratch}/project/.env /etc/shadow; ls {scratch} /; "
                               "echo x > new && cat new; echo x > ~/y && cat ~/y; touch /tmp/escaped; echo end")
    status, report, output = run(text, *WITHOUT)
    lines = [line for line in output.splitlines() if "denied" not in line]
    assert (status, lines) == (0, ["open words", "x", "x", "end"]), (status, report, output)
    assert "closed" not in output and output.count("ermission denied") >= 6, output
    assert report[0] == "ready" and report[-1] == "status 0" and any(line.startswith("refused builtin:dotenv") for line in report), report
    assert (scratch / "project/new").read_text() == "x\n" and is_clean(place)


@reduced
def reduced_removes_what_a_command_leaves(scratch):
    deep = "cd ~ && for i in $(seq 300); do mkdir d && cd d; done; cd ~; mkdir closed && touch closed/f && chmod 0 closed; ln -s / root; mkfifo p"
    text, place = private_plan(scratch, deep)
    outside = scratch / "outside"
    outside.mkdir(mode=0o500)
    (scratch / "project/link").symlink_to(outside)
    status, report, _ = run(text, *WITHOUT)
    assert status == 0 and is_clean(place), (status, report)


@reduced
def reduced_ends_the_whole_tree(scratch):
    for signal_number, whom in ((None, None), (signal.SIGKILL, "outer"), (signal.SIGKILL, "guard")):
        wait = "" if whom is None else "; sleep 4714.5"
        text, place = private_plan(scratch, "(setsid sleep 4714.5 &) ; setsid -f sleep 4714.5; sleep 0.2; echo begun" + wait)
        child, report = start(text, *WITHOUT)
        assert child.stdout.readline() == b"begun\n"
        if whom is not None:
            assert alive("4714.5")
            guard = next(int(pid) for pid in children_of(child.pid) if "enclave-confine" in name_of(pid))
            os.kill(child.pid if whom == "outer" else guard, signal_number)
        child.wait(60)
        deadline = time.monotonic() + 30
        while (alive("4714.5") or not is_clean(place)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not alive("4714.5") and is_clean(place), (whom, alive("4714.5"), is_clean(place))
        child.stdout.close()
        os.close(report)


def children_of(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()


def name_of(pid):
    return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")


@reduced
def reduced_reads_a_bare_workspace_only(scratch):
    """As git's own box does, which sees the project as it is."""
    text, place = private_plan(scratch, "cat notes; echo x > notes; touch new; ls", ("read-only", "1"), view=False)
    status, report, output = run(text, *WITHOUT)
    assert status == 0 and "open words" in output and is_clean(place), (status, report, output)
    assert (scratch / "project/notes").read_text() == "open words\n" and not (scratch / "project/new").exists()
    text, _ = private_plan(scratch, "true", view=False)
    status, report, _ = run(text, *WITHOUT)
    assert status == 125 and report[-1].startswith("failed "), report


@reduced
def reduced_refuses_what_it_cannot_hold(scratch):
    for walls in ("landlock", "landlock-abi=1") if HAS_WALLS else ():
        text, _ = private_plan(scratch, "echo ran")
        status, report, output = run(text, *WITHOUT, walls=walls)
        assert status == 125 and "Landlock" in report[-1] and output == "", (walls, status, report, output)
    text, place = private_plan(scratch, "echo ran")
    place.chmod(0o755)
    assert run(text)[0] == 125
    text, place = private_plan(scratch, "echo ran")
    (place / "project").mkdir()
    assert run(text)[0] == 125
    text, place = private_plan(scratch, "echo ran", ("mask", ".env"))
    assert run(text)[0] == 125
    text, place = private_plan(scratch, "echo ran", ("view-place", str(scratch / "elsewhere")))
    assert run(text)[0] == 125
    assert not alive("ran")


# No other run of this test on the machine sleeps as long.
NAP = f"4716.{os.getpid()}"
BOMBS = {
    "processes 300": f":() {{ : | : & }}; :; sleep {NAP}",
    "processes 301": f"for i in $(seq 2000); do setsid sleep {NAP} & done; wait",
    "processes 302": f"python3 -c 'import threading, time\nwhile True: threading.Thread(target=time.sleep, args=({NAP},)).start()'",
    "memory 200": "python3 -c 'x = []\nwhile True: x.append(bytearray(b\"x\") * (1 << 22))'",
    "memory 201": "head -c 20000000000 /dev/zero | tail",
}


# Since this kernel the box bounds its own processes; before, and without namespaces, nothing but the watch holds root, and a bomb
# that doubles would have all process numbers of the machine until it looks again.
HAS_BOUND = tuple(int(word) for word in os.uname().release.split(".")[:2]) >= (6, 14)


def hold_to_limits(start_plan, *before, bound):
    for limit, line in BOMBS.items():
        if line.startswith(":()") and not bound and os.geteuid() == 0:
            continue
        begun = time.monotonic()
        kind, number = limit.split()
        status, report, output = run(start_plan(line, ("max-tasks" if kind == "processes" else "max-memory-mib", number)), *before, timeout=60)
        assert status == 128 + 9 and "limit " + limit in report and report[-1] == "status 9", (limit, status, report, output[-500:])
        assert time.monotonic() - begun < 45, (limit, time.monotonic() - begun)
        assert not alive(NAP), limit


def bash(line, *more):
    return plan(("env", "PATH=/usr/bin:/bin"), *more, ("arg", "/bin/bash"), ("arg", "-c"), ("arg", line))


@case
def limits_hold(scratch):
    hold_to_limits(bash, bound=HAS_BOUND)
    if HAS_BOUND:
        outside = pathlib.Path("/proc/sys/kernel/pid_max").read_text()
        status, report, output = run(bash("cat /proc/sys/kernel/pid_max; echo 9999 >/proc/sys/kernel/pid_max", ("max-tasks", "1000")))
        assert output.startswith("1364\n") and status == 1, (status, report, output)
        assert pathlib.Path("/proc/sys/kernel/pid_max").read_text() == outside
    files = {"memory 202": "head -c 20000000000 /dev/zero > /tmp/big", "memory 203": "head -c 20000000000 /dev/zero > /dev/shm/big"}
    for limit, line in files.items():
        status, report, _ = run(bash(line, ("max-memory-mib", limit.split()[1])), timeout=60)
        assert status == 128 + 9 and "limit " + limit in report, (limit, status, report)
    status, report, output = run(bash("for i in $(seq 40); do sleep 0.6 & done; wait; echo fine", ("max-tasks", "100"), ("max-memory-mib", "500")))
    assert (status, output) == (0, "fine\n") and report == ["ready", "status 0"], (status, report, output)
    for wrong in ("-1", "x", "", "5 ", "99999999999999999999"):
        assert run(bash("true", ("max-tasks", wrong)))[0] == 125, wrong


@reduced
def limits_hold_when_reduced(scratch):
    hold_to_limits(lambda line, *more: private_plan(scratch, line, *more)[0].replace(b"arg\0/bin/sh", b"arg\0/bin/bash"), *WITHOUT, bound=False)


# Found by util-linux's unshare, not by the program under test.
if subprocess.run(["unshare", "-Ur", "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
    print("1..0 # SKIP this system gives no user namespaces, so no command can be confined")
    sys.exit(0)
print(f"1..{len(cases)}")
failed = False
for number, function in enumerate(cases, 1):
    with tempfile.TemporaryDirectory(prefix="enclave-test-") as folder:
        try:
            words = function(pathlib.Path(folder).resolve())
            print(f"ok {number} - {function.__name__}" + (f" # {words}" if words else ""))
        except Exception as problem:  # pylint: disable=broad-except
            failed = True
            print(f"not ok {number} - {function.__name__}\n# {problem!r}")
sys.exit(1 if failed else 0)
