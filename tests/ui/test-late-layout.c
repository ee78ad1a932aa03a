/* test-late-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gtksourceview/gtksource.h>

#include "enclave-ghost-view.h"
#include "enclave-late-layout.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

/* What is between the label that changes its size and the view: it keeps its place, and only passes
 * on what its children ask for. GTK complains of what it can't draw, and G_DEBUG makes that the end
 * of the program. */
typedef struct
{
  GtkWidget *window;
  GtkWidget *label;
  GtkWidget *stack;
  GtkWidget *view;
  GtkTextBuffer *buffer;
  guint n_lines; /* of the next text */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer type)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *keeper = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 300);
  fixture->label = gtk_label_new ("0");
  fixture->stack = gtk_stack_new ();
  fixture->view = g_object_new (((GType (*) (void))type) (), NULL);
  fixture->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), fixture->view);
  gtk_stack_add_named (GTK_STACK (fixture->stack), gtk_label_new ("before"), "before");
  gtk_stack_add_named (GTK_STACK (fixture->stack), scroller, "view");
  gtk_widget_set_vexpand (keeper, TRUE);
  gtk_widget_set_vexpand (fixture->stack, TRUE);
  gtk_box_append (GTK_BOX (keeper), fixture->stack);
  gtk_box_append (GTK_BOX (box), fixture->label);
  gtk_box_append (GTK_BOX (box), keeper);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (200);
}

static void
tear_down (Fixture *fixture, gconstpointer type)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

/* The label makes the window give out all places anew, in one frame with what was asked for before.
 */
static void
change_label (Fixture *fixture)
{
  static guint round;
  g_autofree char *text = g_strnfill (++round % 7 + 1, '0');

  gtk_label_set_text (GTK_LABEL (fixture->label), text);
}

static void
test_shown (Fixture *fixture, gconstpointer type)
{
  gtk_text_buffer_set_text (fixture->buffer, "# Ringlog\n", -1);
  gtk_stack_set_visible_child_name (GTK_STACK (fixture->stack), "view");
  change_label (fixture);
  enclave_test_spin (200);
  g_assert_cmpint (gtk_widget_get_height (fixture->view), >, 100);
}

/* Between the turn in which the view would measure its lines in good time and the layout. */
static gboolean
tick_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint line = 0; line < fixture->n_lines; line++)
    g_string_append_printf (text, "line %u\n", line);
  gtk_text_buffer_set_text (fixture->buffer, text->str, -1);
  gtk_widget_queue_allocate (view);
  change_label (fixture);

  return G_SOURCE_REMOVE;
}

static void
change_lines (Fixture *fixture, guint few, guint many)
{
  gtk_stack_set_visible_child_name (GTK_STACK (fixture->stack), "view");
  enclave_test_spin (200);
  for (guint i = 0; i < 4; i++)
    {
      fixture->n_lines = i % 2 == 0 ? many : few;
      gtk_widget_add_tick_callback (fixture->view, tick_cb, fixture, NULL);
      enclave_test_spin (120);
    }
}

static void
test_few_lines (Fixture *fixture, gconstpointer type)
{
  change_lines (fixture, 1, 4);
}

static void
test_many_lines (Fixture *fixture, gconstpointer type)
{
  change_lines (fixture, 20, 140);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  gtk_source_init ();
  enclave_late_layout_watch ();

  g_test_add ("/late-layout/shown", Fixture, gtk_text_view_get_type, set_up, test_shown, tear_down);
  g_test_add ("/late-layout/shown-editor", Fixture, enclave_ghost_view_get_type, set_up, test_shown,
              tear_down);
  g_test_add ("/late-layout/few-lines", Fixture, enclave_ghost_view_get_type, set_up,
              test_few_lines, tear_down);
  g_test_add ("/late-layout/many-lines", Fixture, gtk_text_view_get_type, set_up, test_many_lines,
              tear_down);
  g_test_add ("/late-layout/many-lines-editor", Fixture, enclave_ghost_view_get_type, set_up,
              test_many_lines, tear_down);

  return g_test_run ();
}
