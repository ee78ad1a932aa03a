/* enclave-syntax-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine can't be stopped or slowed down. But it is asked for the colours of a line at once,
 * and then analyses what lies before that line and no more: that is done here, and whoever is ready
 * with a higher priority keeps the engine's own turns away. They come where this was wrong about
 * what is left, and it goes on from there.
 */

#include "config.h"

#include "enclave-syntax-pace.h"

#include "enclave-loop-turns.h"

/* Just before the engine. */
#define PRIORITY (G_PRIORITY_LOW - 1)
/* A turn. */
#define SLICE_US 3000
/* A text is at rest that has not been scrolled or typed into for so long. */
#define REST_US (150 * 1000)
/* What is analysed below what is seen while it scrolls. */
#define LINES_AHEAD 200
/* At a time. The engine walks from the first line to the one where it goes on: with lines at so
 * small a share of those before them, it would do nothing else. */
#define MIN_LINES 32
#define MAX_LINES 512
#define MIN_SHARE 512
/* More than an edit leads to is the engine at work on the whole text. */
#define EDIT_LINES 32
/* So long a text takes longer than a frame to be taken in hand after an edit: the frame comes
 * first, which it does within 17 ms. */
#define LONG_LINES 5000
#define EDIT_DELAY_MS 20
/* What others have left for a moment of rest is not put off for longer, where nobody is kept waiting by the engine's own turn then. */
#define YIELD_US (500 * 1000)

typedef struct
{
  GtkSourceBuffer *buffer;
  guint source;
  guint edit_source;
  guint before_edit; /* id of a source */
  gint64 begun_us;   /* since when nobody else had a turn */
  int line;          /* all before it is analysed */
  int n_lines;       /* of the next step */
  int edited;        /* the last line of what was edited */
  gboolean busy;     /* the engine does what it was asked for here */
  gboolean went_on;  /* there was something to do */
} Pace;

/* There is one main loop, whatever text it is held up for. */
static gint64 last_motion_us;
static GtkTextView *scrolled_view; /* (nullable) */

static Pace *
get_pace (GtkSourceBuffer *buffer)
{
  return g_object_get_data (G_OBJECT (buffer), "enclave-syntax-pace");
}

static gboolean
is_wanted (Pace *pace)
{
  return gtk_source_buffer_get_language (pace->buffer) != NULL
         && gtk_source_buffer_get_highlight_syntax (pace->buffer);
}

static gboolean
is_done (Pace *pace)
{
  return !is_wanted (pace)
         || pace->line >= gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (pace->buffer));
}

/* Whether what is seen while it scrolls is not analysed yet. */
static gboolean
is_waited_for (Pace *pace)
{
  GdkRectangle visible;
  GtkTextIter last;

  if (scrolled_view == NULL
      || gtk_text_view_get_buffer (scrolled_view) != GTK_TEXT_BUFFER (pace->buffer))
    return FALSE;
  gtk_text_view_get_visible_rect (scrolled_view, &visible);
  gtk_text_view_get_line_at_y (scrolled_view, &last, visible.y + visible.height, NULL);
  return pace->line < gtk_text_iter_get_line (&last) + LINES_AHEAD;
}

static void
step (Pace *pace, int n_lines)
{
  GtkTextIter end;

  pace->line
      = MIN (pace->line + n_lines, gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (pace->buffer)));
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (pace->buffer), &end, pace->line);
  pace->busy = TRUE;
  pace->went_on = FALSE;
  /* of nothing: the colours come when it is seen */
  gtk_source_buffer_ensure_highlight (pace->buffer, &end, &end);
  pace->busy = FALSE;
}

static gboolean work_cb (gpointer user_data);

static gboolean
take_turns_cb (gpointer user_data)
{
  Pace *pace = user_data;

  pace->begun_us = g_get_monotonic_time ();
  pace->source = g_idle_add_full (PRIORITY, work_cb, pace, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
work_cb (gpointer user_data)
{
  Pace *pace = user_data;
  gint64 begun = g_get_monotonic_time ();
  gint64 now = begun;
  gboolean rests = begun - last_motion_us < REST_US;

  if (pace->edit_source != 0 || (rests && !is_done (pace) && !is_waited_for (pace)))
    {
      enclave_loop_turns_wait (PRIORITY);
      return G_SOURCE_CONTINUE;
    }
  while (!is_done (pace) && now - begun < SLICE_US)
    {
      int least = MAX (MIN_LINES, pace->line / MIN_SHARE);
      gint64 since = now;

      if (rests)
        pace->n_lines = least;
      step (pace, pace->n_lines);
      now = g_get_monotonic_time ();
      if (now - since > SLICE_US)
        pace->n_lines = MAX (pace->n_lines / 2, least);
      else if (now - since < SLICE_US / 3)
        pace->n_lines = MIN (pace->n_lines * 2, MAX_LINES);
    }
  if (is_done (pace))
    pace->source = 0;
  else if (!rests && now - pace->begun_us > YIELD_US)
    pace->source = g_timeout_add_full (PRIORITY, 1, take_turns_cb, pace, NULL);
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

static void
start (Pace *pace)
{
  if (pace->source == 0 && !is_done (pace))
    take_turns_cb (pace);
}

/* Everything, with another language or when colours come back. */
static void
begin_cb (Pace *pace)
{
  pace->line = 0;
  pace->n_lines = MIN_LINES;
  start (pace);
}

/* No line more than the edit changes: asked for one that is analysed already, the engine goes on to
 * the next that is not, wherever it is. */
static gboolean
edited_cb (gpointer user_data)
{
  Pace *pace = user_data;

  pace->edit_source = 0;
  if (!is_wanted (pace))
    return G_SOURCE_REMOVE;
  step (pace, CLAMP (pace->edited - pace->line + 1, 1, EDIT_LINES));
  for (guint n = 0; n < EDIT_LINES && pace->went_on && !is_done (pace); n++)
    step (pace, 1);
  return G_SOURCE_REMOVE;
}

static void
begin_edit (Pace *pace, const GtkTextIter *from)
{
  int line = gtk_text_iter_get_line (from);

  last_motion_us = g_get_monotonic_time ();
  pace->before_edit = 0;
  if (!is_wanted (pace))
    return;
  if (pace->edit_source == 0)
    pace->edited = line;
  pace->edited = MAX (pace->edited, line);
  pace->line = MIN (pace->line, line);
  pace->before_edit = enclave_loop_turns_mark ();
}

/* The engine has put off its work to a source that comes before the frame. What it does there takes
 * as long as the text is, and more when the analysis of the text has got further than the edit: it
 * looks at everything between them anew. */
static void
end_edit (Pace *pace)
{
  guint end;

  if (pace->before_edit == 0
      || gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (pace->buffer)) < LONG_LINES)
    return;
  end = enclave_loop_turns_mark ();
  for (guint id = pace->before_edit + 1; id < end; id++)
    {
      GSource *source = g_main_context_find_source_by_id (NULL, id);

      if (source != NULL && g_source_get_priority (source) == G_PRIORITY_HIGH_IDLE)
        g_source_set_priority (source, G_PRIORITY_LOW);
    }
  if (pace->edit_source == 0)
    pace->edit_source
        = g_timeout_add_full (GDK_PRIORITY_REDRAW + 1, EDIT_DELAY_MS, edited_cb, pace, NULL);
  start (pace);
}

static void
insert_cb (GtkTextBuffer *buffer, GtkTextIter *location, char *text, int length, Pace *pace)
{
  begin_edit (pace, location);
}

static void
inserted_cb (GtkTextBuffer *buffer, GtkTextIter *location, char *text, int length, Pace *pace)
{
  pace->edited = MAX (pace->edited, gtk_text_iter_get_line (location));
  end_edit (pace);
}

static void
delete_cb (GtkTextBuffer *buffer, GtkTextIter *from, GtkTextIter *to, Pace *pace)
{
  begin_edit (pace, from);
}

static void
deleted_cb (GtkTextBuffer *buffer, GtkTextIter *from, GtkTextIter *to, Pace *pace)
{
  end_edit (pace);
}

/* The engine had a turn of its own. */
static void
updated_cb (GtkTextBuffer *buffer, GtkTextIter *from, GtkTextIter *to, Pace *pace)
{
  if (pace->busy)
    pace->went_on = TRUE;
  else if (gtk_text_iter_get_line (to) - gtk_text_iter_get_line (from) > EDIT_LINES)
    start (pace);
}

static void
pace_free (gpointer data)
{
  Pace *pace = data;

  g_clear_handle_id (&pace->source, g_source_remove);
  g_clear_handle_id (&pace->edit_source, g_source_remove);
  g_free (pace);
}

void
enclave_syntax_pace_connect (GtkSourceBuffer *buffer)
{
  Pace *pace;

  g_return_if_fail (GTK_SOURCE_IS_BUFFER (buffer));

  if (get_pace (buffer) != NULL)
    return;
  pace = g_new0 (Pace, 1);
  pace->buffer = buffer;
  pace->n_lines = MIN_LINES;
  g_object_set_data_full (G_OBJECT (buffer), "enclave-syntax-pace", pace, pace_free);
  g_signal_connect_swapped (buffer, "notify::language", G_CALLBACK (begin_cb), pace);
  g_signal_connect_swapped (buffer, "notify::highlight-syntax", G_CALLBACK (begin_cb), pace);
  g_signal_connect (buffer, "insert-text", G_CALLBACK (insert_cb), pace);
  g_signal_connect (buffer, "delete-range", G_CALLBACK (delete_cb), pace);
  g_signal_connect_after (buffer, "insert-text", G_CALLBACK (inserted_cb), pace);
  g_signal_connect_after (buffer, "delete-range", G_CALLBACK (deleted_cb), pace);
  g_signal_connect (buffer, "highlight-updated", G_CALLBACK (updated_cb), pace);
  begin_cb (pace);
}

static void
scrolled_cb (GtkTextView *view)
{
  g_set_weak_pointer (&scrolled_view, view);
  last_motion_us = g_get_monotonic_time ();
}

void
enclave_syntax_pace_watch (GtkTextView *view)
{
  GSignalGroup *scrolling;

  g_return_if_fail (GTK_IS_TEXT_VIEW (view));

  if (g_object_get_data (G_OBJECT (view), "enclave-syntax-pace") != NULL)
    return;
  scrolling = g_signal_group_new (GTK_TYPE_ADJUSTMENT);
  g_signal_group_connect_object (scrolling, "value-changed", G_CALLBACK (scrolled_cb), view,
                                 G_CONNECT_SWAPPED);
  g_object_bind_property (view, "vadjustment", scrolling, "target", G_BINDING_SYNC_CREATE);
  g_object_set_data_full (G_OBJECT (view), "enclave-syntax-pace", scrolling, g_object_unref);
}
