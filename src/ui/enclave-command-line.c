/* enclave-command-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-command-line.h"

/* More is no line of a file the editor opens; a bound keeps the arithmetic safe. */
#define MAX_NUMBER 100000000u

void
enclave_open_target_free (EnclaveOpenTarget *target)
{
  g_clear_object (&target->file);
  g_free (target);
}

static gboolean
take_number (const char *text, gsize length, guint *number)
{
  guint value = 0;

  if (length == 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = MIN (value * 10 + (guint) (text[i] - '0'), MAX_NUMBER);
    }
  *number = value;
  return TRUE;
}

/* `12` or `12:7`. */
static gboolean
take_place (const char *text, guint *line, guint *column)
{
  const char *colon = strchr (text, ':');

  *column = 0;
  if (colon == NULL)
    return take_number (text, strlen (text), line);
  return take_number (text, (gsize) (colon - text), line) && take_number (colon + 1, strlen (colon + 1), column);
}

/* Takes one `:NUMBER` off the end of @name. A trailing colon, as compilers print it, goes as well. */
static gboolean
cut_number (char *name, guint *number)
{
  gsize length = strlen (name);
  char *colon;

  if (length > 1 && name[length - 1] == ':')
    name[length - 1] = '\0';
  colon = strrchr (name, ':');
  if (colon == NULL || colon == name || !take_number (colon + 1, strlen (colon + 1), number))
    return FALSE;
  *colon = '\0';
  return TRUE;
}

static GFile *
resolve (const char *name, const char *directory)
{
  g_autofree char *path = g_canonicalize_filename (name, directory);

  return g_file_new_for_path (path);
}

static EnclaveOpenTarget *
parse_name (const char *name, const char *directory)
{
  EnclaveOpenTarget *target = g_new0 (EnclaveOpenTarget, 1);
  g_autofree char *rest = g_strdup (name);
  guint last = 0;
  guint first = 0;

  if (g_str_has_prefix (name, "file://"))
    {
      target->file = g_file_new_for_uri (name);
      return target;
    }

  target->file = resolve (name, directory);
  if (g_file_query_exists (target->file, NULL) || !cut_number (rest, &last))
    return target;

  g_clear_object (&target->file);
  target->file = resolve (rest, directory);
  target->line = last;
  if (g_file_query_exists (target->file, NULL) || !cut_number (rest, &first))
    return target;

  g_clear_object (&target->file);
  target->file = resolve (rest, directory);
  target->line = first;
  target->column = last;
  return target;
}

GPtrArray *
enclave_command_line_parse (const char *const *arguments, const char *directory, GError **error)
{
  g_autoptr (GPtrArray) targets = NULL;
  const char *pending = NULL;
  guint line = 0;
  guint column = 0;

  g_return_val_if_fail (arguments != NULL, NULL);

  targets = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_open_target_free);
  for (gsize i = 0; arguments[i] != NULL; i++)
    {
      EnclaveOpenTarget *target;

      if (arguments[i][0] == '\0')
        continue;
      if (pending == NULL && arguments[i][0] == '+' && take_place (arguments[i] + 1, &line, &column))
        {
          pending = arguments[i];
          continue;
        }

      target = parse_name (arguments[i], directory);
      if (pending != NULL)
        {
          target->line = line;
          target->column = column;
          pending = NULL;
        }
      g_ptr_array_add (targets, target);
    }

  if (pending != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” names a line, but no file follows it"), pending);
      return NULL;
    }
  return g_steal_pointer (&targets);
}
