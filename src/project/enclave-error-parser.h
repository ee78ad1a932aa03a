/* enclave-error-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a build or a test has to complain about, read from what it printed: gcc, clang, ld, javac, rustc, go, Python and pytest, node,
 * tsc, make, cmake, meson. The output is anybody's: nothing here opens a file, and every length is bounded. */

typedef enum
{
  ENCLAVE_PROBLEM_ERROR,
  ENCLAVE_PROBLEM_WARNING,
} EnclaveProblemKind;

/* One place with a complaint. Immutable. */
#define ENCLAVE_TYPE_PROBLEM (enclave_problem_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveProblem, enclave_problem, ENCLAVE, PROBLEM, GObject)

EnclaveProblemKind enclave_problem_get_kind (EnclaveProblem *self);
/* As it was printed: absolute, or from the folder that enclave_problem_get_folder() tells. */
const char *enclave_problem_get_path (EnclaveProblem *self);
/* Where make or ninja said to be, absolute or from the task's folder; NULL: there. */
const char *enclave_problem_get_folder (EnclaveProblem *self);
/* From 1. */
guint enclave_problem_get_line (EnclaveProblem *self);
/* From 1; 0: not told. */
guint enclave_problem_get_column (EnclaveProblem *self);
/* One line, valid UTF-8. */
const char *enclave_problem_get_message (EnclaveProblem *self);
/* The file, from @root. Returns: (transfer full): an absolute path; whether anything is there, or what, is not looked at. */
char *enclave_problem_dup_file (EnclaveProblem *self, const char *root);

/* @text: valid UTF-8 without escape sequences. At most ENCLAVE_TASK_MAX_PROBLEMS, in the order they were printed, each place with one
 * message once. Returns: (transfer full) (element-type EnclaveProblem). */
GListModel *enclave_error_parser_parse (const char *text);

G_END_DECLS
