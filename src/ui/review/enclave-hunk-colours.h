/* enclave-hunk-colours.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-hunk-text.h"
#include "enclave-text-style.h"

G_BEGIN_DECLS

/* Gives the lines of hunks the colours of their language, in the scheme of the editor. GtkSourceView can only work in the
 * thread of the window: one hunk is done at a time, when nothing else is to do. */
#define ENCLAVE_TYPE_HUNK_COLOURS (enclave_hunk_colours_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHunkColours, enclave_hunk_colours, ENCLAVE, HUNK_COLOURS, GObject)

EnclaveHunkColours *enclave_hunk_colours_new (EnclaveTextStyle *style);
/* @path: the file's name, from which the language is guessed. @old_text, @new_text: (nullable): what stands before the lines
 * in the two texts is read too, so that a comment or a string that began there is seen. */
void enclave_hunk_colours_request (EnclaveHunkColours *self, EnclaveHunkText *text, const char *path,
                                   const char *old_text, const char *new_text);

G_END_DECLS
