/* enclave-editor-pane-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The open tabs as a list that another run can open again.
 */

#include "config.h"

#include "enclave-document-private.h"
#include "enclave-editor-page-private.h"
#include "enclave-editor-pane-private.h"
#include "enclave-json.h"

#define MAX_TABS 200

JsonNode *
enclave_editor_pane_describe_tabs (EnclaveEditorPane *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) pages = NULL;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  pages = enclave_editor_pane_list_pages (self);
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (pages->len, MAX_TABS); i++)
    {
      EnclaveEditorPage *page = g_ptr_array_index (pages, i);
      GFile *file = enclave_document_get_file (enclave_editor_page_get_document (page));
      g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;
      guint line = 0;
      guint column = 0;

      if (uri == NULL)
        continue;
      enclave_editor_page_get_place (page, &line, &column);
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "uri");
      json_builder_add_string_value (builder, uri);
      json_builder_set_member_name (builder, "line");
      json_builder_add_int_value (builder, line);
      json_builder_set_member_name (builder, "column");
      json_builder_add_int_value (builder, column);
      json_builder_set_member_name (builder, "active");
      json_builder_add_boolean_value (builder, page == self->active);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return json_builder_get_root (builder);
}

static guint
bounded (gint64 value)
{
  return (guint) CLAMP (value, 0, G_MAXINT);
}

void
enclave_editor_pane_restore_tabs (EnclaveEditorPane *self, JsonArray *tabs, gboolean select)
{
  AdwTabPage *before = adw_tab_view_get_selected_page (self->tab_view);
  EnclaveEditorPage *active = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (tabs != NULL);

  for (guint i = 0; i < MIN (json_array_get_length (tabs), MAX_TABS); i++)
    {
      JsonObject *tab = enclave_json_array_peek_object (tabs, i);
      const char *uri = tab != NULL ? enclave_json_peek_string (tab, "uri") : NULL;
      g_autoptr (GFile) file = uri != NULL ? g_file_new_for_uri (uri) : NULL;
      g_autoptr (EnclaveDocument) document = NULL;
      EnclaveEditorPage *page;

      if (file == NULL || g_file_peek_path (file) == NULL || _enclave_editor_pane_find_by_file (self, file) != NULL)
        continue;
      document = enclave_document_new (file, NULL);
      page = _enclave_editor_pane_append (self, document);
      enclave_editor_page_load_when_shown (page, bounded (enclave_json_get_int (tab, "line", 0)),
                                           bounded (enclave_json_get_int (tab, "column", 0)));
      if (active == NULL || enclave_json_get_boolean (tab, "active", FALSE))
        active = page;
    }
  if (!select && before != NULL)
    adw_tab_view_set_selected_page (self->tab_view, before);
  else if (active != NULL)
    adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (active)));
}

/* (transfer full) (nullable): where @file is when @from is @to; NULL where it was. */
static GFile *
move_along (GFile *file, GFile *from, GFile *to)
{
  g_autofree char *inside = file != NULL ? g_file_get_relative_path (from, file) : NULL;

  if (inside != NULL)
    return g_file_resolve_relative_path (to, inside);
  return file != NULL && g_file_equal (file, from) ? g_object_ref (to) : NULL;
}

void
enclave_editor_pane_file_moved (EnclaveEditorPane *self, GFile *from, GFile *to)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);
      EnclaveDocument *document = page != NULL ? enclave_editor_page_get_document (page) : NULL;
      g_autoptr (GFile) moved = document != NULL ? move_along (enclave_document_get_file (document), from, to) : NULL;

      if (moved != NULL)
        enclave_document_file_moved (document, moved);
    }
  for (GList *at = self->closed.head; at != NULL; at = at->next)
    {
      EnclaveClosedTab *closed = at->data;
      g_autoptr (GFile) moved = move_along (closed->file, from, to);

      if (moved != NULL)
        g_set_object (&closed->file, moved);
    }
}
