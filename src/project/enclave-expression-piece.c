/* enclave-expression-piece.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-expression-piece.h"

#include <string.h>

static void
consider (EnclaveByteRun *best, const EnclaveByteRun *run)
{
  if (run->length > 0 && (best->length == 0 || enclave_byte_run_get_cost (run) < enclave_byte_run_get_cost (best)))
    *best = *run;
}

/* @from_end: the end stays when both are too long. */
static EnclaveByteRun
join (const EnclaveByteRun *a, const EnclaveByteRun *b, gboolean from_end)
{
  const guint length = a->length + b->length;
  const guint skipped = from_end && length > ENCLAVE_BYTE_RUN_MAX ? length - ENCLAVE_BYTE_RUN_MAX : 0;
  EnclaveByteRun run = { .length = MIN (length, ENCLAVE_BYTE_RUN_MAX) };

  for (guint i = 0; i < run.length; i++)
    run.sets[i] = i + skipped < a->length ? a->sets[i + skipped] : b->sets[i + skipped - a->length];

  return run;
}

void
enclave_expression_piece_take_run (EnclaveExpressionPiece *piece, const EnclaveByteRun *run, gboolean exact, gboolean uniform)
{
  piece->exact = exact;
  piece->uniform = uniform;
  piece->prefix = piece->suffix = piece->best = *run;
}

void
enclave_expression_piece_take_nothing (EnclaveExpressionPiece *piece, gboolean exact)
{
  memset (piece, 0, sizeof *piece);
  piece->exact = exact;
}

void
enclave_expression_piece_append (EnclaveExpressionPiece *piece, const EnclaveExpressionPiece *next)
{
  EnclaveByteRun middle = join (&piece->suffix, &next->prefix, TRUE);

  consider (&piece->best, &next->best);
  consider (&piece->best, &middle);
  if (piece->exact)
    middle = join (&piece->prefix, &next->prefix, FALSE);
  piece->suffix = next->exact ? join (&piece->suffix, &next->suffix, TRUE) : next->suffix;
  if (piece->exact)
    {
      piece->exact = next->exact && piece->prefix.length + next->prefix.length <= ENCLAVE_BYTE_RUN_MAX;
      piece->prefix = middle;
    }
  piece->uniform = FALSE;
}

static EnclaveByteRun
unite (const EnclaveByteRun *a, const EnclaveByteRun *b, gboolean from_end)
{
  EnclaveByteRun run = { .length = MIN (a->length, b->length) };

  for (guint i = 0; i < run.length; i++)
    for (guint k = 0; k < G_N_ELEMENTS (run.sets[i].bits); k++)
      run.sets[i].bits[k] = a->sets[from_end ? a->length - run.length + i : i].bits[k]
                          | b->sets[from_end ? b->length - run.length + i : i].bits[k];

  return run;
}

void
enclave_expression_piece_alternate (EnclaveExpressionPiece *piece, const EnclaveExpressionPiece *other)
{
  EnclaveByteRun best = unite (&piece->best, &other->best, FALSE);

  piece->exact = piece->exact && other->exact && piece->prefix.length == other->prefix.length;
  piece->uniform = FALSE;
  piece->prefix = unite (&piece->prefix, &other->prefix, FALSE);
  piece->suffix = unite (&piece->suffix, &other->suffix, TRUE);
  consider (&best, &piece->prefix);
  consider (&best, &piece->suffix);
  piece->best = best;
}

void
enclave_expression_piece_repeat (EnclaveExpressionPiece *piece, guint least, gboolean is_fixed)
{
  EnclaveByteRun twice = join (&piece->suffix, &piece->prefix, TRUE);
  EnclaveByteRun whole = piece->prefix;

  if (least == 0)
    {
      enclave_expression_piece_take_nothing (piece, FALSE);
    }
  else if (piece->exact || piece->uniform)
    {
      gboolean exact = piece->exact && is_fixed && whole.length * least <= ENCLAVE_BYTE_RUN_MAX;
      EnclaveByteRun end = whole;

      for (guint i = 1; i < least && whole.length < ENCLAVE_BYTE_RUN_MAX && piece->prefix.length > 0; i++)
        {
          whole = join (&whole, &piece->prefix, FALSE);
          end = join (&piece->prefix, &end, TRUE);
        }
      enclave_expression_piece_take_run (piece, &whole, exact, piece->uniform);
      piece->suffix = end;
    }
  else if (least > 1)
    {
      consider (&piece->best, &twice);
    }
}
