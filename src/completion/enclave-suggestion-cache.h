/* enclave-suggestion-cache.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Suggestions by what was before and behind the caret, the newest kept. A suggestion also serves the places that one comes to by typing
 * along it. Pure. */
typedef struct _EnclaveSuggestionCache EnclaveSuggestionCache;

EnclaveSuggestionCache *enclave_suggestion_cache_new (guint max_entries);
void enclave_suggestion_cache_free (EnclaveSuggestionCache *self);
/* @scope: what else it depends on (file and model). @text: "" remembers that there is none. */
void enclave_suggestion_cache_add (EnclaveSuggestionCache *self, const char *scope, const char *prefix, const char *suffix,
                                   const char *text);
/* What is left of a suggestion here. (transfer full) (nullable): NULL when none is known; "" when there is none. */
char *enclave_suggestion_cache_find (EnclaveSuggestionCache *self, const char *scope, const char *prefix,
                                     const char *suffix);
void enclave_suggestion_cache_clear (EnclaveSuggestionCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveSuggestionCache, enclave_suggestion_cache_free)

G_END_DECLS
