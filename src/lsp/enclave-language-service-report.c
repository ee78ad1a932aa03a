/* enclave-language-service-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all servers of a project say together.
 */

#include "config.h"

#include "enclave-language-service-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-utf8.h"

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
enclave_language_service_list_paths (EnclaveLanguageService *self)
{
  GPtrArray *all;
  g_autoptr (GHashTable) seen = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);

  all = g_ptr_array_new_with_free_func (g_free);
  seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->servers->len; i++)
    {
      g_autoptr (GPtrArray) paths = enclave_language_server_list_paths (g_ptr_array_index (self->servers, i));

      for (guint k = 0; k < paths->len; k++)
        if (g_hash_table_add (seen, g_ptr_array_index (paths, k)))
          g_ptr_array_add (all, g_strdup (g_ptr_array_index (paths, k)));
    }
  g_ptr_array_sort (all, compare_paths);
  return all;
}

/* FALSE: no room. */
static gboolean
append_report (EnclaveLanguageService *self, GString *report, const char *path)
{
  g_autoptr (GPtrArray) all = enclave_language_service_dup_diagnostics (self, path);
  g_autofree char *shown = enclave_utf8_display_name (path);

  /* The rules may have changed since. */
  if (enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict == ENCLAVE_VERDICT_DENY)
    return TRUE;
  for (guint i = 0; i < all->len; i++)
    {
      const EnclaveDiagnostic *one = g_ptr_array_index (all, i);
      g_autofree char *line = enclave_diagnostic_to_line (one);

      if (report->len + strlen (shown) + strlen (line) + 32 > ENCLAVE_LANGUAGE_MENTION_BYTES)
        return FALSE;
      g_string_append_printf (report, "%s:%u:%u: %s\n", shown, one->range.start.line + 1, one->range.start.unit + 1, line);
    }
  return TRUE;
}

char *
enclave_language_service_dup_report (EnclaveLanguageService *self, const char *path)
{
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GPtrArray) paths = NULL;
  gboolean whole = TRUE;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);

  if (path != NULL)
    whole = append_report (self, report, path);
  else
    {
      paths = enclave_language_service_list_paths (self);
      for (guint i = 0; i < paths->len && whole; i++)
        whole = append_report (self, report, g_ptr_array_index (paths, i));
    }
  if (!whole)
    g_string_append (report, "(there are more)\n");
  return report->len > 0 ? g_string_free (g_steal_pointer (&report), FALSE) : NULL;
}

void
enclave_language_service_count (EnclaveLanguageService *self, guint *n_errors, guint *n_warnings)
{
  g_autoptr (GPtrArray) paths = enclave_language_service_list_paths (self);

  *n_errors = *n_warnings = 0;
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GPtrArray) all = enclave_language_service_dup_diagnostics (self, g_ptr_array_index (paths, i));

      for (guint k = 0; k < all->len; k++)
        {
          EnclaveDiagnosticSeverity severity = ((EnclaveDiagnostic *) g_ptr_array_index (all, k))->severity;

          *n_errors += severity == ENCLAVE_DIAGNOSTIC_ERROR;
          *n_warnings += severity == ENCLAVE_DIAGNOSTIC_WARNING;
        }
    }
}

/* The titles of those that know @path, as far as they are @off or not. (transfer full) */
static char *
join_titles (EnclaveLanguageService *self, const char *path, gboolean off)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) titles = NULL;

  for (guint i = 0; i < self->servers->len; i++)
    {
      EnclaveLanguageServer *server = g_ptr_array_index (self->servers, i);
      const EnclaveLanguageKind *kind = enclave_language_server_get_kind (server);

      if (enclave_language_kind_knows (kind, path) && _enclave_language_service_is_off (self, server) == off)
        g_strv_builder_add (builder, kind->title);
    }
  titles = g_strv_builder_end (builder);
  return g_strjoinv (", ", titles);
}

char *
enclave_language_service_dup_reason (EnclaveLanguageService *self, const char *path)
{
  g_autofree char *left = NULL;
  g_autofree char *off = NULL;
  EnclaveLanguageServer *server;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self) && path != NULL, NULL);

  left = join_titles (self, path, FALSE);
  off = join_titles (self, path, TRUE);
  if (*left == '\0' && *off == '\0')
    return g_strdup (_("No language server knows files like this one"));
  if (!self->enabled)
    return g_strdup (_("Language servers are switched off in the preferences"));
  if (*left == '\0')
    /* Translators: one or more programs, such as "Python LSP Server, Pyright" */
    return g_strdup_printf (_("Switched off in the preferences: %s"), off);
  if (self->consent == ENCLAVE_LANGUAGE_CONSENT_REFUSED)
    return g_strdup (_("Language servers are off in this project: see Preferences"));
  if (enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict == ENCLAVE_VERDICT_DENY)
    return g_strdup (_("The deny-list keeps this file from language servers"));
  server = _enclave_language_service_choose (self, path);
  if (server == NULL)
    /* Translators: one or more programs, such as "Python LSP Server, Pyright" */
    return g_strdup_printf (_("Not installed on this machine: %s"), left);
  if (self->consent == ENCLAVE_LANGUAGE_CONSENT_NONE && enclave_language_server_get_program (server) != NULL)
    return g_strdup (_("The question about language servers is still open"));
  if (enclave_language_server_get_state (server) == ENCLAVE_LANGUAGE_SERVER_FAILED)
    /* Translators: the name of a program, such as clangd */
    return g_strdup_printf (_("%s does not run. Its log is in the preferences"), enclave_language_server_get_kind (server)->title);
  return NULL;
}
