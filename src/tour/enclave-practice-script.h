/* enclave-practice-script.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-practice-server.h"

G_BEGIN_DECLS

/* Replies by a script, good and bad ones: what the tests run against. */
typedef struct _EnclavePracticeScript EnclavePracticeScript;

/* Errors: what in the file is wrong. */
EnclavePracticeScript *enclave_practice_script_load (const char *path, GError **error);
void enclave_practice_script_free (EnclavePracticeScript *self);
/* Returns: (transfer full). */
EnclavePracticeReply *enclave_practice_script_answer (EnclavePracticeScript *self,
                                                      const EnclavePracticeRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePracticeScript, enclave_practice_script_free)

G_END_DECLS
