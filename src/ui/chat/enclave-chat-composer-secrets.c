/* enclave-chat-composer-secrets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-composer-private.h"

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

void
enclave_chat_composer_show_masked (EnclaveChatComposer *self, EnclaveDraft *draft)
{
  GStrv secrets = enclave_draft_get_secrets (draft);
  GStrv values = enclave_draft_get_values (draft);

  if (*secrets != NULL || *values != NULL)
    show (self, secrets, values);
  else
    gtk_widget_set_visible (self->secrets, FALSE);
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
