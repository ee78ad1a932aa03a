/* enclave-welcome-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-model-advice.h"
#include "enclave-utf8.h"
#include "enclave-welcome-servers.h"

/* More models of one server are counted, not listed. */
#define MAX_MODELS 30

/* @icon: (nullable). @title: of any bytes; @subtitle: safe to show. */
static GtkWidget *
add_row (GtkListBox *list, const char *icon, const char *title, const char *subtitle, const char *tag,
         const char *tag_class)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *shown_title = enclave_utf8_display_name (title);

  /* Names come from a server: text, never markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), shown_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  if (icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  if (tag != NULL)
    {
      GtkWidget *label = gtk_label_new (tag);

      gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (label, "enclave-tag");
      if (tag_class != NULL)
        gtk_widget_add_css_class (label, tag_class);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  gtk_list_box_append (list, row);
  return row;
}

static void
append_fact (GString *facts, const char *separator, const char *fact)
{
  g_string_append_printf (facts, "%s%s", facts->len > 0 ? separator : "", fact);
}

static char *
describe_model (EnclaveModelInfo *model, const EnclaveModelAdvice *advice)
{
  GString *facts = g_string_new (NULL);
  guint64 size = enclave_model_info_get_size_bytes (model);
  EnclaveModelAbilities abilities = enclave_model_info_get_abilities (model);
  gboolean tools = (abilities & ENCLAVE_MODEL_TOOLS) != 0;

  if (size > 0)
    {
      g_autofree char *text = g_format_size (size);

      append_fact (facts, " · ", text);
    }
  if (advice->window > 0)
    {
      g_autofree char *text = g_strdup_printf (_("window %'u"), advice->window);

      append_fact (facts, " · ", text);
    }
  if (advice->tokens_per_second > 0)
    {
      g_autofree char *text = g_strdup_printf (advice->measured ? _("%.0f tokens/s") : _("about %.0f tokens/s"),
                                               MAX (1, advice->tokens_per_second));

      append_fact (facts, " · ", text);
    }
  if (tools)
    append_fact (facts, " · ", _("tools"));
  if ((abilities & ENCLAVE_MODEL_INSERT) != 0)
    append_fact (facts, tools ? ", " : " · ", _("completion"));
  if (facts->len == 0)
    g_string_append (facts, _("the server says no more about it"));
  return g_string_free (facts, FALSE);
}

static void
chosen_cb (GtkCheckButton *radio, GtkWidget *row)
{
  EnclaveModelChoice *choice = g_object_get_data (G_OBJECT (row), "choice");
  EnclaveModelInfo *model = g_object_get_data (G_OBJECT (row), "model");

  if (gtk_check_button_get_active (radio) && model != enclave_model_choice_get_model (choice))
    enclave_model_choice_set (choice, g_object_get_data (G_OBJECT (row), "server"), model);
}

static void
add_radio (GtkListBox *list, GtkWidget *row, EnclaveServer *server, EnclaveModelInfo *model, EnclaveModelChoice *choice)
{
  GtkWidget *radio = gtk_check_button_new ();
  GtkCheckButton *none = g_object_get_data (G_OBJECT (list), "no-model");

  /* Alone, a radio button would be drawn as a check box; and none may be chosen. */
  if (none == NULL)
    {
      none = GTK_CHECK_BUTTON (g_object_ref_sink (gtk_check_button_new ()));
      g_object_set_data_full (G_OBJECT (list), "no-model", none, g_object_unref);
    }
  gtk_check_button_set_group (GTK_CHECK_BUTTON (radio), none);
  gtk_widget_add_css_class (radio, "enclave-choice");
  gtk_widget_set_valign (radio, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (radio), model == enclave_model_choice_get_model (choice));
  gtk_accessible_update_property (GTK_ACCESSIBLE (radio), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
  g_object_set_data_full (G_OBJECT (row), "server", g_object_ref (server), g_object_unref);
  g_object_set_data_full (G_OBJECT (row), "model", g_object_ref (model), g_object_unref);
  g_object_set_data_full (G_OBJECT (row), "choice", g_object_ref (choice), g_object_unref);
  g_object_set_data (G_OBJECT (row), "radio", radio);
  g_signal_connect_object (radio, "toggled", G_CALLBACK (chosen_cb), row, 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), radio);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), radio);
}

static void
add_model (GtkListBox *list, EnclaveServer *server, EnclaveModelInfo *model, EnclaveModelChoice *choice)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  EnclaveModelAdvice advice;
  const char *tag;
  const char *kind;
  gboolean can_choose = choice != NULL && enclave_server_get_state (server) == ENCLAVE_SERVER_READY;
  g_autofree char *facts = NULL;
  GtkWidget *row;

  if (enclave_model_info_get_remote (model))
    {
      const char *host = enclave_model_info_get_remote_host (model);
      g_autofree char *shown_host = enclave_utf8_display_name (host != NULL ? host : _("another machine"));
      g_autofree char *text = g_strdup_printf (_("%s would send your text to %s"),
                                               enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (endpoint)),
                                               shown_host);

      row = add_row (list, "changes-prevent-symbolic", enclave_model_info_get_name (model), text,
                     _("Leaves this machine"), "error");
      gtk_widget_add_css_class (row, "enclave-leaves");
      gtk_widget_set_sensitive (row, FALSE);
      return;
    }

  enclave_model_advice_make_here (model, &advice);
  facts = describe_model (model, &advice);
  tag = enclave_model_advice_get_tag (&advice, &kind);
  row = add_row (list, can_choose ? NULL : "content-loading-symbolic", enclave_model_info_get_name (model), facts, tag, kind);
  if (can_choose)
    add_radio (list, row, server, model, choice);
}

static gboolean
add_server (GtkListBox *list, EnclaveServer *server, EnclaveModelChoice *choice)
{
  EnclaveServerState state = enclave_server_get_state (server);
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  EnclaveEndpointKind kind = enclave_endpoint_get_kind (endpoint);
  const char *name = kind != ENCLAVE_ENDPOINT_UNKNOWN ? enclave_endpoint_kind_to_name (kind) : _("Server");
  const char *message = enclave_server_get_message (server);
  g_autofree char *shown_message = enclave_utf8_display_name (message != NULL ? message : "");
  const char *tag = NULL;
  const char *tag_class = NULL;
  gboolean answers = FALSE;
  g_autofree char *facts = NULL;
  g_autofree char *version = NULL;
  GListModel *models = enclave_server_get_models (server);
  guint n_models = g_list_model_get_n_items (models);

  /* Until then it has a row of its own, with its progress. */
  if (enclave_server_get_is_managed (server) && state != ENCLAVE_SERVER_READY)
    return FALSE;
  switch (state)
    {
    case ENCLAVE_SERVER_READY:
      tag = _("Ready");
      tag_class = "success";
      answers = TRUE;
      break;
    case ENCLAVE_SERVER_LOADING:
      tag = _("Loading");
      answers = TRUE;
      break;
    case ENCLAVE_SERVER_FAILED:
      tag = _("Failed");
      tag_class = "error";
      break;
    case ENCLAVE_SERVER_NOT_A_SERVER:
    case ENCLAVE_SERVER_NO_ANSWER:
      /* At a well-known port it is nobody's mistake. */
      if (!enclave_server_get_is_configured (server))
        return FALSE;
      tag = state == ENCLAVE_SERVER_NO_ANSWER ? _("No answer") : _("Not a model server");
      tag_class = "warning";
      break;
    case ENCLAVE_SERVER_CHECKING:
    default:
      if (!enclave_server_get_is_configured (server))
        return FALSE;
      tag = _("Looking");
      break;
    }

  version = enclave_utf8_display_name (enclave_inference_client_get_version (enclave_server_get_client (server)));
  if (*shown_message != '\0' && !answers)
    facts = g_strdup_printf ("%s · %s", enclave_server_get_place (server), shown_message);
  else if (*version != '\0')
    facts = g_strdup_printf (_("%s · version %s"), enclave_server_get_place (server), version);
  else
    facts = g_strdup (enclave_server_get_place (server));
  gtk_widget_add_css_class (add_row (list, "network-server-symbolic", name, facts, tag, tag_class), "enclave-server");
  for (guint i = 0; i < MIN (n_models, MAX_MODELS); i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);

      add_model (list, server, model, choice);
    }
  if (n_models > MAX_MODELS)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more model", "%u more models", n_models - MAX_MODELS),
                                               n_models - MAX_MODELS);

      add_row (list, "view-more-symbolic", more, "", NULL, NULL);
    }
  return answers;
}

guint
enclave_welcome_servers_fill (GtkListBox *list, EnclaveServerList *servers, EnclaveModelChoice *choice)
{
  GtkListBoxRow *row;
  guint n_answers = 0;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
  for (guint i = 0; servers != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (add_server (list, server, choice))
        n_answers++;
    }
  return n_answers;
}

void
enclave_welcome_servers_mark (GtkListBox *list, EnclaveModelChoice *choice)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
    {
      GtkCheckButton *radio = g_object_get_data (G_OBJECT (row), "radio");

      if (radio != NULL)
        gtk_check_button_set_active (radio, choice != NULL && g_object_get_data (G_OBJECT (row), "model")
                                                                == enclave_model_choice_get_model (choice));
    }
}
