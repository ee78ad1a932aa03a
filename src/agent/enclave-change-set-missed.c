/* enclave-change-set-missed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Edits that have no place in their files.
 */

#include "config.h"

#include <string.h>

#include "enclave-change-set-private.h"

#define MAX_MISSED 50

GListModel *
enclave_change_set_get_missed (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), NULL);

  return G_LIST_MODEL (self->missed);
}

void
enclave_change_set_add_missed (EnclaveChangeSet *self, const GError *error)
{
  GPtrArray *misses = enclave_patch_error_get_misses (error);

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));

  for (guint i = 0; misses != NULL && i < misses->len; i++)
    {
      g_autoptr (EnclaveMissedEdit) edit = enclave_missed_edit_new (g_ptr_array_index (misses, i));

      /* The same once more says nothing new. */
      for (guint k = g_list_model_get_n_items (G_LIST_MODEL (self->missed)); k > 0; k--)
        {
          g_autoptr (EnclaveMissedEdit) other = g_list_model_get_item (G_LIST_MODEL (self->missed), k - 1);

          if (strcmp (enclave_missed_edit_get_path (other), enclave_missed_edit_get_path (edit)) == 0
              && strcmp (enclave_missed_edit_get_searched (other), enclave_missed_edit_get_searched (edit)) == 0)
            g_list_store_remove (self->missed, k - 1);
        }
      if (g_list_model_get_n_items (G_LIST_MODEL (self->missed)) == MAX_MISSED)
        g_list_store_remove (self->missed, 0);
      g_list_store_append (self->missed, edit);
    }
}

void
enclave_change_set_drop_missed (EnclaveChangeSet *self, EnclaveMissedEdit *edit)
{
  guint position;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (ENCLAVE_IS_MISSED_EDIT (edit));

  if (g_list_store_find (self->missed, edit, &position))
    g_list_store_remove (self->missed, position);
}

void
enclave_change_set_drop_missed_of (EnclaveChangeSet *self, const char *path)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->missed)); i > 0; i--)
    {
      g_autoptr (EnclaveMissedEdit) edit = g_list_model_get_item (G_LIST_MODEL (self->missed), i - 1);
      const char *missed = enclave_missed_edit_get_path (edit);

      if (path == NULL || strcmp (g_str_has_prefix (missed, "./") ? missed + 2 : missed, path) == 0)
        g_list_store_remove (self->missed, i - 1);
    }
}
