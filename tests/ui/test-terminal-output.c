/* test-terminal-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <vte/vte.h>

#include "enclave-mark-parser.h"
#include "enclave-output-queue.h"
#include "enclave-test-project.h"

#define COLUMNS 60
#define ROWS 16
#define SCROLLBACK 200
#define STREAM_BYTES (800 * 1024)

/* Lines that are passed over leave a view behind as it would be with them: its text, what each cell
 * looks like, where the cursor is, and how it goes on. What writes here does all that programs do,
 * and what only a hostile one does. */

static void
append_colour (GString *stream)
{
  static const char *const colours[] = { "\033[0m",  "\033[m",           "\033[0;7m",
                                         "\033[31m", "\033[1;38;5;208m", "\033[48;2;10;20;30m",
                                         "\033[39m", "\033[4:3m",        "\033[9m",
                                         "\033[27m", "\033[K",           "\033[1K",
                                         "\033[2K" };

  g_string_append (stream, colours[g_test_rand_int_range (0, G_N_ELEMENTS (colours))]);
}

typedef enum
{
  LINES_PLAIN = 0,
  LINES_COLOURED = 1 << 0,
  LINES_RAW = 1 << 1, /* the column goes on in the next line */
} Lines;

static void
append_line (GString *stream, Lines lines)
{
  static const char *const words[] = { "word",       " ",
                                       "\t",         "a word",
                                       "\303\251",   "\345\255\227",
                                       "a\314\201",  "\360\237\230\200",
                                       "0123456789", "\377",
                                       "\302\251",   "\r" };
  /* with CR the column would not go on */
  int n_words = G_N_ELEMENTS (words) - ((lines & LINES_RAW) != 0 ? 1 : 0);

  for (int n = g_test_rand_int_range (0, 20); n > 0; n--)
    {
      if ((lines & LINES_COLOURED) != 0 && g_test_rand_int_range (0, 6) == 0)
        append_colour (stream);
      g_string_append (stream, words[g_test_rand_int_range (0, n_words)]);
    }
  g_string_append (stream, (lines & LINES_RAW) != 0 ? "\n" : "\r\n");
}

static void
append_other (GString *stream)
{
  static const char *const others[] = {
    "\a",
    "\b\b",
    "\033[5A",
    "\033[H",
    "\033[2J",
    "\033[3;9r",
    "\033[2;9r\033[16;1H",
    "\033[2;16r",
    "\033[1;7r",
    "\033[r",
    "\033[1;16r",
    "\033[?1049h",
    "\033[?1049l",
    "\033[?7l",
    "\033[?7h",
    "\033]0;a title\a",
    "\033]133;A\a",
    "\033[4h",
    "\033[4l",
    "\033[20h",
    "\033[20l",
    "\033M",
    "\033D",
    "\0337",
    "\0338",
    "\033(0",
    "\033(B",
    "\016",
    "\017",
    "\033[10L",
    "\033[10M",
    "\033[3S",
    "\033[3T",
    "\033c",
    "\033[!p",
    "\302\233"
    "2;9r",
    "\302\215",
    "\302\205",
    "\033P+q\033\\",
    "\033]0;broken\033[2;9r",
    "\033[\303\251",
    "\033[12",
    "\033",
    "\033Z",
    "\177",
    "\030",
    "\033[5b",
    "\033#8",
    "\302\235x",
    "\033[?69h",
    "\033[5;20s",
    "\033_x",
  };

  for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
    g_string_append (stream, others[g_test_rand_int_range (0, G_N_ELEMENTS (others))]);
}

/* Floods of lines, and between them what is more than lines. */
static GString *
make_stream (gboolean hostile)
{
  GString *stream = g_string_new (NULL);

  while (stream->len < STREAM_BYTES)
    {
      gsize end = stream->len + (gsize)g_test_rand_int_range (1000, 300000);
      Lines lines;

      if (hostile || g_test_rand_int_range (0, 4) == 0)
        append_other (stream);
      /* a program that ends leaves the screen whole */
      if (g_test_rand_int_range (0, hostile ? 2 : 6) == 0)
        g_string_append (stream, "\033\\\033c");
      lines = (g_test_rand_int_range (0, 2) == 0 ? LINES_COLOURED : LINES_PLAIN)
              | (g_test_rand_int_range (0, 4) == 0 ? LINES_RAW : 0);
      while (stream->len < end)
        append_line (stream, lines);
    }

  return stream;
}

static void
commit_cb (VteTerminal *terminal, const char *text, guint length, gboolean *is_done)
{
  if (strstr (text, "40001!~") != NULL)
    *is_done = TRUE;
}

/* It works through what it is given some time later, and says so when it is asked. */
static void
wait_done (VteTerminal *terminal)
{
  gboolean is_done = FALSE;
  gulong handler = g_signal_connect (terminal, "commit", G_CALLBACK (commit_cb), &is_done);

  vte_terminal_feed (terminal, "\030\033[?63;40001n", -1);
  for (guint i = 0; i < 2000 && !is_done; i++)
    enclave_test_spin (5);
  g_assert_true (is_done);
  g_signal_handler_disconnect (terminal, handler);
}

/* Two of the same size, which only a view in a window has that can tell what its cells look like.
 */
static GtkWidget *
present_views (VteTerminal **first, VteTerminal **second)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  VteTerminal **views[] = { first, second };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      *views[i] = VTE_TERMINAL (vte_terminal_new ());
      vte_terminal_set_scrollback_lines (*views[i], SCROLLBACK);
      vte_terminal_set_size (*views[i], COLUMNS, ROWS);
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (*views[i]));
    }
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < 400 && !gtk_widget_get_mapped (GTK_WIDGET (*second)); i++)
    enclave_test_spin (5);
  enclave_test_spin (50);
  g_assert_cmpint (vte_terminal_get_row_count (*first), ==, ROWS);
  g_assert_cmpint (vte_terminal_get_row_count (*second), ==, ROWS);
  return window;
}

/* Nothing else tells what cells look like; it says once that it is not to be used. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* All that it keeps; rows are told from the cursor's, as they have other numbers when some were
 * passed over. */
static char *
describe (VteTerminal *terminal)
{
  static gboolean is_told;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VteCharAttributes));
  g_autofree char *kept = NULL;
  glong column;
  glong row;

  vte_terminal_get_cursor_position (terminal, &column, &row);
  if (!is_told)
    g_test_expect_message ("VTE", G_LOG_LEVEL_WARNING, "*deprecated*");
  kept = vte_terminal_get_text_range (terminal, MAX (row - SCROLLBACK - ROWS, 0), 0, row + ROWS,
                                      COLUMNS, NULL, NULL, cells);
  if (!is_told)
    g_test_assert_expected_messages ();
  is_told = TRUE;
  g_string_append_printf (text, "column %ld\n%s\n", column, kept);
  for (guint i = 0; i < cells->len; i++)
    {
      const VteCharAttributes *cell = &g_array_index (cells, VteCharAttributes, i);

      g_string_append_printf (text, "%ld,%ld %x %x %x %x %x %x %d%d\n", cell->row - row,
                              cell->column, cell->fore.red, cell->fore.green, cell->fore.blue,
                              cell->back.red, cell->back.green, cell->back.blue, cell->underline,
                              cell->strikethrough);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

G_GNUC_END_IGNORE_DEPRECATIONS

/* As a tab does it: what comes is gathered, what may be is passed over, and the rest goes to the
 * view in slices. Returns: how much was passed. */
static gsize
feed_queued (VteTerminal *terminal, const GString *stream)
{
  g_autoptr (EnclaveOutputQueue) queue = enclave_output_queue_new ();
  g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();
  gsize passed = 0;
  gsize at = 0;

  while (at < stream->len || !enclave_output_queue_is_empty (queue))
    {
      gsize gathered = at + (gsize)g_test_rand_int_range (1, 500000);
      gsize fed = (gsize)g_test_rand_int_range (1, 200000);

      while (at < MIN (gathered, stream->len))
        {
          gsize wanted = (gsize)g_test_rand_int_range (1, 20000);
          gsize length = MIN (wanted, stream->len - at);
          g_autoptr (GBytes) bytes = g_bytes_new (stream->str + at, length);

          enclave_output_queue_push (queue, bytes);
          at += length;
        }
      if (enclave_mark_parser_is_between (parser))
        passed += enclave_output_queue_pass (queue, SCROLLBACK + ROWS, ROWS, NULL, NULL);
      while (fed > 0 && !enclave_output_queue_is_empty (queue))
        {
          g_autoptr (GBytes) bytes = enclave_output_queue_pop (queue, fed);
          gsize length;
          const char *data = g_bytes_get_data (bytes, &length);

          enclave_mark_parser_feed (parser, data, length, NULL, NULL);
          vte_terminal_feed (terminal, data, (gssize)length);
          fed -= length;
        }
    }

  return passed;
}

static void
check_streams (guint n, gboolean hostile, gsize least)
{
  gsize passed = 0;

  for (guint round = 0; round < n; round++)
    {
      VteTerminal *whole;
      VteTerminal *queued;
      GtkWidget *window = present_views (&whole, &queued);
      g_autoptr (GString) stream = make_stream (hostile);

      vte_terminal_feed (whole, stream->str, (gssize)stream->len);
      passed += feed_queued (queued, stream);
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *expected = NULL;
          g_autofree char *found = NULL;

          wait_done (whole);
          wait_done (queued);
          expected = describe (whole);
          found = describe (queued);
          g_assert_cmpuint (strlen (expected), >, SCROLLBACK);
          g_assert_true (strcmp (expected, found) == 0);
          /* and so it goes on: colours, margins, modes */
          g_string_truncate (stream, 0);
          for (guint line = 0; line < 20; line++)
            append_line (stream, LINES_PLAIN);
          vte_terminal_feed (whole, stream->str, (gssize)stream->len);
          vte_terminal_feed (queued, stream->str, (gssize)stream->len);
        }
      gtk_window_destroy (GTK_WINDOW (window));
    }

  g_test_message ("%" G_GSIZE_FORMAT " of %u bytes passed", passed, n * STREAM_BYTES);
  g_assert_cmpuint (passed, >, least);
}

static void
test_same (void)
{
  check_streams (12, FALSE, STREAM_BYTES);
}

static void
test_hostile (void)
{
  check_streams (25, TRUE, 0);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  adw_init ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/terminal-output/same", test_same);
  g_test_add_func ("/terminal-output/hostile", test_hostile);

  return g_test_run ();
}
