/* apply-cases.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes the replies of a folder of cases the way that the application takes them: what the model has seen is read through its
 * tool, then the files become what the user made of them, then the reply is parsed and staged, and what it proposes is applied.
 * Prints a line a case: number, "landed" or "refused", whether it was flagged as inexact, and what was said. */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-change-set.h"
#include "enclave-test-project.h"
#include "enclave-tool-runner.h"

typedef struct
{
  char *folder;
  char *root;
  char *channel;
  char *fallback; /* (nullable) */
  char **seen;    /* paths */
  char **next;    /* paths */
  char *reply;
} Case;

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  return text;
}

static void
case_load (Case *self, const char *folder)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *path = g_build_filename (folder, "case", NULL);

  g_assert_true (g_key_file_load_from_file (keys, path, G_KEY_FILE_NONE, NULL));
  self->folder = g_strdup (folder);
  self->root = g_build_filename (folder, "work", NULL);
  self->channel = g_key_file_get_string (keys, "case", "channel", NULL);
  self->fallback = g_key_file_get_string (keys, "case", "fallback", NULL);
  self->seen = g_key_file_get_string_list (keys, "case", "seen", NULL, NULL);
  self->next = g_key_file_get_string_list (keys, "case", "next", NULL, NULL);
  self->reply = read_text (folder, "reply");
}

static void
case_clear (Case *self)
{
  g_free (self->folder);
  g_free (self->root);
  g_free (self->channel);
  g_free (self->fallback);
  g_strfreev (self->seen);
  g_strfreev (self->next);
  g_free (self->reply);
}

static void
read_whole (EnclaveGate *gate, const char *path)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (gate, "agent", "read_file", ENCLAVE_EFFECT_READ);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;

  enclave_tool_scope_read_async (scope, path, 0, 0, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_finish (scope, result, &error);
  g_assert_no_error (error);
}

/* What a user does in another editor: the file is replaced. */
static void
replace_file (const Case *self, const char *path)
{
  g_autofree char *source = g_build_filename (self->folder, "next", path, NULL);
  g_autofree char *target = g_build_filename (self->root, path, NULL);

  g_assert_cmpint (rename (source, target), ==, 0);
}

static gboolean
propose_reply (EnclaveChangeSet *set, const Case *self, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_add_reply_async (set, self->reply, self->fallback, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_change_set_add_reply_finish (set, result, error) > 0;
}

static gboolean
propose_call (EnclaveChangeSet *set, EnclaveGate *gate, const Case *self, GError **error)
{
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  g_autofree char *arguments = NULL;
  g_autoptr (EnclaveToolResult) result = NULL;

  if (strcmp (self->channel, "apply_patch") == 0)
    {
      g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), self->reply);
      g_autofree char *patch = json_to_string (node, FALSE);

      arguments = g_strdup_printf ("{\"patch\": %s}", patch);
    }
  result = enclave_tool_runner_call (registry, gate, self->channel, arguments != NULL ? arguments : self->reply, error);
  if (result == NULL)
    return FALSE;
  for (guint i = 0; result->proposals != NULL && i < result->proposals->len; i++)
    enclave_change_set_add (set, g_ptr_array_index (result->proposals, i), result->quality);
  return result->proposals != NULL && result->proposals->len > 0;
}

static gboolean
apply_all (EnclaveChangeSet *set, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_apply_async (set, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_change_set_apply_finish (set, result, error);
}

static void
run_case (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  Case self = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveChangeSet) set = NULL;
  g_autofree char *said = NULL;
  gboolean landed;
  gboolean flagged = FALSE;

  case_load (&self, path);
  gate = enclave_gate_new (self.root, NULL, &error);
  g_assert_no_error (error);
  set = enclave_change_set_new (gate);
  enclave_gate_set_pending_overlay (gate, ENCLAVE_BUFFER_OVERLAY (set));
  enclave_change_set_begin_turn (set);
  for (guint i = 0; self.seen != NULL && self.seen[i] != NULL; i++)
    read_whole (gate, self.seen[i]);
  for (guint i = 0; self.next != NULL && self.next[i] != NULL; i++)
    replace_file (&self, self.next[i]);

  landed = strcmp (self.channel, "reply") == 0 ? propose_reply (set, &self, &error)
                                               : propose_call (set, gate, &self, &error);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (set)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (set), i);

      flagged = flagged || enclave_change_get_inexact (change);
    }
  landed = landed && apply_all (set, &error);
  said = g_strescape (error != NULL ? error->message : "", NULL);
  printf ("%s\t%s\t%d\t%s\n", name, landed ? "landed" : "refused", flagged, said);
  case_clear (&self);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (argc != 2)
    {
      fprintf (stderr, "Usage: %s FOLDER\n", argv[0]);
      return 2;
    }
  enclave_test_isolate ();
  folder = g_dir_open (argv[1], 0, NULL);
  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    run_case (argv[1], name);
  return 0;
}
