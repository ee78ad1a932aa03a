/* enclave-git-graph.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-graph.h"

#include <string.h>

#define LOOK_AGAIN 4096

struct _EnclaveGitGraph
{
  EnclavePolicy *policy;
  const char *root;
  const char *work;
  GHashTable *allowed;  /* hexadecimal names of blobs */
  GHashTable *denied;   /* the same → a path that is denied */
  GHashTable *verdicts; /* path → 1 allowed, 2 denied; folders end in a slash */
  GHashTable *shown;    /* all objects that git has listed and that are not hidden */
  GPtrArray *hidden_list;
  gsize hash_length;
};

void
enclave_git_graph_free (EnclaveGitGraph *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->allowed, g_hash_table_unref);
  g_clear_pointer (&self->denied, g_hash_table_unref);
  g_clear_pointer (&self->verdicts, g_hash_table_unref);
  g_clear_pointer (&self->hidden_list, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_free (self);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s", what);
  return FALSE;
}

static gboolean
is_name (const char *text, gsize length)
{
  if (length != 40 && length != 64)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_allowed_alone (EnclaveGitGraph *self, const char *path, gsize length, gboolean is_folder)
{
  g_autofree char *key = g_strdup_printf ("%.*s%s", (int) length, path, is_folder ? "/" : "");
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->verdicts, key));

  if (known == 0)
    {
      g_autofree char *absolute = g_strdup_printf ("%s/%.*s", self->work, (int) length, path);
      EnclaveDecision decision = enclave_policy_decide (self->policy, ENCLAVE_EFFECT_READ, self->root, absolute, is_folder);

      known = decision.verdict == ENCLAVE_VERDICT_DENY ? 2 : 1;
      g_hash_table_insert (self->verdicts, g_steal_pointer (&key), GUINT_TO_POINTER (known));
    }
  return known == 1;
}

/* Nothing in a folder that is denied is allowed. */
static gboolean
is_allowed_path (EnclaveGitGraph *self, const char *path)
{
  gsize length = strlen (path);

  if (length > G_MAXINT)
    return FALSE;
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    if (!is_allowed_alone (self, path, (gsize) (slash - path), TRUE))
      return FALSE;
  return is_allowed_alone (self, path, length, FALSE);
}

/* @name: @length characters of a longer text. */
static gboolean
note_file (EnclaveGitGraph *self, const char *name, gsize length, const char *path, GError **error)
{
  g_autofree char *object = g_strndup (name, length);
  gboolean is_allowed;

  if (!is_name (object, length))
    return fail (error, "what git printed can't be read");
  if (g_hash_table_contains (self->allowed, object))
    return TRUE;
  is_allowed = is_allowed_path (self, path);
  if (is_allowed)
    g_hash_table_add (self->allowed, g_steal_pointer (&object));
  else if (!g_hash_table_contains (self->denied, object))
    g_hash_table_insert (self->denied, g_steal_pointer (&object), g_strdup (path));
  return TRUE;
}

/* As `git diff-tree` prints it: a colon for each parent, the modes in them and in the commit, the names in them and in the commit, what
 * has become of it; then the path. */
static gboolean
read_difference (EnclaveGitGraph *self, const char *text, const char *path, GError **error)
{
  gsize n_parents = strspn (text, ":");
  const char *mode = text + n_parents;
  const char *status = strrchr (text, ' ');
  const char *name = status;

  for (gsize i = 0; i < n_parents && mode != NULL; i++)
    {
      mode = strchr (mode, ' ');
      mode = mode != NULL ? mode + 1 : NULL;
    }
  while (name != NULL && name > text && name[-1] != ' ')
    name--;
  if (mode == NULL || name == NULL || name <= mode)
    return fail (error, "what git printed can't be read");
  /* It is gone, or the commit of a submodule. */
  if (g_str_has_prefix (mode, "000000 ") || g_str_has_prefix (mode, "160000 "))
    return TRUE;
  return note_file (self, name, (gsize) (status - name), path, error);
}

/* As `git ls-tree` prints it: MODE TYPE NAME<tab>PATH. */
static gboolean
read_entry (EnclaveGitGraph *self, const char *text, GError **error)
{
  const char *tab = strchr (text, '\t');
  const char *name = tab;

  while (name != NULL && name > text && name[-1] != ' ')
    name--;
  if (name == NULL || name == text)
    return fail (error, "what git printed can't be read");
  if (g_str_has_prefix (text, "160000 "))
    return TRUE;
  return note_file (self, name, (gsize) (tab - name), tab + 1, error);
}

static gboolean
read_differences (EnclaveGitGraph *self, const char *text, gsize length, GCancellable *cancellable, GError **error)
{
  const char *end = text + length;
  guint n = 0;

  if (length > 0 && end[-1] != '\0')
    return fail (error, "what git printed is cut");
  for (const char *at = text; at < end;)
    {
      const char *next = at + strlen (at) + 1;

      if (n++ % LOOK_AGAIN == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (*at != ':')
        {
          if (!read_entry (self, at, error))
            return FALSE;
        }
      else
        {
          if (next >= end)
            return fail (error, "what git printed is cut");
          if (!read_difference (self, at, next, error))
            return FALSE;
          next += strlen (next) + 1;
        }
      at = next;
    }
  return TRUE;
}

/* MODE NAME STAGE<tab>PATH */
static gboolean
read_index (EnclaveGitGraph *self, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  for (const char *at = text; at < end; at += strlen (at) + 1)
    {
      const char *space = strchr (at, ' ');
      const char *tab = strchr (at, '\t');
      gsize name_length;

      if (space == NULL || tab == NULL || tab < space + 40)
        return fail (error, "the index that git printed can't be read");
      name_length = strcspn (space + 1, " ");
      if (!note_file (self, space + 1, name_length, tab + 1, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
find_hidden (EnclaveGitGraph *self, const char *text, GError **error)
{
  for (const char *at = text; *at != '\0';)
    {
      gsize length = strcspn (at, "\n");
      gsize name_length = strcspn (at, " \n");

      if (!is_name (at, name_length) || at[name_length] != ' ')
        return fail (error, "the list of objects that git printed can't be read");
      self->hash_length = name_length / 2;
      {
        g_autofree char *name = g_strndup (at, name_length);

        if (length == name_length + 5 && strncmp (at + name_length, " blob", 5) == 0
            && !g_hash_table_contains (self->allowed, name))
          g_ptr_array_add (self->hidden_list, g_steal_pointer (&name));
        else
          g_hash_table_add (self->shown, g_steal_pointer (&name));
      }
      at += length + (at[length] == '\n');
    }
  g_ptr_array_sort (self->hidden_list, compare_names);
  return TRUE;
}

EnclaveGitGraph *
enclave_git_graph_read (const char *folder, GPtrArray *differences, EnclavePolicy *policy, const char *root, const char *work,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (EnclaveGitGraph) self = g_new0 (EnclaveGitGraph, 1);
  g_autofree char *objects_path = g_build_filename (folder, "objects", NULL);
  g_autofree char *index_path = g_build_filename (folder, "index", NULL);
  g_autofree char *objects = NULL;
  g_autofree char *index = NULL;
  gsize objects_length, index_length;

  if (!g_file_get_contents (objects_path, &objects, &objects_length, error)
      || !g_file_get_contents (index_path, &index, &index_length, error))
    return NULL;
  self->policy = policy;
  self->root = root;
  self->work = work;
  self->allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->hidden_list = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < differences->len; i++)
    {
      gsize length;
      const char *text = g_bytes_get_data (g_ptr_array_index (differences, i), &length);

      if (length > 0 && !read_differences (self, text, length, cancellable, error))
        return NULL;
    }
  if (index_length > 0 && index[index_length - 1] != '\0')
    {
      fail (error, "the index that git printed is cut");
      return NULL;
    }
  if (!read_index (self, index, index_length, error) || !find_hidden (self, objects, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
enclave_git_graph_hides (EnclaveGitGraph *self, const char *object)
{
  return !g_hash_table_contains (self->shown, object);
}

gsize
enclave_git_graph_get_hash_length (EnclaveGitGraph *self)
{
  return self->hash_length;
}

GPtrArray *
enclave_git_graph_get_hidden (EnclaveGitGraph *self)
{
  return self->hidden_list;
}

const char *
enclave_git_graph_get_denied_path (EnclaveGitGraph *self, const char *object)
{
  return g_hash_table_lookup (self->denied, object);
}
