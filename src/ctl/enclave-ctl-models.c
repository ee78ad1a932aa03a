/* enclave-ctl-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-model-advice.h"
#include "enclave-window-plan.h"

static JsonArray *
abilities_to_json (EnclaveModelAbilities abilities)
{
  static const struct
  {
    EnclaveModelAbilities ability;
    const char *word;
  } words[] = {
    { ENCLAVE_MODEL_CHAT, "chat" },         { ENCLAVE_MODEL_TOOLS, "tools" },   { ENCLAVE_MODEL_INSERT, "insert" },
    { ENCLAVE_MODEL_THINKING, "thinking" }, { ENCLAVE_MODEL_VISION, "vision" },
  };
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((abilities & words[i].ability) != 0)
      json_array_add_string_element (array, words[i].word);
  return array;
}

JsonArray *
enclave_ctl_warnings_to_json (EnclaveInferenceClient *client)
{
  EnclaveServerWarnings warnings = enclave_inference_client_get_warnings (client);
  JsonArray *array = json_array_new ();

  for (guint flag = 1; flag <= warnings; flag <<= 1)
    if ((warnings & flag) != 0)
      json_array_add_string_element (array, enclave_server_warning_to_word (flag));
  return array;
}

void
enclave_ctl_note_warnings (EnclaveServer *server)
{
  EnclaveServerWarnings warnings = enclave_inference_client_get_warnings (enclave_server_get_client (server));

  for (guint flag = 1; flag <= warnings; flag <<= 1)
    if ((warnings & flag) != 0)
      enclave_ctl_note ("%s: %s", enclave_endpoint_get_address (enclave_server_get_endpoint (server)),
                        enclave_server_warning_to_sentence (flag));
}

static JsonObject *
advice_to_json (EnclaveModelInfo *info)
{
  EnclaveModelAdvice advice;
  JsonObject *object = json_object_new ();

  enclave_model_advice_make_here (info, &advice);
  json_object_set_string_member (object, "place", enclave_model_place_to_word (advice.place));
  json_object_set_int_member (object, "needed_bytes", (gint64) advice.needed_bytes);
  json_object_set_double_member (object, "tokens_per_second", advice.tokens_per_second);
  json_object_set_boolean_member (object, "measured", advice.measured);
  return object;
}

static JsonObject *
model_to_json (EnclaveServer *server, EnclaveModelInfo *info)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", enclave_model_info_get_id (info));
  json_object_set_string_member (object, "endpoint", enclave_endpoint_get_uri (endpoint));
  json_object_set_string_member (object, "kind", enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (endpoint)));
  json_object_set_string_member (object, "family", enclave_model_info_get_family (info));
  json_object_set_string_member (object, "parameters", enclave_model_info_get_parameters (info));
  json_object_set_string_member (object, "quantization", enclave_model_info_get_quantization (info));
  json_object_set_int_member (object, "size_bytes", (gint64) enclave_model_info_get_size_bytes (info));
  json_object_set_int_member (object, "context_max", enclave_model_info_get_context_max (info));
  json_object_set_int_member (object, "context_loaded", enclave_model_info_get_context_loaded (info));
  json_object_set_int_member (object, "context_planned", enclave_window_plan_here (info));
  json_object_set_array_member (object, "warnings", enclave_ctl_warnings_to_json (enclave_server_get_client (server)));
  json_object_set_array_member (object, "capabilities", abilities_to_json (enclave_model_info_get_abilities (info)));
  json_object_set_boolean_member (object, "remote", enclave_model_info_get_remote (info));
  if (!enclave_model_info_get_remote (info))
    json_object_set_object_member (object, "advice", advice_to_json (info));
  if (enclave_model_info_get_remote_host (info) != NULL)
    json_object_set_string_member (object, "remote_host", enclave_model_info_get_remote_host (info));
  return object;
}

static void
print_model (EnclaveServer *server, EnclaveModelInfo *info)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  EnclaveModelAdvice advice;
  g_autofree char *refused = NULL;
  g_autofree char *facts = NULL;

  if (enclave_model_info_get_remote (info))
    refused = g_strdup_printf (_ ("refused: runs on %s"), enclave_model_info_get_remote_host (info) != NULL
                                                            ? enclave_model_info_get_remote_host (info)
                                                            : _ ("another machine"));
  enclave_model_advice_make_here (info, &advice);
  facts = enclave_model_advice_dup_facts (&advice, TRUE);
  enclave_ctl_print ("%-40s  %-10s  %s  %s  %s\n", enclave_model_info_get_id (info),
                     enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (endpoint)),
                     enclave_endpoint_get_address (endpoint),
                     refused != NULL ? refused : enclave_model_info_get_parameters (info),
                     refused != NULL ? "" : *facts != '\0' ? facts : _ ("window not told"));
}

/* @trouble: (out) (nullable): what the last server of the user's own said that has no models. Borrowed. */
static guint
add_models (EnclaveServerList *servers, JsonArray *array, const char **trouble)
{
  guint n_ready = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);
      GListModel *models = enclave_server_get_models (server);

      n_ready += enclave_server_get_state (server) == ENCLAVE_SERVER_READY ? 1 : 0;
      if (enclave_server_get_state (server) == ENCLAVE_SERVER_READY)
        enclave_ctl_note_warnings (server);
      if (enclave_server_get_is_configured (server) && *enclave_server_get_message (server) != '\0')
        *trouble = enclave_server_get_message (server);
      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, k);

          if (array != NULL)
            json_array_add_object_element (array, model_to_json (server, info));
          else
            print_model (server, info);
        }
    }
  return n_ready;
}

static int
run_models (EnclaveCtlContext *context)
{
  gboolean json = enclave_ctl_context_get_json (context);
  g_autoptr (JsonArray) array = json ? json_array_new () : NULL;
  EnclaveServerList *servers;
  const char *trouble = NULL;
  g_autoptr (GError) error = NULL;
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);

  if (n_words == 2 && strcmp (words[0], "inspect") == 0)
    return enclave_ctl_inspect_model (context, words[1]);
  if (n_words == 2 && strcmp (words[0], "import") == 0)
    return enclave_ctl_import_model (context, words[1]);
  if (n_words > 0)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl models [inspect FILE | import FILE]"));
  servers = enclave_ctl_context_find_servers (context, &error);
  if (servers == NULL)
    return enclave_ctl_report_error (json, error);
  if (add_models (servers, array, &trouble) == 0)
    {
      g_set_error (&error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                   _ ("Listing models: no server is ready (%s); start one, or give its address with --endpoint"),
                   trouble != NULL ? trouble : _ ("none answers on this machine"));
      return enclave_ctl_report_error (json, error);
    }
  if (trouble != NULL)
    enclave_ctl_note ("%s", trouble);
  if (json)
    enclave_ctl_print_array (g_steal_pointer (&array));
  return ENCLAVE_CTL_DONE;
}

static const EnclaveCtlOption options[] = {
  { "name", "NAME", N_ ("What an imported model is called; made from the file’s name by default") },
  { "sha256", "SUM", N_ ("Import the file only if this is its SHA-256") },
};

const EnclaveCtlCommand enclave_ctl_models = {
  .name = "models",
  .synopsis = "[inspect FILE | import FILE]",
  .description = N_ ("List the models of all servers that answer, or look at a model file, or give it to Ollama"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_models,
};
