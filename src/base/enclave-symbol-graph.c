/* enclave-symbol-graph.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-symbol-graph.h"

#include <math.h>

#include "enclave-limits.h"

#define MIN_NAME_BYTES 3
#define MAX_NAME_BYTES 64
/* What as many files define (main, init, test) tells nothing of any of them. */
#define MAX_DEFINING_FILES 12
#define MAX_EDGES (4 * 1000 * 1000)
#define ROUNDS 20
#define DAMPING 0.85
/* A file that uses its own names says little about their importance to others. */
#define OWN_SHARE 0.1f
/* Share of a file's importance that its names have which nobody mentions. */
#define UNMENTIONED_SHARE 0.001

guint32
enclave_symbol_hash (const char *name, gsize length)
{
  guint32 hash = 2166136261u;

  /* FNV-1a */
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guint8) name[i]) * 16777619u;

  return hash;
}

static gboolean
is_name_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '_';
}

/* Open addressing over the array's own elements: a hash table of pointers would cost more than all the rest. */
typedef struct
{
  GArray *mentions;
  guint32 *slots; /* index into the array plus one; 0: free */
  guint32 mask;
} MentionTable;

static void
grow (MentionTable *table)
{
  guint32 size = (table->mask + 1) * 2;

  g_free (table->slots);
  table->slots = g_new0 (guint32, size);
  table->mask = size - 1;
  for (guint i = 0; i < table->mentions->len; i++)
    {
      guint32 slot = g_array_index (table->mentions, EnclaveSymbolMention, i).name & table->mask;

      while (table->slots[slot] != 0)
        slot = (slot + 1) & table->mask;
      table->slots[slot] = i + 1;
    }
}

static void
count_mention (MentionTable *table, guint32 name)
{
  guint32 slot = name & table->mask;
  EnclaveSymbolMention mention = { name, 1 };

  while (table->slots[slot] != 0)
    {
      EnclaveSymbolMention *known = &g_array_index (table->mentions, EnclaveSymbolMention, table->slots[slot] - 1);

      if (known->name == name)
        {
          known->count++;
          return;
        }
      slot = (slot + 1) & table->mask;
    }
  if (table->mentions->len >= ENCLAVE_MAP_FILE_MAX_NAMES)
    return;
  g_array_append_val (table->mentions, mention);
  table->slots[slot] = table->mentions->len;
  if (table->mentions->len * 2 > table->mask)
    grow (table);
}

GArray *
enclave_symbol_list_mentions (const char *text, gsize length)
{
  MentionTable table = { .mask = 255 };
  gsize at = 0;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  table.mentions = g_array_new (FALSE, FALSE, sizeof (EnclaveSymbolMention));
  table.slots = g_new0 (guint32, table.mask + 1);
  while (at < length)
    {
      gsize begin;

      while (at < length && !is_name_byte (text[at]))
        at++;
      begin = at;
      while (at < length && is_name_byte (text[at]))
        at++;
      if (at - begin >= MIN_NAME_BYTES && at - begin <= MAX_NAME_BYTES && !g_ascii_isdigit (text[begin]))
        count_mention (&table, enclave_symbol_hash (text + begin, at - begin));
    }
  g_free (table.slots);

  return table.mentions;
}

/* Who defines a name: the places of a name are one run in `places`. */
typedef struct
{
  guint32 name;
  guint32 file;
  guint32 score; /* index into the result */
  float weight;
} Place;

/* The same word of another language is another name. */
static guint32
mix (guint32 name, guint32 family)
{
  return name ^ (family * 2654435761u);
}

typedef struct
{
  guint32 from;
  guint32 to;
  guint32 score;
  float weight;
} Edge;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *left = a;
  const Place *right = b;

  if (left->name != right->name)
    return left->name < right->name ? -1 : 1;

  return left->score < right->score ? -1 : left->score > right->score;
}

/* Returns: (element-type Place): sorted by name. */
static GArray *
list_places (const EnclaveSymbolFile *files, guint n_files)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));
  guint32 score = 0;

  for (guint i = 0; i < n_files; i++)
    for (guint k = 0; k < files[i].n_names; k++)
      {
        Place place = { mix (files[i].names[k], files[i].family), i, score++, files[i].weights[k] };

        g_array_append_val (places, place);
      }
  g_array_sort (places, compare_places);

  return places;
}

/* Value: index of the name's first place plus one. */
static GHashTable *
index_places (GArray *places)
{
  GHashTable *index = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < places->len; i++)
    {
      guint32 name = g_array_index (places, Place, i).name;

      if (i == 0 || g_array_index (places, Place, i - 1).name != name)
        g_hash_table_insert (index, GUINT_TO_POINTER (name), GUINT_TO_POINTER (i + 1));
    }

  return index;
}

static void
add_edges (GArray *edges, GArray *places, guint begin, guint32 from, guint32 count)
{
  guint32 name = g_array_index (places, Place, begin).name;
  guint end = begin;

  while (end < places->len && g_array_index (places, Place, end).name == name && end - begin <= MAX_DEFINING_FILES)
    end++;
  if (end - begin > MAX_DEFINING_FILES)
    return;
  for (guint i = begin; i < end; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      float share = sqrtf ((float) MIN (count, 100)) * fabsf (place->weight) / (float) (end - begin);
      Edge edge = { from, place->file, place->score, place->file == from ? share * OWN_SHARE : share };

      if (place->weight > 0 || place->file == from)
        g_array_append_val (edges, edge);
    }
}

static GArray *
list_edges (const EnclaveSymbolFile *files, guint n_files, GArray *places)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  g_autoptr (GHashTable) index = index_places (places);

  for (guint i = 0; i < n_files; i++)
    for (guint k = 0; k < files[i].n_mentions && edges->len < MAX_EDGES; k++)
      {
        guint at = GPOINTER_TO_UINT (g_hash_table_lookup (index, GUINT_TO_POINTER (mix (files[i].mentions[k].name, files[i].family))));

        if (at != 0)
          add_edges (edges, places, at - 1, i, files[i].mentions[k].count);
      }

  return edges;
}

/* Importance of each file. @sums: of the weights of its edges. (transfer full) */
static double *
rank_files (GArray *edges, const double *sums, guint n_files)
{
  double *ranks = g_new (double, n_files);
  double *next = g_new (double, n_files);

  for (guint i = 0; i < n_files; i++)
    ranks[i] = 1.0 / n_files;
  for (guint round = 0; round < ROUNDS; round++)
    {
      double loose = 0;
      double *swap = ranks;

      /* Who mentions nobody passes on to all alike. */
      for (guint i = 0; i < n_files; i++)
        loose += sums[i] > 0 ? 0 : ranks[i];
      for (guint i = 0; i < n_files; i++)
        next[i] = (1 - DAMPING + DAMPING * loose) / n_files;
      for (guint i = 0; i < edges->len; i++)
        {
          const Edge *edge = &g_array_index (edges, Edge, i);

          next[edge->to] += DAMPING * ranks[edge->from] * edge->weight / sums[edge->from];
        }
      ranks = next;
      next = swap;
    }
  g_free (next);

  return ranks;
}

double *
enclave_symbol_graph_rank (const EnclaveSymbolFile *files, guint n_files)
{
  g_autoptr (GArray) places = NULL;
  g_autoptr (GArray) edges = NULL;
  g_autofree double *sums = NULL;
  g_autofree double *ranks = NULL;
  double *scores;

  g_return_val_if_fail (files != NULL || n_files == 0, NULL);

  places = list_places (files, n_files);
  if (places->len == 0)
    return NULL;
  edges = list_edges (files, n_files, places);
  sums = g_new0 (double, n_files);
  for (guint i = 0; i < edges->len; i++)
    {
      const Edge *edge = &g_array_index (edges, Edge, i);

      sums[edge->from] += edge->weight;
    }
  ranks = rank_files (edges, sums, n_files);

  scores = g_new0 (double, places->len);
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);

      scores[place->score] = ranks[place->file] * fabsf (place->weight) * UNMENTIONED_SHARE;
    }
  for (guint i = 0; i < edges->len; i++)
    {
      const Edge *edge = &g_array_index (edges, Edge, i);

      if (sums[edge->from] > 0)
        scores[edge->score] += ranks[edge->from] * edge->weight / sums[edge->from];
    }

  return scores;
}
