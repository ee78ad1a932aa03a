/* enclave-language-outline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The symbols of the active document as its language server knows them, also of what is not saved.
 */

#include "config.h"

#include "enclave-language-controller-private.h"

#include "enclave-finder-item.h"

#define SYMBOL_ICON "application-x-addon-symbolic"

static int
compare (gconstpointer a, gconstpointer b)
{
  const EnclaveLanguageSymbol *one = *(EnclaveLanguageSymbol *const *) a;
  const EnclaveLanguageSymbol *other = *(EnclaveLanguageSymbol *const *) b;

  return enclave_language_position_compare (&one->range.start, &other->range.start);
}

static gboolean
is_nested (GPtrArray *symbols)
{
  for (guint i = 0; i < symbols->len; i++)
    if (((EnclaveLanguageSymbol *) g_ptr_array_index (symbols, i))->depth > 0)
      return TRUE;
  return FALSE;
}

static EnclaveFinderItem *
new_item (const EnclaveLanguageSymbol *symbol, EnclaveLanguageText *text)
{
  EnclaveLanguagePosition start = symbol->range.start;
  g_autofree char *detail = g_strdup_printf ("%s  :%u", enclave_language_symbol_kind_to_string (symbol->kind), start.line + 1);

  return enclave_finder_item_new_nested (SYMBOL_ICON, symbol->name, detail, "", start.line + 1,
                                         enclave_language_text_get_column (text, start) + 1, symbol->depth);
}

static void
on_symbols (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveLanguageServer *server = ENCLAVE_LANGUAGE_SERVER (source);
  EnclaveLanguageText *text = enclave_language_server_get_text (server, g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (server, result, &error);
  g_autoptr (GPtrArray) symbols = NULL;
  GPtrArray *items;

  if (node == NULL || text == NULL)
    {
      /* Another way to know them may do. */
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  symbols = enclave_language_read_symbols (node);
  /* Some send them as they come to them. */
  if (!is_nested (symbols))
    g_ptr_array_sort (symbols, compare);
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < symbols->len; i++)
    g_ptr_array_add (items, new_item (g_ptr_array_index (symbols, i), text));
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_language_controller_list_outline_async (EnclaveLanguageController *self, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguageServer *server = editor != NULL ? enclave_language_editor_prepare (editor, "documentSymbolProvider", NULL, NULL) : NULL;
  GTask *task;
  const char *path;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_CONTROLLER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_language_controller_list_outline_async);
  if (server == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  path = enclave_language_editor_get_path (editor);
  g_task_set_task_data (task, g_strdup (path), g_free);
  enclave_language_server_request_async (server, "textDocument/documentSymbol", enclave_language_server_new_params (server, path, NULL),
                                         NULL, on_symbols, task);
}

GPtrArray *
enclave_language_controller_list_outline_finish (EnclaveLanguageController *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
