/* enclave-tool-call.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-call-private.h"

#include <string.h>

#include "enclave-json.h"

struct _EnclaveToolCall
{
  GObject parent_instance;

  char *id;
  char *name;
  char *arguments;
  char *subject;
  char *summary;
  char *rule;
  char *result;
  EnclaveToolScope *withheld; /* (nullable) */
  EnclaveToolCallState state;
  gint64 started;
  gint64 ended;
};

G_DEFINE_FINAL_TYPE (EnclaveToolCall, enclave_tool_call, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (EnclaveToolCallState, enclave_tool_call_state,
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_PROPOSED, "proposed"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_AWAITING_APPROVAL, "awaiting-approval"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_DENIED, "denied"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_TOOL_CALL_STOPPED, "stopped"))

enum
{
  PROP_0,
  PROP_STATE,
  PROP_SUMMARY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The argument a person would name a call by, in the order of what tells most. */
static char *
find_subject (const char *arguments)
{
  static const char *const members[] = { "path", "pattern", "command", "message", "text", NULL };
  g_autoptr (JsonObject) object = enclave_json_parse_object (arguments, -1, NULL);

  if (object == NULL)
    return g_strdup ("");

  for (guint i = 0; members[i] != NULL; i++)
    {
      /* A search is about its pattern, also where it names a folder. */
      const char *member = i == 0 && enclave_json_peek_string (object, "pattern") != NULL ? "pattern" : members[i];
      const char *value = enclave_json_peek_string (object, member);

      if (value != NULL)
        return g_strdup (value);
    }

  return g_strdup ("");
}

static void
enclave_tool_call_finalize (GObject *object)
{
  EnclaveToolCall *self = ENCLAVE_TOOL_CALL (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->arguments, g_free);
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->summary, g_free);
  g_clear_pointer (&self->rule, g_free);
  g_clear_pointer (&self->result, g_free);
  g_clear_object (&self->withheld);

  G_OBJECT_CLASS (enclave_tool_call_parent_class)->finalize (object);
}

static void
enclave_tool_call_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveToolCall *self = ENCLAVE_TOOL_CALL (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, self->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_tool_call_class_init (EnclaveToolCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_tool_call_finalize;
  object_class->get_property = enclave_tool_call_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, ENCLAVE_TYPE_TOOL_CALL_STATE, ENCLAVE_TOOL_CALL_PROPOSED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SUMMARY] =
    g_param_spec_string ("summary", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_tool_call_init (EnclaveToolCall *self)
{
  self->summary = g_strdup ("");
  self->result = g_strdup ("");
}

/**
 * enclave_tool_call_new:
 * @id: the server's name for the call
 * @name: name of the tool
 * @arguments: JSON text as the model wrote it, valid or not
 *
 * Returns: (transfer full): a call that was only proposed
 */
EnclaveToolCall *
enclave_tool_call_new (const char *id, const char *name, const char *arguments)
{
  EnclaveToolCall *self;

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (arguments != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_TOOL_CALL, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->arguments = g_strdup (arguments);
  self->subject = find_subject (arguments);

  return self;
}

const char *
enclave_tool_call_get_id (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->id;
}

const char *
enclave_tool_call_get_name (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->name;
}

const char *
enclave_tool_call_get_arguments (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->arguments;
}

const char *
enclave_tool_call_get_subject (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->subject;
}

EnclaveToolCallState
enclave_tool_call_get_state (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), ENCLAVE_TOOL_CALL_FAILED);

  return self->state;
}

const char *
enclave_tool_call_get_summary (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->summary;
}

const char *
enclave_tool_call_get_rule (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->rule;
}

const char *
enclave_tool_call_get_result (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->result;
}

gint64
enclave_tool_call_get_started (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), 0);

  return self->started;
}

gint64
enclave_tool_call_get_ended (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), 0);

  return self->ended;
}

gboolean
enclave_tool_call_is_over (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), TRUE);

  return self->state >= ENCLAVE_TOOL_CALL_DONE;
}

void
enclave_tool_call_set_state (EnclaveToolCall *self, EnclaveToolCallState state)
{
  gboolean waited;

  g_return_if_fail (ENCLAVE_IS_TOOL_CALL (self));

  if (self->state == state)
    return;

  /* The time that a person took to decide is not the tool's. */
  waited = self->state == ENCLAVE_TOOL_CALL_AWAITING_APPROVAL;
  self->state = state;
  if (state == ENCLAVE_TOOL_CALL_RUNNING && (self->started == 0 || waited))
    self->started = g_get_monotonic_time ();
  else if (state >= ENCLAVE_TOOL_CALL_DONE)
    self->ended = g_get_monotonic_time ();

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
enclave_tool_call_set_progress (EnclaveToolCall *self, const char *words)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_CALL (self) && words != NULL);

  if (self->state != ENCLAVE_TOOL_CALL_RUNNING || strcmp (self->summary, words) == 0)
    return;
  g_free (self->summary);
  self->summary = g_strdup (words);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
}

void
enclave_tool_call_set_withheld (EnclaveToolCall *self, EnclaveToolScope *scope)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_CALL (self));

  if (scope != NULL && enclave_tool_scope_has_withheld (scope))
    g_set_object (&self->withheld, scope);
}

EnclaveToolScope *
enclave_tool_call_get_withheld (EnclaveToolCall *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (self), NULL);

  return self->withheld;
}

void
enclave_tool_call_finish (EnclaveToolCall *self, EnclaveToolCallState state, const char *summary, const char *rule,
                          const char *result)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_CALL (self));
  g_return_if_fail (state >= ENCLAVE_TOOL_CALL_DONE);
  g_return_if_fail (result != NULL);

  g_free (self->rule);
  self->rule = g_strdup (rule);
  g_free (self->result);
  self->result = g_strdup (result);

  if (g_strcmp0 (self->summary, summary) != 0)
    {
      g_free (self->summary);
      self->summary = g_strdup (summary != NULL ? summary : "");
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
    }

  enclave_tool_call_set_state (self, state);
}

void
enclave_tool_call_restore (EnclaveToolCall *self, EnclaveToolCallState state, const char *summary, const char *rule,
                           const char *result, gint64 duration_us)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_CALL (self));

  enclave_tool_call_finish (self, state, summary, rule, result);
  self->started = duration_us > 0 ? self->ended - duration_us : 0;
}
