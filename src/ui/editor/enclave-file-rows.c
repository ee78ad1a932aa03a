/* enclave-file-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A large file as rows. Rows come in groups; where each group begins is found once, by a worker that reads the file from its
 * start. The rows of a group are read when one of them is looked at. The file is never mapped: one that is cut while it is
 * looked at would end the program.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-rows-private.h"

#define MAX_GROUPS 256
#define MAX_FIRST_ROWS (MAX_GROUPS / 2 * GROUP_ROWS)

enum
{
  PROP_0,
  PROP_N_ITEMS,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_FILE_ROW_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return ENCLAVE_FILE_ROWS (model)->n_rows;
}

static gpointer
get_item (GListModel *model, guint position)
{
  EnclaveFileRows *self = ENCLAVE_FILE_ROWS (model);
  EnclaveFileRowItem *row;

  if (position >= self->n_rows)
    return NULL;
  row = g_object_new (ENCLAVE_TYPE_FILE_ROW_ITEM, NULL);
  row->position = position;
  row->kind = self->kind;
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveFileRows, enclave_file_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

void
_enclave_file_rows_notify_problem (EnclaveFileRows *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

void
_enclave_file_rows_keep (EnclaveFileRows *self, guint index, LoadedGroup *loaded)
{
  gpointer key = GUINT_TO_POINTER (index);

  g_hash_table_insert (self->loaded, key, loaded);
  g_queue_push_head (&self->order, key);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  EnclaveFileRows *self = ENCLAVE_FILE_ROWS (object);
  Load *load = g_task_get_task_data (G_TASK (result));
  LoadedGroup *loaded = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GPtrArray) waiting = NULL;
  gpointer key = GUINT_TO_POINTER (load->index);

  if (loaded == NULL)
    return;
  g_hash_table_steal_extended (self->waiting, key, NULL, (gpointer *) &waiting);
  _enclave_file_rows_keep (self, load->index, loaded);
  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    _enclave_file_row_item_give (g_ptr_array_index (waiting, i), loaded);
  while (g_queue_get_length (&self->order) > MAX_GROUPS)
    g_hash_table_remove (self->loaded, g_queue_pop_tail (&self->order));
}

void
enclave_file_rows_want (EnclaveFileRows *self, EnclaveFileRowItem *row)
{
  g_autoptr (GTask) task = NULL;
  LoadedGroup *loaded;
  GPtrArray *waiting;
  gpointer key;
  Load *load;

  g_return_if_fail (ENCLAVE_IS_FILE_ROWS (self));
  g_return_if_fail (ENCLAVE_IS_FILE_ROW_ITEM (row));

  key = GUINT_TO_POINTER (row->position / GROUP_ROWS);
  if (row->text != NULL || self->source == NULL || GPOINTER_TO_UINT (key) >= self->groups->len)
    return;
  loaded = g_hash_table_lookup (self->loaded, key);
  if (loaded != NULL && loaded->texts[row->position % GROUP_ROWS] != NULL)
    {
      _enclave_file_row_item_give (row, loaded);
      return;
    }
  if (loaded != NULL)
    {
      /* It was read when fewer of its rows were found. */
      g_hash_table_remove (self->loaded, key);
      g_queue_remove (&self->order, key);
    }
  waiting = g_hash_table_lookup (self->waiting, key);
  if (waiting != NULL)
    {
      g_ptr_array_add (waiting, g_object_ref (row));
      return;
    }
  waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (waiting, g_object_ref (row));
  g_hash_table_insert (self->waiting, key, waiting);

  load = g_new0 (Load, 1);
  load->source = _enclave_file_rows_source_ref (self->source);
  load->index = GPOINTER_TO_UINT (key);
  load->n_rows = MIN (GROUP_ROWS, self->n_rows - load->index * GROUP_ROWS);
  load->group = g_array_index (self->groups, Group, load->index);
  task = g_task_new (self, self->cancellable, loaded_cb, NULL);
  g_task_set_task_data (task, load, _enclave_file_rows_load_free);
  g_task_run_in_thread (task, _enclave_file_rows_load_in_thread);
}

gboolean
enclave_file_rows_get_complete (EnclaveFileRows *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_ROWS (self), FALSE);

  return self->complete;
}

const char *
enclave_file_rows_get_problem (EnclaveFileRows *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_ROWS (self), NULL);

  return self->problem;
}

guint
enclave_file_rows_find_line (EnclaveFileRows *self, guint64 line)
{
  guint low = 0;
  guint high;

  g_return_val_if_fail (ENCLAVE_IS_FILE_ROWS (self), G_MAXUINT);

  if (self->n_rows == 0)
    return G_MAXUINT;
  if (self->kind == ENCLAVE_FILE_ROWS_BYTES)
    return line / self->source->bytes_per_row < self->n_rows ? (guint) (line / self->source->bytes_per_row) : G_MAXUINT;

  /* The last group that begins before the line or with it; the rows in it that go on with lines are few. */
  high = self->groups->len;
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->groups, Group, middle).line <= line)
        low = middle;
      else
        high = middle;
    }
  while (low > 0 && g_array_index (self->groups, Group, low).line == line && g_array_index (self->groups, Group, low).cut)
    low--;
  if (low + 1 == self->groups->len && self->complete && line > g_array_index (self->groups, Group, low).line + GROUP_ROWS)
    return G_MAXUINT;
  return MIN (self->n_rows - 1,
              low * GROUP_ROWS
                + (guint) MIN (GROUP_ROWS - 1, line - MIN (line, g_array_index (self->groups, Group, low).line)));
}

static void
enclave_file_rows_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveFileRows *self = ENCLAVE_FILE_ROWS (object);

  switch (prop_id)
    {
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->n_rows);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_file_rows_dispose (GObject *object)
{
  g_cancellable_cancel (ENCLAVE_FILE_ROWS (object)->cancellable);
  G_OBJECT_CLASS (enclave_file_rows_parent_class)->dispose (object);
}

static void
enclave_file_rows_finalize (GObject *object)
{
  EnclaveFileRows *self = ENCLAVE_FILE_ROWS (object);

  g_clear_pointer (&self->source, _enclave_file_rows_source_unref);
  g_array_unref (self->groups);
  g_hash_table_unref (self->loaded);
  g_hash_table_unref (self->waiting);
  g_queue_clear (&self->order);
  g_object_unref (self->cancellable);
  g_free (self->problem);
  G_OBJECT_CLASS (enclave_file_rows_parent_class)->finalize (object);
}

static void
enclave_file_rows_class_init (EnclaveFileRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_file_rows_get_property;
  object_class->dispose = enclave_file_rows_dispose;
  object_class->finalize = enclave_file_rows_finalize;

  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_file_rows_init (EnclaveFileRows *self)
{
  self->groups = g_array_new (FALSE, FALSE, sizeof (Group));
  self->cancellable = g_cancellable_new ();
  self->loaded = g_hash_table_new_full (NULL, NULL, NULL, _enclave_file_rows_loaded_group_free);
  self->waiting = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  g_queue_init (&self->order);
}

EnclaveFileRows *
enclave_file_rows_new (const char *path, EnclaveFileRowsKind kind, guint n_first)
{
  EnclaveFileRows *self;
  struct stat st;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_FILE_ROWS, NULL);
  self->kind = kind;
  /* Asked before it is opened: opening a device may already do something. */
  fd = stat (path, &st) == 0 && S_ISREG (st.st_mode) ? open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : -1;
  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      self->problem = g_strdup (errno != 0 ? g_strerror (errno) : _("This is no ordinary file."));
      self->complete = TRUE;
      if (fd >= 0)
        close (fd);
      return self;
    }

  self->size = (guint64) st.st_size;
  self->source = g_new0 (Source, 1);
  g_atomic_ref_count_init (&self->source->references);
  self->source->fd = fd;
  self->source->kind = kind;
  self->source->bytes_per_row = self->size / 16 < MAX_ROWS ? 16 : self->size / 32 < MAX_ROWS ? 32 : 64;

  _enclave_file_rows_scan (self, CLAMP (n_first, 1, MAX_FIRST_ROWS));
  return self;
}
