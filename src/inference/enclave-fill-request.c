/* enclave-fill-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fill-request.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "enclave-inference-error.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-model-record.h"
#include "enclave-window-plan.h"

/* A reply of this length takes a second on a small machine and does not push a conversation out of the server's cache. */
#define LINE_TOKENS 48
#define LINES_TOKENS 112

struct _EnclaveFillRequest
{
  char *prefix;
  char *suffix;
  GPtrArray *names;
  GPtrArray *texts;
  const char *model_suffix; /* (nullable): static */
  gboolean one_line;
};

const char *
enclave_fill_route_to_word (EnclaveFillRoute route)
{
  static const char *const words[] = { "infill", "suffix", "raw", "template", "v1-suffix" };

  g_return_val_if_fail ((guint) route < G_N_ELEMENTS (words), "");
  return words[route];
}

EnclaveFillRoute
enclave_fill_route_get_own (EnclaveEndpointKind kind)
{
  return kind == ENCLAVE_ENDPOINT_LLAMACPP ? ENCLAVE_FILL_INFILL
         : kind == ENCLAVE_ENDPOINT_OLLAMA ? ENCLAVE_FILL_SUFFIX
                                           : ENCLAVE_FILL_V1_SUFFIX;
}

const char *
enclave_fill_route_get_path (EnclaveFillRoute route)
{
  switch (route)
    {
    case ENCLAVE_FILL_INFILL:
      return "/infill";
    case ENCLAVE_FILL_SUFFIX:
    case ENCLAVE_FILL_RAW:
      return "/api/generate";
    case ENCLAVE_FILL_TEMPLATE:
    case ENCLAVE_FILL_V1_SUFFIX:
    default:
      return "/v1/completions";
    }
}

EnclaveFillRequest *
enclave_fill_request_new (const char *prefix, const char *suffix)
{
  EnclaveFillRequest *self;

  g_return_val_if_fail (prefix != NULL && suffix != NULL, NULL);

  self = g_new0 (EnclaveFillRequest, 1);
  self->prefix = g_strdup (prefix);
  self->suffix = g_strdup (suffix);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
enclave_fill_request_free (EnclaveFillRequest *self)
{
  g_free (self->prefix);
  g_free (self->suffix);
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->texts);
  g_free (self);
}

void
enclave_fill_request_add_file (EnclaveFillRequest *self, const char *name, const char *text)
{
  g_return_if_fail (self != NULL && name != NULL && text != NULL);

  g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->texts, g_strdup (text));
}

void
enclave_fill_request_set_one_line (EnclaveFillRequest *self, gboolean one_line)
{
  g_return_if_fail (self != NULL);
  self->one_line = one_line;
}

gboolean
enclave_fill_request_get_one_line (EnclaveFillRequest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->one_line;
}

void
enclave_fill_request_set_model_suffix (EnclaveFillRequest *self, const char *suffix)
{
  g_return_if_fail (self != NULL);
  self->model_suffix = suffix != NULL ? g_intern_string (suffix) : NULL;
}

guint
enclave_fill_request_get_max_tokens (EnclaveFillRequest *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->one_line ? LINE_TOKENS : LINES_TOKENS;
}

static void
explain_model (EnclaveModelInfo *model, EnclaveFimAbility ability, GError **error)
{
  const char *id = enclave_model_info_get_id (model);

  if (ability == ENCLAVE_FIM_ONLY_CHATS)
    g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                 _ ("“%s” is made for conversations: asked to fill in code, it answers in prose. Choose a base or “coder” model"), id);
  else
    g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                 _ ("“%s” is not known to fill in the middle of a text, and its server does not say that it can"), id);
}

gboolean
enclave_fill_request_guess_route (EnclaveEndpointKind kind, EnclaveModelInfo *model, EnclaveFillRoute *route,
                                   int *other_route, GError **error)
{
  const EnclaveFimTemplate *known = NULL;
  EnclaveFimAbility ability;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model) && route != NULL && other_route != NULL, FALSE);

  *other_route = -1;
  if (enclave_model_info_get_remote (model))
    {
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                   _ ("Asking “%s”: Ollama would send your text away from this machine, so nothing was sent"),
                   enclave_model_info_get_id (model));
      return FALSE;
    }
  ability = enclave_fim_template_find (enclave_model_info_get_id (model), &known);
  if (kind == ENCLAVE_ENDPOINT_OLLAMA && (enclave_model_info_get_abilities (model) & ENCLAVE_MODEL_INSERT) != 0)
    {
      *route = ENCLAVE_FILL_SUFFIX;
      *other_route = known != NULL ? ENCLAVE_FILL_RAW : -1;
      return TRUE;
    }
  /* Its names are whatever the person called the model: the server itself says whether it has the marks. */
  if (kind == ENCLAVE_ENDPOINT_LLAMACPP && ability != ENCLAVE_FIM_ONLY_CHATS)
    {
      *route = ENCLAVE_FILL_INFILL;
      *other_route = known != NULL ? ENCLAVE_FILL_TEMPLATE : -1;
      return TRUE;
    }
  if (ability != ENCLAVE_FIM_FILLS)
    {
      explain_model (model, ability, error);
      return FALSE;
    }
  *route = kind == ENCLAVE_ENDPOINT_OLLAMA ? ENCLAVE_FILL_RAW : ENCLAVE_FILL_TEMPLATE;
  return TRUE;
}

gboolean
enclave_fill_request_choose_route (EnclaveEndpointKind kind, EnclaveModelInfo *model, EnclaveFillRoute *route,
                                   int *other_route, GError **error)
{
  g_autoptr (EnclaveModelRecord) record = NULL;
  EnclaveCheckVerdict verdict;
  const char *detail;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model) && route != NULL && other_route != NULL, FALSE);

  record = enclave_model_record_load (model);
  verdict = record != NULL ? record->items[ENCLAVE_CHECK_FILL_IN].verdict : ENCLAVE_CHECK_UNKNOWN;
  if (verdict == ENCLAVE_CHECK_NO && !enclave_model_info_get_remote (model))
    {
      detail = record->items[ENCLAVE_CHECK_FILL_IN].detail;
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                   _ ("“%s” does not fill in code, the model check has found: %s"), enclave_model_info_get_id (model),
                   detail != NULL && *detail != '\0' ? detail : _ ("it failed"));
      return FALSE;
    }
  if (enclave_fill_request_guess_route (kind, model, route, other_route, error))
    return TRUE;
  if (verdict != ENCLAVE_CHECK_YES || enclave_model_info_get_remote (model))
    return FALSE;
  /* Its name says nothing or the wrong thing; it was asked and it could. */
  g_clear_error (error);
  *other_route = -1;
  *route = enclave_fill_route_get_own (kind);
  return TRUE;
}

static JsonArray *
stop_words (EnclaveFillRequest *self, const EnclaveFimTemplate *known)
{
  const char *const *words = known != NULL ? enclave_fim_template_get_stop_words (known) : NULL;
  JsonArray *array = json_array_new ();

  if (self->one_line)
    json_array_add_string_element (array, "\n");
  /* More than four are refused by servers that keep to the protocol. */
  for (guint i = 0; words != NULL && words[i] != NULL && json_array_get_length (array) < 4; i++)
    json_array_add_string_element (array, words[i]);
  return array;
}

static char *
build_prompt (EnclaveFillRequest *self, const EnclaveFimTemplate *known)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (EnclaveFimFile));

  for (guint i = 0; i < self->names->len; i++)
    {
      EnclaveFimFile file = { g_ptr_array_index (self->names, i), g_ptr_array_index (self->texts, i) };

      g_array_append_val (files, file);
    }
  return enclave_fim_template_build (known, self->prefix, self->suffix, (const EnclaveFimFile *) (void *) files->data,
                                     files->len);
}

static void
fill_infill (EnclaveFillRequest *self, JsonObject *body)
{
  JsonArray *extra = json_array_new ();

  for (guint i = 0; i < self->names->len; i++)
    {
      JsonObject *file = json_object_new ();

      json_object_set_string_member (file, "filename", g_ptr_array_index (self->names, i));
      json_object_set_string_member (file, "text", g_ptr_array_index (self->texts, i));
      json_array_add_object_element (extra, file);
    }
  json_object_set_string_member (body, "input_prefix", self->prefix);
  json_object_set_string_member (body, "input_suffix", self->suffix);
  json_object_set_array_member (body, "input_extra", extra);
  /* Older servers want it even when nothing is given. */
  json_object_set_string_member (body, "prompt", "");
  json_object_set_int_member (body, "n_predict", enclave_fill_request_get_max_tokens (self));
  json_object_set_double_member (body, "temperature", 0);
  json_object_set_boolean_member (body, "cache_prompt", TRUE);
  json_object_set_int_member (body, "t_max_predict_ms", ENCLAVE_FILL_TIMEOUT_MS);
  json_object_set_array_member (body, "stop", stop_words (self, NULL));
}

static void
fill_generate (EnclaveFillRequest *self, JsonObject *body, EnclaveModelInfo *model, const EnclaveFimTemplate *known)
{
  JsonObject *options = json_object_new ();
  g_autofree char *name = g_strconcat (enclave_model_info_get_id (model), self->model_suffix, NULL);
  guint window = enclave_window_plan_here (model);

  json_object_set_string_member (body, "model", name);
  if (known != NULL)
    {
      g_autofree char *prompt = build_prompt (self, known);

      json_object_set_string_member (body, "prompt", prompt);
      json_object_set_boolean_member (body, "raw", TRUE);
    }
  else
    {
      g_autofree char *prefix = enclave_fim_template_neutralize (self->prefix);
      g_autofree char *suffix = enclave_fim_template_neutralize (self->suffix);

      json_object_set_string_member (body, "prompt", prefix);
      json_object_set_string_member (body, "suffix", suffix);
    }
  json_object_set_int_member (options, "num_predict", enclave_fill_request_get_max_tokens (self));
  json_object_set_double_member (options, "temperature", 0);
  /* Another window than that of the conversation would have the model loaded anew with each of the two. */
  if (window > 0)
    json_object_set_int_member (options, "num_ctx", window);
  json_object_set_array_member (options, "stop", stop_words (self, known));
  json_object_set_object_member (body, "options", options);
}

/* @known: (nullable): the server's own way. */
static void
fill_completions (EnclaveFillRequest *self, JsonObject *body, EnclaveModelInfo *model, const EnclaveFimTemplate *known)
{
  g_autofree char *prompt
    = known != NULL ? build_prompt (self, known) : enclave_fim_template_neutralize (self->prefix);

  json_object_set_string_member (body, "model", enclave_model_info_get_id (model));
  json_object_set_string_member (body, "prompt", prompt);
  if (known == NULL)
    {
      g_autofree char *suffix = enclave_fim_template_neutralize (self->suffix);

      json_object_set_string_member (body, "suffix", suffix);
    }
  json_object_set_int_member (body, "max_tokens", enclave_fill_request_get_max_tokens (self));
  json_object_set_double_member (body, "temperature", 0);
  json_object_set_array_member (body, "stop", stop_words (self, known));
}

GBytes *
enclave_fill_request_to_body (EnclaveFillRequest *self, EnclaveModelInfo *model, EnclaveFillRoute route)
{
  g_autoptr (JsonObject) body = json_object_new ();
  const EnclaveFimTemplate *known = NULL;
  char *text;

  g_return_val_if_fail (self != NULL && ENCLAVE_IS_MODEL_INFO (model), NULL);

  enclave_fim_template_find (enclave_model_info_get_id (model), &known);
  g_return_val_if_fail (known != NULL || (route != ENCLAVE_FILL_RAW && route != ENCLAVE_FILL_TEMPLATE), NULL);

  json_object_set_boolean_member (body, "stream", TRUE);
  if (route == ENCLAVE_FILL_INFILL)
    fill_infill (self, body);
  else if (route == ENCLAVE_FILL_SUFFIX || route == ENCLAVE_FILL_RAW)
    fill_generate (self, body, model, route == ENCLAVE_FILL_RAW ? known : NULL);
  else
    fill_completions (self, body, model, route == ENCLAVE_FILL_TEMPLATE ? known : NULL);
  text = enclave_json_object_to_text (body);
  return g_bytes_new_take (text, strlen (text));
}
