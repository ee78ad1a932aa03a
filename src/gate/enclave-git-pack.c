/* enclave-git-pack.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-pack.h"

#include <glib/gi18n.h>
#include <string.h>

#define FANOUT 256
#define BLOB 3
#define PACK_VERSION 2

static guint32
number_at (const guint8 *bytes)
{
  return ((guint32) bytes[0] << 24) | ((guint32) bytes[1] << 16) | ((guint32) bytes[2] << 8) | bytes[3];
}

static void
add_number (GByteArray *bytes, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *) &big, sizeof big);
}

GPtrArray *
enclave_git_pack_read_names (const char *index_path, gsize hash_length, GError **error)
{
  static const char digits[] = "0123456789abcdef";
  static const guint8 magic[] = { 0xff, 't', 'O', 'c', 0, 0, 0, 2 };
  g_autoptr (GMappedFile) file = g_mapped_file_new (index_path, FALSE, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const guint8 *bytes;
  gsize length, before = 0, step = hash_length, skip = 0;
  guint32 n;

  if (file == NULL)
    return NULL;
  bytes = (const guint8 *) g_mapped_file_get_contents (file);
  length = g_mapped_file_get_length (file);
  if (length > sizeof magic && memcmp (bytes, magic, sizeof magic) == 0)
    {
      before = sizeof magic;
    }
  else
    {
      /* The first version has each object's place before its name. */
      step = hash_length + 4;
      skip = 4;
    }
  if (length < before + FANOUT * 4)
    goto cut;
  n = number_at (bytes + before + (FANOUT - 1) * 4);
  before += FANOUT * 4;
  if ((length - before) / step < n)
    goto cut;
  for (guint32 i = 0; i < n; i++)
    {
      const guint8 *hash = bytes + before + i * step + skip;
      char *name = g_malloc (2 * hash_length + 1);

      for (gsize k = 0; k < hash_length; k++)
        {
          name[2 * k] = digits[hash[k] >> 4];
          name[2 * k + 1] = digits[hash[k] & 15];
        }
      name[2 * hash_length] = '\0';
      g_ptr_array_add (names, name);
    }
  return g_steal_pointer (&names);

cut:
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the index of a git pack is cut");
  return NULL;
}

static void
add_hash (GByteArray *bytes, GChecksumType type)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 digest[64];
  gsize length = sizeof digest;

  g_checksum_update (checksum, bytes->data, bytes->len);
  g_checksum_get_digest (checksum, digest, &length);
  g_byte_array_append (bytes, digest, (guint) length);
}

static guint32
crc_of (const guint8 *bytes, gsize length)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
  return crc ^ 0xffffffffu;
}

/* A blob as a pack holds it. */
static GByteArray *
make_entry (const char *text)
{
  g_autoptr (GZlibCompressor) deflate = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, -1);
  GByteArray *entry = g_byte_array_new ();
  gsize size = strlen (text);
  gsize rest = size >> 4;
  guint8 byte = (guint8) ((BLOB << 4) | (size & 15) | (rest > 0 ? 0x80 : 0));
  guint8 packed[4096];
  gsize n_read, n_written;

  g_byte_array_append (entry, &byte, 1);
  while (rest > 0)
    {
      byte = (guint8) ((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      rest >>= 7;
      g_byte_array_append (entry, &byte, 1);
    }
  if (g_converter_convert (G_CONVERTER (deflate), text, size, packed, sizeof packed, G_CONVERTER_INPUT_AT_END, &n_read,
                           &n_written, NULL)
      == G_CONVERTER_FINISHED)
    g_byte_array_append (entry, packed, (guint) n_written);
  return entry;
}

static void
add_name (GByteArray *bytes, const char *name)
{
  for (; name[0] != '\0' && name[1] != '\0'; name += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (name[0]) << 4 | g_ascii_xdigit_value (name[1]));

      g_byte_array_append (bytes, &byte, 1);
    }
}

static gboolean
write_bytes (const char *folder, const char *name, GByteArray *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents_full (path, (const char *) bytes->data, bytes->len, G_FILE_SET_CONTENTS_NONE, 0444, error);
}

gboolean
enclave_git_pack_write_blanks (const char *folder, GPtrArray *names, GError **error)
{
  g_autoptr (GByteArray) pack = g_byte_array_new ();
  g_autoptr (GByteArray) index = g_byte_array_new ();
  g_autoptr (GByteArray) entry
    = make_entry (_ ("Enclave keeps what this file holds from commands: the project’s rules deny its path.\n"));
  gsize hash_length;
  GChecksumType type;
  guint32 crc;

  g_return_val_if_fail (names != NULL && names->len > 0, FALSE);

  hash_length = strlen (g_ptr_array_index (names, 0)) / 2;
  type = hash_length == 32 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1;
  crc = crc_of (entry->data, entry->len);
  g_byte_array_append (pack, (const guint8 *) "PACK", 4);
  add_number (pack, PACK_VERSION);
  add_number (pack, names->len);
  for (guint i = 0; i < names->len; i++)
    g_byte_array_append (pack, entry->data, entry->len);
  add_hash (pack, type);

  g_byte_array_append (index, (const guint8 *) "\377tOc", 4);
  add_number (index, 2);
  for (guint first = 0, n = 0; first < FANOUT; first++)
    {
      while (n < names->len)
        {
          const char *name = g_ptr_array_index (names, n);

          if ((guint) (g_ascii_xdigit_value (name[0]) << 4 | g_ascii_xdigit_value (name[1])) > first)
            break;
          n++;
        }
      add_number (index, n);
    }
  for (guint i = 0; i < names->len; i++)
    add_name (index, g_ptr_array_index (names, i));
  for (guint i = 0; i < names->len; i++)
    add_number (index, crc);
  for (guint i = 0; i < names->len; i++)
    add_number (index, 12 + i * entry->len);
  g_byte_array_append (index, pack->data + pack->len - hash_length, (guint) hash_length);
  add_hash (index, type);

  return write_bytes (folder, "pack-enclave.pack", pack, error) && write_bytes (folder, "pack-enclave.idx", index, error);
}
