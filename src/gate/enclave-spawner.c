/* enclave-spawner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-spawner.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-descriptor.h"

/* A program on a network file system that does not answer must not hold the window for ever. */
#define ANSWER_TIMEOUT_MS 10000

static GMutex lock;
static int shell_socket = -1;
static gboolean is_remote;

/* What this process has set at its start for itself, with what was there before; NULL: nothing. */
static GHashTable *own_variables;

void
enclave_spawner_set_own_variable (const char *name, const char *value)
{
  g_return_if_fail (name != NULL && value != NULL);

  if (own_variables == NULL)
    own_variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!g_hash_table_contains (own_variables, name))
    g_hash_table_insert (own_variables, g_strdup (name), g_strdup (g_getenv (name)));
  g_setenv (name, value, TRUE);
}

GStrv
enclave_spawner_get_user_environment (void)
{
  GStrv environment = g_get_environ ();
  GHashTableIter iter;
  gpointer name, before;

  if (own_variables == NULL)
    return environment;
  g_hash_table_iter_init (&iter, own_variables);
  while (g_hash_table_iter_next (&iter, &name, &before))
    environment = before != NULL ? g_environ_setenv (environment, name, before, TRUE) : g_environ_unsetenv (environment, name);
  return environment;
}

void
enclave_spawner_take_socket (int socket)
{
  g_return_if_fail (shell_socket < 0 && socket >= 0);

  shell_socket = socket;
  is_remote = TRUE;
}

gboolean
enclave_spawner_is_remote (void)
{
  return is_remote;
}

gboolean
enclave_spawner_is_alive (void)
{
  struct pollfd waited = { .fd = shell_socket, .events = POLLIN };

  if (!is_remote)
    return TRUE;
  /* It says nothing unasked: what can be read between two requests is its end. */
  g_mutex_lock (&lock);
  if (shell_socket >= 0 && poll (&waited, 1, 0) > 0)
    {
      close (shell_socket);
      shell_socket = -1;
    }
  g_mutex_unlock (&lock);
  return shell_socket >= 0;
}

static void
add_pair (GByteArray *bytes, const char *key, const char *value)
{
  g_byte_array_append (bytes, (const guint8 *) key, (guint) strlen (key) + 1);
  g_byte_array_append (bytes, (const guint8 *) value, (guint) strlen (value) + 1);
}

static int
new_payload (const EnclaveSpawnRequest *request, const char *program)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  add_pair (bytes, "folder", request->folder != NULL ? request->folder : "/");
  add_pair (bytes, "program", program);
  for (gsize i = 0; request->argv[i] != NULL; i++)
    add_pair (bytes, "arg", request->argv[i]);
  for (gsize i = 0; request->environment[i] != NULL; i++)
    add_pair (bytes, "env", request->environment[i]);
  for (gsize i = 0; i < request->n_descriptors; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d", request->targets[i]);

      add_pair (bytes, "target", number);
    }
  return enclave_descriptor_new_memory ("enclave-spawn", (const char *) bytes->data, bytes->len);
}

static gboolean
send_request (char kind, int payload, const EnclaveSpawnRequest *request)
{
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int) * (ENCLAVE_SPAWN_MAX_DESCRIPTORS + 1))];
  } control = { 0 };
  const gsize n_bytes = sizeof (int) * (request->n_descriptors + 1);
  struct iovec data = { .iov_base = &kind, .iov_len = 1 };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE (n_bytes) };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  gssize n;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (n_bytes);
  memcpy (CMSG_DATA (header), &payload, sizeof payload);
  memcpy (CMSG_DATA (header) + sizeof payload, request->sources, n_bytes - sizeof payload);
  do
    n = sendmsg (shell_socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == 1;
}

static gboolean
receive_answer (EnclaveSpawnAnswer *answer)
{
  const gint64 deadline = g_get_monotonic_time () + ANSWER_TIMEOUT_MS * 1000;
  struct pollfd waited = { .fd = shell_socket, .events = POLLIN };

  for (;;)
    {
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;
      int ready = poll (&waited, 1, (int) MAX (left, 0));

      if (ready < 0 && errno == EINTR)
        continue;
      return ready > 0 && recv (shell_socket, answer, sizeof *answer, 0) == sizeof *answer;
    }
}

/* Whether enclave-shell has gone, or has been asked and did not answer; else this process is what was short of something, and the
 * next request may be better off. */
static gboolean
is_end (int problem)
{
  return problem == 0 || problem == EPIPE || problem == ECONNRESET || problem == ECONNREFUSED || problem == ENOTCONN;
}

static gboolean
set_own_error (const EnclaveSpawnRequest *request, int problem, GError **error)
{
  g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
               /* Translators: a program, then what the system says */
               _ ("“%s”: %s"), request->argv[0], g_strerror (problem));
  return FALSE;
}

static gboolean
spawn_remotely (const EnclaveSpawnRequest *request, GPid *pid, GError **error)
{
  g_autofree char *found = g_path_is_absolute (request->argv[0]) ? g_strdup (request->argv[0])
                                                                 : g_find_program_in_path (request->argv[0]);
  EnclaveSpawnAnswer answer = { 0 };
  gboolean sent = FALSE, answered;
  int payload, problem = 0;

  if (found == NULL)
    {
      g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT, _ ("There is no program “%s”"), request->argv[0]);
      return FALSE;
    }
  payload = new_payload (request, found);
  if (payload < 0)
    return set_own_error (request, errno, error);
  g_mutex_lock (&lock);
  if (shell_socket >= 0)
    {
      sent = send_request (request->kind, payload, request);
      problem = sent ? 0 : errno;
    }
  answered = sent && receive_answer (&answer);
  if (!answered && is_end (problem) && shell_socket >= 0)
    {
      /* An answer that comes late would be taken for that of the next request. */
      close (shell_socket);
      shell_socket = -1;
    }
  g_mutex_unlock (&lock);
  close (payload);
  if (!answered && !is_end (problem))
    return set_own_error (request, problem, error);
  if (!answered)
    {
      g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                           _ ("The helper that starts programs for the sealed window has ended. Restart Enclave to start any."));
      return FALSE;
    }
  if (answer.problem != 0)
    {
      if (answer.pid > 0)
        waitpid (answer.pid, NULL, 0);
      g_set_error (error, G_SPAWN_ERROR, answer.problem == ENOENT ? G_SPAWN_ERROR_NOENT : G_SPAWN_ERROR_FAILED,
                   /* Translators: a program, then what the system says */
                   _ ("“%s”: %s"), request->argv[0], g_strerror (answer.problem));
      return FALSE;
    }
  *pid = answer.pid;
  return TRUE;
}

/* Between fork and exec: async-signal-safe calls only. */
static void
begin_session (gpointer user_data)
{
  const int *terminal = user_data;
  sigset_t none;

  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  for (int number = 1; number < 32; number++)
    signal (number, SIG_DFL);
  setsid ();
  ioctl (*terminal, TIOCSCTTY, 0);
}

static gboolean
spawn_directly (const EnclaveSpawnRequest *request, GPid *pid, GError **error)
{
  int standard[3] = { -1, -1, -1 };
  int sources[ENCLAVE_SPAWN_MAX_DESCRIPTORS], targets[ENCLAVE_SPAWN_MAX_DESCRIPTORS];
  gboolean session = request->kind == ENCLAVE_SPAWN_SESSION;
  gsize n = 0;

  for (gsize i = 0; i < request->n_descriptors; i++)
    {
      if (request->targets[i] <= STDERR_FILENO)
        {
          standard[request->targets[i]] = request->sources[i];
          continue;
        }
      sources[n] = request->sources[i];
      targets[n++] = request->targets[i];
    }
  return g_spawn_async_with_pipes_and_fds (request->folder, request->argv, request->environment,
                                           G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, session ? begin_session : NULL,
                                           &standard[0], standard[0], standard[1], standard[2], sources, targets, n, pid,
                                           NULL, NULL, NULL, error);
}

gboolean
enclave_spawner_spawn (const EnclaveSpawnRequest *request, GPid *pid, GError **error)
{
  g_return_val_if_fail (request != NULL && pid != NULL && request->argv != NULL && request->argv[0] != NULL, FALSE);
  g_return_val_if_fail (request->environment != NULL && request->n_descriptors <= ENCLAVE_SPAWN_MAX_DESCRIPTORS, FALSE);

  return is_remote ? spawn_remotely (request, pid, error) : spawn_directly (request, pid, error);
}

static void
on_ended (GPid pid, int wait_status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

void
enclave_spawner_reap (GPid pid)
{
  g_child_watch_add (pid, on_ended, NULL);
}
