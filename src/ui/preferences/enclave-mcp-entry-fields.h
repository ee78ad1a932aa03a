/* enclave-mcp-entry-fields.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

/* What a person reads and writes of an entry of mcp.json, as texts of fields. Pure. */
typedef struct
{
  char *command;                       /* as a line of a shell, which never sees it; or an address */
  EnclaveMcpWorkspaceAccess workspace;
  char *network;                       /* addresses, with blanks between */
  char *folders;                       /* words of a shell: absolute paths */
  char *folder;
  gboolean offers_roots;               /* it is told the project's folder */
  GHashTable *values;                  /* name → value: variables, or headers of an address */
} EnclaveMcpEntryFields;

/* Without anything. All texts may be replaced by whoever has it. */
EnclaveMcpEntryFields *enclave_mcp_entry_fields_new (void);
/* @entry: as it stands in the file. */
EnclaveMcpEntryFields *enclave_mcp_entry_fields_new_of (JsonObject *entry);
void enclave_mcp_entry_fields_free (EnclaveMcpEntryFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpEntryFields, enclave_mcp_entry_fields_free)

gboolean enclave_mcp_entry_fields_is_address (const EnclaveMcpEntryFields *self);
/* Names of the values in order. (transfer container) */
const char **enclave_mcp_entry_fields_get_names (const EnclaveMcpEntryFields *self);
/* What is wrong with it, for people. (transfer full) (nullable) */
char *enclave_mcp_entry_fields_dup_problem (const EnclaveMcpEntryFields *self);
/* Members of the entry that have to be changed, see enclave_mcp_config_edit_update(); with @before NULL all that a new one has.
 * @before: (nullable): what the file says now. (transfer full) */
JsonObject *enclave_mcp_entry_fields_to_members (const EnclaveMcpEntryFields *self, const EnclaveMcpEntryFields *before);

G_END_DECLS
