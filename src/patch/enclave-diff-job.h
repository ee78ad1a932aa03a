/* enclave-diff-job.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A comparison of texts in a thread. What compares sees its input alone, which nobody else changes, and gives a result that
 * nobody else knows: there is nothing to lock. */
typedef struct _EnclaveDiffJob EnclaveDiffJob;

typedef gpointer (*EnclaveDiffFunc) (gpointer input);
typedef void (*EnclaveDiffDone) (EnclaveDiffJob *job, gpointer user_data);

/* @input: (transfer full). @done: called in the main context of the caller once the result is there, unless it was taken or
 * dropped before. Returns: (transfer full): to be dropped. */
EnclaveDiffJob *enclave_diff_job_start (EnclaveDiffFunc function, gpointer input, GDestroyNotify free_input,
                                        GDestroyNotify free_result, EnclaveDiffDone done, gpointer user_data);
/* The result, once; waits for it if need be. (transfer full) (nullable) */
gpointer enclave_diff_job_take (EnclaveDiffJob *job);
void enclave_diff_job_drop (EnclaveDiffJob *job);

G_END_DECLS
