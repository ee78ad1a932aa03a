/* enclave-activity-filter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-activity-filter.h"

#include "enclave-utf8.h"

static gboolean
is_any (const char *word, const char *const *words)
{
  return word != NULL && g_strv_contains (words, word);
}

EnclaveActivityKind
enclave_activity_kind_of (EnclaveAuditEntry *entry)
{
  const char *const refusals[] = { "denied", "refused", "unanswered", "undeclared", NULL };
  const char *effect = enclave_audit_entry_get_string (entry, "effect");

  if (g_strcmp0 (effect, "trust") == 0)
    return ENCLAVE_ACTIVITY_EVERYTHING;
  if (is_any (enclave_audit_entry_get_string (entry, "decision"), refusals))
    return ENCLAVE_ACTIVITY_REFUSED;
  if (g_strcmp0 (effect, "read") == 0)
    return ENCLAVE_ACTIVITY_READ;
  if (g_strcmp0 (effect, "write") == 0)
    return ENCLAVE_ACTIVITY_WROTE;
  if (g_strcmp0 (effect, "run") == 0)
    return ENCLAVE_ACTIVITY_RAN;

  return ENCLAVE_ACTIVITY_EVERYTHING;
}

gboolean
enclave_activity_is_git_query (EnclaveAuditEntry *entry)
{
  static const char *const queries[] = { "git status ", "git diff ", "git log ", "git show ", "git blame ", "git for-each-ref ",
                                         "git rev-parse ", "git cat-file ", "git ls-files ", "git check-attr " };
  const char *path = enclave_audit_entry_get_string (entry, "path");

  if (path == NULL || g_strcmp0 (enclave_audit_entry_get_string (entry, "effect"), "run") != 0
      || g_strcmp0 (enclave_audit_entry_get_string (entry, "actor"), "user") != 0
      || enclave_activity_kind_of (entry) == ENCLAVE_ACTIVITY_REFUSED)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    if (g_str_has_prefix (path, queries[i]))
      return TRUE;
  return FALSE;
}

gboolean
enclave_activity_matches (EnclaveAuditEntry *entry, EnclaveActivityKind kind, const char *const *words)
{
  static const char *const members[] = { "path", "tool", "actor", "rule", "decision", "arguments", "note", "level" };
  g_autoptr (GString) text = NULL;
  g_autofree char *folded = NULL;

  if (kind == ENCLAVE_ACTIVITY_WITHOUT_GIT_QUERIES ? enclave_activity_is_git_query (entry)
                                                   : kind != ENCLAVE_ACTIVITY_EVERYTHING && enclave_activity_kind_of (entry) != kind)
    return FALSE;
  if (words == NULL || words[0] == NULL)
    return TRUE;
  text = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *value = enclave_audit_entry_get_string (entry, members[i]);

      if (value != NULL)
        g_string_append_printf (text, "%s\n", value);
    }
  folded = g_utf8_casefold (text->str, -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static const char *
verb_of (EnclaveAuditEntry *entry)
{
  const char *decision = enclave_audit_entry_get_string (entry, "decision");
  const char *effect = enclave_audit_entry_get_string (entry, "effect");

  if (g_strcmp0 (effect, "trust") == 0)
    return g_strcmp0 (decision, "approved") == 0 ? _ ("Trusted by you: %s") : _ ("Trusted by you no longer: %s");
  if (g_strcmp0 (decision, "denied") == 0)
    return _ ("Denied: %s");
  if (g_strcmp0 (decision, "refused") == 0)
    return _ ("Refused by you: %s");
  if (g_strcmp0 (decision, "unanswered") == 0)
    return _ ("Not answered: %s");
  if (g_strcmp0 (decision, "undeclared") == 0)
    return _ ("Not declared by the tool: %s");
  if (g_strcmp0 (decision, "approved") == 0)
    return _ ("Approved: %s");
  if (g_strcmp0 (decision, "finished") == 0)
    return _ ("Finished: %s");
  if (g_strcmp0 (decision, "masked") == 0)
    return _ ("Masked a text from %s");
  if (g_strcmp0 (effect, "write") == 0)
    return _ ("Wrote %s");
  if (g_strcmp0 (effect, "propose") == 0)
    return _ ("Proposed a change of %s");
  if (g_strcmp0 (effect, "run") == 0)
    return _ ("Ran %s");
  return _ ("Read %s");
}

char *
enclave_activity_dup_title (EnclaveAuditEntry *entry)
{
  const char *note = enclave_audit_entry_get_string (entry, "note");
  const char *path = enclave_audit_entry_get_string (entry, "path");
  g_autofree char *shown = NULL;

  if (g_strcmp0 (note, "no-keyring") == 0)
    return g_strdup (_ ("The log is not sealed: there is no keyring"));
  if (g_strcmp0 (note, "writable-again") == 0)
    return g_strdup (_ ("The log can be written again"));
  if (path == NULL)
    path = note != NULL ? note : enclave_audit_entry_get_string (entry, "tool");
  shown = enclave_utf8_display_name (path != NULL ? path : "");
  if (note != NULL)
    return g_steal_pointer (&shown);
  {
    g_auto (GStrv) parts = g_strsplit (verb_of (entry), "%s", 2);

    /* A translation's format is not a format here: what is in a path must stay as it is. */
    return g_strconcat (parts[0], shown, parts[1], NULL);
  }
}

char *
enclave_activity_dup_time (EnclaveAuditEntry *entry, const char *format)
{
  const char *text = enclave_audit_entry_get_string (entry, "time");
  g_autoptr (GDateTime) utc = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, format) : g_strdup ("");
}

static void
add (GString *text, const char *value)
{
  g_autofree char *shown = NULL;

  if (value == NULL || *value == '\0')
    return;
  shown = enclave_utf8_display_name (value);
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", shown);
}

char *
enclave_activity_dup_details (EnclaveAuditEntry *entry)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *time = enclave_activity_dup_time (entry, "%x %X");
  const char *rule = enclave_audit_entry_get_string (entry, "rule");
  const char *level = enclave_audit_entry_get_string (entry, "level");

  add (text, time);
  add (text, enclave_audit_entry_get_string (entry, "actor"));
  add (text, enclave_audit_entry_get_string (entry, "tool"));
  if (rule != NULL)
    {
      g_autofree char *named = g_strdup_printf (_ ("rule %s"), rule);

      add (text, named);
    }
  if (enclave_audit_entry_has_number (entry, "exit_status"))
    {
      g_autofree char *status = g_strdup_printf (_ ("exit %d"), (int) enclave_audit_entry_get_number (entry, "exit_status"));

      add (text, status);
    }
  if (enclave_audit_entry_get_string (entry, "result_digest") != NULL)
    {
      g_autofree char *size = g_format_size ((guint64) enclave_audit_entry_get_number (entry, "result_bytes"));

      /* it has a no-break space, which would be shown as something hidden */
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", size);
    }
  if (level != NULL && enclave_activity_kind_of (entry) == ENCLAVE_ACTIVITY_RAN)
    {
      g_autofree char *named = g_strdup_printf (_ ("sandbox %s"), level);

      add (text, named);
    }
  add (text, enclave_audit_entry_get_string (entry, "endpoint"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}
