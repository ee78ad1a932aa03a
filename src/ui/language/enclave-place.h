/* enclave-place.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-language-text.h"

G_BEGIN_DECLS

/* One row of a list of places in files. Immutable but for its line of text. */
#define ENCLAVE_TYPE_PLACE (enclave_place_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePlace, enclave_place, ENCLAVE, PLACE, GObject)

/* @path: absolute. @shown: of it, for people. @icon_name: (nullable). @word: (nullable): said before the text ("Error"). */
EnclavePlace *enclave_place_new (const char *path, const char *shown, EnclaveLanguagePosition position, const char *icon_name,
                                 const char *word, const char *text);
const char *enclave_place_get_path (EnclavePlace *self);
const char *enclave_place_get_shown (EnclavePlace *self);
EnclaveLanguagePosition enclave_place_get_position (EnclavePlace *self);
const char *enclave_place_get_icon_name (EnclavePlace *self);
const char *enclave_place_get_word (EnclavePlace *self);
const char *enclave_place_get_text (EnclavePlace *self);
/* Spaces before the text: how deep it is in others. */
void enclave_place_set_depth (EnclavePlace *self, guint depth);
guint enclave_place_get_depth (EnclavePlace *self);

G_END_DECLS
