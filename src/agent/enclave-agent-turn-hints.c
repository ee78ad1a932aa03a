/* enclave-agent-turn-hints.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-json.h"

/* A model that misremembers a path guesses again and again. The names that are nearly it cost a line. */

#define MAX_NAMES 5
#define MIN_STEM_BYTES 3

typedef struct
{
  EnclaveAgentTurn *turn;
  GError *error;
  EnclaveAgentTurnHint callback;
} Hint;

static void
hint_free (Hint *hint)
{
  g_object_unref (hint->turn);
  g_clear_error (&hint->error);
  g_free (hint);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hint, hint_free)

/* Any part of a name that is the file's own name without what stands behind its first dot. (transfer full) (nullable) */
static char *
dup_pattern (const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  gsize length = strcspn (name + (*name == '.'), ".") + (*name == '.');

  if (length < MIN_STEM_BYTES || strcspn (name, "*?[]\\\n") < length)
    return NULL;

  return g_strndup (name, length);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Hint) hint = user_data;
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_find_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);
  const char *text = item != NULL ? enclave_context_item_get_text (item) : "";
  g_autoptr (GString) names = g_string_new (NULL);

  if (enclave_agent_turn_is_over (hint->turn))
    return;
  for (guint n = 0; n < MAX_NAMES && *text != '\0' && *text != '('; n++)
    {
      gsize length = strcspn (text, "\n");

      g_string_append_printf (names, "%s%.*s", n > 0 ? ", " : "", (int) length, text);
      text += length + (text[length] == '\n');
    }
  if (names->len > 0)
    {
      GError *with_names = enclave_gate_error_new (hint->error->code, enclave_gate_error_get_rule (hint->error),
                                                   enclave_gate_error_get_path (hint->error), "%s. Near to it: %s",
                                                   enclave_gate_error_get_plain (hint->error), names->str);

      g_error_free (hint->error);
      hint->error = with_names;
    }
  hint->callback (hint->turn, hint->error);
}

gboolean
enclave_agent_turn_find_hint (EnclaveAgentTurn *self, const GError *error, EnclaveAgentTurnHint callback)
{
  const EnclaveTurnCall *call = g_ptr_array_index (self->calls, self->next_call);
  g_autoptr (JsonObject) arguments = NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;
  g_autofree char *pattern = NULL;
  const char *path;
  Hint *hint;

  if (!g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND) || call->arguments == NULL)
    return FALSE;
  arguments = enclave_json_parse_object (call->arguments, -1, NULL);
  path = arguments != NULL ? enclave_json_peek_string (arguments, "path") : NULL;
  pattern = path != NULL ? dup_pattern (path) : NULL;
  if (pattern == NULL)
    return FALSE;

  hint = g_new0 (Hint, 1);
  hint->turn = g_object_ref (self);
  hint->error = g_error_copy (error);
  hint->callback = callback;
  scope = enclave_gate_open_scope (self->gate, "agent", "find_files", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_find_async (scope, pattern, self->cancellable, found_cb, hint);

  return TRUE;
}
