/* test-document-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a document says of its text is true: unmodified is only what lies on disk, and the rest has a draft.
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-document-fixture.h"
#include "enclave-document-private.h"

#include "enclave-test-project.h"
#include "enclave-toolkit.h"

typedef struct
{
  char *root;
  char *path;
  EnclaveDocument *document;
  GtkTextBuffer *buffer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("document-state-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->root, "file.txt", NULL);
  g_assert_true (g_file_set_contents (fixture->path, "one\n", -1, NULL));
  fixture->document = enclave_test_open_document (fixture->path);
  fixture->buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (fixture->document));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->document != NULL)
    enclave_document_drop_draft (fixture->document);
  g_clear_object (&fixture->document);
  enclave_test_assert_no_drafts ();
  g_unlink (fixture->path);
  g_rmdir (fixture->root);
  g_free (fixture->path);
  g_free (fixture->root);
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_insert_at_cursor (fixture->buffer, text, -1);
  gtk_text_buffer_end_user_action (fixture->buffer);
}

/* As others do it: by a rename. */
static void
write_disk (Fixture *fixture, const char *text)
{
  g_autofree char *other = g_build_filename (fixture->root, "other", NULL);

  g_assert_true (g_file_set_contents (other, text, -1, NULL));
  g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
}

static void
assert_draft (Fixture *fixture)
{
  g_autofree char *text = enclave_document_dup_text (fixture->document);
  g_autofree char *kept = NULL;

  g_assert_true (enclave_document_get_modified (fixture->document));
  enclave_text_drafts_flush (10000);
  kept = enclave_test_load_only_draft ();
  g_assert_cmpstr (kept, ==, text);
}

static void
assert_saves (Fixture *fixture, const char *wanted)
{
  g_autofree char *bytes = NULL;

  g_assert_true (enclave_test_save_document (fixture->document));
  g_assert_true (g_file_get_contents (fixture->path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, wanted);
  g_assert_false (enclave_document_get_modified (fixture->document));
  enclave_test_assert_no_drafts ();
}

static void
test_keep_mine_undo (Fixture *fixture, gconstpointer data)
{
  type (fixture, "mine ");
  write_disk (fixture, "two and more\n");
  enclave_test_wait_disk_state (fixture->document, ENCLAVE_DISK_CHANGED);
  enclave_document_keep_mine (fixture->document);
  assert_draft (fixture);

  /* what was loaded is not what lies on disk now */
  gtk_text_buffer_undo (fixture->buffer);
  assert_draft (fixture);
  type (fixture, "é");
  assert_draft (fixture);
  gtk_text_buffer_undo (fixture->buffer);
  assert_saves (fixture, "one\n");
}

static void
test_unanswered_undo (Fixture *fixture, gconstpointer data)
{
  type (fixture, "mine ");
  write_disk (fixture, "two and more\n");
  enclave_test_wait_disk_state (fixture->document, ENCLAVE_DISK_CHANGED);
  gtk_text_buffer_undo (fixture->buffer);
  assert_draft (fixture);
  enclave_document_reload (fixture->document);
  g_assert_false (enclave_document_get_modified (fixture->document));
  enclave_test_assert_no_drafts ();

  /* and back before it was read again */
  gtk_text_buffer_undo (fixture->buffer);
  assert_draft (fixture);
  gtk_text_buffer_redo (fixture->buffer);
  assert_saves (fixture, "two and more\n");
}

static void
test_deleted_undo (Fixture *fixture, gconstpointer data)
{
  type (fixture, "mine ");
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  enclave_test_wait_disk_state (fixture->document, ENCLAVE_DISK_DELETED);
  gtk_text_buffer_undo (fixture->buffer);
  assert_draft (fixture);
  assert_saves (fixture, "one\n");
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (enclave_document_save_finish (ENCLAVE_DOCUMENT (source), result, NULL));
  *(gboolean *) data = TRUE;
}

static void
test_undo_while_saving (Fixture *fixture, gconstpointer data)
{
  gboolean saved = FALSE;

  type (fixture, "mine ");
  enclave_document_save_async (fixture->document, NULL, FALSE, NULL, saved_cb, &saved);
  gtk_text_buffer_undo (fixture->buffer);
  while (!saved)
    g_main_context_iteration (NULL, TRUE);
  assert_draft (fixture);
  type (fixture, "日");
  assert_draft (fixture);
  gtk_text_buffer_undo (fixture->buffer);
  assert_saves (fixture, "one\n");

  /* typed while saving, undone to what was on disk before */
  saved = FALSE;
  type (fixture, "a");
  enclave_document_save_async (fixture->document, NULL, FALSE, NULL, saved_cb, &saved);
  type (fixture, "\n");
  while (!saved)
    g_main_context_iteration (NULL, TRUE);
  assert_draft (fixture);
  while (gtk_text_buffer_get_can_undo (fixture->buffer))
    {
      g_autofree char *text = NULL;

      gtk_text_buffer_undo (fixture->buffer);
      text = enclave_document_dup_text (fixture->document);
      if (!g_str_equal (text, "aone\n"))
        assert_draft (fixture);
    }
}

static void
test_keep_mine_unread (Fixture *fixture, gconstpointer data)
{
  /* nobody can read it as text: the state is CHANGED, and nothing is known of it */
  write_disk (fixture, "");
  g_assert_true (g_file_set_contents (fixture->path, "a\0b", 3, NULL));
  enclave_test_wait_disk_state (fixture->document, ENCLAVE_DISK_CHANGED);
  enclave_document_keep_mine (fixture->document);
  assert_draft (fixture);
  type (fixture, "x");
  gtk_text_buffer_undo (fixture->buffer);
  assert_draft (fixture);
}

static void
test_keep_mine_line_ends (Fixture *fixture, gconstpointer data)
{
  type (fixture, "x");
  write_disk (fixture, "two\r\n");
  enclave_test_wait_disk_state (fixture->document, ENCLAVE_DISK_CHANGED);
  enclave_document_keep_mine (fixture->document);
  g_assert_cmpint (enclave_document_get_line_ends (fixture->document), ==, ENCLAVE_LINE_ENDS_LF);
  type (fixture, "\n");
  assert_saves (fixture, "x\none\n");
}

static void
save_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  enclave_document_save_finish (ENCLAVE_DOCUMENT (source), result, NULL);
  *(gboolean *) data = TRUE;
}

/* A file is given another name while its text goes out, at whatever moment: the document goes with it, and nothing is lost. */
static void
test_moved_while_saving (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autoptr (GFile) here = g_file_new_for_path (fixture->path);
  g_autoptr (GFile) there = g_file_new_for_path (other);

  for (guint i = 0; i < 40; i++)
    {
      gboolean forth = i % 2 == 0;
      const char *to = forth ? other : fixture->path;
      g_autofree char *text = NULL;
      g_autofree char *bytes = NULL;
      gboolean saved = FALSE;

      type (fixture, "x");
      text = enclave_document_dup_text (fixture->document);
      enclave_document_save_async (fixture->document, NULL, FALSE, NULL, save_ended_cb, &saved);
      if (i % 4 < 2)
        g_usleep (i * 200);
      g_assert_cmpint (g_rename (forth ? fixture->path : other, to), ==, 0);
      enclave_document_file_moved (fixture->document, forth ? there : here);
      while (!saved || enclave_document_get_busy (fixture->document))
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (g_file_equal (enclave_document_get_file (fixture->document), forth ? there : here));
      enclave_document_check_disk (fixture->document);
      while (fixture->document->checking)
        g_main_context_iteration (NULL, TRUE);
      if (enclave_document_get_modified (fixture->document))
        {
          assert_draft (fixture);
          enclave_document_keep_mine (fixture->document);
          g_assert_true (enclave_test_save_document (fixture->document));
        }
      g_assert_true (g_file_get_contents (to, &bytes, NULL, NULL));
      g_assert_cmpstr (bytes, ==, text);
      g_assert_false (enclave_document_get_modified (fixture->document));
      enclave_test_assert_no_drafts ();
      /* what the save made at the old place, where it was too late */
      g_unlink (forth ? fixture->path : other);
    }
}

static void loaded_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
test_moved_while_loading (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autoptr (GFile) here = g_file_new_for_path (fixture->path);
  g_autoptr (GFile) there = g_file_new_for_path (other);

  enclave_test_assert_no_drafts ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (EnclaveDocument) document = enclave_document_new (here, NULL);
      g_autofree char *text = NULL;
      gboolean loaded = FALSE;

      enclave_document_load_async (document, FALSE, NULL, loaded_cb, &loaded);
      if (i % 2 == 0)
        g_usleep (i * 100);
      g_assert_cmpint (g_rename (fixture->path, other), ==, 0);
      enclave_document_file_moved (document, there);
      while (!loaded)
        g_main_context_iteration (NULL, TRUE);
      text = enclave_document_dup_text (document);
      g_assert_cmpstr (text, ==, "one\n");
      g_assert_cmpstr (enclave_document_get_true_path (document), ==, other);
      g_assert_false (enclave_document_get_is_new (document));
      gtk_text_buffer_insert_at_cursor (GTK_TEXT_BUFFER (enclave_document_get_buffer (document)), "x", 1);
      g_assert_true (enclave_test_save_document (document));
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
      g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
      g_assert_true (g_file_set_contents (fixture->path, "one\n", -1, NULL));
    }
}

/* The draft is found by the new name, and was there all the time. */
static void
test_moved_with_draft (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autoptr (GFile) there = g_file_new_for_path (other);
  g_autoptr (GPtrArray) drafts = NULL;

  type (fixture, "é");
  assert_draft (fixture);
  g_assert_cmpint (g_rename (fixture->path, other), ==, 0);
  enclave_document_file_moved (fixture->document, there);
  assert_draft (fixture);
  drafts = enclave_test_list_drafts ();
  g_assert_cmpstr (((EnclaveTextDraftInfo *) g_ptr_array_index (drafts, 0))->path, ==, other);
  type (fixture, "a");
  assert_draft (fixture);
  g_assert_true (enclave_test_save_document (fixture->document));
  g_unlink (other);
}

/* There is no room for a draft of the new name: the old one stays. */
static void
test_moved_without_room (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autoptr (GFile) there = g_file_new_for_path (other);
  g_autoptr (GPtrArray) drafts = NULL;
  gboolean kept = FALSE;

  type (fixture, "é");
  assert_draft (fixture);
  g_assert_cmpint (g_rename (fixture->path, other), ==, 0);
  type (fixture, "a");
  enclave_text_drafts_flush (10000);
  enclave_test_limit_files (10);
  enclave_document_file_moved (fixture->document, there);
  enclave_text_drafts_flush (10000);
  enclave_test_limit_files (RLIM_INFINITY);
  drafts = enclave_test_list_drafts ();
  for (guint i = 0; i < drafts->len; i++)
    {
      g_autofree char *text = enclave_test_load_draft (((EnclaveTextDraftInfo *) g_ptr_array_index (drafts, i))->id);

      kept = kept || g_strcmp0 (text, "éaone\n") == 0;
    }
  g_assert_true (kept);
  g_assert_nonnull (enclave_document_get_draft_problem (fixture->document));
  type (fixture, "b");
  assert_draft (fixture);
  g_assert_true (enclave_test_save_document (fixture->document));
  g_unlink (other);
}

/* What is not yet saved of a text goes with it to another name: its line ends, and that nothing is known of the disk. */
static void
test_moved_unsaved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GFile) there = g_file_new_for_path (other);

  enclave_document_set_line_ends (fixture->document, ENCLAVE_LINE_ENDS_CRLF);
  fixture->document->disk_unknown = TRUE;
  g_assert_cmpint (g_rename (fixture->path, other), ==, 0);
  enclave_document_file_moved (fixture->document, there);
  g_assert_cmpint (enclave_document_get_line_ends (fixture->document), ==, ENCLAVE_LINE_ENDS_CRLF);
  g_assert_true (fixture->document->disk_unknown);
  type (fixture, "\n");
  g_assert_true (enclave_test_save_document (fixture->document));
  g_assert_true (g_file_get_contents (other, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "\r\none\r\n");
  g_unlink (other);
}

/* What is read of the old name is not the text of the new one. */
static void
test_moved_while_reading (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GFile) there = g_file_new_for_path (other);
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_assert_true (g_file_set_contents (other, "three and more\n", -1, NULL));
  write_disk (fixture, "two of another\n");
  enclave_document_check_disk (fixture->document);
  g_assert_true (fixture->document->checking);
  enclave_document_file_moved (fixture->document, there);
  while (fixture->document->checking)
    g_main_context_iteration (NULL, TRUE);
  text = enclave_document_dup_text (fixture->document);
  g_assert_cmpstr (text, ==, "one\n");
  while (!g_str_equal (text, "three and more\n") && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (text);
      text = enclave_document_dup_text (fixture->document);
    }
  g_assert_cmpstr (text, ==, "three and more\n");
  g_assert_cmpstr (enclave_document_get_true_path (fixture->document), ==, other);
  g_unlink (other);
}

/* The bytes went out under the old name, and the name changed: whether they are there only the disk can tell. */
static void
test_moved_when_saved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->root, "moved.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GFile) there = g_file_new_for_path (other);
  gboolean saved = FALSE;

  g_assert_true (g_file_set_contents (other, "one\n", -1, NULL));
  type (fixture, "x");
  enclave_document_save_async (fixture->document, NULL, FALSE, NULL, save_ended_cb, &saved);
  gtk_text_buffer_undo (fixture->buffer);
  enclave_document_file_moved (fixture->document, there);
  while (!saved)
    g_main_context_iteration (NULL, TRUE);
  /* also where it looks like that which was read before */
  assert_draft (fixture);
  g_unlink (other);
}

static void
count_modified_cb (EnclaveDocument *document, GParamSpec *pspec, gpointer data)
{
  if (enclave_document_get_modified (document))
    (*(guint *) data)++;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (enclave_document_load_finish (ENCLAVE_DOCUMENT (source), result, NULL));
  *(gboolean *) data = TRUE;
}

static void
test_filling (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GFile) file = g_file_new_for_path (fixture->path);
  g_autoptr (EnclaveDocument) document = NULL;
  gboolean loaded = FALSE;
  guint n_modified = 0;
  guint n_filling = 0;

  while (text->len < 8 * 1024 * 1024)
    g_string_append (text, "a line of some length in a file that comes in slices\n");
  enclave_test_assert_no_drafts ();
  g_assert_true (g_file_set_contents (fixture->path, text->str, (gssize) text->len, NULL));
  g_clear_object (&fixture->document);

  document = enclave_document_new (file, NULL);
  g_signal_connect (document, "notify::modified", G_CALLBACK (count_modified_cb), &n_modified);
  enclave_document_load_async (document, FALSE, NULL, loaded_cb, &loaded);
  while (!loaded)
    {
      g_main_context_iteration (NULL, TRUE);
      if (enclave_document_get_filling (document))
        n_filling++;
      g_assert_false (enclave_document_get_modified (document));
    }
  g_assert_cmpuint (n_filling, >, 1);
  g_assert_cmpuint (n_modified, ==, 0);
  g_assert_false (gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))));
  enclave_test_assert_no_drafts ();
}

static void
test_shown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveDocument) document = enclave_document_new (NULL, "shown");
  g_autofree char *text = NULL;
  g_autofree char *kept = NULL;

  enclave_document_show_text (document, "+ a difference\n");
  g_assert_false (enclave_document_get_modified (document));
  g_assert_false (gtk_text_buffer_get_can_undo (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))));
  enclave_test_assert_no_drafts ();
  gtk_text_buffer_insert_at_cursor (GTK_TEXT_BUFFER (enclave_document_get_buffer (document)), "x", -1);
  enclave_text_drafts_flush (10000);
  kept = enclave_test_load_only_draft ();
  text = enclave_document_dup_text (document);
  g_assert_cmpstr (text, ==, kept);
  enclave_document_drop_draft (document);
}

/* Whatever is done in whatever order: unmodified is only what lies on disk, and a draft holds what is not. */
static void
test_any_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240611);

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *bytes = NULL;
      g_autofree char *other = NULL;

      switch (g_rand_int_range (rand, 0, 8))
        {
        case 0:
        case 1:
          type (fixture, g_rand_boolean (rand) ? "a" : "é\n");
          break;
        case 2:
        case 3:
          for (int n = g_rand_int_range (rand, 1, 4); n > 0 && gtk_text_buffer_get_can_undo (fixture->buffer); n--)
            gtk_text_buffer_undo (fixture->buffer);
          break;
        case 4:
          if (gtk_text_buffer_get_can_redo (fixture->buffer))
            gtk_text_buffer_redo (fixture->buffer);
          break;
        case 5:
          enclave_test_save_document (fixture->document);
          break;
        case 6:
          other = g_strdup_printf ("of another %u\n", i);
          write_disk (fixture, other);
          enclave_document_check_disk (fixture->document);
          while (fixture->document->checking)
            g_main_context_iteration (NULL, TRUE);
          break;
        default:
          if (g_rand_boolean (rand))
            enclave_document_keep_mine (fixture->document);
          else
            enclave_document_reload (fixture->document);
          break;
        }

      enclave_document_check_disk (fixture->document);
      while (fixture->document->checking)
        g_main_context_iteration (NULL, TRUE);
      text = enclave_document_dup_text (fixture->document);
      g_assert_true (g_file_get_contents (fixture->path, &bytes, NULL, NULL));
      if (enclave_document_get_modified (fixture->document))
        assert_draft (fixture);
      else
        g_assert_cmpstr (text, ==, bytes);
    }
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  gtk_source_init ();

#define ADD(name, func) g_test_add ("/document-state/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keep-mine-undo", test_keep_mine_undo);
  ADD ("unanswered-undo", test_unanswered_undo);
  ADD ("deleted-undo", test_deleted_undo);
  ADD ("undo-while-saving", test_undo_while_saving);
  ADD ("keep-mine-unread", test_keep_mine_unread);
  ADD ("keep-mine-line-ends", test_keep_mine_line_ends);
  ADD ("moved-while-saving", test_moved_while_saving);
  ADD ("moved-while-loading", test_moved_while_loading);
  ADD ("moved-with-draft", test_moved_with_draft);
  ADD ("moved-without-room", test_moved_without_room);
  ADD ("moved-unsaved", test_moved_unsaved);
  ADD ("moved-while-reading", test_moved_while_reading);
  ADD ("moved-when-saved", test_moved_when_saved);
  ADD ("filling", test_filling);
  ADD ("shown", test_shown);
  ADD ("any-order", test_any_order);
#undef ADD

  return g_test_run ();
}
