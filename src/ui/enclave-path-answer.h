/* enclave-path-answer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-look.h"

G_BEGIN_DECLS

/* What is known of a path that is being typed. One look goes on at a time: where a disk or a network does not answer, one thread
 * waits for it, not one for each letter. */
typedef struct _EnclavePathAnswer EnclavePathAnswer;

typedef enum
{
  ENCLAVE_PATH_UNKNOWN, /* it is being looked at */
  ENCLAVE_PATH_RIGHT,
  ENCLAVE_PATH_WRONG,
} EnclavePathVerdict;

/* @changed: called on the main loop once something else is known; then it is to be asked again. Never called after it is freed. */
EnclavePathAnswer *enclave_path_answer_new (EnclavePathTest test, void (*changed) (gpointer user_data), gpointer user_data);
void enclave_path_answer_free (EnclavePathAnswer *self);
EnclavePathVerdict enclave_path_answer_ask (EnclavePathAnswer *self, const char *path);
/* It may be another by now: what was known is forgotten. */
void enclave_path_answer_forget (EnclavePathAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePathAnswer, enclave_path_answer_free)

G_END_DECLS
