/* test-chat-approval.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-chat-approval-row.h"
#include "enclave-chat-approver.h"
#include "enclave-limits.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

static EnclaveApprovalRequest *
make_request (const char *command)
{
  EnclaveApprovalRequest *request = enclave_approval_request_new (ENCLAVE_APPROVAL_COMMAND, command, TRUE);

  enclave_approval_request_add_fact (request, "Runs in", "here · sandbox, no network");

  return request;
}

static EnclaveApprovalAnswer
finish (EnclaveChatApprover *approver, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) waited = enclave_test_wait (result);

  return enclave_approver_ask_finish (ENCLAVE_APPROVER (approver), waited, error);
}

static void
test_queue (void)
{
  g_autoptr (EnclaveChatApprover) approver = enclave_chat_approver_new ();
  g_autoptr (EnclaveApprovalRequest) first = make_request ("true");
  g_autoptr (EnclaveApprovalRequest) second = make_request ("false");
  g_autoptr (GAsyncResult) first_result = NULL;
  g_autoptr (GAsyncResult) second_result = NULL;
  g_autofree char *summary = NULL;

  enclave_approver_ask_async (ENCLAVE_APPROVER (approver), first, NULL, enclave_test_result_callback, &first_result);
  enclave_approver_ask_async (ENCLAVE_APPROVER (approver), second, NULL, enclave_test_result_callback, &second_result);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (approver)), ==, 1);
  summary = enclave_chat_question_dup_summary (enclave_chat_approver_get_current (approver));
  g_assert_cmpstr (summary, ==, "run true");

  enclave_chat_question_answer (enclave_chat_approver_get_current (approver), ENCLAVE_APPROVAL_ALLOWED_ONCE);
  g_assert_cmpint (finish (approver, &first_result, NULL), ==, ENCLAVE_APPROVAL_ALLOWED_ONCE);
  g_assert_true (enclave_chat_question_get_request (enclave_chat_approver_get_current (approver)) == second);
  enclave_chat_approver_deny_all (approver);
  g_assert_cmpint (finish (approver, &second_result, NULL), ==, ENCLAVE_APPROVAL_DENIED);
  g_assert_null (enclave_chat_approver_get_current (approver));
}

static void
test_cancel (void)
{
  g_autoptr (EnclaveChatApprover) approver = enclave_chat_approver_new ();
  g_autoptr (EnclaveApprovalRequest) request = make_request ("true");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (EnclaveChatQuestion) question = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_approver_ask_async (ENCLAVE_APPROVER (approver), request, cancellable, enclave_test_result_callback, &result);
  question = g_object_ref (enclave_chat_approver_get_current (approver));
  g_cancellable_cancel (cancellable);
  g_assert_null (enclave_chat_approver_get_current (approver));
  /* Too late to mean anything. */
  enclave_chat_question_answer (question, ENCLAVE_APPROVAL_ALLOWED_ONCE);
  g_assert_cmpint (finish (approver, &result, &error), ==, ENCLAVE_APPROVAL_DENIED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

typedef struct
{
  EnclaveChatApprover *approver;
  GAsyncResult *result;
  GtkWidget *window;
  GtkWidget *row;
} RowFixture;

static void
show_row (RowFixture *fixture, const char *command)
{
  g_autoptr (EnclaveApprovalRequest) request = make_request (command);

  fixture->approver = enclave_chat_approver_new ();
  enclave_approver_ask_async (ENCLAVE_APPROVER (fixture->approver), request, NULL, enclave_test_result_callback,
                              &fixture->result);
  fixture->window = gtk_window_new ();
  fixture->row = enclave_chat_approval_row_new ();
  enclave_chat_approval_row_set_question (ENCLAVE_CHAT_APPROVAL_ROW (fixture->row),
                                          enclave_chat_approver_get_current (fixture->approver));
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->row);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 500);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (RowFixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_chat_approver_deny_all (fixture->approver);
  enclave_test_spin (20);
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->approver);
}

static void
test_arming (RowFixture *fixture, gconstpointer data)
{
  GtkWidget *allow;

  show_row (fixture, "meson test");
  allow = enclave_test_find_button (fixture->row, "Allow once");
  g_assert_nonnull (allow);

  enclave_test_spin (100);
  g_assert_false (enclave_chat_approval_row_get_armed (ENCLAVE_CHAT_APPROVAL_ROW (fixture->row)));
  g_signal_emit_by_name (allow, "clicked");
  g_assert_nonnull (enclave_chat_approver_get_current (fixture->approver));

  enclave_test_spin (ENCLAVE_APPROVAL_ARM_MS + 200);
  g_assert_true (enclave_chat_approval_row_get_armed (ENCLAVE_CHAT_APPROVAL_ROW (fixture->row)));
  g_signal_emit_by_name (allow, "clicked");
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_ALLOWED_ONCE);
}

static void
test_remember (RowFixture *fixture, gconstpointer data)
{
  GtkWidget *check;

  show_row (fixture, "meson test");
  enclave_test_spin (ENCLAVE_APPROVAL_ARM_MS + 200);
  check = enclave_test_find_type (fixture->row, GTK_TYPE_CHECK_BUTTON);
  g_assert_nonnull (check);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_assert_null (enclave_test_find_button (fixture->row, "Allow once"));
  g_signal_emit_by_name (enclave_test_find_button (fixture->row, "Allow"), "clicked");
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
}

static void
test_deny (RowFixture *fixture, gconstpointer data)
{
  show_row (fixture, "meson test");
  enclave_test_spin (ENCLAVE_APPROVAL_ARM_MS + 200);
  g_signal_emit_by_name (enclave_test_find_button (fixture->row, "Deny"), "clicked");
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_DENIED);
}

/* What can't be seen at once is not allowed before its end was shown. */
static void
test_long_command (RowFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) command = g_string_new ("true");
  GtkAdjustment *adjustment;
  GtkWidget *allow;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (command, " && echo this is part %u", i);
  show_row (fixture, command->str);
  enclave_test_spin (ENCLAVE_APPROVAL_ARM_MS + 200);
  allow = enclave_test_find_button (fixture->row, "Allow once");
  g_assert_false (gtk_widget_get_sensitive (allow));

  adjustment = gtk_scrolled_window_get_vadjustment (
    GTK_SCROLLED_WINDOW (enclave_test_find_type (fixture->row, GTK_TYPE_SCROLLED_WINDOW)));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  g_assert_true (gtk_widget_get_sensitive (allow));
  g_signal_emit_by_name (allow, "clicked");
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_ALLOWED_ONCE);
}

/* What can't be seen is drawn and counted, and a compound command can't be allowed for longer. */
static void
test_hidden_and_compound (RowFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveApprovalRequest) request =
    enclave_approval_request_new (ENCLAVE_APPROVAL_COMMAND, "make && cat report\u202Etxt.sh", FALSE);
  GtkWidget *check;

  show_row (fixture, "true");
  enclave_chat_approver_deny_all (fixture->approver);
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_DENIED);
  enclave_approver_ask_async (ENCLAVE_APPROVER (fixture->approver), request, NULL, enclave_test_result_callback,
                              &fixture->result);
  enclave_chat_approval_row_set_question (ENCLAVE_CHAT_APPROVAL_ROW (fixture->row),
                                          enclave_chat_approver_get_current (fixture->approver));
  enclave_test_spin (ENCLAVE_APPROVAL_ARM_MS + 200);
  g_assert_nonnull (enclave_test_find_label (fixture->row, "make && cat report<U+202E>txt.sh"));
  g_assert_nonnull (enclave_test_find_label (fixture->row, "Look closely"));
  g_assert_nonnull (enclave_test_find_label (fixture->row, "1 hidden character, marked above"));
  check = enclave_test_find_type (fixture->row, GTK_TYPE_CHECK_BUTTON);
  g_assert_false (gtk_widget_get_sensitive (check));
  g_assert_nonnull (enclave_test_find_label (fixture->row, "Only simple commands can be allowed for longer"));

  g_signal_emit_by_name (enclave_test_find_button (fixture->row, "Allow once"), "clicked");
  g_assert_cmpint (finish (fixture->approver, &fixture->result, NULL), ==, ENCLAVE_APPROVAL_ALLOWED_ONCE);
}

/* The focus is where nothing happens by mistake, and Allow is not what a key in a hurry hits. */
static void
test_focus (RowFixture *fixture, gconstpointer data)
{
  GtkWidget *allow;

  show_row (fixture, "meson test");
  g_assert_true (enclave_chat_approval_row_focus (ENCLAVE_CHAT_APPROVAL_ROW (fixture->row)));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == enclave_test_find_button (fixture->row, "Deny"));
  allow = enclave_test_find_button (fixture->row, "Allow once");
  g_assert_false (gtk_widget_has_css_class (allow, "suggested-action"));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (fixture->window)) == NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  adw_init ();

  g_test_add_func ("/chat-approver/queue", test_queue);
  g_test_add_func ("/chat-approver/cancel", test_cancel);
  g_test_add ("/chat-approval-row/arming", RowFixture, NULL, NULL, test_arming, tear_down);
  g_test_add ("/chat-approval-row/remember", RowFixture, NULL, NULL, test_remember, tear_down);
  g_test_add ("/chat-approval-row/deny", RowFixture, NULL, NULL, test_deny, tear_down);
  g_test_add ("/chat-approval-row/hidden-and-compound", RowFixture, NULL, NULL, test_hidden_and_compound, tear_down);
  g_test_add ("/chat-approval-row/focus", RowFixture, NULL, NULL, test_focus, tear_down);
  g_test_add ("/chat-approval-row/long-command", RowFixture, NULL, NULL, test_long_command, tear_down);

  return g_test_run ();
}
