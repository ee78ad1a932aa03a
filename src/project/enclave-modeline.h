/* enclave-modeline.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MODELINE_UNSET,
  ENCLAVE_MODELINE_SPACES,
  ENCLAVE_MODELINE_TABS,
} EnclaveModelineStyle;

/* What a line of a text for Vim, Emacs or Kate says of its indentation. 0: nothing. */
typedef struct
{
  EnclaveModelineStyle style;
  guint tab_width;
  guint indent_width;
} EnclaveModeline;

/* Looks at the first and the last lines of @text, where such lines stand, and at nothing else than indentation: a modeline can't start or
 * open anything. @length: in bytes; -1 when it ends with a zero. Returns: FALSE, @modeline all zero, when no line says something. */
gboolean enclave_modeline_parse (const char *text, gssize length, EnclaveModeline *modeline);

G_END_DECLS
