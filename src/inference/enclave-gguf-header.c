/* enclave-gguf-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-gguf-header.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gguf-types-private.h"
#include "enclave-limits.h"

/* As ggml itself bounds them. */
#define MAX_KEY_BYTES 65535
#define MAX_DIMENSIONS 4
#define MAX_DEPTH 3
#define DEFAULT_ALIGNMENT 32
#define MAX_ALIGNMENT (1u << 20)
#define MAX_TEXT_BYTES 256
/* Layers whose numbers differ are told one by one. */
#define MAX_LAYERS 65536

typedef enum
{
  TYPE_U8,
  TYPE_I8,
  TYPE_U16,
  TYPE_I16,
  TYPE_U32,
  TYPE_I32,
  TYPE_F32,
  TYPE_BOOL,
  TYPE_STRING,
  TYPE_ARRAY,
  TYPE_U64,
  TYPE_I64,
  TYPE_F64,
} ValueType;

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
} Reader;

/* A number, or the numbers of each layer. */
typedef struct
{
  guint64 most;
  guint64 sum;
  guint64 count;
} Number;

static const char *const number_keys[] = {
  ".context_length",        ".block_count",          ".embedding_length",       ".attention.head_count",
  ".attention.head_count_kv", ".attention.key_length", ".attention.value_length",
};

static gboolean
take (Reader *reader, gsize n, const guint8 **bytes)
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

static gboolean
read_u32 (Reader *reader, guint32 *value)
{
  const guint8 *bytes;

  if (!take (reader, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT32_FROM_LE (*value);
  return TRUE;
}

static gboolean
read_u64 (Reader *reader, guint64 *value)
{
  const guint8 *bytes;

  if (!take (reader, sizeof *value, &bytes))
    return FALSE;
  memcpy (value, bytes, sizeof *value);
  *value = GUINT64_FROM_LE (*value);
  return TRUE;
}

/* Counts and lengths had four bytes in version 1. */
static gboolean
read_count (Reader *reader, guint64 *value)
{
  guint32 small;

  if (reader->version > 1)
    return read_u64 (reader, value);
  if (!read_u32 (reader, &small))
    return FALSE;
  *value = small;
  return TRUE;
}

static gboolean
fail (Reader *reader, const char *problem)
{
  reader->problem = problem;
  return FALSE;
}

static gboolean
read_string (Reader *reader, const char **text, gsize *length)
{
  const guint8 *bytes;
  guint64 n;

  if (!read_count (reader, &n))
    return FALSE;
  /* Longer than the whole file: a lie, not a header that is larger than what was read of it. */
  if (n > reader->file_bytes)
    return fail (reader, _ ("a text in it is longer than the file"));
  if (n > G_MAXSIZE || !take (reader, (gsize) n, &bytes))
    {
      reader->ran_out = TRUE;
      return FALSE;
    }
  *text = (const char *) bytes;
  *length = (gsize) n;
  return TRUE;
}

static char *
dup_text (const char *text, gsize length)
{
  g_autofree char *valid = NULL;
  const char *end;

  length = MIN (length, MAX_TEXT_BYTES);
  g_utf8_validate (text, (gssize) length, &end);
  valid = g_strndup (text, (gsize) (end - text));
  return g_strstrip (g_steal_pointer (&valid));
}

static gsize
size_of (ValueType type)
{
  switch (type)
    {
    case TYPE_U8:
    case TYPE_I8:
    case TYPE_BOOL:
      return 1;
    case TYPE_U16:
    case TYPE_I16:
      return 2;
    case TYPE_U32:
    case TYPE_I32:
    case TYPE_F32:
      return 4;
    case TYPE_U64:
    case TYPE_I64:
    case TYPE_F64:
      return 8;
    case TYPE_STRING:
    case TYPE_ARRAY:
    default:
      return 0;
    }
}

/* Whole numbers; what is negative or a fraction counts as none. */
static guint64
to_number (ValueType type, const guint8 *bytes)
{
  guint64 value = 0;

  if (type == TYPE_F32 || type == TYPE_F64)
    return 0;
  for (gsize i = size_of (type); i > 0; i--)
    value = value << 8 | bytes[i - 1];
  if ((type == TYPE_I8 || type == TYPE_I16 || type == TYPE_I32 || type == TYPE_I64)
      && (bytes[size_of (type) - 1] & 0x80) != 0)
    return 0;
  return value;
}

static void
add_number (Number *number, guint64 value)
{
  number->most = MAX (number->most, value);
  number->sum = value > G_MAXUINT64 - number->sum ? G_MAXUINT64 : number->sum + value;
  number->count++;
}

/* @number: (nullable): takes whole numbers. */
static gboolean
read_array (Reader *reader, guint depth, Number *number)
{
  guint32 type;
  guint64 n;
  gsize size;
  const guint8 *bytes;

  if (!read_u32 (reader, &type) || !read_count (reader, &n))
    return FALSE;
  if (type > TYPE_F64)
    return fail (reader, _ ("a value in it has a type that does not exist"));
  if (n > reader->file_bytes)
    return fail (reader, _ ("a list in it is longer than the file"));
  size = size_of ((ValueType) type);
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
        add_number (number, to_number ((ValueType) type, bytes + i * size));
      return TRUE;
    }
  if (type == TYPE_ARRAY && depth >= MAX_DEPTH)
    return fail (reader, _ ("lists in it are nested too deeply"));
  for (guint64 i = 0; i < n; i++)
    {
      const char *text;
      gsize length;

      if (type == TYPE_STRING ? !read_string (reader, &text, &length) : !read_array (reader, depth + 1, NULL))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  EnclaveGgufHeader *header;
  GHashTable *numbers; /* key -> Number */
  guint64 alignment;
  guint64 data_bytes; /* how far the weights reach behind the header */
  GHashTable *type_bytes; /* EnclaveGgufType -> guint64 */
} Facts;

static gboolean
is_number_key (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (number_keys); i++)
    if (g_str_has_suffix (key, number_keys[i]))
      return TRUE;
  return FALSE;
}

static void
take_text (Facts *facts, const char *key, const char *text, gsize length)
{
  char **place = g_str_equal (key, "general.name")           ? &facts->header->name
                 : g_str_equal (key, "general.architecture") ? &facts->header->architecture
                                                             : NULL;

  if (g_str_equal (key, "tokenizer.chat_template"))
    facts->header->has_template = length > 0;
  if (place == NULL)
    return;
  g_free (*place);
  *place = dup_text (text, length);
}

static gboolean
take_scalar (Reader *reader, Facts *facts, const char *key, guint64 value)
{
  if (g_str_equal (key, "general.file_type"))
    {
      const char *name = enclave_gguf_file_type_name (value);

      if (name != NULL)
        {
          g_free (facts->header->quantization);
          facts->header->quantization = g_strdup (name);
        }
    }
  else if (g_str_equal (key, "split.count"))
    facts->header->n_parts = value >= 1 && value <= ENCLAVE_MODEL_FILE_MAX_PARTS ? (guint) value : 1;
  else if (g_str_equal (key, "general.alignment"))
    {
      if (value == 0 || value > MAX_ALIGNMENT || (value & (value - 1)) != 0)
        return fail (reader, _ ("its alignment is none"));
      facts->alignment = value;
    }
  return TRUE;
}

static gboolean
read_pair (Reader *reader, Facts *facts)
{
  const char *key_text;
  const char *text;
  const guint8 *bytes;
  g_autofree char *key = NULL;
  g_autofree Number *number = NULL;
  gsize length;
  guint32 type;

  if (!read_string (reader, &key_text, &length))
    return FALSE;
  if (length > MAX_KEY_BYTES || memchr (key_text, '\0', length) != NULL)
    return fail (reader, _ ("a name in it is none"));
  key = g_strndup (key_text, length);
  if (!read_u32 (reader, &type))
    return FALSE;
  if (type > TYPE_F64)
    return fail (reader, _ ("a value in it has a type that does not exist"));
  if (type == TYPE_STRING)
    {
      if (!read_string (reader, &text, &length))
        return FALSE;
      take_text (facts, key, text, length);
      return TRUE;
    }
  if (is_number_key (key))
    number = g_new0 (Number, 1);
  if (type == TYPE_ARRAY)
    {
      if (!read_array (reader, 0, number))
        return FALSE;
    }
  else
    {
      guint64 value;

      if (!take (reader, size_of ((ValueType) type), &bytes))
        return FALSE;
      value = to_number ((ValueType) type, bytes);
      if (!take_scalar (reader, facts, key, value))
        return FALSE;
      if (number != NULL)
        add_number (number, value);
    }
  if (number != NULL)
    g_hash_table_insert (facts->numbers, g_steal_pointer (&key), g_steal_pointer (&number));
  return TRUE;
}

static gboolean
read_tensor (Reader *reader, Facts *facts)
{
  const EnclaveGgufType *type;
  const char *name;
  guint64 weights = 1;
  guint64 bytes;
  guint64 end;
  guint64 offset;
  guint64 *sum;
  gsize length;
  guint32 n_dimensions;
  guint32 number;

  if (!read_string (reader, &name, &length) || !read_u32 (reader, &n_dimensions))
    return FALSE;
  if (n_dimensions > MAX_DIMENSIONS)
    return fail (reader, _ ("a tensor in it has too many dimensions"));
  for (guint32 i = 0; i < n_dimensions; i++)
    {
      guint64 dimension;

      if (!read_count (reader, &dimension))
        return FALSE;
      if (!g_uint64_checked_mul (&weights, weights, dimension))
        return fail (reader, _ ("a tensor in it is larger than any memory"));
    }
  if (!read_u32 (reader, &number) || !read_u64 (reader, &offset))
    return FALSE;
  if (!g_uint64_checked_add (&facts->header->parameters, facts->header->parameters, weights))
    return fail (reader, _ ("its tensors are larger than any memory"));
  type = enclave_gguf_type_find (number);
  /* A type of tomorrow: its size is not known, and the rest of the header is. */
  if (type == NULL)
    return TRUE;
  if (!g_uint64_checked_mul (&bytes, weights / type->block_weights + (weights % type->block_weights != 0), type->block_bytes)
      || !g_uint64_checked_add (&end, offset, bytes))
    return fail (reader, _ ("a tensor in it is larger than any memory"));
  facts->data_bytes = MAX (facts->data_bytes, end);
  sum = g_hash_table_lookup (facts->type_bytes, (gpointer) type);
  if (sum == NULL)
    {
      sum = g_new0 (guint64, 1);
      g_hash_table_insert (facts->type_bytes, (gpointer) type, sum);
    }
  *sum = bytes > G_MAXUINT64 - *sum ? G_MAXUINT64 : *sum + bytes;
  return TRUE;
}

static const Number *
find_number (Facts *facts, const char *suffix)
{
  static const Number none;
  g_autofree char *key = g_strconcat (facts->header->architecture, suffix, NULL);
  const Number *number = g_hash_table_lookup (facts->numbers, key);

  return number != NULL ? number : &none;
}

static guint
to_guint (guint64 value)
{
  return (guint) MIN (value, G_MAXINT32);
}

static void
conclude_cache (Facts *facts)
{
  EnclaveGgufHeader *header = facts->header;
  guint64 embedding = find_number (facts, ".embedding_length")->most;
  guint64 key = find_number (facts, ".attention.key_length")->most;
  guint64 value = find_number (facts, ".attention.value_length")->most;
  const Number *heads_kv = find_number (facts, ".attention.head_count_kv");
  guint64 heads_of_layers;
  guint64 bytes;

  if (key == 0 && header->heads > 0)
    key = embedding / header->heads;
  if (value == 0)
    value = key;
  if (heads_kv->count > 1)
    heads_of_layers = heads_kv->sum;
  else if (!g_uint64_checked_mul (&heads_of_layers, heads_kv->count > 0 ? heads_kv->most : header->heads, header->layers))
    return;
  if (g_uint64_checked_add (&bytes, key, value) && g_uint64_checked_mul (&bytes, bytes, 2)
      && g_uint64_checked_mul (&bytes, bytes, heads_of_layers))
    header->kv_bytes_per_token = bytes;
}

static void
conclude (Facts *facts)
{
  EnclaveGgufHeader *header = facts->header;
  const EnclaveGgufType *dominant = NULL;
  guint64 most = 0;
  GHashTableIter iter;
  gpointer type;
  gpointer bytes;

  header->context_length = to_guint (find_number (facts, ".context_length")->most);
  header->layers = to_guint (find_number (facts, ".block_count")->most);
  header->heads = to_guint (find_number (facts, ".attention.head_count")->most);
  header->heads_kv = to_guint (find_number (facts, ".attention.head_count_kv")->most);
  if (header->heads_kv == 0 && find_number (facts, ".attention.head_count_kv")->count == 0)
    header->heads_kv = header->heads;
  conclude_cache (facts);
  g_hash_table_iter_init (&iter, facts->type_bytes);
  while (g_hash_table_iter_next (&iter, &type, &bytes))
    {
      const EnclaveGgufType *one = type;
      guint64 sum = *(guint64 *) bytes;

      if (dominant == NULL || sum > most || (sum == most && one->number < dominant->number))
        {
          dominant = one;
          most = sum;
        }
    }
  header->dominant_type = g_strdup (dominant != NULL ? dominant->name : "");
  if (header->quantization == NULL)
    header->quantization = g_strdup (header->dominant_type);
}

static gboolean
read_all (Reader *reader, Facts *facts)
{
  EnclaveGgufHeader *header = facts->header;
  guint64 n_pairs;
  guint64 begin;
  guint64 end;

  if (!read_count (reader, &header->n_tensors) || !read_count (reader, &n_pairs))
    return FALSE;
  /* Each takes more than a byte. */
  if (header->n_tensors > reader->file_bytes || n_pairs > reader->file_bytes)
    return fail (reader, _ ("it announces more than a file of its size can hold"));
  for (guint64 i = 0; i < n_pairs; i++)
    if (!read_pair (reader, facts))
      return FALSE;
  for (guint64 i = 0; i < header->n_tensors; i++)
    if (!read_tensor (reader, facts))
      return FALSE;
  header->is_complete = TRUE;
  begin = ((guint64) reader->at + facts->alignment - 1) & ~(facts->alignment - 1);
  if (!g_uint64_checked_add (&end, begin, facts->data_bytes))
    end = G_MAXUINT64;
  if (facts->data_bytes > 0 && end > reader->file_bytes)
    header->missing_bytes = end - reader->file_bytes;
  return TRUE;
}

static gboolean
check_begin (Reader *reader, GError **error)
{
  guint32 version;

  if (reader->length < 4 || memcmp (reader->bytes, "GGUF", 4) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("This is no model file: it does not begin as a GGUF file does"));
      return FALSE;
    }
  reader->at = 4;
  if (!read_u32 (reader, &version))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The model file ends within its header"));
      return FALSE;
    }
  if (version != 0 && (version & 0xffff) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("The model file was made for big-endian machines, and this is none"));
      return FALSE;
    }
  if (version < 1 || version > 3)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("The model file has version %u of its format; 1 to 3 are known"), version);
      return FALSE;
    }
  reader->version = version;
  return TRUE;
}

EnclaveGgufHeader *
enclave_gguf_header_parse (GBytes *head, guint64 file_bytes, GError **error)
{
  g_autoptr (EnclaveGgufHeader) header = NULL;
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) type_bytes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Reader reader = { NULL };
  Facts facts = { NULL, numbers, DEFAULT_ALIGNMENT, 0, type_bytes };

  g_return_val_if_fail (head != NULL, NULL);

  reader.bytes = g_bytes_get_data (head, &reader.length);
  reader.file_bytes = MAX (file_bytes, reader.length);
  if (!check_begin (&reader, error))
    return NULL;
  header = g_new0 (EnclaveGgufHeader, 1);
  header->version = reader.version;
  header->file_bytes = reader.file_bytes;
  header->n_parts = 1;
  facts.header = header;
  if (!read_all (&reader, &facts))
    {
      header->parameters = 0;
      if (reader.problem != NULL)
        {
          /* Translators: what is wrong, as half a sentence */
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The model file is damaged: %s"), reader.problem);
          return NULL;
        }
      if (reader.length >= reader.file_bytes)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The model file ends within its header"));
          return NULL;
        }
    }
  if (header->architecture == NULL || *header->architecture == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The model file does not say what kind of model it holds"));
      return NULL;
    }
  conclude (&facts);
  if (header->name == NULL)
    header->name = g_strdup ("");
  return g_steal_pointer (&header);
}

void
enclave_gguf_header_free (EnclaveGgufHeader *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->architecture);
  g_free (self->quantization);
  g_free (self->dominant_type);
  g_free (self);
}

char *
enclave_gguf_header_dup_parameters (const EnclaveGgufHeader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->parameters == 0)
    return g_strdup ("");
  if (self->parameters >= G_GUINT64_CONSTANT (999500000))
    return g_strdup_printf (self->parameters >= G_GUINT64_CONSTANT (99950000000) ? "%.0fB" : "%.1fB",
                            (double) self->parameters / 1e9);
  if (self->parameters >= 999500)
    return g_strdup_printf (self->parameters >= 9950000 ? "%.0fM" : "%.1fM", (double) self->parameters / 1e6);
  return g_strdup_printf ("%.0fK", (double) self->parameters / 1e3);
}
