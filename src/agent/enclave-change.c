/* enclave-change.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-change-set-private.h"

#include "enclave-line-diff.h"

#define CONTEXT_LINES 3

struct _EnclaveChange
{
  GObject parent_instance;

  EnclaveProposal *proposal;
  GPtrArray *hunks;
  GArray *decisions; /* (element-type EnclaveHunkDecision) one a hunk */
  EnclaveChangeStatus status;
  char *message;
  guint added;
  guint removed;
  gboolean inexact;
};

G_DEFINE_FINAL_TYPE (EnclaveChange, enclave_change, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (EnclaveChangeStatus, enclave_change_status,
                    G_DEFINE_ENUM_VALUE (ENCLAVE_CHANGE_PROPOSED, "proposed"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_CHANGE_APPLIED, "applied"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_CHANGE_REJECTED, "refused"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_CHANGE_CONFLICT, "conflict"),
                    G_DEFINE_ENUM_VALUE (ENCLAVE_CHANGE_UNDONE, "undone"))

enum
{
  PROP_0,
  PROP_STATUS,
  PROP_ADDED,
  PROP_REMOVED,
  PROP_DECIDED,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
enclave_change_dispose (GObject *object)
{
  EnclaveChange *self = ENCLAVE_CHANGE (object);

  g_clear_object (&self->proposal);

  G_OBJECT_CLASS (enclave_change_parent_class)->dispose (object);
}

static void
enclave_change_finalize (GObject *object)
{
  EnclaveChange *self = ENCLAVE_CHANGE (object);

  g_clear_pointer (&self->hunks, g_ptr_array_unref);
  g_array_unref (self->decisions);
  g_clear_pointer (&self->message, g_free);

  G_OBJECT_CLASS (enclave_change_parent_class)->finalize (object);
}

static void
enclave_change_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChange *self = ENCLAVE_CHANGE (object);

  switch (prop_id)
    {
    case PROP_STATUS:
      g_value_set_enum (value, self->status);
      break;
    case PROP_ADDED:
      g_value_set_uint (value, self->added);
      break;
    case PROP_REMOVED:
      g_value_set_uint (value, self->removed);
      break;
    case PROP_DECIDED:
      g_value_set_uint (value, enclave_change_get_n_decided (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_change_class_init (EnclaveChangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = enclave_change_dispose;
  object_class->finalize = enclave_change_finalize;
  object_class->get_property = enclave_change_get_property;

  properties[PROP_STATUS] =
    g_param_spec_enum ("status", NULL, NULL, ENCLAVE_TYPE_CHANGE_STATUS, ENCLAVE_CHANGE_PROPOSED, flags);
  properties[PROP_ADDED] = g_param_spec_uint ("added", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REMOVED] = g_param_spec_uint ("removed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_DECIDED] = g_param_spec_uint ("decided", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_change_init (EnclaveChange *self)
{
  self->decisions = g_array_new (FALSE, TRUE, sizeof (EnclaveHunkDecision));
  self->message = g_strdup ("");
}

static const char *
text_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

EnclaveChange *
enclave_change_new (EnclaveProposal *proposal, gboolean inexact)
{
  EnclaveChange *self = g_object_new (ENCLAVE_TYPE_CHANGE, NULL);

  enclave_change_set_proposal (self, proposal, inexact);

  return self;
}

void
enclave_change_set_proposal (EnclaveChange *self, EnclaveProposal *proposal, gboolean inexact)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE (self));
  g_return_if_fail (ENCLAVE_IS_PROPOSAL (proposal));

  g_set_object (&self->proposal, proposal);
  self->inexact = self->inexact || inexact;

  g_clear_pointer (&self->hunks, g_ptr_array_unref);
  self->hunks = enclave_line_diff (text_or_empty (enclave_proposal_get_old_text (proposal)),
                                   text_or_empty (enclave_proposal_get_new_text (proposal)), CONTEXT_LINES);
  g_array_set_size (self->decisions, 0);
  g_array_set_size (self->decisions, self->hunks->len);
  enclave_line_diff_count (self->hunks, &self->added, &self->removed);

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECIDED]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
enclave_change_set_status (EnclaveChange *self, EnclaveChangeStatus status, const char *message)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->message, text_or_empty (message)) != 0)
    {
      g_free (self->message);
      self->message = g_strdup (text_or_empty (message));
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
    }
  if (self->status != status)
    {
      self->status = status;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

EnclaveProposal *
enclave_change_get_proposal (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), NULL);

  return self->proposal;
}

const char *
enclave_change_get_path (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), NULL);

  return enclave_proposal_get_path (self->proposal);
}

EnclaveChangeStatus
enclave_change_get_status (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), ENCLAVE_CHANGE_REJECTED);

  return self->status;
}

/**
 * enclave_change_status_to_word:
 * @status: a status
 *
 * Returns: its stable word in enclavectl's JSON
 */
const char *
enclave_change_status_to_word (EnclaveChangeStatus status)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (ENCLAVE_TYPE_CHANGE_STATUS);
  GEnumValue *value = g_enum_get_value (klass, (int) status);

  g_return_val_if_fail (value != NULL, "proposed");

  return value->value_nick;
}

GPtrArray *
enclave_change_get_hunks (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), NULL);

  return self->hunks;
}

guint
enclave_change_get_added (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), 0);

  return self->added;
}

guint
enclave_change_get_removed (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), 0);

  return self->removed;
}

const char *
enclave_change_get_message (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), NULL);

  return self->message;
}

gboolean
enclave_change_get_inexact (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), FALSE);

  return self->inexact;
}

/**
 * enclave_change_get_decision:
 * @self: a change
 * @hunk: index into enclave_change_get_hunks()
 *
 * Returns: what the user decided about the hunk
 */
EnclaveHunkDecision
enclave_change_get_decision (EnclaveChange *self, guint hunk)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), ENCLAVE_HUNK_UNDECIDED);
  g_return_val_if_fail (hunk < self->decisions->len, ENCLAVE_HUNK_UNDECIDED);

  return g_array_index (self->decisions, EnclaveHunkDecision, hunk);
}

/**
 * enclave_change_set_decision:
 * @self: a change
 * @hunk: index into enclave_change_get_hunks()
 * @decision: what the user decided
 *
 * Nothing is written before the change set is applied.
 */
void
enclave_change_set_decision (EnclaveChange *self, guint hunk, EnclaveHunkDecision decision)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE (self));
  g_return_if_fail (hunk < self->decisions->len);

  if (g_array_index (self->decisions, EnclaveHunkDecision, hunk) == decision)
    return;

  g_array_index (self->decisions, EnclaveHunkDecision, hunk) = decision;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECIDED]);
}

guint
enclave_change_count_decisions (EnclaveChange *self, EnclaveHunkDecision decision)
{
  guint n = 0;

  for (guint i = 0; i < self->decisions->len; i++)
    n += g_array_index (self->decisions, EnclaveHunkDecision, i) == decision;

  return n;
}

guint
enclave_change_get_n_decided (EnclaveChange *self)
{
  return self->decisions->len - enclave_change_count_decisions (self, ENCLAVE_HUNK_UNDECIDED);
}

char *
enclave_change_dup_partial_text (EnclaveChange *self, gboolean and_undecided)
{
  const char *old_text = enclave_proposal_get_old_text (self->proposal);
  const char *new_text = enclave_proposal_get_new_text (self->proposal);
  guint n_taken = 0;
  g_autofree gboolean *taken = g_new0 (gboolean, self->decisions->len + 1);

  for (guint i = 0; i < self->decisions->len; i++)
    {
      EnclaveHunkDecision decision = g_array_index (self->decisions, EnclaveHunkDecision, i);

      taken[i] = decision == ENCLAVE_HUNK_ACCEPTED || (and_undecided && decision == ENCLAVE_HUNK_UNDECIDED);
      n_taken += taken[i];
    }

  /* All or nothing needs no merging, and keeps the difference between an empty file and none. */
  if (n_taken == self->decisions->len)
    return g_strdup (new_text);
  if (n_taken == 0)
    return g_strdup (old_text);

  return enclave_line_diff_apply_some (text_or_empty (old_text), text_or_empty (new_text), self->hunks, taken);
}
