# SPDX-License-Identifier: GPL-3.0-or-later
"""The four set-ups of enclave-mcp(7), taken from the page itself: what it tells people to write is what runs here."""

import http.server
import json
import os
import pathlib
import re
import shutil
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "ctl"))
from database import Database  # noqa: E402
from support import Project, Skip, case, environment, main  # noqa: E402

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "data" / "man" / "enclave-mcp.7"
SERVERS = pathlib.Path(os.environ.get("ENCLAVE_MCP_SERVERS", "/nowhere"))


def set_up(name, **replaced):
    """The example @name of the page, as a reader sees it. @replaced: what is another one on this machine."""
    found = re.search(rf'^\.\\" set-up: {name}\n\.EX\n(.*?)^\.EE$', PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    text = found.group(1).replace("\\-", "-")
    for old, new in replaced.items():
        assert old in text, (old, text)
        text = text.replace(old, str(new))
    return text


class Set:
    """The server of an example, in a file of its own, with the packages where npx has put them."""

    def __init__(self, project, example, **variables):
        self.project = project
        self.config = project.base / "mcp.json"
        self.config.write_text('{ "mcpServers": { ' + example + " } }")
        self.name = next(iter(json.loads(self.config.read_text())["mcpServers"]))
        cache = project.home / "npm-cache" / "_npx" / "0123456789abcdef"
        cache.mkdir(parents=True, exist_ok=True)
        if not (cache / "node_modules").exists():
            (cache / "node_modules").symlink_to(SERVERS / "node_modules")
        (cache / "package.json").write_text(json.dumps({"dependencies": {
            "@modelcontextprotocol/server-filesystem": "*", "mcp-postgres-server": "*", "@zereight/mcp-gitlab": "*"}}))
        self.environment = {**environment(project.home), "npm_config_cache": str(project.home / "npm-cache"), **variables}

    def run(self, *words):
        return self.project.run("--json", "mcp", *words, "--agree", "--config", str(self.config), env=self.environment)

    def tools(self):
        result = self.run("tools", self.name)
        assert result.status == 0, result
        return [tool["name"] for tool in result.document()]

    def call(self, tool, **arguments):
        return self.run("call", self.name, tool, json.dumps(arguments))


@case
def the_files_of_the_project():
    with Project() as project:
        files = Set(project, set_up("files"))
        assert len(files.tools()) == 14
        result = files.call("read_text_file", path=str(project.root / "a.txt"))
        assert result.status == 0 and "second" in result.document()["content"], result
        for name in (".env", "link", "hard"):
            result = files.call("read_text_file", path=str(project.root / name))
            assert result.status == 1 and "the-secret" not in result.out + result.err, (name, result)
        result = files.call("write_file", path=str(project.root / "new.txt"), content="x")
        assert result.status == 1 and not (project.root / "new.txt").exists(), result


@case
def a_role_that_only_reads():
    if not Database.is_installed():
        raise Skip("there is no PostgreSQL: package postgresql-15")
    with Project() as project, Database(project.base) as database:
        database.execute("create database app")
        database.execute("create table issue (id int primary key, title text); insert into issue values (1, 'wraps too early');", "app")
        database.execute(set_up("role"), "app")
        port = f"127.0.0.1:{database.port}"
        server = Set(project, set_up("database", **{"127.0.0.1:5432": port, '"5432"': f'"{database.port}"'}), AGENT_PG_PASSWORD="choose-one")
        tools = server.tools()
        assert {"query", "list_tables", "describe_table", "execute"} <= set(tools), tools
        result = server.call("query", sql="select title from issue")
        assert result.status == 0 and "wraps too early" in result.document()["content"], result
        for statement in ("delete from issue", "commit; delete from issue", "set default_transaction_read_only = off; delete from issue"):
            for tool in ("query", "execute"):
                server.call(tool, sql=statement)
        result = server.call("query", sql="select count(*)::int as n from issue")
        assert re.search(r'"n": ?1\b', result.document()["content"]), result


@case
def a_folder_of_documentation():
    with Project() as project:
        handbook = project.base / "handbook"
        handbook.mkdir()
        (handbook / "ring.md").write_text("# Rings\nA ring wraps at its capacity.\n")
        (handbook / ".env").write_text("KEY=of-the-handbook\n")
        server = Set(project, set_up("documentation", **{"/srv/handbook": handbook}))
        assert {"search_files", "list_directory", "read_text_file"} <= set(server.tools())
        result = server.call("search_files", path=str(handbook), pattern="**/ring*")
        assert result.status == 0 and "ring.md" in result.document()["content"], result
        result = server.call("read_text_file", path=str(handbook / "ring.md"))
        assert "wraps at its capacity" in result.document()["content"], result
        # Neither what is denied in it, nor the project, nor to be written.
        result = server.call("read_text_file", path=str(handbook / ".env"))
        assert result.status == 1 and "of-the-handbook" not in result.out + result.err, result
        result = server.call("read_text_file", path=str(project.root / "a.txt"))
        assert result.status == 1 and "second" not in result.out, result
        result = server.call("write_file", path=str(handbook / "new.md"), content="x")
        assert result.status == 1 and not (handbook / "new.md").exists(), result


ISSUE = {"id": 1, "iid": 7, "project_id": 1, "title": "wraps too early", "description": "d", "state": "opened", "created_at": "2026-01-01T00:00:00Z",
         "updated_at": "2026-01-01T00:00:00Z", "closed_at": None, "labels": [], "assignees": [], "milestone": None, "web_url": "http://x/7",
         "author": {"id": 1, "username": "ada", "name": "Ada", "avatar_url": None, "web_url": "http://x"},
         "references": {"short": "#7", "relative": "#7", "full": "g/p#7"}}


class Tracker:
    """As much of GitLab as its issues need."""

    def __enter__(self):
        owner = self
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *unused):
                pass

            def do_GET(self):
                owner.seen.append((self.path, self.headers.get("Authorization")))
                known = self.headers.get("Authorization") == "Bearer glpat-4711"
                body = json.dumps([ISSUE] if known else {"message": "401 Unauthorized"}).encode()
                self.send_response(200 if known else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()


@case
def a_tracker_by_its_token():
    with Project() as project, Tracker() as tracker:
        example = set_up("tracker", **{"127.0.0.1:8929": f"127.0.0.1:{tracker.port}"})
        server = Set(project, example, GITLAB_TOKEN="glpat-4711")
        tools = server.tools()
        assert len(tools) == 65 and {"list_issues", "get_issue", "list_issue_discussions"} <= set(tools), tools
        result = server.call("list_issues", project_id="g/p")
        assert result.status == 0 and "wraps too early" in result.document()["content"], result
        assert tracker.seen and all(token == "Bearer glpat-4711" for _, token in tracker.seen), tracker.seen
        assert "glpat-4711" not in server.config.read_text() + result.out + result.err
        result = Set(project, example, GITLAB_TOKEN="another").call("list_issues", project_id="g/p")
        assert result.status == 1 and "wraps" not in result.out, result


if not (SERVERS / "installed").exists() or shutil.which("node") is None:
    print(f"1..0 # SKIP the servers are not installed in {SERVERS}: sh tests/support/install-mcp-servers.sh")
    sys.exit(0)
main()
