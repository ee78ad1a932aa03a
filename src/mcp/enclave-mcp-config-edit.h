/* enclave-mcp-config-edit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Changes to our own mcp.json that leave everything else as it stands: comments, order, blanks and what only other programs know. Pure.
 * All return (transfer full) the whole new text, or NULL with ENCLAVE_JSON_ERROR when @text is none of JSON or of another shape; then it is
 * better edited by hand. @text: (nullable): NULL or "" is a file that is not there yet. */

/* Puts the entry @name there, or in the place of the one that has this name. */
char *enclave_mcp_config_edit_set (const char *text, const char *name, JsonObject *entry, GError **error);
/* Without an entry of this name it is the same text. */
char *enclave_mcp_config_edit_remove (const char *text, const char *name, GError **error);
/* Whether it is switched off; the entry must be there. */
char *enclave_mcp_config_edit_set_disabled (const char *text, const char *name, gboolean is_disabled, GError **error);
/* The entry @name as it stands there, nothing expanded; values may be secrets. (transfer full) */
JsonObject *enclave_mcp_config_edit_find (const char *text, const char *name, GError **error);
/* Changes members of the entry @name, which must be there; those of an object among them one by one, such as `env`, or `enclave`, which says what
 * the server may see and reach ({"workspace":"read","network":["127.0.0.1:5432"]}). A null takes one out; what stays the same and what isn't named
 * stays as it is written. */
char *enclave_mcp_config_edit_update (const char *text, const char *name, JsonObject *members, GError **error);
/* Fails when @name is missing or @new_name is taken. */
char *enclave_mcp_config_edit_rename (const char *text, const char *name, const char *new_name, GError **error);

G_END_DECLS
