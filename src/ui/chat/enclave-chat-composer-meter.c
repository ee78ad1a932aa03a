/* enclave-chat-composer-meter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-composer-private.h"
#include "enclave-chat-meter.h"
#include "enclave-chat-text.h"

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

void
enclave_chat_composer_show_report (EnclaveChatComposer *self, const EnclaveContextReport *report)
{
  gboolean has_draft = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) > 0;

  self->draft_tokens = has_draft ? report->total : 0;
  enclave_chat_composer_update_meter (self, TRUE);
  if (gtk_widget_get_visible (GTK_WIDGET (self->meter_popover)))
    gtk_popover_set_child (self->meter_popover, enclave_chat_meter_new (report));
}

void
enclave_chat_composer_meter_opened (EnclaveChatComposer *self)
{
  g_autoptr (EnclaveContextReport) report = NULL;

  if (self->service != NULL)
    report = enclave_agent_service_report_context (self->service, self->draft);
  if (report == NULL)
    {
      GtkWidget *label = gtk_label_new (_("No model is chosen."));

      gtk_widget_add_css_class (label, "enclave-quiet");
      gtk_popover_set_child (self->meter_popover, label);
      return;
    }
  gtk_popover_set_child (self->meter_popover, enclave_chat_meter_new (report));
  enclave_chat_composer_look_now (self);
}
