/* enclave-activity-filter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-reader.h"

G_BEGIN_DECLS

typedef enum
{
  /* All but what the window asks git whenever a file changes: the other records would drown in it. */
  ENCLAVE_ACTIVITY_WITHOUT_GIT_QUERIES,
  ENCLAVE_ACTIVITY_EVERYTHING,
  ENCLAVE_ACTIVITY_READ,
  ENCLAVE_ACTIVITY_WROTE,
  ENCLAVE_ACTIVITY_RAN,
  ENCLAVE_ACTIVITY_REFUSED,
  ENCLAVE_ACTIVITY_N_KINDS
} EnclaveActivityKind;

/* READ, WROTE, RAN or REFUSED; EVERYTHING for what is none of them. */
EnclaveActivityKind enclave_activity_kind_of (EnclaveAuditEntry *entry);
/* Whether the window asked git about the repository: nothing was changed. */
gboolean enclave_activity_is_git_query (EnclaveAuditEntry *entry);
/* @words: case-folded, (nullable). All of them must be somewhere in what a row shows. */
gboolean enclave_activity_matches (EnclaveAuditEntry *entry, EnclaveActivityKind kind, const char *const *words);
/* "Read src/ring.c", for people, on one line. (transfer full) */
char *enclave_activity_dup_title (EnclaveAuditEntry *entry);
/* Time, rule, size and so on, for people, on one line. (transfer full) */
char *enclave_activity_dup_details (EnclaveAuditEntry *entry);
/* "14:03:22" in local time. (transfer full) */
char *enclave_activity_dup_time (EnclaveAuditEntry *entry, const char *format);

G_END_DECLS
