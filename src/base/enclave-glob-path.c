/* enclave-glob-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-glob-path.h"

#include <string.h>

#include "enclave-utf8.h"

/* Returns: the next name of @path from *@at on, which is moved behind it; NULL at the end. */
static const char *
next_part (const char *path, gsize *at, gsize *length)
{
  for (;;)
    {
      const char *start;

      while (path[*at] == '/')
        (*at)++;
      if (path[*at] == '\0')
        return NULL;
      start = path + *at;
      *length = strcspn (start, "/");
      *at += *length;
      if (*length != 1 || start[0] != '.')
        return start;
    }
}

guint
enclave_glob_path_count (const char *path)
{
  gsize at = 0;
  gsize length;
  guint n = 0;

  while (next_part (path, &at, &length) != NULL)
    n++;
  return n;
}

void
enclave_glob_path_init (EnclaveGlobPath *self, const char *path, gboolean fold)
{
  gsize size = strlen (path) + 1;
  gsize at = 0;
  gsize length;
  const char *part;
  guint n = 0;

  self->n_parts = size <= ENCLAVE_GLOB_PATH_PARTS ? (guint) size : enclave_glob_path_count (path);
  self->text = size <= sizeof self->text_room ? self->text_room : g_malloc (size);
  self->raw = self->n_parts <= ENCLAVE_GLOB_PATH_PARTS ? self->raw_room : g_new (char *, self->n_parts);
  self->folded = !fold ? NULL : self->n_parts <= ENCLAVE_GLOB_PATH_PARTS ? self->folded_room : g_new (char *, self->n_parts);
  memcpy (self->text, path, size);

  while ((part = next_part (path, &at, &length)) != NULL)
    {
      char *raw = self->text + (part - path);

      raw[length] = '\0';
      self->raw[n] = raw;
      if (fold)
        self->folded[n] = enclave_utf8_is_folded (raw) ? raw : enclave_utf8_fold_name (raw);
      n++;
    }
  self->n_parts = n;
}

void
enclave_glob_path_clear (EnclaveGlobPath *self)
{
  for (guint i = 0; self->folded != NULL && i < self->n_parts; i++)
    if (self->folded[i] != self->raw[i])
      g_free (self->folded[i]);
  if (self->folded != self->folded_room)
    g_free (self->folded);
  if (self->raw != self->raw_room)
    g_free (self->raw);
  if (self->text != self->text_room)
    g_free (self->text);
  self->n_parts = 0;
}
