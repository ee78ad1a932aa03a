/* enclave-search-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-search-page.h"

/* For models, so not translated. */
void
enclave_search_page_add_way_on (const EnclaveSearchPage *page, const EnclaveSearchTally *tally, const char *what,
                                const char *narrow, GString *text)
{
  guint first = MAX (page->first, 1);
  guint last = first + tally->n_shown - 1;

  if (tally->n_matches == 0)
    g_string_append_printf (text, page->first == 0 ? "(no %s)\n" : "(no %s; %s)\n", what, narrow);
  else if (tally->n_shown == 0)
    g_string_append_printf (text, "(there are only %u %s)\n", tally->n_matches, what);
  else if (tally->is_full && page->first == 0)
    g_string_append_printf (text, "[more %s are left out; %s]\n", what, narrow);
  else if (tally->is_full)
    g_string_append_printf (text, "[%s %u to %u of %s%u; the next: start=%u; or %s]\n", what, first, last,
                            tally->is_uncounted ? "more than " : "", tally->n_matches, last + 1, narrow);
  else if (first > 1)
    g_string_append_printf (text, "[%s %u to %u of %u, the last]\n", what, first, last, tally->n_matches);
}
