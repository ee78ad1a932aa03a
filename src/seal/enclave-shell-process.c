/* enclave-shell-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The program enclave-shell: starts programs for a sealed window, with the user's own network and rights, since the window's own
 * children would have neither. It is started before the window denies itself anything, has no toolkit, and ends with the window.
 *
 * A child is made with CLONE_PARENT: it is a child of the window, which waits for it and signals it as if it had forked itself. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-seal-filter.h"
#include "enclave-spawn-wire.h"

#define WORDS_MAX 65536
#define PAYLOAD_MAX_BYTES (8 * 1024 * 1024)
/* Above every number that a child asks for. */
#define SAFE_DESCRIPTOR 200

struct request
{
  char kind;
  char *payload;
  const char *folder;
  const char *program;
  char **arguments;
  char **environment;
  size_t n_environment;
  int sources[ENCLAVE_SPAWN_MAX_DESCRIPTORS];
  int targets[ENCLAVE_SPAWN_MAX_DESCRIPTORS];
  size_t n_sources;
  size_t n_targets;
};

static const char *confine_program;
static const char *net_program;
static bool seal_terminals;
/* For enclave-confine: a box of a sealed window connects nowhere by itself. */
static char sealed_word[] = "ENCLAVE_SEALED=1";

static void
request_clear (struct request *request)
{
  free (request->payload);
  free (request->arguments);
  free (request->environment);
  for (size_t i = 0; i < request->n_sources; i++)
    close (request->sources[i]);
  memset (request, 0, sizeof *request);
}

static bool
read_payload (struct request *request, int fd)
{
  struct stat facts;
  size_t n_arguments = 0;
  char *at, *end;

  if (fstat (fd, &facts) != 0 || facts.st_size <= 0 || facts.st_size > PAYLOAD_MAX_BYTES)
    return false;
  request->payload = malloc ((size_t) facts.st_size);
  request->arguments = calloc (WORDS_MAX + 1, sizeof (char *));
  request->environment = calloc (WORDS_MAX + 2, sizeof (char *));
  if (request->payload == NULL || request->arguments == NULL || request->environment == NULL
      || pread (fd, request->payload, (size_t) facts.st_size, 0) != facts.st_size
      || request->payload[facts.st_size - 1] != '\0')
    return false;
  at = request->payload;
  end = at + facts.st_size;
  while (at < end)
    {
      const char *key = at;
      char *value = key + strlen (key) + 1 < end ? at + strlen (key) + 1 : NULL;

      if (value == NULL)
        return false;
      if (strcmp (key, "folder") == 0)
        request->folder = value;
      else if (strcmp (key, "program") == 0)
        request->program = value;
      else if (strcmp (key, "arg") == 0 && n_arguments < WORDS_MAX)
        request->arguments[n_arguments++] = value;
      else if (strcmp (key, "env") == 0 && request->n_environment < WORDS_MAX)
        request->environment[request->n_environment++] = value;
      else if (strcmp (key, "target") == 0 && request->n_targets < ENCLAVE_SPAWN_MAX_DESCRIPTORS)
        {
          int number = atoi (value);

          if (number < 0 || number >= SAFE_DESCRIPTOR)
            return false;
          request->targets[request->n_targets++] = number;
        }
      else
        return false;
      at = value + strlen (value) + 1;
    }
  return n_arguments > 0 && request->program != NULL && request->n_targets == request->n_sources;
}

/* Returns: 1 for a request, 0 for one that is none, -1 when the window has gone. */
static int
receive (int socket, struct request *request)
{
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int) * (ENCLAVE_SPAWN_MAX_DESCRIPTORS + 1))];
  } control = { 0 };
  struct iovec data = { .iov_base = &request->kind, .iov_len = 1 };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  struct cmsghdr *header;
  int received[ENCLAVE_SPAWN_MAX_DESCRIPTORS + 1];
  size_t n_received;
  bool good;
  ssize_t n;

  do
    n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return -1;
  header = CMSG_FIRSTHDR (&message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
    return 0;
  n_received = (header->cmsg_len - CMSG_LEN (0)) / sizeof (int);
  memcpy (received, CMSG_DATA (header), n_received * sizeof (int));
  if (n_received < 1)
    return 0;
  request->n_sources = n_received - 1;
  memcpy (request->sources, received + 1, request->n_sources * sizeof (int));
  good = (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) == 0 && read_payload (request, received[0]);
  close (received[0]);
  return good;
}

static void
fail (int report)
{
  int problem = errno;

  while (write (report, &problem, sizeof problem) < 0 && errno == EINTR)
    ;
  _exit (127);
}

static void
become (const struct request *request, int report)
{
  sigset_t none;
  int moved[ENCLAVE_SPAWN_MAX_DESCRIPTORS];

  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  for (int number = 1; number < 32; number++)
    signal (number, SIG_DFL);
  /* First out of the way of the numbers that are asked for. */
  if ((report = fcntl (report, F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR)) < 0)
    _exit (127);
  for (size_t i = 0; i < request->n_sources; i++)
    if ((moved[i] = fcntl (request->sources[i], F_DUPFD_CLOEXEC, SAFE_DESCRIPTOR)) < 0)
      fail (report);
  for (size_t i = 0; i < request->n_sources; i++)
    if (dup2 (moved[i], request->targets[i]) < 0)
      fail (report);
  if (request->kind == ENCLAVE_SPAWN_SESSION)
    {
      setsid ();
      ioctl (0, TIOCSCTTY, 0);
    }
  if (request->folder != NULL && chdir (request->folder) != 0 && chdir ("/") != 0)
    fail (report);
  if (seal_terminals && request->kind != ENCLAVE_SPAWN_CONFINED && request->kind != ENCLAVE_SPAWN_NET
      && seal_filter_install (SEAL_USER_PROGRAM) != 0)
    fail (report);
  execve (request->program, request->arguments, request->environment);
  fail (report);
}

static EnclaveSpawnAnswer
spawn (struct request *request)
{
  EnclaveSpawnAnswer answer = { 0 };
  int report[2];
  long pid;

  if (request->kind == ENCLAVE_SPAWN_CONFINED)
    {
      request->program = request->arguments[0] = (char *) confine_program;
      request->environment[request->n_environment++] = sealed_word;
    }
  else if (request->kind == ENCLAVE_SPAWN_NET)
    request->program = request->arguments[0] = (char *) net_program;
  else if (request->kind != ENCLAVE_SPAWN_USER && request->kind != ENCLAVE_SPAWN_SESSION)
    return (EnclaveSpawnAnswer) { .problem = EINVAL };
  if (pipe2 (report, O_CLOEXEC) != 0)
    return (EnclaveSpawnAnswer) { .problem = errno };
  pid = syscall (SYS_clone, (unsigned long) (CLONE_PARENT | SIGCHLD), NULL, NULL, NULL, NULL);
  if (pid == 0)
    become (request, report[1]);
  if (pid < 0)
    answer.problem = errno;
  else
    answer.pid = (int32_t) pid;
  close (report[1]);
  if (pid > 0)
    {
      int problem = 0;
      ssize_t n;

      do
        n = read (report[0], &problem, sizeof problem);
      while (n < 0 && errno == EINTR);
      if (n == sizeof problem)
        answer.problem = problem;
    }
  close (report[0]);
  return answer;
}

int
main (int argc, char **argv)
{
  const int socket = 3;

  if (argc < 3)
    return 2;
  confine_program = argv[1];
  net_program = argv[2];
  seal_terminals = argc > 3 && strcmp (argv[3], "--seal-terminals") == 0;
  /* The window is asked to end, and this one ends with it. */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  /* Else the window could make it do what the window has denied itself. */
  prctl (PR_SET_DUMPABLE, 0);
  fcntl (socket, F_SETFD, FD_CLOEXEC);
  /* A folder that is to be unmounted should not be held. */
  if (chdir ("/") != 0)
    return 1;
  for (;;)
    {
      struct request request = { 0 };
      EnclaveSpawnAnswer answer = { .problem = EINVAL };
      int received = receive (socket, &request);

      if (received < 0)
        return 0;
      if (received > 0)
        answer = spawn (&request);
      request_clear (&request);
      if (send (socket, &answer, sizeof answer, MSG_NOSIGNAL) < 0 && errno == EPIPE)
        return 0;
    }
}
