/* enclave-chat-undo-dialog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-chat-undo-dialog.h"
#include "enclave-utf8.h"

#define MIN_WIDTH 420
/* Of the list; above it scrolls. */
#define MAX_HEIGHT 300
/* Files that need no scrolling. */
#define FEW_FILES 4
#define FILE_KEY "enclave-undo-file"

static void
put_back_cb (GtkToggleButton *button, gpointer user_data)
{
  EnclaveUndoFile *file = g_object_get_data (G_OBJECT (button), FILE_KEY);

  enclave_undo_file_set_decision (file, gtk_toggle_button_get_active (button) ? ENCLAVE_UNDO_PUT_BACK : ENCLAVE_UNDO_LEAVE);
}

static void
describe (GtkWidget *button, const char *path, const char *label)
{
  g_autofree char *words = g_strdup_printf ("%s: %s", path, label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static GtkWidget *
new_choice (EnclaveUndoFile *file, const char *path, gboolean redo)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *leave = gtk_toggle_button_new_with_label (_("Leave"));
  GtkWidget *put_back = gtk_toggle_button_new_with_label (_("Put back"));

  gtk_widget_add_css_class (box, "linked");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (put_back), GTK_TOGGLE_BUTTON (leave));
  gtk_widget_set_tooltip_text (leave, _("The file stays as it is now"));
  gtk_widget_set_tooltip_text (put_back, redo ? _("The file becomes what the turn had made of it; this can be undone too")
                                              : _("The file becomes what it was before the turn; this can be undone too"));
  describe (leave, path, _("Leave"));
  describe (put_back, path, _("Put back"));
  g_object_set_data_full (G_OBJECT (put_back), FILE_KEY, g_object_ref (file), g_object_unref);
  g_signal_connect (put_back, "toggled", G_CALLBACK (put_back_cb), NULL);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (leave), TRUE);
  gtk_box_append (GTK_BOX (box), leave);
  gtk_box_append (GTK_BOX (box), put_back);

  return box;
}

static GtkWidget *
new_row (EnclaveUndoFile *file, gboolean redo)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *path = enclave_utf8_display_name (enclave_undo_file_get_path (file));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), path);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), enclave_undo_file_get_message (file));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  enclave_undo_file_set_decision (file, ENCLAVE_UNDO_LEAVE);
  if (enclave_undo_file_get_can_put_back (file))
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_choice (file, path, redo));
    }
  else
    {
      GtkWidget *label = gtk_label_new (_("is left"));

      gtk_widget_add_css_class (label, "dim-label");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }

  return row;
}

/* What happens to the files that are not in question. */
static char *
describe_others (guint n_restored, guint n_merged, gboolean redo)
{
  guint n = n_restored + n_merged;
  g_autofree char *restored = NULL;
  g_autofree char *merged = NULL;

  if (n == 0)
    return g_strdup ("");
  restored = redo ? g_strdup_printf (ngettext ("%u other file is changed again.", "%u other files are changed again.", n), n)
                  : g_strdup_printf (ngettext ("%u other file is taken back.", "%u other files are taken back.", n), n);
  if (n_merged == 0)
    return g_steal_pointer (&restored);
  merged = g_strdup_printf (ngettext ("In %u of them your later changes stay.", "In %u of them your later changes stay.", n_merged),
                            n_merged);

  return g_strdup_printf ("%s %s", restored, merged);
}

GtkWidget *
enclave_chat_undo_dialog_new (GtkWindow *parent, EnclaveUndoPlan *plan)
{
  gboolean redo = enclave_undo_plan_get_is_redo (plan);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scrolled;
  GtkWidget *dialog;
  guint n_conflicts = 0, n_restored = 0, n_merged = 0;
  g_autofree char *heading = NULL;
  g_autofree char *others = NULL;
  g_autofree char *body = NULL;

  gtk_widget_add_css_class (list, "boxed-list");
  /* The frame of the list is drawn around it. */
  gtk_widget_set_margin_start (list, 3);
  gtk_widget_set_margin_end (list, 3);
  gtk_widget_set_margin_top (list, 3);
  gtk_widget_set_margin_bottom (list, 3);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Files that were changed since"), -1);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr (EnclaveUndoFile) file = g_list_model_get_item (G_LIST_MODEL (plan), i);
      EnclaveUndoKind kind = enclave_undo_file_get_kind (file);

      n_restored += kind == ENCLAVE_UNDO_RESTORES;
      n_merged += kind == ENCLAVE_UNDO_MERGES;
      if (kind != ENCLAVE_UNDO_CONFLICT && kind != ENCLAVE_UNDO_UNUSABLE)
        continue;
      gtk_list_box_append (GTK_LIST_BOX (list), new_row (file, redo));
      n_conflicts++;
    }

  heading = g_strdup_printf (ngettext ("%u file was changed since", "%u files were changed since", n_conflicts), n_conflicts);
  others = describe_others (n_restored, n_merged, redo);
  body = g_strdup_printf ("%s%s%s",
                          redo ? _("Where the turn had written, there is other text by now. Choose for each file; nothing is "
                                   "lost, the redo can be undone.")
                               : _("Where the turn has written, there is other text by now. Choose for each file; nothing is "
                                   "lost, the undo can be undone."),
                          *others != '\0' ? "\n" : "", others);
  dialog = adw_message_dialog_new (parent, heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), ENCLAVE_CHAT_UNDO_RESPONSE,
                                    redo ? _("_Redo") : _("_Undo Turn"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), ENCLAVE_CHAT_UNDO_RESPONSE,
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");

  gtk_widget_set_size_request (list, MIN_WIDTH, -1);
  if (n_conflicts <= FEW_FILES)
    {
      adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), list);
      return dialog;
    }
  scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), scrolled);

  return dialog;
}
