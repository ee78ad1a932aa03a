/* enclave-text-style.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* How code is drawn: font, light or dark, style scheme. Follows the desktop and the settings. Properties, all read-only:
 * "dark", "screen-reader", "font" (PangoFontDescription, zoom included). Signal "changed": any of them.
 *
 * While a screen reader is on, the scheme has no foreground colour: GTK 4.8 dies when the attributes of a text with a
 * coloured tag are asked for over AT-SPI. */
#define ENCLAVE_TYPE_TEXT_STYLE (enclave_text_style_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextStyle, enclave_text_style, ENCLAVE, TEXT_STYLE, GObject)

/* Widgets with this class get the font. */
#define ENCLAVE_TEXT_STYLE_CLASS "enclave-code"

/* What stands below a widget with this class has the chat's size instead of the editor's. */
#define ENCLAVE_TEXT_STYLE_CHAT_CLASS "enclave-chat-text"

/* @settings: (nullable): the program's settings. */
EnclaveTextStyle *enclave_text_style_new (GSettings *settings);
gboolean enclave_text_style_get_dark (EnclaveTextStyle *self);
gboolean enclave_text_style_get_screen_reader (EnclaveTextStyle *self);
/* Borrowed, valid until "changed". */
const PangoFontDescription *enclave_text_style_get_font (EnclaveTextStyle *self);
/* Points added to the font size. */
int enclave_text_style_get_zoom (EnclaveTextStyle *self);
void enclave_text_style_set_zoom (EnclaveTextStyle *self, int points);
/* Borrowed; NULL when the schemes can't be read. */
GtkSourceStyleScheme *enclave_text_style_get_scheme (EnclaveTextStyle *self);

G_END_DECLS
