/* enclave-text-series.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes one step of the history of what is typed in one go in many places at once: GTK joins letters that follow each other in one place,
 * and no others. Counts the steps while it lives, and joins those that followed each other when they end: at undo, when the caret goes
 * elsewhere, after a pause, or when it is told so. What can't be joined for certain stays as it is. Emits
 * "joined" when it has changed the text back and forth. */
#define ENCLAVE_TYPE_TEXT_SERIES (enclave_text_series_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextSeries, enclave_text_series, ENCLAVE, TEXT_SERIES, GObject)

/* @buffer: its history is mended, see enclave_text_history_mend(). (transfer full) */
EnclaveTextSeries *enclave_text_series_new (GtkTextBuffer *buffer);
/* The steps so far are joined now, or, in the middle of an edit, stay as they are. The text is the same afterwards, as are caret and
 * selection; tags that were on what was typed are gone. */
void enclave_text_series_end (EnclaveTextSeries *self);
/* @self: (transfer full): nothing more comes; what there is is joined before the next key. */
void enclave_text_series_finish (EnclaveTextSeries *self);
/* Whether it is the series that changes the text, back and forth. */
gboolean enclave_text_series_is_joining (EnclaveTextSeries *self);
/* Whether one does in @buffer: what the text is in between is not what the person has made of it. */
gboolean enclave_text_series_joins (GtkTextBuffer *buffer);

G_END_DECLS
