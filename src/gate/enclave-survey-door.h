/* enclave-survey-door.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"
#include "enclave-project-survey.h"
#include "enclave-sandbox.h"
#include "enclave-text-admission.h"

G_BEGIN_DECLS

/* Looks at all files of the project on a worker thread: names, definitions, mentions. Every file is opened through the resolver
 * and judged by its descriptor, each time; denied ones are never read. Private to the gate: reached through a scope.
 * @previous: (nullable): files that have not changed since are taken over from it.
 * @admission: (nullable): ready by the end, so that what is made of the survey can be masked without a wait.
 * @level: CHECKING and TOOLS_ONLY: no definitions, and why stands in "problem". */
void enclave_survey_door_look_async (EnclavePathResolver *resolver, EnclaveProjectSurvey *previous, EnclaveSandboxLevel level,
                                     EnclaveTextAdmission *admission, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveProjectSurvey *enclave_survey_door_look_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error);

G_END_DECLS
