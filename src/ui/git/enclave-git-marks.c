/* enclave-git-marks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-marks.h"

#include <string.h>

#include "enclave-diff-job.h"
#include "enclave-git-gutter.h"
#include "enclave-git-hunk.h"

#define KEY "enclave-git-marks"
#define SETTLE_MS 150
#define BOM "\xEF\xBB\xBF"
/* A larger text has no marks. */
#define MAX_BYTES (4 * 1024 * 1024)

struct _EnclaveGitMarks
{
  GObject parent_instance;

  GtkSourceView *view; /* not owned: it owns this */
  GtkTextBuffer *buffer;
  EnclaveGitStatus *status;
  char *path;
  char *base;          /* (nullable): git does not have it; without @has_bom's mark, as the buffer */
  gboolean has_bom;
  char *text;          /* (nullable): what @hunks are of */
  GPtrArray *hunks;    /* (nullable) */
  EnclaveGitGutter *gutter; /* not owned: the gutter has it */
  EnclaveDiffJob *job; /* (nullable) */
  GCancellable *loading; /* (nullable): of the newest load, the only one that counts */
  guint generation;
  guint settle_source;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveGitMarks, enclave_git_marks, G_TYPE_OBJECT)

typedef struct
{
  char *base;
  char *text;
} Input;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_free (input->base);
  g_free (input->text);
  g_free (input);
}

typedef struct
{
  GPtrArray *hunks;
  char *text;
} Output;

static void
output_free (gpointer data)
{
  Output *output = data;

  g_clear_pointer (&output->hunks, g_ptr_array_unref);
  g_free (output->text);
  g_free (output);
}

static gpointer
compare (gpointer data)
{
  Input *input = data;
  Output *output = g_new0 (Output, 1);

  output->hunks = enclave_line_diff (input->base, input->text, 0);
  output->text = g_steal_pointer (&input->text);

  return output;
}

static void
show (EnclaveGitMarks *self, GPtrArray *hunks)
{
  if (self->hunks != hunks)
    {
      g_clear_pointer (&self->hunks, g_ptr_array_unref);
      self->hunks = hunks;
    }
  enclave_git_gutter_set_hunks (self->gutter, hunks);
  g_signal_emit (self, changed_signal, 0);
}

static void
compared_cb (EnclaveDiffJob *job, gpointer user_data)
{
  EnclaveGitMarks *self = user_data;
  Output *output = enclave_diff_job_take (job);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  if (output == NULL)
    return;
  g_free (self->text);
  self->text = g_steal_pointer (&output->text);
  show (self, g_steal_pointer (&output->hunks));
  output_free (output);
}

static char *
dup_text (EnclaveGitMarks *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static gboolean
settled_cb (gpointer user_data)
{
  EnclaveGitMarks *self = user_data;
  Input *input;

  self->settle_source = 0;
  g_clear_pointer (&self->job, enclave_diff_job_drop);
  if (self->base == NULL || gtk_text_buffer_get_char_count (self->buffer) > MAX_BYTES)
    {
      show (self, NULL);
      return G_SOURCE_REMOVE;
    }
  input = g_new0 (Input, 1);
  input->base = g_strdup (self->base);
  input->text = dup_text (self);
  self->job = enclave_diff_job_start (compare, input, input_free, output_free, compared_cb, self);

  return G_SOURCE_REMOVE;
}

static void
settle (EnclaveGitMarks *self)
{
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, settled_cb, self);
}

/* Saved: what git says of the project is another thing now. */
static void
modified_cb (EnclaveGitMarks *self)
{
  if (!gtk_text_buffer_get_modified (self->buffer))
    enclave_git_status_refresh (self->status);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveGitMarks) self = user_data;
  g_autoptr (GError) error = NULL;
  char *base = enclave_git_status_load_base_finish (ENCLAVE_GIT_STATUS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_free (base);
      return;
    }
  if (base != NULL && strlen (base) > MAX_BYTES)
    g_clear_pointer (&base, g_free);
  self->has_bom = base != NULL && g_str_has_prefix (base, BOM);
  if (self->has_bom)
    memmove (base, base + strlen (BOM), strlen (base + strlen (BOM)) + 1);
  g_free (self->base);
  self->base = base;
  settle (self);
}

static void
load (EnclaveGitMarks *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  enclave_git_status_load_base_async (self->status, self->path, self->loading, loaded_cb, g_object_ref (self));
}

void
enclave_git_marks_bring_up (EnclaveGitMarks *self, guint generation)
{
  g_return_if_fail (ENCLAVE_IS_GIT_MARKS (self));

  if (self->generation == generation)
    return;
  self->generation = generation;
  load (self);
}

static void
enclave_git_marks_dispose (GObject *object)
{
  EnclaveGitMarks *self = ENCLAVE_GIT_MARKS (object);

  g_cancellable_cancel (self->loading);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->job, enclave_diff_job_drop);
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);
  g_clear_object (&self->status);

  G_OBJECT_CLASS (enclave_git_marks_parent_class)->dispose (object);
}

static void
enclave_git_marks_finalize (GObject *object)
{
  EnclaveGitMarks *self = ENCLAVE_GIT_MARKS (object);

  g_clear_object (&self->loading);
  g_clear_pointer (&self->hunks, g_ptr_array_unref);
  g_free (self->path);
  g_free (self->base);
  g_free (self->text);

  G_OBJECT_CLASS (enclave_git_marks_parent_class)->finalize (object);
}

static void
enclave_git_marks_class_init (EnclaveGitMarksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_git_marks_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_git_marks_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_git_marks_init (EnclaveGitMarks *self)
{
}

/* What runs holds a reference: the view's end is the end of it all the same. */
static void
end (gpointer data)
{
  g_object_run_dispose (data);
  g_object_unref (data);
}

EnclaveGitMarks *
enclave_git_marks_attach (GtkSourceView *view, EnclaveGitStatus *status, const char *path, guint generation)
{
  EnclaveGitMarks *self;

  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_GIT_MARKS, NULL);
  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  self->status = g_object_ref (status);
  self->path = g_strdup (path);
  self->generation = generation;
  self->gutter = ENCLAVE_GIT_GUTTER (enclave_git_gutter_new ());
  gtk_source_gutter_insert (gtk_source_view_get_gutter (view, GTK_TEXT_WINDOW_LEFT), GTK_SOURCE_GUTTER_RENDERER (self->gutter), 10);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (settle), self);
  g_signal_connect_swapped (self->buffer, "modified-changed", G_CALLBACK (modified_cb), self);
  g_object_set_data_full (G_OBJECT (view), KEY, self, end);
  load (self);

  return self;
}

EnclaveGitMarks *
enclave_git_marks_get (GtkSourceView *view)
{
  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);

  return g_object_get_data (G_OBJECT (view), KEY);
}

guint
enclave_git_marks_get_n (EnclaveGitMarks *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_MARKS (self), 0);

  return self->hunks != NULL ? self->hunks->len : 0;
}

static guint
get_caret_line (EnclaveGitMarks *self)
{
  GtkTextIter caret;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, gtk_text_buffer_get_insert (self->buffer));

  return (guint) gtk_text_iter_get_line (&caret) + 1;
}

gboolean
enclave_git_marks_go (EnclaveGitMarks *self, int step)
{
  const EnclaveDiffHunk *found = NULL;
  guint line;
  GtkTextIter at;

  g_return_val_if_fail (ENCLAVE_IS_GIT_MARKS (self), FALSE);

  line = get_caret_line (self);
  for (guint i = 0; self->hunks != NULL && i < self->hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (self->hunks, i);

      if (step < 0 && hunk->new_start + MAX (hunk->new_count, 1) - 1 < line)
        found = hunk;
      else if (step > 0 && hunk->new_start > line && found == NULL)
        found = hunk;
    }
  if (found == NULL)
    return FALSE;
  gtk_text_buffer_get_iter_at_line (self->buffer, &at, (int) found->new_start - 1);
  gtk_text_buffer_place_cursor (self->buffer, &at);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (self->buffer), 0.2, FALSE, 0, 0);

  return TRUE;
}

/* NULL as well while the text is another one than was compared. */
static const EnclaveDiffHunk *
get_current (EnclaveGitMarks *self)
{
  g_autofree char *text = NULL;

  if (self->hunks == NULL || self->hunks->len == 0 || self->text == NULL)
    return NULL;
  text = dup_text (self);

  return strcmp (text, self->text) == 0 ? enclave_git_hunk_find (self->hunks, get_caret_line (self)) : NULL;
}

gboolean
enclave_git_marks_revert (EnclaveGitMarks *self)
{
  const EnclaveDiffHunk *hunk;
  const char *from;
  const char *to;
  const char *old_from;
  const char *old_to;
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENCLAVE_IS_GIT_MARKS (self), FALSE);

  hunk = get_current (self);
  if (hunk == NULL || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return FALSE;
  enclave_git_hunk_find_lines (self->text, hunk->new_start, hunk->new_count, &from, &to);
  enclave_git_hunk_find_lines (self->base, hunk->old_start, hunk->old_count, &old_from, &old_to);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) g_utf8_strlen (self->text, from - self->text));
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) g_utf8_strlen (self->text, to - self->text));
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, old_from, (int) (old_to - old_from));
  gtk_text_buffer_end_user_action (self->buffer);

  return TRUE;
}

char *
enclave_git_marks_dup_patch (EnclaveGitMarks *self)
{
  const EnclaveDiffHunk *hunk;
  g_autofree char *old_text = NULL;
  g_autofree char *new_text = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GIT_MARKS (self), NULL);

  hunk = get_current (self);
  if (hunk == NULL)
    return NULL;
  old_text = g_strconcat (self->has_bom ? BOM : "", self->base, NULL);
  new_text = g_strconcat (self->has_bom ? BOM : "", self->text, NULL);

  return enclave_git_hunk_dup_patch (hunk, old_text, new_text, self->path);
}
