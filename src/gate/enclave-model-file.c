/* enclave-model-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-network-channel.h"
#include "enclave-utf8.h"

#define PIECE_BYTES (1024 * 1024)
/* What does not begin as a model file is not read further. */
#define MAGIC "GGUF"

struct _EnclaveModelFile
{
  GObject parent_instance;

  char *path;
  char *name;
  GStrv parts;
  GBytes *head;
  struct stat first; /* as it was when opened */
  guint64 size;
  gint64 hashed; /* under the lock, from the thread */
  GMutex lock;
  int fd;
};

G_DEFINE_FINAL_TYPE (EnclaveModelFile, enclave_model_file, G_TYPE_OBJECT)

static void
enclave_model_file_finalize (GObject *object)
{
  EnclaveModelFile *self = ENCLAVE_MODEL_FILE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->parts, g_strfreev);
  g_clear_pointer (&self->head, g_bytes_unref);
  if (self->fd >= 0)
    close (self->fd);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (enclave_model_file_parent_class)->finalize (object);
}

static void
enclave_model_file_class_init (EnclaveModelFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_model_file_finalize;
}

static void
enclave_model_file_init (EnclaveModelFile *self)
{
  self->fd = -1;
  g_mutex_init (&self->lock);
}

static GError *
new_error (const char *path, int number)
{
  g_autofree char *shown = enclave_utf8_display_name (path);

  return enclave_gate_error_new (number == ENOENT || number == ENOTDIR ? ENCLAVE_GATE_ERROR_NOT_FOUND : ENCLAVE_GATE_ERROR_FAILED,
                                 NULL, NULL,
                                 /* Translators: a path, then what the system says */
                                 N_ ("Opening the model file %s: %s"), shown, g_strerror (number));
}

/* A regular file; a link leads to one. A FIFO or a device must neither block nor be touched. */
static int
open_regular (const char *path, struct stat *st, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 || fstat (fd, st) != 0)
    {
      g_propagate_error (error, new_error (path, errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (!S_ISREG (st->st_mode))
    {
      g_autofree char *shown = enclave_utf8_display_name (path);

      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_REGULAR, NULL, NULL,
                                                        N_ ("Opening the model file %s: this is no file"), shown));
      close (fd);
      return -1;
    }
  return fd;
}

/* NAME-00002-of-00003.gguf. Returns: (transfer full) (nullable): the paths of all parts. */
static GStrv
list_parts (const char *path)
{
  static const char form[] = "-00000-of-00000.gguf";
  gsize length = strlen (path);
  const char *end = path + length - (sizeof form - 1);
  g_autoptr (GStrvBuilder) builder = NULL;
  guint n_parts;

  if (length < sizeof form)
    return NULL;
  for (guint i = 0; form[i] != '\0'; i++)
    if (form[i] == '0' ? !g_ascii_isdigit (end[i]) : end[i] != form[i])
      return NULL;
  n_parts = (guint) atoi (end + strlen ("-00000-of-"));
  if (n_parts < 2 || n_parts > ENCLAVE_MODEL_FILE_MAX_PARTS)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 1; i <= n_parts; i++)
    {
      g_autofree char *part = g_strdup_printf ("%.*s-%05u-of-%05u.gguf", (int) (end - path), path, i, n_parts);

      g_strv_builder_add (builder, part);
    }
  return g_strv_builder_end (builder);
}

static gboolean
add_parts (EnclaveModelFile *self, GError **error)
{
  const char *const alone[] = { self->path, NULL };

  self->parts = list_parts (self->path);
  if (self->parts == NULL)
    {
      self->parts = g_strdupv ((char **) alone);
      self->size = (guint64) self->first.st_size;
      return TRUE;
    }
  for (guint i = 0; self->parts[i] != NULL; i++)
    {
      struct stat st;
      int fd = open_regular (self->parts[i], &st, error);

      if (fd < 0)
        return FALSE;
      self->size += (guint64) st.st_size;
      if (i > 0)
        {
          close (fd);
          continue;
        }
      close (self->fd);
      self->fd = fd;
      self->first = st;
      g_free (self->path);
      self->path = g_strdup (self->parts[0]);
    }
  return TRUE;
}

/* Returns: bytes read, fewer at the end of the file; -1 with errno. */
static gssize
read_piece (int fd, char *bytes, gsize n, off_t at)
{
  gsize done = 0;

  while (done < n)
    {
      gssize got = pread (fd, bytes + done, n - done, at + (off_t) done);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      done += (gsize) got;
    }
  return (gssize) done;
}

static gboolean
read_head (EnclaveModelFile *self, GError **error)
{
  char magic[sizeof MAGIC - 1];
  gsize wanted = (gsize) MIN (self->first.st_size, ENCLAVE_MODEL_HEAD_MAX_BYTES);
  gssize n = read_piece (self->fd, magic, sizeof magic, 0);
  char *bytes;

  if (n >= 0 && (n < (gssize) sizeof magic || memcmp (magic, MAGIC, sizeof magic) != 0))
    wanted = (gsize) n;
  bytes = g_malloc (MAX (wanted, 1));
  if (n >= 0)
    n = read_piece (self->fd, bytes, wanted, 0);
  if (n < 0)
    {
      g_propagate_error (error, new_error (self->path, errno));
      g_free (bytes);
      return FALSE;
    }
  self->head = g_bytes_new_take (bytes, (gsize) n);
  return TRUE;
}

static void
open_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (EnclaveModelFile) self = g_object_new (ENCLAVE_TYPE_MODEL_FILE, NULL);
  g_autofree char *base = NULL;
  g_autoptr (GError) error = NULL;
  char *real = realpath (task_data, NULL);

  if (real == NULL)
    {
      g_task_return_error (task, new_error (task_data, errno));
      return;
    }
  self->path = g_strdup (real);
  free (real);
  self->fd = open_regular (self->path, &self->first, &error);
  if (self->fd < 0 || !add_parts (self, &error) || !read_head (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  base = g_path_get_basename (self->path);
  self->name = enclave_utf8_display_name (base);
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

void
enclave_model_file_open_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_model_file_open_async);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, open_thread);
}

EnclaveModelFile *
enclave_model_file_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_unchanged (EnclaveModelFile *self, GError **error)
{
  struct stat now;

  if (fstat (self->fd, &now) == 0 && now.st_size == self->first.st_size && now.st_mtim.tv_sec == self->first.st_mtim.tv_sec
      && now.st_mtim.tv_nsec == self->first.st_mtim.tv_nsec)
    return TRUE;
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, NULL,
                                                    N_ ("Reading the model file %s: it has changed since it was opened"),
                                                    self->name));
  return FALSE;
}

static void
count_hashed (EnclaveModelFile *self, gint64 bytes)
{
  g_mutex_lock (&self->lock);
  self->hashed = bytes;
  g_mutex_unlock (&self->lock);
}

static void
hash_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveModelFile *self = source;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *piece = g_malloc (PIECE_BYTES);
  g_autoptr (GError) error = NULL;
  off_t at = 0;
  gssize n;

  while ((n = read_piece (self->fd, piece, PIECE_BYTES, at)) > 0)
    {
      g_checksum_update (checksum, (const guchar *) piece, n);
      at += n;
      count_hashed (self, at);
      if (g_task_return_error_if_cancelled (task))
        return;
    }
  if (n < 0)
    error = new_error (self->path, errno);
  if (error != NULL || !is_unchanged (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, g_strdup (g_checksum_get_string (checksum)), g_free);
}

void
enclave_model_file_hash_async (EnclaveModelFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_MODEL_FILE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_model_file_hash_async);
  count_hashed (self, 0);
  g_task_run_in_thread (task, hash_thread);
}

char *
enclave_model_file_hash_finish (EnclaveModelFile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

guint64
enclave_model_file_get_hashed_bytes (EnclaveModelFile *self)
{
  guint64 bytes;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), 0);

  g_mutex_lock (&self->lock);
  bytes = (guint64) self->hashed;
  g_mutex_unlock (&self->lock);
  return bytes;
}

void
enclave_model_file_send_async (EnclaveModelFile *self, EnclaveNetworkChannel *channel, const char *method,
                               const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  int fd;

  g_return_if_fail (ENCLAVE_IS_MODEL_FILE (self));
  g_return_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (channel));

  /* Opened anew by its descriptor: the same file with a position of its own, whatever its path names by now. */
  {
    g_autofree char *again = g_strdup_printf ("/proc/self/fd/%d", self->fd);

    fd = is_unchanged (self, &error) ? open (again, O_RDONLY | O_CLOEXEC) : -1;
  }
  if (fd < 0)
    {
      g_task_report_error (channel, callback, user_data, enclave_network_channel_send_async,
                           error != NULL ? g_steal_pointer (&error) : new_error (self->path, errno));
      return;
    }
  stream = g_unix_input_stream_new (fd, TRUE);
  enclave_network_channel_send_body_async (channel, method, path, stream, self->first.st_size, cancellable, callback,
                                           user_data);
}

const char *
enclave_model_file_get_path (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), NULL);

  return self->path;
}

const char *
enclave_model_file_get_name (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), NULL);

  return self->name;
}

const char *const *
enclave_model_file_get_parts (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), NULL);

  return (const char *const *) self->parts;
}

guint64
enclave_model_file_get_size (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), 0);

  return self->size;
}

guint64
enclave_model_file_get_first_size (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), 0);

  return (guint64) self->first.st_size;
}

GBytes *
enclave_model_file_get_head (EnclaveModelFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (self), NULL);

  return self->head;
}
