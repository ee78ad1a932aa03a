/* enclave-gguf-reader-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads the values of a GGUF header one after another, and never behind the bytes at hand. */

typedef enum
{
  ENCLAVE_GGUF_U8,
  ENCLAVE_GGUF_I8,
  ENCLAVE_GGUF_U16,
  ENCLAVE_GGUF_I16,
  ENCLAVE_GGUF_U32,
  ENCLAVE_GGUF_I32,
  ENCLAVE_GGUF_F32,
  ENCLAVE_GGUF_BOOL,
  ENCLAVE_GGUF_STRING,
  ENCLAVE_GGUF_ARRAY,
  ENCLAVE_GGUF_U64,
  ENCLAVE_GGUF_I64,
  ENCLAVE_GGUF_F64,
} EnclaveGgufValueType;

typedef struct
{
  const guint8 *bytes;
  gsize length;
  gsize at;
  guint64 file_bytes;
  guint version;
  /* The bytes at hand were not enough. */
  gboolean ran_out;
  const char *problem;
} EnclaveGgufReader;

/* A number, or the numbers of each layer. */
typedef struct
{
  guint64 most;
  guint64 sum;
  guint64 count;
} EnclaveGgufNumber;

/* All of these return FALSE when the bytes ran out, or with what is wrong in @reader->problem. */
gboolean enclave_gguf_reader_take (EnclaveGgufReader *reader, gsize n, const guint8 **bytes);
gboolean enclave_gguf_reader_read_u32 (EnclaveGgufReader *reader, guint32 *value);
gboolean enclave_gguf_reader_read_u64 (EnclaveGgufReader *reader, guint64 *value);
/* Counts and lengths had four bytes in version 1. */
gboolean enclave_gguf_reader_read_count (EnclaveGgufReader *reader, guint64 *value);
/* @text: (out): within the bytes, not terminated. */
gboolean enclave_gguf_reader_read_string (EnclaveGgufReader *reader, const char **text, gsize *length);
/* @depth: 0 for a list that is in none. @number: (nullable): takes whole numbers. */
gboolean enclave_gguf_reader_read_array (EnclaveGgufReader *reader, guint depth, EnclaveGgufNumber *number);
/* Always FALSE. @problem: half a sentence, translated; not copied. */
gboolean enclave_gguf_reader_fail (EnclaveGgufReader *reader, const char *problem);

/* 0 for what has no fixed size. */
gsize enclave_gguf_value_size (EnclaveGgufValueType type);
/* Whole numbers; what is negative or a fraction counts as none. */
guint64 enclave_gguf_value_to_number (EnclaveGgufValueType type, const guint8 *bytes);
void enclave_gguf_number_add (EnclaveGgufNumber *number, guint64 value);

G_END_DECLS
