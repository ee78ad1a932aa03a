/* enclave-mention.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-mention.h"

#define MAX_MENTIONS 32
/* The same may be mentioned again and again. */
#define MAX_PLACES 256
/* What ends a word, and what at its end belongs to the sentence. */
#define ENDS " \t\r\n\"'`<>|"
#define PUNCTUATION ".,;:!?)]}"

static const struct
{
  const char *word;
  EnclaveMentionKind kind;
} words[] = {
  { "selection", ENCLAVE_MENTION_SELECTION },
  { "terminal", ENCLAVE_MENTION_TERMINAL },
  { "diagnostics", ENCLAVE_MENTION_DIAGNOSTICS },
  { "diff", ENCLAVE_MENTION_DIFF },
};

/* The next one of @text behind @at. @place: (out): where it is, with sign and quotes. @target: (out): what it names, within @text. FALSE:
 * there is no other. */
static gboolean
find_next (const char *text, const char *at, EnclaveMentionPlace *place, const char **target, gsize *length)
{
  for (const char *p = strchr (at, '@'); p != NULL; p = strchr (p, '@'))
    {
      const char *sign = p++;
      const char *end;

      if (sign != text && strchr (" \t\r\n([{\"'", sign[-1]) == NULL)
        continue;
      if (*p == '"')
        {
          end = strchr (p + 1, '"');
          if (end == NULL)
            continue;
          *target = p + 1;
          *length = (gsize) (end - p - 1);
          end++;
        }
      else
        {
          *target = p;
          *length = strcspn (p, ENDS);
          while (*length > 0 && strchr (PUNCTUATION, p[*length - 1]) != NULL)
            (*length)--;
          end = p + *length;
        }
      if (*length == 0)
        continue;
      place->start = (gsize) (sign - text);
      place->end = (gsize) (end - text);
      return TRUE;
    }

  return FALSE;
}

GPtrArray *
enclave_mention_list (const char *text)
{
  GPtrArray *mentions;
  EnclaveMentionPlace place = { 0, 0 };
  const char *target;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  mentions = g_ptr_array_new_with_free_func (g_free);
  while (mentions->len < MAX_MENTIONS && find_next (text, text + place.end, &place, &target, &length))
    {
      g_autofree char *path = g_strndup (target, length);

      if (!g_ptr_array_find_with_equal_func (mentions, path, g_str_equal, NULL))
        g_ptr_array_add (mentions, g_steal_pointer (&path));
    }

  return mentions;
}

GArray *
enclave_mention_find (const char *text)
{
  GArray *places;
  EnclaveMentionPlace place = { 0, 0 };
  const char *target;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  places = g_array_new (FALSE, FALSE, sizeof (EnclaveMentionPlace));
  while (places->len < MAX_PLACES && find_next (text, text + place.end, &place, &target, &length))
    g_array_append_val (places, place);

  return places;
}

EnclaveMentionKind
enclave_mention_get_kind (const char *mention)
{
  g_return_val_if_fail (mention != NULL, ENCLAVE_MENTION_FILE);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, mention) == 0)
      return words[i].kind;

  return ENCLAVE_MENTION_FILE;
}

const char *
enclave_mention_get_word (EnclaveMentionKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].kind == kind)
      return words[i].word;

  return NULL;
}

gboolean
enclave_mention_is_of_window (EnclaveMentionKind kind)
{
  return kind == ENCLAVE_MENTION_SELECTION || kind == ENCLAVE_MENTION_TERMINAL || kind == ENCLAVE_MENTION_DIAGNOSTICS;
}

const char *
enclave_mention_split_symbol (const char *mention, char **path)
{
  const char *sign;

  g_return_val_if_fail (mention != NULL && path != NULL, NULL);

  *path = NULL;
  sign = strrchr (mention, '#');
  if (sign == NULL || sign == mention || sign[1] == '\0')
    return NULL;
  *path = g_strndup (mention, (gsize) (sign - mention));

  return sign + 1;
}

/* A name that a person can't read in a message must not stand there. */
static gboolean
can_be_written (const char *target)
{
  if (*target == '\0' || strchr (target, '"') != NULL || !g_utf8_validate (target, -1, NULL))
    return FALSE;
  for (const char *p = target; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isprint (g_utf8_get_char (p)))
      return FALSE;

  return TRUE;
}

char *
enclave_mention_write (EnclaveMentionKind kind, const char *target)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (target != NULL, NULL);

  if (!can_be_written (target))
    return NULL;
  path = g_strconcat (kind < ENCLAVE_MENTION_SYMBOL && enclave_mention_get_kind (target) != ENCLAVE_MENTION_FILE ? "./" : "", target,
                      NULL);

  return strpbrk (path, ENDS) != NULL || strchr (PUNCTUATION, path[strlen (path) - 1]) != NULL ? g_strdup_printf ("@\"%s\"", path)
                                                                                              : g_strconcat ("@", path, NULL);
}
