/* enclave-seal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The seal of the window's process: it can make no socket but one of the machine's own file system, so the kernel keeps it from
 * every network. Its helpers are started before: enclave-net, the only process that connects, and enclave-shell, which starts the
 * user's own programs. A seal is for the whole run of a process. */

typedef enum
{
  ENCLAVE_SEAL_OFF,        /* by choice, or in a program that has no window */
  ENCLAVE_SEAL_ON,
  ENCLAVE_SEAL_IMPOSSIBLE, /* it was wanted */
} EnclaveSealState;

/* Before the toolkit is initialised and before any thread is. Looks at the setting `sealed`, at `--unsealed` among @argv, and at
 * where the display and the session bus are; never fails: what was not possible is the reason. */
void enclave_seal_start (int argc, char **argv);
EnclaveSealState enclave_seal_get_state (void);
/* Why it is not sealed, one sentence for people; borrowed; "" when it is. */
const char *enclave_seal_get_reason (void);
/* TRUE when the user's own terminals can't reach a network either. */
gboolean enclave_seal_has_terminals (void);
/* What a window that is started now, in this session, will be. @settings: (nullable): of the application. @reason: (out)
 * (transfer full): as enclave_seal_get_reason() will say. @terminals: (out): whether the user's own terminals are sealed too. */
EnclaveSealState enclave_seal_foresee (GSettings *settings, char **reason, gboolean *terminals);
/* Why a window on this display can't be sealed. @display, @wayland, @bus: (nullable): DISPLAY, WAYLAND_DISPLAY and
 * DBUS_SESSION_BUS_ADDRESS. Returns: (nullable) (transfer full): NULL when it can. */
char *enclave_seal_find_obstacle (const char *display, const char *wayland, const char *bus);

G_END_DECLS
