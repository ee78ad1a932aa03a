/* test-practice-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-inference-client.h"
#include "enclave-service-process.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"
#include "enclave-tour.h"

/* The engine as the window and enclavectl start it: a confined child, reached through its socket. */

typedef struct
{
  char *socket_path;
  EnclaveServiceProcess *process;
  EnclaveInferenceClient *client;
  int wait_status;
  gboolean exited;
} Fixture;

static void
on_exited (EnclaveServiceProcess *process, int wait_status, Fixture *fixture)
{
  fixture->exited = TRUE;
  fixture->wait_status = wait_status;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autofree char *socket_dir = NULL;
  g_autofree char *uri = NULL;
  g_auto (GStrv) argv = NULL;

  fixture->socket_path = enclave_tour_socket_path (&error);
  g_assert_no_error (error);
  argv = enclave_tour_engine_argv (fixture->socket_path);
  socket_dir = g_path_get_dirname (fixture->socket_path);
  fixture->process = enclave_service_process_start ((const char *const *) argv, socket_dir, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->process, "exited", G_CALLBACK (on_exited), fixture);
  uri = g_strconcat ("unix:", fixture->socket_path, NULL);
  endpoint = enclave_endpoint_new (uri, ENCLAVE_ENDPOINT_PRACTICE, &error);
  g_assert_no_error (error);
  fixture->client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->client);
  if (fixture->process != NULL)
    g_signal_handlers_disconnect_by_data (fixture->process, fixture);
  g_clear_object (&fixture->process);
  g_free (fixture->socket_path);
}

static GListModel *
wait_until_it_answers (Fixture *fixture)
{
  gint64 until = g_get_monotonic_time () + ENCLAVE_MANAGED_SERVER_START_MS * 1000;
  GListModel *models = NULL;

  while (models == NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GAsyncResult) finished = NULL;
      GAsyncResult *result = NULL;

      g_assert_false (fixture->exited);
      enclave_inference_client_identify_async (fixture->client, 1000, NULL, enclave_test_result_callback, &result);
      finished = enclave_test_wait (&result);
      models = enclave_inference_client_identify_finish (fixture->client, finished, &error);
      if (models != NULL)
        break;
      g_assert_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      enclave_test_spin (20);
    }
  return models;
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) models = wait_until_it_answers (fixture);
  g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, 0);
  struct stat st;

  g_assert_cmpstr (enclave_model_info_get_id (model), ==, "practice");
  g_assert_cmpint (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (fixture->client)), ==,
                   ENCLAVE_ENDPOINT_PRACTICE);
  g_assert_cmpint (stat (fixture->socket_path, &st), ==, 0);
  g_assert_true (S_ISSOCK (st.st_mode));
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
}

/* The process whose argument is the socket, and which is the engine itself. */
static char *
find_engine (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *line = NULL;
      gsize length;
      gsize first;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &line, &length, NULL) || length == 0)
        continue;
      first = strlen (line) + 1;
      if (g_str_has_suffix (line, "/enclave-practice-engine") && first < length
          && strcmp (line + first, fixture->socket_path) == 0)
        return g_strdup (name);
    }
  return NULL;
}

static char *
namespace_of (const char *pid, const char *kind)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "ns", kind, NULL);

  return g_file_read_link (path, NULL);
}

static void
test_is_confined (Fixture *fixture, gconstpointer data)
{
  static const char *const kinds[] = { "net", "mnt", "pid", "user" };
  g_autoptr (GListModel) models = wait_until_it_answers (fixture);
  g_autofree char *pid = find_engine (fixture);

  g_assert_nonnull (pid);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *own = namespace_of ("self", kinds[i]);
      g_autofree char *its = namespace_of (pid, kinds[i]);

      g_assert_nonnull (its);
      g_assert_cmpstr (own, !=, its);
    }
}

static void
test_goes_with_its_owner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) models = wait_until_it_answers (fixture);
  g_autofree char *pid = find_engine (fixture);
  g_autofree char *proc = g_build_filename ("/proc", pid, NULL);

  g_clear_object (&fixture->process);
  for (guint i = 0; i < 3000 && g_file_test (proc, G_FILE_TEST_EXISTS); i++)
    enclave_test_spin (20);
  g_assert_false (g_file_test (proc, G_FILE_TEST_EXISTS));
}

static void
test_tells_of_its_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) models = wait_until_it_answers (fixture);

  enclave_service_process_stop (fixture->process);
  for (guint i = 0; i < 3000 && !fixture->exited; i++)
    enclave_test_spin (20);
  g_assert_true (fixture->exited);
}

int
main (int argc, char **argv)
{
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

#define add(name, function) g_test_add ("/practice-process/" name, Fixture, NULL, set_up, function, tear_down)
  add ("answers", test_answers);
  add ("is-confined", test_is_confined);
  add ("goes-with-its-owner", test_goes_with_its_owner);
  add ("tells-of-its-end", test_tells_of_its_end);

  return g_test_run ();
}
