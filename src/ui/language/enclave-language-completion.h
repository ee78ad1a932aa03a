/* enclave-language-completion.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-editor.h"

G_BEGIN_DECLS

/* What a language server proposes while one types, in the list of GtkSourceView; after an open parenthesis the signature is shown. */
#define ENCLAVE_TYPE_LANGUAGE_COMPLETION (enclave_language_completion_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageCompletion, enclave_language_completion, ENCLAVE, LANGUAGE_COMPLETION, GObject)

/* @editor: not owned: it owns this. @settings: (nullable): whether the list comes by itself: `complete-while-typing`. */
EnclaveLanguageCompletion *enclave_language_completion_new (EnclaveLanguageEditor *editor, GSettings *settings);
/* Whether a signature is shown, which follows what is typed. */
gboolean enclave_language_completion_follows_call (EnclaveLanguageCompletion *self);
/* The caret stands elsewhere: so may its signature. */
void enclave_language_completion_caret_moved (EnclaveLanguageCompletion *self);
/* The signature of the call that the caret is in. */
void enclave_language_completion_show_signature (EnclaveLanguageCompletion *self);

G_END_DECLS
