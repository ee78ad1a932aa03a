/* enclave-conversation-record.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation as lines of JSON. Each is one of
 *
 *   {"type":"conversation","version":1,"id":…,"time":…,"origin":…}   the first
 *   {"type":"title","title":…}                                      the last one counts
 *   {"type":"turn","turn":…,"state":…,"model":…,"messages":[…],"mark":…,"history":[…],"compaction":[…]}
 *
 * A turn tells what is new: each message its place, from which of its blocks on it is told anew, and those blocks; of the history
 * the place from which on it is told anew, and, when a compaction has changed it, all that is sent otherwise. So a line can be told twice, and one that is damaged takes nothing else with it.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-conversation-private.h"
#include "enclave-history-private.h"
#include "enclave-json.h"
#include "enclave-message-block-private.h"
#include "enclave-tool-call-private.h"

#define VERSION 1
/* In a file that nobody else has written there is no more; these only bound what a damaged one can do. */
#define MAX_MESSAGES 100000
#define MAX_BLOCKS 100000

static const char *const state_words[] = { "running", "done", "failed", "stopped" };
static const char *const kind_words[] = { "text", "code", "reasoning", "call", "notice" };
static const char *const call_words[] = { "proposed", "waiting", "running", "done", "refused", "denied", "failed", "stopped" };
/* EnclaveNoticeKind: what is added there is added here. */
static const char *const notice_words[] = { "none",   "stopped", "cut-off", "offline", "server-error",
                                            "window", "loop",    "rounds",  "length",  "compacted" };

static int
find_word (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; word != NULL && i < n_words; i++)
    if (strcmp (words[i], word) == 0)
      return (int) i;

  return -1;
}

static void
set_string (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, member, text);
}

static void
add_call (JsonObject *object, EnclaveToolCall *call)
{
  gint64 started = enclave_tool_call_get_started (call);
  gint64 ended = enclave_tool_call_get_ended (call);

  set_string (object, "id", enclave_tool_call_get_id (call));
  set_string (object, "name", enclave_tool_call_get_name (call));
  set_string (object, "arguments", enclave_tool_call_get_arguments (call));
  set_string (object, "state", call_words[enclave_tool_call_get_state (call)]);
  set_string (object, "summary", enclave_tool_call_get_summary (call));
  set_string (object, "rule", enclave_tool_call_get_rule (call));
  set_string (object, "result", enclave_tool_call_get_result (call));
  if (started > 0 && ended > started)
    json_object_set_int_member (object, "microseconds", ended - started);
}

static JsonObject *
block_to_json (EnclaveMessageBlock *block)
{
  g_autoptr (JsonObject) object = json_object_new ();
  EnclaveBlockKind kind = enclave_message_block_get_kind (block);

  json_object_set_string_member (object, "kind", kind_words[kind]);
  set_string (object, "text", enclave_message_block_get_text (block));
  set_string (object, "language", enclave_message_block_get_language (block));
  set_string (object, "path", enclave_message_block_get_path (block));
  set_string (object, "title", enclave_message_block_get_title (block));
  set_string (object, "detail", enclave_message_block_get_detail (block));
  if (kind == ENCLAVE_BLOCK_NOTICE)
    set_string (object, "notice", notice_words[enclave_message_block_get_notice (block)]);
  if (kind == ENCLAVE_BLOCK_TOOL_CALL)
    add_call (object, enclave_message_block_get_tool_call (block));

  return g_steal_pointer (&object);
}

static EnclaveMessageBlock *
call_block_from_json (JsonObject *object)
{
  const char *id = enclave_json_peek_string (object, "id");
  const char *name = enclave_json_peek_string (object, "name");
  const char *arguments = enclave_json_peek_string (object, "arguments");
  const char *result = enclave_json_peek_string (object, "result");
  int state = find_word (call_words, G_N_ELEMENTS (call_words), enclave_json_peek_string (object, "state"));
  g_autoptr (EnclaveToolCall) call = NULL;

  if (name == NULL)
    return NULL;
  call = enclave_tool_call_new (id != NULL ? id : "", name, arguments != NULL ? arguments : "");
  /* One that was under way when Enclave ended goes on no more. */
  enclave_tool_call_restore (call, state >= ENCLAVE_TOOL_CALL_DONE ? state : ENCLAVE_TOOL_CALL_STOPPED,
                             enclave_json_peek_string (object, "summary"), enclave_json_peek_string (object, "rule"),
                             result != NULL ? result : "", enclave_json_get_int (object, "microseconds", 0));

  return enclave_message_block_new_tool_call (call);
}

/* Returns: (transfer full) (nullable). */
static EnclaveMessageBlock *
block_from_json (JsonObject *object)
{
  int kind = find_word (kind_words, G_N_ELEMENTS (kind_words), enclave_json_peek_string (object, "kind"));
  const char *text = enclave_json_peek_string (object, "text");
  EnclaveMessageBlock *block;
  int notice;

  switch (kind)
    {
    case ENCLAVE_BLOCK_TOOL_CALL:
      return call_block_from_json (object);
    case ENCLAVE_BLOCK_NOTICE:
      notice = find_word (notice_words, G_N_ELEMENTS (notice_words), enclave_json_peek_string (object, "notice"));
      block = enclave_message_block_new_notice (MAX (notice, ENCLAVE_NOTICE_NONE),
                                                enclave_json_peek_string (object, "title"), text);
      enclave_message_block_set_detail (block, enclave_json_peek_string (object, "detail"));
      return block;
    case ENCLAVE_BLOCK_PARAGRAPH:
    case ENCLAVE_BLOCK_CODE:
    case ENCLAVE_BLOCK_REASONING:
      block = enclave_message_block_new_open (kind, enclave_json_peek_string (object, "language"),
                                              enclave_json_peek_string (object, "path"));
      if (text != NULL)
        enclave_message_block_append (block, text);
      enclave_message_block_close (block);
      return block;
    default:
      return NULL;
    }
}

/* A block that still grows, or a call that still runs, is told when it is over. */
static gboolean
is_whole (EnclaveMessageBlock *block)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (block);

  return !enclave_message_block_get_open (block) && (call == NULL || enclave_tool_call_is_over (call));
}

static void
record_messages (EnclaveConversation *self, JsonArray *messages, gboolean to_the_end)
{
  for (; self->n_recorded < self->messages->len; self->n_recorded++, self->n_blocks_recorded = 0)
    {
      EnclaveMessage *message = g_ptr_array_index (self->messages, self->n_recorded);
      guint n_blocks = g_list_model_get_n_items (G_LIST_MODEL (message));
      g_autoptr (JsonObject) object = json_object_new ();
      g_autoptr (JsonArray) blocks = json_array_new ();
      gboolean goes_on = FALSE;

      json_object_set_int_member (object, "position", self->n_recorded);
      json_object_set_string_member (object, "role",
                                     enclave_message_get_role (message) == ENCLAVE_ROLE_USER ? "user" : "assistant");
      json_object_set_string_member (object, "turn", enclave_message_get_turn (message));
      json_object_set_int_member (object, "time", enclave_message_get_time (message));
      json_object_set_int_member (object, "mark", enclave_message_get_mark (message));
      json_object_set_int_member (object, "from", self->n_blocks_recorded);
      for (guint i = self->n_blocks_recorded; i < n_blocks && !goes_on; i++)
        {
          g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), i);

          goes_on = !is_whole (block);
          if (goes_on)
            break;
          json_array_add_object_element (blocks, block_to_json (block));
          self->n_blocks_recorded++;
        }
      json_object_set_array_member (object, "blocks", g_steal_pointer (&blocks));
      json_array_add_object_element (messages, g_steal_pointer (&object));
      /* The last one of a turn that runs will grow. */
      if (goes_on || (!to_the_end && self->n_recorded + 1 == self->messages->len))
        break;
    }
}

static void
record_head (EnclaveConversation *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *line = NULL;

  if (self->head_recorded)
    return;

  self->head_recorded = TRUE;
  json_object_set_string_member (object, "type", "conversation");
  json_object_set_int_member (object, "version", VERSION);
  json_object_set_string_member (object, "id", self->id);
  json_object_set_int_member (object, "time", g_get_real_time () / G_USEC_PER_SEC);
  set_string (object, "origin", self->origin);
  line = enclave_json_object_to_text (object);
  enclave_conversation_emit_record (self, line);
}

char *
enclave_conversation_format_title (const char *title)
{
  g_autoptr (JsonObject) object = NULL;

  g_return_val_if_fail (title != NULL, NULL);

  object = json_object_new ();
  json_object_set_string_member (object, "type", "title");
  json_object_set_string_member (object, "title", title);

  return enclave_json_object_to_text (object);
}

static void
record_title (EnclaveConversation *self)
{
  g_autofree char *line = enclave_conversation_format_title (self->title);

  enclave_conversation_emit_record (self, line);
}

void
enclave_conversation_record (EnclaveConversation *self, EnclaveRecordState state, const char *model)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonArray) messages = NULL;
  g_autofree char *line = NULL;
  EnclaveMessage *last;

  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));

  if (self->messages->len == 0)
    return;
  if (!self->head_recorded)
    {
      record_head (self);
      record_title (self);
    }

  object = json_object_new ();
  messages = json_array_new ();
  last = g_ptr_array_index (self->messages, self->messages->len - 1);
  json_object_set_string_member (object, "type", "turn");
  json_object_set_string_member (object, "turn", enclave_message_get_turn (last));
  json_object_set_string_member (object, "state", state_words[state]);
  json_object_set_int_member (object, "time", g_get_real_time () / G_USEC_PER_SEC);
  set_string (object, "model", model);
  record_messages (self, messages, state != ENCLAVE_RECORD_RUNNING);
  json_object_set_array_member (object, "messages", g_steal_pointer (&messages));
  json_object_set_int_member (object, "mark", self->history->n_recorded);
  json_object_set_array_member (object, "history", enclave_history_to_json (self->history, self->history->n_recorded));
  self->history->n_recorded = enclave_history_get_length (self->history);
  if (self->history->compacted)
    json_object_set_array_member (object, "compaction", enclave_history_compaction_to_json (self->history));
  self->history->compacted = FALSE;
  line = enclave_json_object_to_text (object);
  enclave_conversation_emit_record (self, line);
}

void
enclave_conversation_set_title (EnclaveConversation *self, const char *title)
{
  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));
  g_return_if_fail (title != NULL);

  enclave_conversation_show_title (self, title);
  if (self->head_recorded)
    record_title (self);
}

static void
restore_message (EnclaveConversation *self, JsonObject *object)
{
  gint64 position = enclave_json_get_int (object, "position", -1);
  gint64 from = enclave_json_get_int (object, "from", 0);
  const char *turn = enclave_json_peek_string (object, "turn");
  JsonArray *blocks = enclave_json_peek_array (object, "blocks");
  g_autoptr (EnclaveMessage) message = NULL;

  if (turn == NULL || position < 0 || position > self->messages->len || position > MAX_MESSAGES)
    return;
  if (position == self->messages->len)
    {
      EnclaveRole role = g_strcmp0 (enclave_json_peek_string (object, "role"), "user") == 0 ? ENCLAVE_ROLE_USER
                                                                                             : ENCLAVE_ROLE_ASSISTANT;

      message = enclave_message_new (role, turn, enclave_json_get_int (object, "time", 0));
      enclave_message_set_mark (message, (guint) CLAMP (enclave_json_get_int (object, "mark", 0), 0, G_MAXINT));
      g_ptr_array_add (self->messages, g_object_ref (message));
    }
  else
    {
      message = g_object_ref (g_ptr_array_index (self->messages, position));
    }
  enclave_message_truncate (message, (guint) CLAMP (from, 0, MAX_BLOCKS));
  for (guint i = 0; blocks != NULL && i < json_array_get_length (blocks); i++)
    {
      JsonObject *told = enclave_json_array_peek_object (blocks, i);
      g_autoptr (EnclaveMessageBlock) block = told != NULL ? block_from_json (told) : NULL;

      if (block != NULL)
        enclave_message_add_block (message, block);
    }
}

static EnclaveRecordState
restore_turn (EnclaveConversation *self, JsonObject *object, EnclaveGate *gate)
{
  JsonArray *messages = enclave_json_peek_array (object, "messages");
  int state = find_word (state_words, G_N_ELEMENTS (state_words), enclave_json_peek_string (object, "state"));

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);

      if (message != NULL)
        restore_message (self, message);
    }
  enclave_history_restore (self->history, (guint) CLAMP (enclave_json_get_int (object, "mark", 0), 0, G_MAXINT),
                           enclave_json_peek_array (object, "history"), gate);
  if (enclave_json_peek_array (object, "compaction") != NULL)
    enclave_history_restore_compaction (self->history, enclave_json_peek_array (object, "compaction"), gate);

  return state >= 0 ? (EnclaveRecordState) state : ENCLAVE_RECORD_STOPPED;
}

/* Enclave, or the machine, ended in the middle of a turn. */
static void
close_last_turn (EnclaveConversation *self)
{
  EnclaveMessage *last = g_ptr_array_index (self->messages, self->messages->len - 1);
  g_autoptr (EnclaveMessageBlock) notice = NULL;

  if (enclave_message_get_role (last) == ENCLAVE_ROLE_USER)
    g_ptr_array_add (self->messages, enclave_message_new (ENCLAVE_ROLE_ASSISTANT, enclave_message_get_turn (last),
                                                          enclave_message_get_time (last)));
  notice = enclave_message_block_new_notice (ENCLAVE_NOTICE_STOPPED, _("Enclave ended during this turn"),
                                             _("What was said until its last tool is kept. Send a message to go on."));
  enclave_conversation_add_notice (self, notice);
}

static EnclaveConversation *
restore (GPtrArray *lines, EnclaveGate *gate, GError **error)
{
  g_autoptr (EnclaveConversation) self = NULL;
  EnclaveRecordState state = ENCLAVE_RECORD_DONE;

  self = enclave_conversation_new ();
  for (guint i = 0; i < lines->len; i++)
    {
      g_autoptr (JsonObject) object = enclave_json_parse_object (g_ptr_array_index (lines, i), -1, NULL);
      const char *type = object != NULL ? enclave_json_peek_string (object, "type") : NULL;
      const char *id = object != NULL ? enclave_json_peek_string (object, "id") : NULL;

      if (g_strcmp0 (type, "conversation") == 0 && id != NULL && g_uuid_string_is_valid (id) && !self->head_recorded)
        {
          const char *origin = enclave_json_peek_string (object, "origin");

          g_free (self->id);
          self->id = g_strdup (id);
          self->origin = g_strdup (origin);
          self->head_recorded = TRUE;
        }
      else if (g_strcmp0 (type, "title") == 0 && enclave_json_peek_string (object, "title") != NULL)
        {
          enclave_conversation_show_title (self, enclave_json_peek_string (object, "title"));
        }
      else if (g_strcmp0 (type, "turn") == 0)
        {
          state = restore_turn (self, object, gate);
        }
    }
  if (!self->head_recorded)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("Opening the conversation: it has no beginning"));
      return NULL;
    }

  self->n_recorded = self->messages->len;
  self->history->n_recorded = enclave_history_get_length (self->history);
  self->history->compacted = FALSE;
  self->ended_badly = state == ENCLAVE_RECORD_FAILED;
  if (state == ENCLAVE_RECORD_RUNNING && self->messages->len > 0)
    close_last_turn (self);

  return g_steal_pointer (&self);
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveConversation *self = NULL;
  GError *error = NULL;

  if (enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error))
    self = restore (g_task_get_task_data (task), ENCLAVE_GATE (source), &error);
  if (self != NULL)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * enclave_conversation_restore_async:
 * @lines: (element-type utf8): all that "record" has told; not changed until it is done
 * @gate: what its texts pass again
 *
 * What denied files hold now is read first: a value that has come into one since the conversation was kept is masked in what is sent
 * of it.
 */
void
enclave_conversation_restore_async (GPtrArray *lines, EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task;

  g_return_if_fail (lines != NULL);
  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_conversation_restore_async);
  g_task_set_task_data (task, g_ptr_array_ref (lines), (GDestroyNotify) g_ptr_array_unref);
  enclave_gate_learn_values_async (gate, cancellable, learnt_cb, task);
}

/**
 * enclave_conversation_restore_finish:
 *
 * Returns: (transfer full): the conversation; %NULL with %G_IO_ERROR_INVALID_DATA when there is no beginning, or when it was cancelled
 */
EnclaveConversation *
enclave_conversation_restore_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
