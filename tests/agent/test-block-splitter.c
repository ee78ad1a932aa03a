/* test-block-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-block-splitter.h"

/* Blocks as text: "P[words]", "C(language|path)[code]". */

static void
on_begin (EnclaveBlockKind kind, const char *language, const char *path, gpointer user_data)
{
  if (kind == ENCLAVE_BLOCK_CODE)
    g_string_append_printf (user_data, "C(%s|%s)[", language, path != NULL ? path : "");
  else
    g_string_append (user_data, "P[");
}

static void
on_append (const char *text, gpointer user_data)
{
  g_assert_cmpstr (text, !=, "");
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_string_append (user_data, text);
}

static void
on_end (gpointer user_data)
{
  g_string_append (user_data, "]");
}

static const EnclaveBlockSink sink = { on_begin, on_append, on_end };

static char *
split (const char *text, gsize slice)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (EnclaveBlockSplitter) splitter = enclave_block_splitter_new (&sink, out);

  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *piece = NULL;

      while (*end != '\0' && (gsize) (end - text) < slice)
        end = g_utf8_next_char (end);
      piece = g_strndup (text, (gsize) (end - text));
      enclave_block_splitter_feed (splitter, piece);
      text = end;
    }
  enclave_block_splitter_finish (splitter);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const struct
{
  const char *text;
  const char *blocks;
} cases[] = {
  { "", "" },
  { "\n\n \n", "" },
  { "Hello", "P[Hello]" },
  { "Hello\n", "P[Hello]" },
  { "One\ntwo\n\nthree", "P[One\ntwo]P[three]" },
  { "One\r\ntwo\r\n\r\nthree\r\n", "P[One\ntwo]P[three]" },
  { "# Head\ntext", "P[# Head]P[text]" },
  { "- a\n- b\n\n- c\n", "P[- a\n- b\n\n- c]" },
  { "1. a\n2. b\n\ntext", "P[1. a\n2. b]P[text]" },
  { "> q\n> r\n\nx", "P[> q\n> r]P[x]" },
  { "```c\nint a;\n\n  int b;\n```\nafter", "C(c|)[int a;\n\n  int b;]P[after]" },
  { "```\n```\n", "C(|)[]" },
  { "```c src/ring.c\nx\n```", "C(c|src/ring.c)[x]" },
  { "```c:src/ring.c\nx\n```", "C(c|src/ring.c)[x]" },
  { "```src/ring.c\nx\n```", "C(|src/ring.c)[x]" },
  { "```c title=\"src/ring.c\"\nx\n```", "C(c|src/ring.c)[x]" },
  { "**src/ring.c**\n```c\nx\n```", "P[**src/ring.c**]C(c|src/ring.c)[x]" },
  { "File: `src/ring.c`\n\n```c\nx\n```", "P[File: `src/ring.c`]C(c|src/ring.c)[x]" },
  { "See e.g.\n```c\nx\n```", "P[See e.g.]C(c|)[x]" },
  /* not closed */
  { "```c\nint a;", "C(c|)[int a;]" },
  { "```c\nint a;\n``", "C(c|)[int a;\n``]" },
  /* nested: the longer fence holds the shorter, the other kind is code */
  { "````md\n```c\nx\n```\n````\nend", "C(md|)[```c\nx\n```]P[end]" },
  { "~~~\n```\nx\n```\n~~~\nend", "C(|)[```\nx\n```]P[end]" },
  { "```\n~~~\n```\nend", "C(|)[~~~]P[end]" },
  { "- item\n  ```c\n  x\n    y\n  ```\n", "P[- item]C(c|)[x\n  y]" },
  { "``` not ` a fence\nx", "P[``` not ` a fence\nx]" },
  { "`code` and ``more``", "P[`code` and ``more``]" },
  { "caf\xc3\xa9 \xf0\x9f\x94\x91\n\n\xe2\x80\xa6", "P[caf\xc3\xa9 \xf0\x9f\x94\x91]P[\xe2\x80\xa6]" },
};

static void
test_cases (void)
{
  static const gsize slices[] = { 1, 2, 3, 5, 7, 16, 100000 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (slices); j++)
      {
        g_autofree char *blocks = split (cases[i].text, slices[j]);

        g_assert_cmpstr (blocks, ==, cases[i].blocks);
      }
}

/* Any text, any slicing: the same blocks. */
static void
test_any_slicing (void)
{
  static const char *const pieces[] = { "```", "~~~", "\n", "\n\n", " ", "    ", "a.c", "text", "- ", "1. ", "# ", "> ",
                                        "`", "\r\n", "\r", "c", "\xc3\xa9", "|", "\t", "File: " };

  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_test_rand_int_range (1, 60);
      g_autofree char *whole = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      whole = split (text->str, text->len);
      for (gsize slice = 1; slice < 6; slice++)
        {
          g_autofree char *sliced = split (text->str, slice);

          g_assert_cmpstr (sliced, ==, whole);
        }
    }
}

static void
test_floods (void)
{
  static const char *const units[] = { " ", "\t", "\n", "`", "~", "```", "```\n", "#", "-", "- ", ">", "1", "x", "x\n",
                                       "\xc3\xa9", "- a\n\n" };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    for (guint in_code = 0; in_code < 2; in_code++)
      {
        g_autoptr (GString) flood = g_string_new (in_code ? "````c\n" : units[i]);
        g_autofree char *blocks = NULL;
        gint64 start;

        while (flood->len < 400 * 1000)
          g_string_append (flood, units[i]);
        start = g_get_monotonic_time ();
        blocks = split (flood->str, 100);
        g_test_message ("%s: %d ms", units[i], (int) ((g_get_monotonic_time () - start) / 1000));
        g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/block-splitter/cases", test_cases);
  g_test_add_func ("/block-splitter/any-slicing", test_any_slicing);
  g_test_add_func ("/block-splitter/floods", test_floods);

  return g_test_run ();
}
