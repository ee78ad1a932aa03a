/* test-gguf-header.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gguf-header.h"

/* Writes a header as its version wants it. */
typedef struct
{
  GByteArray *bytes;
  guint version;
} Writer;

static void
put_u32 (Writer *writer, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (writer->bytes, (const guint8 *) &value, sizeof value);
}

static void
put_u64 (Writer *writer, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (writer->bytes, (const guint8 *) &value, sizeof value);
}

static void
put_count (Writer *writer, guint64 value)
{
  if (writer->version == 1)
    put_u32 (writer, (guint32) value);
  else
    put_u64 (writer, value);
}

static void
put_text (Writer *writer, const char *text)
{
  put_count (writer, strlen (text));
  g_byte_array_append (writer->bytes, (const guint8 *) text, (guint) strlen (text));
}

static Writer
begin (guint version, guint64 n_tensors, guint64 n_pairs)
{
  Writer writer = { g_byte_array_new (), version };

  g_byte_array_append (writer.bytes, (const guint8 *) "GGUF", 4);
  put_u32 (&writer, version);
  put_count (&writer, n_tensors);
  put_count (&writer, n_pairs);
  return writer;
}

static void
put_text_pair (Writer *writer, const char *key, const char *value)
{
  put_text (writer, key);
  put_u32 (writer, 8);
  put_text (writer, value);
}

static void
put_u32_pair (Writer *writer, const char *key, guint32 value)
{
  put_text (writer, key);
  put_u32 (writer, 4);
  put_u32 (writer, value);
}

static void
put_tensor (Writer *writer, const char *name, guint64 columns, guint64 rows, guint32 type, guint64 offset)
{
  put_text (writer, name);
  put_u32 (writer, 2);
  put_count (writer, columns);
  put_count (writer, rows);
  put_u32 (writer, type);
  put_u64 (writer, offset);
}

static EnclaveGgufHeader *
finish (Writer *writer, guint64 file_bytes, GError **error)
{
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (writer->bytes);

  return enclave_gguf_header_parse (bytes, file_bytes, error);
}

static void
assert_error (Writer writer, guint64 file_bytes, GIOErrorEnum code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGgufHeader) header = finish (&writer, file_bytes, &error);

  g_assert_null (header);
  g_assert_error (error, G_IO_ERROR, (int) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static GBytes *
read_toy (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "toy", "toy.gguf", NULL);
  g_autoptr (GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static void
test_real (void)
{
  g_autoptr (GBytes) bytes = read_toy ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGgufHeader) header = enclave_gguf_header_parse (bytes, g_bytes_get_size (bytes), &error);
  g_autofree char *parameters = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (header->name, ==, "enclave-toy");
  g_assert_cmpstr (header->architecture, ==, "llama");
  g_assert_cmpstr (header->quantization, ==, "F16");
  g_assert_cmpstr (header->dominant_type, ==, "F16");
  g_assert_cmpuint (header->version, ==, 3);
  g_assert_cmpuint (header->n_tensors, ==, 39);
  g_assert_cmpuint (header->context_length, ==, 8192);
  g_assert_cmpuint (header->layers, ==, 4);
  g_assert_cmpuint (header->heads, ==, 2);
  g_assert_cmpuint (header->heads_kv, ==, 2);
  /* Key and value, two bytes each, 64 numbers, 2 heads, 4 layers. */
  g_assert_cmpuint (header->kv_bytes_per_token, ==, 2 * 2 * 64 * 2 * 4);
  g_assert_cmpuint (header->missing_bytes, ==, 0);
  g_assert_cmpuint (header->parameters, >, 1000000);
  g_assert_cmpuint (header->parameters, <, 1100000);
  g_assert_true (header->has_template);
  g_assert_true (header->is_complete);
  parameters = enclave_gguf_header_dup_parameters (header);
  g_assert_cmpstr (parameters, ==, "1.1M");
}

/* Each length at which a file can be cut. */
static void
test_cut (void)
{
  g_autoptr (GBytes) whole = read_toy ();
  gsize length = g_bytes_get_size (whole);
  guint n_partial = 0;

  for (gsize n = 0; n < 39000; n += n < 2000 || n > 38800 ? 1 : 61)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, n);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) not_all = NULL;
      g_autoptr (EnclaveGgufHeader) header = enclave_gguf_header_parse (part, n, &error);
      g_autoptr (EnclaveGgufHeader) more = enclave_gguf_header_parse (part, length, &not_all);

      if (n < 38873)
        {
          g_assert_null (header);
          g_assert_nonnull (error);
          n_partial += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ? 1 : 0;
          /* When the rest is only not read yet, what was read counts. */
          g_assert_true (more == NULL ? not_all != NULL : !more->is_complete && more->parameters == 0);
        }
      else
        {
          g_assert_nonnull (header);
          g_assert_cmpuint (header->missing_bytes, >, 2000000);
        }
    }
  g_assert_cmpuint (n_partial, >, 2000);
}

static void
test_missing (void)
{
  g_autoptr (GBytes) whole = read_toy ();
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) - 100);
  g_autoptr (EnclaveGgufHeader) header = enclave_gguf_header_parse (part, g_bytes_get_size (part), NULL);

  g_assert_cmpuint (header->missing_bytes, >, 0);
  g_assert_cmpuint (header->missing_bytes, <=, 100);
}

static void
test_versions (void)
{
  for (guint version = 1; version <= 3; version++)
    {
      Writer writer = begin (version, 2, 5);
      g_autoptr (EnclaveGgufHeader) header = NULL;
      g_autoptr (GError) error = NULL;

      put_text_pair (&writer, "general.architecture", "qwen2");
      put_u32_pair (&writer, "qwen2.context_length", 32768);
      put_u32_pair (&writer, "general.file_type", 15);
      put_text_pair (&writer, "general.name", "Qwen <b>2.5</b>\nCoder");
      put_u32_pair (&writer, "split.count", 3);
      put_tensor (&writer, "a", 4096, 4096, 12, 0);
      put_tensor (&writer, "b", 32, 32, 0, 4096 * 4096 / 256 * 144);
      header = finish (&writer, 20000000, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (header->version, ==, version);
      g_assert_cmpstr (header->quantization, ==, "Q4_K_M");
      g_assert_cmpstr (header->dominant_type, ==, "Q4_K");
      g_assert_cmpuint (header->context_length, ==, 32768);
      g_assert_cmpuint (header->parameters, ==, 4096 * 4096 + 32 * 32);
      g_assert_cmpuint (header->n_parts, ==, 3);
      g_assert_cmpuint (header->missing_bytes, ==, 0);
    }
  assert_error (begin (4, 0, 0), 4096, G_IO_ERROR_NOT_SUPPORTED);
  assert_error (begin (0, 0, 0), 4096, G_IO_ERROR_NOT_SUPPORTED);
  /* 3 in the other order of bytes. */
  assert_error (begin (0x03000000, 0, 0), 4096, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_layers (void)
{
  Writer writer = begin (3, 0, 6);
  g_autoptr (EnclaveGgufHeader) header = NULL;

  /* Numbers may come before the architecture that they belong to. */
  put_u32_pair (&writer, "g.block_count", 3);
  put_u32_pair (&writer, "g.attention.key_length", 256);
  put_u32_pair (&writer, "g.attention.value_length", 128);
  put_text (&writer, "g.attention.head_count_kv");
  put_u32 (&writer, 9);
  put_u32 (&writer, 5);
  put_u64 (&writer, 3);
  put_u32 (&writer, 2);
  put_u32 (&writer, (guint32) -1);
  put_u32 (&writer, 4);
  put_u32_pair (&writer, "other.context_length", 99);
  put_text_pair (&writer, "general.architecture", "g");
  header = finish (&writer, 4096, NULL);
  g_assert_nonnull (header);
  g_assert_cmpuint (header->heads_kv, ==, 4);
  g_assert_cmpuint (header->kv_bytes_per_token, ==, (256 + 128) * 2 * (2 + 0 + 4));
  g_assert_cmpuint (header->context_length, ==, 0);
}

static void
test_no_model (void)
{
  static const char *const texts[] = { "", "G", "GGU", "GGUF", "ggml", "PK\003\004", "\177ELF\002\001\001", "GGUF\003" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_gguf_header_parse (bytes, g_bytes_get_size (bytes), &error));
      g_assert_nonnull (error);
    }
}

static void
test_hostile (void)
{
  Writer writer;

  /* More than any file holds. */
  assert_error (begin (3, G_MAXUINT64, 0), 4096, G_IO_ERROR_INVALID_DATA);
  assert_error (begin (3, 0, G_MAXUINT64), 4096, G_IO_ERROR_INVALID_DATA);
  assert_error (begin (3, 0, 4000), 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 0, 1);
  put_u64 (&writer, G_MAXUINT64);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  /* A text that ends behind the file's end. */
  writer = begin (3, 0, 1);
  put_text (&writer, "general.architecture");
  put_u32 (&writer, 8);
  put_u64 (&writer, 4096);
  assert_error (writer, 60, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 0, 1);
  put_text (&writer, "a");
  put_u32 (&writer, 13);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  /* A list of lists of lists. */
  writer = begin (3, 0, 1);
  put_text (&writer, "a");
  put_u32 (&writer, 9);
  for (guint i = 0; i < 2000; i++)
    {
      put_u32 (&writer, 9);
      put_u64 (&writer, 1);
    }
  assert_error (writer, 1 << 20, G_IO_ERROR_INVALID_DATA);

  /* A list whose bytes overflow. */
  writer = begin (3, 0, 1);
  put_text (&writer, "a");
  put_u32 (&writer, 9);
  put_u32 (&writer, 10);
  put_u64 (&writer, G_GUINT64_CONSTANT (1) << 61);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 1, 1);
  put_text_pair (&writer, "general.architecture", "x");
  put_tensor (&writer, "t", G_GUINT64_CONSTANT (1) << 40, G_GUINT64_CONSTANT (1) << 40, 0, 0);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 1, 1);
  put_text_pair (&writer, "general.architecture", "x");
  put_tensor (&writer, "t", 32, 32, 0, G_MAXUINT64 - 8);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 1, 1);
  put_text_pair (&writer, "general.architecture", "x");
  put_text (&writer, "t");
  put_u32 (&writer, 5);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 0, 2);
  put_text_pair (&writer, "general.architecture", "x");
  put_u32_pair (&writer, "general.alignment", 33);
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);

  writer = begin (3, 0, 1);
  put_text_pair (&writer, "general.name", "no architecture");
  assert_error (writer, 4096, G_IO_ERROR_INVALID_DATA);
}

/* What the file says of itself is shown to people: valid, short, and huge numbers stay numbers. */
static void
test_words (void)
{
  Writer writer = begin (3, 1, 7);
  g_autofree char *long_name = g_strnfill (5000, 'n');
  g_autoptr (EnclaveGgufHeader) header = NULL;
  g_autofree char *parameters = NULL;

  put_text_pair (&writer, "general.architecture", "x");
  put_text_pair (&writer, "general.name", long_name);
  put_u32_pair (&writer, "x.context_length", G_MAXUINT32);
  put_u32_pair (&writer, "x.block_count", G_MAXUINT32);
  put_u32_pair (&writer, "x.attention.head_count", G_MAXUINT32);
  put_u32_pair (&writer, "x.embedding_length", G_MAXUINT32);
  put_u32_pair (&writer, "general.file_type", 4242);
  put_tensor (&writer, "t", 32, 32, 999, 0);
  header = finish (&writer, 8192, NULL);
  g_assert_nonnull (header);
  g_assert_cmpuint (strlen (header->name), ==, 256);
  g_assert_cmpuint (header->context_length, ==, G_MAXINT32);
  g_assert_cmpstr (header->quantization, ==, "");

  g_clear_pointer (&header, enclave_gguf_header_free);
  writer = begin (3, 0, 2);
  put_text_pair (&writer, "general.architecture", "x");
  put_text_pair (&writer, "general.name", "caf\xc3\xa9\xff\xfe");
  header = finish (&writer, 8192, NULL);
  g_assert_cmpstr (header->name, ==, "caf\xc3\xa9");
  parameters = enclave_gguf_header_dup_parameters (header);
  g_assert_cmpstr (parameters, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gguf-header/real", test_real);
  g_test_add_func ("/gguf-header/cut", test_cut);
  g_test_add_func ("/gguf-header/missing", test_missing);
  g_test_add_func ("/gguf-header/versions", test_versions);
  g_test_add_func ("/gguf-header/layers", test_layers);
  g_test_add_func ("/gguf-header/no-model", test_no_model);
  g_test_add_func ("/gguf-header/hostile", test_hostile);
  g_test_add_func ("/gguf-header/words", test_words);
  return g_test_run ();
}
