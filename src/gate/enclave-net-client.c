/* enclave-net-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-net-client.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclave-gate-error.h"
#include "enclave-install-paths.h"
#include "enclave-net-wire.h"
#include "enclave-spawner.h"

#define OFFER_TIMEOUT_MS 5000
/* One that dies at once again and again is not started for ever. */
#define RESTARTS_MAX 8

typedef struct
{
  GTask *task;   /* NULL: of an offer, whose answer is waited for */
  char *address;
  GStrv words;   /* the answer to an offer */
  GSource *cancelled; /* (nullable): hears that the answer is not wanted any more */
} Pending;

static struct
{
  int socket;
  gboolean used;
  guint watch;
  guint64 last_id;
  guint n_restarts;
  GHashTable *pending; /* id as text -> Pending */
  GHashTable *offers;  /* address and asker -> path: good as long as that enclave-net lives */
} net = { .socket = -1 };

static void
pending_free (Pending *pending)
{
  if (pending->cancelled != NULL)
    g_source_destroy (pending->cancelled);
  g_clear_pointer (&pending->cancelled, g_source_unref);
  g_clear_object (&pending->task);
  g_free (pending->address);
  g_strfreev (pending->words);
  g_free (pending);
}

void
enclave_net_count_free (EnclaveNetCount *count)
{
  g_free (count->address);
  g_free (count->by);
  g_free (count);
}

gboolean
enclave_net_client_is_used (void)
{
  return net.used;
}

gboolean
enclave_net_client_is_alive (void)
{
  return net.socket >= 0;
}

static GError *
new_gone_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                              _("the helper that connects for the sealed window has ended; the next request starts it again"));
}

/* What was under way can't be known; who asked hears so and may ask again. */
static void
lose (void)
{
  g_autoptr (GHashTable) pending = net.pending;
  GHashTableIter iter;
  gpointer value;

  if (net.socket < 0)
    return;
  g_clear_handle_id (&net.watch, g_source_remove);
  close (net.socket);
  net.socket = -1;
  net.pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pending_free);
  g_hash_table_remove_all (net.offers);
  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Pending *) value)->task != NULL)
      g_task_return_error (((Pending *) value)->task, new_gone_error ());
}

static GPtrArray *
parse_counts (char **words)
{
  GPtrArray *counts = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_net_count_free);

  for (guint n = g_strv_length (words); n >= 4; n -= 4, words += 4)
    {
      EnclaveNetCount *count = g_new0 (EnclaveNetCount, 1);

      count->address = g_strdup (words[0]);
      count->by = g_strdup (words[1]);
      count->sent = g_ascii_strtoull (words[2], NULL, 10);
      count->received = g_ascii_strtoull (words[3], NULL, 10);
      g_ptr_array_add (counts, count);
    }
  return counts;
}

/* @words: of an answer, from `ok` on. (transfer full) */
static GError *
new_answer_error (const char *address, char **words)
{
  const char *word = words[0] != NULL ? words[0] : "";
  const char *rest = words[0] != NULL && words[1] != NULL ? words[1] : "";

  if (strcmp (word, "refused") == 0)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL, N_("Connecting to %s: %s"), address, rest);
  if (strcmp (word, "failed") == 0)
    {
      int problem = (int) g_ascii_strtoll (rest, NULL, 10);

      return g_error_new (G_IO_ERROR, g_io_error_from_errno (problem), _("Could not connect to %s: %s"), address,
                          g_strerror (problem));
    }
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("the answer of enclave-net makes no sense"));
}

static void
take_answer (char **words)
{
  g_autoptr (GTask) task = NULL;
  Pending *pending;

  if (words[0] == NULL || (pending = g_hash_table_lookup (net.pending, words[0])) == NULL)
    return;
  if (pending->task == NULL)
    {
      pending->words = g_strdupv (words + 1);
      return;
    }
  task = g_steal_pointer (&pending->task);
  if (g_strcmp0 (words[1], "ok") != 0)
    g_task_return_error (task, new_answer_error (pending->address, words + 1));
  else if (g_task_get_source_tag (task) == enclave_net_client_report_async)
    g_task_return_pointer (task, parse_counts (words + 2), (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_pointer (task, g_strdup (words[2]), g_free);
  g_hash_table_remove (net.pending, words[0]);
}

/* Returns: FALSE when it has gone. */
static gboolean
read_answer (void)
{
  g_autofree char *bytes = g_malloc (ENCLAVE_NET_MESSAGE_MAX_BYTES + 1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  gssize n;

  n = recv (net.socket, bytes, ENCLAVE_NET_MESSAGE_MAX_BYTES, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (n <= 0)
    {
      lose ();
      return FALSE;
    }
  bytes[n] = '\0';
  for (const char *at = bytes; at < bytes + n; at += strlen (at) + 1)
    g_ptr_array_add (words, (gpointer) at);
  g_ptr_array_add (words, NULL);
  take_answer ((char **) words->pdata);
  return TRUE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  return read_answer () ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
enclave_net_client_take_socket (int socket)
{
  g_return_if_fail (socket >= 0 && net.socket < 0);

  net.socket = socket;
  net.used = TRUE;
  if (net.offers == NULL)
    net.offers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (net.pending == NULL)
    net.pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pending_free);
  net.watch = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_readable, NULL);
}

static gboolean
ensure_alive (GError **error)
{
  g_autofree char *program = enclave_install_paths_helper ("enclave-net");
  const char *const argv[] = { program, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  const int targets[] = { 0, 1, 2, 3 };
  int ends[2];
  int sources[4] = { 0, 1, 2, -1 };
  EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_NET, .argv = argv, .environment = (const char *const *) environment,
                                  .sources = sources, .targets = targets, .n_descriptors = 4 };
  GPid pid;
  gboolean spawned;

  if (net.socket >= 0)
    return TRUE;
  if (!net.used || net.n_restarts++ >= RESTARTS_MAX || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_propagate_error (error, new_gone_error ());
      return FALSE;
    }
  sources[3] = ends[1];
  spawned = enclave_spawner_spawn (&request, &pid, error);
  close (ends[1]);
  if (!spawned)
    {
      close (ends[0]);
      return FALSE;
    }
  enclave_spawner_reap (pid);
  enclave_net_client_take_socket (ends[0]);
  return TRUE;
}

static GByteArray *
join_words (const char *const *words)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    g_byte_array_append (bytes, (const guint8 *) words[i], (guint) strlen (words[i]) + 1);
  return bytes;
}

static gboolean
send_words (const char *const *words, GError **error)
{
  g_autoptr (GByteArray) bytes = join_words (words);

  if (bytes->len > ENCLAVE_NET_MESSAGE_MAX_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, g_strerror (EMSGSIZE));
      return FALSE;
    }
  /* Its end may not have been seen yet. */
  for (int again = 0; again < 2; again++)
    {
      if (!ensure_alive (error))
        return FALSE;
      if (send (net.socket, bytes->data, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT) == (gssize) bytes->len)
        return TRUE;
      if (errno == EAGAIN)
        break;
      lose ();
    }
  g_propagate_error (error, new_gone_error ());
  return FALSE;
}

/* @task: (transfer full) (nullable). Returns: (transfer none): the id. */
static const char *
ask (const char *verb, const char *address, const char *by, GTask *task, GError **error)
{
  char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, ++net.last_id);
  const char *const words[] = { verb, id, address, by, NULL };
  Pending *pending;

  if (!send_words (words, error))
    {
      g_clear_object (&task);
      g_free (id);
      return NULL;
    }
  pending = g_new0 (Pending, 1);
  pending->task = task;
  pending->address = g_strdup (address);
  g_hash_table_insert (net.pending, id, pending);
  return id;
}

/* The other end must not go on connecting to where nobody waits any more. @user_data: the id. */
static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autofree char *id = g_strdup (user_data);
  const char *const words[] = { "cancel", id, NULL };
  Pending *pending = g_hash_table_lookup (net.pending, id);
  g_autoptr (GTask) task = pending != NULL ? g_steal_pointer (&pending->task) : NULL;
  g_autoptr (GByteArray) bytes = join_words (words);

  g_hash_table_remove (net.pending, id);
  /* one that has ended connects to nothing, and another one would be started for a question that it has never heard */
  if (net.socket >= 0 && send (net.socket, bytes->data, bytes->len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != EINTR)
    lose ();
  if (task != NULL)
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (const char *id, GTask *task)
{
  Pending *pending = g_hash_table_lookup (net.pending, id);

  if (g_task_get_cancellable (task) == NULL)
    return;
  pending->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
  g_source_set_static_name (pending->cancelled, "enclave-net cancel");
  g_source_set_callback (pending->cancelled, G_SOURCE_FUNC (on_cancelled), g_strdup (id), g_free);
  g_source_attach (pending->cancelled, NULL);
}

static void
ask_for_task (const char *verb, const char *address, const char *by, GTask *task)
{
  g_autoptr (GTask) held = g_object_ref (task);
  g_autoptr (GError) error = NULL;
  const char *id = NULL;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  id = ask (verb, address, by, task, &error);
  if (id != NULL)
    watch_cancellable (id, task);
  else
    g_task_return_error (held, g_steal_pointer (&error));
}

void
enclave_net_client_connect_async (const char *uri, const char *by, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (uri != NULL && by != NULL);

  g_task_set_source_tag (task, enclave_net_client_connect_async);
  ask_for_task ("connect", uri, by, task);
}

char *
enclave_net_client_connect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
enclave_net_client_report_async (GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, enclave_net_client_report_async);
  ask_for_task ("report", NULL, NULL, task);
}

GPtrArray *
enclave_net_client_report_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static char *
ask_for_offer (const char *address, const char *by, GError **error)
{
  const gint64 deadline = g_get_monotonic_time () + OFFER_TIMEOUT_MS * 1000;
  g_autofree char *id = g_strdup (ask ("offer", address, by, NULL, error));
  char *path = NULL;
  Pending *pending;

  if (id == NULL)
    return NULL;
  while ((pending = g_hash_table_lookup (net.pending, id)) != NULL && pending->words == NULL)
    {
      struct pollfd waited = { .fd = net.socket, .events = POLLIN };
      gint64 left = (deadline - g_get_monotonic_time ()) / 1000;

      if (left <= 0 || (poll (&waited, 1, (int) left) > 0 && !read_answer ()))
        break;
    }
  pending = g_hash_table_lookup (net.pending, id);
  if (pending != NULL && pending->words != NULL && g_strcmp0 (pending->words[0], "ok") == 0)
    path = g_strdup (pending->words[1]);
  else if (pending != NULL && pending->words != NULL)
    g_propagate_error (error, new_answer_error (address, pending->words));
  else
    g_propagate_error (error, new_gone_error ());
  g_hash_table_remove (net.pending, id);
  return path;
}

char *
enclave_net_client_offer (const char *address, const char *by, GError **error)
{
  g_autofree char *key = g_strconcat (address, "\n", by, NULL);
  char *path = net.socket >= 0 ? g_strdup (g_hash_table_lookup (net.offers, key)) : NULL;

  if (path != NULL)
    return path;
  path = ask_for_offer (address, by, error);
  if (path != NULL)
    g_hash_table_insert (net.offers, g_steal_pointer (&key), g_strdup (path));
  return path;
}
