/* test-text-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-document-fixture.h"
#include "enclave-document-private.h"
#include "enclave-editor-page-private.h"
#include "enclave-editor-pane.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

static gboolean no_locks;
static gboolean no_sync;
static int n_syncs;

/* A disk that takes nothing for good. */
int
fdatasync (int fd)
{
  g_atomic_int_inc (&n_syncs);
  if (g_atomic_int_get (&no_sync))
    {
      errno = EIO;
      return -1;
    }
  return (int) syscall (SYS_fdatasync, fd);
}

/* A file system that has no locks. */
int
flock (int fd, int operation)
{
  if (g_atomic_int_get (&no_locks))
    {
      errno = ENOLCK;
      return -1;
    }
  return (int) syscall (SYS_flock, fd, operation);
}

/* A draft cut at any byte gives the text of some moment, and never that of none. */
static void
test_torn_draft (void)
{
  g_autoptr (GBytes) base = g_bytes_new_static ("base é\n", strlen ("base é\n"));
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  static const char *const moments[] = { "base é\n", "base éx\n", "bas éx\n", "bas 日éx\n" };
  g_autofree char *folder = enclave_state_dir_path ("drafts");
  g_autofree char *path = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GPtrArray) drafts = NULL;
  g_autofree char *id = NULL;
  gsize length;
  guint found = 0;

  enclave_text_draft_edit (draft, 6, 0, "x", 1);
  enclave_text_draft_edit (draft, 3, 1, NULL, 0);
  enclave_text_draft_edit (draft, 4, 0, "日", strlen ("日"));
  enclave_text_draft_write (draft);
  enclave_text_drafts_flush (10000);
  drafts = enclave_test_list_drafts ();
  g_assert_cmpuint (drafts->len, ==, 1);
  id = g_strdup ("copy.draft");
  path = g_build_filename (folder, ((EnclaveTextDraftInfo *) g_ptr_array_index (drafts, 0))->id, NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_clear_pointer (&path, g_free);
  path = g_build_filename (folder, id, NULL);

  for (gsize cut = length; cut > 0; cut--)
    {
      g_autofree char *text = NULL;

      g_assert_true (g_file_set_contents (path, bytes, (gssize) cut, NULL));
      text = enclave_test_load_draft (id);
      if (text != NULL)
        {
          gboolean known = FALSE;

          for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
            known = known || g_str_equal (text, moments[i]);
          g_assert_true (known);
          g_assert_true (cut < length || g_str_equal (text, moments[3]));
          found++;
        }
    }
  g_assert_cmpuint (found, >, 60);
  for (gsize at = 0; at < length; at++)
    {
      g_autofree char *text = NULL;

      bytes[at] ^= 0x20;
      g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
      bytes[at] ^= 0x20;
      text = enclave_test_load_draft (id);
      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
      g_assert_true (text == NULL || !g_str_equal (text, moments[3]));
    }
  g_unlink (path);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

/* A state folder that takes nothing. (transfer full): where it is meanwhile. */
static char *
take_folder_away (const char *folder)
{
  char *away = g_strconcat (folder, ".away", NULL);

  g_assert_cmpint (g_rename (folder, away), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  return away;
}

static void
bring_folder_back (const char *folder, const char *away)
{
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_cmpint (g_rename (away, folder), ==, 0);
}

static void
wait_problem (EnclaveTextDraft *draft, gboolean wanted)
{
  while ((enclave_text_draft_get_problem (draft) != NULL) != wanted)
    g_main_context_iteration (NULL, TRUE);
}

/* Nobody types on, and still it is kept once there is room. */
static void
test_room_again (void)
{
  g_autoptr (GBytes) base = g_bytes_new_static ("base", 4);
  g_autoptr (EnclaveTextDraft) draft = NULL;
  g_autofree char *folder = enclave_state_dir_ensure ("drafts", NULL);
  g_autofree char *away = take_folder_away (folder);
  g_autofree char *text = NULL;

  draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  enclave_text_draft_edit (draft, 4, 0, " one", 4);
  wait_problem (draft, TRUE);
  bring_folder_back (folder, away);
  wait_problem (draft, FALSE);
  text = enclave_test_load_only_draft ();
  g_assert_cmpstr (text, ==, "base one");

  /* what is written and can't be flushed is not kept for good, and the next letter does not change that */
  g_atomic_int_set (&no_sync, TRUE);
  enclave_text_draft_edit (draft, 8, 0, "!", 1);
  wait_problem (draft, TRUE);
  enclave_text_draft_edit (draft, 9, 0, "!", 1);
  enclave_text_draft_write (draft);
  enclave_text_drafts_flush (10000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_nonnull (enclave_text_draft_get_problem (draft));
  g_atomic_int_set (&no_sync, FALSE);
  wait_problem (draft, FALSE);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

/* Full state folder: editing goes on, it is said, and once there is room everything is kept. */
static void
test_no_room (void)
{
  g_autoptr (GBytes) base = g_bytes_new_static ("base", 4);
  g_autoptr (EnclaveTextDraft) draft = NULL;
  g_autofree char *folder = enclave_state_dir_ensure ("drafts", NULL);
  g_autofree char *away = take_folder_away (folder);
  g_autofree char *text = NULL;

  draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  enclave_text_draft_edit (draft, 4, 0, " one", 4);
  enclave_text_draft_write (draft);
  wait_problem (draft, TRUE);
  enclave_text_draft_edit (draft, 8, 0, " two", 4);
  bring_folder_back (folder, away);
  enclave_text_draft_write (draft);
  wait_problem (draft, FALSE);
  text = enclave_test_load_only_draft ();
  g_assert_cmpstr (text, ==, "base one two");
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

/* (transfer full): the id of a draft of @path that a program which is gone has left. */
static char *
leave_draft (const char *path, const char *text)
{
  g_autoptr (GBytes) base = g_bytes_new (text, strlen (text));
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new (path, "file", NULL, base);
  g_autoptr (GPtrArray) drafts = NULL;
  g_autofree char *id = NULL;

  enclave_text_draft_write (draft);
  enclave_text_drafts_flush (10000);
  g_clear_object (&draft);
  drafts = enclave_test_list_drafts ();
  for (guint i = 0; i < drafts->len; i++)
    {
      EnclaveTextDraftInfo *info = g_ptr_array_index (drafts, i);

      if (!info->in_use && g_strcmp0 (info->path, path) == 0)
        id = g_strdup (info->id);
    }
  g_assert_nonnull (id);
  return g_steal_pointer (&id);
}

/* One that is recovered goes when its text is kept anew, and not a moment before. */
static void
test_replace (void)
{
  g_autofree char *old = leave_draft ("/nowhere/file", "of before");
  g_autoptr (GBytes) base = g_bytes_new_static ("of before", strlen ("of before"));
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;

  enclave_test_limit_files (10);
  enclave_text_draft_replace (draft, old);
  while (enclave_text_draft_get_problem (draft) == NULL)
    g_main_context_iteration (NULL, TRUE);
  enclave_text_drafts_flush (10000);
  kept = enclave_test_load_draft (old);
  g_assert_cmpstr (kept, ==, "of before");

  enclave_test_limit_files (RLIM_INFINITY);
  enclave_text_draft_edit (draft, 0, 0, "and ", 4);
  enclave_text_drafts_flush (10000);
  text = enclave_test_load_only_draft ();
  g_assert_cmpstr (text, ==, "and of before");
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

/* And when it is saved before it could be kept. */
static void
test_replace_discarded (void)
{
  g_autofree char *old = leave_draft ("/nowhere/file", "of before");
  g_autoptr (GBytes) base = g_bytes_new_static ("of before", strlen ("of before"));
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);

  enclave_test_limit_files (10);
  enclave_text_draft_replace (draft, old);
  enclave_text_drafts_flush (10000);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
  enclave_test_limit_files (RLIM_INFINITY);
}

static guint
count_files (void)
{
  g_autofree char *folder = enclave_state_dir_ensure ("drafts", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".draft"))
      n++;
  return n;
}

/* (transfer full) (nullable): the text of the draft of @path, which this program has. */
static char *
load_draft_of (const char *path)
{
  g_autoptr (GPtrArray) drafts = enclave_test_list_drafts ();

  for (guint i = 0; i < drafts->len; i++)
    {
      EnclaveTextDraftInfo *info = g_ptr_array_index (drafts, i);

      if (g_strcmp0 (info->path, path) == 0 && info->in_use)
        return enclave_test_load_draft (info->id);
    }
  return NULL;
}

/* One of another name gets the text: the old one goes when it is on the disk, with those that it was to replace. */
static void
test_take_over (void)
{
  g_autofree char *left = leave_draft ("/nowhere/left", "of before");
  g_autoptr (GBytes) base = g_bytes_new_static ("of before", strlen ("of before"));
  g_autoptr (GBytes) moved = g_bytes_new_static ("and of before", strlen ("and of before"));
  g_autoptr (EnclaveTextDraft) older = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/moved", "moved", NULL, moved);
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  enclave_text_draft_write (older);
  g_atomic_int_set (&no_sync, TRUE);
  enclave_text_draft_replace (older, left);
  enclave_text_draft_edit (older, 0, 0, "and ", 4);
  enclave_text_draft_take_over (draft, older);
  g_clear_object (&older);
  while (enclave_text_draft_get_problem (draft) == NULL)
    g_main_context_iteration (NULL, TRUE);
  enclave_text_drafts_flush (10000);
  kept = load_draft_of ("/nowhere/file");
  g_assert_cmpstr (kept, ==, "and of before");
  g_assert_cmpuint (count_files (), ==, 3);
  g_atomic_int_set (&no_sync, FALSE);
  enclave_text_draft_edit (draft, 0, 0, "x", 1);
  enclave_text_drafts_flush (10000);
  text = enclave_test_load_only_draft ();
  g_assert_cmpstr (text, ==, "xand of before");
  g_assert_cmpuint (count_files (), ==, 1);

  /* and where there is no room for the new one */
  older = g_steal_pointer (&draft);
  draft = enclave_text_draft_new ("/nowhere/again", "again", NULL, moved);
  enclave_test_limit_files (10);
  enclave_text_draft_take_over (draft, older);
  g_clear_object (&older);
  enclave_text_drafts_flush (10000);
  again = load_draft_of ("/nowhere/moved");
  g_assert_cmpstr (again, ==, "xand of before");
  enclave_test_limit_files (RLIM_INFINITY);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
  g_assert_cmpuint (count_files (), ==, 0);
}

static gint64
get_changed_us (const char *path)
{
  g_autoptr (GPtrArray) drafts = enclave_test_list_drafts ();
  g_autofree char *folder = enclave_state_dir_path ("drafts");

  for (guint i = 0; i < drafts->len; i++)
    {
      const EnclaveTextDraftInfo *info = g_ptr_array_index (drafts, i);
      g_autofree char *name = g_build_filename (folder, info->id, NULL);
      struct stat st;

      if (g_strcmp0 (info->path, path) != 0)
        continue;
      g_assert_cmpint (stat (name, &st), ==, 0);
      return (gint64) st.st_mtim.tv_sec * G_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000;
    }
  g_assert_not_reached ();
}

/* A disk that refuses is asked again, less and less often, and what it had refused is written once more: nobody has to type for it. */
static void
test_tried_again (void)
{
  g_autofree char *left = leave_draft ("/nowhere/left", "of before");
  g_autoptr (GBytes) base = g_bytes_new_static ("of before", strlen ("of before"));
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);
  g_autofree char *text = NULL;
  gint64 changed;
  gint64 until;

  g_atomic_int_set (&no_sync, TRUE);
  g_atomic_int_set (&n_syncs, 0);
  enclave_text_draft_edit (draft, 0, 0, "and ", 4);
  enclave_text_draft_replace (draft, left);
  while (enclave_text_draft_get_problem (draft) == NULL)
    g_main_context_iteration (NULL, TRUE);
  changed = get_changed_us ("/nowhere/file");
  until = g_get_monotonic_time () + 3500 * G_TIME_SPAN_MILLISECOND;
  while (g_get_monotonic_time () < until)
    enclave_test_spin (20);
  /* at once, after one second and after two more, each time for the older draft and for this one */
  g_assert_cmpint (g_atomic_int_get (&n_syncs), >=, 2);
  g_assert_cmpint (g_atomic_int_get (&n_syncs), <=, 7);
  g_assert_nonnull (enclave_text_draft_get_problem (draft));
  g_atomic_int_set (&no_sync, FALSE);
  until = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  while (enclave_text_draft_get_problem (draft) != NULL && g_get_monotonic_time () < until)
    enclave_test_spin (20);
  g_assert_null (enclave_text_draft_get_problem (draft));
  text = enclave_test_load_only_draft ();
  g_assert_cmpstr (text, ==, "and of before");
  g_assert_cmpint (get_changed_us ("/nowhere/file"), >, changed);
  g_assert_cmpuint (count_files (), ==, 1);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

/* Where a draft can't be locked none is kept: nothing empty stays of each try. */
static void
test_no_locks (void)
{
  g_autoptr (GBytes) base = g_bytes_new_static ("base", 4);
  g_autoptr (EnclaveTextDraft) draft = enclave_text_draft_new ("/nowhere/file", "file", NULL, base);

  g_atomic_int_set (&no_locks, TRUE);
  for (guint i = 0; i < 3; i++)
    {
      enclave_text_draft_edit (draft, 0, 0, "x", 1);
      enclave_text_drafts_flush (10000);
    }
  while (enclave_text_draft_get_problem (draft) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_files (), ==, 0);
  g_atomic_int_set (&no_locks, FALSE);
  enclave_text_draft_discard (draft);
  enclave_test_assert_no_drafts ();
}

static gboolean
is_text_page (GtkWidget *widget, gpointer text)
{
  g_autofree char *shown = NULL;

  if (!ENCLAVE_IS_EDITOR_PAGE (widget))
    return FALSE;
  shown = enclave_document_dup_text (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (widget)));
  return g_str_equal (shown, text);
}

static void
assert_reachable (const char *path)
{
  g_autofree char *old = leave_draft (path, "typed for hours\n");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *kept = NULL;
  GtkWidget *window = gtk_window_new ();
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;
  GtkWidget *found = NULL;

  gtk_window_set_child (GTK_WINDOW (window), pane);
  gtk_window_present (GTK_WINDOW (window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = ENCLAVE_EDITOR_PAGE (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  while (!enclave_info_row_is_presented (page->info_row, ENCLAVE_EDITOR_NOTE_DRAFT))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (enclave_document_get_loaded (enclave_editor_page_get_document (page)));
  enclave_info_row_respond (page->info_row, ENCLAVE_EDITOR_NOTE_DRAFT, "recover");
  while ((found = enclave_test_find_widget (pane, is_text_page, (gpointer) "typed for hours\n")) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (enclave_document_get_file (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (found))));
  g_assert_true (enclave_document_get_modified (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (found))));
  enclave_text_drafts_flush (10000);
  kept = enclave_test_load_only_draft ();
  g_assert_cmpstr (kept, ==, "typed for hours\n");
  enclave_document_drop_draft (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (found)));
  gtk_window_destroy (GTK_WINDOW (window));
  enclave_test_assert_no_drafts ();
}

/* A file that can't be opened any more does not keep its draft. */
static void
test_no_file (void)
{
  g_autofree char *root = g_dir_make_tmp ("draft-XXXXXX", NULL);
  g_autofree char *gone = g_build_filename (root, "folder", "gone.txt", NULL);
  g_autofree char *binary = g_build_filename (root, "binary.txt", NULL);
  g_autofree char *large = g_build_filename (root, "large.txt", NULL);
  g_autofree char *folder = g_build_filename (root, "folder.txt", NULL);

  assert_reachable (gone);
  g_assert_true (g_file_set_contents (binary, "a\0b", 3, NULL));
  assert_reachable (binary);
  g_assert_true (g_file_set_contents (large, "a\n", 2, NULL));
  g_assert_cmpint (truncate (large, (off_t) 80 * 1024 * 1024), ==, 0);
  assert_reachable (large);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  assert_reachable (folder);
  g_unlink (binary);
  g_unlink (large);
  g_rmdir (folder);
  g_rmdir (root);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  g_type_ensure (ENCLAVE_TYPE_EDITOR_PANE);
  g_object_unref (g_object_ref_sink (enclave_editor_pane_new ()));

  g_test_add_func ("/text-draft/torn", test_torn_draft);
  g_test_add_func ("/text-draft/no-room", test_no_room);
  g_test_add_func ("/text-draft/room-again", test_room_again);
  g_test_add_func ("/text-draft/replace", test_replace);
  g_test_add_func ("/text-draft/replace-discarded", test_replace_discarded);
  g_test_add_func ("/text-draft/take-over", test_take_over);
  g_test_add_func ("/text-draft/tried-again", test_tried_again);
  g_test_add_func ("/text-draft/no-locks", test_no_locks);
  g_test_add_func ("/text-draft/no-file", test_no_file);

  return g_test_run ();
}
