/* enclave-net-connection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-net-connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "enclave-net-wire.h"

#define CONNECT_TIMEOUT_MS 30000
/* The window takes its end at once, or has gone on to something else. */
#define TAKE_TIMEOUT_MS 10000
#define PIECE_BYTES 65536

/* One direction. */
struct flow
{
  int from;
  int to;
  char *piece;
  size_t begin;
  size_t end;
  _Atomic uint64_t *count;
  bool ended;  /* nothing comes any more */
  bool closed; /* and the other side knows */
};

static void
say (int status, char word, int problem)
{
  char message[1 + sizeof problem];

  message[0] = word;
  memcpy (message + 1, &problem, sizeof problem);
  while (write (status, message, word == NET_STATUS_FAILED ? sizeof message : 1) < 0 && errno == EINTR)
    ;
}

static uint16_t
port_of (const struct net_address *address)
{
  return ntohs (address->place.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *) &address->place)->sin6_port
                                                     : ((const struct sockaddr_in *) &address->place)->sin_port);
}

/* What the kernel says that it is connected to is what was judged. */
static bool
is_connected_to (int fd, const struct net_address *address)
{
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;

  memset (&peer, 0, sizeof peer);
  if (getpeername (fd, (struct sockaddr *) &peer, &length) != 0 || peer.ss_family != address->place.ss_family)
    return false;
  if (peer.ss_family == AF_INET6)
    {
      const struct sockaddr_in6 *a = (const struct sockaddr_in6 *) &peer, *b = (const struct sockaddr_in6 *) &address->place;

      return a->sin6_port == b->sin6_port && memcmp (&a->sin6_addr, &b->sin6_addr, sizeof a->sin6_addr) == 0;
    }
  return ((const struct sockaddr_in *) &peer)->sin_port == ((const struct sockaddr_in *) &address->place)->sin_port
         && ((const struct sockaddr_in *) &peer)->sin_addr.s_addr
              == ((const struct sockaddr_in *) &address->place)->sin_addr.s_addr;
}

/* Returns: a socket, or -1 with errno. */
static int
connect_to (const struct net_address *address)
{
  int fd = socket (address->place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct pollfd waited = { .fd = fd, .events = POLLOUT };
  const int yes = 1;
  int problem = 0;
  socklen_t length = sizeof problem;

  if (fd < 0)
    return -1;
  if (connect (fd, (const struct sockaddr *) &address->place, address->length) != 0)
    {
      problem = errno;
      if (problem == EINPROGRESS)
        {
          problem = ETIMEDOUT;
          if (poll (&waited, 1, CONNECT_TIMEOUT_MS) > 0)
            getsockopt (fd, SOL_SOCKET, SO_ERROR, &problem, &length);
        }
    }
  if (problem == 0 && !is_connected_to (fd, address))
    problem = EADDRNOTAVAIL;
  if (problem != 0)
    {
      close (fd);
      errno = problem;
      return -1;
    }
  /* What the window writes is whole. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return fd;
}

/* The window's end; nobody else of this user may have it. */
static int
take (const struct net_connection *connection)
{
  struct pollfd waited = { .fd = connection->listener, .events = POLLIN };
  struct ucred who;
  socklen_t length = sizeof who;
  int fd;

  if (poll (&waited, 1, TAKE_TIMEOUT_MS) <= 0)
    return -1;
  fd = accept4 (connection->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0 && getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.pid == connection->window
      && who.uid == getuid ())
    return fd;
  return -1;
}

/* Returns: FALSE when the connection is broken. */
static bool
move (struct flow *flow, bool readable, bool writable)
{
  ssize_t n;

  if (readable && flow->begin == flow->end && !flow->ended)
    {
      n = recv (flow->from, flow->piece, PIECE_BYTES, 0);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return false;
      if (n == 0)
        flow->ended = true;
      if (n > 0)
        {
          flow->begin = 0;
          flow->end = (size_t) n;
          writable = true;
        }
    }
  if (writable && flow->begin < flow->end)
    {
      n = send (flow->to, flow->piece + flow->begin, flow->end - flow->begin, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return false;
      if (n > 0)
        {
          flow->begin += (size_t) n;
          *flow->count += (uint64_t) n;
        }
    }
  if (flow->ended && flow->begin == flow->end && !flow->closed)
    {
      shutdown (flow->to, SHUT_WR);
      flow->closed = true;
    }
  return true;
}

static void
pass_on (int window, int other, struct net_count *count)
{
  static char pieces[2][PIECE_BYTES];
  struct flow out = { .from = window, .to = other, .piece = pieces[0], .count = &count->sent };
  struct flow in = { .from = other, .to = window, .piece = pieces[1], .count = &count->received };

  while (!out.closed || !in.closed)
    {
      struct pollfd waited[2] = { { .fd = window }, { .fd = other } };

      if (!out.ended && out.begin == out.end)
        waited[0].events |= POLLIN;
      if (in.begin < in.end)
        waited[0].events |= POLLOUT;
      if (!in.ended && in.begin == in.end)
        waited[1].events |= POLLIN;
      if (out.begin < out.end)
        waited[1].events |= POLLOUT;
      if (poll (waited, 2, -1) < 0 && errno != EINTR)
        return;
      /* An end that has gone altogether takes nothing any more. */
      if ((waited[0].revents & (POLLERR | POLLHUP) && waited[0].events == 0)
          || (waited[1].revents & (POLLERR | POLLHUP) && waited[1].events == 0))
        return;
      if (!move (&out, waited[0].revents & (POLLIN | POLLHUP | POLLERR), waited[1].revents & (POLLOUT | POLLERR))
          || !move (&in, waited[1].revents & (POLLIN | POLLHUP | POLLERR), waited[0].revents & (POLLOUT | POLLERR)))
        return;
    }
}

static void
keep_only (int kept)
{
  if (kept > STDERR_FILENO + 1)
    close_range (STDERR_FILENO + 1, (unsigned int) kept - 1, 0);
  close_range ((unsigned int) kept + 1, UINT32_MAX, 0);
}

/* The two ends are one program: what is sent is the structure itself. */
union passed
{
  char bytes[CMSG_SPACE (sizeof (int))];
  struct cmsghdr header;
};

int
net_connection_give (int status, const struct net_connection *connection)
{
  struct iovec part = { .iov_base = (void *) connection, .iov_len = sizeof *connection };
  union passed passed = { { 0 } };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = passed.bytes, .msg_controllen = sizeof passed.bytes };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  ssize_t n;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), connection->listener >= 0 ? &connection->listener : &connection->taken, sizeof (int));
  do
    n = sendmsg (status, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t) sizeof *connection ? 0 : n < 0 ? errno : EMSGSIZE;
}

static bool
receive (int status, struct net_connection *connection)
{
  struct iovec part = { .iov_base = connection, .iov_len = sizeof *connection };
  union passed passed = { { 0 } };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = passed.bytes, .msg_controllen = sizeof passed.bytes };
  const struct cmsghdr *header;
  ssize_t n;

  do
    n = recvmsg (status, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  header = n == (ssize_t) sizeof *connection ? CMSG_FIRSTHDR (&message) : NULL;
  if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN (sizeof (int)))
    return false;
  memcpy (connection->listener >= 0 ? &connection->listener : &connection->taken, CMSG_DATA (header), sizeof (int));
  return true;
}

void
net_connection_run (int status)
{
  struct net_connection connection;
  uint16_t ports[2];
  int problem = 0;
  int other = -1;
  int window;

  signal (SIGPIPE, SIG_IGN);
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl (PR_SET_DUMPABLE, 0) != 0)
    _exit (1);
  keep_only (status);
  if (!receive (status, &connection))
    _exit (1);
  window = connection.taken;
  for (size_t i = 0; i < connection.n_addresses; i++)
    ports[i] = port_of (&connection.addresses[i]);
  net_walls_allow_ports (ports, connection.n_addresses);
  for (size_t i = 0; other < 0 && i < connection.n_addresses; i++)
    {
      other = connect_to (&connection.addresses[i]);
      /* Of several the first one tells most. */
      if (other < 0 && problem == 0)
        problem = errno;
    }
  if (other < 0)
    {
      say (status, NET_STATUS_FAILED, problem);
      _exit (1);
    }
  say (status, NET_STATUS_CONNECTED, 0);
  if (connection.listener >= 0)
    window = take (&connection);
  else if (send (window, &(char){ ENCLAVE_NET_CONNECTED }, 1, MSG_NOSIGNAL) != 1)
    window = -1;
  if (window < 0)
    _exit (1);
  say (status, NET_STATUS_TAKEN, 0);
  pass_on (window, other, connection.count);
  _exit (0);
}
