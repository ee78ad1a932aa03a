/* enclave-editor-pane-completion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which model suggests in the editor, and what else is open.
 */

#include "config.h"

#include "enclave-completion-models.h"
#include "enclave-editor-pane-private.h"
#include "enclave-limits.h"

static void
add_open_files (EnclaveCompletionPlace *place, EnclaveDocument *document, gpointer user_data)
{
  EnclaveEditorPane *self = user_data;
  int n_pages = adw_tab_view_get_n_pages (self->tab_view);
  guint n_added = 0;

  for (int i = 0; i < n_pages && n_added < ENCLAVE_FILL_MAX_FILES; i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);
      EnclaveDocument *other = page != NULL ? enclave_editor_page_get_document (page) : NULL;
      const char *path = other != NULL ? enclave_document_get_true_path (other) : NULL;
      g_autofree char *text = NULL;
      gsize caret;

      if (other == document || path == NULL || !enclave_document_get_loaded (other) || enclave_document_get_heavy (other)
          || enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict == ENCLAVE_VERDICT_DENY)
        continue;
      text = enclave_inline_completion_dup_around (GTK_TEXT_BUFFER (enclave_document_get_buffer (other)), &caret);
      enclave_completion_place_add_file (place, text, caret, path);
      n_added++;
    }
}

/* The chosen model, while its server is ready. Without one the views ask nothing. */
static void
update_model (EnclaveEditorPane *self)
{
  g_autofree char *chosen = self->settings != NULL ? g_settings_get_string (self->settings, "completion-model") : NULL;
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;

  if (self->engine == NULL || self->servers == NULL || chosen == NULL || *chosen == '\0')
    {
      g_clear_object (&self->completion_server);
      if (self->engine != NULL)
        enclave_completion_engine_set_model (self->engine, NULL, NULL);
      return;
    }
  /* A server that is looked for again keeps its model until it has none. */
  if (!enclave_completion_model_find (self->servers, chosen, &server, &model, NULL))
    {
      g_clear_object (&self->completion_server);
      enclave_completion_engine_set_model (self->engine, NULL, NULL);
      return;
    }
  g_set_object (&self->completion_server, server);
  enclave_completion_engine_set_model (self->engine, enclave_server_get_client (server), model);
}

void
_enclave_editor_pane_connect_completion (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  enclave_inline_completion_set_engine (enclave_editor_page_get_completion (page),
                                        self->completion_server != NULL ? self->engine : NULL, add_open_files, self);
}

void
_enclave_editor_pane_update_completion (EnclaveEditorPane *self)
{
  if (self->tab_view == NULL)
    return;
  if (self->gate == NULL)
    g_clear_object (&self->engine);
  else if (self->engine == NULL)
    self->engine = enclave_completion_engine_new (self->gate);
  update_model (self);
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);

      if (page != NULL)
        _enclave_editor_pane_connect_completion (self, page);
    }
}

static void
watch_servers (EnclaveEditorPane *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_signal_handlers_disconnect_by_func (server, _enclave_editor_pane_update_completion, self);
      g_signal_connect_object (server, "notify::state", G_CALLBACK (_enclave_editor_pane_update_completion), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (server, "notify::models", G_CALLBACK (_enclave_editor_pane_update_completion), self,
                               G_CONNECT_SWAPPED);
    }
  _enclave_editor_pane_update_completion (self);
}

void
enclave_editor_pane_set_servers (EnclaveEditorPane *self, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self) && ENCLAVE_IS_SERVER_LIST (servers));

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_func (self->servers, watch_servers, self);
  g_set_object (&self->servers, servers);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (watch_servers), self, G_CONNECT_SWAPPED);
  if (self->settings != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->settings, _enclave_editor_pane_update_completion, self);
      g_signal_connect_object (self->settings, "changed::completion-model",
                               G_CALLBACK (_enclave_editor_pane_update_completion), self, G_CONNECT_SWAPPED);
    }
  watch_servers (self);
}
