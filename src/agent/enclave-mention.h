/* enclave-mention.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-project-survey.h"

G_BEGIN_DECLS

/* What a message can name after an `@`: `@path`, `@"path with blanks"`, `@path#name` for one definition of a file, and four words:
 * `@selection`, `@terminal` and `@diagnostics`, which the window attaches, and `@diff`; `@server:uri` for a resource of an MCP server. A file that is called like one of them is `@./diff`. */
typedef enum
{
  ENCLAVE_MENTION_FILE,   /* of a message: or a folder, or a definition when there is no such file */
  ENCLAVE_MENTION_FOLDER, /* these two of a search only */
  ENCLAVE_MENTION_SYMBOL,
  ENCLAVE_MENTION_RESOURCE, /* of a server: `SERVER:URI`; of a search, and of what the window offers */
  ENCLAVE_MENTION_TEMPLATE, /* of such resources: its names in braces are to be filled in */
  ENCLAVE_MENTION_SELECTION,
  ENCLAVE_MENTION_TERMINAL,
  ENCLAVE_MENTION_DIAGNOSTICS,
  ENCLAVE_MENTION_DIFF,
} EnclaveMentionKind;

/* What a message mentions: at the start of a word, without the punctuation that ends a sentence; each once, at most 32.
 * Returns: (transfer full) (element-type utf8): without `@` and quotes. */
GPtrArray *enclave_mention_list (const char *text);
/* Where a mention stands in a text, in bytes, with its sign and quotes. */
typedef struct
{
  gsize start;
  gsize end;
} EnclaveMentionPlace;

/* All places of mentions in @text, in order, at most 256. (transfer full) (element-type EnclaveMentionPlace) */
GArray *enclave_mention_find (const char *text);
EnclaveMentionKind enclave_mention_get_kind (const char *mention);
/* The reverse, for the words; NULL for other kinds. */
const char *enclave_mention_get_word (EnclaveMentionKind kind);
/* Whether it is one that the window attaches. */
gboolean enclave_mention_is_of_window (EnclaveMentionKind kind);
/* @mention as `path#name`. @path: (out) (transfer full). Returns: the name, within @mention; NULL when it has not that form. */
const char *enclave_mention_split_symbol (const char *mention, char **path);
/* A mention that enclave_mention_list() reads as @target. @kind: of @target. (transfer full) (nullable): NULL: no mention can hold it. */
char *enclave_mention_write (EnclaveMentionKind kind, const char *target);

typedef struct
{
  EnclaveMentionKind kind;
  char *target;     /* for enclave_mention_write(), and for the gate to judge when it is a path */
  char *title;      /* the name alone; raw */
  char *detail;     /* where it is; raw; "" for nothing */
  const char *rule; /* (nullable): static: it is denied by this rule */
  int score;
} EnclaveMentionMatch;

void enclave_mention_match_free (EnclaveMentionMatch *match);

/* What @word, the beginning of a mention, can mean, the nearest first: files, folders and definitions of @survey, and the three words.
 * @survey: (nullable): not known yet. With a large project it takes some milliseconds and may run in another thread.
 * Returns: (transfer full) (element-type EnclaveMentionMatch): at most @max, fewer once @cancellable (nullable) is cancelled. */
GPtrArray *enclave_mention_search (EnclaveProjectSurvey *survey, const char *word, guint max, GCancellable *cancellable);

G_END_DECLS
