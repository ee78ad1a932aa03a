# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers as people run them, unchanged, through `enclavectl mcp`: started by the command lines of their own documentation, confined."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ctl"))
from database import Database  # noqa: E402
from support import Project, Skip, case, environment, main  # noqa: E402

SERVERS = pathlib.Path(os.environ.get("ENCLAVE_MCP_SERVERS", "/nowhere"))
PACKAGES = SERVERS / "node_modules"


def configure(project, **servers):
    path = project.base / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}))
    return path


def node(package, *words, **more):
    return {"command": "node", "args": [str(PACKAGES / package), *map(str, words)], **more}


def filesystem(project, **more):
    return node("@modelcontextprotocol/server-filesystem/dist/index.js", project.root, **more)


def mcp(project, config, *words, agree=True):
    return project.run("--json", "mcp", *words, "--config", str(config), *(["--agree"] if agree else []))


def call(project, config, server, tool, **arguments):
    return mcp(project, config, "call", server, tool, json.dumps(arguments))


def left(word):
    """Processes that have the word in their command line."""
    count = 0
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                count += word.encode() in (entry / "cmdline").read_bytes()
    return count


@case
def nothing_starts_before_it_was_agreed_to():
    with Project() as project:
        config = configure(project, fs=filesystem(project, env={"TOKEN": "do-not-print"}))
        result = mcp(project, config, "tools", "fs", agree=False)
        assert result.status == 5, result
        assert result.document()["error"]["code"] == "needs-approval", result
        for word in (str(project.root), "server-filesystem/dist/index.js", "TOKEN", str(config)):
            assert word in result.err, (word, result)
        assert "do-not-print" not in result.err + result.out, result
        assert left(str(project.root)) == 0


@case
def a_project_only_proposes():
    with Project() as project:
        (project.root / ".mcp.json").write_text(json.dumps({"mcpServers": {"fs": filesystem(project)}}))
        listed = project.run("--json", "mcp", "list")
        assert listed.status == 0 and listed.document()[0]["enabled"] is False, listed
        result = project.run("--json", "mcp", "tools", "fs", "--agree")
        assert result.status == 1 and result.document()["error"]["code"] == "untrusted", result


@case
def denied_files_stay_denied():
    with Project() as project:
        (project.root / "sub" / ".env.local").write_text("KEY=the-secret\n")
        config = configure(project, fs=filesystem(project))
        for name in (".env", "link", "absolute", "hard", "sub/.env.local"):
            for tool in ("read_text_file", "read_media_file"):
                result = call(project, config, "fs", tool, path=str(project.root / name))
                assert result.status == 1 and "the-secret" not in result.out + result.err, (name, result)
        result = call(project, config, "fs", "read_multiple_files", paths=[str(project.root / ".env"), str(project.root / "a.txt")])
        assert "second" in result.out and "the-secret" not in result.out, result
        result = call(project, config, "fs", "read_text_file", path="/etc/passwd")
        assert result.status == 1, result
        result = call(project, config, "fs", "move_file", source=str(project.root / ".env"), destination=str(project.root / "b.txt"))
        assert result.status == 1 and (project.root / ".env").exists(), result


@case
def it_writes_only_where_that_was_granted():
    with Project() as project:
        path = project.root / "new.txt"
        config = configure(project, fs=filesystem(project))
        result = call(project, config, "fs", "write_file", path=str(path), content="new\n")
        assert result.status == 1 and not path.exists(), result
        config = configure(project, fs=filesystem(project, enclave={"workspace": "write"}))
        result = call(project, config, "fs", "write_file", path=str(path), content="new\n")
        if result.status != 0:
            listed = mcp(project, config, "list").document()
            raise AssertionError((listed, result))
        assert path.read_text() == "new\n"
        result = call(project, config, "fs", "write_file", path=str(project.root / ".env"), content="x")
        assert result.status == 1 and (project.root / ".env").read_text() == "KEY=the-secret\n", result


@case
def npx_starts_what_is_installed():
    with Project() as project:
        cache = project.home / "npm-cache"
        folder = cache / "_npx" / "0123456789abcdef"
        folder.mkdir(parents=True)
        shutil.copytree(PACKAGES, folder / "node_modules", symlinks=True,
                        ignore=lambda _, names: [n for n in names if n in ("conformance", "server-everything", "pg")])
        (folder / "package.json").write_text(json.dumps({"dependencies": {"@modelcontextprotocol/server-filesystem": "*"}}))
        config = configure(project, fs={"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", str(project.root)]},
                           gone={"command": "npx", "args": ["-y", "no-such-package-anywhere"]})
        env = {**environment(project.home), "npm_config_cache": str(cache)}
        result = project.run("--json", "mcp", "tools", "fs", "--agree", "--config", str(config), env=env)
        assert result.status == 0 and len(result.document()) == 14, result
        began = time.monotonic()
        result = project.run("--json", "mcp", "tools", "gone", "--agree", "--config", str(config), env=env)
        assert result.status == 1 and "registry" in result.err and time.monotonic() - began < 5, result


@case
def four_reference_servers_and_git():
    with Project() as project:
        subprocess.run(["git", "init", "-q", str(project.root)], check=True, env={**os.environ, "HOME": str(project.home)})
        prefix = "@modelcontextprotocol/"
        config = configure(
            project,
            memory=node(prefix + "server-memory/dist/index.js", env={"MEMORY_FILE_PATH": str(project.root / "memory.jsonl")}, enclave={"workspace": "write"}),
            everything=node(prefix + "server-everything/dist/index.js", "stdio"),
            thinking=node(prefix + "server-sequential-thinking/dist/index.js"),
            git=node("mcp-git/dist/index.js"))
        expected = {"memory": 9, "everything": 10, "thinking": 1, "git": 15}
        for name, count in expected.items():
            result = mcp(project, config, "tools", name)
            assert result.status == 0 and len(result.document()) >= count, (name, result)
            result = mcp(project, config, "restart", name)
            assert result.status == 0 and result.document()["state"] == "ready", (name, result)
        result = call(project, config, "memory", "create_entities",
                      entities=[{"name": "ringlog", "entityType": "project", "observations": ["written in C"]}])
        assert result.status == 0, result
        result = call(project, config, "memory", "search_nodes", query="ringlog")
        assert result.status == 0 and "written in C" in result.document()["content"], result
        result = call(project, config, "everything", "echo", message="hello")
        assert "hello" in result.document()["content"], result
        result = call(project, config, "everything", "get-env")
        environment_seen = json.loads(result.document()["content"])
        names = {name for name in environment_seen if not name.startswith("GIT_")}
        assert names <= {"PATH", "HOME", "TERM", "SHELL", "LANG", "LC_ALL", "USER", "LOGNAME", "PWD"}, environment_seen
        assert environment_seen["HOME"] != str(project.home), environment_seen
        result = call(project, config, "everything", "no-such-tool")
        assert result.status == 1 and result.document()["error"]["code"] == "unknown", result
        result = call(project, config, "thinking", "sequentialthinking", thought="a", nextThoughtNeeded=False, thoughtNumber=1, totalThoughts=1)
        assert result.status == 0, result
        result = call(project, config, "git", "git_status", repo_path=str(project.root))
        assert result.status == 0 and "a.txt" in result.document()["content"], result
        assert left(str(PACKAGES)) == 0


@case
def a_failure_says_what_and_the_servers_words():
    with Project() as project:
        config = configure(project, fs=node("@modelcontextprotocol/server-filesystem/dist/index.js", "/no/such/folder"),
                           nothing={"command": "no-such-program-anywhere"})
        result = mcp(project, config, "tools", "fs")
        assert result.status == 1 and result.document()["error"]["code"] == "ended" and "/no/such/folder" in result.err, result
        result = mcp(project, config, "tools", "nothing")
        assert result.status == 1 and "no-such-program-anywhere" in result.err, result


@case
def postgres_by_a_role_that_reads():
    if not Database.is_installed():
        raise Skip("there is no PostgreSQL: package postgresql-15")
    with Project() as project, Database(project.base) as database:
        database.execute("""
            create table issue (id int primary key, title text); insert into issue values (1, 'wraps too early');
            create role reader login; grant select on issue to reader;
            alter role reader set default_transaction_read_only = on;""")
        settings = {"PG_HOST": "127.0.0.1", "PG_PORT": str(database.port), "PG_USER": "reader", "PG_PASSWORD": "x", "PG_DATABASE": "postgres"}
        server = node("mcp-postgres-server/build/index.js", env=settings,
                      enclave={"workspace": "none", "network": [f"127.0.0.1:{database.port}"]})
        config = configure(project, db=server)
        result = mcp(project, config, "tools", "db")
        assert result.status == 0 and len(result.document()) == 5, result
        result = call(project, config, "db", "query", sql="select title from issue")
        assert result.status == 0 and "wraps too early" in result.document()["content"], result
        result = call(project, config, "db", "execute", sql="delete from issue")
        assert result.status == 1, result
        result = call(project, config, "db", "query", sql="select count(*)::int as n from issue")
        assert '"n": 1' in result.document()["content"] or '"n":1' in result.document()["content"], result
        result = mcp(project, config, "restart", "db")
        assert result.status == 0, result
        # The same without the grant: there is no network in its box.
        config = configure(project, db={**server, "enclave": {"workspace": "none"}})
        result = call(project, config, "db", "query", sql="select title from issue")
        assert result.status == 1 and "wraps" not in result.out, result


if not (SERVERS / "installed").exists() or shutil.which("node") is None:
    print(f"1..0 # SKIP the servers are not installed in {SERVERS}: sh tests/support/install-mcp-servers.sh")
    sys.exit(0)
main()
