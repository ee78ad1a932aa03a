/* enclave-mcp-configured-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-configured.h"

G_BEGIN_DECLS

struct _EnclaveMcpConfigured
{
  GObject parent_instance;

  EnclaveGate *gate; /* (nullable) */
  EnclaveNetworkDoor *door;
  EnclaveMcpServerEntry *entry;
  EnclaveInstalledProgram *program; /* (nullable) */
  char *problem;                    /* (nullable): why there is none */
  EnclaveMcpConsent *consent;
  EnclaveMcpServer *server;         /* (nullable) */
  GCancellable *cancellable;
  gboolean is_checking;
  gboolean is_wanted;               /* to be started as soon as it was looked at */
  gboolean is_fresh;                /* it was looked at for the start that follows */
  GTask *verifying;                 /* (nullable): a start that waits for a look */
  EnclaveMcpAsk ask;                /* (nullable) */
  gpointer ask_data;
  gint log_level;                   /* EnclaveMcpLogLevel; -1: left to the server */

  EnclaveSecretStore *secrets;      /* (nullable) */
  char *token;                      /* (nullable): bearer token of its address */
  EnclaveMcpTokenState token_state;
};

/* Looks for the token of its address, if it has one, and calls @then in any case, unless the object goes first. */
void enclave_mcp_configured_find_token (EnclaveMcpConfigured *self, void (*then) (EnclaveMcpConfigured *self));
void enclave_mcp_configured_forget_token (EnclaveMcpConfigured *self);
/* Emits "changed". */
void enclave_mcp_configured_tell (EnclaveMcpConfigured *self);
/* Its server ends, and is made anew for the next start. */
void enclave_mcp_configured_drop_server (EnclaveMcpConfigured *self);

G_END_DECLS
