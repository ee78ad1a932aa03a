/* enclave-ctl-audit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "enclave-audit-view.h"
#include "enclave-ctl-commands.h"
#include "enclave-json.h"

/* What `show` prints unless told otherwise. */
#define SHOW_RECORDS 200

static JsonObject *
report_to_json (const EnclaveAuditReport *report, gboolean has_key)
{
  JsonObject *object = json_object_new ();
  JsonArray *notes = json_array_new ();

  json_object_set_boolean_member (object, "ok", report->fault == ENCLAVE_AUDIT_HOLDS);
  json_object_set_string_member (object, "verdict", enclave_audit_fault_to_word (report->fault));
  json_object_set_int_member (object, "records", (gint64) report->n_records);
  json_object_set_int_member (object, "first_seq", (gint64) report->first_seq);
  json_object_set_int_member (object, "last_seq", (gint64) report->last_seq);
  json_object_set_int_member (object, "seals", (gint64) report->n_seals);
  json_object_set_int_member (object, "sealed_seq", (gint64) report->sealed_seq);
  json_object_set_int_member (object, "anchors", report->n_anchors);
  json_object_set_boolean_member (object, "key", has_key);
  for (guint i = 0; i < report->notes->len; i++)
    json_array_add_string_element (notes, g_ptr_array_index (report->notes, i));
  json_object_set_array_member (object, "notes", notes);
  if (report->fault != ENCLAVE_AUDIT_HOLDS)
    {
      JsonObject *error = json_object_new ();

      json_object_set_string_member (error, "domain", "audit");
      json_object_set_string_member (error, "code", enclave_audit_fault_to_word (report->fault));
      json_object_set_int_member (error, "seq", (gint64) report->bad_seq);
      if (report->bad_file != NULL)
        {
          json_object_set_string_member (error, "file", report->bad_file);
          json_object_set_int_member (error, "line", (gint64) report->bad_line);
        }
      json_object_set_string_member (error, "message", report->message);
      json_object_set_object_member (object, "error", error);
    }

  return object;
}

static void
print_report (const EnclaveAuditReport *report, gboolean has_key, gboolean whole)
{
  for (guint i = 0; i < report->notes->len; i++)
    enclave_ctl_note ("%s", (const char *) g_ptr_array_index (report->notes, i));
  if (whole && report->n_anchors == 0)
    enclave_ctl_note (_ ("There is no anchor: a tail that was cut off, or a log that was written anew, would not show"));
  else if (!has_key)
    enclave_ctl_note (_ ("There is no keyring: the chain is plain and its anchor is a file, which whoever can write both can "
                         "change"));
  if (report->fault == ENCLAVE_AUDIT_HOLDS)
    {
      enclave_ctl_print (ngettext ("The audit log holds: %" PRIu64 " record, up to number %" PRIu64 "\n",
                                   "The audit log holds: %" PRIu64 " records, up to number %" PRIu64 "\n",
                                   (gulong) report->n_records),
                         report->n_records, report->last_seq);
      return;
    }
  enclave_ctl_note (_ ("Verifying the audit log: %s"), report->message);
  if (report->bad_file != NULL)
    enclave_ctl_note (_ ("First bad record: number %" PRIu64 ", %s, line %" PRIu64), report->bad_seq,
                      report->bad_file, report->bad_line);
  else
    enclave_ctl_note (_ ("First bad record: number %" PRIu64), report->bad_seq);
}

static int
verify (EnclaveCtlContext *context, const char *path)
{
  gboolean json = enclave_ctl_context_get_json (context);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveAuditReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_key = FALSE;

  enclave_audit_view_verify_async (path, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                   context);
  result = enclave_ctl_context_wait (context);
  report = enclave_audit_view_verify_finish (result, &has_key, &error);
  if (report == NULL)
    return enclave_ctl_report_error (json, error);
  if (report->n_records == 0 && report->fault == ENCLAVE_AUDIT_HOLDS)
    {
      if (json)
        enclave_ctl_print_object (report_to_json (report, has_key));
      enclave_ctl_note (_ ("There is nothing to verify: the audit log has no record"));
      return ENCLAVE_CTL_NOTHING;
    }
  if (json)
    enclave_ctl_print_object (report_to_json (report, has_key));
  else
    print_report (report, has_key, path == NULL);

  return report->fault == ENCLAVE_AUDIT_HOLDS ? ENCLAVE_CTL_DONE : ENCLAVE_CTL_FAILED;
}

/* `show`: the newest records for people, or as one JSON array. `export`: all of them, a line each. */
static int
print_records (EnclaveCtlContext *context, const char *path, gboolean all)
{
  gboolean json = enclave_ctl_context_get_json (context);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (GError) error = NULL;

  entries = enclave_audit_view_read (path, all ? G_MAXUINT : SHOW_RECORDS, &error);
  if (entries == NULL)
    return enclave_ctl_report_error (json, error);
  for (guint i = 0; i < entries->len && !enclave_ctl_output_is_broken (); i++)
    {
      EnclaveAuditEntry *entry = g_ptr_array_index (entries, i);
      const char *line = enclave_audit_entry_get_line (entry);

      if (all)
        enclave_ctl_print ("%s\n", line);
      else if (json)
        {
          JsonObject *object = enclave_json_parse_object (line, -1, NULL);

          if (object != NULL)
            json_array_add_object_element (array, object);
        }
      else
        {
          g_autofree char *text = enclave_audit_entry_to_text (entry);

          enclave_ctl_print ("%s\n", text);
        }
    }
  if (!all && json)
    enclave_ctl_print_array (g_steal_pointer (&array));

  return ENCLAVE_CTL_DONE;
}

static int
run_audit (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  const char *path = n_words == 2 ? words[1] : NULL;

  if (n_words >= 1 && n_words <= 2 && strcmp (words[0], "show") == 0)
    return print_records (context, path, FALSE);
  if (n_words >= 1 && n_words <= 2 && strcmp (words[0], "verify") == 0)
    return verify (context, path);
  if (n_words >= 1 && n_words <= 2 && strcmp (words[0], "export") == 0)
    return print_records (context, path, TRUE);
  return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl audit show|verify|export [FILE]"));
}

const EnclaveCtlCommand enclave_ctl_audit = {
  .name = "audit",
  .synopsis = "show | verify | export [FILE]",
  .description = N_ ("Show, check or export the record of what the agent did"),
  .run = run_audit,
};
