/* enclave-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-words.h"

EnclaveWords *
enclave_words_new (void)
{
  EnclaveWords *self = g_new0 (EnclaveWords, 1);

  self->plain = g_string_new (NULL);
  self->shown = g_string_new (NULL);

  return self;
}

void
enclave_words_free (EnclaveWords *self)
{
  g_string_free (self->plain, TRUE);
  g_string_free (self->shown, TRUE);
  g_free (self);
}

void
enclave_words_add_valist (EnclaveWords *self, const char *format, va_list args)
{
  va_list again;

  g_return_if_fail (self != NULL && format != NULL);

  va_copy (again, args);
  g_string_append_vprintf (self->plain, format, args);
  g_string_append_vprintf (self->shown, gettext (format), again);
  va_end (again);
}

void
enclave_words_add (EnclaveWords *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  enclave_words_add_valist (self, format, args);
  va_end (args);
}

void
enclave_words_add_message (EnclaveWords *self, const char *message)
{
  g_return_if_fail (self != NULL && message != NULL);

  g_string_append (self->plain, message);
  g_string_append (self->shown, gettext (message));
}

void
enclave_words_add_errno (EnclaveWords *self, int code)
{
  const char *plain = strerrordesc_np (code);

  g_return_if_fail (self != NULL);

  g_string_append (self->plain, plain != NULL ? plain : "unknown error");
  g_string_append (self->shown, g_strerror (code));
}

void
enclave_words_add_literal (EnclaveWords *self, const char *text)
{
  g_return_if_fail (self != NULL && text != NULL);

  g_string_append (self->plain, text);
  g_string_append (self->shown, text);
}
