/* enclave-glob-path.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_GLOB_PATH_BYTES 512
#define ENCLAVE_GLOB_PATH_PARTS 32

/* A path as its names, split once for any number of sets: the bytes, and what they are when folded (see enclave_utf8_fold_name()).
 * Empty names and `.` are left out. Ordinary paths take no memory of their own. */
typedef struct
{
  guint n_parts;
  char **raw;
  /* (nullable): the same pointer as in raw where folding changes nothing */
  char **folded;

  /*< private >*/
  char *text;
  char text_room[ENCLAVE_GLOB_PATH_BYTES];
  char *raw_room[ENCLAVE_GLOB_PATH_PARTS];
  char *folded_room[ENCLAVE_GLOB_PATH_PARTS];
} EnclaveGlobPath;

/* @path: any bytes but NUL. */
void enclave_glob_path_init (EnclaveGlobPath *self, const char *path, gboolean fold);
void enclave_glob_path_clear (EnclaveGlobPath *self);
/* How many parts @path has. */
guint enclave_glob_path_count (const char *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnclaveGlobPath, enclave_glob_path_clear)

G_END_DECLS
