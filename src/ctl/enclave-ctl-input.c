/* enclave-ctl-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <unistd.h>

#include "enclave-ctl-commands.h"
#include "enclave-limits.h"

#define READ_BYTES 65536

char *
enclave_ctl_read_input (EnclaveCtlContext *context, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (READ_BYTES);

  for (;;)
    {
      struct pollfd descriptor = { .fd = STDIN_FILENO, .events = POLLIN };
      gssize n;

      while (g_main_context_iteration (NULL, FALSE))
        continue;
      if (g_cancellable_set_error_if_cancelled (enclave_ctl_context_get_cancellable (context), error))
        return NULL;
      if (poll (&descriptor, 1, 200) <= 0)
        continue;
      n = read (STDIN_FILENO, buffer, READ_BYTES);
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        {
          g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading standard input: %s"),
                       g_strerror (errno));
          return NULL;
        }
      if (n == 0)
        return g_string_free (g_steal_pointer (&text), FALSE);
      if (n > 0)
        g_string_append_len (text, buffer, n);
      if (text->len > ENCLAVE_PATCH_MAX_BYTES)
        {
          g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT,
                       _ ("Reading standard input: it is larger than a reply may be (%d MiB)"),
                       ENCLAVE_PATCH_MAX_BYTES / 1024 / 1024);
          return NULL;
        }
    }
}
