/* enclave-fuzzy-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_FUZZY_MAX_PATTERN 64
#define ENCLAVE_FUZZY_MAX_TEXT 512

/* What a place of a byte is worth. */
#define ENCLAVE_FUZZY_IN_NAME 2 /* in the last part of a path */
#define ENCLAVE_FUZZY_NAME_START 12
#define ENCLAVE_FUZZY_PART_START 9 /* of another part */
#define ENCLAVE_FUZZY_WORD_START 8
#define ENCLAVE_FUZZY_NEXT 9 /* directly behind the byte before */
#define ENCLAVE_FUZZY_SAME_CASE 1
#define ENCLAVE_FUZZY_WHOLE_NAME 30   /* with or without what follows a dot */
#define ENCLAVE_FUZZY_BYTES_PER_POINT 8 /* of length, which speaks against a text */

/* The end of a text that counts, borrowed. */
typedef struct
{
  const char *given;
  const char *folded; /* ASCII letters small; as long, and ended by NUL as well */
  guint length;
  guint name; /* where the last part of a path begins */
} EnclaveFuzzyText;

typedef struct
{
  char given[ENCLAVE_FUZZY_MAX_PATTERN + 1]; /* without blanks */
  char folded[ENCLAVE_FUZZY_MAX_PATTERN + 1];
  guint n; /* more than the most when it is too long to mean anything, and then both are cut */
} EnclaveFuzzyPattern;

static inline gboolean
_enclave_fuzzy_parts_words (char byte)
{
  return byte == '/' || byte == '_' || byte == '-' || byte == '.' || byte == ' ' || byte == ':' || byte == '#';
}

/* Of a byte that is neither the first of @text nor of the last part, nor behind a slash. */
static inline gboolean
_enclave_fuzzy_begins_word (const char *text, gsize at)
{
  return _enclave_fuzzy_parts_words (text[at - 1]) || (g_ascii_isupper (text[at]) && g_ascii_islower (text[at - 1]));
}

/* @text: as given. @name: where its last part begins. */
static inline int
_enclave_fuzzy_place (const char *text, gsize name, gsize at)
{
  int points = at >= name ? ENCLAVE_FUZZY_IN_NAME : 0;

  if (at == name)
    return points + ENCLAVE_FUZZY_NAME_START;
  if (at == 0 || text[at - 1] == '/')
    return points + ENCLAVE_FUZZY_PART_START;

  return points + (_enclave_fuzzy_begins_word (text, at) ? ENCLAVE_FUZZY_WORD_START : 0);
}

void _enclave_fuzzy_pattern_init (EnclaveFuzzyPattern *self, const char *pattern);
/* What enclave_fuzzy_match() says of them, for a pattern of at least one byte; in less time. */
int _enclave_fuzzy_score (const EnclaveFuzzyPattern *pattern, const EnclaveFuzzyText *text);

/* What many texts can be worth at most, told by the bytes and pairs of bytes that each of them has: bits, of 512 texts side by side, so
 * that few instructions tell it of many texts. Filled once, then immutable. */
typedef struct _EnclaveFuzzyBounds EnclaveFuzzyBounds;

EnclaveFuzzyBounds *_enclave_fuzzy_bounds_new (void);
void _enclave_fuzzy_bounds_free (EnclaveFuzzyBounds *self);
void _enclave_fuzzy_bounds_add (EnclaveFuzzyBounds *self, const EnclaveFuzzyText *text);

/* A look at the texts in the order of what they can be worth. */
typedef struct _EnclaveFuzzyLook EnclaveFuzzyLook;

/* A bit for each text, of those that may have a pattern. */
typedef struct
{
  gsize n; /* words */
  guint64 *words;
} EnclaveFuzzySet;

/* @among: (nullable): at no others, those of a pattern that @pattern goes on from. The bounds must stay as long as the look. */
EnclaveFuzzyLook *_enclave_fuzzy_look_new (const EnclaveFuzzyBounds *bounds, const EnclaveFuzzyPattern *pattern,
                                           const EnclaveFuzzySet *among);
void _enclave_fuzzy_look_free (EnclaveFuzzyLook *self);
/* Of texts with the same limit the earlier one first. @limit: (out): it can't be worth more. Returns: FALSE when there are no more. */
gboolean _enclave_fuzzy_look_next (EnclaveFuzzyLook *self, guint *index, int *limit);
/* The pattern is not in it after all. */
void _enclave_fuzzy_look_drop (EnclaveFuzzyLook *self, guint index);
/* Those that may have the pattern, without what was dropped; once. */
void _enclave_fuzzy_look_take (EnclaveFuzzyLook *self, EnclaveFuzzySet *left);
void _enclave_fuzzy_set_clear (EnclaveFuzzySet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFuzzyLook, _enclave_fuzzy_look_free)

G_END_DECLS
