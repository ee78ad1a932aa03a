/* enclave-glob-index.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which of many segments (the parts of patterns between two `/`) stand for a name, without trying each: segments are kept by what
 * they are whole, begin with or end with. To be filled by one thread; may then be asked from any. */
typedef struct _EnclaveGlobIndex EnclaveGlobIndex;

EnclaveGlobIndex *enclave_glob_index_new (void);
EnclaveGlobIndex *enclave_glob_index_ref (EnclaveGlobIndex *self);
void enclave_glob_index_unref (EnclaveGlobIndex *self);
/* @value: what is to be found under @segment; the number of a bit. */
void enclave_glob_index_add (EnclaveGlobIndex *self, const char *segment, guint value);
/* How much @segment keeps away: the more the better, 0 for what stands for anything. */
guint enclave_glob_index_weigh (const char *segment);
/* Sets in @bits the bit of each value that has a segment which stands for @name. @bits: room for the largest value; what is set
 * stays. Folds nothing. */
void enclave_glob_index_look_up (const EnclaveGlobIndex *self, const char *name, guint64 *bits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGlobIndex, enclave_glob_index_unref)

G_END_DECLS
