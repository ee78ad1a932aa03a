/* enclave-symbol-graph.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which definitions of a project matter most, told from who mentions whose names: files are the nodes of a graph, a mention is an
 * edge to each file that defines the name, and importance flows along the edges as in PageRank (Page, Brin, Motwani and Winograd
 * 1998). No parser is needed beside the list of definitions: a mention is any word of the text. Pure. */

/* Of a name: two names with one hash count as one, which costs a little order and nothing else. */
guint32 enclave_symbol_hash (const char *name, gsize length);

typedef struct
{
  guint32 name;
  guint32 count;
} EnclaveSymbolMention;

/* The words of @text that can be names (letters, digits and `_`, 3 to 64 bytes), each once with how often it is there; at most
 * ENCLAVE_MAP_FILE_MAX_NAMES. Returns: (transfer full) (element-type EnclaveSymbolMention): in the order of first mention. */
GArray *enclave_symbol_list_mentions (const char *text, gsize length);

typedef struct
{
  guint32 family;        /* files of another one can't use its names: a language */
  const guint32 *names;  /* what it defines */
  const float *weights;  /* of each: 1 is an ordinary name; below 0: only its own file can use it */
  guint n_names;
  const EnclaveSymbolMention *mentions;
  guint n_mentions;
} EnclaveSymbolFile;

/* Returns: (transfer full): a score for each name of each file, in the order of @files; they sum up to about 1. NULL when there is
 * nothing to rank. */
double *enclave_symbol_graph_rank (const EnclaveSymbolFile *files, guint n_files);

G_END_DECLS
