/* enclave-airgap-room.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-airgap-room.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-airgap-count.h"

#define LOOK_MS 20

static gboolean
fail (EnclaveAirgapCounts *counts, const char *what)
{
  snprintf (counts->problem, sizeof counts->problem, "%s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
write_text (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean done = fd >= 0 && write (fd, text, strlen (text)) == (gssize) strlen (text);

  if (fd >= 0)
    close (fd);
  return done;
}

static gboolean
enter (EnclaveAirgapCounts *counts)
{
  uid_t uid = geteuid ();
  gid_t gid = getegid ();
  char map[64];

  /* Root has what it takes; for everybody else the namespace of users gives it, within the room only. */
  if (uid != 0)
    {
      if (unshare (CLONE_NEWUSER) != 0)
        return fail (counts, "a namespace of users");
      write_text ("/proc/self/setgroups", "deny");
      snprintf (map, sizeof map, "%u %u 1\n", uid, uid);
      if (!write_text ("/proc/self/uid_map", map))
        return fail (counts, "the map of users");
      snprintf (map, sizeof map, "%u %u 1\n", gid, gid);
      if (!write_text ("/proc/self/gid_map", map))
        return fail (counts, "the map of groups");
    }
  if (unshare (CLONE_NEWNET | CLONE_NEWNS) != 0)
    return fail (counts, "a namespace of the network");
  return TRUE;
}

/* A route of the kind `local` to every address: whatever is sent to it comes back to this namespace, and is counted. */
static gboolean
add_sink (int fd, int family, unsigned int interface)
{
  struct
  {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr attribute;
    unsigned int interface;
  } request = {
    .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWROUTE, .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK },
    .route = { .rtm_family = (unsigned char) family, .rtm_table = RT_TABLE_LOCAL, .rtm_protocol = RTPROT_STATIC,
               .rtm_scope = RT_SCOPE_HOST, .rtm_type = RTN_LOCAL },
    .attribute = { .rta_len = RTA_LENGTH (sizeof interface), .rta_type = RTA_OIF },
    .interface = interface,
  };
  struct
  {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char rest[512];
  } answer;

  if (send (fd, &request, sizeof request, 0) < 0 || recv (fd, &answer, sizeof answer, 0) < (gssize) sizeof answer.header)
    return FALSE;
  errno = answer.header.nlmsg_type == NLMSG_ERROR ? -answer.error.error : 0;
  return errno == 0;
}

static gboolean
set_up_network (EnclaveAirgapCounts *counts)
{
  struct ifreq request = { .ifr_name = "lo" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean sealed = fd < 0 && errno == EAFNOSUPPORT;
  int routes = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  gboolean done;

  counts->sealed = sealed;
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  done = fd >= 0 && routes >= 0 && ioctl (fd, SIOCSIFFLAGS, &request) == 0
         && add_sink (routes, AF_INET, if_nametoindex ("lo"));
  if (!done)
    fail (counts, "the sink");
  else
    /* A kernel without IPv6 has no way to leave by it. */
    add_sink (routes, AF_INET6, if_nametoindex ("lo"));
  if (fd >= 0)
    close (fd);
  if (routes >= 0)
    close (routes);
  return done;
}

/* A resolver outside that is asked over a socket of the file system would ask the network in the room's place. */
static void
set_up_names (EnclaveAirgapCounts *counts)
{
  static const char *const resolvers[] = { "/run/systemd/resolve", "/run/nscd", "/var/run/nscd", "/run/avahi-daemon" };
  char place[] = "/tmp/enclave-resolv-XXXXXX";
  static const char text[] = "nameserver " ENCLAVE_AIRGAP_NAME_SERVER "\noptions timeout:1 attempts:1\n";
  int fd;

  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    return;
  counts->names_are_watched = TRUE;
  fd = mkstemp (place);
  if (fd < 0 || write (fd, text, strlen (text)) < 0 || fchmod (fd, 0644) != 0
      || mount (place, "/etc/resolv.conf", NULL, MS_BIND, NULL) != 0)
    counts->names_are_watched = FALSE;
  if (fd >= 0)
    {
      close (fd);
      unlink (place);
    }
  for (guint i = 0; i < G_N_ELEMENTS (resolvers); i++)
    if (g_file_test (resolvers[i], G_FILE_TEST_IS_DIR) && mount ("none", resolvers[i], "tmpfs", 0, NULL) != 0)
      counts->names_are_watched = FALSE;
}

static void
become (const char *const *argv, const char *folder, const char *const *environment)
{
  signal (SIGPIPE, SIG_DFL);
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  /* What the conversation says is not the result. */
  dup2 (STDERR_FILENO, STDOUT_FILENO);
  if (folder != NULL && chdir (folder) != 0)
    _exit (126);
  if (environment != NULL)
    execvpe (argv[0], (char *const *) argv, (char *const *) environment);
  else
    execvp (argv[0], (char *const *) argv);
  _exit (127);
}

/* Sends what has to be counted, on behalf of the control. */
static void
send_control (void)
{
  static const struct
  {
    const char *address;
    guint16 port;
  } targets[] = { { "192.0.2.1", 9 }, { "198.51.100.7", 443 }, { ENCLAVE_AIRGAP_NAME_SERVER, 53 } };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      struct sockaddr_in place = { .sin_family = AF_INET, .sin_port = htons (targets[i].port) };
      int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

      inet_pton (AF_INET, targets[i].address, &place.sin_addr);
      if (fd < 0 || sendto (fd, "control", 7, 0, (struct sockaddr *) &place, sizeof place) != 7)
        _exit (1);
      close (fd);
    }
  _exit (0);
}

/* @argv: NULL for the control. */
static void
count_in_room (const char *const *argv, const char *folder, const char *const *environment, EnclaveAirgapCounts *counts)
{
  struct pollfd waited = { .events = POLLIN };
  gboolean ended = FALSE;
  int wait_status = 0;
  pid_t pid, first;
  int fd;

  if (!enter (counts) || !set_up_network (counts))
    return;
  set_up_names (counts);
  fd = enclave_airgap_count_open ();
  if (fd < 0)
    {
      fail (counts, "the socket that counts");
      return;
    }
  /* What outlives its parent in the room is waited for too. */
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  first = fork ();
  if (first == 0)
    {
      close (fd);
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (argv == NULL)
        send_control ();
      become (argv, folder, environment);
    }
  waited.fd = fd;
  while (!ended)
    {
      poll (&waited, 1, LOOK_MS);
      enclave_airgap_count_read (fd, counts);
      while ((pid = waitpid (-1, &wait_status, WNOHANG)) > 0)
        if (pid == first)
          counts->exit_status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
      ended = pid < 0 && errno == ECHILD;
    }
  enclave_airgap_count_read (fd, counts);
  enclave_airgap_count_read_kernel (fd, counts);
}

static gboolean
run (const char *const *argv, const char *folder, const char *const *environment, EnclaveAirgapCounts *counts)
{
  EnclaveAirgapCounts *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int wait_status = 0;
  pid_t pid;

  memset (counts, 0, sizeof *counts);
  if (shared == MAP_FAILED)
    return fail (counts, "memory");
  pid = fork ();
  if (pid == 0)
    {
      count_in_room (argv, folder, environment, shared);
      _exit (0);
    }
  while (pid > 0 && waitpid (pid, &wait_status, 0) < 0 && errno == EINTR)
    ;
  *counts = *shared;
  munmap (shared, sizeof *shared);
  if (pid < 0)
    return fail (counts, "a process");
  if (wait_status != 0 && counts->problem[0] == '\0')
    g_strlcpy (counts->problem, "the process that counts has died", sizeof counts->problem);
  return counts->problem[0] == '\0';
}

gboolean
enclave_airgap_room_run (const char *const *argv, const char *folder, const char *const *environment, EnclaveAirgapCounts *counts)
{
  g_return_val_if_fail (argv != NULL && argv[0] != NULL && counts != NULL, FALSE);

  return run (argv, folder, environment, counts);
}

gboolean
enclave_airgap_room_control (EnclaveAirgapCounts *counts)
{
  g_return_val_if_fail (counts != NULL, FALSE);

  return run (NULL, NULL, NULL, counts);
}
