/* enclave-snippets.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-snippet-file.h"

G_BEGIN_DECLS

/* What the program brings, in short: languages with `;` between them. */
typedef struct
{
  const char *languages;
  const char *trigger;
  const char *name; /* to be translated */
  const char *text;
} EnclaveSnippetEntry;

const EnclaveSnippetEntry *_enclave_snippet_set (guint *n_entries);

/* The snippets that a person has: those of the files in one folder, which is followed, before those of the program. Never those of a
 * project: what a repository brings would be typed without being seen. Signal: "changed". */
#define ENCLAVE_TYPE_SNIPPETS (enclave_snippets_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSnippets, enclave_snippets, ENCLAVE, SNIPPETS, GObject)

/* @folder: (nullable): NULL: the person's own, `enclave/snippets` of the configuration. */
EnclaveSnippets *enclave_snippets_new (const char *folder);
/* @language: (nullable). Returns: (transfer full) (element-type EnclaveSnippet): one for each trigger, the person's first. */
GPtrArray *enclave_snippets_list (EnclaveSnippets *self, const char *language);
/* Returns: (transfer full) (nullable): the one with this trigger. @language: (nullable). */
EnclaveSnippet *enclave_snippets_find (EnclaveSnippets *self, const char *language, const char *trigger);
/* (nullable): why files were left out, for people; NULL: none was. */
const char *enclave_snippets_get_problem (EnclaveSnippets *self);

G_END_DECLS
