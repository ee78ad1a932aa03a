/* enclave-command-words-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Judging the text of a command line before a person does. Pure. */

/* FALSE for what can't be put before a person: NUL, CR, ESC and other controls but newline and tab, invalid UTF-8. */
gboolean enclave_command_words_is_plain (const char *text);
/* One program with plain arguments: nothing that a shell would act on, no assignment in front. Only such a command can be
 * allowed for longer. */
gboolean enclave_command_words_is_simple (const char *shown);
/* What is different from @before, in words. (transfer full) */
char *enclave_command_words_describe_difference (const char *before, const char *shown);
/* (transfer full) (nullable): "3 lines, 120 bytes" for what can't be taken in at a glance, NULL for a short line. */
char *enclave_command_words_describe_length (const char *shown);

G_END_DECLS
