/* enclave-project-survey-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"
#include "enclave-project-survey.h"

G_BEGIN_DECLS

/* For the survey door, which makes them. All of it is for workers. */

EnclaveSurveyFile *enclave_survey_file_new (const char *path, const char *rule);
EnclaveSurveyFile *enclave_survey_file_ref (EnclaveSurveyFile *self);
void enclave_survey_file_unref (EnclaveSurveyFile *self);
void enclave_survey_file_set_stamp (EnclaveSurveyFile *self, const struct stat *st);
gboolean enclave_survey_file_has_stamp (const EnclaveSurveyFile *self, const struct stat *st);
/* Puts the most important ones first, counts. */
void enclave_project_survey_rank (EnclaveProjectSurvey *self);

/* Texts whose definitions are looked for in one run of ctags. */
typedef struct _EnclaveSurveyTags EnclaveSurveyTags;

/* @program: absolute path of a Universal Ctags. @is_reduced: the box has to do without namespaces. */
EnclaveSurveyTags *enclave_survey_tags_new (const char *program, gboolean is_reduced);
void enclave_survey_tags_free (EnclaveSurveyTags *self);
/* @file: (transfer none): gets the definitions that are found. @text: copied. */
void enclave_survey_tags_add (EnclaveSurveyTags *self, EnclaveSurveyFile *file, const char *text, gsize length);
gsize enclave_survey_tags_get_size (EnclaveSurveyTags *self);
/* Looks for what was added, confined and in bounded time, and forgets it. A text that ends the program is left out. FALSE with
 * @error: it can't be run, or is no Universal Ctags. */
gboolean enclave_survey_tags_run (EnclaveSurveyTags *self, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveSurveyTags, enclave_survey_tags_free)

G_END_DECLS
