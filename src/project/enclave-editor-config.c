/* enclave-editor-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-editor-config.h"

#define FILE_NAME ".editorconfig"
/* Of one file: the largest known, that of a compiler with rules for its analysers, has some 30 KB. */
#define MAX_BYTES (256 * 1024)
/* Folders above the file that are looked into. */
#define MAX_FOLDERS 64
/* As the specification bounds them; longer ones say nothing. */
#define MAX_SECTION_BYTES 4096
#define MAX_VALUE_BYTES 255
/* On the patterns of all files together: some tens of milliseconds. */
#define MAX_STEPS (2 * 1000 * 1000)
#define MAX_INDENT 16
#define MAX_LINE_LENGTH 10000

static EnclaveEditorConfigAnswer
parse_answer (const char *value)
{
  if (g_str_equal (value, "true"))
    return ENCLAVE_EDITOR_CONFIG_TRUE;
  return g_str_equal (value, "false") ? ENCLAVE_EDITOR_CONFIG_FALSE : ENCLAVE_EDITOR_CONFIG_UNSET;
}

/* 0: no number from 1 to @max. */
static guint
parse_number (const char *value, guint max)
{
  guint64 number;

  return g_ascii_string_to_unsigned (value, 10, 1, max, &number, NULL) ? (guint) number : 0;
}

/* The place of @value in @words + 1, 0 for none. */
static guint
parse_word (const char *value, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (value, words[i]))
      return i + 1;
  return 0;
}

/* A value that is not known, "unset" among them, takes back what a file further up has said. */
static void
set_property (EnclaveEditorConfig *config, const char *name, const char *value)
{
  static const char *const styles[] = { "tab", "space", NULL };
  static const char *const ends[] = { "lf", "crlf", "cr", NULL };
  static const char *const charsets[] = { "utf-8", "utf-8-bom", "utf-16le", "utf-16be", "latin1", NULL };

  if (g_str_equal (name, "indent_style"))
    config->indent_style = parse_word (value, styles);
  else if (g_str_equal (name, "indent_size"))
    {
      config->size_is_tab = g_str_equal (value, "tab");
      config->indent_size = parse_number (value, MAX_INDENT);
    }
  else if (g_str_equal (name, "tab_width"))
    config->tab_width = parse_number (value, MAX_INDENT);
  else if (g_str_equal (name, "end_of_line"))
    config->end_of_line = parse_word (value, ends);
  else if (g_str_equal (name, "charset"))
    config->charset = parse_word (value, charsets);
  else if (g_str_equal (name, "trim_trailing_whitespace"))
    config->trim_trailing_whitespace = parse_answer (value);
  else if (g_str_equal (name, "insert_final_newline"))
    config->insert_final_newline = parse_answer (value);
  else if (g_str_equal (name, "max_line_length"))
    config->max_line_length = parse_number (value, MAX_LINE_LENGTH);
}

/* Splits "name = value" in place. A remark behind the value is left out: no value that is known here has a blank in it. */
static gboolean
parse_pair (char *line, char **name, char **value)
{
  char *equals = strchr (line, '=');

  if (equals == NULL)
    return FALSE;
  *equals = '\0';
  *name = g_strstrip (line);
  *value = g_strchug (equals + 1);
  (*value)[strcspn (*value, " \t")] = '\0';
  if (**name == '\0' || strlen (*value) > MAX_VALUE_BYTES)
    return FALSE;
  for (char *at = *name; *at != '\0'; at++)
    *at = g_ascii_tolower (*at);
  for (char *at = *value; *at != '\0'; at++)
    *at = g_ascii_tolower (*at);
  return TRUE;
}

gboolean
enclave_editor_config_apply (EnclaveEditorConfig *config, const char *text, gsize length, const char *path, guint *steps)
{
  gboolean in_section = FALSE;
  gboolean matches = FALSE;
  gboolean root = FALSE;
  const char *end;

  g_return_val_if_fail (config != NULL && text != NULL && path != NULL && steps != NULL, FALSE);

  end = text + length;
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  while (text < end)
    {
      const char *line_end = memchr (text, '\n', (gsize) (end - text));
      gsize line_length = (gsize) ((line_end != NULL ? line_end : end) - text);
      g_autofree char *line = g_strndup (text, MIN (line_length, MAX_SECTION_BYTES + 16));
      gboolean too_long = line_length > MAX_SECTION_BYTES;
      gsize kept;
      char *name;
      char *value;

      text += line_length + 1;
      g_strstrip (line);
      kept = strlen (line);
      if (kept == 0 || *line == '#' || *line == ';')
        continue;
      if (*line == '[')
        {
          in_section = TRUE;
          matches = FALSE;
          if (!too_long && line[kept - 1] == ']')
            {
              line[kept - 1] = '\0';
              matches = enclave_editor_config_matches (line + 1, path, steps);
            }
        }
      else if (!too_long && parse_pair (line, &name, &value))
        {
          if (!in_section && g_str_equal (name, "root"))
            root = g_str_equal (value, "true");
          else if (matches)
            set_property (config, name, value);
        }
    }
  return root;
}

void
enclave_editor_config_complete (EnclaveEditorConfig *config)
{
  g_return_if_fail (config != NULL);

  if (config->indent_style == ENCLAVE_EDITOR_CONFIG_INDENT_TAB && config->indent_size == 0)
    config->size_is_tab = TRUE;
  if (config->tab_width == 0)
    config->tab_width = config->indent_size;
  if (config->size_is_tab)
    config->indent_size = config->tab_width;
}

char *
enclave_editor_config_clean (const EnclaveEditorConfig *config, const char *text, const char *end)
{
  GString *cleaned;

  g_return_val_if_fail (config != NULL && text != NULL && end != NULL, NULL);

  cleaned = g_string_sized_new (strlen (text) + 2);
  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");
      gsize kept = length;

      while (config->trim_trailing_whitespace == ENCLAVE_EDITOR_CONFIG_TRUE && kept > 0
             && (text[kept - 1] == ' ' || text[kept - 1] == '\t'))
        kept--;
      g_string_append_len (cleaned, text, (gssize) kept);
      text += length;
      length = strspn (text, "\r\n");
      g_string_append_len (cleaned, text, (gssize) length);
      text += length;
    }
  if (cleaned->len > 0 && config->insert_final_newline == ENCLAVE_EDITOR_CONFIG_TRUE && strchr ("\r\n", cleaned->str[cleaned->len - 1]) == NULL)
    g_string_append (cleaned, end);
  while (config->insert_final_newline == ENCLAVE_EDITOR_CONFIG_FALSE && cleaned->len > 0
         && strchr ("\r\n", cleaned->str[cleaned->len - 1]) != NULL)
    g_string_truncate (cleaned, cleaned->len - 1);
  return g_string_free (cleaned, FALSE);
}

/* NULL: there is none, or none that is to be read. (transfer full) */
static GBytes *
read_one (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  struct stat st;
  /* a pipe of that name must not hold the thread */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size > MAX_BYTES)
    {
      close (fd);
      return NULL;
    }
  bytes = g_malloc (MAX_BYTES + 1);
  while (length <= MAX_BYTES)
    {
      gssize n = read (fd, bytes + length, MAX_BYTES + 1 - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      length += (gsize) n;
    }
  close (fd);
  return length <= MAX_BYTES ? g_bytes_new (bytes, length) : NULL;
}

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *path = task_data;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autofree char *folder = g_path_get_dirname (path);
  EnclaveEditorConfig *config = g_new0 (EnclaveEditorConfig, 1);
  guint steps = MAX_STEPS;

  for (guint i = 0; i < MAX_FOLDERS && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GBytes) file = read_one (folder);
      gsize place = strlen (folder) + (g_str_equal (folder, "/") ? 0 : 1);

      if (file != NULL)
        {
          EnclaveEditorConfig ignored = { 0 };
          guint none = 0;
          gsize length;
          const char *text = g_bytes_get_data (file, &length);
          gboolean root = enclave_editor_config_apply (&ignored, text != NULL ? text : "", length, "", &none);

          g_ptr_array_add (files, g_steal_pointer (&file));
          g_array_append_val (places, place);
          if (root)
            break;
        }
      if (g_str_equal (folder, "/"))
        break;
      {
        g_autofree char *below = folder;

        folder = g_path_get_dirname (below);
      }
    }
  /* the nearest has the last word */
  for (guint i = files->len; i > 0; i--)
    {
      gsize length;
      const char *text = g_bytes_get_data (g_ptr_array_index (files, i - 1), &length);

      if (text != NULL)
        enclave_editor_config_apply (config, text, length, path + g_array_index (places, gsize, i - 1), &steps);
    }
  enclave_editor_config_complete (config);
  g_task_return_pointer (task, config, g_free);
}

void
enclave_editor_config_find_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const char *path;

  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_editor_config_find_async);
  path = g_file_peek_path (file);
  if (path == NULL)
    {
      g_task_return_pointer (task, g_new0 (EnclaveEditorConfig, 1), g_free);
      return;
    }
  g_task_set_task_data (task, g_strdup (path), g_free);
  /* A dead network file system must not hold the one who cancels. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, find_in_thread);
}

EnclaveEditorConfig
enclave_editor_config_find_finish (GAsyncResult *result)
{
  EnclaveEditorConfig config = { 0 };
  g_autofree EnclaveEditorConfig *found = NULL;

  g_return_val_if_fail (G_IS_TASK (result), config);

  found = g_task_propagate_pointer (G_TASK (result), NULL);
  if (found != NULL)
    config = *found;
  return config;
}
