/* enclave-language-editor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-editor.h"

#include <string.h>

#include "enclave-language-completion.h"
#include "enclave-language-hover.h"
#include "enclave-language-note.h"

#define DATA "enclave-language-editor"
/* After the last key; before a question to a server its text is told at once. */
#define TELL_MS 250

struct _EnclaveLanguageEditor
{
  GObject parent_instance;

  EnclaveEditorPage *page; /* not owned: it owns this */
  EnclaveDocument *document;
  EnclaveLanguageService *service;
  GSettings *settings;     /* (nullable) */
  char *root;
  char *path;              /* (nullable): what the service was told to open */
  EnclaveLanguageMarks *marks; /* (nullable) */
  EnclaveLanguageHover *hover; /* (nullable) */
  EnclaveLanguageCompletion *completion; /* (nullable) */
  EnclaveLanguageNote *note; /* (nullable) */
  EnclaveLanguageText *text;   /* (nullable): as it is, while nobody has changed it since */
  guint tell_timer;
  gboolean was_modified;
};

G_DEFINE_FINAL_TYPE (EnclaveLanguageEditor, enclave_language_editor, G_TYPE_OBJECT)

static GtkTextBuffer *
get_buffer (EnclaveLanguageEditor *self)
{
  return GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
}

static void
detach (EnclaveLanguageEditor *self)
{
  GtkSourceView *view = enclave_editor_page_get_view (self->page);

  if (self->hover != NULL && view != NULL)
    gtk_source_hover_remove_provider (gtk_source_view_get_hover (view), GTK_SOURCE_HOVER_PROVIDER (self->hover));
  if (self->completion != NULL && view != NULL)
    gtk_source_completion_remove_provider (gtk_source_view_get_completion (view), GTK_SOURCE_COMPLETION_PROVIDER (self->completion));
  g_clear_object (&self->hover);
  g_clear_object (&self->completion);
  if (self->marks != NULL)
    {
      g_object_run_dispose (G_OBJECT (self->marks));
      if (view != NULL)
        gtk_source_view_set_show_line_marks (view, FALSE);
    }
  g_clear_object (&self->marks);
}

static void
close_path (EnclaveLanguageEditor *self)
{
  g_clear_handle_id (&self->tell_timer, g_source_remove);
  if (self->path != NULL)
    enclave_language_service_close (self->service, self->path);
  g_clear_pointer (&self->path, g_free);
}

static void
enclave_language_editor_dispose (GObject *object)
{
  EnclaveLanguageEditor *self = ENCLAVE_LANGUAGE_EDITOR (object);

  if (self->document != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->document, self);
      g_signal_handlers_disconnect_by_data (get_buffer (self), self);
      close_path (self);
      g_clear_pointer (&self->note, enclave_language_note_free);
      detach (self);
    }
  g_clear_pointer (&self->text, enclave_language_text_unref);
  g_clear_object (&self->document);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_language_editor_parent_class)->dispose (object);
}

static void
enclave_language_editor_finalize (GObject *object)
{
  g_free (ENCLAVE_LANGUAGE_EDITOR (object)->root);
  G_OBJECT_CLASS (enclave_language_editor_parent_class)->finalize (object);
}

static void
enclave_language_editor_class_init (EnclaveLanguageEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_language_editor_finalize;
}

static void
enclave_language_editor_init (EnclaveLanguageEditor *self)
{
}

/* Relative to the project, of a text that a server can know. (transfer full) (nullable) */
static char *
find_path (EnclaveLanguageEditor *self)
{
  const char *path = enclave_document_get_true_path (self->document);
  gsize length = strlen (self->root);

  if (path == NULL || strncmp (path, self->root, length) != 0 || path[length] != '/' || !g_utf8_validate (path, -1, NULL)
      || !enclave_document_get_loaded (self->document) || enclave_document_get_heavy (self->document)
      || enclave_language_id_of_path (path) == NULL)
    return NULL;
  return g_strdup (path + length + 1);
}

/* Read out once for all that look at it: a text may be large, and is told after each pause of the keys. */
static EnclaveLanguageText *
get_text (EnclaveLanguageEditor *self)
{
  if (self->text == NULL)
    self->text = enclave_language_text_new (enclave_document_dup_text (self->document));
  return self->text;
}

static void
tell_now (EnclaveLanguageEditor *self)
{
  g_clear_handle_id (&self->tell_timer, g_source_remove);
  if (self->path == NULL)
    return;
  enclave_language_service_change (self->service, self->path, get_text (self));
}

static gboolean
on_tell (gpointer user_data)
{
  EnclaveLanguageEditor *self = user_data;

  self->tell_timer = 0;
  tell_now (self);
  /* What was said while keys were coming was not shown then. */
  enclave_language_editor_update (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (EnclaveLanguageEditor *self)
{
  g_clear_pointer (&self->text, enclave_language_text_unref);
  if (self->completion == NULL || !enclave_language_completion_follows_call (self->completion))
    enclave_language_editor_hide_text (self);
  if (self->path == NULL)
    return;
  g_clear_handle_id (&self->tell_timer, g_source_remove);
  self->tell_timer = g_timeout_add (TELL_MS, on_tell, self);
}

static void
on_caret (EnclaveLanguageEditor *self)
{
  if (self->completion != NULL && enclave_language_completion_follows_call (self->completion))
    enclave_language_completion_caret_moved (self->completion);
  else
    enclave_language_editor_hide_text (self);
}

static void
on_document (EnclaveLanguageEditor *self)
{
  g_autofree char *path = NULL;

  if (enclave_document_get_busy (self->document))
    return;
  path = find_path (self);
  if (g_strcmp0 (path, self->path) != 0)
    {
      close_path (self);
      self->path = g_steal_pointer (&path);
      if (self->path != NULL)
        enclave_language_service_open (self->service, self->path, get_text (self));
    }
  else if (self->path != NULL && self->was_modified && !enclave_document_get_modified (self->document))
    {
      tell_now (self);
      enclave_language_service_saved (self->service, self->path);
    }
  self->was_modified = enclave_document_get_modified (self->document);
  enclave_language_editor_update (self);
}

static void
editor_free (gpointer data)
{
  g_object_run_dispose (data);
  g_object_unref (data);
}

EnclaveLanguageEditor *
enclave_language_editor_attach (EnclaveEditorPage *page, EnclaveLanguageService *service, const char *root, GSettings *settings)
{
  EnclaveLanguageEditor *self;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (page), NULL);
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (service) && root != NULL, NULL);

  self = enclave_language_editor_get (page);
  if (self != NULL)
    return self;
  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_EDITOR, NULL);
  self->page = page;
  self->document = g_object_ref (enclave_editor_page_get_document (page));
  self->service = g_object_ref (service);
  self->root = g_strdup (root);
  g_set_object (&self->settings, settings);
  g_object_set_data_full (G_OBJECT (page), DATA, self, editor_free);
  /* Before the parts of the page go; it may be detached long before that. */
  g_signal_connect_object (page, "destroy", G_CALLBACK (g_object_run_dispose), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->document, "notify::busy", G_CALLBACK (on_document), self);
  g_signal_connect_swapped (self->document, "notify::file", G_CALLBACK (on_document), self);
  g_signal_connect_swapped (self->document, "notify::modified", G_CALLBACK (on_document), self);
  g_signal_connect_swapped (get_buffer (self), "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (get_buffer (self), "notify::cursor-position", G_CALLBACK (on_caret), self);
  on_document (self);
  return self;
}

EnclaveLanguageEditor *
enclave_language_editor_get (EnclaveEditorPage *page)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (page), NULL);

  return g_object_get_data (G_OBJECT (page), DATA);
}

EnclaveEditorPage *
enclave_language_editor_get_page (EnclaveLanguageEditor *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self), NULL);

  return self->page;
}

void
enclave_language_editor_detach (EnclaveEditorPage *page)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (page));

  g_object_set_data (G_OBJECT (page), DATA, NULL);
}

EnclaveLanguageMarks *
enclave_language_editor_get_marks (EnclaveLanguageEditor *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self), NULL);

  return self->marks;
}

const char *
enclave_language_editor_get_path (EnclaveLanguageEditor *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self), NULL);

  return self->path;
}

static void
attach_view (EnclaveLanguageEditor *self)
{
  GtkSourceView *view = enclave_editor_page_get_view (self->page);

  self->marks = enclave_language_marks_new (view);
  self->hover = enclave_language_hover_new (self);
  gtk_source_hover_add_provider (gtk_source_view_get_hover (view), GTK_SOURCE_HOVER_PROVIDER (self->hover));
  self->completion = enclave_language_completion_new (self, self->settings);
  gtk_source_completion_add_provider (gtk_source_view_get_completion (view), GTK_SOURCE_COMPLETION_PROVIDER (self->completion));
}

void
enclave_language_editor_update (EnclaveLanguageEditor *self)
{
  EnclaveLanguageServer *server;
  EnclaveLanguageText *text;
  g_autoptr (GPtrArray) diagnostics = NULL;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self));

  server = self->path != NULL ? enclave_language_service_get_server (self->service, self->path) : NULL;
  if (server == NULL)
    {
      detach (self);
      return;
    }
  if (self->marks == NULL)
    attach_view (self);
  text = enclave_language_server_get_text (server, self->path);
  /* What is said of an older text moves along with it, until the newer is looked at. */
  if (!enclave_language_text_equal (text, get_text (self)))
    return;
  diagnostics = enclave_language_service_dup_diagnostics (self->service, self->path);
  /* The signs in the text have followed each key; where the server has not looked again they know better than it does. */
  if (diagnostics->len > 0 && !enclave_language_marks_are_none (self->marks) && !enclave_language_server_has_looked (server, self->path))
    return;
  enclave_language_marks_show (self->marks, text, diagnostics);
}

void
enclave_language_editor_tell (EnclaveLanguageEditor *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self));

  if (self->tell_timer != 0)
    tell_now (self);
}

EnclaveLanguageServer *
enclave_language_editor_prepare (EnclaveLanguageEditor *self, const char *capability, const GtkTextIter *iter,
                                 EnclaveLanguagePosition *position)
{
  EnclaveLanguageServer *server;
  EnclaveLanguageText *text;
  GtkTextIter caret;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self), NULL);

  if (self->path == NULL)
    return NULL;
  enclave_language_editor_tell (self);
  server = enclave_language_service_get_server (self->service, self->path);
  text = server != NULL ? enclave_language_server_get_text (server, self->path) : NULL;
  if (text == NULL || !enclave_language_server_can (server, capability))
    return NULL;
  if (position == NULL)
    return server;
  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &caret, gtk_text_buffer_get_insert (get_buffer (self)));
  *position = enclave_language_text_find_offset (text, (guint) gtk_text_iter_get_offset (iter != NULL ? iter : &caret));
  return server;
}

void
enclave_language_editor_get_iter (EnclaveLanguageEditor *self, EnclaveLanguagePosition position, GtkTextIter *iter)
{
  EnclaveLanguageServer *server;
  EnclaveLanguageText *text;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self) && iter != NULL);

  server = self->path != NULL ? enclave_language_service_get_server (self->service, self->path) : NULL;
  text = server != NULL ? enclave_language_server_get_text (server, self->path) : NULL;
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), iter,
                                      text != NULL ? (int) enclave_language_text_get_offset (text, position) : 0);
}

typedef struct
{
  EnclaveLanguagePosition position;
  gulong handler;
} Wanted;

static void
go_to_now (EnclaveEditorPage *page, EnclaveLanguagePosition position)
{
  EnclaveDocument *document = enclave_editor_page_get_document (page);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (enclave_document_dup_text (document));
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_offset (buffer, &iter, (int) enclave_language_text_get_offset (text, position));
  enclave_editor_page_go_to (page, (guint) gtk_text_iter_get_line (&iter) + 1, (guint) gtk_text_iter_get_line_offset (&iter) + 1);
  enclave_editor_page_focus (page);
}

static void
on_loaded (EnclaveEditorPage *page, GParamSpec *pspec, EnclaveDocument *document)
{
  Wanted *wanted = g_object_get_data (G_OBJECT (page), "enclave-wanted-place");

  if (wanted == NULL || enclave_document_get_busy (document) || !enclave_document_get_loaded (document))
    return;
  go_to_now (page, wanted->position);
  g_signal_handler_disconnect (document, wanted->handler);
  g_object_set_data (G_OBJECT (page), "enclave-wanted-place", NULL);
}

void
enclave_language_editor_go_to (EnclaveEditorPage *page, EnclaveLanguagePosition position)
{
  EnclaveDocument *document;
  Wanted *wanted;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (page));

  document = enclave_editor_page_get_document (page);
  if (enclave_document_get_loaded (document) && !enclave_document_get_busy (document))
    {
      go_to_now (page, position);
      return;
    }
  wanted = g_new0 (Wanted, 1);
  wanted->position = position;
  wanted->handler = g_signal_connect_object (document, "notify::busy", G_CALLBACK (on_loaded), page, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (page), "enclave-wanted-place", wanted, g_free);
}

void
enclave_language_editor_show_text (EnclaveLanguageEditor *self, const GtkTextIter *iter, const char *text, gboolean is_markdown)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self) && iter != NULL && text != NULL);

  if (self->note == NULL)
    self->note = enclave_language_note_new (enclave_editor_page_get_view (self->page));
  enclave_language_note_show (self->note, iter, text, is_markdown);
}

void
enclave_language_editor_hide_text (EnclaveLanguageEditor *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self));

  if (self->note != NULL)
    enclave_language_note_hide (self->note);
}

void
enclave_language_editor_show_signature (EnclaveLanguageEditor *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_EDITOR (self));

  if (self->completion != NULL)
    enclave_language_completion_show_signature (self->completion);
}
