/* enclave-checkpoint-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-record.h"

#include <string.h>

#include "enclave-json.h"

#define VERSION 1
#define DIGEST_CHARS 64
#define TITLE_MAX_BYTES 512

EnclaveCheckpointFile *
enclave_checkpoint_file_new (const char *path)
{
  EnclaveCheckpointFile *file = g_new0 (EnclaveCheckpointFile, 1);

  file->path = g_strdup (path);

  return file;
}

void
enclave_checkpoint_file_free (EnclaveCheckpointFile *file)
{
  g_free (file->path);
  g_free (file->old_object);
  g_free (file->new_object);
  g_free (file);
}

EnclaveCheckpointRecord *
enclave_checkpoint_record_new (void)
{
  EnclaveCheckpointRecord *record = g_atomic_rc_box_new0 (EnclaveCheckpointRecord);

  record->conversation = g_strdup ("");
  record->turn = g_strdup ("");
  record->title = g_strdup ("");
  record->undoes = g_array_new (FALSE, FALSE, sizeof (guint64));
  record->files = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_file_free);
  record->folders = g_ptr_array_new_with_free_func (g_free);
  record->emptied = g_ptr_array_new_with_free_func (g_free);

  return record;
}

EnclaveCheckpointRecord *
enclave_checkpoint_record_ref (EnclaveCheckpointRecord *record)
{
  return g_atomic_rc_box_acquire (record);
}

static void
clear (gpointer data)
{
  EnclaveCheckpointRecord *record = data;

  g_free (record->conversation);
  g_free (record->turn);
  g_free (record->title);
  g_array_unref (record->undoes);
  g_ptr_array_unref (record->files);
  g_ptr_array_unref (record->folders);
  g_ptr_array_unref (record->emptied);
}

void
enclave_checkpoint_record_unref (EnclaveCheckpointRecord *record)
{
  g_atomic_rc_box_release_full (record, clear);
}

/* Names are bytes, JSON is text. */
static void
set_path (JsonObject *object, const char *member, const char *path)
{
  g_autofree char *escaped = g_strescape (path, NULL);

  json_object_set_string_member (object, member, escaped);
}

static void
set_side (JsonObject *object, const char *content, const char *mode, const char *digest, guint32 bits)
{
  if (digest == NULL)
    return;
  json_object_set_string_member (object, content, digest);
  json_object_set_int_member (object, mode, bits & 0777);
}

static void
set_paths (JsonObject *object, const char *member, GPtrArray *paths)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *escaped = g_strescape (g_ptr_array_index (paths, i), NULL);

      json_array_add_string_element (array, escaped);
    }
  json_object_set_array_member (object, member, array);
}

char *
enclave_checkpoint_record_to_text (const EnclaveCheckpointRecord *record)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *undoes = json_array_new ();
  JsonArray *files = json_array_new ();
  g_autofree char *text = NULL;

  json_object_set_int_member (object, "version", VERSION);
  json_object_set_int_member (object, "time", record->time);
  json_object_set_string_member (object, "conversation", record->conversation);
  json_object_set_string_member (object, "turn", record->turn);
  json_object_set_string_member (object, "title", record->title);
  for (guint i = 0; i < record->undoes->len; i++)
    json_array_add_int_element (undoes, (gint64) g_array_index (record->undoes, guint64, i));
  json_object_set_array_member (object, "undoes", undoes);
  for (guint i = 0; i < record->files->len; i++)
    {
      const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, i);
      JsonObject *entry = json_object_new ();

      set_path (entry, "path", file->path);
      set_side (entry, "old", "old_mode", file->old_object, file->old_mode);
      set_side (entry, "new", "new_mode", file->new_object, file->new_mode);
      if (file->is_buffered)
        json_object_set_boolean_member (entry, "buffered", TRUE);
      json_array_add_object_element (files, entry);
    }
  json_object_set_array_member (object, "files", files);
  set_paths (object, "folders", record->folders);
  set_paths (object, "emptied", record->emptied);

  text = enclave_json_object_to_text (object);

  return g_strconcat (text, "\n", NULL);
}

/* Below the project, and nothing that leads out of it. */
static char *
parse_path (const char *escaped)
{
  g_autofree char *path = escaped != NULL ? g_strcompress (escaped) : NULL;
  g_auto(GStrv) parts = NULL;

  if (path == NULL || *path == '\0' || *path == '/')
    return NULL;
  parts = g_strsplit (path, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return NULL;

  return g_steal_pointer (&path);
}

static gboolean
parse_side (JsonObject *object, const char *content, const char *mode, char **digest, guint32 *bits)
{
  const char *text = enclave_json_peek_string (object, content);

  if (text == NULL)
    return TRUE;
  if (strlen (text) != DIGEST_CHARS || strspn (text, "0123456789abcdef") != DIGEST_CHARS)
    return FALSE;
  *digest = g_strdup (text);
  *bits = (guint32) enclave_json_get_int (object, mode, 0) & 0777;

  return TRUE;
}

static gboolean
parse_files (EnclaveCheckpointRecord *record, JsonArray *files)
{
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (files, i);
      EnclaveCheckpointFile *file = g_new0 (EnclaveCheckpointFile, 1);

      g_ptr_array_add (record->files, file);
      if (entry == NULL)
        return FALSE;
      file->path = parse_path (enclave_json_peek_string (entry, "path"));
      file->is_buffered = enclave_json_get_boolean (entry, "buffered", FALSE);
      if (file->path == NULL || !parse_side (entry, "old", "old_mode", &file->old_object, &file->old_mode)
          || !parse_side (entry, "new", "new_mode", &file->new_object, &file->new_mode))
        return FALSE;
    }

  return TRUE;
}

static gboolean
parse_folders (GPtrArray *paths, JsonArray *folders)
{
  for (guint i = 0; folders != NULL && i < json_array_get_length (folders); i++)
    {
      char *path = parse_path (enclave_json_array_peek_string (folders, i));

      if (path == NULL)
        return FALSE;
      g_ptr_array_add (paths, path);
    }

  return TRUE;
}

static void
take_string (char **member, JsonObject *object, const char *name)
{
  const char *text = enclave_json_peek_string (object, name);

  g_free (*member);
  *member = g_strndup (text != NULL ? text : "", TITLE_MAX_BYTES);
}

EnclaveCheckpointRecord *
enclave_checkpoint_record_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (text, length, error);
  g_autoptr (EnclaveCheckpointRecord) record = NULL;
  JsonArray *undoes;

  if (object == NULL)
    return NULL;

  record = enclave_checkpoint_record_new ();
  record->time = enclave_json_get_int (object, "time", 0);
  take_string (&record->conversation, object, "conversation");
  take_string (&record->turn, object, "turn");
  take_string (&record->title, object, "title");
  undoes = enclave_json_peek_array (object, "undoes");
  for (guint i = 0; undoes != NULL && i < json_array_get_length (undoes); i++)
    {
      JsonNode *node = json_array_get_element (undoes, i);
      guint64 number = JSON_NODE_HOLDS_VALUE (node) ? (guint64) json_node_get_int (node) : 0;

      g_array_append_val (record->undoes, number);
    }
  if (enclave_json_get_int (object, "version", 0) != VERSION
      || !parse_files (record, enclave_json_peek_array (object, "files"))
      || !parse_folders (record->folders, enclave_json_peek_array (object, "folders"))
      || !parse_folders (record->emptied, enclave_json_peek_array (object, "emptied")))
    {
      g_set_error_literal (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER, "This is no record of a change");
      return NULL;
    }

  return g_steal_pointer (&record);
}
