/* enclave-file-formatter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Which program gives a file the form that its project has decided on. It is one that the project is set up for by a file that
 * says so, in the folder of the file or in one above it within the project. It gets the text as its input and gives the formatted
 * one as its output. Private to the gate, which runs it confined.
 *
 *   C and its relatives   clang-format   .clang-format
 *   Python                ruff, black    ruff.toml or pyproject.toml with [tool.ruff.format], pyproject.toml with [tool.black]
 *   Rust, Go              rustfmt, gofmt Cargo.toml, go.mod
 *   what Prettier knows   prettier       its configuration, or package.json with "prettier"; it is the project's own, of its
 *                                        node_modules
 */

typedef struct
{
  char *name;   /* "clang-format" */
  GStrv argv;   /* from the project's folder; formats its input as if it were that file */
} EnclaveFileFormatter;

void enclave_file_formatter_free (EnclaveFileFormatter *formatter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileFormatter, enclave_file_formatter_free)

/* @path: relative to the project. Reads what the project says about formatting, as far as rules allow. Blocks: for workers.
 * (transfer full) (nullable): the project has decided on none for such a file, or it is not there. */
EnclaveFileFormatter *enclave_file_formatter_new (EnclavePathResolver *resolver, const char *path);
/* @output: of the program. (transfer full) (nullable): the formatted text; NULL: that is none. */
char *enclave_file_formatter_take_text (const char *output, gsize length);

G_END_DECLS
