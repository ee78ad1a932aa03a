/* enclave-agent-service-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

#include "enclave-agent-approver.h"
#include "enclave-agent-turn-private.h"
#include "enclave-draft.h"
#include "enclave-model-profile.h"
#include "enclave-model-switches.h"

G_BEGIN_DECLS

typedef struct _EnclaveWarmUp EnclaveWarmUp;
/* See enclave-agent-service-draft.c. */
typedef struct _EnclaveDraftContext EnclaveDraftContext;

/* See enclave-verification.h. */
typedef struct
{
  char *command;    /* (nullable) */
  gboolean is_on;
  guint max_rounds;
  guint round;      /* for the last message of the person */
  guint n_applied;  /* of the change set, as last seen */
  guint source;
} EnclaveVerification;

/* See enclave-file-check.h. */
typedef struct
{
  gboolean is_on;
  GCancellable *cancellable; /* (nullable): of the last check after an Apply */
  GHashTable *first_texts;   /* (nullable): path → text before the first edit of this conversation, NULL: none */
  GHashTable *checked;       /* (nullable): path → digest of the text that was checked last */
} EnclaveFileCheck;

struct _EnclaveAgentService
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveToolRegistry *registry;
  EnclaveConversation *conversation;
  EnclaveChangeSet *change_set;
  EnclaveAgentApprover *approver; /* NULL until someone can be asked */

  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  char *model_id;
  EnclaveInferenceClient *edit_client; /* (nullable): of turns in mode Edit */
  EnclaveModelInfo *edit_model;
  EnclaveModelProfile profile; /* of model */
  EnclaveRepoMap *map;
  gboolean use_map;
  GStrv open_paths;          /* (nullable) */
  guint map_tokens;          /* of this conversation */
  EnclaveVerification verification;
  EnclaveFileCheck file_check;
  gboolean format_files;     /* see enclave-file-format.h */
  char *format_text;         /* (nullable): what the model is to be told of it in the next message */
  EnclaveMode mode;
  guint max_rounds;
  gboolean apply_at_once;

  EnclaveAgentTurn *turn;    /* NULL: idle */
  char *turn_id;             /* of it, or of the last one */
  EnclaveTurnState state;
  GError *error;
  gboolean can_retry;
  gboolean refuses_grammar;  /* the server of this model has refused one */
  GHashTable *refused_tools; /* (element-type utf8): names of tools of MCP servers that the model's server can't read */
  char *memory_left_out;     /* (nullable): what of the memory the front of this conversation leaves out, for people */
  gboolean fronts_stale;     /* what the conversation begins with is to be made anew */
  GQueue queue;              /* (element-type EnclaveQueuedMessage) */
  guint n_holds;             /* no turn begins */
  gboolean starts_later;     /* one was to begin meanwhile */
  EnclaveDraftContext *draft_context; /* (nullable): what was read for the draft that is being written */

  /* For counting: what the server said of the last request of this conversation. */
  guint last_prompt_tokens;
  guint last_estimate;       /* ours of the same request */
  double token_ratio; /* the server's count / our estimate */
  char *counted_model; /* (nullable): whose tokens these are */
  EnclaveMode last_mode;

  GHashTable *windows;       /* digest of a model → tokens, fixed for the session */
  GHashTable *switches;      /* digest of a model → EnclaveModelSwitches, fixed for the conversation */

  guint tokens_used;
  EnclaveMcpToolbox *toolbox; /* (nullable) */
  guint tokens_window;
  double tokens_per_second;
  guint progress_total;
  guint progress_cached;
  guint progress_processed;
  gboolean progress_estimated;
  guint tokens_read;         /* of the last request */
  guint tokens_cached;
  double read_rate;          /* tokens a second of the last prompt; 0: not known */
  gint64 load_us;            /* how long this model took to be loaded, as last seen; 0: not known */
  EnclaveWarmUp *warm_up;    /* NULL: none is under way */
  GHashTable *warmed;        /* (element-type utf8) server, model and mode that have read their front */
  guint warm_tokens;
  double warm_seconds;
  guint wait;                /* EnclaveTurnWait */
  guint wait_percent;
};

/* One message that waits for the turn before it. */
typedef struct
{
  EnclaveContextItem *words;
  GPtrArray *items;
} EnclaveQueuedMessage;

void enclave_queued_message_free (EnclaveQueuedMessage *message);

void enclave_agent_service_emit_unqueued (EnclaveAgentService *self, const char *text);
/* @problem: (nullable): why the file is not used. */
void enclave_agent_service_emit_instructions (EnclaveAgentService *self, const char *name, const char *problem);
/* Also remembers it as the conversation's. */
void enclave_agent_service_emit_map (EnclaveAgentService *self, guint tokens, guint definitions);
/* Conversations with @client begin with a map; the practice engine's replies are for words alone. */
gboolean enclave_agent_service_wants_map (EnclaveAgentService *self, EnclaveInferenceClient *client);
void enclave_agent_service_emit_turn_ended (EnclaveAgentService *self, const char *reason);
/* Notify. */
void enclave_agent_service_queue_changed (EnclaveAgentService *self);
void enclave_agent_service_busy_changed (EnclaveAgentService *self);
void enclave_agent_service_conversation_changed (EnclaveAgentService *self);

/* A turn that begins with the verification. @check_text: (transfer full) (nullable): what compilers said of what was applied. */
void enclave_agent_service_start_verification (EnclaveAgentService *self, char *check_text);
/* Goes on with the verification of what was applied. @check_text: (transfer full) (nullable): as above. */
void enclave_agent_service_verify_checked (EnclaveAgentService *self, char *check_text);
/* FALSE: nothing is to be checked; otherwise the above follows. */
gboolean enclave_agent_service_check_applied (EnclaveAgentService *self);
/* With the conversation. */
void enclave_agent_service_clear_file_check (EnclaveAgentService *self);
void enclave_agent_service_watch_applied (EnclaveAgentService *self);
void enclave_agent_service_clear_verification (EnclaveAgentService *self);

/* What a turn reports. */
void enclave_agent_service_set_state (EnclaveAgentService *self, EnclaveTurnState state);
void enclave_agent_service_set_progress (EnclaveAgentService *self, guint total, guint cached, guint processed,
                                         gboolean estimated);
/* As far as it is known before the server's own count. */
void enclave_agent_service_set_tokens_used (EnclaveAgentService *self, guint tokens);
void enclave_agent_service_set_wait (EnclaveAgentService *self, EnclaveTurnWait wait, guint percent);
void enclave_agent_service_set_speed (EnclaveAgentService *self, double tokens_per_second);
void enclave_agent_service_set_usage (EnclaveAgentService *self, const EnclaveCompletionEvent *usage);
/* Before a turn: what the last one took is no longer what is told. */
void enclave_agent_service_forget_usage (EnclaveAgentService *self);
void enclave_agent_service_emit_usage (EnclaveAgentService *self, guint prompt_tokens, guint completion_tokens);
void enclave_agent_service_emit_text (EnclaveAgentService *self, const char *text);
void enclave_agent_service_emit_reasoning (EnclaveAgentService *self, const char *text);
/* The text of this reply so far was a thought. */
void enclave_agent_service_emit_was_reasoning (EnclaveAgentService *self);
void enclave_agent_service_emit_tool_call (EnclaveAgentService *self, EnclaveToolCall *call);
void enclave_agent_service_emit_tool_result (EnclaveAgentService *self, EnclaveToolCall *call);
void enclave_agent_service_emit_change (EnclaveAgentService *self, EnclaveChange *change);
/* @state: DONE, FAILED or STOPPED. @error: (transfer full) (nullable). */
void enclave_agent_service_turn_ended (EnclaveAgentService *self, EnclaveTurnState state, const char *reason,
                                       GError *error);

/* Who makes a turn in @mode. Borrowed. */
EnclaveModelInfo *enclave_agent_service_peek_model (EnclaveAgentService *self, EnclaveMode mode,
                                                    EnclaveInferenceClient **client);
/* How to speak to @model. */
EnclaveModelProfile enclave_agent_service_get_profile (EnclaveAgentService *self, EnclaveModelInfo *model);
/* The tools that @model is told of in @mode. (transfer full) */
JsonArray *enclave_agent_service_choose_tools (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode);
/* Tokens of a request of about @estimate: with what the server has counted before. */
guint enclave_agent_service_predict_tokens (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode, guint estimate);
/* TRUE when the server has counted a request that the next one goes on from. */
gboolean enclave_agent_service_has_counted (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode);
/* The fixed front with as much of @memory (nullable) as the window has room for. @left_out: (nullable) (element-type utf8): told of what is
 * cut. (transfer full) */
char *enclave_agent_service_build_front (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode,
                                         EnclaveContextItem *memory, GPtrArray *left_out);
/* What a turn would add to @draft, read now, as far as it may be read; nobody is asked and no model told. Finish: FALSE: cancelled. */
void enclave_agent_service_read_draft_async (EnclaveAgentService *self, EnclaveDraft *draft, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_agent_service_read_draft_finish (EnclaveAgentService *self, GAsyncResult *result);
/* Of what was read so far: the front (nullable), the map (nullable), what @words mention and what lies near to it. The first two are
 * borrowed. */
const char *enclave_agent_service_peek_draft_front (EnclaveAgentService *self);
EnclaveContextItem *enclave_agent_service_peek_draft_map (EnclaveAgentService *self);
void enclave_agent_service_add_draft_items (EnclaveAgentService *self, const char *words, GPtrArray *items);
void enclave_agent_service_forget_draft (EnclaveAgentService *self);
void enclave_agent_service_watch_draft (EnclaveAgentService *self);
/* Enclave's own lines about this moment, which stand at the end of each message. (transfer full) */
char *enclave_agent_service_dup_facts (EnclaveAgentService *self, EnclaveMode mode);
/* "tokens-window", after the model or the mode has changed. */
void enclave_agent_service_update_window (EnclaveAgentService *self);
/* What the check of the model has found out, if there was one. */
void enclave_agent_service_take_record (EnclaveAgentService *self);
/* The window that requests of this model are made for; 0 when nothing is known. For Ollama it is asked for, always the
 * same within a session: another one would load the model again. */
guint enclave_agent_service_choose_window (EnclaveAgentService *self, EnclaveModelInfo *model);
/* How @model is to answer in this conversation: what is set later counts from the next one on, as it may change the
 * beginning of a request. Borrowed. */
const EnclaveModelSwitches *enclave_agent_service_choose_switches (EnclaveAgentService *self, EnclaveModelInfo *model);

G_END_DECLS
