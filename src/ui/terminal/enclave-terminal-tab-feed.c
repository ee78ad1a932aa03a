/* enclave-terminal-tab-feed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-terminal-tab-private.h"

#define FRAME_MS 16
#define MIRROR_MS 100
/* In a flood: nobody can follow it, and to read so much text out of the view and lay it out takes time from what is drawn. */
#define MIRROR_FLOOD_US G_USEC_PER_SEC
/* Less than that is drawn in no time. */
#define FLOOD_BYTES (16 * 1024)
#define CALM_AFTER_KEY_US (G_USEC_PER_SEC / 2)
/* A flood is what comes without such a pause, once there is so much of it. */
#define PAUSE_US (G_USEC_PER_SEC / 4)
#define GATHER_BYTES (1024 * 1024)
#define GATHER_US (ENCLAVE_TERMINAL_GATHER_MS * G_GINT64_CONSTANT (1000))
#define TURN_US (ENCLAVE_TERMINAL_TURN_MS * G_GINT64_CONSTANT (1000))

/* When the views began to draw; 0: they don't, or have not said so. Of all of them, as they draw one after the other in one turn of the
 * loop: it is held for as long by many that are flooded as by one. */
static gint64 turn_us;

/* What stands before the answer to a key of its own is drawn as soon as can be; only then this is one that is calm for keys. */
static gboolean
has_key (EnclaveTerminalTab *self)
{
  return self->before_echo == 0 && g_get_monotonic_time () - self->key_us < CALM_AFTER_KEY_US;
}

/* The window has other things to do than to draw this. */
static gboolean
is_calm (EnclaveTerminalTab *self)
{
  return self->calm || has_key (self) || !gtk_widget_get_mapped (GTK_WIDGET (self));
}

static gsize
get_slice (EnclaveTerminalTab *self)
{
  return is_calm (self) ? ENCLAVE_TERMINAL_CALM_SLICE_BYTES : ENCLAVE_TERMINAL_SLICE_BYTES;
}

static void
maybe_continue (EnclaveTerminalTab *self)
{
  if (self->shell != NULL
      && enclave_output_queue_get_size (self->queue)
             < (is_calm (self) || self->before_echo > 0 ? ENCLAVE_TERMINAL_CALM_SLICE_BYTES : ENCLAVE_TERMINAL_AHEAD_BYTES))
    enclave_shell_continue (self->shell);
}

/* How many lines the view keeps, with those that it shows; 0: all. */
static gsize
get_kept_lines (EnclaveTerminalTab *self)
{
  glong lines = vte_terminal_get_scrollback_lines (self->terminal);

  return lines < 0 ? 0 : (gsize) (lines + vte_terminal_get_row_count (self->terminal));
}

static void
passed_cb (const char *bytes, gsize length, gpointer user_data)
{
  EnclaveTerminalTab *self = user_data;

  if (!self->task)
    _enclave_terminal_tab_keep_output (self, bytes, length);
}

/* What would have left the memory of the view before anybody saw it is not given to it. */
static void
pass (EnclaveTerminalTab *self)
{
  gsize kept = get_kept_lines (self);
  gsize passed;

  if (kept == 0 || self->left_out > 0 || !enclave_mark_parser_is_between (self->parser))
    return;

  passed = enclave_output_queue_pass (self->queue, kept, (guint) vte_terminal_get_row_count (self->terminal), passed_cb, self);
  self->before_echo -= MIN (self->before_echo, passed);
}

/* How much the view keeps of what comes, when that is lines, and comes in such a flood that most may be passed over if it is waited for;
 * 0: it is not so. */
static gsize
get_kept_bytes (EnclaveTerminalTab *self)
{
  gsize line = enclave_output_queue_get_line_bytes (self->queue, (guint) vte_terminal_get_row_count (self->terminal));
  gsize kept = get_kept_lines (self);

  if (self->flood < GATHER_BYTES || self->before_echo > 0 || is_calm (self) || line == 0
      || kept >= ENCLAVE_TERMINAL_AHEAD_BYTES / line * 3 / 4)
    return 0;

  return kept * line;
}

static gboolean
is_gathering (EnclaveTerminalTab *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 span = now - (self->gather_us - GATHER_US);
  gsize kept = get_kept_bytes (self);

  if (kept == 0 || span >= GATHER_US || now - self->push_us >= 2 * FRAME_MS * 1000)
    return FALSE;

  /* and it goes on as fast */
  return span < 2 * FRAME_MS * 1000 || enclave_output_queue_get_size (self->queue) * 2 * GATHER_US / (gsize) span >= kept;
}

static void
say_left_out (EnclaveTerminalTab *self)
{
  g_autofree char *size = g_format_size (self->left_out);
  g_autofree char *note = g_strdup_printf (_ ("%s of output left out"), size);
  /* what came before may have been cut within an escape sequence or a colour */
  g_autofree char *line = g_strdup_printf ("\030\033[0m\r\n[%s]\r\n", note);

  self->left_out = 0;
  enclave_mark_parser_reset (self->parser);
  vte_terminal_feed (self->terminal, line, -1);
}

/* Returns: FALSE when nothing is left. */
static gboolean
feed (EnclaveTerminalTab *self)
{
  gsize budget = get_slice (self);
  gsize fed = 0;

  if (!_enclave_terminal_tab_may_feed (self))
    return TRUE;
  if (self->left_out > 0)
    say_left_out (self);

  pass (self);
  while (budget > 0 && !enclave_output_queue_is_empty (self->queue))
    {
      g_autoptr (GBytes) bytes = enclave_output_queue_pop (self->queue, budget);
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);

      budget -= length;
      fed += length;
      self->before_echo -= MIN (self->before_echo, length);
      _enclave_terminal_tab_feed_slice (self, data, length,
                                        fed >= FLOOD_BYTES && (budget == 0 || enclave_output_queue_is_empty (self->queue)));
    }
  if (enclave_output_queue_is_empty (self->queue))
    self->gather_us = g_get_monotonic_time () + GATHER_US;

  maybe_continue (self);
  return !enclave_output_queue_is_empty (self->queue);
}

static gboolean
feed_cb (gpointer user_data)
{
  EnclaveTerminalTab *self = user_data;

  /* the loop has come round: the view's turn is over */
  turn_us = 0;
  if (is_gathering (self) || feed (self))
    return G_SOURCE_CONTINUE;

  self->feed_source = 0;
  return G_SOURCE_REMOVE;
}

void
_enclave_terminal_tab_take_key (EnclaveTerminalTab *self)
{
  self->key_us = g_get_monotonic_time ();
  self->before_echo = enclave_output_queue_get_size (self->queue);
}

/* The view has drawn what it had, and says so while it is at it. It waits for 30 ms after each turn of its own, whatever there is to
 * draw, so in a flood a turn is to be long, unless it is to be a calm one; and as the loop can't read meanwhile, and the kernel keeps
 * little, what it draws next is read here. */
void
_enclave_terminal_tab_feed_now (EnclaveTerminalTab *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->feed_source == 0 || is_calm (self) || is_gathering (self))
    return;

  if (turn_us == 0)
    turn_us = now;
  if (now - turn_us >= TURN_US)
    return;
  if (self->shell != NULL && enclave_output_queue_get_size (self->queue) < get_slice (self) && get_kept_bytes (self) == 0)
    enclave_shell_read_now (self->shell);
  feed (self);
}

void
_enclave_terminal_tab_push (EnclaveTerminalTab *self, GBytes *bytes)
{
  gsize length = g_bytes_get_size (bytes);
  gint64 now = g_get_monotonic_time ();
  gsize size;

  if (length == 0)
    return;

  enclave_output_queue_push (self->queue, bytes);
  self->flood = now - self->push_us < PAUSE_US ? self->flood + length : length;
  self->push_us = now;
  if (enclave_output_queue_get_size (self->queue) >= FLOOD_BYTES)
    self->flood_us = now;
  if (enclave_output_queue_get_size (self->queue) >= ENCLAVE_TERMINAL_AHEAD_BYTES / 2)
    pass (self);

  size = enclave_output_queue_get_size (self->queue);
  if (size > ENCLAVE_TERMINAL_QUEUE_MAX_BYTES)
    {
      gsize gone = size - ENCLAVE_TERMINAL_QUEUE_MAX_BYTES;

      enclave_output_queue_leave_out (self->queue, gone);
      self->before_echo -= MIN (self->before_echo, gone);
      self->left_out += gone;
    }

  if (self->feed_source == 0)
    self->feed_source = g_timeout_add (length < 4096 && now >= self->gather_us ? 1 : FRAME_MS, feed_cb, self);
  maybe_continue (self);
}

void
_enclave_terminal_tab_clear_queue (EnclaveTerminalTab *self)
{
  g_clear_handle_id (&self->feed_source, g_source_remove);
  enclave_output_queue_clear (self->queue);
  self->before_echo = 0;
  self->left_out = 0;
}

char *
enclave_terminal_tab_dup_text (EnclaveTerminalTab *self)
{
  g_autofree char *text = NULL;
  glong column;
  glong row;
  glong first;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  vte_terminal_get_cursor_position (self->terminal, &column, &row);
  /* a full-screen program writes below the cursor, too */
  row += vte_terminal_get_row_count (self->terminal);
  first = MAX (0, row - ENCLAVE_TERMINAL_MIRROR_LINES - vte_terminal_get_row_count (self->terminal));
  text = vte_terminal_get_text_range (self->terminal, first, 0, row, 0, NULL, NULL, NULL);

  return text != NULL ? g_strchomp (g_steal_pointer (&text)) : g_strdup ("");
}

static char *
dup_last_lines (const char *text)
{
  const char *start = text + strlen (text);

  for (guint n = 0; start > text; start--)
    if (start[-1] == '\n' && ++n == ENCLAVE_TERMINAL_MIRROR_LINES)
      break;

  return g_utf8_make_valid (start, -1);
}

void
_enclave_terminal_tab_update_mirror (EnclaveTerminalTab *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  g_autofree char *all = enclave_terminal_tab_dup_text (self);
  g_autofree char *text = dup_last_lines (all);
  g_autofree char *old = NULL;
  GtkTextIter start;
  GtkTextIter end;
  gsize same = 0;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  old = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);

  /* What stayed is left alone: a reader hears only what is new, and a selection survives. */
  while (old[same] != '\0' && old[same] == text[same])
    same++;
  if (old[same] == '\0' && text[same] == '\0')
    return;
  while (same > 0 && ((guchar) text[same] & 0xc0) == 0x80)
    same--;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) g_utf8_strlen (text, (gssize) same));
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_insert (buffer, &end, text + same, -1);
}

static gboolean
mirror_cb (gpointer user_data)
{
  EnclaveTerminalTab *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gboolean flooded = !enclave_output_queue_is_empty (self->queue) || now - self->flood_us < MIRROR_MS * G_GINT64_CONSTANT (1000);

  if (flooded && now - self->mirror_us < MIRROR_FLOOD_US)
    return G_SOURCE_CONTINUE;

  self->mirror_source = 0;
  self->mirror_us = now;
  _enclave_terminal_tab_update_mirror (self);
  _enclave_terminal_tab_update_title (self);
  return G_SOURCE_REMOVE;
}

void
_enclave_terminal_tab_queue_mirror (EnclaveTerminalTab *self)
{
  if (self->mirror_source == 0)
    self->mirror_source = g_timeout_add (MIRROR_MS, mirror_cb, self);
}
