/* enclave-history-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-history-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-git-resources.h"
#include "enclave-git-words.h"
#include "enclave-style-sheet.h"
#include "enclave-utf8.h"

/* Of a file git goes through all of them each time: it gets more at once as one goes on. */
#define FIRST_PAGE 200
#define MAX_PAGE 3200
/* Rows before the end at which more are read. */
#define AHEAD 40
#define AUTHOR_CHARS 16
#define AGE_CHARS 13

struct _EnclaveHistoryPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *what;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  GtkBox *said_box;
  GtkSpinner *spinner;
  GtkLabel *said;
  GtkButton *stop; /* also: reads what was stopped */

  EnclaveGate *gate;
  char *path; /* (nullable) */
  GListStore *commits;
  guint first; /* of those that are not read yet */
  guint page;  /* how many are read at once */
  gboolean more;
  gboolean refreshing; /* what is being read takes the place of what is there */
  gboolean wants_more; /* the end of what is read has come into sight */
  gboolean stale;      /* there are other commits, and what is read or was read does not have them */
  guint more_source;
  gboolean wants_focus; /* once there are rows that can take it */
  gboolean stopped;     /* by the person */
  guint quarter;        /* of the commits, that was told last */
  GCancellable *loading; /* (nullable): of the newest reading, the only one that counts */
};

static guint show_signal;

G_DEFINE_FINAL_TYPE (EnclaveHistoryPage, enclave_history_page, GTK_TYPE_WIDGET)

static void
say (EnclaveHistoryPage *self, const char *text, gboolean busy)
{
  gtk_label_set_text (self->said, text != NULL ? text : "");
  /* what is said stands below the rows, and without any at their place */
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), g_list_model_get_n_items (G_LIST_MODEL (self->commits)) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->said_box), text != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), FALSE);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->said), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* Before anything of a history is shown for the first time, it is looked at which of its files may be: in a large one that takes long. */
static void
show_progress (EnclaveHistoryPage *self)
{
  g_autofree char *text = NULL;
  guint done, total;
  guint quarter;

  if (self->loading == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->commits)) > 0)
    return;
  switch (enclave_git_progress_get (enclave_gate_get_git_progress (self->gate), &done, &total))
    {
    case ENCLAVE_GIT_PROGRESS_COMMITS:
      /* Translators: for example "Reading the history: 12,000 of 203,353 commits" */
      text = g_strdup_printf (ngettext ("Reading the history: %'u of %'u commit",
                                        "Reading the history: %'u of %'u commits", total),
                              done, total);
      quarter = (guint) ((guint64) done * 4 / total);
      break;
    case ENCLAVE_GIT_PROGRESS_PREPARING:
      text = g_strdup (_("Reading the history: what may be seen is put together"));
      quarter = 5;
      break;
    case ENCLAVE_GIT_PROGRESS_NONE:
    default:
      return;
    }
  gtk_label_set_text (self->said, text);
  /* A screen reader that says all of them says nothing else. */
  if (quarter != self->quarter)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->said), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  self->quarter = quarter;
  gtk_button_set_label (self->stop, _("Stop"));
  gtk_widget_set_visible (GTK_WIDGET (self->stop), TRUE);
}

static void
stop_cb (EnclaveHistoryPage *self)
{
  if (self->stopped)
    {
      g_autofree char *path = g_strdup (self->path);

      enclave_history_page_show (self, path);
      return;
    }
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->stopped = TRUE;
  say (self, _("Stopped: the history has not been read"), FALSE);
  gtk_button_set_label (self->stop, _("Read it"));
  gtk_widget_set_visible (GTK_WIDGET (self->stop), TRUE);
}

static gboolean
is_same (EnclaveHistoryPage *self, GPtrArray *commits)
{
  g_autoptr (EnclaveGitCommit) shown = g_list_model_get_item (G_LIST_MODEL (self->commits), 0);

  return shown != NULL && commits->len > 0
         && strcmp (enclave_git_commit_get_hash (shown), enclave_git_commit_get_hash (g_ptr_array_index (commits, 0))) == 0;
}

static void
take (EnclaveHistoryPage *self, GPtrArray *commits, gboolean more)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->commits));

  if (self->refreshing && is_same (self, commits))
    return;
  if (self->refreshing)
    {
      self->first = 0;
      self->page = FIRST_PAGE;
      self->wants_more = FALSE;
    }
  g_list_store_splice (self->commits, self->refreshing ? 0 : n, self->refreshing ? n : 0, commits->pdata, commits->len);
  self->first += self->page;
  self->page = MIN (2 * self->page, MAX_PAGE);
  self->more = more;
}

/* Unless the person has gone elsewhere meanwhile. */
static void
give_focus (EnclaveHistoryPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (self->wants_focus && gtk_widget_get_mapped (GTK_WIDGET (self))
      && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self))
          || gtk_widget_is_ancestor (GTK_WIDGET (self), focus)))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  self->wants_focus = FALSE;
}

static void go_on (EnclaveHistoryPage *self);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveHistoryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;
  g_autoptr (GPtrArray) commits = enclave_git_log_load_finish (ENCLAVE_GATE (source), result, &more, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (commits == NULL)
    {
      g_autofree char *text = g_strdup_printf (_("The history can’t be shown: %s"), error->message);

      self->more = FALSE;
      self->refreshing = FALSE;
      say (self, text, FALSE);
      go_on (self);
      return;
    }
  take (self, commits, more);
  self->refreshing = FALSE;
  give_focus (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->commits)) > 0)
    say (self, NULL, FALSE);
  else
    say (self, self->path != NULL ? _("No commit has this file yet") : _("There is no commit yet"), FALSE);
  go_on (self);
}

static void
load (EnclaveHistoryPage *self, guint first, guint count)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  self->stopped = FALSE;
  enclave_git_log_load_async (self->gate, self->path, first, count, self->loading, loaded_cb, g_object_ref (self));
}

/* What was wanted while something else was being read. */
static void
go_on (EnclaveHistoryPage *self)
{
  if (self->loading != NULL)
    return;
  /* Whoever stopped it says when it goes on; and nobody sees it: what it would read now may be another one when it is seen */
  if (self->stale && !self->stopped && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = FALSE;
      self->refreshing = TRUE;
      load (self, 0, FIRST_PAGE);
    }
  else if (self->wants_more && self->more)
    {
      self->wants_more = FALSE;
      say (self, _("Reading more of the history"), TRUE);
      load (self, self->first, self->page);
    }
}

static gboolean
more_cb (gpointer user_data)
{
  EnclaveHistoryPage *self = user_data;

  self->more_source = 0;
  /* rows come into sight one by one: more is being read for the first of them already */
  if (self->loading == NULL || self->refreshing)
    self->wants_more = TRUE;
  go_on (self);

  return G_SOURCE_REMOVE;
}

static GtkWidget *
append_label (GtkWidget *box, gboolean quiet)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *author;
  GtkWidget *age;

  gtk_widget_set_hexpand (append_label (box, FALSE), TRUE);
  /* As wide in each row, so that the names stand below each other. */
  author = append_label (box, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (author), AUTHOR_CHARS);
  gtk_label_set_width_chars (GTK_LABEL (author), AUTHOR_CHARS);
  age = append_label (box, TRUE);
  gtk_label_set_width_chars (GTK_LABEL (age), AGE_CHARS);
  gtk_label_set_xalign (GTK_LABEL (age), 1);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_cb (EnclaveHistoryPage *self, GtkListItem *list_item)
{
  EnclaveGitCommit *commit = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *subject = gtk_widget_get_first_child (box);
  GtkWidget *author = gtk_widget_get_next_sibling (subject);
  GtkWidget *age = gtk_widget_get_next_sibling (author);
  g_autofree char *ago = enclave_git_words_dup_age (enclave_git_commit_get_time (commit), g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *date = enclave_git_words_dup_date (enclave_git_commit_get_time (commit));
  /* one that nobody could read has only its name */
  const char *title = *enclave_git_commit_get_subject (commit) != '\0' ? enclave_git_commit_get_subject (commit)
                                                                       : enclave_git_commit_get_hash (commit);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", title, enclave_git_commit_get_author (commit), ago);
  g_autofree char *tip = g_strdup_printf ("%.12s  %s\n%s", enclave_git_commit_get_hash (commit), date,
                                          enclave_git_commit_get_subject (commit));

  gtk_label_set_text (GTK_LABEL (subject), title);
  gtk_label_set_text (GTK_LABEL (author), enclave_git_commit_get_author (commit));
  gtk_label_set_text (GTK_LABEL (age), ago);
  gtk_widget_set_tooltip_text (box, tip);
  enclave_accessible_set_row_label (box, spoken);
  /* not from here: the list is being laid out */
  if (self->more && self->more_source == 0
      && gtk_list_item_get_position (list_item) + AHEAD >= g_list_model_get_n_items (G_LIST_MODEL (self->commits)))
    self->more_source = g_idle_add (more_cb, self);
}

static void
row_activated_cb (EnclaveHistoryPage *self, guint position)
{
  g_autoptr (EnclaveGitCommit) commit = g_list_model_get_item (G_LIST_MODEL (self->commits), position);

  if (commit != NULL)
    g_signal_emit (self, show_signal, 0, commit);
}

static gboolean
enclave_history_page_grab_focus (GtkWidget *widget)
{
  EnclaveHistoryPage *self = ENCLAVE_HISTORY_PAGE (widget);

  self->wants_focus = g_list_model_get_n_items (G_LIST_MODEL (self->commits)) == 0;

  return gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
enclave_history_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_history_page_parent_class)->map (widget);
  go_on (ENCLAVE_HISTORY_PAGE (widget));
}

static void
enclave_history_page_dispose (GObject *object)
{
  EnclaveHistoryPage *self = ENCLAVE_HISTORY_PAGE (object);

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_handle_id (&self->more_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_HISTORY_PAGE);
  g_clear_object (&self->gate);

  G_OBJECT_CLASS (enclave_history_page_parent_class)->dispose (object);
}

static void
enclave_history_page_finalize (GObject *object)
{
  g_clear_object (&ENCLAVE_HISTORY_PAGE (object)->commits);
  g_free (ENCLAVE_HISTORY_PAGE (object)->path);

  G_OBJECT_CLASS (enclave_history_page_parent_class)->finalize (object);
}

static void
enclave_history_page_class_init (EnclaveHistoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_history_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_history_page_finalize;
  widget_class->grab_focus = enclave_history_page_grab_focus;
  widget_class->map = enclave_history_page_map;

  show_signal = g_signal_new ("show-commit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                              ENCLAVE_TYPE_GIT_COMMIT);

  enclave_git_get_resource ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/git/enclave-history-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, what);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, said_box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, said);
  gtk_widget_class_bind_template_child (widget_class, EnclaveHistoryPage, stop);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
enclave_history_page_init (EnclaveHistoryPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;

  enclave_style_sheet_add ("/dev/enclave/Enclave/git/enclave-git.css");
  gtk_widget_init_template (GTK_WIDGET (self));
  self->commits = g_list_store_new (ENCLAVE_TYPE_GIT_COMMIT);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->commits))));
  gtk_list_view_set_model (self->view, selection);
  enclave_accessible_mend (GTK_WIDGET (self));
}

GtkWidget *
enclave_history_page_new (EnclaveGate *gate)
{
  EnclaveHistoryPage *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_HISTORY_PAGE, NULL);
  self->gate = g_object_ref (gate);
  g_signal_connect_object (enclave_gate_get_git_progress (gate), "changed", G_CALLBACK (show_progress), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

void
enclave_history_page_show (EnclaveHistoryPage *self, const char *path)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (ENCLAVE_IS_HISTORY_PAGE (self));

  shown = path != NULL ? enclave_utf8_display_name (path) : NULL;
  g_free (self->path);
  self->path = g_strdup (path);
  gtk_label_set_text (self->what, shown != NULL ? shown : _("All files"));
  g_list_store_remove_all (self->commits);
  self->first = 0;
  self->page = FIRST_PAGE;
  self->more = FALSE;
  self->refreshing = FALSE;
  self->wants_more = FALSE;
  self->stale = FALSE;
  self->quarter = 0;
  say (self, _("Reading the history"), TRUE);
  load (self, 0, self->page);
  show_progress (self);
}

void
enclave_history_page_refresh (EnclaveHistoryPage *self)
{
  g_return_if_fail (ENCLAVE_IS_HISTORY_PAGE (self));

  self->stale = TRUE;
  go_on (self);
}

