/* enclave-proposal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-proposal-private.h"

struct _EnclaveProposal
{
  GObject parent_instance;

  char *path;
  char *true_path;
  char *old_text;
  char *new_text;
  char *rule;
  gboolean is_protected;
  guint32 mode;
  gboolean is_latin_1;
};

G_DEFINE_FINAL_TYPE (EnclaveProposal, enclave_proposal, G_TYPE_OBJECT)

static void
enclave_proposal_finalize (GObject *object)
{
  EnclaveProposal *self = ENCLAVE_PROPOSAL (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->true_path, g_free);
  g_clear_pointer (&self->old_text, g_free);
  g_clear_pointer (&self->new_text, g_free);
  g_clear_pointer (&self->rule, g_free);

  G_OBJECT_CLASS (enclave_proposal_parent_class)->finalize (object);
}

static void
enclave_proposal_class_init (EnclaveProposalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_proposal_finalize;
}

static void
enclave_proposal_init (EnclaveProposal *self)
{
}

EnclaveProposal *
enclave_proposal_new (const char *path, const char *true_path, const char *old_text, const char *new_text,
                      gboolean is_protected, const char *rule)
{
  EnclaveProposal *self = g_object_new (ENCLAVE_TYPE_PROPOSAL, NULL);

  self->path = g_strdup (path);
  self->true_path = g_strdup (true_path);
  self->old_text = g_strdup (old_text);
  self->new_text = g_strdup (new_text);
  self->rule = g_strdup (rule);
  self->is_protected = is_protected;

  return self;
}

/**
 * enclave_proposal_get_path:
 *
 * Returns: the path relative to the project; borrowed
 */
const char *
enclave_proposal_get_path (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  return self->path;
}

/**
 * enclave_proposal_get_true_path:
 *
 * Returns: the absolute path with all links resolved; borrowed
 */
const char *
enclave_proposal_get_true_path (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  return self->true_path;
}

/**
 * enclave_proposal_get_old_text:
 *
 * Returns: (nullable): the text the change was made from, %NULL for a new file; borrowed
 */
const char *
enclave_proposal_get_old_text (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  return self->old_text;
}

/**
 * enclave_proposal_get_new_text:
 *
 * Returns: (nullable): the text after the change, %NULL when the file is to be deleted; borrowed
 */
const char *
enclave_proposal_get_new_text (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  return self->new_text;
}

/**
 * enclave_proposal_changes_nothing:
 *
 * Returns: %TRUE when the text after the change is the text before it
 */
gboolean
enclave_proposal_changes_nothing (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), FALSE);

  return g_strcmp0 (self->old_text, self->new_text) == 0;
}

/**
 * enclave_proposal_get_protected:
 *
 * Returns: %TRUE when applying asks the user about this file by name
 */
gboolean
enclave_proposal_get_protected (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), FALSE);

  return self->is_protected;
}

/**
 * enclave_proposal_get_rule:
 *
 * Returns: (nullable): the rule that asks; borrowed
 */
const char *
enclave_proposal_get_rule (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  return self->rule;
}

/**
 * enclave_proposal_with_new_text:
 * @new_text: (nullable): another result, %NULL to delete the file
 *
 * Returns: (transfer full): a proposal for the same file with another result
 */
EnclaveProposal *
enclave_proposal_with_new_text (EnclaveProposal *self, const char *new_text)
{
  EnclaveProposal *other;

  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  other = enclave_proposal_new (self->path, self->true_path, self->old_text, new_text, self->is_protected, self->rule);
  other->mode = self->mode;
  other->is_latin_1 = self->is_latin_1;

  return other;
}

/**
 * enclave_proposal_get_is_latin_1:
 *
 * Returns: %TRUE when the new text is to be written in ISO-8859-1; otherwise in what the file is in now, or in UTF-8
 */
gboolean
enclave_proposal_get_is_latin_1 (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), FALSE);

  return self->is_latin_1;
}

/**
 * enclave_proposal_with_latin_1:
 *
 * Returns: (transfer full): the same change, written in ISO-8859-1
 */
EnclaveProposal *
enclave_proposal_with_latin_1 (EnclaveProposal *self)
{
  EnclaveProposal *other;

  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  other = enclave_proposal_with_new_text (self, self->new_text);
  other->is_latin_1 = TRUE;

  return other;
}

/**
 * enclave_proposal_get_mode:
 *
 * Returns: the permission bits of a file that Apply makes; 0: as the umask says
 */
guint32
enclave_proposal_get_mode (EnclaveProposal *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), 0);

  return self->mode;
}

/**
 * enclave_proposal_with_mode:
 * @mode: permission bits, without those that give another user's or group's rights
 *
 * Returns: (transfer full): the same change; a file that it makes gets @mode
 */
EnclaveProposal *
enclave_proposal_with_mode (EnclaveProposal *self, guint32 mode)
{
  EnclaveProposal *other;

  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (self), NULL);

  other = enclave_proposal_with_new_text (self, self->new_text);
  other->mode = mode & 0777;

  return other;
}
