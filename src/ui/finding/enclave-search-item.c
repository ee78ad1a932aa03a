/* enclave-search-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-search-item.h"

struct _EnclaveSearchItem
{
  GObject parent_instance;

  EnclaveTextHits *hits;   /* of a file */
  EnclaveSearchItem *file; /* (nullable): of a line */
  guint line;
};

G_DEFINE_FINAL_TYPE (EnclaveSearchItem, enclave_search_item, G_TYPE_OBJECT)

static void
enclave_search_item_finalize (GObject *object)
{
  EnclaveSearchItem *self = ENCLAVE_SEARCH_ITEM (object);

  g_clear_pointer (&self->hits, enclave_text_hits_free);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (enclave_search_item_parent_class)->finalize (object);
}

static void
enclave_search_item_class_init (EnclaveSearchItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_search_item_finalize;
}

static void
enclave_search_item_init (EnclaveSearchItem *self)
{
}

EnclaveSearchItem *
enclave_search_item_new (EnclaveTextHits *hits)
{
  EnclaveSearchItem *self = g_object_new (ENCLAVE_TYPE_SEARCH_ITEM, NULL);

  self->hits = hits;

  return self;
}

const char *
enclave_search_item_get_path (EnclaveSearchItem *self)
{
  return (self->file != NULL ? self->file : self)->hits->path;
}

GListModel *
enclave_search_item_dup_lines (EnclaveSearchItem *self)
{
  GListStore *lines;

  if (self->file != NULL)
    return NULL;
  lines = g_list_store_new (ENCLAVE_TYPE_SEARCH_ITEM);
  for (guint i = 0; i < self->hits->hits->len; i++)
    {
      g_autoptr (EnclaveSearchItem) line = g_object_new (ENCLAVE_TYPE_SEARCH_ITEM, NULL);

      line->file = g_object_ref (self);
      line->line = i;
      g_list_store_append (lines, line);
    }

  return G_LIST_MODEL (lines);
}

guint
enclave_search_item_get_n_lines (EnclaveSearchItem *self)
{
  return self->file != NULL ? 1 : self->hits->hits->len;
}

const EnclaveTextHit *
enclave_search_item_get_hit (EnclaveSearchItem *self)
{
  return self->file != NULL ? &g_array_index (self->file->hits->hits, EnclaveTextHit, self->line) : NULL;
}
