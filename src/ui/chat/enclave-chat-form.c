/* enclave-chat-form.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-form.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-json.h"

/* Of a field that is brought into view: its name stands there. */
#define ROOM_ABOVE 60

typedef struct
{
  const EnclaveMcpField *field; /* of the form */
  GtkWidget *control;           /* entry, switch, drop-down, or a box of check buttons */
  GtkLabel *error;
} Row;

struct _EnclaveChatForm
{
  GtkWidget parent_instance;

  EnclaveMcpForm *form;
  GtkWidget *box;
  GArray *rows; /* (element-type Row) */
};

G_DEFINE_FINAL_TYPE (EnclaveChatForm, enclave_chat_form, GTK_TYPE_WIDGET)

static void
enclave_chat_form_dispose (GObject *object)
{
  g_clear_pointer (&ENCLAVE_CHAT_FORM (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_chat_form_parent_class)->dispose (object);
}

static void
enclave_chat_form_finalize (GObject *object)
{
  EnclaveChatForm *self = ENCLAVE_CHAT_FORM (object);

  g_array_unref (self->rows);
  g_clear_pointer (&self->form, enclave_mcp_form_unref);
  G_OBJECT_CLASS (enclave_chat_form_parent_class)->finalize (object);
}

static void
enclave_chat_form_class_init (EnclaveChatFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_chat_form_dispose;
  object_class->finalize = enclave_chat_form_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
enclave_chat_form_init (EnclaveChatForm *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
new_label (const char *text, gboolean is_quiet)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (is_quiet)
    {
      gtk_widget_add_css_class (label, "enclave-quiet");
      gtk_widget_add_css_class (label, "enclave-chat-small");
    }
  return label;
}

static void
clear_error_cb (GtkLabel *error)
{
  gtk_widget_set_visible (GTK_WIDGET (error), FALSE);
}

static GtkWidget *
new_entry (const EnclaveMcpField *field)
{
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *text = enclave_mcp_field_dup_text (field);

  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_entry_set_max_length (GTK_ENTRY (entry), ENCLAVE_MCP_FORM_VALUE_BYTES / 4);
  gtk_widget_set_hexpand (entry, TRUE);
  if (field->is_secret)
    {
      gtk_entry_set_visibility (GTK_ENTRY (entry), FALSE);
      gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_PASSWORD);
    }
  else if (field->kind != ENCLAVE_MCP_FIELD_TEXT)
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  return entry;
}

/* The first entry of one that may be left out says so. */
static GtkWidget *
new_choice (const EnclaveMcpField *field)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *drop_down;
  guint chosen = 0;

  gtk_string_list_append (list, field->required ? _ ("Choose…") : _ ("Nothing"));
  for (guint i = 0; i < field->choices->len; i++)
    {
      gtk_string_list_append (list, ((EnclaveMcpChoice *) g_ptr_array_index (field->choices, i))->label);
      if (enclave_mcp_field_is_chosen (field, i))
        chosen = i + 1;
    }
  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_object_ref (list)), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), chosen);
  enclave_accessible_label_drop_down (GTK_DROP_DOWN (drop_down), field->title);
  return drop_down;
}

static GtkWidget *
new_choices (const EnclaveMcpField *field)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  for (guint i = 0; i < field->choices->len; i++)
    {
      const EnclaveMcpChoice *choice = g_ptr_array_index (field->choices, i);
      GtkWidget *button = gtk_check_button_new ();
      GtkWidget *label = new_label (choice->label, FALSE);

      gtk_check_button_set_child (GTK_CHECK_BUTTON (button), label);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (button), enclave_mcp_field_is_chosen (field, i));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, choice->label, -1);
      gtk_box_append (GTK_BOX (box), button);
    }
  return box;
}

static GtkWidget *
new_switch (const EnclaveMcpField *field)
{
  GtkWidget *control = gtk_switch_new ();

  gtk_widget_set_halign (control, GTK_ALIGN_START);
  gtk_switch_set_active (GTK_SWITCH (control), field->value != NULL && json_node_get_boolean (field->value));
  return control;
}

static GtkWidget *
new_control (const EnclaveMcpField *field)
{
  switch (field->kind)
    {
    case ENCLAVE_MCP_FIELD_BOOLEAN:
      return new_switch (field);
    case ENCLAVE_MCP_FIELD_CHOICE:
      return new_choice (field);
    case ENCLAVE_MCP_FIELD_CHOICES:
      return new_choices (field);
    case ENCLAVE_MCP_FIELD_TEXT:
    case ENCLAVE_MCP_FIELD_INTEGER:
    case ENCLAVE_MCP_FIELD_NUMBER:
    default:
      return new_entry (field);
    }
}

/* Everything that a reader has to know of it, in the name of the control. */
static void
label_control (const EnclaveMcpField *field, GtkWidget *control)
{
  g_autofree char *name = field->required ? g_strdup_printf (_ ("%s, required"), field->title) : g_strdup (field->title);

  if (field->kind != ENCLAVE_MCP_FIELD_CHOICE)
    gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, field->description, -1);
}

static void
add_row (EnclaveChatForm *self, const EnclaveMcpField *field)
{
  GtkWidget *row_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *title = field->required ? g_strdup_printf (_ ("%s (required)"), field->title) : g_strdup (field->title);
  Row row = { .field = field, .control = new_control (field) };

  row.error = GTK_LABEL (new_label ("", FALSE));
  gtk_widget_add_css_class (GTK_WIDGET (row.error), "error");
  gtk_widget_add_css_class (GTK_WIDGET (row.error), "enclave-chat-small");
  gtk_widget_set_visible (GTK_WIDGET (row.error), FALSE);
  gtk_box_append (GTK_BOX (row_box), new_label (title, FALSE));
  if (*field->description != '\0')
    gtk_box_append (GTK_BOX (row_box), new_label (field->description, TRUE));
  gtk_box_append (GTK_BOX (row_box), row.control);
  gtk_box_append (GTK_BOX (row_box), GTK_WIDGET (row.error));
  label_control (field, row.control);
  if (GTK_IS_EDITABLE (row.control))
    g_signal_connect_swapped (row.control, "changed", G_CALLBACK (clear_error_cb), row.error);
  if (GTK_IS_DROP_DOWN (row.control))
    g_signal_connect_swapped (row.control, "notify::selected", G_CALLBACK (clear_error_cb), row.error);
  gtk_box_append (GTK_BOX (self->box), row_box);
  g_array_append_val (self->rows, row);
}

GtkWidget *
enclave_chat_form_new (EnclaveMcpForm *form)
{
  EnclaveChatForm *self = g_object_new (ENCLAVE_TYPE_CHAT_FORM, NULL);

  self->form = enclave_mcp_form_ref (form);
  for (guint i = 0; i < form->fields->len; i++)
    add_row (self, g_ptr_array_index (form->fields, i));
  return GTK_WIDGET (self);
}

static gboolean
read_choice (const Row *row, JsonNode **value, GError **error)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (row->control));

  if (selected == 0 || selected > row->field->choices->len)
    return enclave_mcp_field_check_count (row->field, 0, error);
  *value = json_node_init_string (json_node_alloc (),
                                  ((EnclaveMcpChoice *) g_ptr_array_index (row->field->choices, selected - 1))->value);
  return TRUE;
}

static gboolean
read_choices (const Row *row, JsonNode **value, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();
  GtkWidget *button = gtk_widget_get_first_child (row->control);

  for (guint i = 0; i < row->field->choices->len && button != NULL; i++, button = gtk_widget_get_next_sibling (button))
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (button)))
      json_array_add_string_element (array, ((EnclaveMcpChoice *) g_ptr_array_index (row->field->choices, i))->value);
  if (!enclave_mcp_field_check_count (row->field, json_array_get_length (array), error))
    return FALSE;
  if (json_array_get_length (array) > 0 || row->field->required)
    *value = json_node_init_array (json_node_alloc (), array);
  return TRUE;
}

static gboolean
read_row (const Row *row, JsonNode **value, GError **error)
{
  switch (row->field->kind)
    {
    case ENCLAVE_MCP_FIELD_BOOLEAN:
      *value = json_node_init_boolean (json_node_alloc (), gtk_switch_get_active (GTK_SWITCH (row->control)));
      return TRUE;
    case ENCLAVE_MCP_FIELD_CHOICE:
      return read_choice (row, value, error);
    case ENCLAVE_MCP_FIELD_CHOICES:
      return read_choices (row, value, error);
    case ENCLAVE_MCP_FIELD_TEXT:
    case ENCLAVE_MCP_FIELD_INTEGER:
    case ENCLAVE_MCP_FIELD_NUMBER:
    default:
      return enclave_mcp_field_read (row->field, gtk_editable_get_text (GTK_EDITABLE (row->control)), value, error);
    }
}

/* A list does not scroll within one of its rows when something in it has the focus, and a form may be higher than what is seen of it. */
static void
reveal (GtkWidget *control)
{
  GtkWidget *window = gtk_widget_get_ancestor (control, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment;
  graphene_rect_t bounds;

  if (window == NULL || !gtk_widget_compute_bounds (control, window, &bounds))
    return;
  if (bounds.origin.y >= 0 && bounds.origin.y + bounds.size.height <= (float) gtk_widget_get_height (window))
    return;
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (window));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + (double) bounds.origin.y - ROOM_ABOVE);
}

JsonObject *
enclave_chat_form_read (EnclaveChatForm *self)
{
  g_autoptr (JsonObject) content = json_object_new ();
  GtkWidget *wrong = NULL;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_FORM (self), NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      JsonNode *value = NULL;
      g_autoptr (GError) error = NULL;
      gboolean fits = read_row (row, &value, &error);

      gtk_label_set_text (row->error, fits ? "" : error->message);
      if (!fits && wrong == NULL)
        wrong = row->control;
      if (value != NULL)
        json_object_set_member (content, row->field->name, value);
    }
  /* Before the height changes: a list that follows its end takes that for the person's own scrolling, and leaves it there. */
  if (wrong != NULL)
    reveal (wrong);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkLabel *error = g_array_index (self->rows, Row, i).error;

      gtk_widget_set_visible (GTK_WIDGET (error), *gtk_label_get_text (error) != '\0');
    }
  if (wrong == NULL)
    return g_steal_pointer (&content);
  gtk_widget_child_focus (wrong, GTK_DIR_TAB_FORWARD);
  return NULL;
}

gboolean
enclave_chat_form_asks_for_secret (EnclaveChatForm *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_FORM (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, Row, i).field->is_secret)
      return TRUE;
  return FALSE;
}

gboolean
enclave_chat_form_holds_secret (EnclaveChatForm *self, EnclaveGate *gate)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_FORM (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      const char *text = GTK_IS_EDITABLE (row->control) ? gtk_editable_get_text (GTK_EDITABLE (row->control)) : "";
      g_autofree char *line = NULL;
      g_autoptr (EnclaveContextItem) item = NULL;

      if (*text == '\0')
        continue;
      if (row->field->is_secret)
        return TRUE;
      if (gate == NULL)
        continue;
      /* A value alone says less than with its name. */
      line = g_strdup_printf ("%s = %s", row->field->name, text);
      item = enclave_gate_admit_text (gate, line, NULL, "form", NULL);
      if (item == NULL || enclave_context_item_count_masks (enclave_context_item_get_text (item)) > 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
enclave_chat_form_focus (EnclaveChatForm *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_FORM (self), FALSE);

  return self->rows->len > 0 && gtk_widget_child_focus (g_array_index (self->rows, Row, 0).control, GTK_DIR_TAB_FORWARD);
}
