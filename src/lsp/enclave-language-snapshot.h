/* enclave-language-snapshot.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-reader.h"

G_BEGIN_DECLS

/* What a language server had been told of the open files when it was asked something: an edit that it sends then is of these texts and
 * of no later ones. Counted by references. */
typedef struct _EnclaveLanguageSnapshot EnclaveLanguageSnapshot;

EnclaveLanguageSnapshot *enclave_language_snapshot_new (void);
EnclaveLanguageSnapshot *enclave_language_snapshot_ref (EnclaveLanguageSnapshot *self);
void enclave_language_snapshot_unref (EnclaveLanguageSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLanguageSnapshot, enclave_language_snapshot_unref)

/* @path: relative to the project. @version: the one that the server knows the text by. */
void enclave_language_snapshot_add (EnclaveLanguageSnapshot *self, const char *path, EnclaveLanguageText *text, gint64 version);
/* The rule: @edit may be made in @text when that is, byte by byte, what the server had been told, and when the version that the edit
 * names, if it names one, is that of what it was told. What it was not told of it has read itself, and names no version of.
 * @edit: its uri a path relative to the project. FALSE with G_IO_ERROR_WRONG_ETAG. */
gboolean enclave_language_snapshot_check (EnclaveLanguageSnapshot *self, const EnclaveLanguageFileEdit *edit, const char *text,
                                          GError **error);

G_END_DECLS
