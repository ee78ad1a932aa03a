#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs releases of Enclave, on a machine without a network. Needs python3 and openssl 3, nothing else.

  enclave-release.py new-key KEY.pem                       a new Ed25519 key, kept under a passphrase
  enclave-release.py public-key KEY.pem                    what -Drelease-keys= takes, and the key's short name
  enclave-release.py sign --key KEY.pem --version 0.2.0 [--days 180] [--date DATE] [--note TEXT] FILE…
                                                           writes enclave-release.manifest beside the first FILE
  enclave-release.py show --public KEY MANIFEST            checks the signature with openssl alone, and prints it

The form of the manifest stands in src/update/enclave-release-manifest.h; README.md beside this file has the ceremony."""

import argparse
import base64
import datetime
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

NAME = "enclave"
MAX_DAYS = 400
MAX_BYTES = 16 * 1024
FORM = "%Y-%m-%dT%H:%M:%SZ"
# RFC 8410: what stands before the 32 bytes of an Ed25519 public key in DER.
DER_HEAD = bytes.fromhex("302a300506032b6570032100")


def openssl(*words, **options):
    done = subprocess.run(["openssl", *words], stdout=subprocess.PIPE, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"enclave-release: openssl {words[0]} failed")
    return done.stdout


def passphrase():
    """Asked for by openssl, unless a test or a script says where it is (see openssl-passphrase-options)."""
    return ["-passin", os.environ["ENCLAVE_RELEASE_PASSPHRASE"]] if "ENCLAVE_RELEASE_PASSPHRASE" in os.environ else []


def public_key(path):
    der = openssl("pkey", "-in", path, *passphrase(), "-pubout", "-outform", "DER")
    if not der.startswith(DER_HEAD) or len(der) != len(DER_HEAD) + 32:
        sys.exit(f"enclave-release: {path} is no Ed25519 key")
    return der[len(DER_HEAD):]


def key_id(raw):
    return hashlib.sha256(raw).hexdigest()[:16]


def new_key(arguments):
    if os.path.exists(arguments.key):
        sys.exit(f"enclave-release: {arguments.key} is there already")
    os.umask(0o077)
    given = os.environ.get("ENCLAVE_RELEASE_PASSPHRASE")
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-out", arguments.key, *(["-pass", given] if given else []))
    os.chmod(arguments.key, 0o400)
    print_key(arguments)


def print_key(arguments):
    raw = public_key(arguments.key)
    print(f"public key: {base64.b64encode(raw).decode()}")
    print(f"key id:     {key_id(raw)}")


def file_line(path):
    name = os.path.basename(path)
    if not re.fullmatch(r"[A-Za-z0-9_+~=-][A-Za-z0-9._+~=-]{0,127}", name):
        sys.exit(f"enclave-release: {name} is no name for a file of a release")
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as opened:
        while part := opened.read(1 << 20):
            digest.update(part)
            size += len(part)
    return f"file: {digest.hexdigest()} {size} {name}"


def sign(arguments):
    if not re.fullmatch(r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){0,3}", arguments.version):
        sys.exit("enclave-release: a version is one to four numbers with dots between them")
    if not 1 <= arguments.days <= MAX_DAYS:
        sys.exit(f"enclave-release: a manifest holds for 1 to {MAX_DAYS} days")
    date = (datetime.datetime.strptime(arguments.date, FORM) if arguments.date
            else datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None))
    lines = ["enclave-release 1", f"name: {arguments.name}", f"version: {arguments.version}", f"date: {date.strftime(FORM)}",
             f"expires: {(date + datetime.timedelta(days=arguments.days)).strftime(FORM)}"]
    if arguments.note:
        if not arguments.note.isprintable() or len(arguments.note) > 200:
            sys.exit("enclave-release: a note is one line of at most 200 characters")
        lines.append(f"note: {arguments.note}")
    files = sorted(arguments.files, key=os.path.basename)
    if len({os.path.basename(path) for path in files}) != len(files):
        sys.exit("enclave-release: two files have the same name")
    text = "".join(line + "\n" for line in lines + [file_line(path) for path in files]).encode()
    raw = public_key(arguments.key)
    with tempfile.TemporaryDirectory() as folder:
        message = pathlib.Path(folder) / "message"
        message.write_bytes(text)
        signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", arguments.key, *passphrase(), "-in", str(message))
    manifest = text + f"signature: {key_id(raw)} {base64.b64encode(signature).decode()}\n".encode()
    if len(manifest) > MAX_BYTES:
        sys.exit(f"enclave-release: the manifest would be larger than {MAX_BYTES} bytes")
    output = pathlib.Path(arguments.output or pathlib.Path(arguments.files[0]).parent / "enclave-release.manifest")
    output.write_bytes(manifest)
    sys.stdout.buffer.write(manifest)


def show(arguments):
    manifest = pathlib.Path(arguments.manifest).read_bytes()
    text, _, last = manifest.rpartition(b"signature: ")
    words = last.decode().split()
    raw = base64.b64decode(arguments.public)
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "message").write_bytes(text)
        (place / "signature").write_bytes(base64.b64decode(words[1]))
        (place / "key").write_bytes(DER_HEAD + raw)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", place / "key",
                               "-sigfile", place / "signature", "-in", place / "message"], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0 or words[0] != key_id(raw):
        sys.exit("enclave-release: the signature does not fit")
    sys.stdout.buffer.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function in ("new-key", new_key), ("public-key", print_key):
        command = commands.add_parser(name)
        command.add_argument("key")
        command.set_defaults(run=function)
    command = commands.add_parser("sign")
    command.add_argument("--key", required=True)
    command.add_argument("--version", required=True)
    command.add_argument("--days", type=int, default=180)
    command.add_argument("--date", help="as 2026-11-26T12:00:00Z; without it now")
    command.add_argument("--note", default="")
    command.add_argument("--name", default=NAME, help=argparse.SUPPRESS)
    command.add_argument("--output")
    command.add_argument("files", nargs="+")
    command.set_defaults(run=sign)
    command = commands.add_parser("show")
    command.add_argument("--public", required=True)
    command.add_argument("manifest")
    command.set_defaults(run=show)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
