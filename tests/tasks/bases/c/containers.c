/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "textkit.h"
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 8

void
ring_init (Ring *ring, size_t capacity)
{
  ring->items = malloc (capacity * sizeof *ring->items);
  ring->capacity = capacity;
  ring->first = 0;
  ring->n = 0;
}

void
ring_clear (Ring *ring)
{
  free (ring->items);
  memset (ring, 0, sizeof *ring);
}

void
ring_push (Ring *ring, int item)
{
  ring->items[(ring->first + ring->n) % ring->capacity] = item;
  if (ring->n < ring->capacity)
    ring->n++;
  else
    ring->first = (ring->first + 1) % ring->capacity;
}

int
ring_pop (Ring *ring, int *item)
{
  if (ring->n == 0)
    return 0;
  *item = ring->items[ring->first];
  ring->first = (ring->first + 1) % ring->capacity;
  ring->n--;
  return 1;
}

int
ring_at (const Ring *ring, size_t index, int *item)
{
  if (index >= ring->n)
    return 0;
  *item = ring->items[(ring->first + index) % ring->capacity];
  return 1;
}

static size_t
hash (const char *key)
{
  size_t h = 5381;

  for (; *key != '\0'; key++)
    h = h * 33 + (unsigned char) *key;
  return h;
}

void
map_init (Map *map)
{
  map->buckets = calloc (FIRST_BUCKETS, sizeof *map->buckets);
  map->n_buckets = FIRST_BUCKETS;
  map->n = 0;
}

void
map_clear (Map *map)
{
  for (size_t i = 0; i < map->n_buckets; i++)
    while (map->buckets[i] != NULL)
      {
        Entry *entry = map->buckets[i];

        map->buckets[i] = entry->next;
        free (entry->key);
        free (entry);
      }
  free (map->buckets);
  memset (map, 0, sizeof *map);
}

static Entry **
find (const Map *map, const char *key)
{
  Entry **at = &map->buckets[hash (key) % map->n_buckets];

  while (*at != NULL && strcmp ((*at)->key, key) != 0)
    at = &(*at)->next;
  return at;
}

static void
grow (Map *map)
{
  Map larger = { calloc (map->n_buckets * 2, sizeof *larger.buckets), map->n_buckets * 2, map->n };

  for (size_t i = 0; i < map->n_buckets; i++)
    while (map->buckets[i] != NULL)
      {
        Entry *entry = map->buckets[i];
        Entry **at = find (&larger, entry->key);

        map->buckets[i] = entry->next;
        entry->next = NULL;
        *at = entry;
      }
  free (map->buckets);
  *map = larger;
}

void
map_set (Map *map, const char *key, int value)
{
  Entry **at = find (map, key);

  if (*at == NULL)
    {
      if (map->n >= map->n_buckets)
        {
          grow (map);
          at = find (map, key);
        }
      *at = calloc (1, sizeof **at);
      (*at)->key = strcpy (malloc (strlen (key) + 1), key);
      map->n++;
    }
  (*at)->value = value;
}

int
map_get (const Map *map, const char *key, int *value)
{
  Entry *entry = *find (map, key);

  if (entry == NULL)
    return 0;
  *value = entry->value;
  return 1;
}

int
map_remove (Map *map, const char *key)
{
  Entry **at = find (map, key);
  Entry *entry = *at;

  if (entry == NULL)
    return 0;
  *at = entry->next;
  free (entry->key);
  free (entry);
  map->n--;
  return 1;
}

void
sort_ints (int *items, size_t n)
{
  for (size_t i = 1; i < n; i++)
    {
      int item = items[i];
      size_t j = i;

      for (; j > 0 && items[j - 1] > item; j--)
        items[j] = items[j - 1];
      items[j] = item;
    }
}

/* Index of the first item that is not less than @wanted; @n when all are less. */
size_t
find_sorted (const int *items, size_t n, int wanted)
{
  size_t low = 0;
  size_t high = n;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (items[middle] < wanted)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

int
is_leap_year (int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
day_of_year (int year, int month, int day)
{
  static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };

  return before[month - 1] + day + (month > 2 && is_leap_year (year));
}

unsigned
greatest_divisor (unsigned a, unsigned b)
{
  while (b != 0)
    {
      unsigned rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}
