/* enclave-confine-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-confine-report.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-gate-error.h"

const char *
enclave_confine_report_find (const char *report, const char *word)
{
  const char *at = report;
  gsize length = strlen (word);

  while (at != NULL && !(strncmp (at, word, length) == 0 && (at[length] == ' ' || at[length] == '\n')))
    {
      at = strchr (at, '\n');
      at = at != NULL ? at + 1 : NULL;
    }
  return at != NULL ? at + length + (at[length] == ' ' ? 1 : 0) : NULL;
}

GError *
enclave_confine_report_dup_failure (const char *report, gboolean was_ended)
{
  const char *failed = enclave_confine_report_find (report, "failed");

  if (failed != NULL)
    {
      g_autofree char *sentence = g_strndup (failed, strcspn (failed, "\n"));

      return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                     N_ ("The command could not be confined and was not run: %s"), sentence);
    }
  if (enclave_confine_report_find (report, "ready") == NULL && !was_ended)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                   N_ ("The command could not be confined and was not run: the launcher ended"));
  return NULL;
}

int
enclave_confine_report_get_status (const char *report)
{
  const char *status = enclave_confine_report_find (report, "status");

  return status != NULL ? atoi (status) : SIGKILL;
}

char *
enclave_confine_report_describe_limit (const char *report)
{
  const char *limit = enclave_confine_report_find (report, "limit");
  guint number = limit != NULL && strchr (limit, ' ') != NULL ? (guint) atoi (strchr (limit, ' ') + 1) : 0;

  if (limit == NULL)
    return NULL;
  if (g_str_has_prefix (limit, "processes"))
    return g_strdup_printf ("more than %u processes and threads", number);
  if (g_str_has_prefix (limit, "memory"))
    return g_strdup_printf ("more than %u MiB of memory", number);
  return g_strdup_printf ("less than %u %% of this machine’s memory left", number);
}

void
enclave_confine_report_describe_refusals (const char *report, gboolean only_outside, GString *text)
{
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], " ", 3);

      /* A tool of ours shows what git says; why it finds no repository git does not know. */
      if (g_strv_length (parts) == 3 && strcmp (parts[0], "refused") == 0
          && (!only_outside || strcmp (parts[1], "builtin:outside-project") == 0))
        /* Translators: the path of a file, and the name of the rule that denies it */
        g_string_append_printf (text, "[Enclave kept “%s” from this command: rule %s]", parts[2], parts[1]);
      else
        continue;
      g_string_append (text, "\r\n");
    }
}
