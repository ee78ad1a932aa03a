/* enclave-policy-names.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-policy-names-private.h"

/* A copy of a copy of a copy: more affixes than this are not taken off a name. */
#define MAX_AFFIXES 8

char *
enclave_policy_float_pattern (const char *pattern)
{
  const char *slash = strchr (pattern, '/');

  if (slash == NULL || slash == pattern || slash[1] == '\0' || g_str_has_prefix (pattern, "**/"))
    return g_strdup (pattern);

  return g_strconcat ("**/", pattern, NULL);
}

char *
enclave_policy_dup_exact_path (const char *pattern)
{
  g_autoptr(GString) path = NULL;

  if (pattern[0] != '/' || pattern[1] == '\0')
    return NULL;

  path = g_string_new (NULL);
  for (const char *c = pattern; *c != '\0'; c++)
    {
      if (strchr ("*?[", *c) != NULL)
        return NULL;
      if (*c == '\\' && *++c == '\0')
        return NULL;
      g_string_append_c (path, *c);
    }
  /* A slash at the end means a folder with all that is in it: a pattern like others. */
  if (path->str[path->len - 1] == '/')
    return NULL;

  return g_string_free (g_steal_pointer (&path), FALSE);
}

const char *
enclave_policy_relative_to (const char *root, const char *path)
{
  gsize length = strlen (root);

  while (length > 0 && root[length - 1] == '/')
    length--;
  if (strncmp (path, root, length) != 0)
    return NULL;
  if (path[length] == '\0')
    return path + length;
  if (path[length] != '/')
    return NULL;
  path += length;
  while (*path == '/')
    path++;

  return path;
}

static const char *const affixes[] = {
  "~", ".bak", ".orig", ".save", ".old", ".swp", ".swo", ".swn", ".swx", ".tmp", ".copy", " (deleted)",
};

/* What stands behind the name of what it is a copy of. Returns: (nullable). */
static const char *
find_suffix (const char *name, gsize length)
{
  static const char ends[] = "~kgedponxy)KGEDPONXY";

  /* Most names end otherwise. */
  if (length == 0 || strchr (ends, name[length - 1]) == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (affixes); i++)
    {
      gsize n = strlen (affixes[i]);

      if (length > n && g_ascii_strncasecmp (name + length - n, affixes[i], n) == 0)
        return affixes[i];
    }

  return NULL;
}

static gboolean
is_between_marks (const char *name, gsize length)
{
  return length > 2 && name[0] == '#' && name[length - 1] == '#';
}

static gboolean
is_behind_mark (const char *name, gsize length)
{
  return length > 2 && name[0] == '.' && name[1] == '#';
}

gboolean
enclave_policy_has_affix (const char *name, gsize length)
{
  return is_between_marks (name, length) || is_behind_mark (name, length) || find_suffix (name, length) != NULL;
}

/* Takes one affix that editors and people put on a copy off the name. @dotted: drop the dot that a swap
 * file has in front as well. */
static gboolean
strip_affix (GString *name, gboolean dotted)
{
  const char *suffix;

  if (is_between_marks (name->str, name->len))
    {
      g_string_truncate (name, name->len - 1);
      g_string_erase (name, 0, 1);
      return TRUE;
    }
  if (is_behind_mark (name->str, name->len))
    {
      g_string_erase (name, 0, 2);
      return TRUE;
    }

  suffix = find_suffix (name->str, name->len);
  if (suffix == NULL)
    return FALSE;
  g_string_truncate (name, name->len - strlen (suffix));
  if (dotted && g_str_has_prefix (suffix, ".sw") && name->len > 1 && name->str[0] == '.')
    g_string_erase (name, 0, 1);

  return TRUE;
}

char *
enclave_policy_dup_original (const char *path, gboolean dotted)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  gboolean changed = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr(GString) name = g_string_new (parts[i]);
      gboolean stripped = FALSE;

      for (guint n = 0; n < MAX_AFFIXES && strip_affix (name, dotted); n++)
        stripped = TRUE;
      if (!stripped)
        continue;
      g_free (parts[i]);
      parts[i] = g_strdup (name->str);
      changed = TRUE;
    }

  return changed ? g_strjoinv ("/", parts) : NULL;
}
