/* enclave-ctl-airgap.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-airgap-bridge.h"
#include "enclave-airgap-report.h"
#include "enclave-airgap-room.h"
#include "enclave-ctl-commands.h"
#include "enclave-tour.h"

#define PRACTICE "tour:"
/* A command of the conversation that tries what must not work: the box has no way out and no name server. */
#define PHONING "getent hosts enclave.invalid; (echo x >/dev/udp/192.0.2.1/9); (echo x >/dev/tcp/198.51.100.7/443); true"

/* @line: words, the last NULL. Returns: TRUE when it ended well. */
static gboolean
run_step (const char *name, const char *const *words)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int wait_status = 0;
  gboolean done;

  g_ptr_array_add (argv, self);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  done = g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &wait_status, &error)
         && g_spawn_check_wait_status (wait_status, &error);
  if (!done)
    enclave_ctl_note ("%s: %s", name, error->message);
  return done;
}

/* What runs in the room when no command is given: a conversation with edits, commands and a completion, and a command that tries
 * to reach the network. */
static int
hold_conversation (EnclaveCtlContext *context, const char *folder)
{
  const char *endpoint = enclave_ctl_context_get_option (context, "endpoint");
  const char *given = endpoint != NULL ? endpoint : PRACTICE;
  g_autofree char *phone = g_strdup_printf ("{\"command\":\"bash -c '%s'\"}", PHONING);
  const char *const tour[] = { "tour", folder, NULL };
  const char *const ask[] = { "--workspace", folder, "--endpoint", given, "ask", "--mode", "edit", "--approve", "all", "--max-rounds", "12",
                              enclave_tour_first_message (), NULL };
  const char *const files[] = { "--workspace", folder, "tool", "call", "search_text", "{\"pattern\":\"main\"}", NULL };
  const char *const command[] = { "--workspace", folder, "tool", "--approve", "all", "call", "run_command", phone, NULL };
  const char *const models[] = { "--workspace", folder, "models", NULL };
  gboolean done = run_step ("tour", tour) && run_step ("ask", ask) && run_step ("tool call search_text", files)
                  && run_step ("tool call run_command", command);

  /* Looks at the well-known ports of this machine, where nobody answers in the room. */
  run_step ("models", models);
  return done ? ENCLAVE_CTL_DONE : ENCLAVE_CTL_FAILED;
}

static GStrv
make_environment (const char *folder)
{
  static const char *const private_folders[][2] = { { "XDG_STATE_HOME", "state" }, { "XDG_DATA_HOME", "data" }, { "XDG_CACHE_HOME", "cache" } };
  GStrv environment = g_get_environ ();

  /* The user's settings are what is checked; what the check itself leaves goes with it. */
  for (guint i = 0; i < G_N_ELEMENTS (private_folders); i++)
    {
      g_autofree char *path = g_build_filename (folder, private_folders[i][1], NULL);

      environment = g_environ_setenv (environment, private_folders[i][0], path, TRUE);
    }
  return environment;
}

/* A server at a port of this machine is led into the room; others go by themselves or not at all. */
static gboolean
prepare_endpoint (const char *folder, const char *given, char **endpoint, char **model, pid_t *bridge, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (given, G_URI_FLAGS_NONE, NULL);
  g_autofree char *path = g_build_filename (folder, "model", NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  *model = strcmp (given, PRACTICE) == 0 ? g_strdup ("practice engine: scripted replies, no model") : g_strdup (given);
  if (g_strcmp0 (host, "localhost") != 0 && (host == NULL || !g_str_has_prefix (host, "127.")))
    {
      *endpoint = g_strdup (given);
      return TRUE;
    }
  if (g_uri_get_port (uri) <= 0)
    {
      g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE, _ ("“%s” has no port"), given);
      return FALSE;
    }
  *bridge = enclave_airgap_bridge_start (path, (guint16) g_uri_get_port (uri), error);
  *endpoint = g_strconcat ("unix:", path, NULL);
  return *bridge > 0;
}

static void
remove_folder (const char *folder)
{
  const char *const argv[] = { "rm", "-rf", "--", folder, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static int
report_no_room (EnclaveCtlContext *context, const EnclaveAirgapCounts *counts)
{
  g_autoptr (GError) error = NULL;

  if (counts->sealed)
    error = g_error_new_literal (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED,
                                 _ ("The terminals of this Enclave are sealed, and the check with them: it may not open the sockets that "
                                    "count packets. Run “enclavectl airgap verify” in a terminal outside Enclave."));
  else
    error = g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED,
                         _ ("No room where packets are counted can be made here (%s). It needs user namespaces, or root."),
                         counts->problem);

  return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
}

static int
print_result (EnclaveCtlContext *context, JsonObject *owned)
{
  g_autoptr (JsonObject) report = owned;
  g_autofree char *text = enclave_airgap_report_to_text (report);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = enclave_airgap_report_is_good (report);

  path = enclave_airgap_report_save (report, enclave_ctl_context_get_option (context, "no-signature") == NULL, &error);
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_object (json_object_ref (report));
  else
    enclave_ctl_print ("%s", text);
  if (path == NULL)
    {
      enclave_ctl_note ("%s", error->message);
      return ENCLAVE_CTL_FAILED;
    }
  if (!enclave_ctl_context_get_json (context))
    enclave_ctl_print (json_object_has_member (report, "signature") ? _ ("Report, signed: %s\n") : _ ("Report, not signed: %s\n"), path);
  return good ? ENCLAVE_CTL_DONE : ENCLAVE_CTL_FAILED;
}

static int
verify (EnclaveCtlContext *context, const char *const *command)
{
  const char *given = enclave_ctl_context_get_option (context, "endpoint");
  g_autofree char *folder = g_dir_make_tmp ("enclave-airgap-XXXXXX", NULL);
  g_autofree char *project = folder != NULL ? g_build_filename (folder, "project", NULL) : NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *endpoint = NULL;
  g_autofree char *model = NULL;
  g_autofree char *what = NULL;
  g_auto (GStrv) environment = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveAirgapCounts control, counts;
  JsonObject *report = NULL;
  pid_t bridge = 0;
  int status;

  if (folder == NULL || !prepare_endpoint (folder, given != NULL ? given : PRACTICE, &endpoint, &model, &bridge, &error))
    {
      if (error == NULL)
        error = g_error_new_literal (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("There is no place for temporary files"));
      status = enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
    }
  else if (!enclave_airgap_room_control (&control))
    status = report_no_room (context, &control);
  else
    {
      const char *const conversation[] = { self, "--endpoint", endpoint, "airgap", "conversation", project, NULL };
      gboolean is_ours = command[0] == NULL;

      environment = make_environment (folder);
      what = is_ours ? g_strdup ("conversation with edits, commands, search and a command that tries to reach the network")
                     : g_strjoinv (" ", (char **) command);
      if (enclave_airgap_room_run (is_ours ? conversation : command, is_ours ? folder : NULL,
                                   is_ours ? (const char *const *) environment : NULL, &counts))
        report = enclave_airgap_report_new (what, is_ours ? model : "as the command says", &counts, &control, is_ours);
      status = report != NULL ? print_result (context, report) : report_no_room (context, &counts);
    }
  if (bridge > 0)
    {
      kill (bridge, SIGKILL);
      waitpid (bridge, NULL, 0);
    }
  if (folder != NULL)
    remove_folder (folder);
  return status;
}

static int
run_airgap (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);

  if (n_words >= 1 && strcmp (words[0], "verify") == 0)
    return verify (context, words + 1);
  if (n_words == 2 && strcmp (words[0], "conversation") == 0)
    return hold_conversation (context, words[1]);
  return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl airgap verify [-- COMMAND [ARGUMENT…]]"));
}

static const EnclaveCtlOption options[] = {
  { "no-signature", NULL, N_ ("Don’t sign the report with your SSH or minisign key") },
};

const EnclaveCtlCommand enclave_ctl_airgap = {
  .name = "airgap",
  .synopsis = "verify [-- COMMAND [ARGUMENT…]]",
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .description = N_ ("Hold a conversation, or run a command, where every packet is counted"),
  .run = run_airgap,
};
