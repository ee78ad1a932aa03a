/* enclave-gguf-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-gguf-reader-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_DEPTH 3
/* Layers whose numbers differ are told one by one. */
#define MAX_LAYERS 65536

gboolean
enclave_gguf_reader_take (EnclaveGgufReader *reader, gsize n, const guint8 **bytes)
{
  if (n > reader->length - reader->at)
    {
      reader->ran_out = TRUE;
      return FALSE;
    }
  if (bytes != NULL)
    *bytes = reader->bytes + reader->at;
  reader->at += n;
  return TRUE;
}

gboolean
enclave_gguf_reader_read_u32 (EnclaveGgufReader *reader, guint32 *value)
{
  const guint8 *bytes;

  if (!enclave_gguf_reader_take (reader, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT32_FROM_LE (*value);
  return TRUE;
}

gboolean
enclave_gguf_reader_read_u64 (EnclaveGgufReader *reader, guint64 *value)
{
  const guint8 *bytes;

  if (!enclave_gguf_reader_take (reader, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT64_FROM_LE (*value);
  return TRUE;
}

gboolean
enclave_gguf_reader_read_count (EnclaveGgufReader *reader, guint64 *value)
{
  guint32 small;

  if (reader->version > 1)
    return enclave_gguf_reader_read_u64 (reader, value);
  if (!enclave_gguf_reader_read_u32 (reader, &small))
    return FALSE;
  *value = small;
  return TRUE;
}

gboolean
enclave_gguf_reader_fail (EnclaveGgufReader *reader, const char *problem)
{
  reader->problem = problem;
  return FALSE;
}

gboolean
enclave_gguf_reader_read_string (EnclaveGgufReader *reader, const char **text, gsize *length)
{
  const guint8 *bytes;
  guint64 n;

  if (!enclave_gguf_reader_read_count (reader, &n))
    return FALSE;
  /* Longer than the whole file: a lie, not a header that is larger than what was read of it. */
  if (n > reader->file_bytes)
    return enclave_gguf_reader_fail (reader, _ ("a text in it is longer than the file"));
  if (n > G_MAXSIZE || !enclave_gguf_reader_take (reader, (gsize) n, &bytes))
    {
      reader->ran_out = TRUE;
      return FALSE;
    }
  *text = (const char *) bytes;
  *length = (gsize) n;
  return TRUE;
}

gsize
enclave_gguf_value_size (EnclaveGgufValueType type)
{
  switch (type)
    {
    case ENCLAVE_GGUF_U8:
    case ENCLAVE_GGUF_I8:
    case ENCLAVE_GGUF_BOOL:
      return 1;
    case ENCLAVE_GGUF_U16:
    case ENCLAVE_GGUF_I16:
      return 2;
    case ENCLAVE_GGUF_U32:
    case ENCLAVE_GGUF_I32:
    case ENCLAVE_GGUF_F32:
      return 4;
    case ENCLAVE_GGUF_U64:
    case ENCLAVE_GGUF_I64:
    case ENCLAVE_GGUF_F64:
      return 8;
    case ENCLAVE_GGUF_STRING:
    case ENCLAVE_GGUF_ARRAY:
    default:
      return 0;
    }
}

guint64
enclave_gguf_value_to_number (EnclaveGgufValueType type, const guint8 *bytes)
{
  guint64 value = 0;

  if (type == ENCLAVE_GGUF_F32 || type == ENCLAVE_GGUF_F64)
    return 0;
  for (gsize i = enclave_gguf_value_size (type); i > 0; i--)
    value = value << 8 | bytes[i - 1];
  if ((type == ENCLAVE_GGUF_I8 || type == ENCLAVE_GGUF_I16 || type == ENCLAVE_GGUF_I32 || type == ENCLAVE_GGUF_I64)
      && (bytes[enclave_gguf_value_size (type) - 1] & 0x80) != 0)
    return 0;
  return value;
}

void
enclave_gguf_number_add (EnclaveGgufNumber *number, guint64 value)
{
  number->most = MAX (number->most, value);
  number->sum = value > G_MAXUINT64 - number->sum ? G_MAXUINT64 : number->sum + value;
  number->count++;
}

gboolean
enclave_gguf_reader_read_array (EnclaveGgufReader *reader, guint depth, EnclaveGgufNumber *number)
{
  guint32 type;
  guint64 n;
  gsize size;
  const guint8 *bytes;

  if (!enclave_gguf_reader_read_u32 (reader, &type) || !enclave_gguf_reader_read_count (reader, &n))
    return FALSE;
  if (type > ENCLAVE_GGUF_F64)
    return enclave_gguf_reader_fail (reader, _ ("a value in it has a type that does not exist"));
  if (n > reader->file_bytes)
    return enclave_gguf_reader_fail (reader, _ ("a list in it is longer than the file"));
  size = enclave_gguf_value_size ((EnclaveGgufValueType) type);
  if (size > 0)
    {
      if (n > (reader->length - reader->at) / size)
        {
          reader->ran_out = TRUE;
          return FALSE;
        }
      bytes = reader->bytes + reader->at;
      reader->at += (gsize) n * size;
      for (guint64 i = 0; number != NULL && i < MIN (n, MAX_LAYERS); i++)
        enclave_gguf_number_add (number, enclave_gguf_value_to_number ((EnclaveGgufValueType) type, bytes + i * size));
      return TRUE;
    }
  if (type == ENCLAVE_GGUF_ARRAY && depth >= MAX_DEPTH)
    return enclave_gguf_reader_fail (reader, _ ("lists in it are nested too deeply"));
  for (guint64 i = 0; i < n; i++)
    {
      const char *text;
      gsize length;

      if (type == ENCLAVE_GGUF_STRING ? !enclave_gguf_reader_read_string (reader, &text, &length) : !enclave_gguf_reader_read_array (reader, depth + 1, NULL))
        return FALSE;
    }
  return TRUE;
}
