/* enclave-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The same said twice: plainly, as the source has it, for models and logs, and in the language of the person. What a model reads must
 * not depend on who sits before the screen. */
typedef struct
{
  GString *plain;
  GString *shown;
} EnclaveWords;

EnclaveWords *enclave_words_new (void);
void enclave_words_free (EnclaveWords *self);
/* @format: not translated yet, marked with N_(). */
void enclave_words_add (EnclaveWords *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void enclave_words_add_valist (EnclaveWords *self, const char *format, va_list args) G_GNUC_PRINTF (2, 0);
/* @message: the same without anything to fill in. */
void enclave_words_add_message (EnclaveWords *self, const char *message);
/* What the system calls the error @code of errno. */
void enclave_words_add_errno (EnclaveWords *self, int code);
/* What is the same in both: a name, a line of a file. */
void enclave_words_add_literal (EnclaveWords *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveWords, enclave_words_free)

G_END_DECLS
