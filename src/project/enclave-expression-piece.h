/* enclave-expression-piece.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-byte-window.h"

G_BEGIN_DECLS

/* What is known of each match of a piece of an expression. */
typedef struct
{
  gboolean exact; /* @prefix is all of it */
  gboolean uniform; /* all of it are bytes of the first set, as many as @prefix has or more */
  EnclaveByteRun prefix;
  EnclaveByteRun suffix;
  EnclaveByteRun best; /* anywhere in it */
} EnclaveExpressionPiece;

/* It matches @run: just so when @exact, else more as well; @uniform: see above. */
void enclave_expression_piece_take_run (EnclaveExpressionPiece *piece, const EnclaveByteRun *run, gboolean exact, gboolean uniform);
/* It matches no bytes when @exact, else nothing is known of them. */
void enclave_expression_piece_take_nothing (EnclaveExpressionPiece *piece, gboolean exact);
/* It, then @next. */
void enclave_expression_piece_append (EnclaveExpressionPiece *piece, const EnclaveExpressionPiece *next);
/* It or @other. */
void enclave_expression_piece_alternate (EnclaveExpressionPiece *piece, const EnclaveExpressionPiece *other);
/* It @least times; @is_fixed: never more often. */
void enclave_expression_piece_repeat (EnclaveExpressionPiece *piece, guint least, gboolean is_fixed);

G_END_DECLS
