/* enclave-beneath.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_BENEATH_NONE = 0,
  ENCLAVE_BENEATH_NO_SYMLINKS = 1 << 0,
  ENCLAVE_BENEATH_PORTABLE = 1 << 1, /* walk component by component even where the kernel has openat2 */
} EnclaveBeneathFlags;

/* Opens @path (relative) so that no component, `..` or link leads out of @root_fd, and no magic link of /proc is
 * followed. The descriptor is O_PATH | O_CLOEXEC (with @open_flags added, O_DIRECTORY for one): opening has no side
 * effect on what is there.
 * Returns: a descriptor, or -1 with errno: EXDEV for a way out, ELOOP for a forbidden link. */
int enclave_beneath_open (int root_fd, const char *path, int open_flags, EnclaveBeneathFlags flags);
/* TRUE when the kernel offers openat2 to this process. */
gboolean enclave_beneath_kernel_has_openat2 (void);

G_END_DECLS
