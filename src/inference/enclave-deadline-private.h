/* enclave-deadline-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A cancellable of its own that also ends with another one, or after a time. */
typedef struct _EnclaveDeadline EnclaveDeadline;

/* @outer: (nullable). @timeout_ms: 0: without end. */
EnclaveDeadline *enclave_deadline_new (GCancellable *outer, guint timeout_ms);
void enclave_deadline_free (EnclaveDeadline *self);
/* Borrowed. */
GCancellable *enclave_deadline_get_cancellable (EnclaveDeadline *self);
/* TRUE when the time was up, not when somebody cancelled. */
gboolean enclave_deadline_is_over (EnclaveDeadline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveDeadline, enclave_deadline_free)

G_END_DECLS
