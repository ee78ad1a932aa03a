/* enclave-ctl-language.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-language-service.h"

#define ONE_FILE _ ("Usage: enclavectl language-servers list, or check FILE")

typedef struct
{
  gboolean settled;
} Wait;

static void
changed_cb (EnclaveLanguageServer *server, Wait *wait)
{
  EnclaveLanguageServerState state = enclave_language_server_get_state (server);

  wait->settled = state == ENCLAVE_LANGUAGE_SERVER_READY || state == ENCLAVE_LANGUAGE_SERVER_MISSING
                  || state == ENCLAVE_LANGUAGE_SERVER_FAILED || state == ENCLAVE_LANGUAGE_SERVER_WAITING
                  || (state == ENCLAVE_LANGUAGE_SERVER_OFF && enclave_language_server_get_program (server) != NULL);
}

static void
wait_for_server (EnclaveCtlContext *context, EnclaveLanguageServer *server, void (*begin) (EnclaveLanguageServer *))
{
  Wait wait = { FALSE };
  gulong handler = g_signal_connect (server, "changed", G_CALLBACK (changed_cb), &wait);

  begin (server);
  enclave_ctl_context_wait_for (context, &wait.settled);
  g_signal_handler_disconnect (server, handler);
}

static int
list (EnclaveCtlContext *context, EnclaveGate *gate)
{
  JsonArray *array = json_array_new ();
  const EnclaveLanguageKind *kinds;
  guint n_kinds;

  kinds = enclave_language_kind_get_all (&n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    {
      g_autoptr (EnclaveLanguageServer) server = enclave_language_server_new (gate, &kinds[i]);
      JsonObject *object = json_object_new ();
      const char *program;

      wait_for_server (context, server, enclave_language_server_look_for_program);
      program = enclave_language_server_get_program (server);
      if (!enclave_ctl_context_get_json (context))
        enclave_ctl_print ("%-14s  %-24s  %s\n", kinds[i].id, kinds[i].languages, program != NULL ? program : _ ("not installed"));
      json_object_set_string_member (object, "id", kinds[i].id);
      json_object_set_string_member (object, "languages", kinds[i].languages);
      json_object_set_boolean_member (object, "installed", program != NULL);
      if (program != NULL)
        json_object_set_string_member (object, "program", program);
      json_array_add_object_element (array, object);
    }
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_array (array);
  else
    json_array_unref (array);
  return ENCLAVE_CTL_DONE;
}

/* (transfer full) (nullable): the text of @path, judged as for an edit. */
static char *
read_text (EnclaveCtlContext *context, EnclaveGate *gate, const char *path, GError **error)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (gate, "user", "language-servers", ENCLAVE_EFFECT_WRITE);
  g_autoptr (GAsyncResult) result = NULL;

  enclave_tool_scope_read_for_edit_async (scope, path, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                          context);
  result = enclave_ctl_context_wait (context);
  return enclave_tool_scope_read_for_edit_finish (scope, result, error);
}

/* (transfer full) (nullable): one that is ready. */
static EnclaveLanguageServer *
start_server (EnclaveCtlContext *context, EnclaveGate *gate, const char *path, GError **error)
{
  const EnclaveLanguageKind *kinds;
  guint n_kinds;
  const char *reason = NULL;
  g_autoptr (EnclaveLanguageServer) last = NULL;

  kinds = enclave_language_kind_get_all (&n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    {
      g_autoptr (EnclaveLanguageServer) server = NULL;
      g_autofree char *log = NULL;

      if (!enclave_language_kind_knows (&kinds[i], path))
        continue;
      server = enclave_language_server_new (gate, &kinds[i]);
      wait_for_server (context, server, enclave_language_server_start);
      if (enclave_language_server_get_state (server) == ENCLAVE_LANGUAGE_SERVER_READY)
        return g_steal_pointer (&server);
      if (enclave_language_server_get_reason (server) == NULL)
        continue;
      g_set_object (&last, server);
      log = enclave_language_server_dup_log (server);
      enclave_ctl_row ("%s", g_strchomp (log));
      reason = enclave_language_server_get_reason (server);
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       reason != NULL ? reason : _ ("No language server that knows such files is installed"));
  return NULL;
}

static void
print_messages (EnclaveCtlContext *context, EnclaveLanguageServer *server, const char *path, GPtrArray *diagnostics)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < diagnostics->len; i++)
    {
      const EnclaveDiagnostic *one = g_ptr_array_index (diagnostics, i);
      g_autofree char *line = enclave_diagnostic_to_line (one);
      JsonObject *message = json_object_new ();

      json_object_set_int_member (message, "line", (gint64) one->range.start.line + 1);
      json_object_set_int_member (message, "column", (gint64) one->range.start.unit + 1);
      json_object_set_int_member (message, "severity", one->severity);
      json_object_set_string_member (message, "message", one->message);
      if (one->source != NULL)
        json_object_set_string_member (message, "source", one->source);
      if (one->code != NULL)
        json_object_set_string_member (message, "code", one->code);
      json_array_add_object_element (array, message);
      if (!enclave_ctl_context_get_json (context))
        {
          g_autofree char *whole = g_strdup_printf ("%s:%u:%u: %s\n", path, one->range.start.line + 1, one->range.start.unit + 1, line);

          enclave_ctl_print_content (whole);
        }
    }
  json_object_set_boolean_member (object, "ok", TRUE);
  json_object_set_string_member (object, "server", enclave_language_server_get_kind (server)->id);
  json_object_set_string_member (object, "path", path);
  json_object_set_array_member (object, "messages", array);
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_object (object);
  else
    json_object_unref (object);
}

static int
check (EnclaveCtlContext *context, EnclaveGate *gate, const char *file)
{
  const char *root = enclave_gate_get_root (gate);
  g_autofree char *whole = enclave_gate_dup_true_path (gate, file);
  const char *path = whole != NULL && g_str_has_prefix (whole, root) && whole[strlen (root)] == '/' ? whole + strlen (root) + 1 : file;
  g_autoptr (EnclaveLanguageServer) server = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) diagnostics = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_text (context, gate, path, &error);

  if (text != NULL)
    server = start_server (context, gate, path, &error);
  if (server == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  enclave_language_server_look_async (server, path, text, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                      context);
  result = enclave_ctl_context_wait (context);
  diagnostics = enclave_language_server_look_finish (server, result, &error);
  if (diagnostics != NULL)
    print_messages (context, server, path, diagnostics);
  enclave_language_server_stop (server);
  return diagnostics != NULL ? ENCLAVE_CTL_DONE : enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
}

static int
run_language_servers (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GError) error = NULL;
  gboolean lists = n_words == 1 && strcmp (words[0], "list") == 0;

  if (!lists && (n_words != 2 || strcmp (words[0], "check") != 0))
    return enclave_ctl_context_refuse_usage (context, "%s", ONE_FILE);
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  return lists ? list (context, gate) : check (context, gate, words[1]);
}

const EnclaveCtlCommand enclave_ctl_language_servers = {
  .name = "language-servers",
  .synopsis = "list | check FILE",
  .description = N_ ("Which language servers are installed, and what one says of a file"),
  .run = run_language_servers,
};
