/* enclave-confine-relay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The ports of other addresses that the user has granted to one command. In the box each is a listener on the box's own loopback,
 * at the same address and port; the listener's descriptor is handed out, and a process outside connects what is accepted there
 * to exactly that address. The box stays in its network of its own: no packet of it leaves, and there is nothing in it that
 * could be asked for another address.
 *
 * The other way round, a server in the box that listens at an address of the box's own loopback is reached through a socket in
 * the file system: a process of the box takes what connects there and connects it to that one address. */

#include "config.h"

#include "enclave-confine-steps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-net-wire.h"

#define CONNECTIONS_MAX 64
#define PIECE_BYTES 65536
/* How often one looks whether the command has gone whose end of a connection has closed. */
#define LOOK_MS 50
/* How long what the command has sent last may take. */
#define LAST_BYTES_MS 1000
#define END_LOOK_MS 5

/* The command has gone, and what it sent is still to be passed on. */
static volatile sig_atomic_t ending;

static void
end_soon (int number)
{
  (void) number;
  ending = 1;
}

union address
{
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
};

/* `127.0.0.1:5432` or `[::1]:5432`: digits only. */
static bool
parse_address (const char *text, union address *address)
{
  char host[INET6_ADDRSTRLEN];
  const char *colon = strrchr (text, ':');
  bool six = text[0] == '[';
  size_t length;
  unsigned long port;
  char *end;

  if (colon == NULL || colon[1] < '0' || colon[1] > '9' || (six && (colon < text + 2 || colon[-1] != ']')))
    return false;
  port = strtoul (colon + 1, &end, 10);
  length = (size_t) (colon - text) - (six ? 2 : 0);
  if (*end != '\0' || port < 1 || port > 65535 || length >= sizeof host)
    return false;
  memcpy (host, text + (six ? 1 : 0), length);
  host[length] = '\0';
  memset (address, 0, sizeof *address);
  if (six)
    {
      address->six.sin6_family = AF_INET6;
      address->six.sin6_port = htons ((uint16_t) port);
      return inet_pton (AF_INET6, host, &address->six.sin6_addr) == 1;
    }
  address->four.sin_family = AF_INET;
  address->four.sin_port = htons ((uint16_t) port);
  return inet_pton (AF_INET, host, &address->four.sin_addr) == 1;
}

static socklen_t
size_of (const union address *address)
{
  return address->any.sa_family == AF_INET6 ? sizeof address->six : sizeof address->four;
}

static bool
is_loopback (const union address *address)
{
  return address->any.sa_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK (&address->six.sin6_addr)
                                            : (ntohl (address->four.sin_addr.s_addr) >> 24) == 127;
}

/* Gives the box's loopback the address of another machine, so that the command reaches it by the name that it knows. */
static bool
take_address (const union address *address, int number)
{
  struct ifreq request;
  struct in6_ifreq request_six = { .ifr6_prefixlen = 128, .ifr6_ifindex = (int) if_nametoindex ("lo") };
  int fd = socket (address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool done;

  memset (&request, 0, sizeof request);
  snprintf (request.ifr_name, sizeof request.ifr_name, "lo:%d", number);
  if (address->any.sa_family == AF_INET6)
    {
      request_six.ifr6_addr = address->six.sin6_addr;
      done = ioctl (fd, SIOCSIFADDR, &request_six) == 0 || errno == EEXIST;
    }
  else
    {
      struct sockaddr_in mask = { .sin_family = AF_INET, .sin_addr.s_addr = 0xffffffff };

      memcpy (&request.ifr_addr, &address->four, sizeof address->four);
      done = ioctl (fd, SIOCSIFADDR, &request) == 0;
      memcpy (&request.ifr_netmask, &mask, sizeof mask);
      done = done && ioctl (fd, SIOCSIFNETMASK, &request) == 0;
    }
  close (fd);
  return done;
}

static int
listen_at (const union address *address)
{
  const int yes = 1;
  int fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  /* An address that has just been given is tentative for a moment otherwise. */
  if (fd >= 0 && address->any.sa_family == AF_INET6)
    setsockopt (fd, SOL_IPV6, IPV6_FREEBIND, &yes, sizeof yes);
  if (fd >= 0 && bind (fd, &address->any, size_of (address)) == 0 && listen (fd, CONNECTIONS_MAX) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

const char *
relay_offer (const struct plan *plan, int socket_fd)
{
  for (size_t i = 0; i < plan->forwards.n; i++)
    {
      union address address;
      int fd;

      if (!parse_address (plan->forwards.items[i], &address))
        return "an address of the plan is none";
      if ((!is_loopback (&address) && !take_address (&address, (int) i + 1)) || (fd = listen_at (&address)) < 0)
        return problem_because ("listening in the box for", plan->forwards.items[i]);
      if (!send_descriptor (socket_fd, fd))
        return problem_because ("handing out", plan->forwards.items[i]);
      close (fd);
    }
  return NULL;
}

static bool
write_all (int fd, const char *bytes, ssize_t n)
{
  while (n > 0)
    {
      ssize_t done = send (fd, bytes, (size_t) n, MSG_NOSIGNAL);

      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return false;
      bytes += done;
      n -= done;
    }
  return true;
}

/* Ends with its parent, since nothing but that holds it. */
static bool
bind_to_parent (pid_t parent)
{
  return prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid () == parent;
}

/* One direction until its end. */
static void
pass_on (int from, int to)
{
  static char piece[PIECE_BYTES];
  ssize_t n;

  do
    n = recv (from, piece, sizeof piece, 0);
  while ((n < 0 && errno == EINTR) || (n > 0 && write_all (to, piece, n)));
  shutdown (to, SHUT_WR);
}

/* The socket at @path leads to the address: what connects there says so first. */
static int
connect_by_socket (const char *path)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char word = 0;

  if (fd >= 0 && strlen (path) < sizeof place.sun_path)
    {
      strcpy (place.sun_path, path);
      if (connect (fd, (struct sockaddr *) &place, sizeof place) == 0 && recv (fd, &word, 1, 0) == 1 && word == ENCLAVE_NET_CONNECTED)
        return fd;
    }
  if (fd >= 0)
    close (fd);
  return -1;
}

static int
connect_directly (const union address *address)
{
  int fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd >= 0 && connect (fd, &address->any, size_of (address)) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Each direction has a process of its own: one that waits until its end takes more must not keep the other from flowing. */
__attribute__ ((noreturn)) static void
serve_connection (int taken, const union address *address, const char *path)
{
  int other = path != NULL ? connect_by_socket (path) : connect_directly (address);
  pid_t self = getpid ();
  pid_t back;

  if (other < 0 || (back = fork ()) < 0)
    {
      /* Nobody is there: that is no end of a conversation, but none. */
      setsockopt (taken, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof (struct linger));
      _exit (1);
    }
  if (back == 0)
    {
      if (bind_to_parent (self))
        pass_on (other, taken);
      _exit (0);
    }
  pass_on (taken, other);
  /* A command that is still there may wait for an answer. */
  while (!ending && waitpid (back, NULL, WNOHANG) == 0)
    poll (NULL, 0, LOOK_MS);
  _exit (0);
}

__attribute__ ((noreturn)) static void
serve (const int *listeners, const union address *addresses, char *const *paths, size_t n)
{
  struct pollfd waited[FORWARDS_MAX];
  const struct timespec at_once = { 0 }, second = { .tv_sec = 1 };
  pid_t self = getpid ();
  pid_t connection;
  int connections = 0;
  sigset_t hearing;

  sigprocmask (SIG_SETMASK, NULL, &hearing);
  sigdelset (&hearing, SIGTERM);
  for (size_t i = 0; i < n; i++)
    waited[i] = (struct pollfd){ listeners[i], POLLIN, 0 };
  for (;;)
    {
      bool last = ending;
      int ready = ppoll (waited, n, last ? &at_once : connections > 0 ? &second : NULL, &hearing);

      while (waitpid (-1, NULL, WNOHANG) > 0)
        connections--;
      if (last && ready <= 0)
        break;
      for (size_t i = 0; ready > 0 && i < n; i++)
        {
          int taken = waited[i].revents != 0 ? accept4 (waited[i].fd, NULL, NULL, SOCK_CLOEXEC) : -1;

          if (taken < 0)
            continue;
          connection = connections < CONNECTIONS_MAX ? fork () : -1;
          if (connection == 0)
            {
              sigprocmask (SIG_SETMASK, &hearing, NULL);
              if (!bind_to_parent (self))
                _exit (1);
              serve_connection (taken, &addresses[i], paths != NULL ? paths[i] : NULL);
            }
          connections += connection > 0;
          close (taken);
        }
    }
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    ;
  _exit (0);
}

static void
close_all_but (const int *kept, size_t n)
{
  for (int fd = 0; fd < 1024; fd++)
    {
      bool is_kept = false;

      for (size_t i = 0; i < n; i++)
        is_kept |= kept[i] == fd;
      if (!is_kept)
        close (fd);
    }
}

pid_t
relay_start (const struct plan *plan, int socket_fd)
{
  int listeners[FORWARDS_MAX];
  union address addresses[FORWARDS_MAX];
  pid_t parent = getpid ();
  sigset_t end, before;
  pid_t pid;

  /* Whoever can't give all of them says why, and ends. */
  for (size_t i = 0; i < plan->forwards.n; i++)
    if ((listeners[i] = receive_descriptor (socket_fd)) < 0)
      return 0;
  /* It hears of the end only where it waits. */
  sigemptyset (&end);
  sigaddset (&end, SIGTERM);
  sigprocmask (SIG_BLOCK, &end, &before);
  pid = fork ();
  if (pid == 0)
    {
      setsid ();
      sigaction (SIGTERM, &(struct sigaction){ .sa_handler = end_soon, .sa_flags = SA_RESTART }, NULL);
      if (!bind_to_parent (parent) || privileges_drop (true) != NULL || prctl (PR_SET_DUMPABLE, 0) != 0)
        _exit (1);
      for (size_t i = 0; i < plan->forwards.n; i++)
        if (!parse_address (plan->forwards.items[i], &addresses[i]))
          _exit (1);
      close_all_but (listeners, plan->forwards.n);
      serve (listeners, addresses, plan->forward_sockets.n > 0 ? plan->forward_sockets.items : NULL, plan->forwards.n);
    }
  sigprocmask (SIG_SETMASK, &before, NULL);
  for (size_t i = 0; i < plan->forwards.n; i++)
    close (listeners[i]);
  return pid;
}

void
relay_end (pid_t relay)
{
  /* Its connections are of its group; it has none yet when there is no group. */
  if (kill (-relay, SIGTERM) != 0)
    kill (relay, SIGTERM);
  for (int waited = 0; waited < LAST_BYTES_MS; waited += END_LOOK_MS)
    {
      if (waitpid (relay, NULL, WNOHANG) != 0)
        return;
      poll (NULL, 0, END_LOOK_MS);
    }
  kill (relay, SIGKILL);
  waitpid (relay, NULL, 0);
}

const char *
relay_serve_inside (const struct plan *plan)
{
  struct sockaddr_un place = { .sun_family = AF_UNIX };
  union address address;
  pid_t parent = getpid ();
  mode_t mask;
  int listener;
  pid_t pid;

  if (plan->serve_socket == NULL)
    return NULL;
  if (!parse_address (plan->serve_address, &address) || !is_loopback (&address))
    return "an address of the plan is none";
  if (strlen (plan->serve_socket) >= sizeof place.sun_path)
    return "the path of the plan's socket is too long";
  strcpy (place.sun_path, plan->serve_socket);
  listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mask = umask (0077);
  if (listener < 0 || bind (listener, (struct sockaddr *) &place, sizeof place) != 0 || listen (listener, CONNECTIONS_MAX) != 0)
    return problem_because ("listening at", plan->serve_socket);
  umask (mask);
  pid = fork ();
  if (pid < 0)
    return problem_because ("starting", "the relay of the socket");
  if (pid == 0)
    {
      setsid ();
      if (!bind_to_parent (parent) || prctl (PR_SET_DUMPABLE, 0) != 0)
        _exit (1);
      close_all_but (&listener, 1);
      serve (&listener, &address, NULL, 1);
    }
  close (listener);
  return NULL;
}
