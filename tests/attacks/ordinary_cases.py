# SPDX-License-Identifier: GPL-3.0-or-later
"""What must go on working beside the walls: class, route, what, expectation, least level. A third word behind the level names a program
that the case needs; where it is missing the case is passed over."""


def python(*lines):
    return "python3 - <<'E'\n" + "\n".join(lines) + "\nE"


GIT = "git -c user.name=A -c user.email=a@b.c "

READING = [
    ("ordinary", "read_file", "a.txt", "gives second", "masked"),
    ("ordinary", "read_file", {"path": "a.txt", "start_line": 2, "line_count": 1}, "gives 2\tsecond", "masked"),
    ("ordinary", "read_file", "sub/../a.txt", "gives first", "masked"),
    ("ordinary", "read_file", "%P/a.txt", "gives first", "masked"),
    ("ordinary", "read_file", "linked.c", "gives hello", "masked"),
    ("ordinary", "read_file", "inside/main.c", "gives hello", "masked"),
    ("ordinary", "read_file", "node_modules/one/index.js", "gives console", "masked"),
    ("ordinary", "read_file", "name with space.txt", "gives spaces", "masked"),
    ("ordinary", "read_file", "quote'\"$x.txt", "gives quotes", "masked"),
    ("ordinary", "read_file", "ünïcödé-日本.txt", "gives letters", "masked"),
    ("ordinary", "read_file", "-rf", "gives dash", "masked"),
    ("ordinary", "read_file", "n" * 250 + ".txt", "gives long", "masked"),
    ("ordinary", "read_file", ".env.example", "gives put-yours-here", "masked"),
    ("ordinary", "read_file", "fixtures/server.crt", "gives certificate", "masked"),
    ("ordinary", "read_file", "/usr/include/stdio.h", "gives printf", "masked"),
    ("ordinary", "list_directory", {}, "gives a.txt", "masked"),
    ("ordinary", "list_directory", "inside", "gives main.c", "masked"),
    ("ordinary", "find_files", {"pattern": "*.c"}, "gives src/lib.c", "masked"),
    ("ordinary", "search_text", {"pattern": "twice"}, "gives src/lib.h", "masked"),
    ("ordinary", "search_text", {"pattern": "t[w]ice", "regex": True, "path": "src"}, "gives lib.c", "masked"),
    ("ordinary", "git_status", {}, "gives staged.key", "masked"),
    ("ordinary", "git_log", {"count": 1}, "gives second", "masked"),
    ("ordinary", "git_diff", {}, "gives ", "masked"),
    ("ordinary", "policy", "a.txt", "gives allow", "masked"),
    ("ordinary", "mention", "look at @a.txt and @src/main.c", "ends 0", "masked"),
]

WRITING = [
    ("ordinary", "write_file:edits", {"path": "new/deep/file.txt", "content": "made\n"}, "wrote new/deep/file.txt=made", "masked"),
    ("ordinary", "write_file:edits", {"path": "a.txt", "content": "other\n"}, "wrote a.txt=other", "masked"),
    ("ordinary", "write_file:edits", {"path": "ünïcödé-日本.txt", "content": "other\n"}, "wrote ünïcödé-日本.txt=other", "masked"),
    ("ordinary", "write_file:edits", {"path": "linked.c", "content": "int x;\n"}, "wrote src/main.c=int x;", "masked"),
    ("ordinary", "write_file:edits", {"path": "inside/new.c", "content": "int x;\n"}, "wrote src/new.c=int x;", "masked"),
    ("ordinary", "write_file:edits", {"path": ".env.example", "content": "TOKEN=\n"}, "wrote .env.example=TOKEN=", "masked"),
    ("ordinary", "edit_file:edits", {"path": "a.txt", "old_text": "second", "new_text": "2nd"}, "wrote a.txt=2nd", "masked"),
    ("ordinary", "edit_file:edits", {"path": "quote'\"$x.txt", "old_text": "quotes", "new_text": "q"}, "wrote quote'\"$x.txt=q", "masked"),
    ("ordinary", "apply_patch:edits", {"patch": "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n-first\n+1st\n second\n"}, "wrote a.txt=1st", "masked"),
    ("ordinary", "apply_patch:edits", {"patch": "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+made\n--- a/a.txt\n+++ b/a.txt\n@@ -3 +3 @@\n-third\n+3rd\n"},
     "wrote a.txt=3rd", "masked"),
    ("ordinary", "apply", "```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n-first\n+1st\n second\n```\n", "wrote a.txt=1st", "masked"),
    ("ordinary", "save_memory:edits", {"text": "use tabs"}, "gives Applied", "masked"),
    ("ordinary", "git_commit", {"message": "it's “fine”", "paths": ["fixtures/server.crt"]}, "gives exit 0", "masked"),
    ("ordinary", "ask", {"replies": [{"events": [{"call": {"name": "edit_file", "id": "1", "arguments": {
        "path": "a.txt", "old_text": "second", "new_text": "2nd"}}}]}, {"events": [{"text": "Done."}]}]}, "wrote a.txt=2nd", "masked"),
    ("ordinary", "ask", {"replies": [{"events": [{"call": {"name": "run_command", "id": "1", "arguments": {
        "command": "make hello && ./hello > said.txt"}}}]}, {"events": [{"text": "Done."}]}]}, "wrote said.txt=hello", "masked"),
]

COMMANDS = [
    ("ordinary", "run", "make hello && ./hello", "gives hello", "masked"),
    ("ordinary", "run", "ninja lib.o && test -s lib.o && echo built", "gives built", "masked"),
    ("ordinary", "run", "gcc -g -O2 -o hello src/main.c && ./hello", "gives hello", "masked"),
    ("ordinary", "run", "gcc -fsanitize=address,undefined -o hello src/main.c && ./hello", "gives hello", "masked"),
    ("ordinary", "run", "mkdir -p obj && cd obj && gcc -c ../src/lib.c && ar rcs liblib.a lib.o && nm liblib.a", "gives twice", "masked"),
    ("ordinary", "run", "gdb -batch -ex run --args /bin/true", "gives exited normally", "masked", "gdb"),
    ("ordinary", "run", "strace -f -o t.txt true && grep -c exec t.txt", "gives 1", "masked", "strace"),
    ("ordinary", "run", "python3 -m unittest discover -s tests 2>&1", "gives OK", "masked"),
    ("ordinary", "run", "python3 -m venv --without-pip v && v/bin/python -c 'print(6 * 7)'", "gives 42", "masked"),
    ("ordinary", "run", python("import multiprocessing as m", "with m.Pool(2) as p:", "    print(sum(p.map(abs, [-20, -22])))"), "gives 42", "masked"),
    ("ordinary", "run", python("import threading", "t = threading.Thread(target=print, args=('threads',)); t.start(); t.join()"), "gives threads", "masked"),
    ("ordinary", "run", python("import sqlite3", "a = sqlite3.connect('x.db'); a.execute('pragma journal_mode=wal'); a.execute('create table t (i)')",
                               "a.execute('insert into t values (42)'); a.commit()", "b = sqlite3.connect('x.db')",
                               "print(b.execute('select i from t').fetchone()[0])", "a.execute('begin exclusive')", "c = sqlite3.connect('x.db', timeout=0)",
                               "try:", "    c.execute('insert into t values (1)')", "except sqlite3.OperationalError as e:", "    print(e)"),
     "gives 42\ndatabase is locked", "masked"),
    ("ordinary", "run", python("import http.server, threading, urllib.request",
                               "s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)",
                               "threading.Thread(target=s.serve_forever, daemon=True).start()",
                               "print(urllib.request.urlopen(f'http://127.0.0.1:{s.server_port}/a.txt').read().decode())"), "gives second", "masked"),
    ("ordinary", "run", python("import socket, os", "s = socket.socket(socket.AF_UNIX); s.bind('own.sock'); s.listen()",
                               "c = socket.socket(socket.AF_UNIX); c.connect('own.sock'); c.sendall(b'through'); print(s.accept()[0].recv(9).decode())"),
     "gives through", "masked"),
    ("ordinary", "run", python("import socket", "s = socket.create_server(('::1', 0), family=socket.AF_INET6)",
                               "print('six' if socket.create_connection(s.getsockname()[:2]) else '')"), "gives six", "masked"),
    ("ordinary", "run", python("import fcntl", "f = open('lock', 'w')", "fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(f, fcntl.LOCK_EX); print('locked')"),
     "gives locked", "masked"),
    ("ordinary", "run", python("import mmap", "f = open('map', 'w+b'); f.write(b'x' * 4096); f.flush()", "m = mmap.mmap(f.fileno(), 0)",
                               "m[:6] = b'mapped'; m.flush(); print(open('map').read(6))"), "gives mapped", "masked"),
    ("ordinary", "run", "git status --short && git log --oneline | head -1", "gives second", "masked"),
    ("ordinary", "run", "echo x >> a.txt && git add a.txt && " + GIT + "commit -q -m third -- a.txt && git log -1 --format=%s", "gives third", "masked"),
    ("ordinary", "run", "git log -1 --format=%an; git config user.name; git var GIT_AUTHOR_IDENT", "gives Some One", "masked"),
    ("ordinary", "run", "echo x >> a.txt && git stash push -q a.txt && git stash pop -q && tail -1 a.txt", "gives x", "masked"),
    ("ordinary", "run", "git rm -qf --cached staged.key && git checkout -q -b side && echo x > s.txt && git add s.txt && git commit -qm side -- s.txt && git checkout -q main"
                        " && echo y > m.txt && git add m.txt && git commit -qm more -- m.txt && git update-index --assume-unchanged .env"
                        " && git checkout -q side && git rebase -q main && git log -1 --format=%s", "gives side", "masked"),
    ("ordinary", "run", "git diff HEAD~1 --stat -- a.txt src; git blame -s a.txt | head -1", "gives first", "masked"),
    ("ordinary", "run", "git init -q other && cd other && echo x > f && git add f && git commit -qm one && git clone -q . ../copy && cat ../copy/f",
     "gives x", "masked"),
    ("ordinary", "run", "less -FX a.txt", "gives third", "masked", "less"),
    ("ordinary", "pty-run", "less -FX a.txt; stty size", "gives third", "masked", "less"),
    ("ordinary", "pty-run", "set -m; sleep 5 & kill -STOP %1; jobs; kill %1; wait; ls --color=always -d src; test -t 0 && test -t 1 && echo terminal",
     "gives terminal", "masked"),
    ("ordinary", "run", "set -m; sleep 0.2 & fg >/dev/null; echo back", "gives back", "masked"),
    ("ordinary", "run", "vim -es -c '%s/first/1st/' -c wq a.txt </dev/null; head -1 a.txt", "gives 1st", "masked", "vim"),
    ("ordinary", "run", "cat 'name with space.txt' quote*.txt line* -- -rf", "gives broken", "masked"),
    ("ordinary", "run", "cat invalid-* n*n.txt; rm -- -rf && echo gone", "gives gone", "masked"),
    ("ordinary", "run", "mv a.txt b.txt && ln b.txt c.txt && ln -s c.txt d.txt && chmod 600 b.txt && rm b.txt && cat d.txt", "gives third", "masked"),
    ("ordinary", "run", "cd inside && pwd -P && cat main.c", "gives /src", "masked"),
    ("ordinary", "run", "mkfifo own && (echo piped > own & cat own)", "gives piped", "masked"),
    ("ordinary", "run", "mktemp -d && echo x > ~/x && cat ~/x && echo $HOME", "gives /tmp/home", "masked"),
    ("ordinary", "run", "cat .env.example fixtures/server.crt", "gives certificate", "masked"),
    ("ordinary", "run", "printf '%s\\n' b a | sort | uniq | xargs -n1 echo; seq 5 | tail -1; date >/dev/null; id -un", "gives a", "masked"),
    ("ordinary", "run", "tar cf x.tar src && tar xf x.tar -C /tmp && cat /tmp/src/main.c; touch -d 2020-01-01 a.txt && stat -c %Y a.txt", "gives 1577", "masked"),
    ("ordinary", "run", "truncate -s 5M big && cp big big2 && cmp big big2 && df . >/dev/null && echo same", "gives same", "masked"),
    ("ordinary", "run", "timeout 5 sh -c 'trap \"echo caught\" TERM; kill $$'; ulimit -n; nproc >/dev/null", "gives caught", "masked"),
    ("ordinary", "run", "node -e 'console.log (40 + 2)'", "gives 42", "masked", "node"),
    ("ordinary", "run", "perl -e 'print 40 + 2'", "gives 42", "masked"),
    ("ordinary", "run", "echo 'int main(){return 0;}' | clang -x c - -o c && ./c && echo clang", "gives clang", "masked", "clang"),
    ("ordinary", "run", "printf \"project('x', 'c')\\nexecutable('x', 'src/main.c')\\n\" > meson.build && meson setup b >/dev/null && ninja -C b >/dev/null && b/x",
     "gives hello", "masked", "meson"),
    ("ordinary", "run", "cat | wc -c </dev/null; wc -l < a.txt", "gives 3", "masked"),
    ("ordinary", "run_command", "make hello && ./hello", "gives hello", "masked"),
    ("ordinary", "run_command", "exit 3", "gives exit 3", "masked"),
    ("ordinary", "run_command", "git add src && git status --short | head -3; echo fine", "gives fine", "masked"),
]

CASES = READING + WRITING + COMMANDS
