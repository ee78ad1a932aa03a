/* test-search-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate.h"
#include "enclave-limits.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define CANARY "canary-0123456789"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolScope *scope;
} Fixture;

/* An overlay with one text. */
#define TEST_TYPE_OVERLAY (test_overlay_get_type ())
G_DECLARE_FINAL_TYPE (TestOverlay, test_overlay, TEST, OVERLAY, GObject)

struct _TestOverlay
{
  GObject parent_instance;
  char *path;
  const char *text;
};

static char *
overlay_dup_text (EnclaveBufferOverlay *overlay, const char *path)
{
  TestOverlay *self = TEST_OVERLAY (overlay);

  return strcmp (path, self->path) == 0 ? g_strdup (self->text) : NULL;
}

static char **
overlay_dup_paths (EnclaveBufferOverlay *overlay)
{
  const char *const paths[] = { TEST_OVERLAY (overlay)->path, NULL };

  return g_strdupv ((char **) paths);
}

static void
overlay_iface_init (EnclaveBufferOverlayInterface *iface)
{
  iface->dup_text = overlay_dup_text;
  iface->dup_paths = overlay_dup_paths;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestOverlay, test_overlay, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_BUFFER_OVERLAY, overlay_iface_init))

static void
test_overlay_finalize (GObject *object)
{
  g_free (TEST_OVERLAY (object)->path);
  G_OBJECT_CLASS (test_overlay_parent_class)->finalize (object);
}

static void
test_overlay_class_init (TestOverlayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_overlay_finalize;
}

static void
test_overlay_init (TestOverlay *self)
{
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "capacity=" CANARY "\n");
  enclave_test_project_write (fixture->project, "src/ring.c", "int capacity;\nint head;\r\n/* Capacity */ capacity ();\n");
  enclave_test_project_write (fixture->project, "src/Ring.h", "void capacity (void);\n");
  enclave_test_project_write (fixture->project, "build/out.c", "capacity\n");
  enclave_test_project_write (fixture->project, "src/keep.log", "capacity\n");
  enclave_test_project_write (fixture->project, "src/drop.log", "capacity\n");
  enclave_test_project_write (fixture->project, ".gitignore", "/build/\n*.log\n");
  enclave_test_project_write (fixture->project, "src/.gitignore", "!keep.log\n");
  enclave_test_project_write (fixture->project, ".git/config", "capacity\n");
  enclave_test_project_write (fixture->project, "deploy/.ssh/id_rsa", "capacity " CANARY "\n");
  enclave_test_project_write_bytes (fixture->project, "binary", "capacity\0x", 10);
  enclave_test_project_symlink (fixture->project, "../.env", "src/link.txt");
  enclave_test_project_hard_link (fixture->project, ".env", "src/hard.txt");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->scope = enclave_gate_open_scope (fixture->gate, "agent", "search_text", ENCLAVE_EFFECT_READ);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->scope);
  enclave_test_finalize (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static EnclaveContextItem *
search (Fixture *fixture, const char *pattern, const char *path, gboolean is_regex, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_tool_scope_search_async (fixture->scope, pattern, path, is_regex, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_tool_scope_search_finish (fixture->scope, result, error);
}

static EnclaveContextItem *
find (Fixture *fixture, const char *pattern, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_tool_scope_find_async (fixture->scope, pattern, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  return enclave_tool_scope_find_finish (fixture->scope, result, error);
}

static void
test_literal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = search (fixture, "capacity", NULL, FALSE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_context_item_get_text (item), ==,
                   "src/Ring.h:1: void capacity (void);\n"
                   "src/keep.log:1: capacity\n"
                   "src/ring.c:1: int capacity;\n"
                   "src/ring.c:3: /* Capacity */ capacity ();\n"
                   "[3 denied files or folders were not searched]\n");
  g_assert_cmpstr (enclave_context_item_get_summary (item), ==, "4 matches in 3 files");
  g_assert_null (strstr (enclave_context_item_get_text (item), CANARY));
}

static void
test_below_a_path (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveContextItem) file = search (fixture, "head", "src/ring.c", FALSE, NULL);
  g_autoptr (EnclaveContextItem) folder = search (fixture, "void", "src/", FALSE, NULL);

  g_assert_cmpstr (enclave_context_item_get_text (file), ==, "src/ring.c:2: int head;\n");
  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (folder), "src/Ring.h:1: void"));
}

static void
test_denied_paths (Fixture *fixture, gconstpointer data)
{
  const char *const paths[] = { ".env", "./.ENV", "src/link.txt", "src/hard.txt", "deploy/.ssh", "deploy/.ssh/id_rsa",
                                "src/../.env" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveContextItem) item = search (fixture, "capacity", paths[i], FALSE, &error);

      g_assert_null (item);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
      g_assert_nonnull (enclave_gate_error_get_rule (error));
    }
}

static void
test_expressions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) words = search (fixture, "^int \\w+;$", NULL, TRUE, NULL);
  g_autoptr (EnclaveContextItem) bad = NULL;

  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (words),
                                   "src/ring.c:1: int capacity;\nsrc/ring.c:2: int head;\n"));
  bad = search (fixture, "(", NULL, TRUE, &error);
  g_assert_null (bad);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

static void
test_hostile_expression (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (30000, 'a');
  g_autoptr (EnclaveContextItem) item = NULL;
  gint64 begun = g_get_monotonic_time ();

  enclave_test_project_write (fixture->project, "long.txt", line);
  item = search (fixture, "(a+)+$x", NULL, TRUE, NULL);
  g_assert_nonnull (item);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 25 * G_USEC_PER_SEC);
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *wide = g_strnfill (100000, 'w');
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (EnclaveContextItem) long_line = NULL;

  for (guint i = 0; i < ENCLAVE_SEARCH_MAX_MATCHES * 2; i++)
    g_string_append (many, "needle\n");
  enclave_test_project_write (fixture->project, "many.txt", many->str);
  enclave_test_project_write (fixture->project, "wide.txt", wide);

  item = search (fixture, "needle", NULL, FALSE, NULL);
  g_assert_true (enclave_context_item_get_truncated (item));
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "narrow the pattern"));
  long_line = search (fixture, "wwww", NULL, FALSE, NULL);
  g_assert_cmpuint (strlen (enclave_context_item_get_text (long_line)), <, 2000);
}

static EnclaveContextItem *
search_page (Fixture *fixture, const char *pattern, guint first)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveContextItem *item;

  enclave_tool_scope_search_page_async (fixture->scope, pattern, NULL, FALSE, first, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_search_finish (fixture->scope, result, &error);
  g_assert_no_error (error);

  return item;
}

static EnclaveContextItem *
find_page (Fixture *fixture, const char *pattern, guint first)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveContextItem *item;

  enclave_tool_scope_find_page_async (fixture->scope, pattern, first, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_find_finish (fixture->scope, result, &error);
  g_assert_no_error (error);

  return item;
}

/* Whoever goes on as he is told meets each match once and ends. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  guint n_lines = ENCLAVE_SEARCH_PAGE_MATCHES * 2 + 7;
  g_autoptr (GString) all = g_string_new (NULL);
  guint first = 1;
  guint n_pages = 0;

  for (guint i = 0; i < n_lines; i++)
    {
      g_autofree char *path = g_strdup_printf ("pages/%03u.txt", i);
      g_autofree char *text = g_strdup_printf ("thread %u\n", i);

      enclave_test_project_write (fixture->project, path, text);
    }
  while (first != 0 && n_pages < 10)
    {
      g_autoptr (EnclaveContextItem) item = search_page (fixture, "thread ", first);
      const char *text = enclave_context_item_get_text (item);
      const char *next = strstr (text, "the next: start=");

      g_assert_cmpuint (strlen (text), <=, ENCLAVE_SEARCH_PAGE_BYTES + 200);
      g_assert_true (g_str_has_prefix (enclave_context_item_get_summary (item), "127 matches in 127 files"));
      g_string_append (all, text);
      n_pages++;
      first = next != NULL ? (guint) g_ascii_strtoull (next + strlen ("the next: start="), NULL, 10) : 0;
    }
  g_assert_cmpuint (n_pages, ==, 3);
  for (guint i = 0; i < n_lines; i++)
    {
      g_autofree char *line = g_strdup_printf ("pages/%03u.txt:1: thread %u\n", i, i);
      const char *found = strstr (all->str, line);

      g_assert_nonnull (found);
      g_assert_null (strstr (found + 1, line));
    }
  g_assert_nonnull (strstr (all->str, "[matches 1 to 60 of 127; the next: start=61; or narrow the pattern or the path]\n"));
  g_assert_nonnull (strstr (all->str, "[matches 121 to 127 of 127, the last]\n"));
}

static void
test_pages_of_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (EnclaveContextItem) last = NULL;
  g_autoptr (EnclaveContextItem) none = NULL;
  g_autoptr (EnclaveContextItem) behind = NULL;

  for (guint i = 0; i < ENCLAVE_SEARCH_PAGE_NAMES + 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("names/%03u.dat", i);

      enclave_test_project_write (fixture->project, path, "");
    }
  item = find_page (fixture, "*.dat", 0);
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "[files 1 to 150 of 155; the next: start=151; or narrow the pattern]"));
  g_assert_cmpstr (enclave_context_item_get_summary (item), ==, "155 files");
  last = find_page (fixture, "*.dat", 151);
  g_assert_cmpstr (enclave_context_item_get_text (last), ==,
                   "names/150.dat\nnames/151.dat\nnames/152.dat\nnames/153.dat\nnames/154.dat\n[files 151 to 155 of 155, the last]\n");
  behind = find_page (fixture, "*.dat", 1000);
  g_assert_cmpstr (enclave_context_item_get_text (behind), ==, "(there are only 155 files)\n");
  none = find_page (fixture, "*.none", 1);
  g_assert_cmpstr (enclave_context_item_get_text (none), ==, "(no files; try a part of the name, or search_text)\n");
}

/* The rest is counted only so far. */
static void
test_counting_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (EnclaveContextItem) item = NULL;

  for (guint i = 0; i < ENCLAVE_SEARCH_MAX_COUNTED * 3; i++)
    g_string_append (many, "thimble\n");
  enclave_test_project_write (fixture->project, "thimbles.txt", many->str);
  item = search_page (fixture, "thimble", 1);
  g_assert_nonnull (strstr (enclave_context_item_get_text (item), "of more than 5000; the next: start=61;"));
}

static void
test_unsaved_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOverlay) overlay = g_object_new (TEST_TYPE_OVERLAY, NULL);
  g_autoptr (EnclaveContextItem) changed = NULL;
  g_autoptr (EnclaveContextItem) fresh = NULL;
  g_autoptr (EnclaveContextItem) denied = NULL;

  enclave_gate_set_buffer_overlay (fixture->gate, ENCLAVE_BUFFER_OVERLAY (overlay));
  overlay->path = enclave_test_project_path (fixture->project, "src/ring.c");
  overlay->text = "unsaved needle\n";
  changed = search (fixture, "needle", NULL, FALSE, NULL);
  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (changed), "src/ring.c:1: unsaved needle\n"));

  g_free (overlay->path);
  overlay->path = enclave_test_project_path (fixture->project, "src/new.c");
  fresh = search (fixture, "needle", NULL, FALSE, NULL);
  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (fresh), "src/new.c:1: unsaved needle\n"));

  /* an open buffer of a denied file is as hidden as the file */
  g_free (overlay->path);
  overlay->path = enclave_test_project_path (fixture->project, ".env");
  denied = search (fixture, "needle", NULL, FALSE, NULL);
  g_assert_true (g_str_has_prefix (enclave_context_item_get_text (denied), "(no matches)"));
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) part = find (fixture, "RING", &error);
  g_autoptr (EnclaveContextItem) glob = find (fixture, "*.c", NULL);
  g_autoptr (EnclaveContextItem) hidden = find (fixture, ".env", NULL);
  g_autoptr (EnclaveContextItem) none = find (fixture, "*.nothing", NULL);
  g_autoptr (EnclaveContextItem) empty = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_context_item_get_text (part), ==, "src/Ring.h\nsrc/ring.c\n");
  g_assert_cmpstr (enclave_context_item_get_text (glob), ==, "src/ring.c\n");
  g_assert_cmpstr (enclave_context_item_get_text (hidden), ==, ".env (denied: builtin:dotenv)\n");
  g_assert_cmpstr (enclave_context_item_get_text (none), ==, "(no files)\n");
  empty = find (fixture, "", &error);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
#define ADD(name, function) g_test_add ("/search-door/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("literal", test_literal);
  ADD ("below-a-path", test_below_a_path);
  ADD ("denied-paths", test_denied_paths);
  ADD ("expressions", test_expressions);
  ADD ("hostile-expression", test_hostile_expression);
  ADD ("limits", test_limits);
  ADD ("pages", test_pages);
  ADD ("pages-of-names", test_pages_of_names);
  ADD ("counting-is-bounded", test_counting_is_bounded);
  ADD ("unsaved-text", test_unsaved_text);
  ADD ("find", test_find);
  return g_test_run ();
}
