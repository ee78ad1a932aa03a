/* enclave-finder-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-finder.h"

#include "enclave-finder-item.h"
#include "enclave-finder-ranking.h"

G_BEGIN_DECLS

/* What is shown of what was found: a person types one more letter rather than reading on. */
#define ENCLAVE_FINDER_MAX_ROWS 40

struct _EnclaveFinder
{
  GtkPopover parent_instance;

  GtkSearchEntry *entry;
  GtkListView *view;
  GtkScrolledWindow *scroller;
  GtkLabel *status;

  GListStore *found; /* of EnclaveFinderItem */
  GtkSingleSelection *selection;
  EnclaveFileIndex *index;              /* (nullable) */
  EnclaveGate *gate;                    /* (nullable) */
  EnclaveRepoMap *map;                  /* (nullable) */
  GListModel *commands;                 /* (nullable) */
  EnclaveFuzzyList *command_list;       /* (nullable) */
  char *open_path;                      /* (nullable) */
  GCancellable *cancellable;            /* of the look that runs */
  EnclaveFuzzySurvivors *survivors;     /* (nullable): of the last look at files or at definitions */
  EnclaveFinderSymbols *symbols;        /* (nullable): of the project */
  EnclaveFinderSymbols *file_symbols;   /* (nullable): of the open file */
  gboolean surveying;
  gboolean surveyed;                    /* since it was presented */
};

/* What the entry says is looked for anew. */
void _enclave_finder_update (EnclaveFinder *self);
/* @status: (nullable): a line instead of a list, or below it. */
void _enclave_finder_show (EnclaveFinder *self, GPtrArray *items, const char *status);

G_END_DECLS
