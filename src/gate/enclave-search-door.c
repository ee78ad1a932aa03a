/* enclave-search-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-search-door.h"

#include "enclave-file-door.h"
#include "enclave-glob-set.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"
#include "enclave-workspace-walk.h"

/* Of one matching line; more is a minified file. */
#define MAX_SHOWN_LINE_BYTES 400

typedef struct
{
  char *pattern;
  char *path;
  gboolean is_regex;
  EnclaveSearchPage page;
  GHashTable *overlay; /* (nullable) */
  EnclaveTextAdmission *admission; /* (nullable) */
} Request;

typedef struct
{
  const Request *request;
  EnclavePathResolver *resolver;
  GCancellable *cancellable;
  GRegex *regex;        /* (nullable) */
  EnclaveGlobSet *glob; /* (nullable) */
  char *folded;         /* (nullable) */
  GString *text;
  GHashTable *seen;     /* true paths of @overlay that the walk met */
  EnclaveSearchTally tally;
  guint n_files;
  guint n_denied;
  gint64 give_up_at;
  gboolean truncated;
  gboolean timed_out;
  GPtrArray *values;
  GPtrArray *secrets;
} Search;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->pattern);
  g_free (request->path);
  g_clear_pointer (&request->overlay, g_hash_table_unref);
  g_clear_object (&request->admission);
  g_free (request);
}

void
enclave_search_result_free (EnclaveSearchResult *result)
{
  if (result == NULL)
    return;
  g_free (result->path);
  g_free (result->text);
  g_ptr_array_unref (result->values);
  g_ptr_array_unref (result->secrets);
  g_free (result);
}

/* Counts one match of @size bytes. @shows: (out): whether it stands on the page. Returns: FALSE when it is no use to go on. */
static gboolean
count_match (Search *search, gsize size, gboolean *shows)
{
  const EnclaveSearchPage *page = &search->request->page;

  *shows = FALSE;
  if (!search->tally.is_full && search->tally.n_matches + 1 >= page->first
      && (search->tally.n_shown >= page->n_max || search->text->len + size > page->max_bytes))
    {
      search->tally.is_full = search->truncated = TRUE;
      /* Whoever wants all of it is not told how to go on. */
      if (page->first == 0)
        return FALSE;
      search->give_up_at = MIN (search->give_up_at, g_get_monotonic_time () + ENCLAVE_SEARCH_COUNT_MS * G_GINT64_CONSTANT (1000));
    }
  if (search->tally.is_full && (search->tally.n_matches >= ENCLAVE_SEARCH_MAX_COUNTED || g_get_monotonic_time () > search->give_up_at))
    {
      search->tally.is_uncounted = TRUE;
      return FALSE;
    }
  search->tally.n_matches++;
  *shows = !search->tally.is_full && search->tally.n_matches >= page->first;
  search->tally.n_shown += *shows ? 1 : 0;

  return TRUE;
}

/* Returns: FALSE when it is no use to go on. */
static gboolean
add_match (Search *search, const char *path, guint line, const char *start, gsize length)
{
  gsize shown = enclave_utf8_prefix_length (start, length, MAX_SHOWN_LINE_BYTES);
  gboolean shows;

  if (!count_match (search, strlen (path) + shown + 32, &shows))
    return FALSE;
  if (shows)
    g_string_append_printf (search->text, "%s:%u: %.*s%s\n", path, line, (int) shown, start,
                            shown < length ? " […]" : "");
  return TRUE;
}

/* The next match at or behind @from; @at: (out): where it begins. */
static gboolean
next_match (Search *search, const char *text, gsize length, gsize from, gsize *at)
{
  if (search->regex != NULL)
    {
      g_autoptr (GMatchInfo) info = NULL;
      int begin = 0;

      /* an expression that backtracks without end is stopped by the library's own limit, which counts as no match */
      if (!g_regex_match_full (search->regex, text, (gssize) length, (int) from, 0, &info, NULL)
          || !g_match_info_fetch_pos (info, 0, &begin, NULL))
        return FALSE;
      *at = (gsize) begin;
      return TRUE;
    }
  else
    {
      const char *found = memmem (text + from, length - from, search->request->pattern,
                                  strlen (search->request->pattern));

      if (found == NULL)
        return FALSE;
      *at = (gsize) (found - text);
      return TRUE;
    }
}

static void
note_rules (GPtrArray *all, GPtrArray *rules)
{
  for (guint i = 0; i < rules->len; i++)
    {
      if (!g_ptr_array_find (all, g_ptr_array_index (rules, i), NULL))
        g_ptr_array_add (all, g_ptr_array_index (rules, i));
    }
}

/* Only a text that has a match is worth the look for secrets, and then it is that text without them that is searched. */
static EnclaveMaskedText *
mask_when_found (Search *search, const char *text, gsize length)
{
  EnclaveMaskedText *masked;
  gsize at;

  if (search->request->admission == NULL || length == 0 || !next_match (search, text, length, 0, &at))
    return NULL;
  masked = enclave_text_admission_mask_on_worker (search->request->admission, text, ENCLAVE_ADMISSION_KEEP_LINES);
  note_rules (search->values, masked->values);
  note_rules (search->secrets, masked->secrets);

  return masked;
}

static gboolean
search_text (Search *search, const char *path, const char *raw_text, gsize raw_length)
{
  g_autoptr (EnclaveMaskedText) masked = mask_when_found (search, raw_text, raw_length);
  const char *text = masked != NULL ? masked->text : raw_text;
  gsize length = masked != NULL ? strlen (text) : raw_length;
  g_autofree char *shown = enclave_utf8_display_name (path);
  gsize counted = 0;
  gsize from = 0;
  gsize at = 0;
  guint line = 1;
  gboolean any = FALSE;
  gboolean more = TRUE;

  while (more && from < length && next_match (search, text, length, from, &at))
    {
      const char *start;
      const char *end;

      for (; counted < at; counted++)
        line += text[counted] == '\n' ? 1 : 0;
      start = memrchr (text, '\n', at);
      start = start != NULL ? start + 1 : text;
      end = memchr (text + at, '\n', length - at);
      end = end != NULL ? end : text + length;
      more = add_match (search, shown, line, start, (gsize) (end - start) - (end > start && end[-1] == '\r' ? 1 : 0));
      any |= more;
      from = (gsize) (end - text) + 1;
      if (!search->tally.is_full && g_get_monotonic_time () > search->give_up_at)
        {
          search->timed_out = search->truncated = TRUE;
          more = FALSE;
        }
    }
  search->n_files += any ? 1 : 0;
  return more;
}

/* @resolved: judged. */
static gboolean
search_resolved (Search *search, const EnclaveResolvedPath *resolved)
{
  const char *instead = search->request->overlay != NULL
                        ? g_hash_table_lookup (search->request->overlay, resolved->true_path)
                        : NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  int fd;

  if (instead != NULL)
    {
      g_hash_table_add (search->seen, g_strdup (resolved->true_path));
      return search_text (search, resolved->path, instead, strlen (instead));
    }
  if (resolved->st.st_size > ENCLAVE_SEARCH_MAX_FILE_BYTES)
    return TRUE;
  fd = enclave_path_resolver_reopen (search->resolver, resolved, NULL);
  if (fd < 0)
    return TRUE;
  text = enclave_file_door_slurp (fd, ENCLAVE_SEARCH_MAX_FILE_BYTES, &length);
  close (fd);
  if (text == NULL || memchr (text, '\0', length) != NULL || !g_utf8_validate (text, (gssize) length, NULL))
    return TRUE;

  text = enclave_file_door_mask (resolved->true_path, g_steal_pointer (&text));
  return search_text (search, resolved->path, text, strlen (text));
}

static gboolean
search_entry_cb (const EnclaveWalkEntry *entry, gpointer user_data)
{
  Search *search = user_data;
  g_auto (EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  int fd;

  if (entry->rule != NULL)
    {
      search->n_denied++;
      return TRUE;
    }
  if (entry->is_folder)
    return TRUE;
  fd = openat (entry->folder_fd, entry->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  if (!enclave_path_resolver_judge (search->resolver, ENCLAVE_EFFECT_READ, fd, entry->path, ENCLAVE_RESOLVE_REGULAR,
                                    G_USEC_PER_SEC, &resolved, NULL))
    {
      search->n_denied++;
      return TRUE;
    }
  return search_resolved (search, &resolved);
}

/* Texts of files that the disk does not have yet. */
static void
search_new_files (Search *search, const EnclaveResolvedPath *start)
{
  g_autoptr (GList) paths = NULL;
  const char *root = enclave_path_resolver_get_root (search->resolver);
  gsize length = strlen (root);
  gboolean more = !search->tally.is_uncounted && !search->timed_out;

  if (search->request->overlay == NULL)
    return;
  paths = g_list_sort (g_hash_table_get_keys (search->request->overlay), (GCompareFunc) strcmp);
  for (GList *l = paths; l != NULL && more; l = l->next)
    {
      const char *true_path = l->data;
      g_auto (EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
      const char *relative;

      if (g_hash_table_contains (search->seen, true_path) || !g_str_has_prefix (true_path, root)
          || true_path[length] != '/')
        continue;
      relative = true_path + length + 1;
      if (strcmp (start->path, ".") != 0
          && !(g_str_has_prefix (relative, start->path) && relative[strlen (start->path)] == '/'))
        continue;
      if (enclave_path_resolver_open (search->resolver, ENCLAVE_EFFECT_READ, relative,
                                      ENCLAVE_RESOLVE_REGULAR | ENCLAVE_RESOLVE_ALLOW_MISSING, &resolved, NULL)
          && resolved.fd < 0)
        more = search_resolved (search, &resolved);
    }
}

static gboolean
find_entry_cb (const EnclaveWalkEntry *entry, gpointer user_data)
{
  Search *search = user_data;
  g_autofree char *shown = NULL;
  gboolean matches;
  gboolean shows;

  if (search->glob != NULL)
    matches = enclave_glob_set_match (search->glob, entry->path, entry->is_folder).id != 0;
  else
    {
      g_autofree char *folded = enclave_utf8_fold_name (entry->path);

      matches = strstr (folded, search->folded) != NULL;
    }
  if (!matches || entry->is_folder)
    return TRUE;

  shown = enclave_utf8_display_name (entry->path);
  if (!count_match (search, strlen (shown) + 64, &shows))
    return FALSE;
  if (!shows)
    return TRUE;
  if (entry->rule != NULL)
    g_string_append_printf (search->text, "%s (denied: %s)\n", shown, entry->rule);
  else
    g_string_append_printf (search->text, "%s\n", shown);
  return TRUE;
}

static void
search_init (Search *search, const Request *request, EnclavePathResolver *resolver, GCancellable *cancellable)
{
  *search = (Search){ .request = request, .resolver = resolver, .cancellable = cancellable };
  search->text = g_string_new (NULL);
  search->values = g_ptr_array_new ();
  search->secrets = g_ptr_array_new ();
  search->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  search->give_up_at = g_get_monotonic_time () + ENCLAVE_SEARCH_TIMEOUT_MS * G_GINT64_CONSTANT (1000);
}

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->regex, g_regex_unref);
  g_clear_pointer (&search->glob, enclave_glob_set_unref);
  g_clear_pointer (&search->folded, g_free);
  g_clear_pointer (&search->seen, g_hash_table_unref);
  g_clear_pointer (&search->values, g_ptr_array_unref);
  g_clear_pointer (&search->secrets, g_ptr_array_unref);
  if (search->text != NULL)
    g_string_free (search->text, TRUE);
}

static EnclaveSearchResult *
take_result (Search *search, const EnclaveResolvedPath *start)
{
  EnclaveSearchResult *result = g_new0 (EnclaveSearchResult, 1);

  result->path = g_strdup (start->path);
  result->n_matches = search->tally.n_matches;
  result->n_files = search->n_files;
  result->truncated = search->truncated;
  result->text = g_string_free (g_steal_pointer (&search->text), FALSE);
  result->values = g_steal_pointer (&search->values);
  result->secrets = g_steal_pointer (&search->secrets);
  return result;
}

static void
search_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_auto (EnclaveResolvedPath) start = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (GError) error = NULL;
  Search search;

  search_init (&search, request, source, cancellable);
  if (request->is_regex)
    search.regex = g_regex_new (request->pattern, G_REGEX_OPTIMIZE | G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF, 0,
                                &error);
  if (error != NULL)
    {
      g_task_return_error (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                         N_("Searching: the expression is not valid: %s"),
                                                         error->message));
      search_clear (&search);
      return;
    }

  if (!enclave_path_resolver_open (source, ENCLAVE_EFFECT_READ, request->path, ENCLAVE_RESOLVE_ANY, &start, &error))
    ;
  else if (S_ISREG (start.st.st_mode))
    search_resolved (&search, &start);
  else if (enclave_workspace_walk (source, &start, ENCLAVE_WALK_DEFAULT, cancellable, search_entry_cb, &search, &error))
    search_new_files (&search, &start);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      if (search.timed_out)
        g_string_append (search.text, "[the search took too long and was ended; narrow the pattern or the path]\n");
      else
        enclave_search_page_add_way_on (&request->page, &search.tally, "matches",
                                        search.tally.n_matches > 0 ? "narrow the pattern or the path" : "upper and lower case count; try a shorter part",
                                        search.text);
      if (search.n_denied > 0)
        g_string_append_printf (search.text, "[%u denied files or folders were not searched]\n", search.n_denied);
      g_task_return_pointer (task, take_result (&search, &start), (GDestroyNotify) enclave_search_result_free);
    }
  search_clear (&search);
}

static void
find_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_auto (EnclaveResolvedPath) start = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (GError) error = NULL;
  Search search;

  search_init (&search, request, source, cancellable);
  if (strpbrk (request->pattern, "*?[") != NULL)
    {
      search.glob = enclave_glob_set_new (FALSE);
      if (!enclave_glob_set_add (search.glob, request->pattern, 1, &error))
        {
          g_task_return_error (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                             N_("Finding files: the pattern is not valid: %s"),
                                                             error->message));
          search_clear (&search);
          return;
        }
    }
  else
    search.folded = enclave_utf8_fold_name (request->pattern);

  if (!enclave_path_resolver_open (source, ENCLAVE_EFFECT_READ, ".", ENCLAVE_RESOLVE_DIRECTORY, &start, &error)
      || !enclave_workspace_walk (source, &start, ENCLAVE_WALK_DEFAULT, cancellable, find_entry_cb, &search, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      enclave_search_page_add_way_on (&request->page, &search.tally, "files",
                                      search.tally.n_matches > 0 ? "narrow the pattern" : "try a part of the name, or search_text",
                                      search.text);
      g_task_return_pointer (task, take_result (&search, &start), (GDestroyNotify) enclave_search_result_free);
    }
  search_clear (&search);
}

static void
run (EnclavePathResolver *resolver, Request *request, gpointer tag, GTaskThreadFunc worker, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, request_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, worker);
}

void
enclave_search_door_search_async (EnclavePathResolver *resolver, const char *pattern, const char *path,
                                  gboolean is_regex, EnclaveSearchPage page, GHashTable *overlay,
                                  EnclaveTextAdmission *admission, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->pattern = g_strdup (pattern);
  request->path = g_strdup (path);
  request->is_regex = is_regex;
  request->page = page;
  request->overlay = overlay;
  g_set_object (&request->admission, admission);
  run (resolver, request, enclave_search_door_search_async, search_worker, cancellable, callback, user_data);
}

void
enclave_search_door_find_async (EnclavePathResolver *resolver, const char *pattern, EnclaveSearchPage page,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->page = page;
  request->pattern = g_strdup (pattern);
  run (resolver, request, enclave_search_door_find_async, find_worker, cancellable, callback, user_data);
}

EnclaveSearchResult *
enclave_search_door_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
