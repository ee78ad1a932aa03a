/* enclave-language-reader-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server wants to be changed: edits of files, and what completion inserts.
 */

#include "config.h"

#include "enclave-language-reader.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"

static void
text_edit_free (gpointer data)
{
  EnclaveLanguageTextEdit *edit = data;

  g_free (edit->new_text);
  g_free (edit);
}

/* InsertReplaceEdit too, of which the part that replaces less is taken. */
static EnclaveLanguageTextEdit *
read_text_edit (JsonObject *object)
{
  const char *text = object != NULL ? enclave_json_peek_string (object, "newText") : NULL;
  EnclaveLanguageTextEdit *edit;
  EnclaveLanguageRange range;

  if (text == NULL
      || (!enclave_language_read_range (enclave_json_peek_object (object, "range"), &range)
          && !enclave_language_read_range (enclave_json_peek_object (object, "insert"), &range)))
    return NULL;
  edit = g_new0 (EnclaveLanguageTextEdit, 1);
  edit->range = range;
  edit->new_text = g_strdup (text);
  return edit;
}

GPtrArray *
enclave_language_read_text_edits (JsonArray *array)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func (text_edit_free);
  guint length = array != NULL ? json_array_get_length (array) : 0;

  if (length == 0 || length > ENCLAVE_LANGUAGE_MAX_EDITS)
    return NULL;
  for (guint i = 0; i < length; i++)
    {
      EnclaveLanguageTextEdit *edit = read_text_edit (enclave_json_array_peek_object (array, i));

      if (edit == NULL)
        return NULL;
      g_ptr_array_add (edits, edit);
    }
  return g_steal_pointer (&edits);
}

static void
file_edit_free (gpointer data)
{
  EnclaveLanguageFileEdit *edit = data;

  g_free (edit->uri);
  g_ptr_array_unref (edit->edits);
  g_free (edit);
}

static gboolean
add_file_edit (GPtrArray *files, const char *uri, gint64 version, JsonArray *array, GError **error)
{
  GPtrArray *edits;
  EnclaveLanguageFileEdit *file;

  if (array != NULL && json_array_get_length (array) == 0)
    return TRUE;
  edits = uri != NULL ? enclave_language_read_text_edits (array) : NULL;
  if (edits == NULL || files->len >= ENCLAVE_LANGUAGE_MAX_FILES)
    {
      g_clear_pointer (&edits, g_ptr_array_unref);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The language server’s edit can’t be read, or is too large"));
      return FALSE;
    }
  file = g_new0 (EnclaveLanguageFileEdit, 1);
  file->uri = g_strdup (uri);
  file->version = version;
  file->edits = edits;
  g_ptr_array_add (files, file);
  return TRUE;
}

static gboolean
read_document_changes (GPtrArray *files, JsonArray *changes, GError **error)
{
  for (guint i = 0; i < json_array_get_length (changes); i++)
    {
      JsonObject *change = enclave_json_array_peek_object (changes, i);
      JsonObject *document = change != NULL ? enclave_json_peek_object (change, "textDocument") : NULL;

      if (change != NULL && enclave_json_peek_string (change, "kind") != NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                               _ ("The language server wants to make, rename or delete files, which it may not"));
          return FALSE;
        }
      if (!add_file_edit (files, document != NULL ? enclave_json_peek_string (document, "uri") : NULL,
                          document != NULL ? enclave_json_get_int (document, "version", -1) : -1,
                          change != NULL ? enclave_json_peek_array (change, "edits") : NULL, error))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
enclave_language_read_workspace_edit (JsonObject *object, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (file_edit_free);
  JsonArray *document_changes;
  JsonObject *changes;
  JsonObjectIter iter;
  const char *uri;

  g_return_val_if_fail (object != NULL, NULL);

  document_changes = enclave_json_peek_array (object, "documentChanges");
  changes = enclave_json_peek_object (object, "changes");
  if (document_changes != NULL)
    return read_document_changes (files, document_changes, error) ? g_steal_pointer (&files) : NULL;
  if (changes == NULL)
    return g_steal_pointer (&files);
  json_object_iter_init (&iter, changes);
  while (json_object_iter_next (&iter, &uri, NULL))
    if (!add_file_edit (files, uri, -1, enclave_json_peek_array (changes, uri), error))
      return NULL;
  return g_steal_pointer (&files);
}

void
enclave_language_proposal_free (EnclaveLanguageProposal *self)
{
  g_free (self->label);
  g_free (self->detail);
  g_free (self->documentation);
  g_free (self->text);
  g_free (self->filter);
  g_free (self->sort);
  g_clear_pointer (&self->other_edits, g_ptr_array_unref);
  g_free (self);
}

static char *
dup_documentation (JsonObject *object)
{
  JsonObject *markup = enclave_json_peek_object (object, "documentation");
  const char *text = markup != NULL ? enclave_json_peek_string (markup, "value") : enclave_json_peek_string (object, "documentation");

  return text != NULL && *text != '\0' ? enclave_language_clean (text, ENCLAVE_LANGUAGE_MESSAGE_BYTES) : NULL;
}

static EnclaveLanguageProposal *
read_proposal (JsonObject *object)
{
  const char *label = enclave_json_peek_string (object, "label");
  JsonObject *edit_object = enclave_json_peek_object (object, "textEdit");
  const char *text = enclave_json_peek_string (object, "insertText");
  const char *word;
  EnclaveLanguageTextEdit *edit = edit_object != NULL ? read_text_edit (edit_object) : NULL;
  EnclaveLanguageProposal *self;

  if (label == NULL || *label == '\0' || strlen (label) > ENCLAVE_LANGUAGE_MESSAGE_BYTES || (edit_object != NULL && edit == NULL))
    {
      g_clear_pointer (&edit, text_edit_free);
      return NULL;
    }
  self = g_new0 (EnclaveLanguageProposal, 1);
  self->label = enclave_language_clean (label, ENCLAVE_LANGUAGE_LABEL_BYTES);
  g_strstrip (self->label);
  word = enclave_json_peek_string (object, "detail");
  self->detail = word != NULL && *word != '\0' ? enclave_language_clean (word, ENCLAVE_LANGUAGE_LABEL_BYTES) : NULL;
  self->documentation = dup_documentation (object);
  self->text = g_strdup (edit != NULL ? edit->new_text : text != NULL ? text : label);
  word = enclave_json_peek_string (object, "filterText");
  self->filter = g_strdup (word != NULL ? word : label);
  word = enclave_json_peek_string (object, "sortText");
  self->sort = g_strdup (word != NULL ? word : label);
  self->is_snippet = enclave_json_get_int (object, "insertTextFormat", 1) == 2;
  self->has_range = edit != NULL;
  if (edit != NULL)
    self->range = edit->range;
  self->other_edits = enclave_language_read_text_edits (enclave_json_peek_array (object, "additionalTextEdits"));
  self->kind = (guint) CLAMP (enclave_json_get_int (object, "kind", 0), 0, 1000);
  g_clear_pointer (&edit, text_edit_free);
  return self;
}

GPtrArray *
enclave_language_read_proposals (JsonNode *node, gboolean *incomplete)
{
  GPtrArray *proposals = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_language_proposal_free);
  JsonArray *items = NULL;

  *incomplete = FALSE;
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    items = json_node_get_array (node);
  else if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      items = enclave_json_peek_array (json_node_get_object (node), "items");
      *incomplete = enclave_json_get_boolean (json_node_get_object (node), "isIncomplete", FALSE);
    }
  for (guint i = 0; items != NULL && i < json_array_get_length (items) && proposals->len < ENCLAVE_LANGUAGE_MAX_PROPOSALS; i++)
    {
      JsonObject *object = enclave_json_array_peek_object (items, i);
      EnclaveLanguageProposal *proposal = object != NULL ? read_proposal (object) : NULL;

      if (proposal != NULL)
        g_ptr_array_add (proposals, proposal);
    }
  return proposals;
}

/* `${1:int x}`, `${1|a,b|}`, `$1`: what of it stays. @at: behind the dollar. Returns: behind it all. */
static const char *
append_place (GString *text, const char *at, guint depth)
{
  if (g_ascii_isdigit (*at))
    return at + strspn (at, "0123456789");
  if (*at != '{')
    {
      g_string_append_c (text, '$');
      return at;
    }
  at++;
  at += strspn (at, "0123456789");
  if (*at == '|')
    {
      gsize length = strcspn (++at, ",|");

      g_string_append_len (text, at, (gssize) length);
      at += strcspn (at, "|");
      at += *at == '|';
    }
  else if (*at == ':')
    {
      at++;
      while (*at != '\0' && *at != '}')
        if (*at == '\\' && at[1] != '\0')
          {
            g_string_append_c (text, at[1]);
            at += 2;
          }
        else if (*at == '$' && depth < ENCLAVE_LANGUAGE_MAX_DEPTH)
          at = append_place (text, at + 1, depth + 1);
        else
          g_string_append_c (text, *at++);
    }
  at += strcspn (at, "}");
  return at + (*at == '}');
}

char *
enclave_language_snippet_to_text (const char *snippet)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (snippet != NULL, NULL);

  for (const char *at = snippet; *at != '\0';)
    if (*at == '\\' && (at[1] == '$' || at[1] == '}' || at[1] == '\\'))
      {
        g_string_append_c (text, at[1]);
        at += 2;
      }
    else if (*at == '$')
      at = append_place (text, at + 1, 0);
    else
      g_string_append_c (text, *at++);
  return g_string_free (text, FALSE);
}
