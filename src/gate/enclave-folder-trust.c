/* enclave-folder-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record is text with the files between its lines:
 *
 *   enclave-trust 1
 *   folder PATH
 *   file LENGTH SHA-256 NAME
 *   the LENGTH bytes, and a line end
 *
 * with PATH and NAME escaped as in a URI. A record that is not exactly like that is none.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-folder-trust.h"

#include "enclave-file-door.h"
#include "enclave-limits.h"
#include "enclave-memory-files.h"
#include "enclave-state-dir.h"
#include "enclave-utf8.h"

#define FOLDER "trust"
#define HEAD "enclave-trust 1\n"

EnclaveInstructions *
enclave_instructions_copy (const EnclaveInstructions *instructions)
{
  EnclaveInstructions *copy = g_memdup2 (instructions, sizeof *instructions);

  copy->name = g_strdup (instructions->name);
  copy->text = g_strdup (instructions->text);
  copy->digest = g_strdup (instructions->digest);
  copy->trusted_text = g_strdup (instructions->trusted_text);

  return copy;
}

void
enclave_instructions_free (EnclaveInstructions *instructions)
{
  g_free (instructions->name);
  g_free (instructions->text);
  g_free (instructions->digest);
  g_free (instructions->trusted_text);
  g_free (instructions);
}

const char *
enclave_instructions_state_to_word (EnclaveInstructionsState state)
{
  static const char *const words[] = { "new", "changed", "trusted" };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (words), "new");

  return words[state];
}

static char *
name_of_record (const char *root)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);
}

static char *
head_of_record (const char *root)
{
  g_autofree char *escaped = g_uri_escape_bytes ((const guint8 *) root, strlen (root), "/");

  return g_strdup_printf (HEAD "folder %s\n", escaped);
}

static char *
read_record (const char *path, gsize *length)
{
  struct stat st;
  char *text = NULL;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  /* What somebody else could have written is not the person's word. */
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == geteuid () && (st.st_mode & 0022) == 0)
    text = enclave_file_door_slurp (fd, ENCLAVE_TRUST_RECORD_MAX_BYTES, length);
  close (fd);

  return text;
}

static gboolean
take_text (const char **position, const char *end, const char *expected)
{
  gsize length = strlen (expected);

  if ((gsize) (end - *position) < length || memcmp (*position, expected, length) != 0)
    return FALSE;
  *position += length;

  return TRUE;
}

/* "file LENGTH SHA-256 NAME" and the bytes. */
static gboolean
take_file (const char **position, const char *end, GHashTable *files)
{
  const char *newline = memchr (*position, '\n', (gsize) (end - *position));
  g_autofree char *line = newline != NULL ? g_strndup (*position, (gsize) (newline - *position)) : NULL;
  g_auto (GStrv) words = line != NULL ? g_strsplit (line, " ", 4) : NULL;
  g_autofree char *name = NULL;
  g_autofree char *digest = NULL;
  guint64 length;

  if (words == NULL || g_strv_length (words) != 4 || strcmp (words[0], "file") != 0
      || !g_ascii_string_to_unsigned (words[1], 10, 0, ENCLAVE_INSTRUCTIONS_MAX_BYTES, &length, NULL)
      || (guint64) (end - newline - 1) < length + 1 || newline[1 + length] != '\n')
    return FALSE;
  name = g_uri_unescape_string (words[3], NULL);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) newline + 1, (gsize) length);
  if (name == NULL || strcmp (digest, words[2]) != 0)
    return FALSE;

  g_hash_table_insert (files, g_steal_pointer (&name), g_bytes_new (newline + 1, (gsize) length));
  *position = newline + 1 + length + 1;

  return TRUE;
}

/* Returns: (transfer full) (element-type utf8 GBytes): empty when there is no record that can be used. */
static GHashTable *
load (const char *root)
{
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_autofree char *folder = enclave_state_dir_path (FOLDER);
  g_autofree char *name = name_of_record (root);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *head = head_of_record (root);
  gsize length = 0;
  g_autofree char *text = read_record (path, &length);
  const char *position = text;

  if (text == NULL || !take_text (&position, text + length, head))
    return g_steal_pointer (&files);
  while (position < text + length)
    if (!take_file (&position, text + length, files))
      {
        g_hash_table_remove_all (files);
        break;
      }

  return g_steal_pointer (&files);
}

GBytes *
enclave_folder_trust_dup_bytes (const char *root, const char *name)
{
  g_autoptr (GHashTable) files = load (root);
  GBytes *bytes = g_hash_table_lookup (files, name);

  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

static GString *
make_record (const char *root, GHashTable *files)
{
  g_autofree char *head = head_of_record (root);
  GString *text = g_string_new (head);
  GHashTableIter iter;
  gpointer name, bytes;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    {
      g_autofree char *escaped = g_uri_escape_bytes (name, strlen (name), "/");
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);

      g_string_append_printf (text, "file %" G_GSIZE_FORMAT " %s %s\n", size, digest, escaped);
      g_string_append_len (text, data, (gssize) size);
      g_string_append_c (text, '\n');
    }

  return text;
}

gboolean
enclave_folder_trust_set_bytes (const char *root, const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (GHashTable) files = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *record = name_of_record (root);
  g_autofree char *path = NULL;
  g_autoptr (GString) text = NULL;

  if (bytes != NULL && g_bytes_get_size (bytes) > ENCLAVE_INSTRUCTIONS_MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _("Trusting %s: it is larger than %d KiB"), name,
                   ENCLAVE_INSTRUCTIONS_MAX_BYTES / 1024);
      return FALSE;
    }
  folder = enclave_state_dir_ensure (FOLDER, error);
  if (folder == NULL)
    return FALSE;

  path = g_build_filename (folder, record, NULL);
  files = load (root);
  if (bytes != NULL)
    g_hash_table_insert (files, g_strdup (name), g_bytes_ref (bytes));
  else
    g_hash_table_remove (files, name);
  if (g_hash_table_size (files) == 0)
    {
      if (unlink (path) == 0 || errno == ENOENT)
        return TRUE;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Taking the trust in %s back: %s"), name,
                   g_strerror (errno));
      return FALSE;
    }
  text = make_record (root, files);

  return g_file_set_contents_full (path, text->str, (gssize) text->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static EnclaveInstructions *
compare (const char *root, const char *name, EnclaveFileContent *content)
{
  EnclaveInstructions *instructions = g_new0 (EnclaveInstructions, 1);
  g_autoptr (GBytes) trusted = enclave_folder_trust_dup_bytes (root, name);

  instructions->name = g_strdup (name);
  instructions->text = g_steal_pointer (&content->text);
  instructions->n_bytes = strlen (instructions->text);
  instructions->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, instructions->text, -1);
  if (trusted != NULL)
    {
      gsize size;
      const char *data = g_bytes_get_data (trusted, &size);

      instructions->trusted_text = enclave_utf8_make_valid (data != NULL ? data : "", (gssize) size);
      instructions->state = size == instructions->n_bytes && memcmp (data, instructions->text, size) == 0
                              ? ENCLAVE_INSTRUCTIONS_TRUSTED
                              : ENCLAVE_INSTRUCTIONS_CHANGED;
    }

  return instructions;
}

EnclaveInstructions *
enclave_folder_trust_look (EnclavePathResolver *resolver, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (enclave_memory_files); i++)
    {
      const char *name = enclave_memory_files[i];
      g_autoptr (EnclaveFileContent) content = enclave_file_door_read (resolver, ENCLAVE_EFFECT_READ, name, NULL);

      /* Denied, no text, or not there at all: the next one counts. */
      if (content == NULL || content->text == NULL)
        continue;
      if (strlen (content->text) > ENCLAVE_INSTRUCTIONS_MAX_BYTES)
        {
          g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, name,
                                                            N_("Using %s as instructions: it is larger than %d KiB"), name,
                                                            ENCLAVE_INSTRUCTIONS_MAX_BYTES / 1024));
          return NULL;
        }
      return compare (enclave_path_resolver_get_root (resolver), name, content);
    }

  return NULL;
}
