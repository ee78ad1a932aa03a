/* enclave-hunk-editor.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-text-style.h"

G_BEGIN_DECLS

/* The new lines of a hunk as text to change by hand, with its two answers. Signals: "kept", "cancelled". */
#define ENCLAVE_TYPE_HUNK_EDITOR (enclave_hunk_editor_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHunkEditor, enclave_hunk_editor, ENCLAVE, HUNK_EDITOR, GtkWidget)

/* @path: from which the language is guessed. @tab_width: in columns. */
GtkWidget *enclave_hunk_editor_new (EnclaveTextStyle *style, const char *path, const char *text, guint tab_width);
/* (transfer full) */
char *enclave_hunk_editor_dup_text (EnclaveHunkEditor *self);
/* Focus into the text. */
gboolean enclave_hunk_editor_focus (EnclaveHunkEditor *self);

G_END_DECLS
