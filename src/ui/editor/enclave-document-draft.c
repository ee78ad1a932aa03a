/* enclave-document-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unsaved text of a document is kept: each edit is told to its draft.
 */

#include "config.h"

#include <string.h>

#include "enclave-document-private.h"

static void
problem_cb (EnclaveDocument *self)
{
  g_object_notify (G_OBJECT (self), "draft-problem");
}

static void
drop (EnclaveDocument *self, EnclaveTextDraft *draft)
{
  enclave_text_draft_discard (draft);
  g_signal_handlers_disconnect_by_func (draft, problem_cb, self);
}

static void
begin (EnclaveDocument *self, GBytes *base)
{
  const char *path = _enclave_document_get_draft_path (self);

  self->draft = enclave_text_draft_new (path, self->title, self->project, base);
  g_signal_connect_object (self->draft, "notify::problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
}

const char *
_enclave_document_get_draft_path (EnclaveDocument *self)
{
  if (self->file == NULL)
    return NULL;
  return self->true_path != NULL ? self->true_path : g_file_peek_path (self->file);
}

static GBytes *
share_file_text (EnclaveDocument *self)
{
  return g_bytes_new_with_free_func (enclave_text_file_get_text (self->text_file),
                                     enclave_text_file_get_length (self->text_file), g_object_unref,
                                     g_object_ref (self->text_file));
}

static GBytes *
copy_text (EnclaveDocument *self)
{
  char *text = enclave_document_dup_text (self);

  return g_bytes_new_take (text, strlen (text));
}

void
_enclave_document_begin_draft (EnclaveDocument *self)
{
  g_autoptr (GBytes) base = NULL;

  if (self->draft != NULL || !self->loaded)
    return;

  base = self->matches_file ? share_file_text (self) : copy_text (self);
  self->matches_file = FALSE;
  begin (self, base);
  enclave_text_draft_write (self->draft);
}

void
_enclave_document_end_draft (EnclaveDocument *self)
{
  self->matches_file = TRUE;
  if (self->draft == NULL)
    return;

  drop (self, self->draft);
  g_clear_object (&self->draft);
  problem_cb (self);
}

void
_enclave_document_renew_draft (EnclaveDocument *self)
{
  g_autoptr (EnclaveTextDraft) old = g_steal_pointer (&self->draft);

  self->matches_file = FALSE;
  /* what it has goes to the disk before the whole text wants its room */
  if (old != NULL)
    enclave_text_draft_write (old);
  _enclave_document_begin_draft (self);
  if (old == NULL)
    return;
  if (self->draft == NULL)
    {
      self->draft = g_steal_pointer (&old);
      return;
    }
  enclave_text_draft_take_over (self->draft, old);
  g_signal_handlers_disconnect_by_func (old, problem_cb, self);
  problem_cb (self);
}

static gboolean
holds_file_text (EnclaveDocument *self)
{
  g_autofree char *text = NULL;

  if (self->text_file == NULL || self->disk_unknown || self->disk_state != ENCLAVE_DISK_SAME)
    return FALSE;
  text = enclave_document_dup_text (self);
  return strlen (text) == enclave_text_file_get_length (self->text_file)
         && strcmp (text, enclave_text_file_get_text (self->text_file)) == 0;
}

void
_enclave_document_set_same (EnclaveDocument *self)
{
  self->settling = TRUE;
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), FALSE);
  self->settling = FALSE;
  _enclave_document_end_draft (self);
}

void
_enclave_document_settle (EnclaveDocument *self)
{
  if (holds_file_text (self))
    {
      _enclave_document_set_same (self);
      return;
    }
  self->matches_file = FALSE;
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (self->buffer), TRUE);
  _enclave_document_begin_draft (self);
}

/* Before the text goes: its place is still there. */
static void
delete_range_cb (EnclaveDocument *self, GtkTextIter *start, GtkTextIter *end)
{
  guint64 from = (guint64) gtk_text_iter_get_offset (start);
  guint64 to = (guint64) gtk_text_iter_get_offset (end);

  if (self->showing || !self->loaded || from == to)
    return;

  if (self->draft == NULL)
    {
      g_autoptr (GBytes) base = self->matches_file ? share_file_text (self) : copy_text (self);

      begin (self, base);
    }
  self->matches_file = FALSE;
  enclave_text_draft_edit (self->draft, MIN (from, to), MAX (from, to) - MIN (from, to), NULL, 0);
}

/* After the text came: what another handler has put in its place is told by its own signal. */
static void
insert_text_cb (EnclaveDocument *self, GtkTextIter *location, const char *text, int length)
{
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  guint64 offset;

  if (self->showing || !self->loaded || n_bytes == 0)
    return;

  if (self->draft == NULL)
    {
      g_autoptr (GBytes) base = self->matches_file ? share_file_text (self) : copy_text (self);

      begin (self, base);
      if (!self->matches_file)
        {
          /* the copy has it already */
          enclave_text_draft_write (self->draft);
          return;
        }
    }
  self->matches_file = FALSE;
  offset = (guint64) (gtk_text_iter_get_offset (location) - g_utf8_strlen (text, (gssize) n_bytes));
  enclave_text_draft_edit (self->draft, offset, 0, text, n_bytes);
}

void
_enclave_document_connect_draft (EnclaveDocument *self)
{
  g_signal_connect_object (self->buffer, "delete-range", G_CALLBACK (delete_range_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "insert-text", G_CALLBACK (insert_text_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

void
enclave_document_set_project (EnclaveDocument *self, const char *project)
{
  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  g_free (self->project);
  self->project = g_strdup (project);
}

const char *
enclave_document_get_draft_problem (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->draft != NULL ? enclave_text_draft_get_problem (self->draft) : NULL;
}

void
enclave_document_drop_draft (EnclaveDocument *self)
{
  g_return_if_fail (ENCLAVE_IS_DOCUMENT (self));

  if (self->draft == NULL)
    return;

  _enclave_document_end_draft (self);
  self->matches_file = FALSE;
}
