/* enclave-branch-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-branch-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-branch-item.h"
#include "enclave-finding-resources.h"
#include "enclave-fuzzy-list.h"
#include "enclave-git-resources.h"
#include "enclave-list-keys.h"
#include "enclave-style-sheet.h"

#define WIDTH 520
/* Of the bar with the title, which it hangs from. */
#define TITLE_HEIGHT 46
/* More rows nobody reads: one types. */
#define MAX_ROWS 500

struct _EnclaveBranchList
{
  GtkPopover parent_instance;

  GtkSearchEntry *entry;
  GtkLabel *detached;
  GtkScrolledWindow *scroller;
  GtkListView *view;
  GtkBox *said_box;
  GtkSpinner *spinner;
  GtkLabel *said;
  GtkButton *remedy;

  GListStore *found;
  GtkSingleSelection *selection;
  GPtrArray *branches; /* (nullable) (element-type EnclaveGitBranch) */
  EnclaveFuzzyList *names; /* (nullable): of @branches */
  GCancellable *cancellable; /* of the newest reading */
  EnclaveBranchRemedy what;
  gboolean busy;
};

enum
{
  CHOSEN,
  REMEDY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveBranchList, enclave_branch_list, GTK_TYPE_POPOVER)

static void
say (EnclaveBranchList *self, const char *text, EnclaveBranchRemedy remedy)
{
  static const char *const labels[] = { "", N_("_Save all and switch"), N_("_Commit…"), N_("In a _terminal…") };

  gtk_label_set_text (self->said, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->said_box), text != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
  gtk_spinner_set_spinning (self->spinner, self->busy);
  gtk_widget_set_visible (GTK_WIDGET (self->remedy), remedy != ENCLAVE_BRANCH_NOTHING);
  self->what = remedy;
  if (remedy != ENCLAVE_BRANCH_NOTHING)
    {
      gtk_button_set_label (self->remedy, _(labels[remedy]));
      enclave_accessible_mend_mnemonic (self->remedy);
    }
}

static void
choose (EnclaveBranchList *self, EnclaveBranchItem *chosen)
{
  g_autoptr (EnclaveBranchItem) item = g_object_ref (chosen);

  if (self->busy)
    return;
  if (enclave_branch_item_get_is_current (item))
    gtk_popover_popdown (GTK_POPOVER (self));
  else
    g_signal_emit (self, signals[CHOSEN], 0, enclave_branch_item_get_name (item), enclave_branch_item_get_creates (item));
}

static void
activate_cb (EnclaveBranchList *self)
{
  EnclaveBranchItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    choose (self, item);
}

static void
row_activated_cb (EnclaveBranchList *self, guint position)
{
  g_autoptr (EnclaveBranchItem) item = g_list_model_get_item (G_LIST_MODEL (self->found), position);

  if (item != NULL)
    choose (self, item);
}

static void
remedy_cb (EnclaveBranchList *self)
{
  EnclaveBranchRemedy what = self->what;

  say (self, NULL, ENCLAVE_BRANCH_NOTHING);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  if (what != ENCLAVE_BRANCH_SAVE)
    gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[REMEDY], 0, (guint) what);
}

static gboolean
is_there (EnclaveBranchList *self, const char *name)
{
  for (guint i = 0; i < self->branches->len; i++)
    if (strcmp (((const EnclaveGitBranch *) g_ptr_array_index (self->branches, i))->name, name) == 0)
      return TRUE;

  return FALSE;
}

static void
fill (EnclaveBranchList *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (EnclaveFuzzySurvivors) survivors = NULL;
  g_autoptr (GArray) hits = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint first = 0;

  if (self->branches == NULL)
    return;
  hits = enclave_fuzzy_list_search (self->names, typed, MAX_ROWS, &survivors, NULL);
  for (guint i = 0; i < hits->len; i++)
    g_ptr_array_add (items, enclave_branch_item_new (g_ptr_array_index (self->branches, g_array_index (hits, EnclaveFuzzyHit, i).index),
                                                     now));
  if (*typed != '\0' && !is_there (self, typed))
    g_ptr_array_add (items, enclave_branch_item_new_to_create (typed));
  g_list_store_splice (self->found, 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)), items->pdata, items->len);
  /* Enter alone goes to where one was last, not to where one is. */
  if (*typed == '\0' && items->len > 1 && enclave_branch_item_get_is_current (g_ptr_array_index (items, 0)))
    first = 1;
  if (items->len > 0)
    {
      gtk_single_selection_set_selected (self->selection, first);
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), items->len > 0);
  if (!self->busy)
    say (self, items->len == 0 ? _("No branch yet; type a name to make one") : NULL, ENCLAVE_BRANCH_NOTHING);
}

static void
changed_cb (EnclaveBranchList *self)
{
  fill (self);
}

static void
stop_cb (EnclaveBranchList *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static GtkWidget *
append_label (GtkWidget *box, PangoEllipsizeMode ellipsize, gboolean quiet)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new ();

  gtk_widget_add_css_class (box, "enclave-finder-row");
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), icon);
  append_label (box, PANGO_ELLIPSIZE_MIDDLE, FALSE);
  gtk_widget_set_hexpand (append_label (box, PANGO_ELLIPSIZE_END, TRUE), TRUE);
  append_label (box, PANGO_ELLIPSIZE_NONE, TRUE);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  EnclaveBranchItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *icon = gtk_widget_get_first_child (box);
  GtkWidget *title = gtk_widget_get_next_sibling (icon);
  GtkWidget *detail = gtk_widget_get_next_sibling (title);
  GtkWidget *age = gtk_widget_get_next_sibling (detail);
  g_autofree char *words = g_strdup_printf ("%s %s %s", enclave_branch_item_get_title (item), enclave_branch_item_get_detail (item),
                                            enclave_branch_item_get_age (item));

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), enclave_branch_item_get_creates (item)      ? "list-add-symbolic"
                                                  : enclave_branch_item_get_is_current (item) ? "object-select-symbolic"
                                                                                              : "enclave-branch-symbolic");
  gtk_label_set_text (GTK_LABEL (title), enclave_branch_item_get_title (item));
  gtk_label_set_text (GTK_LABEL (detail), enclave_branch_item_get_detail (item));
  gtk_label_set_text (GTK_LABEL (age), enclave_branch_item_get_age (item));
  enclave_accessible_set_row_label (box, g_strchomp (words));
}

static void
selected_cb (EnclaveBranchList *self)
{
  EnclaveBranchItem *item = gtk_single_selection_get_selected_item (self->selection);

  /* the focus stays in the entry: what Enter takes is said there */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  item != NULL ? enclave_branch_item_get_title (item) : "", -1);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveBranchList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) branches = enclave_git_branches_load_finish (ENCLAVE_GATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  if (branches == NULL)
    {
      say (self, error->message, ENCLAVE_BRANCH_NOTHING);
      return;
    }
  self->branches = g_steal_pointer (&branches);
  self->names = enclave_fuzzy_list_new ();
  for (guint i = 0; i < self->branches->len; i++)
    enclave_fuzzy_list_add (self->names, ((const EnclaveGitBranch *) g_ptr_array_index (self->branches, i))->name, 0);
  fill (self);
}

static void
forget (EnclaveBranchList *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->branches, g_ptr_array_unref);
  g_clear_pointer (&self->names, enclave_fuzzy_list_unref);
}

static void
enclave_branch_list_dispose (GObject *object)
{
  EnclaveBranchList *self = ENCLAVE_BRANCH_LIST (object);

  forget (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_BRANCH_LIST);

  G_OBJECT_CLASS (enclave_branch_list_parent_class)->dispose (object);
}

static void
enclave_branch_list_finalize (GObject *object)
{
  g_clear_object (&ENCLAVE_BRANCH_LIST (object)->selection);
  g_clear_object (&ENCLAVE_BRANCH_LIST (object)->found);

  G_OBJECT_CLASS (enclave_branch_list_parent_class)->finalize (object);
}

static void
enclave_branch_list_class_init (EnclaveBranchListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_branch_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_branch_list_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[REMEDY] = g_signal_new ("remedy", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_UINT);

  enclave_git_get_resource ();
  enclave_finding_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/git/enclave-branch-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, detached);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, said_box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, said);
  gtk_widget_class_bind_template_child (widget_class, EnclaveBranchList, remedy);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, remedy_cb);
}

static void
enclave_branch_list_init (EnclaveBranchList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  enclave_style_sheet_add ("/dev/enclave/Enclave/finding/enclave-finding.css");
  gtk_widget_init_template (GTK_WIDGET (self));
  self->found = g_list_store_new (ENCLAVE_TYPE_BRANCH_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->found)));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));

  enclave_list_keys_attach (GTK_WIDGET (self), self->view);
  enclave_accessible_mend (GTK_WIDGET (self));
}

GtkWidget *
enclave_branch_list_new (void)
{
  return g_object_new (ENCLAVE_TYPE_BRANCH_LIST, NULL);
}

void
enclave_branch_list_set_busy (EnclaveBranchList *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_BRANCH_LIST (self));

  self->busy = text != NULL;
  say (self, text, ENCLAVE_BRANCH_NOTHING);
}

void
enclave_branch_list_show_problem (EnclaveBranchList *self, const char *text, EnclaveBranchRemedy remedy)
{
  g_return_if_fail (ENCLAVE_IS_BRANCH_LIST (self));
  g_return_if_fail (text != NULL);

  self->busy = FALSE;
  say (self, text, remedy);
  if (remedy != ENCLAVE_BRANCH_NOTHING)
    gtk_widget_grab_focus (GTK_WIDGET (self->remedy));
}

void
enclave_branch_list_present (EnclaveBranchList *self, EnclaveGate *gate, const char *detached)
{
  GtkWidget *parent;
  GdkRectangle at = { 0, 0, 1, 1 };

  g_return_if_fail (ENCLAVE_IS_BRANCH_LIST (self));
  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  parent = gtk_widget_get_parent (GTK_WIDGET (self));
  forget (self);
  gtk_label_set_text (self->detached, detached != NULL ? detached : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detached), detached != NULL);
  g_list_store_remove_all (self->found);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  self->cancellable = g_cancellable_new ();
  enclave_branch_list_set_busy (self, _("Reading the branches"));
  enclave_git_branches_load_async (gate, self->cancellable, loaded_cb, g_object_ref (self));

  at.x = gtk_widget_get_width (parent) / 2;
  at.y = TITLE_HEIGHT;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &at);
  gtk_widget_set_size_request (GTK_WIDGET (self), MIN (WIDTH, gtk_widget_get_width (parent) - 24), -1);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
