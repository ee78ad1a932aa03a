/* test-text-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-text-file.h"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("enclave-text-file-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      /* Neither the save nor a failed one may leave anything. */
      g_assert_null (strstr (name, ".enclave-"));
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static EnclaveTextFile *
load (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  enclave_text_file_load_async (file, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return enclave_text_file_load_finish (result, error);
}

static EnclaveTextFile *
save (EnclaveTextFile *text_file, const char *path, const char *text, gboolean force, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  enclave_text_file_save_async (text_file, file, text, force, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return enclave_text_file_save_finish (result, error);
}

static char *
write_file (Fixture *fixture, const char *name, const void *bytes, gssize length)
{
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  return path;
}

static void
assert_bytes (const char *path, const void *bytes, gsize length)
{
  g_autofree char *contents = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  g_assert_cmpmem (contents, size, bytes, length);
}

/* Loads, edits, undoes the edit: all through real saves, so the bytes really go out again. */
static void
check_round_trip (Fixture *fixture, const void *bytes, gsize length, const char *encoding, gboolean has_bom,
                  EnclaveLineEnds line_ends)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_file (fixture, "file", bytes, (gssize) length);
  g_autoptr (EnclaveTextFile) loaded = load (path, &error);
  g_autoptr (EnclaveTextFile) same = NULL;
  g_autoptr (EnclaveTextFile) edited = NULL;
  g_autoptr (EnclaveTextFile) back = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (enclave_text_file_get_encoding (loaded), ==, encoding);
  g_assert_cmpint (enclave_text_file_get_has_bom (loaded), ==, has_bom);
  g_assert_cmpint (enclave_text_file_get_line_ends (loaded), ==, line_ends);
  g_assert_true (g_utf8_validate (enclave_text_file_get_text (loaded), -1, NULL));
  g_assert_cmpuint (strlen (enclave_text_file_get_text (loaded)), ==, enclave_text_file_get_length (loaded));

  same = save (loaded, path, enclave_text_file_get_text (loaded), FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, bytes, length);
  text = g_strconcat (enclave_text_file_get_text (loaded), "!", NULL);
  edited = save (same, path, text, FALSE, &error);
  g_assert_no_error (error);
  back = save (edited, path, enclave_text_file_get_text (loaded), FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, bytes, length);
  g_remove (path);
}

#define CHECK(bytes, encoding, bom, ends) check_round_trip (fixture, bytes, sizeof bytes - 1, encoding, bom, ends)

static void
test_round_trips (Fixture *fixture, gconstpointer data)
{
  CHECK ("", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("a\nb\n", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("no newline at the end", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("a\r\nb\r\n", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_CRLF);
  CHECK ("a\rb\r", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_CR);
  CHECK ("a\r\nb\nc\rd", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_MIXED);
  CHECK ("\n\r", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_MIXED);
  CHECK ("a\xe2\x80\xa8" "b\xe2\x80\xa9" "c\xc2\x85" "d", "UTF-8", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xef\xbb\xbf" "bom\n", "UTF-8", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xef\xbb\xbf", "UTF-8", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xef\xbb\xbf\xef\xbb\xbf" "two\n", "UTF-8", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xfe" "a\0\r\0\n\0", "UTF-16LE", TRUE, ENCLAVE_LINE_ENDS_CRLF);
  CHECK ("\xfe\xff" "\0a\xd8\x3d\xde\x00", "UTF-16BE", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xfe", "UTF-16LE", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xfe\xff\xfe\x29\x20", "UTF-16LE", TRUE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("gr\xfc\xdf" "e\n", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xc3\x28", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xef\xbb\xbf\xff", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xfe\x01\xd8\x41\x42", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\xff\xfe" "odd", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
  CHECK ("\x80\x9f\x1b[31m\x7f\t\f\v", "ISO-8859-1", FALSE, ENCLAVE_LINE_ENDS_LF);
}

static void
test_random_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (815);
  g_autofree char *path = g_build_filename (fixture->folder, "random", NULL);

  for (guint round = 0; round < 300; round++)
    {
      guint8 bytes[64];
      gsize length = (gsize) g_rand_int_range (random, 0, 64);
      g_autoptr (EnclaveTextFile) loaded = NULL;
      g_autoptr (EnclaveTextFile) other = NULL;
      g_autoptr (EnclaveTextFile) back = NULL;
      g_autoptr (GError) error = NULL;

      for (gsize i = 0; i < length; i++)
        bytes[i] = (guint8) g_rand_int_range (random, round % 2, 256);
      if (round % 3 == 0 && length > 2)
        memcpy (bytes, round % 2 == 0 ? "\xff\xfe" : "\xfe\xff", 2);
      g_assert_true (g_file_set_contents (path, (const char *) bytes, (gssize) length, NULL));

      loaded = load (path, &error);
      if (g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_BINARY))
        {
          g_assert_nonnull (memchr (bytes, 0, length));
          continue;
        }
      g_assert_no_error (error);
      other = save (loaded, path, "other", FALSE, &error);
      g_assert_no_error (error);
      back = save (other, path, enclave_text_file_get_text (loaded), FALSE, &error);
      g_assert_no_error (error);
      assert_bytes (path, bytes, length);
    }
}

static void
assert_load_error (const char *path, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextFile) loaded = NULL;
  gint64 start = g_get_monotonic_time ();

  loaded = load (path, &error);
  g_assert_null (loaded);
  g_assert_error (error, domain, code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  /* Nothing that is no file may block. */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *binary = write_file (fixture, "binary", "a\0b", 3);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo", NULL);
  g_autofree char *loop = g_build_filename (fixture->folder, "loop", NULL);
  g_autofree char *sock = g_build_filename (fixture->folder, "socket", NULL);
  g_autofree char *huge = write_file (fixture, "huge", "x", 1);
  g_autofree char *odd = g_build_filename (fixture->folder, "bad\xff\nname", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  g_assert_cmpuint (g_strlcpy (address.sun_path, sock, sizeof address.sun_path), <, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) (gpointer) &address, sizeof address), ==, 0);
  g_assert_cmpint (truncate (huge, (off_t) ENCLAVE_EDITOR_MAX_BYTES + 1), ==, 0);

  assert_load_error (binary, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_BINARY);
  assert_load_error (fifo, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR);
  assert_load_error (sock, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR);
  assert_load_error ("/dev/zero", ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR);
  assert_load_error (fixture->folder, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR);
  assert_load_error (huge, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE);
  assert_load_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_load_error (odd, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_load_error (loop, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS);
  close (fd);
}

static void
test_cannot_encode (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "latin", "gr\xfcn\n", -1);
  g_autoptr (EnclaveTextFile) loaded = load (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (save (loaded, path, "grün\nund €\n", FALSE, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE);
  g_assert_nonnull (strstr (error->message, "€"));
  g_assert_nonnull (strstr (error->message, "line 2"));
  assert_bytes (path, "gr\xfcn\n", 5);
}

/* Read as the person says, kept so over a save, written as another; never with a byte that was not meant. */
static void
test_chosen_encoding (Fixture *fixture, gconstpointer data)
{
  const char *const *names = enclave_text_file_list_encodings ();
  g_autofree char *path = write_file (fixture, "cyrillic", "\xcf\xf0\xe8\xe2\xe5\xf2\r\n", -1);
  g_autoptr (EnclaveTextFile) guessed = load (path, NULL);
  g_autoptr (EnclaveTextFile) read = NULL;
  g_autoptr (EnclaveTextFile) saved = NULL;
  g_autoptr (EnclaveTextFile) unicode = NULL;
  g_autoptr (EnclaveTextFile) marked = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (enclave_text_file_get_encoding (guessed), ==, "ISO-8859-1");
  read = enclave_text_file_read_as (guessed, "WINDOWS-1251", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_text_file_get_text (read), ==, "Привет\r\n");
  g_assert_cmpstr (enclave_text_file_get_encoding (read), ==, "WINDOWS-1251");
  g_assert_cmpint (enclave_text_file_get_line_ends (read), ==, ENCLAVE_LINE_ENDS_CRLF);

  g_assert_null (save (read, path, "Привет 你\r\n", FALSE, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE);
  g_assert_nonnull (strstr (error->message, "你"));
  g_assert_nonnull (strstr (error->message, "WINDOWS-1251"));
  g_clear_error (&error);
  saved = save (read, path, "Привет!\r\n", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, "\xcf\xf0\xe8\xe2\xe5\xf2!\r\n", 9);

  unicode = enclave_text_file_new_written_as (saved, "UTF-8", FALSE);
  marked = save (unicode, path, "Привет!\r\n", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, "Привет!\r\n", 15);
  g_clear_object (&unicode);
  unicode = enclave_text_file_new_written_as (marked, "UTF-16LE", TRUE);
  g_clear_object (&saved);
  saved = save (unicode, path, "a", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, "\xff\xfe" "a", 4);

  /* what is no text there stays what it is */
  g_assert_null (enclave_text_file_read_as (read, "UTF-8", &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED);
  g_clear_error (&error);

  for (guint i = 0; names[i] != NULL; i++)
    for (guint round = 0; round < 200; round++)
      {
        guint8 bytes[24];
        gsize length = (gsize) g_test_rand_int_range (0, sizeof bytes + 1);
        g_autofree char *random_path = NULL;
        g_autoptr (EnclaveTextFile) any = NULL;
        g_autoptr (EnclaveTextFile) other = NULL;
        g_autoptr (EnclaveTextFile) again = NULL;

        for (gsize b = 0; b < length; b++)
          bytes[b] = (guint8) g_test_rand_int_range (1, 256);
        random_path = write_file (fixture, "random", (const char *) bytes, (gssize) length);
        any = load (random_path, NULL);
        other = any != NULL ? enclave_text_file_read_as (any, names[i], NULL) : NULL;
        if (other == NULL)
          continue;
        again = save (other, random_path, enclave_text_file_get_text (other), TRUE, &error);
        g_assert_no_error (error);
        assert_bytes (random_path, (const char *) bytes, length);
      }
}

static void
test_changed_on_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "file", "one\n", -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (EnclaveTextFile) loaded = load (path, NULL);
  g_autoptr (EnclaveTextFile) forced = NULL;
  g_autoptr (GError) error = NULL;
  gboolean deleted;

  g_assert_false (enclave_text_file_is_stale (loaded, file, &deleted));
  g_assert_true (g_file_set_contents (path, "other\n", -1, NULL));
  g_assert_true (enclave_text_file_is_stale (loaded, file, &deleted));
  g_assert_false (deleted);

  g_assert_null (save (loaded, path, "mine\n", FALSE, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CHANGED);
  assert_bytes (path, "other\n", 6);
  g_clear_error (&error);

  forced = save (loaded, path, "mine\n", TRUE, &error);
  g_assert_no_error (error);
  assert_bytes (path, "mine\n", 5);
  g_assert_false (enclave_text_file_is_stale (forced, file, &deleted));

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (enclave_text_file_is_stale (forced, file, &deleted));
  g_assert_true (deleted);
}

static void
test_deleted (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    mode_t before;
    mode_t after;
  } modes[] = { { 0644, 0644 }, { 0755, 0755 }, { 0600, 0600 }, { 0700, 0700 } };
  mode_t mask = umask (022);

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *path = write_file (fixture, "file", "one\n", -1);
      g_autoptr (EnclaveTextFile) loaded = NULL;
      g_autoptr (EnclaveTextFile) again = NULL;
      g_autoptr (EnclaveTextFile) more = NULL;
      g_autoptr (GError) error = NULL;
      struct stat st;

      g_assert_cmpint (g_chmod (path, modes[i].before), ==, 0);
      loaded = load (path, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);

      /* another's file in its place is not the one that was read */
      g_assert_true (g_file_set_contents (path, "other\n", -1, NULL));
      g_assert_null (save (loaded, path, "mine\n", FALSE, &error));
      g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CHANGED);
      assert_bytes (path, "other\n", 6);
      g_clear_error (&error);
      g_assert_cmpint (g_remove (path), ==, 0);

      again = save (loaded, path, "mine\n", FALSE, &error);
      g_assert_no_error (error);
      assert_bytes (path, "mine\n", 5);
      g_assert_cmpint (g_stat (path, &st), ==, 0);
      g_assert_cmpint (st.st_mode & 0777, ==, modes[i].after);
      more = save (again, path, "more\n", FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  umask (mask);
}

static void
test_new_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "new", NULL);
  g_autofree char *other = write_file (fixture, "other", "there\n", -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (EnclaveTextFile) empty = enclave_text_file_new_empty ();
  g_autoptr (EnclaveTextFile) saved = NULL;
  g_autoptr (GError) error = NULL;
  gboolean deleted;

  g_assert_false (enclave_text_file_is_stale (empty, file, &deleted));
  g_assert_false (deleted);
  saved = save (empty, path, "text\n", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (path, "text\n", 5);
  g_assert_true (enclave_text_file_is_stale (empty, file, &deleted));

  /* Save As never writes over a file unasked. */
  g_assert_null (save (saved, other, "text\n", FALSE, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CHANGED);
  assert_bytes (other, "there\n", 6);
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *target = write_file (fixture, "target", "one\n", -1);
  g_autofree char *link_path = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *dangling = g_build_filename (fixture->folder, "dangling", NULL);
  g_autofree char *created = g_build_filename (fixture->folder, "created", NULL);
  g_autoptr (EnclaveTextFile) loaded = NULL;
  g_autoptr (EnclaveTextFile) saved = NULL;
  g_autoptr (EnclaveTextFile) empty = enclave_text_file_new_empty ();
  g_autoptr (EnclaveTextFile) new_file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("target", link_path), ==, 0);
  g_assert_cmpint (symlink ("created", dangling), ==, 0);
  loaded = load (link_path, &error);
  g_assert_no_error (error);
  saved = save (loaded, link_path, "two\n", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (target, "two\n", 4);
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));

  new_file = save (empty, dangling, "made\n", FALSE, &error);
  g_assert_no_error (error);
  assert_bytes (created, "made\n", 5);
  g_assert_true (g_file_test (dangling, G_FILE_TEST_IS_SYMLINK));
}

static void
test_failed_save (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "file", "short\n", -1);
  g_autofree char *large = g_strnfill (300000, 'x');
  g_autoptr (EnclaveTextFile) loaded = load (path, NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit old_limit;
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);
  limit = old_limit;
  limit.rlim_cur = 100000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_null (save (loaded, path, large, FALSE, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old_limit), ==, 0);

  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED);
  assert_bytes (path, "short\n", 6);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture, "file", "text\n", -1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  enclave_text_file_load_async (file, cancellable, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (enclave_text_file_load_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* (transfer full) (nullable) */
static char *
peek (const char *path, gsize from_bytes, gsize max_bytes, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  enclave_text_file_peek_async (file, from_bytes, max_bytes, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = enclave_text_file_peek_finish (result, error);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

static void
test_peek (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gsize max_bytes;
    const char *lines;
  } cases[] = {
    { "one\ntwo\nthree\n", 9, "one\ntwo\n" },
    { "one\ntwo\nthree\n", 8, "one\ntwo\n" },
    { "one\ntwo\nthree\n", 7, "one\n" },
    { "one\ntwo\nthree\n", 100, "one\ntwo\nthree\n" },
    { "one\r\ntwo\r\n", 9, "one\r\n" },
    { "\xef\xbb\xbfone\ntwo\n", 9, "one\n" },
    /* a character that is cut is behind the last line */
    { "one\n\xc3\xa9\n", 5, "one\n" },
    { "one\n\xe9\n", 6, NULL },
    { "\xff\xfeone\n", 6, NULL },
    { "a line that does not end\n", 8, NULL },
    { "\xef\xbb\xbf\n", 3, NULL },
  };
  g_autofree char *path = g_build_filename (fixture->folder, "peek", NULL);
  g_autofree char *none = g_build_filename (fixture->folder, "none", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *lines = NULL;

      g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
      lines = peek (path, 0, cases[i].max_bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (lines, ==, cases[i].lines);
    }

  g_assert_true (g_file_set_contents (path, "one\n\0two\n", 9, NULL));
  g_assert_null (peek (path, 0, 9, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, "one\ntwo\n", 8, NULL));
  g_assert_null (peek (path, 8, 8, &error));
  g_assert_no_error (error);
  /* the load does not take it, which need not be waited for */
  g_assert_cmpint (truncate (path, ENCLAVE_EDITOR_MAX_BYTES + 1), ==, 0);
  g_assert_null (peek (path, 8, 8, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (peek (none, 0, 8, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (peek (fixture->folder, 0, 8, &error));
  g_assert_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR);
}

#define ADD(name, func) g_test_add ("/text-file/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  ADD ("round-trips", test_round_trips);
  ADD ("random-bytes", test_random_bytes);
  ADD ("refusals", test_refusals);
  ADD ("cannot-encode", test_cannot_encode);
  ADD ("chosen-encoding", test_chosen_encoding);
  ADD ("changed-on-disk", test_changed_on_disk);
  ADD ("deleted", test_deleted);
  ADD ("new-file", test_new_file);
  ADD ("links", test_links);
  ADD ("failed-save", test_failed_save);
  ADD ("cancelled", test_cancelled);
  ADD ("peek", test_peek);

  return g_test_run ();
}
