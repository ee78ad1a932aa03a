/* enclave-policy-watch-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells when one of the policy files of a project was written, made or removed; several changes in short order are told
 * once. */
typedef struct _EnclavePolicyWatch EnclavePolicyWatch;

EnclavePolicyWatch *enclave_policy_watch_new (const char *root, void (*changed) (gpointer user_data),
                                              gpointer user_data);
void enclave_policy_watch_free (EnclavePolicyWatch *self);

G_END_DECLS
