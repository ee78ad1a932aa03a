/* enclave-ctl-complete.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-completion-engine.h"
#include "enclave-completion-models.h"
#include "enclave-ctl-commands.h"
#include "enclave-text-file.h"

/* FILE:LINE:COLUMN; a name may have colons. */
static gboolean
read_place (const char *word, char **file, guint *line, guint *column)
{
  const char *second = strrchr (word, ':');
  g_autofree char *rest = second != NULL ? g_strndup (word, (gsize) (second - word)) : NULL;
  char *first = rest != NULL ? strrchr (rest, ':') : NULL;
  guint64 numbers[2];

  if (first == NULL || first == rest || !g_ascii_string_to_unsigned (first + 1, 10, 1, G_MAXINT, &numbers[0], NULL)
      || !g_ascii_string_to_unsigned (second + 1, 10, 1, G_MAXINT, &numbers[1], NULL))
    return FALSE;
  *file = g_strndup (rest, (gsize) (first - rest));
  *line = (guint) numbers[0];
  *column = (guint) numbers[1];
  return TRUE;
}

/* Bytes before the place. FALSE with ENCLAVE_CTL_ERROR_USAGE when the text has no such place. */
static gboolean
find_place (const char *text, guint line, guint column, gsize *caret, GError **error)
{
  const char *at = text;
  guint in_line = 1;

  for (guint i = 1; i < line && at != NULL; i++)
    {
      at = strchr (at, '\n');
      at = at != NULL ? at + 1 : NULL;
    }
  for (; at != NULL && in_line < column && *at != '\0' && *at != '\n' && *at != '\r'; in_line++)
    at = g_utf8_next_char (at);
  if (at == NULL || in_line < column)
    {
      g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE, _ ("Completing: the text has no line %u, column %u"),
                   line, column);
      return FALSE;
    }
  *caret = (gsize) (at - text);
  return TRUE;
}

/* The path is judged before anything is read. */
static gboolean
judge (EnclaveCtlContext *context, EnclaveGate *gate, const char *file, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) before = NULL;
  g_autoptr (EnclaveContextItem) after = NULL;

  enclave_gate_admit_caret_async (gate, "", 0, 0, 0, file, enclave_ctl_context_get_cancellable (context),
                                  enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_gate_admit_caret_finish (gate, result, &before, &after, error);
}

static char *
read_text (EnclaveCtlContext *context, EnclaveGate *gate, const char *file, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) location = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveTextFile) loaded = NULL;

  if (!judge (context, gate, file, error))
    return NULL;
  if (enclave_ctl_context_get_option (context, "stdin") != NULL)
    {
      text = enclave_ctl_read_input (context, error);
      if (text != NULL && !g_utf8_validate (text, -1, NULL))
        {
          g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading %s: it is not UTF-8 text"),
                       _ ("standard input"));
          return NULL;
        }
      return g_steal_pointer (&text);
    }
  path = enclave_gate_dup_true_path (gate, file);
  location = g_file_new_for_path (path);
  enclave_text_file_load_async (location, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                context);
  result = enclave_ctl_context_wait (context);
  loaded = enclave_text_file_load_finish (result, error);
  return loaded != NULL ? g_strdup (enclave_text_file_get_text (loaded)) : NULL;
}

static gboolean
choose_model (EnclaveCtlContext *context, EnclaveServer **server, EnclaveModelInfo **model, GError **error)
{
  EnclaveServerList *servers = enclave_ctl_context_find_servers (context, error);
  GSettings *settings = enclave_ctl_context_get_settings (context);
  const char *wanted = enclave_ctl_context_get_option (context, "model");
  g_autofree char *chosen = settings != NULL ? g_settings_get_string (settings, "completion-model") : NULL;

  if (servers == NULL)
    return FALSE;
  /* A wish only: with another server, it may not be there. */
  if (wanted == NULL && chosen != NULL && *chosen != '\0'
      && enclave_completion_model_find (servers, chosen, server, model, NULL))
    return TRUE;
  return enclave_completion_model_find (servers, wanted, server, model, error);
}

static char *
suggest (EnclaveCtlContext *context, EnclaveCompletionEngine *engine, EnclaveCompletionPlace *place,
         EnclaveFillRoute *route, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_completion_engine_suggest_async (engine, place, enclave_ctl_context_get_cancellable (context),
                                           enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_completion_engine_suggest_finish (engine, result, route, error);
}

static void
print (gboolean json, const char *text, gint64 took_us, EnclaveFillRoute route, EnclaveServer *server,
       EnclaveModelInfo *model)
{
  if (json)
    {
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "text", text);
      json_object_set_string_member (object, "model", enclave_model_info_get_id (model));
      json_object_set_string_member (object, "endpoint", enclave_endpoint_get_uri (enclave_server_get_endpoint (server)));
      json_object_set_string_member (object, "route", enclave_fill_route_to_word (route));
      json_object_set_double_member (object, "latency_ms", (double) took_us / 1000);
      enclave_ctl_print_object (object);
    }
  else if (*text == '\0')
    enclave_ctl_note ("%s", _ ("The model has nothing to suggest there"));
  else
    {
      enclave_ctl_print_content (text);
      enclave_ctl_print ("\n");
    }
}

static int
run_complete (EnclaveCtlContext *context)
{
  gboolean json = enclave_ctl_context_get_json (context);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (EnclaveCompletionEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;
  g_autofree char *suggestion = NULL;
  const char *const *words;
  EnclaveFillRoute route = ENCLAVE_FILL_INFILL;
  guint n_words, line, column;
  gsize caret;
  gint64 asked_us = 0;

  words = enclave_ctl_context_get_words (context, &n_words);
  if (n_words != 1 || !read_place (words[0], &file, &line, &column))
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl complete FILE:LINE:COLUMN"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL && (text = read_text (context, gate, file, &error)) != NULL
      && find_place (text, line, column, &caret, &error) && choose_model (context, &server, &model, &error))
    {
      engine = enclave_completion_engine_new (gate);
      enclave_gate_set_endpoint_address (gate, enclave_endpoint_get_address (enclave_server_get_endpoint (server)));
      enclave_completion_engine_set_model (engine, enclave_server_get_client (server), model);
      asked_us = g_get_monotonic_time ();
      suggestion = suggest (context, engine, enclave_completion_place_new (text, caret, file), &route, &error);
    }
  if (suggestion == NULL)
    return enclave_ctl_report_error (json, error);
  print (json, suggestion, g_get_monotonic_time () - asked_us, route, server, model);
  return ENCLAVE_CTL_DONE;
}

static const EnclaveCtlOption options[] = {
  { "stdin", NULL, N_ ("The text comes from standard input; the path is judged all the same") },
};

const EnclaveCtlCommand enclave_ctl_complete = {
  .name = "complete",
  .synopsis = "FILE:LINE:COLUMN",
  .description = N_ ("Suggest what could stand at one place of a file"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_complete,
};
