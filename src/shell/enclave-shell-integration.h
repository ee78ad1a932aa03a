/* enclave-shell-integration.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets a shell tell where its prompts and the output of its commands begin and end, without touching a file of the person's: bash is
 * given a file to begin with that reads theirs first, zsh a folder that gives theirs back, fish one more command line.
 *
 * @argv: (inout): a program and its arguments; only a bare bash, zsh or fish is changed: whoever gives arguments has their reasons.
 * @environment: (inout). @folder: with the scripts; see enclave_install_paths_shell_integration_dir().
 * Returns: FALSE when the program is another one, or the scripts are not there: both are as before. */
gboolean enclave_shell_integration_apply (GStrv *argv, GStrv *environment, const char *folder);

G_END_DECLS
