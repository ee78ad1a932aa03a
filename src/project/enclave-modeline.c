/* enclave-modeline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-modeline.h"

#include <string.h>

/* As Vim has it. */
#define LINES 5
#define MAX_LINE_BYTES 1024
#define MAX_WIDTH 32

static guint
to_width (const char *value)
{
  guint64 width = 0;

  return value != NULL && g_ascii_string_to_unsigned (value, 10, 1, MAX_WIDTH, &width, NULL) ? (guint) width : 0;
}

static gboolean
is_one_of (const char *name, const char *a, const char *b)
{
  return strcmp (name, a) == 0 || strcmp (name, b) == 0;
}

static void
set_style (EnclaveModeline *modeline, gboolean spaces)
{
  modeline->style = spaces ? ENCLAVE_MODELINE_SPACES : ENCLAVE_MODELINE_TABS;
}

static gboolean
is_true (const char *value)
{
  return value != NULL && (g_ascii_strcasecmp (value, "on") == 0 || g_ascii_strcasecmp (value, "true") == 0 || strcmp (value, "1") == 0
                           || strcmp (value, "t") == 0);
}

/* @name and @value: trimmed; @value is (nullable). */
typedef void (*Setter) (const char *name, const char *value, EnclaveModeline *modeline);

static void
set_vim (const char *name, const char *value, EnclaveModeline *modeline)
{
  if (is_one_of (name, "et", "expandtab"))
    set_style (modeline, TRUE);
  else if (is_one_of (name, "noet", "noexpandtab"))
    set_style (modeline, FALSE);
  else if (is_one_of (name, "ts", "tabstop") && to_width (value) > 0)
    modeline->tab_width = to_width (value);
  else if ((is_one_of (name, "sw", "shiftwidth") || (is_one_of (name, "sts", "softtabstop") && modeline->indent_width == 0))
           && to_width (value) > 0)
    modeline->indent_width = to_width (value);
}

static void
set_emacs (const char *name, const char *value, EnclaveModeline *modeline)
{
  if (g_ascii_strcasecmp (name, "indent-tabs-mode") == 0 && value != NULL)
    set_style (modeline, strcmp (value, "nil") == 0);
  else if (g_ascii_strcasecmp (name, "tab-width") == 0 && to_width (value) > 0)
    modeline->tab_width = to_width (value);
  else if ((g_ascii_strcasecmp (name, "c-basic-offset") == 0 || g_str_has_suffix (name, "-indent-offset") || g_str_has_suffix (name, "-indent-level"))
           && to_width (value) > 0)
    modeline->indent_width = to_width (value);
}

static void
set_kate (const char *name, const char *value, EnclaveModeline *modeline)
{
  if (is_one_of (name, "replace-tabs", "space-indent") && value != NULL)
    set_style (modeline, is_true (value));
  else if (strcmp (name, "tab-width") == 0 && to_width (value) > 0)
    modeline->tab_width = to_width (value);
  else if (strcmp (name, "indent-width") == 0 && to_width (value) > 0)
    modeline->indent_width = to_width (value);
}

/* @words: what @separators divide; in each, a name and perhaps, behind one of @assigns, a value. */
static void
set_all (const char *words, const char *separators, const char *assigns, Setter setter, EnclaveModeline *modeline)
{
  g_auto (GStrv) parts = g_strsplit_set (words, separators, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *name = g_strstrip (parts[i]);
      char *value = strpbrk (name, assigns);

      if (value != NULL)
        {
          *value++ = '\0';
          g_strchomp (name);
          g_strstrip (value);
        }
      if (*name != '\0')
        setter (name, value, modeline);
    }
}

/* "vim: set ts=4 sw=4 et:" and "vim:ts=4:et": at the beginning or behind a blank. */
static gboolean
read_vim (const char *line, EnclaveModeline *modeline)
{
  static const char *const marks[] = { "vim:", "vi:", "ex:" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      const char *mark = strstr (line, marks[i]);
      const char *words;

      if (mark == NULL || (mark != line && mark[-1] != ' ' && mark[-1] != '\t'))
        continue;
      words = mark + strlen (marks[i]);
      words += strspn (words, " \t");
      if (g_str_has_prefix (words, "set ") || g_str_has_prefix (words, "se "))
        {
          const char *begin = strchr (words, ' ') + 1;
          g_autofree char *set = g_strndup (begin, strcspn (begin, ":"));

          set_all (set, " \t", "=", set_vim, modeline);
        }
      else
        set_all (words, ": \t", "=", set_vim, modeline);
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_emacs (const char *line, EnclaveModeline *modeline)
{
  const char *begin = strstr (line, "-*-");
  const char *end = begin != NULL ? strstr (begin + 3, "-*-") : NULL;
  g_autofree char *words = end != NULL ? g_strndup (begin + 3, (gsize) (end - begin - 3)) : NULL;

  if (words == NULL)
    return FALSE;
  set_all (words, ";", ":", set_emacs, modeline);
  return TRUE;
}

static gboolean
read_kate (const char *line, EnclaveModeline *modeline)
{
  const char *mark = strstr (line, "kate:");

  if (mark == NULL || (mark != line && g_ascii_isalnum (mark[-1])))
    return FALSE;
  set_all (mark + strlen ("kate:"), ";", " \t", set_kate, modeline);
  return TRUE;
}

static void
read_line (const char *start, gsize length, EnclaveModeline *modeline)
{
  g_autofree char *line = length <= MAX_LINE_BYTES ? g_strndup (start, length) : NULL;

  if (line != NULL && !read_emacs (line, modeline) && !read_kate (line, modeline))
    read_vim (line, modeline);
}

gboolean
enclave_modeline_parse (const char *text, gssize length, EnclaveModeline *modeline)
{
  gsize end;
  gsize first_end = 0;

  g_return_val_if_fail (text != NULL && modeline != NULL, FALSE);

  *modeline = (EnclaveModeline) { ENCLAVE_MODELINE_UNSET, 0, 0 };
  end = length < 0 ? strlen (text) : (gsize) length;
  for (guint i = 0; i < LINES && first_end < end; i++)
    {
      const char *at = memchr (text + first_end, '\n', end - first_end);
      gsize line_end = at != NULL ? (gsize) (at - text) : end;

      read_line (text + first_end, line_end - first_end, modeline);
      first_end = MIN (line_end + 1, end);
    }
  if (end > first_end && text[end - 1] == '\n')
    end--;
  for (guint i = 0; i < LINES && end > first_end; i++)
    {
      gsize begin = end;

      while (begin > first_end && text[begin - 1] != '\n')
        begin--;
      read_line (text + begin, end - begin, modeline);
      end = begin > first_end ? begin - 1 : first_end;
    }
  return modeline->style != ENCLAVE_MODELINE_UNSET || modeline->tab_width > 0 || modeline->indent_width > 0;
}
