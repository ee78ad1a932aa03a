/* enclave-file-row-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-rows-private.h"

static GParamSpec *text_property;

G_DEFINE_FINAL_TYPE (EnclaveFileRowItem, enclave_file_row_item, G_TYPE_OBJECT)

static void
enclave_file_row_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (pspec == text_property)
    g_value_set_string (value, ENCLAVE_FILE_ROW_ITEM (object)->text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
enclave_file_row_item_finalize (GObject *object)
{
  g_free (ENCLAVE_FILE_ROW_ITEM (object)->text);
  G_OBJECT_CLASS (enclave_file_row_item_parent_class)->finalize (object);
}

static void
enclave_file_row_item_class_init (EnclaveFileRowItemClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = enclave_file_row_item_get_property;
  G_OBJECT_CLASS (klass)->finalize = enclave_file_row_item_finalize;
  text_property = g_param_spec_string ("text", NULL, NULL, NULL,
                                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1, text_property);
}

static void
enclave_file_row_item_init (EnclaveFileRowItem *self)
{
}

char *
enclave_file_row_item_dup_number (EnclaveFileRowItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_ROW_ITEM (self), NULL);

  if (!self->known || self->continues)
    return g_strdup ("");
  return g_strdup_printf (self->kind == ENCLAVE_FILE_ROWS_BYTES ? "%08" G_GINT64_MODIFIER "x" : "%" G_GUINT64_FORMAT,
                          self->number);
}

const char *
enclave_file_row_item_get_text (EnclaveFileRowItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_ROW_ITEM (self), NULL);

  return self->text;
}

void
_enclave_file_row_item_give (EnclaveFileRowItem *row, LoadedGroup *loaded)
{
  guint i = row->position % GROUP_ROWS;

  if (row->text != NULL || loaded->texts[i] == NULL)
    return;
  row->text = g_strdup (loaded->texts[i]);
  row->number = loaded->numbers[i];
  row->continues = loaded->continues[i];
  row->known = TRUE;
  g_object_notify_by_pspec (G_OBJECT (row), text_property);
}
