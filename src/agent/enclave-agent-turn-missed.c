/* enclave-agent-turn-missed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Edits that have no place in their files: what the model is told beside the nearest real lines.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-patch-error.h"

/* A model that fails twice in one form fails a third time: small ones write a whole short file far
 * better than a part of it, and a few lines better than many. */
#define ADVISE_AT 2
/* Of one message of the person, for edits in the text of replies. */
#define MAX_ROUNDS 3

static const char *
skip_dot (const char *path)
{
  return g_str_has_prefix (path, "./") ? path + 2 : path;
}

static void
append_advice (EnclaveAgentTurn *self, GString *advice, const char *path, guint n_lines)
{
  const char *tool = self->call != NULL ? enclave_tool_call_get_name (self->call) : NULL;

  g_string_append_printf (advice, "\nEdits of %s have found no place several times. ", path);
  if (n_lines <= ENCLAVE_WHOLE_FILE_MAX_LINES)
    {
      g_hash_table_add (self->wanted_whole, g_strdup (path));
      g_string_append (
          advice,
          tool != NULL
              ? "Write the whole file with write_file."
              : "Write its path on a line and then the whole file, all lines of it, in a fence.");
    }
  else
    {
      g_string_append_printf (
          advice, "Read its lines again, then %s%s five lines of it at most, copied to the letter.",
          tool == NULL ? "replace" : "call edit_file with", tool == NULL ? "" : " an old_text of");
    }
}

char *
enclave_agent_turn_advise_missed (EnclaveAgentTurn *self, const GError *error)
{
  GPtrArray *misses = enclave_patch_error_get_misses (error);
  g_autoptr (GHashTable) counted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) advice = g_string_new (NULL);

  for (guint i = 0; misses != NULL && i < misses->len; i++)
    {
      const EnclavePatchMiss *miss = g_ptr_array_index (misses, i);
      const char *path = miss->path != NULL ? skip_dot (miss->path) : NULL;
      guint n;

      if (path == NULL || miss->n_lines == 0 || !g_hash_table_add (counted, (gpointer)path))
        continue;
      n = GPOINTER_TO_UINT (g_hash_table_lookup (self->missed_paths, path)) + 1;
      g_hash_table_insert (self->missed_paths, g_strdup (path), GUINT_TO_POINTER (n));
      if (n >= ADVISE_AT)
        append_advice (self, advice, path, miss->n_lines);
    }

  return advice->len > 0 ? g_string_free (g_steal_pointer (&advice), FALSE) : NULL;
}

void
enclave_agent_turn_forget_missed (EnclaveAgentTurn *self, const char *path)
{
  g_hash_table_remove (self->missed_paths, path);
  g_hash_table_remove (self->wanted_whole, path);
}

gboolean
enclave_agent_turn_wants_whole (EnclaveAgentTurn *self, const char *path)
{
  return g_hash_table_contains (self->wanted_whole, skip_dot (path));
}

/* Of the first that has no place. (nullable) */
static const char *
peek_path (const GError *error)
{
  GPtrArray *misses = enclave_patch_error_get_misses (error);

  return misses != NULL && misses->len > 0
             ? ((const EnclavePatchMiss *)g_ptr_array_index (misses, 0))->path
             : NULL;
}

gboolean
enclave_agent_turn_feed_missed (EnclaveAgentTurn *self, const GError *error)
{
  g_autofree char *advice = NULL;
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;
  g_autoptr (JsonObject) arguments = NULL;
  char *summary;

  if (error->domain != ENCLAVE_PATCH_ERROR || self->n_missed_rounds >= MAX_ROUNDS)
    return FALSE;

  self->n_missed_rounds++;
  advice = enclave_agent_turn_advise_missed (self, error);
  plain = g_strdup (enclave_patch_error_get_plain (error));
  text = g_strconcat (plain, advice, NULL);
  arguments = json_object_new ();
  if (peek_path (error) != NULL)
    json_object_set_string_member (arguments, "path", peek_path (error));
  if (!enclave_agent_turn_open_row (self, ENCLAVE_REPLY_EDITS_NAME, arguments, "reply",
                                    ENCLAVE_EFFECT_READ))
    return TRUE;
  summary = g_strdup (error->code == ENCLAVE_PATCH_ERROR_AMBIGUOUS  ? _("several matches")
                      : error->code == ENCLAVE_PATCH_ERROR_NO_MATCH ? _("no match")
                                                                    : _("not readable"));

  return enclave_agent_turn_feed (
      self, FALSE, "Edits in your reply could not be made. Send those again, corrected:", text,
      summary, error->message);
}
