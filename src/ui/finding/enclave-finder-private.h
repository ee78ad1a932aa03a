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

typedef enum
{
  ENCLAVE_FINDER_OUTLINE_UNKNOWN,
  ENCLAVE_FINDER_OUTLINE_ASKED, /* whoever shows the finder */
  ENCLAVE_FINDER_OUTLINE_GIVEN,
  ENCLAVE_FINDER_OUTLINE_TAGS,  /* it has none: the map of the project has to do */
} EnclaveFinderOutline;

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
  GListModel *snippets;                 /* (nullable) */
  EnclaveFuzzyList *snippet_list;       /* (nullable) */
  char *snippet_problem;                /* (nullable) */
  char *open_path;                      /* (nullable) */
  GCancellable *cancellable;            /* of the look that runs */
  EnclaveFuzzySurvivors *survivors;     /* (nullable): of the last look at files or at definitions */
  EnclaveFinderSymbols *symbols;        /* (nullable): of the project */
  EnclaveFinderSymbols *file_symbols;   /* (nullable): of the open file */
  EnclaveFinderOutline outline_state;
  GPtrArray *outline;                   /* (nullable): of EnclaveFinderItem, in the order of the open file */
  EnclaveFuzzyList *outline_list;       /* (nullable): their titles */
  guint scroll_tick;
  guint scroll_frames;                  /* until the selected row is scrolled to */
  guint caret_line;                     /* of the open file, from 1 */
  gboolean surveying;
  gboolean surveyed;                    /* since it was presented */
  char *sought;                         /* (nullable): the definition that is gone to when there is only one of its name */
};

/* What the entry says is looked for anew. */
void _enclave_finder_update (EnclaveFinder *self);
/* @status: (nullable): a line instead of a list, or below it. */
void _enclave_finder_show (EnclaveFinder *self, GPtrArray *items, const char *status);
void _enclave_finder_select (EnclaveFinder *self, guint position);
/* As if its row were chosen. */
void _enclave_finder_choose (EnclaveFinder *self, EnclaveFinderItem *item);

/* enclave-finder-looks.c */
/* (transfer full) */
EnclaveFinderItem *_enclave_finder_new_symbol_item (EnclaveFinder *self, const EnclaveFinderSymbols *symbols, guint index);
/* @of_file: of the open file only. */
void _enclave_finder_look_for_symbols (EnclaveFinder *self, const char *pattern, gboolean of_file);

/* enclave-finder-outline.c */
void _enclave_finder_look_for_outline (EnclaveFinder *self, const char *pattern);
void _enclave_finder_drop_outline (EnclaveFinder *self);

G_END_DECLS
