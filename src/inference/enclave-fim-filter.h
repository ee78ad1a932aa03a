/* enclave-fim-filter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pieces of a reply, in any slicing -> the text that may be shown. What comes from the first mark of any family on, from a character
 * that can't be seen or turns the direction of writing, or above a limit, is not part of it. Pure. */
typedef struct _EnclaveFimFilter EnclaveFimFilter;

/* @max_lines: 0: any number. */
EnclaveFimFilter *enclave_fim_filter_new (guint max_lines, gsize max_bytes);
void enclave_fim_filter_free (EnclaveFimFilter *self);
/* Returns: FALSE when the text is over and the rest need not be read. */
gboolean enclave_fim_filter_feed (EnclaveFimFilter *self, const char *piece);
/* At the end of the reply. @cut: it ended for its length, so that its last line may be half. Returns: (transfer full): valid UTF-8,
 * line ends as LF, without blanks at its end; "" when there is nothing to be shown. */
char *enclave_fim_filter_finish (EnclaveFimFilter *self, gboolean cut);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFimFilter, enclave_fim_filter_free)

G_END_DECLS
