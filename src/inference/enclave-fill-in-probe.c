/* enclave-fill-in-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fill-in-probe.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-deadline-private.h"
#include "enclave-inference-client-private.h"
#include "enclave-json.h"
#include "enclave-model-info-private.h"

#define PREFIX "int\nadd (int a, int b)\n{\n  return "
/* Long enough to be seen in the server's count of tokens. */
#define SUFFIX \
  ";\n}\n\nint\nsubtract (int a, int b)\n{\n  return a - b;\n}\n\nint\nmultiply (int a, int b)\n{\n  return a * b;\n}\n\n" \
  "int\nmain (void)\n{\n  return add (1, 2) + subtract (3, 4) + multiply (5, 6);\n}\n"
#define MAX_TOKENS 24
/* No tokenizer makes fewer of the prefix and the suffix together. */
#define MIN_PROMPT_TOKENS 40

static const char *const markers[] = { "<fim", "<|fim", "<PRE>", "<SUF>", "<MID>", "[SUFFIX]", "[PREFIX]", "<｜fim" };

typedef struct
{
  EnclaveDeadline *deadline;
  EnclaveEndpointKind kind;
  char *detail;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  enclave_deadline_free (probe->deadline);
  g_free (probe->detail);
  g_free (probe);
}

static const char *
path_for (EnclaveEndpointKind kind)
{
  return kind == ENCLAVE_ENDPOINT_LLAMACPP ? "/infill" : kind == ENCLAVE_ENDPOINT_OLLAMA ? "/api/generate"
                                                                                           : "/v1/completions";
}

static GBytes *
build_body (EnclaveInferenceClient *client, EnclaveEndpointKind kind, const char *model, guint window)
{
  g_autoptr (JsonObject) root = json_object_new ();
  g_autofree char *name = g_strconcat (model, enclave_inference_client_get_enforces_local (client) ? ":local" : NULL,
                                       NULL);
  char *text;

  json_object_set_boolean_member (root, "stream", FALSE);
  json_object_set_string_member (root, "model", name);
  if (kind == ENCLAVE_ENDPOINT_LLAMACPP)
    {
      json_object_set_string_member (root, "input_prefix", PREFIX);
      json_object_set_string_member (root, "input_suffix", SUFFIX);
      /* Some versions do not go without it. */
      json_object_set_string_member (root, "prompt", "");
      json_object_set_int_member (root, "n_predict", MAX_TOKENS);
    }
  else
    {
      json_object_set_string_member (root, "prompt", PREFIX);
      json_object_set_string_member (root, "suffix", SUFFIX);
      if (kind == ENCLAVE_ENDPOINT_OLLAMA)
        {
          JsonObject *options = json_object_new ();

          json_object_set_int_member (options, "num_predict", MAX_TOKENS);
          if (window > 0)
            json_object_set_int_member (options, "num_ctx", window);
          json_object_set_object_member (root, "options", options);
        }
      else
        json_object_set_int_member (root, "max_tokens", MAX_TOKENS);
    }
  text = enclave_json_object_to_text (root);
  return g_bytes_new_take (text, strlen (text));
}

static const char *
read_text (JsonObject *reply, EnclaveEndpointKind kind)
{
  JsonArray *choices = enclave_json_peek_array (reply, "choices");
  JsonObject *choice = choices != NULL ? enclave_json_array_peek_object (choices, 0) : NULL;

  if (kind == ENCLAVE_ENDPOINT_LLAMACPP)
    return enclave_json_peek_string (reply, "content");
  if (kind == ENCLAVE_ENDPOINT_OLLAMA)
    return enclave_json_peek_string (reply, "response");
  return choice != NULL ? enclave_json_peek_string (choice, "text") : NULL;
}

/* What the server says it has read; 0 when it does not say. */
static gint64
read_prompt_tokens (JsonObject *reply, EnclaveEndpointKind kind)
{
  JsonObject *timings = enclave_json_peek_object (reply, "timings");
  JsonObject *usage = enclave_json_peek_object (reply, "usage");

  if (kind == ENCLAVE_ENDPOINT_OLLAMA)
    return enclave_json_get_int (reply, "prompt_eval_count", 0);
  if (usage != NULL)
    return enclave_json_get_int (usage, "prompt_tokens", 0);
  if (timings != NULL)
    return enclave_json_get_int (timings, "prompt_n", 0) + enclave_json_get_int (timings, "cache_n", 0);
  return enclave_json_get_int (reply, "tokens_evaluated", 0);
}

static EnclaveCheckVerdict
judge (Probe *probe, JsonObject *reply, gboolean counts_whole)
{
  const char *text = read_text (reply, probe->kind);
  gint64 tokens = read_prompt_tokens (reply, probe->kind);
  g_autofree char *bare = g_strstrip (g_strdup (text != NULL ? text : ""));

  for (guint i = 0; i < G_N_ELEMENTS (markers); i++)
    if (strstr (bare, markers[i]) != NULL)
      {
        probe->detail = g_strdup (_ ("The model writes its own marks into the text"));
        return ENCLAVE_CHECK_NO;
      }
  if (counts_whole && tokens > 0 && tokens < MIN_PROMPT_TOKENS)
    {
      probe->detail = g_strdup_printf (_ ("The server left out what stands round the gap: it read %d tokens"), (int) tokens);
      return ENCLAVE_CHECK_NO;
    }
  if (bare[0] == '\0')
    {
      probe->detail = g_strdup (_ ("Nothing was filled in"));
      return ENCLAVE_CHECK_NO;
    }
  if (g_str_has_prefix (bare, "```"))
    {
      probe->detail = g_strdup (_ ("The model answers as in a conversation instead of filling in"));
      return ENCLAVE_CHECK_NO;
    }
  return ENCLAVE_CHECK_YES;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveInferenceClient *client = ENCLAVE_INFERENCE_CLIENT (source);
  Probe *probe = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply = enclave_inference_client_fetch_finish (client, result, &error);
  EnclaveCheckVerdict verdict = ENCLAVE_CHECK_NO;
  g_autofree char *remote = NULL;

  if (reply != NULL && (remote = enclave_model_find_remote (reply, "")) != NULL)
    probe->detail = g_strdup_printf (_ ("The server passes this on to “%s”"), remote);
  else if (reply != NULL)
    verdict = judge (probe, reply, enclave_inference_client_counts_whole_prompt (client));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      verdict = ENCLAVE_CHECK_UNKNOWN;
      if (enclave_deadline_is_over (probe->deadline))
        probe->detail = g_strdup (_ ("The answer took too long"));
    }
  else
    probe->detail = g_strdup (error->message);
  g_task_return_int (task, verdict);
}

void
enclave_fill_in_probe_async (EnclaveInferenceClient *client, EnclaveModelInfo *model, guint window, guint timeout_ms,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GBytes) body = NULL;
  GTask *task;
  Probe *probe;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client) && ENCLAVE_IS_MODEL_INFO (model));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_fill_in_probe_async);
  g_task_set_check_cancellable (task, FALSE);
  probe = g_new0 (Probe, 1);
  probe->deadline = enclave_deadline_new (cancellable, timeout_ms);
  probe->kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client));
  g_task_set_task_data (task, probe, probe_free);
  if (enclave_model_info_get_remote (model))
    {
      g_task_return_int (task, ENCLAVE_CHECK_NO);
      g_object_unref (task);
      return;
    }
  body = build_body (client, probe->kind, enclave_model_info_get_id (model), window);
  enclave_inference_client_fetch_async (client, "POST", path_for (probe->kind), body,
                                        enclave_deadline_get_cancellable (probe->deadline), on_reply, task);
}

EnclaveCheckVerdict
enclave_fill_in_probe_finish (EnclaveInferenceClient *client, GAsyncResult *result, char **detail)
{
  Probe *probe;

  g_return_val_if_fail (g_task_is_valid (result, client), ENCLAVE_CHECK_UNKNOWN);
  probe = g_task_get_task_data (G_TASK (result));
  if (detail != NULL)
    *detail = g_steal_pointer (&probe->detail);
  return (EnclaveCheckVerdict) g_task_propagate_int (G_TASK (result), NULL);
}
