/* enclave-agent-service.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-pins.h"

G_DEFINE_FINAL_TYPE (EnclaveAgentService, enclave_agent_service, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (EnclaveMode, enclave_mode,
                    G_DEFINE_ENUM_VALUE (ENCLAVE_MODE_ASK, "ask"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_MODE_PLAN, "plan"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_MODE_EDIT, "edit"))

G_DEFINE_ENUM_TYPE (EnclaveTurnState, enclave_turn_state,
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_PREPARING, "preparing"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_READING, "reading"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_STREAMING, "streaming"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_DECIDING, "deciding"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_RUNNING_TOOL, "running-tool"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TURN_STOPPED, "stopped"))

enum
{
  PROP_0,
  PROP_BUSY,
  PROP_STATE,
  PROP_MODE,
  PROP_MODEL,
  PROP_CONVERSATION,
  PROP_N_QUEUED,
  PROP_TOKENS_USED,
  PROP_TOKENS_WINDOW,
  PROP_TOKENS_PER_SECOND,
  PROP_PROGRESS_TOTAL,
  PROP_PROGRESS_CACHED,
  PROP_PROGRESS_PROCESSED,
  PROP_TOKENS_READ,
  PROP_TOKENS_CACHED,
  PROP_WAIT,
  PROP_WAIT_PERCENT,
  PROP_APPLY_AT_ONCE,
  N_PROPS
};

enum
{
  TEXT,
  REASONING,
  WAS_REASONING,
  TOOL_CALL,
  TOOL_RESULT,
  CHANGE,
  USAGE,
  TURN_ENDED,
  UNQUEUED,
  INSTRUCTIONS,
  MAP,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
notify (EnclaveAgentService *self, guint prop_id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

void
enclave_queued_message_free (EnclaveQueuedMessage *message)
{
  g_object_unref (message->words);
  g_clear_pointer (&message->items, g_ptr_array_unref);
  g_free (message);
}

static void
enclave_agent_service_dispose (GObject *object)
{
  EnclaveAgentService *self = ENCLAVE_AGENT_SERVICE (object);

  if (self->turn != NULL)
    {
      /* Nobody is left to be told. */
      g_cancellable_cancel (self->turn->cancellable);
      self->turn->service = NULL;
      g_clear_object (&self->turn);
    }
  enclave_agent_service_cancel_warm_up (self);
  enclave_agent_service_clear_verification (self);
  enclave_agent_service_clear_file_check (self);
  enclave_agent_service_forget_draft (self);
  if (self->approver != NULL)
    enclave_agent_approver_detach (self->approver);
  g_clear_object (&self->approver);
  g_queue_clear_full (&self->queue, (GDestroyNotify) enclave_queued_message_free);
  g_clear_object (&self->client);
  g_clear_object (&self->model);
  g_clear_pointer (&self->warmed, g_hash_table_unref);
  g_clear_object (&self->edit_client);
  g_clear_object (&self->edit_model);
  g_clear_pointer (&self->windows, g_hash_table_unref);
  g_clear_pointer (&self->switches, g_hash_table_unref);
  g_clear_object (&self->conversation);
  g_clear_object (&self->change_set);
  g_clear_object (&self->registry);
  g_clear_object (&self->toolbox);
  g_clear_object (&self->map);
  g_clear_pointer (&self->open_paths, g_strfreev);
  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_data (self->gate, self);
  g_clear_object (&self->gate);

  G_OBJECT_CLASS (enclave_agent_service_parent_class)->dispose (object);
}

static void
enclave_agent_service_finalize (GObject *object)
{
  EnclaveAgentService *self = ENCLAVE_AGENT_SERVICE (object);

  g_clear_error (&self->error);
  g_hash_table_unref (self->refused_tools);
  g_clear_pointer (&self->model_id, g_free);
  g_clear_pointer (&self->memory_left_out, g_free);
  g_clear_pointer (&self->format_text, g_free);
  g_clear_pointer (&self->turn_id, g_free);
  g_clear_pointer (&self->counted_model, g_free);

  G_OBJECT_CLASS (enclave_agent_service_parent_class)->finalize (object);
}

static void
enclave_agent_service_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveAgentService *self = ENCLAVE_AGENT_SERVICE (object);

  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->turn != NULL);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->model_id);
      break;
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_N_QUEUED:
      g_value_set_uint (value, self->queue.length);
      break;
    case PROP_TOKENS_USED:
      g_value_set_uint (value, self->tokens_used);
      break;
    case PROP_TOKENS_WINDOW:
      g_value_set_uint (value, self->tokens_window);
      break;
    case PROP_TOKENS_PER_SECOND:
      g_value_set_double (value, self->tokens_per_second);
      break;
    case PROP_PROGRESS_TOTAL:
      g_value_set_uint (value, self->progress_total);
      break;
    case PROP_PROGRESS_CACHED:
      g_value_set_uint (value, self->progress_cached);
      break;
    case PROP_PROGRESS_PROCESSED:
      g_value_set_uint (value, self->progress_processed);
      break;
    case PROP_TOKENS_READ:
      g_value_set_uint (value, self->tokens_read);
      break;
    case PROP_TOKENS_CACHED:
      g_value_set_uint (value, self->tokens_cached);
      break;
    case PROP_WAIT:
      g_value_set_uint (value, self->wait);
      break;
    case PROP_WAIT_PERCENT:
      g_value_set_uint (value, self->wait_percent);
      break;
    case PROP_APPLY_AT_ONCE:
      g_value_set_boolean (value, self->apply_at_once);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_agent_service_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EnclaveAgentService *self = ENCLAVE_AGENT_SERVICE (object);

  switch (prop_id)
    {
    case PROP_MODE:
      enclave_agent_service_set_mode (self, (EnclaveMode) g_value_get_enum (value));
      break;
    case PROP_APPLY_AT_ONCE:
      enclave_agent_service_set_apply_at_once (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static guint
new_signal (const char *name, guint n_parameters, GType first, GType second)
{
  return g_signal_new (name, ENCLAVE_TYPE_AGENT_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_parameters, first, second);
}

static void
enclave_agent_service_class_init (EnclaveAgentServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;
  static const struct
  {
    guint id;
    const char *name;
  } counts[] = {
    { PROP_N_QUEUED, "n-queued" },
    { PROP_TOKENS_USED, "tokens-used" },
    { PROP_TOKENS_WINDOW, "tokens-window" },
    { PROP_PROGRESS_TOTAL, "progress-total" },
    { PROP_PROGRESS_CACHED, "progress-cached" },
    { PROP_PROGRESS_PROCESSED, "progress-processed" },
    { PROP_TOKENS_READ, "tokens-read" },
    { PROP_TOKENS_CACHED, "tokens-cached" },
    { PROP_WAIT, "wait" },
    { PROP_WAIT_PERCENT, "wait-percent" },
  };

  object_class->dispose = enclave_agent_service_dispose;
  object_class->finalize = enclave_agent_service_finalize;
  object_class->get_property = enclave_agent_service_get_property;
  object_class->set_property = enclave_agent_service_set_property;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, readable);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, ENCLAVE_TYPE_TURN_STATE, ENCLAVE_TURN_IDLE, readable);
  properties[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, ENCLAVE_TYPE_MODE, ENCLAVE_MODE_EDIT, writable);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, "", readable);
  properties[PROP_CONVERSATION] =
    g_param_spec_object ("conversation", NULL, NULL, ENCLAVE_TYPE_CONVERSATION, readable);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    properties[counts[i].id] = g_param_spec_uint (counts[i].name, NULL, NULL, 0, G_MAXUINT, 0, readable);
  properties[PROP_TOKENS_PER_SECOND] =
    g_param_spec_double ("tokens-per-second", NULL, NULL, 0, G_MAXDOUBLE, 0, readable);
  properties[PROP_APPLY_AT_ONCE] = g_param_spec_boolean ("apply-at-once", NULL, NULL, FALSE, writable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TEXT] = new_signal ("text", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[REASONING] = new_signal ("reasoning", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[WAS_REASONING] = new_signal ("was-reasoning", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[TOOL_CALL] = new_signal ("tool-call", 1, ENCLAVE_TYPE_TOOL_CALL, G_TYPE_NONE);
  signals[TOOL_RESULT] = new_signal ("tool-result", 1, ENCLAVE_TYPE_TOOL_CALL, G_TYPE_NONE);
  signals[CHANGE] = new_signal ("change", 1, ENCLAVE_TYPE_CHANGE, G_TYPE_NONE);
  signals[USAGE] = new_signal ("usage", 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[TURN_ENDED] = new_signal ("turn-ended", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[UNQUEUED] = new_signal ("unqueued", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[MAP] = new_signal ("map", 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[INSTRUCTIONS] = new_signal ("instructions", 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
enclave_agent_service_init (EnclaveAgentService *self)
{
  self->refused_tools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->mode = (EnclaveMode) enclave_pins_clamp_choice (enclave_pins_get (), "mode", ENCLAVE_MODE_EDIT);
  self->max_rounds = ENCLAVE_TURN_MAX_ROUNDS;
  self->model_id = g_strdup ("");
  self->turn_id = g_strdup ("");
  self->token_ratio = 1;
  self->warmed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->windows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->switches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->registry = enclave_tool_registry_new ();
  self->conversation = enclave_conversation_new ();
  g_queue_init (&self->queue);
}

/* A turn that runs ends with what it began with. */
static void
trust_changed_cb (EnclaveAgentService *self)
{
  self->fronts_stale = TRUE;
}

/**
 * enclave_agent_service_new:
 * @gate: the project's gate; the change set becomes its overlay of pending text
 *
 * Returns: (transfer full): a service without a model
 */
EnclaveAgentService *
enclave_agent_service_new (EnclaveGate *gate)
{
  EnclaveAgentService *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_AGENT_SERVICE, NULL);
  self->gate = g_object_ref (gate);
  self->change_set = enclave_change_set_new (gate);
  self->map = enclave_repo_map_new (gate);
  enclave_agent_service_watch_applied (self);
  enclave_agent_service_watch_draft (self);
  enclave_gate_set_pending_overlay (gate, ENCLAVE_BUFFER_OVERLAY (self->change_set));
  g_signal_connect_swapped (gate, "trust-changed", G_CALLBACK (trust_changed_cb), self);

  return self;
}

void
enclave_agent_service_set_model (EnclaveAgentService *self, EnclaveInferenceClient *client, EnclaveModelInfo *model)
{
  const char *id;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (client == NULL || ENCLAVE_IS_INFERENCE_CLIENT (client));
  g_return_if_fail (model == NULL || ENCLAVE_IS_MODEL_INFO (model));

  if (client != self->client || model == NULL || g_strcmp0 (enclave_model_info_get_id (model), self->model_id) != 0)
    enclave_agent_service_cancel_warm_up (self);
  if (client != self->client)
    g_hash_table_remove_all (self->refused_tools);
  self->refuses_grammar &= client == self->client;
  g_set_object (&self->client, client);
  g_set_object (&self->model, model);
  enclave_agent_service_take_record (self);

  id = model != NULL ? enclave_model_info_get_id (model) : "";
  if (strcmp (id, self->model_id) != 0)
    {
      g_free (self->model_id);
      self->model_id = g_strdup (id);
      self->last_prompt_tokens = 0;
      self->token_ratio = 1;
      self->read_rate = 0;
      notify (self, PROP_MODEL);
    }
  enclave_agent_service_update_window (self);
}

void
enclave_agent_service_update_window (EnclaveAgentService *self)
{
  EnclaveModelInfo *model = enclave_agent_service_peek_model (self, self->mode, NULL);
  guint window = model != NULL ? enclave_agent_service_choose_window (self, model) : 0;

  if (self->tokens_window == window)
    return;
  self->tokens_window = window;
  notify (self, PROP_TOKENS_WINDOW);
}

void
enclave_agent_service_set_mode (EnclaveAgentService *self, EnclaveMode mode)
{
  EnclaveMode held;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (mode <= ENCLAVE_MODE_EDIT);

  held = (EnclaveMode) enclave_pins_clamp_choice (enclave_pins_get (), "mode", mode);
  /* Whoever asked for more than is pinned is told what holds. */
  if (self->mode == held && held == mode)
    return;

  self->mode = held;
  notify (self, PROP_MODE);
  enclave_agent_service_update_window (self);
}

void
enclave_agent_service_set_apply_at_once (EnclaveAgentService *self, gboolean apply_at_once)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  if (self->apply_at_once == apply_at_once)
    return;

  self->apply_at_once = apply_at_once;
  notify (self, PROP_APPLY_AT_ONCE);
}

void
enclave_agent_service_set_max_rounds (EnclaveAgentService *self, guint max_rounds)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (max_rounds > 0);

  self->max_rounds = max_rounds;
}

void
enclave_agent_service_set_state (EnclaveAgentService *self, EnclaveTurnState state)
{
  if (self->state == state)
    return;

  self->state = state;
  notify (self, PROP_STATE);
}

void
enclave_agent_service_emit_usage (EnclaveAgentService *self, guint prompt_tokens, guint completion_tokens)
{
  g_signal_emit (self, signals[USAGE], 0, prompt_tokens, completion_tokens);
}

void
enclave_agent_service_emit_text (EnclaveAgentService *self, const char *text)
{
  if (*text != '\0')
    g_signal_emit (self, signals[TEXT], 0, text);
}

void
enclave_agent_service_emit_reasoning (EnclaveAgentService *self, const char *text)
{
  g_signal_emit (self, signals[REASONING], 0, text);
}

void
enclave_agent_service_emit_was_reasoning (EnclaveAgentService *self)
{
  g_signal_emit (self, signals[WAS_REASONING], 0);
}

void
enclave_agent_service_emit_tool_call (EnclaveAgentService *self, EnclaveToolCall *call)
{
  g_signal_emit (self, signals[TOOL_CALL], 0, call);
}

void
enclave_agent_service_emit_tool_result (EnclaveAgentService *self, EnclaveToolCall *call)
{
  g_signal_emit (self, signals[TOOL_RESULT], 0, call);
}

void
enclave_agent_service_emit_change (EnclaveAgentService *self, EnclaveChange *change)
{
  g_signal_emit (self, signals[CHANGE], 0, change);
}

void
enclave_agent_service_emit_unqueued (EnclaveAgentService *self, const char *text)
{
  g_signal_emit (self, signals[UNQUEUED], 0, text);
}

void
enclave_agent_service_emit_instructions (EnclaveAgentService *self, const char *name, const char *problem)
{
  g_signal_emit (self, signals[INSTRUCTIONS], 0, name, problem);
}

void
enclave_agent_service_emit_map (EnclaveAgentService *self, guint tokens, guint definitions)
{
  self->map_tokens = tokens;
  g_signal_emit (self, signals[MAP], 0, tokens, definitions);
}

void
enclave_agent_service_emit_turn_ended (EnclaveAgentService *self, const char *reason)
{
  g_signal_emit (self, signals[TURN_ENDED], 0, reason);
}

void
enclave_agent_service_queue_changed (EnclaveAgentService *self)
{
  notify (self, PROP_N_QUEUED);
}

void
enclave_agent_service_busy_changed (EnclaveAgentService *self)
{
  notify (self, PROP_BUSY);
}

void
enclave_agent_service_conversation_changed (EnclaveAgentService *self)
{
  notify (self, PROP_CONVERSATION);
}
