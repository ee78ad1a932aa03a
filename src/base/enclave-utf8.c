/* enclave-utf8.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define NUL_SYMBOL "\xe2\x90\x80"  /* U+2400 */

/* Length of the sequence that @lead begins, 0 when no sequence begins so. */
static guint
sequence_length (guchar lead)
{
  if (lead < 0x80)
    return 1;
  if (lead >= 0xc2 && lead < 0xe0)
    return 2;
  if (lead >= 0xe0 && lead < 0xf0)
    return 3;
  if (lead >= 0xf0 && lead < 0xf5)
    return 4;
  return 0;
}

/* Bytes at the end of @text that begin a code point which goes on after @length. */
static gsize
cut_tail_length (const char *text, gsize length)
{
  for (gsize back = 1; back <= 3 && back <= length; back++)
    {
      guchar c = (guchar) text[length - back];

      if ((c & 0xc0) == 0x80)
        continue;
      return sequence_length (c) > back ? back : 0;
    }
  return 0;
}

gsize
enclave_utf8_prefix_length (const char *text, gsize length, gsize max_bytes)
{
  g_return_val_if_fail (text != NULL || length == 0, 0);

  if (length <= max_bytes)
    return length;
  return max_bytes - cut_tail_length (text, max_bytes);
}

char *
enclave_utf8_make_valid (const char *text, gssize length)
{
  g_autoptr (GString) result = NULL;
  const char *at = text;
  gsize left;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (text == NULL)
    at = "";
  left = length < 0 ? strlen (at) : (gsize) length;
  result = g_string_sized_new (left);

  while (left > 0)
    {
      const char *end;

      if (g_utf8_validate_len (at, left, &end))
        {
          g_string_append_len (result, at, (gssize) left);
          break;
        }
      g_string_append_len (result, at, end - at);
      g_string_append (result, *end == '\0' ? NUL_SYMBOL : REPLACEMENT);
      left -= (gsize) (end - at) + 1;
      at = end + 1;
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}

/* Unicode's Default_Ignorable_Code_Point: drawn as nothing, so two names that differ only in these
 * look the same. */
gboolean
enclave_utf8_is_default_ignorable (gunichar c)
{
  static const struct { gunichar first, last; } ranges[] = {
    { 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
    { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfff8 }, { 0x1bca0, 0x1bca3 },
    { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges) && c >= ranges[i].first; i++)
    if (c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_hidden (gunichar c)
{
  if (c < 0x80)
    return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  if (enclave_utf8_is_default_ignorable (c) || c == 0x2800)
    return TRUE;

  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

static char *
draw_hidden (const char *text, gboolean one_line, guint *hidden_count)
{
  g_autoptr (GString) result = g_string_sized_new (strlen (text));
  guint count = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_hidden (c) || (one_line && (c == '\n' || c == '\t')))
        {
          g_string_append_printf (result, "<U+%04X>", c);
          count++;
        }
      else
        {
          g_string_append_len (result, at, g_utf8_next_char (at) - at);
        }
    }

  if (hidden_count != NULL)
    *hidden_count = count;
  return g_string_free (g_steal_pointer (&result), FALSE);
}

/* Scripts with letters that can't be told from Latin ones, or from each other. */
static gboolean
looks_latin (GUnicodeScript script)
{
  switch (script)
    {
    case G_UNICODE_SCRIPT_CYRILLIC:
    case G_UNICODE_SCRIPT_GREEK:
    case G_UNICODE_SCRIPT_ARMENIAN:
    case G_UNICODE_SCRIPT_CHEROKEE:
    case G_UNICODE_SCRIPT_LISU:
    case G_UNICODE_SCRIPT_COPTIC:
    case G_UNICODE_SCRIPT_GEORGIAN:
    case G_UNICODE_SCRIPT_CANADIAN_ABORIGINAL:
    case G_UNICODE_SCRIPT_GLAGOLITIC:
    case G_UNICODE_SCRIPT_GOTHIC:
    case G_UNICODE_SCRIPT_OLD_ITALIC:
    case G_UNICODE_SCRIPT_DESERET:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalpha (c) || g_unichar_ismark (c);
}

gboolean
enclave_utf8_needs_mark (const char *text, const char *at)
{
  gunichar c = g_utf8_get_char (at);
  const char *start = at;
  GUnicodeScript script;

  if (is_hidden (c))
    return TRUE;
  if (c < 0x80 || !g_unichar_isalpha (c))
    return FALSE;
  script = g_unichar_get_script (c);
  /* Full-width and mathematical letters are Latin by script and yet others than they look. */
  if (script == G_UNICODE_SCRIPT_LATIN || script == G_UNICODE_SCRIPT_COMMON)
    {
      char name[8] = "";
      g_autofree char *normal = NULL;

      g_unichar_to_utf8 (c, name);
      normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFKC);
      return g_ascii_isalpha (normal[0]);
    }
  if (!looks_latin (script))
    return FALSE;

  while (start > text)
    {
      const char *previous = g_utf8_prev_char (start);

      if (!is_letter (g_utf8_get_char (previous)))
        break;
      start = previous;
    }
  for (; *start != '\0' && is_letter (g_utf8_get_char (start)); start = g_utf8_next_char (start))
    {
      GUnicodeScript other = g_unichar_get_script (g_utf8_get_char (start));

      if (other == G_UNICODE_SCRIPT_LATIN || (other != script && looks_latin (other)))
        return TRUE;
    }

  return FALSE;
}

char *
enclave_utf8_make_visible (const char *text, guint *hidden_count)
{
  g_autofree char *valid = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = enclave_utf8_make_valid (text, -1);
  return draw_hidden (valid, FALSE, hidden_count);
}

char *
enclave_utf8_display_name (const char *name)
{
  g_autoptr (GString) valid = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  valid = g_string_new (NULL);
  for (const char *at = name; *at != '\0';)
    {
      const char *end;
      gboolean whole = g_utf8_validate (at, -1, &end);

      g_string_append_len (valid, at, end - at);
      if (whole)
        break;
      g_string_append_printf (valid, "\\x%02x", (guchar) *end);
      at = end + 1;
    }
  return draw_hidden (valid->str, TRUE, NULL);
}

gboolean
enclave_utf8_is_folded (const char *name)
{
  for (const guchar *c = (const guchar *) name; *c != '\0'; c++)
    if (*c >= 0x80 || g_ascii_isupper (*c))
      return FALSE;
  return TRUE;
}

static gboolean
is_ascii (const char *name)
{
  for (const guchar *c = (const guchar *) name; *c != '\0'; c++)
    if (*c >= 0x80)
      return FALSE;
  return TRUE;
}

char *
enclave_utf8_fold_name (const char *name)
{
  g_autofree char *valid = NULL;
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  g_autoptr (GString) kept = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  /* Most names are; the long way comes to the same. */
  if (is_ascii (name))
    return g_ascii_strdown (name, -1);

  valid = enclave_utf8_make_valid (name, -1);
  normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKC);
  folded = g_utf8_casefold (normal, -1);

  kept = g_string_sized_new (strlen (folded));
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (!enclave_utf8_is_default_ignorable (g_utf8_get_char (at)))
      g_string_append_len (kept, at, g_utf8_next_char (at) - at);

  /* Folding and removal can bring characters together that compose. */
  return g_utf8_normalize (kept->str, -1, G_NORMALIZE_NFKC);
}

char *
enclave_utf8_joiner_feed (EnclaveUtf8Joiner *joiner, const char *bytes, gsize length, gboolean final)
{
  g_autoptr (GString) joined = NULL;
  gsize held = 0;

  g_return_val_if_fail (joiner != NULL, NULL);
  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  joined = g_string_sized_new (length + sizeof joiner->held);
  g_string_append_len (joined, joiner->held, joiner->n_held);
  if (length > 0)
    g_string_append_len (joined, bytes, (gssize) length);

  if (!final)
    held = cut_tail_length (joined->str, joined->len);
  memcpy (joiner->held, joined->str + joined->len - held, held);
  joiner->n_held = (guint) held;

  return enclave_utf8_make_valid (joined->str, (gssize) (joined->len - held));
}
