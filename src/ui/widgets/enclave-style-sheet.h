/* enclave-style-sheet.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the style sheet of the resource @path count on the default display, once, however often it is asked for. Without a display
 * nothing happens. */
void enclave_style_sheet_add (const char *path);

G_END_DECLS
