/* test-folder-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-gate.h"
#include "enclave-limits.h"
#include "enclave-state-dir.h"
#include "enclave-test-approver.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define RULES "Two spaces.\n"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveTestApprover *approver;
  guint n_changes; /* of "trust-changed" */
} Fixture;

static void
count_cb (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  enclave_gate_set_approver (fixture->gate, ENCLAVE_APPROVER (fixture->approver));
  g_signal_connect_swapped (fixture->gate, "trust-changed", G_CALLBACK (count_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->gate);
  g_object_unref (fixture->approver);
  enclave_test_project_free (fixture->project);
}

static EnclaveInstructions *
look (EnclaveGate *gate)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveInstructions *instructions;

  enclave_gate_look_at_instructions_async (gate, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  instructions = enclave_gate_look_at_instructions_finish (gate, result, &error);
  g_assert_no_error (error);

  return instructions;
}

static gboolean
trust (EnclaveGate *gate, const EnclaveInstructions *instructions, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_gate_trust_instructions_async (gate, instructions, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_gate_trust_instructions_finish (gate, result, error);
}

static void
trust_what_is_there (EnclaveGate *gate)
{
  g_autoptr (EnclaveInstructions) instructions = look (gate);
  g_autoptr (GError) error = NULL;

  g_assert_true (trust (gate, instructions, &error));
  g_assert_no_error (error);
}

static void
distrust (EnclaveGate *gate, const char *name)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_gate_distrust_instructions_async (gate, name, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_gate_trust_instructions_finish (gate, result, &error));
  g_assert_no_error (error);
}

/* What the agent is given: the text, or the word of the error. */
static char *
load (EnclaveGate *gate)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (gate, "agent", "memory", ENCLAVE_EFFECT_READ);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  enclave_tool_scope_read_instructions_async (scope, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_instructions_finish (scope, result, &error);
  if (item != NULL)
    return g_strdup (enclave_context_item_get_text (item));
  g_assert_true (error->domain == ENCLAVE_GATE_ERROR);

  return g_strdup (enclave_gate_error_to_word (error->code));
}

static void
assert_loaded (EnclaveGate *gate, const char *expected)
{
  g_autofree char *loaded = load (gate);

  g_assert_cmpstr (loaded, ==, expected);
}

static void
assert_state (EnclaveGate *gate, const char *name, EnclaveInstructionsState state)
{
  g_autoptr (EnclaveInstructions) instructions = look (gate);

  g_assert_cmpstr (instructions->name, ==, name);
  g_assert_cmpint (instructions->state, ==, state);
}

static void
test_new (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveInstructions) instructions = look (fixture->gate);

  g_assert_null (instructions);
  assert_loaded (fixture->gate, "not-found");

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  instructions = look (fixture->gate);
  g_assert_cmpint (instructions->state, ==, ENCLAVE_INSTRUCTIONS_NEW);
  g_assert_cmpstr (instructions->text, ==, RULES);
  g_assert_cmpuint (instructions->n_bytes, ==, strlen (RULES));
  g_assert_null (instructions->trusted_text);
  assert_loaded (fixture->gate, "untrusted");
  g_assert_cmpuint (fixture->n_changes, ==, 0);

  trust_what_is_there (fixture->gate);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  assert_state (fixture->gate, "AGENTS.md", ENCLAVE_INSTRUCTIONS_TRUSTED);
  assert_loaded (fixture->gate, RULES);

  distrust (fixture->gate, "AGENTS.md");
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  assert_state (fixture->gate, "AGENTS.md", ENCLAVE_INSTRUCTIONS_NEW);
  assert_loaded (fixture->gate, "untrusted");
}

/* A file of another name that comes before it, other bytes, the same bytes in another folder: none of it was trusted. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTestProject) other = enclave_test_project_new ();
  g_autoptr (EnclaveGate) other_gate = enclave_gate_new (other->root, NULL, NULL);
  g_autoptr (EnclaveInstructions) instructions = NULL;

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  trust_what_is_there (fixture->gate);
  enclave_test_project_write (other, "AGENTS.md", RULES);
  assert_loaded (other_gate, "untrusted");

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES "And run curl.\n");
  assert_loaded (fixture->gate, "untrusted");
  instructions = look (fixture->gate);
  g_assert_cmpint (instructions->state, ==, ENCLAVE_INSTRUCTIONS_CHANGED);
  g_assert_cmpstr (instructions->trusted_text, ==, RULES);
  /* As long as the old one, and with the old time stamp it would be the old file. */
  enclave_test_project_write (fixture->project, "AGENTS.md", "Two spices.\n");
  assert_loaded (fixture->gate, "untrusted");
  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  assert_loaded (fixture->gate, RULES);

  enclave_test_project_write (fixture->project, "ENCLAVE.md", "Mine.\n");
  assert_loaded (fixture->gate, "untrusted");
  assert_state (fixture->gate, "ENCLAVE.md", ENCLAVE_INSTRUCTIONS_NEW);
  trust_what_is_there (fixture->gate);
  enclave_test_project_remove (fixture->project, "ENCLAVE.md");
  assert_loaded (fixture->gate, RULES);
}

/* What was shown is what is trusted, whatever the file has become meanwhile. */
static void
test_race (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveInstructions) shown = NULL;

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  shown = look (fixture->gate);
  enclave_test_project_write (fixture->project, "AGENTS.md", "Something else.\n");
  g_assert_true (trust (fixture->gate, shown, NULL));
  assert_loaded (fixture->gate, "untrusted");
  assert_state (fixture->gate, "AGENTS.md", ENCLAVE_INSTRUCTIONS_CHANGED);
}

static void
test_denied_and_odd (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (ENCLAVE_INSTRUCTIONS_MAX_BYTES + 1, 'x');

  enclave_test_project_write (fixture->project, ".env", "KEY=canary-0123456789\n");
  enclave_test_project_symlink (fixture->project, ".env", "ENCLAVE.md");
  assert_loaded (fixture->gate, "not-found");
  enclave_test_project_remove (fixture->project, "ENCLAVE.md");
  enclave_test_project_write_bytes (fixture->project, "ENCLAVE.md", "a\0b", 3);
  assert_loaded (fixture->gate, "not-found");
  enclave_test_project_write (fixture->project, "ENCLAVE.md", large);
  assert_loaded (fixture->gate, "too-large");
  enclave_test_project_write (fixture->project, "ENCLAVE.md", "");
  trust_what_is_there (fixture->gate);
  assert_loaded (fixture->gate, "");
}

/* Trusted is not unlooked at: what a denied file holds and what has the form of a secret is masked here as well. */
static void
test_masked (Fixture *fixture, gconstpointer data)
{
  enclave_test_project_write (fixture->project, ".env", "KEY=q8Zr2Lw0Vt6Xn4Bs9Kd1\n");
  enclave_test_project_write (fixture->project, "AGENTS.md", "Log in with q8Zr2Lw0Vt6Xn4Bs9Kd1.\n");
  g_clear_object (&fixture->gate);
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  trust_what_is_there (fixture->gate);
  assert_loaded (fixture->gate, "Log in with [value of a denied file masked: builtin:dotenv].\n");
}

static char *
path_of_record (void)
{
  g_autofree char *folder = enclave_state_dir_path ("trust");
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;
  char *found = NULL;

  for (name = g_dir_read_name (entries); name != NULL; name = g_dir_read_name (entries))
    {
      g_assert_null (found);
      found = g_build_filename (folder, name, NULL);
    }

  return found;
}

/* A record that is not whole is none, and nobody else can have written it. */
static void
test_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;
  struct stat st;

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  trust_what_is_there (fixture->gate);
  path = path_of_record ();
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));

  for (gsize cut = 0; cut < length; cut++)
    {
      g_assert_true (g_file_set_contents (path, text, (gssize) cut, NULL));
      assert_loaded (fixture->gate, "untrusted");
    }
  /* One byte of another text, or of another head. */
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *other = g_memdup2 (text, length);
      g_autofree char *loaded = NULL;

      other[i] ^= 1;
      g_assert_true (g_file_set_contents (path, other, (gssize) length, NULL));
      loaded = load (fixture->gate);
      g_assert_cmpstr (loaded, ==, "untrusted");
    }
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  assert_loaded (fixture->gate, RULES);
  g_assert_cmpint (chmod (path, 0622), ==, 0);
  assert_loaded (fixture->gate, "untrusted");
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  assert_loaded (fixture->gate, RULES);
  /* Taken back, nothing is kept of it. */
  distrust (fixture->gate, "AGENTS.md");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static EnclaveProposal *
propose (Fixture *fixture, const char *name, const char *text)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "write_file", ENCLAVE_EFFECT_WRITE);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveProposal *proposal;

  enclave_tool_scope_prepare_write_async (scope, name, NULL, text, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (scope, result, &error);
  g_assert_no_error (error);

  return proposal;
}

static void
apply (Fixture *fixture, const char *actor, const char *name, const char *text)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, actor, "apply", ENCLAVE_EFFECT_WRITE);
  g_autoptr (GPtrArray) proposals = g_ptr_array_new_with_free_func (g_object_unref);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (proposals, propose (fixture, name, text));
  enclave_tool_scope_apply_async (scope, proposals, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_tool_scope_apply_finish (scope, result, &error));
  g_assert_no_error (error);
}

/* Apply is the person's word for the bytes it writes, where what stood there before had it. */
static void
test_applied (Fixture *fixture, gconstpointer data)
{
  apply (fixture, "user", "ENCLAVE.md", "One.\n");
  assert_loaded (fixture->gate, "One.\n");
  apply (fixture, "user", "ENCLAVE.md", "One.\nTwo.\n");
  assert_loaded (fixture->gate, "One.\nTwo.\n");
  /* Nobody looks at what is written with standing approval. */
  apply (fixture, "agent", "ENCLAVE.md", "One.\nTwo.\nThree.\n");
  assert_loaded (fixture->gate, "untrusted");
  /* And a line more does not vouch for the rest. */
  apply (fixture, "user", "ENCLAVE.md", "One.\nTwo.\nThree.\nFour.\n");
  assert_loaded (fixture->gate, "untrusted");
  /* Nor does a program that answers for the person. */
  trust_what_is_there (fixture->gate);
  enclave_gate_set_approver (fixture->gate, NULL);
  apply (fixture, "user", "ENCLAVE.md", "Five.\n");
  assert_loaded (fixture->gate, "untrusted");
}

/* What can't be recorded is not done. */
static void
test_audit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *log = NULL;
  g_autoptr (EnclaveInstructions) instructions = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (fixture->project, "AGENTS.md", RULES);
  assert_loaded (fixture->gate, "untrusted");
  trust_what_is_there (fixture->gate);
  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "\"builtin:untrusted-folder\""));
  g_assert_nonnull (strstr (log, "\"tool\":\"trust\""));
  g_assert_null (strstr (log, "Two spaces"));

  g_clear_object (&fixture->gate);
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  unlink (path);
  g_assert_cmpint (mkdir (path, 0700), ==, 0);
  enclave_test_project_write (fixture->project, "AGENTS.md", "Other.\n");
  instructions = look (fixture->gate);
  g_assert_false (trust (fixture->gate, instructions, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_RECORDED);
  g_assert_cmpint (rmdir (path), ==, 0);
  assert_loaded (fixture->gate, "untrusted");
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/folder-trust/record", Fixture, NULL, set_up, test_record, tear_down);
  g_test_add ("/folder-trust/new", Fixture, NULL, set_up, test_new, tear_down);
  g_test_add ("/folder-trust/changed", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/folder-trust/race", Fixture, NULL, set_up, test_race, tear_down);
  g_test_add ("/folder-trust/denied-and-odd", Fixture, NULL, set_up, test_denied_and_odd, tear_down);
  g_test_add ("/folder-trust/masked", Fixture, NULL, set_up, test_masked, tear_down);
  g_test_add ("/folder-trust/applied", Fixture, NULL, set_up, test_applied, tear_down);
  g_test_add ("/folder-trust/audit", Fixture, NULL, set_up, test_audit, tear_down);

  return g_test_run ();
}
