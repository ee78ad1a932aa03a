/* enclave-terminal-palette.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <vte/vte.h>

G_BEGIN_DECLS

/* Gives @terminal the sixteen colours, text and ground of the light or the dark style. Every colour that programs write
 * text in has at least 4.5:1 on the ground. */
void enclave_terminal_palette_apply (VteTerminal *terminal, gboolean dark);

G_END_DECLS
