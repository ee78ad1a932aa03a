/* enclave-confine-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What of the system a command sees, for both walls that say so: the mounts and Landlock. */

#include "enclave-confine-steps.h"

#include <stddef.h>

const char *const system_folders[] = { "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", NULL };

/* Root without capabilities still owns these. */
const char *const system_secrets[] = {
  "/etc/shadow*",
  "/etc/gshadow*",
  "/etc/sudoers*",
  "/etc/ssh/*_key",
  "/etc/ssl/private",
  "/etc/enclave",
  "/etc/krb5.keytab",
  "/etc/security/opasswd",
  "/etc/NetworkManager/system-connections",
  "/etc/wireguard",
  NULL,
};

const char *const device_nodes[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", NULL };

const char *const private_folders[] = { ".home", ".tmp", NULL };
