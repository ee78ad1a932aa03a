/* enclave-file-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-file-door.h"

#include "enclave-git-config.h"
#include "enclave-latin-1.h"
#include "enclave-limits.h"
#include "enclave-path-resolver-private.h"
#include "enclave-policy-private.h"
#include "enclave-utf8.h"

typedef struct
{
  EnclaveEffects effects;
  char *path;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_free (request);
}

void
enclave_file_content_free (EnclaveFileContent *content)
{
  if (content == NULL)
    return;
  g_free (content->path);
  g_free (content->true_path);
  g_free (content->text);
  g_clear_error (&content->text_error);
  g_free (content->rule);
  g_free (content);
}

void
enclave_folder_listing_free (EnclaveFolderListing *listing)
{
  if (listing == NULL)
    return;
  g_free (listing->path);
  g_free (listing->text);
  g_free (listing);
}

char *
enclave_file_door_slurp (int fd, gsize max_bytes, gsize *length)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autofree char *buffer = g_malloc (65536);

  for (;;)
    {
      gssize n = read (fd, buffer, 65536);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return NULL;
      if (n == 0)
        break;
      g_byte_array_append (bytes, (const guint8 *) buffer, (guint) n);
      if (bytes->len > max_bytes)
        {
          errno = EFBIG;
          return NULL;
        }
    }

  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);

  return (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

char *
enclave_file_door_mask (const char *true_path, char *text)
{
  const char *name = strrchr (true_path, '/');

  /* A bare repository has its configuration under this name, too. */
  if (enclave_git_config_is (true_path)
      || (name != NULL && g_str_has_prefix (name, "/config") && enclave_git_config_looks_like (text)))
    enclave_git_config_mask (text, strlen (text));
  else if (strstr (true_path, "/.git/") != NULL)
    enclave_git_config_mask_addresses (text, strlen (text));

  return text;
}

gboolean
enclave_file_door_may_be_latin_1 (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (((guchar) bytes[i] < 0x20 && strchr ("\t\n\v\f\r\033", bytes[i]) == NULL) || bytes[i] == 0x7f || bytes[i] == '\0')
      return FALSE;

  return TRUE;
}

static void
load_text (EnclavePathResolver *resolver, EnclaveEffects effects, const EnclaveResolvedPath *resolved,
           EnclaveFileContent *content)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  int fd;

  if (resolved->st.st_size > ENCLAVE_EDIT_MAX_BYTES)
    {

      content->text_error = enclave_path_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, ENCLAVE_EFFECT_READ, NULL, resolved->path,
                                                    N_("it is larger than %d MiB"), ENCLAVE_EDIT_MAX_BYTES / (1024 * 1024));
      return;
    }

  fd = enclave_path_resolver_reopen (resolver, resolved, &content->text_error);
  if (fd < 0)
    return;
  text = enclave_file_door_slurp (fd, ENCLAVE_EDIT_MAX_BYTES, &length);
  if (text != NULL && !g_utf8_validate (text, (gssize) length, NULL) && enclave_file_door_may_be_latin_1 (text, length))
    {
      char *decoded = enclave_latin_1_decode ((const guint8 *) text, length, &length);

      g_free (text);
      text = decoded;
      content->is_latin_1 = TRUE;
    }
  if (text == NULL)
    content->text_error = enclave_path_error_system (errno == EFBIG ? ENCLAVE_GATE_ERROR_TOO_LARGE : ENCLAVE_GATE_ERROR_FAILED,
                                                     ENCLAVE_EFFECT_READ, resolved->path, errno);
  else if (memchr (text, '\0', length) != NULL || !g_utf8_validate (text, (gssize) length, NULL))
    content->text_error = enclave_path_error_new (ENCLAVE_GATE_ERROR_NOT_TEXT, ENCLAVE_EFFECT_READ, NULL, resolved->path,
                                                  N_("it is not a text"));
  else if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    content->text = g_steal_pointer (&text);
  else
    content->text = enclave_file_door_mask (resolved->true_path, g_steal_pointer (&text));
  close (fd);
}

EnclaveFileContent *
enclave_file_door_read (EnclavePathResolver *resolver, EnclaveEffects effects, const char *path, GError **error)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr(EnclaveFileContent) content = NULL;

  if (!enclave_path_resolver_open (resolver, effects, path, ENCLAVE_RESOLVE_REGULAR | ENCLAVE_RESOLVE_ALLOW_MISSING,
                                   &resolved, error))
    return NULL;

  content = g_new0 (EnclaveFileContent, 1);
  content->path = g_strdup (resolved.path);
  content->true_path = g_strdup (resolved.true_path);
  content->exists = resolved.fd >= 0;
  content->verdict = resolved.decision.verdict;
  content->rule = g_strdup (resolved.decision.verdict == ENCLAVE_VERDICT_ASK ? resolved.decision.rule : NULL);
  if (content->exists)
    {
      enclave_file_stamp_from_stat (&content->stamp, &resolved.st);
      load_text (resolver, effects, &resolved, content);
    }

  return g_steal_pointer (&content);
}

static void
read_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_autoptr(GError) error = NULL;
  EnclaveFileContent *content = enclave_file_door_read (source, request->effects, request->path, &error);

  if (content == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, content, (GDestroyNotify) enclave_file_content_free);
}

static GTask *
new_task (EnclavePathResolver *resolver, EnclaveEffects effects, const char *path, gpointer tag,
          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->effects = effects;
  request->path = g_strdup (path);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);

  return task;
}

void
enclave_file_door_read_async (EnclavePathResolver *resolver, EnclaveEffects effects, const char *path,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = new_task (resolver, effects, path, enclave_file_door_read_async, cancellable, callback,
                                    user_data);

  g_task_run_in_thread (task, read_worker);
}

EnclaveFileContent *
enclave_file_door_read_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
entry_line (EnclavePathResolver *resolver, const EnclaveResolvedPath *folder, DIR *stream, const struct dirent *entry)
{
  g_autofree char *child = g_build_path ("/", folder->true_path, entry->d_name, NULL);
  g_autofree char *shown = enclave_utf8_display_name (entry->d_name);
  EnclaveDecision decision;
  const char *mark = "";
  gboolean is_directory;
  struct stat st;

  if (fstatat (dirfd (stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return NULL;
  is_directory = S_ISDIR (st.st_mode);
  decision = enclave_policy_decide_name (enclave_path_resolver_get_policy (resolver),
                                         enclave_path_resolver_get_root (resolver), child, is_directory);

  if (is_directory)
    mark = "/";
  else if (S_ISLNK (st.st_mode))
    mark = " (link)";
  else if (!S_ISREG (st.st_mode))
    mark = " (not a regular file)";
  if (decision.verdict == ENCLAVE_VERDICT_DENY)
    return g_strdup_printf ("%s%s (denied: %s)", shown, is_directory ? "/" : "", decision.rule);

  return g_strconcat (shown, mark, NULL);
}

static EnclaveFolderListing *
list_folder (EnclavePathResolver *resolver, const char *path, GError **error)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) text = g_string_new (NULL);
  EnclaveFolderListing *listing;
  struct dirent *entry;
  DIR *stream;
  guint shown;
  int fd;

  if (!enclave_path_resolver_open (resolver, ENCLAVE_EFFECT_READ, path, ENCLAVE_RESOLVE_DIRECTORY, &resolved, error))
    return NULL;
  fd = enclave_path_resolver_reopen (resolver, &resolved, error);
  if (fd < 0)
    return NULL;
  stream = fdopendir (fd);
  if (stream == NULL)
    {
      g_propagate_error (error, enclave_path_error_system (ENCLAVE_GATE_ERROR_FAILED, ENCLAVE_EFFECT_READ, resolved.path, errno));
      close (fd);
      return NULL;
    }

  while ((entry = readdir (stream)) != NULL && lines->len < ENCLAVE_SCAN_MAX_ENTRIES)
    {
      char *line;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      line = entry_line (resolver, &resolved, stream, entry);
      if (line != NULL)
        g_ptr_array_add (lines, line);
    }
  closedir (stream);
  g_ptr_array_sort (lines, compare_lines);

  for (shown = 0; shown < lines->len && shown < ENCLAVE_LIST_MAX_ENTRIES; shown++)
    {
      const char *line = g_ptr_array_index (lines, shown);

      if (text->len + strlen (line) + 1 > ENCLAVE_TOOL_RESULT_MAX_BYTES)
        break;
      g_string_append_printf (text, "%s\n", line);
    }
  if (shown < lines->len)
    g_string_append_printf (text, "[%u more entries are left out; list a folder below, or use find_files]\n",
                            lines->len - shown);
  else if (lines->len == 0)
    g_string_append (text, "(empty folder)\n");

  listing = g_new0 (EnclaveFolderListing, 1);
  listing->path = g_strdup (resolved.path);
  listing->n_entries = lines->len;
  listing->truncated = shown < lines->len;
  listing->text = g_string_free (g_steal_pointer (&text), FALSE);

  return listing;
}

static void
list_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_autoptr(GError) error = NULL;
  EnclaveFolderListing *listing = list_folder (source, request->path, &error);

  if (listing == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, listing, (GDestroyNotify) enclave_folder_listing_free);
}

void
enclave_file_door_list_async (EnclavePathResolver *resolver, const char *path, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = new_task (resolver, ENCLAVE_EFFECT_READ, path, enclave_file_door_list_async, cancellable,
                                    callback, user_data);

  g_task_run_in_thread (task, list_worker);
}

EnclaveFolderListing *
enclave_file_door_list_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
