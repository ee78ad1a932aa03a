/* enclave-text-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread walks, others search what it finds. They share a run, which nobody changes but for its counters and, under its lock,
 * for what was found.
 */

#include "config.h"

#include "enclave-text-search.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-byte-finder.h"
#include "enclave-glob-set.h"
#include "enclave-limits.h"
#include "enclave-tree-walk.h"

#define MAX_THREADS 4
/* Files that a thread takes at once. */
#define BATCH_FILES 32
#define BINARY_LOOK_BYTES (32 * 1024)
/* The first finds are shown at once, what follows in bundles. */
#define BUNDLE_MS 40
/* Whoever shows the first finds and does not say so holds a search up no longer. */
#define HOLD_US (100 * 1000)
/* Those of the window, and of the display it draws on. */
#define LEFT_PROCESSORS 2
#define KEEP_BUFFER_BYTES (4 * 1024 * 1024)

typedef struct
{
  gatomicrefcount references;
  char *root;
  int root_fd;
  EnclaveTextPattern *pattern;
  EnclaveGlobSet *include; /* (nullable) */
  EnclaveGlobSet *exclude; /* (nullable) */
  EnclaveTreeWalkFlags flags;
  GHashTable *texts; /* (nullable) */
  GCancellable *cancellable;

  gint n_lines;
  gint n_files;
  gint n_searched;
  gint problem; /* of the system, the first */

  gint held; /* under @lock, but to look at */

  GMutex lock;
  GPtrArray *found;    /* (element-type EnclaveTextHits): not delivered yet */
  GHashTable *seen;    /* of @texts */
  gboolean has_source; /* somebody will deliver */
  gboolean has_delivered;
  gboolean holds;   /* at the first finds */
  GCond went_on;
  gint64 held_until;
  guint n_waiting;
  guint n_may_wait; /* threads */
  GWeakRef *search; /* for the main loop only */
} Run;

struct _EnclaveTextSearch
{
  GObject parent_instance;

  Run *run;
  gboolean running;
};

enum
{
  FOUND,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTextSearch, enclave_text_search, G_TYPE_OBJECT)

typedef struct
{
  char *bytes;
  gsize size;
} Buffer;

static void
buffer_free (gpointer data)
{
  Buffer *buffer = data;

  g_free (buffer->bytes);
  g_free (buffer);
}

static GPrivate buffers = G_PRIVATE_INIT (buffer_free);

static Run *
run_ref (Run *run)
{
  g_atomic_ref_count_inc (&run->references);

  return run;
}

static void
run_unref (gpointer data)
{
  Run *run = data;

  if (!g_atomic_ref_count_dec (&run->references))
    return;
  if (run->root_fd >= 0)
    close (run->root_fd);
  g_free (run->root);
  enclave_text_pattern_unref (run->pattern);
  g_clear_pointer (&run->include, enclave_glob_set_unref);
  g_clear_pointer (&run->exclude, enclave_glob_set_unref);
  g_clear_pointer (&run->texts, g_hash_table_unref);
  g_object_unref (run->cancellable);
  g_ptr_array_unref (run->found);
  g_hash_table_unref (run->seen);
  g_mutex_clear (&run->lock);
  g_cond_clear (&run->went_on);
  g_weak_ref_clear (run->search);
  g_free (run->search);
  g_free (run);
}

static gboolean
deliver_cb (gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (EnclaveTextSearch) search = g_weak_ref_get (run->search);
  g_autoptr (GPtrArray) found = NULL;

  g_mutex_lock (&run->lock);
  found = run->found;
  run->found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_text_hits_free);
  run->has_source = FALSE;
  run->has_delivered = TRUE;
  g_mutex_unlock (&run->lock);
  if (search != NULL && search->running && found->len > 0)
    g_signal_emit (search, signals[FOUND], 0, found);

  return G_SOURCE_REMOVE;
}

static void
end_hold (Run *run)
{
  g_mutex_lock (&run->lock);
  g_atomic_int_set (&run->held, FALSE);
  g_cond_broadcast (&run->went_on);
  g_mutex_unlock (&run->lock);
}

/* Before each piece of work of a thread. */
static void
wait_while_held (Run *run)
{
  if (!g_atomic_int_get (&run->held))
    return;
  g_mutex_lock (&run->lock);
  if (run->n_waiting < run->n_may_wait)
    {
      run->n_waiting++;
      while (g_atomic_int_get (&run->held))
        if (!g_cond_wait_until (&run->went_on, &run->lock, run->held_until))
          g_atomic_int_set (&run->held, FALSE);
      run->n_waiting--;
    }
  g_mutex_unlock (&run->lock);
}

/* @hits: (transfer full). */
static void
add_hits (Run *run, EnclaveTextHits *hits)
{
  g_atomic_int_inc (&run->n_files);
  g_mutex_lock (&run->lock);
  g_ptr_array_add (run->found, hits);
  if (run->holds)
    {
      run->holds = FALSE;
      run->held_until = g_get_monotonic_time () + HOLD_US;
      g_atomic_int_set (&run->held, TRUE);
    }
  if (!run->has_source)
    {
      run->has_source = TRUE;
      g_timeout_add_full (G_PRIORITY_DEFAULT, run->has_delivered ? BUNDLE_MS : 0, deliver_cb, run_ref (run), run_unref);
    }
  g_mutex_unlock (&run->lock);
}

/* @text[@length] must be readable. */
static void
search_text (Run *run, const char *path, const char *text, gsize length)
{
  EnclaveTextHits *hits = NULL;
  const char *counted = text;
  gsize from = 0;
  gsize start;
  gsize end;
  guint line = 1;

  while (from < length && enclave_text_pattern_find (run->pattern, text, length, from, &start, &end))
    {
      const char *before = start > 0 ? memrchr (text, '\n', start) : NULL;
      const char *line_start = before != NULL ? before + 1 : text;
      const char *line_end = memchr (text + start, '\n', length - start);

      if (line_end == NULL)
        line_end = text + length;
      line += (guint) enclave_byte_finder_count (counted, (gsize) (line_start - counted), '\n');
      counted = line_start;
      from = (gsize) (line_end - text) + 1;
      if (line_end > line_start && line_end[-1] == '\r')
        line_end--;
      if (g_atomic_int_add (&run->n_lines, 1) >= ENCLAVE_TEXT_SEARCH_MAX_LINES)
        {
          g_cancellable_cancel (run->cancellable);
          break;
        }
      if (hits == NULL)
        hits = enclave_text_hits_new (path);
      enclave_text_hits_add (hits, line, line_start, line_end, text + start, text + end);
      if (g_cancellable_is_cancelled (run->cancellable))
        break;
    }
  if (hits != NULL)
    add_hits (run, hits);
}

static const char *
look_up_text (Run *run, const char *path)
{
  g_autofree char *full = NULL;
  const char *text;

  if (run->texts == NULL)
    return NULL;
  full = g_build_filename (run->root, path, NULL);
  text = g_hash_table_lookup (run->texts, full);
  if (text != NULL)
    {
      g_mutex_lock (&run->lock);
      g_hash_table_add (run->seen, g_steal_pointer (&full));
      g_mutex_unlock (&run->lock);
    }

  return text;
}

/* What an editor shows of UTF-16, as ripgrep reads it: half a pair becomes U+FFFD. */
static char *
decode_utf16 (const guchar *bytes, gsize length, gboolean big_endian, gsize *text_length)
{
  g_autofree char *text = g_malloc (length / 2 * 3 + 4);
  gsize n = 0;

  for (gsize i = 0; i + 1 < length; i += 2)
    {
      gunichar unit = big_endian ? (gunichar) bytes[i] << 8 | bytes[i + 1] : (gunichar) bytes[i + 1] << 8 | bytes[i];

      if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < length)
        {
          gunichar low = big_endian ? (gunichar) bytes[i + 2] << 8 | bytes[i + 3] : (gunichar) bytes[i + 3] << 8 | bytes[i + 2];

          if (low >= 0xDC00 && low < 0xE000)
            {
              unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
              i += 2;
            }
        }
      if (unit >= 0xD800 && unit < 0xE000)
        unit = 0xFFFD;
      n += (gsize) g_unichar_to_utf8 (unit, text + n);
    }
  if (length % 2 != 0)
    n += (gsize) g_unichar_to_utf8 (0xFFFD, text + n);
  text[n] = '\0';
  *text_length = n;
  return g_steal_pointer (&text);
}

/* A mark at the beginning says what the bytes are, and is no part of the first line. */
static void
search_bytes (Run *run, const char *path, const char *bytes, gsize length)
{
  g_autofree char *decoded = NULL;

  if (length >= 2 && (memcmp (bytes, "\xFF\xFE", 2) == 0 || memcmp (bytes, "\xFE\xFF", 2) == 0))
    {
      decoded = decode_utf16 ((const guchar *) bytes + 2, length - 2, (guchar) bytes[0] == 0xFE, &length);
      bytes = decoded;
    }
  else if (length >= 3 && memcmp (bytes, "\xEF\xBB\xBF", 3) == 0)
    {
      bytes += 3;
      length -= 3;
    }
  if (memchr (bytes, '\0', MIN (length, BINARY_LOOK_BYTES)) == NULL)
    search_text (run, path, bytes, length);
}

static void
note_problem (Run *run, int code)
{
  if (enclave_tree_walk_is_problem (code))
    g_atomic_int_compare_and_exchange (&run->problem, 0, code);
}

static void
search_file (Run *run, const char *path)
{
  const char *instead = look_up_text (run, path);
  Buffer *buffer = g_private_get (&buffers);
  gsize length = 0;
  struct stat st;
  int fd;

  g_atomic_int_inc (&run->n_searched);
  if (instead != NULL)
    {
      search_text (run, path, instead, strlen (instead));
      return;
    }
  if (buffer == NULL)
    {
      buffer = g_new0 (Buffer, 1);
      g_private_set (&buffers, buffer);
    }
  fd = openat (run->root_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      note_problem (run, errno);
      return;
    }
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_size > 0 && st.st_size <= ENCLAVE_TEXT_SEARCH_MAX_FILE_BYTES)
    {
      gsize size = (gsize) st.st_size;

      if (buffer->size < size + 1)
        {
          g_free (buffer->bytes);
          buffer->size = MAX (size + 1, 256 * 1024);
          buffer->bytes = g_malloc (buffer->size);
        }
      while (length < size)
        {
          gssize n = read (fd, buffer->bytes + length, size - length);

          if (n < 0)
            note_problem (run, errno);
          if (n <= 0)
            break;
          length += (gsize) n;
        }
      buffer->bytes[length] = '\0';
      search_bytes (run, path, buffer->bytes, length);
      if (buffer->size > KEEP_BUFFER_BYTES)
        {
          g_clear_pointer (&buffer->bytes, g_free);
          buffer->size = 0;
        }
    }
  close (fd);
}

static void
search_batch (gpointer data, gpointer user_data)
{
  g_autoptr (GPtrArray) batch = data;
  Run *run = user_data;

  for (guint i = 0; i < batch->len && !g_cancellable_is_cancelled (run->cancellable); i++)
    {
      wait_while_held (run);
      search_file (run, g_ptr_array_index (batch, i));
    }
}

typedef struct
{
  Run *run;
  GThreadPool *pool;
  GPtrArray *batch;
} Feed;

static gboolean
is_wanted (Run *run, const char *path)
{
  EnclaveGlobMatch match;

  if (run->include != NULL)
    {
      match = enclave_glob_set_match (run->include, path, FALSE);
      if (match.id == 0 || match.negated)
        return FALSE;
    }
  if (run->exclude != NULL)
    {
      match = enclave_glob_set_match (run->exclude, path, FALSE);
      if (match.id != 0 && !match.negated)
        return FALSE;
    }

  return TRUE;
}

static void
flush (Feed *feed)
{
  if (feed->batch->len > 0)
    {
      g_thread_pool_push (feed->pool, feed->batch, NULL);
      feed->batch = g_ptr_array_new_with_free_func (g_free);
    }
}

static gboolean
feed_file (const char *path, gpointer user_data)
{
  Feed *feed = user_data;

  wait_while_held (feed->run);
  if (!is_wanted (feed->run, path))
    return TRUE;
  g_ptr_array_add (feed->batch, g_strdup (path));
  if (feed->batch->len >= BATCH_FILES)
    flush (feed);

  return TRUE;
}

/* What is open and was never saved. */
static void
search_new_texts (Run *run)
{
  GHashTableIter iter;
  gpointer path;
  gpointer text;
  gsize length = strlen (run->root);

  if (run->texts == NULL)
    return;
  g_hash_table_iter_init (&iter, run->texts);
  while (g_hash_table_iter_next (&iter, &path, &text) && !g_cancellable_is_cancelled (run->cancellable))
    if (!g_hash_table_contains (run->seen, path) && g_str_has_prefix (path, run->root) && ((const char *) path)[length] == '/'
        && access (path, F_OK) != 0 && is_wanted (run, (const char *) path + length + 1))
      search_text (run, (const char *) path + length + 1, text, strlen (text));
}

static void
run_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Run *run = task_data;
  Feed feed = { run, NULL, g_ptr_array_new_with_free_func (g_free) };
  int problem = 0;
  guint n_processors = g_get_num_processors ();
  guint n_threads = MIN (MAX_THREADS, n_processors);

  /* and the one that walks */
  run->n_may_wait = n_threads + 1 - MIN (n_threads + 1, n_processors - MIN (LEFT_PROCESSORS, n_processors));
  run->root_fd = open (run->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (run->root_fd < 0)
    {
      note_problem (run, errno);
    }
  else
    {
      feed.pool = g_thread_pool_new (search_batch, run, (int) n_threads, FALSE, NULL);
      enclave_tree_walk (run->root, run->flags, run->cancellable, feed_file, &feed, &problem);
      note_problem (run, problem);
      flush (&feed);
      g_thread_pool_free (feed.pool, FALSE, TRUE);
    }
  g_ptr_array_unref (feed.batch);
  search_new_texts (run);
  g_task_return_boolean (task, TRUE);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = g_task_get_task_data (G_TASK (result));
  g_autoptr (EnclaveTextSearch) search = g_weak_ref_get (run->search);

  deliver_cb (run);
  if (search == NULL || !search->running)
    return;
  search->running = FALSE;
  g_signal_emit (search, signals[ENDED], 0);
}

static void
enclave_text_search_dispose (GObject *object)
{
  enclave_text_search_stop (ENCLAVE_TEXT_SEARCH (object));

  G_OBJECT_CLASS (enclave_text_search_parent_class)->dispose (object);
}

static void
enclave_text_search_finalize (GObject *object)
{
  g_clear_pointer (&ENCLAVE_TEXT_SEARCH (object)->run, run_unref);

  G_OBJECT_CLASS (enclave_text_search_parent_class)->finalize (object);
}

static void
enclave_text_search_class_init (EnclaveTextSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_text_search_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_text_search_finalize;

  signals[FOUND] = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_PTR_ARRAY);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_text_search_init (EnclaveTextSearch *self)
{
}

/* @globs: with commas between them. */
static gboolean
read_globs (const char *globs, EnclaveGlobSet **set, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (globs != NULL ? globs : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *glob = g_strstrip (parts[i]);

      if (*glob == '\0')
        continue;
      if (*set == NULL)
        *set = enclave_glob_set_new (FALSE);
      if (!enclave_glob_set_add (*set, glob, i + 1, NULL))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” is no pattern for names of files"), glob);
          return FALSE;
        }
    }

  return TRUE;
}

EnclaveTextSearch *
enclave_text_search_new (const EnclaveTextSearchOptions *options, GError **error)
{
  g_autoptr (EnclaveGlobSet) include = NULL;
  g_autoptr (EnclaveGlobSet) exclude = NULL;
  g_autoptr (GTask) task = NULL;
  EnclaveTextSearch *self;
  Run *run;

  g_return_val_if_fail (options != NULL && options->root != NULL && options->pattern != NULL, NULL);

  if (!read_globs (options->include, &include, error) || !read_globs (options->exclude, &exclude, error))
    return NULL;
  self = g_object_new (ENCLAVE_TYPE_TEXT_SEARCH, NULL);
  run = self->run = g_new0 (Run, 1);
  g_atomic_ref_count_init (&run->references);
  g_mutex_init (&run->lock);
  g_cond_init (&run->went_on);
  run->holds = options->holds;
  run->root = g_strdup (options->root);
  run->root_fd = -1;
  run->pattern = enclave_text_pattern_ref (options->pattern);
  run->include = g_steal_pointer (&include);
  run->exclude = g_steal_pointer (&exclude);
  run->flags = options->with_ignored ? ENCLAVE_TREE_WALK_IGNORED : ENCLAVE_TREE_WALK_DEFAULT;
  run->texts = options->texts != NULL ? g_hash_table_ref (options->texts) : NULL;
  run->cancellable = g_cancellable_new ();
  run->found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_text_hits_free);
  run->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->search = g_new0 (GWeakRef, 1);
  g_weak_ref_init (run->search, self);
  self->running = TRUE;

  task = g_task_new (NULL, NULL, ended_cb, NULL);
  g_task_set_source_tag (task, enclave_text_search_new);
  g_task_set_task_data (task, run_ref (run), run_unref);
  g_task_run_in_thread (task, run_worker);

  return self;
}

void
enclave_text_search_stop (EnclaveTextSearch *self)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_SEARCH (self));

  self->running = FALSE;
  g_cancellable_cancel (self->run->cancellable);
  end_hold (self->run);
}

void
enclave_text_search_go_on (EnclaveTextSearch *self)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_SEARCH (self));

  end_hold (self->run);
}

gboolean
enclave_text_search_get_running (EnclaveTextSearch *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_SEARCH (self), FALSE);

  return self->running;
}

guint
enclave_text_search_get_n_lines (EnclaveTextSearch *self)
{
  return (guint) MIN (g_atomic_int_get (&self->run->n_lines), ENCLAVE_TEXT_SEARCH_MAX_LINES);
}

guint
enclave_text_search_get_n_files (EnclaveTextSearch *self)
{
  return (guint) g_atomic_int_get (&self->run->n_files);
}

guint
enclave_text_search_get_n_searched (EnclaveTextSearch *self)
{
  return (guint) g_atomic_int_get (&self->run->n_searched);
}

const char *
enclave_text_search_get_problem (EnclaveTextSearch *self)
{
  int problem;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_SEARCH (self), NULL);

  problem = g_atomic_int_get (&self->run->problem);
  return problem != 0 ? g_strerror (problem) : NULL;
}

gboolean
enclave_text_search_get_is_full (EnclaveTextSearch *self)
{
  return g_atomic_int_get (&self->run->n_lines) > ENCLAVE_TEXT_SEARCH_MAX_LINES;
}
