/* enclave-compile-command.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a project compiles one file, as its compile_commands.json says it: https://clang.llvm.org/docs/JSONCompilationDatabase.html
 *
 * The file is written by whoever wrote the project, and nobody is asked before its entry is run. So nothing of it is run as it
 * is: the compiler must be one by its name, in a folder of the system, and of its options only those are taken over that tell the
 * front of the compiler how to read the source. What could load code, run a program, write a file or read more options is left
 * out; where it can only be meant to, the whole entry is. Pure. */

/* @text: of a compile_commands.json. @root: the true path of the project. @path: of the file, relative to it. For a header the
 * entry of the source of its name counts, else of one in its folder.
 * Returns: (transfer full) (nullable): as enclave_compile_command_filter(). */
GStrv enclave_compile_command_find (const char *text, const char *root, const char *path);
/* @directory: absolute: what relative paths in @argv are relative to.
 * Returns: (transfer full) (nullable): the compiler and the options that may be used, without a source; paths in the project are
 * relative to @root. NULL: not to be used at all. */
GStrv enclave_compile_command_filter (const char *root, const char *directory, const char *const *argv);

G_END_DECLS
