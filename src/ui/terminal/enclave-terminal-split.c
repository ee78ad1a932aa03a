/* enclave-terminal-split.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-place.h"
#include "enclave-terminal-split.h"

#define ACTIVE_CLASS "enclave-terminal-active"
#define DIVIDED_CLASS "enclave-terminal-divided"
/* What one can work in. */
#define LEAST_COLUMNS 24
#define LEAST_ROWS 3
#define GROW_STEP 24
#define PART_KEY "enclave-terminal-part"
#define WHOLE 1000

struct _EnclaveTerminalSplit
{
  GtkWidget parent_instance;

  GtkWidget *root;
  EnclaveTerminalTab *active; /* not owned: a child */
  gboolean cramped;
  guint cramped_source;
};

enum
{
  ACTIVE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTerminalSplit, enclave_terminal_split, GTK_TYPE_WIDGET)

static void
collect (GtkWidget *widget, GPtrArray *tabs)
{
  if (ENCLAVE_IS_TERMINAL_TAB (widget))
    g_ptr_array_add (tabs, widget);
  else if (GTK_IS_PANED (widget))
    {
      collect (gtk_paned_get_start_child (GTK_PANED (widget)), tabs);
      collect (gtk_paned_get_end_child (GTK_PANED (widget)), tabs);
    }
}

GPtrArray *
enclave_terminal_split_list (EnclaveTerminalSplit *self)
{
  GPtrArray *tabs = g_ptr_array_new ();

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), tabs);

  collect (self->root, tabs);
  return tabs;
}

guint
enclave_terminal_split_get_n_tabs (EnclaveTerminalSplit *self)
{
  g_autoptr (GPtrArray) tabs = NULL;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), 0);

  tabs = enclave_terminal_split_list (self);
  return tabs->len;
}

/* Returns: whether any terminal at or below @widget is shown. */
static gboolean
show (EnclaveTerminalSplit *self, GtkWidget *widget)
{
  gboolean shown = !self->cramped || widget == GTK_WIDGET (self->active);

  if (GTK_IS_PANED (widget))
    {
      gboolean first = show (self, gtk_paned_get_start_child (GTK_PANED (widget)));
      gboolean second = show (self, gtk_paned_get_end_child (GTK_PANED (widget)));

      shown = first || second;
    }
  gtk_widget_set_visible (widget, shown);
  return shown;
}

/* The frame, the names and what is shown follow the active one. */
static void
refresh (EnclaveTerminalSplit *self)
{
  g_autoptr (GPtrArray) tabs = enclave_terminal_split_list (self);

  show (self, self->root);
  for (guint i = 0; i < tabs->len; i++)
    {
      GtkWidget *tab = g_ptr_array_index (tabs, i);
      g_autofree char *name = tabs->len > 1 ? g_strdup_printf (_ ("Terminal %u of %u"), i + 1, tabs->len) : g_strdup (_ ("Terminal"));

      gtk_accessible_update_property (GTK_ACCESSIBLE (tab), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      enclave_terminal_tab_set_divided (ENCLAVE_TERMINAL_TAB (tab), tabs->len > 1);
      if (tabs->len > 1)
        gtk_widget_add_css_class (tab, DIVIDED_CLASS);
      else
        gtk_widget_remove_css_class (tab, DIVIDED_CLASS);
      if (tab == GTK_WIDGET (self->active))
        gtk_widget_add_css_class (tab, ACTIVE_CLASS);
      else
        gtk_widget_remove_css_class (tab, ACTIVE_CLASS);
    }
}

static void
set_active (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab)
{
  self->active = tab;
  refresh (self);
  g_signal_emit (self, signals[ACTIVE_CHANGED], 0);
}

static void
focus_enter_cb (GtkEventController *controller, EnclaveTerminalSplit *self)
{
  EnclaveTerminalTab *tab = ENCLAVE_TERMINAL_TAB (gtk_event_controller_get_widget (controller));

  if (self->root != NULL && tab != self->active && enclave_terminal_split_of (tab) == self)
    set_active (self, tab);
}

static void
watch (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab)
{
  GtkEventController *controller = gtk_event_controller_focus_new ();

  g_signal_connect_object (controller, "enter", G_CALLBACK (focus_enter_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (tab), controller);
  g_object_set_data (G_OBJECT (tab), "enclave-focus", controller);
}

static void
unwatch (EnclaveTerminalTab *tab)
{
  gtk_widget_remove_controller (GTK_WIDGET (tab), g_object_steal_data (G_OBJECT (tab), "enclave-focus"));
}

/* What a person needs to see all of @widget. */
static int
get_least (GtkWidget *widget, GtkOrientation orientation)
{
  int first;
  int second;

  if (!GTK_IS_PANED (widget))
    return enclave_terminal_tab_get_least (ENCLAVE_TERMINAL_TAB (widget), orientation, LEAST_COLUMNS, LEAST_ROWS);

  first = get_least (gtk_paned_get_start_child (GTK_PANED (widget)), orientation);
  second = get_least (gtk_paned_get_end_child (GTK_PANED (widget)), orientation);
  return gtk_orientable_get_orientation (GTK_ORIENTABLE (widget)) == orientation ? first + second + 1 : MAX (first, second);
}

static gboolean
cramped_cb (gpointer user_data)
{
  EnclaveTerminalSplit *self = user_data;

  self->cramped_source = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static GtkSizeRequestMode
enclave_terminal_split_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
enclave_terminal_split_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                int *minimum_baseline, int *natural_baseline)
{
  EnclaveTerminalSplit *self = ENCLAVE_TERMINAL_SPLIT (widget);

  /* the others make room: a tab with four needs no more than a tab with one */
  gtk_widget_measure (GTK_WIDGET (self->active), orientation, GTK_IS_PANED (self->root) ? -1 : for_size, minimum, natural, NULL, NULL);
}

static void
enclave_terminal_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveTerminalSplit *self = ENCLAVE_TERMINAL_SPLIT (widget);
  gboolean cramped = GTK_IS_PANED (self->root)
                     && (width < get_least (self->root, GTK_ORIENTATION_HORIZONTAL)
                         || height < get_least (self->root, GTK_ORIENTATION_VERTICAL));
  int least_width;
  int least_height;

  gtk_widget_measure (self->root, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL, NULL);
  gtk_widget_measure (self->root, GTK_ORIENTATION_VERTICAL, MAX (width, least_width), &least_height, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->root, &(GtkAllocation){ 0, 0, MAX (width, least_width), MAX (height, least_height) }, -1);
  if (cramped == self->cramped)
    return;

  /* what is shown can't change while places are given */
  self->cramped = cramped;
  if (self->cramped_source == 0)
    self->cramped_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, cramped_cb, self, NULL);
}

static void
enclave_terminal_split_dispose (GObject *object)
{
  EnclaveTerminalSplit *self = ENCLAVE_TERMINAL_SPLIT (object);

  g_clear_handle_id (&self->cramped_source, g_source_remove);
  self->active = NULL;
  g_clear_pointer (&self->root, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_terminal_split_parent_class)->dispose (object);
}

static void
enclave_terminal_split_class_init (EnclaveTerminalSplitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_terminal_split_dispose;
  widget_class->get_request_mode = enclave_terminal_split_get_request_mode;
  widget_class->measure = enclave_terminal_split_measure;
  widget_class->size_allocate = enclave_terminal_split_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "terminalsplit");

  signals[ACTIVE_CHANGED] = g_signal_new ("active-changed", ENCLAVE_TYPE_TERMINAL_SPLIT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
enclave_terminal_split_init (EnclaveTerminalSplit *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
enclave_terminal_split_new (EnclaveTerminalTab *first)
{
  EnclaveTerminalSplit *self = g_object_new (ENCLAVE_TYPE_TERMINAL_SPLIT, NULL);

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (first), GTK_WIDGET (self));

  self->root = GTK_WIDGET (first);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  watch (self, first);
  self->active = first;
  refresh (self);
  return GTK_WIDGET (self);
}

EnclaveTerminalSplit *
enclave_terminal_split_of (EnclaveTerminalTab *tab)
{
  GtkWidget *split;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab), NULL);

  split = gtk_widget_get_ancestor (GTK_WIDGET (tab), ENCLAVE_TYPE_TERMINAL_SPLIT);
  return split != NULL ? ENCLAVE_TERMINAL_SPLIT (split) : NULL;
}

EnclaveTerminalTab *
enclave_terminal_split_get_active (EnclaveTerminalSplit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), NULL);

  return self->active;
}

void
enclave_terminal_split_set_active (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self));
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab) && enclave_terminal_split_of (tab) == self);

  if (tab != self->active)
    set_active (self, tab);
}

gboolean
enclave_terminal_split_has_room (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, GtkOrientation orientation)
{
  int size;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), FALSE);
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab), FALSE);

  size = orientation == GTK_ORIENTATION_HORIZONTAL ? gtk_widget_get_width (GTK_WIDGET (tab)) : gtk_widget_get_height (GTK_WIDGET (tab));
  /* not drawn yet: it shows later */
  return !self->cramped && (size == 0 || size >= 2 * get_least (GTK_WIDGET (tab), orientation) + 1);
}

/* @old has no parent afterwards: the caller holds it. */
static void
replace (EnclaveTerminalSplit *self, GtkWidget *old, GtkWidget *new)
{
  GtkWidget *parent = gtk_widget_get_parent (old);

  if (old == self->root)
    {
      gtk_widget_unparent (old);
      self->root = new;
      gtk_widget_set_parent (new, GTK_WIDGET (self));
    }
  else if (gtk_paned_get_start_child (GTK_PANED (parent)) == old)
    gtk_paned_set_start_child (GTK_PANED (parent), new);
  else
    gtk_paned_set_end_child (GTK_PANED (parent), new);
}

static gboolean
place_edge_cb (gpointer user_data)
{
  GtkPaned *paned = user_data;
  guint part = GPOINTER_TO_UINT (g_object_steal_data (G_OBJECT (paned), PART_KEY));
  int max = 0;

  g_object_get (paned, "max-position", &max, NULL);
  if (part > 0 && max > 0)
    gtk_paned_set_position (paned, (int) ((gint64) max * part / WHOLE));
  return G_SOURCE_REMOVE;
}

static void
first_size_cb (GtkPaned *paned, GParamSpec *pspec, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (paned, first_size_cb, user_data);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_edge_cb, g_object_ref (paned), g_object_unref);
}

void
enclave_terminal_split_add (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, EnclaveTerminalTab *added,
                            GtkOrientation orientation)
{
  g_autoptr (GtkWidget) held = NULL;
  GtkWidget *paned;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self));
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab) && enclave_terminal_split_of (tab) == self);
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (added));

  held = GTK_WIDGET (g_object_ref (tab));
  paned = gtk_paned_new (orientation);
  g_object_set_data (G_OBJECT (paned), PART_KEY, GUINT_TO_POINTER (WHOLE / 2));
  g_signal_connect (paned, "notify::max-position", G_CALLBACK (first_size_cb), NULL);
  replace (self, held, paned);
  gtk_paned_set_start_child (GTK_PANED (paned), held);
  gtk_paned_set_end_child (GTK_PANED (paned), GTK_WIDGET (added));
  watch (self, added);
  set_active (self, added);
}

/* A button that had the focus and has gone leaves those above it with a child that had it. GtkPaned looks for the focus below itself when
 * that one goes, and complains where it does not find it. */
static void
forget_focus (GtkWidget *paned)
{
  GtkRoot *root = gtk_widget_get_root (paned);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (gtk_widget_get_focus_child (paned) != NULL && focus != NULL && !gtk_widget_is_ancestor (focus, paned))
    GTK_WIDGET_CLASS (g_type_class_peek (GTK_TYPE_WIDGET))->set_focus_child (paned, NULL);
}

void
enclave_terminal_split_remove (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab)
{
  g_autoptr (GtkWidget) paned = NULL;
  g_autoptr (GtkWidget) held = NULL;
  g_autoptr (GPtrArray) left = NULL;
  gboolean was_first;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self));
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab) && enclave_terminal_split_of (tab) == self);
  g_return_if_fail (GTK_WIDGET (tab) != self->root);

  paned = g_object_ref (gtk_widget_get_parent (GTK_WIDGET (tab)));
  was_first = gtk_paned_get_start_child (GTK_PANED (paned)) == GTK_WIDGET (tab);
  held = g_object_ref (was_first ? gtk_paned_get_end_child (GTK_PANED (paned)) : gtk_paned_get_start_child (GTK_PANED (paned)));
  unwatch (tab);
  forget_focus (paned);
  gtk_paned_set_start_child (GTK_PANED (paned), NULL);
  gtk_paned_set_end_child (GTK_PANED (paned), NULL);
  replace (self, paned, held);

  left = g_ptr_array_new ();
  collect (held, left);
  if (self->active == tab)
    self->active = g_ptr_array_index (left, was_first ? 0 : left->len - 1);
  set_active (self, self->active);
}

gboolean
enclave_terminal_split_move (EnclaveTerminalSplit *self, GtkDirectionType direction)
{
  g_autoptr (GPtrArray) tabs = NULL;
  gpointer found;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), FALSE);

  tabs = enclave_terminal_split_list (self);
  if (self->cramped)
    {
      /* one is shown: they stand in a row */
      guint at = 0;
      gboolean back = direction == GTK_DIR_LEFT || direction == GTK_DIR_UP;

      if (!g_ptr_array_find (tabs, self->active, &at) || (back ? at == 0 : at + 1 >= tabs->len))
        return FALSE;
      found = g_ptr_array_index (tabs, back ? at - 1 : at + 1);
    }
  else
    found = enclave_terminal_place_find (tabs, GTK_WIDGET (self->active), GTK_WIDGET (self), direction);
  if (found == NULL)
    return FALSE;

  set_active (self, found);
  return TRUE;
}

gboolean
enclave_terminal_split_grow (EnclaveTerminalSplit *self, gboolean larger)
{
  GtkWidget *parent;
  gboolean first;
  int position;
  int max = 0;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), FALSE);

  parent = gtk_widget_get_parent (GTK_WIDGET (self->active));
  if (self->cramped || !GTK_IS_PANED (parent))
    return FALSE;

  first = gtk_paned_get_start_child (GTK_PANED (parent)) == GTK_WIDGET (self->active);
  position = gtk_paned_get_position (GTK_PANED (parent)) + (first == larger ? GROW_STEP : -GROW_STEP);
  g_object_get (parent, "max-position", &max, NULL);
  gtk_paned_set_position (GTK_PANED (parent), CLAMP (position, GROW_STEP, MAX (max - GROW_STEP, GROW_STEP)));
  return TRUE;
}

GtkWidget *
enclave_terminal_split_get_root (EnclaveTerminalSplit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), NULL);

  return self->root;
}

gboolean
enclave_terminal_split_look (EnclaveTerminalSplit *self, GtkWidget *widget, GtkWidget **first, GtkWidget **second,
                             GtkOrientation *orientation, guint *part)
{
  guint waiting;
  int max = 0;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self), FALSE);

  if (widget == NULL)
    widget = self->root;
  if (!GTK_IS_PANED (widget))
    return FALSE;

  *first = gtk_paned_get_start_child (GTK_PANED (widget));
  *second = gtk_paned_get_end_child (GTK_PANED (widget));
  *orientation = gtk_orientable_get_orientation (GTK_ORIENTABLE (widget));
  waiting = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), PART_KEY));
  g_object_get (widget, "max-position", &max, NULL);
  if (waiting > 0 || max <= 0 || max == G_MAXINT)
    *part = waiting > 0 ? waiting : WHOLE / 2;
  else
    *part = (guint) CLAMP ((gint64) gtk_paned_get_position (GTK_PANED (widget)) * WHOLE / max, 1, WHOLE - 1);
  return TRUE;
}

void
enclave_terminal_split_set_part (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, guint part)
{
  GtkWidget *parent;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_SPLIT (self));
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (tab));

  parent = gtk_widget_get_parent (GTK_WIDGET (tab));
  if (GTK_IS_PANED (parent) && part > 0 && part < WHOLE)
    g_object_set_data (G_OBJECT (parent), PART_KEY, GUINT_TO_POINTER (part));
}
