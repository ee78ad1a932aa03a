/* enclave-chat-composer-secrets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-composer-private.h"

/* After the last change of the text. */
#define LOOK_DELAY_MS 250

/* Each rule once. */
static char *
join_rules (GStrv rules)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; rules[i] != NULL; i++)
    {
      if (!g_ptr_array_find_with_equal_func (names, rules[i], g_str_equal, NULL))
        g_ptr_array_add (names, rules[i]);
    }
  g_ptr_array_add (names, NULL);

  return g_strjoinv (", ", (char **) names->pdata);
}

static void
show (EnclaveChatComposer *self, GStrv secrets, GStrv values)
{
  guint n_secrets = g_strv_length (secrets);
  guint n_values = g_strv_length (values);
  g_autofree char *secret_rules = join_rules (secrets);
  g_autofree char *value_rules = join_rules (values);
  g_autofree char *secret_words = g_strdup_printf (ngettext ("%u secret masked: %s", "%u secrets masked: %s", n_secrets),
                                                   n_secrets, secret_rules);
  g_autofree char *value_words = g_strdup_printf (ngettext ("%u value of a denied file masked: %s",
                                                            "%u values of denied files masked: %s", n_values),
                                                  n_values, value_rules);
  g_autofree char *words = NULL;

  if (n_secrets > 0 && n_values > 0)
    words = g_strdup_printf ("%s\n%s", secret_words, value_words);
  gtk_label_set_label (self->secrets_text, words != NULL ? words : n_secrets > 0 ? secret_words : value_words);
  /* What is denied stays denied: there is nothing to click for it. */
  gtk_widget_set_visible (self->send_as_it_is, n_secrets > 0);
  gtk_widget_set_visible (self->secrets, TRUE);
}

static void
list (EnclaveChatComposer *self, const char *text, GStrvBuilder *secrets, GStrvBuilder *values)
{
  g_auto (GStrv) more_secrets = NULL;
  g_auto (GStrv) more_values = NULL;

  enclave_gate_list_secrets (enclave_agent_service_get_gate (self->service), text, &more_secrets, &more_values);
  g_strv_builder_addv (secrets, (const char **) more_secrets);
  g_strv_builder_addv (values, (const char **) more_values);
}

static gboolean
look_cb (gpointer user_data)
{
  EnclaveChatComposer *self = user_data;
  g_autofree char *text = enclave_chat_composer_dup_text (self);
  g_autoptr (GStrvBuilder) all_secrets = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) all_values = g_strv_builder_new ();
  g_auto (GStrv) secrets = NULL;
  g_auto (GStrv) values = NULL;

  self->look = 0;
  if (self->service != NULL)
    {
      list (self, text, all_secrets, all_values);
      for (guint i = 0; i < self->attachments->len; i++)
        list (self, ((EnclaveChatAttachment *) g_ptr_array_index (self->attachments, i))->text, all_secrets, all_values);
    }
  secrets = g_strv_builder_end (all_secrets);
  values = g_strv_builder_end (all_values);
  if (*secrets != NULL || *values != NULL)
    show (self, secrets, values);
  else
    gtk_widget_set_visible (self->secrets, FALSE);

  return G_SOURCE_REMOVE;
}

void
enclave_chat_composer_look_for_secrets (EnclaveChatComposer *self)
{
  g_clear_handle_id (&self->look, g_source_remove);
  if (gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0 && self->attachments->len == 0)
    gtk_widget_set_visible (self->secrets, FALSE);
  else
    self->look = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

void
enclave_chat_composer_send_as_it_is (EnclaveChatComposer *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  self->as_it_is = TRUE;
  enclave_chat_composer_send (self);
  self->as_it_is = FALSE;
  enclave_chat_composer_focus (self);
}

gboolean
enclave_chat_composer_get_as_it_is (EnclaveChatComposer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), FALSE);

  return self->as_it_is;
}
