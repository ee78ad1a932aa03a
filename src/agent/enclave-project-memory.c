/* enclave-project-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-memory-files.h"
#include "enclave-project-memory.h"

/* About 2 500 tokens; what is above it would crowd out the work. */
#define MEMORY_MAX_BYTES (8 * 1024)

typedef struct
{
  EnclaveToolScope *scope;
  guint next;
} MemoryState;

static void read_next (GTask *owned_task);

static void
memory_state_free (gpointer data)
{
  MemoryState *state = data;

  g_clear_object (&state->scope);
  g_free (state);
}

/* The lines come numbered for models that edit; here they are prose. */
static char *
strip_numbers (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize digits = strspn (lines[i] + strspn (lines[i], " "), "0123456789") + strspn (lines[i], " ");
      const char *line = digits > 0 && lines[i][digits] == '\t' ? lines[i] + digits + 1 : lines[i];

      if (plain->len + strlen (line) + 1 > MEMORY_MAX_BYTES)
        {
          g_string_append (plain, "(cut)\n");
          break;
        }
      if (*line != '\0' || lines[i + 1] != NULL)
        g_string_append_printf (plain, "%s\n", line);
    }

  return g_string_free (g_steal_pointer (&plain), FALSE);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MemoryState *state = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) item = NULL;

  item = enclave_tool_scope_read_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);
  if (item != NULL)
    {
      g_task_return_pointer (task, strip_numbers (enclave_context_item_get_text (item)), g_free);
      return;
    }
  state->next++;
  read_next (g_steal_pointer (&task));
}

static void
read_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  MemoryState *state = g_task_get_task_data (task);

  if (state->next < G_N_ELEMENTS (enclave_memory_files))
    enclave_tool_scope_read_async (state->scope, enclave_memory_files[state->next], 0, 0,
                                   g_task_get_cancellable (task), read_cb, g_object_ref (task));
  else
    g_task_return_pointer (task, NULL, NULL);
}

void
enclave_project_memory_read_async (EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  MemoryState *state;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_project_memory_read_async);
  state = g_new0 (MemoryState, 1);
  state->scope = enclave_gate_open_scope (gate, "agent", "memory", ENCLAVE_EFFECT_READ);
  g_task_set_task_data (task, state, memory_state_free);

  read_next (g_steal_pointer (&task));
}

char *
enclave_project_memory_read_finish (EnclaveGate *gate, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}
