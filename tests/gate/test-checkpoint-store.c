/* test-checkpoint-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-checkpoint-store.h"

typedef struct
{
  EnclaveCheckpointStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static guint n_projects = 0;
  g_autofree char *root = g_strdup_printf ("/project/%u", n_projects++);

  fixture->store = enclave_checkpoint_store_new (root);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_checkpoint_store_unref (fixture->store);
}

static EnclaveCheckpointPlan *
begin (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  EnclaveCheckpointPlan *plan = enclave_checkpoint_store_begin (fixture->store, 0, &error);

  g_assert_no_error (error);

  return plan;
}

/* One file of @n_bytes in one turn; what was there is as large. */
static void
add (Fixture *fixture, const char *conversation, const char *turn, const char *path, gsize n_bytes)
{
  g_autoptr (EnclaveCheckpointPlan) plan = begin (fixture);
  g_autoptr (EnclaveCheckpointRecord) record = enclave_checkpoint_record_new ();
  EnclaveCheckpointFile *file = enclave_checkpoint_file_new (path);
  g_autofree char *old_text = g_strnfill (n_bytes, 'o');
  g_autofree char *new_text = g_strnfill (n_bytes, 'n');
  g_autoptr (GBytes) old_bytes = NULL;
  g_autoptr (GBytes) new_bytes = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (old_text, turn, MIN (strlen (turn), n_bytes));
  memcpy (new_text, turn, MIN (strlen (turn), n_bytes));
  old_bytes = g_bytes_new (old_text, n_bytes);
  new_bytes = g_bytes_new (new_text, n_bytes);
  g_free (record->conversation);
  record->conversation = g_strdup (conversation);
  g_free (record->turn);
  record->turn = g_strdup (turn);
  file->old_object = enclave_checkpoint_plan_add_object (plan, old_bytes, &error);
  g_assert_no_error (error);
  file->new_object = enclave_checkpoint_plan_add_object (plan, new_bytes, &error);
  g_assert_no_error (error);
  g_ptr_array_add (record->files, file);
  enclave_checkpoint_plan_write (plan, record, &error);
  g_assert_no_error (error);
  g_assert_true (enclave_checkpoint_store_has_plan (fixture->store));
  enclave_checkpoint_plan_commit (plan, record, &error);
  g_assert_no_error (error);
  g_assert_false (enclave_checkpoint_store_has_plan (fixture->store));
}

static void
prune (Fixture *fixture, guint64 max_bytes, EnclaveCheckpointFilter filter)
{
  g_autoptr (EnclaveCheckpointPlan) plan = begin (fixture);
  g_autoptr (GError) error = NULL;

  enclave_checkpoint_plan_prune (plan, max_bytes, filter, NULL, &error);
  g_assert_no_error (error);
}

/* "turn turn …" of the records that are there, whose contents can all be read. */
static void
assert_turns (Fixture *fixture, const char *turns)
{
  g_autoptr (GPtrArray) records = enclave_checkpoint_store_list (fixture->store);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    {
      const EnclaveCheckpointRecord *record = g_ptr_array_index (records, i);

      g_string_append_printf (found, "%s%s", i > 0 ? " " : "", record->turn);
      for (guint k = 0; k < record->files->len; k++)
        {
          const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, k);
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) old_bytes = enclave_checkpoint_store_load_object (fixture->store, file->old_object, &error);
          g_autoptr (GBytes) new_bytes = NULL;

          g_assert_no_error (error);
          new_bytes = enclave_checkpoint_store_load_object (fixture->store, file->new_object, &error);
          g_assert_no_error (error);
          g_assert_nonnull (old_bytes);
          g_assert_nonnull (new_bytes);
        }
    }
  g_assert_cmpstr (found->str, ==, turns);
}

static void
test_prune (Fixture *fixture, gconstpointer data)
{
  add (fixture, "c", "one", "a.txt", 1000);
  add (fixture, "c", "two", "a.txt", 1000);
  add (fixture, "c", "two", "b.txt", 1001);
  add (fixture, "c", "three", "a.txt", 1002);
  prune (fixture, 100000, NULL);
  assert_turns (fixture, "one two two three");
  g_assert_cmpuint (enclave_checkpoint_store_get_n_pruned (fixture->store), ==, 0);
  /* Eight contents of about 1000 bytes each: the oldest turn has to go. */
  prune (fixture, 7000, NULL);
  assert_turns (fixture, "two two three");
  g_assert_cmpuint (enclave_checkpoint_store_get_n_pruned (fixture->store), ==, 1);
  /* A turn goes as a whole, and the newest one stays whatever its size. */
  prune (fixture, 1, NULL);
  assert_turns (fixture, "three");
  g_assert_cmpuint (enclave_checkpoint_store_get_n_pruned (fixture->store), ==, 2);
  /* Numbers go on. */
  add (fixture, "c", "four", "a.txt", 10);
  assert_turns (fixture, "three four");
}

static gboolean
is_not_b (const char *path, gpointer user_data)
{
  return strcmp (path, "b.txt") != 0;
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  add (fixture, "c", "one", "a.txt", 100);
  add (fixture, "c", "two", "b.txt", 100);
  prune (fixture, 100000, is_not_b);
  assert_turns (fixture, "one");
  g_assert_cmpuint (enclave_checkpoint_store_get_n_pruned (fixture->store), ==, 0);
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveCheckpointPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, "first", "one", "a.txt", 100);
  add (fixture, "second", "two", "a.txt", 100);
  add (fixture, "first", "three", "a.txt", 100);
  plan = begin (fixture);
  enclave_checkpoint_plan_forget (plan, "first", &error);
  g_assert_no_error (error);
  assert_turns (fixture, "two");
  enclave_checkpoint_plan_forget (plan, NULL, &error);
  g_assert_no_error (error);
  assert_turns (fixture, "");
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveCheckpointPlan) first = begin (fixture);
  g_autoptr (EnclaveCheckpointPlan) second = NULL;
  g_autoptr (GError) error = NULL;

  second = enclave_checkpoint_store_begin (fixture->store, 50, &error);
  g_assert_null (second);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_pointer (&first, enclave_checkpoint_plan_free);
  second = begin (fixture);
  g_assert_nonnull (second);
}

/* Text of a record that somebody has written. */
static void
test_hostile (void)
{
  static const char *const refused[] = {
    "", "{", "[]", "{}", "{\"version\":2,\"files\":[]}",
    "{\"version\":1,\"files\":[1]}",
    "{\"version\":1,\"files\":[{}]}",
    "{\"version\":1,\"files\":[{\"path\":\"\"}]}",
    "{\"version\":1,\"files\":[{\"path\":\"/etc/passwd\"}]}",
    "{\"version\":1,\"files\":[{\"path\":\"a/../../b\"}]}",
    "{\"version\":1,\"files\":[{\"path\":\"a\\\\057..\\\\057b\"}]}",
    "{\"version\":1,\"files\":[{\"path\":\"a\",\"old\":\"../../x\"}]}",
    "{\"version\":1,\"files\":[],\"folders\":[\"..\"]}",
    "{\"version\":1,\"files\":[],\"emptied\":[\"/\"]}",
    "{\"version\":1,\"files\":[],\"emptied\":[\"a//b\"]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveCheckpointRecord) record = enclave_checkpoint_record_parse (refused[i], -1, &error);

      g_assert_null (record);
      g_assert_nonnull (error);
    }
}

static void
test_text (void)
{
  g_autoptr (EnclaveCheckpointRecord) record = enclave_checkpoint_record_new ();
  g_autoptr (EnclaveCheckpointRecord) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = g_strnfill (64, 'a');
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  EnclaveCheckpointFile *file = enclave_checkpoint_file_new ("odd \xff\n\"name\"");
  guint64 number = 7;

  file->old_object = g_strdup (digest);
  file->old_mode = 04755;
  g_ptr_array_add (record->files, file);
  g_ptr_array_add (record->folders, g_strdup ("a/b"));
  g_array_append_val (record->undoes, number);
  text = enclave_checkpoint_record_to_text (record);
  again = enclave_checkpoint_record_parse (text, -1, &error);
  g_assert_no_error (error);
  text_again = enclave_checkpoint_record_to_text (again);
  g_assert_cmpstr (text_again, ==, text);
  file = g_ptr_array_index (again->files, 0);
  g_assert_cmpstr (file->path, ==, "odd \xff\n\"name\"");
  /* Nothing that gives another's rights comes back from a file. */
  g_assert_cmpuint (file->old_mode, ==, 0755);
  g_assert_null (file->new_object);
}

int
main (int argc, char **argv)
{
  /* Folders of its own, which are removed at the end. */
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/checkpoint-store/prune", Fixture, NULL, set_up, test_prune, tear_down);
  g_test_add ("/checkpoint-store/filter", Fixture, NULL, set_up, test_filter, tear_down);
  g_test_add ("/checkpoint-store/forget", Fixture, NULL, set_up, test_forget, tear_down);
  g_test_add ("/checkpoint-store/lock", Fixture, NULL, set_up, test_lock, tear_down);
  g_test_add_func ("/checkpoint-store/hostile", test_hostile);
  g_test_add_func ("/checkpoint-store/text", test_text);

  return g_test_run ();
}
