/* count-masks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-secret-scanner.h"
#include "mask-class.h"

/* Scans the files named on standard input, one a line, and prints each place that would be masked as
 * `CLASS<tab>RULE<tab>FILE<tab>TEXT`, then how many files, bytes and milliseconds it were. Files that are not text are left
 * out. */

#define MAX_FILE_BYTES (1024 * 1024)
#define MAX_SHOWN_BYTES 100

static double
per_1000 (guint n, guint n_files)
{
  return n_files > 0 ? n * 1000.0 / n_files : 0;
}

int
main (void)
{
  char path[4096];
  guint n_files = 0;
  guint n_masked_files = 0;
  guint n_masks[N_MASK_CLASSES] = { 0 };
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
      for (guint i = 0; i < spans->len; i++)
        {
          const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);
          MaskClass class = mask_class_of (span->rule, text + span->start, span->end - span->start);
          gsize from = span->start > 40 ? span->start - 40 : 0;
          g_autofree char *shown = g_strndup (text + from, MIN (span->end - from, MAX_SHOWN_BYTES + 40));

          n_masks[class]++;
          g_strdelimit (shown, "\t\r\n", ' ');
          printf ("%s\t%s\t%s\t%s\n", mask_class_get_name (class), span->rule, path, shown);
        }
    }

  fprintf (stderr, "files %u\nbytes %" G_GSIZE_FORMAT "\nfiles with a mask %u\n", n_files, n_bytes, n_masked_files);
  fprintf (stderr, "masks %u\n", n_masks[MASK_PROVED] + n_masks[MASK_RANDOM] + n_masks[MASK_OTHER]);
  fprintf (stderr, "secrets proved by their form %u\n", n_masks[MASK_PROVED]);
  fprintf (stderr, "random keys under the name of one %u\n", n_masks[MASK_RANDOM]);
  fprintf (stderr, "masks per 1000 files %.3f\n", per_1000 (n_masks[MASK_PROVED] + n_masks[MASK_RANDOM] + n_masks[MASK_OTHER], n_files));
  fprintf (stderr, "without proved secrets %.3f\n", per_1000 (n_masks[MASK_RANDOM] + n_masks[MASK_OTHER], n_files));
  fprintf (stderr, "without random keys either %.3f\n", per_1000 (n_masks[MASK_OTHER], n_files));
  fprintf (stderr, "milliseconds a MiB %.2f\nlongest file %.2f ms\n",
           n_bytes > 0 ? spent_us / 1000.0 / (n_bytes / 1048576.0) : 0, longest_us / 1000.0);

  return 0;
}
