/* test-modeline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-modeline.h"

#include <string.h>

#define SPACES ENCLAVE_MODELINE_SPACES
#define TABS ENCLAVE_MODELINE_TABS
#define UNSET ENCLAVE_MODELINE_UNSET

static const struct
{
  const char *text;
  EnclaveModeline says;
} texts[] = {
  { "/* vim: set ts=8 sts=4 sw=2 et : */\nint i;\n", { SPACES, 8, 2 } },
  { "# vim:ts=4:noet\n", { TABS, 4, 0 } },
  { "a\nb\nc\n// vi: se tabstop=3 expandtab:\n", { SPACES, 3, 0 } },
  { "int i;\n/* vim: softtabstop=4 */", { UNSET, 0, 4 } },
  { "/* -*- mode: C; c-basic-offset: 4; tab-width: 8; indent-tabs-mode: nil -*- */\n", { SPACES, 8, 4 } },
  { "# -*- mode: python; python-indent-offset: 2; indent-tabs-mode: t -*-\n", { TABS, 0, 2 } },
  { "// kate: space-indent on; indent-width 4; tab-width 8;\n", { SPACES, 8, 4 } },
  { "# kate: replace-tabs off; tab-width 4\n", { TABS, 4, 0 } },
  /* nothing, or nothing that counts */
  { "", { UNSET, 0, 0 } },
  { "int i;\n", { UNSET, 0, 0 } },
  { "a sentence about vim: it is an editor\n", { UNSET, 0, 0 } },
  { "environment: ts=4\n", { UNSET, 0, 0 } },
  { "/* vim: set ts=0 sw=999999999999 : */\n", { UNSET, 0, 0 } },
  { "/* vim: set makeprg=evil|!evil foldexpr=system('evil') : */\n", { UNSET, 0, 0 } },
  { "-*- -*-\n-*-", { UNSET, 0, 0 } },
  { "vim:\nvim: set\nvim: set :\nkate:\nkate: ;;\n", { UNSET, 0, 0 } },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      EnclaveModeline found = { TABS, 99, 99 };
      const EnclaveModeline *says = &texts[i].says;

      g_test_message ("%s", texts[i].text);
      g_assert_cmpint (enclave_modeline_parse (texts[i].text, -1, &found), ==, says->style != UNSET || says->tab_width > 0 || says->indent_width > 0);
      g_assert_cmpint (found.style, ==, says->style);
      g_assert_cmpuint (found.tab_width, ==, says->tab_width);
      g_assert_cmpuint (found.indent_width, ==, says->indent_width);
    }
}

/* Five lines at either end, and no others. */
static void
test_place (void)
{
  for (guint lines = 1; lines < 14; lines++)
    for (guint at = 0; at < lines; at++)
      {
        g_autoptr (GString) text = g_string_new (NULL);
        EnclaveModeline found;

        for (guint i = 0; i < lines; i++)
          g_string_append (text, i == at ? "# vim: sw=3\n" : "text\n");
        g_assert_cmpint (enclave_modeline_parse (text->str, (gssize) text->len, &found), ==, at < 5 || at + 5 >= lines);
      }
}

/* Whatever the bytes are, only those of the text are looked at. */
static void
test_hostile (void)
{
  static const char *const parts[] = { "vim:", "set ", "-*-", "kate:", ":", ";", "=", "sw", "ts=4", "\n", " ", "\xff", "et", "tab-width" };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *exact = NULL;
      EnclaveModeline found;

      for (guint n = (guint) g_rand_int_range (random, 0, 12); n > 0; n--)
        g_string_append (text, parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);
      exact = g_memdup2 (text->str, MAX (text->len, 1));
      enclave_modeline_parse (exact, (gssize) text->len, &found);
      g_assert_cmpuint (found.indent_width, <=, 32);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/modeline/texts", test_texts);
  g_test_add_func ("/modeline/place", test_place);
  g_test_add_func ("/modeline/hostile", test_hostile);

  return g_test_run ();
}
