/* enclave-info-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-accessible.h"
#include "enclave-info-row.h"
#include "enclave-settling.h"

#define MAX_DETAIL_LINES 4

typedef struct
{
  guint key;
  char *icon_name;
  char *text;
  char *detail;
  char **responses;
  gboolean calm;
} Note;

struct _EnclaveInfoRow
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *row;
  GtkWidget *icon;
  GtkWidget *content;
  GtkWidget *label;
  GtkWidget *detail;
  GtkWidget *buttons;

  GPtrArray *notes;
  Note *shown;
  GtkWidget *before; /* (nullable) (weak): had the focus when the row took it */
};

enum
{
  RESPONSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveInfoRow, enclave_info_row, GTK_TYPE_WIDGET)

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->icon_name);
  g_free (note->text);
  g_free (note->detail);
  g_strfreev (note->responses);
  g_free (note);
}

static Note *
find_note (EnclaveInfoRow *self, guint key)
{
  for (guint i = 0; i < self->notes->len; i++)
    {
      Note *note = g_ptr_array_index (self->notes, i);

      if (note->key == key)
        return note;
    }

  return NULL;
}

static const char *
response_id (const char *response)
{
  return response[0] == '!' || response[0] == '*' ? response + 1 : response;
}

static void
button_clicked_cb (GtkButton *button, gpointer user_data)
{
  EnclaveInfoRow *self = ENCLAVE_INFO_ROW (user_data);
  const char *id = g_object_get_data (G_OBJECT (button), "enclave-response");
  g_autofree char *copy = g_strdup (id);

  /* the button goes with the note */
  if (self->shown != NULL)
    enclave_info_row_respond (self, self->shown->key, copy);
}

static void
remove_buttons (EnclaveInfoRow *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_box_remove (GTK_BOX (self->buttons), child);
}

/* An answer that is too long for a narrow row loses its end rather than its place. */
static void
fit_buttons (EnclaveInfoRow *self)
{
  gboolean stacked = gtk_orientable_get_orientation (GTK_ORIENTABLE (self->content)) == GTK_ORIENTATION_VERTICAL;

  for (GtkWidget *button = gtk_widget_get_first_child (self->buttons); button != NULL; button = gtk_widget_get_next_sibling (button))
    gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), stacked ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

/* What is out of sight is still there for assistive technologies, and no longer so. */
static void
revealed_cb (EnclaveInfoRow *self)
{
  if (self->shown != NULL || gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)))
    return;
  gtk_label_set_label (GTK_LABEL (self->label), "");
  gtk_label_set_label (GTK_LABEL (self->detail), "");
  remove_buttons (self);
}

static void
show_note (EnclaveInfoRow *self, Note *note)
{
  self->shown = note;

  if (note == NULL)
    {
      enclave_settling_reveal (GTK_REVEALER (self->revealer), FALSE);
      gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL);
      return;
    }

  remove_buttons (self);
  if (note->calm)
    gtk_widget_add_css_class (self->row, "calm");
  else
    gtk_widget_remove_css_class (self->row, "calm");
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), note->icon_name);
  gtk_label_set_label (GTK_LABEL (self->label), note->text);
  gtk_label_set_label (GTK_LABEL (self->detail), note->detail != NULL ? note->detail : "");
  gtk_widget_set_tooltip_text (self->detail, note->detail);
  gtk_widget_set_visible (self->detail, note->detail != NULL);
  if (note->detail != NULL)
    gtk_widget_add_css_class (self->label, "heading");
  else
    gtk_widget_remove_css_class (self->label, "heading");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, note->text, -1);

  for (guint i = 0; note->responses[i] != NULL && note->responses[i + 1] != NULL; i += 2)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (note->responses[i + 1]);

      enclave_accessible_mend_mnemonic (GTK_BUTTON (button));
      g_object_set_data_full (G_OBJECT (button), "enclave-response",
                              g_strdup (response_id (note->responses[i])), g_free);
      if (note->responses[i][0] == '!')
        gtk_widget_add_css_class (button, "destructive-action");
      else if (note->responses[i][0] == '*')
        gtk_widget_add_css_class (button, "suggested-action");
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_signal_connect (button, "clicked", G_CALLBACK (button_clicked_cb), self);
      gtk_box_append (GTK_BOX (self->buttons), button);
    }

  fit_buttons (self);
  gtk_widget_set_visible (self->buttons, gtk_widget_get_first_child (self->buttons) != NULL);
  enclave_settling_reveal (GTK_REVEALER (self->revealer), TRUE);
}

static void
show_most_urgent (EnclaveInfoRow *self)
{
  show_note (self, self->notes->len > 0 ? g_ptr_array_index (self->notes, 0) : NULL);
}

static int
compare_notes (gconstpointer a, gconstpointer b)
{
  const Note *first = *(const Note *const *) a;
  const Note *second = *(const Note *const *) b;

  return first->key < second->key ? -1 : first->key > second->key;
}

static void
enclave_info_row_dispose (GObject *object)
{
  EnclaveInfoRow *self = ENCLAVE_INFO_ROW (object);

  g_clear_weak_pointer (&self->before);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_info_row_parent_class)->dispose (object);
}

static void
enclave_info_row_finalize (GObject *object)
{
  EnclaveInfoRow *self = ENCLAVE_INFO_ROW (object);

  g_clear_pointer (&self->notes, g_ptr_array_unref);

  G_OBJECT_CLASS (enclave_info_row_parent_class)->finalize (object);
}

static void
enclave_info_row_class_init (EnclaveInfoRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_info_row_dispose;
  object_class->finalize = enclave_info_row_finalize;

  signals[RESPONSE] = g_signal_new ("response", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
enclave_info_row_init (EnclaveInfoRow *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->notes = g_ptr_array_new_with_free_func (note_free);

  self->icon = gtk_image_new ();
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);

  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);

  self->detail = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->detail), 0);
  /* Often a command that is to be agreed to: all of it is seen, in a narrow row as well. */
  gtk_label_set_wrap (GTK_LABEL (self->detail), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->detail), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->detail), MAX_DETAIL_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (self->detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->detail, "monospace");
  gtk_widget_add_css_class (self->detail, "caption");

  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), self->label);
  gtk_box_append (GTK_BOX (texts), self->detail);

  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_box_append (GTK_BOX (self->content), texts);
  gtk_box_append (GTK_BOX (self->content), self->buttons);

  gtk_widget_add_css_class (row, "enclave-info");
  self->row = row;
  gtk_box_append (GTK_BOX (row), self->icon);
  gtk_box_append (GTK_BOX (row), self->content);

  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_duration (GTK_REVEALER (self->revealer), 200);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), row);
  g_signal_connect_swapped (self->revealer, "notify::child-revealed", G_CALLBACK (revealed_cb), self);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}

GtkWidget *
enclave_info_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_INFO_ROW, NULL);
}

void
enclave_info_row_present (EnclaveInfoRow *self, guint key, const char *icon_name, const char *text,
                          const char *detail, const char *const *responses)
{
  Note *note;

  g_return_if_fail (ENCLAVE_IS_INFO_ROW (self));
  g_return_if_fail (icon_name != NULL && text != NULL && responses != NULL);

  note = find_note (self, key);
  if (note != NULL)
    g_ptr_array_remove (self->notes, note);

  note = g_new0 (Note, 1);
  note->key = key;
  note->icon_name = g_strdup (icon_name);
  note->text = g_strdup (text);
  note->detail = g_strdup (detail);
  note->responses = g_strdupv ((char **) responses);
  g_ptr_array_add (self->notes, note);
  g_ptr_array_sort (self->notes, compare_notes);

  show_most_urgent (self);
}

void
enclave_info_row_withdraw (EnclaveInfoRow *self, guint key)
{
  Note *note;

  g_return_if_fail (ENCLAVE_IS_INFO_ROW (self));

  note = find_note (self, key);
  if (note == NULL)
    return;

  g_ptr_array_remove (self->notes, note);
  show_most_urgent (self);
}

void
enclave_info_row_set_calm (EnclaveInfoRow *self, guint key)
{
  Note *note;

  g_return_if_fail (ENCLAVE_IS_INFO_ROW (self));

  note = find_note (self, key);
  if (note == NULL)
    return;
  note->calm = TRUE;
  if (self->shown == note)
    gtk_widget_add_css_class (self->row, "calm");
}

gboolean
enclave_info_row_is_presented (EnclaveInfoRow *self, guint key)
{
  g_return_val_if_fail (ENCLAVE_IS_INFO_ROW (self), FALSE);

  return find_note (self, key) != NULL;
}

const char *
enclave_info_row_get_text (EnclaveInfoRow *self, guint key)
{
  Note *note;

  g_return_val_if_fail (ENCLAVE_IS_INFO_ROW (self), NULL);

  note = find_note (self, key);

  return note != NULL ? note->text : NULL;
}

static GtkWidget *
get_focus (EnclaveInfoRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

/* The buttons go, and the keyboard would go with them: what the person types would reach nobody. */
static void
return_focus (EnclaveInfoRow *self)
{
  GtkWidget *focus = get_focus (self);

  if (self->before == NULL || !gtk_widget_get_mapped (self->before))
    return;
  if (focus == NULL || !gtk_widget_get_mapped (focus) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->before);
}

void
enclave_info_row_respond (EnclaveInfoRow *self, guint key, const char *id)
{
  GtkWidget *focus;
  gboolean had_focus;
  g_autoptr (EnclaveInfoRow) alive = NULL;

  g_return_if_fail (ENCLAVE_IS_INFO_ROW (self));
  g_return_if_fail (id != NULL);

  if (find_note (self, key) == NULL)
    return;

  /* an answer may close the tab that this row stands in */
  alive = g_object_ref (self);
  focus = get_focus (self);
  had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
  enclave_info_row_withdraw (self, key);
  g_signal_emit (self, signals[RESPONSE], 0, key, id);
  if (had_focus)
    return_focus (self);
}

gboolean
enclave_info_row_focus (EnclaveInfoRow *self)
{
  GtkWidget *button;
  GtkWidget *focus;

  g_return_val_if_fail (ENCLAVE_IS_INFO_ROW (self), FALSE);

  button = gtk_widget_get_first_child (self->buttons);
  if (self->shown == NULL || button == NULL)
    return FALSE;
  focus = get_focus (self);
  if (focus != NULL && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    g_set_weak_pointer (&self->before, focus);

  return gtk_widget_grab_focus (button);
}

void
enclave_info_row_set_stacked (EnclaveInfoRow *self, gboolean stacked)
{
  g_return_if_fail (ENCLAVE_IS_INFO_ROW (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->content), stacked ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (GTK_BOX (self->content), stacked ? 6 : 12);
  gtk_widget_set_halign (self->buttons, stacked ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  gtk_widget_set_visible (self->icon, !stacked);
  fit_buttons (self);
}
