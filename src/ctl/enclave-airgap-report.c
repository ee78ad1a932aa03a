/* enclave-airgap-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-airgap-report.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "enclave-audit-log.h"
#include "enclave-install-paths.h"
#include "enclave-json.h"
#include "enclave-state-dir.h"

#define FOLDER "airgap"
/* What the control sends, and how many of those ask for a name. */
#define CONTROL_PACKETS 3
#define CONTROL_QUESTIONS 1

static void
add_hash (JsonObject *hashes, const char *name, const char *path)
{
  g_autofree char *bytes = NULL;
  g_autofree char *hash = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return;
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length);
  json_object_set_string_member (hashes, name, hash);
}

static JsonObject *
describe_programs (void)
{
  static const char *const helpers[] = { "enclave-net", "enclave-shell", "enclave-confine", "enclave-view", "enclave-practice-engine" };
  JsonObject *hashes = json_object_new ();
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *window = folder != NULL ? g_build_filename (folder, "enclave", NULL) : NULL;

  add_hash (hashes, "enclavectl", "/proc/self/exe");
  if (window != NULL)
    add_hash (hashes, "enclave", window);
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++)
    {
      g_autofree char *path = enclave_install_paths_helper (helpers[i]);

      add_hash (hashes, helpers[i], path);
    }
  return hashes;
}

static JsonObject *
describe_kernel (void)
{
  JsonObject *object = json_object_new ();
  long landlock = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  struct utsname names;

  if (uname (&names) == 0)
    {
      json_object_set_string_member (object, "release", names.release);
      json_object_set_string_member (object, "version", names.version);
      json_object_set_string_member (object, "machine", names.machine);
    }
  json_object_set_int_member (object, "landlock_abi", MAX (landlock, 0));
  json_object_set_boolean_member (object, "as_root", geteuid () == 0);
  return object;
}

static JsonObject *
describe_counts (const EnclaveAirgapCounts *counts)
{
  JsonObject *object = json_object_new ();
  JsonArray *destinations = json_array_new ();

  json_object_set_int_member (object, "packets_to_other_addresses", (gint64) counts->packets);
  json_object_set_int_member (object, "bytes_to_other_addresses", (gint64) counts->bytes);
  json_object_set_int_member (object, "answers_of_the_sink", (gint64) counts->answers);
  json_object_set_int_member (object, "dns_queries", (gint64) counts->dns);
  json_object_set_int_member (object, "packets_not_counted", (gint64) counts->missed);
  json_object_set_string_member (object, "interfaces", counts->interfaces);
  json_object_set_int_member (object, "loopback_packets", (gint64) counts->loopback_packets);
  json_object_set_int_member (object, "loopback_bytes", (gint64) counts->loopback_bytes);
  json_object_set_int_member (object, "ip_out_requests", counts->ip_out_requests);
  json_object_set_int_member (object, "ip_out_no_routes", counts->ip_out_no_routes);
  json_object_set_int_member (object, "ip6_out_requests", counts->ip6_out_requests);
  json_object_set_boolean_member (object, "names_are_watched", counts->names_are_watched);
  for (guint i = 0; i < counts->n_destinations; i++)
    {
      const EnclaveAirgapDestination *destination = &counts->destinations[i];
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "address", destination->address);
      json_object_set_int_member (one, "protocol", destination->protocol);
      json_object_set_int_member (one, "port", destination->port);
      json_object_set_int_member (one, "packets", (gint64) destination->packets);
      json_object_set_int_member (one, "bytes", (gint64) destination->bytes);
      json_array_add_object_element (destinations, one);
    }
  json_object_set_array_member (object, "destinations", destinations);
  return object;
}

static const char *
find_verdict (const EnclaveAirgapCounts *counts, const EnclaveAirgapCounts *control, gboolean expects_success)
{
  /* A count that has not seen what was sent on purpose says nothing. */
  if (control->packets != CONTROL_PACKETS || control->dns != CONTROL_QUESTIONS || !counts->names_are_watched || counts->missed != 0)
    return "not-measured";
  if (counts->packets != 0 || counts->answers != 0)
    return "packets-left";
  if (counts->dns != 0)
    return "names-asked";
  if (expects_success && counts->exit_status != 0)
    return "conversation-failed";
  return "nothing-left";
}

JsonObject *
enclave_airgap_report_new (const char *what, const char *model, const EnclaveAirgapCounts *counts,
                           const EnclaveAirgapCounts *control, gboolean expects_success)
{
  JsonObject *object = json_object_new ();
  JsonObject *checked = json_object_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  const char *verdict = find_verdict (counts, control, expects_success);

  json_object_set_boolean_member (object, "ok", strcmp (verdict, "nothing-left") == 0);
  json_object_set_string_member (object, "verdict", verdict);
  json_object_set_string_member (object, "time", time);
  json_object_set_string_member (object, "version", ENCLAVE_VERSION);
  json_object_set_object_member (object, "programs_sha256", describe_programs ());
  json_object_set_object_member (object, "kernel", describe_kernel ());
  json_object_set_string_member (object, "ran", what);
  json_object_set_string_member (object, "model", model);
  json_object_set_int_member (object, "exit_status", counts->exit_status);
  json_object_set_object_member (object, "counted", describe_counts (counts));
  json_object_set_int_member (checked, "sent_on_purpose", CONTROL_PACKETS);
  json_object_set_int_member (checked, "counted", (gint64) control->packets);
  json_object_set_int_member (checked, "dns_queries_counted", (gint64) control->dns);
  json_object_set_object_member (object, "control", checked);
  json_object_set_string_member (object, "reproduce", "enclave-security(7), REPEATING THE CHECK");
  return object;
}

gboolean
enclave_airgap_report_is_good (JsonObject *report)
{
  return json_object_get_boolean_member (report, "ok");
}

static const char *
describe_verdict (const char *verdict)
{
  if (strcmp (verdict, "nothing-left") == 0)
    return _ ("Nothing left: no packet for another address, and no name was asked for");
  if (strcmp (verdict, "packets-left") == 0)
    return _ ("Packets for other addresses were sent");
  if (strcmp (verdict, "names-asked") == 0)
    return _ ("Names were asked for");
  if (strcmp (verdict, "conversation-failed") == 0)
    return _ ("Nothing left, but the conversation did not come to its end, so that says little");
  return _ ("The count can’t be relied on, so nothing is claimed");
}

char *
enclave_airgap_report_to_text (JsonObject *report)
{
  JsonObject *counted = json_object_get_object_member (report, "counted");
  JsonObject *control = json_object_get_object_member (report, "control");
  JsonArray *destinations = json_object_get_array_member (counted, "destinations");
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n", describe_verdict (json_object_get_string_member (report, "verdict")));
  g_string_append_printf (text, _ ("Ran: %s\n"), json_object_get_string_member (report, "ran"));
  g_string_append_printf (text, _ ("Model: %s\n"), json_object_get_string_member (report, "model"));
  g_string_append_printf (text, _ ("Ended with exit %d\n"), (int) json_object_get_int_member (report, "exit_status"));
  g_string_append_printf (text, _ ("To other addresses: %d packets, %d bytes\n"),
                          (int) json_object_get_int_member (counted, "packets_to_other_addresses"),
                          (int) json_object_get_int_member (counted, "bytes_to_other_addresses"));
  g_string_append_printf (text, _ ("Questions to name servers: %d\n"), (int) json_object_get_int_member (counted, "dns_queries"));
  g_string_append_printf (text, _ ("Within this machine: %d packets\n"), (int) json_object_get_int_member (counted, "loopback_packets"));
  for (guint i = 0; i < json_array_get_length (destinations); i++)
    {
      JsonObject *one = json_array_get_object_element (destinations, i);

      g_string_append_printf (text, _ ("  %s port %d: %d packets\n"), json_object_get_string_member (one, "address"),
                              (int) json_object_get_int_member (one, "port"), (int) json_object_get_int_member (one, "packets"));
    }
  g_string_append_printf (text, _ ("Control: %d packets sent on purpose, %d counted\n"),
                          (int) json_object_get_int_member (control, "sent_on_purpose"),
                          (int) json_object_get_int_member (control, "counted"));
  return g_string_free (text, FALSE);
}

static gboolean
run_signer (const char *const *argv)
{
  g_auto (GStrv) environment = g_get_environ ();
  int wait_status;

  /* A key with a password would ask for it where nobody looks. */
  environment = g_environ_setenv (environment, "SSH_ASKPASS", "/bin/false", TRUE);
  environment = g_environ_setenv (environment, "SSH_ASKPASS_REQUIRE", "force", TRUE);
  return g_spawn_sync (NULL, (char **) argv, environment,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                       &wait_status, NULL)
         && g_spawn_check_wait_status (wait_status, NULL);
}

/* Returns: (transfer full) (nullable): where the signature is. */
static char *
sign_file (const char *path)
{
  static const char *const names[] = { "id_ed25519", "id_ecdsa", "id_rsa" };
  g_autofree char *minisign = g_build_filename (g_get_home_dir (), ".minisign", "minisign.key", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = g_build_filename (g_get_home_dir (), ".ssh", names[i], NULL);
      const char *const argv[] = { "ssh-keygen", "-q", "-Y", "sign", "-n", "enclave-airgap", "-f", key, path, NULL };

      if (g_file_test (key, G_FILE_TEST_EXISTS) && run_signer (argv))
        return g_strconcat (path, ".sig", NULL);
    }
  if (g_file_test (minisign, G_FILE_TEST_EXISTS))
    {
      const char *const argv[] = { "minisign", "-S", "-s", minisign, "-m", path, NULL };

      if (run_signer (argv))
        return g_strconcat (path, ".minisig", NULL);
    }
  return NULL;
}

static gboolean
write_whole (const char *path, const char *text, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean done = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text) && fsync (fd) == 0;

  if (!done)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("Saving the report, %s: %s"), path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return done;
}

char *
enclave_airgap_report_save (JsonObject *report, gboolean sign, GError **error)
{
  g_autofree char *folder = enclave_state_dir_ensure (FOLDER, error);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *note = NULL;
  g_autoptr (EnclaveAuditLog) log = enclave_audit_log_new ();

  if (folder == NULL)
    return NULL;
  text = enclave_json_object_to_text (report);
  line = g_strconcat (text, "\n", NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, line, -1);
  name = g_strdup_printf ("%s-%.8s.json", json_object_get_string_member (report, "time"), hash);
  path = g_build_filename (folder, name, NULL);
  if (!write_whole (path, line, error))
    return NULL;
  note = g_strdup_printf ("airgap-report %s sha256 %s", json_object_get_string_member (report, "verdict"), hash);
  if (!enclave_audit_log_append_note (log, note, error))
    return NULL;
  signature = sign ? sign_file (path) : NULL;
  json_object_set_string_member (report, "sha256", hash);
  json_object_set_string_member (report, "path", path);
  if (signature != NULL)
    json_object_set_string_member (report, "signature", signature);
  return g_steal_pointer (&path);
}
