/* enclave-finder-ranking.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-fuzzy-list.h"
#include "enclave-mention.h"

G_BEGIN_DECLS

/* The looking of the finder, in a worker: the main loop only gets what is to be shown. */

/* One look in @list. @survivors: (nullable): of the last look that ended. Finish: (transfer full) (element-type EnclaveFuzzyHit);
 * @survivors: (out) (transfer full): for the next look. NULL: cancelled. */
void enclave_finder_rank_async (EnclaveFuzzyList *list, const char *pattern, guint max, EnclaveFuzzySurvivors *survivors,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GArray *enclave_finder_rank_finish (GAsyncResult *result, EnclaveFuzzySurvivors **survivors, GError **error);

/* The definitions of a survey, as a list of their names and beside it where they are. */
typedef struct
{
  EnclaveProjectSurvey *survey;
  EnclaveFuzzyList *list;
  GArray *places; /* (element-type EnclaveSurveyPlace): as in @list */
} EnclaveFinderSymbols;

void enclave_finder_symbols_free (EnclaveFinderSymbols *symbols);
/* @path: (nullable): only those of this file. */
void enclave_finder_list_symbols_async (EnclaveProjectSurvey *survey, const char *path, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
EnclaveFinderSymbols *enclave_finder_list_symbols_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFinderSymbols, enclave_finder_symbols_free)

G_END_DECLS
