/* enclave-language-gutter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Draws beside a line the icon of the worst of its source marks, in its colour: the renderer of the library draws symbolic icons in a
 * colour that is hardly seen. */
#define ENCLAVE_TYPE_LANGUAGE_GUTTER (enclave_language_gutter_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageGutter, enclave_language_gutter, ENCLAVE, LANGUAGE_GUTTER, GtkSourceGutterRenderer)

GtkSourceGutterRenderer *enclave_language_gutter_new (void);
/* What a mark of @category looks like; the first that is added is the worst. @colour: the name of one in the style. */
void enclave_language_gutter_add_look (EnclaveLanguageGutter *self, const char *category, const char *icon_name, const char *colour);

G_END_DECLS
