/* enclave-problem-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-error-parser.h"

G_BEGIN_DECLS

/* @path, @message: of these lengths. @folder: (nullable). */
EnclaveProblem *_enclave_problem_new (EnclaveProblemKind kind, const char *path, gsize path_length, const char *folder, guint line,
                                      guint column, const char *message, gsize message_length);

G_END_DECLS
