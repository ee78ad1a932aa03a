/* enclave-model-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-report.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
enclave_model_report_get_title (EnclaveCheckItem item)
{
  switch (item)
    {
    case ENCLAVE_CHECK_STREAM:
      return _ ("Streams its reply");
    case ENCLAVE_CHECK_NATIVE_TOOLS:
      return _ ("Calls tools");
    case ENCLAVE_CHECK_TEXT_TOOLS:
      return _ ("Calls tools as text");
    case ENCLAVE_CHECK_SCHEMA:
      return _ ("Follows a JSON schema");
    case ENCLAVE_CHECK_FILL_IN:
      return _ ("Completes code in the middle");
    case ENCLAVE_CHECK_N_ITEMS:
    default:
      return _ ("Context window");
    }
}

const char *
enclave_model_report_get_question (EnclaveCheckItem item)
{
  switch (item)
    {
    case ENCLAVE_CHECK_STREAM:
      return _ ("Do you see its words as they come?");
    case ENCLAVE_CHECK_NATIVE_TOOLS:
      return _ ("Does it call the agent’s tools by way of the server?");
    case ENCLAVE_CHECK_TEXT_TOOLS:
      return _ ("Can it write such calls into its reply?");
    case ENCLAVE_CHECK_SCHEMA:
      return _ ("Does the server hold a reply to a form?");
    case ENCLAVE_CHECK_FILL_IN:
      return _ ("Can it suggest code while you type?");
    case ENCLAVE_CHECK_N_ITEMS:
    default:
      return _ ("How much does it hold, and what becomes of more?");
    }
}

const char *
enclave_model_report_get_verdict (EnclaveCheckVerdict verdict)
{
  return verdict == ENCLAVE_CHECK_YES ? _ ("Yes") : verdict == ENCLAVE_CHECK_NO ? _ ("No") : _ ("Not known");
}

static const char *
get_meaning (const EnclaveModelRecord *record, EnclaveCheckItem item)
{
  const char *form = enclave_model_record_get_tool_form (record);
  gboolean yes = record->items[item].verdict == ENCLAVE_CHECK_YES;
  gboolean no = record->items[item].verdict == ENCLAVE_CHECK_NO;

  switch (item)
    {
    case ENCLAVE_CHECK_STREAM:
      return no ? _ ("you see nothing of a reply until all of it is there") : NULL;
    case ENCLAVE_CHECK_NATIVE_TOOLS:
      if (yes)
        return _ ("The agent gives it tools by way of the server");
      return no && strcmp (form, "none") == 0 ? _ ("it can’t look round or run commands by itself") : NULL;
    case ENCLAVE_CHECK_TEXT_TOOLS:
      if (yes)
        return strcmp (form, "text") == 0 ? _ ("Enclave reads its calls from the reply") : _ ("Used if native calls fail");
      return NULL;
    case ENCLAVE_CHECK_SCHEMA:
      return yes ? _ ("The server holds a reply to a form") : no ? _ ("Enclave checks replies itself") : NULL;
    case ENCLAVE_CHECK_FILL_IN:
      return yes ? _ ("Suggestions while typing can use this model")
             : no ? _ ("suggestions while typing don’t use this model")
                  : NULL;
    case ENCLAVE_CHECK_N_ITEMS:
    default:
      return NULL;
    }
}

char *
enclave_model_report_dup_item (const EnclaveModelRecord *record, EnclaveCheckItem item)
{
  const char *detail;
  const char *meaning;

  g_return_val_if_fail (record != NULL && (guint) item < ENCLAVE_CHECK_N_ITEMS, NULL);

  detail = record->items[item].detail;
  meaning = get_meaning (record, item);
  if (item == ENCLAVE_CHECK_STREAM && record->items[item].verdict == ENCLAVE_CHECK_YES)
    return record->first_token_ms < 1000
             ? g_strdup_printf (_ ("First word after %u ms"), record->first_token_ms)
             : g_strdup_printf (_ ("First word after %.1f s"), record->first_token_ms / 1000.0);
  if (detail == NULL || *detail == '\0')
    return g_strdup (meaning != NULL ? meaning : "");
  /* Translators: what was seen; what it means. */
  return meaning != NULL ? g_strdup_printf (_ ("%s; %s"), detail, meaning) : g_strdup (detail);
}

gboolean
enclave_model_report_window_is_bad (const EnclaveModelRecord *record)
{
  g_return_val_if_fail (record != NULL, FALSE);

  return record->window_manner == ENCLAVE_WINDOW_CUTS
         || (record->window_manner == ENCLAVE_WINDOW_REFUSES && record->window_measured > 0
             && record->window_measured < record->window_stated / 10 * 9);
}

char *
enclave_model_report_dup_window (const EnclaveModelRecord *record, guint context_max)
{
  g_autofree char *found = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  switch (record->window_manner)
    {
    case ENCLAVE_WINDOW_REFUSES:
      if (record->window_measured == 0)
        found = g_strdup (_ ("Not told; what is too long is refused"));
      else if (record->window_stated > 0)
        found = g_strdup_printf (_ ("Stated %'u, measured %'u; what is longer is refused"), record->window_stated,
                                 record->window_measured);
      else
        found = g_strdup_printf (_ ("Not told, measured %'u; what is longer is refused"), record->window_measured);
      break;
    case ENCLAVE_WINDOW_CUTS:
      found = record->window_stated > 0
                ? g_strdup_printf (_ ("Stated %'u, measured %'u: the server leaves out the rest and says nothing"),
                                   record->window_stated, record->window_measured)
                : g_strdup_printf (_ ("Measured %'u: the server leaves out the rest and says nothing"),
                                   record->window_measured);
      break;
    case ENCLAVE_WINDOW_HOLDS:
      found = record->window_stated > 0 ? g_strdup_printf (_ ("Stated %'u, held %'u when tried"), record->window_stated,
                                                           record->window_measured)
                                        : g_strdup_printf (_ ("Not told, held %'u when tried"), record->window_measured);
      break;
    case ENCLAVE_WINDOW_UNKNOWN:
    default:
      found = record->window_stated > 0 ? g_strdup_printf (_ ("Stated %'u; could not be measured"), record->window_stated)
                                        : g_strdup (_ ("Could not be measured"));
    }
  if (context_max > 0 && context_max != record->window_stated)
    return g_strdup_printf (_ ("%s; the model allows %'u"), found, context_max);
  return g_steal_pointer (&found);
}

const char *
enclave_model_report_get_headline (const EnclaveModelRecord *record)
{
  const char *form;

  g_return_val_if_fail (record != NULL, NULL);

  form = enclave_model_record_get_tool_form (record);
  if (strcmp (form, "none") == 0)
    return _ ("Answers and proposes edits, calls no tools");
  if (strcmp (form, "text") == 0)
    return _ ("Ready to edit and run commands, by calls in its text");
  if (record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict != ENCLAVE_CHECK_YES)
    return _ ("Answers; whether it calls tools is not known");
  return _ ("Ready to edit and run commands");
}

const char *
enclave_model_report_get_manner (const EnclaveModelRecord *record)
{
  const char *form;

  g_return_val_if_fail (record != NULL, NULL);

  form = enclave_model_record_get_tool_form (record);
  if (strcmp (form, "text") == 0)
    return _ ("The agent describes its tools to this model in words and reads its calls from the text.");
  if (strcmp (form, "none") == 0)
    return _ ("This model calls no tools: it can answer and propose edits, not look round by itself.");
  return _ ("The agent gives this model its tools by way of the server.");
}

char *
enclave_model_report_dup_when (const EnclaveModelRecord *record)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *day = NULL;

  g_return_val_if_fail (record != NULL, NULL);

  time = g_date_time_new_from_unix_local (record->checked_at);
  /* Translators: a day and a time of the day, as for g_date_time_format(). */
  day = time != NULL ? g_date_time_format (time, _ ("%e %B %Y, %H:%M")) : NULL;
  g_strchug (day != NULL ? day : (day = g_strdup ("")));
  if (*day == '\0')
    return g_strdup (_ ("checked"));
  if (record->took_ms == 0)
    return g_strdup_printf (_ ("checked %s"), day);
  return g_strdup_printf (_ ("checked %s in %u s"), day, MAX (1, (record->took_ms + 500) / 1000));
}
