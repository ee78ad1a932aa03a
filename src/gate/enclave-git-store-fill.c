/* enclave-git-store-fill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of a repository's objects may be seen, and packs in place of those that hold something else, too.
 */

#include "config.h"

#include "enclave-git-store-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "enclave-git-differences.h"
#include "enclave-git-graph.h"
#include "enclave-git-pack.h"
#include "enclave-git-store.h"

#define BEGIN "set -e; cd \"$1\"; out=$2; exec 2>\"$out/problem\"; " ENCLAVE_GIT_LOOK "\n"

static const char list_script[] = BEGIN ENCLAVE_GIT_LIST;
static const char differences_script[] = BEGIN ENCLAVE_GIT_DIFFERENCES;
/* Git writes packs into the object store that it works with: here one of its own, which has the objects from the repository's. So what
 * is packed there is copied as it is, and nothing has to be read again for an index. */
static const char pack_script[] = BEGIN "export GIT_OBJECT_DIRECTORY=\"$out/made\"\n"
                                  "git pack-objects -q --delta-base-offset --threads=1 --window=0"
                                  " \"$out/made/pack/pack-allowed\" <\"$out/wanted\" >/dev/null\n";

static gboolean
fail_with_errno (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
write_lines (const char *folder, const char *name, GPtrArray *lines, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (text, g_ptr_array_index (lines, i));
      g_string_append_c (text, '\n');
    }
  return g_file_set_contents_full (path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
list_loose (const EnclaveGitStoreInput *input, EnclaveGitGraph *graph, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/objects/%02x", input->git_folder, i);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *object = g_strdup_printf ("%02x%s", i, name);

          if ((strlen (object) == 40 || strlen (object) == 64) && !enclave_git_graph_hides (graph, object))
            g_ptr_array_add (names, g_steal_pointer (&object));
        }
    }
  return write_lines (folder, "blobs", names, error);
}

/* An object store in @folder that has no objects but those of the repository. */
static gboolean
make_object_store (const EnclaveGitStoreInput *input, const char *folder, GError **error)
{
  g_autofree char *info = g_build_filename (folder, "made", "info", NULL);
  g_autofree char *pack = g_build_filename (folder, "made", "pack", NULL);
  g_autofree char *path = g_build_filename (info, "alternates", NULL);
  /* Repositories whose paths have line ends are none to us. */
  g_autofree char *line = g_strconcat (input->git_folder, "/objects\n", NULL);

  if (g_mkdir_with_parents (info, 0700) != 0 || g_mkdir_with_parents (pack, 0700) != 0)
    return fail_with_errno (error, folder);
  return g_file_set_contents_full (path, line, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

/* Makes @place, a folder with the packs of the objects in @wanted. */
static gboolean
make_packs (const EnclaveGitStoreInput *input, const char *kept, GPtrArray *wanted, const char *place, GError **error)
{
  g_autofree char *fresh = g_build_filename (kept, "new-XXXXXX", NULL);
  g_autofree char *packs = NULL;
  gboolean made;

  if (g_mkdtemp (fresh) == NULL)
    return fail_with_errno (error, kept);
  packs = g_build_filename (fresh, "made", "pack", NULL);
  made = write_lines (fresh, "wanted", wanted, error) && make_object_store (input, fresh, error)
         && _enclave_git_store_run (input, pack_script, fresh, error);
  if (made && g_rename (packs, place) != 0)
    made = fail_with_errno (error, place);
  _enclave_git_store_remove_folder (fresh);
  return made;
}

/* What stands in for a pack is dear to make and changes seldom: it is kept on its own. @shown: names of objects of the pack; @key: says
 * which. */
static gboolean
bring_pack (const EnclaveGitStoreInput *input, const char *kept, const char *key, GPtrArray *shown, const char *folder, GError **error)
{
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  g_autofree char *name = g_strconcat ("pack-", key, NULL);
  g_autofree char *place = g_build_filename (kept, name, NULL);
  g_autoptr (GDir) dir = NULL;
  const char *file;

  if (!g_file_test (place, G_FILE_TEST_IS_DIR) && !make_packs (input, kept, shown, place, error))
    return FALSE;
  g_utime (place, NULL);
  dir = g_dir_open (place, 0, error);
  if (dir == NULL)
    return FALSE;
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (place, file, NULL);
      g_autofree char *to = g_build_filename (pack_folder, file, NULL);

      /* Two packs with the same in them have the same name. */
      if (link (from, to) != 0 && errno != EEXIST)
        return fail_with_errno (error, to);
    }
  return TRUE;
}

/* @whole: gets the names of packs without anything hidden. */
static gboolean
sort_packs (const EnclaveGitStoreInput *input, EnclaveGitGraph *graph, const char *kept, const char *folder, GPtrArray *whole,
            GError **error)
{
  g_autofree char *pack_folder = g_build_filename (input->git_folder, "objects", "pack", NULL);
  g_autoptr (GDir) dir = g_dir_open (pack_folder, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (pack_folder, file, NULL);
      g_autoptr (GChecksum) key = g_checksum_new (G_CHECKSUM_SHA256);
      g_autoptr (GPtrArray) names = NULL;
      g_autoptr (GPtrArray) shown = NULL;

      if (!g_str_has_suffix (file, ".idx"))
        continue;
      if (g_cancellable_set_error_if_cancelled (input->cancellable, error))
        return FALSE;
      names = enclave_git_pack_read_names (path, enclave_git_graph_get_hash_length (graph), error);
      if (names == NULL)
        return FALSE;
      shown = g_ptr_array_new ();
      for (guint i = 0; i < names->len; i++)
        if (!enclave_git_graph_hides (graph, g_ptr_array_index (names, i)))
          {
            g_ptr_array_add (shown, g_ptr_array_index (names, i));
            g_checksum_update (key, g_ptr_array_index (names, i), -1);
          }
      if (shown->len == names->len)
        g_ptr_array_add (whole, g_strndup (file, strlen (file) - 4));
      else if (shown->len > 0 && !bring_pack (input, kept, g_checksum_get_string (key), shown, folder, error))
        return FALSE;
    }
  return TRUE;
}

/* Which of the repository's objects may be seen. */
static EnclaveGitGraph *
read_graph (const EnclaveGitStoreInput *input, const char *folder, GError **error)
{
  static const char *const passing[] = { "objects", "differences", "index", "wanted", "asked", "done", "problem" };
  g_autofree char *kept = enclave_git_store_dup_differences_path (input->git_folder);
  g_autoptr (EnclaveGitDifferences) differences = enclave_git_differences_new (kept);
  EnclaveGitGraph *graph = NULL;
  gboolean asks = FALSE;
  gboolean done;

  done = _enclave_git_store_run (input, list_script, folder, error);
  while (done && (done = enclave_git_differences_want (differences, folder, &asks, error)) && asks)
    done = _enclave_git_store_run (input, differences_script, folder, error)
           && enclave_git_differences_take (differences, folder, TRUE, error);
  if (done)
    graph = enclave_git_graph_read (folder, enclave_git_differences_get (differences), input->policy, input->root, input->work,
                                    input->cancellable, error);
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    {
      g_autofree char *path = g_build_filename (folder, passing[i], NULL);

      g_unlink (path);
    }
  return graph;
}

gboolean
_enclave_git_store_fill (const EnclaveGitStoreInput *input, const char *kept, const char *folder, GError **error)
{
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  g_autoptr (GPtrArray) whole = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnclaveGitGraph) graph = read_graph (input, folder, error);
  GPtrArray *hidden;

  if (graph == NULL)
    return FALSE;
  if (g_mkdir (pack_folder, 0700) != 0)
    return fail_with_errno (error, pack_folder);
  hidden = enclave_git_graph_get_hidden (graph);
  return list_loose (input, graph, folder, error) && sort_packs (input, graph, kept, folder, whole, error)
         && (hidden->len == 0 || enclave_git_pack_write_blanks (pack_folder, hidden, error))
         /* The last: what lacks it is not finished. */
         && write_lines (folder, "packs", whole, error);
}
