/* test-command-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command-fixture.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"

static void
assert_keeps_secret (CommandFixture *fixture, const char *line)
{
  g_autofree char *output = command_fixture_shell (fixture, line, NULL);

  if (strstr (output, CANARY) != NULL)
    g_error ("%s gave the secret away", line);
}

static void
test_secrets (CommandFixture *fixture, gconstpointer data)
{
  static const char *const attacks[] = {
    "cat .env", "cat ./src/../.env", "cat \"$PWD/.env\"", "cat notes.txt", "cat hard.txt", "cat LOUD/.ENV",
    "cat /proc/self/root$PWD/.env", "cat /proc/1/root$PWD/.env", "cat /proc/self/cwd/.env", "mv .env x; cat x .env",
    "cp .env x; cat x", "ln .env x; cat x", "ln -s .env y; cat y", "mv src2 src3; cat src3/.env",
    "chmod 644 .env; cat .env", "rm -f .env; cat .env", "umount .env; cat .env", "grep -r canary .",
    "tar cf - . | strings", "cd .ssh && cat id_ed25519", "cat .ssh/id_ed25519", "chmod 755 closed; cat closed/.env",
    "cat closed/.env", "cat passable/.env", "python3 -c 'print(open(\".env\").read())'", "dd if=.env",
    "unshare -Urm cat .env", "cat < .env", "source ./.env; echo $TOKEN", "find . -name '*env*' -exec cat {} +",
    "cat /.blank/file; ls -R /.blank; cat /tmp/*/.env", "cat /proc/*/environ | strings",
  };

  enclave_test_project_symlink (fixture->project, ".env", "notes.txt");
  enclave_test_project_hard_link (fixture->project, ".env", "hard.txt");
  enclave_test_project_write (fixture->project, "LOUD/.ENV", CANARY);
  enclave_test_project_write (fixture->project, "src2/.env", CANARY);
  enclave_test_project_write (fixture->project, ".ssh/id_ed25519", CANARY);
  enclave_test_project_write (fixture->project, "closed/.env", CANARY);
  enclave_test_project_write (fixture->project, "passable/.env", CANARY);
  {
    g_autofree char *closed = enclave_test_project_path (fixture->project, "closed");
    g_autofree char *passable = enclave_test_project_path (fixture->project, "passable");

    g_assert_cmpint (chmod (closed, 0), ==, 0);
    g_assert_cmpint (chmod (passable, 0111), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS (attacks); i++)
      assert_keeps_secret (fixture, attacks[i]);
    chmod (closed, 0755);
    chmod (passable, 0755);
  }
  {
    g_autofree char *kept = enclave_test_project_read (fixture->project, ".env");

    g_assert_cmpstr (kept, ==, "TOKEN=" CANARY "\n");
  }
}

static void
test_many_masks (CommandFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *path = g_strdup_printf ("many/%u/.env", i);

      enclave_test_project_write (fixture->project, path, CANARY);
    }
  assert_keeps_secret (fixture, "cat many/*/.env; grep -r canary many");
}

static int
listen_at (GSocketAddress *address)
{
  struct sockaddr_storage native;
  int fd = socket (g_socket_address_get_family (address), SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_true (g_socket_address_to_native (address, &native, sizeof native, NULL));
  g_assert_cmpint (bind (fd, (struct sockaddr *) &native, (socklen_t) g_socket_address_get_native_size (address)), ==, 0);
  g_assert_cmpint (listen (fd, 8), ==, 0);
  return fd;
}

static gboolean
is_called (int fd)
{
  struct pollfd waiting = { fd, POLLIN, 0 };

  return poll (&waiting, 1, 0) == 1;
}

/* Moved away with its folder, the project's rules would be gone for the next command; a socket that is there leads out. */
static void
test_ways_round (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->project, "server");
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  int listener = listen_at (address);

  enclave_test_project_write (fixture->project, ".enclave/policy", "*.private\n");
  command_fixture_assert (fixture, "mv .enclave gone", 1, NULL);
  command_fixture_assert (fixture, "rm -rf .enclave", 1, NULL);
  command_fixture_assert (fixture,
                          "python3 -c 'import socket;socket.socket(socket.AF_UNIX).connect(\"server\")'", 1, NULL);
  g_assert_false (is_called (listener));
  command_fixture_assert (fixture,
                          "python3 -c 'import socket as s;a=s.socket(s.AF_UNIX);a.bind(\"own\");a.listen();"
                          "b=s.socket(s.AF_UNIX);b.connect(\"own\");print(\"met\")'", 0, "met");
  close (listener);
}

/* What the level says that it can't hold, so that nobody takes it for held; and what it holds. */
static void
test_level_is_honest (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *line
    = g_strdup_printf ("cd '%s' && git init -q . && git add -f .env && git -c user.name=a -c user.email=b@c commit -qm x",
                       fixture->project->root);
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  command_fixture_assert (fixture, "git --no-pager log --oneline", 0, " x");
  g_test_message ("level %s", enclave_sandbox_level_to_word (enclave_sandbox_get_level (fixture->sandbox)));
  /* History is not masked: what can be read there has to be said. */
  {
    g_autofree char *shown
      = command_fixture_shell (fixture, "git --no-pager show HEAD:.env", NULL);

    if (enclave_sandbox_get_level (fixture->sandbox) == ENCLAVE_SANDBOX_FULL)
      {
        g_assert_null (strstr (shown, CANARY));
        g_assert_cmpstr (enclave_sandbox_get_reason (fixture->sandbox), ==, "");
      }
    else if (strstr (shown, CANARY) != NULL)
      g_assert_nonnull (strstr (enclave_sandbox_get_reason (fixture->sandbox), "git"));
  }
  g_assert_true (enclave_sandbox_get_user_namespaces (fixture->sandbox));
}

static void
test_network (CommandFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) loopback = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) abstract
    = g_unix_socket_address_new_with_type ("enclave-test-abstract", -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "listener", NULL);
  g_autoptr (GSocketAddress) named = g_unix_socket_address_new (path);
  int listeners[] = { listen_at (loopback), listen_at (abstract), listen_at (named) };
  g_autofree char *tcp = NULL;
  g_autofree char *unix_sockets = NULL;
  g_autofree char *listing = NULL;
  struct sockaddr_in bound;
  socklen_t length = sizeof bound;

  g_assert_cmpint (getsockname (listeners[0], (struct sockaddr *) &bound, &length), ==, 0);
  tcp = g_strdup_printf ("echo hi >/dev/tcp/127.0.0.1/%u", ntohs (bound.sin_port));
  {
    /* The same line outside reaches the listener: the test can fail. */
    const char *argv[] = { "/bin/bash", "-c", tcp, NULL };
    int status;

    g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, NULL));
    g_assert_cmpint (status, ==, 0);
    g_assert_true (is_called (listeners[0]));
    close (accept (listeners[0], NULL, NULL));
    g_assert_false (is_called (listeners[0]));
  }
  command_fixture_assert (fixture, tcp, 1, NULL);
  command_fixture_assert (fixture, "echo hi >/dev/udp/192.0.2.1/53 && echo sent", 1, NULL);
  unix_sockets = g_strdup_printf (
    "python3 - <<'E'\nimport socket\nfor a in ('\\0enclave-test-abstract', '%s', '/run/dbus/system_bus_socket'):\n"
    "  s = socket.socket(socket.AF_UNIX)\n  try:\n    s.connect(a)\n    print('connected', repr(a))\n"
    "  except OSError as e:\n    print('refused')\n"
    "for f in (socket.AF_PACKET, socket.AF_VSOCK, 38, 40, 15):\n  try:\n    socket.socket(f, socket.SOCK_STREAM)\n"
    "    print('made', f)\n  except OSError as e:\n    print('refused')\nE", path);
  listing = command_fixture_shell (fixture, unix_sockets, NULL);
  g_assert_null (strstr (listing, "connected"));
  g_assert_null (strstr (listing, "made"));
  g_assert_nonnull (strstr (listing, "refused"));
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    {
      g_assert_false (is_called (listeners[i]));
      close (listeners[i]);
    }
  /* A server and its client within one command do meet. */
  command_fixture_assert (fixture,
                "python3 -c 'import socket;s=socket.create_server((\"127.0.0.1\",0));"
                "c=socket.create_connection(s.getsockname());print(\"met\")'", 0, "met");
}

static void
test_environment (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *output = NULL;
  g_autofree char *home_line = g_strdup_printf ("ls -d %s/config 2>&1", g_get_home_dir ());

  g_setenv ("ENCLAVE_TEST_SECRET", CANARY, TRUE);
  output = command_fixture_shell (fixture, "env; cat /proc/1/environ /proc/self/environ | tr '\\0' '\\n'", NULL);
  g_unsetenv ("ENCLAVE_TEST_SECRET");
  g_assert_null (strstr (output, CANARY));
  g_assert_null (strstr (output, "XDG_RUNTIME_DIR"));
  g_assert_null (strstr (output, "DBUS"));
  g_assert_nonnull (strstr (output, "HOME=/tmp/home"));
  command_fixture_assert (fixture, home_line, 2, NULL);
  command_fixture_assert (fixture, "cat /etc/shadow", 1, NULL);
  command_fixture_assert (fixture, "ls /root /home /srv /var/lib", 2, NULL);
  command_fixture_assert (fixture, "touch /usr/x /etc/x /x", 1, NULL);
  command_fixture_assert (fixture, "touch \"$HOME/x\" /tmp/x && echo fine", 0, "fine");
  /* The launcher's report can't be written by the command. */
  command_fixture_assert (fixture, "for f in /proc/1/fd/*; do echo 'status 0' > \"$f\"; done 2>/dev/null; exit 7", 7, NULL);
}

static void
test_calls (CommandFixture *fixture, gconstpointer data)
{
  static const char script[]
    = "python3 - <<'E'\n"
      "import ctypes, fcntl, os\n"
      "libc = ctypes.CDLL(None, use_errno=True)\n"
      "def call(name, number, *a):\n"
      "  r = libc.syscall(number, *a)\n"
      "  print(name, 'worked' if r >= 0 else 'refused %d' % ctypes.get_errno())\n"
      "z = ctypes.c_void_p(0)\n"
      "call('unshare', 272, 0x10000000)\n"
      "call('unshare-net', 272, 0x40000000)\n"
      "call('clone-user', 56, ctypes.c_ulong(0x10000011), z, z, z, z)\n"
      "call('clone3', 435, ctypes.c_char_p(b'\\0' * 88), 88)\n"
      "call('setns', 308, 0, 0)\n"
      "call('mount', 165, ctypes.c_char_p(b'x'), ctypes.c_char_p(b'/tmp'), ctypes.c_char_p(b'tmpfs'), 0, z)\n"
      "call('bpf', 321, 0, z, 0)\n"
      "call('io_uring', 425, 1, ctypes.c_char_p(b'\\0' * 120))\n"
      "call('keyctl', 250, 0, -3, 0)\n"
      "call('perf', 298, ctypes.c_char_p(b'\\0' * 120), 0, -1, -1, 0)\n"
      "call('userfaultfd', 323, 1)\n"
      "call('chroot', 161, ctypes.c_char_p(b'/tmp'))\n"
      "call('handle', 304, -100, ctypes.c_char_p(b'\\0' * 16), 0)\n"
      "call('ptrace-1', 101, 16, 1, z, z)\n"
      "call('setuid', 105, 4242)\n"
      "c = ctypes.c_char_p(b'x')\n"
      "call('tiocsti', 16, 0, ctypes.c_ulong(0x5412), c)\n"
      "call('tiocsti-high', 16, 0, ctypes.c_ulong(0x100005412), c)\n"
      "call('tioclinux', 16, 0, ctypes.c_ulong(0x54100000000 | 0x541c), c)\n"
      "E\n";
  g_autofree char *output = command_fixture_shell (fixture, script, NULL);

  if (strstr (output, "worked") != NULL || strstr (output, "tiocsti-high refused 1") == NULL
      || strstr (output, "tiocsti refused 1") == NULL || strstr (output, "clone3 refused 38") == NULL
      || strstr (output, "tioclinux refused 1") == NULL || strstr (output, "io_uring refused 1") == NULL)
    g_error ("%s", output);
  command_fixture_assert (fixture, "grep -E 'CapEff|CapPrm|CapBnd|CapAmb' /proc/self/status | grep -vc 0000000000000000", 1, "0");
  command_fixture_assert (fixture, "grep NoNewPrivs: /proc/self/status", 0, "1");
  command_fixture_assert (fixture, "su -c true nobody </dev/null", 1, NULL);
  command_fixture_assert (fixture, "python3 -c 'import threading;t=threading.Thread(target=print,args=(\"threads\",));t.start();t.join()'",
                0, "threads");
}

static void
test_exit (CommandFixture *fixture, gconstpointer data)
{
  const char *missing[] = { "no-such-program-here", NULL };
  const char *not_a_program[] = { "./src/a.txt", NULL };
  EnclaveCommandOptions options = { .argv = missing, .timeout_s = 20, .input_fd = -1 };
  g_autoptr (EnclaveCommandResult) first = NULL;
  g_autoptr (EnclaveCommandResult) second = NULL;

  command_fixture_assert (fixture, "true", 0, NULL);
  command_fixture_assert (fixture, "exit 7", 7, NULL);
  command_fixture_assert (fixture, "kill -SEGV $$", 128 + SIGSEGV, NULL);
  command_fixture_assert (fixture, "kill -KILL $$", 128 + SIGKILL, NULL);
  first = command_fixture_run (fixture, &options, NULL, NULL);
  g_assert_nonnull (first);
  g_assert_cmpint (WEXITSTATUS (first->wait_status), ==, 127);
  options.argv = not_a_program;
  second = command_fixture_run (fixture, &options, NULL, NULL);
  g_assert_nonnull (second);
  g_assert_cmpint (WEXITSTATUS (second->wait_status), ==, 126);
  command_fixture_assert (fixture, "stty size; tty -s && echo terminal; [ -r /dev/tty ] && echo own", 0, "40 120");
}

/* A program that only the command's PATH leads to. */
static void
test_path (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strconcat (fixture->project->root, "/tools:", before, NULL);
  g_autofree char *program = enclave_test_project_path (fixture->project, "tools/only-here");
  const char *argv[] = { "only-here", NULL };
  EnclaveCommandOptions options = { .argv = argv, .timeout_s = 20, .input_fd = -1 };
  g_autoptr (EnclaveCommandResult) result = NULL;

  enclave_test_project_write (fixture->project, "tools/only-here", "#!/bin/sh\nexit 5\n");
  g_assert_cmpint (chmod (program, 0755), ==, 0);
  g_setenv ("PATH", path, TRUE);
  result = command_fixture_run (fixture, &options, NULL, NULL);
  g_setenv ("PATH", before, TRUE);
  g_assert_nonnull (result);
  g_assert_cmpint (WEXITSTATUS (result->wait_status), ==, 5);
}

/* Tool chains of the home are there, read-only, when PATH leads to them; the rest of the home is not. */
static void
test_home_tools (CommandFixture *fixture, gconstpointer data)
{
  static const char *const shown[] = { ".cargo/bin/tool", ".rustup/toolchains/t", ".rustup/settings.toml", ".rustup/update-hashes/h" };
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strconcat (g_get_home_dir (), "/.cargo/bin:", before, NULL);
  g_autofree char *look = g_strdup_printf ("cd '%s' && cat .cargo/bin/tool .rustup/toolchains/t .rustup/settings.toml "
                                           ".rustup/update-hashes/h", g_get_home_dir ());
  g_autofree char *spoil = g_strdup_printf ("echo x > '%s/.cargo/bin/tool'", g_get_home_dir ());
  g_autofree char *secret = g_strdup_printf ("cat '%s/.cargo/credentials.toml'", g_get_home_dir ());
  g_autofree char *credentials = g_build_filename (g_get_home_dir (), ".cargo/credentials.toml", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *file = g_build_filename (g_get_home_dir (), shown[i], NULL);
      g_autofree char *folder = g_path_get_dirname (file);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      g_assert_true (g_file_set_contents (file, "tool\n", -1, NULL));
    }
  g_assert_true (g_file_set_contents (credentials, CANARY, -1, NULL));
  g_setenv ("PATH", path, TRUE);
  command_fixture_assert (fixture, look, 0, "tool\r\ntool\r\ntool\r\ntool");
  command_fixture_assert (fixture, spoil, 1, NULL);
  assert_keeps_secret (fixture, secret);
  g_setenv ("PATH", before, TRUE);
}

static gboolean
cancel_it (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
is_running (const char *marker)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *line = NULL;
      gsize length = 0;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &line, &length, NULL))
        continue;
      for (gsize i = 0; i < length; i++)
        if (line[i] == '\0')
          line[i] = ' ';
      if (length > 0 && strstr (line, marker) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* The kernel ends the processes of a namespace while their launcher is reaped already. */
static void
assert_ended (const char *marker)
{
  for (guint i = 0; i < 3000 && is_running (marker); i++)
    g_usleep (50 * 1000);
  g_assert_false (is_running (marker));
}

static void
test_tree_ends (CommandFixture *fixture, gconstpointer data)
{
  const char *line = "(setsid sleep 4711.25 & ) ; (trap '' HUP TERM INT; sleep 4711.25 & disown) ; nohup sleep 4711.25 & "
                     "echo started; sleep 4711.25";
  const char *argv[] = { "/bin/bash", "-c", line, NULL };
  EnclaveCommandOptions options = { .argv = argv, .timeout_s = 1, .input_fd = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCommandResult) timed = command_fixture_run (fixture, &options, NULL, &error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (EnclaveCommandResult) stopped = NULL;
  gint64 start;

  g_assert_no_error (error);
  g_assert_true (timed->timed_out);
  g_assert_false (timed->stopped);
  g_assert_nonnull (strstr (g_bytes_get_data (timed->output, NULL), "started"));
  assert_ended ("4711.25");

  options.timeout_s = 0;
  start = g_get_monotonic_time ();
  g_timeout_add (700, cancel_it, cancellable);
  stopped = command_fixture_run (fixture, &options, cancellable, &error);
  g_assert_no_error (error);
  g_assert_true (stopped->stopped);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  assert_ended ("4711.25");
  /* What runs in the background ends with the command. */
  command_fixture_assert (fixture, "setsid sleep 4711.25 & exit 3", 3, NULL);
  assert_ended ("4711.25");
}

static gboolean
type_interrupt (gpointer fd)
{
  g_assert_cmpint (write (GPOINTER_TO_INT (fd), "\003", 1), ==, 1);
  return G_SOURCE_REMOVE;
}

static void
test_input (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/sh", "-c", "stty -echo; read a; echo \"<$a>\"; cat | wc -c", NULL };
  const char *ctrl_c[] = { "/bin/sh", "-c", "sleep 60; echo went on", NULL };
  EnclaveCommandOptions options = { .argv = argv, .timeout_s = 20 };
  g_autoptr (EnclaveCommandResult) result = NULL;
  g_autoptr (EnclaveCommandResult) interrupted = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], "word\nrest", 9), ==, 9);
  close (fds[1]);
  options.input_fd = fds[0];
  result = command_fixture_run (fixture, &options, NULL, &error);
  close (fds[0]);
  g_assert_no_error (error);
  g_assert_false (result->timed_out);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (result->output, NULL), (gssize) g_bytes_get_size (result->output), "<word>"));

  g_assert_cmpint (pipe (fds), ==, 0);
  /* Typed once the command is there: before, it would reach nobody. */
  g_timeout_add (1500, type_interrupt, GINT_TO_POINTER (fds[1]));
  options.argv = ctrl_c;
  options.input_fd = fds[0];
  interrupted = command_fixture_run (fixture, &options, NULL, &error);
  close (fds[0]);
  close (fds[1]);
  g_assert_no_error (error);
  g_assert_false (interrupted->timed_out);
  g_assert_cmpint (interrupted->wait_status, ==, SIGINT);
}

static gsize
resident_kib (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  return (gsize) g_ascii_strtoull (strstr (text, "VmRSS:") + 6, NULL, 10);
}

static void
test_output (CommandFixture *fixture, gconstpointer data)
{
  const char *flood[] = { "/bin/sh", "-c", "echo first; head -c 100000000 /dev/zero | tr '\\0' x; echo last", NULL };
  const char *garbage[] = { "/bin/sh", "-c", "stty raw; printf '\\000\\377\\033[31mé\\r\\n'; head -c 5000 /dev/urandom", NULL };
  EnclaveCommandOptions options = { .argv = flood, .timeout_s = 60, .input_fd = -1 };
  g_autoptr (EnclaveCommandResult) first = NULL;
  g_autoptr (EnclaveCommandResult) second = NULL;
  g_autoptr (GError) error = NULL;
  gsize before = resident_kib ();
  gsize length;
  const char *bytes;

  first = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (first->timed_out);
  g_assert_true (first->truncated);
  bytes = g_bytes_get_data (first->output, &length);
  g_assert_cmpuint (length, <=, ENCLAVE_COMMAND_OUTPUT_MAX_BYTES + 100);
  g_assert_true (g_str_has_prefix (bytes, "first\r\n"));
  g_assert_cmpint (memcmp (bytes + length - 6, "last\r\n", 6), ==, 0);
  g_assert_cmpuint (resident_kib (), <, before + 8 * 1024);

  options.argv = garbage;
  second = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (second->output), >=, 5000);
}

static void
test_writes (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/sh", "-c", "touch new src/new; echo x >> src/a.txt; rm -f src/a.txt; mkdir d", NULL };
  EnclaveCommandOptions options = { .argv = argv, .timeout_s = 20, .input_fd = -1, .read_only = TRUE };
  g_autoptr (EnclaveCommandResult) read_only = NULL;
  g_autofree char *text = NULL;
  g_autofree char *made = enclave_test_project_path (fixture->project, "made");
  mode_t mask = umask (027);
  struct stat st;

  read_only = command_fixture_run (fixture, &options, NULL, NULL);
  g_assert_nonnull (read_only);
  g_assert_false (enclave_test_project_exists (fixture->project, "new"));
  g_assert_false (enclave_test_project_exists (fixture->project, "src/new"));
  g_assert_false (enclave_test_project_exists (fixture->project, "d"));
  text = enclave_test_project_read (fixture->project, "src/a.txt");
  g_assert_cmpstr (text, ==, "plain\n");

  command_fixture_assert (fixture, "echo x > made && mkdir sub && rm src/a.txt", 0, NULL);
  umask (mask);
  g_assert_cmpint (stat (made, &st), ==, 0);
  g_assert_cmpuint (st.st_uid, ==, geteuid ());
  g_assert_cmpuint (st.st_gid, ==, getegid ());
  g_assert_cmpuint (st.st_mode & 0777, ==, 0640);
  g_assert_false (enclave_test_project_exists (fixture->project, "src/a.txt"));
}

static void
test_work (CommandFixture *fixture, gconstpointer data)
{
  enclave_test_project_write (fixture->project, "hello.c",
                              "#include <stdio.h>\nint main (void) { puts (\"built\"); return 0; }\n");
  enclave_test_project_write (fixture->project, "Makefile", "hello: hello.c\n\tcc -O1 -o $@ $<\n");
  command_fixture_assert (fixture, "make && ./hello", 0, "built");
  command_fixture_assert (fixture, "git init -q . && git add hello.c && git -c user.name=a -c user.email=b@c commit -qm x && git status",
                0, "branch");
  command_fixture_assert (fixture, "python3 -c 'print(\"snake\")'", 0, "snake");
  if (access ("/usr/bin/node", X_OK) == 0)
    command_fixture_assert (fixture, "node -e 'console.log(\"node works\")'", 0, "node works");
}

static void
test_odd_places (CommandFixture *fixture, gconstpointer data)
{
  EnclaveTestProject *outer = fixture->project;
  g_autofree char *odd = enclave_test_project_path (outer, "with space/ünï/it's");
  g_autofree char *through_link = enclave_test_project_path (outer, "link/ünï/it's");

  enclave_test_project_write (outer, "with space/ünï/it's/.env", CANARY);
  enclave_test_project_write (outer, "with space/ünï/it's/file", "inside\n");
  enclave_test_project_symlink (outer, "with space", "link");
  g_clear_object (&fixture->gate);
  fixture->project = &(EnclaveTestProject){ odd };
  command_fixture_open_gate (fixture);
  command_fixture_assert (fixture, "pwd; cat file; touch made", 0, "inside");
  assert_keeps_secret (fixture, "cat .env");
  g_clear_object (&fixture->gate);
  fixture->project = &(EnclaveTestProject){ through_link };
  command_fixture_open_gate (fixture);
  command_fixture_assert (fixture, "cat file; ls made", 0, "inside");
  assert_keeps_secret (fixture, "cat .env");
  fixture->project = outer;
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (CommandFixture *, gconstpointer);
  } tests[] = {
    { "secrets", test_secrets },   { "many-masks", test_many_masks }, { "ways-round", test_ways_round }, { "level", test_level_is_honest },
    { "network", test_network },   { "environment", test_environment }, { "calls", test_calls },
    { "exit", test_exit },         { "path", test_path },             { "home-tools", test_home_tools }, { "tree-ends", test_tree_ends },
    { "input", test_input },       { "output", test_output },         { "writes", test_writes },
    { "work", test_work },         { "odd-places", test_odd_places },
  };

  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/command-door/", tests[i].name, NULL);

      g_test_add (path, CommandFixture, NULL, command_fixture_set_up, tests[i].test, command_fixture_tear_down);
    }
  return g_test_run ();
}
