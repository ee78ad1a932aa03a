/* enclave-snippet-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-snippet-edits.h"

#define KEY "enclave-snippet-edits"

struct _EnclaveSnippetEdits
{
  GObject parent_instance;

  GtkTextBuffer *buffer;     /* it owns this */
  GtkSourceSnippet *snippet; /* (nullable) (weak) */
  GtkTextMark *edited;       /* where the edit was that the places follow now; the buffer owns it */
  int n_letters;             /* that were put there */
  gboolean at_caret;         /* it was the caret's place */
  guint n_edits;             /* within each other */
  gboolean end_after;
};

static guint ended_signal;

G_DEFINE_FINAL_TYPE (EnclaveSnippetEdits, enclave_snippet_edits, G_TYPE_OBJECT)

/* The view changes the places that follow an edit while the edit is still told of: the iterators of whoever made it, and of those who are
 * told later, a screen reader among them, would be of an older text. What the view does itself meanwhile is not to be touched.
 * @text: what is put there, of @length bytes; its letters are not counted while there is no snippet, for a file comes this way, too. */
static void
begin_edit (EnclaveSnippetEdits *self, const GtkTextIter *start, const GtkTextIter *end, const char *text, int length)
{
  GtkTextMark *insert = gtk_text_buffer_get_insert (self->buffer);
  GtkTextIter caret;

  if (self->n_edits == 0 && self->snippet == NULL)
    return;
  if (self->n_edits++ > 0)
    return;
  /* the view itself puts the caret where it belongs, also between places that touch */
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, insert);
  self->at_caret = gtk_text_iter_compare (start, &caret) <= 0 && gtk_text_iter_compare (&caret, end) <= 0;
  self->n_letters = (int) g_utf8_strlen (text, length);
  gtk_text_buffer_move_mark (self->buffer, self->edited, start);
}

static void
inserting_cb (EnclaveSnippetEdits *self, const GtkTextIter *location, const char *text, int length)
{
  begin_edit (self, location, location, text, length);
}

static void
deleting_cb (EnclaveSnippetEdits *self, const GtkTextIter *start, const GtkTextIter *end)
{
  begin_edit (self, start, end, "", 0);
}

/* FALSE: the iterators are not to be touched. */
static gboolean
end_edit (EnclaveSnippetEdits *self, GtkTextIter *location)
{
  if (self->n_edits == 0 || --self->n_edits > 0)
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, location, self->at_caret ? gtk_text_buffer_get_insert (self->buffer) : self->edited);
  if (!self->at_caret)
    gtk_text_iter_forward_chars (location, self->n_letters);
  if (self->end_after)
    {
      self->end_after = FALSE;
      g_signal_emit (self, ended_signal, 0);
    }
  return TRUE;
}

static void
inserted_cb (EnclaveSnippetEdits *self, GtkTextIter *location)
{
  end_edit (self, location);
}

static void
deleted_cb (EnclaveSnippetEdits *self, GtkTextIter *start, GtkTextIter *end)
{
  if (end_edit (self, start))
    *end = *start;
}

/* The view begins one around each edit: none is going on, whatever became of the last. */
static void
user_action_cb (EnclaveSnippetEdits *self)
{
  self->n_edits = 0;
  self->end_after = FALSE;
}

void
enclave_snippet_edits_set_snippet (EnclaveSnippetEdits *self, GtkSourceSnippet *snippet)
{
  g_return_if_fail (ENCLAVE_IS_SNIPPET_EDITS (self));

  g_set_weak_pointer (&self->snippet, snippet);
}

gboolean
enclave_snippet_edits_end_after (EnclaveSnippetEdits *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SNIPPET_EDITS (self), FALSE);

  self->end_after = self->n_edits > 0;
  return self->end_after;
}

static void
enclave_snippet_edits_dispose (GObject *object)
{
  EnclaveSnippetEdits *self = ENCLAVE_SNIPPET_EDITS (object);

  g_clear_weak_pointer (&self->snippet);
  G_OBJECT_CLASS (enclave_snippet_edits_parent_class)->dispose (object);
}

static void
enclave_snippet_edits_class_init (EnclaveSnippetEditsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_snippet_edits_dispose;
  ended_signal = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_snippet_edits_init (EnclaveSnippetEdits *self)
{
}

void
enclave_snippet_edits_connect (GtkTextBuffer *buffer)
{
  EnclaveSnippetEdits *self;
  GtkTextIter start;

  g_return_if_fail (GTK_IS_TEXT_BUFFER (buffer));

  self = g_object_new (ENCLAVE_TYPE_SNIPPET_EDITS, NULL);
  g_object_set_data_full (G_OBJECT (buffer), KEY, self, g_object_unref);
  self->buffer = buffer;
  gtk_text_buffer_get_start_iter (buffer, &start);
  self->edited = gtk_text_buffer_create_mark (buffer, NULL, &start, TRUE);
  g_signal_connect_object (buffer, "begin-user-action", G_CALLBACK (user_action_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (deleting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

EnclaveSnippetEdits *
enclave_snippet_edits_get (GtkTextBuffer *buffer)
{
  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), NULL);

  if (g_object_get_data (G_OBJECT (buffer), KEY) == NULL)
    enclave_snippet_edits_connect (buffer);
  return g_object_get_data (G_OBJECT (buffer), KEY);
}
