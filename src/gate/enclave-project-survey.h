/* enclave-project-survey.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-symbol-graph.h"

G_BEGIN_DECLS

/* What a project consists of at one moment: its files, what they define and which names they mention. Of denied files only the
 * name. Immutable, so that the next survey can share the files that have not changed. Raw: what is made of it reaches a model
 * only through enclave_gate_admit_text(). */

typedef struct
{
  guint32 name;      /* offset in the file's words */
  guint32 text;      /* the same; 0: the line is too long or no text */
  guint32 line;      /* from 1 */
  guint32 hash;      /* enclave_symbol_hash() of the name */
  gboolean is_local; /* no other file can use it */
  float weight;
  const char *kind;  /* static: "function", "struct" */
} EnclaveSurveyDefinition;

typedef struct
{
  gatomicrefcount references;
  char *path;            /* relative to the project */
  guint32 family;        /* of languages that can use each other's names */
  const char *rule;      /* (nullable): static; the rule that denies it; then the rest is empty */
  guint64 size;
  guint64 inode;
  gint64 changed[2];     /* mtime, ctime in ns */
  GString *words;        /* (nullable): NUL-terminated pieces; begins with an empty one */
  GArray *definitions;   /* (nullable) (element-type EnclaveSurveyDefinition) */
  GArray *mentions;      /* (nullable) (element-type EnclaveSymbolMention) */
} EnclaveSurveyFile;

typedef struct
{
  guint32 file;
  guint32 definition;
} EnclaveSurveyPlace;

typedef struct
{
  gatomicrefcount references;
  GPtrArray *files;      /* (element-type EnclaveSurveyFile): in the order of paths, folder by folder */
  GArray *ranked;        /* (element-type EnclaveSurveyPlace): the most important first, at most ENCLAVE_MAP_MAX_RANKED */
  guint n_definitions;
  guint n_denied;
  guint n_read;          /* files that were new or had changed */
  gboolean is_partial;   /* there is more than ENCLAVE_MAP_MAX_FILES */
  char *problem;         /* (nullable): why there are no definitions, or not all, in words for people */
  gint64 took_us;
} EnclaveProjectSurvey;

EnclaveProjectSurvey *enclave_project_survey_ref (EnclaveProjectSurvey *self);
void enclave_project_survey_unref (EnclaveProjectSurvey *self);
/* Borrowed. */
const EnclaveSurveyFile *enclave_project_survey_get_file (const EnclaveProjectSurvey *self, guint index);
const EnclaveSurveyDefinition *enclave_survey_file_get_definition (const EnclaveSurveyFile *self, guint index);
guint enclave_survey_file_get_n_definitions (const EnclaveSurveyFile *self);
/* Borrowed. */
const char *enclave_survey_file_get_name (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition);
/* The line as it stands in the file, without the blanks round it; NULL when it is too long or no UTF-8. Borrowed. */
const char *enclave_survey_file_get_text (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition);

/* Whether @user can mean @definition of @self by a name like it. */
gboolean enclave_survey_file_may_be_used (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition,
                                          const EnclaveSurveyFile *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveProjectSurvey, enclave_project_survey_unref)

G_END_DECLS
