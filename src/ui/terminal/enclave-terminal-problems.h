/* enclave-terminal-problems.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-error-parser.h"

G_BEGIN_DECLS

/* The places that a task complains about, beside its output; hidden while there are none. Signal "activated" (EnclaveProblem). */
#define ENCLAVE_TYPE_TERMINAL_PROBLEMS (enclave_terminal_problems_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalProblems, enclave_terminal_problems, ENCLAVE, TERMINAL_PROBLEMS, GtkWidget)

/* @problems: (nullable) (element-type EnclaveProblem). */
void enclave_terminal_problems_set_model (EnclaveTerminalProblems *self, GListModel *problems);
guint enclave_terminal_problems_get_n_items (EnclaveTerminalProblems *self);
/* Selects the next one, round the end; the first time the first. Returns: (transfer none) (nullable). */
EnclaveProblem *enclave_terminal_problems_step (EnclaveTerminalProblems *self, gboolean forward);

G_END_DECLS
