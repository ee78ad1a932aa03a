/* enclave-chat-pane-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person has the project remember, by a command of the composer. Nothing is written before it is reviewed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"
#include "enclave-project-memory.h"

/* Whether there is still somebody to be told: another project may be open by now. */
static gboolean
is_wanted (EnclaveChatPane *self, gpointer service, const GError *error)
{
  return self->service == service && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
is_writing (EnclaveChatPane *self)
{
  g_autofree char *draft = enclave_chat_composer_dup_text (self->composer);

  return *draft != '\0' && gtk_widget_get_focus_child (GTK_WIDGET (self->composer)) != NULL;
}

static void
show_change (EnclaveChatPane *self, EnclaveChange *change)
{
  g_autofree char *words = g_strdup_printf (_("%s is proposed"), enclave_change_get_path (change));

  enclave_chat_pane_announce (self, words);
  /* A draft takes its time. Who writes the next message meanwhile goes on, and finds it in the bar of changes. */
  if (is_writing (self))
    return;
  g_signal_emit (self, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_REVIEW], 0);
}

static void
drafted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatPane) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveChange) change = enclave_project_memory_draft_finish (ENCLAVE_AGENT_SERVICE (source), result, &error);

  self->drafting = FALSE;
  if (self->composer == NULL)
    return;
  enclave_chat_composer_set_note (self->composer, NULL);
  if (!is_wanted (self, source, error))
    return;
  if (change != NULL)
    show_change (self, change);
  else
    enclave_chat_composer_set_error (self->composer, error->message);
}

void
enclave_chat_pane_draft_memory (EnclaveChatPane *self)
{
  if (self->service == NULL || self->drafting)
    return;
  self->drafting = TRUE;
  enclave_chat_composer_set_error (self->composer, NULL);
  enclave_chat_composer_set_note (self->composer, _("The model drafts the project’s memory"));
  enclave_chat_pane_announce (self, _("The model drafts the project’s memory"));
  enclave_project_memory_draft_async (self->service, self->cancellable, drafted_cb, g_object_ref (self));
}

typedef struct
{
  EnclaveChatPane *pane;
  char *line;
} Addition;

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Addition *addition = user_data;
  g_autoptr (EnclaveChatPane) self = addition->pane;
  g_autofree char *line = addition->line;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveChange) change = enclave_project_memory_add_finish (ENCLAVE_AGENT_SERVICE (source), result, &error);

  g_free (addition);
  if (self->composer == NULL || !is_wanted (self, source, error))
    return;
  if (change != NULL)
    {
      show_change (self, change);
    }
  else
    {
      g_autofree char *draft = enclave_chat_composer_dup_text (self->composer);

      /* What was written is not lost, and what is written meanwhile neither. */
      if (*draft == '\0')
        {
          g_autofree char *again = g_strconcat ("/memory ", line, NULL);

          enclave_chat_composer_add_text (self->composer, again);
        }
      enclave_chat_composer_set_error (self->composer, error->message);
    }
}

void
enclave_chat_pane_add_memory (EnclaveChatPane *self, const char *line)
{
  Addition *addition;

  if (line == NULL)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.project", NULL);
      return;
    }
  if (self->service == NULL)
    return;
  addition = g_new0 (Addition, 1);
  addition->pane = g_object_ref (self);
  addition->line = g_strdup (line);
  enclave_project_memory_add_async (self->service, line, self->cancellable, added_cb, addition);
}
