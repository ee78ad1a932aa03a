/* enclave-change.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-change-set-private.h"

#include <string.h>

#include "enclave-change-diff-private.h"
#include "enclave-diff-job.h"
#include "enclave-limits.h"

struct _EnclaveChange
{
  GObject parent_instance;

  EnclaveProposal *proposal;
  GPtrArray *origins;      /* (element-type EnclaveChangeOrigin) */
  EnclaveChangeDiff *diff; /* NULL while the job works */
  EnclaveDiffJob *job;     /* (nullable) */
  guint telling;           /* source: what a getter waited for is told of then */
  GArray *decisions; /* (element-type EnclaveHunkDecision) one a hunk */
  EnclaveChangeStatus status;
  char *message;
  guint n_left_out;
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

  g_clear_handle_id (&self->telling, g_source_remove);
  g_clear_object (&self->proposal);

  G_OBJECT_CLASS (enclave_change_parent_class)->dispose (object);
}

static void
enclave_change_finalize (GObject *object)
{
  EnclaveChange *self = ENCLAVE_CHANGE (object);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  g_clear_pointer (&self->diff, enclave_change_diff_free);
  g_ptr_array_unref (self->origins);
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
      g_value_set_uint (value, enclave_change_get_added (self));
      break;
    case PROP_REMOVED:
      g_value_set_uint (value, enclave_change_get_removed (self));
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
  self->origins = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_change_origin_free);
  self->decisions = g_array_new (FALSE, TRUE, sizeof (EnclaveHunkDecision));
  self->message = g_strdup ("");
}

static const char *
text_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
take_diff (EnclaveChange *self, EnclaveChangeDiff *diff)
{
  self->diff = diff;
  g_array_set_size (self->decisions, 0);
  g_array_set_size (self->decisions, diff->hunks->len);
}

static void
tell_diff (EnclaveChange *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECIDED]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
tell_cb (gpointer user_data)
{
  EnclaveChange *self = user_data;

  self->telling = 0;
  tell_diff (self);

  return G_SOURCE_REMOVE;
}

static void
diff_done_cb (EnclaveDiffJob *job, gpointer user_data)
{
  EnclaveChange *self = user_data;
  EnclaveChangeDiff *diff = enclave_diff_job_take (job);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  take_diff (self, diff);
  tell_diff (self);
}

/* Who asks may be a row of a list that is just being filled: a listener that changes the list in the middle of it, as the review
 * does when hunks appear, would end the program. */
static EnclaveChangeDiff *
get_diff (EnclaveChange *self)
{
  if (self->job != NULL)
    {
      EnclaveChangeDiff *diff = enclave_diff_job_take (self->job);

      g_clear_pointer (&self->job, enclave_diff_job_drop);
      take_diff (self, diff);
      self->telling = g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, self, NULL);
    }

  return self->diff;
}

EnclaveChange *
enclave_change_new (EnclaveProposal *proposal, const EnclaveChangeOrigin *origin)
{
  EnclaveChange *self = g_object_new (ENCLAVE_TYPE_CHANGE, NULL);

  enclave_change_set_proposal (self, proposal, origin);

  return self;
}

static gpointer
diff_in_thread (gpointer input)
{
  return enclave_change_diff_new (input);
}

void
enclave_change_set_proposal (EnclaveChange *self, EnclaveProposal *proposal, const EnclaveChangeOrigin *origin)
{
  EnclaveChangeDiffInput *input;
  gsize n_bytes;

  g_return_if_fail (ENCLAVE_IS_CHANGE (self));
  g_return_if_fail (ENCLAVE_IS_PROPOSAL (proposal));
  g_return_if_fail (origin != NULL || self->origins->len > 0);

  if (origin != NULL)
    g_ptr_array_add (self->origins, enclave_change_origin_copy (origin));

  input = g_new0 (EnclaveChangeDiffInput, 1);
  input->old_text = g_strdup (text_or_empty (enclave_proposal_get_old_text (proposal)));
  input->new_text = g_strdup (text_or_empty (enclave_proposal_get_new_text (proposal)));
  input->origin = self->origins->len - 1;
  if (self->proposal != NULL)
    {
      input->between = g_strdup (text_or_empty (enclave_proposal_get_new_text (self->proposal)));
      input->between_lines = g_byte_array_ref (get_diff (self)->lines);
      input->between_gaps = g_byte_array_ref (get_diff (self)->gaps);
    }
  g_set_object (&self->proposal, proposal);
  g_clear_handle_id (&self->telling, g_source_remove);
  g_clear_pointer (&self->diff, enclave_change_diff_free);

  n_bytes = strlen (input->old_text) + strlen (input->new_text);
  if (n_bytes > ENCLAVE_DIFF_AT_ONCE_BYTES)
    {
      self->job = enclave_diff_job_start (diff_in_thread, input, (GDestroyNotify) enclave_change_diff_input_free,
                                          (GDestroyNotify) enclave_change_diff_free, diff_done_cb, self);
      return;
    }

  take_diff (self, enclave_change_diff_new (input));
  tell_diff (self);
  enclave_change_diff_input_free (input);
}

gboolean
enclave_change_get_ready (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), FALSE);

  return self->job == NULL;
}

const EnclaveChangeOrigin *
enclave_change_get_last_origin (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), NULL);

  return g_ptr_array_index (self->origins, self->origins->len - 1);
}

/**
 * enclave_change_list_origins:
 * @self: a change
 * @hunk: index into enclave_change_get_hunks(), or %ENCLAVE_CHANGE_ALL_HUNKS
 *
 * Returns: (transfer container) (element-type EnclaveChangeOrigin): where its pieces came from, the first first
 */
GPtrArray *
enclave_change_list_origins (EnclaveChange *self, guint hunk)
{
  GPtrArray *origins = g_ptr_array_new ();

  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), origins);
  g_return_val_if_fail (hunk == ENCLAVE_CHANGE_ALL_HUNKS || hunk < get_diff (self)->hunks->len, origins);

  for (guint i = 0; i < self->origins->len; i++)
    if (hunk == ENCLAVE_CHANGE_ALL_HUNKS || (get_diff (self)->masks[hunk] & ((guint64) 1 << MIN (i, 63))) != 0)
      g_ptr_array_add (origins, g_ptr_array_index (self->origins, i));

  return origins;
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

guint
enclave_change_get_n_left_out (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), 0);

  return self->n_left_out;
}

void
enclave_change_set_n_left_out (EnclaveChange *self, guint n_left_out)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE (self));

  self->n_left_out = n_left_out;
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

  return get_diff (self)->hunks;
}

guint
enclave_change_get_added (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), 0);

  return get_diff (self)->added;
}

guint
enclave_change_get_removed (EnclaveChange *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE (self), 0);

  return get_diff (self)->removed;
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

  for (guint i = 0; i < self->origins->len; i++)
    if (((EnclaveChangeOrigin *) g_ptr_array_index (self->origins, i))->quality != ENCLAVE_MATCH_EXACT)
      return TRUE;
  return FALSE;
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
  g_return_val_if_fail (hunk < get_diff (self)->hunks->len, ENCLAVE_HUNK_UNDECIDED);

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
  g_return_if_fail (hunk < get_diff (self)->hunks->len);

  if (g_array_index (self->decisions, EnclaveHunkDecision, hunk) == decision)
    return;

  g_array_index (self->decisions, EnclaveHunkDecision, hunk) = decision;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECIDED]);
}

guint
enclave_change_count_decisions (EnclaveChange *self, EnclaveHunkDecision decision)
{
  guint n_hunks = get_diff (self)->hunks->len;
  guint n = 0;

  for (guint i = 0; i < n_hunks; i++)
    n += g_array_index (self->decisions, EnclaveHunkDecision, i) == decision;

  return n;
}

guint
enclave_change_get_n_decided (EnclaveChange *self)
{
  return get_diff (self)->hunks->len - enclave_change_count_decisions (self, ENCLAVE_HUNK_UNDECIDED);
}

char *
enclave_change_dup_partial_text (EnclaveChange *self, gboolean and_undecided)
{
  const char *old_text = enclave_proposal_get_old_text (self->proposal);
  const char *new_text = enclave_proposal_get_new_text (self->proposal);
  GPtrArray *hunks = get_diff (self)->hunks;
  guint n_taken = 0;
  g_autofree gboolean *taken = g_new0 (gboolean, hunks->len + 1);

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

  return enclave_line_diff_apply_some (text_or_empty (old_text), text_or_empty (new_text), hunks, taken);
}
