/* enclave-tool-masks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-context-item.h"
#include "enclave-patch-error.h"
#include "enclave-tool-private.h"

void
enclave_tool_explain_masks (const char *old_text, GError **error)
{
  if (error == NULL || *error == NULL || enclave_context_item_count_masks (old_text) == 0)
    return;

  enclave_patch_extend_error (error, N_ ("%s The old lines have a mask (“[… masked: …]”) in them: it stands for a text that was not "
                                         "shown, so it is not in the file. Use lines above or below it that have no mask."), ".");
}
