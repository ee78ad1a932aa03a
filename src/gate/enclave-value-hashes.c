/* enclave-value-hashes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/random.h>

#include "enclave-value-hashes.h"

#include "enclave-limits.h"

/* A value is looked for by its first bytes: a multiplication and a look into a field of bits for each byte of the text.
 * Only where the bit is set a hash is made, byte by byte over the lengths that values with such a beginning have, and only
 * where that one is right the keyed digest is asked. A place costs at most ENCLAVE_VALUE_MAX_BYTES steps and one digest. */
#define PREFIX_BYTES ENCLAVE_VALUE_MIN_BYTES
#define FIELD_BITS 20
#define DIGEST_BYTES 16
#define KEY_BYTES 32

G_STATIC_ASSERT (PREFIX_BYTES == sizeof (guint64));

typedef struct
{
  guint64 place;  /* odd: for the field of bits */
  guint64 prefix; /* odd */
  guint64 basis;
  guint64 step;   /* odd */
  guint8 digest[KEY_BYTES];
} Key;

typedef struct
{
  guint64 filter; /* of the whole value */
  guint8 digest[DIGEST_BYTES];
  guint32 place;
  guint16 length;
  gboolean is_clipped;
  guint index;
  const char *rule;
} Entry;

struct _EnclaveValueHashes
{
  Key key;
  GMutex mutex;
  guint8 *field;
  GHashTable *entries; /* prefix hash -> (element-type Entry), by length and filter */
  guint n_values;
};

EnclaveValueHashes *
enclave_value_hashes_new_like (const EnclaveValueHashes *other)
{
  EnclaveValueHashes *self = g_new0 (EnclaveValueHashes, 1);

  self->key = other->key;
  g_mutex_init (&self->mutex);
  self->field = g_malloc0 ((1u << FIELD_BITS) / 8);
  self->entries = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, (GDestroyNotify) g_array_unref);

  return self;
}

EnclaveValueHashes *
enclave_value_hashes_new (void)
{
  EnclaveValueHashes seed = { 0 };

  /* Never fails for so few bytes once the system has started. */
  while (getrandom (&seed.key, sizeof seed.key, 0) != (gssize) sizeof seed.key)
    ;
  seed.key.place |= 1;
  seed.key.prefix |= 1;
  seed.key.step |= 1;

  return enclave_value_hashes_new_like (&seed);
}

void
enclave_value_hashes_free (EnclaveValueHashes *self)
{
  g_hash_table_unref (self->entries);
  g_free (self->field);
  g_mutex_clear (&self->mutex);
  explicit_bzero (&self->key, sizeof self->key);
  g_free (self);
}

static inline guint64
load_prefix (const char *text)
{
  guint64 prefix;

  memcpy (&prefix, text, sizeof prefix);

  return prefix;
}

static inline guint
hash_place (const Key *key, guint64 prefix)
{
  return (guint) ((prefix * key->place) >> (64 - FIELD_BITS));
}

static inline guint
hash_prefix (const Key *key, guint64 prefix)
{
  return (guint) (((prefix ^ key->basis) * key->prefix) >> 32);
}

static inline guint64
extend_filter (const Key *key, guint64 filter, guint8 byte)
{
  filter = (filter ^ byte) * key->step;

  return filter ^ (filter >> 29);
}

static guint64
hash_filter (const Key *key, const char *value, gsize length)
{
  guint64 filter = key->basis;

  for (gsize i = 0; i < length; i++)
    filter = extend_filter (key, filter, (guint8) value[i]);

  return filter;
}

static void
make_digest (const Key *key, const char *value, gsize length, guint8 *digest)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key->digest, KEY_BYTES);
  guint8 whole[32];
  gsize whole_length = sizeof whole;

  g_hmac_update (hmac, (const guchar *) value, (gssize) length);
  g_hmac_get_digest (hmac, whole, &whole_length);
  memcpy (digest, whole, DIGEST_BYTES);
}

static gboolean
insert (EnclaveValueHashes *self, guint prefix, Entry entry)
{
  GArray *entries = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (prefix));
  guint at = 0;

  if (self->n_values >= ENCLAVE_VALUE_MAX_COUNT)
    return FALSE;
  if (entries == NULL)
    {
      entries = g_array_new (FALSE, FALSE, sizeof (Entry));
      g_hash_table_insert (self->entries, GUINT_TO_POINTER (prefix), entries);
    }
  for (; at < entries->len; at++)
    {
      const Entry *other = &g_array_index (entries, Entry, at);

      if (other->length == entry.length && other->filter == entry.filter
          && memcmp (other->digest, entry.digest, DIGEST_BYTES) == 0)
        return FALSE;
      if (other->length > entry.length || (other->length == entry.length && other->filter > entry.filter))
        break;
    }
  entry.index = self->n_values++;
  g_array_insert_val (entries, at, entry);
  self->field[entry.place / 8] |= (guint8) (1u << (entry.place % 8));

  return TRUE;
}

gboolean
enclave_value_hashes_add (EnclaveValueHashes *self, const char *value, gsize length, const char *rule)
{
  gsize kept = MIN (length, ENCLAVE_VALUE_MAX_BYTES);
  Entry entry = { .length = (guint16) kept, .is_clipped = kept < length, .rule = g_intern_string (rule) };
  gboolean added;

  g_return_val_if_fail (length >= PREFIX_BYTES, FALSE);

  entry.filter = hash_filter (&self->key, value, kept);
  make_digest (&self->key, value, kept, entry.digest);
  g_mutex_lock (&self->mutex);
  entry.place = hash_place (&self->key, load_prefix (value));
  added = insert (self, hash_prefix (&self->key, load_prefix (value)), entry);
  g_mutex_unlock (&self->mutex);

  return added;
}

guint
enclave_value_hashes_get_n (EnclaveValueHashes *self)
{
  guint n_values;

  g_mutex_lock (&self->mutex);
  n_values = self->n_values;
  g_mutex_unlock (&self->mutex);

  return n_values;
}

void
enclave_value_hashes_merge (EnclaveValueHashes *self, const EnclaveValueHashes *other, GHashTable *left_out)
{
  GHashTableIter iter;
  gpointer prefix, list;

  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, other->entries);
  while (g_hash_table_iter_next (&iter, &prefix, &list))
    {
      GArray *entries = list;

      for (guint i = 0; i < entries->len; i++)
        {
          const Entry *entry = &g_array_index (entries, Entry, i);

          if (left_out == NULL || !g_hash_table_contains (left_out, GUINT_TO_POINTER (entry->index)))
            insert (self, GPOINTER_TO_UINT (prefix), *entry);
        }
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_right (EnclaveValueHashes *self, const Entry *entry, const char *text)
{
  guint8 digest[DIGEST_BYTES];

  make_digest (&self->key, text, entry->length, digest);

  return memcmp (digest, entry->digest, DIGEST_BYTES) == 0;
}

/* Values that begin at @text: the longest, or, with @indexes, all. */
static const Entry *
match_at (EnclaveValueHashes *self, const char *text, gsize length, guint64 prefix, GHashTable *indexes)
{
  GArray *entries = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (hash_prefix (&self->key, prefix)));
  const Entry *longest = NULL;
  guint64 filter = self->key.basis;
  gsize done = 0;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (entry->length > length)
        break;
      for (; done < entry->length; done++)
        filter = extend_filter (&self->key, filter, (guint8) text[done]);
      if (filter != entry->filter || (indexes == NULL && longest != NULL && longest->length == entry->length)
          || !is_right (self, entry, text))
        continue;
      longest = entry;
      if (indexes != NULL)
        g_hash_table_add (indexes, GUINT_TO_POINTER (entry->index));
    }

  return longest;
}

static gsize
end_of_word (const char *text, gsize length, gsize end)
{
  while (end < length && !g_ascii_isspace (text[end]) && strchr ("\"'`,;<>(){}[]", text[end]) == NULL)
    end++;

  return end;
}

GArray *
enclave_value_hashes_find (EnclaveValueHashes *self, const char *text, gsize length)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (EnclaveValueSpan));
  gsize at = 0;

  g_mutex_lock (&self->mutex);
  while (self->n_values > 0 && at + PREFIX_BYTES <= length)
    {
      guint64 prefix = load_prefix (text + at);
      guint place = hash_place (&self->key, prefix);
      const Entry *entry;
      EnclaveValueSpan span;

      if (G_LIKELY ((self->field[place / 8] & (1u << (place % 8))) == 0)
          || (entry = match_at (self, text + at, length - at, prefix, NULL)) == NULL)
        {
          at++;
          continue;
        }
      span.start = at;
      span.end = at + entry->length;
      span.index = entry->index;
      span.rule = entry->rule;
      if (entry->is_clipped)
        span.end = end_of_word (text, length, span.end);
      g_array_append_val (spans, span);
      at = span.end;
    }
  g_mutex_unlock (&self->mutex);

  return spans;
}

void
enclave_value_hashes_collect (EnclaveValueHashes *self, const char *text, gsize length, GHashTable *indexes)
{
  g_mutex_lock (&self->mutex);
  for (gsize at = 0; self->n_values > 0 && at + PREFIX_BYTES <= length; at++)
    {
      guint64 prefix = load_prefix (text + at);
      guint place = hash_place (&self->key, prefix);

      if ((self->field[place / 8] & (1u << (place % 8))) != 0)
        match_at (self, text + at, length - at, prefix, indexes);
    }
  g_mutex_unlock (&self->mutex);
}
