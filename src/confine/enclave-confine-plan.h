/* enclave-confine-plan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is to be run and what it may see, as the launcher says it on a descriptor: pairs of NUL-terminated strings, key and value,
 * until the end of the file.
 *
 *   workspace PATH      bound at its own place; at most one
 *   read-only 1         the workspace can't be written
 *   mask PATH           below the workspace, relative: hidden from the command; any number
 *   pin PATH            below the workspace, relative: a folder that can't be moved or removed; any number
 *   freeze PATH         below the workspace, relative: shown as it is, and can't be changed, moved or removed; any number
 *   cover PATH          below the workspace, relative: a file that is shown with the next `cover-text` in place of its own; any number
 *   cover-text TEXT     what the cover before it shows
 *   view PROGRAM        shows the workspace through this program (enclave-view) instead of the folder itself
 *   view-store PATH     what the view shows of the workspace's git objects
 *   view-env NAME=VALUE for the view, which finds the policy by it; any number
 *   see PATH            a folder or file shown read-only at its own place; any number
 *   hide PATH           below one of those, absolute: hidden from the command; any number
 *   write PATH          a folder shown at its own place that can be written, and nothing in it run; any number
 *   device PATH         a device of a graphics card, below /dev, that can be used; left out when it is not there; any number
 *   socket-folder PATH  bound at its own place, writable; at most one
 *   folder PATH         where the command begins
 *   env NAME=VALUE      the whole environment; any number
 *   arg TEXT            the command and its arguments, in order
 *   private PATH        no namespaces: an empty folder that nobody else may enter, the command's own until its end
 *   view-place PATH     in it: where the view is then; the folder is made
 *   max-tasks N         processes and threads of the command and all that it starts
 *   max-memory-mib N    memory of them
 *   forward ADDRESS     `127.0.0.1:5432` or `[::1]:5432`, outside, that the command reaches under the same name; at most eight
 *   serve-socket PATH   in the socket folder: what connects there reaches serve-address
 *   serve-address ADDRESS  inside, `127.0.0.1:8080`: where the command listens; with serve-socket
 *   terminal 1          descriptor 0 is a terminal and becomes the controlling one
 */
struct list
{
  char **items; /* NULL-terminated */
  size_t n;
};

struct plan
{
  char *workspace;
  char *socket_folder;
  char *folder;
  char *view;
  char *view_store;
  char *view_place;
  char *private_folder;
  char *serve_socket;
  char *serve_address;
  unsigned long max_tasks;      /* 0: no limit */
  unsigned long max_memory_mib; /* 0: no limit */
  bool read_only;
  bool terminal;
  struct list masks;
  struct list pinned;
  struct list frozen;
  struct list covers;
  struct list cover_texts;
  struct list sees;
  struct list hides;
  struct list writes;
  struct list devices;
  struct list forwards;
  struct list forward_sockets; /* none, or one for each: where it is connected from, instead of by the relay itself */
  struct list view_environment;
  struct list environment;
  struct list arguments;
};

/* Reads @fd to its end (64 MiB at most). Returns NULL, or what is wrong with the plan. The strings live until exit. */
const char *plan_read (struct plan *plan, int fd);
