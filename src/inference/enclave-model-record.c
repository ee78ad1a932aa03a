/* enclave-model-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-record.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-state-file.h"

#define FOLDER "models"
#define MAX_BYTES (64 * 1024)
/* Goes up when an old record would say something else than a new one. */
#define FORMAT 1

static const char *const item_words[ENCLAVE_CHECK_N_ITEMS] = {
  [ENCLAVE_CHECK_STREAM] = "stream",           [ENCLAVE_CHECK_NATIVE_TOOLS] = "native_tools",
  [ENCLAVE_CHECK_TEXT_TOOLS] = "text_tools",   [ENCLAVE_CHECK_SCHEMA] = "json_schema",
  [ENCLAVE_CHECK_FILL_IN] = "fill_in_middle",
};

static const char *const verdict_words[] = {
  [ENCLAVE_CHECK_UNKNOWN] = "unknown",
  [ENCLAVE_CHECK_YES] = "yes",
  [ENCLAVE_CHECK_NO] = "no",
};

static const char *const manner_words[] = {
  [ENCLAVE_WINDOW_UNKNOWN] = "unknown",
  [ENCLAVE_WINDOW_REFUSES] = "refuses",
  [ENCLAVE_WINDOW_CUTS] = "cuts",
  [ENCLAVE_WINDOW_HOLDS] = "holds",
};

EnclaveModelRecord *
enclave_model_record_new (EnclaveModelInfo *model)
{
  EnclaveModelRecord *record = g_new0 (EnclaveModelRecord, 1);

  record->model = g_strdup (enclave_model_info_get_id (model));
  record->server = g_strdup ("");
  return record;
}

void
enclave_model_record_free (EnclaveModelRecord *record)
{
  g_free (record->model);
  g_free (record->server);
  for (guint i = 0; i < ENCLAVE_CHECK_N_ITEMS; i++)
    g_free (record->items[i].detail);
  g_free (record);
}

const char *
enclave_model_record_get_tool_form (const EnclaveModelRecord *record)
{
  EnclaveCheckVerdict native = record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict;
  EnclaveCheckVerdict text = record->items[ENCLAVE_CHECK_TEXT_TOOLS].verdict;

  if (native == ENCLAVE_CHECK_YES)
    return "native";
  if (text == ENCLAVE_CHECK_YES && native == ENCLAVE_CHECK_NO)
    return "text";
  return native == ENCLAVE_CHECK_NO && text == ENCLAVE_CHECK_NO ? "none" : "native";
}

const char *
enclave_check_item_to_word (EnclaveCheckItem item)
{
  return (guint) item < ENCLAVE_CHECK_N_ITEMS ? item_words[item] : "unknown";
}

const char *
enclave_window_manner_to_word (EnclaveWindowManner manner)
{
  return (guint) manner < G_N_ELEMENTS (manner_words) ? manner_words[manner] : "unknown";
}

JsonObject *
enclave_model_record_to_json (const EnclaveModelRecord *record)
{
  JsonObject *root = json_object_new ();
  JsonObject *window = json_object_new ();
  JsonObject *speed = json_object_new ();

  json_object_set_int_member (root, "format", FORMAT);
  json_object_set_string_member (root, "model", record->model);
  json_object_set_string_member (root, "server", record->server);
  json_object_set_int_member (root, "checked_at", record->checked_at);
  json_object_set_int_member (root, "took_ms", record->took_ms);
  for (guint i = 0; i < ENCLAVE_CHECK_N_ITEMS; i++)
    {
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "verdict", verdict_words[record->items[i].verdict]);
      json_object_set_string_member (item, "detail", record->items[i].detail != NULL ? record->items[i].detail : "");
      json_object_set_object_member (root, item_words[i], item);
    }
  json_object_set_string_member (window, "manner", manner_words[record->window_manner]);
  json_object_set_int_member (window, "stated", record->window_stated);
  json_object_set_int_member (window, "measured", record->window_measured);
  json_object_set_object_member (root, "window", window);
  json_object_set_double_member (speed, "prompt_tokens_per_second", record->prompt_tokens_per_second);
  json_object_set_double_member (speed, "tokens_per_second", record->tokens_per_second);
  json_object_set_int_member (speed, "first_token_ms", record->first_token_ms);
  json_object_set_object_member (root, "speed", speed);
  json_object_set_string_member (root, "tool_form", enclave_model_record_get_tool_form (record));
  return root;
}

static guint
read_word (JsonObject *object, const char *member, const char *const *words, guint n_words)
{
  const char *word = object != NULL ? enclave_json_peek_string (object, member) : NULL;

  for (guint i = 0; word != NULL && i < n_words; i++)
    if (strcmp (word, words[i]) == 0)
      return i;
  return 0;
}

static guint
read_count (JsonObject *object, const char *member)
{
  return object != NULL ? (guint) CLAMP (enclave_json_get_int (object, member, 0), 0, G_MAXINT32) : 0;
}

static void
read_record (EnclaveModelRecord *record, JsonObject *root)
{
  JsonObject *window = enclave_json_peek_object (root, "window");
  JsonObject *speed = enclave_json_peek_object (root, "speed");

  g_free (record->server);
  record->server = g_strdup (enclave_json_peek_string (root, "server"));
  record->checked_at = enclave_json_get_int (root, "checked_at", 0);
  record->took_ms = read_count (root, "took_ms");
  for (guint i = 0; i < ENCLAVE_CHECK_N_ITEMS; i++)
    {
      JsonObject *item = enclave_json_peek_object (root, item_words[i]);

      record->items[i].verdict
        = (EnclaveCheckVerdict) read_word (item, "verdict", verdict_words, G_N_ELEMENTS (verdict_words));
      record->items[i].detail = item != NULL ? g_strdup (enclave_json_peek_string (item, "detail")) : NULL;
    }
  record->window_manner
    = (EnclaveWindowManner) read_word (window, "manner", manner_words, G_N_ELEMENTS (manner_words));
  record->window_stated = read_count (window, "stated");
  record->window_measured = read_count (window, "measured");
  record->first_token_ms = read_count (speed, "first_token_ms");
  if (speed != NULL)
    {
      record->prompt_tokens_per_second = enclave_json_get_double (speed, "prompt_tokens_per_second", 0);
      record->tokens_per_second = enclave_json_get_double (speed, "tokens_per_second", 0);
    }
}

/* (transfer full) */
static char *
file_name (EnclaveModelInfo *model)
{
  g_autofree char *digest = enclave_model_info_dup_digest (model);

  return g_strconcat (digest, ".json", NULL);
}

/* Of the name alone, which outlives the bytes behind it. (transfer full) */
static char *
name_file_name (EnclaveModelInfo *model)
{
  g_autofree char *text = g_strdup_printf (
    "%s\n%s", enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model))),
    enclave_model_info_get_id (model));
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strconcat (sum, ".name.json", NULL);
}

/* (transfer full) (nullable) */
static JsonObject *
load_object (const char *name)
{
  g_autoptr (GBytes) bytes = enclave_state_file_load (FOLDER, name, MAX_BYTES);
  g_autoptr (JsonObject) root = NULL;
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  root = length > 0 ? enclave_json_parse_object (text, (gssize) length, NULL) : NULL;
  return root != NULL && enclave_json_get_int (root, "format", 0) == FORMAT ? g_steal_pointer (&root) : NULL;
}

static EnclaveModelRecord *
new_from_object (EnclaveModelInfo *model, JsonObject *root)
{
  EnclaveModelRecord *record;

  if (root == NULL)
    return NULL;
  record = enclave_model_record_new (model);
  read_record (record, root);
  return record;
}

EnclaveModelRecord *
enclave_model_record_load (EnclaveModelInfo *model)
{
  g_autofree char *name = NULL;
  g_autoptr (JsonObject) root = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), NULL);

  name = file_name (model);
  root = load_object (name);
  return new_from_object (model, root);
}

EnclaveModelRecord *
enclave_model_record_load_previous (EnclaveModelInfo *model)
{
  g_autofree char *name = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (JsonObject) root = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), NULL);

  name = name_file_name (model);
  digest = enclave_model_info_dup_digest (model);
  root = load_object (name);
  if (root == NULL || g_strcmp0 (enclave_json_peek_string (root, "digest"), digest) == 0)
    return NULL;
  return new_from_object (model, root);
}

static gboolean
save_object (JsonObject *root, const char *name, GError **error)
{
  char *text = enclave_json_object_to_text (root);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return enclave_state_file_save (FOLDER, name, bytes, error);
}

gboolean
enclave_model_record_save (const EnclaveModelRecord *record, EnclaveModelInfo *model, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *by_name = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (JsonObject) root = NULL;

  g_return_val_if_fail (record != NULL && ENCLAVE_IS_MODEL_INFO (model), FALSE);

  name = file_name (model);
  by_name = name_file_name (model);
  digest = enclave_model_info_dup_digest (model);
  root = enclave_model_record_to_json (record);
  json_object_set_string_member (root, "digest", digest);
  return save_object (root, name, error) && save_object (root, by_name, error);
}
