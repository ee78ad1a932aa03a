/* enclave-confine-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "enclave-confine-plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLAN_MAX_BYTES (64u * 1024 * 1024)

static bool
list_add (struct list *list, char *item)
{
  char **items = realloc (list->items, (list->n + 2) * sizeof *items);

  if (items == NULL)
    return false;
  items[list->n++] = item;
  items[list->n] = NULL;
  list->items = items;
  return true;
}

static char *
read_all (int fd, size_t *length)
{
  size_t room = 65536;
  char *text = malloc (room);

  *length = 0;
  while (text != NULL)
    {
      ssize_t n = read (fd, text + *length, room - *length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      if (n == 0)
        return text;
      *length += (size_t) n;
      if (*length == room)
        {
          char *larger = room < PLAN_MAX_BYTES ? realloc (text, room *= 2) : NULL;

          if (larger == NULL)
            break;
          text = larger;
        }
    }
  free (text);
  return NULL;
}

static bool
is_clean_absolute (const char *path)
{
  return path[0] == '/' && strstr (path, "/../") == NULL && strstr (path, "//") == NULL;
}

static const char *
take (struct plan *plan, const char *key, char *value)
{
  struct
  {
    const char *key;
    char **path;
    struct list *list;
    bool *flag;
    unsigned long *number;
  } const known[] = {
    { "workspace", &plan->workspace, NULL, NULL },
    { "socket-folder", &plan->socket_folder, NULL, NULL },
    { "folder", &plan->folder, NULL, NULL },
    { "view", &plan->view, NULL, NULL },
    { "view-store", &plan->view_store, NULL, NULL },
    { "view-place", &plan->view_place, NULL, NULL },
    { "private", &plan->private_folder, NULL, NULL },
    { "serve-socket", &plan->serve_socket, NULL, NULL },
    { "serve-address", &plan->serve_address, NULL, NULL },
    { "view-env", NULL, &plan->view_environment, NULL },
    { "read-only", NULL, NULL, &plan->read_only },
    { "terminal", NULL, NULL, &plan->terminal },
    { "max-tasks", NULL, NULL, NULL, &plan->max_tasks },
    { "max-memory-mib", NULL, NULL, NULL, &plan->max_memory_mib },
    { "mask", NULL, &plan->masks, NULL },
    { "pin", NULL, &plan->pinned, NULL },
    { "freeze", NULL, &plan->frozen, NULL },
    { "cover", NULL, &plan->covers, NULL },
    { "cover-text", NULL, &plan->cover_texts, NULL },
    { "forward", NULL, &plan->forwards, NULL, NULL },
    { "forward-socket", NULL, &plan->forward_sockets, NULL, NULL },
    { "see", NULL, &plan->sees, NULL },
    { "hide", NULL, &plan->hides, NULL },
    { "write", NULL, &plan->writes, NULL },
    { "device", NULL, &plan->devices, NULL },
    { "env", NULL, &plan->environment, NULL },
    { "arg", NULL, &plan->arguments, NULL },
  };

  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      if (strcmp (known[i].key, key) != 0)
        continue;
      if (known[i].flag != NULL)
        {
          *known[i].flag = strcmp (value, "1") == 0;
          return NULL;
        }
      if (known[i].number != NULL)
        {
          char *end;

          *known[i].number = strtoul (value, &end, 10);
          return value[0] >= '0' && value[0] <= '9' && *end == '\0' && *known[i].number < 1UL << 31
                   ? NULL
                   : "a number of the plan is none";
        }
      if (known[i].path != NULL)
        {
          if (known[i].path != &plan->serve_address && !is_clean_absolute (value))
            return "a path of the plan is not absolute";
          *known[i].path = value;
          return NULL;
        }
      if ((known[i].list == &plan->sees || known[i].list == &plan->writes || known[i].list == &plan->devices)
          && !is_clean_absolute (value))
        return "a path of the plan is not absolute";
      if (known[i].list == &plan->devices && strncmp (value, "/dev/", 5) != 0)
        return "a device of the plan is none";
      if ((known[i].list == &plan->masks || known[i].list == &plan->pinned || known[i].list == &plan->frozen
           || known[i].list == &plan->covers)
          && (value[0] == '/' || value[0] == '\0'))
        return "a mask of the plan is not relative";
      return list_add (known[i].list, value) ? NULL : "out of memory";
    }
  /* A launcher that asks for something unknown must not get less than it asked for. */
  return "the plan has an unknown word";
}

const char *
plan_read (struct plan *plan, int fd)
{
  size_t length;
  char *text = read_all (fd, &length);
  char *at = text;

  memset (plan, 0, sizeof *plan);
  if (text == NULL)
    return "the plan can't be read";
  if (length == 0 || text[length - 1] != '\0')
    return "the plan is cut";
  while (at < text + length)
    {
      char *key = at;
      char *value = key + strlen (key) + 1;
      const char *problem;

      if (value >= text + length)
        return "the plan is cut";
      problem = take (plan, key, value);
      if (problem != NULL)
        return problem;
      at = value + strlen (value) + 1;
    }
  if (plan->forward_sockets.n != 0 && plan->forward_sockets.n != plan->forwards.n)
    return "an address of the plan has no socket";
  /* The one that starts it for a sealed window says so: there only enclave-net connects. */
  if (plan->forward_sockets.n != plan->forwards.n && getenv ("ENCLAVE_SEALED") != NULL)
    return "a sealed window lets no box connect by itself";
  return plan->covers.n == plan->cover_texts.n ? NULL : "a cover of the plan has no text";
}
