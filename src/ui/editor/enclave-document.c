/* enclave-document.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-document-private.h"
#include "enclave-syntax-pace.h"
#include "enclave-text-history.h"
#include "enclave-text-series.h"
#include "enclave-utf8.h"

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_MODIFIED,
  PROP_BUSY,
  PROP_DISK_STATE,
  PROP_LINE_ENDS,
  PROP_FILE,
  PROP_DRAFT_PROBLEM,
  PROP_FILLING,
  N_PROPS
};

enum
{
  RELOADED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveDocument, enclave_document, G_TYPE_OBJECT)

static void
work_free (gpointer data)
{
  EnclaveDocumentWork *work = data;

  g_clear_object (&work->file);
  g_clear_object (&work->text_file);
  g_free (work->encoding);
  g_clear_error (&work->too_large);
  g_free (work);
}

static void
set_file (EnclaveDocument *self, GFile *file)
{
  g_autofree char *name = NULL;

  g_set_object (&self->file, file);
  if (file != NULL)
    {
      name = g_file_get_basename (file);
      g_free (self->title);
      self->title = enclave_utf8_display_name (name);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILE]);
}

static void
end_work_cb (EnclaveDocument *self)
{
  if (--self->busy == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

GTask *
_enclave_document_begin_work (EnclaveDocument *self, gpointer source_tag, EnclaveDocumentWork *work, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, work, work_free);

  /* no way out of the task can leave the document busy */
  g_signal_connect_object (task, "notify::completed", G_CALLBACK (end_work_cb), self, G_CONNECT_SWAPPED);
  if (self->busy++ == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);

  return task;
}

void
_enclave_document_set_text_file (EnclaveDocument *self, EnclaveTextFile *text_file)
{
  g_set_object (&self->text_file, text_file);
  self->disk_unknown = FALSE;

  if (self->line_ends != enclave_text_file_get_line_ends (text_file))
    {
      self->line_ends = enclave_text_file_get_line_ends (text_file);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINE_ENDS]);
    }
}

void
_enclave_document_emit_reloaded (EnclaveDocument *self)
{
  g_signal_emit (self, signals[RELOADED], 0);
}

void
_enclave_document_text_shown (EnclaveDocument *self)
{
  _enclave_document_set_same (self);
  _enclave_document_guess_language (self);
  self->loaded = TRUE;
}

static void
save_resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveDocument *self = ENCLAVE_DOCUMENT (source);
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), NULL);

  g_free (self->true_path);
  self->true_path = g_steal_pointer (&path);
  g_task_return_boolean (task, TRUE);
}

static void
text_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextFile) text_file = enclave_text_file_save_finish (result, &error);
  EnclaveDocument *self = g_task_get_source_object (task);
  EnclaveDocumentWork *work = g_task_get_task_data (task);

  if (text_file == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* The file was moved while its bytes went out. Whether they went with it the disk knows: until that is read nothing is thrown away. */
  if (work->own_file && !g_file_equal (self->file, work->file))
    {
      self->disk_unknown = TRUE;
      self->matches_file = FALSE;
      gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), TRUE);
      _enclave_document_begin_draft (self);
      g_task_return_boolean (task, TRUE);
      _enclave_document_check_later (self);
      return;
    }

  _enclave_document_set_text_file (self, text_file);
  self->is_new = FALSE;

  if (self->file == NULL || !g_file_equal (self->file, work->file))
    {
      set_file (self, work->file);
      _enclave_document_guess_language (self);
    }

  _enclave_document_set_disk_state (self, ENCLAVE_DISK_SAME);
  /* what was typed, or undone, while the bytes went out is not on disk */
  if (work->n_changes == self->n_changes)
    {
      _enclave_document_set_same (self);
    }
  else
    {
      /* of the file that it is now, and from the text that it has now */
      _enclave_document_renew_draft (self);
      _enclave_document_settle (self);
    }

  _enclave_document_watch (self);
  _enclave_document_resolve_async (self, self->file, NULL, save_resolved_cb, g_steal_pointer (&task));
}

static void
write_text (EnclaveDocument *self, GTask *task)
{
  g_autofree char *text = enclave_document_dup_text (self);
  GCancellable *cancellable = g_task_get_cancellable (task);
  EnclaveDocumentWork *work = g_task_get_task_data (task);

  work->n_changes = self->n_changes;
  enclave_text_file_save_async (self->text_file, work->file, text, work->force, cancellable, text_saved_cb, task);
}

static void
save_config_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveDocument *self = g_task_get_source_object (task);

  self->editor_config = enclave_editor_config_find_finish (result);
  /* a text without a name was no new file when it was opened: it becomes one now */
  if (self->file == NULL)
    {
      g_autoptr (EnclaveTextFile) empty = _enclave_document_new_empty (self);
      EnclaveLineEnds wanted = _enclave_document_get_wanted_ends (self, self->line_ends);

      if (wanted != self->line_ends)
        enclave_document_set_line_ends (self, wanted);
      g_set_object (&self->text_file, empty);
    }
  _enclave_document_clean (self);
  write_text (self, g_steal_pointer (&task));
}

/**
 * enclave_document_save_async:
 * @file: (nullable): another file than the document's own
 * @force: overwrite what changed since the document was loaded
 */
void
enclave_document_save_async (EnclaveDocument *self, GFile *file, gboolean force, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  EnclaveDocumentWork *work;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));
  g_return_if_fail (file != NULL || self->file != NULL);

  work = g_new0 (EnclaveDocumentWork, 1);
  work->file = g_object_ref (file != NULL ? file : self->file);
  work->own_file = file == NULL;
  work->force = force;
  task = _enclave_document_begin_work (self, enclave_document_save_async, work, cancellable, callback, user_data);

  if (!self->loaded)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("There is no text to save."));
      return;
    }

  if (self->use_editor_config)
    enclave_editor_config_find_async (work->file, cancellable, save_config_cb, g_steal_pointer (&task));
  else
    write_text (self, g_steal_pointer (&task));
}

void
enclave_document_file_moved (EnclaveDocument *self, GFile *file)
{
  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));
  g_return_if_fail (G_IS_FILE (file));

  if (self->text_file != NULL)
    {
      g_autoptr (EnclaveTextFile) moved = enclave_text_file_new_moved (self->text_file, file);

      /* not its line ends: those of the text may be others by now, and unsaved */
      g_set_object (&self->text_file, moved);
    }
  g_free (self->true_path);
  self->true_path = self->text_file != NULL ? g_strdup (enclave_text_file_get_path (self->text_file)) : NULL;
  set_file (self, file);
  _enclave_document_watch (self);
  /* its draft is found by the old name */
  if (self->draft != NULL)
    _enclave_document_renew_draft (self);
}

gboolean
enclave_document_save_finish (EnclaveDocument *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
changed_cb (EnclaveDocument *self)
{
  self->n_changes++;
}

static void
modified_changed_cb (EnclaveDocument *self)
{
  /* Undo knows what it was when it was loaded or saved; the file may be another one since. */
  /* In the middle of what becomes one step of the history the draft stays: it holds what was typed. */
  if (self->loaded && !self->settling && !enclave_document_get_modified (self)
      && !enclave_text_series_joins (GTK_TEXT_BUFFER (self->buffer)))
    _enclave_document_settle (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
}

static void
enclave_document_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveDocument *self = ENCLAVE_DOCUMENT (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, enclave_document_get_modified (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy > 0);
      break;
    case PROP_DISK_STATE:
      g_value_set_uint (value, self->disk_state);
      break;
    case PROP_LINE_ENDS:
      g_value_set_uint (value, self->line_ends);
      break;
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_FILLING:
      g_value_set_boolean (value, self->filling);
      break;
    case PROP_DRAFT_PROBLEM:
      g_value_set_string (value, enclave_document_get_draft_problem (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_document_dispose (GObject *object)
{
  EnclaveDocument *self = ENCLAVE_DOCUMENT (object);

  g_cancellable_cancel (self->cancellable);
  _enclave_document_unwatch (self);

  G_OBJECT_CLASS (enclave_document_parent_class)->dispose (object);
}

static void
enclave_document_finalize (GObject *object)
{
  EnclaveDocument *self = ENCLAVE_DOCUMENT (object);

  g_clear_object (&self->buffer);
  g_clear_object (&self->file);
  g_clear_object (&self->text_file);
  g_clear_object (&self->disk_file);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->draft);
  g_clear_pointer (&self->first_lines, g_bytes_unref);
  g_clear_pointer (&self->project, g_free);
  g_clear_pointer (&self->encoding, g_free);
  g_clear_pointer (&self->true_path, g_free);
  g_clear_pointer (&self->link_target, g_free);
  g_clear_pointer (&self->title, g_free);

  G_OBJECT_CLASS (enclave_document_parent_class)->finalize (object);
}

static void
enclave_document_class_init (EnclaveDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_document_get_property;
  object_class->dispose = enclave_document_dispose;
  object_class->finalize = enclave_document_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_DISK_STATE] = g_param_spec_uint ("disk-state", NULL, NULL, 0, ENCLAVE_DISK_DELETED, 0, flags);
  properties[PROP_LINE_ENDS] = g_param_spec_uint ("line-ends", NULL, NULL, 0, ENCLAVE_LINE_ENDS_MIXED, 0, flags);
  properties[PROP_FILE] = g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, flags);
  properties[PROP_FILLING] = g_param_spec_boolean ("filling", NULL, NULL, FALSE, flags);
  properties[PROP_DRAFT_PROBLEM] = g_param_spec_string ("draft-problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_signal_new ("rewriting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RELOADED] = g_signal_new ("reloaded", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static void
enclave_document_init (EnclaveDocument *self)
{
  self->cancellable = g_cancellable_new ();
  self->buffer = gtk_source_buffer_new (NULL);
  enclave_syntax_pace_connect (self->buffer);
  enclave_text_history_mend (GTK_TEXT_BUFFER (self->buffer));

  /* the file's own end is the file's own business */
  gtk_source_buffer_set_implicit_trailing_newline (self->buffer, FALSE);

  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "modified-changed", G_CALLBACK (modified_changed_cb), self,
                           G_CONNECT_SWAPPED);
  _enclave_document_connect_line_ends (self);
  _enclave_document_connect_draft (self);
}

/**
 * enclave_document_new:
 * @file: (nullable): the file, to be loaded with enclave_document_load_async()
 * @title: name while there is no file
 *
 * Returns: (transfer full): without a file an empty document, ready for use
 */
EnclaveDocument *
enclave_document_new (GFile *file, const char *title)
{
  EnclaveDocument *self;

  g_return_val_if_fail (file == NULL || G_IS_FILE (file), NULL);

  self = g_object_new (ENCLAVE_TYPE_DOCUMENT, NULL);
  self->title = g_strdup (title != NULL ? title : "");

  if (file != NULL)
    {
      set_file (self, file);
    }
  else
    {
      self->text_file = enclave_text_file_new_empty ();
      self->line_ends = enclave_text_file_get_line_ends (self->text_file);
      self->is_new = TRUE;
      self->loaded = TRUE;
      self->matches_file = TRUE;
    }

  return self;
}
