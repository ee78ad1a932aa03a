/* enclave-editor-page-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the settings say about an editor's view: what it shows beside the text, which keys it takes, and the words it offers.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-page-private.h"

/* Words are collected from the whole text: not from one that is long. */
#define WORDS_MAX_CHARS (2 * 1024 * 1024)
/* Only when asked for: the popup of each word that is typed would stand in the way of what a model suggests. */
#define NEVER_WHILE_TYPING 4096

static gboolean
wants (EnclaveEditorPage *self, const char *key)
{
  return self->settings != NULL && g_settings_get_boolean (self->settings, key);
}

static void
update_words (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gboolean wanted = wants (self, "complete-words") && enclave_document_get_loaded (self->document)
                    && gtk_text_buffer_get_char_count (buffer) <= WORDS_MAX_CHARS;

  if (wanted == (self->words != NULL))
    return;
  if (wanted)
    {
      self->words = gtk_source_completion_words_new (_("Words"));
      g_object_set (self->words, "minimum-word-size", NEVER_WHILE_TYPING, NULL);
      gtk_source_completion_words_register (self->words, buffer);
      gtk_source_completion_add_provider (gtk_source_view_get_completion (self->view),
                                          GTK_SOURCE_COMPLETION_PROVIDER (self->words));
    }
  else
    {
      gtk_source_completion_remove_provider (gtk_source_view_get_completion (self->view),
                                             GTK_SOURCE_COMPLETION_PROVIDER (self->words));
      gtk_source_completion_words_unregister (self->words, buffer);
      g_clear_object (&self->words);
    }
}

static void
update_spaces (EnclaveEditorPage *self)
{
  GtkSourceSpaceDrawer *drawer = gtk_source_view_get_space_drawer (self->view);

  gtk_source_space_drawer_set_types_for_locations (drawer, GTK_SOURCE_SPACE_LOCATION_ALL,
                                                   GTK_SOURCE_SPACE_TYPE_SPACE | GTK_SOURCE_SPACE_TYPE_TAB
                                                     | GTK_SOURCE_SPACE_TYPE_NEWLINE | GTK_SOURCE_SPACE_TYPE_NBSP);
  gtk_source_space_drawer_set_enable_matrix (drawer, wants (self, "show-spaces"));
}

/* The map lays the whole text out. */
static void
update_map (EnclaveEditorPage *self)
{
  gboolean wanted = wants (self, "show-map") && enclave_document_get_loaded (self->document)
                    && !enclave_document_get_heavy (self->document)
                    && gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)))
                         <= WORDS_MAX_CHARS;

  if (wanted == (self->map != NULL))
    return;
  if (wanted)
    {
      self->map = gtk_source_map_new ();
      gtk_source_map_set_view (GTK_SOURCE_MAP (self->map), self->view);
      /* it says nothing that the text does not */
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->map), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_widget_set_focusable (self->map, FALSE);
      gtk_box_append (self->text_box, self->map);
    }
  else
    {
      gtk_box_remove (self->text_box, self->map);
      self->map = NULL;
    }
}

static void
vim_bar_cb (EnclaveEditorPage *self)
{
  GtkSourceVimIMContext *vim = GTK_SOURCE_VIM_IM_CONTEXT (gtk_event_controller_key_get_im_context (self->vim_keys));
  const char *bar = gtk_source_vim_im_context_get_command_bar_text (vim);
  const char *command = gtk_source_vim_im_context_get_command_text (vim);
  g_autofree char *text = g_strdup_printf ("%s  %s", bar != NULL ? bar : "", command != NULL ? command : "");

  gtk_label_set_text (GTK_LABEL (self->vim_bar), text);
}

/* ":w" and ":q" of Vim are the editor's own save and close. */
static gboolean
vim_write_cb (EnclaveEditorPage *self, GtkSourceView *view, const char *path)
{
  if (path != NULL && *path != '\0')
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "editor.save", NULL);
  return TRUE;
}

static gboolean
vim_command_cb (EnclaveEditorPage *self, const char *command)
{
  if (g_str_equal (command, ":q") || g_str_equal (command, ":quit"))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "editor.close", NULL);
      return TRUE;
    }
  return FALSE;
}

static void
update_vim (EnclaveEditorPage *self)
{
  gboolean wanted = wants (self, "vim-keys");

  if (wanted == (self->vim_keys != NULL))
    return;
  if (wanted)
    {
      g_autoptr (GtkIMContext) vim = gtk_source_vim_im_context_new ();

      self->vim_keys = GTK_EVENT_CONTROLLER_KEY (gtk_event_controller_key_new ());
      gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->vim_keys), GTK_PHASE_CAPTURE);
      gtk_event_controller_key_set_im_context (self->vim_keys, vim);
      gtk_im_context_set_client_widget (vim, GTK_WIDGET (self->view));
      gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (self->vim_keys));
      g_signal_connect_object (vim, "notify::command-bar-text", G_CALLBACK (vim_bar_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (vim, "notify::command-text", G_CALLBACK (vim_bar_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (vim, "write", G_CALLBACK (vim_write_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (vim, "execute-command", G_CALLBACK (vim_command_cb), self, G_CONNECT_SWAPPED);
      self->vim_bar = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (self->vim_bar), 0);
      gtk_widget_add_css_class (self->vim_bar, "monospace");
      gtk_widget_set_margin_start (self->vim_bar, 6);
      gtk_widget_set_margin_end (self->vim_bar, 6);
      gtk_widget_insert_before (self->vim_bar, GTK_WIDGET (self), NULL);
    }
  else
    {
      gtk_event_controller_key_set_im_context (self->vim_keys, NULL);
      gtk_widget_remove_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (self->vim_keys));
      self->vim_keys = NULL;
      g_clear_pointer (&self->vim_bar, gtk_widget_unparent);
    }
}

void
_enclave_editor_page_update_extras (EnclaveEditorPage *self)
{
  guint margin;

  if (self->document == NULL)
    return;

  enclave_document_set_use_editor_config (self->document, wants (self, "use-editorconfig"));
  gtk_source_view_set_show_right_margin (self->view, wants (self, "show-right-margin"));
  margin = enclave_document_get_editor_config (self->document)->max_line_length;
  if (margin == 0 && self->settings != NULL)
    margin = g_settings_get_uint (self->settings, "right-margin");
  /* the widget takes no more */
  if (margin > 0)
    gtk_source_view_set_right_margin_position (self->view, MIN (margin, 1000));
  update_words (self);
  update_spaces (self);
  update_map (self);
  update_vim (self);
  _enclave_editor_page_update_snippets (self);
  _enclave_editor_page_update_columns (self);
}

void
_enclave_editor_page_connect_extras (EnclaveEditorPage *self)
{
  static const char *const keys[] = { "show-right-margin", "right-margin", "complete-words",
                                      "show-spaces",       "show-map",     "vim-keys",
                                      "use-editorconfig",  "snippets" };

  for (gsize i = 0; self->settings != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *signal = g_strconcat ("changed::", keys[i], NULL);

      g_signal_connect_object (self->settings, signal, G_CALLBACK (_enclave_editor_page_update_extras), self,
                               G_CONNECT_SWAPPED);
    }
}

void
_enclave_editor_page_drop_extras (EnclaveEditorPage *self)
{
  _enclave_editor_page_drop_snippets (self);
  _enclave_editor_page_drop_columns (self);
  if (self->words != NULL)
    gtk_source_completion_words_unregister (self->words, gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
  g_clear_object (&self->words);
  if (self->vim_keys != NULL)
    gtk_event_controller_key_set_im_context (self->vim_keys, NULL);
  self->vim_keys = NULL;
  self->map = NULL;
  g_clear_pointer (&self->vim_bar, gtk_widget_unparent);
}
