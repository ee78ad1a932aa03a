/* enclave-text-search-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-finding-resources.h"
#include "enclave-search-item.h"
#include "enclave-search-replace.h"
#include "enclave-search-results.h"
#include "enclave-search-row.h"
#include "enclave-search-switches.h"
#include "enclave-style-sheet.h"
#include "enclave-text-search-page.h"

/* While a person still types a pattern for names. */
#define GLOBS_DELAY_MS 300
/* A search that has found something by then, as most have, needs not say that it goes on. */
#define SEARCHING_DELAY_MS 100
/* What was found is shown again after so many times of what it took: a long list is merged anew, and keys are answered meanwhile. */
#define SHOW_SHARE 4

struct _EnclaveTextSearchPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkSearchEntry *entry;
  GtkToggleButton *match_case;
  GtkToggleButton *whole_words;
  GtkToggleButton *regex;
  GtkToggleButton *with_ignored;
  GtkEntry *replacement;
  GtkButton *replace;
  GtkEntry *include;
  GtkEntry *exclude;
  GtkLabel *status;
  GtkListView *view;

  EnclaveGate *gate;
  EnclaveBufferOverlay *overlay;
  EnclaveChangeSet *changes;
  GListStore *files; /* of EnclaveSearchItem, in the order of paths */
  GtkTreeListModel *rows;
  GtkSingleSelection *selection;
  EnclaveTextPattern *pattern; /* (nullable): of the search that runs, or of the last one */
  EnclaveTextSearch *search;   /* (nullable) */
  GCancellable *cancellable;   /* (nullable): while replacements are made ready */
  char *words;                 /* (nullable): that the search looks for */
  GPtrArray *arrived;          /* of EnclaveSearchItem: found, and not in files yet */
  guint arrived_source;
  guint searching_source;
  gint64 show_us;              /* what it took to show what had arrived, the last time */
  guint globs_source;
  gboolean is_opened;          /* the line that is selected */
  gboolean follows;            /* what is shown was to be replaced: it is looked for again when files are written or taken back */
};

enum
{
  OPEN_PLACE,
  REVIEW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTextSearchPage, enclave_text_search_page, GTK_TYPE_WIDGET)

static void
set_status (EnclaveTextSearchPage *self, const char *text)
{
  gtk_label_set_text (self->status, text);
}

static void
show_counts (EnclaveTextSearchPage *self)
{
  guint n_lines = enclave_text_search_get_n_lines (self->search);
  guint n_files = g_list_model_get_n_items (G_LIST_MODEL (self->files)) + self->arrived->len;
  gboolean running = enclave_text_search_get_running (self->search);
  g_autofree char *lines = g_strdup_printf (g_dngettext (NULL, "%u line", "%u lines", n_lines), n_lines);
  /* Translators: a part of “3 lines in 2 files”. */
  g_autofree char *files = g_strdup_printf (g_dngettext (NULL, "in %u file", "in %u files", n_files), n_files);
  g_autofree char *text = NULL;

  if (!running && enclave_text_search_get_problem (self->search) != NULL)
    /* Translators: what was found, such as “3 lines” “in 2 files”, then what the system says, such as “Too many open files”. */
    text = g_strdup_printf (_("%1$s %2$s; not all files could be searched: %3$s. Close what you don’t need and search again."), lines,
                            files, enclave_text_search_get_problem (self->search));
  else if (n_lines == 0)
    text = g_strdup (running ? _("Searching") : _("Nothing found"));
  else if (enclave_text_search_get_is_full (self->search))
    /* Translators: %1$s is “20000 lines”, %2$s “in 12 files”. */
    text = g_strdup_printf (_("%1$s %2$s; there is more, which is not shown"), lines, files);
  else
    text = g_strdup_printf ("%s %s", lines, files);
  set_status (self, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace), n_files > 0 && !running && self->cancellable == NULL);
}

static void
painted_cb (GdkFrameClock *clock, EnclaveTextSearchPage *self)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  if (self->search != NULL)
    enclave_text_search_go_on (self->search);
}

/* The search waits until its first finds are on the screen. */
static void
wait_for_paint (EnclaveTextSearchPage *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (clock == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      enclave_text_search_go_on (self->search);
      return;
    }
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted_cb), self, 0);
}

static void
show_arrived (EnclaveTextSearchPage *self)
{
  gint64 start = g_get_monotonic_time ();

  gboolean at_top = gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view))) <= 0;

  g_clear_handle_id (&self->arrived_source, g_source_remove);
  g_clear_handle_id (&self->searching_source, g_source_remove);
  if (self->arrived->len > 0)
    {
      enclave_search_results_add (self->files, self->rows, self->selection, self->arrived);
      g_ptr_array_set_size (self->arrived, 0);
      /* the view would stay with the row that was there first, wherever it has got to */
      if (at_top && gtk_single_selection_get_selected (self->selection) == 0)
        gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
      wait_for_paint (self);
    }
  show_counts (self);
  self->show_us = g_get_monotonic_time () - start;
}

static gboolean
arrived_cb (gpointer user_data)
{
  EnclaveTextSearchPage *self = user_data;

  self->arrived_source = 0;
  show_arrived (self);

  return G_SOURCE_REMOVE;
}

static gboolean
searching_cb (gpointer user_data)
{
  EnclaveTextSearchPage *self = user_data;

  self->searching_source = 0;
  show_counts (self);

  return G_SOURCE_REMOVE;
}

static void
found_cb (EnclaveTextSearchPage *self, GPtrArray *found)
{
  /* the page takes them: nobody else wants them */
  while (found->len > 0)
    g_ptr_array_add (self->arrived, enclave_search_item_new (g_ptr_array_steal_index (found, found->len - 1)));
  if (g_list_model_get_n_items (G_LIST_MODEL (self->files)) == 0)
    show_arrived (self);
  else if (self->arrived_source == 0)
    self->arrived_source = g_timeout_add ((guint) (self->show_us * SHOW_SHARE / 1000), arrived_cb, self);
}

static void
ended_cb (EnclaveTextSearchPage *self)
{
  show_arrived (self);
}

static void
drop_search (EnclaveTextSearchPage *self)
{
  if (self->search != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->search, self);
      enclave_text_search_stop (self->search);
    }
  g_clear_object (&self->search);
  g_clear_pointer (&self->pattern, enclave_text_pattern_unref);
  g_clear_pointer (&self->words, g_free);
  g_clear_handle_id (&self->arrived_source, g_source_remove);
  g_clear_handle_id (&self->searching_source, g_source_remove);
  g_ptr_array_set_size (self->arrived, 0);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->globs_source, g_source_remove);
}

static GHashTable *
copy_unsaved (EnclaveTextSearchPage *self)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) paths = enclave_buffer_overlay_dup_paths (self->overlay);

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      char *text = enclave_buffer_overlay_dup_text (self->overlay, paths[i]);

      if (text != NULL)
        g_hash_table_insert (texts, g_strdup (paths[i]), text);
    }

  return texts;
}

static EnclaveTextPatternFlags
get_flags (EnclaveTextSearchPage *self)
{
  EnclaveTextPatternFlags flags = ENCLAVE_TEXT_PATTERN_DEFAULT;

  if (gtk_toggle_button_get_active (self->match_case))
    flags |= ENCLAVE_TEXT_PATTERN_MATCH_CASE;
  if (gtk_toggle_button_get_active (self->whole_words))
    flags |= ENCLAVE_TEXT_PATTERN_WHOLE_WORDS;
  if (gtk_toggle_button_get_active (self->regex))
    flags |= ENCLAVE_TEXT_PATTERN_REGEX;

  return flags;
}

static void
search (EnclaveTextSearchPage *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GHashTable) texts = NULL;
  g_autoptr (GError) error = NULL;

  drop_search (self);
  self->follows = FALSE;
  self->is_opened = FALSE;
  g_list_store_remove_all (self->files);
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace), FALSE);
  set_status (self, "");
  if (*words == '\0')
    return;
  self->pattern = enclave_text_pattern_new (words, get_flags (self), &error);
  if (self->pattern != NULL)
    {
      texts = copy_unsaved (self);
      self->search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = enclave_gate_get_root (self->gate),
                                                                           .pattern = self->pattern,
                                                                           .include = gtk_editable_get_text (GTK_EDITABLE (self->include)),
                                                                           .exclude = gtk_editable_get_text (GTK_EDITABLE (self->exclude)),
                                                                           .with_ignored = gtk_toggle_button_get_active (self->with_ignored),
                                                                           .holds = TRUE,
                                                                           .texts = texts },
                                              &error);
    }
  if (self->search == NULL)
    {
      set_status (self, error->message);
      return;
    }
  self->words = g_strdup (words);
  g_signal_connect_swapped (self->search, "found", G_CALLBACK (found_cb), self);
  g_signal_connect_swapped (self->search, "ended", G_CALLBACK (ended_cb), self);
  self->searching_source = g_timeout_add (SEARCHING_DELAY_MS, searching_cb, self);
}

static void
search_cb (EnclaveTextSearchPage *self)
{
  search (self);
}

/* The entry tells a while after the last key; Return may have been pressed before. */
static void
words_settled_cb (EnclaveTextSearchPage *self)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->entry)), self->words) != 0)
    search (self);
}

static gboolean
globs_settled_cb (gpointer user_data)
{
  EnclaveTextSearchPage *self = user_data;

  self->globs_source = 0;
  search (self);

  return G_SOURCE_REMOVE;
}

static void
globs_cb (EnclaveTextSearchPage *self)
{
  g_clear_handle_id (&self->globs_source, g_source_remove);
  self->globs_source = g_timeout_add (GLOBS_DELAY_MS, globs_settled_cb, self);
}

/* The view would give the focus to the row that was there first, wherever it has got to. */
static void
focus_selected (EnclaveTextSearchPage *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->view)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *expander = gtk_widget_get_first_child (child);
      GtkTreeListRow *row = GTK_IS_TREE_EXPANDER (expander) ? gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (expander)) : NULL;

      if (row != NULL && gtk_tree_list_row_get_position (row) == selected && gtk_widget_grab_focus (child))
        return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Looks anew; with results there the list gets the focus. */
static void
entry_activate_cb (EnclaveTextSearchPage *self)
{
  if (self->globs_source == 0 && g_list_model_get_n_items (G_LIST_MODEL (self->files)) > 0)
    focus_selected (self);
  else
    search (self);
}

static void
row_activated_cb (EnclaveTextSearchPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);
  g_autoptr (EnclaveSearchItem) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
  const EnclaveTextHit *hit = item != NULL ? enclave_search_item_get_hit (item) : NULL;

  if (hit != NULL)
    {
      self->is_opened = TRUE;
      g_signal_emit (self, signals[OPEN_PLACE], 0, enclave_search_item_get_path (item), hit->line, hit->column);
    }
  else if (row != NULL)
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveTextSearchPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReplaceResult) replaced = enclave_search_replace_finish (ENCLAVE_CHANGE_SET (source), result, &error);
  g_autofree char *left = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace), TRUE);
  if (replaced == NULL)
    {
      set_status (self, error->message);
      return;
    }
  if (replaced->left->len > 0)
    {
      guint n = replaced->left->len;

      /* Translators: %2$s is the name of the first of the files. */
      left = g_strdup_printf (g_dngettext (NULL, "%1$u file was left as it is, being denied, changed or no UTF-8 text: %2$s",
                                           "%1$u files were left as they are, being denied, changed or no UTF-8 text: %2$s …", n),
                              n, (const char *) g_ptr_array_index (replaced->left, 0));
      set_status (self, left);
    }
  self->follows = replaced->n_files > 0;
  if (self->follows)
    g_signal_emit (self, signals[REVIEW], 0);
  else if (left == NULL)
    set_status (self, _("Nothing to replace"));
}

static void
history_cb (EnclaveTextSearchPage *self)
{
  if (!self->follows)
    return;
  search (self);
  self->follows = TRUE;
}

static void
replace_cb (EnclaveTextSearchPage *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->replace)) || self->pattern == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->files)); i++)
    {
      g_autoptr (EnclaveSearchItem) item = g_list_model_get_item (G_LIST_MODEL (self->files), i);

      g_ptr_array_add (paths, g_strdup (enclave_search_item_get_path (item)));
    }
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace), FALSE);
  enclave_search_replace_async (self->changes, self->overlay, paths, self->pattern,
                                gtk_editable_get_text (GTK_EDITABLE (self->replacement)), self->cancellable, replaced_cb,
                                g_object_ref (self));
}

static GListModel *
create_lines (gpointer item, gpointer user_data)
{
  return enclave_search_item_dup_lines (item);
}

static gboolean
enclave_text_search_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENCLAVE_TEXT_SEARCH_PAGE (widget)->entry));
}

static void
enclave_text_search_page_dispose (GObject *object)
{
  EnclaveTextSearchPage *self = ENCLAVE_TEXT_SEARCH_PAGE (object);

  drop_search (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_TEXT_SEARCH_PAGE);
  g_clear_object (&self->gate);
  g_clear_object (&self->overlay);
  g_clear_object (&self->changes);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (enclave_text_search_page_parent_class)->dispose (object);
}

static void
enclave_text_search_page_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_TEXT_SEARCH_PAGE (object)->arrived);

  G_OBJECT_CLASS (enclave_text_search_page_parent_class)->finalize (object);
}

static void
enclave_text_search_page_class_init (EnclaveTextSearchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_text_search_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_text_search_page_finalize;
  widget_class->grab_focus = enclave_text_search_page_grab_focus;

  signals[OPEN_PLACE] = g_signal_new ("open-place", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                      G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
  signals[REVIEW] = g_signal_new ("review", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  enclave_finding_get_resource ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/finding/enclave-text-search-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, match_case);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, whole_words);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, regex);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, with_ignored);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, replacement);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, replace);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, include);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, exclude);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, status);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTextSearchPage, view);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, words_settled_cb);
  gtk_widget_class_bind_template_callback (widget_class, globs_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, replace_cb);
}

static void
enclave_text_search_page_init (EnclaveTextSearchPage *self)
{
  enclave_style_sheet_add ("/dev/enclave/Enclave/finding/enclave-finding.css");
  gtk_widget_init_template (GTK_WIDGET (self));
  self->arrived = g_ptr_array_new_with_free_func (g_object_unref);
  enclave_search_switches_add (GTK_WIDGET (self), "search.match-case", self->match_case);
  enclave_search_switches_add (GTK_WIDGET (self), "search.whole-words", self->whole_words);
  enclave_search_switches_add (GTK_WIDGET (self), "search.regex", self->regex);
  enclave_search_switches_add (GTK_WIDGET (self), "search.with-ignored", self->with_ignored);
  self->files = g_list_store_new (ENCLAVE_TYPE_SEARCH_ITEM);
  self->rows = gtk_tree_list_model_new (G_LIST_MODEL (self->files), FALSE, TRUE, create_lines, NULL, NULL);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->rows));
}

GtkWidget *
enclave_text_search_page_new (EnclaveGate *gate, EnclaveBufferOverlay *overlay, EnclaveChangeSet *changes)
{
  EnclaveTextSearchPage *self;
  g_autoptr (GtkListItemFactory) factory = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_TEXT_SEARCH_PAGE, NULL);
  self->gate = g_object_ref (gate);
  self->overlay = g_object_ref (overlay);
  self->changes = g_object_ref (changes);
  g_signal_connect_object (changes, "history-changed", G_CALLBACK (history_cb), self, G_CONNECT_SWAPPED);
  factory = enclave_search_row_factory_new (gate);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  enclave_accessible_mend (GTK_WIDGET (self));

  return GTK_WIDGET (self);
}

void
enclave_text_search_page_present (EnclaveTextSearchPage *self, const char *words)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_SEARCH_PAGE (self));

  if (words != NULL && *words != '\0' && strpbrk (words, "\r\n") == NULL)
    {
      gtk_toggle_button_set_active (self->regex, FALSE);
      gtk_editable_set_text (GTK_EDITABLE (self->entry), words);
      search (self);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

/* The row after @from, or before it, round at the ends; a file that is closed is opened on the way. */
static guint
get_neighbour (EnclaveTextSearchPage *self, guint from, gboolean forward)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  guint to = (from + (forward ? 1 : n - 1)) % n;
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), to);

  gtk_tree_list_row_set_expanded (row, TRUE);

  return forward ? to : to + g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - n;
}

static gboolean
is_line (EnclaveTextSearchPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  return gtk_tree_list_row_get_depth (row) > 0;
}

gboolean
enclave_text_search_page_step (EnclaveTextSearchPage *self, gboolean forward)
{
  guint n_files;
  guint selected;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_SEARCH_PAGE (self), FALSE);

  n_files = g_list_model_get_n_items (G_LIST_MODEL (self->files));
  if (n_files == 0)
    return FALSE;
  selected = gtk_single_selection_get_selected (self->selection);
  if (selected >= g_list_model_get_n_items (G_LIST_MODEL (self->rows)))
    selected = 0;
  if (!forward || self->is_opened || !is_line (self, selected))
    selected = get_neighbour (self, selected, forward);
  for (guint i = 0; i < n_files && !is_line (self, selected); i++)
    selected = get_neighbour (self, selected, forward);

  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", selected);
  row_activated_cb (self, selected);

  return TRUE;
}
