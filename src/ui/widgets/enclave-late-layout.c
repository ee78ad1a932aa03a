/* enclave-late-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-late-layout.h"

/* GTK goes from the layout to the drawing after four, and complains. */
#define MAX_TIMES 2

typedef struct
{
  GtkWindow *window;
  guint n_times; /* in this frame */
} Watch;

/* The adjustments that changed in the layout that goes on, by their addresses alone. */
static GHashTable *late;
static gboolean in_frame;

/* A text view says that its range changed each time that it is given its place, whether it did or
 * not. */
static gboolean
adjustment_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  if (in_frame)
    g_hash_table_add (late, g_value_get_object (&values[0]));

  return TRUE;
}

static gboolean
is_late (GtkWidget *widget)
{
  if (GTK_IS_SCROLLBAR (widget))
    return g_hash_table_contains (late, gtk_scrollbar_get_adjustment (GTK_SCROLLBAR (widget)));
  if (GTK_IS_SCROLLABLE (widget))
    return g_hash_table_contains (late, gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (widget)))
           || g_hash_table_contains (late,
                                     gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget)));
  return FALSE;
}

/* From below: one that has asked already would stop what is asked for below it. */
static void
lay_out_all (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    lay_out_all (child);
  gtk_widget_queue_allocate (widget);
}

/* Returns: whether something in @widget, or itself, asked too late. All above it gives out its
 * places anew, itself keeps what it did. */
static gboolean
lay_out_late (GtkWidget *widget)
{
  gboolean below = FALSE;

  if (!gtk_widget_get_mapped (widget))
    return FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    below |= lay_out_late (child);

  if (GTK_IS_SCROLLBAR (widget) && is_late (widget))
    {
      lay_out_all (widget);
      return TRUE;
    }
  if (below)
    gtk_widget_queue_allocate (widget);

  return (below && !GTK_IS_NATIVE (widget)) || is_late (widget);
}

static void
before_paint_cb (GdkFrameClock *clock, Watch *watch)
{
  watch->n_times = 0;
  in_frame = TRUE;
}

/* After what moves from frame to frame, which is in time. */
static void
update_cb (GdkFrameClock *clock, Watch *watch)
{
  g_hash_table_remove_all (late);
}

static void
layout_cb (GdkFrameClock *clock, Watch *watch)
{
  if (g_hash_table_size (late) > 0 && watch->n_times++ < MAX_TIMES)
    lay_out_late (GTK_WIDGET (watch->window));
  g_hash_table_remove_all (late);
}

static void
after_paint_cb (GdkFrameClock *clock, Watch *watch)
{
  in_frame = FALSE;
}

static void
free_watch (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
realize_cb (GtkWindow *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  Watch *watch = g_new0 (Watch, 1);

  /* the clock goes with the surface of the window */
  watch->window = window;
  g_signal_connect_data (clock, "before-paint", G_CALLBACK (before_paint_cb), watch, free_watch, 0);
  g_signal_connect_after (clock, "update", G_CALLBACK (update_cb), watch);
  g_signal_connect_after (clock, "layout", G_CALLBACK (layout_cb), watch);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), watch);
}

static void
windows_changed_cb (GListModel *windows, guint position, guint n_removed, guint n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      g_signal_connect (window, "realize", G_CALLBACK (realize_cb), NULL);
    }
}

void
enclave_late_layout_watch (void)
{
  GTypeClass *type_class;

  g_return_if_fail (late == NULL);

  late = g_hash_table_new (NULL, NULL);
  type_class = g_type_class_ref (GTK_TYPE_ADJUSTMENT);
  g_signal_add_emission_hook (g_signal_lookup ("changed", GTK_TYPE_ADJUSTMENT), 0, adjustment_cb,
                              NULL, NULL);
  g_signal_add_emission_hook (g_signal_lookup ("value-changed", GTK_TYPE_ADJUSTMENT), 0,
                              adjustment_cb, NULL, NULL);
  g_type_class_unref (type_class);
  g_signal_connect (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (windows_changed_cb),
                    NULL);
}
