/* enclave-chat-plan-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-markdown.h"
#include "enclave-chat-plan-row.h"
#include "enclave-limits.h"
#include "enclave-plan.h"
#include "enclave-utf8.h"

typedef struct
{
  GtkWidget *box;
  GtkWidget *tick;
  GtkWidget *dot;
  GtkLabel *label;
  char *text; /* as it is shown */
} Step;

struct _EnclaveChatPlanRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *fold;
  GtkLabel *count;
  GtkImage *expander;
  GtkBox *steps;
  GtkLabel *more;

  EnclaveChatItem *item;
  GPtrArray *shown; /* (element-type Step) */
  gulong appended_handler;
  gulong open_handler;
  gulong finished_handler;
  gulong newest_handler;
  guint tick;
  gboolean turned; /* the person has folded or unfolded it */
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (EnclaveChatPlanRow, enclave_chat_plan_row, GTK_TYPE_WIDGET)

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->text);
  g_free (step);
}

/* The toolkit would open it at once. */
static gboolean
activate_link_cb (EnclaveChatPlanRow *self, const char *address)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-link", "s", address);

  return GDK_EVENT_STOP;
}

static Step *
get_step (EnclaveChatPlanRow *self, guint index)
{
  Step *step;
  GtkWidget *mark;

  if (index < self->shown->len)
    return g_ptr_array_index (self->shown, index);

  step = g_new0 (Step, 1);
  step->text = g_strdup ("");
  step->box = g_object_new (GTK_TYPE_BOX, "spacing", 9, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
  gtk_widget_add_css_class (step->box, "enclave-chat-plan-step");
  mark = g_object_new (GTK_TYPE_BOX, "valign", GTK_ALIGN_START, "width-request", 16, "hexpand", FALSE, NULL);
  gtk_widget_add_css_class (mark, "enclave-chat-plan-mark");
  step->tick = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic", "accessible-role",
                             GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (step->tick, "success");
  step->dot = g_object_new (GTK_TYPE_BOX, "valign", GTK_ALIGN_CENTER, "halign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);
  gtk_widget_add_css_class (step->dot, "enclave-chat-plan-dot");
  gtk_box_append (GTK_BOX (mark), step->tick);
  gtk_box_append (GTK_BOX (mark), step->dot);
  step->label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "hexpand", TRUE, "wrap", TRUE, "wrap-mode",
                              PANGO_WRAP_WORD_CHAR, "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, "selectable", TRUE, NULL);
  g_signal_connect_swapped (step->label, "activate-link", G_CALLBACK (activate_link_cb), self);
  gtk_box_append (GTK_BOX (step->box), mark);
  gtk_box_append (GTK_BOX (step->box), GTK_WIDGET (step->label));
  gtk_box_append (self->steps, step->box);
  g_ptr_array_add (self->shown, step);

  return step;
}

static void
set_class (GtkWidget *widget, const char *name, gboolean has)
{
  if (has)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_step (Step *step, const EnclavePlanStep *plan, gboolean is_current)
{
  g_autofree char *words = NULL;

  if (strcmp (step->text, plan->text) != 0)
    {
      g_autofree char *markup = enclave_chat_markdown_to_markup (plan->text);

      gtk_label_set_markup (step->label, markup);
      g_free (step->text);
      step->text = g_strdup (plan->text);
    }
  gtk_widget_set_visible (step->tick, plan->done);
  gtk_widget_set_visible (step->dot, !plan->done);
  set_class (step->dot, "current", is_current);
  set_class (step->box, "current", is_current);
  set_class (GTK_WIDGET (step->label), "enclave-quiet", plan->done);
  words = g_strdup_printf (plan->done ? _("Done: %s") : is_current ? _("In work: %s") : _("Open: %s"),
                           gtk_label_get_text (step->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (step->box), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_fold (EnclaveChatPlanRow *self)
{
  gboolean is_open = self->turned ? self->unfolded : enclave_chat_item_get_newest (self->item);

  gtk_widget_set_visible (GTK_WIDGET (self->steps), is_open);
  gtk_widget_set_visible (GTK_WIDGET (self->more), is_open && *gtk_label_get_label (self->more) != '\0');
  gtk_image_set_from_icon_name (self->expander, is_open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_STATE_EXPANDED, is_open, -1);
}

static void
show_plan (EnclaveChatPlanRow *self)
{
  const char *all = enclave_message_block_get_text (enclave_chat_item_get_block (self->item));
  g_autofree char *text = g_strndup (all, enclave_utf8_prefix_length (all, strlen (all), ENCLAVE_CHAT_BLOCK_MAX_BYTES));
  gboolean runs = enclave_chat_item_get_newest (self->item) && !enclave_chat_item_get_finished (self->item);
  guint n_more = 0;
  g_autoptr (GPtrArray) steps = enclave_plan_find (text, &n_more);
  guint n = steps != NULL ? steps->len : 0;
  guint n_done = steps != NULL ? enclave_plan_count_done (steps) : 0;
  gboolean current_seen = FALSE;
  g_autofree char *count = NULL;
  g_autofree char *spoken = NULL;
  g_autofree char *more = NULL;

  for (guint i = 0; i < n; i++)
    {
      const EnclavePlanStep *step = g_ptr_array_index (steps, i);

      show_step (get_step (self, i), step, runs && !step->done && !current_seen);
      current_seen = current_seen || !step->done;
    }
  while (self->shown->len > n)
    {
      Step *last = g_ptr_array_index (self->shown, self->shown->len - 1);

      gtk_box_remove (self->steps, last->box);
      g_ptr_array_set_size (self->shown, (int) self->shown->len - 1);
    }

  /* Translators: steps of a plan, "2 of 5" of them are done */
  count = g_strdup_printf (_("%u of %u"), n_done, n);
  gtk_label_set_label (self->count, count);
  spoken = g_strdup_printf (_("Plan, %u of %u done"), n_done, n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  more = n_more > 0 ? g_strdup_printf (ngettext ("%u more step", "%u more steps", n_more), n_more) : g_strdup ("");
  gtk_label_set_label (self->more, more);
  update_fold (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveChatPlanRow *self = ENCLAVE_CHAT_PLAN_ROW (widget);

  self->tick = 0;
  if (self->item != NULL)
    show_plan (self);

  return G_SOURCE_REMOVE;
}

/* All that arrives within one frame is shown at once. */
static void
changed_cb (EnclaveChatPlanRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
fold_cb (EnclaveChatPlanRow *self)
{
  if (self->item == NULL)
    return;
  self->unfolded = !gtk_widget_get_visible (GTK_WIDGET (self->steps));
  self->turned = TRUE;
  update_fold (self);
}

static void
forget_item (EnclaveChatPlanRow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->item != NULL)
    {
      EnclaveMessageBlock *block = enclave_chat_item_get_block (self->item);

      g_clear_signal_handler (&self->appended_handler, block);
      g_clear_signal_handler (&self->open_handler, block);
      g_clear_signal_handler (&self->finished_handler, self->item);
      g_clear_signal_handler (&self->newest_handler, self->item);
    }
  g_clear_object (&self->item);
}

static void
enclave_chat_plan_row_dispose (GObject *object)
{
  forget_item (ENCLAVE_CHAT_PLAN_ROW (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_PLAN_ROW);

  G_OBJECT_CLASS (enclave_chat_plan_row_parent_class)->dispose (object);
}

static void
enclave_chat_plan_row_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_PLAN_ROW (object)->shown);

  G_OBJECT_CLASS (enclave_chat_plan_row_parent_class)->finalize (object);
}

static void
enclave_chat_plan_row_class_init (EnclaveChatPlanRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_plan_row_dispose;
  object_class->finalize = enclave_chat_plan_row_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-plan-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, fold);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, count);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, expander);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, steps);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPlanRow, more);
  gtk_widget_class_bind_template_callback (widget_class, fold_cb);
}

static void
enclave_chat_plan_row_init (EnclaveChatPlanRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown = g_ptr_array_new_with_free_func (step_free);
}

GtkWidget *
enclave_chat_plan_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_PLAN_ROW, NULL);
}

void
enclave_chat_plan_row_set_item (EnclaveChatPlanRow *self, EnclaveChatItem *item)
{
  EnclaveMessageBlock *block;

  g_return_if_fail (ENCLAVE_IS_CHAT_PLAN_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_CHAT_ITEM (item));

  forget_item (self);
  if (item == NULL)
    return;

  self->item = g_object_ref (item);
  self->turned = FALSE;
  block = enclave_chat_item_get_block (item);
  self->appended_handler = g_signal_connect_swapped (block, "appended", G_CALLBACK (changed_cb), self);
  self->open_handler = g_signal_connect_swapped (block, "notify::open", G_CALLBACK (changed_cb), self);
  self->finished_handler = g_signal_connect_swapped (item, "notify::finished", G_CALLBACK (changed_cb), self);
  self->newest_handler = g_signal_connect_swapped (item, "notify::newest", G_CALLBACK (changed_cb), self);
  show_plan (self);
}
