/* enclave-confine-descriptors.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "enclave-confine-steps.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* One byte, and room for one descriptor. */
struct parcel
{
  struct msghdr message;
  struct iovec part;
  char byte;
  union
  {
    char room[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control;
};

static void
prepare (struct parcel *parcel)
{
  memset (parcel, 0, sizeof *parcel);
  parcel->byte = 'f';
  parcel->part.iov_base = &parcel->byte;
  parcel->part.iov_len = 1;
  parcel->message.msg_iov = &parcel->part;
  parcel->message.msg_iovlen = 1;
  parcel->message.msg_control = parcel->control.room;
  parcel->message.msg_controllen = sizeof parcel->control.room;
}

static char problem_text[PATH_MAX + 256];

const char *
problem_because (const char *what, const char *which)
{
  int number = errno;

  snprintf (problem_text, sizeof problem_text, "%s%s%s: %s", what, which[0] != '\0' ? " " : "", which,
            strerror (number));
  return problem_text;
}

bool
send_descriptor (int socket_fd, int fd)
{
  struct parcel parcel;
  struct cmsghdr *header;

  prepare (&parcel);
  header = CMSG_FIRSTHDR (&parcel.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  return sendmsg (socket_fd, &parcel.message, MSG_NOSIGNAL) == 1;
}

int
receive_descriptor (int socket_fd)
{
  struct parcel parcel;
  struct cmsghdr *header;
  ssize_t n;
  int fd = -1;

  prepare (&parcel);
  do
    n = recvmsg (socket_fd, &parcel.message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  header = n == 1 ? CMSG_FIRSTHDR (&parcel.message) : NULL;
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof (int)))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}
