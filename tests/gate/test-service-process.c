/* test-service-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-service-process.h"
#include "enclave-test-box.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

/* Answers each connection with one line about what it can reach. */
static const char server[]
  = "import os, socket, sys\n"
    "s = socket.socket(socket.AF_UNIX)\n"
    "s.bind(sys.argv[1] + '/socket')\n"
    "s.listen(4)\n"
    "def reaches(path):\n"
    "  try:\n"
    "    os.stat(path)\n"
    "    return 'yes'\n"
    "  except OSError:\n"
    "    return 'no'\n"
    "while True:\n"
    "  c, _ = s.accept()\n"
    "  c.sendall(('home %s etc-shadow %s env %s\\n' % (reaches(sys.argv[2]), 'yes' if os.access('/etc/shadow', os.R_OK) else 'no',\n"
    "             'yes' if 'ENCLAVE_TEST_SECRET' in os.environ else 'no')).encode())\n"
    "  c.close()\n";

static EnclaveServiceProcess *
start (const char *folder, GError **error)
{
  const char *argv[] = { "/usr/bin/python3", "-c", server, folder, g_get_home_dir (), NULL };

  return enclave_service_process_start (argv, folder, error);
}

static char *
ask (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GSocketConnection) connection
        = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
      char buffer[256];
      gssize n;

      if (connection == NULL)
        {
          enclave_test_spin (50);
          continue;
        }
      n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL);
      return n > 0 ? g_strndup (buffer, (gsize) n) : NULL;
    }
  return NULL;
}

static gboolean
is_refused (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "socket", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GSocketConnection) connection
        = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

      if (connection == NULL)
        return TRUE;
      enclave_test_spin (50);
    }
  return FALSE;
}

static void
on_exited (EnclaveServiceProcess *service, int wait_status, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_serves (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autoptr (GError) error = NULL;
  EnclaveServiceProcess *service;
  g_autofree char *answer = NULL;
  gboolean exited = FALSE;

  g_setenv ("ENCLAVE_TEST_SECRET", "x", TRUE);
  service = start (place->root, &error);
  g_assert_no_error (error);
  answer = ask (place->root);
  g_unsetenv ("ENCLAVE_TEST_SECRET");
  g_assert_cmpstr (answer, ==, "home no etc-shadow no env no\n");
  g_signal_connect (service, "exited", G_CALLBACK (on_exited), &exited);
  enclave_service_process_stop (service);
  for (guint i = 0; i < 3000 && !exited; i++)
    enclave_test_spin (20);
  g_assert_true (exited);
  g_assert_true (is_refused (place->root));
  enclave_test_finalize (service);
}

static void
test_ends_with_object (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  EnclaveServiceProcess *service = start (place->root, NULL);
  g_autofree char *answer = ask (place->root);

  g_assert_nonnull (answer);
  enclave_test_finalize (service);
  g_assert_true (is_refused (place->root));
}

/* Not even kill -9 of the program leaves its service behind. */
static void
test_ends_with_program (void)
{
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  pid_t child = fork ();
  g_autofree char *answer = NULL;

  if (child == 0)
    {
      EnclaveServiceProcess *service = start (place->root, NULL);

      for (;;)
        g_usleep (service != NULL ? 1000000 : 1000);
    }
  answer = ask (place->root);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_nonnull (answer);
  g_assert_true (is_refused (place->root));
}

typedef struct
{
  GString *output;
  gboolean exited;
} Heard;

static void
on_output (EnclaveServiceProcess *service, const char *text, Heard *heard)
{
  g_string_append (heard->output, text);
}

static void
on_end (EnclaveServiceProcess *service, int wait_status, Heard *heard)
{
  heard->exited = TRUE;
}

/* Runs @script until its end. (transfer full) */
static EnclaveServiceProcess *
run (EnclaveServiceOptions *options, const char *script, const char *argument, Heard *heard)
{
  const char *argv[] = { "/usr/bin/python3", "-c", script, argument, NULL };
  EnclaveServiceProcess *service;
  g_autoptr (GError) error = NULL;

  options->argv = argv;
  options->keep_output = TRUE;
  service = enclave_service_process_start_with (options, &error);
  g_assert_no_error (error);
  heard->output = g_string_new (NULL);
  heard->exited = FALSE;
  g_signal_connect (service, "output", G_CALLBACK (on_output), heard);
  g_signal_connect (service, "exited", G_CALLBACK (on_end), heard);
  for (guint i = 0; i < 3000 && !heard->exited; i++)
    enclave_test_spin (20);
  g_assert_true (heard->exited);
  return service;
}

/* What a model server can't do: reach anything, or change the model. */
static void
test_walls (void)
{
  static const char script[]
    = "import os, socket, sys\n"
      "model, port = sys.argv[1].split(':')\n"
      "print(open(model).read())\n"
      "for address in (('127.0.0.1', int(port)), ('192.0.2.1', 80)):\n"
      "  try:\n"
      "    socket.create_connection(address, 3)\n"
      "    print('connected')\n"
      "  except OSError as problem:\n"
      "    print(type(problem).__name__)\n"
      "for act in (lambda: open(model, 'w'), lambda: os.unlink(model), lambda: os.truncate(model, 0), lambda: os.chmod(model, 0)):\n"
      "  try:\n"
      "    act()\n"
      "    print('changed')\n"
      "  except OSError as problem:\n"
      "    print('refused')\n"
      "print([n for n in os.listdir('/sys/class/net')] if os.path.exists('/sys/class/net') else open('/proc/net/dev').read().count(':'))\n"
      "sys.exit(7)\n";
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autoptr (EnclaveTestProject) sockets = enclave_test_project_new ();
  g_autofree char *model = enclave_test_project_path (place, "m.gguf");
  const char *readable[] = { model, NULL };
  EnclaveServiceOptions options = { .socket_dir = sockets->root, .readable = readable };
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *argument = g_strdup_printf ("%s:%u", model, port);
  g_autoptr (EnclaveServiceProcess) service = NULL;
  g_autofree char *text = NULL;
  Heard heard;

  enclave_test_project_write (place, "m.gguf", "weights");
  service = run (&options, script, argument, &heard);
  g_assert_true (g_str_has_prefix (heard.output->str, "weights\nConnectionRefusedError\nOSError\nrefused\nrefused\nrefused\nrefused\n"));
  g_assert_true (g_str_has_suffix (heard.output->str, "\n1\n"));
  g_assert_cmpint (WEXITSTATUS (enclave_service_process_get_status (service)), ==, 7);
  g_assert_null (enclave_service_process_dup_failure (service));
  text = enclave_test_project_read (place, "m.gguf");
  g_assert_cmpstr (text, ==, "weights");
  g_string_free (heard.output, TRUE);
}

static void
test_memory (void)
{
  g_autoptr (EnclaveTestProject) sockets = enclave_test_project_new ();
  EnclaveServiceOptions options = { .socket_dir = sockets->root, .max_memory_bytes = 96 << 20 };
  g_autoptr (EnclaveServiceProcess) service = NULL;
  g_autofree char *limit = NULL;
  Heard heard;

  service = run (&options, "import time\nprint('loading', flush=True)\nx = bytes([1]) * (300 << 20)\ntime.sleep(30)\n", NULL, &heard);
  g_assert_cmpstr (heard.output->str, ==, "loading\n");
  limit = enclave_service_process_dup_limit (service);
  g_assert_cmpstr (limit, ==, "more than 96 MiB of memory");
  g_assert_cmpint (enclave_service_process_get_status (service), ==, SIGKILL);
  g_string_free (heard.output, TRUE);
}

static void
test_not_run (void)
{
  g_autoptr (EnclaveTestProject) sockets = enclave_test_project_new ();
  g_autofree char *nowhere = enclave_test_project_path (sockets, "nowhere");
  EnclaveServiceOptions options = { .socket_dir = nowhere };
  g_autoptr (EnclaveServiceProcess) service = NULL;
  g_autoptr (GError) error = NULL;
  Heard heard;

  service = run (&options, "print('ran')", NULL, &heard);
  g_assert_cmpstr (heard.output->str, ==, "");
  error = enclave_service_process_dup_failure (service);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED);
  g_string_free (heard.output, TRUE);
}

/* Read or mapped, a model counts as it comes in. */
static void
test_bytes_read (void)
{
  static const char script[]
    = "import mmap, sys, time\n"
      "f = open(sys.argv[3], 'rb')\n"
      "data = f.read() if sys.argv[2] == 'read' else mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)\n"
      "total = sum(data[i] for i in range(0, len(data), 4096))\n"
      "print('done', flush=True)\n"
      "time.sleep(60)\n";
  g_autoptr (EnclaveTestProject) place = enclave_test_project_new ();
  g_autoptr (EnclaveTestProject) sockets = enclave_test_project_new ();
  g_autofree char *model = enclave_test_project_path (place, "m.gguf");
  g_autofree char *bytes = g_malloc0 (48 << 20);
  const char *readable[] = { model, NULL };

  enclave_test_project_write_bytes (place, "m.gguf", bytes, 48 << 20);
  for (guint i = 0; i < 2; i++)
    {
      const char *argv[] = { "/usr/bin/python3", "-c", script, "x", i == 0 ? "read" : "map", model, NULL };
      EnclaveServiceOptions options = { .argv = argv, .socket_dir = sockets->root, .readable = readable, .keep_output = TRUE };
      g_autoptr (EnclaveServiceProcess) service = enclave_service_process_start_with (&options, NULL);
      Heard heard = { g_string_new (NULL), FALSE };

      g_signal_connect (service, "output", G_CALLBACK (on_output), &heard);
      for (guint k = 0; k < 300 && heard.output->len == 0; k++)
        enclave_test_spin (20);
      g_assert_cmpstr (heard.output->str, ==, "done\n");
      g_assert_cmpuint (enclave_service_process_get_bytes_read (service), >=, 48 << 20);
      g_assert_cmpuint (enclave_service_process_get_bytes_read (service), <, 96 << 20);
      g_string_free (heard.output, TRUE);
    }
}

int
main (int argc, char **argv)
{
  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/service-process/serves", test_serves);
  g_test_add_func ("/service-process/ends-with-object", test_ends_with_object);
  g_test_add_func ("/service-process/ends-with-program", test_ends_with_program);
  g_test_add_func ("/service-process/walls", test_walls);
  g_test_add_func ("/service-process/memory", test_memory);
  g_test_add_func ("/service-process/not-run", test_not_run);
  g_test_add_func ("/service-process/bytes-read", test_bytes_read);
  return g_test_run ();
}
