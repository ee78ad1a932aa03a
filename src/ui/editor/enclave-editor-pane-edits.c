/* enclave-editor-pane-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The actions that change the text of the active tab, or how it is shown.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-editor-edits.h"
#include "enclave-editor-pane-private.h"
#include "enclave-editor-print.h"

/* (nullable): NULL when nothing can be edited. */
static GtkSourceView *
get_editable_view (EnclaveEditorPane *self)
{
  GtkSourceView *view = self->active != NULL ? enclave_editor_page_get_view (self->active) : NULL;

  return view != NULL && gtk_text_view_get_editable (GTK_TEXT_VIEW (view)) ? view : NULL;
}

static void
edit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const struct
  {
    const char *name;
    void (*edit) (GtkTextBuffer *buffer);
  } edits[] = {
    { "comment", enclave_editor_edits_toggle_comment },
    { "duplicate-line", enclave_editor_edits_duplicate_lines },
    { "delete-line", enclave_editor_edits_delete_lines },
    { "join-lines", enclave_editor_edits_join_lines },
    { "sort-lines", enclave_editor_edits_sort_lines },
  };
  GtkSourceView *view = get_editable_view (ENCLAVE_EDITOR_PANE (user_data));
  const char *name = g_action_get_name (G_ACTION (action));

  for (gsize i = 0; view != NULL && i < G_N_ELEMENTS (edits); i++)
    if (g_str_equal (edits[i].name, name))
      edits[i].edit (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
}

static void
move_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkSourceView *view = get_editable_view (ENCLAVE_EDITOR_PANE (user_data));

  if (view != NULL)
    g_signal_emit_by_name (view, "move-lines", g_str_has_suffix (g_action_get_name (G_ACTION (action)), "-down"));
}

static void
change_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (get_editable_view (self) != NULL)
    enclave_editor_page_change_all (self->active);
}

static void
select_columns_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (get_editable_view (self) != NULL)
    enclave_editor_page_select_columns (self->active);
}

static void
split_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_set_split (self->active, !enclave_editor_page_get_split (self->active));
}

static void
print_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->active != NULL && enclave_document_get_loaded (enclave_editor_page_get_document (self->active)))
    enclave_editor_print (enclave_editor_page_get_view (self->active),
                          enclave_document_get_title (enclave_editor_page_get_document (self->active)),
                          GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL);
}

static void
insert_snippet_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (user_data);

  if (self->active != NULL)
    enclave_editor_page_insert_snippet (self->active, g_variant_get_string (parameter, NULL));
}

static void
snippets_changed_cb (EnclaveEditorPane *self)
{
  const char *problem = enclave_snippets_get_problem (self->snippets);

  if (problem != NULL)
    g_signal_emit_by_name (self, "snippet-problem", problem);
}

void
_enclave_editor_pane_connect_snippets (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  if (self->snippets == NULL)
    {
      self->snippets = enclave_snippets_new (NULL);
      g_signal_connect_object (self->snippets, "changed", G_CALLBACK (snippets_changed_cb), self, G_CONNECT_SWAPPED);
    }
  enclave_editor_page_set_snippets (page, self->snippets);
}

GPtrArray *
enclave_editor_pane_list_snippets (EnclaveEditorPane *self, const char **problem)
{
  GPtrArray *list;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  list = self->active != NULL ? enclave_editor_page_list_snippets (self->active) : NULL;
  if (problem == NULL)
    return list;
  if (list != NULL)
    *problem = enclave_snippets_get_problem (self->snippets);
  else if (self->settings != NULL && !g_settings_get_boolean (self->settings, "snippets"))
    *problem = _ ("Snippets are switched off");
  else
    *problem = _ ("Nothing is open that a snippet could go into");
  return list;
}

static const GActionEntry entries[] = {
  { "comment", edit_cb },
  { "duplicate-line", edit_cb },
  { "delete-line", edit_cb },
  { "join-lines", edit_cb },
  { "sort-lines", edit_cb },
  { "move-line-up", move_cb },
  { "move-line-down", move_cb },
  { "change-all", change_all_cb },
  { "select-columns", select_columns_cb },
  { "split", split_cb },
  { "print", print_cb },
  { "insert-snippet", insert_snippet_cb, "s" },
};

void
_enclave_editor_pane_add_edits (EnclaveEditorPane *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}
