/* enclave-language-edit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-language-reader.h"

G_BEGIN_DECLS

/* @text with @edits (element-type EnclaveLanguageTextEdit) made, all of them or none. The rule: each must begin in the text as it is,
 * and none may overlap; several insertions at one place stand in their order. Line ends of what is inserted become those of the
 * text's first line. Returns: (transfer full): NULL with G_IO_ERROR_INVALID_DATA. */
char *enclave_language_edit_apply (EnclaveLanguageText *text, GPtrArray *edits, GError **error);

G_END_DECLS
