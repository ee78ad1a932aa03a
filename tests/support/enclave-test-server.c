/* enclave-test-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-server.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "enclave-install-paths.h"
#include "enclave-json.h"

struct _EnclaveTestServer
{
  char *folder;
  char *address;
  GSubprocess *process;
};

static char *
file_path (EnclaveTestServer *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
set_up_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char *
read_first_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  return g_data_input_stream_read_line (output, NULL, NULL, NULL);
}

static EnclaveTestServer *
start (const char *script, gboolean on_socket)
{
  EnclaveTestServer *self = g_new0 (EnclaveTestServer, 1);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *socket_path = NULL;

  self->folder = g_dir_make_tmp ("enclave-test-server-XXXXXX", &error);
  g_assert_no_error (error);
  socket_path = file_path (self, "sock");
  g_ptr_array_add (argv, enclave_install_paths_helper ("enclave-practice-engine"));
  if (on_socket)
    g_ptr_array_add (argv, g_strdup (socket_path));
  else
    g_ptr_array_add (argv, g_strdup ("--port=0"));
  g_ptr_array_add (argv, g_strdup ("--pace=0"));
  g_ptr_array_add (argv, g_strconcat ("--log=", self->folder, "/log", NULL));
  if (script != NULL)
    {
      g_autofree char *path = file_path (self, "script.json");

      g_file_set_contents (path, script, -1, &error);
      g_assert_no_error (error);
      g_ptr_array_add (argv, g_strconcat ("--script=", path, NULL));
    }
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_child_setup (launcher, set_up_child, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  line = read_first_line (self->process);
  g_assert_nonnull (line);
  self->address = on_socket ? g_strconcat ("unix:", socket_path, NULL) : g_strconcat ("http://127.0.0.1:", line, NULL);
  return self;
}

EnclaveTestServer *
enclave_test_server_new (const char *script)
{
  g_assert_nonnull (script);
  return start (script, FALSE);
}

EnclaveTestServer *
enclave_test_server_new_on_socket (const char *script)
{
  return start (script, TRUE);
}

void
enclave_test_server_send_signal (EnclaveTestServer *self, int signal_number)
{
  g_subprocess_send_signal (self->process, signal_number);
}

void
enclave_test_server_stop (EnclaveTestServer *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
enclave_test_server_free (EnclaveTestServer *self)
{
  static const char *const names[] = { "sock", "script.json", "log" };

  enclave_test_server_stop (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = file_path (self, names[i]);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->address);
  g_free (self);
}

const char *
enclave_test_server_get_address (EnclaveTestServer *self)
{
  return self->address;
}

/* (element-type JsonObject) */
static GPtrArray *
read_log (EnclaveTestServer *self)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autofree char *path = file_path (self, "log");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return entries;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      /* The last line may be half written. */
      JsonObject *entry = lines[i][0] != '\0' ? enclave_json_parse_object (lines[i], -1, NULL) : NULL;

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return entries;
}

static JsonObject *
find_request (GPtrArray *entries, const char *path, guint nth)
{
  for (guint i = 0; i < entries->len; i++)
    {
      JsonObject *entry = g_ptr_array_index (entries, i);

      if (json_object_has_member (entry, "request")
          && (path == NULL || g_strcmp0 (enclave_json_peek_string (entry, "path"), path) == 0) && nth-- == 0)
        return entry;
    }
  return NULL;
}

guint
enclave_test_server_count_requests (EnclaveTestServer *self, const char *path)
{
  g_autoptr (GPtrArray) entries = read_log (self);
  guint count = 0;

  while (find_request (entries, path, count) != NULL)
    count++;
  return count;
}

JsonObject *
enclave_test_server_dup_request (EnclaveTestServer *self, const char *path, guint nth)
{
  g_autoptr (GPtrArray) entries = read_log (self);
  JsonObject *entry = find_request (entries, path, nth);

  return entry != NULL ? json_object_ref (entry) : NULL;
}

static const char *
find_end (EnclaveTestServer *self, const char *path, guint nth, gint64 *at_us)
{
  g_autoptr (GPtrArray) entries = read_log (self);
  JsonObject *request = find_request (entries, path, nth);

  for (guint i = 0; request != NULL && i < entries->len; i++)
    {
      JsonObject *entry = g_ptr_array_index (entries, i);

      if (enclave_json_get_int (entry, "ended", -1) != enclave_json_get_int (request, "request", 0))
        continue;
      if (at_us != NULL)
        *at_us = enclave_json_get_int (entry, "at_us", 0);
      return g_intern_string (enclave_json_peek_string (entry, "how"));
    }
  return NULL;
}

const char *
enclave_test_server_wait_ended (EnclaveTestServer *self, const char *path, guint nth, guint timeout_ms, gint64 *at_us)
{
  gint64 until = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  const char *how;

  while ((how = find_end (self, path, nth, at_us)) == NULL && g_get_monotonic_time () < until)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
  return how;
}
