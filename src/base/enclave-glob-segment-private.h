/* enclave-glob-segment-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the part of a pattern between two `/` stands for @text, all of it. Bytes that are no UTF-8 count as characters. The work is
 * bounded by the product of the lengths. */
gboolean enclave_glob_segment_matches (const char *pattern, const char *text);

G_END_DECLS
