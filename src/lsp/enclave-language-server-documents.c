/* enclave-language-server-documents.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a language server is told of open files, and what files it may name.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"

/* A change up to this part of the text is sent alone. */
#define SYNC_INCREMENTAL 2

void
_enclave_language_document_free (gpointer data)
{
  EnclaveLanguageDocument *document = data;

  g_free (document->path);
  g_clear_pointer (&document->text, enclave_language_text_unref);
  g_clear_pointer (&document->told_text, enclave_language_text_unref);
  g_free (document);
}

gboolean
_enclave_language_server_may_tell (EnclaveLanguageServer *self, const char *path)
{
  return enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict != ENCLAVE_VERDICT_DENY;
}

char *
_enclave_language_server_dup_uri (EnclaveLanguageServer *self, const char *path)
{
  g_autofree char *whole = g_build_filename (self->root != NULL ? self->root : enclave_gate_get_root (self->gate), path, NULL);
  g_autofree char *escaped = g_uri_escape_string (whole, "/", FALSE);

  return g_strconcat ("file://", escaped, NULL);
}

/* The part of @path below @folder, or NULL. */
static const char *
find_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/* (transfer full) (nullable) */
static char *
dup_place (const char *uri)
{
  g_autofree char *path = NULL;

  if (!g_str_has_prefix (uri, "file:///") || strlen (uri) > 3 * 4096)
    return NULL;
  path = g_uri_unescape_string (uri + strlen ("file://"), NULL);
  return path != NULL && g_utf8_validate (path, -1, NULL) ? g_canonicalize_filename (path, "/") : NULL;
}

char *
enclave_language_server_dup_path (EnclaveLanguageServer *self, const char *uri)
{
  g_autofree char *path = NULL;
  const char *below;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && uri != NULL, NULL);

  path = dup_place (uri);
  below = path != NULL && self->root != NULL ? find_below (path, self->root) : NULL;
  return below != NULL && *below != '\0' && _enclave_language_server_may_tell (self, below) ? g_strdup (below) : NULL;
}

/* Of what the box shows beside the project. The rule: what lies in the system's folders of programs and libraries, and in those that
 * were given to this server, is shown, unless a rule denies its name wherever it lies. */
static gboolean
may_show (EnclaveLanguageServer *self, const char *path)
{
  static const char *const system[] = { "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/opt", NULL };
  const char *const *all[] = { system, (const char *const *) self->folders };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint k = 0; all[i] != NULL && all[i][k] != NULL; k++)
      {
        g_autofree char *folder = g_canonicalize_filename (all[i][k], "/");

        if (find_below (path, folder) != NULL)
          return enclave_policy_decide (enclave_gate_get_policy (self->gate), ENCLAVE_EFFECT_READ, folder, path, FALSE).verdict
                 != ENCLAVE_VERDICT_DENY;
      }
  return FALSE;
}

char *
enclave_language_server_dup_file (EnclaveLanguageServer *self, const char *uri)
{
  g_autofree char *path = NULL;
  const char *below;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && uri != NULL, NULL);

  path = dup_place (uri);
  if (path == NULL || self->root == NULL)
    return NULL;
  below = find_below (path, self->root);
  if (below != NULL)
    return _enclave_language_server_may_tell (self, below) ? g_build_filename (enclave_gate_get_root (self->gate), below, NULL) : NULL;
  /* Headers, libraries, and the files of its own program: the same inside of its box and outside. */
  return may_show (self, path) ? g_steal_pointer (&path) : NULL;
}

JsonObject *
enclave_language_server_new_params (EnclaveLanguageServer *self, const char *path, const EnclaveLanguagePosition *position)
{
  JsonObject *params;
  JsonObject *document = json_object_new ();
  g_autofree char *uri = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL, NULL);

  params = json_object_new ();
  uri = _enclave_language_server_dup_uri (self, path);
  json_object_set_string_member (document, "uri", uri);
  json_object_set_object_member (params, "textDocument", document);
  if (position != NULL)
    json_object_set_object_member (params, "position", enclave_language_write_position (*position));
  return params;
}

/* How it wants to hear of changes: a number, or an object that has one. */
static gint64
get_sync (EnclaveLanguageServer *self)
{
  JsonObject *options = enclave_json_peek_object (self->capabilities, "textDocumentSync");

  return options != NULL ? enclave_json_get_int (options, "change", 1) : enclave_json_get_int (self->capabilities, "textDocumentSync", 1);
}

static void
tell_opened (EnclaveLanguageServer *self, EnclaveLanguageDocument *document, EnclaveLanguageText *text)
{
  JsonObject *params = json_object_new ();
  JsonObject *item = json_object_new ();
  g_autofree char *uri = _enclave_language_server_dup_uri (self, document->path);
  const char *id = enclave_language_id_of_path (document->path);

  json_object_set_string_member (item, "uri", uri);
  json_object_set_string_member (item, "languageId", id != NULL ? id : "plaintext");
  json_object_set_int_member (item, "version", document->version);
  json_object_set_string_member (item, "text", enclave_language_text_get (text, NULL));
  json_object_set_object_member (params, "textDocument", item);
  _enclave_language_server_notify (self, "textDocument/didOpen", params);
}

static void
tell_changed (EnclaveLanguageServer *self, EnclaveLanguageDocument *document, EnclaveLanguageText *text,
              const EnclaveLanguageRange *range, const char *inserted, gsize length)
{
  JsonObject *params = enclave_language_server_new_params (self, document->path, NULL);
  JsonArray *changes = json_array_new ();
  JsonObject *change = json_object_new ();
  g_autofree char *part = NULL;

  json_object_set_int_member (enclave_json_peek_object (params, "textDocument"), "version", document->version);
  if (get_sync (self) == SYNC_INCREMENTAL)
    {
      part = g_strndup (inserted, length);
      json_object_set_object_member (change, "range", enclave_language_write_range (range));
      json_object_set_string_member (change, "text", part);
    }
  else
    json_object_set_string_member (change, "text", enclave_language_text_get (text, NULL));
  json_array_add_object_element (changes, change);
  json_object_set_array_member (params, "contentChanges", changes);
  _enclave_language_server_notify (self, "textDocument/didChange", params);
}

void
_enclave_language_server_tell (EnclaveLanguageServer *self, EnclaveLanguageDocument *document, EnclaveLanguageText *text)
{
  EnclaveLanguageRange range;
  gsize from;
  gsize inserted;

  if (self->state != ENCLAVE_LANGUAGE_SERVER_READY)
    return;
  if (document->told_text == NULL)
    {
      document->version++;
      tell_opened (self, document, text);
    }
  else if (enclave_language_text_compare (document->told_text, text, &range, &from, &inserted))
    {
      document->version++;
      tell_changed (self, document, text, &range, enclave_language_text_get (text, NULL) + from, inserted);
    }
  if (document->told_text != text)
    {
      g_clear_pointer (&document->told_text, enclave_language_text_unref);
      document->told_text = enclave_language_text_ref (text);
    }
}

void
_enclave_language_server_tell_all (EnclaveLanguageServer *self)
{
  GHashTableIter iter;
  gpointer document;

  g_hash_table_iter_init (&iter, self->documents);
  while (g_hash_table_iter_next (&iter, NULL, &document))
    _enclave_language_server_tell (self, document, ((EnclaveLanguageDocument *) document)->text);
}

void
_enclave_language_server_forget_told (EnclaveLanguageServer *self)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->documents);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      EnclaveLanguageDocument *document = data;

      g_clear_pointer (&document->told_text, enclave_language_text_unref);
      document->told_of = -1;
    }
}

void
_enclave_language_server_tell_closed (EnclaveLanguageServer *self, const char *path)
{
  _enclave_language_server_notify (self, "textDocument/didClose", enclave_language_server_new_params (self, path, NULL));
}

gboolean
enclave_language_server_open (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *text)
{
  EnclaveLanguageDocument *document;
  const char *bytes;
  gsize length;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), FALSE);
  g_return_val_if_fail (path != NULL && text != NULL, FALSE);

  bytes = enclave_language_text_get (text, &length);
  if (!_enclave_language_server_may_tell (self, path) || length > ENCLAVE_LANGUAGE_TEXT_MAX_BYTES
      || !g_utf8_validate (bytes, (gssize) length, NULL))
    return FALSE;
  if (g_hash_table_lookup (self->documents, path) != NULL)
    {
      enclave_language_server_change (self, path, text);
      return g_hash_table_contains (self->documents, path);
    }
  document = g_new0 (EnclaveLanguageDocument, 1);
  document->path = g_strdup (path);
  document->text = enclave_language_text_ref (text);
  document->told_of = -1;
  g_hash_table_insert (self->documents, document->path, document);
  _enclave_language_server_tell (self, document, document->text);
  return TRUE;
}

void
enclave_language_server_change (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *text)
{
  EnclaveLanguageDocument *document;
  gsize length;
  g_autoptr (EnclaveLanguageText) before = NULL;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));
  g_return_if_fail (path != NULL && text != NULL);

  document = g_hash_table_lookup (self->documents, path);
  if (document == NULL)
    return;
  /* From now on it is the editor's, also when it is the same text that was only looked at. */
  document->is_temporary = FALSE;
  if (enclave_language_text_equal (document->text, text))
    {
      _enclave_language_server_look_give_way (self, path);
      return;
    }
  enclave_language_text_get (text, &length);
  if (length > ENCLAVE_LANGUAGE_TEXT_MAX_BYTES)
    {
      enclave_language_server_close (self, path);
      return;
    }
  before = g_steal_pointer (&document->text);
  document->text = enclave_language_text_ref (text);
  _enclave_language_server_look_give_way (self, path);
  _enclave_language_server_tell (self, document, document->text);
  _enclave_language_server_move_diagnostics (self, path, before, document->text);
}

void
enclave_language_server_saved (EnclaveLanguageServer *self, const char *path)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL);

  if (self->state == ENCLAVE_LANGUAGE_SERVER_READY && g_hash_table_contains (self->documents, path))
    _enclave_language_server_notify (self, "textDocument/didSave", enclave_language_server_new_params (self, path, NULL));
}

void
enclave_language_server_close (EnclaveLanguageServer *self, const char *path)
{
  EnclaveLanguageDocument *document;
  gboolean was_told;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL);

  document = g_hash_table_lookup (self->documents, path);
  if (document == NULL)
    return;
  was_told = document->told_text != NULL;
  g_hash_table_remove (self->documents, path);
  if (was_told && self->state == ENCLAVE_LANGUAGE_SERVER_READY)
    _enclave_language_server_tell_closed (self, path);
}

EnclaveLanguageText *
enclave_language_server_get_text (EnclaveLanguageServer *self, const char *path)
{
  EnclaveLanguageDocument *document;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL, NULL);

  document = g_hash_table_lookup (self->documents, path);
  return document != NULL ? document->text : NULL;
}

gboolean
enclave_language_server_has_looked (EnclaveLanguageServer *self, const char *path)
{
  EnclaveLanguageDocument *document;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && path != NULL, FALSE);

  document = g_hash_table_lookup (self->documents, path);
  return document != NULL && document->told_of == document->version;
}

EnclaveLanguageSnapshot *
enclave_language_server_take_snapshot (EnclaveLanguageServer *self)
{
  EnclaveLanguageSnapshot *snapshot;
  GHashTableIter iter;
  gpointer data;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  snapshot = enclave_language_snapshot_new ();
  g_hash_table_iter_init (&iter, self->documents);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      const EnclaveLanguageDocument *document = data;

      if (document->told_text != NULL)
        enclave_language_snapshot_add (snapshot, document->path, document->told_text, document->version);
    }
  return snapshot;
}

void
enclave_language_server_judge_again (EnclaveLanguageServer *self)
{
  g_autoptr (GList) paths = NULL;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  paths = g_hash_table_get_keys (self->documents);
  for (GList *at = paths; at != NULL; at = at->next)
    if (!_enclave_language_server_may_tell (self, at->data))
      {
        g_autofree char *path = g_strdup (at->data);

        enclave_language_server_close (self, path);
      }
}
