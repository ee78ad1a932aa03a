/* enclave-repetition.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Notices a model that writes the same over and over, as small ones do until they are stopped. */
typedef struct _EnclaveRepetition EnclaveRepetition;

EnclaveRepetition *enclave_repetition_new (void);
void enclave_repetition_free (EnclaveRepetition *self);
/* TRUE when the last 8 KiB of all that was fed are one passage of at most 1 KiB again and again. Costs a few comparisons a byte. */
gboolean enclave_repetition_feed (EnclaveRepetition *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveRepetition, enclave_repetition_free)

G_END_DECLS
