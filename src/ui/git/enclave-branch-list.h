/* enclave-branch-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What a person can do about it when a switch is refused. */
typedef enum
{
  ENCLAVE_BRANCH_NOTHING,
  ENCLAVE_BRANCH_SAVE,     /* save all, then again */
  ENCLAVE_BRANCH_COMMIT,   /* go and commit */
  ENCLAVE_BRANCH_TERMINAL, /* git in a terminal of their own */
} EnclaveBranchRemedy;

/* The local branches, the newest first, over an entry that finds one by a part of its name, or names a new one. Stays open until the
 * branch is another one: what speaks against it is said here.
 * Signals: "chosen" (string name, boolean create), "remedy" (uint: an EnclaveBranchRemedy).
 * Accessible names: Branch, Branches; the buttons by what they do. */
#define ENCLAVE_TYPE_BRANCH_LIST (enclave_branch_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveBranchList, enclave_branch_list, ENCLAVE, BRANCH_LIST, GtkPopover)

GtkWidget *enclave_branch_list_new (void);
/* Opens it and reads the branches. @detached: (nullable): in words, that HEAD is no branch. */
void enclave_branch_list_present (EnclaveBranchList *self, EnclaveGate *gate, const char *detached);
/* @text: (nullable): what is being done; nothing can be chosen until the next call. NULL: nothing is. */
void enclave_branch_list_set_busy (EnclaveBranchList *self, const char *text);
/* Why it was not done, any text. */
void enclave_branch_list_show_problem (EnclaveBranchList *self, const char *text, EnclaveBranchRemedy remedy);

G_END_DECLS
