/* enclave-chat-code-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-labels.h"

G_BEGIN_DECLS

/* The text of a block of code in its labels, and its colours. */

/* Bytes of the first @n_lines lines of @text, with their ends. */
gsize enclave_chat_code_text_measure_lines (const char *text, guint n_lines);
/* Colours of a text that has lost its first @n_bytes. (transfer full) */
PangoAttrList *enclave_chat_code_text_move_colours (PangoAttrList *colours, gsize n_bytes);
/* Gives each label its part of the @colours of all that is shown. */
void enclave_chat_code_text_set_colours (EnclaveChatLabels *self, PangoAttrList *colours);
/* All of it in one label, as a screen reader wants it. @is_same_start: it begins where what was shown before did. Returns: FALSE when what
 * was shown before is not its beginning, so that the colours that are asked for are those of another text. */
gboolean enclave_chat_code_text_show_whole (EnclaveChatLabels *self, const char *text, gboolean is_same_start);
/* The end of a block that grows, from @first_line of the block on, in a label for each few lines: only the last one changes, and the first
 * one when a line goes up. What was coloured before keeps its colours where it is still shown. @first_line_before: where it began the last
 * time. @n_bytes_before: of the block before @first_line. Returns: as above. */
gboolean enclave_chat_code_text_show_end (EnclaveChatLabels *self, const char *text, guint first_line_before, guint first_line,
                                          gsize n_bytes_before);

G_END_DECLS
