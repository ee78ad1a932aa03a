/* enclave-file-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-format.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-line-diff.h"

/* All files of one edit. */
#define MAX_SECONDS (2 * ENCLAVE_FILE_FORMAT_TIMEOUT_S)

typedef struct
{
  EnclaveAgentTurn *turn;
  EnclaveToolScope *scope;
  GPtrArray *proposals;   /* (element-type EnclaveProposal): those that have been formatted replace the others */
  EnclaveMatchQuality quality;
  EnclaveAgentTurnFormatted then;
  guint next;
  guint n_run;
  gint64 begun;
  GString *words;
} Format;

static void
format_free (Format *format)
{
  g_object_unref (format->turn);
  g_clear_object (&format->scope);
  g_ptr_array_unref (format->proposals);
  g_string_free (format->words, TRUE);
  g_free (format);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Format, format_free)

void
enclave_agent_service_set_format_files (EnclaveAgentService *self, gboolean format_files)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  self->format_files = format_files;
}

char *
enclave_file_format_describe (const char *path, const char *program, const char *text, const char *formatted)
{
  g_autoptr (GPtrArray) hunks = NULL;
  g_autoptr (GString) words = g_string_new (NULL);

  g_return_val_if_fail (path != NULL && program != NULL, NULL);
  g_return_val_if_fail (text != NULL && formatted != NULL, NULL);

  hunks = enclave_line_diff (text, formatted, 0);
  for (guint i = 0; i < hunks->len && words->len <= ENCLAVE_FILE_FORMAT_WORDS_MAX_BYTES; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      if (hunk->new_count == 0)
        g_string_append_printf (words, "(before line %u: left out what you wrote)\n", hunk->new_start);
      for (guint k = 0; k < hunk->n_lines && words->len <= ENCLAVE_FILE_FORMAT_WORDS_MAX_BYTES; k++)
        if (hunk->lines[k].kind == ENCLAVE_DIFF_ADDED)
          g_string_append_printf (words, "%u: %s\n", hunk->lines[k].new_line, hunk->lines[k].text);
    }
  if (words->len > ENCLAVE_FILE_FORMAT_WORDS_MAX_BYTES)
    return g_strdup_printf ("%s has formatted %s. Read it before you edit it again.\n", program, path);

  return g_strdup_printf ("%s has formatted %s. These lines are now:\n%s", program, path, words->str);
}

static void format_next (Format *owned_format);

static void
formatted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Format) format = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = NULL;
  g_autoptr (EnclaveProposal) formatted
    = enclave_tool_scope_format_finish (ENCLAVE_TOOL_SCOPE (source), result, &program, &error);
  gpointer *place;

  if (enclave_agent_turn_is_over (format->turn))
    return;
  if (error != NULL)
    g_message ("A file was not formatted: %s", error->message);
  place = &g_ptr_array_index (format->proposals, format->next);
  if (formatted != NULL)
    {
      g_autofree char *words
        = enclave_file_format_describe (enclave_proposal_get_path (formatted), program, enclave_proposal_get_new_text (*place),
                                        enclave_proposal_get_new_text (formatted));
      g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_words (format->scope, words, NULL);

      if (item != NULL)
        g_string_append (format->words, enclave_context_item_get_text (item));
      g_object_unref (*place);
      *place = g_steal_pointer (&formatted);
    }
  format->next++;
  format_next (g_steal_pointer (&format));
}

static void
format_next (Format *owned_format)
{
  g_autoptr (Format) format = owned_format;
  EnclaveAgentTurn *turn = format->turn;
  gboolean in_time = g_get_monotonic_time () - format->begun < (gint64) MAX_SECONDS * G_USEC_PER_SEC;

  if (format->next < format->proposals->len && format->n_run < ENCLAVE_FILE_FORMAT_MAX_FILES && in_time)
    {
      format->n_run++;
      g_clear_object (&format->scope);
      format->scope = enclave_gate_open_scope (turn->gate, "agent", ENCLAVE_FILE_FORMAT_NAME, ENCLAVE_EFFECT_RUN);
      enclave_tool_scope_format_async (format->scope, g_ptr_array_index (format->proposals, format->next), turn->cancellable,
                                       formatted_cb, format);
      g_steal_pointer (&format);
      return;
    }
  if (format->words->len > 0)
    turn->format_text = g_strdup (format->words->str);
  format->then (turn, format->proposals, format->quality);
}

void
enclave_agent_turn_format_files (EnclaveAgentTurn *self, GPtrArray *proposals, EnclaveMatchQuality quality,
                                 EnclaveAgentTurnFormatted then)
{
  Format *format;

  g_clear_pointer (&self->format_text, g_free);
  if (!self->service->format_files)
    {
      then (self, proposals, quality);
      return;
    }

  format = g_new0 (Format, 1);
  format->turn = g_object_ref (self);
  format->proposals = g_ptr_array_copy (proposals, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  g_ptr_array_set_free_func (format->proposals, g_object_unref);
  format->quality = quality;
  format->then = then;
  format->begun = g_get_monotonic_time ();
  format->words = g_string_new (NULL);
  format_next (format);
}
