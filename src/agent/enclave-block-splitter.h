/* enclave-block-splitter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message-block.h"

G_BEGIN_DECLS

/* Streamed Markdown to stable blocks, of which only the last one is open. Pure; the blocks are the same however the
 * text is cut into pieces. Lines of a block are joined by "\n", without one at its end. */
typedef struct _EnclaveBlockSplitter EnclaveBlockSplitter;

/* @begin: @kind is PARAGRAPH or CODE; @language (never NULL) and @path (nullable) belong to CODE. */
typedef struct
{
  void (*begin) (EnclaveBlockKind kind, const char *language, const char *path, gpointer user_data);
  void (*append) (const char *text, gpointer user_data);
  void (*end) (gpointer user_data);
} EnclaveBlockSink;

/* @sink: must live as long as the splitter. */
EnclaveBlockSplitter *enclave_block_splitter_new (const EnclaveBlockSink *sink, gpointer user_data);
void enclave_block_splitter_free (EnclaveBlockSplitter *self);
/* @text: valid UTF-8. */
void enclave_block_splitter_feed (EnclaveBlockSplitter *self, const char *text);
/* Ends the block that is open. What follows begins a new line. */
void enclave_block_splitter_finish (EnclaveBlockSplitter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveBlockSplitter, enclave_block_splitter_free)

G_END_DECLS
