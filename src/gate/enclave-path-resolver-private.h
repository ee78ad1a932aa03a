/* enclave-path-resolver-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-beneath.h"
#include "enclave-gate-error.h"
#include "enclave-link-index.h"
#include "enclave-path-resolver.h"

G_BEGIN_DECLS

#define OUTSIDE_RULE "builtin:outside-project"

struct _EnclavePathResolver
{
  GObject parent_instance;

  EnclavePolicy *policy;
  EnclaveLinkIndex *links;
  char *root;
  gsize root_length; /* without a slash at the end */
  int root_fd;
  guint64 mount_id; /* 0: the kernel does not tell */
  EnclaveBeneathFlags beneath;
};

/* enclave-path-error.c: errors that name what was attempted. @rule: (nullable). @format, @reason: marked with N_(). */
GError *enclave_path_error_new (EnclaveGateError code, EnclaveEffects effects, const char *rule, const char *path,
                                const char *format, ...) G_GNUC_PRINTF (5, 6);
GError *enclave_path_error_new_reason (EnclaveGateError code, EnclaveEffects effects, const char *path, const char *reason);
/* @number: of errno. */
GError *enclave_path_error_system (EnclaveGateError code, EnclaveEffects effects, const char *path, int number);
GError *enclave_path_error_denied (EnclaveEffects effects, const char *rule, const char *path);
/* @code: an errno. */
GError *enclave_path_error_errno (EnclaveEffects effects, const char *path, int code);

/* enclave-path-request.c: what can be said of a path before anything is opened. */
gboolean enclave_path_request_check_string (EnclaveEffects effects, const char *path, GError **error);
gboolean enclave_path_request_check (EnclavePathResolver *self, EnclaveEffects effects, const char *path, GError **error);
/* Of a folder, without slashes at its end. */
gsize enclave_path_request_length_of_place (const char *place);
/* Returns: (nullable): @path below the folder @place, within @path; "." for the folder itself. */
const char *enclave_path_request_behind (const char *place, const char *path);

G_END_DECLS
