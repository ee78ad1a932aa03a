/* enclave-change-origin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who proposed what, and what a person makes of it by hand.
 */

#include "config.h"

#include <string.h>

#include "enclave-change-set-private.h"
#include "enclave-line-diff.h"

EnclaveChangeOrigin *
enclave_change_origin_copy (const EnclaveChangeOrigin *origin)
{
  EnclaveChangeOrigin *copy = g_memdup2 (origin, sizeof *origin);

  copy->tool = g_strdup (origin->tool);
  copy->model = g_strdup (origin->model);

  return copy;
}

void
enclave_change_origin_free (EnclaveChangeOrigin *origin)
{
  g_free ((char *) origin->tool);
  g_free ((char *) origin->model);
  g_free (origin);
}

static const char *
skip_lines (const char *text, guint n)
{
  for (; n > 0 && *text != '\0'; n--)
    {
      text = strchrnul (text, '\n');
      if (*text == '\n')
        text++;
    }

  return text;
}

static gboolean
is_same_hunk (const EnclaveDiffHunk *a, const EnclaveDiffHunk *b)
{
  if (a->old_start != b->old_start || a->n_lines != b->n_lines)
    return FALSE;
  for (guint i = 0; i < a->n_lines; i++)
    {
      const EnclaveDiffLine *first = &a->lines[i];
      const EnclaveDiffLine *second = &b->lines[i];

      if (first->kind != second->kind || strcmp (first->text, second->text) != 0)
        return FALSE;
    }

  return TRUE;
}

static void
keep_decisions (EnclaveChange *change, GPtrArray *hunks_before, const EnclaveHunkDecision *decisions)
{
  GPtrArray *hunks = enclave_change_get_hunks (change);

  for (guint i = 0; i < hunks_before->len; i++)
    for (guint k = 0; decisions[i] != ENCLAVE_HUNK_UNDECIDED && k < hunks->len; k++)
      if (is_same_hunk (g_ptr_array_index (hunks_before, i), g_ptr_array_index (hunks, k)))
        enclave_change_set_decision (change, k, decisions[i]);
}

/**
 * enclave_change_set_edit_hunk:
 * @self: a set
 * @change: one of its changes that is proposed
 * @hunk: index into enclave_change_get_hunks()
 * @text: the lines that are to stand where the hunk's new lines and its context stand
 *
 * Nothing is written. The hunk may become several, or none.
 */
void
enclave_change_set_edit_hunk (EnclaveChangeSet *self, EnclaveChange *change, guint hunk, const char *text)
{
  const EnclaveChangeOrigin origin = { .tool = "review", .turn = self->n_turns,
                                       .time = g_get_real_time () / G_USEC_PER_SEC };
  g_autoptr (GPtrArray) hunks = NULL;
  g_autofree EnclaveHunkDecision *decisions = NULL;
  g_autofree char *edited = NULL;
  g_autofree char *lines = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  const EnclaveDiffHunk *place;
  const char *new_text;
  const char *start;
  const char *end;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (ENCLAVE_IS_CHANGE (change));
  g_return_if_fail (hunk < enclave_change_get_hunks (change)->len);
  g_return_if_fail (text != NULL);

  new_text = enclave_proposal_get_new_text (enclave_change_get_proposal (change));
  if (self->busy || enclave_change_get_status (change) != ENCLAVE_CHANGE_PROPOSED || new_text == NULL)
    return;

  hunks = g_ptr_array_ref (enclave_change_get_hunks (change));
  decisions = g_new0 (EnclaveHunkDecision, hunks->len);
  for (guint i = 0; i < hunks->len; i++)
    decisions[i] = i == hunk ? ENCLAVE_HUNK_UNDECIDED : enclave_change_get_decision (change, i);

  place = g_ptr_array_index (hunks, hunk);
  start = skip_lines (new_text, place->new_start - 1);
  end = skip_lines (start, place->new_count);
  /* what follows must not run on in the same line */
  lines = *end != '\0' && *text != '\0' && !g_str_has_suffix (text, "\n") ? g_strconcat (text, "\n", NULL)
                                                                           : g_strdup (text);
  edited = g_strdup_printf ("%.*s%s%s", (int) (start - new_text), new_text, lines, end);
  if (strcmp (edited, new_text) == 0)
    return;

  proposal = enclave_proposal_with_new_text (enclave_change_get_proposal (change), edited);
  enclave_change_set_proposal (change, proposal, &origin);
  keep_decisions (change, hunks, decisions);
  if (g_strcmp0 (enclave_proposal_get_old_text (proposal), edited) == 0)
    enclave_change_set_status (change, ENCLAVE_CHANGE_UNDONE, NULL);
  enclave_change_set_update (self);
}
