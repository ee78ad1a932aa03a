/* enclave-indentation.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean spaces;
  guint width;  /* columns */
} EnclaveIndentation;

/* The habit that a text shows. @length in bytes; only its start is looked at.
 * Returns: FALSE, @found untouched, when too few lines are indented to tell. */
gboolean enclave_indentation_detect (const char *text, gsize length, EnclaveIndentation *found);

G_END_DECLS
