/* count-masks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-secret-scanner.h"

/* Scans the files named on standard input, one a line, and prints each place that would be masked as
 * `RULE<tab>FILE<tab>TEXT`, then how many files, bytes and milliseconds it were. Files that are not text are left out. */

#define MAX_FILE_BYTES (1024 * 1024)
#define MAX_SHOWN_BYTES 100

int
main (void)
{
  char path[4096];
  guint n_files = 0;
  guint n_masked_files = 0;
  guint n_masks = 0;
  gsize n_bytes = 0;
  gint64 spent_us = 0;
  gint64 longest_us = 0;

  while (fgets (path, sizeof path, stdin) != NULL)
    {
      g_autofree char *text = NULL;
      g_autoptr (GArray) spans = NULL;
      gint64 begun_us;
      gsize length;

      path[strcspn (path, "\n")] = '\0';
      if (!g_file_get_contents (path, &text, &length, NULL) || length == 0 || length > MAX_FILE_BYTES
          || memchr (text, '\0', length) != NULL || !g_utf8_validate (text, (gssize) length, NULL))
        continue;

      begun_us = g_get_monotonic_time ();
      spans = enclave_secret_scanner_scan (text, length);
      begun_us = g_get_monotonic_time () - begun_us;
      spent_us += begun_us;
      longest_us = MAX (longest_us, begun_us);
      n_files++;
      n_bytes += length;
      n_masked_files += spans->len > 0;
      n_masks += spans->len;
      for (guint i = 0; i < spans->len; i++)
        {
          const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);
          gsize from = span->start > 40 ? span->start - 40 : 0;
          g_autofree char *shown = g_strndup (text + from, MIN (span->end - from, MAX_SHOWN_BYTES + 40));

          g_strdelimit (shown, "\t\r\n", ' ');
          printf ("%s\t%s\t%s\n", span->rule, path, shown);
        }
    }

  fprintf (stderr, "files %u\nbytes %" G_GSIZE_FORMAT "\nfiles with a mask %u\nmasks %u\nmasks per 1000 files %.3f\n"
           "milliseconds a MiB %.2f\nlongest file %.2f ms\n",
           n_files, n_bytes, n_masked_files, n_masks, n_files > 0 ? n_masks * 1000.0 / n_files : 0,
           n_bytes > 0 ? spent_us / 1000.0 / (n_bytes / 1048576.0) : 0, longest_us / 1000.0);

  return 0;
}
