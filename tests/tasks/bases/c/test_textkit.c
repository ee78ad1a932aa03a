/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "textkit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int n_failed;

#define CHECK(what) do { if (!(what)) { printf ("%s:%d: %s is not so\n", __FILE__, __LINE__, #what); n_failed++; } } while (0)

static void
check_text (int line, char *got, const char *expected)
{
  if (strcmp (got, expected) != 0)
    {
      printf ("%s:%d: \"%s\" should be \"%s\"\n", __FILE__, line, got, expected);
      n_failed++;
    }
  free (got);
}

#define TEXT(got, expected) check_text (__LINE__, got, expected)

static void
test_strings (void)
{
  char **parts;
  size_t n;

  TEXT (text_trim ("  a b \t\n"), "a b");
  TEXT (text_trim (" \n "), "");
  TEXT (text_replace ("one two one", "one", "three"), "three two three");
  TEXT (text_replace ("aaa", "a", ""), "");
  TEXT (text_replace ("abc", "", "x"), "abc");
  n = text_split ("a,,b", ',', &parts);
  CHECK (n == 3 && strcmp (parts[0], "a") == 0 && *parts[1] == '\0' && strcmp (parts[2], "b") == 0);
  text_parts_free (parts, n);
  n = text_split ("", ',', &parts);
  CHECK (n == 1 && *parts[0] == '\0');
  text_parts_free (parts, n);
  CHECK (text_starts_with ("text", "te") && !text_starts_with ("te", "text"));
  CHECK (text_ends_with ("text", "xt") && !text_ends_with ("xt", "text") && text_ends_with ("a", ""));
  CHECK (!text_ends_with ("textile", "xt"));
  CHECK (text_count ("ababab", "ab") == 3 && text_count ("aaaa", "aa") == 2 && text_count ("a", "") == 0);
  TEXT (text_wrap ("one two three four", 9), "one two\nthree\nfour");
  TEXT (text_wrap ("incomprehensible word", 5), "incomprehensible\nword");
  TEXT (text_repeat ("ab", 3), "ababab");
  TEXT (text_repeat ("ab", 0), "");
  CHECK (text_distance ("kitten", "sitting") == 3 && text_distance ("", "abc") == 3 && text_distance ("abc", "abc") == 0);
  CHECK (text_utf8_length ("h\xc3\xa4lt") == 4 && text_utf8_length ("") == 0 && text_utf8_length ("\xe2\x82\xac") == 1);
}

static void
test_parse (void)
{
  int value = 7;

  CHECK (text_parse_int ("12", &value) && value == 12);
  CHECK (text_parse_int ("-2147483648", &value) && value == -2147483647 - 1);
  CHECK (text_parse_int ("+5", &value) && value == 5);
  CHECK (!text_parse_int ("2147483648", &value) && !text_parse_int ("", &value) && !text_parse_int ("-", &value));
  CHECK (!text_parse_int ("1x", &value) && !text_parse_int (" 1", &value));
}

static void
test_encodings (void)
{
  const uint8_t bytes[] = { 0x00, 0x0f, 0xf0, 0xff };

  TEXT (encode_hex (bytes, 4), "000ff0ff");
  TEXT (encode_base64 ((const uint8_t *) "Man", 3), "TWFu");
  TEXT (encode_base64 ((const uint8_t *) "Ma", 2), "TWE=");
  TEXT (encode_base64 ((const uint8_t *) "M", 1), "TQ==");
  TEXT (encode_base64 (bytes, 0), "");
  CHECK (checksum_adler ((const uint8_t *) "Wikipedia", 9) == 0x11e60398);
}

static void
test_ring (void)
{
  Ring ring;
  int item = 0;

  ring_init (&ring, 3);
  CHECK (!ring_pop (&ring, &item));
  for (int i = 1; i <= 5; i++)
    ring_push (&ring, i);
  CHECK (ring.n == 3 && ring_at (&ring, 0, &item) && item == 3);
  CHECK (ring_at (&ring, 2, &item) && item == 5 && !ring_at (&ring, 3, &item));
  CHECK (ring_pop (&ring, &item) && item == 3);
  CHECK (ring_pop (&ring, &item) && item == 4);
  ring_push (&ring, 6);
  CHECK (ring_at (&ring, 1, &item) && item == 6);
  ring_clear (&ring);
}

static void
test_map (void)
{
  Map map;
  char key[16];
  int value = 0;

  map_init (&map);
  for (int i = 0; i < 100; i++)
    {
      snprintf (key, sizeof key, "key%d", i);
      map_set (&map, key, i);
    }
  CHECK (map.n == 100);
  CHECK (map_get (&map, "key7", &value) && value == 7);
  CHECK (map_get (&map, "key99", &value) && value == 99);
  map_set (&map, "key7", 70);
  CHECK (map.n == 100 && map_get (&map, "key7", &value) && value == 70);
  CHECK (map_remove (&map, "key7") && !map_get (&map, "key7", &value) && !map_remove (&map, "key7"));
  CHECK (map.n == 99 && !map_get (&map, "other", &value));
  map_clear (&map);
}

static void
test_numbers (void)
{
  int items[] = { 3, -1, 2, 2, 9, 0 };
  const int sorted[] = { -1, 0, 2, 2, 3, 9 };

  sort_ints (items, 6);
  CHECK (memcmp (items, sorted, sizeof items) == 0);
  CHECK (find_sorted (sorted, 6, 2) == 2 && find_sorted (sorted, 6, 10) == 6 && find_sorted (sorted, 6, -5) == 0);
  CHECK (is_leap_year (2024) && !is_leap_year (1900) && is_leap_year (2000) && !is_leap_year (2023));
  CHECK (day_of_year (2023, 3, 1) == 60 && day_of_year (2024, 3, 1) == 61 && day_of_year (2024, 12, 31) == 366);
  CHECK (greatest_divisor (12, 18) == 6 && greatest_divisor (7, 0) == 7);
}

int
main (void)
{
  test_strings ();
  test_parse ();
  test_encodings ();
  test_ring ();
  test_map ();
  test_numbers ();
  if (n_failed == 0)
    puts ("all tests passed");
  return n_failed != 0;
}
