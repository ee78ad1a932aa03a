/* enclave-crash-report.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "enclave-crash-report.h"
#include "enclave-state-dir.h"

#define FOLDER "crashes"
#define FRESH ".new"
#define TOLD ".txt"
#define MAX_FRAMES 64
#define STACK_BYTES (64 * 1024)
/* Older ones go: they are of a program that is not installed any more. */
#define MAX_KEPT 8

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
/* Made before: nothing can be asked for in the middle of a crash. */
static char file_name[PATH_MAX];
static char stack[STACK_BYTES];

static void
put (int fd, const char *text)
{
  gssize n = write (fd, text, strlen (text));

  /* there is nobody to tell */
  (void) n;
}

static void
put_number (int fd, int number)
{
  char digits[3] = { (char) ('0' + number / 10 % 10), (char) ('0' + number % 10), '\0' };

  put (fd, digits);
}

/* Only what signal-safety(7) allows, and backtrace(), which has been called before. */
static void
fault_cb (int number)
{
  void *frames[MAX_FRAMES];
  int n = backtrace (frames, MAX_FRAMES);
  int fd = open (file_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0)
    {
      put (fd, "Enclave " ENCLAVE_VERSION "\nsignal ");
      put_number (fd, number);
      put (fd, "\n");
      backtrace_symbols_fd (frames, n, fd);
      close (fd);
    }
  /* As it would have ended: the handler is the system's own again, and the signal waits until this one returns. */
  raise (number);
}

void
enclave_crash_report_begin (void)
{
  g_autofree char *folder = enclave_state_dir_ensure (FOLDER, NULL);
  stack_t own = { .ss_sp = stack, .ss_size = sizeof stack };
  struct sigaction action = { .sa_handler = fault_cb, .sa_flags = (int) (SA_RESETHAND | SA_ONSTACK) };
  void *frames[1];

  if (folder == NULL
      || (gsize) g_snprintf (file_name, sizeof file_name, "%s/%" G_GINT64_FORMAT "-%d" FRESH, folder, g_get_real_time (), (int) getpid ())
           >= sizeof file_name)
    return;
  /* loads what it needs */
  backtrace (frames, 1);
  sigaltstack (&own, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    sigaction (faults[i], &action, NULL);
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  return -strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
enclave_crash_report_take (void)
{
  g_autofree char *folder = enclave_state_dir_path (FOLDER);
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *newest = NULL;
  const char *name;

  while (names != NULL && (name = g_dir_read_name (names)) != NULL)
    if (g_str_has_suffix (name, FRESH) || g_str_has_suffix (name, TOLD))
      g_ptr_array_add (found, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (found, compare_newest);
  for (guint i = 0; i < found->len; i++)
    {
      const char *path = g_ptr_array_index (found, i);
      g_autofree char *told = NULL;

      if (i >= MAX_KEPT)
        {
          g_unlink (path);
          continue;
        }
      if (!g_str_has_suffix (path, FRESH))
        continue;
      told = g_strdup_printf ("%.*s" TOLD, (int) (strlen (path) - strlen (FRESH)), path);
      if (g_rename (path, told) != 0)
        g_debug ("Put a report aside: %s", g_strerror (errno));
      else if (newest == NULL)
        newest = g_steal_pointer (&told);
    }
  return g_steal_pointer (&newest);
}
