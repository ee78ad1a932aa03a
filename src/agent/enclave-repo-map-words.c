/* enclave-repo-map-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-repo-map-words.h"

#include <string.h>

#define MIN_NAME_BYTES 3
/* Files that the words of a person name, "Makefile" many of them; the map has no room for more. */
#define MAX_NAMED_FILES 64

typedef struct
{
  guint order;          /* among the words */
  guint32 file;
} Named;

/* What a person writes as a name of the code, not as a word of the language: `ring`, ring_push, RingBuffer, push(). */
static gboolean
looks_like_name (const char *words, const char *begin, const char *end)
{
  gboolean has_mark = FALSE;

  for (const char *p = begin; p < end; p++)
    has_mark |= *p == '_' || (p > begin && g_ascii_isupper (*p) && g_ascii_islower (p[-1]));

  return has_mark || *end == '(' || (begin > words && begin[-1] == '`' && *end == '`');
}

GHashTable *
enclave_repo_map_words_list_names (const char *words)
{
  GHashTable *names = g_hash_table_new (NULL, NULL);
  const char *p = words;

  while (p != NULL && *p != '\0')
    {
      const char *begin;

      while (*p != '\0' && !g_ascii_isalnum (*p) && *p != '_')
        p++;
      begin = p;
      while (g_ascii_isalnum (*p) || *p == '_')
        p++;
      if (p - begin >= MIN_NAME_BYTES && looks_like_name (words, begin, p))
        g_hash_table_add (names, GUINT_TO_POINTER (enclave_symbol_hash (begin, (gsize) (p - begin))));
    }

  return names;
}

static int
compare_named (gconstpointer a, gconstpointer b)
{
  const Named *left = a;
  const Named *right = b;

  if (left->order != right->order)
    return left->order < right->order ? -1 : 1;

  return left->file < right->file ? -1 : left->file > right->file;
}

/* Words with a dot or a slash. (transfer full): word → its place among them plus one. */
static GHashTable *
list_path_words (const char *words)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) pieces = g_strsplit_set (words != NULL ? words : "", " \t\r\n,;:()[]{}<>`'\"!?", -1);

  for (guint k = 0; pieces[k] != NULL; k++)
    {
      char *piece = pieces[k] + (pieces[k][0] == '@' ? 1 : 0);
      gsize length = strlen (piece);

      while (length > 0 && piece[length - 1] == '.')
        piece[--length] = '\0';
      if (length >= MIN_NAME_BYTES && strpbrk (piece, "./") != NULL && !g_hash_table_contains (found, piece))
        g_hash_table_insert (found, g_strdup (piece), GUINT_TO_POINTER (g_hash_table_size (found) + 1));
    }

  return found;
}

/* A pasted log has thousands of such words: each file looks itself up among them, not each word among the files. */
GArray *
enclave_repo_map_words_find_files (const EnclaveProjectSurvey *survey, const char *words)
{
  GArray *named = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GHashTable) wanted = list_path_words (words);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Named));

  for (guint32 i = 0; g_hash_table_size (wanted) > 0 && i < survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);
      Named entry = { G_MAXUINT, i };

      for (const char *end = file->rule == NULL ? file->path : NULL; end != NULL; end = strchr (end, '/'))
        {
          guint order;

          end += *end == '/' ? 1 : 0;
          order = GPOINTER_TO_UINT (g_hash_table_lookup (wanted, end));
          if (order > 0)
            entry.order = MIN (entry.order, order);
        }
      if (entry.order != G_MAXUINT)
        g_array_append_val (found, entry);
    }

  g_array_sort (found, compare_named);
  for (guint i = 0; i < found->len && i < MAX_NAMED_FILES; i++)
    g_array_append_val (named, g_array_index (found, Named, i).file);

  return named;
}
