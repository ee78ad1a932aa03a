/* enclave-terminal-tab-marks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

/* VTE works through what it is given some time later. So it is asked in the stream itself, by the checksum report (DECCKSR, CSI ? 63 ;
 * number n), which it answers with the number when it comes to it: then the cursor stands where the mark stood, and all before is drawn.
 * No program asks for such a report, and of one that does only an answer with a number that is waited for would be taken. */
#define FIRST_QUESTION 40000
#define LAST_QUESTION 65000
/* Slices on their way into the view: while one is drawn the next one is there. */
#define MAX_SLICES 2

typedef struct
{
  guint number;
  gboolean of_prompt;
} Question;

static void
ask (EnclaveTerminalTab *self, gboolean of_prompt)
{
  Question *question = g_new (Question, 1);
  char text[32];

  self->last_question = self->last_question < LAST_QUESTION ? self->last_question + 1 : FIRST_QUESTION;
  question->number = self->last_question;
  question->of_prompt = of_prompt;
  if (g_queue_is_empty (&self->questions))
    self->answer_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->questions, question);
  self->n_slices += !of_prompt;

  g_snprintf (text, sizeof text, "\033[?63;%un", question->number);
  vte_terminal_feed (self->terminal, text, -1);
}

static void
add_prompt (EnclaveTerminalTab *self)
{
  glong column;
  glong row;

  vte_terminal_get_cursor_position (self->terminal, &column, &row);
  /* a screen that was cleared, or a prompt drawn again */
  while (self->prompts->len > 0 && g_array_index (self->prompts, glong, self->prompts->len - 1) >= row)
    g_array_set_size (self->prompts, self->prompts->len - 1);
  if (self->prompts->len >= ENCLAVE_TERMINAL_MAX_PROMPTS)
    g_array_remove_range (self->prompts, 0, ENCLAVE_TERMINAL_MAX_PROMPTS / 2);
  g_array_append_val (self->prompts, row);
}

static void
forget_questions (EnclaveTerminalTab *self)
{
  g_queue_clear_full (&self->questions, g_free);
  self->n_slices = 0;
}

gboolean
_enclave_terminal_tab_may_feed (EnclaveTerminalTab *self)
{
  gint64 waited_us = g_get_monotonic_time () - self->answer_us;

  if (self->n_slices < MAX_SLICES)
    return TRUE;
  if (waited_us < ENCLAVE_TERMINAL_ANSWER_MS * G_GINT64_CONSTANT (1000))
    return FALSE;

  forget_questions (self);
  return TRUE;
}

gboolean
_enclave_terminal_tab_take_answer (EnclaveTerminalTab *self, const char *text, gsize length)
{
  static const char end[] = "!~0000\033\\";
  guint number;
  gboolean was_slice = FALSE;
  GList *found = NULL;

  if (length < 2 + sizeof end || length > 32 || strncmp (text, "\033P", 2) != 0
      || strncmp (text + length - (sizeof end - 1), end, sizeof end - 1) != 0 || sscanf (text + 2, "%5u", &number) != 1)
    return FALSE;

  for (GList *l = self->questions.head; l != NULL && found == NULL; l = l->next)
    if (((const Question *) l->data)->number == number)
      found = l;
  /* a program has asked: there is no memory to tell of, and the answer would be typed into whatever runs next */
  if (found == NULL)
    return TRUE;

  self->answer_us = g_get_monotonic_time ();
  for (gboolean last = FALSE; !last;)
    {
      g_autofree Question *question = g_queue_pop_head (&self->questions);

      last = question->number == number;
      self->n_slices -= !question->of_prompt;
      was_slice = was_slice || !question->of_prompt;
      if (last && question->of_prompt)
        add_prompt (self);
    }
  if (was_slice)
    _enclave_terminal_tab_feed_now (self);

  return TRUE;
}

void
_enclave_terminal_tab_keep_output (EnclaveTerminalTab *self, const char *bytes, gsize length)
{
  if (self->output == NULL)
    return;

  g_string_append_len (self->output, bytes, (gssize) length);
  if (self->output->len > 2 * ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES)
    {
      g_string_erase (self->output, 0, (gssize) (self->output->len - ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES));
      self->output_cut = TRUE;
    }
}

static char *
dup_output (EnclaveTerminalTab *self)
{
  const char *bytes = self->output->str;
  gsize length = self->output->len;
  gboolean cut = self->output_cut;
  g_autofree char *text = NULL;

  if (length > ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES)
    {
      bytes += length - ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES;
      length = ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES;
      cut = TRUE;
    }
  if (cut)
    {
      const char *line = memchr (bytes, '\n', length);

      /* from the beginning of a line: what comes before may be half of a sequence */
      if (line != NULL)
        {
          length -= (gsize) (line + 1 - bytes);
          bytes = line + 1;
        }
    }
  text = g_strchomp (enclave_utf8_strip_escapes (bytes, (gssize) length));

  return cut ? g_strconcat ("…\n", text, NULL) : g_steal_pointer (&text);
}

void
_enclave_terminal_tab_end_command (EnclaveTerminalTab *self, int status)
{
  gint64 span_us = g_get_monotonic_time () - self->command_us;

  g_free (self->last_output);
  self->last_output = dup_output (self);
  self->last_status = status;
  g_string_free (g_steal_pointer (&self->output), TRUE);
  _enclave_terminal_tab_emit_command_ended (self, status, span_us);
}

typedef struct
{
  EnclaveTerminalTab *tab;
  const char *bytes;
  gsize fed;
} Feed;

static void
feed_up_to (Feed *feed, gsize end)
{
  if (end <= feed->fed)
    return;

  vte_terminal_feed (feed->tab->terminal, feed->bytes + feed->fed, (gssize) (end - feed->fed));
  if (!feed->tab->task)
    _enclave_terminal_tab_keep_output (feed->tab, feed->bytes + feed->fed, end - feed->fed);
  feed->fed = end;
}

static void
mark_cb (const EnclaveMark *mark, gsize end, gpointer user_data)
{
  Feed *feed = user_data;
  EnclaveTerminalTab *self = feed->tab;

  feed_up_to (feed, end);
  if (mark->kind == ENCLAVE_MARK_PROMPT)
    ask (self, TRUE);
  else if (mark->kind == ENCLAVE_MARK_OUTPUT && self->output == NULL)
    {
      self->output = g_string_new (NULL);
      self->output_cut = FALSE;
      self->command_us = g_get_monotonic_time ();
    }
  else if (mark->kind == ENCLAVE_MARK_DONE && self->output != NULL)
    _enclave_terminal_tab_end_command (self, mark->status);
}

void
_enclave_terminal_tab_feed_slice (EnclaveTerminalTab *self, const char *bytes, gsize length, gboolean wants_answer)
{
  Feed feed = { self, bytes, 0 };
  gsize between = enclave_mark_parser_feed (self->parser, bytes, length, self->agent || self->task ? NULL : mark_cb, &feed);

  if (wants_answer && between > 0)
    {
      feed_up_to (&feed, between);
      ask (self, FALSE);
    }
  feed_up_to (&feed, length);
}

void
_enclave_terminal_tab_init_marks (EnclaveTerminalTab *self)
{
  self->parser = enclave_mark_parser_new ();
  g_queue_init (&self->questions);
  self->last_question = FIRST_QUESTION;
  self->prompts = g_array_new (FALSE, FALSE, sizeof (glong));
  self->last_status = ENCLAVE_MARK_STATUS_UNKNOWN;
}

static void
drop_output (EnclaveTerminalTab *self)
{
  if (self->output != NULL)
    g_string_free (g_steal_pointer (&self->output), TRUE);
}

void
_enclave_terminal_tab_forget_marks (EnclaveTerminalTab *self)
{
  enclave_mark_parser_reset (self->parser);
  forget_questions (self);
  g_array_set_size (self->prompts, 0);
  /* a task has no marks: what it says counts until it ends */
  if (!self->task)
    drop_output (self);
}

void
_enclave_terminal_tab_free_marks (EnclaveTerminalTab *self)
{
  _enclave_terminal_tab_forget_marks (self);
  drop_output (self);
  g_clear_pointer (&self->parser, enclave_mark_parser_free);
  g_clear_pointer (&self->prompts, g_array_unref);
  g_clear_pointer (&self->last_output, g_free);
}

gboolean
enclave_terminal_tab_jump (EnclaveTerminalTab *self, gboolean forward)
{
  GtkAdjustment *adjustment;
  double top;
  double wanted;
  gboolean found = FALSE;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->terminal));
  top = gtk_adjustment_get_value (adjustment);
  wanted = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  for (guint n = 0; n < self->prompts->len && !found; n++)
    {
      double row = (double) g_array_index (self->prompts, glong, forward ? n : self->prompts->len - 1 - n);

      if (forward ? row > top : row < top)
        {
          found = row >= gtk_adjustment_get_lower (adjustment);
          wanted = MIN (row, wanted);
          break;
        }
    }
  if (found || forward)
    gtk_adjustment_set_value (adjustment, wanted);

  return found;
}

const char *
enclave_terminal_tab_get_last_output (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return self->last_output;
}

int
enclave_terminal_tab_get_last_status (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), ENCLAVE_MARK_STATUS_UNKNOWN);

  return self->last_status;
}
