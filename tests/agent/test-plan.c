/* test-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-plan.h"

/* "x|text" of each step, one a line. (transfer full) (nullable) */
static char *
read_plan (const char *text)
{
  g_autoptr (GPtrArray) steps = enclave_plan_find (text, NULL);
  g_autoptr (GString) read = NULL;

  if (steps == NULL)
    return NULL;
  read = g_string_new (NULL);
  for (guint i = 0; i < steps->len; i++)
    {
      const EnclavePlanStep *step = g_ptr_array_index (steps, i);

      g_string_append_printf (read, "%s%s|%s", i > 0 ? "\n" : "", step->done ? "x" : "", step->text);
    }

  return g_string_free (g_steal_pointer (&read), FALSE);
}

static void
test_find (void)
{
  static const struct
  {
    const char *text;
    const char *plan; /* NULL: none */
  } cases[] = {
    { "", NULL },
    { "So: [ ] is a box, - [ ] in a line", NULL },
    { "- one\n- two", NULL },
    { "- [] x", NULL },
    { "- [ ]x", NULL },
    { "-[ ] x", NULL },
    { "- [link](https://example.org)", NULL },
    { "- [ ] one\n- [x] two\n- [X] three", "|one\nx|two\nx|three" },
    { "* [ ] one\r\n+ [x] two\r\n", "|one\nx|two" },
    { "1. [x] one\n2) [ ] two", "x|one\n|two" },
    { "1234. [x] one", NULL },
    { "I will:\n\n- [ ] `a.c`: **mend** it\n  and test it\n\n  at once\n- [ ] b\n\nThen I am done.",
      "|`a.c`: **mend** it and test it at once\n|b" },
    /* Below another step. */
    { "- [ ] one\n    - [x] part\n- [ ] two", "|one\nx|part\n|two" },
    /* A point among the steps is of the step before it. */
    { "- [ ] one\n- note\n- [ ] two", "|one - note\n|two" },
    /* The last one counts. */
    { "- [ ] one\n\nDone with it.\n\n- [x] one", "x|one" },
    /* What stands in code is none. */
    { "```\n- [ ] one\n```", NULL },
    { "- [ ] real\n\n```md\n- [x] shown\n```\n", "|real" },
    { "- [ ] \xc3\xa4\xe2\x82\xac", "|\xc3\xa4\xe2\x82\xac" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plan = read_plan (cases[i].text);

      g_assert_cmpstr (plan, ==, cases[i].plan);
    }
}

/* However it is cut, a beginning decides the same, and soon. */
static void
test_begins (void)
{
  static const char *const lists[] = { "- [ ] one", "- [x] one", "* [X] one", "12. [ ] one", "  - [ ] one" };
  static const char *const others[] = { "- one", "-- [ ]", "1 [ ] one", "[ ] one", "- [y] one", "- [ one", "**- [ ]", "1.5", "- [x]one" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gsize decided = strlen (lists[i]) - strlen ("one");

      for (gsize n = 0; n <= strlen (lists[i]); n++)
        {
          g_autofree char *start = g_strndup (lists[i], n);

          g_assert_cmpint (enclave_plan_begins (start), ==, n < decided ? ENCLAVE_PLAN_UNDECIDED : ENCLAVE_PLAN_YES);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (enclave_plan_begins (others[i]), ==, ENCLAVE_PLAN_NO);
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *word = g_strnfill (1000 * 1000, 'w');
  g_autofree char *wide = g_strconcat ("- [ ] ", word, "\n- [x] after", NULL);
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GPtrArray) long_steps = enclave_plan_find (wide, NULL);
  g_autoptr (GString) written = g_string_new (NULL);
  guint n_more;

  for (guint i = 0; i < 100 * 1000; i++)
    g_string_append (many, "- [x] a\n");
  steps = enclave_plan_find (many->str, &n_more);
  g_assert_cmpuint (steps->len, ==, ENCLAVE_PLAN_MAX_STEPS);
  g_assert_cmpuint (n_more, ==, 100 * 1000 - ENCLAVE_PLAN_MAX_STEPS);
  g_assert_cmpuint (enclave_plan_count_done (steps), ==, ENCLAVE_PLAN_MAX_STEPS);

  g_assert_cmpuint (long_steps->len, ==, 2);
  g_assert_cmpuint (strlen (((EnclavePlanStep *) g_ptr_array_index (long_steps, 0))->text), <=, ENCLAVE_PLAN_STEP_MAX_BYTES);
  g_assert_true (g_str_has_suffix (((EnclavePlanStep *) g_ptr_array_index (long_steps, 0))->text, "…"));
  enclave_plan_append (long_steps, written, 2, 3);
  g_assert_cmpstr (written->str, ==, "- [ ] www…\n- [x] aft…\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/find", test_find);
  g_test_add_func ("/plan/begins", test_begins);
  g_test_add_func ("/plan/limits", test_limits);

  return g_test_run ();
}
