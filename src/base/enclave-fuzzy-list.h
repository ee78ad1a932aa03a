/* enclave-fuzzy-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Many names, packed for being searched with each key that a person types: 200,000 paths in a few milliseconds. Filled once, then
 * immutable and shared between threads. Pure. */
typedef struct _EnclaveFuzzyList EnclaveFuzzyList;

typedef struct
{
  guint32 index;
  int score; /* as of enclave_fuzzy_match(), and the boost */
} EnclaveFuzzyHit;

/* What a search has left of a list: the next one, whose pattern only goes on from its, looks at nothing else. Immutable. */
typedef struct _EnclaveFuzzySurvivors EnclaveFuzzySurvivors;

EnclaveFuzzyList *enclave_fuzzy_list_new (void);
EnclaveFuzzyList *enclave_fuzzy_list_ref (EnclaveFuzzyList *self);
void enclave_fuzzy_list_unref (EnclaveFuzzyList *self);
/* Before the first search only. @text: any bytes but NUL; copied. @boost: points on top, of what was used lately, say. At most
 * 2 GiB of text together; what is more is left out. */
void enclave_fuzzy_list_add (EnclaveFuzzyList *self, const char *text, int boost);
guint enclave_fuzzy_list_get_n (const EnclaveFuzzyList *self);
/* Borrowed. */
const char *enclave_fuzzy_list_get (const EnclaveFuzzyList *self, guint index);

/* The @max that @pattern means most, best first, of equals the earlier one: what enclave_fuzzy_match() says of each, blanks in the pattern
 * apart, and its boost. An empty pattern gives those with a boost first, then in their order.
 * @survivors: (inout) (transfer full) (nullable): of an earlier search in the same list, used when @pattern goes on from its pattern;
 * replaced by those of this one. Returns: (transfer full) (element-type EnclaveFuzzyHit); empty when it was cancelled, and
 * then @survivors is as before. */
GArray *enclave_fuzzy_list_search (EnclaveFuzzyList *self, const char *pattern, guint max, EnclaveFuzzySurvivors **survivors,
                                   GCancellable *cancellable);

EnclaveFuzzySurvivors *enclave_fuzzy_survivors_ref (EnclaveFuzzySurvivors *self);
void enclave_fuzzy_survivors_unref (EnclaveFuzzySurvivors *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFuzzyList, enclave_fuzzy_list_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFuzzySurvivors, enclave_fuzzy_survivors_unref)

G_END_DECLS
