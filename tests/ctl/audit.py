# SPDX-License-Identifier: GPL-3.0-or-later
"""audit: what is recorded, shown and exported, and what is noticed."""

import http.server
import json
import os
import shutil
import subprocess
import threading

from support import PROGRAM, Project, boxed, case, environment, equal, main


def log_of(project):
    return os.path.join(project.home, "state", "enclave", "audit", "audit.jsonl")


def records(project):
    return [json.loads(line) for line in project.run("audit", "export").out.splitlines()]


def work(project):
    (project.root / "notes.md").write_text("words\n")
    (project.root / ".env").write_text("KEY=hunter22hunter22\n")
    project.run("tool", "call", "read_file", '{"path": "notes.md"}')
    project.run("tool", "call", "read_file", '{"path": ".env"}')
    project.run("tool", "call", "write_file", '{"path": "new.md", "content": "brand new words"}', "--approve", "edits")
    project.run("run", "--", "sh", "-c", "exit 3")


@case
def nothing_to_verify_is_six():
    with Project() as project:
        result = project.run("audit", "verify")
        equal(result.status, 6, result)
        equal(result.out, "", result)
        result = project.run("--json", "audit", "verify")
        equal(result.status, 6, result)
        equal(json.loads(result.out)["records"], 0, result)
        equal(project.run("audit", "show").status, 0)
        equal(project.run("audit", "export").out, "")
        assert not os.path.exists(log_of(project))


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends whoever asks to somewhere else, always the same."""

    def do_GET(self):  # pylint: disable=invalid-name
        self.server.asked += 1
        self.send_response(302)
        self.send_header("Location", "http://192.0.2.1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *unused):  # pylint: disable=arguments-differ
        pass


@case
def what_repeats_itself_is_in_the_ledger_at_the_end():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server, Project() as project:
        server.asked = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        project.run("--endpoint", f"http://127.0.0.1:{server.server_port}", "models")
        server.shutdown()
        path = os.path.join(project.home, "state", "enclave", "egress", "audit.jsonl")
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        refused = [line for line in lines if line.get("event") == "refused"]
        assert server.asked >= 2, server.asked
        equal(sum(line.get("times", 1) for line in refused), server.asked, refused)
        # What was open is closed once.
        events = [(line["run"], line["number"]) for line in lines if line.get("event") == "closed"]
        equal(len(events), len(set(events)), events)


@case
def wrong_usage_is_two():
    with Project() as project:
        for words in ([], ["frob"], ["show", "a", "b"], ["verify", "a", "b"]):
            equal(project.run("audit", *words).status, 2, words)
        equal(project.run("audit", "verify", "/nonexistent").status, 1)
        equal(project.run("audit", "verify", "/dev/zero").status, 1)


@case
def what_was_done_is_there():
    with Project() as project:
        work(project)
        lines = records(project)
        made = [(r["decision"], r["actor"], r["tool"], r["effect"], r["path"]) for r in lines if r["kind"] != "note"]
        assert ("allowed", "agent", "read_file", "read", "notes.md") in made, made
        assert ("denied", "agent", "read_file", "read", ".env") in made, made
        assert any(m[3] == "write" and m[4] == "new.md" for m in made), made
        ran = [r for r in lines if r.get("tool") == "run"]
        if ran[0]["decision"] == "allowed":
            equal([r["decision"] for r in ran], ["allowed", "finished"])
            equal(ran[1]["exit_status"], 3)
        else:
            equal([r["decision"] for r in ran], ["denied"])
        denied = [r for r in lines if r.get("decision") == "denied"][0]
        equal(denied["rule"], "builtin:dotenv")
        equal(json.loads(denied["arguments"]), {"path": ".env"})
        read = [r for r in lines if r.get("path") == "notes.md"][0]
        status = os.stat(os.path.join(project.root, "notes.md"))
        equal((read["device"], read["inode"]), (status.st_dev, status.st_ino))
        equal(read["folder"], os.path.realpath(project.root))
        with open(log_of(project), encoding="utf-8") as file:
            whole = file.read()
        assert "hunter22" not in whole and "brand new words" not in whole and "words\n" not in whole
        result = project.run("audit", "verify")
        equal(result.status, 0, result)
        shown = project.run("audit", "show")
        assert "builtin:dotenv" in shown.out, shown
        equal(len(json.loads(project.run("--json", "audit", "show").out)), len(lines))


@case
def tampering_is_named():
    def change(lines):
        lines[1] = lines[1].replace(b'"session":', b'"sessiom":')

    def remove(lines):
        del lines[1]

    def swap(lines):
        lines[1], lines[2] = lines[2], lines[1]

    def cut(lines):
        del lines[-1]

    def empty(lines):
        lines.clear()

    for tamper, verdict, seq in ((change, "changed", 2), (remove, "removed", 2), (swap, "reordered", 2),
                                 (cut, "truncated", None), (empty, "truncated", 1)):
        with Project() as project:
            work(project)
            with open(log_of(project), "rb") as file:
                lines = file.read().splitlines(keepends=True)
            last = len(lines)
            tamper(lines)
            with open(log_of(project), "wb") as file:
                file.write(b"".join(lines))
            result = project.run("--json", "audit", "verify")
            equal(result.status, 1, (verdict, result))
            error = json.loads(result.out)["error"]
            equal((error["domain"], error["code"], error["seq"]), ("audit", verdict, last if seq is None else seq), result)
            result = project.run("audit", "verify")
            equal(result.status, 1, result)
            assert "First bad record: number" in result.err, result
            # What comes later does not cover it up.
            project.run("tool", "call", "read_file", '{"path": "notes.md"}')
            equal(project.run("audit", "verify").status, 1, verdict)


@case
def a_removed_log_is_missed():
    with Project() as project:
        work(project)
        shutil.rmtree(os.path.dirname(log_of(project)))
        equal(project.run("audit", "verify").status, 1)
        project.run("tool", "call", "read_file", '{"path": "notes.md"}')
        equal(project.run("audit", "verify").status, 1)


@case
def a_crash_is_no_alarm():
    with Project() as project:
        work(project)
        with open(log_of(project), "ab") as file:
            file.write(b'{"seq":99,"ti')
        result = project.run("audit", "verify")
        equal(result.status, 0, result)
        assert "not finished" in result.err, result
        project.run("tool", "call", "read_file", '{"path": "notes.md"}')
        equal(project.run("audit", "verify").status, 0)


@case
def a_file_of_somebody_else():
    with Project() as project:
        work(project)
        copy = os.path.join(project.home, "copy.jsonl")
        shutil.copy(log_of(project), copy)
        equal(project.run("audit", "verify", copy).status, 0)
        shown = project.run("audit", "show", copy)
        assert "notes.md" in shown.out, shown
        with open(copy, "rb") as file:
            data = file.read()
        with open(copy, "wb") as file:
            file.write(data.replace(b"notes.md", b"other.md", 1))
        equal(project.run("audit", "verify", copy).status, 1)


@case
def no_log_no_work():
    with Project() as project:
        work(project)
        os.remove(log_of(project))
        os.mkdir(log_of(project))
        result = project.run("--json", "tool", "call", "read_file", '{"path": "notes.md"}')
        equal(result.status, 1, result)
        equal(json.loads(result.out)["error"]["code"], "not-recorded", result)
        assert "words" not in result.out
        result = project.run("run", "--", "sh", "-c", "echo ran >made")
        equal(result.status, 125, result)
        assert not os.path.exists(os.path.join(project.root, "made"))
        result = project.run("tool", "call", "write_file", '{"path": "late.md", "content": "x"}', "--approve", "edits")
        equal(result.status, 1, result)
        assert not os.path.exists(os.path.join(project.root, "late.md"))


def with_keyring(project):
    """libsecret's keyring in a file."""
    return {**environment(project.home), "SECRET_BACKEND": "file",
            "SECRET_FILE_TEST_PATH": str(project.home / "keyring"), "SECRET_FILE_TEST_PASSWORD": "test"}


@case
def a_keyring_seals_and_remembers():
    with Project() as project:
        env = with_keyring(project)
        for _ in range(3):
            equal(project.run("tool", "call", "read_file", '{"path": "a.txt"}', env=env).status, 0)
        report = project.run("--json", "audit", "verify", env=env).document()
        equal((report["ok"], report["key"], report["anchors"]), (True, True, 2), report)
        equal(report["seals"], 3, report)
        equal(report["sealed_seq"], report["last_seq"], report)
        assert "sealed with a key" in project.run("doctor", env=env).out
        # A seal of another key.
        os.rename(project.home / "keyring", project.home / "other")
        equal(project.run("tool", "call", "read_file", '{"path": "a.txt"}', env=env).status, 0)
        result = project.run("--json", "audit", "verify", env=env)
        equal(result.document()["error"]["code"], "seal", result)
        os.rename(project.home / "other", project.home / "keyring")
        # Log and anchor file go together; the keyring knows, and what comes later does not cover it up.
        shutil.rmtree(os.path.dirname(log_of(project)))
        for name in os.listdir(project.home / "config" / "enclave"):
            if name.startswith("audit-anchor"):
                os.remove(project.home / "config" / "enclave" / name)
        result = project.run("--json", "audit", "verify", env=env)
        equal((result.status, result.document()["error"]["code"]), (1, "truncated"), result)
        for _ in range(2):
            equal(project.run("tool", "call", "read_file", '{"path": "a.txt"}', env=env).status, 0)
            equal(project.run("audit", "verify", env=env).status, 1)


@case
def doctor_tells():
    with Project() as project:
        told = json.loads(project.run("--json", "doctor").out)
        equal(told["audit"]["key"], False)
        assert told["audit"]["file"].endswith("audit.jsonl")
        assert "plain chain" in project.run("doctor").out


FULL_DISK = """
set -u
mount -t tmpfs -o size=64k,mode=0700 none "$XDG_STATE_HOME"
"$PROGRAM" tool call read_file '{"path": "a.txt"}' >/dev/null || exit 10
dd if=/dev/zero of="$XDG_STATE_HOME/filler" bs=1k 2>/dev/null
refused=''
# What the last page of the log still holds is written.
for number in $(seq 40); do
  "$PROGRAM" --json tool call read_file '{"path": "a.txt"}' >"$HOME/answer" 2>/dev/null || { refused=$number; break; }
done
[ -n "$refused" ] || exit 11
cat "$HOME/answer"
"$PROGRAM" tool call --approve all write_file '{"path": "made.txt", "content": "x"}' >/dev/null 2>&1 && exit 12
[ ! -e made.txt ] || exit 13
"$PROGRAM" run -- true >/dev/null 2>&1 && exit 14
"$PROGRAM" audit verify >/dev/null 2>&1 || exit 15
rm "$XDG_STATE_HOME/filler"
"$PROGRAM" tool call read_file '{"path": "a.txt"}' >/dev/null || exit 16
"$PROGRAM" audit verify >/dev/null 2>&1 || exit 17
"""


@case
@boxed
def a_full_disk_stops_the_agent_and_leaves_the_log_whole():
    """A disk of its own that is really full, not a log that can't be opened."""
    with Project() as project:
        env = {**environment(project.home), "PROGRAM": PROGRAM}
        os.makedirs(env["XDG_STATE_HOME"])
        done = subprocess.run(["unshare", "-Urm", "sh", "-c", FULL_DISK], env=env, cwd=project.root, capture_output=True,
                              timeout=120)
        equal(done.returncode, 0, done)
        answer = json.loads(done.stdout)
        equal((answer["ok"], answer["error"]["code"]), (False, "not-recorded"), done)
        assert "No space left" in answer["error"]["message"], answer


main()
