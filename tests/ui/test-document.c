/* test-document.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-document-private.h"
#include "enclave-document-fixture.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"
#include "enclave-text-draft.h"
#include "enclave-toolkit.h"

#define N_EDITS 10000

static const char *const pieces[] = { "a",     "word ",  "\n",      "\r\n", "\r",      "é",  "\xe2\x80\xa9", "\xe2\x80\xa8",
                                      "\xc2\x85", "\t", "{\n  x\n}", "😀",  "e\xcc\x81", "日本", "",          "  " };

static void
random_edit (GtkTextBuffer *buffer, GRand *rand)
{
  int length = gtk_text_buffer_get_char_count (buffer);
  int from = g_rand_int_range (rand, 0, length + 1);
  GtkTextIter start;
  GtkTextIter end;

  /* a key that is held down, behind which the history of GTK 4.8 lost the text */
  if (g_rand_int_range (rand, 0, 8) == 0)
    {
      for (int n = g_rand_int_range (rand, 1, 40); n > 0; n--)
        {
          gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
          gtk_text_buffer_backspace (buffer, &end, TRUE, TRUE);
        }
      return;
    }
  gtk_text_buffer_get_iter_at_offset (buffer, &start, from);
  gtk_text_buffer_begin_user_action (buffer);
  if (g_rand_int_range (rand, 0, 3) == 0 && length > 0)
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &end, MIN (length, from + g_rand_int_range (rand, 1, 12)));
      gtk_text_buffer_delete (buffer, &start, &end);
    }
  if (g_rand_int_range (rand, 0, 4) != 0)
    gtk_text_buffer_insert (buffer, &start, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))], -1);
  if (g_rand_int_range (rand, 0, 2) == 0)
    gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_buffer_end_user_action (buffer);
}

/* What a person deletes by holding Backspace comes back, and goes again, whatever its characters have in bytes. */
static void
test_backspace (void)
{
  const char *const texts[] = { "int ring_push (struct ring *ring, int value_that_is_pushed);", "日本日本日本日本日本日本日本日本日本日本日本日本",
                                "ééééééééééééééééééééééééééééééééé 😀😀😀😀😀😀😀😀😀😀" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (int n = 1; n <= (int) g_utf8_strlen (texts[i], -1); n++)
      {
        g_autoptr (EnclaveDocument) document = enclave_document_new (NULL, "text");
        GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
        g_autofree char *undone = NULL;
        g_autofree char *again = NULL;
        GtkTextIter end;

        gtk_text_buffer_set_text (buffer, texts[i], -1);
        for (int k = 0; k < n; k++)
          {
            gtk_text_buffer_get_end_iter (buffer, &end);
            gtk_text_buffer_place_cursor (buffer, &end);
            gtk_text_buffer_backspace (buffer, &end, TRUE, TRUE);
          }
        g_assert_cmpint (gtk_text_buffer_get_char_count (buffer), ==, (int) g_utf8_strlen (texts[i], -1) - n);
        for (int k = 0; gtk_text_buffer_get_char_count (buffer) < (int) g_utf8_strlen (texts[i], -1); k++)
          {
            g_assert_cmpint (k, <, n);
            gtk_text_buffer_undo (buffer);
          }
        undone = enclave_document_dup_text (document);
        g_assert_cmpstr (undone, ==, texts[i]);
        while (gtk_text_buffer_get_can_redo (buffer))
          gtk_text_buffer_redo (buffer);
        again = enclave_document_dup_text (document);
        g_assert_cmpint (g_utf8_strlen (again, -1), ==, g_utf8_strlen (texts[i], -1) - n);
        enclave_document_drop_draft (document);
      }
}

/* Ten thousand random edits are kept as a draft, undone to the bytes of the file, and done again to the text they led to. */
static void
test_random_edits (void)
{
  const char *first = "one\r\ntwo\nthree\rfour\xe2\x80\xa9" "five\n\tsix é 😀\nno end";
  g_autofree char *root = g_dir_make_tmp ("document-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "file.c", NULL);
  g_autofree char *edited = NULL;
  g_autofree char *again = NULL;
  g_autofree char *undone = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (EnclaveDocument) document = NULL;
  GtkTextBuffer *buffer;
  guint n = 0;

  g_assert_true (g_file_set_contents (path, first, -1, NULL));
  document = enclave_test_open_document (path);
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  gtk_text_buffer_set_max_undo_levels (buffer, 0);
  for (guint i = 0; i < N_EDITS; i++)
    {
      random_edit (buffer, rand);
      if (i % 7 == 0)
        gtk_text_buffer_undo (buffer);
      if (i % 2000 == 1999 && enclave_document_get_modified (document))
        {
          g_autofree char *now = enclave_document_dup_text (document);
          g_autofree char *kept = NULL;

          enclave_text_drafts_flush (10000);
          kept = enclave_test_load_only_draft ();
          g_assert_cmpstr (kept, ==, now);
        }
    }
  edited = enclave_document_dup_text (document);
  for (; gtk_text_buffer_get_can_undo (buffer); n++)
    gtk_text_buffer_undo (buffer);
  undone = enclave_document_dup_text (document);
  g_assert_cmpstr (undone, ==, first);
  g_assert_cmpuint (n, >, N_EDITS / 2);
  while (gtk_text_buffer_get_can_redo (buffer))
    gtk_text_buffer_redo (buffer);
  again = enclave_document_dup_text (document);
  g_assert_cmpstr (again, ==, edited);

  g_assert_true (enclave_test_save_document (document));
  g_clear_pointer (&again, g_free);
  g_assert_true (g_file_get_contents (path, &again, NULL, NULL));
  g_assert_cmpstr (again, ==, edited);
  g_clear_object (&document);
  enclave_test_assert_no_drafts ();
  g_unlink (path);
  g_rmdir (root);
}

/* An edit writes the lines it touches and no other byte of the file. */
static void
test_only_edited_lines (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *after;
    gsize after_length;
  } files[] = {
#define FILE_CASE(before, after) { before, sizeof before - 1, after, sizeof after - 1 }
    FILE_CASE ("a\r\nb\nc\r", "xa\r\nb\nc\r"),
    FILE_CASE ("\xef\xbb\xbf" "a\r\nb", "\xef\xbb\xbfxa\r\nb"),
    FILE_CASE ("\xff\xfe" "a\0\r\0\n\0\xe9\0", "\xff\xfex\0a\0\r\0\n\0\xe9\0"),
    FILE_CASE ("\xfe\xff\0a\0\n\x20\x29", "\xfe\xff\0x\0a\0\n\x20\x29"),
    FILE_CASE ("caf\xe9\nc3 \xc3(\n", "xcaf\xe9\nc3 \xc3(\n"),
    FILE_CASE ("a\xe2\x80\xa9" "b\xe2\x80\xa8" "c\xc2\x85" "d", "xa\xe2\x80\xa9" "b\xe2\x80\xa8" "c\xc2\x85" "d"),
    FILE_CASE ("", "x"),
    FILE_CASE ("\n\n\n", "x\n\n\n"),
#undef FILE_CASE
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *root = g_dir_make_tmp ("document-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (root, "file", NULL);
      g_autofree char *bytes = NULL;
      g_autoptr (EnclaveDocument) document = NULL;
      GtkTextBuffer *buffer;
      GtkTextIter start;
      gsize length;

      g_assert_true (g_file_set_contents (path, files[i].bytes, (gssize) files[i].length, NULL));
      document = enclave_test_open_document (path);
      g_assert_true (enclave_test_save_document (document));
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_cmpmem (bytes, length, files[i].bytes, files[i].length);
      g_clear_pointer (&bytes, g_free);

      buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
      gtk_text_buffer_get_start_iter (buffer, &start);
      gtk_text_buffer_insert (buffer, &start, "x", 1);
      g_assert_true (enclave_test_save_document (document));
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_cmpmem (bytes, length, files[i].after, files[i].after_length);
      g_unlink (path);
      g_rmdir (root);
    }
  enclave_test_assert_no_drafts ();
}

/* Others replace the file by a rename, change it under unsaved text, and remove it: nothing typed and nothing saved is lost. */
static void
test_others (void)
{
  g_autofree char *root = g_dir_make_tmp ("document-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "file.txt", NULL);
  g_autofree char *other = g_build_filename (root, "other", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (EnclaveDocument) document = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start;

  g_assert_true (g_file_set_contents (path, "one\n", -1, NULL));
  document = enclave_test_open_document (path);
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));

  /* unmodified: the newer text is taken */
  g_assert_true (g_file_set_contents (other, "two, by a rename\n", -1, NULL));
  g_assert_cmpint (g_rename (other, path), ==, 0);
  enclave_test_wait_text (document, "two, by a rename\n");
  g_assert_false (enclave_document_get_modified (document));

  /* modified: asked, not overwritten, and the draft has what was typed */
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_insert (buffer, &start, "mine: ", -1);
  g_assert_true (g_file_set_contents (other, "three\n", -1, NULL));
  g_assert_cmpint (g_rename (other, path), ==, 0);
  enclave_test_wait_disk_state (document, ENCLAVE_DISK_CHANGED);
  g_assert_cmpstr (enclave_document_get_disk_text (document), ==, "three\n");
  g_assert_false (enclave_test_save_document (document));
  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "three\n");
  enclave_text_drafts_flush (10000);
  kept = enclave_test_load_only_draft ();
  g_assert_cmpstr (kept, ==, "mine: two, by a rename\n");
  enclave_document_reload (document);
  enclave_test_wait_text (document, "three\n");
  enclave_test_assert_no_drafts ();

  /* removed: the text is nowhere but here, and is kept although nothing was typed */
  g_assert_cmpint (g_unlink (path), ==, 0);
  enclave_test_wait_disk_state (document, ENCLAVE_DISK_DELETED);
  g_assert_true (enclave_document_get_modified (document));
  enclave_text_drafts_flush (10000);
  g_clear_pointer (&kept, g_free);
  kept = enclave_test_load_only_draft ();
  g_assert_cmpstr (kept, ==, "three\n");
  g_assert_true (enclave_test_save_document (document));
  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "three\n");
  enclave_test_assert_no_drafts ();

  /* and as well before anybody has noticed */
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_insert (buffer, &start, "!", -1);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (enclave_test_save_document (document));
  g_assert_cmpint (enclave_document_get_disk_state (document), ==, ENCLAVE_DISK_SAME);
  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "!three\n");

  /* a tab goes with its file, and is saved there */
  {
    g_autoptr (GFile) moved = g_file_new_for_path (other);

    g_assert_cmpint (g_rename (path, other), ==, 0);
    enclave_document_file_moved (document, moved);
    gtk_text_buffer_get_start_iter (buffer, &start);
    gtk_text_buffer_insert (buffer, &start, "x", -1);
    g_assert_true (enclave_test_save_document (document));
    g_clear_pointer (&bytes, g_free);
    g_assert_true (g_file_get_contents (other, &bytes, NULL, NULL));
    g_assert_cmpstr (bytes, ==, "x!three\n");
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  }
  g_unlink (other);
  g_rmdir (root);
}

static void
set_folder_config (const char *root, const char *text)
{
  g_autofree char *path = g_build_filename (root, ".editorconfig", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Saving cleans the text as the project asks, as an edit that keeps the caret and can be undone; a new file begins as it asks. */
static void
test_editor_config (void)
{
  g_autofree char *root = g_dir_make_tmp ("document-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "file.c", NULL);
  g_autofree char *new_path = g_build_filename (root, "new.c", NULL);
  g_autofree char *config = g_build_filename (root, ".editorconfig", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *undone = NULL;
  g_autoptr (EnclaveDocument) document = NULL;
  g_autoptr (EnclaveDocument) fresh = NULL;
  gsize length = 0;
  GtkTextBuffer *buffer;
  GtkTextIter caret;

  set_folder_config (root, "root=true\n[*]\ntrim_trailing_whitespace=true\ninsert_final_newline=true\nend_of_line=crlf\n"
                           "charset=utf-8-bom\nmax_line_length=77\n");
  g_assert_true (g_file_set_contents (path, "\xc3\xa4 \t\nwide  \n\nlast ", -1, NULL));
  document = enclave_test_open_document_with_config (path);
  g_assert_cmpuint (enclave_document_get_editor_config (document)->max_line_length, ==, 77);
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  /* within "wide" */
  gtk_text_buffer_get_iter_at_offset (buffer, &caret, 6);
  gtk_text_buffer_place_cursor (buffer, &caret);
  g_assert_true (enclave_test_save_document (document));
  g_assert_false (enclave_document_get_modified (document));
  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  /* what a file has, it keeps: its line ends and its character set */
  g_assert_cmpstr (bytes, ==, "\xc3\xa4\nwide\n\nlast\n");
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  g_assert_cmpint (gtk_text_iter_get_line (&caret), ==, 1);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&caret), ==, 2);
  gtk_text_buffer_undo (buffer);
  undone = enclave_document_dup_text (document);
  g_assert_cmpstr (undone, ==, "\xc3\xa4 \t\nwide  \n\nlast ");
  gtk_text_buffer_get_end_iter (buffer, &caret);
  gtk_text_buffer_place_cursor (buffer, &caret);
  g_assert_true (enclave_test_save_document (document));
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  g_assert_cmpint (gtk_text_iter_get_line (&caret), ==, 3);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&caret), ==, 4);

  fresh = enclave_test_open_document_with_config (new_path);
  g_assert_true (enclave_document_get_is_new (fresh));
  g_assert_cmpint (enclave_document_get_line_ends (fresh), ==, ENCLAVE_LINE_ENDS_CRLF);
  gtk_text_buffer_insert_at_cursor (GTK_TEXT_BUFFER (enclave_document_get_buffer (fresh)), "a \nb", -1);
  g_assert_true (enclave_test_save_document (fresh));
  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (new_path, &bytes, &length, NULL));
  g_assert_cmpmem (bytes, length, "\xef\xbb\xbf" "a\r\nb\r\n", 9);

  /* without the files' say a text goes out as it is */
  enclave_document_set_use_editor_config (fresh, FALSE);
  gtk_text_buffer_insert_at_cursor (GTK_TEXT_BUFFER (enclave_document_get_buffer (fresh)), " ", -1);
  g_assert_true (enclave_test_save_document (fresh));
  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (new_path, &bytes, &length, NULL));
  g_assert_nonnull (strchr (bytes, ' '));
  g_assert_cmpuint (enclave_document_get_editor_config (fresh)->max_line_length, ==, 0);

  g_clear_object (&document);
  g_clear_object (&fresh);
  g_unlink (path);
  g_unlink (new_path);
  g_unlink (config);
  g_rmdir (root);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  gtk_source_init ();

  g_test_add_func ("/document/random-edits", test_random_edits);
  g_test_add_func ("/document/backspace", test_backspace);
  g_test_add_func ("/document/only-edited-lines", test_only_edited_lines);
  g_test_add_func ("/document/others", test_others);
  g_test_add_func ("/document/editor-config", test_editor_config);

  return g_test_run ();
}
