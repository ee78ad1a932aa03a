/* enclave-blame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-blame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-blame-gutter.h"
#include "enclave-blame-lines.h"
#include "enclave-diff-job.h"

#define KEY "enclave-blame"
#define SETTLE_MS 150
/* Left of the line numbers. */
#define GUTTER_PLACE -40
/* Rows that one edit may bring before the comparison says better. */
#define MAX_SHIFT 500
/* As for the marks: of a larger text there is nothing. */
#define MAX_CHARACTERS (4 * 1024 * 1024)

struct _EnclaveBlame
{
  GObject parent_instance;

  GtkSourceView *view; /* not owned: it owns this */
  GtkTextBuffer *buffer;
  EnclaveGate *gate;
  char *path;
  EnclaveDocument *document;
  EnclaveGitBlame *blame; /* (nullable): git was not asked, or has not answered */
  GPtrArray *lines;       /* (nullable) (element-type EnclaveGitCommit): of the text as it was compared */
  EnclaveBlameGutter *gutter; /* (nullable): not owned: the gutter of the view has it */
  EnclaveDiffJob *job;    /* (nullable) */
  GTask *look;            /* (nullable) */
  GCancellable *loading;  /* (nullable): of the newest load, the only one that counts */
  guint generation;
  guint settle_source;
  int edited_row; /* where the text is just being changed */
  int n_rows;
};

enum
{
  SHOW_COMMIT,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveBlame, enclave_blame, G_TYPE_OBJECT)

typedef struct
{
  EnclaveGitBlame *blame;
  char *text;
  char *encoding;
} Input;

static void
input_free (gpointer data)
{
  Input *input = data;

  enclave_git_blame_unref (input->blame);
  g_free (input->text);
  g_free (input->encoding);
  g_free (input);
}

static gpointer
compare (gpointer data)
{
  Input *input = data;

  return enclave_blame_lines_map (input->blame, input->text, input->encoding);
}

static void
answer (EnclaveBlame *self)
{
  g_autoptr (GTask) look = g_steal_pointer (&self->look);
  GtkTextIter caret;
  guint line;
  EnclaveGitCommit *commit;

  if (look == NULL)
    return;
  if (self->lines == NULL)
    {
      g_task_return_new_error (look, G_IO_ERROR, G_IO_ERROR_FAILED, _("The text is too large to say who wrote it"));
      return;
    }
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, gtk_text_buffer_get_insert (self->buffer));
  line = (guint) gtk_text_iter_get_line (&caret);
  commit = line < self->lines->len ? g_ptr_array_index (self->lines, line) : NULL;
  g_task_return_pointer (look, commit != NULL ? g_object_ref (commit) : NULL, g_object_unref);
}

static void
take_lines (EnclaveBlame *self, GPtrArray *lines)
{
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = lines;
  if (self->gutter != NULL)
    enclave_blame_gutter_set_lines (self->gutter, lines);
  answer (self);
}

static void
compared_cb (EnclaveDiffJob *job, gpointer user_data)
{
  EnclaveBlame *self = user_data;
  GPtrArray *lines = enclave_diff_job_take (job);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  take_lines (self, lines);
}

static void load (EnclaveBlame *self);

static void
match (EnclaveBlame *self)
{
  GtkTextIter start;
  GtkTextIter end;
  Input *input;

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->job, enclave_diff_job_drop);
  /* git has not answered, which is on its way, or could not: then the text that was edited since says nothing of it */
  if (self->blame == NULL)
    {
      if (self->look != NULL)
        load (self);
      return;
    }
  if (gtk_text_buffer_get_char_count (self->buffer) > MAX_CHARACTERS)
    {
      take_lines (self, NULL);
      return;
    }
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  input = g_new0 (Input, 1);
  input->blame = enclave_git_blame_ref (self->blame);
  input->text = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
  input->encoding = g_strdup (enclave_document_get_encoding (self->document));
  self->job = enclave_diff_job_start (compare, input, input_free, (GDestroyNotify) g_ptr_array_unref, compared_cb, self);
}

static gboolean
settled_cb (gpointer user_data)
{
  EnclaveBlame *self = user_data;

  self->settle_source = 0;
  match (self);

  return G_SOURCE_REMOVE;
}

static void
insert_cb (EnclaveBlame *self, GtkTextIter *at)
{
  self->edited_row = gtk_text_iter_get_line (at);
}

static void
delete_cb (EnclaveBlame *self, GtkTextIter *start, GtkTextIter *end)
{
  self->edited_row = MIN (gtk_text_iter_get_line (start), gtk_text_iter_get_line (end));
}

/* Until the comparison is done: rows below an edit keep their names, and those that came with it have none. */
static void
shift (EnclaveBlame *self)
{
  int n_rows = gtk_text_buffer_get_line_count (self->buffer);
  int more = n_rows - self->n_rows;
  guint row = (guint) self->edited_row + 1;

  self->n_rows = n_rows;
  if (self->lines == NULL || more == 0 || ABS (more) > MAX_SHIFT || row > self->lines->len)
    return;
  if (more < 0)
    g_ptr_array_remove_range (self->lines, row, MIN ((guint) -more, self->lines->len - row));
  if (more > 0)
    {
      guint old_length = self->lines->len;

      g_ptr_array_set_size (self->lines, (int) old_length + more);
      memmove (self->lines->pdata + row + more, self->lines->pdata + row, (old_length - row) * sizeof (gpointer));
      memset (self->lines->pdata + row, 0, (gsize) more * sizeof (gpointer));
    }
}

static void
buffer_changed_cb (EnclaveBlame *self)
{
  shift (self);
  /* nobody wants to know: the next who does finds it stale */
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->job, enclave_diff_job_drop);
  if (self->gutter == NULL && self->look == NULL)
    g_clear_pointer (&self->lines, g_ptr_array_unref);
  else
    self->settle_source = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveBlame) self = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveGitBlame *blame = enclave_git_blame_load_finish (ENCLAVE_GATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (blame == NULL)
    {
      g_autoptr (GTask) look = g_steal_pointer (&self->look);

      take_lines (self, NULL);
      if (look != NULL)
        g_task_return_error (look, g_steal_pointer (&error));
      else
        g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  g_clear_pointer (&self->blame, enclave_git_blame_unref);
  self->blame = blame;
  match (self);
}

static void
load (EnclaveBlame *self)
{
  if (self->loading != NULL)
    return;
  self->loading = g_cancellable_new ();
  enclave_git_blame_load_async (self->gate, self->path, self->loading, loaded_cb, g_object_ref (self));
}

static void
stop_loading (EnclaveBlame *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
show_commit_cb (EnclaveBlame *self, EnclaveGitCommit *commit)
{
  g_signal_emit (self, signals[SHOW_COMMIT], 0, commit);
}

static void
enclave_blame_dispose (GObject *object)
{
  EnclaveBlame *self = ENCLAVE_BLAME (object);

  stop_loading (self);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_pointer (&self->job, enclave_diff_job_drop);
  if (self->look != NULL)
    {
      g_autoptr (GTask) look = g_steal_pointer (&self->look);

      g_task_return_new_error (look, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The view is gone");
    }
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);
  g_clear_object (&self->document);
  g_clear_object (&self->gate);

  G_OBJECT_CLASS (enclave_blame_parent_class)->dispose (object);
}

static void
enclave_blame_finalize (GObject *object)
{
  EnclaveBlame *self = ENCLAVE_BLAME (object);

  g_clear_pointer (&self->blame, enclave_git_blame_unref);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_free (self->path);

  G_OBJECT_CLASS (enclave_blame_parent_class)->finalize (object);
}

static void
enclave_blame_class_init (EnclaveBlameClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_blame_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_blame_finalize;

  signals[SHOW_COMMIT] = g_signal_new ("show-commit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       ENCLAVE_TYPE_GIT_COMMIT);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
}

static void
enclave_blame_init (EnclaveBlame *self)
{
}

/* What runs holds a reference: the view's end is the end of it all the same. */
static void
end (gpointer data)
{
  g_object_run_dispose (data);
  g_object_unref (data);
}

EnclaveBlame *
enclave_blame_attach (GtkSourceView *view, EnclaveDocument *document, EnclaveGate *gate, const char *path, guint generation)
{
  EnclaveBlame *self;

  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_BLAME, NULL);
  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  self->gate = g_object_ref (gate);
  self->path = g_strdup (path);
  self->document = g_object_ref (document);
  self->generation = generation;
  self->n_rows = gtk_text_buffer_get_line_count (self->buffer);
  g_signal_connect_swapped (self->buffer, "insert-text", G_CALLBACK (insert_cb), self);
  g_signal_connect_swapped (self->buffer, "delete-range", G_CALLBACK (delete_cb), self);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (buffer_changed_cb), self);
  g_object_set_data_full (G_OBJECT (view), KEY, self, end);

  return self;
}

EnclaveBlame *
enclave_blame_get (GtkSourceView *view)
{
  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);

  return g_object_get_data (G_OBJECT (view), KEY);
}

void
enclave_blame_bring_up (EnclaveBlame *self, guint generation)
{
  gboolean asked;

  g_return_if_fail (ENCLAVE_IS_BLAME (self));

  if (self->generation == generation)
    return;
  self->generation = generation;
  asked = self->gutter != NULL || self->look != NULL;
  stop_loading (self);
  /* the column shows what was until the answer is there */
  if (asked)
    load (self);
  else
    {
      g_clear_pointer (&self->blame, enclave_git_blame_unref);
      g_clear_pointer (&self->lines, g_ptr_array_unref);
    }
}

void
enclave_blame_set_column (EnclaveBlame *self, gboolean shown)
{
  GtkSourceGutter *gutter;

  g_return_if_fail (ENCLAVE_IS_BLAME (self));

  if (shown == (self->gutter != NULL))
    return;
  gutter = gtk_source_view_get_gutter (self->view, GTK_TEXT_WINDOW_LEFT);
  if (!shown)
    {
      gtk_source_gutter_remove (gutter, GTK_SOURCE_GUTTER_RENDERER (self->gutter));
      self->gutter = NULL;
      return;
    }
  self->gutter = ENCLAVE_BLAME_GUTTER (enclave_blame_gutter_new ());
  g_signal_connect_object (self->gutter, "chosen", G_CALLBACK (show_commit_cb), self, G_CONNECT_SWAPPED);
  gtk_source_gutter_insert (gutter, GTK_SOURCE_GUTTER_RENDERER (self->gutter), GUTTER_PLACE);
  if (self->lines != NULL)
    enclave_blame_gutter_set_lines (self->gutter, self->lines);
  else if (self->blame != NULL)
    match (self);
  else
    load (self);
}

void
enclave_blame_look_async (EnclaveBlame *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_BLAME (self));

  if (self->look != NULL)
    {
      g_autoptr (GTask) older = g_steal_pointer (&self->look);

      g_task_return_new_error (older, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Asked again");
    }
  self->look = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->look, enclave_blame_look_async);
  if (self->loading != NULL || self->settle_source != 0 || self->job != NULL)
    return;
  if (self->blame == NULL)
    load (self);
  else if (self->lines == NULL)
    match (self);
  else
    answer (self);
}

EnclaveGitCommit *
enclave_blame_look_finish (EnclaveBlame *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
