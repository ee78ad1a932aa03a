/* enclave-language-hover.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-hover.h"

#include <glib/gi18n-lib.h>

#include "enclave-language-note.h"

struct _EnclaveLanguageHover
{
  GObject parent_instance;

  EnclaveLanguageEditor *editor; /* (nullable) (weak) */
};

static void provider_init (GtkSourceHoverProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveLanguageHover, enclave_language_hover, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_HOVER_PROVIDER, provider_init))

static void
enclave_language_hover_dispose (GObject *object)
{
  g_clear_weak_pointer (&ENCLAVE_LANGUAGE_HOVER (object)->editor);
  G_OBJECT_CLASS (enclave_language_hover_parent_class)->dispose (object);
}

static void
enclave_language_hover_class_init (EnclaveLanguageHoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_hover_dispose;
}

static void
enclave_language_hover_init (EnclaveLanguageHover *self)
{
}

EnclaveLanguageHover *
enclave_language_hover_new (EnclaveLanguageEditor *editor)
{
  EnclaveLanguageHover *self = g_object_new (ENCLAVE_TYPE_LANGUAGE_HOVER, NULL);

  g_set_weak_pointer (&self->editor, editor);
  return self;
}

/* Messages, then what the server says; (transfer full) (nullable). */
static char *
join (const char *messages, const char *words)
{
  if (messages == NULL || words == NULL)
    return g_strdup (messages != NULL ? messages : words);
  return g_strconcat (messages, "\n\n", words, NULL);
}

static void
on_hover (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GtkSourceHoverDisplay *display = g_task_get_task_data (task);
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, NULL);
  g_autofree char *words = enclave_language_read_hover (node);
  gboolean has_messages = gtk_widget_get_first_child (GTK_WIDGET (display)) != NULL;

  if (words != NULL)
    gtk_source_hover_display_append (display, enclave_language_note_new_content (words, TRUE));
  if (words != NULL || has_messages)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Nothing is known of it");
}

static void
populate_async (GtkSourceHoverProvider *provider, GtkSourceHoverContext *context, GtkSourceHoverDisplay *display,
                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveLanguageHover *self = ENCLAVE_LANGUAGE_HOVER (provider);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  EnclaveLanguageMarks *marks = self->editor != NULL ? enclave_language_editor_get_marks (self->editor) : NULL;
  EnclaveLanguageServer *server = NULL;
  EnclaveLanguagePosition position;
  g_autofree char *messages = NULL;
  GtkTextIter iter;

  g_task_set_source_tag (task, populate_async);
  g_task_set_task_data (task, g_object_ref (display), g_object_unref);
  if (marks != NULL && gtk_source_hover_context_get_iter (context, &iter))
    {
      messages = enclave_language_marks_dup_messages (marks, &iter, FALSE);
      server = enclave_language_editor_prepare (self->editor, "hoverProvider", &iter, &position);
    }
  if (messages != NULL)
    gtk_source_hover_display_append (display, enclave_language_note_new_content (messages, FALSE));
  if (server != NULL)
    {
      enclave_language_server_request_async (
        server, "textDocument/hover",
        enclave_language_server_new_params (server, enclave_language_editor_get_path (self->editor), &position), cancellable, on_hover, task);
      return;
    }
  if (messages != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Nothing is known of it");
  g_object_unref (task);
}

static gboolean
populate_finish (GtkSourceHoverProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
provider_init (GtkSourceHoverProviderInterface *iface)
{
  iface->populate_async = populate_async;
  iface->populate_finish = populate_finish;
}

typedef struct
{
  GWeakRef editor;
  char *messages; /* (nullable) */
  int offset;
} AtCaret;

static void
show (AtCaret *at, const char *words)
{
  g_autoptr (EnclaveLanguageEditor) editor = g_weak_ref_get (&at->editor);
  g_autofree char *text = join (at->messages, words);
  EnclaveEditorPage *page = editor != NULL ? enclave_language_editor_get_page (editor) : NULL;
  GtkTextIter iter;

  if (page != NULL)
    {
      gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (page))), &iter, at->offset);
      enclave_language_editor_show_text (editor, &iter, text != NULL ? text : _ ("Nothing is known of what stands here"), words != NULL);
    }
  g_weak_ref_clear (&at->editor);
  g_free (at->messages);
  g_free (at);
}

static void
on_caret_hover (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, NULL);
  g_autofree char *words = enclave_language_read_hover (node);

  show (user_data, words);
}

void
enclave_language_hover_show_at_caret (EnclaveLanguageEditor *editor)
{
  EnclaveEditorPage *page;
  EnclaveLanguageMarks *marks;
  EnclaveLanguageServer *server;
  EnclaveLanguagePosition position;
  GtkTextBuffer *buffer;
  GtkTextIter iter;
  AtCaret *at;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (editor));

  page = enclave_language_editor_get_page (editor);
  marks = enclave_language_editor_get_marks (editor);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (page)));
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  at = g_new0 (AtCaret, 1);
  g_weak_ref_init (&at->editor, editor);
  at->offset = gtk_text_iter_get_offset (&iter);
  at->messages = marks != NULL ? enclave_language_marks_dup_messages (marks, &iter, FALSE) : NULL;
  server = enclave_language_editor_prepare (editor, "hoverProvider", &iter, &position);
  if (server == NULL)
    show (at, NULL);
  else
    enclave_language_server_request_async (server, "textDocument/hover",
                                           enclave_language_server_new_params (server, enclave_language_editor_get_path (editor), &position),
                                           NULL, on_caret_hover, at);
}
