/* enclave-text-admission.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-git-progress.h"

#include "enclave-path-resolver.h"
#include "enclave-policy.h"

G_BEGIN_DECLS

/* The one place that a text passes before it becomes an item for the model: values of denied files are masked, then
 * what has the form of a secret. Knows the values of the project from its first moment; texts that wait for that wait
 * on a worker. */
#define ENCLAVE_TYPE_TEXT_ADMISSION (enclave_text_admission_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextAdmission, enclave_text_admission, ENCLAVE, TEXT_ADMISSION, GObject)

typedef enum
{
  ENCLAVE_ADMISSION_NONE = 0,
  ENCLAVE_ADMISSION_KEEP_LINES = 1 << 0, /* a mask has as many line ends as what it hides */
  ENCLAVE_ADMISSION_LOOK_AGAIN = 1 << 1, /* denied files that are new or have changed until now count */
  ENCLAVE_ADMISSION_KEEP_SECRETS = 1 << 2, /* the user has said so; values of denied files are masked all the same */
} EnclaveAdmissionFlags;

typedef struct
{
  char *text;
  GPtrArray *values;  /* (element-type utf8): rule of each masked value, as often as it was masked; static strings */
  GPtrArray *secrets; /* (element-type utf8): rule of each masked secret */
  char *withheld;     /* (nullable): the text with its secrets and without the values, where secrets were masked */
} EnclaveMaskedText;

void enclave_masked_text_free (EnclaveMaskedText *masked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMaskedText, enclave_masked_text_free)

/* Begins to read the denied files. */
EnclaveTextAdmission *enclave_text_admission_new (EnclavePathResolver *resolver);
/* With what is known now, on the calling thread: a few milliseconds for the largest text of a user. */
EnclaveMaskedText *enclave_text_admission_mask (EnclaveTextAdmission *self, const char *text, EnclaveAdmissionFlags flags);
/* The same for workers, with all values that are there: waits until they are known. */
EnclaveMaskedText *enclave_text_admission_mask_on_worker (EnclaveTextAdmission *self, const char *text,
                                                          EnclaveAdmissionFlags flags);
/* On a worker, with all values that are there. @text: (transfer full). Finish never fails but when it was cancelled. */
void enclave_text_admission_mask_async (EnclaveTextAdmission *self, char *text, EnclaveAdmissionFlags flags,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveMaskedText *enclave_text_admission_mask_finish (EnclaveTextAdmission *self, GAsyncResult *result, GError **error);
/* Learns what only git's objects have of denied files, unless nothing has changed since the last time; see enclave-git-values.h.
 * @progress: is told how far it is. Texts do not wait for it. Finish never fails: what could not be learnt is logged. */
void enclave_text_admission_learn_history_async (EnclaveTextAdmission *self, EnclavePolicy *policy, const char *root,
                                                 EnclaveGitProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback,
                                                 gpointer user_data);
void enclave_text_admission_learn_history_finish (EnclaveTextAdmission *self, GAsyncResult *result);

G_END_DECLS
