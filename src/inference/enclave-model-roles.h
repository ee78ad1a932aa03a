/* enclave-model-roles.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-machine.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* What models are used for. */
typedef enum
{
  ENCLAVE_MODEL_ROLE_CHAT,
  ENCLAVE_MODEL_ROLE_COMPLETION,
  ENCLAVE_MODEL_ROLE_EDIT, /* the agent's turns in mode Edit; the chat's model when none is named */
  ENCLAVE_N_MODEL_ROLES,
} EnclaveModelRole;

/* "chat", "completion", "edit". */
const char *enclave_model_role_to_word (EnclaveModelRole role);
/* "Chat", "Suggestions", "Edits": translated. */
const char *enclave_model_role_get_name (EnclaveModelRole role);

/* Which model has which role. */
typedef struct
{
  struct
  {
    EnclaveServer *server;   /* NULL: nobody has the role now */
    EnclaveModelInfo *model;
    char *wanted;            /* what is named for it, when that is not there now; else NULL */
  } roles[ENCLAVE_N_MODEL_ROLES];
} EnclaveModelRoles;

/* How a choice is kept: the server's address, a blank, the model. (transfer full) */
char *enclave_model_role_choice_to_text (EnclaveServer *server, EnclaveModelInfo *model);
/* The model that @choice names, on a server that is ready, not a remote one. @choice: as of enclave_model_role_choice_to_text(), or
 * with the address without its scheme. @server, @model: (out) (transfer full). */
gboolean enclave_model_role_choice_find (EnclaveServerList *servers, const char *choice, EnclaveServer **server,
                                   EnclaveModelInfo **model);

/* @chat_server, @chat_model: (nullable): who has the chat. @completion, @edit: (nullable): choices as text, "" as NULL. */
EnclaveModelRoles *enclave_model_roles_new (EnclaveServerList *servers, EnclaveServer *chat_server,
                                            EnclaveModelInfo *chat_model, const char *completion, const char *edit);
void enclave_model_roles_free (EnclaveModelRoles *self);
/* Where two roles push each other out of memory or cache, or a server has but one model: a sentence each, for people, with
 * what helps. @machine: whose memory it is for servers on this machine. (element-type utf8) (transfer full): may be empty. */
GPtrArray *enclave_model_roles_dup_warnings (EnclaveModelRoles *self, const EnclaveMachine *machine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveModelRoles, enclave_model_roles_free)

G_END_DECLS
