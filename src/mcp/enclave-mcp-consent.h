/* enclave-mcp-consent.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-installed-program.h"
#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_CONSENT_NEW,     /* never agreed to */
  ENCLAVE_MCP_CONSENT_CHANGED, /* to something else */
  ENCLAVE_MCP_CONSENT_AGREED,
} EnclaveMcpConsentState;

/* What the person has agreed to of one server in one project: the entry with its grants, the bytes of its program files, and the
 * definition of each tool. It holds exactly that and nothing else: whatever differs, a byte of the program or a word of a tool's
 * description, has to be agreed to anew. Values of variables and headers are kept as salted digests. To be kept by
 * enclave_gate_keep_consent_async(), under enclave_mcp_consent_dup_name(), and only in answer to the person. */
typedef struct _EnclaveMcpConsent EnclaveMcpConsent;

/* @record: (nullable): one that can't be read means that nothing was agreed to. (transfer full) */
EnclaveMcpConsent *enclave_mcp_consent_new (GBytes *record);
void enclave_mcp_consent_free (EnclaveMcpConsent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpConsent, enclave_mcp_consent_free)
/* (transfer full) */
GBytes *enclave_mcp_consent_to_bytes (EnclaveMcpConsent *self);
/* By which the gate keeps it. (transfer full) */
char *enclave_mcp_consent_dup_name (const char *server);

/* @program: (nullable): NULL for a server that is reached by an address. Nothing may start unless this is AGREED. */
EnclaveMcpConsentState enclave_mcp_consent_check_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry,
                                                        const EnclaveInstalledProgram *program);
/* From now on exactly this. Tools that were agreed to stay so. */
void enclave_mcp_consent_allow_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry,
                                      const EnclaveInstalledProgram *program);
/* Of the entry, not of the tools. */
void enclave_mcp_consent_forget_entry (EnclaveMcpConsent *self);

/* @definition: of the tool, as tools/list has it. Name, title, description, schemas and annotations count, in any order. */
EnclaveMcpConsentState enclave_mcp_consent_check_tool (EnclaveMcpConsent *self, JsonObject *definition);
/* Whether it may be offered to a model: agreed to as it is now, and switched on. */
gboolean enclave_mcp_consent_is_tool_on (EnclaveMcpConsent *self, JsonObject *definition);
/* Whether it is listed even when other tools are searched. */
gboolean enclave_mcp_consent_is_tool_pinned (EnclaveMcpConsent *self, JsonObject *definition);
/* What the person has said of it as it is now. */
void enclave_mcp_consent_set_tool (EnclaveMcpConsent *self, JsonObject *definition, gboolean is_on, gboolean is_pinned);

/* What is agreed to, a line each, for people; hidden characters drawn. Of a change the lines begin with "- " and "+ ", or two blanks;
 * of what was never agreed to, the diff of an entry is its description. (transfer full) */
char *enclave_mcp_consent_describe_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry,
                                          const EnclaveInstalledProgram *program);
char *enclave_mcp_consent_diff_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry,
                                      const EnclaveInstalledProgram *program);
char *enclave_mcp_consent_diff_tool (EnclaveMcpConsent *self, JsonObject *definition);

G_END_DECLS
