/* mark-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mark-probe COMMAND…: runs a program that says `begin` and `end` on lines of their own, and prints `cpu_ms`, what it and all that it started
 * needed of a processor between the two, and `pss_kib`, what they held of memory at `end`. Its other lines go through. The
 * program is ended after the line `done`, when it does not end by itself.
 */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../process-tree.h"

int
main (int argc, char **argv)
{
  char line[4096];
  FILE *lines;
  double begin = 0;
  gboolean done = FALSE;
  gboolean measured = FALSE;
  int ends[2];

  if (argc < 2 || pipe (ends) != 0)
    return 2;
  process_tree_adopt ();
  if (fork () == 0)
    {
      dup2 (ends[1], STDOUT_FILENO);
      close (ends[0]);
      close (ends[1]);
      execvp (argv[1], argv + 1);
      _exit (127);
    }
  close (ends[1]);
  lines = fdopen (ends[0], "r");
  while (!done && lines != NULL && fgets (line, sizeof line, lines) != NULL)
    {
      g_strchomp (line);
      if (strcmp (line, "begin") == 0)
        begin = process_tree_get_cpu_ms ();
      else if (strcmp (line, "end") == 0)
        measured = printf ("cpu_ms=%.1f\npss_kib=%" G_GUINT64_FORMAT "\n", process_tree_get_cpu_ms () - begin, process_tree_get_pss_kib ()) > 0;
      else if (strcmp (line, "done") == 0)
        done = TRUE;
      else
        puts (line);
      fflush (stdout);
    }
  process_tree_end ();
  return measured ? 0 : 1;
}
