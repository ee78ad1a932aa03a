/* enclave-undo-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-undo-plan-private.h"

#include "enclave-line-merge.h"

typedef struct
{
  char *old_text; /* (nullable): there was no file */
  char *new_text;
  guint32 old_mode;
  gboolean old_is_latin_1;
} Step;

struct _EnclaveUndoFile
{
  GObject parent_instance;

  char *path;
  GPtrArray *steps; /* (element-type Step): what is taken back, first to last */
  EnclaveUndoKind kind;
  EnclaveUndoDecision decision;
  char *message;
  EnclaveProposal *proposal; /* (nullable): of what is there now; its new text is of no meaning */
  char *target;              /* (nullable): RESTORES, MERGES: what is to be there; NULL: no file */
  GError *error;             /* (nullable): why a step can't be used */
};

enum
{
  PROP_0,
  PROP_DECISION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveUndoFile, enclave_undo_file, G_TYPE_OBJECT)

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->old_text);
  g_free (step->new_text);
  g_free (step);
}

static void
enclave_undo_file_finalize (GObject *object)
{
  EnclaveUndoFile *self = ENCLAVE_UNDO_FILE (object);

  g_free (self->path);
  g_ptr_array_unref (self->steps);
  g_free (self->message);
  g_clear_object (&self->proposal);
  g_free (self->target);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (enclave_undo_file_parent_class)->finalize (object);
}

static void
enclave_undo_file_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DECISION:
      g_value_set_uint (value, ENCLAVE_UNDO_FILE (object)->decision);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_undo_file_class_init (EnclaveUndoFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_undo_file_finalize;
  object_class->get_property = enclave_undo_file_get_property;
  properties[PROP_DECISION] = g_param_spec_uint ("decision", NULL, NULL, 0, ENCLAVE_UNDO_PUT_BACK, 0,
                                                 G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_undo_file_init (EnclaveUndoFile *self)
{
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->message = g_strdup ("");
  self->kind = ENCLAVE_UNDO_UNUSABLE;
}

EnclaveUndoFile *
enclave_undo_file_new (const char *path)
{
  EnclaveUndoFile *self = g_object_new (ENCLAVE_TYPE_UNDO_FILE, NULL);

  self->path = g_strdup (path);

  return self;
}

/* Applications that follow each other are one step: a change that a later one has taken back is not merged twice. */
void
enclave_undo_file_add_step (EnclaveUndoFile *self, const EnclaveCheckpointText *text)
{
  Step *last = self->steps->len > 0 ? g_ptr_array_index (self->steps, self->steps->len - 1) : NULL;

  if (text->error != NULL && self->error == NULL)
    self->error = g_error_copy (text->error);
  if (last != NULL && g_strcmp0 (last->new_text, text->old_text) == 0)
    {
      g_free (last->new_text);
      last->new_text = g_strdup (text->new_text);
      return;
    }
  last = g_new0 (Step, 1);
  last->old_text = g_strdup (text->old_text);
  last->new_text = g_strdup (text->new_text);
  last->old_mode = text->old_mode;
  last->old_is_latin_1 = text->old_is_latin_1;
  g_ptr_array_add (self->steps, last);
}

static void
set_message (EnclaveUndoFile *self, EnclaveUndoKind kind, char *message)
{
  self->kind = kind;
  g_free (self->message);
  self->message = message;
}

/* One step back from @text. FALSE: a conflict, whose message is set. */
static gboolean
step_back (EnclaveUndoFile *self, const Step *step, char **text, gboolean *merged)
{
  char *before;
  guint line;

  if (g_strcmp0 (*text, step->new_text) == 0)
    {
      g_free (*text);
      *text = g_strdup (step->old_text);
      return TRUE;
    }
  if (g_strcmp0 (*text, step->old_text) == 0)
    return TRUE;
  if (*text == NULL)
    {
      set_message (self, ENCLAVE_UNDO_CONFLICT, g_strdup (_("It was removed since")));
      return FALSE;
    }
  if (step->old_text == NULL)
    {
      set_message (self, ENCLAVE_UNDO_CONFLICT, g_strdup (_("The file was new, and was changed since")));
      return FALSE;
    }
  if (step->new_text == NULL)
    {
      set_message (self, ENCLAVE_UNDO_CONFLICT, g_strdup (_("It was removed, and there is another one since")));
      return FALSE;
    }
  before = enclave_line_merge (step->new_text, *text, step->old_text, &line);
  if (before == NULL)
    {
      set_message (self, ENCLAVE_UNDO_CONFLICT,
                   g_strdup_printf (_("Changed since, from line %u on"), line));
      return FALSE;
    }
  g_free (*text);
  *text = before;
  *merged = TRUE;

  return TRUE;
}

void
enclave_undo_file_look_at (EnclaveUndoFile *self, EnclaveProposal *proposal, const char *true_path, const GError *error)
{
  g_autofree char *text = NULL;
  gboolean merged = FALSE;

  g_set_object (&self->proposal, proposal);
  if (self->error != NULL)
    error = self->error;
  if (error != NULL || proposal == NULL)
    {
      set_message (self, ENCLAVE_UNDO_UNUSABLE, g_strdup (error != NULL ? error->message : ""));
      g_clear_object (&self->proposal);
      return;
    }
  if (strcmp (enclave_proposal_get_true_path (proposal), true_path) != 0)
    {
      set_message (self, ENCLAVE_UNDO_UNUSABLE, g_strdup (_("Its name leads to another file since")));
      g_clear_object (&self->proposal);
      return;
    }

  text = g_strdup (enclave_proposal_get_old_text (proposal));
  for (guint i = self->steps->len; i > 0; i--)
    if (!step_back (self, g_ptr_array_index (self->steps, i - 1), &text, &merged))
      return;
  g_free (self->target);
  self->target = g_steal_pointer (&text);
  if (g_strcmp0 (self->target, enclave_proposal_get_old_text (proposal)) == 0)
    set_message (self, ENCLAVE_UNDO_UNCHANGED, g_strdup (""));
  else
    set_message (self, merged ? ENCLAVE_UNDO_MERGES : ENCLAVE_UNDO_RESTORES, g_strdup (""));
}

EnclaveProposal *
enclave_undo_file_dup_proposal (EnclaveUndoFile *self)
{
  const Step *first = self->steps->len > 0 ? g_ptr_array_index (self->steps, 0) : NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  const char *text = self->target;

  if (self->kind == ENCLAVE_UNDO_CONFLICT && self->decision == ENCLAVE_UNDO_PUT_BACK && first != NULL)
    text = first->old_text;
  else if (self->kind != ENCLAVE_UNDO_RESTORES && self->kind != ENCLAVE_UNDO_MERGES)
    return NULL;
  if (first == NULL || g_strcmp0 (text, enclave_proposal_get_old_text (self->proposal)) == 0)
    return NULL;

  proposal = enclave_proposal_with_new_text (self->proposal, text);
  if (first->old_is_latin_1)
    {
      g_autoptr (EnclaveProposal) in_utf_8 = g_steal_pointer (&proposal);

      proposal = enclave_proposal_with_latin_1 (in_utf_8);
    }

  /* A file that is there keeps its mode, which the user may have changed. */
  return enclave_proposal_get_old_text (proposal) == NULL ? enclave_proposal_with_mode (proposal, first->old_mode)
                                                          : g_steal_pointer (&proposal);
}

gboolean
enclave_undo_file_is_undecided (EnclaveUndoFile *self)
{
  return (self->kind == ENCLAVE_UNDO_CONFLICT || self->kind == ENCLAVE_UNDO_UNUSABLE)
         && self->decision == ENCLAVE_UNDO_UNDECIDED;
}

const char *
enclave_undo_file_get_path (EnclaveUndoFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), NULL);

  return self->path;
}

EnclaveUndoKind
enclave_undo_file_get_kind (EnclaveUndoFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), ENCLAVE_UNDO_UNUSABLE);

  return self->kind;
}

const char *
enclave_undo_file_get_word (EnclaveUndoFile *self)
{
  static const char *const words[] = { "restored", "merged", "unchanged", "conflict", "unusable" };

  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), NULL);

  if (self->kind < ENCLAVE_UNDO_CONFLICT || self->decision == ENCLAVE_UNDO_UNDECIDED)
    return words[self->kind];

  return self->decision == ENCLAVE_UNDO_LEAVE ? "left" : "put-back";
}

const char *
enclave_undo_file_get_message (EnclaveUndoFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), NULL);

  return self->message;
}

gboolean
enclave_undo_file_get_can_put_back (EnclaveUndoFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), FALSE);

  return self->kind == ENCLAVE_UNDO_CONFLICT;
}

EnclaveUndoDecision
enclave_undo_file_get_decision (EnclaveUndoFile *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_FILE (self), ENCLAVE_UNDO_UNDECIDED);

  return self->decision;
}

/**
 * enclave_undo_file_set_decision:
 * @self: a file
 * @decision: what becomes of a conflict; what can't be put back is left
 */
void
enclave_undo_file_set_decision (EnclaveUndoFile *self, EnclaveUndoDecision decision)
{
  g_return_if_fail (ENCLAVE_IS_UNDO_FILE (self));
  g_return_if_fail (decision <= ENCLAVE_UNDO_PUT_BACK);

  if (decision == ENCLAVE_UNDO_PUT_BACK && !enclave_undo_file_get_can_put_back (self))
    decision = ENCLAVE_UNDO_LEAVE;
  if (self->decision == decision)
    return;
  self->decision = decision;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECISION]);
}
