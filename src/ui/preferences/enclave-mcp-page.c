/* enclave-mcp-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-limits.h"
#include "enclave-mcp-entry-window.h"
#include "enclave-mcp-budget.h"
#include "enclave-mcp-page.h"
#include "enclave-mcp-row.h"
#include "enclave-token-estimate.h"
#include "enclave-window-plan.h"

#define SEARCH_KEY "mcp-tool-search"

struct _EnclaveMcpPage
{
  AdwPreferencesPage parent_instance;

  GtkListBox *server_list;
  GtkWidget *add_button;
  GtkMenuButton *import_button;
  GtkLabel *problem;
  GtkLabel *budget_label;
  GtkProgressBar *budget_bar;
  AdwComboRow *search_row;

  EnclaveMcpServerList *list;
  EnclaveServerList *models;
  GSettings *settings;
  GHashTable *expanded;     /* names of servers whose rows are open: rows are made anew when their entries change */
  GtkNativeDialog *chooser; /* (nullable) */
  char *failure;            /* (nullable): of what was asked for last */
};

G_DEFINE_FINAL_TYPE (EnclaveMcpPage, enclave_mcp_page, ADW_TYPE_PREFERENCES_PAGE)

static void
show_problem (EnclaveMcpPage *self)
{
  const char *problem = self->failure != NULL ? self->failure : enclave_mcp_server_list_get_problem (self->list);

  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
fail (EnclaveMcpPage *self, const char *message)
{
  g_free (self->failure);
  self->failure = g_strdup (message);
  show_problem (self);
}

/* Tokens of the window that requests are made for now; 0: no model is ready. */
static guint
find_window (EnclaveMcpPage *self)
{
  EnclaveServer *server;
  EnclaveModelInfo *model;

  return enclave_server_list_find_model (self->models, NULL, &server, &model) ? enclave_window_plan_here (model) : 0;
}

static void
show_budget (EnclaveMcpPage *self)
{
  g_autoptr (GArray) offers = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpToolOffer));
  g_autoptr (EnclaveMcpBudget) budget = NULL;
  g_autofree char *text = NULL;
  guint window = find_window (self);
  guint max, tokens;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->server_list)); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (ENCLAVE_IS_MCP_ROW (row))
      enclave_mcp_row_add_offers (ENCLAVE_MCP_ROW (row), offers);
  budget = enclave_mcp_budget_new ((EnclaveMcpToolOffer *) (void *) offers->data, offers->len, window > 0 ? window : G_MAXINT,
                                   (EnclaveMcpSearchMode) g_settings_get_enum (self->settings, SEARCH_KEY), enclave_token_estimate);
  tokens = enclave_mcp_budget_get_tokens (budget);
  max = enclave_mcp_budget_get_max_tokens (budget);
  if (window == 0)
    text = g_strdup_printf (_("%u tokens; no model is ready that this is a share of"), tokens);
  else if (enclave_mcp_budget_is_searched (budget))
    text = g_strdup_printf (_("%u of at most %u tokens (%d %% of the window); tools are searched"), tokens, max, ENCLAVE_MCP_BUDGET_PERCENT);
  else if (enclave_mcp_budget_get_n_left_out (budget) > 0)
    text = g_strdup_printf (_("%u of at most %u tokens (%d %% of the window); %u tools don’t fit"), tokens, max, ENCLAVE_MCP_BUDGET_PERCENT,
                            enclave_mcp_budget_get_n_left_out (budget));
  else
    text = g_strdup_printf (_("%u of at most %u tokens (%d %% of the window)"), tokens, max, ENCLAVE_MCP_BUDGET_PERCENT);
  gtk_label_set_label (self->budget_label, text);
  gtk_progress_bar_set_fraction (self->budget_bar, window > 0 && max > 0 ? MIN (1.0, (double) tokens / max) : 0);
}

static void
row_failed_cb (EnclaveMcpPage *self, const char *message)
{
  fail (self, message);
}

static void
expanded_cb (EnclaveMcpPage *self, GParamSpec *pspec, GtkWidget *row)
{
  const char *name = enclave_mcp_configured_get_entry (enclave_mcp_row_get_configured (ENCLAVE_MCP_ROW (row)))->name;

  if (self->list == NULL)
    return;
  if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)))
    g_hash_table_add (self->expanded, g_strdup (name));
  else
    g_hash_table_remove (self->expanded, name);
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  EnclaveMcpPage *self = user_data;
  GtkWidget *row = enclave_mcp_row_new (self->list, item);

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), g_hash_table_contains (self->expanded, enclave_mcp_configured_get_entry (item)->name));
  g_signal_connect_object (row, "failed", G_CALLBACK (row_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (expanded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "changed", G_CALLBACK (show_budget), self, G_CONNECT_SWAPPED);
  return row;
}

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpPage) self = user_data;

  enclave_mcp_server_list_reload_finish (ENCLAVE_MCP_SERVER_LIST (source), result, NULL);
  if (self->list != NULL)
    show_budget (self);
}

static GtkWindow *
find_window_of (EnclaveMcpPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
add_cb (EnclaveMcpPage *self)
{
  gtk_window_present (GTK_WINDOW (enclave_mcp_entry_window_new (find_window_of (self), self->list, NULL)));
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = enclave_mcp_server_list_change_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error);

  if (self->list != NULL)
    fail (self, is_done ? NULL : error->message);
}

static void
chosen_cb (EnclaveMcpPage *self, int response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (path != NULL)
    enclave_mcp_server_list_import_async (self->list, path, NULL, imported_cb, g_object_ref (self));
}

static void
choose_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveMcpPage *self = ENCLAVE_MCP_PAGE (user_data);

  if (self->chooser != NULL)
    return;
  self->chooser = GTK_NATIVE_DIALOG (gtk_file_chooser_native_new (_("Import MCP servers"), find_window_of (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                                                 _("_Import"), _("_Cancel")));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (self->chooser);
}

static void
import_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveMcpPage *self = ENCLAVE_MCP_PAGE (user_data);

  enclave_mcp_server_list_import_async (self->list, g_variant_get_string (parameter, NULL), NULL, imported_cb, g_object_ref (self));
}

/* Whose files are there, and any other file. @paths: (nullable) (element-type filename). */
static void
set_import_menu (EnclaveMcpPage *self, GPtrArray *paths)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) found = g_menu_new ();
  g_autoptr (GMenu) any = g_menu_new ();

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      const char *host = enclave_mcp_server_list_get_host_name (enclave_mcp_server_list_guess_source (path));
      g_autofree char *file = g_path_get_basename (path);
      /* Translators: the name of another program, then that of a file */
      g_autofree char *both = g_strdup_printf (_("%s · %s"), host, file);
      g_auto (GStrv) parts = g_strsplit (both, "_", -1);
      /* Otherwise the mark of a mnemonic. */
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      if (!g_utf8_validate (path, -1, NULL))
        continue;
      g_menu_item_set_action_and_target (item, "mcp.import-file", "s", path);
      g_menu_append_item (found, item);
    }
  g_menu_append (any, _("Choose a file…"), "mcp.choose-file");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (found));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (any));
  gtk_menu_button_set_menu_model (self->import_button, G_MENU_MODEL (menu));
}

static void
others_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpPage) self = user_data;
  g_autoptr (GPtrArray) paths = enclave_mcp_server_list_find_others_finish (ENCLAVE_MCP_SERVER_LIST (source), result, NULL);

  if (self->list != NULL)
    set_import_menu (self, paths);
}

static void
map_cb (EnclaveMcpPage *self)
{
  if (self->list != NULL)
    {
      enclave_mcp_server_list_reload_async (self->list, NULL, reloaded_cb, g_object_ref (self));
      enclave_mcp_server_list_find_others_async (self->list, NULL, others_found_cb, g_object_ref (self));
    }
}

static void
search_changed_cb (EnclaveMcpPage *self)
{
  guint selected = adw_combo_row_get_selected (self->search_row);

  if (selected != GTK_INVALID_LIST_POSITION && (int) selected != g_settings_get_enum (self->settings, SEARCH_KEY))
    g_settings_set_enum (self->settings, SEARCH_KEY, (int) selected);
  show_budget (self);
}

static void
enclave_mcp_page_dispose (GObject *object)
{
  EnclaveMcpPage *self = ENCLAVE_MCP_PAGE (object);

  if (self->server_list != NULL)
    gtk_list_box_bind_model (self->server_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->chooser);
  g_clear_object (&self->list);
  g_clear_object (&self->models);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->failure, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_MCP_PAGE);
  G_OBJECT_CLASS (enclave_mcp_page_parent_class)->dispose (object);
}

static void
enclave_mcp_page_finalize (GObject *object)
{
  g_hash_table_unref (ENCLAVE_MCP_PAGE (object)->expanded);
  G_OBJECT_CLASS (enclave_mcp_page_parent_class)->finalize (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveMcpPage, name)

static void
enclave_mcp_page_class_init (EnclaveMcpPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_mcp_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_page_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/preferences/enclave-mcp-page.ui");
  BIND_CHILD (server_list);
  BIND_CHILD (add_button);
  BIND_CHILD (import_button);
  BIND_CHILD (problem);
  BIND_CHILD (budget_label);
  BIND_CHILD (budget_bar);
  BIND_CHILD (search_row);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
enclave_mcp_page_init (EnclaveMcpPage *self)
{
  static const GActionEntry entries[] = {
    { "choose-file", choose_file_cb },
    { "import-file", import_file_cb, "s" },
  };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "mcp", G_ACTION_GROUP (actions));
  set_import_menu (self, NULL);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
}

void
enclave_mcp_page_set_up (EnclaveMcpPage *self, EnclaveMcpServerList *list, EnclaveServerList *models, GSettings *settings)
{
  g_return_if_fail (ENCLAVE_IS_MCP_PAGE (self) && self->list == NULL);
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (list));
  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (models));
  g_return_if_fail (G_IS_SETTINGS (settings));

  self->list = g_object_ref (list);
  self->models = g_object_ref (models);
  self->settings = g_object_ref (settings);
  adw_combo_row_set_selected (self->search_row, (guint) g_settings_get_enum (settings, SEARCH_KEY));
  g_signal_connect_object (self->search_row, "notify::selected", G_CALLBACK (search_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "notify::problem", G_CALLBACK (show_problem), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->server_list, G_LIST_MODEL (list), create_row_cb, self, NULL);
  show_budget (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    map_cb (self);
}
