/* enclave-validation-pace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The toolkit's sources can be neither stopped nor replaced. But they can get a lower priority, and
 * whoever is ready above that keeps them away. There is one main loop, whatever text it is held up
 * for: the sources of all views are put off.
 */

#include "config.h"

#include "enclave-validation-pace.h"

#include "enclave-loop-turns.h"

/* Where the toolkit's sources wait: below whatever else there is to be done at rest, the engine of
 * the syntax included. */
#define PUT_OFF_PRIORITY (G_PRIORITY_LOW + 2)
#define HOLD_PRIORITY (G_PRIORITY_LOW + 1)
/* More than there is between two keys of somebody who types. */
#define REST_US (400 * 1000)
/* The lines that a key changed are measured by then, and nothing is left to be put off. */
#define LOOK_MS 2
/* The name that the toolkit gives its source: without it, nothing is put off. */
#define VALIDATION "[gtk] incremental_validate_callback"
/* Of sources that came since the last look, in a session of days. */
#define MAX_IDS 100000

static struct
{
  GtkTextView *view; /* (nullable): where somebody types */
  gint64 last_edit_us;
  GArray *sources; /* ids of the toolkit's, in the order in which they came */
  guint last_id;   /* of all that have been looked at */
  guint look;      /* id of a source */
  guint hold;      /* the same */
} pace;

static GSource *
find_validation (guint id)
{
  GSource *source = g_main_context_find_source_by_id (NULL, id);

  return source != NULL && g_strcmp0 (g_source_get_name (source), VALIDATION) == 0 ? source : NULL;
}

/* Adds those that came, drops those that went. Returns: whether there is one. */
static gboolean
find_sources (void)
{
  guint end = enclave_loop_turns_mark ();

  for (guint i = pace.sources->len; i > 0; i--)
    if (find_validation (g_array_index (pace.sources, guint, i - 1)) == NULL)
      g_array_remove_index (pace.sources, i - 1);
  for (guint id = MAX (pace.last_id, end - MIN (end, MAX_IDS)) + 1; id < end; id++)
    if (find_validation (id) != NULL)
      g_array_append_val (pace.sources, id);
  pace.last_id = end;
  return pace.sources->len > 0;
}

static void
set_priority (int priority)
{
  for (guint i = 0; i < pace.sources->len; i++)
    {
      GSource *source = find_validation (g_array_index (pace.sources, guint, i));

      if (source != NULL)
        g_source_set_priority (source, priority);
    }
}

/* Where the place may still move by itself, better at once than after a pause in which somebody has
 * begun to read. */
static gboolean
is_wanted (void)
{
  return pace.view != NULL && g_get_monotonic_time () - pace.last_edit_us < REST_US
         && enclave_validation_pace_is_above_measured (pace.view);
}

static gboolean
hold_cb (gpointer user_data)
{
  if (is_wanted ())
    {
      enclave_loop_turns_wait (HOLD_PRIORITY);
      return G_SOURCE_CONTINUE;
    }
  set_priority (GTK_TEXT_VIEW_PRIORITY_VALIDATE);
  pace.hold = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
look_cb (gpointer user_data)
{
  pace.look = 0;
  if (find_sources () && is_wanted ())
    {
      set_priority (PUT_OFF_PRIORITY);
      pace.hold = g_idle_add_full (HOLD_PRIORITY, hold_cb, NULL, NULL);
    }
  return G_SOURCE_REMOVE;
}

static void
edited_cb (GtkTextView *view)
{
  g_set_weak_pointer (&pace.view, view);
  pace.last_edit_us = g_get_monotonic_time ();
  if (pace.hold == 0 && pace.look == 0)
    pace.look
        = g_timeout_add_full (GTK_TEXT_VIEW_PRIORITY_VALIDATE - 1, LOOK_MS, look_cb, NULL, NULL);
}

void
enclave_validation_pace_watch (GtkTextView *view)
{
  GSignalGroup *edits;

  g_return_if_fail (GTK_IS_TEXT_VIEW (view));

  if (g_object_get_data (G_OBJECT (view), "enclave-validation-pace") != NULL)
    return;
  if (pace.sources == NULL)
    pace.sources = g_array_new (FALSE, FALSE, sizeof (guint));
  /* what is typed, not what a file is read into */
  edits = g_signal_group_new (GTK_TYPE_TEXT_BUFFER);
  g_signal_group_connect_swapped (edits, "end-user-action", G_CALLBACK (edited_cb), view);
  g_object_bind_property (view, "buffer", edits, "target", G_BINDING_SYNC_CREATE);
  g_object_set_data_full (G_OBJECT (view), "enclave-validation-pace", edits, g_object_unref);
}

gboolean
enclave_validation_pace_is_above_measured (GtkTextView *view)
{
  GdkRectangle visible;
  GdkRectangle letter;
  GtkTextIter top;
  int y;

  g_return_val_if_fail (GTK_IS_TEXT_VIEW (view), TRUE);

  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &top, visible.y, &y);
  gtk_text_view_get_iter_location (view, &top, &letter);
  return y >= (gint64)gtk_text_iter_get_line (&top) * letter.height;
}

gboolean
enclave_validation_pace_is_pending (void)
{
  return pace.sources != NULL && find_sources ();
}
