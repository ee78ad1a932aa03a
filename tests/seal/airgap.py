# SPDX-License-Identifier: GPL-3.0-or-later
"""`enclavectl airgap verify`: what it counts, what it keeps, and that it can say no."""

import ctypes
import errno
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "ui" / "driver"))
import ledger  # noqa: E402
import namespaces  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
home = pathlib.Path(tempfile.mkdtemp(prefix="enclave-airgap-test-"))
environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory",
               "XDG_CONFIG_HOME": f"{home}/config", "XDG_STATE_HOME": f"{home}/state", "XDG_CACHE_HOME": f"{home}/cache"}
cases = []


def case(function):
    cases.append(function)
    return function


def run(*words, **more):
    done = subprocess.run([PROGRAM, "--json", *words], env={**environment, **more}, capture_output=True, timeout=120, check=False)
    return done.returncode, json.loads(done.stdout)


def command(script, **more):
    return run("airgap", "verify", "--", "bash", "-c", script, **more)


@case
def a_conversation_leaves_nothing():
    status, report = run("airgap", "verify")
    assert status == 0 and report["verdict"] == "nothing-left", report
    assert report["counted"]["packets_to_other_addresses"] == 0 and report["counted"]["dns_queries"] == 0
    assert report["counted"]["destinations"] == [] and report["counted"]["interfaces"] == "lo"
    assert report["control"]["counted"] == report["control"]["sent_on_purpose"] == 3
    assert "practice engine" in report["model"]
    own = hashlib.sha256(pathlib.Path(PROGRAM).read_bytes()).hexdigest()
    assert report["programs_sha256"]["enclavectl"] == own


@case
def the_report_is_kept_and_its_hash_is_in_the_chain():
    _, report = command("true")
    path = pathlib.Path(report["path"])
    assert path.stat().st_mode & 0o777 == 0o600
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == report["sha256"]
    records = ledger.verify(home / "state/enclave/audit/audit.jsonl")
    assert any(record.get("note") == f"airgap-report nothing-left sha256 {digest}" for record in records), records[-1]
    assert ledger.anchored(records, home / "config")


@case
def what_leaves_is_counted():
    for script, address, port in (("echo x >/dev/udp/192.0.2.1/9", "192.0.2.1", 9),
                                  ("exec 3<>/dev/tcp/198.51.100.7/443", "198.51.100.7", 443),
                                  ("echo x >/dev/udp/2001:db8::1/9", "2001:db8::1", 9),
                                  # It outlives what started it.
                                  ("(sleep 0.3; echo x >/dev/udp/192.0.2.9/9) & disown", "192.0.2.9", 9)):
        status, report = command(script)
        assert status == 1 and report["verdict"] == "packets-left", (script, report)
        found = [(one["address"], one["port"]) for one in report["counted"]["destinations"]]
        if ":" in address and not os.path.exists("/proc/net/if_inet6"):
            continue
        assert (address, port) in found, (script, found)


@case
def questions_to_name_servers_are_seen():
    status, report = command("getent hosts enclave.example")
    assert status == 1 and report["counted"]["dns_queries"] > 0, report
    # A resolver of this machine would ask others.
    status, report = command("echo x >/dev/udp/127.0.0.53/53")
    assert status == 1 and report["verdict"] == "names-asked", report


@case
def loopback_is_no_leak():
    status, report = command("echo x >/dev/udp/127.0.0.1/9; (exec 3<>/dev/tcp/127.0.0.1/9); exit 3")
    assert status == 0 and report["verdict"] == "nothing-left", report
    assert report["counted"]["loopback_packets"] > 0 and report["exit_status"] == 3, report


@case
def hostile_configuration_changes_nothing():
    # A proxy for everything, and settings that name servers elsewhere.
    config = home / "config/glib-2.0/settings"
    config.mkdir(parents=True, exist_ok=True)
    (config / "keyfile").write_text("[dev/enclave/Enclave]\nservers=['http://example.com:80', 'http://192.0.2.1:11434', "
                                    "'http://127.0.0.1.nip.io:80']\nallowed-networks=['0.0.0.0/0']\n")
    proxies = {name: "http://192.0.2.99:3128" for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY")}
    status, report = run("airgap", "verify", GSETTINGS_BACKEND="keyfile", GIO_USE_PROXY_RESOLVER="gnome", **proxies)
    assert report["counted"]["packets_to_other_addresses"] == 0 and report["counted"]["dns_queries"] == 0, report
    shutil.rmtree(config)


@case
def a_server_of_this_machine_is_the_model():
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heard.append(connection.recv(4096).split(b"\r\n")[0])
                # Elsewhere, please.
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.77/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    status, report = run("--endpoint", "http://127.0.0.1:%d" % listener.getsockname()[1], "airgap", "verify")
    listener.close()
    assert heard, "nobody came"
    assert status == 1 and report["verdict"] == "conversation-failed", report
    assert report["counted"]["packets_to_other_addresses"] == 0


@case
def the_report_is_signed_by_the_users_key():
    if shutil.which("ssh-keygen") is None:
        return "ssh-keygen is not installed"
    keys = home / ".ssh"
    keys.mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / "id_ed25519"], check=True)
    _, report = command("true")
    subprocess.run(["ssh-keygen", "-Y", "check-novalidate", "-n", "enclave-airgap", "-s", report["signature"]], check=True,
                   stdin=open(report["path"], "rb"), stdout=subprocess.DEVNULL)
    _, report = run("airgap", "--no-signature", "verify", "--", "true")
    assert "signature" not in report
    return None


def seal():
    """What a terminal of a sealed window has: no socket but those of the file system."""
    libseccomp = ctypes.CDLL("libseccomp.so.2")
    libseccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(libseccomp.seccomp_init(0x7fff0000))

    class Compare(ctypes.Structure):  # pylint: disable=too-few-public-methods
        _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]

    number = libseccomp.seccomp_syscall_resolve_name(b"socket")
    comparison = Compare(0, 1, socket.AF_UNIX, 0)  # SCMP_CMP_NE
    libseccomp.seccomp_rule_add_array(context, 0x00050000 | errno.EAFNOSUPPORT, number, 1, ctypes.byref(comparison))
    libseccomp.seccomp_load(context)


@case
def sealed_terminals_are_named_as_the_reason():
    done = subprocess.run([PROGRAM, "--json", "airgap", "verify", "--", "true"], env=environment, capture_output=True, timeout=120,
                          check=False, preexec_fn=seal)
    message = json.loads(done.stdout)["error"]["message"]
    assert "sealed" in message and "outside Enclave" in message, message
    assert "user namespaces" not in message, message


if reason := namespaces.missing():
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)
failed = False
print(f"1..{len(cases)}")
for number, check in enumerate(cases, 1):
    name = check.__name__.replace("_", " ")
    try:
        skipped = check()
        print(f"ok {number} - {name}" + (f" # SKIP {skipped}" if skipped else ""))
    except Exception as error:  # pylint: disable=broad-except
        failed = True
        print(f"# {error!r}"[:2000].replace("\n", " "))
        print(f"not ok {number} - {name}")
shutil.rmtree(home, ignore_errors=True)
sys.exit(failed)
