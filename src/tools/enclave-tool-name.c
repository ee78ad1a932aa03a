/* enclave-tool-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>


#include "enclave-tool-private.h"
#include "enclave-utf8.h"

/* Names of tools and arguments as models write them. */

#define NAME_MAX_BYTES 64
/* A name further away than this is another word, and no slip. */
#define NEAR_MAX 3

char *
enclave_tool_shorten_name (const char *name)
{
  g_autofree char *start = g_strndup (name, enclave_utf8_prefix_length (name, strlen (name), NAME_MAX_BYTES));

  return enclave_utf8_display_name (start);
}

guint
enclave_tool_name_distance (const char *a, const char *b)
{
  gsize length_a = MIN (strlen (a), NAME_MAX_BYTES);
  gsize length_b = MIN (strlen (b), NAME_MAX_BYTES);
  guint row[NAME_MAX_BYTES + 1];

  for (gsize j = 0; j <= length_b; j++)
    row[j] = (guint) j;
  for (gsize i = 1; i <= length_a; i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i;
      for (gsize j = 1; j <= length_b; j++)
        {
          guint above = row[j];
          guint cost = diagonal + (g_ascii_tolower (a[i - 1]) != g_ascii_tolower (b[j - 1]));

          row[j] = MIN (cost, MIN (above, row[j - 1]) + 1);
          diagonal = above;
        }
    }

  return row[length_b];
}

gboolean
enclave_tool_name_is_same (const char *a, const char *b)
{
  for (;;)
    {
      a += strspn (a, "_- ");
      b += strspn (b, "_- ");
      if (g_ascii_tolower (*a) != g_ascii_tolower (*b))
        return FALSE;
      if (*a == '\0')
        return TRUE;
      a++;
      b++;
    }
}

const char *
enclave_tool_registry_resolve (EnclaveToolRegistry *self, const char *name)
{
  const char *found = NULL;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < enclave_tool_registry_get_n_tools (self); i++)
    {
      const char *known = enclave_tool_get_spec (enclave_tool_registry_get_tool (self, i))->name;

      if (strcmp (known, name) == 0)
        return known;
      if (enclave_tool_name_is_same (known, name))
        {
          if (found != NULL)
            return NULL;
          found = known;
        }
    }

  return found;
}

/* What other programs call these tools: a model that was trained with them goes on calling them so. It is told, not obeyed: their
 * arguments are others. */
static const char *
find_other_name (const char *name)
{
  static const char *const names[][2] = {
    { "grep", "search_text" },      { "search", "search_text" },     { "search_files", "search_text" }, { "ripgrep", "search_text" },
    { "codebase_search", "search_text" }, { "glob", "find_files" },  { "ls", "list_directory" },        { "list_files", "list_directory" },
    { "list_dir", "list_directory" }, { "cat", "read_file" },        { "open_file", "read_file" },      { "view", "read_file" },
    { "read", "read_file" },        { "view_file", "read_file" },    { "bash", "run_command" },         { "shell", "run_command" },
    { "execute_command", "run_command" }, { "run", "run_command" },  { "terminal", "run_command" },     { "execute", "run_command" },
    { "write", "write_file" },      { "create_file", "write_file" }, { "write_to_file", "write_file" }, { "edit", "edit_file" },
    { "str_replace", "edit_file" }, { "replace_in_file", "edit_file" }, { "str_replace_editor", "edit_file" }, { "patch", "apply_patch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (enclave_tool_name_is_same (names[i][0], name))
      return names[i][1];

  return NULL;
}

const EnclaveToolParameter *
enclave_tool_match_parameter (const EnclaveToolSpec *spec, const char *name)
{
  static const char *const names[][2] = {
    { "file_path", "path" },    { "file", "path" },          { "filename", "path" },   { "file_name", "path" },      { "directory", "path" },
    { "dir", "path" },          { "folder", "path" },        { "query", "pattern" },   { "search", "pattern" },      { "glob", "pattern" },
    { "regexp", "pattern" },    { "cmd", "command" },        { "timeout", "timeout_s" }, { "old_string", "old_text" }, { "old_str", "old_text" },
    { "old", "old_text" },      { "search", "old_text" },    { "new_string", "new_text" }, { "new_str", "new_text" }, { "new", "new_text" },
    { "replace", "new_text" },  { "contents", "content" },   { "file_text", "content" }, { "text", "content" },      { "code", "content" },
    { "diff", "patch" },        { "files", "paths" },
  };

  for (guint i = 0; i < spec->n_parameters; i++)
    if (strcmp (spec->parameters[i].name, name) == 0)
      return &spec->parameters[i];
  for (guint i = 0; i < spec->n_parameters; i++)
    if (enclave_tool_name_is_same (spec->parameters[i].name, name))
      return &spec->parameters[i];
  for (guint i = 0; i < spec->n_parameters; i++)
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      if (strcmp (names[j][1], spec->parameters[i].name) == 0 && enclave_tool_name_is_same (names[j][0], name))
        return &spec->parameters[i];

  return NULL;
}

gboolean
enclave_tool_name_is_remark (const char *name)
{
  static const char *const names[] = { "description", "explanation", "reason", "reasoning", "thought", "purpose", NULL };

  return g_strv_contains (names, name);
}

/**
 * enclave_tool_registry_find:
 * @self: a registry
 * @name: name as the model wrote it
 * @error: return location
 *
 * Returns: (transfer none): the tool, also when only case, hyphens or underscores differ and no other tool is meant; or %NULL with
 *   ENCLAVE_TOOL_ERROR_UNKNOWN
 */
EnclaveTool *
enclave_tool_registry_find (EnclaveToolRegistry *self, const char *name, GError **error)
{
  const char *known;
  const char *nearest;
  const char *other;
  g_autofree char *shown = NULL;
  guint least = G_MAXUINT;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  known = enclave_tool_registry_resolve (self, name);
  other = find_other_name (name);
  nearest = "-";
  for (guint i = 0; i < enclave_tool_registry_get_n_tools (self); i++)
    {
      EnclaveTool *tool = enclave_tool_registry_get_tool (self, i);
      const char *own = enclave_tool_get_spec (tool)->name;
      guint d = enclave_tool_name_distance (own, name);

      if (known == own)
        return tool;
      if (d < least)
        {
          least = d;
          nearest = own;
        }
    }

  shown = enclave_tool_shorten_name (name);
  g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_UNKNOWN, "There is no tool “%s”; the nearest is %s", shown,
               other != NULL && least > NEAR_MAX ? other : nearest);

  return NULL;
}
