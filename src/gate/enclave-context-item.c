/* enclave-context-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-context-item-private.h"

#include "enclave-utf8.h"

struct _EnclaveContextItem
{
  GObject parent_instance;

  char *text;
  char *source;
  char *summary;
  gboolean truncated;
};

G_DEFINE_FINAL_TYPE (EnclaveContextItem, enclave_context_item, G_TYPE_OBJECT)

static void
enclave_context_item_finalize (GObject *object)
{
  EnclaveContextItem *self = ENCLAVE_CONTEXT_ITEM (object);

  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->source, g_free);
  g_clear_pointer (&self->summary, g_free);

  G_OBJECT_CLASS (enclave_context_item_parent_class)->finalize (object);
}

static void
enclave_context_item_class_init (EnclaveContextItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_context_item_finalize;
}

static void
enclave_context_item_init (EnclaveContextItem *self)
{
}

static char *
dup_valid (const char *text)
{
  if (text == NULL)
    return g_strdup ("");
  if (g_utf8_validate (text, -1, NULL))
    return g_strdup (text);

  return enclave_utf8_make_valid (text, -1);
}

EnclaveContextItem *
enclave_context_item_new (const char *text, const char *source, const char *summary, gboolean truncated)
{
  EnclaveContextItem *self = g_object_new (ENCLAVE_TYPE_CONTEXT_ITEM, NULL);

  self->text = dup_valid (text);
  self->source = dup_valid (source);
  self->summary = dup_valid (summary);
  self->truncated = truncated;

  return self;
}

/**
 * enclave_context_item_count_masks:
 * @text: a text that may have been read through the gate
 *
 * Returns: how many masks stand in it
 */
guint
enclave_context_item_count_masks (const char *text)
{
  static const char *const masks[] = { ENCLAVE_MASK_OF_SECRET, ENCLAVE_MASK_OF_VALUE };
  guint n_masks = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      for (const char *at = strstr (text, masks[i]); at != NULL; at = strstr (at + 1, masks[i]))
        n_masks++;
    }

  return n_masks;
}

/**
 * enclave_context_item_get_text:
 *
 * Returns: the admitted text, valid UTF-8; borrowed
 */
const char *
enclave_context_item_get_text (EnclaveContextItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (self), NULL);

  return self->text;
}

/**
 * enclave_context_item_get_source:
 *
 * Returns: where the text came from, for people; borrowed
 */
const char *
enclave_context_item_get_source (EnclaveContextItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (self), NULL);

  return self->source;
}

/**
 * enclave_context_item_get_summary:
 *
 * Returns: one short fact, "" when there is none; borrowed
 */
const char *
enclave_context_item_get_summary (EnclaveContextItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (self), NULL);

  return self->summary;
}

/**
 * enclave_context_item_get_truncated:
 *
 * Returns: %TRUE when something was left out for size
 */
gboolean
enclave_context_item_get_truncated (EnclaveContextItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (self), FALSE);

  return self->truncated;
}
