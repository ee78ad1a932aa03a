/* enclave-git-graph.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-graph.h"

#include <string.h>

#define MAX_DEPTH 256
#define HASH_MAX 32

typedef struct
{
  const char *content;
  gsize length;
  gboolean is_tree;
} Object;

struct _EnclaveGitGraph
{
  EnclavePolicy *policy;
  const char *root;
  const char *work;
  GHashTable *objects;  /* hexadecimal → Object, of commits and trees */
  GHashTable *allowed;  /* hexadecimal names of blobs */
  GHashTable *denied;   /* the same → a path that is denied */
  GHashTable *visited;  /* tree and path */
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
  g_clear_pointer (&self->objects, g_hash_table_unref);
  g_clear_pointer (&self->allowed, g_hash_table_unref);
  g_clear_pointer (&self->denied, g_hash_table_unref);
  g_clear_pointer (&self->visited, g_hash_table_unref);
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
is_allowed_path (EnclaveGitGraph *self, const char *path, gboolean is_folder)
{
  g_autofree char *key = g_strconcat (path, is_folder ? "/" : "", NULL);
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->verdicts, key));

  if (known == 0)
    {
      g_autofree char *absolute = g_strconcat (self->work, "/", path, NULL);
      EnclaveDecision decision = enclave_policy_decide (self->policy, ENCLAVE_EFFECT_READ, self->root, absolute, is_folder);

      known = decision.verdict == ENCLAVE_VERDICT_DENY ? 2 : 1;
      g_hash_table_insert (self->verdicts, g_steal_pointer (&key), GUINT_TO_POINTER (known));
    }
  return known == 1;
}

static void
to_hexadecimal (const char *bytes, gsize length, char *text)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < length; i++)
    {
      text[2 * i] = digits[(guchar) bytes[i] >> 4];
      text[2 * i + 1] = digits[(guchar) bytes[i] & 15];
    }
  text[2 * length] = '\0';
}

static void
note_file (EnclaveGitGraph *self, const char *name, const char *path, gboolean is_allowed)
{
  if (is_allowed && !g_hash_table_contains (self->allowed, name))
    g_hash_table_add (self->allowed, g_strdup (name));
  else if (!is_allowed && !g_hash_table_contains (self->denied, name))
    g_hash_table_insert (self->denied, g_strdup (name), g_strdup (path));
}

/* @path: "" or with a slash at its end. @is_allowed: FALSE in a folder that is denied, with all below it. */
static gboolean
walk_tree (EnclaveGitGraph *self, const char *name, const char *path, gboolean is_allowed, guint depth, GError **error)
{
  gsize hash_length = strlen (name) / 2;
  char child[2 * HASH_MAX + 1];
  const Object *tree = g_hash_table_lookup (self->objects, name);
  g_autofree char *key = g_strconcat (name, path, NULL);
  const char *at, *end;

  if (depth > MAX_DEPTH)
    return fail (error, "the folders of a commit are nested too deep");
  /* A shallow or damaged repository lacks some: what is not there gives nothing away. */
  if (tree == NULL || !tree->is_tree || !g_hash_table_add (self->visited, g_steal_pointer (&key)))
    return TRUE;
  end = tree->content + tree->length;
  for (at = tree->content; at < end;)
    {
      const char *space = memchr (at, ' ', (gsize) (end - at));
      const char *zero = space != NULL ? memchr (space, '\0', (gsize) (end - space)) : NULL;
      g_autofree char *child_path = NULL;
      gboolean is_folder, is_module;

      if (zero == NULL || (gsize) (end - zero - 1) < hash_length)
        return fail (error, "a folder that git has stored can't be read");
      is_folder = space - at == 5 && memcmp (at, "40000", 5) == 0;
      is_module = space > at && memcmp (at, "160000", MIN (6, (gsize) (space - at))) == 0;
      to_hexadecimal (zero + 1, hash_length, child);
      at = zero + 1 + hash_length;
      /* Most of a tree is as in the commit before. */
      if (!is_folder && g_hash_table_contains (self->allowed, child))
        continue;
      child_path = g_strdup_printf ("%s%.*s%s", path, (int) (zero - space - 1), space + 1, is_folder ? "/" : "");
      if (is_folder)
        {
          g_autofree char *folder = g_strndup (child_path, strlen (child_path) - 1);

          if (!walk_tree (self, child, child_path, is_allowed && is_allowed_path (self, folder, TRUE), depth + 1, error))
            return FALSE;
        }
      else if (!is_module)
        note_file (self, child, child_path, is_allowed && is_allowed_path (self, child_path, FALSE));
    }
  return TRUE;
}

static gboolean
read_graph (EnclaveGitGraph *self, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  for (const char *at = text; at < end;)
    {
      const char *line = memchr (at, '\n', (gsize) (end - at));
      g_autofree char *header = NULL;
      g_auto (GStrv) words = NULL;
      guint64 size;
      Object *object;

      if (line == NULL)
        return fail (error, "what git printed is cut");
      header = g_strndup (at, (gsize) (line - at));
      words = g_strsplit (header, " ", 4);
      at = line + 1;
      /* "NAME missing" */
      if (g_strv_length (words) == 2)
        continue;
      if (g_strv_length (words) != 3 || !is_name (words[0], strlen (words[0]))
          || !g_ascii_string_to_unsigned (words[2], 10, 0, (guint64) (end - at), &size, NULL) || (guint64) (end - at) <= size)
        return fail (error, "what git printed can't be read");
      object = g_new0 (Object, 1);
      object->content = at;
      object->length = (gsize) size;
      object->is_tree = strcmp (words[1], "tree") == 0;
      g_hash_table_insert (self->objects, g_strdup (words[0]), object);
      at += size + 1;
    }
  return TRUE;
}

static gboolean
walk_commits (EnclaveGitGraph *self, GCancellable *cancellable, GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->objects);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Object *object = value;
      gsize name_length = strlen (key);
      g_autofree char *tree = NULL;

      if (object->is_tree || object->length < 5 + name_length || memcmp (object->content, "tree ", 5) != 0)
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      tree = g_strndup (object->content + 5, name_length);
      if (!walk_tree (self, tree, "", TRUE, 0, error))
        return FALSE;
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
      if (!is_name (space + 1, name_length))
        return fail (error, "the index that git printed can't be read");
      {
        g_autofree char *object = g_strndup (space + 1, name_length);

        note_file (self, object, tab + 1, is_allowed_path (self, tab + 1, FALSE));
      }
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

static GMappedFile *
map_file (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_mapped_file_new (path, FALSE, error);
}

EnclaveGitGraph *
enclave_git_graph_read (const char *folder, EnclavePolicy *policy, const char *root, const char *work, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (EnclaveGitGraph) self = g_new0 (EnclaveGitGraph, 1);
  g_autoptr (GMappedFile) graph = map_file (folder, "graph", error);
  g_autofree char *objects_path = g_build_filename (folder, "objects", NULL);
  g_autofree char *index_path = g_build_filename (folder, "index", NULL);
  g_autofree char *objects = NULL;
  g_autofree char *index = NULL;
  gsize objects_length, index_length;

  if (graph == NULL || !g_file_get_contents (objects_path, &objects, &objects_length, error)
      || !g_file_get_contents (index_path, &index, &index_length, error))
    return NULL;
  self->policy = policy;
  self->root = root;
  self->work = work;
  self->objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->hidden_list = g_ptr_array_new_with_free_func (g_free);
  if ((index_length > 0 && index[index_length - 1] != '\0')
      || !read_graph (self, g_mapped_file_get_contents (graph), g_mapped_file_get_length (graph), error)
      || !walk_commits (self, cancellable, error) || !read_index (self, index, index_length, error)
      || !find_hidden (self, objects, error))
    {
      if (error != NULL && *error == NULL)
        fail (error, "the index that git printed is cut");
      return NULL;
    }
  g_clear_pointer (&self->objects, g_hash_table_unref);
  g_clear_pointer (&self->visited, g_hash_table_unref);
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
