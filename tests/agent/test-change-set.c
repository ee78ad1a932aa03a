/* test-change-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-change-fixture.h"
#include "enclave-line-diff.h"
#include "enclave-patch.h"

#define RING "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n"

static void
set_up (EnclaveChangeFixture *fixture, gconstpointer data)
{
  enclave_change_fixture_set_up (fixture, data);
  enclave_test_project_write (fixture->project, "ring.c", RING);
  enclave_test_project_write (fixture->project, "other.c", "other\n");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=canary\n");
}

static EnclaveChange *
propose (EnclaveChangeFixture *fixture, const char *path, const char *new_text)
{
  const EnclaveChangeOrigin origin = { .tool = "reply", .quality = ENCLAVE_MATCH_EXACT };

  return enclave_change_fixture_propose (fixture, path, new_text, &origin);
}

/* @code: -1 when it must work. */
static void
apply (EnclaveChangeFixture *fixture, EnclaveChange *change, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_change_fixture_apply (fixture, change, &error);

  g_assert_false (enclave_change_set_get_busy (fixture->set));
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENCLAVE_GATE_ERROR, code);
  g_assert_cmpint (done, ==, code < 0);
}

static void
undo (EnclaveChangeFixture *fixture, int code)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_change_set_undo_async (fixture->set, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_change_set_undo_finish (fixture->set, result, &error);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENCLAVE_GATE_ERROR, code);
}

static void
assert_file (EnclaveChangeFixture *fixture, const char *path, const char *text)
{
  g_autofree char *found = enclave_test_project_read (fixture->project, path);

  g_assert_cmpstr (found, ==, text);
}

static void
test_merge (EnclaveChangeFixture *fixture, gconstpointer data)
{
  EnclaveChange *first = propose (fixture, "ring.c", "one\n2\n");
  EnclaveChange *second = propose (fixture, "ring.c", "one\ntwo\n");

  g_assert_true (first == second);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->set)), ==, 1);
  g_assert_cmpstr (enclave_proposal_get_old_text (enclave_change_get_proposal (first)), ==, RING);
  g_assert_cmpstr (enclave_proposal_get_new_text (enclave_change_get_proposal (first)), ==, "one\ntwo\n");
  g_assert_cmpuint (enclave_change_get_added (first), ==, 2);
  g_assert_cmpuint (enclave_change_get_removed (first), ==, 20);
  assert_file (fixture, "ring.c", RING);
  apply (fixture, NULL, -1);
  assert_file (fixture, "ring.c", "one\ntwo\n");

  /* A new file that a later edit changes is still a new file. */
  propose (fixture, "new.c", "a\n");
  propose (fixture, "new.c", "b\n");
  apply (fixture, NULL, -1);
  assert_file (fixture, "new.c", "b\n");
  undo (fixture, -1);
  assert_file (fixture, "ring.c", RING);
  g_assert_false (enclave_test_project_exists (fixture->project, "new.c"));

  /* Back to where it was. */
  first = propose (fixture, "other.c", "x\n");
  second = propose (fixture, "other.c", "other\n");
  g_assert_cmpint (enclave_change_get_status (first), ==, ENCLAVE_CHANGE_UNDONE);
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 0);
  /* Also when the person had decided about it before. */
  first = propose (fixture, "other.c", "x\n");
  enclave_change_set_reject (fixture->set, first);
  second = propose (fixture, "other.c", "other\n");
  g_assert_cmpint (enclave_change_get_status (second), ==, ENCLAVE_CHANGE_UNDONE);
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 0);
}

static void
test_hunks (EnclaveChangeFixture *fixture, gconstpointer data)
{
  EnclaveChange *change =
    propose (fixture, "ring.c", "A\n2\n3\n4\n5\n6\n7\n8\n9\nB\n11\n12\n13\n14\n15\n16\n17\n18\n19\nC\n");

  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 3);
  enclave_change_set_decision (change, 0, ENCLAVE_HUNK_ACCEPTED);
  enclave_change_set_decision (change, 1, ENCLAVE_HUNK_REJECTED);
  apply (fixture, NULL, -1);
  assert_file (fixture, "ring.c", "A\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n");
  /* The undecided one waits on top of it. */
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 1);
  g_assert_cmpuint (enclave_change_set_get_n_applied (fixture->set), ==, 1);
  apply (fixture, NULL, -1);
  assert_file (fixture, "ring.c", "A\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\nC\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->set)), ==, 1);
  undo (fixture, -1);
  assert_file (fixture, "ring.c", RING);

  /* All rejected: nothing is written. */
  change = propose (fixture, "other.c", "x\n");
  enclave_change_set_decision (change, 0, ENCLAVE_HUNK_REJECTED);
  apply (fixture, NULL, -1);
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_REJECTED);
  assert_file (fixture, "other.c", "other\n");
}

static void
test_all_or_none (EnclaveChangeFixture *fixture, gconstpointer data)
{
  EnclaveChange *ring = propose (fixture, "ring.c", "mine\n");
  EnclaveChange *other = propose (fixture, "other.c", "mine\n");
  EnclaveChange *fresh = propose (fixture, "deep/new.c", "mine\n");

  enclave_test_project_write (fixture->project, "deep/new.c", "theirs\n");
  apply (fixture, NULL, ENCLAVE_GATE_ERROR_CHANGED);
  assert_file (fixture, "ring.c", RING);
  assert_file (fixture, "other.c", "other\n");
  assert_file (fixture, "deep/new.c", "theirs\n");
  g_assert_cmpint (enclave_change_get_status (fresh), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_cmpint (enclave_change_get_status (ring), ==, ENCLAVE_CHANGE_PROPOSED);
  g_assert_cmpint (enclave_change_get_status (other), ==, ENCLAVE_CHANGE_PROPOSED);

  /* One alone. */
  apply (fixture, ring, -1);
  assert_file (fixture, "ring.c", "mine\n");
  assert_file (fixture, "other.c", "other\n");
  enclave_change_set_reject (fixture->set, NULL);
  g_assert_cmpint (enclave_change_get_status (other), ==, ENCLAVE_CHANGE_REJECTED);
  g_assert_cmpint (enclave_change_get_status (fresh), ==, ENCLAVE_CHANGE_REJECTED);
  g_assert_cmpint (enclave_change_get_status (ring), ==, ENCLAVE_CHANGE_APPLIED);
  apply (fixture, NULL, -1);
  assert_file (fixture, "other.c", "other\n");
}

static void
test_undo_refused (EnclaveChangeFixture *fixture, gconstpointer data)
{
  propose (fixture, "ring.c", "mine\n");
  propose (fixture, "other.c", "mine\n");
  apply (fixture, NULL, -1);
  enclave_test_project_write (fixture->project, "other.c", "theirs\n");
  undo (fixture, ENCLAVE_GATE_ERROR_CHANGED);
  /* All or none here too. */
  assert_file (fixture, "ring.c", "mine\n");
  assert_file (fixture, "other.c", "theirs\n");
  g_assert_true (enclave_change_set_get_can_undo (fixture->set));
}

/* Somebody's own edit between two applications would be lost by an undo to the first state. */
static void
test_undo_over_foreign_edit (EnclaveChangeFixture *fixture, gconstpointer data)
{
  propose (fixture, "other.c", "mine\n");
  apply (fixture, NULL, -1);
  enclave_test_project_write (fixture->project, "other.c", "mine\ntheirs\n");
  propose (fixture, "other.c", "mine\ntheirs\nmine too\n");
  apply (fixture, NULL, -1);
  undo (fixture, ENCLAVE_GATE_ERROR_CHANGED);
  assert_file (fixture, "other.c", "mine\ntheirs\nmine too\n");
}

static void
test_turns (EnclaveChangeFixture *fixture, gconstpointer data)
{
  propose (fixture, "ring.c", "first\n");
  apply (fixture, NULL, -1);
  enclave_change_set_begin_turn (fixture->set);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->set)), ==, 0);
  /* The turn before can be taken back until this one writes. */
  g_assert_true (enclave_change_set_get_can_undo (fixture->set));
  propose (fixture, "other.c", "second\n");
  enclave_change_set_begin_turn (fixture->set);
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 1);
  apply (fixture, NULL, -1);
  undo (fixture, -1);
  assert_file (fixture, "ring.c", "first\n");
  assert_file (fixture, "other.c", "other\n");
  g_assert_false (enclave_change_set_get_can_undo (fixture->set));
}

static void
test_delete (EnclaveChangeFixture *fixture, gconstpointer data)
{
  propose (fixture, "other.c", NULL);
  apply (fixture, NULL, -1);
  g_assert_false (enclave_test_project_exists (fixture->project, "other.c"));
  enclave_test_project_write (fixture->project, "other.c", "again\n");
  undo (fixture, ENCLAVE_GATE_ERROR_CHANGED);
  enclave_test_project_remove (fixture->project, "other.c");
  undo (fixture, -1);
  assert_file (fixture, "other.c", "other\n");
}

/* A proposal that comes while others are written stays one. */
static void
test_add_while_writing (EnclaveChangeFixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  GAsyncResult *other_slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other_result = NULL;
  g_autoptr (EnclaveProposal) later = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveChange *change = propose (fixture, "other.c", "mine\n");

  later = enclave_proposal_with_new_text (enclave_change_get_proposal (change), "later\n");
  enclave_change_set_apply_async (fixture->set, NULL, NULL, enclave_test_result_callback, &slot);
  g_assert_true (enclave_change_set_get_busy (fixture->set));
  enclave_change_set_add (fixture->set, later, FALSE);
  enclave_change_set_apply_async (fixture->set, NULL, NULL, enclave_test_result_callback, &other_slot);
  other_result = enclave_test_wait (&other_slot);
  g_assert_false (enclave_change_set_apply_finish (fixture->set, other_result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_change_set_apply_finish (fixture->set, result, NULL));
  assert_file (fixture, "other.c", "mine\n");
  g_assert_cmpuint (enclave_change_set_get_n_applied (fixture->set), ==, 1);
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 1);
  apply (fixture, NULL, ENCLAVE_GATE_ERROR_CHANGED);
}

/* Files that make programs run something are asked about, each time. */
static void
test_protected (EnclaveChangeFixture *fixture, gconstpointer data)
{
  EnclaveChange *change = propose (fixture, ".github/workflows/ci.yml", "on: push\n");

  g_assert_true (enclave_proposal_get_protected (enclave_change_get_proposal (change)));
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_DENIED);
  apply (fixture, NULL, ENCLAVE_GATE_ERROR_REFUSED_BY_USER);
  g_assert_false (enclave_test_project_exists (fixture->project, ".github/workflows/ci.yml"));
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_PROPOSED);
  apply (fixture, NULL, -1);
  assert_file (fixture, ".github/workflows/ci.yml", "on: push\n");
  g_assert_cmpuint (enclave_test_approver_get_n_requests (fixture->approver), ==, 2);
}

static int
add_reply (EnclaveChangeFixture *fixture, const char *reply, const char *fallback, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_add_reply_async (fixture->set, reply, fallback, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_change_set_add_reply_finish (fixture->set, result, error);
}

static void
test_replies (EnclaveChangeFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (add_reply (fixture, "Just words.", NULL, &error), ==, -1);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_EMPTY);
  g_clear_error (&error);
  g_assert_cmpint (add_reply (fixture, "other.c\n<<<<<<< SEARCH\nother\n=======\nmine\n>>>>>>> REPLACE\n", NULL,
                              &error),
                   ==, 1);
  g_assert_no_error (error);
  g_assert_cmpint (add_reply (fixture, ".env\n<<<<<<< SEARCH\nTOKEN=canary\n=======\nx\n>>>>>>> REPLACE\n", NULL,
                              &error),
                   ==, -1);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_clear_error (&error);
  /* All or none. */
  g_assert_cmpint (add_reply (fixture,
                              "ring.c\n<<<<<<< SEARCH\n1\n2\n=======\nx\n>>>>>>> REPLACE\n\n"
                              "other.c\n<<<<<<< SEARCH\nnot there\n=======\nx\n>>>>>>> REPLACE\n",
                              NULL, &error),
                   ==, -1);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH);
  g_clear_error (&error);
  g_assert_cmpuint (enclave_change_set_get_n_proposed (fixture->set), ==, 1);
  apply (fixture, NULL, -1);
  assert_file (fixture, "other.c", "mine\n");
  assert_file (fixture, "ring.c", RING);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveChangeFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/change-set/merge", test_merge },
    { "/change-set/hunks", test_hunks },
    { "/change-set/all-or-none", test_all_or_none },
    { "/change-set/undo-refused", test_undo_refused },
    { "/change-set/undo-over-foreign-edit", test_undo_over_foreign_edit },
    { "/change-set/turns", test_turns },
    { "/change-set/delete", test_delete },
    { "/change-set/add-while-writing", test_add_while_writing },
    { "/change-set/protected", test_protected },
    { "/change-set/replies", test_replies },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveChangeFixture, NULL, set_up, tests[i].function, enclave_change_fixture_tear_down);

  return g_test_run ();
}
