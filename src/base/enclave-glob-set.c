/* enclave-glob-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-glob-set.h"

#include <gio/gio.h>
#include <string.h>

#include "enclave-utf8.h"

#define PATTERN_MAX_BYTES 4096

/* A pattern is a list of segments between `/`; `**` alone is a segment of its own kind. Within a segment `*` is matched with
 * one remembered star, across segments with one remembered `**`: no recursion, so the work is bounded by the product of
 * the lengths whatever the pattern. */
typedef struct
{
  char **segments;
  guint n_segments;
} Shape;

typedef struct
{
  guint id;
  gboolean negated;
  gboolean directory_only;
  Shape folded; /* NULL segments when the set does not fold */
  Shape raw;
} Pattern;

struct _EnclaveGlobSet
{
  gatomicrefcount ref_count;
  gboolean fold_case;
  GPtrArray *patterns;
};

static void
pattern_free (gpointer data)
{
  Pattern *pattern = data;

  g_strfreev (pattern->folded.segments);
  g_strfreev (pattern->raw.segments);
  g_free (pattern);
}

EnclaveGlobSet *
enclave_glob_set_new (gboolean fold_case)
{
  EnclaveGlobSet *self = g_new0 (EnclaveGlobSet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->fold_case = fold_case;
  self->patterns = g_ptr_array_new_with_free_func (pattern_free);
  return self;
}

EnclaveGlobSet *
enclave_glob_set_ref (EnclaveGlobSet *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
enclave_glob_set_unref (EnclaveGlobSet *self)
{
  g_return_if_fail (self != NULL);
  if (g_atomic_ref_count_dec (&self->ref_count))
    {
      g_ptr_array_unref (self->patterns);
      g_free (self);
    }
}

static void
shape_init (Shape *shape, const char *text, gboolean anchored)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  GPtrArray *segments = g_ptr_array_new ();

  if (!anchored)
    g_ptr_array_add (segments, g_strdup ("**"));
  for (guint i = 0; parts[i] != NULL; i++)
    {
      gboolean doubled = strcmp (parts[i], "**") == 0;

      if (parts[i][0] == '\0')
        continue;
      if (doubled && segments->len > 0 && strcmp (g_ptr_array_index (segments, segments->len - 1), "**") == 0)
        continue;
      g_ptr_array_add (segments, g_strdup (parts[i]));
    }
  shape->n_segments = segments->len;
  g_ptr_array_add (segments, NULL);
  shape->segments = (char **) g_ptr_array_free (segments, FALSE);
}

gboolean
enclave_glob_set_add (EnclaveGlobSet *self, const char *pattern, guint id, GError **error)
{
  g_autofree char *text = NULL;
  Pattern *entry;
  gsize length;
  gboolean negated;
  gboolean directory_only = FALSE;
  gboolean anchored;

  g_return_val_if_fail (self != NULL && pattern != NULL && id != 0, FALSE);

  negated = pattern[0] == '!';
  text = g_strdup (negated ? pattern + 1 : pattern);
  length = strlen (text);
  /* Trailing blanks count only when escaped. */
  while (length > 0 && text[length - 1] == ' ' && (length < 2 || text[length - 2] != '\\'))
    text[--length] = '\0';
  if (length > 0 && text[length - 1] == '/')
    {
      directory_only = TRUE;
      while (length > 0 && text[length - 1] == '/')
        text[--length] = '\0';
    }
  if (length == 0 || length > PATTERN_MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Adding a pattern: “%.60s” is empty or longer than %d bytes", pattern, PATTERN_MAX_BYTES);
      return FALSE;
    }
  anchored = strchr (text, '/') != NULL;

  entry = g_new0 (Pattern, 1);
  entry->id = id;
  entry->negated = negated;
  entry->directory_only = directory_only;
  shape_init (&entry->raw, text, anchored);
  if (self->fold_case)
    {
      g_autofree char *folded = enclave_utf8_fold_name (text);

      shape_init (&entry->folded, folded, anchored);
    }
  g_ptr_array_add (self->patterns, entry);
  return TRUE;
}

static gsize
character_length (const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  return c == (gunichar) -1 || c == (gunichar) -2 ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
}

static gunichar
character_at (const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  return c == (gunichar) -1 || c == (gunichar) -2 ? (guchar) *at : c;
}

/* `[:digit:]` and the like, at @at within a class. Returns its end, or NULL when it is none. */
static const char *
match_named_class (const char *at, gunichar c, gboolean *hit)
{
  static const struct
  {
    const char *name;
    gboolean (*is) (gunichar c);
  } known[] = {
    { "[:alnum:]", g_unichar_isalnum }, { "[:alpha:]", g_unichar_isalpha }, { "[:blank:]", g_unichar_isspace },
    { "[:cntrl:]", g_unichar_iscntrl }, { "[:digit:]", g_unichar_isdigit }, { "[:graph:]", g_unichar_isgraph },
    { "[:lower:]", g_unichar_islower }, { "[:print:]", g_unichar_isprint }, { "[:punct:]", g_unichar_ispunct },
    { "[:space:]", g_unichar_isspace }, { "[:upper:]", g_unichar_isupper }, { "[:xdigit:]", g_unichar_isxdigit },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (at, known[i].name))
      {
        *hit |= known[i].is (c);
        return at + strlen (known[i].name);
      }
  return NULL;
}

/* `[a-z]`, `[!a-z]`, `[^a-z]`. Returns the end of the class, or NULL when it has none and `[` is meant literally. */
static const char *
match_class (const char *pattern, gunichar c, gboolean *matched)
{
  const char *p = pattern + 1;
  gboolean inverted = *p == '!' || *p == '^';
  gboolean hit = FALSE;
  gboolean first = TRUE;

  if (inverted)
    p++;
  while (*p != '\0' && (*p != ']' || first))
    {
      const char *named = *p == '[' && p[1] == ':' ? match_named_class (p, c, &hit) : NULL;
      gunichar low;
      gunichar high;

      first = FALSE;
      if (named != NULL)
        {
          p = named;
          continue;
        }
      if (*p == '\\' && p[1] != '\0')
        p++;
      low = high = character_at (p);
      p += character_length (p);
      if (*p == '-' && p[1] != ']' && p[1] != '\0')
        {
          p++;
          if (*p == '\\' && p[1] != '\0')
            p++;
          high = character_at (p);
          p += character_length (p);
        }
      if (c >= low && c <= high)
        hit = TRUE;
    }
  if (*p != ']')
    return NULL;
  *matched = hit != inverted;
  return p + 1;
}

static gboolean
match_segment (const char *pattern, const char *text)
{
  const char *star = NULL;
  const char *resume = NULL;

  for (;;)
    {
      gboolean step = FALSE;

      if (*pattern == '*')
        {
          while (*pattern == '*')
            pattern++;
          star = pattern;
          resume = text;
          continue;
        }
      if (*text == '\0')
        return *pattern == '\0';
      if (*pattern == '?')
        {
          pattern++;
          step = TRUE;
        }
      else if (*pattern == '[')
        {
          gboolean matched = FALSE;
          const char *after = match_class (pattern, character_at (text), &matched);

          if (after != NULL && matched)
            {
              pattern = after;
              step = TRUE;
            }
          else if (after == NULL && *text == '[')
            {
              pattern++;
              step = TRUE;
            }
        }
      else
        {
          const char *literal = *pattern == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;

          if (*literal != '\0' && *literal == *text)
            {
              pattern = literal + 1;
              text++;
              continue;
            }
        }
      if (step)
        {
          text += character_length (text);
          continue;
        }
      if (star == NULL)
        return FALSE;
      resume += character_length (resume);
      text = resume;
      pattern = star;
    }
}

static gboolean
match_segments (const Shape *shape, char *const *parts, guint n_parts)
{
  guint s = 0;
  guint p = 0;
  gint star = -1;
  guint resume = 0;

  /* A pattern that is one name can only be the last one; its folders were asked about before. */
  if (shape->n_segments == 2 && strcmp (shape->segments[0], "**") == 0 && strcmp (shape->segments[1], "**") != 0)
    return match_segment (shape->segments[1], parts[n_parts - 1]);

  for (;;)
    {
      if (s < shape->n_segments && strcmp (shape->segments[s], "**") == 0)
        {
          /* At the end `**` stands for everything inside, not for the folder itself. */
          if (s + 1 == shape->n_segments)
            return p < n_parts;
          star = (gint) ++s;
          resume = p;
          continue;
        }
      if (p == n_parts)
        return s == shape->n_segments;
      if (s < shape->n_segments && match_segment (shape->segments[s], parts[p]))
        {
          s++;
          p++;
          continue;
        }
      if (star < 0)
        return FALSE;
      p = ++resume;
      s = (guint) star;
      if (p > n_parts)
        return FALSE;
    }
}

static EnclaveGlobMatch
match_parts (EnclaveGlobSet *self, char *const *raw, char *const *folded, guint n_parts, gboolean is_directory)
{
  EnclaveGlobMatch match = { 0, FALSE };

  for (guint i = self->patterns->len; i-- > 0;)
    {
      const Pattern *pattern = g_ptr_array_index (self->patterns, i);

      if (pattern->directory_only && !is_directory)
        continue;
      if (match_segments (&pattern->raw, raw, n_parts)
          || (folded != NULL && match_segments (&pattern->folded, folded, n_parts)))
        {
          match.id = pattern->id;
          match.negated = pattern->negated;
          break;
        }
    }
  return match;
}

static char **
split_path (const char *path, guint *n_parts)
{
  char **parts = g_strsplit (path, "/", -1);
  guint kept = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (parts[i][0] == '\0' || strcmp (parts[i], ".") == 0)
        g_free (parts[i]);
      else
        parts[kept++] = parts[i];
    }
  parts[kept] = NULL;
  *n_parts = kept;
  return parts;
}

EnclaveGlobMatch
enclave_glob_set_match (EnclaveGlobSet *self, const char *path, gboolean is_directory)
{
  EnclaveGlobMatch match = { 0, FALSE };
  g_auto (GStrv) raw = NULL;
  g_auto (GStrv) folded = NULL;
  guint n_parts;

  g_return_val_if_fail (self != NULL && path != NULL, match);

  if (self->patterns->len == 0)
    return match;
  raw = split_path (path, &n_parts);
  if (self->fold_case)
    {
      folded = g_new0 (char *, n_parts + 1);
      for (guint i = 0; i < n_parts; i++)
        folded[i] = enclave_utf8_fold_name (raw[i]);
    }
  for (guint length = 1; length <= n_parts; length++)
    {
      gboolean whole = length == n_parts;

      match = match_parts (self, raw, folded, length, whole ? is_directory : TRUE);
      /* Below a matched folder nothing can be brought back. */
      if (match.id != 0 && !match.negated && !whole)
        return match;
    }
  return match;
}
