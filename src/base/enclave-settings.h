/* enclave-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* GSettings of @schema_id (and @path, for a relocatable one), from the build's schemas in an uninstalled run. A schema
 * that is missing ends no program: the error says what to install. What the administrator has pinned (enclave-pins.h) reads as pinned.
 * Returns: (transfer full) (nullable). */
GSettings *enclave_settings_new (const char *schema_id, const char *path, GError **error);

G_END_DECLS
