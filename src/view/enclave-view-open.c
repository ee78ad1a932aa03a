/* enclave-view-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The descriptors behind the nodes. The kernel opens and closes files by itself (see enclave-view-files.c); what is read or written is
 * judged by the name that the file has then, and the descriptor for it is kept for what comes next. */

#include "config.h"

#include "enclave-view-config.h"
#include "enclave-view-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define READ_FDS_MAX 256
#define WRITE_FDS_MAX 1024
/* Outside, a program can't be started while somebody has it open for writing. What its maker has made read-only can't be opened again,
 * and may be written to by the maker still. */
#define IDLE_US (300 * 1000)
#define PROGRAM_IDLE_US (2 * G_USEC_PER_SEC)
#define READ_ONLY_IDLE_US (60 * G_USEC_PER_SEC)
#define TICK_MS 200
/* The file system's clock goes in steps of a few milliseconds: what changed in the step of a copy looks like what was copied. */
#define COPY_SETTLED_NS (50 * 1000 * 1000)

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static gboolean
is_settled (const struct timespec *changed)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME_COARSE, &now);
  return (now.tv_sec - changed->tv_sec) * 1000000000 + (now.tv_nsec - changed->tv_nsec) > COPY_SETTLED_NS;
}

/* Whether what was opened before is still what would be opened now. */
static gboolean
may_read_on (const EnclaveView *self, const EnclaveViewNode *node, const struct stat *st)
{
  const struct stat *then = &node->read_state;

  return node->read_fd > 0 && is_same_time (&then->st_ctim, &st->st_ctim) && then->st_mode == st->st_mode
         && then->st_uid == st->st_uid && then->st_gid == st->st_gid
         && (!node->read_is_copy || (node->read_is_settled && node->config_generation == self->config_generation));
}

static void
drop_read_fd (EnclaveView *self, EnclaveViewNode *node)
{
  if (node->read_fd <= 0)
    return;
  g_queue_unlink (&self->readers, &node->readers_link);
  close (node->read_fd);
  node->read_fd = 0;
}

static void
drop_write_fd (EnclaveView *self, EnclaveViewNode *node)
{
  if (node->write_fd <= 0)
    return;
  g_queue_unlink (&self->writers, &node->writers_link);
  close (node->write_fd);
  node->write_fd = 0;
}

void
enclave_view_close_node (EnclaveView *self, EnclaveViewNode *node)
{
  drop_read_fd (self, node);
  drop_write_fd (self, node);
}

int
enclave_view_open_to_read (EnclaveView *self, EnclaveViewNode *node, int *fd)
{
  char link[VIEW_LINK_MAX];
  struct stat st;
  int opened = -1;
  int problem;

  if (!S_ISREG (node->type))
    return EACCES;
  problem = enclave_view_judge_state (self, node, ENCLAVE_EFFECT_READ, &st);
  if (problem != 0)
    return problem;
  if (may_read_on (self, node, &st))
    {
      g_queue_unlink (&self->readers, &node->readers_link);
      g_queue_push_tail_link (&self->readers, &node->readers_link);
      *fd = node->read_fd;
      return 0;
    }
  drop_read_fd (self, node);
  node->config_generation = self->config_generation;
  if (node->config_kind != ENCLAVE_VIEW_CONFIG_NONE && (problem = enclave_view_config_open (self, node, O_RDONLY, &opened)) != 0)
    return problem;
  node->read_is_copy = node->config_kind != ENCLAVE_VIEW_CONFIG_NONE;
  node->read_is_settled = is_settled (&st.st_ctim);
  if (opened < 0)
    {
      enclave_view_link_of (node->fd, link);
      opened = open (link, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    }
  /* Whoever makes a file may read what it has written into it, whatever mode it gave it. */
  if (opened < 0 && errno == EACCES && node->write_fd > 0 && node->config_kind == ENCLAVE_VIEW_CONFIG_NONE)
    {
      *fd = node->write_fd;
      return 0;
    }
  if (opened < 0)
    return errno;
  if (self->readers.length >= READ_FDS_MAX)
    drop_read_fd (self, self->readers.head->data);
  node->read_fd = opened;
  node->read_state = st;
  node->readers_link.data = node;
  g_queue_push_tail_link (&self->readers, &node->readers_link);
  *fd = opened;
  return 0;
}

static gint64
longest_idle_us (const EnclaveViewNode *node)
{
  char link[VIEW_LINK_MAX];
  struct stat st;

  enclave_view_link_of (node->fd, link);
  if (faccessat (AT_FDCWD, link, W_OK, 0) == 0)
    return IDLE_US;
  return fstatat (node->fd, "", &st, AT_EMPTY_PATH) == 0 && (st.st_mode & 0111) != 0 ? PROGRAM_IDLE_US : READ_ONLY_IDLE_US;
}

void
enclave_view_keep_to_write (EnclaveView *self, EnclaveViewNode *node, int fd)
{
  drop_write_fd (self, node);
  if (self->writers.length >= WRITE_FDS_MAX)
    drop_write_fd (self, self->writers.head->data);
  node->write_fd = fd;
  node->appends = FALSE;
  node->written_us = g_get_monotonic_time ();
  node->writers_link.data = node;
  g_queue_push_tail_link (&self->writers, &node->writers_link);
}

int
enclave_view_open_to_write (EnclaveView *self, EnclaveViewNode *node, int *fd)
{
  char link[VIEW_LINK_MAX];
  int opened = -1;
  int problem;

  if (!S_ISREG (node->type))
    return EACCES;
  problem = enclave_view_judge_node (self, node, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  if (problem != 0)
    return problem;
  if (node->write_fd <= 0)
    {
      if (node->config_kind != ENCLAVE_VIEW_CONFIG_NONE
          && (problem = enclave_view_config_open (self, node, O_WRONLY, &opened)) != 0)
        return problem;
      enclave_view_link_of (node->fd, link);
      opened = open (link, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
      if (opened < 0)
        return errno;
      enclave_view_keep_to_write (self, node, opened);
    }
  node->written_us = g_get_monotonic_time ();
  *fd = node->write_fd;
  return 0;
}

int
enclave_view_set_append (EnclaveViewNode *node, gboolean appends)
{
  if (node->appends == appends)
    return 0;
  if (fcntl (node->write_fd, F_SETFL, appends ? O_APPEND : 0) != 0)
    return errno;
  node->appends = appends;
  return 0;
}

int
enclave_view_close_idle (EnclaveView *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->writers.length > 0 && now - self->looked_idle_us > TICK_MS * 1000)
    {
      self->looked_idle_us = now;
      for (GList *link = self->writers.head; link != NULL;)
        {
          EnclaveViewNode *node = link->data;
          gint64 idle_us = now - node->written_us;

          link = link->next;
          if (idle_us > IDLE_US && idle_us > longest_idle_us (node))
            drop_write_fd (self, node);
        }
    }
  return self->writers.length > 0 ? TICK_MS : -1;
}
