# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reviewer is given: the list of parts, the hardening report, the questionnaire whose every command is run, and that the
packaging says what the project says.

Prints TAP. Arguments: source folder, build folder."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "ui" / "driver"))
import namespaces  # noqa: E402

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
DATA = SOURCE / "data"
# All that are installed.
PROGRAMS = sorted(pathlib.Path(target["filename"][0])
                  for target in json.loads(subprocess.run(["meson", "introspect", BUILD, "--targets"], capture_output=True, check=True).stdout)
                  if target["type"] == "executable" and target["installed"])
cases = []


class Skip(Exception):
    pass


def case(title):
    def register(function):
        cases.append((title, function))
        return function
    return register


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=400, check=False, **options)


def sbom(place):
    done = run("/usr/bin/python3", DATA / "release/sbom.py", "0.1.0", place, *PROGRAMS, env={**os.environ, "SOURCE_DATE_EPOCH": "1795608000"})
    assert done.returncode == 0, done.stderr
    return json.loads(place.read_text())


@case("the list of parts is SPDX 2.3, has each program and each library, and is the same twice")
def parts():
    with tempfile.TemporaryDirectory() as folder:
        first = sbom(pathlib.Path(folder) / "a")
        sbom(pathlib.Path(folder) / "b")
        assert (pathlib.Path(folder) / "a").read_bytes() == (pathlib.Path(folder) / "b").read_bytes()
    for member in ("spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "relationships"):
        assert member in first, member
    assert first["spdxVersion"] == "SPDX-2.3" and first["dataLicense"] == "CC0-1.0"
    known = {package["SPDXID"] for package in first["packages"]} | {"SPDXRef-DOCUMENT"}
    assert len(known) == len(first["packages"]) + 1, "an id stands twice"
    for name in known:
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", name), name
    for link in first["relationships"]:
        assert {link["spdxElementId"], link["relatedSpdxElement"]} <= known, link
    by_name = {package["name"]: package for package in first["packages"]}
    for program in PROGRAMS:
        assert by_name[program.name]["checksums"][0]["checksumValue"] == hashlib.sha256(program.read_bytes()).hexdigest()
        # The second opinion: what the loader itself says, all levels down.
        for library in re.findall(r"^\s+(\S+) =>", run("ldd", program).stdout, re.M):
            assert library in by_name, f"{library} of {program.name} is missing"


@case("the list of parts says which Debian package a library is of")
def package_of_parts():
    if shutil.which("dpkg-query") is None:
        raise Skip("dpkg-query is not installed")
    with tempfile.TemporaryDirectory() as folder:
        by_name = {package["name"]: package for package in sbom(pathlib.Path(folder) / "a")["packages"]}
    assert "Debian package libgtk-4-1 " in by_name["libgtk-4.so.1"]["sourceInfo"]


@case("the list of parts and the hardening report are asked for all programs that are installed")
def asked_for():
    assert len(PROGRAMS) > 5, PROGRAMS
    commands = (BUILD / "build.ninja").read_text(encoding="utf-8")
    for target in ("sbom", "hardening-report"):
        command = re.search(rf"^build meson-internal__{target}: .*\n COMMAND = (.*)$", commands, re.M).group(1).split()
        assert sorted(word for word in command if word in map(str, PROGRAMS)) == [str(program) for program in PROGRAMS], (target, command)


@case("the hardening report finds nothing missing, and finds what is")
def hardening():
    done = run("sh", DATA / "release/hardening-report.sh", *PROGRAMS)
    assert len(done.stdout.splitlines()) == len(PROGRAMS), done.stdout
    assert done.returncode == 0 and "BUT NOT" not in done.stdout, done.stdout
    with tempfile.TemporaryDirectory() as folder:
        weak = pathlib.Path(folder) / "weak"
        subprocess.run(["cc", "-no-pie", "-fno-stack-protector", "-Wl,-z,norelro", "-Wl,-z,lazy", "-Wl,-z,execstack", "-x", "c", "-o", weak, "-"],
                       input="int main (void) { return 0; }\n", text=True, check=True, stderr=subprocess.DEVNULL)
        (pathlib.Path(folder) / "zzz.svg").write_text("<svg/>")
        done = run("sh", DATA / "release/hardening-report.sh", folder)
        assert done.returncode == 1, done.stdout
        for lack in ("pie", "relro", "bindnow", "noexecstack", "stack-protector"):
            assert re.search(rf"BUT NOT.* {lack}\b", done.stdout), (lack, done.stdout)


def questions():
    """(question, command, pattern or None) of the page."""
    question, found = None, []
    for line in (DATA / "release/QUESTIONNAIRE.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            question = line[3:]
        elif line.startswith("    expect "):
            found[-1] = (*found[-1][:2], line[len("    expect "):])
        elif line.startswith("    "):
            found.append((question, line.strip(), None))
    return found


def ask(rows):
    """Each command of @rows, in a project of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "project").mkdir()
        (place / "project" / ".env").write_text("SECRET=1\n")
        (place / "project" / "README").write_text("hello\n")
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory",
                       "XDG_STATE_HOME": f"{folder}/state", "XDG_CONFIG_HOME": f"{folder}/config", "XDG_RUNTIME_DIR": folder}
        for question, command, pattern in rows:
            words = command.replace("BUILD", str(BUILD)).replace("SOURCE", str(SOURCE)).replace("ninja -C", "ninja --quiet -C")
            if words.startswith("ninja"):
                words = words.replace(f"ninja --quiet -C {BUILD} sbom >/dev/null",
                                      f"/usr/bin/python3 {DATA}/release/sbom.py 0.1.0 {BUILD}/enclave.spdx.json {' '.join(map(str, PROGRAMS))}")
            done = run("sh", "-c", words, cwd=place / "project", env=environment)
            told = done.stdout + done.stderr
            assert re.search(pattern, told, re.M), f"{question}\n{command}\n{told}"


def needs_namespaces(row):
    return row[1].startswith("unshare")


@case("every command of the questionnaire says what the page says")
def questionnaire():
    rows = questions()
    assert len(rows) > 15 and len({row[0] for row in rows}) > 10
    without = [command for _, command, pattern in rows if pattern is None]
    assert without == ["sh SOURCE/data/debian/check.sh"], without
    ask(row for row in rows if row[2] is not None and not needs_namespaces(row))


@case("so does each that makes namespaces")
def questionnaire_in_namespaces():
    if reason := namespaces.missing():
        raise Skip(reason)
    rows = [row for row in questions() if needs_namespaces(row)]
    assert rows, "no command of the page makes namespaces"
    ask(rows)


@case("the packaging has the version, the libraries and the programs of the project")
def packaging():
    version = re.search(r"version: '([^']+)'", (SOURCE / "meson.build").read_text()).group(1)
    changelog = (DATA / "debian/changelog").read_text()
    assert changelog.startswith(f"enclave ({version}) "), changelog.splitlines()[0]
    control = (DATA / "debian/control").read_text()
    to_build = re.search(r"^build_needs='(.*?)'", (DATA / "install-packages.sh").read_text(), re.M | re.S).group(1)
    needs = set(re.findall(r"^pkg:\S+ (\S+)$", to_build, re.M))
    assert needs, "no library is needed to build"
    for package in sorted(needs):
        assert re.search(rf"^ {re.escape(package)}\b", control, re.M), f"{package} is needed to build and not in data/debian/control"
    rules = DATA / "debian/rules"
    assert os.access(rules, os.X_OK), "data/debian/rules can't be executed"
    assert "run-from-build=false" in rules.read_text()


@case("the changelog of the package can be read by Debian's own reader")
def changelog_form():
    if shutil.which("dpkg-parsechangelog") is None:
        raise Skip("dpkg-parsechangelog is not installed")
    done = run("dpkg-parsechangelog", "-l", DATA / "debian/changelog", "--all")
    assert done.returncode == 0 and not done.stderr, done.stderr


def main():
    print(f"1..{len(cases)}", flush=True)
    failed = False
    for number, (title, function) in enumerate(cases, 1):
        try:
            function()
            print(f"ok {number} - {title}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {title} # SKIP {reason}", flush=True)
        except Exception as problem:
            failed = True
            for line in f"{type(problem).__name__}: {problem}".splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {title}", flush=True)
    return 1 if failed else 0


sys.exit(main())
