/* enclave-project-tree.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-file-watch.h"
#include "enclave-ignore-files.h"
#include "enclave-project-tree-private.h"

/* A build or a checkout changes many entries at once: they are read once. */
#define CHANGE_DELAY_MS 80
/* Rows that are made at once: a frame's time at most. */
#define SLICE_ENTRIES 1000

struct _EnclaveFolderModel
{
  GObject parent_instance;

  GFile *folder;
  GFile *root; /* (nullable) */
  EnclaveGate *gate;
  GListStore *items;
  GFileMonitor *monitor;
  GCancellable *cancellable;
  GPtrArray *waiting; /* (nullable): entries of a folder that is new, the rows of which are made slice by slice */
  guint n_made;
  char *error;
  guint change_source;
  guint slice_source;
  gboolean show_ignored;
  gboolean loading;
  gboolean reading;
  gboolean read_again;
};

enum
{
  PROP_LOADING = 1,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint ignore_changed_signal;

static GType
get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_TREE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ENCLAVE_FOLDER_MODEL (model)->items));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ENCLAVE_FOLDER_MODEL (model)->items), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveFolderModel, enclave_folder_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
set_loading (EnclaveFolderModel *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
set_error (EnclaveFolderModel *self, const char *message)
{
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
flush_added (EnclaveFolderModel *self, guint position, GPtrArray *added)
{
  if (added->len == 0)
    return;
  g_list_store_splice (self->items, position, 0, added->pdata, added->len);
  g_ptr_array_set_size (added, 0);
}

/* Both lists are sorted alike, so one walk finds what went and what came; rows that stay are not touched and keep their
 * expanded children and their selection. Takes entries out of @entries. */
static void
merge (EnclaveFolderModel *self, GPtrArray *entries)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  guint position = 0;
  guint next = 0;

  for (;;)
    {
      g_autoptr (EnclaveTreeItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
      EnclaveTreeEntry *entry = next < entries->len ? g_ptr_array_index (entries, next) : NULL;
      int order = item == NULL ? 1
                  : entry == NULL ? -1
                  : enclave_tree_entry_compare (enclave_tree_item_get_entry (item), entry);

      if (item == NULL && entry == NULL)
        break;
      if (order > 0)
        {
          g_ptr_array_index (entries, next++) = NULL;
          g_ptr_array_add (added, enclave_tree_item_new (self->folder, entry, self->gate));
          continue;
        }

      if (added->len > 0)
        {
          guint n_added = added->len;

          flush_added (self, position, added);
          position += n_added;
        }
      if (order == 0)
        {
          enclave_tree_item_set_ignored (item, entry->ignored);
          position++;
          next++;
        }
      else
        {
          guint n_gone = 1;

          for (;;)
            {
              g_autoptr (EnclaveTreeItem) other = g_list_model_get_item (G_LIST_MODEL (self->items), position + n_gone);

              if (other == NULL
                  || (entry != NULL && enclave_tree_entry_compare (enclave_tree_item_get_entry (other), entry) >= 0))
                break;
              n_gone++;
            }
          g_list_store_splice (self->items, position, n_gone, NULL, 0);
        }
    }
  flush_added (self, position, added);
}

static void start_reading (EnclaveFolderModel *self);

static void
free_entry (gpointer entry)
{
  if (entry != NULL)
    enclave_tree_entry_free (entry);
}

static void
end_reading (EnclaveFolderModel *self)
{
  self->reading = FALSE;
  if (self->read_again)
    start_reading (self);
  else
    set_loading (self, FALSE);
}

static gboolean
slice_cb (gpointer user_data)
{
  EnclaveFolderModel *self = user_data;
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  guint end = MIN (self->n_made + SLICE_ENTRIES, self->waiting->len);

  while (self->n_made < end)
    {
      EnclaveTreeEntry *entry = g_steal_pointer (&g_ptr_array_index (self->waiting, self->n_made));

      g_ptr_array_add (added, enclave_tree_item_new (self->folder, entry, self->gate));
      self->n_made++;
    }
  flush_added (self, g_list_model_get_n_items (G_LIST_MODEL (self->items)), added);
  if (end < self->waiting->len)
    return G_SOURCE_CONTINUE;
  self->slice_source = 0;
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  end_reading (self);
  return G_SOURCE_REMOVE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFolderModel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = enclave_tree_read_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  set_error (self, error != NULL ? error->message : NULL);
  if (entries != NULL)
    g_ptr_array_set_free_func (entries, free_entry);
  if (entries != NULL && entries->len > SLICE_ENTRIES && g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 0)
    {
      self->waiting = g_steal_pointer (&entries);
      self->n_made = 0;
      /* after what is drawn, so that a person can go on */
      self->slice_source = g_idle_add (slice_cb, self);
      return;
    }
  if (entries != NULL)
    merge (self, entries);
  else
    g_list_store_remove_all (self->items);
  end_reading (self);
}

static void
start_reading (EnclaveFolderModel *self)
{
  self->read_again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  enclave_tree_read_async (g_file_peek_path (self->folder), self->root != NULL ? g_file_peek_path (self->root) : NULL, self->show_ignored,
                           self->cancellable, read_cb, g_object_ref (self));
}

static gboolean
change_settled_cb (gpointer data)
{
  EnclaveFolderModel *self = data;

  self->change_source = 0;
  start_reading (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnclaveFolderModel *self, GFile *file, GFile *other, GFileMonitorEvent event)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *other_name = other != NULL ? g_file_get_basename (other) : NULL;

  if (event != G_FILE_MONITOR_EVENT_CHANGED && (enclave_ignore_files_is_one (name) || enclave_ignore_files_is_one (other_name)))
    g_signal_emit (self, ignore_changed_signal, 0);
  switch (event)
    {
    case G_FILE_MONITOR_EVENT_CREATED:
    case G_FILE_MONITOR_EVENT_DELETED:
    case G_FILE_MONITOR_EVENT_MOVED_IN:
    case G_FILE_MONITOR_EVENT_MOVED_OUT:
    case G_FILE_MONITOR_EVENT_RENAMED:
    case G_FILE_MONITOR_EVENT_UNMOUNTED:
      break;
    case G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED:
      /* The folder's own rights: it may have become readable, or no longer be so. */
      if (g_file_equal (file, self->folder))
        break;
      return;
    case G_FILE_MONITOR_EVENT_CHANGED:
    case G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT:
    case G_FILE_MONITOR_EVENT_PRE_UNMOUNT:
    case G_FILE_MONITOR_EVENT_MOVED:
    default:
      return;
    }

  if (self->change_source == 0)
    self->change_source = g_timeout_add (CHANGE_DELAY_MS, change_settled_cb, self);
}

static void
enclave_folder_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EnclaveFolderModel *self = ENCLAVE_FOLDER_MODEL (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_folder_model_dispose (GObject *object)
{
  EnclaveFolderModel *self = ENCLAVE_FOLDER_MODEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->change_source, g_source_remove);
  g_clear_handle_id (&self->slice_source, g_source_remove);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (enclave_folder_model_parent_class)->dispose (object);
}

static void
enclave_folder_model_finalize (GObject *object)
{
  EnclaveFolderModel *self = ENCLAVE_FOLDER_MODEL (object);

  g_clear_object (&self->folder);
  g_clear_object (&self->root);
  g_clear_object (&self->gate);
  g_clear_object (&self->items);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_free (self->error);

  G_OBJECT_CLASS (enclave_folder_model_parent_class)->finalize (object);
}

static void
enclave_folder_model_class_init (EnclaveFolderModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_folder_model_get_property;
  object_class->dispose = enclave_folder_model_dispose;
  object_class->finalize = enclave_folder_model_finalize;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  ignore_changed_signal = g_signal_new ("ignore-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
}

static void
forward_cb (EnclaveFolderModel *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
enclave_folder_model_init (EnclaveFolderModel *self)
{
  self->items = g_list_store_new (ENCLAVE_TYPE_TREE_ITEM);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (forward_cb), self);
}

EnclaveFolderModel *
enclave_folder_model_new (GFile *folder, GFile *root, EnclaveGate *gate, gboolean show_ignored)
{
  EnclaveFolderModel *self;

  g_return_val_if_fail (G_IS_FILE (folder), NULL);
  g_return_val_if_fail (g_file_peek_path (folder) != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_FOLDER_MODEL, NULL);
  self->folder = g_object_ref (folder);
  self->root = root != NULL ? g_object_ref (root) : NULL;
  self->gate = gate != NULL ? g_object_ref (gate) : NULL;
  self->show_ignored = show_ignored;
  self->loading = TRUE;
  /* Watched before it is read, so nothing falls between. */
  self->monitor = enclave_file_watch_new_for_folder (folder);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  start_reading (self);
  return self;
}

void
enclave_folder_model_refresh (EnclaveFolderModel *self)
{
  g_return_if_fail (ENCLAVE_IS_FOLDER_MODEL (self));
  start_reading (self);
}

void
enclave_folder_model_set_show_ignored (EnclaveFolderModel *self, gboolean show_ignored)
{
  g_return_if_fail (ENCLAVE_IS_FOLDER_MODEL (self));

  if (self->show_ignored == show_ignored)
    return;
  self->show_ignored = show_ignored;
  start_reading (self);
}
