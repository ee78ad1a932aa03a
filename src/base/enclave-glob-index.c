/* enclave-glob-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-glob-index.h"

#include <string.h>

#include "enclave-glob-segment-private.h"

/* Of a longer beginning or end only so many bytes are looked up; the segment itself is tried in any case. */
#define KEY_MAX_BYTES 32
#define HASH_START 2166136261u
#define NO_ENTRY G_MAXUINT
#define PAIR_WORDS 16

typedef enum
{
  KEY_WHOLE,
  KEY_BEGINNING,
  KEY_END,
  KEY_NONE,
  N_KEYS,
} KeyKind;

typedef struct
{
  KeyKind kind;
  guint length; /* of the key, in bytes; of KEY_WHOLE it does not count */
  guint32 hash;
  guint64 needed; /* of KEY_NONE: what the name must have, see byte_bit() */
  /* Of a beginning or an end: the outermost byte and the next one. */
  char outer;
  char inner;
} Key;

typedef struct
{
  Key key;
  char *segment;
  guint value;
  guint next;
} Entry;

struct _EnclaveGlobIndex
{
  gatomicrefcount ref_count;
  GArray *entries;
  guint *slots; /* first entry of each chain */
  guint n_slots; /* a power of 2 */
  guint64 lengths[N_KEYS]; /* which lengths of keys there are */
  /* Of the beginnings and ends: which pairs of bytes they begin or end with. Most names have none of them. */
  guint64 pairs[N_KEYS][PAIR_WORDS];
  guint rest; /* chain of the entries without a key */
};

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->segment);
}

static void
make_slots (EnclaveGlobIndex *self, guint n_slots)
{
  g_free (self->slots);
  self->n_slots = n_slots;
  self->slots = g_new (guint, n_slots);
  for (guint i = 0; i < n_slots; i++)
    self->slots[i] = NO_ENTRY;
}

EnclaveGlobIndex *
enclave_glob_index_new (void)
{
  EnclaveGlobIndex *self = g_new0 (EnclaveGlobIndex, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, entry_clear);
  self->rest = NO_ENTRY;
  make_slots (self, 16);
  return self;
}

EnclaveGlobIndex *
enclave_glob_index_ref (EnclaveGlobIndex *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
enclave_glob_index_unref (EnclaveGlobIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->entries);
  g_free (self->slots);
  g_free (self);
}

static inline guint32
hash_byte (guint32 hash, char byte)
{
  return (hash ^ (guchar) byte) * 16777619u;
}

static inline guint64
byte_bit (char byte)
{
  return G_GUINT64_CONSTANT (1) << ((guchar) byte & 63);
}

static inline guint
slot_of (const EnclaveGlobIndex *self, KeyKind kind, guint32 hash)
{
  hash ^= (guint32) kind * 2654435761u;
  return (hash ^ (hash >> 15)) & (self->n_slots - 1);
}

/* The pair of the outermost byte and the one within. */
static inline guint
pair_of (char outer, char inner)
{
  return ((guint) (guchar) outer * 33 + (guchar) inner) % (PAIR_WORDS * 64);
}

static inline gboolean
has_pair (const EnclaveGlobIndex *self, KeyKind kind, char outer, char inner)
{
  guint pair = pair_of (outer, inner);

  return (self->pairs[kind][pair / 64] >> (pair % 64) & 1) != 0;
}

static void
note_pairs (EnclaveGlobIndex *self, const Key *key)
{
  guint pair = pair_of (key->outer, key->inner);

  self->lengths[key->kind] |= G_GUINT64_CONSTANT (1) << key->length;
  if (key->length == 1)
    memset (self->pairs[key->kind], 0xff, sizeof self->pairs[key->kind]);
  else
    self->pairs[key->kind][pair / 64] |= G_GUINT64_CONSTANT (1) << (pair % 64);
}

static guint32
hash_end (const char *text, gsize length, guint n_bytes)
{
  guint32 hash = HASH_START;

  for (guint i = 1; i <= n_bytes; i++)
    hash = hash_byte (hash, text[length - i]);
  return hash;
}

static guint32
hash_beginning (const char *text, gsize n_bytes)
{
  guint32 hash = HASH_START;

  for (gsize i = 0; i < n_bytes; i++)
    hash = hash_byte (hash, text[i]);
  return hash;
}

/* What can be said of every name that @segment stands for. */
static Key
key_of (const char *segment)
{
  g_autoptr (GString) run = g_string_new (NULL);
  Key key = { KEY_NONE, 0, HASH_START, 0, 0, 0 };
  gsize beginning = 0;
  guint32 beginning_hash = HASH_START;
  gboolean is_literal = TRUE;
  gboolean has_class = FALSE;

  for (const char *c = segment; *c != '\0' && !has_class; c++)
    {
      if (*c == '*' || *c == '?' || *c == '[')
        {
          if (is_literal)
            {
              beginning = MIN (run->len, KEY_MAX_BYTES);
              beginning_hash = hash_beginning (run->str, beginning);
              key.outer = run->str[0];
              key.inner = run->len > 1 ? run->str[1] : '\0';
            }
          is_literal = FALSE;
          /* Where a class ends, and whether it is one, is not looked at here: what comes after it counts for nothing. */
          has_class = *c == '[';
          g_string_truncate (run, 0);
          continue;
        }
      if (*c == '\\' && c[1] != '\0')
        c++;
      key.needed |= byte_bit (*c);
      g_string_append_c (run, *c);
    }

  if (is_literal)
    {
      key.kind = KEY_WHOLE;
      key.length = (guint) MIN (run->len, KEY_MAX_BYTES);
      key.hash = hash_beginning (run->str, run->len);
    }
  else if (!has_class && run->len > 0 && run->len >= beginning)
    {
      key.kind = KEY_END;
      key.length = (guint) MIN (run->len, KEY_MAX_BYTES);
      key.hash = hash_end (run->str, run->len, key.length);
      key.outer = run->str[run->len - 1];
      key.inner = run->len > 1 ? run->str[run->len - 2] : '\0';
    }
  else if (beginning > 0)
    {
      key.kind = KEY_BEGINNING;
      key.length = (guint) beginning;
      key.hash = beginning_hash;
    }
  return key;
}

static void
link_entry (EnclaveGlobIndex *self, guint number)
{
  Entry *entry = &g_array_index (self->entries, Entry, number);
  guint *first = entry->key.kind == KEY_NONE ? &self->rest : &self->slots[slot_of (self, entry->key.kind, entry->key.hash)];

  entry->next = *first;
  *first = number;
}

void
enclave_glob_index_add (EnclaveGlobIndex *self, const char *segment, guint value)
{
  Entry entry = { key_of (segment), NULL, value, NO_ENTRY };
  guint at = entry.key.kind == KEY_NONE ? self->rest : self->slots[slot_of (self, entry.key.kind, entry.key.hash)];

  for (; at != NO_ENTRY; at = g_array_index (self->entries, Entry, at).next)
    {
      const Entry *other = &g_array_index (self->entries, Entry, at);

      if (other->value == value && strcmp (other->segment, segment) == 0)
        return;
    }

  entry.segment = g_strdup (segment);
  g_array_append_val (self->entries, entry);
  if (entry.key.kind != KEY_WHOLE && entry.key.kind != KEY_NONE)
    note_pairs (self, &entry.key);
  if (self->entries->len * 4 <= self->n_slots)
    {
      link_entry (self, self->entries->len - 1);
      return;
    }
  make_slots (self, self->n_slots * 2);
  self->rest = NO_ENTRY;
  for (guint i = 0; i < self->entries->len; i++)
    link_entry (self, i);
}

guint
enclave_glob_index_weigh (const char *segment)
{
  Key key = key_of (segment);

  if (key.kind == KEY_NONE)
    return 0;
  /* Any whole name is as good as another, however long. */
  return key.kind == KEY_WHOLE ? KEY_MAX_BYTES + 1 : key.length;
}

static void
try_entries (const EnclaveGlobIndex *self, guint at, KeyKind kind, guint32 hash, guint length, const char *name, guint64 *bits)
{
  const Entry *entry;

  for (; at != NO_ENTRY; at = entry->next)
    {
      entry = &g_array_index (self->entries, Entry, at);
      if (entry->key.hash == hash && entry->key.kind == kind && (kind == KEY_WHOLE || entry->key.length == length)
          && (bits[entry->value / 64] & (G_GUINT64_CONSTANT (1) << (entry->value % 64))) == 0
          && enclave_glob_segment_matches (entry->segment, name))
        bits[entry->value / 64] |= G_GUINT64_CONSTANT (1) << (entry->value % 64);
    }
}

static inline void
try_chain (const EnclaveGlobIndex *self, KeyKind kind, guint32 hash, guint length, const char *name, guint64 *bits)
{
  guint first = self->slots[slot_of (self, kind, hash)];

  if (G_UNLIKELY (first != NO_ENTRY))
    try_entries (self, first, kind, hash, length, name, bits);
}

void
enclave_glob_index_look_up (const EnclaveGlobIndex *self, const char *name, guint64 *bits)
{
  guint64 beginnings = self->lengths[KEY_BEGINNING];
  guint64 ends = self->lengths[KEY_END];
  guint32 hash = HASH_START;
  guint64 has = 0;
  gsize length;

  if (name[0] != '\0' && !has_pair (self, KEY_BEGINNING, name[0], name[1]))
    beginnings = 0;
  for (length = 0; name[length] != '\0'; length++)
    {
      hash = hash_byte (hash, name[length]);
      has |= byte_bit (name[length]);
      if (length < KEY_MAX_BYTES && (beginnings >> (length + 1) & 1) != 0)
        try_chain (self, KEY_BEGINNING, hash, (guint) length + 1, name, bits);
    }
  try_chain (self, KEY_WHOLE, hash, 0, name, bits);

  if (length > 1 && !has_pair (self, KEY_END, name[length - 1], name[length - 2]))
    ends = 0;
  hash = HASH_START;
  for (guint n = 1; n <= MIN (length, KEY_MAX_BYTES) && ends >> n != 0; n++)
    {
      hash = hash_byte (hash, name[length - n]);
      if ((ends >> n & 1) != 0)
        try_chain (self, KEY_END, hash, n, name, bits);
    }

  for (guint at = self->rest; at != NO_ENTRY;)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, at);

      if ((entry->key.needed & ~has) == 0 && enclave_glob_segment_matches (entry->segment, name))
        bits[entry->value / 64] |= G_GUINT64_CONSTANT (1) << (entry->value % 64);
      at = entry->next;
    }
}
