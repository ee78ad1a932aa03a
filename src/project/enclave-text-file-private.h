/* enclave-text-file-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-text-file.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_ENCODING_UTF_8,
  ENCLAVE_ENCODING_UTF_16LE,
  ENCLAVE_ENCODING_UTF_16BE,
  ENCLAVE_ENCODING_ISO_8859_1,
} EnclaveEncoding;

const char *enclave_encoding_get_name (EnclaveEncoding encoding);
/* The text of @bytes: a UTF-8 or UTF-16 BOM decides, then whether it is UTF-8, else each byte is one character.
 * What this takes, enclave_encoding_encode() gives back byte for byte.
 * @bytes: (transfer full): @length bytes and a NUL behind them. Returns: (transfer full): NULL with
 * ENCLAVE_TEXT_FILE_ERROR_BINARY. */
char *enclave_encoding_decode (char *bytes, gsize length, gsize *text_length, EnclaveEncoding *encoding,
                               gboolean *has_bom, GError **error);
/* Returns: (transfer full): NULL with ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE. */
GBytes *enclave_encoding_encode (const char *text, EnclaveEncoding encoding, gboolean has_bom, GError **error);
EnclaveLineEnds enclave_line_ends_detect (const char *text, gsize length);

typedef struct
{
  char *text;
  gsize length;
  EnclaveEncoding encoding;
  gboolean has_bom;
  gboolean read_only;
  EnclaveFileStamp stamp;
  char *path; /* where it lies, links followed; NULL for none */
} EnclaveTextFileState;

/* @state: its pointers are taken. */
EnclaveTextFile *enclave_text_file_new (EnclaveTextFileState *state);
const EnclaveTextFileState *enclave_text_file_get_state (EnclaveTextFile *self);
void enclave_text_file_state_clear (EnclaveTextFileState *state);

G_END_DECLS
