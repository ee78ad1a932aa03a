/* enclave-ollama-facts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ollama-facts-private.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-model-info-private.h"

/* No architecture has more; what is said beyond is nonsense that must not overflow. */
#define MAX_LAYERS 1024
#define MAX_HEADS 1024
#define MAX_HEAD_LENGTH 4096
#define BYTES_PER_VALUE 2

/* A member of model_info, named after the architecture: "qwen2.block_count". */
static gint64
read_count (JsonObject *info, const char *architecture, const char *name, gint64 most)
{
  g_autofree char *member = g_strconcat (architecture, ".", name, NULL);

  return CLAMP (enclave_json_get_int (info, member, 0), 0, most);
}

/* Heads of all layers together: one number for every layer, or a list of them. */
static gint64
read_kv_heads (JsonObject *info, const char *architecture, gint64 layers)
{
  g_autofree char *member = g_strconcat (architecture, ".attention.head_count_kv", NULL);
  JsonArray *each = enclave_json_peek_array (info, member);
  gint64 heads = read_count (info, architecture, "attention.head_count_kv", MAX_HEADS);
  gint64 sum = 0;

  for (guint i = 0; each != NULL && i < MIN (json_array_get_length (each), MAX_LAYERS); i++)
    {
      JsonNode *node = json_array_get_element (each, i);

      if (JSON_NODE_HOLDS_VALUE (node))
        sum += CLAMP (json_node_get_int (node), 0, MAX_HEADS);
    }
  if (sum > 0)
    return sum;
  if (heads == 0)
    heads = read_count (info, architecture, "attention.head_count", MAX_HEADS);
  return heads * layers;
}

static guint64
read_kv_bytes (JsonObject *info, const char *architecture)
{
  gint64 layers = read_count (info, architecture, "block_count", MAX_LAYERS);
  gint64 heads = read_count (info, architecture, "attention.head_count", MAX_HEADS);
  gint64 width = read_count (info, architecture, "embedding_length", MAX_HEADS * MAX_HEAD_LENGTH);
  gint64 key = read_count (info, architecture, "attention.key_length", MAX_HEAD_LENGTH);
  gint64 value = read_count (info, architecture, "attention.value_length", MAX_HEAD_LENGTH);

  if (key == 0 && heads > 0)
    key = MIN (width / heads, MAX_HEAD_LENGTH);
  if (value == 0)
    value = key;
  return (guint64) (read_kv_heads (info, architecture, layers) * (key + value) * BYTES_PER_VALUE);
}

/* The Modelfile's parameters: lines of a name, blanks and a value. */
static guint
read_parameter (const char *text, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 256);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i] + strspn (lines[i], " \t");

      if (g_str_has_prefix (line, name) && strchr (" \t", line[strlen (name)]) != NULL)
        return (guint) MIN (g_ascii_strtoull (line + strlen (name), NULL, 10), 100 * 1000 * 1000);
    }
  return 0;
}

EnclaveOllamaFacts *
enclave_ollama_facts_read (JsonObject *show, const char *id)
{
  EnclaveOllamaFacts *facts = g_new0 (EnclaveOllamaFacts, 1);
  JsonObject *info = enclave_json_peek_object (show, "model_info");
  const char *architecture = info != NULL ? enclave_json_peek_string (info, "general.architecture") : NULL;
  const char *parameters = enclave_json_peek_string (show, "parameters");

  if (architecture != NULL)
    {
      facts->context_max = (guint) read_count (info, architecture, "context_length", 100 * 1000 * 1000);
      facts->kv_bytes_per_token = read_kv_bytes (info, architecture);
    }
  if (parameters != NULL)
    facts->context_set = read_parameter (parameters, "num_ctx");
  facts->abilities = enclave_model_abilities_read (enclave_json_peek_array (show, "capabilities"));
  facts->remote_host = enclave_model_find_remote (show, id);
  return facts;
}

void
enclave_ollama_facts_free (EnclaveOllamaFacts *facts)
{
  g_free (facts->remote_host);
  g_free (facts);
}
