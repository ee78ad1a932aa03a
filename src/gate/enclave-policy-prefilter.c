/* enclave-policy-prefilter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-policy-prefilter-private.h"

#include <string.h>

#include "enclave-policy-names-private.h"
#include "enclave-utf8.h"

/* Files are asked about folder by folder: what the names of the last few folders tell is kept, each thread for itself. It is a
 * function of the name and the rules alone, so that nothing which happens to files can make it wrong. */
#define N_FOLDERS 64
#define FOLDER_MAX_BYTES 256
#define NAME_MAX_BYTES 256

typedef struct
{
  guint64 serial; /* 0: none */
  gsize length;
  EnclavePolicyTraits traits;
  char path[FOLDER_MAX_BYTES];
} Folder;

static _Thread_local Folder folders[N_FOLDERS];
/* An opening asks about the same path twice: as it was given, and as the kernel names what was opened. */
static _Thread_local Folder last_path;

guint64
enclave_policy_prefilter_next_serial (void)
{
  static guint64 last;

  return __atomic_add_fetch (&last, 1, __ATOMIC_RELAXED);
}

static void
look_at_name (const EnclaveGlobIndex *index, const char *start, gsize length, EnclavePolicyTraits *traits)
{
  char room[NAME_MAX_BYTES];
  g_autofree char *long_name = NULL;
  char *name = room;
  guchar all = 0;
  gboolean has_upper = FALSE;

  if (length == 0)
    return;
  if (start[0] == '.' && (length == 1 || (length == 2 && start[1] == '.')))
    traits->has_dots = TRUE;
  if (length >= sizeof room)
    name = long_name = g_malloc (length + 1);
  memcpy (name, start, length);
  name[length] = '\0';
  for (gsize i = 0; i < length; i++)
    {
      all |= (guchar) name[i];
      has_upper |= (guchar) (name[i] - 'A') < 26;
    }

  traits->has_affix |= enclave_policy_has_affix (name, length);
  enclave_glob_index_look_up (index, name, &traits->sets);
  if (all >= 0x80)
    {
      g_autofree char *folded = enclave_utf8_fold_name (name);

      enclave_glob_index_look_up (index, folded, &traits->sets);
    }
  else if (has_upper)
    {
      for (gsize i = 0; i < length; i++)
        name[i] = g_ascii_tolower (name[i]);
      enclave_glob_index_look_up (index, name, &traits->sets);
    }
}

static gboolean
is_kept_in (const Folder *folder, guint64 serial, const char *path, gsize length)
{
  return folder->serial == serial && folder->length == length && memcmp (folder->path, path, length) == 0;
}

static void
keep_in (Folder *folder, guint64 serial, const char *path, gsize length, EnclavePolicyTraits traits)
{
  if (length > FOLDER_MAX_BYTES)
    return;
  folder->serial = serial;
  folder->length = length;
  folder->traits = traits;
  memcpy (folder->path, path, length);
}

/* Returns: where what is known of the folder stands, or is to stand. */
static Folder *
find_folder (guint64 serial, const char *path, gsize length, gboolean *is_known)
{
  const char *end = path + length;
  gsize hash = length;
  Folder *folder;

  for (gsize i = 1; i <= MIN (length, 8); i++)
    hash = hash * 31 + (guchar) end[-(gssize) i];
  folder = &folders[(hash ^ (hash >> 7)) % N_FOLDERS];
  *is_known = is_kept_in (folder, serial, path, length);
  return folder;
}

/* @length: with the slash at the end. */
static EnclavePolicyTraits
look_at_folder (const EnclaveGlobIndex *index, guint64 serial, const char *path, gsize length)
{
  EnclavePolicyTraits traits = { 0, FALSE, FALSE };
  const char *end = path + length;
  const char *at = path;
  const char *slash;
  gboolean is_known;
  Folder *folder = find_folder (serial, path, length, &is_known);

  if (is_known)
    return folder->traits;

  slash = length > 1 ? memrchr (path, '/', length - 1) : NULL;
  if (slash != NULL)
    {
      const Folder *upper = find_folder (serial, path, (gsize) (slash + 1 - path), &is_known);

      if (is_known)
        {
          traits = upper->traits;
          at = slash + 1;
        }
    }
  while (at < end)
    {
      const char *next = memchr (at, '/', (gsize) (end - at));
      gsize n = (gsize) ((next != NULL ? next : end) - at);

      look_at_name (index, at, n, &traits);
      at += n + 1;
    }
  keep_in (folder, serial, path, length, traits);
  return traits;
}

EnclavePolicyTraits
enclave_policy_prefilter_look (const EnclaveGlobIndex *index, guint64 serial, const char *path)
{
  const gsize length = strlen (path);
  const char *slash;
  const char *name;
  EnclavePolicyTraits traits;

  if (is_kept_in (&last_path, serial, path, length))
    return last_path.traits;
  slash = memrchr (path, '/', length);
  name = slash != NULL ? slash + 1 : path;
  traits = look_at_folder (index, serial, path, (gsize) (name - path));
  look_at_name (index, name, length - (gsize) (name - path), &traits);
  keep_in (&last_path, serial, path, length, traits);
  return traits;
}
