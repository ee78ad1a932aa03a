# SPDX-License-Identifier: GPL-3.0-or-later
"""run: exit statuses, pipes and terminals, and what a command can't reach."""

import fcntl
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import termios
import time

from support import PROGRAM, Project, boxed, case, environment, equal, main


def on_terminal(project, words, typed=b"", until=b"", timeout=30):
    """Runs on a PTY of 100 by 30; types once `until` was printed. Gives status and output."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(project.root)
        os.execve(PROGRAM, [PROGRAM, *words], environment(project.home))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    output = b""
    end = time.monotonic() + timeout
    try:
        while time.monotonic() < end:
            if not select.select([master], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            output += piece
            if typed and until in output:
                os.write(master, typed)
                typed = b""
        else:
            os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"no end: {output!r}")
    finally:
        os.close(master)
        unused, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), output


@case
@boxed
def exit_statuses_are_the_commands_own():
    with Project() as project:
        for words, expected in ((["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "exit 125"], 125),
                                (["sh", "-c", "kill -9 $$"], 137), (["sh", "-c", "kill -15 $$"], 143),
                                (["no-such-command"], 127), (["./a.txt"], 126)):
            result = project.run("run", "--", *words)
            equal(result.status, expected, (words, result))
        equal(project.run("run", "sh", "-c", "exit 3").status, 3)


@case
@boxed
def own_failures_are_125():
    with Project() as project:
        for words, code in ((["run"], "usage"), (["run", "--bogus", "true"], "usage"),
                            (["--workspace", "/dev/null/folder", "run", "true"], None)):
            result = project.run("--json", *words)
            equal(result.status, 125, result)
            error = result.lines()[-1]["error"]
            assert code is None or error["code"] == code, error


@case
@boxed
def output_is_passed_on_unmodified():
    with Project() as project:
        result = project.run("run", "--", "printf", r"a\nb\r\n\377\000\033[1mz")
        equal((result.status, result.bytes), (0, b"a\nb\r\n\xff\x00\x1b[1mz"), result)
        result = project.run("run", "--", "sh", "-c", "test -t 1 || echo no terminal")
        equal(result.out, "no terminal\n")


@case
@boxed
def input_is_forwarded_whole():
    with Project() as project:
        data = bytes(range(256)) * 8192
        result = project.run("run", "--", "sh", "-c", "sleep 0.3; cat", input=data)
        equal(result.status, 0, result.err)
        assert result.bytes == data, len(result.bytes)
        equal(project.run("run", "--", "sh", "-c", "head -c 1", input=data).bytes, b"\x00")


@case
@boxed
def json_gives_lines():
    with Project() as project:
        lines = project.run("--json", "run", "--", "sh", "-c", "echo one; echo two >&2; printf '\\377'; exit 4").lines()
        equal({line["event"] for line in lines}, {"output", "exit"})
        equal("".join(line["text"] for line in lines[:-1]), "one\ntwo\n\ufffd")
        equal((lines[-1]["status"], lines[-1]["ok"]), (4, True))
        equal(project.run("--json", "run", "--", "sh", "-c", "kill -9 $$").lines()[-1]["signal"], 9)


@case
@boxed
def env_can_not_be_read_by_any_name():
    with Project() as project:
        for path in (".env", "sub/../.env", "link", "absolute", "hard", f"/proc/self/root{project.root}/.env"):
            result = project.run("run", "--", "cat", path)
            assert result.status != 0, (path, result)
            assert "the-secret" not in result.out + result.err, path
        result = project.run("run", "--", "grep", "-r", "the-secret", ".")
        assert "KEY=" not in result.out, result


@case
@boxed
def nothing_is_reached_on_the_network():
    with Project() as project, socket.create_server(("127.0.0.1", 0)) as listener:
        line = f"echo hi >/dev/tcp/127.0.0.1/{listener.getsockname()[1]}"
        listener.settimeout(10)
        equal(subprocess.run(["bash", "-c", line], timeout=20).returncode, 0)
        connection, unused = listener.accept()
        equal(connection.recv(16), b"hi\n")
        connection.close()
        result = project.run("run", "--", "bash", "-c", line)
        assert result.status != 0, result
        listener.settimeout(0.5)
        try:
            listener.accept()
        except TimeoutError:
            return
        raise AssertionError("the command reached the listener")


@case
@boxed
def a_terminal_is_a_terminal_inside():
    with Project() as project:
        status, output = on_terminal(project, ["run", "--", "sh", "-c", "test -t 0 && test -t 1 && stty size; exit 6"])
        equal(status, 6, output)
        assert b"30 100" in output, output


@case
@boxed
def keys_go_to_the_command():
    with Project() as project:
        status, output = on_terminal(project, ["run", "--", "sh", "-c", "echo ready; read x; echo got $x"],
                                     b"word\r", b"ready")
        equal(status, 0, output)
        assert b"got word" in output, output
        status, output = on_terminal(project, ["run", "--", "sh", "-c", "trap 'exit 9' INT; echo ready; sleep 20"],
                                     b"\x03", b"ready")
        equal(status, 9, output)


@case
@boxed
def the_terminal_is_left_as_it_was():
    with Project() as project:
        outside, inside = pty.openpty()
        before = termios.tcgetattr(inside)
        process = subprocess.Popen([PROGRAM, "run", "--", "sh", "-c", "echo ready; sleep 0.5"], cwd=project.root,
                                   env=environment(project.home), stdin=inside, stdout=inside)
        output = b""
        while b"ready" not in output:
            output += os.read(outside, 4096)
        assert termios.tcgetattr(inside) != before
        equal(process.wait(timeout=20), 0)
        equal(termios.tcgetattr(inside), before)
        os.close(outside)
        os.close(inside)


@case
@boxed
def input_ends_on_a_terminal_too():
    with Project() as project:
        for data in (b"", b"line\n", b"no line end"):
            outside, inside = pty.openpty()
            done = subprocess.run([PROGRAM, "run", "--", "wc", "-c"], cwd=project.root, env=environment(project.home),
                                  input=data, stdout=inside, timeout=20)
            os.close(inside)
            equal(done.returncode, 0)
            assert str(len(data)).encode() in os.read(outside, 4096)
            os.close(outside)


@case
@boxed
def a_signal_ends_the_command():
    with Project() as project:
        for number in (signal.SIGINT, signal.SIGTERM):
            process = project.start("run", "--", "sh", "-c", "echo ready; sleep 50")
            equal(process.stdout.readline(), b"ready\n")
            process.send_signal(number)
            process.communicate(timeout=20)
            equal(process.returncode, 128 + number)


@case
@boxed
def a_reader_that_goes_away_ends_the_command():
    with Project() as project:
        process = project.start("run", "--", "yes")
        equal(process.stdout.readline(), b"y\n")
        process.stdout.close()
        process.stderr.close()
        process.wait(timeout=20)


main()
