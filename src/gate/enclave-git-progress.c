/* enclave-git-progress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-progress.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-store.h"

#define INTERVAL_MS 250
/* Of fewer nobody has to be told. */
#define MIN_COMMITS (2 * ENCLAVE_GIT_DIFFERENCES_STEP)

struct _EnclaveGitProgress
{
  GObject parent_instance;

  GMutex mutex; /* of what follows */
  guint n_looking;
  EnclaveGitProgressStep step;
  guint done;
  guint total;
  guint source;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveGitProgress, enclave_git_progress, G_TYPE_OBJECT)

static void
enclave_git_progress_finalize (GObject *object)
{
  g_mutex_clear (&ENCLAVE_GIT_PROGRESS (object)->mutex);

  G_OBJECT_CLASS (enclave_git_progress_parent_class)->finalize (object);
}

static void
enclave_git_progress_class_init (EnclaveGitProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_git_progress_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_git_progress_init (EnclaveGitProgress *self)
{
  g_mutex_init (&self->mutex);
}

EnclaveGitProgress *
enclave_git_progress_new (void)
{
  return g_object_new (ENCLAVE_TYPE_GIT_PROGRESS, NULL);
}

EnclaveGitProgressStep
enclave_git_progress_get (EnclaveGitProgress *self, guint *done, guint *total)
{
  EnclaveGitProgressStep step;

  g_return_val_if_fail (ENCLAVE_IS_GIT_PROGRESS (self), ENCLAVE_GIT_PROGRESS_NONE);

  g_mutex_lock (&self->mutex);
  step = self->step;
  *done = self->done;
  *total = self->total;
  g_mutex_unlock (&self->mutex);
  return step;
}

static gboolean
emit_cb (gpointer data)
{
  EnclaveGitProgress *self = data;

  g_mutex_lock (&self->mutex);
  self->source = 0;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

/* With the mutex. */
static void
set (EnclaveGitProgress *self, EnclaveGitProgressStep step, guint done, guint total)
{
  if (self->step == step && self->done == done && self->total == total)
    return;
  self->step = step;
  self->done = done;
  self->total = total;
  if (self->source == 0)
    self->source = g_timeout_add_full (G_PRIORITY_DEFAULT, INTERVAL_MS, emit_cb, g_object_ref (self), g_object_unref);
}

void
enclave_git_progress_begin (EnclaveGitProgress *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->n_looking++;
  g_mutex_unlock (&self->mutex);
}

void
enclave_git_progress_end (EnclaveGitProgress *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  if (--self->n_looking == 0)
    set (self, ENCLAVE_GIT_PROGRESS_NONE, 0, 0);
  g_mutex_unlock (&self->mutex);
}

/* How many lines are in a file whose lines are as long as the first one. */
static guint
count_lines (const char *path)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  char first[80];
  const char *end;
  guint n = 0;
  struct stat st;

  if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    {
      gssize length = read (fd, first, sizeof first);

      end = length > 0 ? memchr (first, '\n', (gsize) length) : NULL;
      if (end != NULL)
        n = (guint) MIN (st.st_size / (end - first + 1), G_MAXINT);
    }
  if (fd >= 0)
    close (fd);
  return n;
}

void
enclave_git_progress_look (EnclaveGitProgress *self, const char *folder)
{
  g_autofree char *done_path = g_build_filename (folder, "done", NULL);
  g_autofree char *wanted_path = g_build_filename (folder, "wanted", NULL);
  g_autofree char *made_path = g_build_filename (folder, "made", NULL);
  guint total = 0;
  struct stat st;

  if (self == NULL)
    return;
  if (lstat (done_path, &st) == 0 && (total = count_lines (wanted_path)) >= MIN_COMMITS)
    {
      guint steps = (guint) MIN (st.st_size, total / ENCLAVE_GIT_DIFFERENCES_STEP + 1);

      g_mutex_lock (&self->mutex);
      if (self->n_looking > 0)
        set (self, ENCLAVE_GIT_PROGRESS_COMMITS, MIN (steps * ENCLAVE_GIT_DIFFERENCES_STEP, total), total);
      g_mutex_unlock (&self->mutex);
    }
  else if (lstat (made_path, &st) == 0)
    {
      g_mutex_lock (&self->mutex);
      if (self->n_looking > 0)
        set (self, ENCLAVE_GIT_PROGRESS_PREPARING, 0, 0);
      g_mutex_unlock (&self->mutex);
    }
}

void
enclave_git_progress_look_within (EnclaveGitProgress *self, const char *kept)
{
  g_autoptr (GDir) dir = self != NULL ? g_dir_open (kept, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "new-"))
      {
        g_autofree char *folder = g_build_filename (kept, name, NULL);

        enclave_git_progress_look (self, folder);
      }
}
