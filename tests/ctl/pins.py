# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator pins holds against the command line and the user's settings.

The program is one of a test build, which reads the policy from a place of the test's (ENCLAVE_TEST_WALLS_OFF_POLICY)."""

import json

from support import Project, Server, call, case, environment, equal, main, text


class Fleet(Project):
    def pin(self, words):
        path = self.base / "policy"
        path.write_text(words)
        path.chmod(0o644)
        self.variables = {**environment(self.home), "ENCLAVE_TEST_WALLS_OFF_POLICY": str(path), "GSETTINGS_BACKEND": "keyfile"}

    def run(self, *words):
        return super().run(*words, env=self.variables)


@case
def what_is_pinned_is_told():
    with Fleet() as fleet:
        fleet.pin("*.pem\n[settings]\nmode <= 'plan'\nsealed-mode-is-not-here = true\n")
        done = fleet.run("--json", "policy", "pins")
        equal(done.status, 1, done)
        assert "line 4" in done.document()["problem"], done
        fleet.pin("*.pem\n[settings]\nmode <= 'plan'\nupdate-check = 'off'\n[models]\nqwen3:*\n[mcp]\n")
        done = fleet.run("--json", "policy", "pins")
        equal(done.status, 0, done)
        told = done.document()
        equal([(item["name"], item["value"], item["limit"], item["line"]) for item in told["settings"]],
              [("mode", "'plan'", True, 3), ("update-check", "'off'", False, 4)])
        equal((told["models"], told["mcp"]), (["qwen3:*"], []))
        equal(fleet.run("--json", "doctor").document()["pinned"], told)
        words = fleet.run("doctor").out
        assert "mode <= 'plan'" in words and "MCP server: none" in words, words


@case
def nothing_is_pinned_on_an_ordinary_machine():
    with Fleet() as fleet:
        fleet.pin("*.pem\n")
        equal(fleet.run("--json", "policy", "pins").document()["settings"], [])
        assert "Nothing is pinned" in fleet.run("policy", "pins").out
        assert "Pinned" not in fleet.run("doctor").out


@case
def a_policy_that_cannot_be_used_closes_the_gate():
    with Fleet() as fleet:
        for words, mode in (("[settings]\nmode = edit\n", 0o644), ("[settings]\nmode = 'edit'\n", 0o666)):
            fleet.pin(words)
            (fleet.base / "policy").chmod(mode)
            done = fleet.run("policy", "list")
            equal(done.status, 1, done)
            assert "can’t be used" in done.err, done


@case
def a_user_can_pin_nothing():
    with Fleet() as fleet:
        fleet.pin("")
        (fleet.home / "config" / "enclave").mkdir(parents=True)
        (fleet.home / "config" / "enclave" / "policy").write_text("[settings]\nmode = 'ask'\n[deny]\n*.mine\n")
        done = fleet.run("--json", "policy", "list")
        equal(done.status, 0, done)
        patterns = [rule["pattern"] for rule in done.document() if rule["source"] == "user"]
        equal(patterns, ["*.mine"])
        assert "only the system’s policy" in done.err, done


@case
def a_mode_can_be_less_than_pinned_and_not_more():
    with Fleet() as fleet, Server([text("Done."), text("Done.")]) as server:
        fleet.pin("[settings]\nmode <= 'plan'\n")
        fleet.write_settings("mode='edit'")
        done = fleet.run("--json", "--endpoint", server.address, "ask", "--mode", "edit", "hello")
        equal(done.status, 3, done)
        equal(json.loads(done.out)["error"]["rule"], "system:mode")
        equal(server.requests, [])
        for mode in ("plan", "ask"):
            equal(fleet.run("--json", "--endpoint", server.address, "ask", "--mode", mode, "hello").status, 0)


@case
def without_a_word_the_agent_does_what_it_may():
    with Fleet() as fleet, Server([call("write_file", {"path": "new.txt", "content": "x\n"}), text("Done.")]) as server:
        fleet.pin("[settings]\nmode <= 'ask'\n")
        fleet.run("--json", "--endpoint", server.address, "ask", "--approve", "all", "write it")
        assert not (fleet.root / "new.txt").exists()
        offered = [tool["function"]["name"] for tool in server.requests[0]["tools"]]
        assert "write_file" not in offered and "read_file" in offered, offered


@case
def only_pinned_servers_are_asked():
    with Fleet() as fleet, Server([text("Done.")]) as mine, Server([text("Done.")]) as theirs:
        fleet.pin(f"[settings]\nservers = ['http://{theirs.address}']\ndiscover-servers = false\n")
        fleet.write_settings(f"servers=['http://{mine.address}']\ndiscover-servers=true")
        done = fleet.run("--json", "--endpoint", mine.address, "ask", "hello")
        assert done.status != 0 and mine.requests == [], done
        equal(fleet.run("--json", "--endpoint", theirs.address, "ask", "hello").status, 0)
        listed = {model["endpoint"] for model in fleet.run("--json", "models").document()}
        equal(listed, {f"http://{theirs.address}"})


@case
def only_pinned_models_are_there():
    with Fleet() as fleet, Server([text("Done.")], model="qwen3:8b") as server:
        fleet.pin("[models]\nllama*\n")
        equal(fleet.run("--json", "--endpoint", server.address, "models").document(), [])
        done = fleet.run("--endpoint", server.address, "--model", "qwen3:8b", "ask", "hello")
        assert done.status != 0 and server.requests == [], done
        fleet.pin("[models]\nllama*\nqwen3:*\n")
        equal([model["id"] for model in fleet.run("--json", "--endpoint", server.address, "models").document()], ["qwen3:8b"])


@case
def only_pinned_mcp_servers_may_start():
    with Fleet() as fleet:
        folder = fleet.home / "config" / "enclave"
        folder.mkdir(parents=True)
        servers = {"good": {"command": "/usr/bin/true", "args": ["a"], "env": {"TOKEN": "one"}}, "other": {"command": "/usr/bin/true"}}
        (folder / "mcp.json").write_text(json.dumps({"mcpServers": servers}))

        def state():
            return {server["name"]: server for server in fleet.run("--json", "mcp", "list").document()}

        fleet.pin("")
        free = state()
        equal([free[name]["enabled"] for name in ("good", "other")], [True, True])
        digest = free["good"]["digest"]
        fleet.pin(f"[mcp]\ngood {digest}\n")
        equal([state()[name]["enabled"] for name in ("good", "other")], [True, False])
        assert "administrator" in state()["other"]["reason"]
        # A secret is the person's own; another word of the command line is another server.
        servers["good"]["env"]["TOKEN"] = "two"
        (folder / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
        equal(state()["good"]["enabled"], True)
        for change in ({"args": ["b"]}, {"args": ["a", ""]}, {"env": {"TOKEN": "x", "LD_PRELOAD": "y"}}, {"command": "/usr/bin/false"},
                       {"enclave": {"workspace": "write"}}):
            changed = {**servers, "good": {**servers["good"], **change}}
            (folder / "mcp.json").write_text(json.dumps({"mcpServers": changed}))
            equal(state()["good"]["enabled"], False, change)


main()
