/* enclave-command-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-command-words-private.h"

#include "enclave-utf8.h"

#define GLANCE_BYTES 200
/* Of each side of a difference. */
#define DIFFERENCE_MAX_BYTES 160

gboolean
enclave_command_words_is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
    {
      if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
        return FALSE;
      /* A terminal acts on these as on ESC. */
      if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
        return FALSE;
    }

  return TRUE;
}

gboolean
enclave_command_words_is_simple (const char *shown)
{
  gsize first = strcspn (shown, " ");

  if (*shown == '\0' || *shown == ' ' || memchr (shown, '=', first) != NULL)
    return FALSE;
  for (const char *c = shown; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && strchr ("_./:@%+,=- ", *c) == NULL)
        return FALSE;
    }

  return TRUE;
}

static char *
cut_middle (const char *text, gsize start, gsize end)
{
  gsize length = enclave_utf8_prefix_length (text + start, end - start, DIFFERENCE_MAX_BYTES);

  return g_strdup_printf ("%.*s%s", (int) length, text + start, start + length < end ? "…" : "");
}

static gboolean
is_end_of_word (char c)
{
  return c == '\0' || c == ' ' || c == '\n' || c == '\t';
}

/* Whole words: half of one says nothing. */
static gsize
common_head (const char *a, const char *b)
{
  gsize head = 0, word = 0;

  while (a[head] != '\0' && a[head] == b[head])
    {
      head++;
      if (is_end_of_word (a[head - 1]))
        word = head;
    }

  return is_end_of_word (a[head]) && is_end_of_word (b[head]) ? head : word;
}

static gsize
common_tail (const char *a, gsize length_a, const char *b, gsize length_b)
{
  gsize tail = 0, word = 0;

  while (tail < length_a && tail < length_b && a[length_a - 1 - tail] == b[length_b - 1 - tail])
    {
      tail++;
      if (is_end_of_word (a[length_a - tail]))
        word = tail;
    }
  /* Both begin with a word. */
  if ((tail == length_a && (tail == length_b || is_end_of_word (b[length_b - tail - 1])))
      || (tail == length_b && tail < length_a && is_end_of_word (a[length_a - tail - 1])))
    return tail;

  return word;
}

char *
enclave_command_words_describe_difference (const char *before, const char *shown)
{
  gsize length_a = strlen (before), length_b = strlen (shown);
  gsize head, tail;
  g_autofree char *old = NULL;
  g_autofree char *new = NULL;

  if (g_str_equal (before, shown))
    return g_strdup (_("from the last allowed one: in nothing"));

  head = common_head (before, shown);
  tail = common_tail (before + head, length_a - head, shown + head, length_b - head);
  old = g_strstrip (cut_middle (before, head, length_a - tail));
  new = g_strstrip (cut_middle (shown, head, length_b - tail));
  if (*old == '\0')
    return g_strdup_printf (_("from the last allowed one: “%s” is new"), new);
  if (*new == '\0')
    return g_strdup_printf (_("from the last allowed one: “%s” is gone"), old);
  if (head == 0 && tail == 0)
    return g_strdup_printf (_("from the last allowed one: all of it, that was “%s”"), old);

  return g_strdup_printf (_("from the last allowed one: “%s” instead of “%s”"), new, old);
}

char *
enclave_command_words_describe_length (const char *shown)
{
  gsize length = strlen (shown);
  guint n_lines = 1;
  g_autofree char *lines = NULL;
  g_autofree char *bytes = NULL;

  for (const char *c = shown; *c != '\0'; c++)
    n_lines += *c == '\n' && c[1] != '\0';
  if (strchr (shown, '\n') == NULL && length <= GLANCE_BYTES)
    return NULL;

  lines = g_strdup_printf (ngettext ("%u line", "%u lines", n_lines), n_lines);
  bytes = g_strdup_printf (ngettext ("%u byte", "%u bytes", (guint) length), (guint) length);

  return g_strdup_printf ("%s, %s", lines, bytes);
}
