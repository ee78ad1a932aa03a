/* enclave-chat-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text of a model or a person, made ready for a label. Pure. */

/* A text that grows is shown anew at most so often: 30 times a second, with every other frame. */
#define ENCLAVE_CHAT_TEXT_PAUSE_US (30 * 1000)

/* Control characters and those that reorder a line become `<U+XXXX>`; other characters are left as they are, so that
 * prose keeps its joiners. Returns: (transfer full). */
char *enclave_chat_text_calm (const char *text);
/* TRUE when @text has a word so long that a label takes too long to wrap it but between any two characters. */
gboolean enclave_chat_text_has_long_word (const char *text);
/* At most @max_lines lines of @text, each of at most @max_line_bytes, at most @max_bytes in all; 0: no limit.
 * @from_end: the last lines instead of the first.
 * @n_lines: (out) (optional): how many lines @text has. @cut: (out) (optional): whether anything was left out.
 * Returns: (transfer full): without a line end at the end. */
char *enclave_chat_text_shorten (const char *text, guint max_lines, gsize max_line_bytes, gsize max_bytes,
                                 gboolean from_end, guint *n_lines, gboolean *cut);
/* "950", "12.1k", "32k": a count of tokens in little room. (transfer full) */
char *enclave_chat_text_token_count (guint tokens);
/* "4 s", "1 min 5 s". (transfer full) */
char *enclave_chat_text_duration (gint64 microseconds);
/* "11:42" of today, "Tue 11:42" of the last six days, else "12 Nov 2025"; @time, @now: seconds since 1970. (transfer full) */
char *enclave_chat_text_time (gint64 time, gint64 now);

G_END_DECLS
