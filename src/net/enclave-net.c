/* enclave-net.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The program enclave-net: the only process that connects for a sealed window. What it may connect to it reads from the settings
 * itself, so that no message of the window widens it; names are never looked up, and it has no socket that could. Each connection
 * is a process of its own, which the kernel keeps to its one port. What was asked for, allowed or not, goes into the ledger. */

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-egress.h"
#include "enclave-net-wire.h"
#include "enclave-net-worker.h"
#include "enclave-network-address.h"
#include "enclave-network-grant.h"
#include "enclave-seal-filter.h"
#include "enclave-state-dir.h"

#define CONTROL_SOCKET 3
#define CONNECTIONS_MAX 200
#define OFFERS_MAX 64

typedef struct
{
  struct net_address addresses[2];
  size_t n_addresses;
  char *address; /* as shown */
  gboolean is_local;
} Destination;

typedef struct
{
  pid_t pid;
  int status;
  char *request; /* (nullable): the id of the window's request, until the window has the connection */
  gboolean answered;
  char *path;    /* of the socket that the window takes, until it has */
  char *address;
  char *by;
  gboolean is_local;
  guint64 number;
  gboolean opened;
  struct net_count *count;
} Connection;

typedef struct
{
  int listener;
  char *path;
  char *by;
  char *asked; /* as asked for */
} Offer;

static struct
{
  pid_t window;
  char *folder;
  guint64 n_paths;
  struct net_count *counts;
  gboolean count_used[CONNECTIONS_MAX];
  GPtrArray *connections; /* Connection */
  GPtrArray *offers;      /* Offer */
  gboolean tried_to_prepare;
} net;

static void
destination_clear (Destination *destination)
{
  g_clear_pointer (&destination->address, g_free);
}

static void
connection_free (Connection *connection)
{
  if (connection->path != NULL)
    unlink (connection->path);
  close (connection->status);
  net.count_used[connection->count - net.counts] = FALSE;
  g_free (connection->request);
  g_free (connection->path);
  g_free (connection->address);
  g_free (connection->by);
  g_free (connection);
}

static void
offer_free (Offer *offer)
{
  close (offer->listener);
  unlink (offer->path);
  g_free (offer->path);
  g_free (offer->by);
  g_free (offer->asked);
  g_free (offer);
}

static void
answer (const char *const *words)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    g_byte_array_append (bytes, (const guint8 *) words[i], (guint) strlen (words[i]) + 1);
  while (send (CONTROL_SOCKET, bytes->data, bytes->len, MSG_NOSIGNAL) < 0 && errno == EINTR)
    ;
}

static void
answer_refused (const char *id, const char *reason)
{
  answer ((const char *const[]) { id, "refused", reason, NULL });
}

static void
answer_failed (const char *id, int problem)
{
  g_autofree char *number = g_strdup_printf ("%d", problem);

  answer ((const char *const[]) { id, "failed", number, NULL });
}

/* What the ledger needs to know of it. */
static EnclaveEgressConnection
describe (const char *address, const char *by, gboolean is_local, guint64 number)
{
  return (EnclaveEgressConnection) { .address = address, .by = by, .mode = ENCLAVE_EGRESS_SEALED, .is_local = is_local,
                                     .number = number };
}

static void
note_refused (const char *address, const char *by, const char *reason)
{
  const EnclaveEgressConnection asked = describe (address, by, FALSE, enclave_egress_new_number ());

  enclave_egress_note_refused (&asked, reason);
}

static void
refuse (const char *id, const char *address, const char *by, const char *reason)
{
  note_refused (address, by, reason);
  answer_refused (id, reason);
}

static void
add_address (Destination *destination, GInetAddress *address, guint16 port)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (address, port);
  struct net_address *added = &destination->addresses[destination->n_addresses++];

  memset (added, 0, sizeof *added);
  added->length = (socklen_t) g_socket_address_get_native_size (socket_address);
  g_socket_address_to_native (socket_address, &added->place, sizeof added->place, NULL);
}

static gboolean
judge (Destination *destination, const char *uri, GError **error)
{
  g_auto (EnclaveNetworkTarget) target = { NULL };

  /* A store that is a file tells by the main loop that it has changed. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (!enclave_network_grant_judge (&target, uri, error))
    return FALSE;
  destination->is_local = target.is_local;
  if (G_IS_INET_SOCKET_ADDRESS (target.connectable))
    {
      GInetSocketAddress *place = G_INET_SOCKET_ADDRESS (target.connectable);

      add_address (destination, g_inet_socket_address_get_address (place), g_inet_socket_address_get_port (place));
    }
  else if (G_IS_NETWORK_ADDRESS (target.connectable))
    {
      guint16 port = g_network_address_get_port (G_NETWORK_ADDRESS (target.connectable));
      g_autoptr (GInetAddress) four = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
      g_autoptr (GInetAddress) six = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);

      add_address (destination, four, port);
      add_address (destination, six, port);
    }
  else
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no address");
      return FALSE;
    }
  destination->address = g_strdup (target.origin);
  return TRUE;
}

/* Returns: a listener at a fresh path of the private folder, or -1 with errno. */
static int
listen_privately (char **path)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autofree char *made = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, net.folder, ++net.n_paths);

  if (fd < 0)
    return -1;
  if (g_strlcpy (place.sun_path, made, sizeof place.sun_path) >= sizeof place.sun_path
      || bind (fd, (struct sockaddr *) &place, sizeof place) != 0 || listen (fd, 16) != 0)
    {
      close (fd);
      return -1;
    }
  *path = g_steal_pointer (&made);
  return fd;
}

static struct net_count *
take_count (void)
{
  for (guint i = 0; i < CONNECTIONS_MAX; i++)
    if (!net.count_used[i])
      {
        net.count_used[i] = TRUE;
        net.counts[i].sent = net.counts[i].received = 0;
        return &net.counts[i];
      }
  return NULL;
}

/* @taken: the other end's socket, or -1. Returns: 0 or an errno. */
static int
start_connection (const char *id, const Destination *destination, const char *by, int taken)
{
  struct net_connection plan = { .n_addresses = destination->n_addresses, .listener = -1, .taken = taken, .window = net.window };
  g_autofree char *path = NULL;
  Connection *connection;
  int status = -1, problem = 0;
  pid_t pid = -1;

  memcpy (plan.addresses, destination->addresses, sizeof plan.addresses);
  plan.count = take_count ();
  if (plan.count == NULL)
    return EMFILE;
  if (taken < 0 && (plan.listener = listen_privately (&path)) < 0)
    problem = errno;
  if (problem == 0)
    problem = net_worker_start (&plan, &pid, &status);
  if (plan.listener >= 0)
    close (plan.listener);
  if (problem != 0)
    {
      if (path != NULL)
        unlink (path);
      net.count_used[plan.count - net.counts] = FALSE;
      return problem;
    }
  connection = g_new0 (Connection, 1);
  connection->pid = pid;
  connection->status = status;
  connection->request = g_strdup (id);
  connection->path = g_steal_pointer (&path);
  connection->address = g_strdup (destination->address);
  connection->by = g_strdup (by);
  connection->is_local = destination->is_local;
  connection->number = enclave_egress_new_number ();
  connection->count = plan.count;
  g_ptr_array_add (net.connections, connection);
  return 0;
}

static gboolean
is_unanswered (const Connection *connection)
{
  return connection->request != NULL && !connection->answered;
}

static void
end_connection (Connection *connection)
{
  const EnclaveEgressConnection ended = describe (connection->address, connection->by, connection->is_local, connection->number);

  while (waitpid (connection->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  if (is_unanswered (connection))
    answer_failed (connection->request, ECONNABORTED);
  if (connection->opened)
    enclave_egress_note_closed (&ended, connection->count->sent, connection->count->received);
  g_ptr_array_remove_fast (net.connections, connection);
}

static void
read_status (Connection *connection)
{
  char message[1 + sizeof (int)] = { 0 };
  const EnclaveEgressConnection told = describe (connection->address, connection->by, connection->is_local, connection->number);
  int problem = 0;
  gssize n = read (connection->status, message, sizeof message);

  if (n < 0 && errno == EINTR)
    return;
  if (n <= 0)
    {
      end_connection (connection);
      return;
    }
  switch (message[0])
    {
    case NET_STATUS_CONNECTED:
      connection->opened = TRUE;
      /* The window need not wait for the disk; a connection whose record can't be written since this process dies dies with it. */
      if (is_unanswered (connection))
        answer ((const char *const[]) { connection->request, "ok", connection->path, NULL });
      connection->answered = TRUE;
      enclave_egress_note_opened (&told, NULL, NULL);
      break;
    case NET_STATUS_TAKEN:
      if (connection->path != NULL)
        unlink (connection->path);
      g_clear_pointer (&connection->path, g_free);
      g_clear_pointer (&connection->request, g_free);
      break;
    case NET_STATUS_FAILED:
      memcpy (&problem, message + 1, sizeof problem);
      enclave_egress_note_failed (&told, g_strerror (problem));
      if (is_unanswered (connection))
        answer_failed (connection->request, problem);
      g_clear_pointer (&connection->request, g_free);
      break;
    default:
      break;
    }
}

static void
do_connect (const char *id, const char *uri, const char *by)
{
  Destination destination = { .n_addresses = 0 };
  g_autoptr (GError) error = NULL;
  int problem;

  if (!judge (&destination, uri, &error))
    {
      refuse (id, uri, by, error->message);
      return;
    }
  problem = start_connection (id, &destination, by, -1);
  if (problem != 0)
    answer_failed (id, problem);
  destination_clear (&destination);
}

static void
do_offer (const char *id, const char *address, const char *by)
{
  g_autofree char *uri = g_strconcat ("http://", address, NULL);
  g_autofree char *path = NULL;
  Destination destination = { .n_addresses = 0 };
  g_autoptr (GError) error = NULL;
  Offer *offer;
  int listener;

  if (!judge (&destination, uri, &error))
    {
      refuse (id, address, by, error->message);
      return;
    }
  destination_clear (&destination);
  if (net.offers->len >= OFFERS_MAX || (listener = listen_privately (&path)) < 0)
    {
      answer_failed (id, net.offers->len >= OFFERS_MAX ? EMFILE : errno);
      return;
    }
  offer = g_new0 (Offer, 1);
  offer->listener = listener;
  offer->path = g_steal_pointer (&path);
  offer->by = g_strdup (by);
  offer->asked = g_strdup (address);
  g_ptr_array_add (net.offers, offer);
  answer ((const char *const[]) { id, "ok", offer->path, NULL });
}

/* An offer lives as long as this process; what the settings allow may have changed since. */
static void
connect_offered (const Offer *offer, int taken)
{
  g_autofree char *uri = g_strconcat ("http://", offer->asked, NULL);
  Destination destination = { .n_addresses = 0 };
  g_autoptr (GError) error = NULL;

  if (judge (&destination, uri, &error))
    start_connection (NULL, &destination, offer->by, taken);
  else
    note_refused (offer->asked, offer->by, error->message);
  destination_clear (&destination);
}

static void
take_offered (const Offer *offer)
{
  struct ucred who;
  socklen_t length = sizeof who;
  int fd = accept4 (offer->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd < 0)
    return;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.uid == getuid ())
    connect_offered (offer, fd);
  close (fd);
}

/* Its process ends, and with it the socket of the attempt or of the connection that nobody took. */
static void
do_cancel (const char *id)
{
  for (guint i = 0; i < net.connections->len; i++)
    {
      Connection *connection = g_ptr_array_index (net.connections, i);
      const EnclaveEgressConnection told = describe (connection->address, connection->by, connection->is_local, connection->number);

      if (connection->request == NULL || strcmp (connection->request, id) != 0)
        continue;
      if (!connection->opened)
        enclave_egress_note_failed (&told, g_strerror (ECANCELED));
      connection->answered = TRUE;
      kill (connection->pid, SIGKILL);
      end_connection (connection);
      return;
    }
}

static void
do_report (const char *id)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gsize length = 0;

  g_ptr_array_add (words, g_strdup (id));
  g_ptr_array_add (words, g_strdup ("ok"));
  for (guint i = 0; i < net.connections->len; i++)
    {
      const Connection *connection = g_ptr_array_index (net.connections, i);

      length += strlen (connection->address) + strlen (connection->by) + 60;
      if (!connection->opened || length > ENCLAVE_NET_MESSAGE_MAX_BYTES - 100)
        continue;
      g_ptr_array_add (words, g_strdup (connection->address));
      g_ptr_array_add (words, g_strdup (connection->by));
      g_ptr_array_add (words, g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) connection->count->sent));
      g_ptr_array_add (words, g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) connection->count->received));
    }
  g_ptr_array_add (words, NULL);
  answer ((const char *const *) words->pdata);
}

/* Returns: FALSE when the window has gone. */
static gboolean
read_request (void)
{
  g_autofree char *bytes = g_malloc (ENCLAVE_NET_MESSAGE_MAX_BYTES + 1);
  const char *words[4] = { NULL };
  gssize n = recv (CONTROL_SOCKET, bytes, ENCLAVE_NET_MESSAGE_MAX_BYTES, 0);
  guint n_words = 0;

  if (n < 0 && errno == EINTR)
    return TRUE;
  if (n <= 0)
    return FALSE;
  bytes[n] = '\0';
  for (const char *at = bytes; at < bytes + n && n_words < G_N_ELEMENTS (words); at += strlen (at) + 1)
    words[n_words++] = at;
  if (n_words == 4 && strlen (words[2]) > ENCLAVE_NET_ADDRESS_MAX_BYTES)
    answer_refused (words[1], "too long");
  else if (n_words == 4 && strcmp (words[0], "connect") == 0)
    do_connect (words[1], words[2], words[3]);
  else if (n_words == 4 && strcmp (words[0], "offer") == 0)
    do_offer (words[1], words[2], words[3]);
  else if (n_words == 2 && strcmp (words[0], "cancel") == 0)
    do_cancel (words[1]);
  else if (n_words == 2 && strcmp (words[0], "report") == 0)
    do_report (words[1]);
  return TRUE;
}

static gboolean
find_window (void)
{
  struct ucred who;
  socklen_t length = sizeof who;

  if (getsockopt (CONTROL_SOCKET, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0 || who.uid != getuid ())
    return FALSE;
  net.window = who.pid;
  return TRUE;
}

static gboolean
set_up (void)
{
  g_autofree char *parent = enclave_runtime_dir_ensure ("net", NULL);
  g_autofree char *state = enclave_state_dir_ensure (NULL, NULL);
  g_autofree char *config = enclave_config_dir_ensure (NULL, NULL);
  g_autofree char *dconf = g_build_filename (g_get_user_runtime_dir (), "dconf", NULL);
  const char *folders[] = { parent, state != NULL ? state : "/nonexistent", config != NULL ? config : "/nonexistent", dconf, NULL };

  if (parent == NULL || !find_window ())
    return FALSE;
  net.folder = g_build_filename (parent, "XXXXXX", NULL);
  net.counts = mmap (NULL, CONNECTIONS_MAX * sizeof *net.counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (g_mkdtemp_full (net.folder, 0700) == NULL || net.counts == MAP_FAILED)
    return FALSE;
  net.connections = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  net.offers = g_ptr_array_new_with_free_func ((GDestroyNotify) offer_free);
  net_walls_raise (folders);
  return seal_filter_install (SEAL_NET) == 0;
}

static gboolean
has_unanswered (void)
{
  for (guint i = 0; i < net.connections->len; i++)
    if (is_unanswered (g_ptr_array_index (net.connections, i)))
      return TRUE;
  return FALSE;
}

/* Returns: FALSE when the window has gone. */
static gboolean
serve_once (void)
{
  struct pollfd waited[1 + OFFERS_MAX + CONNECTIONS_MAX] = { { .fd = CONTROL_SOCKET, .events = POLLIN } };
  g_autoptr (GPtrArray) connections = g_ptr_array_copy (net.connections, NULL, NULL);
  g_autoptr (GPtrArray) offers = g_ptr_array_copy (net.offers, NULL, NULL);
  gboolean prepares;
  guint n = 1;
  int n_ready;

  g_ptr_array_set_free_func (connections, NULL);
  g_ptr_array_set_free_func (offers, NULL);
  for (guint i = 0; i < offers->len; i++)
    waited[n++] = (struct pollfd){ .fd = ((Offer *) g_ptr_array_index (offers, i))->listener, .events = POLLIN };
  for (guint i = 0; i < connections->len; i++)
    waited[n++] = (struct pollfd){ .fd = ((Connection *) g_ptr_array_index (connections, i))->status, .events = POLLIN };
  /* The next process is made when nobody waits for anything; where it can't be, not again and again. */
  prepares = !net.tried_to_prepare && !net_worker_is_prepared () && !has_unanswered ();
  n_ready = poll (waited, n, prepares ? 0 : -1);
  if (n_ready < 0)
    return errno == EINTR;
  if (n_ready == 0)
    net_worker_prepare ();
  net.tried_to_prepare = n_ready == 0;
  for (guint i = 0; i < connections->len; i++)
    if (waited[1 + offers->len + i].revents != 0)
      read_status (g_ptr_array_index (connections, i));
  for (guint i = 0; i < offers->len; i++)
    if (waited[1 + i].revents != 0)
      take_offered (g_ptr_array_index (offers, i));
  return waited[0].revents == 0 || read_request ();
}

int
main (int argc, char **argv)
{
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  prctl (PR_SET_DUMPABLE, 0);
  if (!set_up ())
    return 1;
  while (serve_once ())
    ;
  net_worker_discard ();
  /* What was open is told with its bytes. */
  for (guint i = 0; i < net.connections->len; i++)
    kill (((Connection *) g_ptr_array_index (net.connections, i))->pid, SIGKILL);
  while (net.connections->len > 0)
    end_connection (g_ptr_array_index (net.connections, 0));
  g_ptr_array_set_size (net.offers, 0);
  rmdir (net.folder);
  enclave_egress_flush ();
  return 0;
}
