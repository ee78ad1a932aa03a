/* enclave-test-project.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Call first in main(): home, settings, state and runtime folders become fresh ones below the temporary folder, so that
 * a test neither sees nor changes those of who runs it. Removed at exit. */
void enclave_test_isolate (void);

/* A fresh folder that stands for a project. */
typedef struct
{
  char *root; /* true path */
} EnclaveTestProject;

EnclaveTestProject *enclave_test_project_new (void);
/* Removes the folder and all in it. */
void enclave_test_project_free (EnclaveTestProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTestProject, enclave_test_project_free)

/* All paths are relative to the project; missing folders are made. A failure ends the test. */
char *enclave_test_project_path (EnclaveTestProject *project, const char *path);
void enclave_test_project_write (EnclaveTestProject *project, const char *path, const char *text);
void enclave_test_project_write_bytes (EnclaveTestProject *project, const char *path, const char *bytes, gsize length);
void enclave_test_project_make_folder (EnclaveTestProject *project, const char *path);
void enclave_test_project_symlink (EnclaveTestProject *project, const char *target, const char *path);
void enclave_test_project_hard_link (EnclaveTestProject *project, const char *existing, const char *path);
void enclave_test_project_remove (EnclaveTestProject *project, const char *path);
gboolean enclave_test_project_exists (EnclaveTestProject *project, const char *path);
/* (transfer full) (nullable): NULL when there is no such file */
char *enclave_test_project_read (EnclaveTestProject *project, const char *path);

/* Catches one result: pass enclave_test_result_callback with a pointer to a zeroed GAsyncResult pointer, then wait for it
 * (at most 30 s). Returns: (transfer full). */
void enclave_test_result_callback (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *enclave_test_wait (GAsyncResult **result);
/* Runs the main loop for a while. */
void enclave_test_spin (guint milliseconds);

G_END_DECLS
