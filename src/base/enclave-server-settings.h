/* enclave-server-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The machine-wide file by which an administrator fixes which servers there are; the user's settings then say nothing:
 *
 *   [Servers]
 *   Addresses=http://127.0.0.1:11434;https://192.168.7.4:8443#sha256=…;
 *   Discover=false
 *   Networks=192.168.7.0/24;
 *
 * Members that are left out are empty and false. A file that can't be read, is not root's, or that others may write, allows
 * nothing at all. What the administrator's policy pins (enclave-pins.h) holds where there is no such file. */
#define ENCLAVE_SERVER_SETTINGS_FILE "/etc/enclave/servers"

typedef struct
{
  GStrv addresses; /* as people type them */
  GStrv networks;  /* CIDR blocks beside this machine */
  gboolean discover;
  gboolean fixed;  /* by the administrator */
  GStrv permitted; /* (nullable): addresses that the administrator allows to be chosen, set whenever @fixed is; NULL: any */
  char *problem;   /* (nullable): why the administrator's file allows nothing; for people */
} EnclaveServerSettings;

/* What holds now: the administrator's file, else the user's settings. @settings: (nullable): defaults then.
 * Never NULL. Reads one small file. */
EnclaveServerSettings *enclave_server_settings_read (GSettings *settings);
/* The same with another file, whoever's it is; for tests. */
EnclaveServerSettings *enclave_server_settings_read_file (GSettings *settings, const char *path, guint32 owner);
void enclave_server_settings_free (EnclaveServerSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveServerSettings, enclave_server_settings_free)

G_END_DECLS
