/* enclave-project.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The root folder as a person sees it. Properties: "name", "branch". */
#define ENCLAVE_TYPE_PROJECT (enclave_project_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveProject, enclave_project, ENCLAVE, PROJECT, GObject)

/* Errors: not there, not a folder, not readable; in words for the window. */
EnclaveProject *enclave_project_new (GFile *folder, GError **error);
GFile *enclave_project_get_folder (EnclaveProject *self);
const char *enclave_project_get_path (EnclaveProject *self);
const char *enclave_project_get_name (EnclaveProject *self);
/* Branch name, short commit when detached, "" without git; follows changes of HEAD. Reads .git itself, no git run. */
const char *enclave_project_get_branch (EnclaveProject *self);
/* HEAD is a commit: what enclave_project_get_branch() gives is no branch's name. Told by the same notification. */
gboolean enclave_project_get_is_detached (EnclaveProject *self);
/* Relative path of @file, or NULL when outside. (transfer full) */
char *enclave_project_dup_relative (EnclaveProject *self, GFile *file);

G_END_DECLS
