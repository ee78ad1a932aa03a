/* test-output-queue.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "enclave-output-queue.h"

#include <string.h>

#include "enclave-line-scan.h"

#define ROWS 24
#define KEPT 1000

/* How many of the last bytes are lines; however they are cut, they are the same, and so is in which
 * rows they scroll. */
static void
check_lines (const char *bytes, gsize length, gsize expected, gboolean is_whole)
{
  for (gsize piece = 1; piece <= length; piece = piece < 8 ? piece + 1 : piece * 2)
    {
      g_autoptr (EnclaveLineScan) scan = enclave_line_scan_new ();

      for (gsize at = 0; at < length; at += piece)
        enclave_line_scan_feed (scan, bytes + at, MIN (piece, length - at));
      g_assert_cmpuint (enclave_line_scan_get_n_bytes (scan), ==, expected);
      g_assert_cmpint (enclave_line_scan_is_whole (scan, ROWS), ==, is_whole);
    }
}

#define CHECK_ALL(bytes) check_lines (bytes, sizeof bytes - 1, sizeof bytes - 1, TRUE)
#define CHECK(bytes, expected) check_lines (bytes, sizeof bytes - 1, expected, TRUE)
#define CHECK_PART(bytes, expected) check_lines (bytes, sizeof bytes - 1, expected, FALSE)

static void
test_lines (void)
{
  CHECK_ALL ("text\r\n\ttext\n");
  CHECK_ALL ("a line that is long enough to be looked at sixty-four bytes at a time, and then some "
             "more\r\n");
  CHECK_ALL ("\033[1;31mred\033[0m \033[38;2;1;2;3m\033[4:3m\033[K\033[m\r\n");
  CHECK_ALL ("\303\251 \302\251 \360\237\230\200 \377\302");
  /* what may become colours is counted, what may not is not */
  CHECK_ALL ("text\033");
  CHECK_ALL ("text\033[38;5");
  CHECK ("text\033[?", 0);
  CHECK ("text\033]0;", 0);
  /* whatever else a program writes is for the view */
  CHECK ("text\atext", 4);
  CHECK ("text\btext", 4);
  CHECK ("text\ftext", 4);
  CHECK ("text\016text", 4);
  CHECK ("text\177text", 4);
  CHECK ("a line that is long enough to be looked at sixty-four bytes at a time\177 and then some "
         "more, as long as it",
         sizeof " and then some more, as long as it" - 1);
  CHECK ("text\033[Htext", 4);
  CHECK ("text\033[2Jtext", 4);
  CHECK ("text\033[>4;1mtext", 4);
  CHECK ("text\033[?1049htext", 4);
  CHECK ("text\033[1;3\nmtext", 4);
  CHECK ("text\033[1\033[0mtext", 8);
  CHECK ("text\033]133;A\atext", 4);
  CHECK ("text\033]0;\033[31mtext", 9);
  CHECK ("text\033P1$r0m\033\\text", 4);
  CHECK ("text\033Mtext", 4);
  /* NEL, and RI, which goes up */
  CHECK ("text\302\205text", 4);
  CHECK ("text\302\215text", 4);
}

static void
test_margins (void)
{
  CHECK_PART ("\033[2;24rtext", 4);
  CHECK_PART ("\033[1;23rtext", 4);
  CHECK_PART ("\033[;10rtext", 4);
  CHECK_PART ("\033[5rtext", 4);
  CHECK ("\033[2;10r\033[rtext", 4);
  CHECK ("\033[2;10r\033[1;24rtext", 4);
  CHECK ("\033[2;10r\033[0;30rtext", 4);
  CHECK ("\033[2;10r\033ctext", 4);
  /* no margins */
  CHECK ("\033[?1;23rtext", 4);
  CHECK ("\033[2;10Htext", 4);
  CHECK ("\033]0;\033\\[2;10rtext", 10);
  CHECK_PART ("\033]0;\033[2;10rtext", 4);
  CHECK_PART ("\033[2;10\030\033[2;10rtext", 4);
  /* nobody can tell */
  CHECK_PART ("\033[1;2;3rtext", 4);
  CHECK_PART ("\033[\0012;10rtext", 4);
  CHECK_PART ("\302\2332;10rtext", 9);
  CHECK_PART ("\033]0;\302\234\302\2332;10r\atext", 4);
  CHECK_PART ("\033[\303\2512;10rtext", 10);
  CHECK_PART ("\033Z\rtext", 5);
  CHECK_PART (
      "\033[00000000000000000000000000000000000000000000000000000000000000000000000000002;10rtext",
      4);
  CHECK ("\302\2332;10r\033ctext", 4);
}

static void
push (EnclaveOutputQueue *queue, const char *text, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);

  enclave_output_queue_push (queue, bytes);
}

static void
push_lines (EnclaveOutputQueue *queue, guint n, const char *before, const char *after)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text, "%s %06u%s", before, i, after);
      if (text->len > 5000)
        {
          push (queue, text->str, text->len);
          g_string_truncate (text, 0);
        }
    }
  push (queue, text->str, text->len);
}

static GString *
pop_all (EnclaveOutputQueue *queue)
{
  GString *text = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GBytes) bytes = enclave_output_queue_pop (queue, 3000);

      if (bytes == NULL)
        break;
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, 3000);
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
    }
  g_assert_true (enclave_output_queue_is_empty (queue));
  g_assert_cmpuint (enclave_output_queue_get_size (queue), ==, 0);
  return text;
}

static guint
count_ends (const char *text)
{
  guint n = 0;

  for (; (text = strchr (text, '\n')) != NULL; text++)
    n++;

  return n;
}

static void
passed_cb (const char *bytes, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, bytes, (gssize)length);
}

static void
test_pass (void)
{
  g_autoptr (EnclaveOutputQueue) queue = enclave_output_queue_new ();
  g_autoptr (GString) passed = g_string_new (NULL);
  g_autoptr (GString) text = NULL;
  g_autofree char *last = NULL;
  gsize size;
  gsize n;

  push_lines (queue, KEPT, "line",
              " of some length, so that there is something to pass over when there are many\r\n");
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, passed_cb, passed), ==, 0);
  push_lines (queue, 4 * KEPT, "line",
              " of some length, so that there is something to pass over when there are many\r\n");
  size = enclave_output_queue_get_size (queue);
  g_assert_cmpuint (enclave_output_queue_get_line_bytes (queue, ROWS), ==, size / (5 * KEPT));
  n = enclave_output_queue_pass (queue, KEPT, ROWS, passed_cb, passed);
  g_assert_cmpuint (n, ==, passed->len);
  g_assert_cmpuint (enclave_output_queue_get_size (queue), ==, size - n);
  g_assert_cmpuint (count_ends (passed->str), ==, 4 * KEPT - 1);

  /* it begins with the end of a line, and more than so many end in it */
  text = pop_all (queue);
  g_assert_true (g_str_has_prefix (text->str, "\r\n"));
  g_assert_cmpuint (count_ends (text->str), ==, KEPT + 1);
  last = g_strdup_printf ("line %06u", 4 * KEPT - 1);
  g_assert_nonnull (strstr (text->str, last));
}

/* The colours of what comes after stay. */
static void
test_colours (void)
{
  g_autoptr (EnclaveOutputQueue) queue = enclave_output_queue_new ();
  g_autoptr (GString) text = NULL;

  push_lines (queue, KEPT, "\033[31mline",
              " of some length\033[0m, so that there is something to pass over\033[K\r\n");
  /* cut in the middle of a sequence */
  push (queue, "\033[1m\033[0;3", 9);
  push (queue, "2m", 2);
  push (queue, "\033[4", 3);
  push (queue, "mtext\r\n", 7);
  push_lines (queue, KEPT, "another line",
              " of some length, so that there is something to pass over when there are many\r\n");
  push_lines (queue, KEPT, "and a line",
              " of some length, so that there is something to pass over when there are many\r\n");
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), >, 0);
  /* what was kept of colours may wait again */
  push_lines (queue, 2 * KEPT, "one more line",
              " of some length, so that there is something to pass over\r\n");
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), >, 0);
  text = pop_all (queue);
  g_assert_true (g_str_has_prefix (text->str, "\033[0m")
                 || g_str_has_prefix (text->str, "\033[0;32m"));
  g_assert_nonnull (strstr (text->str, "\033[0;32m\033[4m\r\n"));
}

static void
check_none (const char *first, const char *after)
{
  g_autoptr (EnclaveOutputQueue) queue = enclave_output_queue_new ();
  g_autoptr (GString) text = NULL;

  push (queue, first, strlen (first));
  push_lines (queue, 5 * KEPT, "line", after);
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), ==, 0);
  text = pop_all (queue);
  g_assert_cmpuint (count_ends (text->str), >=, 5 * KEPT);
}

static void
test_none (void)
{
  static const char after[]
      = " of some length, so that there is something to pass over when there are many\r\n";
  g_autoptr (EnclaveOutputQueue) queue = enclave_output_queue_new ();

  check_none ("\a", after);
  check_none ("\033[2J", after);
  check_none ("\033]133;C\a", after);
  check_none ("\033[2;10r", after);
  /* the column of what stays would be another one */
  check_none ("", " of some length, so that there is something to pass over when there are many\n");
  check_none ("",
              " of some length, so that there is something to pass over\a when there are many\r\n");

  /* once what is not lines is in the view, what came behind it may be passed */
  push (queue, "\033]133;C\a", 8);
  push_lines (queue, 5 * KEPT, "line", after);
  g_bytes_unref (enclave_output_queue_pop (queue, 7));
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), ==, 0);
  g_bytes_unref (enclave_output_queue_pop (queue, 1));
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), >, 0);

  /* after something was lost nothing is known */
  push_lines (queue, 5 * KEPT, "line", after);
  enclave_output_queue_leave_out (queue, 100);
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), ==, 0);
  enclave_output_queue_clear (queue);
  push_lines (queue, 5 * KEPT, "line", after);
  g_assert_cmpuint (enclave_output_queue_pass (queue, KEPT, ROWS, NULL, NULL), >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output-queue/lines", test_lines);
  g_test_add_func ("/output-queue/margins", test_margins);
  g_test_add_func ("/output-queue/pass", test_pass);
  g_test_add_func ("/output-queue/colours", test_colours);
  g_test_add_func ("/output-queue/none", test_none);
  return g_test_run ();
}
