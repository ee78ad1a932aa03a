/* enclave-ctl-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-model-check.h"

static const char *const item_names[] = {
  [ENCLAVE_CHECK_STREAM] = N_ ("Streams"),
  [ENCLAVE_CHECK_NATIVE_TOOLS] = N_ ("Calls tools"),
  [ENCLAVE_CHECK_TEXT_TOOLS] = N_ ("Calls tools as text"),
  [ENCLAVE_CHECK_SCHEMA] = N_ ("Keeps to a JSON schema"),
  [ENCLAVE_CHECK_FILL_IN] = N_ ("Fills in code"),
  [ENCLAVE_CHECK_N_ITEMS] = N_ ("Window"),
};

static const char *
describe_verdict (EnclaveCheckVerdict verdict)
{
  return verdict == ENCLAVE_CHECK_YES ? _ ("yes") : verdict == ENCLAVE_CHECK_NO ? _ ("no") : _ ("not known");
}

/* (transfer full) */
static char *
describe_window (const EnclaveModelRecord *record)
{
  switch (record->window_manner)
    {
    case ENCLAVE_WINDOW_REFUSES:
      if (record->window_measured > 0)
        return g_strdup_printf (_ ("%u tokens; what is longer is refused"), record->window_measured);
      return g_strdup (_ ("not told; what is too long is refused"));
    case ENCLAVE_WINDOW_CUTS:
      return g_strdup_printf (_ ("%u tokens; the server leaves out the rest and says nothing"), record->window_measured);
    case ENCLAVE_WINDOW_HOLDS:
      return g_strdup_printf (_ ("at least %u tokens"), record->window_measured);
    case ENCLAVE_WINDOW_UNKNOWN:
    default:
      if (record->window_stated > 0)
        return g_strdup_printf (_ ("%u tokens, says the server; it could not be measured"), record->window_stated);
      return g_strdup (_ ("could not be measured"));
    }
}

static const char *
describe_tool_form (const EnclaveModelRecord *record)
{
  const char *form = enclave_model_record_get_tool_form (record);

  if (strcmp (form, "text") == 0)
    return _ ("The agent describes its tools to this model in words and reads its calls from the text.");
  if (strcmp (form, "none") == 0)
    return _ ("This model calls no tools: it can answer and propose edits, not look round by itself.");
  return _ ("The agent gives this model its tools by way of the server.");
}

static void
print_record (const EnclaveModelRecord *record)
{
  g_autofree char *window = describe_window (record);

  enclave_ctl_print ("%s · %s\n", record->model, record->server);
  for (guint i = 0; i < ENCLAVE_CHECK_N_ITEMS; i++)
    {
      const char *detail = record->items[i].detail;

      enclave_ctl_print ("  %s: %s%s%s\n", _ (item_names[i]), describe_verdict (record->items[i].verdict),
                         detail != NULL && *detail != '\0' ? " · " : "", detail != NULL ? detail : "");
    }
  enclave_ctl_print ("  %s: %s\n", _ (item_names[ENCLAVE_CHECK_N_ITEMS]), window);
  if (record->prompt_tokens_per_second > 0)
    enclave_ctl_print (_ ("  Reads: %.0f tokens a second\n"), record->prompt_tokens_per_second);
  if (record->tokens_per_second > 0)
    enclave_ctl_print (_ ("  Writes: %.1f tokens a second\n"), record->tokens_per_second);
  enclave_ctl_print (_ ("  First word after: %u ms\n"), record->first_token_ms);
  enclave_ctl_print ("%s\n", describe_tool_form (record));
}

static void
on_step (EnclaveCheckItem item, gpointer user_data)
{
  enclave_ctl_row (_ ("Checking: %s …"), _ (item_names[item]));
}

static int
run_probe (EnclaveCtlContext *context)
{
  gboolean json = enclave_ctl_context_get_json (context);
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (EnclaveModelRecord) record = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveInferenceClient *client;

  if (n_words > 1)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl probe [MODEL]"));
  if (!enclave_ctl_context_choose_model (context, n_words == 1 ? words[0] : NULL, &server, &model, &error))
    return enclave_ctl_report_error (json, error);

  client = enclave_server_get_client (server);
  enclave_model_check_async (client, model, enclave_ctl_context_get_cancellable (context), on_step,
                             enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  record = enclave_model_check_finish (client, result, &error);
  if (record == NULL)
    return enclave_ctl_report_error (json, error);
  /* The result holds for this run all the same. */
  if (!enclave_model_record_save (record, model, &error))
    enclave_ctl_note ("%s", error->message);

  if (json)
    {
      g_autofree char *digest = enclave_model_info_dup_digest (model);
      JsonObject *object = enclave_model_record_to_json (record);

      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "endpoint", enclave_endpoint_get_uri (enclave_server_get_endpoint (server)));
      json_object_set_string_member (object, "digest", digest);
      json_object_set_array_member (object, "warnings", enclave_ctl_warnings_to_json (client));
      enclave_ctl_print_object (object);
    }
  else
    {
      enclave_ctl_note_warnings (server);
      print_record (record);
    }
  return ENCLAVE_CTL_DONE;
}

const EnclaveCtlCommand enclave_ctl_probe = {
  .name = "probe",
  .synopsis = "[MODEL]",
  .description = N_ ("Check what a model can do, by asking it"),
  .run = run_probe,
};
