/* enclave-pins-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

#include "enclave-pins.h"

G_BEGIN_DECLS

/* (transfer full) (nullable) */
GSettingsSchema *enclave_settings_look_up (const char *schema_id);

/* The usual store, with what is pinned laid over it: a pinned key can't be written and reads as pinned; one with a limit reads as
 * at most that, whatever is stored. For keys of @schema alone. (transfer full) */
GSettingsBackend *enclave_pinned_backend_new (const EnclavePins *pins, GSettingsSchema *schema);

G_END_DECLS
