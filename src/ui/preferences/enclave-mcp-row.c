/* enclave-mcp-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-facts.h"
#include "enclave-mcp-log-window.h"
#include "enclave-mcp-row.h"
#include "enclave-mcp-text-window.h"
#include "enclave-preferences-rows.h"
#include "enclave-token-estimate.h"
#include "enclave-utf8.h"

#define DESCRIPTION_BYTES 300
/* Below the name; the whole of it is among the facts. */
#define REASON_BYTES 140

/* What a row of a tool, its switch and its buttons know of each other. */
#define TOOL "enclave-tool"
#define SWITCH "enclave-switch"
#define COMPARE "enclave-compare"
#define WORDS "enclave-words"

struct _EnclaveMcpRow
{
  AdwExpanderRow parent_instance;

  EnclaveMcpServerList *list;
  EnclaveMcpConfigured *configured;
  GtkWidget *tag;
  GtkWidget *button;    /* what is to be done now */
  GtkWidget *on;        /* the switch */
  GPtrArray *tool_rows; /* not owned: they are children */
  GPtrArray *shown;     /* (element-type EnclaveMcpTool): whose rows they are */
  gulong on_handler;
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMcpRow, enclave_mcp_row, ADW_TYPE_EXPANDER_ROW)

static void refresh (EnclaveMcpRow *self);

static const char *
get_state_word (EnclaveMcpConfigured *configured, const char **kind)
{
  *kind = NULL;
  switch (enclave_mcp_configured_get_state (configured))
    {
    case ENCLAVE_MCP_CONFIGURED_CHECKING:
      return _("Checking");
    case ENCLAVE_MCP_CONFIGURED_DISABLED:
      return _("Off");
    case ENCLAVE_MCP_CONFIGURED_UNUSABLE:
      *kind = "error";
      return _("Not usable");
    case ENCLAVE_MCP_CONFIGURED_WAITS:
      *kind = "warning";
      return _("Waits for you");
    case ENCLAVE_MCP_CONFIGURED_OFF:
      return _("Stopped");
    case ENCLAVE_MCP_CONFIGURED_STARTING:
      return _("Starting");
    case ENCLAVE_MCP_CONFIGURED_READY:
      *kind = "success";
      return _("Running");
    case ENCLAVE_MCP_CONFIGURED_FAILED:
      *kind = "error";
      return _("Failed");
    default:
      return "";
    }
}

static guint
price_of (EnclaveMcpConfigured *configured, GPtrArray *tools, EnclaveMcpTool *only)
{
  const char *server = enclave_mcp_configured_get_entry (configured)->name;
  g_autoptr (GArray) offers = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpToolOffer));
  g_autoptr (EnclaveMcpBudget) budget = NULL;

  for (guint i = 0; tools != NULL && i < tools->len; i++)
    {
      EnclaveMcpTool *tool = g_ptr_array_index (tools, i);
      EnclaveMcpToolOffer offer = { server, tool->name, tool->definition, FALSE };

      if (only == NULL ? enclave_mcp_configured_is_tool_on (configured, tool) : tool == only)
        g_array_append_val (offers, offer);
    }
  budget = enclave_mcp_budget_new ((EnclaveMcpToolOffer *) (void *) offers->data, offers->len, G_MAXINT, ENCLAVE_MCP_SEARCH_NEVER,
                                   enclave_token_estimate);

  return enclave_mcp_budget_get_price (budget, server, NULL);
}

/* Why, with the last words of the server, which mostly say more. (transfer full) */
static char *
describe_failure (EnclaveMcpRow *self, const char *reason)
{
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (self->configured);
  g_autofree char *errors = server != NULL ? g_strchomp (enclave_mcp_server_dup_errors (server)) : NULL;
  const char *last = errors != NULL ? strrchr (errors, '\n') : NULL;
  g_autofree char *both = NULL;

  if (errors == NULL || *errors == '\0')
    return enclave_mcp_clean_line (reason, REASON_BYTES);
  both = g_strdup_printf ("%s: %s", reason, last != NULL ? last + 1 : errors);

  return enclave_mcp_clean_line (both, REASON_BYTES);
}

/* The line below the name. (transfer full) */
static char *
describe (EnclaveMcpRow *self)
{
  const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (self->configured);
  const char *reason = enclave_mcp_configured_get_reason (self->configured);
  GPtrArray *tools = enclave_mcp_configured_get_tools (self->configured);
  g_autofree char *network = g_strjoinv (", ", entry->network);
  guint n_tools = tools != NULL ? tools->len : 0;
  guint n_on = 0;
  guint n_changed = 0;
  g_autofree char *counts = NULL;

  if (reason != NULL)
    return describe_failure (self, reason);
  if (n_tools == 0)
    return *network != '\0' ? g_strdup_printf (_("Granted: %s"), network) : enclave_mcp_server_entry_dup_shown (entry);

  for (guint i = 0; i < n_tools; i++)
    {
      n_on += enclave_mcp_configured_is_tool_on (self->configured, g_ptr_array_index (tools, i)) ? 1 : 0;
      n_changed += enclave_mcp_configured_check_tool (self->configured, g_ptr_array_index (tools, i)) == ENCLAVE_MCP_CONSENT_CHANGED ? 1 : 0;
    }
  /* Translators: how many tools are on, how many there are, and how many tokens those that are on cost of each request */
  counts = g_strdup_printf (_("%u of %u tools on · %u tokens"), n_on, n_tools, price_of (self->configured, tools, NULL));
  if (n_changed > 0)
    {
      char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s · %u tool has changed", "%s · %u tools have changed", n_changed), counts, n_changed);

      g_free (counts);
      counts = more;
    }
  return *network != '\0' ? g_strdup_printf (_("Granted: %s · %s"), network, counts) : g_steal_pointer (&counts);
}

static void
tell_failure (EnclaveMcpRow *self, const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
facts_failed_cb (EnclaveMcpRow *self, const char *message)
{
  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_mcp_configured_change_finish (ENCLAVE_MCP_CONFIGURED (source), result, &error))
    tell_failure (self, error);
}

static void
allow_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_mcp_configured_change_finish (ENCLAVE_MCP_CONFIGURED (source), result, &error))
    enclave_mcp_configured_start (ENCLAVE_MCP_CONFIGURED (source));
  else
    tell_failure (self, error);
}

static void
allowed_cb (EnclaveMcpRow *self)
{
  enclave_mcp_configured_allow_async (self->configured, NULL, allow_kept_cb, g_object_ref (self));
}

static void
present (EnclaveMcpRow *self, const char *heading, const char *text, gboolean can_allow)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *name = enclave_utf8_display_name (enclave_mcp_configured_get_entry (self->configured)->name);
  GtkWidget *window = enclave_mcp_text_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, name, heading, text, can_allow);

  g_signal_connect_object (window, "allowed", G_CALLBACK (allowed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
ask (EnclaveMcpRow *self)
{
  g_autofree char *changes = enclave_mcp_configured_dup_changes (self->configured);
  gboolean is_changed = enclave_mcp_configured_is_changed (self->configured);

  present (self, is_changed ? _("Start this MCP server? It is not what you allowed before.")
                            : _("Start this MCP server? It runs in the sandbox, and sees and reaches only what is below."),
           changes, TRUE);
}

static void
show_log (EnclaveMcpRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (GTK_WINDOW (enclave_mcp_log_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->configured)));
}

static void
button_cb (EnclaveMcpRow *self)
{
  if (enclave_mcp_configured_get_state (self->configured) == ENCLAVE_MCP_CONFIGURED_WAITS)
    ask (self);
  else
    show_log (self);
}

static void
changed_file_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpRow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_mcp_server_list_change_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error))
    tell_failure (self, error);
}

static gboolean
is_own (EnclaveMcpRow *self)
{
  return !enclave_mcp_configured_get_entry (self->configured)->in_project;
}

static void
on_cb (EnclaveMcpRow *self)
{
  gboolean on = gtk_switch_get_active (GTK_SWITCH (self->on));
  EnclaveMcpConfiguredState state = enclave_mcp_configured_get_state (self->configured);

  if (state == ENCLAVE_MCP_CONFIGURED_DISABLED && on)
    enclave_mcp_server_list_set_disabled_async (self->list, enclave_mcp_configured_get_entry (self->configured)->name, FALSE, NULL,
                                                changed_file_cb, g_object_ref (self));
  else if (on && state == ENCLAVE_MCP_CONFIGURED_WAITS)
    ask (self);
  else if (on)
    enclave_mcp_configured_start (self->configured);
  else
    enclave_mcp_configured_stop (self->configured);
  refresh (self);
}

static void
tool_on_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  EnclaveMcpRow *self = user_data;
  EnclaveMcpTool *tool = g_object_get_data (object, TOOL);

  enclave_mcp_configured_set_tool_async (self->configured, tool, gtk_switch_get_active (GTK_SWITCH (object)), NULL, kept_cb,
                                         g_object_ref (self));
}

static void
tool_allowed_cb (GtkWidget *window, GtkWidget *on)
{
  EnclaveMcpRow *self = ENCLAVE_MCP_ROW (gtk_widget_get_ancestor (on, ENCLAVE_TYPE_MCP_ROW));

  if (self != NULL)
    enclave_mcp_configured_set_tool_async (self->configured, g_object_get_data (G_OBJECT (on), TOOL), TRUE, NULL, kept_cb, g_object_ref (self));
}

/* All that a model is told of it, which is more than fits below its name; of one that has changed, both. */
static void
show_tool (GtkWidget *button, EnclaveMcpRow *self)
{
  GtkWidget *on = g_object_get_data (G_OBJECT (button), SWITCH);
  EnclaveMcpTool *tool = g_object_get_data (G_OBJECT (on), TOOL);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean is_changed = enclave_mcp_configured_check_tool (self->configured, tool) == ENCLAVE_MCP_CONSENT_CHANGED;
  g_autofree char *changes = enclave_mcp_configured_dup_tool_changes (self->configured, tool);
  g_autofree char *name = enclave_utf8_display_name (tool->name);
  GtkWidget *window = enclave_mcp_text_window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, name,
                                                   is_changed ? _("Offer this tool to the model? The server says something else of it than when you allowed it.")
                                                              : _("What the server says of this tool, and a model is told"),
                                                   changes, is_changed);

  g_signal_connect_object (window, "allowed", G_CALLBACK (tool_allowed_cb), on, 0);
  gtk_window_present (GTK_WINDOW (window));
}

/* In its place: a switch keeps the focus. */
static void
refresh_tool_row (EnclaveMcpRow *self, GtkWidget *row)
{
  GtkWidget *on = g_object_get_data (G_OBJECT (row), SWITCH);
  GtkWidget *compare = g_object_get_data (G_OBJECT (row), COMPARE);
  EnclaveMcpTool *tool = g_object_get_data (G_OBJECT (on), TOOL);
  EnclaveMcpConsentState state = enclave_mcp_configured_check_tool (self->configured, tool);
  gboolean is_changed = state == ENCLAVE_MCP_CONSENT_CHANGED;
  gboolean is_on = enclave_mcp_configured_is_tool_on (self->configured, tool);
  const char *word = is_changed ? _("changed since you allowed it") : state == ENCLAVE_MCP_CONSENT_NEW ? _("new") : NULL;
  const char *rest = g_object_get_data (G_OBJECT (row), WORDS);
  g_autofree char *subtitle = word != NULL ? g_strdup_printf ("%s · %s", word, rest) : g_strdup (rest);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_visible (compare, is_changed);
  gtk_widget_set_visible (on, !is_changed);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), is_changed ? compare : on);
  if (gtk_switch_get_active (GTK_SWITCH (on)) == is_on)
    return;
  g_signal_handlers_block_by_func (on, tool_on_cb, self);
  gtk_switch_set_active (GTK_SWITCH (on), is_on);
  g_signal_handlers_unblock_by_func (on, tool_on_cb, self);
}

/* @property: by which @words are told of it: a button that has a label keeps that for its name. */
static GtkWidget *
new_tool_button (EnclaveMcpRow *self, GtkWidget *button, GtkWidget *on, GtkAccessibleProperty property, const char *words)
{
  g_object_set_data (G_OBJECT (button), SWITCH, on);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), property, words, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (show_tool), self, 0);
  return button;
}

static GtkWidget *
new_tool_row (EnclaveMcpRow *self, GPtrArray *tools, EnclaveMcpTool *tool)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *on = gtk_switch_new ();
  g_autofree char *name = enclave_utf8_display_name (tool->name);
  g_autofree char *description = enclave_mcp_clean_line (tool->description, DESCRIPTION_BYTES);
  g_autofree char *price = g_strdup_printf (_("%u tokens"), price_of (self->configured, tools, tool));
  /* Translators: the name of a tool */
  g_autofree char *definition_words = g_strdup_printf (_("Show the definition of %s"), name);
  g_autofree char *compare_words = g_strdup_printf (_("Compare the definitions of %s"), name);
  GtkWidget *definition = new_tool_button (self, gtk_button_new_from_icon_name ("help-about-symbolic"), on,
                                           GTK_ACCESSIBLE_PROPERTY_LABEL, definition_words);
  GtkWidget *compare = new_tool_button (self, gtk_button_new_with_label (_("Compare")), on, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                        compare_words);

  gtk_widget_add_css_class (definition, "flat");
  gtk_widget_set_tooltip_text (definition, definition_words);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_widget_set_valign (on, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (on), TOOL, enclave_mcp_tool_ref (tool), (GDestroyNotify) enclave_mcp_tool_unref);
  g_object_set_data_full (G_OBJECT (row), WORDS, g_strdup_printf ("%s · %s", price, description), g_free);
  g_object_set_data (G_OBJECT (row), SWITCH, on);
  g_object_set_data (G_OBJECT (row), COMPARE, compare);
  g_signal_connect_object (on, "notify::active", G_CALLBACK (tool_on_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), definition);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), compare);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), on);
  refresh_tool_row (self, row);

  return row;
}

static gboolean
shows_same (EnclaveMcpRow *self, GPtrArray *tools)
{
  if (self->shown->len != (tools != NULL ? tools->len : 0))
    return FALSE;
  for (guint i = 0; i < self->shown->len; i++)
    if (g_ptr_array_index (self->shown, i) != g_ptr_array_index (tools, i))
      return FALSE;
  return TRUE;
}

/* Rows are made anew only for another list. */
static void
refresh_tools (EnclaveMcpRow *self)
{
  GPtrArray *tools = enclave_mcp_configured_get_tools (self->configured);

  if (shows_same (self, tools))
    {
      for (guint i = 0; i < self->tool_rows->len; i++)
        refresh_tool_row (self, g_ptr_array_index (self->tool_rows, i));
      return;
    }
  for (guint i = 0; i < self->tool_rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (self), g_ptr_array_index (self->tool_rows, i));
  g_ptr_array_set_size (self->tool_rows, 0);
  g_ptr_array_set_size (self->shown, 0);
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    {
      GtkWidget *row = new_tool_row (self, tools, g_ptr_array_index (tools, i));

      g_ptr_array_add (self->tool_rows, row);
      g_ptr_array_add (self->shown, enclave_mcp_tool_ref (g_ptr_array_index (tools, i)));
      adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
    }
}

static void
refresh (EnclaveMcpRow *self)
{
  EnclaveMcpConfiguredState state = enclave_mcp_configured_get_state (self->configured);
  const char *kind;
  const char *word = get_state_word (self->configured, &kind);
  g_autofree char *subtitle = describe (self);
  gboolean is_running = state == ENCLAVE_MCP_CONFIGURED_READY || state == ENCLAVE_MCP_CONFIGURED_STARTING;
  gboolean waits = state == ENCLAVE_MCP_CONFIGURED_WAITS;

  for (guint i = 0; i < 3; i++)
    gtk_widget_remove_css_class (self->tag, (const char *[]) { "success", "warning", "error" }[i]);
  if (kind != NULL)
    gtk_widget_add_css_class (self->tag, kind);
  gtk_label_set_label (GTK_LABEL (self->tag), word);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  gtk_button_set_label (GTK_BUTTON (self->button), !waits ? _("Show log") : enclave_mcp_configured_is_changed (self->configured) ? _("Compare") : _("Look at it"));
  gtk_widget_set_visible (self->button, waits || state == ENCLAVE_MCP_CONFIGURED_FAILED);
  gtk_widget_set_visible (self->on, !waits && state != ENCLAVE_MCP_CONFIGURED_UNUSABLE && state != ENCLAVE_MCP_CONFIGURED_CHECKING);
  gtk_widget_set_sensitive (self->on, state != ENCLAVE_MCP_CONFIGURED_DISABLED || is_own (self));
  g_signal_handler_block (self->on, self->on_handler);
  gtk_switch_set_active (GTK_SWITCH (self->on), is_running);
  g_signal_handler_unblock (self->on, self->on_handler);
  refresh_tools (self);
}

EnclaveMcpConfigured *
enclave_mcp_row_get_configured (EnclaveMcpRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_ROW (self), NULL);

  return self->configured;
}

void
enclave_mcp_row_add_offers (EnclaveMcpRow *self, GArray *offers)
{
  GPtrArray *tools;

  g_return_if_fail (ENCLAVE_IS_MCP_ROW (self) && offers != NULL);

  tools = enclave_mcp_configured_get_tools (self->configured);
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    {
      EnclaveMcpTool *tool = g_ptr_array_index (tools, i);
      EnclaveMcpToolOffer offer = { enclave_mcp_configured_get_entry (self->configured)->name, tool->name, tool->definition, FALSE };

      if (enclave_mcp_configured_is_tool_on (self->configured, tool))
        g_array_append_val (offers, offer);
    }
}

static void
enclave_mcp_row_finalize (GObject *object)
{
  EnclaveMcpRow *self = ENCLAVE_MCP_ROW (object);

  g_clear_object (&self->list);
  g_clear_object (&self->configured);
  g_ptr_array_unref (self->tool_rows);
  g_ptr_array_unref (self->shown);
  G_OBJECT_CLASS (enclave_mcp_row_parent_class)->finalize (object);
}

static void
enclave_mcp_row_class_init (EnclaveMcpRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_row_finalize;
  signals[FAILED] = g_signal_new ("failed", ENCLAVE_TYPE_MCP_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_mcp_row_init (EnclaveMcpRow *self)
{
  self->tool_rows = g_ptr_array_new ();
  self->shown = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_tool_unref);
  self->tag = enclave_preferences_rows_new_tag ("", NULL);
  self->button = gtk_button_new ();
  self->on = gtk_switch_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->on, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (button_cb), self);
  self->on_handler = g_signal_connect_swapped (self->on, "notify::active", G_CALLBACK (on_cb), self);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), gtk_image_new_from_icon_name ("application-x-addon-symbolic"));
  /* The last one stands first. */
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->on);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->button);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->tag);
}

GtkWidget *
enclave_mcp_row_new (EnclaveMcpServerList *list, EnclaveMcpConfigured *configured)
{
  EnclaveMcpRow *self;
  GtkWidget *facts_row = gtk_list_box_row_new ();
  GtkWidget *facts;
  g_autofree char *name = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (list), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (configured), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_ROW, NULL);
  self->list = g_object_ref (list);
  self->configured = g_object_ref (configured);
  name = enclave_utf8_display_name (enclave_mcp_configured_get_entry (configured)->name);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->on), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  facts = enclave_mcp_facts_new (list, configured);
  g_signal_connect_object (facts, "failed", G_CALLBACK (facts_failed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (facts_row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (facts_row), facts);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), facts_row);
  g_signal_connect_object (configured, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);

  return GTK_WIDGET (self);
}
