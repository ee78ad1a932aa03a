/* enclave-font-choice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Two rows for the one setting `editor-font`: @family gets the monospace families of this machine after the desktop's own
 * font, @size the points, insensitive while the desktop decides. Both follow the setting. Lives as long as @family. */
void enclave_font_choice_bind (AdwComboRow *family, GtkSpinButton *size, GSettings *settings);
/* The same choice without a setting: @family has @usual before the families, and shows with @size what @font says; "" is @usual. */
void enclave_font_choice_fill (AdwComboRow *family, GtkSpinButton *size, const char *usual, const char *font);

G_END_DECLS
