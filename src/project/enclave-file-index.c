/* enclave-file-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-index.h"

#include <string.h>

#include "enclave-tree-walk.h"

#define MAX_RECENT 24
/* The file used last beats a better place for one letter, not a whole better name. */
#define BOOST_OF_LAST 12

struct _EnclaveFileIndex
{
  GObject parent_instance;

  char *root;
  EnclaveFuzzyList *list; /* (nullable) */
  GPtrArray *recent;      /* (element-type utf8): the last used first */
  GCancellable *cancellable;
  char *problem;          /* (nullable) */
  gboolean loading;
  gboolean is_partial;
};

enum
{
  PROP_LOADING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveFileIndex, enclave_file_index, G_TYPE_OBJECT)

static void
enclave_file_index_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, ENCLAVE_FILE_INDEX (object)->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_file_index_dispose (GObject *object)
{
  g_cancellable_cancel (ENCLAVE_FILE_INDEX (object)->cancellable);

  G_OBJECT_CLASS (enclave_file_index_parent_class)->dispose (object);
}

static void
enclave_file_index_finalize (GObject *object)
{
  EnclaveFileIndex *self = ENCLAVE_FILE_INDEX (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->list, enclave_fuzzy_list_unref);
  g_ptr_array_unref (self->recent);
  g_free (self->problem);
  g_free (self->root);

  G_OBJECT_CLASS (enclave_file_index_parent_class)->finalize (object);
}

static void
enclave_file_index_class_init (EnclaveFileIndexClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_file_index_get_property;
  object_class->dispose = enclave_file_index_dispose;
  object_class->finalize = enclave_file_index_finalize;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_file_index_init (EnclaveFileIndex *self)
{
  self->cancellable = g_cancellable_new ();
  self->recent = g_ptr_array_new_with_free_func (g_free);
}

EnclaveFileIndex *
enclave_file_index_new (const char *root)
{
  EnclaveFileIndex *self;

  g_return_val_if_fail (root != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_FILE_INDEX, NULL);
  self->root = g_strdup (root);

  return self;
}

typedef struct
{
  char *root;
  GPtrArray *recent; /* (element-type utf8): of when it began */
} Look;

typedef struct
{
  EnclaveFuzzyList *list;
  gboolean is_partial;
  int problem;
} Found;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->root);
  g_ptr_array_unref (look->recent);
  g_free (look);
}

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->list, enclave_fuzzy_list_unref);
  g_free (found);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
add_path (const char *path, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (path));

  return TRUE;
}

static int
boost_of (GPtrArray *recent, const char *path)
{
  for (guint i = 0; i < recent->len; i++)
    if (strcmp (g_ptr_array_index (recent, i), path) == 0)
      return MAX (1, BOOST_OF_LAST - (int) i);

  return 0;
}

static void
look_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  Found *found;
  int problem;
  gboolean whole = enclave_tree_walk (look->root, ENCLAVE_TREE_WALK_DEFAULT, cancellable, add_path, paths, &problem);

  if (g_task_return_error_if_cancelled (task))
    return;
  g_ptr_array_sort (paths, compare_paths);
  found = g_new0 (Found, 1);
  found->list = enclave_fuzzy_list_new ();
  found->is_partial = !whole;
  found->problem = problem;
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      enclave_fuzzy_list_add (found->list, path, boost_of (look->recent, path));
    }
  g_task_return_pointer (task, found, found_free);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFileIndex) self = user_data;
  Found *found = g_task_propagate_pointer (G_TASK (result), NULL);

  self->loading = FALSE;
  if (found != NULL)
    {
      g_free (self->problem);
      self->problem = found->problem != 0 ? g_strdup (g_strerror (found->problem)) : NULL;
      if (self->problem == NULL || self->list == NULL)
        {
          g_clear_pointer (&self->list, enclave_fuzzy_list_unref);
          self->list = g_steal_pointer (&found->list);
          self->is_partial = found->is_partial;
        }
      found_free (found);
      g_signal_emit (self, changed_signal, 0);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

void
enclave_file_index_refresh (EnclaveFileIndex *self)
{
  g_autoptr (GTask) task = NULL;
  Look *look;

  g_return_if_fail (ENCLAVE_IS_FILE_INDEX (self));

  if (self->loading)
    return;
  self->loading = TRUE;
  look = g_new0 (Look, 1);
  look->root = g_strdup (self->root);
  look->recent = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->recent->len; i++)
    g_ptr_array_add (look->recent, g_strdup (g_ptr_array_index (self->recent, i)));
  task = g_task_new (NULL, self->cancellable, looked_cb, g_object_ref (self));
  g_task_set_source_tag (task, enclave_file_index_refresh);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_worker);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

gboolean
enclave_file_index_get_loading (EnclaveFileIndex *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_INDEX (self), FALSE);

  return self->loading;
}

gboolean
enclave_file_index_get_is_partial (EnclaveFileIndex *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_INDEX (self), FALSE);

  return self->is_partial;
}

const char *
enclave_file_index_get_problem (EnclaveFileIndex *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_INDEX (self), NULL);

  return self->problem;
}

EnclaveFuzzyList *
enclave_file_index_get_list (EnclaveFileIndex *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_INDEX (self), NULL);

  return self->list;
}

void
enclave_file_index_note_use (EnclaveFileIndex *self, const char *path)
{
  g_return_if_fail (ENCLAVE_IS_FILE_INDEX (self));
  g_return_if_fail (path != NULL);

  for (guint i = 0; i < self->recent->len; i++)
    if (strcmp (g_ptr_array_index (self->recent, i), path) == 0)
      {
        g_ptr_array_remove_index (self->recent, i);
        break;
      }
  g_ptr_array_insert (self->recent, 0, g_strdup (path));
  if (self->recent->len > MAX_RECENT)
    g_ptr_array_set_size (self->recent, MAX_RECENT);
}
