/* enclave-git-status-parse.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-git-status.h"

#define MAX_CHANGES 20000

static void
change_free (gpointer data)
{
  EnclaveGitChange *change = data;

  g_free (change->path);
  g_free (change);
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const EnclaveGitChange *const *) a)->path, (*(const EnclaveGitChange *const *) b)->path);
}

GPtrArray *
enclave_git_status_parse (const char *bytes, gsize length)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (change_free);
  const char *end = bytes + length;

  while (bytes < end && changes->len < MAX_CHANGES)
    {
      const char *entry_end = memchr (bytes, '\0', (gsize) (end - bytes));
      EnclaveGitChange *change;

      if (entry_end == NULL)
        break;
      /* "XY path": anything else is no entry */
      if (entry_end - bytes < 4 || bytes[2] != ' ' || strchr (" MTADRCU?!", bytes[0]) == NULL || strchr (" MTADRCU?!", bytes[1]) == NULL)
        {
          bytes = entry_end + 1;
          continue;
        }
      change = g_new0 (EnclaveGitChange, 1);
      change->staged = bytes[0];
      change->unstaged = bytes[1];
      change->path = g_strndup (bytes + 3, (gsize) (entry_end - bytes) - 3);
      g_ptr_array_add (changes, change);
      bytes = entry_end + 1;
      /* where it was before stands behind it */
      if (change->staged == 'R' || change->staged == 'C' || change->unstaged == 'R' || change->unstaged == 'C')
        {
          const char *old_end = bytes < end ? memchr (bytes, '\0', (gsize) (end - bytes)) : NULL;

          bytes = old_end != NULL ? old_end + 1 : end;
        }
    }
  g_ptr_array_sort (changes, compare_changes);

  return changes;
}

/* git-status(1): "UU", "AU" and the like, and "DD" and "AA", are unmerged. */
EnclaveGitKind
enclave_git_change_get_kind (const EnclaveGitChange *change)
{
  char state;

  g_return_val_if_fail (change != NULL, ENCLAVE_GIT_CHANGED);

  if (change->staged == 'U' || change->unstaged == 'U'
      || (change->staged == change->unstaged && (change->staged == 'A' || change->staged == 'D')))
    return ENCLAVE_GIT_IN_CONFLICT;
  /* what was staged as new and edited again is new to the last commit */
  if (change->staged == 'A' && change->unstaged != 'D')
    return ENCLAVE_GIT_NEW;
  state = change->unstaged != ' ' ? change->unstaged : change->staged;
  switch (state)
    {
    case '?':
    case 'A':
      return ENCLAVE_GIT_NEW;
    case 'D':
      return ENCLAVE_GIT_DELETED;
    case 'R':
    case 'C':
      return ENCLAVE_GIT_RENAMED;
    default:
      return change->staged == 'R' || change->staged == 'C' ? ENCLAVE_GIT_RENAMED : ENCLAVE_GIT_CHANGED;
    }
}
