/* enclave-chat-history-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-history-row.h"
#include "enclave-chat-text.h"
#include "enclave-utf8.h"

/* Names that are told before the rest is counted. */
#define NAMES_SHOWN 3

struct _EnclaveChatHistoryRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *detail;
  GtkButton *button;

  EnclaveCheckpointTurn *turn;
  char *words;
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatHistoryRow, enclave_chat_history_row, GTK_TYPE_WIDGET)

static char *
describe_files (EnclaveCheckpointTurn *turn)
{
  const char *const *paths = enclave_checkpoint_turn_get_paths (turn);
  guint n = g_strv_length ((char **) paths);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, NAMES_SHOWN); i++)
    {
      g_autofree char *shown = enclave_utf8_display_name (paths[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", shown);
    }
  if (n > NAMES_SHOWN)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", n - NAMES_SHOWN), n - NAMES_SHOWN);

      g_string_append_printf (text, " %s", more);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
clicked_cb (EnclaveChatHistoryRow *self)
{
  if (self->turn != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, enclave_checkpoint_turn_get_undone (self->turn));
}

static void
enclave_chat_history_row_dispose (GObject *object)
{
  EnclaveChatHistoryRow *self = ENCLAVE_CHAT_HISTORY_ROW (object);

  g_clear_object (&self->turn);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_chat_history_row_parent_class)->dispose (object);
}

static void
enclave_chat_history_row_finalize (GObject *object)
{
  g_free (ENCLAVE_CHAT_HISTORY_ROW (object)->words);

  G_OBJECT_CLASS (enclave_chat_history_row_parent_class)->finalize (object);
}

static void
enclave_chat_history_row_class_init (EnclaveChatHistoryRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_chat_history_row_dispose;
  object_class->finalize = enclave_chat_history_row_finalize;
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkLabel *
add_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    {
      gtk_widget_add_css_class (label, css_class);
      gtk_widget_add_css_class (label, "caption");
    }
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

static void
enclave_chat_history_row_init (EnclaveChatHistoryRow *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  self->title = add_label (texts, NULL);
  self->detail = add_label (texts, "dim-label");
  gtk_box_append (GTK_BOX (self->box), texts);
  self->button = GTK_BUTTON (gtk_button_new_with_label (""));
  gtk_widget_set_valign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->button));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_history_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_HISTORY_ROW, NULL);
}

void
enclave_chat_history_row_set_turn (EnclaveChatHistoryRow *self, EnclaveCheckpointTurn *turn)
{
  g_autofree char *title = NULL;
  g_autofree char *time = NULL;
  g_autofree char *files = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *name = NULL;
  const char *label;
  gboolean undone;

  g_return_if_fail (ENCLAVE_IS_CHAT_HISTORY_ROW (self));
  g_return_if_fail (turn == NULL || ENCLAVE_IS_CHECKPOINT_TURN (turn));

  g_set_object (&self->turn, turn);
  if (turn == NULL)
    return;

  undone = enclave_checkpoint_turn_get_undone (turn);
  title = enclave_utf8_display_name (enclave_checkpoint_turn_get_title (turn));
  time = enclave_chat_text_time (enclave_checkpoint_turn_get_time (turn), g_get_real_time () / G_USEC_PER_SEC);
  files = describe_files (turn);
  detail = undone ? g_strdup_printf (_("%s · undone · %s"), time, files) : g_strdup_printf ("%s · %s", time, files);
  label = undone ? _("Redo") : _("Undo");
  gtk_label_set_text (self->title, *title != '\0' ? title : _("Change without a message"));
  gtk_label_set_text (self->detail, detail);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->detail), files);
  if (undone)
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title), "dim-label");
  gtk_button_set_label (self->button, label);
  g_free (self->words);
  self->words = g_strdup_printf ("%s, %s", gtk_label_get_text (self->title), detail);
  name = g_strdup_printf ("%s: %s", label, gtk_label_get_text (self->title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

EnclaveCheckpointTurn *
enclave_chat_history_row_get_turn (EnclaveChatHistoryRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_HISTORY_ROW (self), NULL);

  return self->turn;
}

const char *
enclave_chat_history_row_get_words (EnclaveChatHistoryRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_HISTORY_ROW (self), NULL);

  return self->words;
}
