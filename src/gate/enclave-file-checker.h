/* enclave-file-checker.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message-source.h"
#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Which program says of one file whether it is well formed, how it is run, and what it said. Private to the gate, which runs it
 * without asking: each is a program of the system with words of ours, and what the project says of compiling passes
 * enclave-compile-command.h. None runs what it checks. */

typedef enum
{
  ENCLAVE_FILE_CHECKER_NONE,
  ENCLAVE_FILE_CHECKER_COMPILER, /* C and its relatives */
  ENCLAVE_FILE_CHECKER_PYTHON,
  ENCLAVE_FILE_CHECKER_NODE,
  ENCLAVE_FILE_CHECKER_SHELL,
  ENCLAVE_FILE_CHECKER_JSON,     /* no program: the parser of ours */
} EnclaveFileCheckerKind;

typedef struct
{
  EnclaveFileCheckerKind kind;
  GStrv argv;             /* (nullable): checks the file on the disk, from the project's folder */
  GStrv input_argv;       /* (nullable): checks what it gets as its input, as if it were that file */
  gboolean errors_only;   /* how the file is compiled is a guess */
} EnclaveFileChecker;

void enclave_file_checker_free (EnclaveFileChecker *checker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileChecker, enclave_file_checker_free)

/* @path: relative to the project. @text: what the file holds. Reads the project's compile_commands.json, as far as rules allow.
 * Blocks: for workers. (transfer full) (nullable): nothing can be said of such a file. */
EnclaveFileChecker *enclave_file_checker_new (EnclavePathResolver *resolver, const char *path, const char *text);
/* @output: of a program, valid UTF-8. @root: of the project. @from_input: it was given the text as its input. What was said of
 * other files is left out. When the compiler has read a file that neither the project nor the system's headers have, nothing is
 * given: what it says may quote that file. Looks links up: for workers.
 * Returns: (transfer full) (element-type EnclaveFileMessage). */
GPtrArray *enclave_file_checker_parse (const EnclaveFileChecker *checker, const char *output, const char *root, const char *path,
                                       gboolean from_input);
/* What the parser says of JSON in @text. As above. */
GPtrArray *enclave_file_checker_parse_json (const char *text);
/* Takes out of @messages, about @text, those that stand in @before, about @before_text, of a line that says the same. */
void enclave_file_messages_subtract (GPtrArray *messages, const char *text, GPtrArray *before, const char *before_text);
/* `PATH:LINE: MESSAGE`, errors first, at most ENCLAVE_FILE_CHECK_MAX_MESSAGES lines and ENCLAVE_FILE_CHECK_MAX_BYTES.
 * (transfer full) */
char *enclave_file_messages_to_text (GPtrArray *messages, const char *path);

G_END_DECLS
