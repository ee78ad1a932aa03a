/* enclave-agent-turn-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-mention-reader.h"
#include "enclave-model-profile.h"
#include "enclave-repetition.h"
#include "enclave-reply-builder.h"

G_BEGIN_DECLS

/* One user turn as a state machine:
 *
 *   PREPARING → READING → STREAMING → DECIDING → DONE
 *                 ↑                       ↓
 *                 └──── RUNNING_TOOL ←────┘   (WAITING while the user is asked)
 *
 * From each state an error leads to FAILED and a stop to STOPPED. The service owns the turn; a turn that is over
 * touches the service no more, also when something it had begun ends later. */
#define ENCLAVE_TYPE_AGENT_TURN (enclave_agent_turn_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAgentTurn, enclave_agent_turn, ENCLAVE, AGENT_TURN, GObject)

/* @words: (nullable): NULL sends the last message of the user again. @items: (nullable) (element-type
 * EnclaveContextItem). The model, mode and limits are those of @service now. */
EnclaveAgentTurn *enclave_agent_turn_new (EnclaveAgentService *service, EnclaveContextItem *words, GPtrArray *items);
void enclave_agent_turn_start (EnclaveAgentTurn *self);
void enclave_agent_turn_stop (EnclaveAgentTurn *self);
/* A question is open, or was answered. */
void enclave_agent_turn_set_waiting (EnclaveAgentTurn *self, gboolean waiting);

/* The rest is shared by the files of the turn. */

typedef struct
{
  char *id;        /* NULL: the model wrote the call as text */
  char *name;
  char *arguments; /* NULL: not to be parsed */
} EnclaveTurnCall;

struct _EnclaveAgentTurn
{
  GObject parent_instance;

  char *id;                     /* random */
  EnclaveAgentService *service; /* borrowed; NULL once the turn is over */
  GCancellable *cancellable;
  EnclaveGate *gate;
  EnclaveToolRegistry *registry;
  EnclaveConversation *conversation;
  EnclaveChangeSet *change_set;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  EnclaveMode mode;
  guint max_rounds;
  guint window;
  EnclaveModelProfile profile;

  EnclaveContextItem *words;
  GPtrArray *items;       /* (element-type EnclaveContextItem) */
  GPtrArray *mentions;    /* (element-type utf8): what stands after an @ */
  guint next_mention;
  EnclaveMentionReader *reader; /* (nullable): of them */
  void (*after_mentions) (EnclaveAgentTurn *self);

  gboolean ending;        /* the end is being written down */
  guint round;
  gboolean in_history;    /* the calls of the current reply are in the history */
  guint turn_mark;        /* length of the history before the message of the user */
  guint history_mark;     /* length of the history that the current request was made of */
  guint estimate;         /* tokens of the current request, roughly */
  EnclaveMessage *message;
  EnclaveReplyBuilder *builder;
  EnclaveRepetition *repetition;
  EnclaveCompletionStream *stream;
  gboolean got_usage;
  guint prompt_tokens;
  guint prompt_guess;     /* tokens of the current request, with what the server's counts have taught */
  EnclaveChatRequest *request; /* until it is answered */
  guint watch;            /* source id while a reply is awaited or read */
  guint retry;            /* source id: the model is being loaded, ask again */
  gint64 asked_at;        /* monotonic, of the current request */
  gint64 first_at;        /* its first piece; 0: none yet */
  gint64 heard_at;        /* its last sign of life */
  guint n_pieces;         /* of it so far */
  gint64 load_asked_at;
  gboolean load_pending;
  gboolean got_progress;  /* the server itself tells how far it has read */
  gint64 loading_since;   /* 0: not loading */
  char *end_reason;       /* NULL until the reply ended properly */

  GPtrArray *calls;       /* (element-type EnclaveTurnCall) of the current reply */
  guint next_call;
  EnclaveToolCall *call;  /* the one that runs */
  EnclaveToolScope *scope;
  EnclaveToolResult *result;
  GError *proposal_error; /* why they could not be applied */
  GError *missed;         /* (nullable): what of a reply has no place */
  guint n_missed_rounds;  /* replies whose edits went back to the model */
  GHashTable *missed_paths; /* path → how often an edit of it had no place since one had */
  GHashTable *wanted_whole; /* paths of files that the model was told to write as a whole */
  void (*after_proposals) (EnclaveAgentTurn *self);
  GHashTable *seen;       /* call and result → how often, since something was last changed */
  GHashTable *seen_edits; /* the same of calls that change something */
  gboolean hunted;        /* for a tool that the model’s server can’t read */
  gboolean hold_to_form;  /* a call of the last reply could not be read: the server shall hold the next one to a schema */
  gboolean needs_approval;
  gboolean verifies_first; /* the person has applied edits: there is no message */
  gboolean unverified;     /* something was written since the last verification */
  char *check_text;        /* (nullable): what compilers said of what was written last, until the model gets it */
  char *format_text;       /* (nullable): what a formatter made of what was proposed last, until the model gets it */
};

gboolean enclave_agent_turn_is_over (EnclaveAgentTurn *self);
/* Ends the turn. @notice: (transfer full) (nullable). @error: (transfer full) (nullable). */
void enclave_agent_turn_end (EnclaveAgentTurn *self, EnclaveTurnState state, const char *reason,
                             EnclaveMessageBlock *notice, GError *error);
void enclave_agent_turn_fail (EnclaveAgentTurn *self, GError *error);
/* Attachments and the front, then the first request. */
void enclave_agent_turn_prepare (EnclaveAgentTurn *self);
/* Attaches what the message mentions with an `@`; then calls @after, unless the turn is over. */
void enclave_agent_turn_attach_mentions (EnclaveAgentTurn *self, void (*after) (EnclaveAgentTurn *self));
/* The map of the project, when the conversation begins with this turn; then calls @after, unless the turn is over. */
void enclave_agent_turn_add_map (EnclaveAgentTurn *self, void (*after) (EnclaveAgentTurn *self));
/* The next round. */
void enclave_agent_turn_request (EnclaveAgentTurn *self);
/* The next event of the reply, and those that are there with it. */
void enclave_agent_turn_read (EnclaveAgentTurn *self);
/* Ends the turn: the reply has no end of its own. */
void enclave_agent_turn_end_repetition (EnclaveAgentTurn *self);
/* Sends what is in @self->request. */
void enclave_agent_turn_send (EnclaveAgentTurn *self);
/* From the request until the end of its reply: what a person is told meanwhile. */
void enclave_agent_turn_watch (EnclaveAgentTurn *self);
void enclave_agent_turn_watch_event (EnclaveAgentTurn *self, const EnclaveCompletionEvent *event);
void enclave_agent_turn_unwatch (EnclaveAgentTurn *self);
/* TRUE when @error says that the model is being loaded: the request is sent again in a moment. Nothing was begun that would be
 * doubled by it. */
gboolean enclave_agent_turn_wait_for_model (EnclaveAgentTurn *self, const GError *error);
/* A request was refused because of a tool of an MCP server, maybe: finds it, and asks again without it. FALSE: it is not about that. */
gboolean enclave_agent_turn_hunt_tools (EnclaveAgentTurn *self, const GError *error);
/* The reply is whole and its calls are known. */
void enclave_agent_turn_run_calls (EnclaveAgentTurn *self);
/* Edits that the last reply holds as text become proposals, then the turn is done. */
void enclave_agent_turn_take_edits (EnclaveAgentTurn *self);
/* What the model is told before the messages of compilers. */
#define ENCLAVE_FILE_CHECK_WORDS "New errors and warnings since then; correct them:"
/* Lets compilers look at @proposals (element-type EnclaveProposal), which were written, when they are to; then calls
 * @self->after_proposals with @self->check_text, unless the turn is over. */
void enclave_agent_turn_check_files (EnclaveAgentTurn *self, GPtrArray *proposals);
typedef void (*EnclaveAgentTurnFormatted) (EnclaveAgentTurn *self, GPtrArray *proposals, EnclaveMatchQuality quality);

/* Has @proposals (element-type EnclaveProposal) formatted, when they are to be; then calls @then with what they are now, and with
 * @self->format_text, unless the turn is over. */
void enclave_agent_turn_format_files (EnclaveAgentTurn *self, GPtrArray *proposals, EnclaveMatchQuality quality,
                                      EnclaveAgentTurnFormatted then);
/* Gives @self->check_text to the model, which goes on. FALSE: there is none, or there were rounds enough. */
gboolean enclave_agent_turn_feed_check (EnclaveAgentTurn *self);
/* "2 diagnostics". (transfer full) */
char *enclave_file_check_summarize (const char *text);
/* A row among the calls for what the model did not ask for, running, with a scope of @tool. FALSE: the turn is over. */
gboolean enclave_agent_turn_open_row (EnclaveAgentTurn *self, const char *name, JsonObject *arguments, const char *tool,
                                      EnclaveEffects effects);
/* Ends the row with @summary (transfer full), with @shown for the person, and gives @words and @text to the model in the next
 * request. @applied: the edits so far are on disk, and those that follow are undone apart from them. FALSE: not given, and the turn
 * is not over. */
gboolean enclave_agent_turn_feed (EnclaveAgentTurn *self, gboolean applied, const char *words, const char *text, char *summary,
                                  const char *shown);
/* Ends the turn, after the command that tells whether its edits are right when there is one; see enclave-verification.h. */
void enclave_agent_turn_verify (EnclaveAgentTurn *self);
/* Adds @proposals (element-type EnclaveProposal), formatted when they are to be, to the change set and, with standing approval,
 * applies them; then calls @after, unless the turn is over. */
void enclave_agent_turn_add_proposals (EnclaveAgentTurn *self, GPtrArray *proposals,
                                       EnclaveMatchQuality quality, void (*after) (EnclaveAgentTurn *self));
gboolean enclave_agent_turn_applies_at_once (EnclaveAgentTurn *self);
typedef void (*EnclaveAgentTurnHint) (EnclaveAgentTurn *self, const GError *error);

/* Looks for files that are called nearly as the one that the current call did not find. FALSE: nothing to look for; otherwise @callback
 * gets @error with what was found in its message, unless the turn is over. */
gboolean enclave_agent_turn_find_hint (EnclaveAgentTurn *self, const GError *error, EnclaveAgentTurnHint callback);
/* The name of the row of edits in the text of a reply that have no place. It is no tool: a model can't call it. */
#define ENCLAVE_REPLY_EDITS_NAME "edits"

/* Counts what of @error has no place in its file. (transfer full) (nullable): which other form the model shall try, from the second
 * time on; begins with a new line. */
char *enclave_agent_turn_advise_missed (EnclaveAgentTurn *self, const GError *error);
/* An edit of @path has a place. */
void enclave_agent_turn_forget_missed (EnclaveAgentTurn *self, const char *path);
/* The model was told to write @path as a whole. */
gboolean enclave_agent_turn_wants_whole (EnclaveAgentTurn *self, const char *path);
/* Gives @error, of edits in the text of a reply, to the model, which goes on. FALSE: it is none that it can mend, or there were rounds
 * enough. */
gboolean enclave_agent_turn_feed_missed (EnclaveAgentTurn *self, const GError *error);
/* Calls that are left get a result in the history, so that it stays a valid conversation. */
void enclave_agent_turn_close_calls (EnclaveAgentTurn *self, const char *words);
/* Words of Enclave as something a conversation may hold. (transfer full) (nullable) */
EnclaveContextItem *enclave_agent_turn_admit (EnclaveAgentTurn *self, const char *words);
void enclave_turn_call_free (EnclaveTurnCall *call);
/* The effects a tool may have in @mode. */
EnclaveEffects enclave_mode_get_effects (EnclaveMode mode);

G_END_DECLS
