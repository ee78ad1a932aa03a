/* test-activity-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-activity-filter.h"
#include "enclave-activity-page.h"
#include "enclave-audit-format.h"
#include "enclave-file-watch.h"
#include "enclave-test-project.h"

static gboolean no_watches;

/* A system that gives no more watches. */
int
inotify_add_watch (int fd, const char *name, uint32_t mask)
{
  if (g_atomic_int_get (&no_watches))
    {
      errno = ENOSPC;
      return -1;
    }
  return (int) syscall (SYS_inotify_add_watch, fd, name, mask);
}

/* Each has a stack and a list of its own, in front of those of the page. */
#define N_DROP_DOWNS 2

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolScope *scope;
  GtkWidget *window;
  EnclaveActivityPage *page;
  guint n_closed;
} Fixture;

static void
count_closed (EnclaveActivityPage *page, Fixture *fixture)
{
  fixture->n_closed++;
}

static GtkWidget *
find (GtkWidget *widget, GType type, guint *skip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*skip)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, skip);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gpointer
part (Fixture *fixture, GType type, guint index)
{
  GtkWidget *found = find (GTK_WIDGET (fixture->page), type, &index);

  g_assert_nonnull (found);
  return found;
}

static const char *
shown_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (part (fixture, GTK_TYPE_STACK, N_DROP_DOWNS));
}

static guint
count_rows (Fixture *fixture)
{
  GtkListView *list = part (fixture, GTK_TYPE_LIST_VIEW, N_DROP_DOWNS);

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list)));
}

static void
wait_for_rows (Fixture *fixture, guint n_rows)
{
  for (guint i = 0; i < 3000 && count_rows (fixture) != n_rows; i++)
    enclave_test_spin (25);
  g_assert_cmpuint (count_rows (fixture), ==, n_rows);
}

static void
read_file (Fixture *fixture, const char *path)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  enclave_tool_scope_read_async (fixture->scope, path, 0, 0, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_finish (fixture->scope, result, NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&no_watches, data != NULL);
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "ring.c", "int x;\n");
  enclave_test_project_write (fixture->project, ".env", "KEY=1\n");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->scope = enclave_gate_open_scope (fixture->gate, "agent", "read_file", ENCLAVE_EFFECT_READ);
  fixture->window = adw_window_new ();
  fixture->page = ENCLAVE_ACTIVITY_PAGE (enclave_activity_page_new ());
  g_signal_connect (fixture->page, "closed", G_CALLBACK (count_closed), fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  enclave_activity_page_set_gate (fixture->page, fixture->gate);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer page = fixture->page;

  g_object_add_weak_pointer (page, &page);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  for (guint i = 0; page != NULL && i < 40; i++)
    enclave_test_spin (50);
  g_assert_null (page);
  g_object_unref (fixture->scope);
  g_object_unref (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  enclave_test_spin (200);
  g_assert_cmpuint (count_rows (fixture), ==, 0);
  g_assert_cmpstr (shown_page (fixture), ==, "empty");
}

/* What is done while the page is shown appears by itself, the newest on top; words and kinds choose among it. */
static void
test_live_and_filters (Fixture *fixture, gconstpointer data)
{
  GtkEditable *search = part (fixture, GTK_TYPE_SEARCH_ENTRY, 0);
  GtkDropDown *kinds = part (fixture, GTK_TYPE_DROP_DOWN, 0);
  GtkDropDown *conversations = part (fixture, GTK_TYPE_DROP_DOWN, 1);
  g_autofree char *lines = NULL;
  g_autofree char *text = NULL;

  enclave_test_spin (100);
  read_file (fixture, "ring.c");
  read_file (fixture, ".env");
  wait_for_rows (fixture, 2);
  g_assert_cmpstr (shown_page (fixture), ==, "list");

  gtk_drop_down_set_selected (kinds, ENCLAVE_ACTIVITY_REFUSED);
  g_assert_cmpuint (count_rows (fixture), ==, 1);
  text = enclave_activity_page_dup_export (fixture->page, TRUE);
  g_assert_nonnull (strstr (text, "builtin:dotenv"));
  gtk_drop_down_set_selected (kinds, ENCLAVE_ACTIVITY_RAN);
  g_assert_cmpuint (count_rows (fixture), ==, 0);
  g_assert_cmpstr (shown_page (fixture), ==, "no-match");
  gtk_drop_down_set_selected (kinds, ENCLAVE_ACTIVITY_EVERYTHING);

  gtk_editable_set_text (search, "RING read_file");
  for (guint i = 0; i < 3000 && count_rows (fixture) != 1; i++)
    enclave_test_spin (25);
  g_assert_cmpuint (count_rows (fixture), ==, 1);
  lines = enclave_activity_page_dup_export (fixture->page, FALSE);
  g_assert_true (g_str_has_prefix (lines, "{\"seq\":"));
  g_assert_nonnull (strstr (lines, "\"path\":\"ring.c\""));
  g_assert_null (strstr (lines, ".env"));
  gtk_editable_set_text (search, "");
  wait_for_rows (fixture, 2);

  /* Another conversation has records of its own. */
  enclave_gate_forget_grants (fixture->gate);
  read_file (fixture, "ring.c");
  wait_for_rows (fixture, 3);
  gtk_drop_down_set_selected (conversations, 0);
  g_assert_cmpuint (count_rows (fixture), ==, 1);
  /* The first conversation, perhaps with the note that there is no keyring. */
  gtk_drop_down_set_selected (conversations, 4);
  g_assert_cmpuint (count_rows (fixture), >=, 2);
  g_assert_cmpuint (count_rows (fixture), <=, 3);
}

static void
wait_for_one_more (Fixture *fixture, const char *path)
{
  guint before = count_rows (fixture);
  gint64 until = g_get_monotonic_time () + 5 * ENCLAVE_FILE_WATCH_POLL_S * G_USEC_PER_SEC;

  read_file (fixture, path);
  while (count_rows (fixture) == before && g_get_monotonic_time () < until)
    enclave_test_spin (25);
  g_assert_cmpuint (count_rows (fixture), >, before);
}

/* Also where nobody tells that the log has grown, which leaves its folder as it was. */
static void
test_no_watches (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = enclave_audit_dup_path ();

  /* It has been seen as it is. */
  read_file (fixture, "ring.c");
  enclave_test_spin (2 * ENCLAVE_FILE_WATCH_POLL_S * 1000);
  g_assert_true (g_file_test (log, G_FILE_TEST_IS_REGULAR));
  wait_for_one_more (fixture, ".env");
  wait_for_one_more (fixture, "ring.c");
  g_atomic_int_set (&no_watches, FALSE);
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->page), "activity.close", NULL));
  g_assert_cmpuint (fixture->n_closed, ==, 1);
  g_assert_true (enclave_activity_page_focus (fixture->page));
}

static EnclaveAuditEntry *
entry_of (const char *members)
{
  g_autofree char *zeros = g_strnfill (64, '0');
  g_autofree char *line = g_strdup_printf ("{\"seq\":1,%s,\"prev\":\"%s\",\"hash\":\"%s\"}", members, zeros, zeros);
  EnclaveAuditEntry *entry = enclave_audit_entry_parse (line, strlen (line));

  g_assert_nonnull (entry);
  return entry;
}

static void
test_titles (void)
{
  static const struct
  {
    const char *members;
    const char *title;
    EnclaveActivityKind kind;
  } cases[] = {
    { "\"effect\":\"read\",\"decision\":\"allowed\",\"path\":\"a.c\"", "Read a.c", ENCLAVE_ACTIVITY_READ },
    { "\"effect\":\"write\",\"decision\":\"allowed\",\"path\":\"a%s%n.c\"", "Wrote a%s%n.c", ENCLAVE_ACTIVITY_WROTE },
    { "\"effect\":\"run\",\"decision\":\"allowed\",\"path\":\"make\"", "Ran make", ENCLAVE_ACTIVITY_RAN },
    { "\"effect\":\"read\",\"decision\":\"denied\",\"path\":\".env\"", "Denied: .env", ENCLAVE_ACTIVITY_REFUSED },
    { "\"effect\":\"run\",\"decision\":\"refused\",\"path\":\"rm\"", "Refused by you: rm", ENCLAVE_ACTIVITY_REFUSED },
    { "\"note\":\"no-keyring\"", "The log is not sealed: there is no keyring", ENCLAVE_ACTIVITY_EVERYTHING },
    { "\"tool\":\"x\"", "Read x", ENCLAVE_ACTIVITY_EVERYTHING },
    { "\"effect\":\"trust\",\"decision\":\"approved\",\"path\":\"AGENTS.md\"", "Trusted by you: AGENTS.md",
      ENCLAVE_ACTIVITY_EVERYTHING },
    { "\"effect\":\"trust\",\"decision\":\"refused\",\"path\":\"AGENTS.md\"", "Trusted by you no longer: AGENTS.md",
      ENCLAVE_ACTIVITY_EVERYTHING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveAuditEntry) entry = entry_of (cases[i].members);
      g_autofree char *title = enclave_activity_dup_title (entry);

      g_assert_cmpstr (title, ==, cases[i].title);
      g_assert_cmpint (enclave_activity_kind_of (entry), ==, cases[i].kind);
    }
}

/* What the window asked git by itself is left out at first; what changes something, what was refused and what the agent ran never is. */
static void
test_git_queries (void)
{
  static const struct
  {
    const char *members;
    gboolean is_query;
  } cases[] = {
    { "\"effect\":\"run\",\"actor\":\"user\",\"decision\":\"allowed\",\"path\":\"git status -z\"", TRUE },
    { "\"effect\":\"run\",\"actor\":\"user\",\"decision\":\"finished\",\"path\":\"git log -z\"", TRUE },
    { "\"effect\":\"run\",\"actor\":\"user\",\"decision\":\"allowed\",\"path\":\"git commit -m x\"", FALSE },
    { "\"effect\":\"run\",\"actor\":\"user\",\"decision\":\"refused\",\"path\":\"git status -z\"", FALSE },
    { "\"effect\":\"run\",\"actor\":\"agent\",\"decision\":\"allowed\",\"path\":\"git status -z\"", FALSE },
    { "\"effect\":\"read\",\"actor\":\"user\",\"decision\":\"allowed\",\"path\":\"git status -z\"", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveAuditEntry) entry = entry_of (cases[i].members);

      g_assert_cmpint (enclave_activity_is_git_query (entry), ==, cases[i].is_query);
      g_assert_cmpint (enclave_activity_matches (entry, ENCLAVE_ACTIVITY_WITHOUT_GIT_QUERIES, NULL), ==, !cases[i].is_query);
      g_assert_true (enclave_activity_matches (entry, ENCLAVE_ACTIVITY_EVERYTHING, NULL));
    }
}

/* A size has a no-break space of its own, which nobody hid there. */
static void
test_sizes (void)
{
  g_autoptr (EnclaveAuditEntry) entry = entry_of ("\"effect\":\"run\",\"path\":\"a\",\"result_bytes\":1200,\"result_digest\":\"0\"");
  g_autofree char *details = enclave_activity_dup_details (entry);

  g_assert_nonnull (strstr (details, "1.2"));
  g_assert_null (strstr (details, "U+00A0"));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/activity-page/titles", test_titles);
  g_test_add_func ("/activity-page/git-queries", test_git_queries);
  g_test_add_func ("/activity-page/sizes", test_sizes);
  g_test_add ("/activity-page/empty", Fixture, NULL, set_up, test_empty, tear_down);
  g_test_add ("/activity-page/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/activity-page/live-and-filters", Fixture, NULL, set_up, test_live_and_filters, tear_down);
  g_test_add ("/activity-page/no-watches", Fixture, "no watches", set_up, test_no_watches, tear_down);
  return g_test_run ();
}
