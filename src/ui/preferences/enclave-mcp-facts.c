/* enclave-mcp-facts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-install-paths.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-entry-window.h"
#include "enclave-mcp-facts.h"
#include "enclave-mcp-log-window.h"
#include "enclave-utf8.h"

#define VERSION_BYTES 60

struct _EnclaveMcpFacts
{
  GtkBox parent_instance;

  EnclaveMcpServerList *list;
  EnclaveMcpConfigured *configured;
  GtkLabel *command;
  GtkGrid *grid;
  GtkWidget *actions; /* what it can be made to do */
  GtkWidget *changes; /* what can be done about it */
  GtkWidget *restart;
  GtkWidget *test;
  GtkWidget *log;
  GtkWidget *terminal;
  GtkWidget *forget;
  GtkWidget *edit;
  GtkWidget *remove;

  gint64 tested_us;   /* 0: no test is going on */
  gboolean ends_then; /* it did not run before */
  char *tested;       /* (nullable): what came of the last one */
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMcpFacts, enclave_mcp_facts, GTK_TYPE_BOX)

static void refresh (EnclaveMcpFacts *self);

static void
tell_failure (EnclaveMcpFacts *self, const GError *error)
{
  g_signal_emit (self, signals[FAILED], 0, error->message);
}

static GtkWindow *
find_window (EnclaveMcpFacts *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpFacts) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_mcp_configured_change_finish (ENCLAVE_MCP_CONFIGURED (source), result, &error))
    tell_failure (self, error);
}

static void
forget_cb (EnclaveMcpFacts *self)
{
  enclave_mcp_configured_forget_async (self->configured, NULL, kept_cb, g_object_ref (self));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpFacts) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_mcp_server_list_change_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error))
    tell_failure (self, error);
  /* A token that nothing uses any more is not left behind. */
  else if (enclave_mcp_configured_takes_token (self->configured)
           && enclave_mcp_configured_get_token_state (self->configured) != ENCLAVE_MCP_TOKEN_NONE)
    enclave_mcp_configured_set_token_async (self->configured, NULL, NULL, kept_cb, g_object_ref (self));
}

static void
remove_cb (EnclaveMcpFacts *self)
{
  enclave_mcp_server_list_remove_async (self->list, enclave_mcp_configured_get_entry (self->configured)->name, NULL, removed_cb,
                                        g_object_ref (self));
}

static void
edit_cb (EnclaveMcpFacts *self)
{
  gtk_window_present (GTK_WINDOW (enclave_mcp_entry_window_new (find_window (self), self->list, self->configured)));
}

static void
log_cb (EnclaveMcpFacts *self)
{
  gtk_window_present (GTK_WINDOW (enclave_mcp_log_window_new (find_window (self), self->configured)));
}

static void
restart_cb (EnclaveMcpFacts *self)
{
  enclave_mcp_configured_restart (self->configured);
}

static gboolean
is_running (EnclaveMcpConfiguredState state)
{
  return state == ENCLAVE_MCP_CONFIGURED_READY || state == ENCLAVE_MCP_CONFIGURED_STARTING;
}

static void
test_cb (EnclaveMcpFacts *self)
{
  self->ends_then = !is_running (enclave_mcp_configured_get_state (self->configured));
  self->tested_us = g_get_monotonic_time ();
  g_free (self->tested);
  self->tested = g_strdup (_("asking it for its tools"));
  enclave_mcp_configured_restart (self->configured);
  refresh (self);
}

/* Once a test has an answer. */
static void
finish_test (EnclaveMcpFacts *self)
{
  EnclaveMcpConfiguredState state = enclave_mcp_configured_get_state (self->configured);
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (self->configured);

  if (self->tested_us == 0 || state == ENCLAVE_MCP_CONFIGURED_STARTING || state == ENCLAVE_MCP_CONFIGURED_CHECKING
      || (state == ENCLAVE_MCP_CONFIGURED_OFF && server == NULL))
    return;
  g_free (self->tested);
  if (state == ENCLAVE_MCP_CONFIGURED_READY && server != NULL)
    {
      guint n_tools = enclave_mcp_server_get_tools (server)->len;

      self->tested = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "it works: %u tool, after %.1f s", "it works: %u tools, after %.1f s", n_tools),
                                      n_tools, (double) (g_get_monotonic_time () - self->tested_us) / G_USEC_PER_SEC);
    }
  else
    {
      const char *reason = enclave_mcp_configured_get_reason (self->configured);

      self->tested = g_strdup (reason != NULL ? reason : _("it was stopped"));
    }
  self->tested_us = 0;
  if (self->ends_then && state == ENCLAVE_MCP_CONFIGURED_READY)
    enclave_mcp_configured_stop (self->configured);
}

/* As it is typed into a shell. (transfer full) */
static char *
make_terminal_command (EnclaveMcpFacts *self)
{
  const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (self->configured);
  EnclaveGate *gate = enclave_mcp_configured_get_gate (self->configured);
  g_autofree char *program = enclave_install_paths_ctl ();
  g_autofree char *quoted_program = g_shell_quote (program);
  g_autofree char *root = g_shell_quote (enclave_gate_get_root (gate));
  g_autofree char *file = g_shell_quote (entry->source_path);
  g_autofree char *name = g_shell_quote (entry->name);

  return g_strdup_printf ("%s --workspace %s mcp run --config %s %s", strchr (program, '/') != NULL ? quoted_program : program, root, file,
                          name);
}

static void
terminal_cb (EnclaveMcpFacts *self)
{
  g_autofree char *command = make_terminal_command (self);
  GtkWindow *window = find_window (self);
  GtkWindow *parent = window != NULL ? gtk_window_get_transient_for (window) : NULL;

  if (parent == NULL || !gtk_widget_activate_action (GTK_WIDGET (parent), "win.type-in-new-terminal", "s", command))
    return;
  gtk_window_close (window);
}

static void
append_fact (EnclaveMcpFacts *self, int *row, const char *label, const char *value)
{
  g_autofree char *shown = enclave_utf8_make_visible (value, NULL);
  GtkWidget *left = gtk_label_new (label);
  GtkWidget *right = gtk_label_new (shown);

  gtk_label_set_xalign (GTK_LABEL (left), 0);
  gtk_label_set_yalign (GTK_LABEL (left), 0);
  gtk_widget_add_css_class (left, "enclave-quiet");
  gtk_widget_add_css_class (left, "caption");
  gtk_label_set_xalign (GTK_LABEL (right), 0);
  gtk_label_set_wrap (GTK_LABEL (right), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (right), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (right, "caption");
  gtk_widget_set_hexpand (right, TRUE);
  gtk_grid_attach (self->grid, left, 0, *row, 1, 1);
  gtk_grid_attach (self->grid, right, 1, *row, 1, 1);
  (*row)++;
}

static void
append_grants (EnclaveMcpFacts *self, int *row)
{
  const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (self->configured);
  g_auto (GStrv) names = enclave_mcp_server_entry_dup_env_names (entry);
  g_autofree char *variables = g_strjoinv (", ", names);
  g_autofree char *network = g_strjoinv (", ", entry->network);
  g_autoptr (GString) readable = g_string_new (entry->workspace == ENCLAVE_MCP_WORKSPACE_NONE ? _("nothing of this project")
                                                                                             : _("this project, except denied files"));

  for (guint i = 0; entry->readable[i] != NULL; i++)
    g_string_append_printf (readable, ", %s", entry->readable[i]);
  append_fact (self, row, _("May read"), readable->str);
  append_fact (self, row, _("May write"), entry->workspace == ENCLAVE_MCP_WORKSPACE_WRITE ? _("this project, except denied files") : _("no"));
  append_fact (self, row, _("Network"), *network != '\0' ? network : _("no"));
  if (entry->offers_roots)
    append_fact (self, row, _("Roots"), _("it is told the project’s folder"));
  append_fact (self, row, _("Variables"), *variables != '\0' ? variables : _("none of its own"));
}

static void
append_path (EnclaveMcpFacts *self, int *row)
{
  const char *problem;
  const char *path = enclave_mcp_configured_get_path (self->configured, &problem);

  if (path != NULL)
    append_fact (self, row, _("Looked for in"), path);
  if (problem != NULL)
    append_fact (self, row, "", problem);
}

static void
append_server (EnclaveMcpFacts *self, int *row)
{
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (self->configured);
  EnclaveMcpClient *client = server != NULL ? enclave_mcp_server_get_client (server) : NULL;
  const char *revision = client != NULL ? enclave_mcp_client_get_revision (client) : NULL;
  g_autofree char *version = revision != NULL ? enclave_mcp_clean_line (enclave_mcp_client_get_server_version (client), VERSION_BYTES) : NULL;

  if (revision == NULL)
    return;
  if (*version != '\0')
    {
      /* Translators: the revision of a protocol, then the version of a program */
      g_autofree char *speaks = g_strdup_printf (_("MCP %s, version %s of the server"), revision, version);

      append_fact (self, row, _("Speaks"), speaks);
    }
  else
    {
      g_autofree char *speaks = g_strdup_printf ("MCP %s", revision);

      append_fact (self, row, _("Speaks"), speaks);
    }
}

static void
refresh_facts (EnclaveMcpFacts *self)
{
  const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (self->configured);
  const EnclaveInstalledProgram *program = enclave_mcp_configured_get_program (self->configured);
  g_autofree char *line = program != NULL ? g_strjoinv (" ", program->argv) : enclave_mcp_server_entry_dup_shown (entry);
  g_autofree char *shown = enclave_utf8_make_visible (line, NULL);
  const char *reason = enclave_mcp_configured_get_reason (self->configured);
  EnclaveMcpConfiguredState state = enclave_mcp_configured_get_state (self->configured);
  EnclaveMcpTokenState token = enclave_mcp_configured_get_token_state (self->configured);
  GtkWidget *child;
  int row = 0;

  gtk_label_set_label (self->command, shown);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  if (reason != NULL && (state == ENCLAVE_MCP_CONFIGURED_FAILED || state == ENCLAVE_MCP_CONFIGURED_UNUSABLE))
    {
      g_autofree char *clean = enclave_mcp_clean_text (reason, -1, NULL);

      append_fact (self, &row, _("Reason"), clean);
    }
  if (self->tested != NULL)
    append_fact (self, &row, _("Test"), self->tested);
  if (entry->kind == ENCLAVE_MCP_SERVER_STDIO)
    append_grants (self, &row);
  else if (enclave_mcp_configured_takes_token (self->configured))
    append_fact (self, &row, _("Token"),
                 token == ENCLAVE_MCP_TOKEN_KEPT      ? _("in the keyring")
                 : token == ENCLAVE_MCP_TOKEN_FOR_NOW ? _("until Enclave ends: this desktop has no keyring")
                                                      : _("none"));
  append_server (self, &row);
  append_path (self, &row);
  append_fact (self, &row, _("From"), entry->source_path);
  for (guint i = 0; entry->notes[i] != NULL; i++)
    append_fact (self, &row, i == 0 ? _("Note") : "", entry->notes[i]);
}

static void
refresh_actions (EnclaveMcpFacts *self)
{
  const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (self->configured);
  EnclaveMcpConfiguredState state = enclave_mcp_configured_get_state (self->configured);
  gboolean is_agreed = is_running (state) || state == ENCLAVE_MCP_CONFIGURED_OFF || state == ENCLAVE_MCP_CONFIGURED_FAILED;

  gtk_widget_set_visible (self->restart, is_running (state) || state == ENCLAVE_MCP_CONFIGURED_FAILED);
  gtk_widget_set_visible (self->test, is_agreed);
  gtk_widget_set_sensitive (self->test, self->tested_us == 0);
  gtk_widget_set_visible (self->log, enclave_mcp_configured_get_server (self->configured) != NULL);
  gtk_widget_set_visible (self->terminal, is_agreed && entry->kind == ENCLAVE_MCP_SERVER_STDIO);
  gtk_widget_set_visible (self->forget, is_agreed);
  gtk_widget_set_visible (self->edit, !entry->in_project);
  gtk_widget_set_visible (self->remove, !entry->in_project);
  gtk_widget_set_visible (self->actions, is_agreed || enclave_mcp_configured_get_server (self->configured) != NULL);
  gtk_widget_set_visible (self->changes, is_agreed || !entry->in_project);
}

static void
refresh (EnclaveMcpFacts *self)
{
  finish_test (self);
  refresh_facts (self);
  refresh_actions (self);
}

static GtkWidget *
add_action (EnclaveMcpFacts *self, GtkWidget *box, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static void
enclave_mcp_facts_finalize (GObject *object)
{
  EnclaveMcpFacts *self = ENCLAVE_MCP_FACTS (object);

  g_clear_object (&self->list);
  g_clear_object (&self->configured);
  g_free (self->tested);
  G_OBJECT_CLASS (enclave_mcp_facts_parent_class)->finalize (object);
}

static void
enclave_mcp_facts_class_init (EnclaveMcpFactsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_facts_finalize;
  signals[FAILED] = g_signal_new ("failed", ENCLAVE_TYPE_MCP_FACTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_mcp_facts_init (EnclaveMcpFacts *self)
{
  GtkWidget *actions = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *changes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
  gtk_widget_set_margin_start (GTK_WIDGET (self), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (self), 9);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 9);

  self->command = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->command, 0);
  gtk_label_set_wrap (self->command, TRUE);
  gtk_label_set_wrap_mode (self->command, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (self->command, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->command), "enclave-command");
  gtk_widget_add_css_class (GTK_WIDGET (self->command), "monospace");
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 12);
  gtk_grid_set_row_spacing (self->grid, 3);

  self->restart = add_action (self, actions, _("Restart"), G_CALLBACK (restart_cb));
  self->test = add_action (self, actions, _("Test"), G_CALLBACK (test_cb));
  self->log = add_action (self, actions, _("Show log"), G_CALLBACK (log_cb));
  self->terminal = add_action (self, actions, _("Run in terminal"), G_CALLBACK (terminal_cb));
  self->edit = add_action (self, changes, _("Edit…"), G_CALLBACK (edit_cb));
  self->forget = add_action (self, changes, _("No longer allow"), G_CALLBACK (forget_cb));
  self->remove = add_action (self, changes, _("Remove"), G_CALLBACK (remove_cb));

  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->command));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->grid));
  gtk_box_append (GTK_BOX (self), actions);
  gtk_box_append (GTK_BOX (self), changes);
  self->actions = actions;
  self->changes = changes;
}

GtkWidget *
enclave_mcp_facts_new (EnclaveMcpServerList *list, EnclaveMcpConfigured *configured)
{
  EnclaveMcpFacts *self;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (list), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (configured), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_FACTS, NULL);
  self->list = g_object_ref (list);
  self->configured = g_object_ref (configured);
  g_signal_connect_object (configured, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);

  return GTK_WIDGET (self);
}
