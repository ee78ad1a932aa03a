/* enclave-patch-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-private.h"

#define PATH_MAX_LENGTH 1024

/* Names without an extension that people write alone on a line. */
static const char *const bare_names[] = {
  "AUTHORS", "CHANGELOG", "CODEOWNERS", "COPYING", "Containerfile", "Dockerfile", "GNUmakefile", "Gemfile", "INSTALL",
  "Jenkinsfile", "Justfile", "LICENSE", "Makefile", "NEWS", "Procfile", "README", "Rakefile", "Vagrantfile",
  "configure", "justfile", "makefile",
};

/* First words of an info string that only look like a file's name. */
static const char *const dotted_languages[] = { "asp.net", "ado.net", "next.js", "node.js", "nuxt.js", "vb.net", "vue.js" };

static gboolean
is_in (const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (word, list[i]) == 0)
      return TRUE;
  return FALSE;
}

/* @marked: the text says itself that it is a path (`File:`, backticks): then no extension is needed. */
static gboolean
looks_like_path (const char *word, gboolean marked)
{
  const char *base;
  const char *dot;
  gsize length = strlen (word);

  if (length == 0 || length > PATH_MAX_LENGTH || *word == '-' || strstr (word, "://") != NULL)
    return FALSE;
  for (const char *at = word; *at != '\0'; at++)
    if ((guchar) *at <= ' ' || *at == 0x7f || strchr ("<>|\"*?`;&{}\\", *at) != NULL)
      return FALSE;
  if (strchr ("/.:,!", word[length - 1]) != NULL)
    return FALSE;

  base = strrchr (word, '/');
  base = base != NULL ? base + 1 : word;
  if (is_in (base, bare_names, G_N_ELEMENTS (bare_names)))
    return TRUE;

  dot = strrchr (base, '.');
  if (dot != NULL && g_ascii_isalpha (dot[1]) && strlen (dot + 1) <= 16)
    {
      gboolean plain = TRUE;

      for (const char *at = dot + 1; *at != '\0'; at++)
        plain = plain && (g_ascii_isalnum (*at) || *at == '_' || *at == '-');
      if (plain)
        return TRUE;
    }
  return marked && base != word;
}

/* Takes @pair off both ends. */
static gboolean
strip_pair (char *text, const char *pair)
{
  gsize length = strlen (text);
  gsize n = strlen (pair);

  if (length <= 2 * n || !g_str_has_prefix (text, pair) || !g_str_has_suffix (text, pair))
    return FALSE;
  memmove (text, text + n, length - 2 * n);
  text[length - 2 * n] = '\0';
  g_strstrip (text);
  return TRUE;
}

static gboolean
strip_prefix (char *text, gsize n)
{
  memmove (text, text + n, strlen (text + n) + 1);
  g_strstrip (text);
  return TRUE;
}

static gboolean
strip_label (char *text)
{
  static const char *const labels[] = {
    "create file:", "file name:", "file path:", "file:", "filename:", "filepath:", "new file:", "path:", "update file:",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_ascii_strncasecmp (text, labels[i], strlen (labels[i])) == 0)
      return strip_prefix (text, strlen (labels[i]));
  return FALSE;
}

static gboolean
strip_list_mark (char *text)
{
  gsize n = strspn (text, "#");
  gsize digits = strspn (text, "0123456789");

  if (n > 0 && text[n] == ' ')
    return strip_prefix (text, n);
  if (g_str_has_prefix (text, "// ") || g_str_has_prefix (text, "-- "))
    return strip_prefix (text, 3);
  if (g_str_has_prefix (text, "- ") || g_str_has_prefix (text, "* "))
    return strip_prefix (text, 2);
  if (digits > 0 && digits < 4 && (text[digits] == '.' || text[digits] == ')') && text[digits + 1] == ' ')
    return strip_prefix (text, digits + 2);
  return FALSE;
}

/* `(new file)` and the like behind the name. */
static gboolean
strip_note (char *text)
{
  char *open = strstr (text, " (");

  if (open == NULL || open == text || !g_str_has_suffix (text, ")"))
    return FALSE;
  *open = '\0';
  g_strchomp (text);
  return TRUE;
}

char *
enclave_patch_path_from_line (const char *line)
{
  g_autofree char *text = NULL;
  gboolean marked = FALSE;

  if (strlen (line) > PATH_MAX_LENGTH)
    return NULL;
  text = g_strstrip (g_strdup (line));

  /* Each round takes something off, so this ends. */
  for (;;)
    {
      gsize length = strlen (text);

      if (strip_label (text) || strip_pair (text, "`"))
        {
          marked = TRUE;
          continue;
        }
      if (strip_pair (text, "**") || strip_pair (text, "__") || strip_pair (text, "\"") || strip_pair (text, "'") ||
          strip_list_mark (text) || strip_note (text))
        continue;
      if (length > 1 && text[length - 1] == ':')
        {
          text[length - 1] = '\0';
          g_strchomp (text);
          continue;
        }
      break;
    }

  return looks_like_path (text, marked) ? g_steal_pointer (&text) : NULL;
}

char *
enclave_patch_path_from_info (const char *info)
{
  static const char *const keys[] = { "file=", "filename=", "path=", "title=" };
  g_auto (GStrv) words = g_strsplit_set (info, " \t,", 16);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *word = words[i];
      gboolean marked = FALSE;

      while (*word == '{')
        word++;
      g_strdelimit (word, "}", '\0');
      for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
        if (g_ascii_strncasecmp (word, keys[k], strlen (keys[k])) == 0)
          {
            word += strlen (keys[k]);
            marked = TRUE;
            break;
          }
      if (!strip_pair (word, "\""))
        strip_pair (word, "'");
      /* `c:src/main.c` */
      if (i == 0 && !marked)
        {
          char *colon = strchr (word, ':');

          if (colon != NULL && looks_like_path (colon + 1, FALSE))
            return g_strdup (colon + 1);
          if (is_in (word, dotted_languages, G_N_ELEMENTS (dotted_languages)))
            continue;
        }
      if (looks_like_path (word, marked))
        return g_strdup (word);
    }
  return NULL;
}

char *
enclave_patch_path_from_head (const char *text)
{
  g_autofree char *path = g_strdup (text);

  g_strstrip (path);
  if (*path == '"')
    {
      /* git quotes names with bytes beyond ASCII the way C does. */
      char *end = strrchr (path + 1, '"');

      if (end != NULL)
        {
          *end = '\0';
          return g_strcompress (path + 1);
        }
    }
  path[strcspn (path, "\t")] = '\0';
  g_strchomp (path);
  return g_steal_pointer (&path);
}
