/* enclave-update-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-update-memory.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-state-file.h"

#define FOLDER "update"
#define SEEN "seen"
#define ASKED "asked"
#define MAX_BYTES 1024

/* The newest manifest that was believed: its date, version and digest. */
typedef struct
{
  GDateTime *date;
  char *version;
  char *digest;
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->date, g_date_time_unref);
  g_clear_pointer (&seen->version, g_free);
  g_clear_pointer (&seen->digest, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

/* FALSE when nothing was seen. A file that holds something else is as good as none: who can write it can write this program. */
static gboolean
load (Seen *seen)
{
  g_autoptr (GBytes) bytes = enclave_state_file_load (FOLDER, SEEN, MAX_BYTES);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (bytes == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  words = g_strsplit (g_strchomp (text), " ", 4);
  if (g_strv_length (words) != 3 || !enclave_release_version_is_valid (words[1]))
    return FALSE;
  seen->date = g_date_time_new_from_iso8601 (words[0], NULL);
  seen->version = g_strdup (words[1]);
  seen->digest = g_strdup (words[2]);
  return seen->date != NULL;
}

gboolean
enclave_update_memory_accepts (const EnclaveReleaseManifest *manifest, GError **error)
{
  g_auto (Seen) seen = { 0 };
  int order;

  if (!load (&seen))
    return TRUE;
  order = g_date_time_compare (manifest->date, seen.date);
  if (order < 0 || (order == 0 && strcmp (manifest->digest, seen.digest) != 0))
    {
      g_autofree char *day = g_date_time_format (seen.date, "%Y-%m-%d");

      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_REPLAY,
                   _ ("Checking the release manifest: a newer one, of %s, was here before"), day);
      return FALSE;
    }
  if (enclave_release_version_compare (manifest->version, seen.version) < 0)
    {
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_DOWNGRADE,
                   _ ("Checking the release manifest: it offers %s, and %s was offered before"), manifest->version, seen.version);
      return FALSE;
    }
  return TRUE;
}

static gboolean
save (const char *name, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return enclave_state_file_save (FOLDER, name, bytes, error);
}

gboolean
enclave_update_memory_remember (const EnclaveReleaseManifest *manifest, GError **error)
{
  g_autofree char *date = g_date_time_format_iso8601 (manifest->date);
  g_autofree char *text = g_strdup_printf ("%s %s %s\n", date, manifest->version, manifest->digest);

  return save (SEEN, text, error);
}

gint64
enclave_update_memory_get_asked (void)
{
  g_autoptr (GBytes) bytes = enclave_state_file_load (FOLDER, ASKED, MAX_BYTES);
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return 0;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return MAX (g_ascii_strtoll (text, NULL, 10), 0);
}

gboolean
enclave_update_memory_set_asked (gint64 seconds, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", seconds);

  return save (ASKED, text, error);
}
