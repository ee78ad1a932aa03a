/* enclave-snippet-provider.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-snippet-input.h"

G_BEGIN_DECLS

/* Offers the snippets of a view with Ctrl+Space, by a part of trigger or name; never by itself. */
#define ENCLAVE_TYPE_SNIPPET_PROVIDER (enclave_snippet_provider_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSnippetProvider, enclave_snippet_provider, ENCLAVE, SNIPPET_PROVIDER, GObject)

/* @input: not kept alive. @view: the one that offers them. */
EnclaveSnippetProvider *enclave_snippet_provider_new (EnclaveSnippetInput *input, GtkSourceView *view);

G_END_DECLS
