# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, doctor, models, and what must work where there is nothing."""

import json
import os
import shutil
import socket
import subprocess
import time

from support import PROGRAM, Project, Server, case, environment, equal, main, text


@case
def help_and_version_need_nothing():
    with Project() as project:
        for words in (["--help"], ["-h"], ["ask", "--help"], ["--version"]):
            result = project.run(*words, env={"PATH": os.environ["PATH"]})
            equal(result.status, 0, result)
            equal(result.err, "", result)
        assert "policy" in project.run("--help").out
        assert "--approve" in project.run("ask", "--help").out


@case
def wrong_usage_is_two():
    with Project() as project:
        for words in ([], ["--bogus"], ["doctor", "--bogus"], ["frob"], ["--json=1", "doctor"], ["--workspace"],
                      ["--workspace", "", "doctor"], ["-x"], ["ask"], ["ask", "  "], ["tool"], ["tool", "call"],
                      ["tool", "frob"], ["tool", "call", "read_file", "{", "--approve", "none"],
                      ["tool", "call", "read_file", "[]"], ["tool", "call", "read_file", "{}", "--approve", "some"],
                      ["policy"], ["policy", "check"], ["apply"], ["tour"], ["undo", "x"], ["redo", "1", "2"],
                      ["undo", "--conflicts", "frob"], ["checkpoints", "frob"],
                      ["doctor", "more"], ["models", "more"], ["ask", "--mode", "frob", "hi"],
                      ["ask", "--max-rounds", "0", "hi"], ["ask", "--max-rounds", "many", "hi"],
                      ["--endpoint", "ftp://127.0.0.1", "models"]):
            result = project.run(*words)
            equal(result.status, 2, (words, result))
            equal(result.out, "", (words, result))
            assert result.err.startswith("enclavectl: "), (words, result)


@case
def wrong_usage_in_json_is_one_document():
    with Project() as project:
        for words in (["--json", "frob"], ["frob", "--json"], ["tool", "call", "--json"], ["--json"]):
            document = project.run(*words).document()
            equal(document["ok"], False)
            equal(document["error"]["code"], "usage")


@case
def options_stand_before_and_after_the_command():
    with Project() as project:
        root = str(project.root)
        for words in (["--workspace", root, "--json", "policy", "list"], ["policy", "--json", "list", f"--workspace={root}"],
                      ["policy", "list", "--json", "--workspace", root]):
            result = project.run(*words, cwd="/")
            equal(result.status, 0, result)
            assert any(rule["id"] == "builtin:dotenv" for rule in result.document())


@case
def doctor_tells_what_works():
    with Project() as project:
        result = project.run("--json", "doctor")
        equal(result.status, 0, result)
        document = result.document()
        assert document["sandbox"]["level"] in ("full", "reduced", "masked", "tools-only")
        for member, kind in (("user_namespaces", bool), ("fuse", bool), ("landlock_abi", int), ("openat2", bool),
                             ("reason", str)):
            assert isinstance(document["sandbox"][member], kind), member
        assert isinstance(document["engines"], list)
        equal(document["secret_service"], False)
        assert document["hardware"]["ram_bytes"] > 0
        tiers = document["hardware"]["advice"]
        equal([tier["size"] for tier in tiers], ["7B–14B", "30B–34B", "70B+"])
        equal(tiers[1]["use"], "features, bug hunting")
        for tier in tiers:
            equal(tier["fits"], tier["tokens_per_second"] > 0)
        equal(document["network"]["mode"], "this-machine")
        equal(document["network"]["allowed"], [])
        human = project.run("doctor")
        equal(human.status, 0, human)
        assert document["sandbox"]["level"] in human.out


@case
def doctor_names_the_server():
    with Project() as project, Server([]) as server:
        document = project.run("--json", "--endpoint", server.address, "doctor").document()
        equal(len(document["engines"]), 1, document)
        equal(document["engines"][0]["url"], f"http://{server.address}")
        equal(document["engines"][0]["kind"], "openai")
        equal(document["engines"][0]["models"], ["script"])
        equal(document["engines"][0]["cloud"], "none")
        equal(document["roles"], {"chat": f"http://{server.address} script", "completion": "", "edit": "", "warnings": []})


@case
def nothing_is_needed_to_start():
    with Project() as project:
        # Without HOME the folders would be those of whoever runs the tests.
        for env in ({"PATH": os.environ["PATH"], "LC_ALL": "C", "XDG_CONFIG_HOME": str(project.home / "config")},
                    {"PATH": os.environ["PATH"], "HOME": "/dev/null/home", "XDG_RUNTIME_DIR": "/nonexistent"}):
            env["XDG_STATE_HOME"] = str(project.home / "state")
            result = project.run("--json", "doctor", env={**env, "GSETTINGS_BACKEND": "memory"})
            equal(result.status, 0, result)
            result.document()
            result = project.run("--json", "tool", "call", "read_file", '{"path":"a.txt"}', env=env)
            equal(result.status, 0, result)


@case
def a_bus_that_says_nothing_holds_nobody():
    with Project() as project, socket.socket(socket.AF_UNIX) as listener:
        path = str(project.base / "bus")
        listener.bind(path)
        listener.listen()
        env = {**environment(project.home), "DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}
        begun = time.monotonic()
        result = project.run("--json", "doctor", env=env)
        equal((result.status, result.document()["secret_service"]), (0, False), result)
        assert time.monotonic() - begun < 20


@case
def without_its_parts_the_rest_works():
    # A copy outside the build finds neither schema nor launcher, unless Enclave is installed on this machine.
    with Project() as project:
        copy = project.base / "enclavectl"
        shutil.copy(PROGRAM, copy)
        run = lambda *words: subprocess.run([copy, *words], cwd=project.root, env=environment(project.home),
                                            stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        done = run("--json", "doctor")
        equal(done.returncode, 0, done)
        if json.loads(done.stdout)["sandbox"]["level"] == "tools-only":
            done = run("--json", "run", "--", "true")
            equal((done.returncode, json.loads(done.stdout)["error"]["code"]), (125, "not-confined"), done)
            done = run("--json", "--endpoint", "tour:", "ask", "hi")
            assert done.returncode in (1, 4), done
        equal(run("policy", "check", ".env").returncode, 3)
        equal(run("tool", "call", "read_file", '{"path":"a.txt"}').returncode, 0)


@case
def closed_descriptors_are_harmless():
    with Project() as project:
        done = subprocess.run(["sh", "-c", 'exec "$0" policy check a.txt <&- >&- 2>&-', PROGRAM], cwd=project.root,
                              env=environment(project.home), timeout=60)
        equal(done.returncode, 0)
        equal((project.root / "a.txt").read_text(), "first\nsecond\n")


@case
def a_reader_that_goes_away_is_no_crash():
    with Project() as project:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([PROGRAM, "policy", "list"], cwd=project.root, env=environment(project.home),
                              stdout=writer, timeout=60)
        os.close(writer)
        equal(done.returncode, 1)


@case
def missing_workspace_is_told():
    with Project() as project:
        for words in (["policy", "list"], ["tool", "call", "read_file", '{"path":"a.txt"}']):
            result = project.run("--json", "--workspace", str(project.base / "none"), *words)
            equal(result.status, 1, result)
            assert "none" in result.document()["error"]["message"]


@case
def models_are_listed_with_their_facts():
    with Project() as project, Server([]) as server:
        result = project.run("models", "--json", "--endpoint", f"http://{server.address}/v1/")
        equal(result.status, 0, result)
        model, = result.document()
        for member in ("id", "endpoint", "kind", "family", "parameters", "quantization", "size_bytes", "context_max",
                       "context_loaded", "capabilities", "remote"):
            assert member in model, member
        equal(model["id"], "script")
        equal(model["remote"], False)


@case
def probe_says_what_a_model_can_and_keeps_it():
    entry = {"id": "script", "object": "model", "owned_by": "test"}
    routes = {"/v1/models": {"data": [entry]}, "/v1/completions": {"choices": [{"text": "a + b"}]}}
    written = '<tool_call>\n{"name": "read_file", "arguments": {"path": "README.md"}}\n</tool_call>'
    long = text("Yes")
    long[-2]["usage"] = {"prompt_tokens": 40000, "completion_tokens": 1}
    replies = [text("one ", "two "), text("I would read it."), text(written), text('{"answer": 5}')] + [long] * 4
    with Project() as project, Server(replies, routes=routes) as server:
        result = project.run("--json", "--endpoint", server.address, "probe", "script", "--temperature", "0.25",
                             "--reply-tokens", "321")
        equal(result.status, 0, result)
        document = result.document()
        equal([document[name]["verdict"] for name in ("stream", "native_tools", "text_tools", "json_schema",
                                                      "fill_in_middle")], ["yes", "no", "yes", "yes", "yes"], result)
        equal((document["tool_form"], document["window"]["manner"], document["window"]["measured"]),
              ("text", "holds", 40000), result)
        kept = sorted((project.home / "state" / "enclave" / "models").iterdir())
        equal([document["switches"][name] for name in ("set", "thinking", "temperature", "reply_tokens")],
              [True, "auto", 0.25, 321])
        equal([file.stat().st_mode & 0o777 for file in kept], [0o600] * 3)
        assert (project.home / "state" / "enclave" / "models" / (document["digest"] + ".json")) in kept, kept
        server.requests.clear()
        server.replies += [text("Hello.")]
        equal(project.run("--endpoint", server.address, "ask", "hi").status, 0)
        assert "tools" not in server.requests[0] and "read_file {" in server.requests[0]["messages"][0]["content"]
        equal((server.requests[0]["temperature"], server.requests[0]["max_tokens"]), (0.25, 321))
        server.replies += [text("one ", "two ")] + [text("x")] * 4  # Above its window it says that it has read 1000.
        human = project.run("--endpoint", server.address, "--model", "script", "probe")
        equal(human.status, 0, human)
        assert "Calls tools: No" in human.out and "measured 1000" in human.out.lower(), human
        equal(project.run("--endpoint", server.address, "probe", "none-such").status, 1)
        equal(project.run("--endpoint", server.address, "probe", "a", "b").status, 2)
        for words in (["--thinking", "perhaps"], ["--temperature", "3"], ["--temperature", "x"], ["--reply-tokens", "-1"]):
            equal(project.run("--endpoint", server.address, "probe", *words).status, 2)


@case
def servers_with_tools_of_their_own_are_told():
    entry = {"id": "script", "owned_by": "llamacpp"}
    routes = {"/v1/models": {"data": [entry]}, "/props": {"default_generation_settings": {"n_ctx": 4096}},
              "/tools": [{"tool": "exec_shell_command"}]}
    with Project() as project, Server([], routes=routes) as server:
        result = project.run("--json", "--endpoint", server.address, "models")
        equal(result.document()[0]["warnings"], ["server-tools"], result)
        assert "tools of its own" in result.err
        doctor = project.run("--json", "--endpoint", server.address, "doctor").document()
        equal((doctor["engines"][0]["warnings"], doctor["engines"][0]["enforces_local"]), (["server-tools"], False))


@case
def a_remote_model_is_listed_and_refused():
    local = {"name": "small:1b", "model": "small:1b", "size": 1000, "details": {"family": "test"}}
    remote = {"name": "big:cloud", "model": "big:cloud", "size": 300, "remote_host": "https://cloud.example",
              "remote_model": "big", "details": {}}
    routes = {"/api/version": {"version": "0.20.7"}, "/api/tags": {"models": [remote, local]}, "/api/ps": {"models": []}}
    with Project() as project, Server([], routes=routes) as server:
        result = project.run("--json", "--endpoint", server.address, "models")
        equal(result.status, 0, result)
        equal({model["id"]: model["remote"] for model in result.document()}, {"small:1b": False, "big:cloud": True})
        human = project.run("--endpoint", server.address, "models")
        assert "refused" in human.out, human
        result = project.run("--json", "--endpoint", server.address, "--model", "big:cloud", "ask", "hi")
        equal(result.status, 3, result)
        equal(result.lines()[-1]["error"]["code"], "remote-model")
        equal(server.requests, [])


@case
def names_of_any_bytes_are_shown():
    with Project() as project:
        result = project.run("--json", "policy", "check", os.fsdecode(b"sub/\xff.c"), os.fsdecode(b"\xff/.env"),
                             "sub/\x1b[31m.c")
        equal(result.status, 3, result)
        equal([entry["verdict"] for entry in result.document()], ["allow", "deny", "deny"])
        result = project.run("policy", "check", os.fsdecode(b"sub/\xff\x1b[31m.c"))
        assert "\x1b" not in result.out + result.err, result


@case
def a_dead_server_is_four():
    with Project() as project:
        for words in (["models"], ["ask", "hello"]):
            result = project.run("--json", "--endpoint", "127.0.0.1:1", *words)
            equal(result.status, 4, result)
            error = json.loads(result.out)["error"]
            equal((error["domain"], error["code"]), ("inference", "offline"))


@case
def an_address_elsewhere_is_refused():
    with Project() as project:
        for address in ("http://192.0.2.1:11434", "http://model.example"):
            result = project.run("--json", "--endpoint", address, "models")
            equal(result.status, 3, result)
            equal(result.document()["error"]["code"], "address")


main()
