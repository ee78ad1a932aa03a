/* enclave-ctl-update.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-ctl-commands.h"
#include "enclave-update-check.h"
#include "enclave-update-memory.h"
#include "enclave-utf8.h"

/* Nothing that is read here needs more at once. */
#define PART_BYTES (128 * 1024)

/* As enclave_ctl_report_error(), with the words of this domain. */
static int
report (EnclaveCtlContext *context, const GError *error)
{
  JsonObject *object;
  JsonObject *inner;
  int status = ENCLAVE_CTL_FAILED;

  if (error->domain == G_RESOLVER_ERROR || (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED))
    status = ENCLAVE_CTL_UNREACHABLE;
  if (error->domain != ENCLAVE_UPDATE_ERROR)
    return MAX (enclave_ctl_report_error (enclave_ctl_context_get_json (context), error), status);

  if (error->code == ENCLAVE_UPDATE_ERROR_OFF)
    status = ENCLAVE_CTL_DENIED;
  enclave_ctl_note ("%s", error->message);
  if (enclave_ctl_context_get_json (context))
    {
      object = json_object_new ();
      inner = json_object_new ();
      json_object_set_string_member (inner, "domain", "update");
      json_object_set_string_member (inner, "code", enclave_update_error_to_word ((EnclaveUpdateError) error->code));
      json_object_set_string_member (inner, "message", error->message);
      json_object_set_boolean_member (object, "ok", FALSE);
      json_object_set_object_member (object, "error", inner);
      enclave_ctl_print_object (object);
    }
  return status;
}

static void
print (EnclaveCtlContext *context, const EnclaveReleaseManifest *manifest, const char *file)
{
  const EnclaveUpdateSource *source = enclave_update_source_get ();
  gboolean newer = enclave_release_version_compare (manifest->version, source->version) > 0;
  g_autofree char *date = g_date_time_format_iso8601 (manifest->date);
  g_autofree char *expires = g_date_time_format_iso8601 (manifest->expires);
  JsonObject *object;

  if (enclave_ctl_context_get_json (context))
    {
      object = json_object_new ();
      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "version", manifest->version);
      json_object_set_string_member (object, "running", source->version);
      json_object_set_boolean_member (object, "newer", newer);
      json_object_set_string_member (object, "date", date);
      json_object_set_string_member (object, "expires", expires);
      json_object_set_string_member (object, "note", manifest->note);
      json_object_set_string_member (object, "key", manifest->key_id);
      if (file != NULL)
        json_object_set_string_member (object, "file", file);
      enclave_ctl_print_object (object);
      return;
    }
  enclave_ctl_print (_ ("The signature holds: key %s, release %s of %s, good until %s\n"), manifest->key_id, manifest->version, date,
                     expires);
  if (*manifest->note != '\0')
    enclave_ctl_print ("  %s\n", manifest->note);
  if (file != NULL)
    enclave_ctl_print (_ ("%s is a file of this release, byte for byte\n"), file);
  else if (newer)
    enclave_ctl_print (_ ("Enclave %s is there; this is %s. Nothing was downloaded.\n"), manifest->version, source->version);
  else
    enclave_ctl_print (_ ("This is the newest release, %s\n"), source->version);
}

static int
check (EnclaveCtlContext *context)
{
  GSettings *settings = enclave_ctl_context_get_settings (context);
  const EnclaveUpdateSource *source = enclave_update_source_get ();
  g_autoptr (EnclaveReleaseManifest) manifest = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *when = settings != NULL ? g_settings_get_string (settings, "update-check") : g_strdup ("off");

  enclave_ctl_note (_ ("One GET to %s; it tells neither who asks nor which version"), source->url);
  if (strcmp (when, "off") == 0)
    {
      g_set_error_literal (&error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_OFF,
                           _ ("Asking for a newer release: this is switched off (the setting update-check); nothing was sent"));
      return report (context, error);
    }
  enclave_update_check_async (source, NULL, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  manifest = enclave_update_check_finish (result, &error);
  if (manifest == NULL)
    return report (context, error);
  print (context, manifest, NULL);
  return ENCLAVE_CTL_DONE;
}

static gboolean
set_file_error (GError **error, const char *path, int number)
{
  g_autofree char *shown = enclave_utf8_display_name (path);

  g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading %s: %s"), shown, g_strerror (number));
  return FALSE;
}

/* Reads a file of any size in parts. @start: (out) (optional) (array): its first @max_start bytes. */
static gboolean
digest_file (const char *path, char **sha256, guint64 *size, GByteArray *start, gsize max_start, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *part = g_malloc (PART_BYTES);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat st;
  gssize n = 1;
  int number = 0;

  if (fd < 0)
    return set_file_error (error, path, errno);
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      return set_file_error (error, path, EINVAL);
    }
  *size = 0;
  while (n > 0)
    {
      do
        n = read (fd, part, PART_BYTES);
      while (n < 0 && errno == EINTR);
      if (n < 0)
        number = errno;
      if (n > 0)
        {
          g_checksum_update (checksum, part, n);
          *size += (guint64) n;
          if (start != NULL && start->len < max_start)
            g_byte_array_append (start, part, (guint) MIN ((gsize) n, max_start - start->len));
        }
    }
  close (fd);
  if (number != 0)
    return set_file_error (error, path, number);
  *sha256 = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

/* Without any network: that @path is a file of the release whose manifest lies beside it. An older release may be looked at, so
 * nothing is held against its version; what was seen before is not asked either, for a person holds both files in the hand. */
static int
verify (EnclaveCtlContext *context, const char *path)
{
  const EnclaveUpdateSource *source = enclave_update_source_get ();
  const char *given = enclave_ctl_context_get_option (context, "manifest");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *beside = g_build_filename (folder, "enclave-release.manifest", NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown = enclave_utf8_make_valid (name, -1);
  g_autofree char *manifest_digest = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GError) error = NULL;
  guint64 size = 0;

  if (!digest_file (given != NULL ? given : beside, &manifest_digest, &size, text, ENCLAVE_RELEASE_MANIFEST_MAX_BYTES + 1, &error))
    return report (context, error);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&text));
  manifest = enclave_release_manifest_verify (bytes, source->keys, source->name, &error);
  if (manifest == NULL || !digest_file (path, &digest, &size, NULL, 0, &error)
      || !enclave_release_manifest_check_file (manifest, shown, size, digest, &error))
    return report (context, error);
  /* Last: a file that is not the release's is worse news than a manifest that has run out. */
  if (!enclave_release_manifest_check (manifest, NULL, now, &error))
    return report (context, error);
  if (enclave_release_version_compare (manifest->version, source->version) < 0)
    enclave_ctl_note (_ ("Note: this release is older than the program that looks at it, %s"), source->version);
  print (context, manifest, shown);
  return ENCLAVE_CTL_DONE;
}

static int
run_update (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);

  if (n_words == 1 && strcmp (words[0], "check") == 0)
    return check (context);
  if (n_words == 2 && strcmp (words[0], "verify") == 0)
    return verify (context, words[1]);
  return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl update check, or update verify [--manifest FILE] FILE"));
}

static const EnclaveCtlOption options[] = {
  { "manifest", "FILE", N_ ("The signed manifest; without it enclave-release.manifest beside the file") },
};

const EnclaveCtlCommand enclave_ctl_update = {
  .name = "update",
  .synopsis = "check | verify FILE",
  .description = N_ ("Ask for a newer release, or check a downloaded one"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_update,
};
