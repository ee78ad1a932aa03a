/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Strings. Each returned string is the caller's to free. */
char *text_trim (const char *text);
char *text_replace (const char *text, const char *what, const char *with);
size_t text_split (const char *text, char separator, char ***parts);
void text_parts_free (char **parts, size_t n);
int text_starts_with (const char *text, const char *prefix);
int text_ends_with (const char *text, const char *suffix);
size_t text_count (const char *text, const char *what);
char *text_wrap (const char *text, size_t width);
char *text_repeat (const char *text, size_t n);
size_t text_distance (const char *a, const char *b);
size_t text_utf8_length (const char *text);
int text_parse_int (const char *text, int *value);

/* Encodings. */
char *encode_hex (const uint8_t *bytes, size_t n);
char *encode_base64 (const uint8_t *bytes, size_t n);
uint32_t checksum_adler (const uint8_t *bytes, size_t n);

/* A ring of integers: the oldest goes when it is full. */
typedef struct { int *items; size_t capacity, first, n; } Ring;
void ring_init (Ring *ring, size_t capacity);
void ring_clear (Ring *ring);
void ring_push (Ring *ring, int item);
int ring_pop (Ring *ring, int *item);
int ring_at (const Ring *ring, size_t index, int *item);

/* A map from strings to integers. */
typedef struct Entry { char *key; int value; struct Entry *next; } Entry;
typedef struct { Entry **buckets; size_t n_buckets, n; } Map;
void map_init (Map *map);
void map_clear (Map *map);
void map_set (Map *map, const char *key, int value);
int map_get (const Map *map, const char *key, int *value);
int map_remove (Map *map, const char *key);

/* Numbers. */
void sort_ints (int *items, size_t n);
size_t find_sorted (const int *items, size_t n, int wanted);
int is_leap_year (int year);
int day_of_year (int year, int month, int day);
unsigned greatest_divisor (unsigned a, unsigned b);
