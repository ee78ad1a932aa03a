/* enclave-view-node.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-private.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* So many names of a folder are asked for one by one by a command that has a list of its own, as `git status` has. */
#define ASKED_MANY 8

EnclaveViewNode *
enclave_view_node (EnclaveView *self, fuse_ino_t number)
{
  return number == FUSE_ROOT_ID ? self->top : (EnclaveViewNode *) (guintptr) number;
}

int
enclave_view_adopt (EnclaveView *self, int fd, const struct stat *st, EnclaveViewNode **node)
{
  EnclaveViewNode key = { .device = st->st_dev, .inode = st->st_ino };
  EnclaveViewNode *found;

  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->nodes, &key);
  if (found != NULL)
    {
      close (fd);
    }
  else
    {
      found = g_new0 (EnclaveViewNode, 1);
      found->device = st->st_dev;
      found->inode = st->st_ino;
      found->type = st->st_mode & S_IFMT;
      found->fd = fd;
      g_hash_table_add (self->nodes, found);
    }
  found->lookups++;
  g_mutex_unlock (&self->lock);
  *node = found;
  return 0;
}

void
enclave_view_forget (EnclaveView *self, EnclaveViewNode *node, guint64 lookups)
{
  if (node == self->top)
    return;
  g_mutex_lock (&self->lock);
  node->lookups -= MIN (lookups, node->lookups);
  if (node->lookups == 0)
    {
      g_hash_table_remove (self->nodes, node);
      enclave_view_close_node (self, node);
      close (node->fd);
      g_free (node->path);
      g_free (node);
    }
  g_mutex_unlock (&self->lock);
}

/* What this process may do with a file of somebody else. */
static mode_t
own_access (const EnclaveViewNode *node, mode_t mode)
{
  static const struct
  {
    int access;
    mode_t bit;
  } kinds[] = { { R_OK, 0400 }, { W_OK, 0200 }, { X_OK, 0100 } };
  char link[VIEW_LINK_MAX];

  enclave_view_link_of (node->fd, link);
  mode &= ~(mode_t) 0700;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (faccessat (AT_FDCWD, link, kinds[i].access, 0) == 0)
      mode |= kinds[i].bit;
  return mode;
}

double
enclave_view_fill_attributes (EnclaveView *self, const EnclaveViewNode *node, struct stat *st)
{
  if (self->own_ids)
    {
      if (st->st_uid != geteuid () && !S_ISLNK (st->st_mode))
        st->st_mode = own_access (node, st->st_mode);
      st->st_uid = geteuid ();
      st->st_gid = getegid ();
    }
  /* That it is there is no secret, and git has to see that it is; nobody may do anything with it. */
  if (node->is_denied)
    st->st_mode &= S_IFMT;
  else if (node->is_protected)
    st->st_mode &= ~(mode_t) 0222;
  return node->is_denied || node->is_protected ? VIEW_REFUSED_TIMEOUT_S : VIEW_TIMEOUT_S;
}

void
enclave_view_entry (EnclaveView *self, EnclaveViewNode *node, const struct stat *st, struct fuse_entry_param *entry)
{
  entry->ino = node == self->top ? FUSE_ROOT_ID : (fuse_ino_t) (guintptr) node;
  entry->generation = 0;
  entry->attr = *st;
  entry->entry_timeout = VIEW_TIMEOUT_S;
  entry->attr_timeout = enclave_view_fill_attributes (self, node, &entry->attr);
}

static gboolean
is_of_late (gint64 when_us)
{
  return g_get_monotonic_time () - when_us < (gint64) (VIEW_TIMEOUT_S * G_USEC_PER_SEC);
}

void
enclave_view_note_asked (EnclaveViewNode *folder)
{
  gboolean goes_on = is_of_late (folder->asked_us);

  folder->n_asked = goes_on ? folder->n_asked + 1 : 1;
  folder->asked_us = g_get_monotonic_time ();
}

gboolean
enclave_view_was_asked (const EnclaveViewNode *folder)
{
  return folder->n_asked >= ASKED_MANY && is_of_late (folder->asked_us);
}

void
enclave_view_link_of (int fd, char link[VIEW_LINK_MAX])
{
  enclave_descriptor_link (fd, link);
}
