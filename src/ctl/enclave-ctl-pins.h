/* enclave-ctl-pins.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the administrator has pinned: {"file","problem"?,"settings":[{"name","value","limit","line"}],"models"?:[],"mcp"?:[]}.
 * (transfer full) */
JsonObject *enclave_ctl_pins_to_json (void);
/* The same for people, a line each; nothing when nothing is pinned and @quiet. */
void enclave_ctl_print_pins (gboolean quiet);

G_END_DECLS
