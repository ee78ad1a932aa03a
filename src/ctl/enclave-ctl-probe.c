/* enclave-ctl-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-model-advice.h"
#include "enclave-model-check.h"
#include "enclave-model-report.h"
#include "enclave-model-switches.h"

static JsonObject *
switches_to_json (EnclaveModelInfo *model)
{
  EnclaveModelSwitches switches;
  gboolean set = enclave_model_switches_load (model, &switches);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "family", enclave_model_switches_get_family (model));
  json_object_set_boolean_member (object, "set", set);
  json_object_set_boolean_member (object, "can_switch_thinking", enclave_model_switches_can_think (model));
  json_object_set_string_member (object, "thinking", enclave_thinking_to_word (switches.thinking));
  json_object_set_double_member (object, "temperature", switches.temperature);
  json_object_set_int_member (object, "reply_tokens", switches.reply_tokens);
  return object;
}

static void
print_switches (EnclaveModelInfo *model)
{
  EnclaveModelSwitches switches;
  g_autofree char *temperature = NULL;
  g_autofree char *reply = NULL;

  enclave_model_switches_load (model, &switches);
  temperature = switches.temperature >= 0 ? g_strdup_printf ("%.2f", switches.temperature)
                                          : g_strdup (_ ("the server’s own"));
  reply = switches.reply_tokens > 0 ? g_strdup_printf (_ ("%u tokens"), switches.reply_tokens)
                                    : g_strdup (_ ("as the window allows"));
  if (enclave_model_switches_can_think (model))
    enclave_ctl_print (_ ("  Thinking: %s\n"), enclave_thinking_to_word (switches.thinking));
  enclave_ctl_print (_ ("  Temperature: %s; replies: %s\n"), temperature, reply);
}

static void
print_record (const EnclaveModelRecord *record, EnclaveModelInfo *model)
{
  g_autofree char *window = enclave_model_report_dup_window (record, enclave_model_info_get_context_max (model));
  g_autofree char *when = enclave_model_report_dup_when (record);
  g_autofree char *facts = NULL;
  EnclaveModelAdvice advice;

  enclave_ctl_print ("%s · %s · %s\n%s\n", record->model, record->server, when,
                     enclave_model_report_get_headline (record));
  for (guint i = 0; i < ENCLAVE_CHECK_N_ITEMS; i++)
    {
      g_autofree char *meaning = enclave_model_report_dup_item (record, i);

      enclave_ctl_print ("  %s: %s%s%s\n", enclave_model_report_get_title (i),
                         enclave_model_report_get_verdict (record->items[i].verdict), *meaning != '\0' ? " · " : "",
                         meaning);
    }
  enclave_ctl_print ("  %s: %s\n", enclave_model_report_get_title (ENCLAVE_CHECK_N_ITEMS), window);
  if (record->prompt_tokens_per_second > 0)
    enclave_ctl_print (_ ("  Reads: %.0f tokens a second\n"), record->prompt_tokens_per_second);
  if (record->tokens_per_second > 0)
    enclave_ctl_print (_ ("  Writes: %.1f tokens a second\n"), record->tokens_per_second);
  enclave_model_advice_make (model, record, enclave_machine_get_default (), &advice);
  facts = enclave_model_advice_dup_facts (&advice, TRUE);
  if (advice.place != ENCLAVE_PLACE_UNKNOWN)
    enclave_ctl_print (_ ("  On this machine: %s\n"), facts);
  print_switches (model);
  enclave_ctl_print ("%s\n", enclave_model_report_get_manner (record));
}

static void
on_step (EnclaveCheckItem item, const EnclaveModelRecord *so_far, gpointer user_data)
{
  enclave_ctl_row (_ ("Checking: %s …"), enclave_model_report_get_title (item));
}

/* FALSE when an option holds what it can't. */
static gboolean
read_number (const char *text, double most, double *value)
{
  char *end = NULL;

  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *value >= 0 && *value <= most;
}

/* What is asked for on the line is kept for the model, before it is checked. FALSE: wrong usage. */
static gboolean
read_switches (EnclaveCtlContext *context, EnclaveModelSwitches *switches, gboolean *given)
{
  const char *thinking = enclave_ctl_context_get_option (context, "thinking");
  const char *temperature = enclave_ctl_context_get_option (context, "temperature");
  const char *reply = enclave_ctl_context_get_option (context, "reply-tokens");
  double number;

  *given = thinking != NULL || temperature != NULL || reply != NULL;
  if (thinking != NULL && !enclave_thinking_from_word (thinking, &switches->thinking))
    return FALSE;
  if (temperature != NULL)
    {
      if (!read_number (temperature, 2, &number))
        return FALSE;
      switches->temperature = number;
    }
  if (reply != NULL)
    {
      if (!read_number (reply, 1024 * 1024, &number))
        return FALSE;
      switches->reply_tokens = (guint) number;
    }
  return TRUE;
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
  EnclaveModelSwitches switches = { 0 };
  gboolean given;

  if (!read_switches (context, &switches, &given))
    return enclave_ctl_context_refuse_usage (
      context, _ ("--thinking takes auto, on or off, --temperature 0 to 2, --reply-tokens a number"));
  if (n_words > 1)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl probe [MODEL]"));
  if (!enclave_ctl_context_choose_model (context, n_words == 1 ? words[0] : NULL, &server, &model, &error))
    return enclave_ctl_report_error (json, error);
  if (given)
    {
      enclave_model_switches_load (model, &switches);
      read_switches (context, &switches, &given);
      if (!enclave_model_switches_save (&switches, model, &error))
        return enclave_ctl_report_error (json, error);
    }

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
      json_object_set_object_member (object, "switches", switches_to_json (model));
      json_object_set_array_member (object, "warnings", enclave_ctl_warnings_to_json (client));
      enclave_ctl_print_object (object);
    }
  else
    {
      enclave_ctl_note_warnings (server);
      print_record (record, model);
    }
  return ENCLAVE_CTL_DONE;
}

static const EnclaveCtlOption options[] = {
  { "thinking", "auto|on|off", N_ ("Keep for this model whether it thinks before it answers") },
  { "temperature", "NUMBER", N_ ("Keep its temperature, 0 to 2") },
  { "reply-tokens", "NUMBER", N_ ("Keep how long a reply may be; 0: as the window allows") },
};

const EnclaveCtlCommand enclave_ctl_probe = {
  .name = "probe",
  .synopsis = "[MODEL]",
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .description = N_ ("Check what a model can do, by asking it"),
  .run = run_probe,
};
