/* enclave-editor-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-editor-status.h"
#include "enclave-language-list.h"
#include "enclave-late-menu.h"

/* As a target of an action; no name of an encoding. */
#define WITH_BOM "UTF-8 BOM"

struct _EnclaveEditorStatus
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *problem;
  GtkWidget *position;
  GtkWidget *indentation;
  GtkWidget *encoding;
  GtkWidget *line_ends;
  GtkWidget *language;

  GSimpleActionGroup *actions;
  EnclaveEditorPage *page; /* not owned, (nullable) */
  GSignalGroup *buffer_signals;
  GSignalGroup *document_signals;
  GSignalGroup *completion_signals;
  GSignalGroup *page_signals;
};

G_DEFINE_FINAL_TYPE (EnclaveEditorStatus, enclave_editor_status, GTK_TYPE_WIDGET)

static void
set_label (GtkWidget *button, const char *label, const char *purpose)
{
  GtkWidget *child = button;

  if (GTK_IS_MENU_BUTTON (button))
    child = gtk_menu_button_get_child (GTK_MENU_BUTTON (button));
  else if (GTK_IS_BUTTON (button))
    child = gtk_button_get_child (GTK_BUTTON (button));

  gtk_label_set_label (GTK_LABEL (child), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, purpose, -1);
}

static EnclaveDocument *
get_document (EnclaveEditorStatus *self)
{
  return self->page != NULL ? enclave_editor_page_get_document (self->page) : NULL;
}

static void
update_position (EnclaveEditorStatus *self)
{
  EnclaveDocument *document = get_document (self);
  GtkTextBuffer *buffer;
  g_autofree char *text = NULL;
  GtkTextIter iter;
  guint column;

  if (document == NULL)
    return;

  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (document));
  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  column = gtk_source_view_get_visual_column (enclave_editor_page_get_view (self->page), &iter) + 1;
  text = g_strdup_printf (_("Line %d, column %u"), gtk_text_iter_get_line (&iter) + 1, column);
  set_label (self->position, text, _("Go to line"));
}

static const char *
line_ends_name (EnclaveLineEnds line_ends)
{
  switch (line_ends)
    {
    case ENCLAVE_LINE_ENDS_CRLF:
      return "CRLF";
    case ENCLAVE_LINE_ENDS_CR:
      return "CR";
    case ENCLAVE_LINE_ENDS_MIXED:
      return _("Mixed line ends");
    case ENCLAVE_LINE_ENDS_LF:
    default:
      return "LF";
    }
}

static void
update_problem (EnclaveEditorStatus *self)
{
  const char *problem = self->page != NULL
                            ? enclave_inline_completion_get_problem (enclave_editor_page_get_completion (self->page))
                            : NULL;

  gtk_widget_set_visible (self->problem, problem != NULL);
  gtk_widget_set_tooltip_text (self->problem, problem);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->problem), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  problem != NULL ? problem : "", -1);
}

/* What is not saved would be lost. */
static void
update_can_read (EnclaveEditorStatus *self)
{
  EnclaveDocument *document = get_document (self);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "read-as");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), document != NULL && enclave_document_can_read_as (document));
}

static void
update_all (EnclaveEditorStatus *self)
{
  EnclaveDocument *document = get_document (self);
  gboolean shown = document != NULL && enclave_document_get_loaded (document);
  EnclaveIndentation indentation;
  GtkSourceLanguage *language;
  g_autofree char *text = NULL;
  g_autofree char *encoding = NULL;

  gtk_widget_set_visible (self->box, shown);
  if (!shown)
    return;

  indentation = enclave_editor_page_get_indentation (self->page);
  text = g_strdup_printf (indentation.spaces ? _("Spaces: %u") : _("Tabs: %u"), indentation.width);
  language = gtk_source_buffer_get_language (enclave_document_get_buffer (document));
  encoding = enclave_document_get_has_bom (document)
                 /* Translators: an encoding whose file begins with a byte order mark. */
                 ? g_strdup_printf (_("%s with BOM"), enclave_document_get_encoding (document))
                 : g_strdup (enclave_document_get_encoding (document));

  update_problem (self);
  set_label (self->indentation, text, _("Indentation"));
  set_label (self->encoding, encoding, _("Encoding"));
  update_can_read (self);
  set_label (self->line_ends, line_ends_name (enclave_document_get_line_ends (document)), _("Line ends"));
  set_label (self->language, language != NULL ? gtk_source_language_get_name (language) : _("Plain text"),
             _("Language"));
  update_position (self);
}

static void
set_line_ends_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorStatus *self = ENCLAVE_EDITOR_STATUS (user_data);
  int value = g_variant_get_int32 (parameter);

  if (get_document (self) != NULL && value >= ENCLAVE_LINE_ENDS_LF && value < ENCLAVE_LINE_ENDS_MIXED)
    enclave_document_set_line_ends (get_document (self), value);
}

static void
set_indentation_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorStatus *self = ENCLAVE_EDITOR_STATUS (user_data);
  int value = g_variant_get_int32 (parameter);
  EnclaveIndentation indentation = { value > 0, ABS (value) };

  if (self->page != NULL && indentation.width >= 1 && indentation.width <= 16)
    enclave_editor_page_set_indentation (self->page, indentation);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveEditorPage) page = user_data;
  EnclaveInfoRow *row = enclave_editor_page_get_info_row (page);
  g_autoptr (GError) error = NULL;

  if (enclave_document_read_as_finish (ENCLAVE_DOCUMENT (source), result, &error))
    enclave_info_row_withdraw (row, ENCLAVE_EDITOR_NOTE_ENCODING);
  else
    enclave_info_row_present (row, ENCLAVE_EDITOR_NOTE_ENCODING, "dialog-warning-symbolic", error->message, NULL,
                              (const char *const[]) { "close", _("Close"), NULL });
  enclave_editor_page_focus (page);
}

static gboolean
is_known (const char *encoding)
{
  return g_strv_contains (enclave_text_file_list_encodings (), encoding);
}

static void
read_as_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorStatus *self = ENCLAVE_EDITOR_STATUS (user_data);
  EnclaveDocument *document = get_document (self);
  const char *encoding = g_variant_get_string (parameter, NULL);

  if (document != NULL && is_known (encoding) && enclave_document_can_read_as (document))
    enclave_document_read_as_async (document, encoding, NULL, read_cb, g_object_ref (self->page));
}

static void
write_as_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveEditorStatus *self = ENCLAVE_EDITOR_STATUS (user_data);
  const char *encoding = g_variant_get_string (parameter, NULL);
  /* UTF-16 is told by its mark */
  gboolean has_bom = g_str_equal (encoding, WITH_BOM) || g_str_has_prefix (encoding, "UTF-16");

  if (g_str_equal (encoding, WITH_BOM))
    encoding = "UTF-8";
  if (get_document (self) == NULL || !is_known (encoding))
    return;
  enclave_document_write_as (get_document (self), encoding, has_bom);
  update_all (self);
}

static void
language_chosen_cb (EnclaveEditorStatus *self, GtkSourceLanguage *language)
{
  if (get_document (self) != NULL)
    gtk_source_buffer_set_language (enclave_document_get_buffer (get_document (self)), language);
}

static const GActionEntry entries[] = {
  { "line-ends", set_line_ends_cb, "i" },
  /* columns; below 0 with tabs */
  { "indentation", set_indentation_cb, "i" },
  { "read-as", read_as_cb, "s" },
  { "write-as", write_as_cb, "s" },
};

static void
append_choice (GMenu *menu, const char *label, const char *action, int value)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "i", value);
  g_menu_append_item (menu, item);
}

/* @bom: with the one that has a mark, too. */
static void
append_encodings (GMenu *menu, const char *label, const char *action, gboolean bom)
{
  const char *const *names = enclave_text_file_list_encodings ();
  g_autoptr (GMenu) choices = g_menu_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (names[i], NULL);

      g_menu_item_set_action_and_target (item, action, "s", names[i]);
      g_menu_append_item (choices, item);
      if (bom && i == 0)
        {
          g_autofree char *with_bom = g_strdup_printf (_("%s with BOM"), names[i]);
          g_autoptr (GMenuItem) marked = g_menu_item_new (with_bom, NULL);

          g_menu_item_set_action_and_target (marked, action, "s", WITH_BOM);
          g_menu_append_item (choices, marked);
        }
    }
  g_menu_append_submenu (menu, label, G_MENU_MODEL (choices));
}

/* A status line states; the weight of a button's label would shout. */
static GtkWidget *
new_label (void)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  GtkWidget *label = gtk_label_new (NULL);

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_NORMAL));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);

  return label;
}

static GtkWidget *
add_menu (EnclaveEditorStatus *self, GMenu *menu)
{
  GtkWidget *button = enclave_accessible_menu_button_new ();

  gtk_menu_button_set_direction (GTK_MENU_BUTTON (button), GTK_ARROW_UP);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), new_label ());
  gtk_widget_add_css_class (button, "flat");
  if (menu != NULL)
    enclave_late_menu_set (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_box_append (GTK_BOX (self->box), button);

  return button;
}

static void
enclave_editor_status_dispose (GObject *object)
{
  EnclaveEditorStatus *self = ENCLAVE_EDITOR_STATUS (object);

  self->page = NULL;
  g_clear_object (&self->buffer_signals);
  g_clear_object (&self->document_signals);
  g_clear_object (&self->page_signals);
  g_clear_object (&self->completion_signals);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_editor_status_parent_class)->dispose (object);
}

static void
enclave_editor_status_class_init (EnclaveEditorStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_editor_status_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_items (EnclaveEditorStatus *self)
{
  g_autoptr (GMenu) indentation = g_menu_new ();
  g_autoptr (GMenu) line_ends = g_menu_new ();
  g_autoptr (GMenu) encodings = g_menu_new ();
  GtkWidget *languages = enclave_language_list_new ();

  self->problem = gtk_label_new (_("No suggestions"));
  gtk_widget_set_margin_end (self->problem, 6);
  gtk_widget_add_css_class (self->problem, "dim-label");
  gtk_box_append (GTK_BOX (self->box), self->problem);

  self->position = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->position), new_label ());
  gtk_widget_add_css_class (self->position, "flat");
  gtk_widget_add_css_class (self->position, "numeric");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->position), "editor.go-to-line");
  gtk_box_append (GTK_BOX (self->box), self->position);

  append_choice (indentation, _("2 spaces"), "status.indentation", 2);
  append_choice (indentation, _("4 spaces"), "status.indentation", 4);
  append_choice (indentation, _("8 spaces"), "status.indentation", 8);
  append_choice (indentation, _("Tabs, 4 columns"), "status.indentation", -4);
  append_choice (indentation, _("Tabs, 8 columns"), "status.indentation", -8);
  self->indentation = add_menu (self, indentation);

  append_encodings (encodings, _("Read the file as"), "status.read-as", FALSE);
  append_encodings (encodings, _("Write the file as"), "status.write-as", TRUE);
  self->encoding = add_menu (self, encodings);

  append_choice (line_ends, _("Change all to LF (Unix)"), "status.line-ends", ENCLAVE_LINE_ENDS_LF);
  append_choice (line_ends, _("Change all to CRLF (Windows)"), "status.line-ends", ENCLAVE_LINE_ENDS_CRLF);
  self->line_ends = add_menu (self, line_ends);

  self->language = add_menu (self, NULL);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->language), languages);
  g_signal_connect_object (languages, "chosen", G_CALLBACK (language_chosen_cb), self, G_CONNECT_SWAPPED);
}

static void
enclave_editor_status_init (EnclaveEditorStatus *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_visible (self->box, FALSE);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "status", G_ACTION_GROUP (self->actions));

  add_items (self);

  self->buffer_signals = g_signal_group_new (GTK_SOURCE_TYPE_BUFFER);
  g_signal_group_connect_swapped (self->buffer_signals, "cursor-moved", G_CALLBACK (update_position), self);
  g_signal_group_connect_swapped (self->buffer_signals, "notify::language", G_CALLBACK (update_all), self);

  self->document_signals = g_signal_group_new (ENCLAVE_TYPE_DOCUMENT);
  g_signal_group_connect_swapped (self->document_signals, "notify::busy", G_CALLBACK (update_all), self);
  g_signal_group_connect_swapped (self->document_signals, "notify::modified", G_CALLBACK (update_can_read), self);
  g_signal_group_connect_swapped (self->document_signals, "notify::line-ends", G_CALLBACK (update_all), self);

  self->completion_signals = g_signal_group_new (ENCLAVE_TYPE_INLINE_COMPLETION);
  g_signal_group_connect_swapped (self->completion_signals, "notify::problem", G_CALLBACK (update_problem), self);

  self->page_signals = g_signal_group_new (ENCLAVE_TYPE_EDITOR_PAGE);
  g_signal_group_connect_swapped (self->page_signals, "indentation-changed", G_CALLBACK (update_all), self);
}

GtkWidget *
enclave_editor_status_new (void)
{
  return g_object_new (ENCLAVE_TYPE_EDITOR_STATUS, NULL);
}

void
enclave_editor_status_set_page (EnclaveEditorStatus *self, EnclaveEditorPage *page)
{
  EnclaveDocument *document;

  g_return_if_fail (ENCLAVE_IS_EDITOR_STATUS (self));
  g_return_if_fail (page == NULL || ENCLAVE_IS_EDITOR_PAGE (page));

  if (self->page_signals == NULL)
    return;

  self->page = page;
  document = get_document (self);
  g_signal_group_set_target (self->page_signals, page);
  g_signal_group_set_target (self->completion_signals, page != NULL ? enclave_editor_page_get_completion (page) : NULL);
  g_signal_group_set_target (self->document_signals, document);
  g_signal_group_set_target (self->buffer_signals,
                             document != NULL ? enclave_document_get_buffer (document) : NULL);
  update_all (self);
}
