/* enclave-ignore-level.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-ignore-level.h"

void
enclave_ignore_level_add (EnclaveIgnoreLevel *self, char *text)
{
  char *line = text;

  for (guint id = 1; line != NULL; id++)
    {
      char *end = strchr (line, '\n');

      if (end != NULL)
        *end = '\0';
      if (g_str_has_suffix (line, "\r"))
        line[strlen (line) - 1] = '\0';
      if (*line != '\0' && *line != '#')
        {
          if (self->set == NULL)
            self->set = enclave_glob_set_new (FALSE);
          /* a line that is no pattern leaves out nothing, as in git */
          enclave_glob_set_add (self->set, line, id, NULL);
        }
      line = end != NULL ? end + 1 : NULL;
    }
}

void
enclave_ignore_level_clear (EnclaveIgnoreLevel *self)
{
  g_clear_pointer (&self->set, enclave_glob_set_unref);
}

gboolean
enclave_ignore_level_covers (const EnclaveIgnoreLevel *self, const char *path, gboolean is_folder)
{
  for (; self != NULL; self = self->above)
    {
      EnclaveGlobMatch match;

      if (self->set == NULL)
        continue;
      match = enclave_glob_set_match (self->set, path + self->prefix_length, is_folder);
      if (match.id != 0)
        return !match.negated;
    }
  return FALSE;
}
