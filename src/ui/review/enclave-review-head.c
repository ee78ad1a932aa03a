/* enclave-review-head.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-review-head.h"
#include "enclave-utf8.h"

struct _EnclaveReviewHead
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkImage *expander;
  GtkWidget *icon;
  GtkLabel *name;
  GtkLabel *context;
  GtkLabel *added;
  GtkLabel *removed;
  GtkLabel *flag;
  GtkLabel *origin;
  GtkLabel *tag;
  GtkWidget *undo;
  GtkWidget *reject;
  GtkWidget *accept;
  GtkLabel *message;
  GtkWidget *ways;
  GtkWidget *match;
  GtkWidget *open;
  GtkWidget *discard;

  EnclaveReviewItem *item; /* (nullable) */
  gboolean is_open;
};

enum
{
  MATCH_AGAIN,
  OPEN_FILE,
  DISCARD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveReviewHead, enclave_review_head, GTK_TYPE_WIDGET)

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static char *
dup_status_text (EnclaveChange *change)
{
  guint n_left_out = enclave_change_get_n_left_out (change);

  switch (enclave_change_get_status (change))
    {
    case ENCLAVE_CHANGE_APPLIED:
      if (n_left_out > 0)
        return g_strdup_printf (ngettext ("Applied, but for %u hunk", "Applied, but for %u hunks", n_left_out), n_left_out);
      return g_strdup (_ ("Applied"));
    case ENCLAVE_CHANGE_REJECTED:
      return g_strdup (_ ("Rejected"));
    case ENCLAVE_CHANGE_CONFLICT:
      return g_strdup (_ ("Not applied"));
    case ENCLAVE_CHANGE_UNDONE:
      return g_strdup (_ ("Undone"));
    case ENCLAVE_CHANGE_PROPOSED:
    default:
      return NULL;
    }
}

static void
set_tag (EnclaveReviewHead *self, const char *text, const char *css_class)
{
  static const char *const classes[] = { "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->tag), classes[i]);
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->tag), css_class);
  show_text (self->tag, text);
}

/* What was decided of the hunks of a file, when not the same of all. */
static char *
dup_decided (EnclaveChange *change)
{
  guint n_hunks = enclave_change_get_hunks (change)->len;
  guint n_accepted = 0;
  guint n_rejected = 0;

  for (guint i = 0; i < n_hunks; i++)
    {
      n_accepted += enclave_change_get_decision (change, i) == ENCLAVE_HUNK_ACCEPTED;
      n_rejected += enclave_change_get_decision (change, i) == ENCLAVE_HUNK_REJECTED;
    }
  if (n_accepted + n_rejected == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%u of %u hunk accepted", "%u of %u hunks accepted", n_hunks), n_accepted, n_hunks);
}

static void
update_decision (EnclaveReviewHead *self)
{
  EnclaveChange *change = enclave_review_item_get_change (self->item);
  EnclaveChangeStatus status = enclave_change_get_status (change);
  gboolean file = enclave_review_item_is_file (self->item);
  gboolean ready = enclave_change_get_ready (change);
  EnclaveHunkDecision decision = ready ? enclave_review_item_get_decision (self->item) : ENCLAVE_HUNK_UNDECIDED;
  gboolean open = status == ENCLAVE_CHANGE_PROPOSED && ready && enclave_change_get_hunks (change)->len > 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->undo, open && decision != ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->accept, open && decision == ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->reject, open && decision == ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->ways, file && status == ENCLAVE_CHANGE_CONFLICT);

  if (status != ENCLAVE_CHANGE_PROPOSED)
    {
      text = file ? dup_status_text (change) : NULL;
      set_tag (self, text,
               status == ENCLAVE_CHANGE_APPLIED ? "success" : status == ENCLAVE_CHANGE_CONFLICT ? "error" : NULL);
    }
  else if (!ready)
    {
      set_tag (self, file ? _ ("Comparing") : NULL, NULL);
    }
  else if (decision == ENCLAVE_HUNK_ACCEPTED)
    {
      set_tag (self, _ ("Accepted"), "success");
    }
  else if (decision == ENCLAVE_HUNK_REJECTED)
    {
      set_tag (self, _ ("Rejected"), NULL);
    }
  else
    {
      text = file ? dup_decided (change) : NULL;
      set_tag (self, text, NULL);
    }

  show_text (self->message, file ? enclave_change_get_message (change) : NULL);
}

static const char *
get_file_flag (EnclaveChange *change)
{
  EnclaveProposal *proposal = enclave_change_get_proposal (change);

  if (enclave_proposal_get_protected (proposal))
    return _ ("Protected file");
  if (enclave_proposal_get_old_text (proposal) == NULL)
    return _ ("New file");
  if (enclave_proposal_get_new_text (proposal) == NULL)
    return _ ("Deletes the file");
  return NULL;
}

static void
show_file (EnclaveReviewHead *self)
{
  EnclaveChange *change = enclave_review_item_get_change (self->item);
  g_autofree char *path = enclave_utf8_display_name (enclave_change_get_path (change));
  gboolean ready = enclave_change_get_ready (change);
  guint n_added = ready ? enclave_change_get_added (change) : 0;
  guint n_removed = ready ? enclave_change_get_removed (change) : 0;
  g_autofree char *added = n_added > 0 ? g_strdup_printf ("+%u", n_added) : NULL;
  g_autofree char *removed = n_removed > 0 ? g_strdup_printf ("−%u", n_removed) : NULL;

  gtk_label_set_label (self->name, path);
  show_text (self->context, NULL);
  show_text (self->added, added);
  show_text (self->removed, removed);
  show_text (self->flag, get_file_flag (change));
}

static void
show_hunk (EnclaveReviewHead *self)
{
  GPtrArray *hunks = enclave_change_get_hunks (enclave_review_item_get_change (self->item));
  guint index = enclave_review_item_get_hunk (self->item);
  EnclaveDiffHunk *hunk = index < hunks->len ? g_ptr_array_index (hunks, index) : NULL;
  g_autofree char *name = g_strdup_printf (_ ("Line %u"), hunk != NULL ? hunk->new_start : 0);
  g_autofree char *context = enclave_review_item_dup_context (self->item);

  gtk_label_set_label (self->name, name);
  show_text (self->context, context);
  show_text (self->added, NULL);
  show_text (self->removed, NULL);
  show_text (self->flag, enclave_review_item_get_flag (self->item));
}

static void
name_buttons (EnclaveReviewHead *self)
{
  g_autofree char *place = enclave_review_item_dup_place (self->item);
  GtkWidget *buttons[] = { self->accept, self->reject, self->undo, self->match, self->open, self->discard };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_accessible_update_property (GTK_ACCESSIBLE (buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    gtk_button_get_label (GTK_BUTTON (buttons[i])),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, place, -1);
}

void
enclave_review_head_set_item (EnclaveReviewHead *self, EnclaveReviewItem *item)
{
  EnclaveChange *change;
  g_autofree char *origin = NULL;
  gboolean file;

  g_return_if_fail (ENCLAVE_IS_REVIEW_HEAD (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_REVIEW_ITEM (item));

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (enclave_review_item_get_change (self->item), self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  file = enclave_review_item_is_file (item);
  change = enclave_review_item_get_change (item);
  if (file)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "heading");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "heading");
  gtk_label_set_ellipsize (self->name, file ? PANGO_ELLIPSIZE_START : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (self->icon, file);
  gtk_widget_set_visible (GTK_WIDGET (self->expander), file);
  if (file)
    show_file (self);
  else
    show_hunk (self);

  /* a hunk says it again only where the file has several */
  origin = enclave_review_item_dup_origin (item);
  if (!file)
    {
      g_autoptr (GPtrArray) of_file = enclave_change_list_origins (change, ENCLAVE_CHANGE_ALL_HUNKS);

      if (of_file->len < 2)
        g_clear_pointer (&origin, g_free);
    }
  gtk_label_set_label (self->origin, origin != NULL ? origin : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->origin), origin);

  name_buttons (self);
  g_signal_connect_swapped (change, "notify::decided", G_CALLBACK (update_decision), self);
  g_signal_connect_swapped (change, "notify::status", G_CALLBACK (update_decision), self);
  g_signal_connect_swapped (change, "notify::message", G_CALLBACK (update_decision), self);
  update_decision (self);
}

void
enclave_review_head_set_open (EnclaveReviewHead *self, gboolean is_open)
{
  g_return_if_fail (ENCLAVE_IS_REVIEW_HEAD (self));

  if (self->is_open == is_open)
    return;

  self->is_open = is_open;
  gtk_image_set_from_icon_name (self->expander, is_open ? "pan-down-symbolic" : "pan-end-symbolic");
}

static void
accept_cb (EnclaveReviewHead *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_cb (EnclaveReviewHead *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_REJECTED);
}

static void
undo_cb (EnclaveReviewHead *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_UNDECIDED);
}

static void
match_cb (EnclaveReviewHead *self)
{
  g_signal_emit (self, signals[MATCH_AGAIN], 0);
}

static void
open_cb (EnclaveReviewHead *self)
{
  g_signal_emit (self, signals[OPEN_FILE], 0);
}

static void
discard_cb (EnclaveReviewHead *self)
{
  g_signal_emit (self, signals[DISCARD], 0);
}

static void
enclave_review_head_dispose (GObject *object)
{
  EnclaveReviewHead *self = ENCLAVE_REVIEW_HEAD (object);

  enclave_review_head_set_item (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_REVIEW_HEAD);

  G_OBJECT_CLASS (enclave_review_head_parent_class)->dispose (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name, ENCLAVE_TYPE_REVIEW_HEAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_review_head_class_init (EnclaveReviewHeadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_review_head_dispose;
  signals[MATCH_AGAIN] = new_signal ("match-again");
  signals[OPEN_FILE] = new_signal ("open-file");
  signals[DISCARD] = new_signal ("discard");

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/review/enclave-review-head.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, expander);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, name);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, context);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, added);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, removed);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, flag);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, origin);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, tag);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, undo);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, reject);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, accept);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, message);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, ways);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, match);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, open);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewHead, discard);
}

static void
enclave_review_head_init (EnclaveReviewHead *self)
{
  self->is_open = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (accept_cb), self);
  g_signal_connect_swapped (self->reject, "clicked", G_CALLBACK (reject_cb), self);
  g_signal_connect_swapped (self->undo, "clicked", G_CALLBACK (undo_cb), self);
  g_signal_connect_swapped (self->match, "clicked", G_CALLBACK (match_cb), self);
  g_signal_connect_swapped (self->open, "clicked", G_CALLBACK (open_cb), self);
  g_signal_connect_swapped (self->discard, "clicked", G_CALLBACK (discard_cb), self);
}

GtkWidget *
enclave_review_head_new (void)
{
  return g_object_new (ENCLAVE_TYPE_REVIEW_HEAD, NULL);
}
