/* test-command-approval.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "command-fixture.h"
#include "enclave-test-approver.h"
#include "enclave-test-box.h"
#include "enclave-test-object.h"

typedef struct
{
  CommandFixture base;
  EnclaveTestApprover *approver;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  command_fixture_set_up (&fixture->base, NULL);
  fixture->approver = enclave_test_approver_new (ENCLAVE_APPROVAL_ALLOWED_ONCE);
  enclave_gate_set_approver (fixture->base.gate, ENCLAVE_APPROVER (fixture->approver));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  command_fixture_tear_down (&fixture->base, NULL);
  enclave_test_finalize (fixture->approver);
}

/* Returns: how often was asked by now. @network: (nullable): one address. @error_code: -1 when it is to run. */
static guint
run_connected (Fixture *fixture, const char *line, const char *address, int error_code)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->base.gate, "agent", "run_command",
                                                               ENCLAVE_EFFECT_RUN);
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  const char *network[] = { address, NULL };
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  enclave_tool_scope_run_connected_async (scope, argv, line, network, ENCLAVE_RUN_NONE, 20, NULL,
                                          enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_run_finish (scope, result, NULL, &error);
  if (error_code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENCLAVE_GATE_ERROR, error_code);

  return enclave_test_approver_get_n_requests (fixture->approver);
}

static guint
run (Fixture *fixture, const char *line, int error_code)
{
  return run_connected (fixture, line, NULL, error_code);
}

/* (nullable): the fact of the last question. */
static const char *
get_fact (Fixture *fixture, const char *wanted)
{
  guint n = enclave_test_approver_get_n_requests (fixture->approver);
  EnclaveApprovalRequest *request = enclave_test_approver_get_request (fixture->approver, n - 1);

  for (guint i = 0; i < enclave_approval_request_get_n_facts (request); i++)
    {
      const char *label;
      const char *value = enclave_approval_request_get_fact (request, i, &label);

      if (g_str_equal (label, wanted))
        return value;
    }

  return NULL;
}

static void
test_differs (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_path_get_basename (enclave_gate_get_root (fixture->base.gate));
  g_autofree char *place = g_strdup_printf ("%s · sandbox", name);

  g_assert_cmpuint (run (fixture, "true one", -1), ==, 1);
  /* Where it would run, at which level, without what. */
  g_assert_true (g_str_has_prefix (get_fact (fixture, "Runs in"), place));
  g_assert_true (g_str_has_suffix (get_fact (fixture, "Runs in"), ", no network"));
  g_assert_cmpstr (get_fact (fixture, "Can change"), ==, "this project, except denied files");
  g_assert_null (get_fact (fixture, "Differs"));
  g_assert_null (get_fact (fixture, "Length"));
  g_assert_cmpuint (run (fixture, "true two", -1), ==, 2);
  g_assert_cmpstr (get_fact (fixture, "Differs"), ==, "from the last allowed one: “two” instead of “one”");

  /* What was denied is no measure. */
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_DENIED);
  run (fixture, "true three", ENCLAVE_GATE_ERROR_REFUSED_BY_USER);
  run (fixture, "true two\ntrue", -1);
  g_assert_cmpstr (get_fact (fixture, "Differs"), ==, "from the last allowed one: “true” is new");
  g_assert_cmpstr (get_fact (fixture, "Length"), ==, "2 lines, 13 bytes");

  enclave_gate_forget_grants (fixture->base.gate);
  run (fixture, "true", -1);
  g_assert_null (get_fact (fixture, "Differs"));
}

static void
test_grants (Fixture *fixture, gconstpointer data)
{
  /* Once is once. */
  g_assert_cmpuint (run (fixture, "true once", -1), ==, 1);
  g_assert_cmpuint (run (fixture, "true once", -1), ==, 2);
}

static void
test_grants_for_longer (Fixture *fixture, gconstpointer data)
{
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
  g_assert_cmpuint (run (fixture, "true one", -1), ==, 1);
  g_assert_cmpuint (run (fixture, "true one", -1), ==, 1);
  g_assert_cmpuint (run (fixture, "true  one", -1), ==, 2);
  g_assert_cmpuint (run (fixture, "true one;true", -1), ==, 3);

  /* A compound command is asked for each time, whatever was answered. */
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
  g_assert_cmpuint (run (fixture, "true && true", -1), ==, 4);
  g_assert_false (enclave_approval_request_get_can_remember (enclave_test_approver_get_request (fixture->approver, 3)));
  g_assert_cmpuint (run (fixture, "true && true", -1), ==, 5);

  enclave_gate_forget_grants (fixture->base.gate);
  g_assert_cmpuint (run (fixture, "true one", -1), ==, 6);
}

/* An address is part of what is allowed, each time anew, whatever was answered for the command without it. */
static void
test_network (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = { "10.0.0.1:80", "example.org:80", "169.254.1.1:80", "127.0.0.1", "127.0.0.1:0", "0.0.0.0:80" };
  EnclaveApprovalRequest *request;

  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
  g_assert_cmpuint (run (fixture, "true one", -1), ==, 1);
  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
  g_assert_cmpuint (run_connected (fixture, "true one", "localhost:5432", -1), ==, 2);
  request = enclave_test_approver_get_request (fixture->approver, 1);
  g_assert_cmpint (enclave_approval_request_get_kind (request), ==, ENCLAVE_APPROVAL_NETWORK);
  g_assert_false (enclave_approval_request_get_can_remember (request));
  g_assert_cmpstr (get_fact (fixture, "May reach"), ==, "127.0.0.1:5432");
  g_assert_nonnull (strstr (get_fact (fixture, "Runs in"), "network only as asked"));
  g_assert_cmpuint (run_connected (fixture, "true one", "127.0.0.1:5432", -1), ==, 3);
  g_assert_cmpuint (run_connected (fixture, "true two", "[::1]:5432", -1), ==, 4);
  g_assert_cmpstr (get_fact (fixture, "May reach"), ==, "[::1]:5432");
  g_assert_cmpuint (run (fixture, "true two", -1), ==, 5);
  g_assert_null (get_fact (fixture, "May reach"));

  enclave_test_approver_add_answer (fixture->approver, ENCLAVE_APPROVAL_DENIED);
  run_connected (fixture, "true one", "127.0.0.1:5432", ENCLAVE_GATE_ERROR_REFUSED_BY_USER);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_cmpuint (run_connected (fixture, "true one", refused[i], ENCLAVE_GATE_ERROR_ADDRESS), ==, 6);
}

/* Nobody is asked about what can't be shown. */
static void
test_refused_outright (Fixture *fixture, gconstpointer data)
{
  static const char *const lines[] = { "true\rfalse", "true \033[8m", "true \302\2338m", "true \377", "true \b" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpuint (run (fixture, lines[i], ENCLAVE_GATE_ERROR_DENIED), ==, 0);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;

  g_test_add ("/command-approval/differs", Fixture, NULL, set_up, test_differs, tear_down);
  g_test_add ("/command-approval/grants", Fixture, NULL, set_up, test_grants, tear_down);
  g_test_add ("/command-approval/grants-for-longer", Fixture, NULL, set_up, test_grants_for_longer, tear_down);
  g_test_add ("/command-approval/network", Fixture, NULL, set_up, test_network, tear_down);
  g_test_add ("/command-approval/refused-outright", Fixture, NULL, set_up, test_refused_outright, tear_down);

  return g_test_run ();
}
