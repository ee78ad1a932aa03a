/* enclave-hunk-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-line-diff.h"

G_BEGIN_DECLS

/* Lines of a hunk as one label: numbers, signs, text. The grounds of added and removed lines are drawn below it over the
 * whole width; what differs within a line is emphasised. Hidden characters are drawn as `<U+202E>`. */
#define ENCLAVE_TYPE_HUNK_VIEW (enclave_hunk_view_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHunkView, enclave_hunk_view, ENCLAVE, HUNK_VIEW, GtkWidget)

/* @hunk: (nullable): NULL empties it. */
void enclave_hunk_view_set_lines (EnclaveHunkView *self, EnclaveDiffHunk *hunk, guint first_line, guint n_lines);
const char *enclave_hunk_view_get_text (EnclaveHunkView *self);

G_END_DECLS
