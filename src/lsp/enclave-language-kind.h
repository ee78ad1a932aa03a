/* enclave-language-kind.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A language server that Enclave knows how to start. All are the person's to install; none is ever fetched. Static. */
typedef struct
{
  const char *id;             /* "clangd": in settings, in records, on the command line */
  const char *title;          /* "clangd" */
  const char *languages;      /* "C, C++": names that are the same in all languages */
  const char *commands[4];    /* what is looked for, the first that is there; words by blanks */
  const char *endings;        /* ".c .h": what it is asked about */
  const char *folders;        /* (nullable): "NAME=FOLDER": below the home folder, what it reads beside its program, and says so */
  const char *environment;    /* (nullable): "NAME=VALUE" */
  const char *settings;       /* (nullable): JSON, given at the start and when it asks */
  const char *configuration;  /* (nullable): "FILE FILE": what it reads at its start alone, or late: when one changes it is started again */
} EnclaveLanguageKind;

/* In the order in which one is preferred where several know a language. */
const EnclaveLanguageKind *enclave_language_kind_get_all (guint *n_kinds);
/* NULL: there is none. */
const EnclaveLanguageKind *enclave_language_kind_find (const char *id);
/* Whether it knows files that are called so. @path: its end counts. */
gboolean enclave_language_kind_knows (const EnclaveLanguageKind *self, const char *path);
/* What the protocol calls the language of @path: "c", "python". NULL: no server knows it. Static. */
const char *enclave_language_id_of_path (const char *path);
/* NAME=VALUE lines for a look-up of programs: PATH, then where the usual tools of a person install theirs; never within @workspace
 * (nullable). (transfer full) */
GStrv enclave_language_kind_dup_environment (const char *workspace);

G_END_DECLS
