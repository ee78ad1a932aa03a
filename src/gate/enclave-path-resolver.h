/* enclave-path-resolver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "enclave-gate-error.h"
#include "enclave-policy.h"

G_BEGIN_DECLS

/* The sole opener: a string as the model wrote it becomes a descriptor that has been judged. What counts is the name
 * the kernel gives to the opened descriptor; the string is judged as well, so that a denied name is refused
 * in the same words whether it exists or not. Immutable; may be used from any thread. For the gate and the
 * filtered view only. */
#define ENCLAVE_TYPE_PATH_RESOLVER (enclave_path_resolver_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePathResolver, enclave_path_resolver, ENCLAVE, PATH_RESOLVER, GObject)

typedef enum
{
  ENCLAVE_RESOLVE_REGULAR = 0,            /* a regular file, else NOT_REGULAR */
  ENCLAVE_RESOLVE_DIRECTORY = 1 << 0,     /* a folder, else NOT_REGULAR */
  ENCLAVE_RESOLVE_ANY = 1 << 1,           /* a regular file or a folder */
  ENCLAVE_RESOLVE_ALLOW_MISSING = 1 << 2, /* a judged name that nothing has yet is no error */
} EnclaveResolveFlags;

typedef struct
{
  int fd;            /* O_PATH; -1 when there is no such file */
  char *true_path;   /* absolute */
  char *path;        /* relative to the project ("." for itself), absolute in a read-only place */
  struct stat st;    /* when fd is not -1 */
  EnclaveDecision decision;
} EnclaveResolvedPath;

#define ENCLAVE_RESOLVED_PATH_INIT { -1, NULL, NULL, { 0 }, { 0 } }

void enclave_resolved_path_clear (EnclaveResolvedPath *resolved);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnclaveResolvedPath, enclave_resolved_path_clear)

/* @root: absolute; opened here, links in it resolved. */
EnclavePathResolver *enclave_path_resolver_new (const char *root, EnclavePolicy *policy, GError **error);
/* The same folder, by its descriptor, judged by other rules. (transfer full): NULL with @error. */
EnclavePathResolver *enclave_path_resolver_new_with_policy (EnclavePathResolver *self, EnclavePolicy *policy,
                                                            GError **error);
const char *enclave_path_resolver_get_root (EnclavePathResolver *self);
int enclave_path_resolver_get_root_fd (EnclavePathResolver *self);
EnclavePolicy *enclave_path_resolver_get_policy (EnclavePathResolver *self);
/* For tests: the walk that is used where the kernel has no openat2. */
void enclave_path_resolver_set_portable (EnclavePathResolver *self, gboolean portable);

/* @effects: READ or WRITE. @resolved: cleared by the caller, also after a failure. Blocks for a moment: for workers where
 * a file system may be slow. Errors: ENCLAVE_GATE_ERROR with rule and path. */
gboolean enclave_path_resolver_open (EnclavePathResolver *self, EnclaveEffects effects, const char *path,
                                     EnclaveResolveFlags flags, EnclaveResolvedPath *resolved, GError **error);
/* Judges a descriptor that a walk has opened. Fills @resolved, which takes @fd in any case. @path: for messages.
 * @tolerance_us: see enclave_link_index_find(). */
gboolean enclave_path_resolver_judge (EnclavePathResolver *self, EnclaveEffects effects, int fd, const char *path,
                                      EnclaveResolveFlags flags, gint64 tolerance_us,
                                      EnclaveResolvedPath *resolved, GError **error);
/* A descriptor that can be read, of a resolved O_PATH one; or -1 with @error. */
int enclave_path_resolver_reopen (EnclavePathResolver *self, const EnclaveResolvedPath *resolved, GError **error);
/* The folder that holds @true_path (inside the project), with no link on the way; missing folders are made when
 * @created is given, and their paths relative to the project appended to it, outermost first.
 * @name: (out) (transfer full): the last component. Returns: a descriptor that can be synced, or -1. */
int enclave_path_resolver_open_parent (EnclavePathResolver *self, const char *true_path, GPtrArray *created,
                                       char **name, GError **error);
/* By name alone, nothing is opened: for marks in lists. @path: absolute or relative to the project. */
EnclaveDecision enclave_path_resolver_judge_name (EnclavePathResolver *self, EnclaveEffects effects,
                                                  const char *path, gboolean is_directory);

G_END_DECLS
