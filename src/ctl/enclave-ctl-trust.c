/* enclave-ctl-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-line-diff.h"
#include "enclave-utf8.h"

#define CONTEXT_LINES 3

static EnclaveInstructions *
look (EnclaveCtlContext *context, EnclaveGate *gate, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_gate_look_at_instructions_async (gate, enclave_ctl_context_get_cancellable (context),
                                           enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_gate_look_at_instructions_finish (gate, result, error);
}

static JsonObject *
to_json (const EnclaveInstructions *instructions)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "path", instructions->name);
  json_object_set_string_member (object, "state", enclave_instructions_state_to_word (instructions->state));
  json_object_set_int_member (object, "bytes", (gint64) instructions->n_bytes);
  json_object_set_string_member (object, "sha256", instructions->digest);
  return object;
}

static int
list (EnclaveCtlContext *context, const EnclaveInstructions *instructions)
{
  if (enclave_ctl_context_get_json (context))
    {
      JsonArray *array = json_array_new ();

      if (instructions != NULL)
        json_array_add_object_element (array, to_json (instructions));
      enclave_ctl_print_array (array);
    }
  else if (instructions != NULL)
    {
      enclave_ctl_print ("%-7s  %s  %" G_GSIZE_FORMAT "  %s\n", enclave_instructions_state_to_word (instructions->state),
                         instructions->digest, instructions->n_bytes, instructions->name);
    }
  else
    {
      enclave_ctl_note (_ ("This folder brings no instructions for the agent"));
    }
  return ENCLAVE_CTL_DONE;
}

/* What has changed since it was trusted, else all of it. */
static int
show (EnclaveCtlContext *context, const EnclaveInstructions *instructions)
{
  g_autofree char *diff = NULL;

  if (instructions->state == ENCLAVE_INSTRUCTIONS_CHANGED)
    {
      g_autoptr (GPtrArray) hunks = enclave_line_diff (instructions->trusted_text, instructions->text, CONTEXT_LINES);

      diff = enclave_line_diff_to_unified (hunks, instructions->name);
    }
  if (enclave_ctl_context_get_json (context))
    {
      JsonObject *object = to_json (instructions);

      json_object_set_string_member (object, "text", instructions->text);
      if (diff != NULL)
        json_object_set_string_member (object, "diff", diff);
      enclave_ctl_print_object (object);
    }
  else
    {
      /* To be judged: what can't be seen is drawn, wherever it is printed to. */
      g_autofree char *visible = enclave_utf8_make_visible (diff != NULL ? diff : instructions->text, NULL);

      enclave_ctl_print ("%s", visible);
    }
  return ENCLAVE_CTL_DONE;
}

static gboolean
decide (EnclaveCtlContext *context, EnclaveGate *gate, const EnclaveInstructions *instructions, gboolean is_trusted,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GCancellable *cancellable = enclave_ctl_context_get_cancellable (context);

  if (is_trusted)
    enclave_gate_trust_instructions_async (gate, instructions, cancellable, enclave_ctl_context_take_result, context);
  else
    enclave_gate_distrust_instructions_async (gate, instructions->name, cancellable, enclave_ctl_context_take_result,
                                              context);
  result = enclave_ctl_context_wait (context);
  return enclave_gate_trust_instructions_finish (gate, result, error);
}

static int
change (EnclaveCtlContext *context, EnclaveGate *gate, const EnclaveInstructions *instructions, gboolean is_trusted)
{
  const char *expected = enclave_ctl_context_get_option (context, "sha256");
  g_autoptr (EnclaveInstructions) now = NULL;
  g_autoptr (GError) error = NULL;

  if (expected != NULL && g_ascii_strcasecmp (expected, instructions->digest) != 0)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, instructions->name,
                                    N_ ("Trusting %s: it is not the file with this SHA-256, but %s"), instructions->name,
                                    instructions->digest);
  else if (decide (context, gate, instructions, is_trusted, &error))
    now = look (context, gate, &error);
  if (error != NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  return list (context, now);
}

static int
run_trust (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  const char *verb = n_words == 1 ? words[0] : "";
  gboolean is_list = strcmp (verb, "list") == 0;
  gboolean is_show = strcmp (verb, "show") == 0;
  gboolean is_add = strcmp (verb, "add") == 0;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveInstructions) instructions = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_list && !is_show && !is_add && strcmp (verb, "remove") != 0)
    return enclave_ctl_context_refuse_usage (context,
                                             _ ("Usage: enclavectl trust list, show, add [--sha256 DIGEST] or remove"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL)
    instructions = look (context, gate, &error);
  if (error == NULL && instructions == NULL && !is_list)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
                                    N_ ("This folder brings no instructions for the agent"));
  if (error != NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  if (is_list)
    return list (context, instructions);
  return is_show ? show (context, instructions) : change (context, gate, instructions, is_add);
}

static const EnclaveCtlOption options[] = {
  { "sha256", "DIGEST", N_ ("Trust the file only if this is its SHA-256, as “trust list” shows it") },
};

const EnclaveCtlCommand enclave_ctl_trust = {
  .name = "trust",
  .synopsis = "list | show | add | remove",
  .description = N_ ("What the folder tells the agent, and whether you trust it"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_trust,
};
