/* enclave-file-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-tool-call-private.h"

/* Files whose first text is kept, over a conversation. */
#define MAX_FIRST_TEXTS 64
/* All files of one edit. */
#define MAX_SECONDS (2 * ENCLAVE_FILE_CHECK_TIMEOUT_S)

typedef struct
{
  EnclaveGate *gate;
  EnclaveToolScope *scope;
  GPtrArray *proposals;         /* (element-type EnclaveProposal) */
  GPtrArray *first_texts;       /* (element-type utf8) (nullable elements): of each, before the agent's first edit */
  guint next;
  guint n_checked;
  gint64 begun;
  GString *text;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_object_unref (check->gate);
  g_clear_object (&check->scope);
  g_ptr_array_unref (check->proposals);
  g_ptr_array_unref (check->first_texts);
  g_string_free (check->text, TRUE);
  g_free (check);
}

void
enclave_agent_service_set_check_files (EnclaveAgentService *self, gboolean check_files)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  self->file_check.is_on = check_files;
}

void
enclave_agent_service_clear_file_check (EnclaveAgentService *self)
{
  g_cancellable_cancel (self->file_check.cancellable);
  g_clear_object (&self->file_check.cancellable);
  g_clear_pointer (&self->file_check.first_texts, g_hash_table_unref);
  g_clear_pointer (&self->file_check.checked, g_hash_table_unref);
}

static void
ensure_tables (EnclaveAgentService *self)
{
  if (self->file_check.first_texts != NULL)
    return;
  self->file_check.first_texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->file_check.checked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* What was wrong before the agent came is not its fault; what an edit before this one broke is, until it is mended.
 * (nullable): the file was not there. */
static const char *
look_up_first_text (EnclaveAgentService *self, EnclaveProposal *proposal)
{
  GHashTable *table = self->file_check.first_texts;
  const char *path = enclave_proposal_get_path (proposal);
  gpointer text;

  if (g_hash_table_lookup_extended (table, path, NULL, &text))
    return text;
  if (g_hash_table_size (table) >= MAX_FIRST_TEXTS)
    g_hash_table_remove_all (table);
  text = g_strdup (enclave_proposal_get_old_text (proposal));
  g_hash_table_insert (table, g_strdup (path), text);

  return text;
}

static char *
digest (EnclaveProposal *proposal)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, enclave_proposal_get_new_text (proposal), -1);
}

static void check_next (GTask *owned_task);

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_check_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (error != NULL)
    g_message ("A file was not checked: %s", error->message);
  if (item != NULL && check->text->len + strlen (enclave_context_item_get_text (item)) <= ENCLAVE_FILE_CHECK_MAX_BYTES)
    g_string_append (check->text, enclave_context_item_get_text (item));
  check->next++;
  check_next (g_steal_pointer (&task));
}

static void
check_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  Check *check = g_task_get_task_data (task);
  gboolean in_time = g_get_monotonic_time () - check->begun < (gint64) MAX_SECONDS * G_USEC_PER_SEC;

  for (; check->next < check->proposals->len && check->n_checked < ENCLAVE_FILE_CHECK_MAX_FILES && in_time; check->next++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (check->proposals, check->next);

      if (enclave_proposal_get_new_text (proposal) == NULL)
        continue;
      check->n_checked++;
      g_clear_object (&check->scope);
      check->scope = enclave_gate_open_scope (check->gate, "agent", ENCLAVE_FILE_CHECK_NAME, ENCLAVE_EFFECT_RUN);
      enclave_tool_scope_check_async (check->scope, enclave_proposal_get_path (proposal),
                                      enclave_proposal_get_new_text (proposal),
                                      g_ptr_array_index (check->first_texts, check->next), g_task_get_cancellable (task),
                                      checked_cb, g_object_ref (task));
      return;
    }
  g_task_return_pointer (task, check->text->len > 0 ? g_strdup (check->text->str) : NULL, g_free);
}

/* Does not keep the service alive. Finish: (transfer full) (nullable): what the compilers say of @proposals (element-type EnclaveProposal), which were written. */
static void
check_async (EnclaveAgentService *self, GPtrArray *proposals, GCancellable *cancellable, GAsyncReadyCallback callback,
             gpointer user_data)
{
  GTask *task = g_task_new (self->gate, cancellable, callback, user_data);
  Check *check = g_new0 (Check, 1);

  ensure_tables (self);
  check->gate = g_object_ref (self->gate);
  check->proposals = g_ptr_array_ref (proposals);
  check->first_texts = g_ptr_array_new_with_free_func (g_free);
  check->text = g_string_new (NULL);
  check->begun = g_get_monotonic_time ();
  for (guint i = 0; i < proposals->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (proposals, i);

      g_ptr_array_add (check->first_texts, g_strdup (look_up_first_text (self, proposal)));
      if (enclave_proposal_get_new_text (proposal) != NULL)
        g_hash_table_insert (self->file_check.checked, g_strdup (enclave_proposal_get_path (proposal)), digest (proposal));
    }
  g_task_set_task_data (task, check, check_free);
  check_next (task);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (const char *at = text; (at = strchr (at, '\n')) != NULL; at++)
    n++;

  return n;
}

char *
enclave_file_check_summarize (const char *text)
{
  guint n = count_lines (text);

  /* Translators: errors and warnings of a compiler. */
  return g_strdup_printf (ngettext ("%u diagnostic", "%u diagnostics", n), n);
}

static void
turn_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  char *text = g_task_propagate_pointer (G_TASK (result), NULL);

  g_free (self->check_text);
  self->check_text = text;
  if (!enclave_agent_turn_is_over (self))
    self->after_proposals (self);
}

void
enclave_agent_turn_check_files (EnclaveAgentTurn *self, GPtrArray *proposals)
{
  if (self->service->file_check.is_on && self->mode == ENCLAVE_MODE_EDIT)
    check_async (self->service, proposals, self->cancellable, turn_checked_cb, g_object_ref (self));
  else
    self->after_proposals (self);
}

/* "src/ring.c", or of several the first. (transfer full) */
static char *
dup_path (const char *text)
{
  return g_strndup (text, strcspn (text, ":"));
}

gboolean
enclave_agent_turn_feed_check (EnclaveAgentTurn *self)
{
  EnclaveVerification *verification = &self->service->verification;
  g_autofree char *text = g_steal_pointer (&self->check_text);
  g_autoptr (JsonObject) arguments = NULL;
  g_autofree char *path = NULL;

  if (text == NULL || verification->round >= verification->max_rounds)
    return FALSE;

  verification->round++;
  path = dup_path (text);
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "path", path);
  if (!enclave_agent_turn_open_row (self, ENCLAVE_FILE_CHECK_NAME, arguments, ENCLAVE_FILE_CHECK_NAME, ENCLAVE_EFFECT_RUN))
    return TRUE;
  if (!enclave_agent_turn_feed (self, TRUE, "The edits are applied. " ENCLAVE_FILE_CHECK_WORDS, text,
                                enclave_file_check_summarize (text), text))
    enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, "stop", NULL, NULL);

  return TRUE;
}

static void
service_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  /* A service that is gone has cancelled it. */
  if (error == NULL)
    enclave_agent_service_verify_checked (user_data, g_steal_pointer (&text));
}

gboolean
enclave_agent_service_check_applied (EnclaveAgentService *self)
{
  g_autoptr (GPtrArray) proposals = g_ptr_array_new_with_free_func (g_object_unref);

  if (!self->file_check.is_on)
    return FALSE;
  ensure_tables (self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->change_set)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (self->change_set), i);
      EnclaveProposal *proposal = enclave_change_get_proposal (change);
      g_autofree char *now = NULL;

      if (enclave_change_get_status (change) != ENCLAVE_CHANGE_APPLIED || enclave_proposal_get_new_text (proposal) == NULL)
        continue;
      now = digest (proposal);
      if (g_strcmp0 (g_hash_table_lookup (self->file_check.checked, enclave_proposal_get_path (proposal)), now) != 0)
        g_ptr_array_add (proposals, g_object_ref (proposal));
    }
  if (proposals->len == 0)
    return FALSE;

  g_cancellable_cancel (self->file_check.cancellable);
  g_clear_object (&self->file_check.cancellable);
  self->file_check.cancellable = g_cancellable_new ();
  check_async (self, proposals, self->file_check.cancellable, service_checked_cb, self);

  return TRUE;
}
