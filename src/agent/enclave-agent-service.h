/* enclave-agent-service.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-change-set.h"
#include "enclave-conversation.h"
#include "enclave-gate.h"
#include "enclave-inference-client.h"
#include "enclave-repo-map.h"
#include "enclave-mcp-toolbox.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MODE_ASK,  /* reading tools only */
  ENCLAVE_MODE_PLAN, /* commands with a read-only workspace; proposals are kept, not applied */
  ENCLAVE_MODE_EDIT,
} EnclaveMode;

/* Registered with the nicks of the settings' enumeration, so that g_settings_bind() takes "mode". */
#define ENCLAVE_TYPE_MODE (enclave_mode_get_type ())
GType enclave_mode_get_type (void);

const char *enclave_mode_to_word (EnclaveMode mode);
gboolean enclave_mode_from_word (const char *word, EnclaveMode *mode);

typedef enum
{
  ENCLAVE_TURN_IDLE,
  ENCLAVE_TURN_PREPARING,
  ENCLAVE_TURN_READING,   /* the server processes the prompt */
  ENCLAVE_TURN_STREAMING,
  ENCLAVE_TURN_DECIDING,
  ENCLAVE_TURN_RUNNING_TOOL,
  ENCLAVE_TURN_WAITING,   /* for an answer of the user */
  ENCLAVE_TURN_DONE,
  ENCLAVE_TURN_FAILED,
  ENCLAVE_TURN_STOPPED,
} EnclaveTurnState;

#define ENCLAVE_TYPE_TURN_STATE (enclave_turn_state_get_type ())
GType enclave_turn_state_get_type (void);

/* Why no byte of the reply has come, or none for a while: the property "wait". */
typedef enum
{
  ENCLAVE_TURN_WAIT_NONE,
  ENCLAVE_TURN_WAIT_OTHER_REQUEST, /* the server writes to somebody else */
  ENCLAVE_TURN_WAIT_LOADING,       /* the model is being loaded; "wait-percent" is 0 when nobody knows how far */
  ENCLAVE_TURN_WAIT_SILENT,        /* nothing for ENCLAVE_STREAM_STALL_MS, and no reason known */
} EnclaveTurnWait;

/* "none", "other-request", "loading", "silent". */
const char *enclave_turn_wait_to_word (EnclaveTurnWait wait);

/* The façade the window and enclavectl hold. Properties: "busy", "state" (EnclaveTurnState), "mode" (EnclaveMode),
 * "model" (string), "conversation", "n-queued", "tokens-used", "tokens-window", "tokens-per-second", "progress-total",
 * "progress-cached", "progress-processed", "tokens-read" and "tokens-cached" (of the last request), "wait"
 * (EnclaveTurnWait), "wait-percent", "apply-at-once".
 * Signals, for those who print: "text" (string), "reasoning" (string), "was-reasoning": the text of this reply so far
 * turns out to have been a thought, "tool-call" (EnclaveToolCall),
 * "tool-result" (EnclaveToolCall), "change" (EnclaveChange), "usage" (uint prompt, uint completion),
 * "turn-ended" (string reason): "stop", "length", "stopped", "error", "needs-approval", "loop", "rounds";
 * "instructions" (string name, nullable string problem): the file that the folder brings for the agent is part of what the
 * model gets from now on, or is not because of @problem;
 * "map" (uint tokens, uint definitions): the conversation begins with a map of the project that costs about so much;
 * "unqueued" (string text): a stop took this message out of the queue, for the composer to keep. */
#define ENCLAVE_TYPE_AGENT_SERVICE (enclave_agent_service_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAgentService, enclave_agent_service, ENCLAVE, AGENT_SERVICE, GObject)

EnclaveAgentService *enclave_agent_service_new (EnclaveGate *gate);
/* @client, @model: (nullable): no model. Takes effect with the next turn. */
void enclave_agent_service_set_model (EnclaveAgentService *self, EnclaveInferenceClient *client,
                                      EnclaveModelInfo *model);
/* Has the server read the fixed front of a conversation, in @delay_ms and once for a session, a model and a mode, while nothing is
 * being asked; whoever sends ends it at once. Nothing that the user wrote is sent. Not to the practice engine, and to no server
 * that is busy with others. Does nothing without a model or within a conversation. */
void enclave_agent_service_warm_up (EnclaveAgentService *self, guint delay_ms);
void enclave_agent_service_cancel_warm_up (EnclaveAgentService *self);
/* @tokens, @seconds: (out) (optional): of the last one that ended. Returns: whether one is under way. */
gboolean enclave_agent_service_get_warm_up (EnclaveAgentService *self, guint *tokens, double *seconds);
/* Whether conversations that begin from now on get a map of the project; without it being set they don't. */
void enclave_agent_service_set_use_map (EnclaveAgentService *self, gboolean use_map);
EnclaveRepoMap *enclave_agent_service_get_map (EnclaveAgentService *self);
/* What the person has open, the nearest first, relative to the project; (nullable): nothing. */
void enclave_agent_service_set_open_paths (EnclaveAgentService *self, const char *const *paths);
/* Of this conversation, about; 0: it has none. */
guint enclave_agent_service_get_map_tokens (EnclaveAgentService *self);
/* Who makes the turns in mode Edit instead; both NULL: the same as all others. Takes effect with the next turn. */
void enclave_agent_service_set_edit_model (EnclaveAgentService *self, EnclaveInferenceClient *client,
                                           EnclaveModelInfo *model);
EnclaveConversation *enclave_agent_service_get_conversation (EnclaveAgentService *self);
/* Id of the turn that runs, or of the last one: what enclave_message_get_turn() tells of its messages. "" before the first. */
const char *enclave_agent_service_get_turn_id (EnclaveAgentService *self);
EnclaveChangeSet *enclave_agent_service_get_change_set (EnclaveAgentService *self);
EnclaveToolRegistry *enclave_agent_service_get_registry (EnclaveAgentService *self);
/* Tools of MCP servers, for conversations that begin from now on. @toolbox: (nullable). */
void enclave_agent_service_set_toolbox (EnclaveAgentService *self, EnclaveMcpToolbox *toolbox);
/* (nullable). Borrowed. */
EnclaveMcpToolbox *enclave_agent_service_get_toolbox (EnclaveAgentService *self);
EnclaveGate *enclave_agent_service_get_gate (EnclaveAgentService *self);
gboolean enclave_agent_service_get_busy (EnclaveAgentService *self);
EnclaveTurnState enclave_agent_service_get_state (EnclaveAgentService *self);
/* TRUE when "progress-processed" is reckoned from how fast the last prompt was read, because the server does not tell. */
gboolean enclave_agent_service_get_progress_estimated (EnclaveAgentService *self);
EnclaveMode enclave_agent_service_get_mode (EnclaveAgentService *self);
void enclave_agent_service_set_mode (EnclaveAgentService *self, EnclaveMode mode);
/* Standing approval for edits: proposals are applied when they are made (mode Edit only), reviewable after. */
void enclave_agent_service_set_apply_at_once (EnclaveAgentService *self, gboolean apply_at_once);
/* Whoever asks the user (weak; nullable: nobody). Use this rather than enclave_gate_set_approver(): the service puts
 * itself before @approver, so that "state" is WAITING and the call AWAITING_APPROVAL while a question is open. */
void enclave_agent_service_set_approver (EnclaveAgentService *self, EnclaveApprover *approver);
void enclave_agent_service_set_max_rounds (EnclaveAgentService *self, guint max_rounds);
/* Error text of the last turn; "" when it went well. */
const char *enclave_agent_service_get_error (EnclaveAgentService *self);
/* The same as an error, for exit codes: ENCLAVE_GATE_ERROR, ENCLAVE_INFERENCE_ERROR, …; NULL when it went well. */
const GError *enclave_agent_service_peek_error (EnclaveAgentService *self);

/* One user turn. While busy the message is queued and sent when the turn ends (one queue, in order).
 * @text: what the user typed; `@path` in it attaches a file through the gate.
 * @items: (nullable) (element-type EnclaveContextItem): attachments.
 * FALSE with an error (no model, an attachment denied by its name): nothing was sent, the text is the caller's still.
 * An attachment that turns out to be denied only when it is opened (a link to a denied file) ends the turn with reason
 * "error" before anything is sent, and is shown as a refused tool row. */
gboolean enclave_agent_service_submit (EnclaveAgentService *self, const char *text, GPtrArray *items, GError **error);
/* The same without masking what has the form of a secret, after the user has said so. */
gboolean enclave_agent_service_submit_as_it_is (EnclaveAgentService *self, const char *text, GPtrArray *items,
                                                GError **error);
/* Sends the result of a tool again, with what was masked in it as a secret; values of denied files stay masked. */
gboolean enclave_agent_service_submit_withheld (EnclaveAgentService *self, EnclaveToolCall *call, GError **error);
/* No turn begins until as many releases: the files are being changed as a whole. Messages are queued, and the first of them is sent at
 * the release. Only while no turn runs: one that does is not stopped. */
void enclave_agent_service_hold (EnclaveAgentService *self);
void enclave_agent_service_release (EnclaveAgentService *self);
gboolean enclave_agent_service_get_held (EnclaveAgentService *self);
guint enclave_agent_service_get_n_queued (EnclaveAgentService *self);
/* Within 100 ms, at any point; what was said is kept. Queued messages stay queued no longer. */
void enclave_agent_service_stop (EnclaveAgentService *self);
/* Sends the last user message again after a failure. */
gboolean enclave_agent_service_retry (EnclaveAgentService *self, GError **error);
/* Has the last message of the user answered once more, in a branch: the conversation as it is stays what it is. FALSE with @error: a
 * turn runs, or there is none. */
gboolean enclave_agent_service_answer_again (EnclaveAgentService *self, GError **error);
/* Shortens what the model gets of the conversation as far as that costs only what is old, and says so in it. FALSE with @error: a
 * turn runs, or there is nothing to leave out. */
gboolean enclave_agent_service_compact (EnclaveAgentService *self, GError **error);
/* Goes on with @conversation, as enclave_agent_service_new_conversation() does with an empty one. */
void enclave_agent_service_set_conversation (EnclaveAgentService *self, EnclaveConversation *conversation);
/* A new, empty conversation; grants end. Stops a running turn. Notifies "conversation". */
void enclave_agent_service_new_conversation (EnclaveAgentService *self);

G_END_DECLS
