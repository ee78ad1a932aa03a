/* enclave-info-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row that says something about what stands below it, with the answers as buttons; never a dialog. Of several notes only
 * the most urgent one is shown. Signal "response" (uint key, string id): the note has been withdrawn already. */
#define ENCLAVE_TYPE_INFO_ROW (enclave_info_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInfoRow, enclave_info_row, ENCLAVE, INFO_ROW, GtkWidget)

GtkWidget *enclave_info_row_new (void);
/* @key: identifies the note and orders it: the lowest is shown first. A note with the same key is replaced.
 * @detail: (nullable): shown below in the text's own type, at most a few lines.
 * @responses: (array zero-terminated=1): id, label, id, label …; an id that begins with `!` is destructive, one that begins
 * with `*` is suggested; the mark is not part of the id that is emitted. */
void enclave_info_row_present (EnclaveInfoRow *self, guint key, const char *icon_name, const char *text,
                               const char *detail, const char *const *responses);
/* The note with @key, which is presented, tells of nothing to worry about: it has not the ground of a warning. */
void enclave_info_row_set_calm (EnclaveInfoRow *self, guint key);
void enclave_info_row_withdraw (EnclaveInfoRow *self, guint key);
gboolean enclave_info_row_is_presented (EnclaveInfoRow *self, guint key);
/* Text of the note with @key. Borrowed, NULL when there is none. */
const char *enclave_info_row_get_text (EnclaveInfoRow *self, guint key);
/* As if the button @id of note @key were pressed. */
void enclave_info_row_respond (EnclaveInfoRow *self, guint key, const char *id);
/* Focus on the first button of the shown note. An answer gives it back to what had it. */
gboolean enclave_info_row_focus (EnclaveInfoRow *self);
/* Where there is little room: the answers stand below the text. */
void enclave_info_row_set_stacked (EnclaveInfoRow *self, gboolean stacked);

G_END_DECLS
