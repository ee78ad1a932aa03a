/* enclave-inline-block.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-hunk-view.h"
#include "enclave-inline-block.h"
#include "enclave-review-item.h"

struct _EnclaveInlineBlock
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *tag;
  GtkWidget *undo;
  GtkWidget *reject;
  GtkWidget *accept;
  GtkWidget *view; /* (nullable) */
  EnclaveChange *change;
  guint hunk;
  guint n_added;
  gboolean has_head;
};

enum
{
  GO,
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveInlineBlock, enclave_inline_block, GTK_TYPE_WIDGET)

static void
decide (EnclaveInlineBlock *self, EnclaveHunkDecision decision)
{
  if (self->hunk < enclave_change_get_hunks (self->change)->len)
    enclave_change_set_decision (self->change, self->hunk, decision);
}

static void
accept_cb (EnclaveInlineBlock *self)
{
  decide (self, ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_cb (EnclaveInlineBlock *self)
{
  decide (self, ENCLAVE_HUNK_REJECTED);
}

static void
undo_cb (EnclaveInlineBlock *self)
{
  decide (self, ENCLAVE_HUNK_UNDECIDED);
}

static void
update (EnclaveInlineBlock *self)
{
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
  EnclaveHunkDecision decision;

  if (!enclave_change_get_ready (self->change) || self->hunk >= enclave_change_get_hunks (self->change)->len)
    return;

  decision = enclave_change_get_decision (self->change, self->hunk);
  if (self->has_head)
    {
      gtk_widget_set_visible (self->tag, decision != ENCLAVE_HUNK_UNDECIDED);
      gtk_label_set_label (GTK_LABEL (self->tag), decision == ENCLAVE_HUNK_ACCEPTED ? _ ("Accepted") : _ ("Rejected"));
      if (decision == ENCLAVE_HUNK_ACCEPTED)
        gtk_widget_add_css_class (self->tag, "success");
      else
        gtk_widget_remove_css_class (self->tag, "success");
      gtk_widget_set_visible (self->undo, decision != ENCLAVE_HUNK_UNDECIDED);
      gtk_widget_set_visible (self->accept, decision == ENCLAVE_HUNK_UNDECIDED);
      gtk_widget_set_visible (self->reject, decision == ENCLAVE_HUNK_UNDECIDED);
      /* the button that was pressed is gone */
      if (had_focus)
        enclave_inline_block_focus (self);
    }
  if (self->view != NULL)
    gtk_widget_set_opacity (self->view, decision == ENCLAVE_HUNK_REJECTED ? .5 : 1);
}

static gboolean
key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EnclaveInlineBlock *self = ENCLAVE_INLINE_BLOCK (widget);

  switch (GPOINTER_TO_UINT (user_data))
    {
    case GDK_KEY_y:
      accept_cb (self);
      break;
    case GDK_KEY_r:
      reject_cb (self);
      break;
    case GDK_KEY_u:
      undo_cb (self);
      break;
    case GDK_KEY_n:
      g_signal_emit (self, signals[GO], 0, 1);
      break;
    case GDK_KEY_p:
      g_signal_emit (self, signals[GO], 0, -1);
      break;
    default:
      g_signal_emit (self, signals[BACK], 0);
      break;
    }

  return TRUE;
}

static void
enclave_inline_block_dispose (GObject *object)
{
  EnclaveInlineBlock *self = ENCLAVE_INLINE_BLOCK (object);

  if (self->change != NULL)
    g_signal_handlers_disconnect_by_data (self->change, self);
  g_clear_object (&self->change);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  self->view = NULL;

  G_OBJECT_CLASS (enclave_inline_block_parent_class)->dispose (object);
}

static void
enclave_inline_block_class_init (EnclaveInlineBlockClass *klass)
{
  static const guint keys[] = { GDK_KEY_y, GDK_KEY_r, GDK_KEY_u, GDK_KEY_n, GDK_KEY_p, GDK_KEY_Escape };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_inline_block_dispose;
  signals[GO] = g_signal_new ("go", ENCLAVE_TYPE_INLINE_BLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                              G_TYPE_INT);
  signals[BACK] = g_signal_new ("back", ENCLAVE_TYPE_INLINE_BLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "inlineblock");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GtkShortcut) shortcut =
        gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], 0),
                          gtk_callback_action_new (key_cb, GUINT_TO_POINTER (keys[i]), NULL));

      gtk_widget_class_add_shortcut (widget_class, shortcut);
    }
}

static void
enclave_inline_block_init (EnclaveInlineBlock *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "default");
}

static GtkWidget *
add_button (EnclaveInlineBlock *self, GtkWidget *head, const char *label, GCallback callback, const char *place)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, place, -1);
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (head), button);
  return button;
}

static GtkWidget *
add_label (GtkWidget *head, const char *text, const char *const *classes)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_css_classes (label, (const char **) classes);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (head), label);
  return label;
}

static void
add_head (EnclaveInlineBlock *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GPtrArray) items = enclave_review_item_list (self->change);
  EnclaveReviewItem *item = NULL;
  g_autofree char *number = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *place = NULL;
  const char *flag;

  for (guint i = 1; i < items->len && item == NULL; i++)
    if (enclave_review_item_get_hunk (g_ptr_array_index (items, i)) == self->hunk)
      item = g_ptr_array_index (items, i);
  g_return_if_fail (item != NULL);

  number = g_strdup_printf (_ ("Hunk %u of %u"), self->hunk + 1, enclave_change_get_hunks (self->change)->len);
  origin = enclave_review_item_dup_origin (item);
  place = enclave_review_item_dup_place (item);
  flag = enclave_review_item_get_flag (item);
  gtk_widget_add_css_class (head, "head");
  add_label (head, number, (const char *const[]){ "caption", "heading", NULL });
  if (flag != NULL)
    add_label (head, flag, (const char *const[]){ "enclave-tag", "warning", NULL });
  gtk_widget_set_hexpand (add_label (head, origin, (const char *const[]){ "caption", "enclave-quiet", NULL }), TRUE);
  gtk_label_set_xalign (GTK_LABEL (gtk_widget_get_last_child (head)), 0);
  self->tag = add_label (head, NULL, (const char *const[]){ "enclave-tag", NULL });
  self->undo = add_button (self, head, _ ("Undo"), G_CALLBACK (undo_cb), place);
  self->reject = add_button (self, head, _ ("Reject"), G_CALLBACK (reject_cb), place);
  self->accept = add_button (self, head, _ ("Accept"), G_CALLBACK (accept_cb), place);
  gtk_widget_add_css_class (self->undo, "flat");
  gtk_widget_add_css_class (self->reject, "flat");
  gtk_box_append (GTK_BOX (self->box), head);
}

GtkWidget *
enclave_inline_block_new (EnclaveChange *change, guint hunk, EnclaveHunkText *added, gboolean with_head, guint tab_width)
{
  EnclaveInlineBlock *self = g_object_new (ENCLAVE_TYPE_INLINE_BLOCK, NULL);

  g_return_val_if_fail (ENCLAVE_IS_CHANGE (change), NULL);
  g_return_val_if_fail (hunk < enclave_change_get_hunks (change)->len, NULL);

  self->change = g_object_ref (change);
  self->hunk = hunk;
  self->has_head = with_head;
  if (with_head)
    add_head (self);
  if (added != NULL)
    {
      g_autofree char *spoken = enclave_hunk_text_dup_spoken (added);

      self->n_added = enclave_hunk_text_get_n_lines (added);
      self->view = enclave_hunk_view_new ();
      enclave_hunk_view_set_bare (ENCLAVE_HUNK_VIEW (self->view), TRUE);
      enclave_hunk_view_set_tab_width (ENCLAVE_HUNK_VIEW (self->view), tab_width);
      enclave_hunk_view_set_text (ENCLAVE_HUNK_VIEW (self->view), added);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
      gtk_box_append (GTK_BOX (self->box), self->view);
    }
  g_signal_connect_swapped (change, "notify::decided", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}

guint
enclave_inline_block_get_hunk (EnclaveInlineBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_BLOCK (self), 0);

  return self->hunk;
}

gboolean
enclave_inline_block_has_head (EnclaveInlineBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_BLOCK (self), FALSE);

  return self->has_head;
}

guint
enclave_inline_block_get_n_added (EnclaveInlineBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_BLOCK (self), 0);

  return self->n_added;
}

int
enclave_inline_block_get_line_height (EnclaveInlineBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_BLOCK (self), 0);

  return self->view != NULL ? enclave_hunk_view_get_line_height (ENCLAVE_HUNK_VIEW (self->view)) : 0;
}

gboolean
enclave_inline_block_focus (EnclaveInlineBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_BLOCK (self), FALSE);

  return self->has_head && gtk_widget_grab_focus (gtk_widget_get_visible (self->accept) ? self->accept : self->undo);
}
