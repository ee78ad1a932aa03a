/* enclave-language-hover.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-editor.h"

G_BEGIN_DECLS

/* What is shown while the pointer rests on a word: messages about it, then what the server knows of it. */
#define ENCLAVE_TYPE_LANGUAGE_HOVER (enclave_language_hover_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageHover, enclave_language_hover, ENCLAVE, LANGUAGE_HOVER, GObject)

/* @editor: not owned: it owns this. */
EnclaveLanguageHover *enclave_language_hover_new (EnclaveLanguageEditor *editor);
/* The same at the caret, by a key. */
void enclave_language_hover_show_at_caret (EnclaveLanguageEditor *editor);

G_END_DECLS
