/* enclave-file-changes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-file-change.h"

G_BEGIN_DECLS

/* Which files of a project are others than when they were last looked at, whoever wrote them: a command, git, the agent, another program.
 * Nothing is watched, since a large project has more folders than a system gives watches: who has a reason to think that something
 * changed asks for a look. Files that the ignore files leave out are not seen, but for those that are named.
 *
 * Signal "changed" (GPtrArray of EnclaveFileChange, sorted by path): what a look has found; the first look only learns what is there. */
#define ENCLAVE_TYPE_FILE_CHANGES (enclave_file_changes_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileChanges, enclave_file_changes, ENCLAVE, FILE_CHANGES, GObject)

/* @root: absolute. @named: (nullable): relative paths of files that are seen although they are ignored, and are others only when their
 * content is: tools write some of them anew each time they run. */
EnclaveFileChanges *enclave_file_changes_new (const char *root, const char *const *named);
/* Looks, in a thread. Asked again meanwhile, it looks once more behind that, after a pause that grows with the project. */
void enclave_file_changes_look (EnclaveFileChanges *self);
/* Looks by itself @seconds after each look; 0: no longer, as at first. Later where looks take long: they have a hundredth of the time. */
void enclave_file_changes_set_poll (EnclaveFileChanges *self, guint seconds);
/* Whether a look is under way or waits for its pause; a property, "looking". */
gboolean enclave_file_changes_get_looking (EnclaveFileChanges *self);

G_END_DECLS
