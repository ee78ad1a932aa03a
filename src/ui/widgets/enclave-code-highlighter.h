/* enclave-code-highlighter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-text-style.h"

G_BEGIN_DECLS

/* Colours for code that is shown in labels, from the engine and in the scheme of the editor, without a view for each: a few
 * buffers that are never shown are given the text line by line. The engine works only in the thread of the window, so it does when
 * nothing else is to be done, a few milliseconds at a time. A language that is met for the first time is read in one go: 3 to 45 ms.
 * Signal "changed": the scheme is another one, and so are the colours of everything. */
#define ENCLAVE_TYPE_CODE_HIGHLIGHTER (enclave_code_highlighter_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCodeHighlighter, enclave_code_highlighter, ENCLAVE, CODE_HIGHLIGHTER, GObject)

/* @settings: (nullable): the program's settings. */
EnclaveCodeHighlighter *enclave_code_highlighter_new (GSettings *settings);

/**
 * enclave_code_highlighter_highlight_async:
 * @text: valid UTF-8; copied. Lines longer than ENCLAVE_HIGHLIGHT_MAX_LINE_BYTES stay plain, and so does all that follows a few
 *   lines that the engine needs very long for
 * @language: what @text is
 *
 * Requests are done in their order. One that is cancelled costs nothing more.
 */
void enclave_code_highlighter_highlight_async (EnclaveCodeHighlighter *self, const char *text, GtkSourceLanguage *language,
                                               GCancellable *cancellable, GAsyncReadyCallback callback,
                                               gpointer user_data);
/* Returns: (transfer full): for the text as it was given; NULL only when it was cancelled, or when there is no scheme. */
PangoAttrList *enclave_code_highlighter_highlight_finish (EnclaveCodeHighlighter *self, GAsyncResult *result,
                                                          GError **error);
/* More is coming than can be read: the work goes on when this has not been called for 200 ms. */
void enclave_code_highlighter_wait (EnclaveCodeHighlighter *self);

G_END_DECLS
