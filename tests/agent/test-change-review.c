/* test-change-review.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the review knows of a change beside its text: who proposed what, and what a person makes of it.
 */

#include "config.h"

#include <string.h>

#include "enclave-change-fixture.h"
#include "enclave-line-diff.h"

/* Lines 1 to @n; line @changed is @text, unless 0. */
static char *
number_lines (guint n, guint changed, const char *text, guint also, const char *also_text)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 1; i <= n; i++)
    {
      if (i == changed)
        g_string_append (lines, text);
      else if (i == also)
        g_string_append (lines, also_text);
      else
        g_string_append_printf (lines, "line %u\n", i);
    }

  return g_string_free (lines, FALSE);
}

static EnclaveChange *
propose (EnclaveChangeFixture *fixture, const char *new_text, const char *tool, const char *model, EnclaveMatchQuality quality)
{
  const EnclaveChangeOrigin origin = { .tool = tool, .model = model, .quality = quality };

  return enclave_change_fixture_propose (fixture, "ring.c", new_text, &origin);
}

static void
assert_origins (EnclaveChange *change, guint hunk, const char *wanted)
{
  g_autoptr (GPtrArray) origins = enclave_change_list_origins (change, hunk);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < origins->len; i++)
    {
      const EnclaveChangeOrigin *origin = g_ptr_array_index (origins, i);

      g_assert_cmpint (origin->time, >, 0);
      g_string_append_printf (found, "%s%s/%s/%u/%d", i > 0 ? " " : "", origin->tool,
                              origin->model != NULL ? origin->model : "-", origin->turn, origin->quality);
    }
  g_assert_cmpstr (found->str, ==, wanted);
}

/* Each hunk says who wrote it, and only the one that was matched loosely is flagged. */
static void
test_origins (EnclaveChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *old_text = number_lines (60, 0, NULL, 0, NULL);
  g_autofree char *first = number_lines (60, 5, "five\n", 0, NULL);
  g_autofree char *second = number_lines (60, 5, "five\n", 40, "");
  g_autofree char *third = number_lines (60, 5, "five\nand more\n", 40, "");
  EnclaveChange *change;

  enclave_test_project_write (fixture->project, "ring.c", old_text);
  change = propose (fixture, first, "edit_file", "small", ENCLAVE_MATCH_EXACT);
  assert_origins (change, 0, "edit_file/small/1/0");
  g_assert_false (enclave_change_get_inexact (change));

  enclave_change_set_begin_turn (fixture->set);
  g_assert_true (propose (fixture, second, "apply_patch", "large", ENCLAVE_MATCH_INDENTATION) == change);
  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 2);
  assert_origins (change, 0, "edit_file/small/1/0");
  assert_origins (change, 1, "apply_patch/large/2/2");
  assert_origins (change, ENCLAVE_CHANGE_ALL_HUNKS, "edit_file/small/1/0 apply_patch/large/2/2");
  g_assert_true (enclave_change_get_inexact (change));

  propose (fixture, third, "reply", NULL, ENCLAVE_MATCH_EXACT);
  assert_origins (change, 0, "edit_file/small/1/0 reply/-/2/0");
  assert_origins (change, 1, "apply_patch/large/2/2");
}

/* A hand edit is the person's own, and what was decided elsewhere stays decided. */
static void
test_edit (EnclaveChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *old_text = number_lines (60, 0, NULL, 0, NULL);
  g_autofree char *new_text = number_lines (60, 5, "five\n", 40, "forty\n");
  g_autofree char *edited = number_lines (60, 5, "fünf\n", 40, "forty\n");
  g_autofree char *only_second = number_lines (60, 0, NULL, 40, "forty\n");
  EnclaveChange *change;

  enclave_test_project_write (fixture->project, "ring.c", old_text);
  change = propose (fixture, new_text, "edit_file", "small", ENCLAVE_MATCH_EXACT);
  enclave_change_set_decision (change, 1, ENCLAVE_HUNK_ACCEPTED);

  /* without its last line end, which must not join the line that follows */
  enclave_change_set_edit_hunk (fixture->set, change, 0, "line 2\nline 3\nline 4\nfünf\nline 6\nline 7\nline 8");
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (change)), ==, edited);
  assert_origins (change, 0, "review/-/1/0");
  assert_origins (change, 1, "edit_file/small/1/0");
  g_assert_cmpint (enclave_change_get_decision (change, 0), ==, ENCLAVE_HUNK_UNDECIDED);
  g_assert_cmpint (enclave_change_get_decision (change, 1), ==, ENCLAVE_HUNK_ACCEPTED);

  /* as it was: the hunk is gone, and the other one is the first now */
  enclave_change_set_edit_hunk (fixture->set, change, 0, "line 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\n");
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (change)), ==, only_second);
  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 1);
  g_assert_cmpint (enclave_change_get_decision (change, 0), ==, ENCLAVE_HUNK_ACCEPTED);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Long texts are compared in a thread, and whoever needs the hunks before gets them. */
static void
test_long (EnclaveChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *old_text = number_lines (20000, 0, NULL, 0, NULL);
  g_autofree char *new_text = number_lines (20000, 7000, "changed\n", 0, NULL);
  g_autofree char *later = number_lines (20000, 7000, "changed\n", 19000, "too\n");
  EnclaveChange *change;
  guint n_notified = 0;

  enclave_test_project_write (fixture->project, "ring.c", old_text);
  change = propose (fixture, new_text, "edit_file", "small", ENCLAVE_MATCH_EXACT);
  g_assert_false (enclave_change_get_ready (change));
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 1);
  g_assert_cmpuint (enclave_change_set_get_added (fixture->set), ==, 0);
  g_signal_connect_swapped (change, "notify::added", G_CALLBACK (count_cb), &n_notified);
  for (guint i = 0; i < 3000 && n_notified == 0; i++)
    enclave_test_spin (10);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (enclave_change_get_ready (change));
  g_assert_cmpuint (enclave_change_set_get_added (fixture->set), ==, 1);

  n_notified = 0;
  propose (fixture, later, "edit_file", "small", ENCLAVE_MATCH_EXACT);
  g_assert_false (enclave_change_get_ready (change));
  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 2);
  g_assert_true (enclave_change_get_ready (change));
  /* not in the middle of what asked: a list being filled must not change */
  g_assert_cmpuint (n_notified, ==, 0);
  for (guint i = 0; i < 3000 && n_notified == 0; i++)
    enclave_test_spin (10);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpuint (enclave_change_set_get_added (fixture->set), ==, 2);

  /* one that nobody waits for any more */
  propose (fixture, new_text, "edit_file", "small", ENCLAVE_MATCH_EXACT);
}

static gboolean
match_again (EnclaveChangeFixture *fixture, EnclaveChange *change)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_match_again_async (fixture->set, change, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_change_set_match_again_finish (fixture->set, result, NULL);
}

static void
test_match_again (EnclaveChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *old_text = number_lines (60, 0, NULL, 0, NULL);
  g_autofree char *new_text = number_lines (60, 50, "fifty\n", 0, NULL);
  g_autofree char *now = number_lines (60, 2, "line 2\nof somebody else\n", 0, NULL);
  g_autofree char *both = number_lines (60, 2, "line 2\nof somebody else\n", 50, "fifty\n");
  g_autoptr (EnclaveChange) change = NULL;
  g_autoptr (EnclaveChange) again = NULL;
  g_autofree char *found = NULL;

  enclave_test_project_write (fixture->project, "ring.c", old_text);
  change = g_object_ref (propose (fixture, new_text, "edit_file", "small", ENCLAVE_MATCH_EXACT));
  g_assert_false (match_again (fixture, change));

  enclave_test_project_write (fixture->project, "ring.c", "nothing like it\n");
  g_assert_false (enclave_change_fixture_apply (fixture, NULL, NULL));
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_false (match_again (fixture, change));
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_cmpstr (enclave_change_get_message (change), !=, "");

  enclave_test_project_write (fixture->project, "ring.c", now);
  g_assert_true (match_again (fixture, change));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->set)), ==, 1);
  again = g_list_model_get_item (G_LIST_MODEL (fixture->set), 0);
  g_assert_cmpint (enclave_change_get_status (again), ==, ENCLAVE_CHANGE_PROPOSED);
  assert_origins (again, 0, "edit_file/small/1/0");
  found = enclave_test_project_read (fixture->project, "ring.c");
  g_assert_cmpstr (found, ==, now);

  g_assert_true (enclave_change_fixture_apply (fixture, NULL, NULL));
  g_free (found);
  found = enclave_test_project_read (fixture->project, "ring.c");
  g_assert_cmpstr (found, ==, both);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                                              \
  g_test_add ("/change-review/" name, EnclaveChangeFixture, NULL, enclave_change_fixture_set_up, function,               \
              enclave_change_fixture_tear_down)
  ADD ("origins", test_origins);
  ADD ("edit", test_edit);
  ADD ("long", test_long);
  ADD ("match-again", test_match_again);
#undef ADD

  return g_test_run ();
}
