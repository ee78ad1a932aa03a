/* enclave-document-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document and the file it came from: what happens when others write it.
 */

#include "config.h"

#include <string.h>

#include "enclave-document-private.h"
#include "enclave-file-watch.h"

/* Writers come in several events; the last one counts. */
#define SETTLE_MS 150

static gboolean
check_cb (gpointer user_data)
{
  EnclaveDocument *self = user_data;

  self->check_source = 0;
  enclave_document_check_disk (self);

  return G_SOURCE_REMOVE;
}

void
_enclave_document_check_later (EnclaveDocument *self)
{
  if (self->check_source == 0)
    self->check_source = g_timeout_add (SETTLE_MS, check_cb, self);
}

void
_enclave_document_unwatch (EnclaveDocument *self)
{
  g_clear_handle_id (&self->check_source, g_source_remove);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
}

void
_enclave_document_watch (EnclaveDocument *self)
{
  _enclave_document_unwatch (self);

  if (self->file == NULL)
    return;

  self->monitor = enclave_file_watch_new (self->file);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (_enclave_document_check_later), self, G_CONNECT_SWAPPED);
}

void
_enclave_document_set_disk_state (EnclaveDocument *self, EnclaveDiskState state)
{
  if (state != ENCLAVE_DISK_CHANGED)
    g_clear_object (&self->disk_file);

  if (self->disk_state == state)
    return;

  self->disk_state = state;
  g_object_notify (G_OBJECT (self), "disk-state");
}

void
_enclave_document_take_text (EnclaveDocument *self, EnclaveTextFile *disk_file)
{
  gboolean changed;
  g_autofree char *text = enclave_document_dup_text (self);

  changed = strcmp (text, enclave_text_file_get_text (disk_file)) != 0;
  if (changed)
    enclave_document_apply_text (self, enclave_text_file_get_text (disk_file));

  _enclave_document_set_text_file (self, disk_file);
  _enclave_document_set_same (self);
  _enclave_document_set_disk_state (self, ENCLAVE_DISK_SAME);

  if (changed)
    _enclave_document_emit_reloaded (self);
}

typedef struct
{
  EnclaveDocument *document;
  GFile *file;
} Check;

static void
check_free (Check *check)
{
  g_object_unref (check->document);
  g_object_unref (check->file);
  g_free (check);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Check, check_free)

static gboolean
is_other_file (EnclaveDocument *self, const Check *check)
{
  return self->busy > 0 || self->file == NULL || !g_file_equal (self->file, check->file);
}

static void
disk_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Check) check = user_data;
  EnclaveDocument *self = check->document;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextFile) disk_file = enclave_text_file_load_finish (result, &error);
  g_autofree char *text = NULL;

  self->checking = FALSE;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (self->check_again)
    {
      self->check_again = FALSE;
      _enclave_document_check_later (self);
    }

  /* a save that began meanwhile knows better, and of a file that has another name now this may be the text of another one */
  if (is_other_file (self, check))
    {
      _enclave_document_check_later (self);
      return;
    }

  if (disk_file == NULL)
    {
      g_debug ("Read a changed file: %s", error->message);
      _enclave_document_set_disk_state (self, ENCLAVE_DISK_CHANGED);
      return;
    }

  text = enclave_document_dup_text (self);
  if (!enclave_document_get_modified (self) || strcmp (text, enclave_text_file_get_text (disk_file)) == 0)
    {
      _enclave_document_take_text (self, disk_file);
      return;
    }

  g_set_object (&self->disk_file, disk_file);
  _enclave_document_set_disk_state (self, ENCLAVE_DISK_CHANGED);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Check) check = user_data;
  EnclaveDocument *self = check->document;
  gboolean deleted = FALSE;
  gboolean stale = enclave_text_file_check_finish (ENCLAVE_TEXT_FILE (source), result, &deleted, NULL);

  self->checking = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  /* a save or a load that ended meanwhile knows better */
  if (is_other_file (self, check) || (gpointer) self->text_file != (gpointer) source || self->check_again)
    {
      self->check_again = FALSE;
      _enclave_document_check_later (self);
      return;
    }

  if (!stale)
    {
      _enclave_document_set_disk_state (self, ENCLAVE_DISK_SAME);
      return;
    }

  if (deleted)
    {
      if (self->is_new)
        return;
      /* the text is nowhere but here now */
      gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), TRUE);
      _enclave_document_begin_draft (self);
      _enclave_document_set_disk_state (self, ENCLAVE_DISK_DELETED);
      return;
    }

  self->checking = TRUE;
  enclave_text_file_load_as_async (self->file, self->encoding, self->cancellable, disk_loaded_cb, g_steal_pointer (&check));
}

void
enclave_document_check_disk (EnclaveDocument *self)
{
  Check *check;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  if (self->file == NULL || !self->loaded)
    return;

  if (self->checking)
    {
      self->check_again = TRUE;
      return;
    }

  if (self->busy > 0)
    {
      _enclave_document_check_later (self);
      return;
    }

  self->checking = TRUE;
  check = g_new0 (Check, 1);
  check->document = g_object_ref (self);
  check->file = g_object_ref (self->file);
  enclave_text_file_check_async (self->text_file, self->file, self->cancellable, checked_cb, check);
}

void
enclave_document_reload (EnclaveDocument *self)
{
  g_autoptr (EnclaveTextFile) disk_file = NULL;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  disk_file = g_steal_pointer (&self->disk_file);
  if (disk_file != NULL)
    _enclave_document_take_text (self, disk_file);
}

void
enclave_document_keep_mine (EnclaveDocument *self)
{
  g_autoptr (EnclaveTextFile) disk_file = NULL;

  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  /* what was seen on disk is now what the next save may replace */
  disk_file = g_steal_pointer (&self->disk_file);
  if (disk_file != NULL)
    {
      /* not its line ends: the text that is kept has its own */
      g_set_object (&self->text_file, disk_file);
      self->disk_unknown = FALSE;
    }
  else
    {
      self->disk_unknown = TRUE;
    }
  _enclave_document_set_disk_state (self, ENCLAVE_DISK_SAME);
  _enclave_document_settle (self);
}
