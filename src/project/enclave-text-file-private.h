/* enclave-text-file-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sys/stat.h>

#include "enclave-text-file.h"

G_BEGIN_DECLS

#define ENCLAVE_UTF_8_BOM "\xef\xbb\xbf"

typedef enum
{
  ENCLAVE_ENCODING_UTF_8,
  ENCLAVE_ENCODING_UTF_16LE,
  ENCLAVE_ENCODING_UTF_16BE,
  ENCLAVE_ENCODING_ISO_8859_1,
  /* these are never guessed */
  ENCLAVE_ENCODING_ISO_8859_2,
  ENCLAVE_ENCODING_ISO_8859_15,
  ENCLAVE_ENCODING_WINDOWS_1250,
  ENCLAVE_ENCODING_WINDOWS_1251,
  ENCLAVE_ENCODING_WINDOWS_1252,
  ENCLAVE_ENCODING_KOI8_R,
  ENCLAVE_ENCODING_SHIFT_JIS,
  ENCLAVE_ENCODING_EUC_JP,
  ENCLAVE_ENCODING_GB18030,
  ENCLAVE_ENCODING_BIG5,
  ENCLAVE_ENCODING_EUC_KR,
  ENCLAVE_N_ENCODINGS
} EnclaveEncoding;

const char *enclave_encoding_get_name (EnclaveEncoding encoding);
/* The text of @bytes: a UTF-8 or UTF-16 BOM decides, then whether it is UTF-8, else each byte is one character.
 * What this takes, enclave_encoding_encode() gives back byte for byte.
 * @bytes: (transfer full): @length bytes and a NUL behind them. Returns: (transfer full): NULL with
 * ENCLAVE_TEXT_FILE_ERROR_BINARY. */
char *enclave_encoding_decode (char *bytes, gsize length, gsize *text_length, EnclaveEncoding *encoding,
                               gboolean *has_bom, GError **error);
/* The text of @bytes as @encoding: only what enclave_encoding_encode() gives back byte for byte. Returns: (transfer full): NULL with
 * ENCLAVE_TEXT_FILE_ERROR_FAILED or ENCLAVE_TEXT_FILE_ERROR_BINARY. */
char *enclave_encoding_decode_as (const char *bytes, gsize length, EnclaveEncoding encoding, gsize *text_length, gboolean *has_bom,
                                  GError **error);
/* FALSE: nobody knows @name. */
gboolean enclave_encoding_find (const char *name, EnclaveEncoding *encoding);
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
/* Returns: a descriptor of a regular file, which is not waited for, or -1. */
int enclave_text_file_open_regular (const char *path, struct stat *st, GError **error);
void enclave_text_file_fail_too_large (GError **error);

G_END_DECLS
