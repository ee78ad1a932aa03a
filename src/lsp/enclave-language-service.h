/* enclave-language-service.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-server.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_LANGUAGE_CONSENT_UNKNOWN, /* being looked at */
  ENCLAVE_LANGUAGE_CONSENT_NONE,    /* the person was not asked, or has not answered */
  ENCLAVE_LANGUAGE_CONSENT_GIVEN,
  ENCLAVE_LANGUAGE_CONSENT_REFUSED,
} EnclaveLanguageConsent;

/* The language servers of one project, a GListModel of EnclaveLanguageServer, one of each kind. One is started when the first file of
 * its languages is opened, and only in a project in which the person wants language servers: some run what they find there, in their
 * box. Of several that know a language the first one runs that is installed and not switched off. Is the gate's EnclaveMessageSource.
 * Signals: "consent-changed"; "wanted": a file was opened for which one would be started if the person agreed to it;
 * "diagnostics-changed" (const char *path); "edit-wanted" (JsonObject *edit, EnclaveLanguageServer *server): as that server has it. All paths are relative to the project. */
#define ENCLAVE_TYPE_LANGUAGE_SERVICE (enclave_language_service_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageService, enclave_language_service, ENCLAVE, LANGUAGE_SERVICE, GObject)

EnclaveLanguageService *enclave_language_service_new (EnclaveGate *gate);
/* Whether there are any, and (nullable) the ids of those that are switched off. What runs and shall not is ended. */
void enclave_language_service_configure (EnclaveLanguageService *self, gboolean enabled, const char *const *off);

EnclaveLanguageConsent enclave_language_service_get_consent (EnclaveLanguageService *self);
/* @consent: not UNKNOWN. Kept for the next time. */
void enclave_language_service_set_consent (EnclaveLanguageService *self, EnclaveLanguageConsent consent);

/* Of a text in the editor, which is shared, not copied. Nothing when no server knows it, or a rule denies it. */
void enclave_language_service_open (EnclaveLanguageService *self, const char *path, EnclaveLanguageText *text);
void enclave_language_service_change (EnclaveLanguageService *self, const char *path, EnclaveLanguageText *text);
void enclave_language_service_saved (EnclaveLanguageService *self, const char *path);
void enclave_language_service_close (EnclaveLanguageService *self, const char *path);

/* Files that somebody else than the editor has written. @changes: (element-type EnclaveFileChange). */
void enclave_language_service_files_changed (EnclaveLanguageService *self, GPtrArray *changes);
/* All files that configure a server of some kind. (transfer full) */
GStrv enclave_language_service_dup_configuration (EnclaveLanguageService *self);

/* The server that is told about @path. Borrowed; NULL: none. */
EnclaveLanguageServer *enclave_language_service_get_server (EnclaveLanguageService *self, const char *path);
/* Why none answers for @path: a sentence for the person. (transfer full); NULL: one is told about it, or is still looked for. */
char *enclave_language_service_dup_reason (EnclaveLanguageService *self, const char *path);
/* One that is ready, for questions about the project as a whole: that of @path (nullable) before others. Borrowed; NULL: none. */
EnclaveLanguageServer *enclave_language_service_get_ready (EnclaveLanguageService *self, const char *path);
/* (transfer full) (element-type EnclaveDiagnostic): what the servers say of @path. */
GPtrArray *enclave_language_service_dup_diagnostics (EnclaveLanguageService *self, const char *path);
/* Paths about which they say something, sorted. (transfer full) (element-type utf8) */
GPtrArray *enclave_language_service_list_paths (EnclaveLanguageService *self);
/* `PATH:LINE:COLUMN: error: …` lines of all files, or of @path, at most ENCLAVE_LANGUAGE_MENTION_BYTES. (transfer full) (nullable) */
char *enclave_language_service_dup_report (EnclaveLanguageService *self, const char *path);
/* Errors and warnings of all files. */
void enclave_language_service_count (EnclaveLanguageService *self, guint *n_errors, guint *n_warnings);

G_END_DECLS
