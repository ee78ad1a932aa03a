/* enclave-folder-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-folder-rows.h"

/* A folder that is read sooner shows no spinner: it would only flicker. */
#define SPINNER_DELAY_MS 300

struct _EnclaveFolderNote
{
  GObject parent_instance;

  char *text;
  char *detail;
  gboolean waits;
};

G_DEFINE_FINAL_TYPE (EnclaveFolderNote, enclave_folder_note, G_TYPE_OBJECT)

struct _EnclaveFolderRows
{
  GObject parent_instance;

  EnclaveFolderModel *model;
  EnclaveFolderNote *note;
  guint spinner_source;
  gboolean waited;
};

static void
enclave_folder_note_finalize (GObject *object)
{
  EnclaveFolderNote *self = ENCLAVE_FOLDER_NOTE (object);

  g_free (self->text);
  g_free (self->detail);

  G_OBJECT_CLASS (enclave_folder_note_parent_class)->finalize (object);
}

static void
enclave_folder_note_class_init (EnclaveFolderNoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_folder_note_finalize;
}

static void
enclave_folder_note_init (EnclaveFolderNote *self)
{
}

const char *
enclave_folder_note_get_text (EnclaveFolderNote *self)
{
  return self->text;
}

const char *
enclave_folder_note_get_detail (EnclaveFolderNote *self)
{
  return self->detail;
}

gboolean
enclave_folder_note_get_waits (EnclaveFolderNote *self)
{
  return self->waits;
}

static GType
get_item_type (GListModel *list)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *list)
{
  EnclaveFolderRows *self = ENCLAVE_FOLDER_ROWS (list);

  return g_list_model_get_n_items (G_LIST_MODEL (self->model)) + (self->note != NULL ? 1 : 0);
}

static gpointer
get_item (GListModel *list, guint position)
{
  EnclaveFolderRows *self = ENCLAVE_FOLDER_ROWS (list);
  guint n_entries = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (position < n_entries)
    return g_list_model_get_item (G_LIST_MODEL (self->model), position);
  return position == n_entries && self->note != NULL ? g_object_ref (self->note) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveFolderRows, enclave_folder_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
set_note (EnclaveFolderRows *self, const char *text, const char *detail, gboolean waits)
{
  guint position = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint removed = self->note != NULL ? 1 : 0;

  if (g_strcmp0 (self->note != NULL ? self->note->text : NULL, text) == 0
      && g_strcmp0 (self->note != NULL ? self->note->detail : NULL, detail) == 0)
    return;

  g_clear_object (&self->note);
  if (text != NULL)
    {
      self->note = g_object_new (ENCLAVE_TYPE_FOLDER_NOTE, NULL);
      self->note->text = g_strdup (text);
      self->note->detail = g_strdup (detail);
      self->note->waits = waits;
    }
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, text != NULL ? 1 : 0);
}

static void
update_note (EnclaveFolderRows *self)
{
  g_autofree char *error = NULL;
  gboolean loading;

  g_object_get (self->model, "loading", &loading, "error", &error, NULL);
  if (error != NULL)
    set_note (self, _("Can’t read this folder"), error, FALSE);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    set_note (self, NULL, NULL, FALSE);
  else if (!loading)
    set_note (self, _("This folder is empty"), NULL, FALSE);
  else if (self->waited)
    set_note (self, _("Reading"), NULL, TRUE);
}

static gboolean
spinner_cb (gpointer data)
{
  EnclaveFolderRows *self = data;

  self->spinner_source = 0;
  self->waited = TRUE;
  update_note (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnclaveFolderRows *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  update_note (self);
}

static void
enclave_folder_rows_dispose (GObject *object)
{
  EnclaveFolderRows *self = ENCLAVE_FOLDER_ROWS (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);

  G_OBJECT_CLASS (enclave_folder_rows_parent_class)->dispose (object);
}

static void
enclave_folder_rows_finalize (GObject *object)
{
  EnclaveFolderRows *self = ENCLAVE_FOLDER_ROWS (object);

  g_clear_object (&self->model);
  g_clear_object (&self->note);

  G_OBJECT_CLASS (enclave_folder_rows_parent_class)->finalize (object);
}

static void
enclave_folder_rows_class_init (EnclaveFolderRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_folder_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_folder_rows_finalize;
}

static void
enclave_folder_rows_init (EnclaveFolderRows *self)
{
  self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, spinner_cb, self);
}

EnclaveFolderRows *
enclave_folder_rows_new (EnclaveFolderModel *model)
{
  EnclaveFolderRows *self = g_object_new (ENCLAVE_TYPE_FOLDER_ROWS, NULL);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::loading", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::error", G_CALLBACK (update_note), self, G_CONNECT_SWAPPED);
  update_note (self);
  return self;
}

EnclaveFolderModel *
enclave_folder_rows_get_model (EnclaveFolderRows *self)
{
  return self->model;
}
