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

EnclaveOpenTarget *
enclave_open_target_new (GFile *file)
{
  EnclaveOpenTarget *target;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  target = g_new0 (EnclaveOpenTarget, 1);
  target->file = g_object_ref (file);
  return target;
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
      value = MIN (value * 10 + (guint)(text[i] - '0'), MAX_NUMBER);
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
  return take_number (text, (gsize)(colon - text), line)
         && take_number (colon + 1, strlen (colon + 1), column);
}

/* Takes one `:NUMBER` off the end of @name. A trailing colon, as compilers print it, goes as well.
 */
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

typedef gboolean (*Exists) (GFile *file);

static gboolean
is_there (GFile *file)
{
  return g_file_query_exists (file, NULL);
}

static gboolean
is_taken_for_there (GFile *file)
{
  return TRUE;
}

static EnclaveOpenTarget *
parse_name (const char *name, const char *directory, Exists exists)
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
  if (exists (target->file) || !cut_number (rest, &last))
    return target;

  g_clear_object (&target->file);
  target->file = resolve (rest, directory);
  target->line = last;
  if (exists (target->file) || !cut_number (rest, &first))
    return target;

  g_clear_object (&target->file);
  target->file = resolve (rest, directory);
  target->line = first;
  target->column = last;
  return target;
}

static GPtrArray *
parse (const char *const *arguments, const char *directory, Exists exists, GError **error)
{
  g_autoptr (GPtrArray) targets = NULL;
  const char *pending = NULL;
  guint line = 0;
  guint column = 0;

  targets = g_ptr_array_new_with_free_func ((GDestroyNotify)enclave_open_target_free);
  for (gsize i = 0; arguments[i] != NULL; i++)
    {
      EnclaveOpenTarget *target;

      if (arguments[i][0] == '\0')
        continue;
      if (pending == NULL && arguments[i][0] == '+'
          && take_place (arguments[i] + 1, &line, &column))
        {
          pending = arguments[i];
          continue;
        }

      target = parse_name (arguments[i], directory, exists);
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
                   _ ("“%s” names a line, but no file follows it"), pending);
      return NULL;
    }
  return g_steal_pointer (&targets);
}

GPtrArray *
enclave_command_line_parse (const char *const *arguments, const char *directory, GError **error)
{
  g_return_val_if_fail (arguments != NULL, NULL);

  return parse (arguments, directory, is_there, error);
}

gboolean
enclave_command_line_check (const char *const *arguments, GError **error)
{
  g_autoptr (GPtrArray) targets = NULL;

  g_return_val_if_fail (arguments != NULL, FALSE);

  targets = parse (arguments, "/", is_taken_for_there, error);
  return targets != NULL;
}

typedef struct
{
  GStrv arguments;    /* (nullable) */
  char *directory;    /* (nullable) */
  GPtrArray *targets; /* (nullable) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_strfreev (reading->arguments);
  g_free (reading->directory);
  g_clear_pointer (&reading->targets, g_ptr_array_unref);
  g_free (reading);
}

static void
read_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  GError *error = NULL;

  if (reading->targets == NULL)
    reading->targets = enclave_command_line_parse ((const char *const *)reading->arguments,
                                                   reading->directory, &error);
  if (reading->targets == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < reading->targets->len; i++)
    {
      EnclaveOpenTarget *target = g_ptr_array_index (reading->targets, i);

      target->is_folder = g_file_query_file_type (target->file, G_FILE_QUERY_INFO_NONE, NULL)
                          == G_FILE_TYPE_DIRECTORY;
    }
  g_task_return_pointer (task, g_ptr_array_ref (reading->targets),
                         (GDestroyNotify)g_ptr_array_unref);
}

static void
read_in_thread (Reading *reading, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, read_in_thread);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_worker);
}

void
enclave_command_line_read_async (const char *const *arguments,
                                 const char *directory,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Reading *reading;

  g_return_if_fail (arguments != NULL);
  g_return_if_fail (directory != NULL);

  reading = g_new0 (Reading, 1);
  reading->arguments = g_strdupv ((GStrv)arguments);
  reading->directory = g_strdup (directory);
  read_in_thread (reading, callback, user_data);
}

void
enclave_open_targets_look_async (GPtrArray *targets,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Reading *reading;

  g_return_if_fail (targets != NULL);

  reading = g_new0 (Reading, 1);
  reading->targets = g_ptr_array_ref (targets);
  read_in_thread (reading, callback, user_data);
}

GPtrArray *
enclave_command_line_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
