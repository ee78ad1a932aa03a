/* enclave-egress-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-egress-private.h"

#include <string.h>
#include <unistd.h>

#include "enclave-audit-format.h"
#include "enclave-audit-view.h"
#include "enclave-net-client.h"

#define REFUSALS_MAX 100

static void
sum_free (EnclaveEgressSum *sum)
{
  g_free (sum->address);
  g_free (sum->by);
  g_free (sum->mode);
  g_free (sum->first);
  g_free (sum);
}

static void
refusal_free (EnclaveEgressRefusal *refusal)
{
  g_free (refusal->address);
  g_free (refusal->by);
  g_free (refusal->reason);
  g_free (refusal->last);
  g_free (refusal);
}

void
enclave_egress_report_free (EnclaveEgressReport *report)
{
  if (report == NULL)
    return;
  g_ptr_array_unref (report->sums);
  g_ptr_array_unref (report->refusals);
  g_free (report);
}

static EnclaveEgressSum *
find_sum (EnclaveEgressReport *report, const char *address, const char *by)
{
  EnclaveEgressSum *sum;

  for (guint i = 0; i < report->sums->len; i++)
    {
      sum = g_ptr_array_index (report->sums, i);
      if (strcmp (sum->address, address) == 0 && strcmp (sum->by, by) == 0)
        return sum;
    }
  sum = g_new0 (EnclaveEgressSum, 1);
  sum->address = g_strdup (address);
  sum->by = g_strdup (by);
  sum->mode = g_strdup (ENCLAVE_EGRESS_DIRECT);
  g_ptr_array_add (report->sums, sum);
  return sum;
}

static void
add_refusal (EnclaveEgressReport *report, const char *address, const char *by, const char *reason, const char *time, guint n)
{
  EnclaveEgressRefusal *refusal;

  report->n_refused += n;
  for (guint i = 0; i < report->refusals->len; i++)
    {
      refusal = g_ptr_array_index (report->refusals, i);
      if (strcmp (refusal->address, address) == 0 && strcmp (refusal->by, by) == 0 && strcmp (refusal->reason, reason) == 0)
        {
          refusal->n += n;
          g_free (refusal->last);
          refusal->last = g_strdup (time);
          return;
        }
    }
  if (report->refusals->len >= REFUSALS_MAX)
    return;
  refusal = g_new0 (EnclaveEgressRefusal, 1);
  refusal->address = g_strdup (address);
  refusal->by = g_strdup (by);
  refusal->reason = g_strdup (reason);
  refusal->last = g_strdup (time);
  refusal->n = n;
  g_ptr_array_add (report->refusals, refusal);
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
add_entry (EnclaveEgressReport *report, EnclaveAuditEntry *entry)
{
  const char *event = or_empty (enclave_audit_entry_get_string (entry, "event"));
  const char *address = or_empty (enclave_audit_entry_get_string (entry, "endpoint"));
  const char *by = or_empty (enclave_audit_entry_get_string (entry, "actor"));
  const char *mode = enclave_audit_entry_get_string (entry, "mode");
  const char *time = or_empty (enclave_audit_entry_get_string (entry, "time"));
  guint times = (guint) CLAMP (enclave_audit_entry_get_number (entry, "times"), 1, G_MAXINT);
  EnclaveEgressSum *sum;

  if (strcmp (event, "refused") == 0)
    {
      add_refusal (report, address, by, or_empty (enclave_audit_entry_get_string (entry, "reason")), time, times);
      return;
    }
  sum = find_sum (report, address, by);
  sum->is_local = enclave_audit_entry_get_number (entry, "local") != 0;
  if (sum->first == NULL)
    sum->first = g_strdup (time);
  if (mode != NULL)
    {
      g_free (sum->mode);
      sum->mode = g_strdup (mode);
    }
  if (strcmp (event, "opened") == 0)
    {
      sum->n_opened += times;
      sum->n_uncounted += strcmp (sum->mode, ENCLAVE_EGRESS_BOX) == 0 ? times : 0;
    }
  else if (strcmp (event, "failed") == 0)
    sum->n_failed += times;
  sum->sent += (guint64) MAX (enclave_audit_entry_get_number (entry, "sent"), 0);
  sum->received += (guint64) MAX (enclave_audit_entry_get_number (entry, "received"), 0);
}

/* The newest file and the one before it: what a run of a window writes is less. */
static void
read_ledger (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveEgressReport *report = g_new0 (EnclaveEgressReport, 1);
  g_autoptr (GDateTime) since = g_date_time_new_from_unix_utc (*(gint64 *) task_data / G_USEC_PER_SEC);
  g_autofree char *seconds = g_date_time_format (since, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *bound = g_strdup_printf ("%s.%06dZ", seconds, (int) (*(gint64 *) task_data % G_USEC_PER_SEC));
  g_autoptr (GPtrArray) files = enclave_audit_list_files_in (ENCLAVE_EGRESS_FOLDER);

  report->sums = g_ptr_array_new_with_free_func ((GDestroyNotify) sum_free);
  report->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) refusal_free);
  for (guint i = files->len > 2 ? files->len - 2 : 0; i < files->len; i++)
    {
      g_autoptr (GPtrArray) entries = enclave_audit_view_read (g_ptr_array_index (files, i), G_MAXUINT, NULL);

      for (guint k = 0; entries != NULL && k < entries->len; k++)
        {
          EnclaveAuditEntry *entry = g_ptr_array_index (entries, k);

          if (g_strcmp0 (enclave_audit_entry_get_string (entry, "kind"), "connection") == 0
              && strcmp (or_empty (enclave_audit_entry_get_string (entry, "time")), bound) >= 0)
            add_entry (report, entry);
        }
    }
  g_task_return_pointer (task, report, (GDestroyNotify) enclave_egress_report_free);
}

static void
add_open (const EnclaveEgressConnection *connection, guint64 sent, guint64 received, gpointer user_data)
{
  EnclaveEgressSum *sum = find_sum (user_data, connection->address, connection->by);

  sum->is_local = connection->is_local;
  sum->sent += sent;
  sum->received += received;
}

static void
finish (GTask *task, EnclaveEgressReport *report)
{
  _enclave_egress_foreach_open (add_open, report);
  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);

      if (sum->is_local)
        continue;
      report->n_uncounted_elsewhere += sum->n_uncounted;
      report->sent_elsewhere += sum->sent;
      report->received_elsewhere += sum->received;
    }
  g_task_return_pointer (task, report, (GDestroyNotify) enclave_egress_report_free);
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveEgressReport *report = g_steal_pointer (&((gpointer *) g_task_get_task_data (task))[1]);
  g_autoptr (GPtrArray) counts = enclave_net_client_report_finish (result, NULL);

  for (guint i = 0; counts != NULL && i < counts->len; i++)
    {
      const EnclaveNetCount *count = g_ptr_array_index (counts, i);
      EnclaveEgressSum *sum = find_sum (report, count->address, count->by);

      sum->sent += count->sent;
      sum->received += count->received;
    }
  finish (task, report);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveEgressReport *report = g_task_propagate_pointer (G_TASK (result), NULL);
  gpointer *held;

  if (report == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
      return;
    }
  if (!enclave_net_client_is_alive ())
    {
      finish (task, report);
      return;
    }
  held = g_new0 (gpointer, 2);
  held[1] = report;
  g_task_set_task_data (task, held, g_free);
  enclave_net_client_report_async (on_counted, g_steal_pointer (&task));
}

void
enclave_egress_report_async (gint64 since_us, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) reading = g_task_new (NULL, NULL, on_read, task);

  g_task_set_source_tag (task, enclave_egress_report_async);
  g_task_set_task_data (reading, g_memdup2 (&since_us, sizeof since_us), g_free);
  g_task_run_in_thread (reading, read_ledger);
}

EnclaveEgressReport *
enclave_egress_report_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gint64
enclave_egress_get_start_us (void)
{
  static gint64 start;
  g_autofree char *text = NULL;
  g_autofree char *uptime = NULL;
  const char *after;
  unsigned long long ticks = 0;

  if (start != 0)
    return start;
  start = g_get_real_time ();
  /* proc(5): the 22nd field, in ticks since the start of the system. */
  if (g_file_get_contents ("/proc/self/stat", &text, NULL, NULL) && (after = strrchr (text, ')')) != NULL
      && g_file_get_contents ("/proc/uptime", &uptime, NULL, NULL))
    {
      g_auto (GStrv) fields = g_strsplit (after + 2, " ", 22);

      if (g_strv_length (fields) > 19)
        {
          ticks = g_ascii_strtoull (fields[19], NULL, 10);
          start -= (gint64) (g_ascii_strtod (uptime, NULL) * G_USEC_PER_SEC) - (gint64) (ticks * G_USEC_PER_SEC / (guint64) sysconf (_SC_CLK_TCK));
        }
    }
  return start;
}
