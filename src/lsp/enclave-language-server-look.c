/* enclave-language-server-look.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a language server says of a text that is not that of the editor: one that the agent has written, or what was there before. It is
 * told that text, what it publishes then belongs to the look alone, and it is told the editor's text again.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"

/* Some publish first what is quick to find, then the rest; some publish what they knew of the text before. */
#define SETTLE_MS 250

typedef struct
{
  EnclaveLanguageServer *server; /* not owned: lives in its task */
  char *path;
  gint64 version;
  GPtrArray *diagnostics; /* (nullable): nothing was said yet */
  guint timer;
  guint settle;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_handle_id (&look->timer, g_source_remove);
  g_clear_handle_id (&look->settle, g_source_remove);
  g_free (look->path);
  g_clear_pointer (&look->diagnostics, g_ptr_array_unref);
  g_free (look);
}

/* The server is told again what the editor has. Returns: (transfer full): its task. */
static GTask *
finish (EnclaveLanguageServer *self)
{
  GTask *task = g_steal_pointer (&self->look);
  Look *look = g_task_get_task_data (task);
  EnclaveLanguageDocument *document = g_hash_table_lookup (self->documents, look->path);

  g_clear_handle_id (&look->timer, g_source_remove);
  g_clear_handle_id (&look->settle, g_source_remove);
  if (document == NULL)
    return task;
  if (document->is_temporary)
    enclave_language_server_close (self, look->path);
  else
    _enclave_language_server_tell (self, document, document->text);
  return task;
}

void
_enclave_language_server_look_end (EnclaveLanguageServer *self, const char *reason)
{
  g_autoptr (GTask) task = NULL;

  if (self->look == NULL)
    return;
  task = finish (self);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", reason);
}

void
_enclave_language_server_look_give_way (EnclaveLanguageServer *self, const char *path)
{
  Look *look = self->look != NULL ? g_task_get_task_data (self->look) : NULL;
  EnclaveLanguageDocument *document = g_hash_table_lookup (self->documents, path);
  g_autoptr (GPtrArray) said = NULL;
  gboolean is_same;

  if (look == NULL || document == NULL || strcmp (look->path, path) != 0)
    return;
  /* What was said of the very same text is not said again. */
  is_same = document->version == look->version && document->told_text != NULL
            && enclave_language_text_equal (document->told_text, document->text);
  said = is_same && look->diagnostics != NULL ? g_ptr_array_ref (look->diagnostics) : NULL;
  _enclave_language_server_look_end (self, _ ("The text was changed in the editor meanwhile"));
  if (said == NULL)
    return;
  document->told_of = document->version;
  _enclave_language_server_keep_diagnostics (self, path, g_steal_pointer (&said));
}

static gboolean
on_too_late (gpointer user_data)
{
  Look *look = user_data;

  look->timer = 0;
  _enclave_language_server_look_end (look->server, _ ("The language server did not say in time what is wrong"));
  return G_SOURCE_REMOVE;
}

static gboolean
on_settled (gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GTask) task = NULL;

  look->settle = 0;
  task = finish (look->server);
  g_task_return_pointer (task, g_steal_pointer (&look->diagnostics), (GDestroyNotify) g_ptr_array_unref);
  return G_SOURCE_REMOVE;
}

gboolean
_enclave_language_server_look_take (EnclaveLanguageServer *self, const char *path, gint64 version, GPtrArray *diagnostics)
{
  Look *look = self->look != NULL ? g_task_get_task_data (self->look) : NULL;

  if (look == NULL || strcmp (look->path, path) != 0)
    return FALSE;
  if (version >= 0 && version != look->version)
    return TRUE;
  g_clear_pointer (&look->diagnostics, g_ptr_array_unref);
  look->diagnostics = g_ptr_array_ref (diagnostics);
  g_clear_handle_id (&look->settle, g_source_remove);
  look->settle = g_timeout_add (SETTLE_MS, on_settled, look);
  return TRUE;
}

/* The rule: nothing is told of a file that a rule denies, nor of one that is too large; then it can't say. */
void
enclave_language_server_look_async (EnclaveLanguageServer *self, const char *path, const char *text, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (EnclaveLanguageText) looked_at = NULL;
  EnclaveLanguageDocument *document;
  EnclaveLanguageRange range;
  GPtrArray *known;
  gsize from;
  gsize inserted;
  Look *look;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));
  g_return_if_fail (path != NULL && text != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_language_server_look_async);
  document = g_hash_table_lookup (self->documents, path);
  looked_at = enclave_language_text_new (g_strdup (text));
  if (self->state != ENCLAVE_LANGUAGE_SERVER_READY || self->look != NULL
      || (document == NULL && !enclave_language_server_open (self, path, looked_at)))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _ ("The language server can’t be asked now"));
      return;
    }
  known = g_hash_table_lookup (self->diagnostics, path);
  if (document != NULL && document->told_text != NULL && document->told_of == document->version
      && !enclave_language_text_compare (document->told_text, looked_at, &range, &from, &inserted))
    {
      g_task_return_pointer (task, known != NULL ? g_ptr_array_ref (known) : g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  look = g_new0 (Look, 1);
  look->server = self;
  look->path = g_strdup (path);
  if (document == NULL)
    {
      document = g_hash_table_lookup (self->documents, path);
      document->is_temporary = TRUE;
    }
  else
    _enclave_language_server_tell (self, document, looked_at);
  look->version = document->version;
  look->timer = g_timeout_add (ENCLAVE_LANGUAGE_LOOK_MS, on_too_late, look);
  g_task_set_task_data (task, look, look_free);
  self->look = g_steal_pointer (&task);
}

GPtrArray *
enclave_language_server_look_finish (EnclaveLanguageServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
