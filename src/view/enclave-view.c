/* enclave-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Serves one folder to one box, without what the policy denies.
 *
 *   enclave-view --root FOLDER --socket FD [--report FD] [--read-only] [--store FOLDER]
 *
 * Runs outside the box, as the user, without any privilege. The box mounts and sends the descriptor of its FUSE connection over
 * the socket; the answer is `ready`, or one sentence that says what is wrong. Ends with the mount. */

#include "config.h"

#include "enclave-test-walls.h"
#include "enclave-view-config.h"
#include "enclave-view-private.h"
#include "enclave-view-store.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static guint
node_hash (gconstpointer data)
{
  const EnclaveViewNode *node = data;

  return (guint) (node->inode ^ (node->inode >> 32) ^ (node->device << 7));
}

static gboolean
node_equal (gconstpointer a, gconstpointer b)
{
  const EnclaveViewNode *first = a, *second = b;

  return first->inode == second->inode && first->device == second->device;
}

/* The command's own user, and nothing of what root can beyond that. */
static const char *
drop_privileges (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2];

  memset (none, 0, sizeof none);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall (SYS_capset, &header, none) != 0
      || prctl (PR_SET_DUMPABLE, 0) != 0)
    return "giving up privileges";
  return NULL;
}

/* Each file that the kernel knows has a descriptor here. */
static void
raise_limits (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
ids_are_all_mapped (void)
{
  g_autofree char *map = NULL;
  guint64 inside, outside, count;

  return geteuid () == 0 && g_file_get_contents ("/proc/self/uid_map", &map, NULL, NULL)
         && sscanf (map, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &inside, &outside, &count) == 3
         && inside == 0 && count == G_MAXUINT32;
}

static gboolean
open_root (EnclaveView *self, const char *root, GError **error)
{
  int fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0 || (self->root = enclave_view_path_of (fd)) == NULL)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "opening the workspace: %s", g_strerror (errno));
      return FALSE;
    }
  self->policy = enclave_policy_load (self->root, error);
  if (self->policy == NULL)
    return FALSE;
  self->links = enclave_link_index_new (self->policy, self->root);
  self->nodes = g_hash_table_new (node_hash, node_equal);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->own_stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  g_rw_lock_init (&self->moves);
  enclave_view_adopt (self, fd, &st, &self->top);
  self->own_ids = !ids_are_all_mapped ();
  enclave_view_config_files_find (self);
  return TRUE;
}

/* @folder: (nullable): of the workspace's own repository; those of others stand in a variable, see enclave-confined-spawn.c. */
static gboolean
open_stores (EnclaveView *self, const char *folder, GError **error)
{
  const char *others = g_getenv ("ENCLAVE_VIEW_STORES");
  g_auto (GStrv) lines = g_strsplit (others != NULL ? others : "", "\n", -1);
  g_autofree char *objects = g_build_filename (self->root, ".git", "objects", NULL);

  if (folder == NULL && lines[0] == NULL)
    return TRUE;
  self->store = enclave_view_store_new ();
  if (folder != NULL && !enclave_view_store_add (self->store, objects, folder, error))
    return FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 2);

      if (g_strv_length (parts) == 2 && !enclave_view_store_add (self->store, parts[0], parts[1], error))
        return FALSE;
    }
  return TRUE;
}

static int
receive_connection (int socket_fd)
{
  char byte;
  union
  {
    char room[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec part = { &byte, 1 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room };
  struct cmsghdr *header;
  int fd = -1;

  if (recvmsg (socket_fd, &message, MSG_CMSG_CLOEXEC) != 1)
    return -1;
  header = CMSG_FIRSTHDR (&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof (int)))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

static void
answer (int socket_fd, const char *text)
{
  if (send (socket_fd, text, strlen (text), MSG_NOSIGNAL) < 0)
    _exit (1);
}

static void
begin (void *data, struct fuse_conn_info *connection)
{
  /* Without this the kernel would hold writes back, and changes made outside would be lost under them; it would also leave emptying a
   * file that is opened so to a message that it does not send. */
  connection->want &= ~(unsigned int) (FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_HANDLE_KILLPRIV | FUSE_CAP_ATOMIC_O_TRUNC);
  connection->want |= connection->capable
                      & (FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO | FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_PARALLEL_DIROPS
                         | FUSE_CAP_ASYNC_READ);
}

/* One thread: handing a request from one to another costs more than most requests do. Returns: whether the mount ended it. */
static gboolean
answer_requests (EnclaveView *self)
{
  struct fuse_buf buffer = { .mem = NULL };
  struct pollfd waited = { fuse_session_fd (self->session), POLLIN, 0 };
  int result = 0;

  while (!fuse_session_exited (self->session))
    {
      int tick_ms = enclave_view_close_idle (self);

      if (tick_ms >= 0 && poll (&waited, 1, tick_ms) == 0)
        continue;
      result = fuse_session_receive_buf (self->session, &buffer);
      if (result == -EINTR)
        continue;
      if (result <= 0)
        break;
      fuse_session_process_buf (self->session, &buffer);
    }
  free (buffer.mem);
  return result >= 0;
}

static int
serve (EnclaveView *self, int socket_fd)
{
  char *words[] = { (char *) "enclave-view", NULL };
  struct fuse_args arguments = FUSE_ARGS_INIT (1, words);
  struct fuse_lowlevel_ops operations;
  g_autofree char *place = NULL;
  int connection = receive_connection (socket_fd);

  if (connection < 0)
    return 1;
  memset (&operations, 0, sizeof operations);
  operations.init = begin;
  enclave_view_names_fill (&operations);
  enclave_view_folders_fill (&operations);
  enclave_view_files_fill (&operations);
  place = g_strdup_printf ("/dev/fd/%d", connection);
  self->session = fuse_session_new (&arguments, &operations, sizeof operations, self);
  if (self->session == NULL || fuse_session_mount (self->session, place) != 0)
    {
      answer (socket_fd, "the FUSE session can't be begun");
      return 1;
    }
  answer (socket_fd, "ready");
  close (socket_fd);
  return answer_requests (self) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  static EnclaveView view;
  g_autofree char *root = NULL;
  g_autofree char *store = NULL;
  gboolean read_only = FALSE;
  int socket_fd = -1;
  int report_fd = -1;
  const GOptionEntry entries[] = {
    { "root", 0, 0, G_OPTION_ARG_FILENAME, &root, NULL, NULL },
    { "store", 0, 0, G_OPTION_ARG_FILENAME, &store, NULL, NULL },
    { "socket", 0, 0, G_OPTION_ARG_INT, &socket_fd, NULL, NULL },
    { "report", 0, 0, G_OPTION_ARG_INT, &report_fd, NULL, NULL },
    { "read-only", 0, 0, G_OPTION_ARG_NONE, &read_only, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *problem;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || root == NULL || socket_fd < 3)
    {
      fputs ("usage: enclave-view --root FOLDER --socket FD [--report FD] [--read-only] [--store FOLDER]\n", stderr);
      return 2;
    }
  fcntl (socket_fd, F_SETFD, FD_CLOEXEC);
  if (report_fd >= 0)
    fcntl (report_fd, F_SETFD, FD_CLOEXEC);
  signal (SIGPIPE, SIG_IGN);
  umask (0);
  raise_limits ();
  view.report_fd = report_fd;
  view.read_only = read_only;
  problem = drop_privileges ();
  if (problem == NULL && !open_root (&view, root, &error))
    problem = error->message;
  if (problem == NULL && !enclave_test_walls_is_off ("git-store") && !open_stores (&view, store, &error))
    problem = error->message;
  if (problem != NULL)
    {
      answer (socket_fd, problem);
      return 1;
    }
  return serve (&view, socket_fd);
}
