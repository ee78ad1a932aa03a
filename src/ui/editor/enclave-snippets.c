/* enclave-snippets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-snippets.h"

#include <glib/gi18n-lib.h>

#include "enclave-file-watch.h"
#include "enclave-state-dir.h"

/* An editor writes a file in several steps. */
#define CHANGE_DELAY_MS 200

struct _EnclaveSnippets
{
  GObject parent_instance;

  char *folder;
  GPtrArray *own;     /* (element-type EnclaveSnippet) */
  GPtrArray *brought; /* (nullable) (element-type EnclaveSnippet): once somebody asked */
  char *problem;
  GFileMonitor *monitor;
  GCancellable *cancellable;
  guint change_source;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveSnippets, enclave_snippets, G_TYPE_OBJECT)

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveSnippets) self = user_data;
  g_autoptr (EnclaveSnippetFolder) folder = enclave_snippet_folder_read_finish (result, NULL);

  if (folder == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  g_ptr_array_unref (self->own);
  self->own = g_ptr_array_ref (folder->snippets);
  g_clear_pointer (&self->problem, g_free);
  g_ptr_array_add (folder->problems, NULL);
  if (folder->problems->len > 1)
    self->problem = g_strjoinv ("\n", (char **) folder->problems->pdata);
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
read_folder (gpointer user_data)
{
  EnclaveSnippets *self = user_data;

  self->change_source = 0;
  enclave_snippet_folder_read_async (self->folder, self->cancellable, read_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
folder_changed_cb (EnclaveSnippets *self)
{
  if (self->change_source == 0)
    self->change_source = g_timeout_add (CHANGE_DELAY_MS, read_folder, self);
}

static void
add_entry (GPtrArray *snippets, const EnclaveSnippetEntry *entry)
{
  g_autofree char *file = g_markup_printf_escaped ("<snippets><snippet trigger=\"%s\" name=\"%s\"><text languages=\"%s\">%s</text>"
                                                   "</snippet></snippets>",
                                                   entry->trigger, _(entry->name), entry->languages, entry->text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parsed = enclave_snippet_file_parse (file, -1, &error);

  if (parsed == NULL)
    g_warning ("%s of %s: %s", entry->trigger, entry->languages, error->message);
  else
    g_ptr_array_extend_and_steal (snippets, g_steal_pointer (&parsed));
}

static GPtrArray *
get_brought (EnclaveSnippets *self)
{
  const EnclaveSnippetEntry *entries;
  guint n;

  if (self->brought != NULL)
    return self->brought;
  self->brought = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_snippet_unref);
  entries = _enclave_snippet_set (&n);
  for (guint i = 0; i < n; i++)
    add_entry (self->brought, &entries[i]);
  return self->brought;
}

static void
enclave_snippets_dispose (GObject *object)
{
  EnclaveSnippets *self = ENCLAVE_SNIPPETS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->change_source, g_source_remove);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (enclave_snippets_parent_class)->dispose (object);
}

static void
enclave_snippets_finalize (GObject *object)
{
  EnclaveSnippets *self = ENCLAVE_SNIPPETS (object);

  g_free (self->folder);
  g_free (self->problem);
  g_clear_pointer (&self->own, g_ptr_array_unref);
  g_clear_pointer (&self->brought, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (enclave_snippets_parent_class)->finalize (object);
}

static void
enclave_snippets_class_init (EnclaveSnippetsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_snippets_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_snippets_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_snippets_init (EnclaveSnippets *self)
{
  self->own = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_snippet_unref);
  self->cancellable = g_cancellable_new ();
}

EnclaveSnippets *
enclave_snippets_new (const char *folder)
{
  EnclaveSnippets *self = g_object_new (ENCLAVE_TYPE_SNIPPETS, NULL);
  g_autoptr (GFile) file = NULL;

  self->folder = folder != NULL ? g_strdup (folder) : enclave_config_dir_path ("snippets");
  file = g_file_new_for_path (self->folder);
  self->monitor = enclave_file_watch_new_for_folder (file);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (folder_changed_cb), self, G_CONNECT_SWAPPED);
  read_folder (self);
  return self;
}

static void
add_all (GPtrArray *list, GHashTable *triggers, GPtrArray *snippets, const char *language)
{
  for (guint i = 0; i < snippets->len; i++)
    {
      EnclaveSnippet *snippet = g_ptr_array_index (snippets, i);

      if (enclave_snippet_is_for (snippet, language) && g_hash_table_add (triggers, snippet->trigger))
        g_ptr_array_add (list, enclave_snippet_ref (snippet));
    }
}

GPtrArray *
enclave_snippets_list (EnclaveSnippets *self, const char *language)
{
  g_autoptr (GHashTable) triggers = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_snippet_unref);

  g_return_val_if_fail (ENCLAVE_IS_SNIPPETS (self), list);

  add_all (list, triggers, self->own, language);
  add_all (list, triggers, get_brought (self), language);
  return list;
}

EnclaveSnippet *
enclave_snippets_find (EnclaveSnippets *self, const char *language, const char *trigger)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (ENCLAVE_IS_SNIPPETS (self), NULL);

  list = enclave_snippets_list (self, language);
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (((EnclaveSnippet *) g_ptr_array_index (list, i))->trigger, trigger))
      return enclave_snippet_ref (g_ptr_array_index (list, i));
  return NULL;
}

const char *
enclave_snippets_get_problem (EnclaveSnippets *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SNIPPETS (self), NULL);

  return self->problem;
}
