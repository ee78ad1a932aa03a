/* enclave-message-block.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-tool-call.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_BLOCK_PARAGRAPH, /* Markdown of one block: paragraph, heading, list, quote, table */
  ENCLAVE_BLOCK_CODE,
  ENCLAVE_BLOCK_REASONING,
  ENCLAVE_BLOCK_TOOL_CALL,
  ENCLAVE_BLOCK_NOTICE,    /* cut off, offline, stopped, window exceeded: from Enclave, not from the model */
} EnclaveBlockKind;

typedef enum
{
  ENCLAVE_NOTICE_NONE,
  ENCLAVE_NOTICE_STOPPED,
  ENCLAVE_NOTICE_CUT_OFF,
  ENCLAVE_NOTICE_OFFLINE,
  ENCLAVE_NOTICE_SERVER_ERROR,
  ENCLAVE_NOTICE_WINDOW,
  ENCLAVE_NOTICE_LOOP,
  ENCLAVE_NOTICE_ROUNDS,
  ENCLAVE_NOTICE_LENGTH,
  ENCLAVE_NOTICE_COMPACTED,
} EnclaveNoticeKind;

/* One stable piece of a message; only the last of a message is open and grows.
 * Signal "appended" (uint offset_bytes, string text). Properties: "open". */
#define ENCLAVE_TYPE_MESSAGE_BLOCK (enclave_message_block_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMessageBlock, enclave_message_block, ENCLAVE, MESSAGE_BLOCK, GObject)

EnclaveMessageBlock *enclave_message_block_new (EnclaveBlockKind kind, const char *text);
EnclaveMessageBlock *enclave_message_block_new_notice (EnclaveNoticeKind kind, const char *title, const char *text);
EnclaveMessageBlock *enclave_message_block_new_tool_call (EnclaveToolCall *call);
EnclaveBlockKind enclave_message_block_get_kind (EnclaveMessageBlock *self);
const char *enclave_message_block_get_text (EnclaveMessageBlock *self);
/* CODE: first word of the info string ("c", "sh", ""). */
const char *enclave_message_block_get_language (EnclaveMessageBlock *self);
/* CODE: the path it names, in the info string or the line before; NULL when none. */
const char *enclave_message_block_get_path (EnclaveMessageBlock *self);
gboolean enclave_message_block_get_open (EnclaveMessageBlock *self);
EnclaveToolCall *enclave_message_block_get_tool_call (EnclaveMessageBlock *self);
EnclaveNoticeKind enclave_message_block_get_notice (EnclaveMessageBlock *self);
/* CODE: in a fence longer than any run of backticks within, so that the text can be split again. (transfer full) */
char *enclave_message_block_dup_fenced (EnclaveMessageBlock *self);
/* NOTICE: its heading. */
const char *enclave_message_block_get_title (EnclaveMessageBlock *self);
/* NOTICE: what can be opened from it; "" when nothing. */
const char *enclave_message_block_get_detail (EnclaveMessageBlock *self);

G_END_DECLS
