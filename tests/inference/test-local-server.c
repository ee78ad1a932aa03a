/* test-local-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-local-server.h"
#include "enclave-test-box.h"
#include "enclave-test-exchange.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define MIB (1024 * 1024)

typedef struct
{
  EnclaveTestProject *place;
  char *program;
  EnclaveModelFile *model;
  EnclaveNetworkDoor *door;
  EnclaveServerList *list;
  EnclaveLocalServer *server;
  GString *states; /* as they came */
} Fixture;

static void
copy_program (Fixture *fixture, const char *fake, const char *name)
{
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "support", fake, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  enclave_test_project_write (fixture->place, name, text);
  fixture->program = enclave_test_project_path (fixture->place, name);
  g_assert_cmpint (g_chmod (fixture->program, 0755), ==, 0);
}

static EnclaveModelFile *
open_model (const char *path)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveModelFile *model;

  enclave_model_file_open_async (path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  model = enclave_model_file_open_finish (result, &error);
  g_assert_no_error (error);
  return model;
}

static void
state_cb (EnclaveLocalServer *server, GParamSpec *pspec, Fixture *fixture)
{
  static const char *const words[] = { "stopped", "starting", "loading", "ready", "failed" };

  g_string_append_printf (fixture->states, "%s ", words[enclave_local_server_get_state (server)]);
}

static void
set_up_lists (Fixture *fixture)
{
  fixture->door = enclave_network_door_new ();
  fixture->list = enclave_server_list_new (fixture->door);
  enclave_server_list_set_discover (fixture->list, FALSE);
  fixture->states = g_string_new (NULL);
}

/* @mode: (nullable): what the fake program is told. */
static void
set_up (Fixture *fixture, const char *mode)
{
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "fixtures", "toy", "toy.gguf", NULL);

  memset (fixture, 0, sizeof *fixture);
  fixture->place = enclave_test_project_new ();
  copy_program (fixture, "fake-llama-server.py", "bin/llama-server");
  if (mode != NULL)
    enclave_test_project_write (fixture->place, "bin/llama-server.json", mode);
  fixture->model = open_model (toy);
  set_up_lists (fixture);
  fixture->server = enclave_local_server_new_llama (fixture->program, fixture->model, 8192);
  g_signal_connect (fixture->server, "notify::state", G_CALLBACK (state_cb), fixture);
}

static void
tear_down (Fixture *fixture)
{
  if (fixture->server != NULL)
    enclave_test_finalize (fixture->server);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  g_clear_object (&fixture->model);
  g_clear_object (&fixture->list);
  g_clear_object (&fixture->door);
  g_string_free (fixture->states, TRUE);
  g_free (fixture->program);
  enclave_test_project_free (fixture->place);
}

static void
wait_for (Fixture *fixture, EnclaveLocalServerState state)
{
  for (guint i = 0; i < 1500; i++)
    {
      EnclaveLocalServerState now = enclave_local_server_get_state (fixture->server);

      if (now == state)
        return;
      if (now == ENCLAVE_LOCAL_SERVER_FAILED)
        {
          g_autofree char *log = enclave_local_server_dup_log (fixture->server, 20);

          g_error ("%s\n%s", enclave_local_server_get_message (fixture->server), log);
        }
      enclave_test_spin (20);
    }
  g_error ("the state is %d", enclave_local_server_get_state (fixture->server));
}

static void
assert_says (Fixture *fixture, const char *message, const char *line)
{
  g_autofree char *log = enclave_local_server_dup_log (fixture->server, 20);

  g_assert_cmpstr (enclave_local_server_get_message (fixture->server), ==, message);
  if (line != NULL && strstr (log, line) == NULL)
    g_error ("“%s” is not in:\n%s", line, log);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

static char *
chat (Fixture *fixture)
{
  EnclaveServer *server = enclave_local_server_get_server (fixture->server);
  g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (16);
  g_autoptr (EnclaveTestExchange) exchange = enclave_test_exchange_run (enclave_server_get_client (server), request);

  g_assert_no_error (exchange->error);
  return enclave_test_exchange_text (exchange, ENCLAVE_COMPLETION_TEXT);
}

static void
test_start (void)
{
  Fixture fixture;
  EnclaveServer *server;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autofree char *text = NULL;
  g_autofree char *socket = NULL;
  g_autofree char *folder = NULL;
  GStatBuf st;

  set_up (&fixture, "{\"load_s\":0.8}");
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_LOADING);
  for (guint i = 0; i < 3000 && enclave_local_server_get_fraction (fixture.server) < 0.2; i++)
    enclave_test_spin (10);
  g_assert_cmpfloat (enclave_local_server_get_fraction (fixture.server), >=, 0.2);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  g_assert_cmpstr (fixture.states->str, ==, "starting loading ready ");
  server = enclave_local_server_get_server (fixture.server);
  g_assert_true (enclave_server_get_is_managed (server));
  g_assert_cmpstr (enclave_server_get_place (server), ==, "private socket, no network");
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_server_get_endpoint (server)), ==, ENCLAVE_ENDPOINT_LLAMACPP);
  model = g_list_model_get_item (enclave_server_get_models (server), 0);
  g_assert_cmpstr (enclave_model_info_get_id (model), ==, "toy");
  g_assert_cmpuint (enclave_model_info_get_context_loaded (model), ==, 8192);
  text = chat (&fixture);
  g_assert_cmpstr (text, ==, "Hello from inside");
  socket = g_strdup (enclave_endpoint_get_address (enclave_server_get_endpoint (server)));
  folder = g_path_get_dirname (socket);
  g_assert_cmpint (g_stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  enclave_local_server_stop (fixture.server);
  g_assert_cmpint (enclave_local_server_get_state (fixture.server), ==, ENCLAVE_LOCAL_SERVER_STOPPED);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  /* And again. */
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  tear_down (&fixture);
}

/* A program that knows no sockets, or only says so: behind a relay, with a key. */
static void
test_without_socket (void)
{
  static const char *const modes[] = { "{\"help\":\"old\"}", "{\"help\":\"promises\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      Fixture fixture;
      g_autofree char *text = NULL;
      g_autoptr (EnclaveInferenceClient) stranger = NULL;
      g_autoptr (EnclaveChatRequest) request = enclave_test_request_new (16);
      g_autoptr (EnclaveTestExchange) exchange = NULL;

      set_up (&fixture, modes[i]);
      enclave_local_server_start (fixture.server, fixture.list);
      wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
      text = chat (&fixture);
      g_assert_cmpstr (text, ==, "Hello from inside");
      stranger = enclave_test_client_new (
        enclave_endpoint_get_uri (enclave_server_get_endpoint (enclave_local_server_get_server (fixture.server))),
        ENCLAVE_ENDPOINT_LLAMACPP);
      exchange = enclave_test_exchange_run (stranger, request);
      g_assert_error (exchange->error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_KEY);
      tear_down (&fixture);
    }
}

static void
test_failures (void)
{
  static const struct
  {
    const char *mode;
    const char *message;
    const char *line;
    gboolean out_of_memory;
  } cases[] = {
    { "{\"end\":\"exit\"}", "llama-server ended with status 3 before it was ready.", "giving up for a reason of its own", FALSE },
    { "{\"end\":\"crash\"}", "llama-server crashed: Segmentation fault.", "something went wrong", FALSE },
    { "{\"end\":\"kill\"}", "The system ended llama-server, most likely because memory ran out.", "loading model tensors", TRUE },
    { "{\"end\":\"words\"}", "llama-server ran out of memory.", "unable to allocate CPU buffer", TRUE },
    { "{\"end\":\"model\"}", "llama-server can’t load this model file.", "unknown model architecture", FALSE },
    { "{\"end\":\"allocate\"}", "llama-server was ended before it took all memory: more than 300 MiB of memory.", NULL, TRUE },
    { "{\"help\":\"other\"}", "llama-server is no llama-server: what it says to --help names neither --host nor -m.", "usage: other", FALSE },
    { "{\"silent\":true}", "llama-server has neither read nor said anything for 1 second, and is not ready; it was ended.",
      "loading model tensors", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      set_up (&fixture, cases[i].mode);
      enclave_local_server_set_limits (fixture.server, 1500, 300 * MIB);
      enclave_local_server_start (fixture.server, fixture.list);
      for (guint k = 0; k < 1500 && enclave_local_server_get_state (fixture.server) != ENCLAVE_LOCAL_SERVER_FAILED; k++)
        enclave_test_spin (20);
      assert_says (&fixture, cases[i].message, cases[i].line);
      g_assert_cmpint (enclave_local_server_get_ran_out_of_memory (fixture.server), ==, cases[i].out_of_memory);
      tear_down (&fixture);
    }
}

static void
test_crash_later (void)
{
  Fixture fixture;
  g_autofree char *text = NULL;

  set_up (&fixture, "{\"end\":\"crash\",\"end_after\":\"ready\"}");
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  text = chat (&fixture);
  for (guint k = 0; k < 500 && enclave_local_server_get_state (fixture.server) != ENCLAVE_LOCAL_SERVER_FAILED; k++)
    enclave_test_spin (20);
  assert_says (&fixture, "llama-server crashed: Segmentation fault.", "something went wrong");
  /* Restart is the same as start. */
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  g_assert_cmpstr (enclave_local_server_get_message (fixture.server), ==, "");
  tear_down (&fixture);
}

static void
test_cancel (void)
{
  Fixture fixture;

  set_up (&fixture, "{\"load_s\":60}");
  enclave_local_server_start (fixture.server, fixture.list);
  enclave_local_server_stop (fixture.server);
  g_assert_cmpint (enclave_local_server_get_state (fixture.server), ==, ENCLAVE_LOCAL_SERVER_STOPPED);
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_LOADING);
  enclave_test_spin (500);
  enclave_local_server_stop (fixture.server);
  g_assert_cmpstr (fixture.states->str, ==, "starting stopped starting loading stopped ");
  enclave_test_spin (500);
  g_assert_cmpint (enclave_local_server_get_state (fixture.server), ==, ENCLAVE_LOCAL_SERVER_STOPPED);
  tear_down (&fixture);
}

static void
test_no_program (void)
{
  Fixture fixture;

  set_up (&fixture, NULL);
  g_assert_cmpint (g_chmod (fixture.program, 0644), ==, 0);
  enclave_local_server_start (fixture.server, fixture.list);
  for (guint k = 0; k < 500 && enclave_local_server_get_state (fixture.server) != ENCLAVE_LOCAL_SERVER_FAILED; k++)
    enclave_test_spin (20);
  assert_says (&fixture, "llama-server can’t be run here.", NULL);
  tear_down (&fixture);
}

/* The administrator's list is the list. */
static void
test_fixed (void)
{
  static const char *const addresses[] = { "127.0.0.1:8080", NULL };
  Fixture fixture;

  set_up (&fixture, NULL);
  enclave_server_list_set_fixed (fixture.list, addresses);
  enclave_local_server_start (fixture.server, fixture.list);
  for (guint k = 0; k < 500 && enclave_local_server_get_state (fixture.server) != ENCLAVE_LOCAL_SERVER_FAILED; k++)
    enclave_test_spin (20);
  g_assert_nonnull (strstr (enclave_local_server_get_message (fixture.server), "administrator"));
  tear_down (&fixture);
}

static guint
count_processes (const char *word)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *text = NULL;
      gsize length;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &text, &length, NULL))
        continue;
      for (gsize i = 0; i < length; i++)
        if (text[i] == '\0')
          text[i] = ' ';
      n += length > 0 && strstr (text, word) != NULL ? 1 : 0;
    }
  return n;
}

/* Not even kill -9 of Enclave leaves a server behind. */
static void
test_ends_with_enclave (void)
{
  Fixture fixture;
  pid_t child;
  guint n = 0;

  set_up (&fixture, NULL);
  child = fork ();
  if (child == 0)
    {
      enclave_local_server_start (fixture.server, fixture.list);
      for (;;)
        g_main_context_iteration (NULL, TRUE);
    }
  for (guint i = 0; i < 3000 && (n = count_processes (fixture.program)) == 0; i++)
    g_usleep (20000);
  g_assert_cmpuint (n, >, 0);
  g_usleep (600000);
  g_assert_cmpuint (count_processes (fixture.program), >, 0);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  for (guint i = 0; i < 3000 && (n = count_processes (fixture.program)) > 0; i++)
    g_usleep (20000);
  g_assert_cmpuint (n, ==, 0);
  tear_down (&fixture);
}

static void
test_ollama (void)
{
  Fixture fixture = { enclave_test_project_new () };
  g_autofree char *store = enclave_test_project_path (fixture.place, "store");
  EnclaveServer *server;

  copy_program (&fixture, "fake-ollama.py", "bin/ollama");
  enclave_test_project_make_folder (fixture.place, "store");
  set_up_lists (&fixture);
  fixture.server = enclave_local_server_new_ollama (fixture.program, store);
  g_signal_connect (fixture.server, "notify::state", G_CALLBACK (state_cb), &fixture);
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  g_assert_cmpstr (fixture.states->str, ==, "starting loading ready ");
  server = enclave_local_server_get_server (fixture.server);
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_server_get_endpoint (server)), ==, ENCLAVE_ENDPOINT_OLLAMA);
  /* OLLAMA_NO_CLOUD=1, as the server itself says. */
  g_assert_cmpstr (enclave_inference_client_get_cloud (enclave_server_get_client (server)), ==, "off");
  tear_down (&fixture);
}

static const char real_program[]
  = "#!/bin/sh\n"
    "# llama-server's own words, in front of a real model on a real llama.cpp.\n"
    "here=$(dirname \"$0\")\n"
    "while [ $# -gt 0 ]; do\n"
    "  case $1 in\n"
    "    --help) echo '-m FNAME, -c N, --host HOST: or a socket that ends with .sock'; exit 0 ;;\n"
    "    -m) model=$2; shift ;;\n"
    "    --host) export TOY_SOCKET=$2; shift ;;\n"
    "  esac\n"
    "  shift\n"
    "done\n"
    "exec node \"$here/toy-engine.mjs\" \"$here\" \"$model\" \"$here/toy-template.jinja\"\n";

static void
copy_beside (const char *folder, const char *source, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

/* A real model on a real llama.cpp, in the box, without network. */
static void
test_real (void)
{
  const char *folder = g_getenv ("ENCLAVE_TOY_ENGINE");
  g_autofree char *installed = folder != NULL ? g_build_filename (folder, "installed", NULL) : NULL;
  g_autofree char *engine = g_test_build_filename (G_TEST_DIST, "support", "toy-engine.mjs", NULL);
  g_autofree char *template = g_test_build_filename (G_TEST_DIST, "fixtures", "toy", "toy-template.jinja", NULL);
  g_autofree char *toy = g_test_build_filename (G_TEST_DIST, "fixtures", "toy", "toy.gguf", NULL);
  g_autofree char *program = NULL;
  g_autofree char *text = NULL;
  Fixture fixture = { NULL };

  if (installed == NULL || !g_file_test (installed, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the toy engine is not installed: sh tests/support/install-toy-engine.sh");
      return;
    }
  program = g_build_filename (folder, "llama-server", NULL);
  copy_beside (folder, engine, "toy-engine.mjs");
  copy_beside (folder, template, "toy-template.jinja");
  g_assert_true (g_file_set_contents (program, real_program, -1, NULL));
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  fixture.place = enclave_test_project_new ();
  fixture.model = open_model (toy);
  set_up_lists (&fixture);
  fixture.server = enclave_local_server_new_llama (program, fixture.model, 8192);
  g_signal_connect (fixture.server, "notify::state", G_CALLBACK (state_cb), &fixture);
  enclave_local_server_start (fixture.server, fixture.list);
  wait_for (&fixture, ENCLAVE_LOCAL_SERVER_READY);
  text = chat (&fixture);
  g_test_message ("%s", text);
  g_assert_true (g_str_has_prefix (text, "Hello"));
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  if (enclave_test_box_is_missing ())
    return 0;
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-server/start", test_start);
  g_test_add_func ("/local-server/without-socket", test_without_socket);
  g_test_add_func ("/local-server/failures", test_failures);
  g_test_add_func ("/local-server/crash-later", test_crash_later);
  g_test_add_func ("/local-server/cancel", test_cancel);
  g_test_add_func ("/local-server/no-program", test_no_program);
  g_test_add_func ("/local-server/fixed", test_fixed);
  g_test_add_func ("/local-server/ends-with-enclave", test_ends_with_enclave);
  g_test_add_func ("/local-server/ollama", test_ollama);
  g_test_add_func ("/local-server/real", test_real);
  return g_test_run ();
}
