/* enclave-model-menu.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-model-advice.h"
#include "enclave-model-menu.h"

struct _EnclaveModelMenu
{
  GtkWidget parent_instance;

  EnclaveModelChoice *choice; /* (nullable) */
  GtkWidget *button;
  GtkWidget *dot;
  GtkWidget *label;
  GtkWidget *scrolled;
  GtkWidget *list;
  GtkWidget *empty;
  GtkWidget *check;
  gboolean waiting;
};

enum
{
  SERVERS,
  CHECK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveModelMenu, enclave_model_menu, GTK_TYPE_WIDGET)

static const char *const dot_classes[] = { "ready", "none", "loading", "failed", NULL };

static void
set_dot (EnclaveModelMenu *self, const char *css_class, const char *state)
{
  const char *name = gtk_label_get_label (GTK_LABEL (self->label));
  g_autofree char *tooltip = g_strdup_printf ("%s · %s", name, state);

  /* A class that goes and comes back begins its transition anew. */
  if (!gtk_widget_has_css_class (self->dot, css_class))
    {
      for (guint i = 0; dot_classes[i] != NULL; i++)
        gtk_widget_remove_css_class (self->dot, dot_classes[i]);
      gtk_widget_add_css_class (self->dot, css_class);
    }
  gtk_widget_set_tooltip_text (self->button, tooltip);
  enclave_accessible_label_menu_button (GTK_MENU_BUTTON (self->button), _("Model"), tooltip);
}

static void
update (EnclaveModelMenu *self)
{
  EnclaveServer *server = self->choice != NULL ? enclave_model_choice_get_server (self->choice) : NULL;
  EnclaveModelInfo *model = self->choice != NULL ? enclave_model_choice_get_model (self->choice) : NULL;

  if (model == NULL)
    {
      gboolean looked = self->choice != NULL && enclave_model_choice_get_looked (self->choice);

      gtk_label_set_label (GTK_LABEL (self->label), looked ? _("No model") : _("Looking for models"));
      set_dot (self, "none", looked ? _("no server answers") : _("asking the servers"));
      return;
    }

  gtk_label_set_label (GTK_LABEL (self->label), enclave_model_info_get_name (model));
  switch (enclave_server_get_state (server))
    {
    case ENCLAVE_SERVER_READY:
    case ENCLAVE_SERVER_CHECKING:
      if (self->waiting)
        set_dot (self, "loading", _("the agent waits for you"));
      else
        set_dot (self, "ready", _("ready"));
      break;
    case ENCLAVE_SERVER_LOADING:
      set_dot (self, "loading", _("the server loads the model"));
      break;
    case ENCLAVE_SERVER_NO_ANSWER:
      set_dot (self, "failed", _("the server does not answer"));
      break;
    case ENCLAVE_SERVER_NOT_A_SERVER:
    case ENCLAVE_SERVER_FAILED:
    default:
      set_dot (self, "failed", enclave_server_get_message (server));
      break;
    }
}

static void
choose_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  EnclaveModelMenu *self = ENCLAVE_MODEL_MENU (user_data);
  EnclaveServer *server = g_object_get_data (G_OBJECT (row), "server");
  EnclaveModelInfo *model = g_object_get_data (G_OBJECT (row), "model");

  if (server == NULL || model == NULL)
    return;
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  enclave_model_choice_set (self->choice, server, model);
}

static char *
describe (EnclaveModelInfo *model, const EnclaveModelAdvice *advice)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  guint64 size = enclave_model_info_get_size_bytes (model);
  g_autofree char *facts = enclave_model_advice_dup_facts (advice, FALSE);

  if (enclave_model_info_get_remote (model))
    return g_strdup_printf (_("runs on %s"), enclave_model_info_get_remote_host (model));

  if (enclave_model_info_get_context_loaded (model) > 0
      && enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)) == ENCLAVE_ENDPOINT_OLLAMA)
    g_ptr_array_add (parts, g_strdup (_("loaded")));
  else if (*enclave_model_info_get_parameters (model) != '\0')
    g_ptr_array_add (parts, g_strdup (enclave_model_info_get_parameters (model)));
  if (size > 0)
    g_ptr_array_add (parts, g_format_size (size));
  if (*facts != '\0')
    g_ptr_array_add (parts, g_strdup (facts));
  if (parts->len == 0)
    return g_strdup (_("the server says no more about it"));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

/* What to know of a server before one of its models is chosen. */
static void
add_warnings (GtkBox *box, EnclaveServer *server)
{
  EnclaveServerWarnings warnings = enclave_inference_client_get_warnings (enclave_server_get_client (server));

  for (guint flag = 1; flag <= warnings; flag <<= 1)
    {
      GtkWidget *label;

      if ((warnings & flag) == 0)
        continue;
      label = gtk_label_new (enclave_server_warning_to_sentence (flag));
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "warning");
      gtk_box_append (box, label);
    }
}

static GtkWidget *
make_heading (EnclaveServer *server)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  g_autofree char *text = g_strdup_printf (
    "%s, %s", enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (endpoint)),
    enclave_server_get_place (server));
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "enclave-quiet");
  gtk_box_append (GTK_BOX (box), label);
  add_warnings (GTK_BOX (box), server);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_widget_add_css_class (row, "heading-row");
  return row;
}

static GtkWidget *
make_row (EnclaveModelMenu *self, EnclaveServer *server, EnclaveModelInfo *model)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *name = gtk_label_new (enclave_model_info_get_name (model));
  gboolean remote = enclave_model_info_get_remote (model);
  EnclaveModelAdvice advice;
  const char *kind = "error";
  const char *tag_text = _("Leaves this machine");
  g_autofree char *facts = NULL;
  GtkWidget *second;

  enclave_model_advice_make_here (model, &advice);
  facts = describe (model, &advice);
  second = gtk_label_new (facts);
  if (!remote)
    {
      tag_text = enclave_model_advice_get_tag (&advice, &kind);
      /* What goes well needs no word here. */
      if (g_strcmp0 (kind, "success") == 0)
        tag_text = NULL;
    }

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 36);
  gtk_label_set_xalign (GTK_LABEL (second), 0);
  gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (second, "caption");
  gtk_widget_add_css_class (second, "enclave-quiet");
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), second);
  gtk_widget_set_hexpand (texts, TRUE);

  if (remote)
    gtk_image_set_from_icon_name (GTK_IMAGE (icon), "changes-prevent-symbolic");
  else if (model == enclave_model_choice_get_model (self->choice))
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (icon), "object-select-symbolic");
      gtk_widget_add_css_class (row, "chosen");
    }
  gtk_widget_set_size_request (icon, 16, 16);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), texts);

  if (remote)
    {
      gtk_widget_add_css_class (row, "enclave-leaves");
      gtk_widget_add_css_class (name, "enclave-quiet");
    }
  if (tag_text != NULL)
    {
      GtkWidget *tag = gtk_label_new (tag_text);

      gtk_widget_add_css_class (tag, "enclave-tag");
      gtk_widget_add_css_class (tag, kind);
      gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), tag);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_sensitive (row, !remote);
  g_object_set_data_full (G_OBJECT (row), "server", g_object_ref (server), g_object_unref);
  g_object_set_data_full (G_OBJECT (row), "model", g_object_ref (model), g_object_unref);
  return row;
}

static void
fill_cb (GtkMenuButton *button, gpointer user_data)
{
  EnclaveModelMenu *self = ENCLAVE_MODEL_MENU (user_data);
  GListModel *servers;
  GtkWidget *child;
  guint n_rows = 0;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  if (self->choice == NULL)
    return;

  servers = G_LIST_MODEL (enclave_model_choice_get_servers (self->choice));
  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (servers, i);
      GListModel *models = enclave_server_get_models (server);

      if (g_list_model_get_n_items (models) == 0)
        continue;
      gtk_list_box_append (GTK_LIST_BOX (self->list), make_heading (server));
      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, k);

          gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (self, server, model));
          n_rows++;
        }
    }
  gtk_widget_set_visible (self->scrolled, n_rows > 0);
  gtk_widget_set_visible (self->empty, n_rows == 0);
  gtk_widget_set_sensitive (self->check, n_rows > 0);
}

static void
servers_cb (EnclaveModelMenu *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  g_signal_emit (self, signals[SERVERS], 0);
}

static void
check_cb (EnclaveModelMenu *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  g_signal_emit (self, signals[CHECK], 0);
}

static void
enclave_model_menu_dispose (GObject *object)
{
  EnclaveModelMenu *self = ENCLAVE_MODEL_MENU (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (enclave_model_menu_parent_class)->dispose (object);
}

static void
enclave_model_menu_class_init (EnclaveModelMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_model_menu_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[SERVERS] = g_signal_new ("servers", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[CHECK] = g_signal_new ("check", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static GtkWidget *
make_popover (EnclaveModelMenu *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *check = gtk_button_new_with_mnemonic (_("Model _check"));
  GtkWidget *servers = gtk_button_new_with_mnemonic (_("_Servers…"));

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "enclave-menu-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (choose_cb), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Models"), -1);

  self->empty = gtk_label_new (_("No server answers. Enclave looks again every 5 seconds."));
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->empty), 36);
  gtk_label_set_xalign (GTK_LABEL (self->empty), 0);
  gtk_widget_add_css_class (self->empty, "enclave-popover");

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 420);
  gtk_widget_set_focusable (scrolled, FALSE);
  self->scrolled = scrolled;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_widget_set_size_request (scrolled, 320, -1);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), self->empty);

  gtk_widget_add_css_class (check, "flat");
  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_set_halign (check, GTK_ALIGN_START);
  g_signal_connect_swapped (check, "clicked", G_CALLBACK (check_cb), self);
  gtk_box_append (GTK_BOX (buttons), check);
  self->check = check;
  gtk_widget_add_css_class (servers, "flat");
  g_signal_connect_swapped (servers, "clicked", G_CALLBACK (servers_cb), self);
  gtk_box_append (GTK_BOX (buttons), servers);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

static void
enclave_model_menu_init (EnclaveModelMenu *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *arrow = gtk_image_new_from_icon_name ("pan-down-symbolic");

  self->button = enclave_accessible_menu_button_new ();
  self->dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->dot, "enclave-dot");
  gtk_widget_set_valign (self->dot, GTK_ALIGN_CENTER);
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 24);
  gtk_box_append (GTK_BOX (box), self->dot);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), arrow);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), make_popover (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), fill_cb, self, NULL);
  gtk_widget_add_css_class (self->button, "enclave-pill");
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  update (self);
}

GtkWidget *
enclave_model_menu_new (void)
{
  return g_object_new (ENCLAVE_TYPE_MODEL_MENU, NULL);
}

void
enclave_model_menu_set_choice (EnclaveModelMenu *self, EnclaveModelChoice *choice)
{
  g_return_if_fail (ENCLAVE_IS_MODEL_MENU (self));
  g_return_if_fail (choice == NULL || ENCLAVE_IS_MODEL_CHOICE (choice));

  if (self->choice == choice)
    return;
  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_func (self->choice, update, self);
  g_set_object (&self->choice, choice);
  if (choice != NULL)
    g_signal_connect_object (choice, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
enclave_model_menu_set_waiting (EnclaveModelMenu *self, gboolean waiting)
{
  g_return_if_fail (ENCLAVE_IS_MODEL_MENU (self));

  self->waiting = waiting;
  update (self);
}

GtkMenuButton *
enclave_model_menu_get_button (EnclaveModelMenu *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_MENU (self), NULL);

  return GTK_MENU_BUTTON (self->button);
}
