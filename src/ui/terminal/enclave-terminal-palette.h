/* enclave-terminal-palette.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <vte/vte.h>

G_BEGIN_DECLS

typedef struct
{
  const char *id;
  const char *name;       /* untranslated, marked with N_() */
  const char *css_class;  /* of what stands round a terminal with it */
} EnclaveTerminalScheme;

/* The schemes that a person can choose by name. (transfer none) */
const EnclaveTerminalScheme *enclave_terminal_palette_list (guint *n_schemes);
/* Gives @terminal the sixteen colours, text and ground of @scheme; of one that is not known, as "" is, those of the light or the dark
 * style. Every colour that programs write text in has at least 4.5:1 on the ground.
 * Returns: the class of what stands round it; NULL: the usual ground. (transfer none) (nullable) */
const char *enclave_terminal_palette_apply (VteTerminal *terminal, const char *scheme, gboolean dark);

G_END_DECLS
