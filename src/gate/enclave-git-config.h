/* enclave-git-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Largest text that is masked; a longer configuration is not shown to a command at all. */
#define ENCLAVE_GIT_CONFIG_MAX_BYTES (4 * 1024 * 1024)

/* Whether @path is where git keeps the configuration of a repository, a worktree or a submodule, or a copy of it that git or an
 * editor makes beside it. */
gboolean enclave_git_config_is (const char *path);
/* Whether @text has the sections that only a configuration of git has: for files of any name. @text ends in a NUL. */
gboolean enclave_git_config_looks_like (const char *text);

/* Draws each byte of a password, a token or a header in @text as `*`: names and passwords in addresses and what stands behind a
 * question mark there; values of settings that are named after a secret; the programs of credential helpers and aliases where
 * one has the form of a secret; and that form in comments. Length, lines and places of everything else stay, so that what is
 * shown has the size of the file. Pure; changes @text, which ends in a NUL. Returns: how many bytes were drawn over. */
gsize enclave_git_config_mask (char *text, gsize length);
/* The same for addresses alone: git's logs name the address that was pulled from. */
gsize enclave_git_config_mask_addresses (char *text, gsize length);

/* Calls @found with each file that the configuration includes, as it stands there. @text ends in a NUL. */
typedef void (*EnclaveGitIncludeFunc) (const char *path, gpointer user_data);
void enclave_git_config_list_includes (const char *text, EnclaveGitIncludeFunc found, gpointer user_data);

G_END_DECLS
