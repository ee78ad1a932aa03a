/* enclave-ctl-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-approver.h"
#include "enclave-ctl-commands.h"
#include "enclave-limits.h"

static char *
read_reply (EnclaveCtlContext *context, const char *name, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  gsize length;

  if (strcmp (name, "-") == 0)
    {
      text = enclave_ctl_read_input (context, error);
      length = text != NULL ? strlen (text) : 0;
    }
  else
    {
      file = g_file_new_for_path (name);
      info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                G_FILE_QUERY_INFO_NONE, NULL, error);
      if (info == NULL)
        return NULL;
      if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
          || g_file_info_get_size (info) > ENCLAVE_PATCH_MAX_BYTES)
        {
          g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT,
                       _ ("Reading %s: a reply is a regular file of at most %d MiB; use - for standard input"), name,
                       ENCLAVE_PATCH_MAX_BYTES / 1024 / 1024);
          return NULL;
        }
      if (!g_file_load_contents (file, NULL, &text, &length, NULL, error))
        return NULL;
    }
  if (text != NULL && !g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading %s: it is not UTF-8 text"), name);
      return NULL;
    }
  return g_steal_pointer (&text);
}

static gboolean
add_reply (EnclaveCtlContext *context, EnclaveChangeSet *changes, const char *reply, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_add_reply_async (changes, reply, enclave_ctl_context_get_option (context, "file"),
                                      enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                      context);
  result = enclave_ctl_context_wait (context);
  return enclave_change_set_add_reply_finish (changes, result, error) >= 0;
}

static void
print_changes (EnclaveChangeSet *changes)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (changes)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (changes), i);
      const char *word = enclave_ctl_change_word (enclave_change_get_status (change));

      enclave_ctl_print ("%-8s  +%u −%u  %s%s\n", word, enclave_change_get_added (change),
                         enclave_change_get_removed (change), enclave_change_get_path (change),
                         enclave_change_get_inexact (change) ? _ ("  (not to the letter)") : "");
    }
}

static int
report (EnclaveCtlContext *context, EnclaveChangeSet *changes, const GError *error)
{
  JsonObject *object;

  if (!enclave_ctl_context_get_json (context))
    {
      print_changes (changes);
    }
  else
    {
      object = json_object_new ();
      json_object_set_boolean_member (object, "ok", error == NULL);
      json_object_set_array_member (object, "changes", enclave_ctl_changes_to_json (changes));
      if (error != NULL)
        json_object_set_object_member (object, "error", enclave_ctl_error_to_json (error));
      enclave_ctl_print_object (object);
    }
  return error != NULL ? enclave_ctl_report_error (FALSE, error) : ENCLAVE_CTL_DONE;
}

static int
run_apply (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  /* Who types the command has approved what it writes; a file that asks by name is included. */
  g_autoptr (EnclaveCtlApprover) approver
    = enclave_ctl_approver_new (ENCLAVE_CTL_APPROVE_EDITS | ENCLAVE_CTL_APPROVE_PROTECTED);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveChangeSet) changes = NULL;
  g_autofree char *reply = NULL;
  g_autoptr (GError) error = NULL;

  if (n_words != 1 || words[0][0] == '\0')
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl apply [--dry-run] [--file PATH] REPLY|-"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL)
    reply = read_reply (context, words[0], &error);
  if (reply == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);

  enclave_gate_set_approver (gate, ENCLAVE_APPROVER (approver));
  changes = enclave_change_set_new (gate);
  enclave_ctl_name_changes (changes, "enclavectl apply");
  if (add_reply (context, changes, reply, &error) && enclave_ctl_context_get_option (context, "dry-run") == NULL)
    enclave_ctl_apply_changes (context, changes, &error);
  return report (context, changes, error);
}

static const EnclaveCtlOption options[] = {
  { "dry-run", NULL, N_ ("Say what would be done, write nothing") },
  { "file", "PATH", N_ ("The file that a block without a name is for") },
};

const EnclaveCtlCommand enclave_ctl_apply = {
  .name = "apply",
  .synopsis = "REPLY|-",
  .description = N_ ("Apply what a model’s reply proposes, all files or none"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_apply,
};
