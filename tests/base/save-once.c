/* save-once.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * save-once FOLDER NAME TEXT-FILE: one save as the editor makes it, for the tests that break it at each system call.
 * save-once --recover: what a start does first.
 */

#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "enclave-file-save.h"
#include "enclave-save-journal.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  int folder;

  if (argc == 2 && strcmp (argv[1], "--recover") == 0)
    {
      g_autoptr (GPtrArray) ended = NULL;
      g_autoptr (GPtrArray) kept = NULL;
      guint n = enclave_save_journal_recover (&ended, &kept);

      printf ("%u %u %u\n", n, ended->len, kept->len);
      return 0;
    }
  if (argc != 4 || !g_file_get_contents (argv[3], &text, &length, NULL))
    return 2;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  folder = open (argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return 3;
  if (!enclave_file_save (folder, argv[2], bytes, NULL, ENCLAVE_FILE_SAVE_RECOVERABLE, NULL, &error))
    {
      printf ("%s\n", error->message);
      return error->code == ENCLAVE_FILE_SAVE_ERROR_NO_SPACE ? 10 : error->code == ENCLAVE_FILE_SAVE_ERROR_READ_ONLY ? 12 : 11;
    }
  return 0;
}
