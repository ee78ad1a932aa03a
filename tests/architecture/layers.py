# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the code against src/layers.ini: includes, and the symbols that each folder's archive refers to.

Prints TAP. Arguments: source folder, build folder."""

import configparser
import fnmatch
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
ALWAYS = ("glib", "gio/", "gobject", "gmodule")
SYSTEM = re.compile(r"^(sys/|linux/|net/|netinet/|arpa/|[a-z0-9_]+\.h$)")

SANITIZER = re.compile(r"^__(asan|ubsan|tsan|sanitizer|gcov)_")

cases = []


def case(name, problems):
    cases.append((name, list(problems)))


def load(source):
    table = configparser.ConfigParser()
    table.read(source / "src" / "layers.ini")
    groups = {name: value.split() for name, value in table["groups"].items()}
    layers = {}
    for name in table.sections():
        if name == "groups":
            continue
        row = table[name]
        include = {}
        for word in row.get("include", "").split():
            folder, _, headers = word.partition(":")
            include[folder] = {f"enclave-{h}.h" for h in headers.split(",")} if headers else None
        names = {}
        for key in ("forbid", "allow"):
            names[key] = []
            for word in row.get(key, "").split():
                names[key] += groups.get(word, [word])
        layers[name] = {"include": include, "external": row.get("external", "").split(), **names}
    return layers


def files_of(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".c", ".h"))


def check_includes(name, layer, source, owner):
    for path in files_of(source / "src" / name):
        text = path.read_text(encoding="utf-8")
        for mark, header in INCLUDE.findall(text):
            where = f"{path.relative_to(source)} includes {header}"
            base = header.rsplit("/", 1)[-1]
            if mark == '"':
                if base == "config.h":
                    continue
                home = owner.get(base)
                if home is None:
                    if not re.match(r"^enclave-.*resources?\.h$", base):
                        yield f"{where}, which is no header of the project"
                elif home[0] == name:
                    if base.endswith("-private.h") and home[1] != path.parent:
                        # ui/ has folders of its own; private headers stay within one.
                        yield f"{where}, private to another folder"
                elif base.endswith("-private.h"):
                    yield f"{where}, private to {home[0]}/"
                elif home[0] not in layer["include"]:
                    yield f"{where}; {name}/ may not include from {home[0]}/"
                elif layer["include"][home[0]] is not None and base not in layer["include"][home[0]]:
                    yield f"{where}; of {home[0]}/ {name}/ may include only {sorted(layer['include'][home[0]])}"
            elif name == "confine" and header.startswith(ALWAYS):
                yield where
            elif header.startswith(ALWAYS) or any(header.startswith(e) for e in layer["external"]):
                continue
            elif not SYSTEM.match(header):
                yield f"{where}; not in the table's external packages"


def undefined(archive):
    out = subprocess.run(["nm", "-u", str(archive)], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in out.splitlines() if line.startswith(" ")}


def first_match(symbol, patterns):
    return next((p for p in patterns if fnmatch.fnmatchcase(symbol, p)), None)


def check_symbols(layer, archives):
    for archive in archives:
        for symbol in sorted(undefined(archive)):
            hit = first_match(symbol, layer["forbid"])
            if hit:
                yield f"{archive.name} refers to {symbol} ({hit})"
            elif layer["allow"] and not symbol.startswith("enclave_") and not SANITIZER.match(symbol):
                if not first_match(symbol, layer["allow"]):
                    yield f"{archive.name} refers to {symbol}, which is not on the layer's list"


def objects_of(build, name):
    archives = sorted((build / "src" / name).rglob("libenclave-*.a"))
    if archives:
        return archives
    # A program without an archive: its objects.
    return sorted((build / "src" / name).rglob("*.o"))


def main():
    source, build = map(pathlib.Path, sys.argv[1:3])
    layers = load(source)
    folders = sorted(p.name for p in (source / "src").iterdir() if p.is_dir())
    owner = {}
    for folder in folders:
        for path in files_of(source / "src" / folder):
            if path.suffix == ".h":
                owner[path.name] = (folder, path.parent)
    case("every folder is in the table", (f"src/{f} has no row" for f in folders if f not in layers))
    for name in folders:
        if name not in layers:
            continue
        case(f"includes of {name}", check_includes(name, layers[name], source, owner))
        archives = objects_of(build, name)
        case(f"{name} is built", () if archives else [f"no archive or object of src/{name} in the build"])
        case(f"symbols of {name}", check_symbols(layers[name], archives))

    # The checks themselves must be able to fail.
    tools = layers["tools"]
    bypass = [p for p in ("g_file_get_contents", "openat", "dlsym", "syscall", "g_spawn_sync", "soup_session_new")
              if not first_match(p, tools["forbid"])]
    case("a tool that goes round the gate is caught", (f"{p} is not forbidden to tools/" for p in bypass))

    for name in ("tools", "agent"):
        doors = ("g_file_get_contents", "g_file_enumerate_children", "g_subprocess_get_type", "openat", "dlsym", "syscall", "stat",
                 "g_spawn_sync", "soup_session_new", "g_socket_client_new", "g_mount_mount", "g_getenv", "g_task_run_in_thread",
                 "g_app_info_launch", "json_parser_new", "readlink", "g_dbus_connection_new_sync", "g_settings_new", "mmap")
        case(f"the list of {name} has no door on it", (f"{d} is allowed to {name}/" for d in doors
                                                       if first_match(d, layers[name]["allow"])))

    print(f"1..{len(cases)}")
    failed = False
    for number, (name, problems) in enumerate(cases, 1):
        for problem in problems:
            print(f"# {problem}")
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        failed |= bool(problems)
    return 1 if failed else 0


sys.exit(main())
