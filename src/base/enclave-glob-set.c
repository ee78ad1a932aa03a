/* enclave-glob-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-glob-set.h"

#include <gio/gio.h>
#include <string.h>

#include "enclave-glob-segment-private.h"
#include "enclave-utf8.h"

/* Room for the candidates among so many times 64 patterns. */
#define FEW_WORDS 8
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
  EnclaveGlobIndex *index;  /* numbers of patterns */
  EnclaveGlobIndex *shared; /* (nullable): of several sets, each under a value of its own */
  guint shared_value;
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
enclave_glob_set_new_shared (gboolean fold_case, EnclaveGlobIndex *index, guint value)
{
  EnclaveGlobSet *self = enclave_glob_set_new (fold_case);

  self->shared = enclave_glob_index_ref (index);
  self->shared_value = value;
  return self;
}

EnclaveGlobSet *
enclave_glob_set_new (gboolean fold_case)
{
  EnclaveGlobSet *self = g_new0 (EnclaveGlobSet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->fold_case = fold_case;
  self->patterns = g_ptr_array_new_with_free_func (pattern_free);
  self->index = enclave_glob_index_new ();
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
      enclave_glob_index_unref (self->index);
      g_clear_pointer (&self->shared, enclave_glob_index_unref);
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

/* Every part but `**` has to stand for a name of the path, so one of them is enough to find the pattern by: of equal ones the last,
 * since the first are names of folders that whole projects lie in. */
static void
enter (EnclaveGlobSet *self, const Shape *shape)
{
  const char *best = NULL;
  guint best_weight = 0;

  for (guint i = 0; i < shape->n_segments; i++)
    {
      guint weight = enclave_glob_index_weigh (shape->segments[i]);

      if (strcmp (shape->segments[i], "**") != 0 && (best == NULL || weight >= best_weight))
        {
          best = shape->segments[i];
          best_weight = weight;
        }
    }
  if (best == NULL)
    best = "*";
  enclave_glob_index_add (self->index, best, self->patterns->len);
  if (self->shared != NULL)
    enclave_glob_index_add (self->shared, best, self->shared_value);
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
  enter (self, &entry->raw);
  if (self->fold_case)
    {
      g_autofree char *folded = enclave_utf8_fold_name (text);

      shape_init (&entry->folded, folded, anchored);
      enter (self, &entry->folded);
    }
  g_ptr_array_add (self->patterns, entry);
  return TRUE;
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
    return enclave_glob_segment_matches (shape->segments[1], parts[n_parts - 1]);

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
      if (s < shape->n_segments && enclave_glob_segment_matches (shape->segments[s], parts[p]))
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

/* @words: one bit for each pattern that has to be tried. */
static EnclaveGlobMatch
match_parts (EnclaveGlobSet *self, const guint64 *words, guint n_words, char *const *raw, char *const *folded, guint n_parts,
             gboolean is_directory)
{
  for (guint w = n_words; w-- > 0;)
    for (guint64 left = words[w]; left != 0;)
      {
        guint bit = 63 - (guint) __builtin_clzll (left);
        const Pattern *pattern = g_ptr_array_index (self->patterns, w * 64 + bit);

        left &= ~(G_GUINT64_CONSTANT (1) << bit);
        if (pattern->directory_only && !is_directory)
          continue;
        if (match_segments (&pattern->raw, raw, n_parts)
            || (folded != NULL && match_segments (&pattern->folded, folded, n_parts)))
          return (EnclaveGlobMatch) { pattern->id, pattern->negated };
      }
  return (EnclaveGlobMatch) { 0, FALSE };
}

EnclaveGlobMatch
enclave_glob_set_match_path (EnclaveGlobSet *self, const EnclaveGlobPath *path, guint first, gboolean is_directory)
{
  EnclaveGlobMatch match = { 0, FALSE };
  g_autofree guint64 *more_words = NULL;
  guint64 few_words[FEW_WORDS] = { 0 };
  guint64 *words = few_words;
  guint n_words;
  guint64 any = 0;

  g_return_val_if_fail (self != NULL && path != NULL && (path->folded != NULL || !self->fold_case), match);

  if (self->patterns->len == 0)
    return match;
  n_words = (self->patterns->len + 63) / 64;
  if (n_words > FEW_WORDS)
    words = more_words = g_new0 (guint64, n_words);

  /* Only a pattern of which a part stands for a name of the path can match. */
  for (guint i = first; i < path->n_parts; i++)
    {
      enclave_glob_index_look_up (self->index, path->raw[i], words);
      if (self->fold_case && path->folded[i] != path->raw[i])
        enclave_glob_index_look_up (self->index, path->folded[i], words);
    }
  for (guint i = 0; i < n_words; i++)
    any |= words[i];
  if (any == 0)
    return match;

  for (guint length = first + 1; length <= path->n_parts; length++)
    {
      gboolean whole = length == path->n_parts;

      match = match_parts (self, words, n_words, path->raw + first, self->fold_case ? path->folded + first : NULL, length - first,
                           whole ? is_directory : TRUE);
      /* Below a matched folder nothing can be brought back. */
      if (match.id != 0 && !match.negated && !whole)
        return match;
    }
  return match;
}

EnclaveGlobMatch
enclave_glob_set_match (EnclaveGlobSet *self, const char *path, gboolean is_directory)
{
  g_auto (EnclaveGlobPath) parts = { 0 };

  g_return_val_if_fail (self != NULL && path != NULL, ((EnclaveGlobMatch) { 0, FALSE }));

  if (self->patterns->len == 0)
    return (EnclaveGlobMatch) { 0, FALSE };
  enclave_glob_path_init (&parts, path, self->fold_case);
  return enclave_glob_set_match_path (self, &parts, 0, is_directory);
}
