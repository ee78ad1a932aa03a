/* enclave-save-memory-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-memory-files.h"
#include "enclave-tool-private.h"

/* One note; what needs more words belongs into the documentation. */
#define LINE_MAX_BYTES 600

static const EnclaveToolParameter parameters[] = {
  { .name = "text", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = LINE_MAX_BYTES },
};

static const EnclaveToolSpec spec = {
  .name = "save_memory",
  .description = "Propose a line for the project's memory file.",
  .effects = ENCLAVE_EFFECT_WRITE,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .extra = TRUE,
};

typedef struct
{
  char *line;
  guint next; /* index of the file that is looked for */
} MemoryState;

static void read_next (GTask *owned_task, EnclaveToolScope *scope);

static void
memory_state_free (gpointer data)
{
  MemoryState *state = data;

  g_free (state->line);
  g_free (state);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;

  proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (proposal == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    enclave_tool_return_proposal (g_steal_pointer (&task), ENCLAVE_TOOL_SCOPE (source), proposal, ENCLAVE_MATCH_EXACT);
}

static gboolean
has_line (const char *text, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *note = g_strstrip (lines[i]);

      if (g_str_has_prefix (note, "- ") || g_str_has_prefix (note, "* "))
        note += 2;
      if (g_ascii_strcasecmp (note, line) == 0)
        return TRUE;
    }

  return FALSE;
}

/* What is behind the limit no conversation would get, and what is there already would only cost. */
static gboolean
check_room (const char *old_text, const char *path, const char *line, GError **error)
{
  if (old_text != NULL && has_line (old_text, line))
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "save_memory: %s has this line already", path);
      return FALSE;
    }
  if (old_text != NULL && strlen (old_text) + strlen (line) > ENCLAVE_INSTRUCTIONS_GIVEN_BYTES)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_FAILED,
                   "save_memory: %s is full (%d bytes are read of it). Shorten it with edit_file first, or leave it.", path,
                   ENCLAVE_INSTRUCTIONS_GIVEN_BYTES);
      return FALSE;
    }

  return TRUE;
}

static void
propose (GTask *owned_task, EnclaveToolScope *scope, const char *path, const char *old_text)
{
  MemoryState *state = g_task_get_task_data (owned_task);
  g_autofree char *new_text = NULL;
  GError *error = NULL;

  if (!check_room (old_text, path, state->line, &error))
    {
      g_task_return_error (owned_task, error);
      g_object_unref (owned_task);
      return;
    }
  if (old_text == NULL)
    new_text = g_strdup_printf ("# Project memory\n\n- %s\n", state->line);
  else
    new_text = g_strdup_printf ("%s%s- %s\n", old_text,
                                *old_text == '\0' || g_str_has_suffix (old_text, "\n") ? "" : "\n", state->line);

  enclave_tool_scope_prepare_write_async (scope, path, old_text, new_text, g_task_get_cancellable (owned_task),
                                          prepared_cb, owned_task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  MemoryState *state = g_task_get_task_data (task);
  const char *path = enclave_memory_files[state->next];
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  text = enclave_tool_scope_read_for_edit_finish (scope, result, &error);
  if (text != NULL)
    {
      propose (g_steal_pointer (&task), scope, path, text);
    }
  else if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND))
    {
      state->next++;
      read_next (g_steal_pointer (&task), scope);
    }
  else
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

static void
read_next (GTask *owned_task, EnclaveToolScope *scope)
{
  MemoryState *state = g_task_get_task_data (owned_task);

  if (state->next < G_N_ELEMENTS (enclave_memory_files))
    enclave_tool_scope_read_for_edit_async (scope, enclave_memory_files[state->next],
                                            g_task_get_cancellable (owned_task), read_cb, owned_task);
  else
    propose (owned_task, scope, enclave_memory_files[0], NULL);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  MemoryState *state = g_new0 (MemoryState, 1);
  g_autoptr (EnclaveContextItem) words = NULL;

  /* One line of a list, whatever the model sends. */
  state->line = g_strdelimit (g_strdup (enclave_json_peek_string (arguments, "text")), "\r\n", ' ');
  g_strstrip (state->line);
  g_task_set_task_data (task, state, memory_state_free);
  if (*state->line == '\0')
    {
      g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS, "save_memory: \"text\" is empty");
      g_object_unref (task);
      return;
    }
  words = enclave_tool_scope_admit_words (scope, state->line, NULL);
  if (enclave_context_item_count_masks (enclave_context_item_get_text (words)) > 0)
    {
      g_task_return_new_error (task, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS,
                               "save_memory: the text has a secret in it; memory is read in every conversation");
      g_object_unref (task);
      return;
    }
  read_next (task, scope);
}

ENCLAVE_DEFINE_TOOL (EnclaveSaveMemoryTool, enclave_save_memory_tool)
