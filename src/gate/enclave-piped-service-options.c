/* enclave-piped-service-options.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-command-door.h"

EnclavePipedServiceOptions *
enclave_piped_service_options_copy (const EnclavePipedServiceOptions *options)
{
  EnclavePipedServiceOptions *copy;

  g_return_val_if_fail (options != NULL && options->argv != NULL, NULL);

  copy = g_memdup2 (options, sizeof *options);
  copy->argv = (const char *const *) g_strdupv ((char **) options->argv);
  copy->shown = options->shown != NULL ? g_strdup (options->shown) : g_strjoinv (" ", (char **) options->argv);
  copy->actor = g_strdup (options->actor);
  copy->folder = g_strdup (options->folder);
  copy->environment = (const char *const *) g_strdupv ((char **) options->environment);
  copy->unset = (const char *const *) g_strdupv ((char **) options->unset);
  copy->readable = (const char *const *) g_strdupv ((char **) options->readable);
  copy->network = (const char *const *) g_strdupv ((char **) options->network);
  return copy;
}

void
enclave_piped_service_options_free (EnclavePipedServiceOptions *copy)
{
  g_strfreev ((char **) copy->argv);
  g_free ((char *) copy->shown);
  g_free ((char *) copy->actor);
  g_free ((char *) copy->folder);
  g_strfreev ((char **) copy->environment);
  g_strfreev ((char **) copy->unset);
  g_strfreev ((char **) copy->readable);
  g_strfreev ((char **) copy->network);
  g_free (copy);
}
