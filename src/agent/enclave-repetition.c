/* enclave-repetition.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-repetition.h"

/* Tables of zeros and rulers repeat as well; none that anybody asks for does so for so long. */
#define WINDOW_BYTES 8192
#define MAX_PERIOD_BYTES 1024
/* From one look to the next. */
#define STEP_BYTES 2048

struct _EnclaveRepetition
{
  GString *tail;
  gsize fresh; /* bytes since the last look */
};

EnclaveRepetition *
enclave_repetition_new (void)
{
  EnclaveRepetition *self = g_new0 (EnclaveRepetition, 1);

  self->tail = g_string_new (NULL);

  return self;
}

void
enclave_repetition_free (EnclaveRepetition *self)
{
  g_string_free (self->tail, TRUE);
  g_free (self);
}

/* The shortest period of @text, by the borders of its beginnings (Knuth, Morris and Pratt). */
static gsize
find_period (const char *text, gsize length)
{
  g_autofree guint16 *border = g_new0 (guint16, length);

  for (gsize i = 1; i < length; i++)
    {
      gsize k = border[i - 1];

      while (k > 0 && text[i] != text[k])
        k = border[k - 1];
      border[i] = (guint16) (text[i] == text[k] ? k + 1 : k);
    }

  return length - border[length - 1];
}

gboolean
enclave_repetition_feed (EnclaveRepetition *self, const char *text)
{
  gsize before;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);

  before = self->tail->len;
  g_string_append (self->tail, text);
  self->fresh += self->tail->len - before;
  if (self->tail->len < WINDOW_BYTES || self->fresh < STEP_BYTES)
    return FALSE;
  self->fresh = 0;
  g_string_erase (self->tail, 0, (gssize) (self->tail->len - WINDOW_BYTES));

  return find_period (self->tail->str, WINDOW_BYTES) <= MAX_PERIOD_BYTES;
}
