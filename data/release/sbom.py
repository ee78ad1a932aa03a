#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a list of parts (SPDX 2.3, JSON) of the programs that were built: each program with its hash, each library that it asks
the loader for with the Debian package, version and source that it comes from, and what those libraries ask for in turn.

  sbom.py VERSION OUTPUT PROGRAM…          `ninja sbom` calls it so

Needs readelf (binutils) and, for packages, dpkg. The same programs on the same system give the same bytes: times come from
SOURCE_DATE_EPOCH, or are those of the programs."""

import datetime
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def needed(path):
    return sorted(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", str(path))))


@functools.cache
def loader_cache():
    """What the loader would load for a name: of this machine's word size."""
    found = {}
    for line in run(shutil.which("ldconfig") or "/sbin/ldconfig", "-p").splitlines():
        match = re.match(r"\s+(\S+) \((.*)\) => (\S+)", line)
        if match and "libc6" in match.group(2) and (sys.maxsize < 2**32 or "64" in match.group(2)):
            found.setdefault(match.group(1), match.group(3))
    return found


@functools.cache
def package_of(path):
    """(name, version, source, source version) of the Debian package that has @path, or None."""
    if shutil.which("dpkg-query") is None:
        return None
    real = os.path.realpath(path)
    for name in (real, path, real.replace("/usr/lib/", "/lib/", 1)):
        shown = run("dpkg-query", "-S", name)
        if shown:
            package = shown.split(": ")[0].split(",")[0].strip()
            fields = run("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}", package)
            return tuple(fields.split("\t")) if fields else None
    return None


def identity(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", text)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def library_package(name):
    path = loader_cache().get(name)
    package = package_of(path) if path else None
    item = {"SPDXID": identity(f"Library-{name}"), "name": name, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "primaryPackagePurpose": "LIBRARY"}
    if package:
        binary, version, source, source_version, architecture = package
        item["versionInfo"] = version
        item["supplier"] = "Organization: Debian"
        item["sourceInfo"] = f"Debian package {binary} {version}, built from source package {source} {source_version}"
        item["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                 "referenceLocator": f"pkg:deb/debian/{binary}@{version.replace(':', '%3A').replace('+', '%2B')}?arch={architecture}"}]
    if path:
        item["checksums"] = [{"algorithm": "SHA256", "checksumValue": digest(path)}]
    return item


def relation(first, kind, second):
    return {"spdxElementId": first, "relationshipType": kind, "relatedSpdxElement": second}


def main():
    version, output, programs = sys.argv[1], pathlib.Path(sys.argv[2]), sorted(sys.argv[3:], key=os.path.basename)
    # `enclave` itself, so that a reader sees what the programs are parts of.
    product = identity("Enclave")
    packages = [{"SPDXID": product, "name": "Enclave", "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                 "licenseConcluded": "GPL-3.0-or-later", "licenseDeclared": "GPL-3.0-or-later", "copyrightText": "NOASSERTION",
                 "supplier": "Organization: The Enclave contributors", "primaryPackagePurpose": "APPLICATION"}]
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", product)]
    waiting, seen = [], set()

    def link(owner, path):
        for name in needed(path):
            relations.append(relation(owner, "DYNAMIC_LINK", identity(f"Library-{name}")))
            if name not in seen:
                seen.add(name)
                waiting.append(name)

    for program in programs:
        own = identity(f"Program-{os.path.basename(program)}")
        packages.append({"SPDXID": own, "name": os.path.basename(program), "versionInfo": version, "downloadLocation": "NOASSERTION",
                         "filesAnalyzed": False, "licenseConcluded": "GPL-3.0-or-later", "licenseDeclared": "GPL-3.0-or-later",
                         "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
                         "checksums": [{"algorithm": "SHA256", "checksumValue": digest(program)}]})
        relations.append(relation(product, "CONTAINS", own))
        link(own, program)
    libraries = []
    while waiting:
        name = waiting.pop()
        libraries.append(library_package(name))
        path = loader_cache().get(name)
        if path:
            link(identity(f"Library-{name}"), path)
    packages += sorted(libraries, key=lambda item: item["name"])
    relations.sort(key=lambda item: (item["spdxElementId"], item["relationshipType"], item["relatedSpdxElement"]))

    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or max(pathlib.Path(program).stat().st_mtime for program in programs))
    everything = "".join(digest(program) for program in programs)
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"enclave-{version}",
        "documentNamespace": f"urn:spdx:enclave-{version}-{hashlib.sha256(everything.encode()).hexdigest()[:32]}",
        "creationInfo": {"created": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: enclave-sbom"]},
        "packages": packages, "relationships": relations,
    }
    output.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


main()
