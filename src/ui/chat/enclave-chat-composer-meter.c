/* enclave-chat-composer-meter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-composer-private.h"
#include "enclave-chat-meter.h"
#include "enclave-chat-text.h"

/* After the last key: asking the server costs it a moment. */
#define RECKON_DELAY_MS 350

void
enclave_chat_composer_update_meter (EnclaveChatComposer *self, gboolean has_model)
{
  guint used = 0;
  guint window = 0;
  g_autofree char *used_text = NULL;
  g_autofree char *window_text = NULL;
  g_autofree char *text = NULL;

  if (self->service != NULL)
    g_object_get (self->service, "tokens-used", &used, "tokens-window", &window, NULL);
  if (self->draft_tokens > 0 && self->service != NULL && !enclave_agent_service_get_busy (self->service))
    used = self->draft_tokens;
  used_text = enclave_chat_text_token_count (used);
  window_text = enclave_chat_text_token_count (window);
  if (!has_model)
    text = g_strdup (_("no model"));
  else if (window > 0)
    text = g_strdup_printf (_("%s of %s"), used_text, window_text);
  else
    text = g_strdup (used_text);

  gtk_level_bar_set_value (self->meter, window > 0 ? CLAMP ((double) used / window, 0, 1) : 0);
  gtk_label_set_label (self->meter_text, text);
}

static char *
dup_draft (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
show_report (EnclaveChatComposer *self, const EnclaveContextReport *report)
{
  gboolean has_draft = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) > 0;

  self->draft_tokens = has_draft ? report->total : 0;
  enclave_chat_composer_update_meter (self, TRUE);
  if (gtk_widget_get_visible (GTK_WIDGET (self->meter_popover)))
    gtk_popover_set_child (self->meter_popover, enclave_chat_meter_new (report));
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatComposer) self = user_data;
  g_autoptr (EnclaveContextReport) report =
    enclave_agent_service_count_context_finish (ENCLAVE_AGENT_SERVICE (source), result);

  if (report != NULL && self->service == ENCLAVE_AGENT_SERVICE (source))
    show_report (self, report);
}

static void
count (EnclaveChatComposer *self)
{
  g_autofree char *draft = dup_draft (self);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  if (self->service == NULL)
    return;
  for (guint i = 0; i < self->attachments->len; i++)
    {
      const EnclaveChatAttachment *attachment = g_ptr_array_index (self->attachments, i);

      g_ptr_array_add (items, attachment->item);
    }
  self->counting = g_cancellable_new ();
  enclave_agent_service_count_context_async (self->service, draft, items, self->counting, counted_cb, g_object_ref (self));
}

static gboolean
reckon_cb (gpointer user_data)
{
  EnclaveChatComposer *self = user_data;

  self->reckon = 0;
  count (self);

  return G_SOURCE_REMOVE;
}

void
enclave_chat_composer_reckon_draft (EnclaveChatComposer *self)
{
  g_clear_handle_id (&self->reckon, g_source_remove);
  if (gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0)
    {
      g_cancellable_cancel (self->counting);
      self->draft_tokens = 0;
      return;
    }
  self->reckon = g_timeout_add (RECKON_DELAY_MS, reckon_cb, self);
}

void
enclave_chat_composer_meter_opened (EnclaveChatComposer *self)
{
  g_autofree char *draft = NULL;
  g_autoptr (EnclaveContextReport) report = NULL;

  if (self->service != NULL)
    {
      draft = dup_draft (self);
      report = enclave_agent_service_report_context (self->service, draft, NULL);
    }
  if (report == NULL)
    {
      GtkWidget *label = gtk_label_new (_("No model is chosen."));

      gtk_widget_add_css_class (label, "enclave-quiet");
      gtk_popover_set_child (self->meter_popover, label);
      return;
    }
  gtk_popover_set_child (self->meter_popover, enclave_chat_meter_new (report));
  count (self);
}
