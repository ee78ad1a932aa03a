/* enclave-git-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long ago @time was at @now, both in seconds since 1970, in words: "3 days ago"; what is longer ago than a month, or still to come, as a
 * date. "" for 0. (transfer full) */
char *enclave_git_words_dup_age (gint64 time, gint64 now);
/* As a date: 2030-12-31. "" for 0. (transfer full) */
char *enclave_git_words_dup_date (gint64 time);

G_END_DECLS
