/* enclave-search-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "enclave-limits.h"

G_BEGIN_DECLS

/* A part of what is found. All: from the first on, what the limits of a result allow, without counting the rest. Pure. */
typedef struct
{
  guint first;      /* from 1; 0: all */
  guint n_max;
  gsize max_bytes;
} EnclaveSearchPage;

#define ENCLAVE_SEARCH_PAGE_ALL(limit) { 0, (limit), ENCLAVE_TOOL_RESULT_MAX_BYTES }

typedef struct
{
  guint n_matches;       /* counted, those before and behind the page too */
  guint n_shown;
  gboolean is_full;      /* there are some behind the page */
  gboolean is_uncounted; /* and not all of them were counted */
} EnclaveSearchTally;

/* Appends what there is of how many, and the way on. @what: "matches". @narrow: what else helps. */
void enclave_search_page_add_way_on (const EnclaveSearchPage *page, const EnclaveSearchTally *tally, const char *what,
                                     const char *narrow, GString *text);

G_END_DECLS
