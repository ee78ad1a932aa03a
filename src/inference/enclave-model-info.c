/* enclave-model-info.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-info-private.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-ollama-survey-private.h"
#include "enclave-pins.h"
#include "enclave-utf8.h"

#define NAME_MAX_BYTES 512
#define LIST_MAX_MODELS 2000

struct _EnclaveModelInfo
{
  GObject parent_instance;

  EnclaveEndpoint *endpoint;
  char *id;
  char *name;
  char *family;
  char *parameters;
  char *quantization;
  char *remote_host;
  char *digest; /* as the server tells it; NULL when it does not */
  guint64 size_bytes;
  guint64 kv_bytes_per_token;
  guint context_max;
  guint context_loaded;
  guint context_set;
  guint n_slots;
  EnclaveModelAbilities abilities;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_REMOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveModelInfo, enclave_model_info, G_TYPE_OBJECT)

static void
enclave_model_info_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveModelInfo *self = ENCLAVE_MODEL_INFO (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_REMOTE:
      g_value_set_boolean (value, self->remote_host != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_model_info_finalize (GObject *object)
{
  EnclaveModelInfo *self = ENCLAVE_MODEL_INFO (object);

  g_clear_object (&self->endpoint);
  g_free (self->id);
  g_free (self->name);
  g_free (self->family);
  g_free (self->parameters);
  g_free (self->quantization);
  g_free (self->remote_host);
  g_free (self->digest);
  G_OBJECT_CLASS (enclave_model_info_parent_class)->finalize (object);
}

static void
enclave_model_info_class_init (EnclaveModelInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_model_info_get_property;
  object_class->finalize = enclave_model_info_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REMOTE]
    = g_param_spec_boolean ("remote", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_model_info_init (EnclaveModelInfo *self)
{
}

/* A server's word, short and printable. */
static char *
clean (const char *text)
{
  g_autofree char *cut = NULL;

  if (text == NULL)
    return g_strdup ("");
  cut = g_strndup (text, enclave_utf8_prefix_length (text, strlen (text), NAME_MAX_BYTES));
  return enclave_utf8_display_name (cut);
}

static guint
count (gint64 value)
{
  return (guint) CLAMP (value, 0, 100 * 1000 * 1000);
}

char *
enclave_model_id_dup_name (const char *id)
{
  const char *slash;
  char *name;

  g_return_val_if_fail (id != NULL, NULL);

  slash = strrchr (id, '/');
  if (!g_path_is_absolute (id) || slash[1] == '\0')
    return g_strdup (id);
  name = g_strdup (slash + 1);
  if (g_str_has_suffix (name, ".gguf") && strlen (name) > strlen (".gguf"))
    name[strlen (name) - strlen (".gguf")] = '\0';
  return name;
}

static EnclaveModelInfo *
model_new (EnclaveEndpoint *endpoint, const char *id)
{
  EnclaveModelInfo *self;

  if (id == NULL || id[0] == '\0' || strlen (id) > NAME_MAX_BYTES)
    return NULL;
  /* What the administrator does not allow is as good as not there. */
  if (!enclave_pins_allow_model (enclave_pins_get (), id))
    return NULL;
  self = g_object_new (ENCLAVE_TYPE_MODEL_INFO, NULL);
  self->endpoint = g_object_ref (endpoint);
  self->id = g_strdup (id);
  self->name = enclave_model_id_dup_name (id);
  return self;
}

EnclaveModelAbilities
enclave_model_abilities_read (JsonArray *array)
{
  static const struct
  {
    const char *word;
    EnclaveModelAbilities ability;
  } known[] = {
    { "completion", ENCLAVE_MODEL_CHAT }, { "tools", ENCLAVE_MODEL_TOOLS },       { "tool_use", ENCLAVE_MODEL_TOOLS },
    { "insert", ENCLAVE_MODEL_INSERT },   { "thinking", ENCLAVE_MODEL_THINKING }, { "vision", ENCLAVE_MODEL_VISION },
  };
  EnclaveModelAbilities abilities = 0;

  for (guint i = 0; array != NULL && i < MIN (json_array_get_length (array), 64); i++)
    {
      const char *word = enclave_json_array_peek_string (array, i);

      for (guint k = 0; word != NULL && k < G_N_ELEMENTS (known); k++)
        if (strcmp (word, known[k].word) == 0)
          abilities |= known[k].ability;
    }
  return abilities;
}

static gboolean
is_cloud_name (const char *id)
{
  g_autofree char *lower = g_ascii_strdown (id, -1);

  if (g_str_has_suffix (lower, ":local"))
    lower[strlen (lower) - strlen (":local")] = '\0';
  return g_str_has_suffix (lower, ":cloud") || g_str_has_suffix (lower, "-cloud");
}

char *
enclave_model_find_remote (JsonObject *entry, const char *id)
{
  const char *host = enclave_json_peek_string (entry, "remote_host");
  const char *model = enclave_json_peek_string (entry, "remote_model");

  if (host != NULL && host[0] != '\0')
    {
      const char *bare = strstr (host, "://");
      g_autofree char *name = g_strdup (bare != NULL ? bare + 3 : host);

      name[strcspn (name, "/:")] = '\0';
      return clean (name);
    }
  /* The names alone: a server that does not tell the host any more must not look local. */
  if ((model != NULL && model[0] != '\0') || is_cloud_name (id))
    return g_strdup ("ollama.com");
  return NULL;
}

static guint
find_loaded_window (JsonObject *ps, const char *id)
{
  JsonArray *models = ps != NULL ? enclave_json_peek_array (ps, "models") : NULL;

  for (guint i = 0; models != NULL && i < json_array_get_length (models); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (models, i);
      const char *name = entry != NULL ? enclave_json_peek_string (entry, "name") : NULL;

      if (name != NULL && strcmp (name, id) == 0)
        return count (enclave_json_get_int (entry, "context_length", 0));
    }
  return 0;
}

/* What /api/show knows better than the list, or as the only one. */
static void
take_facts (EnclaveModelInfo *model, const EnclaveOllamaFacts *facts)
{
  if (facts == NULL)
    return;
  if (facts->context_max > 0)
    model->context_max = facts->context_max;
  model->context_set = facts->context_set;
  model->kv_bytes_per_token = facts->kv_bytes_per_token;
  if (facts->abilities != 0)
    model->abilities = facts->abilities;
  if (model->remote_host == NULL)
    model->remote_host = g_strdup (facts->remote_host);
}

GListStore *
enclave_model_info_list_from_ollama (EnclaveEndpoint *endpoint, JsonObject *tags, JsonObject *ps, GHashTable *facts)
{
  GListStore *store = g_list_store_new (ENCLAVE_TYPE_MODEL_INFO);
  JsonArray *models = enclave_json_peek_array (tags, "models");

  for (guint i = 0; models != NULL && i < MIN (json_array_get_length (models), LIST_MAX_MODELS); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (models, i);
      g_autoptr (EnclaveModelInfo) model = NULL;
      JsonObject *details;

      if (entry == NULL || (model = model_new (endpoint, enclave_json_peek_string (entry, "name"))) == NULL)
        continue;
      details = enclave_json_peek_object (entry, "details");
      if (details != NULL)
        {
          model->family = clean (enclave_json_peek_string (details, "family"));
          model->parameters = clean (enclave_json_peek_string (details, "parameter_size"));
          model->quantization = clean (enclave_json_peek_string (details, "quantization_level"));
          model->context_max = count (enclave_json_get_int (details, "context_length", 0));
        }
      model->size_bytes = (guint64) MAX (0, enclave_json_get_int (entry, "size", 0));
      model->abilities = enclave_model_abilities_read (enclave_json_peek_array (entry, "capabilities"));
      /* Older servers list none; a chat is what nearly every model is for. */
      if (enclave_json_peek_array (entry, "capabilities") == NULL)
        model->abilities = ENCLAVE_MODEL_CHAT | ENCLAVE_MODEL_TOOLS;
      model->remote_host = enclave_model_find_remote (entry, model->id);
      model->digest = g_strdup (enclave_json_peek_string (entry, "digest"));
      model->context_loaded = find_loaded_window (ps, model->id);
      if (facts != NULL)
        {
          g_autofree char *key = enclave_ollama_survey_key (entry);

          take_facts (model, g_hash_table_lookup (facts, key));
        }
      g_list_store_append (store, model);
    }
  return store;
}

static guint
read_v1_window (JsonObject *entry, guint loaded_window)
{
  static const char *const names[] = { "max_model_len", "context_length", "context_window", "max_context_length" };

  for (guint i = 0; loaded_window == 0 && i < G_N_ELEMENTS (names); i++)
    loaded_window = count (enclave_json_get_int (entry, names[i], 0));
  return loaded_window;
}

GListStore *
enclave_model_info_list_from_v1 (EnclaveEndpoint *endpoint, JsonObject *models, guint loaded_window)
{
  GListStore *store = g_list_store_new (ENCLAVE_TYPE_MODEL_INFO);
  JsonArray *data = enclave_json_peek_array (models, "data");

  for (guint i = 0; data != NULL && i < MIN (json_array_get_length (data), LIST_MAX_MODELS); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (data, i);
      g_autoptr (EnclaveModelInfo) model = NULL;
      JsonObject *meta;

      if (entry == NULL || (model = model_new (endpoint, enclave_json_peek_string (entry, "id"))) == NULL)
        continue;
      meta = enclave_json_peek_object (entry, "meta");
      model->abilities = ENCLAVE_MODEL_CHAT | ENCLAVE_MODEL_TOOLS;
      /* What speaks /v1 may be Ollama in other clothes, or pass the text on. */
      model->remote_host = enclave_model_find_remote (entry, model->id);
      model->context_loaded = read_v1_window (entry, loaded_window);
      model->context_max = model->context_loaded;
      if (meta != NULL)
        {
          gint64 weights = enclave_json_get_int (meta, "n_params", 0);

          model->context_max = count (enclave_json_get_int (meta, "n_ctx_train", model->context_max));
          model->size_bytes = (guint64) MAX (0, enclave_json_get_int (meta, "size", 0));
          if (weights > 0)
            model->parameters = weights >= 1000000000 ? g_strdup_printf ("%.1fB", (double) weights / 1e9)
                                                      : g_strdup_printf ("%.1fM", (double) weights / 1e6);
        }
      g_list_store_append (store, model);
    }
  return store;
}

static void
read_lmstudio_loaded (EnclaveModelInfo *model, JsonObject *entry)
{
  JsonArray *instances = enclave_json_peek_array (entry, "loaded_instances");

  model->context_loaded = count (enclave_json_get_int (entry, "loaded_context_length", 0));
  /* Loaded more than once, it is not said which one answers: the smallest window is safe. */
  for (guint i = 0; instances != NULL && i < MIN (json_array_get_length (instances), 64); i++)
    {
      JsonObject *instance = enclave_json_array_peek_object (instances, i);
      JsonObject *config = instance != NULL ? enclave_json_peek_object (instance, "config") : NULL;
      guint window = config != NULL ? count (enclave_json_get_int (config, "context_length", 0)) : 0;

      if (window > 0 && (model->context_loaded == 0 || window < model->context_loaded))
        model->context_loaded = window;
    }
}

/* A word in older servers, {"name", "bits_per_weight"} in newer. */
static char *
read_quantization (JsonObject *entry)
{
  JsonObject *object = enclave_json_peek_object (entry, "quantization");

  return clean (enclave_json_peek_string (object != NULL ? object : entry, object != NULL ? "name" : "quantization"));
}

GListStore *
enclave_model_info_list_from_lmstudio (EnclaveEndpoint *endpoint, JsonObject *models)
{
  GListStore *store = g_list_store_new (ENCLAVE_TYPE_MODEL_INFO);
  JsonArray *data = enclave_json_peek_array (models, "models");

  if (data == NULL)
    data = enclave_json_peek_array (models, "data");
  for (guint i = 0; data != NULL && i < MIN (json_array_get_length (data), LIST_MAX_MODELS); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (data, i);
      g_autoptr (EnclaveModelInfo) model = NULL;
      JsonObject *abilities;
      const char *id;
      const char *type;

      if (entry == NULL)
        continue;
      id = enclave_json_peek_string (entry, "key");
      if ((model = model_new (endpoint, id != NULL ? id : enclave_json_peek_string (entry, "id"))) == NULL)
        continue;
      type = enclave_json_peek_string (entry, "type");
      if (type != NULL && (strcmp (type, "embedding") == 0 || strcmp (type, "embeddings") == 0))
        continue;
      model->family = clean (enclave_json_peek_string (entry, "arch"));
      model->parameters = clean (enclave_json_peek_string (entry, "params_string"));
      model->quantization = read_quantization (entry);
      model->size_bytes = (guint64) MAX (0, enclave_json_get_int (entry, "size_bytes", 0));
      model->context_max = count (enclave_json_get_int (entry, "max_context_length", 0));
      read_lmstudio_loaded (model, entry);
      abilities = enclave_json_peek_object (entry, "capabilities");
      model->abilities = ENCLAVE_MODEL_CHAT | enclave_model_abilities_read (enclave_json_peek_array (entry, "capabilities"));
      if (abilities != NULL && enclave_json_get_boolean (abilities, "trained_for_tool_use", FALSE))
        model->abilities |= ENCLAVE_MODEL_TOOLS;
      g_list_store_append (store, model);
    }
  return store;
}

char *
enclave_model_info_dup_digest (EnclaveModelInfo *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), NULL);
  if (self->digest != NULL)
    text = g_strconcat (enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (self->endpoint)), "\n", self->digest,
                        NULL);
  else
    text = g_strdup_printf ("%s\n%s\n%s\n%s\n%s\n%" G_GUINT64_FORMAT "\n%u",
                            enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (self->endpoint)), self->id,
                            enclave_model_info_get_family (self), enclave_model_info_get_parameters (self),
                            enclave_model_info_get_quantization (self), self->size_bytes, self->context_max);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

void
enclave_model_info_list_set_slots (GListStore *models, guint n_slots)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (models)); i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (G_LIST_MODEL (models), i);

      model->n_slots = n_slots;
    }
}

guint
enclave_model_info_get_n_slots (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->n_slots;
}

guint
enclave_model_info_get_context_set (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->context_set;
}

guint64
enclave_model_info_get_kv_bytes_per_token (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->kv_bytes_per_token;
}

const char *
enclave_model_info_get_id (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), NULL);
  return self->id;
}

const char *
enclave_model_info_get_name (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), NULL);
  return self->name;
}

EnclaveEndpoint *
enclave_model_info_get_endpoint (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), NULL);
  return self->endpoint;
}

const char *
enclave_model_info_get_family (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), "");
  return self->family != NULL ? self->family : "";
}

const char *
enclave_model_info_get_parameters (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), "");
  return self->parameters != NULL ? self->parameters : "";
}

const char *
enclave_model_info_get_quantization (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), "");
  return self->quantization != NULL ? self->quantization : "";
}

guint64
enclave_model_info_get_size_bytes (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->size_bytes;
}

guint
enclave_model_info_get_context_max (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->context_max;
}

guint
enclave_model_info_get_context_loaded (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->context_loaded;
}

EnclaveModelAbilities
enclave_model_info_get_abilities (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), 0);
  return self->abilities;
}

gboolean
enclave_model_info_get_remote (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), TRUE);
  return self->remote_host != NULL;
}

const char *
enclave_model_info_get_remote_host (EnclaveModelInfo *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (self), NULL);
  return self->remote_host;
}
