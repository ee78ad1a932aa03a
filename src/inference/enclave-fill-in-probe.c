/* enclave-fill-in-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fill-in-probe.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-deadline-private.h"
#include "enclave-fill-request.h"
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
  EnclaveModelInfo *model;
  EnclaveEndpointKind kind;
  EnclaveFillRoute route;
  int other_route; /* -1: none */
  guint window;
  char *detail;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  enclave_deadline_free (probe->deadline);
  g_object_unref (probe->model);
  g_free (probe->detail);
  g_free (probe);
}

static GBytes *
build_body (Probe *probe, gboolean enforces_local)
{
  g_autoptr (JsonObject) root = json_object_new ();
  const char *id = enclave_model_info_get_id (probe->model);
  g_autofree char *name = g_strconcat (id, enforces_local ? ":local" : NULL, NULL);
  gboolean writes_marks = probe->route == ENCLAVE_FILL_TEMPLATE || probe->route == ENCLAVE_FILL_RAW;
  char *text;

  json_object_set_boolean_member (root, "stream", FALSE);
  json_object_set_string_member (root, "model", name);
  if (writes_marks)
    {
      const EnclaveFimTemplate *known = NULL;
      g_autofree char *prompt = NULL;

      enclave_fim_template_find (id, &known);
      prompt = enclave_fim_template_build (known, PREFIX, SUFFIX, NULL, 0);
      json_object_set_string_member (root, "prompt", prompt);
    }
  else if (probe->route != ENCLAVE_FILL_INFILL)
    {
      json_object_set_string_member (root, "prompt", PREFIX);
      json_object_set_string_member (root, "suffix", SUFFIX);
    }
  if (probe->route == ENCLAVE_FILL_INFILL)
    {
      json_object_set_string_member (root, "input_prefix", PREFIX);
      json_object_set_string_member (root, "input_suffix", SUFFIX);
      /* Some versions do not go without it. */
      json_object_set_string_member (root, "prompt", "");
      json_object_set_int_member (root, "n_predict", MAX_TOKENS);
    }
  else if (probe->route == ENCLAVE_FILL_SUFFIX || probe->route == ENCLAVE_FILL_RAW)
    {
      JsonObject *options = json_object_new ();

      if (writes_marks)
        json_object_set_boolean_member (root, "raw", TRUE);
      json_object_set_int_member (options, "num_predict", MAX_TOKENS);
      if (probe->window > 0)
        json_object_set_int_member (options, "num_ctx", probe->window);
      json_object_set_object_member (root, "options", options);
    }
  else
    json_object_set_int_member (root, "max_tokens", MAX_TOKENS);
  text = enclave_json_object_to_text (root);
  return g_bytes_new_take (text, strlen (text));
}

/* As completion itself will ask; where it would not ask at all, by the server's own way. */
static void
choose_route (Probe *probe)
{
  if (enclave_fill_request_guess_route (probe->kind, probe->model, &probe->route, &probe->other_route, NULL))
    return;
  probe->other_route = -1;
  probe->route = enclave_fill_route_get_own (probe->kind);
}

static const char *
read_text (JsonObject *reply, EnclaveFillRoute route)
{
  JsonArray *choices = enclave_json_peek_array (reply, "choices");
  JsonObject *choice = choices != NULL ? enclave_json_array_peek_object (choices, 0) : NULL;

  if (route == ENCLAVE_FILL_INFILL)
    return enclave_json_peek_string (reply, "content");
  if (route == ENCLAVE_FILL_SUFFIX || route == ENCLAVE_FILL_RAW)
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
  const char *text = read_text (reply, probe->route);
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

/* What passes says nothing about the model. */
static gboolean
will_pass (const GError *error)
{
  return g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE)
         || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT)
         || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_BUSY)
         || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LOADING);
}

static void send (GTask *task);

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
  else if (will_pass (error))
    {
      verdict = ENCLAVE_CHECK_UNKNOWN;
      probe->detail = g_strdup (error->message);
    }
  else if (probe->other_route >= 0)
    {
      probe->route = (EnclaveFillRoute) probe->other_route;
      probe->other_route = -1;
      send (g_steal_pointer (&task));
      return;
    }
  else
    probe->detail = g_strdup (error->message);
  g_task_return_int (task, verdict);
}

static void
send (GTask *task)
{
  EnclaveInferenceClient *client = g_task_get_source_object (task);
  Probe *probe = g_task_get_task_data (task);
  g_autoptr (GBytes) body = build_body (probe, enclave_inference_client_get_enforces_local (client));

  enclave_inference_client_fetch_async (client, "POST", enclave_fill_route_get_path (probe->route), body,
                                        enclave_deadline_get_cancellable (probe->deadline), on_reply, task);
}

void
enclave_fill_in_probe_async (EnclaveInferenceClient *client, EnclaveModelInfo *model, guint window, guint timeout_ms,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Probe *probe;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client) && ENCLAVE_IS_MODEL_INFO (model));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_fill_in_probe_async);
  g_task_set_check_cancellable (task, FALSE);
  probe = g_new0 (Probe, 1);
  probe->deadline = enclave_deadline_new (cancellable, timeout_ms);
  probe->kind = enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client));
  probe->model = g_object_ref (model);
  probe->window = window;
  choose_route (probe);
  g_task_set_task_data (task, probe, probe_free);
  if (enclave_model_info_get_remote (model))
    {
      g_task_return_int (task, ENCLAVE_CHECK_NO);
      g_object_unref (task);
      return;
    }
  send (task);
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
