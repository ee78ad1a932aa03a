# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the house that need no compiler: file length, licence heads, POTFILES, threads, top level, unfinished marks.

Prints TAP. Argument: source folder."""

import pathlib
import re
import sys

FAIL_LINES = 700
WARN_LINES = 500
# Worker threads only where their input is a value that nothing else changes meanwhile (design of the house).
THREADS = {
    "src/gate/enclave-audit-sync.c",
    "src/gate/enclave-audit-view.c",
    "src/gate/enclave-egress-report.c",
    "src/gate/enclave-file-apply.c",
    "src/gate/enclave-file-door.c",
    "src/gate/enclave-gate-checkpoints.c",
    "src/gate/enclave-gate-consent.c",
    "src/gate/enclave-gate-trust.c",
    "src/ui/chat/enclave-chat-mention-search.c",
    "src/ui/editor/enclave-document-encoding.c",
    "src/ui/editor/enclave-document-load.c",
    "src/ui/editor/enclave-file-rows-read.c",
    "src/ui/editor/enclave-find-kept.c",
    "src/ui/editor/enclave-file-rows.c",
    "src/ui/editor/enclave-replace-all.c",
    "src/ui/enclave-command-line.c",
    "src/ui/enclave-path-look.c",
    "src/ui/enclave-window-session.c",
    "src/gate/enclave-installed-program.c",
    "src/gate/enclave-login-path.c",
    "src/gate/enclave-model-file.c",
    "src/gate/enclave-search-door.c",
    "src/gate/enclave-settings-file.c",
    "src/gate/enclave-survey-door.c",
    "src/gate/enclave-tool-scope-program.c",
    "src/gate/enclave-command-scan.c",
    "src/gate/enclave-command-service.c",
    "src/gate/enclave-text-admission.c",
    "src/gate/enclave-policy-editor.c",
    "src/gate/enclave-policy-preview.c",
    "src/gate/enclave-git-kept-clean.c",
    "src/gate/enclave-git-store.c",
    "src/patch/enclave-diff-job.c",
    "src/project/enclave-editor-config.c",
    "src/project/enclave-file-operation.c",
    "src/project/enclave-git-stamps.c",
    "src/project/enclave-session-store.c",
    "src/project/enclave-snippet-file.c",
    "src/project/enclave-text-draft-list.c",
    "src/project/enclave-text-draft-worker.c",
    "src/mcp/enclave-mcp-server-list-others.c",
    "src/rpc/enclave-rpc-inbox.c",
    "src/project/enclave-text-file.c",
    "src/project/enclave-text-file-save.c",
    "src/project/enclave-text-file-load.c",
    "src/project/enclave-text-file-peek.c",
    "src/project/enclave-tree-read.c",
    "src/project/enclave-file-changes.c",
    "src/project/enclave-file-index.c",
    "src/project/enclave-text-search.c",
    "src/ui/finding/enclave-finder-ranking.c",
    "src/ui/language/enclave-place-reader.c",
}
TOP = {"src", "data", "po", "tests", "meson.build", "meson_options.txt", "README.md", "COPYING"}
TRANSLATED = re.compile(r"(?<![A-Za-z0-9_])(?:_|N_|C_|Q_|ngettext|g_dngettext)\s*\(\s*\"")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented|unimplemented", re.IGNORECASE)

source = pathlib.Path(sys.argv[1])


def tracked():
    for folder in ("src", "data", "po", "tests"):
        for path in sorted((source / folder).rglob("*")):
            if path.is_file() and not any(part in ("__pycache__", "node_modules") for part in path.parts):
                yield path


def name(path):
    return str(path.relative_to(source))


def code():
    return (p for p in tracked() if p.suffix in (".c", ".h"))


def lengths():
    for path in code():
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > FAIL_LINES:
            yield f"{name(path)} has {count} lines, more than {FAIL_LINES}"
        elif count > WARN_LINES:
            print(f"# {name(path)} has {count} lines, more than {WARN_LINES}")


def licences():
    for path in tracked():
        if path.suffix in (".c", ".h", ".py", ".sh", ".mjs", ".css") or path.name == "meson.build":
            if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text(encoding="utf-8")[:400]:
                yield f"{name(path)} has no licence line"


def potfiles():
    listed = {line.strip() for line in (source / "po" / "POTFILES.in").read_text(encoding="utf-8").splitlines()
              if line.strip() and not line.startswith("#")}
    for path in tracked():
        text = None
        if path.suffix == ".c" and name(path).startswith("src/"):
            text = path.read_text(encoding="utf-8")
            wanted = bool(TRANSLATED.search(text))
        elif path.suffix == ".ui" and name(path).startswith("src/"):
            text = path.read_text(encoding="utf-8")
            wanted = 'translatable="yes"' in text or 'translatable="1"' in text or "translatable='yes'" in text
        elif path.name.endswith((".desktop.in", ".metainfo.xml.in")):
            wanted = True
        else:
            wanted = path.name.endswith(".gschema.xml")
        if wanted and name(path) not in listed:
            yield f"{name(path)} has text to translate and is not in po/POTFILES.in"
    for entry in sorted(listed):
        if not (source / entry).is_file():
            yield f"po/POTFILES.in names {entry}, which is not there"


def threads():
    for path in code():
        if not name(path).startswith("src/"):
            continue
        if name(path) in THREADS or name(path).startswith("src/confine/"):
            continue
        if re.search(r"\b(g_task_run_in_thread\w*|g_thread_(?:new|try_new|pool_\w+)|pthread_create)\b",
                     path.read_text(encoding="utf-8")):
            yield f"{name(path)} starts a thread"


def top_level():
    ignored = {line.strip().strip("/") for line in (source / ".gitignore").read_text().splitlines()}
    for path in source.iterdir():
        if path.name in TOP or path.name.startswith(".") or path.name.startswith(("build", "_build")):
            continue
        if path.name not in ignored:
            yield f"{path.name} does not belong at the top"
    for wanted in TOP | {".ci/run"}:
        if not (source / wanted).exists():
            yield f"{wanted} is missing"


def unfinished():
    for path in code():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if name(path).startswith("src/") and UNFINISHED.search(line):
                yield f"{name(path)}:{number}: {line.strip()}"


def limits():
    """A number that stands twice is changed once: the compiler is silent as long as both are alike."""
    places = {}
    for path in code():
        if name(path).startswith("src/"):
            for constant in set(re.findall(r"^#\s*define\s+(ENCLAVE_\w+)", path.read_text(encoding="utf-8"), re.M)):
                places.setdefault(constant, []).append(name(path))
    for constant, found in sorted(places.items()):
        if len(found) > 1:
            yield f"{constant} is defined in {' and in '.join(found)}"


checks = [("files are short", lengths), ("licence heads", licences), ("POTFILES is complete", potfiles),
          ("threads stay where the table allows them", threads), ("the top level", top_level),
          ("nothing is marked unfinished", unfinished), ("limits stand once", limits)]
print(f"1..{len(checks)}")
bad = False
for index, (title, check) in enumerate(checks, 1):
    problems = list(check())
    for problem in problems:
        print(f"# {problem}")
    print(f"{'not ok' if problems else 'ok'} {index} - {title}")
    bad |= bool(problems)
sys.exit(1 if bad else 0)
