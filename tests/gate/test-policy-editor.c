/* test-policy-editor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "enclave-gate.h"
#include "enclave-policy-editor.h"
#include "enclave-policy-preview.h"
#include "enclave-policy-text-private.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"

static void
test_text_add (void)
{
  static const struct
  {
    const char *before;
    const char *after;
  } cases[] = {
    { "", "new\n" },
    { "a\n", "a\nnew\n" },
    { "a", "a\nnew\n" },
    { "# mine\n\na\n\n[ask]\nb\n", "# mine\n\na\nnew\n\n[ask]\nb\n" },
    { "[ask]\nb\n", "new\n[ask]\nb\n" },
    { "[ask]\nb\n[deny]\n", "[ask]\nb\n[deny]\nnew\n" },
    { "a\r\n!b\r\n", "a\r\n!b\r\nnew\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = enclave_policy_text_add (cases[i].before, "new");

      g_assert_cmpstr (result, ==, cases[i].after);
    }
}

static void
test_text_remove (void)
{
  g_autofree char *one = enclave_policy_text_remove ("# c\na\r\nb\n[ask]\na\n", "a", ENCLAVE_VERDICT_DENY);
  g_autofree char *two = enclave_policy_text_remove ("a\n[ask]\na \n", "a", ENCLAVE_VERDICT_ASK);
  g_autofree char *three = enclave_policy_text_remove ("!a\na", "!a", ENCLAVE_VERDICT_ALLOW);

  g_assert_cmpstr (one, ==, "# c\nb\n[ask]\na\n");
  g_assert_cmpstr (two, ==, "a\n[ask]\n");
  g_assert_cmpstr (three, ==, "a");
  g_assert_null (enclave_policy_text_remove ("a\n", "b", ENCLAVE_VERDICT_DENY));
  g_assert_null (enclave_policy_text_remove ("[deny]\n", "[deny]", ENCLAVE_VERDICT_DENY));
}

static void
test_patterns (void)
{
  static const char *const bad[] = { "", "  ", "#x", "!x", "[deny]", "[lock] ", "a\nb", "a\033b", "\377", "/" };
  static const char *const good[] = { "*.key", " x", "\\#x", "fixtures/**/*.json", "[ab]", "[deny" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (enclave_policy_editor_check_pattern (bad[i], &error));
      g_assert_nonnull (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_true (enclave_policy_editor_check_pattern (good[i], &error));
      g_assert_no_error (error);
    }
}

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclavePolicyEditor *editor;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "A=1\n");
  enclave_test_project_write (fixture->project, ".gitignore", "ignored/\n");
  enclave_test_project_write (fixture->project, "ignored/one.json", "{}\n");
  enclave_test_project_write (fixture->project, "tests/two.json", "{}\n");
  enclave_test_project_write (fixture->project, "tests/a [b]*.env", "A=1\n");
  enclave_test_project_write (fixture->project, "tests/a [b]xx.env", "A=1\n");
  enclave_test_project_write (fixture->project, ".ssh/config", "Host x\n");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->editor = enclave_policy_editor_new (NULL);
}

/* A worker may hold its task a little longer than the answer takes. */
static void
drop (gpointer object)
{
  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  for (guint i = 0; i < 3000 && object != NULL; i++)
    enclave_test_spin (20);
  g_assert_null (object);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (enclave_policy_editor_get_file (fixture->editor));
  drop (fixture->editor);
  drop (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static gboolean
finish (Fixture *fixture, GAsyncResult **result, GError **error)
{
  g_autoptr(GAsyncResult) waited = enclave_test_wait (result);

  return enclave_policy_editor_change_finish (fixture->editor, waited, error);
}

static void
add (Fixture *fixture, const char *pattern)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  enclave_policy_editor_add_async (fixture->editor, pattern, NULL, enclave_test_result_callback, &result);
  finish (fixture, &result, &error);
  g_assert_no_error (error);
}

static EnclaveVerdict
judge (Fixture *fixture, const char *path)
{
  return enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict;
}

static void
assert_text (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (enclave_policy_editor_get_file (fixture->editor), &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_change (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GAsyncResult) removed = NULL;
  g_autoptr(GAsyncResult) undone = NULL;
  g_autoptr(GAsyncResult) again = NULL;
  g_autoptr(GError) error = NULL;
  struct stat st;

  add (fixture, "*.json");
  add (fixture, "secrets/");
  assert_text (fixture, "*.json\nsecrets/\n");
  g_assert_cmpint (stat (enclave_policy_editor_get_file (fixture->editor), &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (judge (fixture, "tests/two.json"), ==, ENCLAVE_VERDICT_ALLOW);
  g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
  g_assert_cmpint (judge (fixture, "tests/two.json"), ==, ENCLAVE_VERDICT_DENY);

  enclave_policy_editor_remove_async (fixture->editor, "*.json", ENCLAVE_VERDICT_DENY, NULL, enclave_test_result_callback,
                                      &removed);
  g_assert_true (finish (fixture, &removed, NULL));
  assert_text (fixture, "secrets/\n");
  enclave_policy_editor_undo_async (fixture->editor, NULL, enclave_test_result_callback, &undone);
  g_assert_true (finish (fixture, &undone, NULL));
  assert_text (fixture, "*.json\nsecrets/\n");
  enclave_policy_editor_undo_async (fixture->editor, NULL, enclave_test_result_callback, &again);
  g_assert_false (finish (fixture, &again, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

/* What a person has written meanwhile is not lost to an undo. */
static void
test_undo_of_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GAsyncResult) undone = NULL;
  g_autoptr(GError) error = NULL;

  add (fixture, "*.json");
  g_file_set_contents (enclave_policy_editor_get_file (fixture->editor), "mine\n", -1, NULL);
  enclave_policy_editor_undo_async (fixture->editor, NULL, enclave_test_result_callback, &undone);
  g_assert_false (finish (fixture, &undone, &error));
  g_assert_nonnull (error);
  assert_text (fixture, "mine\n");
}

static void
test_unusable_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_free (enclave_config_dir_ensure (NULL, NULL));
  g_file_set_contents (enclave_policy_editor_get_file (fixture->editor), "a\0b", 3, NULL);
  enclave_policy_editor_add_async (fixture->editor, "x", NULL, enclave_test_result_callback, &result);
  g_assert_false (finish (fixture, &result, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

/* One file and no other, also one whose name looks like a pattern or that lies in a denied folder. */
static void
test_exception (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { ".env", "tests/a [b]*.env", ".ssh/config" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *path = enclave_test_project_path (fixture->project, names[i]);

      g_assert_cmpint (judge (fixture, names[i]), ==, ENCLAVE_VERDICT_DENY);
      enclave_policy_editor_except_async (fixture->editor, path, NULL, enclave_test_result_callback, &result);
      finish (fixture, &result, &error);
      g_assert_no_error (error);
      g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
      g_assert_cmpint (judge (fixture, names[i]), ==, ENCLAVE_VERDICT_ALLOW);
    }
  g_assert_cmpint (judge (fixture, "tests/a [b]xx.env"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (judge (fixture, ".ENV"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (judge (fixture, "sub/.env"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (judge (fixture, ".ssh/id"), ==, ENCLAVE_VERDICT_DENY);

  {
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError) error = NULL;

    enclave_policy_editor_except_async (fixture->editor, "/a\nb", NULL, enclave_test_result_callback, &result);
    g_assert_false (finish (fixture, &result, &error));
    g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_INVALID_PATH);
  }
}

static EnclavePolicyPreview *
preview (Fixture *fixture, const char *pattern, EnclaveVerdict verdict)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  EnclavePolicyPreview *answer;

  enclave_policy_preview_async (fixture->gate, pattern, verdict, NULL, enclave_test_result_callback, &result);
  {
    g_autoptr(GAsyncResult) waited = enclave_test_wait (&result);

    answer = enclave_policy_preview_finish (fixture->gate, waited, &error);
  }
  g_assert_no_error (error);

  return answer;
}

static void
test_preview (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclavePolicyPreview) hides = preview (fixture, "*.JSON", ENCLAVE_VERDICT_DENY);
  g_autoptr(EnclavePolicyPreview) folder = preview (fixture, "tests/", ENCLAVE_VERDICT_DENY);
  g_autoptr(EnclavePolicyPreview) shows = preview (fixture, "*.env", ENCLAVE_VERDICT_ALLOW);
  g_autoptr(EnclavePolicyPreview) now = preview (fixture, NULL, ENCLAVE_VERDICT_DENY);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (hides->n_hidden, ==, 2);
  g_assert_cmpstr (hides->names[0], ==, "ignored/one.json");
  g_assert_cmpstr (hides->names[1], ==, "tests/two.json");
  g_assert_cmpuint (folder->n_hidden, ==, 1);
  g_assert_cmpuint (shows->n_shown, ==, 3);
  g_assert_cmpuint (now->n_denied, ==, 4);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (now->counts, "builtin:dotenv")), ==, 3);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (now->counts, "builtin:ssh")), ==, 1);

  g_cancellable_cancel (cancellable);
  enclave_policy_preview_async (fixture->gate, "*", ENCLAVE_VERDICT_DENY, cancellable, enclave_test_result_callback, &result);
  {
    g_autoptr(GAsyncResult) waited = enclave_test_wait (&result);

    g_assert_null (enclave_policy_preview_finish (fixture->gate, waited, &error));
  }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
wait_for (guint *count, guint wanted)
{
  for (guint i = 0; i < 3000 && *count < wanted; i++)
    enclave_test_spin (50);
  g_assert_cmpuint (*count, >=, wanted);
}

/* A file that can't be used takes no denial away. */
static void
test_monitor (Fixture *fixture, gconstpointer data)
{
  const char *root = enclave_gate_get_root (fixture->gate);
  guint count = 0, before;

  g_signal_connect_swapped (fixture->gate, "policy-changed", G_CALLBACK (count_cb), &count);
  enclave_test_project_write (fixture->project, ".enclave/policy", "*.json\n");
  wait_for (&count, 1);
  g_assert_cmpint (judge (fixture, "tests/two.json"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_null (enclave_gate_get_policy_problem (fixture->gate));

  enclave_test_spin (500);
  before = count;
  enclave_test_project_write_bytes (fixture->project, ".enclave/policy", "a\0b", 3);
  wait_for (&count, before + 1);
  g_assert_nonnull (enclave_gate_get_policy_problem (fixture->gate));
  g_assert_cmpint (judge (fixture, "tests/two.json"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (judge (fixture, ".env"), ==, ENCLAVE_VERDICT_DENY);
  g_assert_true (root == enclave_gate_get_root (fixture->gate));

  enclave_test_project_write (fixture->project, ".enclave/policy", "*.txt\n");
  g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
  g_assert_null (enclave_gate_get_policy_problem (fixture->gate));
  g_assert_cmpint (judge (fixture, "tests/two.json"), ==, ENCLAVE_VERDICT_ALLOW);
  g_signal_handlers_disconnect_by_data (fixture->gate, &count);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/policy-editor/text-add", test_text_add);
  g_test_add_func ("/policy-editor/text-remove", test_text_remove);
  g_test_add_func ("/policy-editor/patterns", test_patterns);
  g_test_add ("/policy-editor/change", Fixture, NULL, set_up, test_change, tear_down);
  g_test_add ("/policy-editor/undo-of-changed", Fixture, NULL, set_up, test_undo_of_changed, tear_down);
  g_test_add ("/policy-editor/unusable-file", Fixture, NULL, set_up, test_unusable_file, tear_down);
  g_test_add ("/policy-editor/exception", Fixture, NULL, set_up, test_exception, tear_down);
  g_test_add ("/policy-editor/preview", Fixture, NULL, set_up, test_preview, tear_down);
  g_test_add ("/policy-editor/monitor", Fixture, NULL, set_up, test_monitor, tear_down);

  return g_test_run ();
}
