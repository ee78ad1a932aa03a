/* enclave-language-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-page.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-text-style.h"

#define KEY_ENABLED "language-servers"
#define KEY_OFF "language-servers-off"
#define KEY_COMPLETE "complete-while-typing"
#define LOG_HEIGHT 160

struct _EnclaveLanguagePage
{
  AdwPreferencesPage parent_instance;

  EnclaveLanguageService *service; /* (nullable) */
  GSettings *settings;
  GtkWidget *project_switch;       /* (nullable) */
  AdwActionRow *project_row;       /* (nullable) */
  gboolean updating;
};

typedef struct
{
  EnclaveLanguagePage *page; /* not owned: its widgets own this */
  EnclaveLanguageServer *server;
  AdwExpanderRow *row;
  GtkWidget *restart;
  GtkWidget *on_switch;
  GtkTextBuffer *log;
  gulong changed;
  gulong progress_changed;
} ServerRow;

G_DEFINE_FINAL_TYPE (EnclaveLanguagePage, enclave_language_page, ADW_TYPE_PREFERENCES_PAGE)

static void
enclave_language_page_dispose (GObject *object)
{
  EnclaveLanguagePage *self = ENCLAVE_LANGUAGE_PAGE (object);

  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_language_page_parent_class)->dispose (object);
}

static void
enclave_language_page_class_init (EnclaveLanguagePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_page_dispose;
}

static void
enclave_language_page_init (EnclaveLanguagePage *self)
{
}

static GtkWidget *
add_switch_row (AdwPreferencesGroup *group, const char *title, const char *subtitle, AdwActionRow **row_out)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *widget = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
  /* This names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);
  adw_preferences_group_add (group, row);
  if (row_out != NULL)
    *row_out = ADW_ACTION_ROW (row);
  return widget;
}

/* One sentence: what is so now. (transfer full) */
static char *
describe (EnclaveLanguageServer *server)
{
  const char *reason = enclave_language_server_get_reason (server);
  const char *progress = enclave_language_server_get_progress (server);

  switch (enclave_language_server_get_state (server))
    {
    case ENCLAVE_LANGUAGE_SERVER_MISSING:
      return g_strdup (_ ("Not installed"));
    case ENCLAVE_LANGUAGE_SERVER_STARTING:
      return g_strdup (_ ("Starting"));
    case ENCLAVE_LANGUAGE_SERVER_READY:
      return progress != NULL ? g_strdup_printf (_ ("Running: %s"), progress) : g_strdup (_ ("Running"));
    case ENCLAVE_LANGUAGE_SERVER_WAITING:
      /* Translators: why it has ended */
      return g_strdup_printf (_ ("Starts again soon. %s"), reason != NULL ? reason : "");
    case ENCLAVE_LANGUAGE_SERVER_FAILED:
      /* Translators: why it has ended */
      return g_strdup_printf (_ ("Stopped. %s"), reason != NULL ? reason : "");
    case ENCLAVE_LANGUAGE_SERVER_OFF:
    default:
      return g_strdup (_ ("Starts with the first file of its languages"));
    }
}

static gboolean
is_off (EnclaveLanguagePage *self, const char *id)
{
  g_auto (GStrv) off = g_settings_get_strv (self->settings, KEY_OFF);

  return g_strv_contains ((const char *const *) off, id);
}

static void
update_words (ServerRow *row)
{
  const EnclaveLanguageKind *kind = enclave_language_server_get_kind (row->server);
  const char *program = enclave_language_server_get_program (row->server);
  gboolean off = is_off (row->page, kind->id);
  g_autofree char *words = off ? g_strdup (_ ("Switched off")) : describe (row->server);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s%s%s", kind->languages, words, program != NULL ? "\n" : "", program != NULL ? program : "");
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);

  adw_expander_row_set_subtitle (row->row, escaped);
}

static void
update_row (ServerRow *row)
{
  EnclaveLanguageServerState state = enclave_language_server_get_state (row->server);
  gboolean off = is_off (row->page, enclave_language_server_get_kind (row->server)->id);
  g_autofree char *log = NULL;

  update_words (row);
  gtk_widget_set_sensitive (row->restart, !off && state != ENCLAVE_LANGUAGE_SERVER_OFF && state != ENCLAVE_LANGUAGE_SERVER_MISSING);
  row->page->updating = TRUE;
  gtk_switch_set_active (GTK_SWITCH (row->on_switch), !off);
  row->page->updating = FALSE;
  if (!adw_expander_row_get_expanded (row->row))
    return;
  log = enclave_language_server_dup_log (row->server);
  gtk_text_buffer_set_text (row->log, *log != '\0' ? log : _ ("Nothing has happened yet"), -1);
}

static void
on_row_gone (ServerRow *row)
{
  g_signal_handler_disconnect (row->server, row->changed);
  g_signal_handler_disconnect (row->server, row->progress_changed);
  g_object_unref (row->server);
  g_free (row);
}

static void
on_switched (GtkSwitch *widget, GParamSpec *pspec, ServerRow *row)
{
  const char *id = enclave_language_server_get_kind (row->server)->id;
  g_auto (GStrv) off = g_settings_get_strv (row->page->settings, KEY_OFF);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  if (row->page->updating)
    return;
  for (guint i = 0; off[i] != NULL; i++)
    if (!g_str_equal (off[i], id))
      g_strv_builder_add (builder, off[i]);
  if (!gtk_switch_get_active (widget))
    g_strv_builder_add (builder, id);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (row->page->settings, KEY_OFF, (const char *const *) after);
  update_row (row);
}

static void
on_restart (ServerRow *row)
{
  enclave_language_server_restart (row->server);
}

static GtkWidget *
new_log (ServerRow *row, const char *title)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 6);
  gtk_widget_add_css_class (view, ENCLAVE_TEXT_STYLE_CLASS);
  enclave_accessible_set_label (view, title);
  row->log = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), LOG_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  return scrolled;
}

static GtkWidget *
new_server_row (EnclaveLanguagePage *self, EnclaveLanguageServer *server)
{
  const EnclaveLanguageKind *kind = enclave_language_server_get_kind (server);
  ServerRow *row = g_new0 (ServerRow, 1);
  g_autofree char *log_title = g_strdup_printf (_ ("Log of %s"), kind->title);
  g_autofree char *restart_title = g_strdup_printf (_ ("Restart %s"), kind->title);
  g_autofree char *switch_title = g_strdup_printf (_ ("Use %s"), kind->title);

  row->page = self;
  row->server = g_object_ref (server);
  row->row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), kind->title);
  row->restart = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_widget_set_valign (row->restart, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (row->restart, "flat");
  gtk_widget_set_tooltip_text (row->restart, restart_title);
  enclave_accessible_set_label (row->restart, restart_title);
  row->on_switch = gtk_switch_new ();
  gtk_widget_set_valign (row->on_switch, GTK_ALIGN_CENTER);
  enclave_accessible_set_label (row->on_switch, switch_title);
  adw_expander_row_add_action (row->row, row->on_switch);
  adw_expander_row_add_action (row->row, row->restart);
  adw_expander_row_add_row (row->row, new_log (row, log_title));
  row->changed = g_signal_connect_swapped (server, "changed", G_CALLBACK (update_row), row);
  row->progress_changed = g_signal_connect_swapped (server, "progress-changed", G_CALLBACK (update_words), row);
  g_signal_connect_swapped (row->row, "notify::expanded", G_CALLBACK (update_row), row);
  g_signal_connect_swapped (row->restart, "clicked", G_CALLBACK (on_restart), row);
  g_signal_connect (row->on_switch, "notify::active", G_CALLBACK (on_switched), row);
  g_object_set_data_full (G_OBJECT (row->row), "enclave-server-row", row, (GDestroyNotify) on_row_gone);
  update_row (row);
  enclave_language_server_look_for_program (server);
  return GTK_WIDGET (row->row);
}

static void
update_project (EnclaveLanguagePage *self)
{
  EnclaveLanguageConsent consent = self->service != NULL ? enclave_language_service_get_consent (self->service)
                                                         : ENCLAVE_LANGUAGE_CONSENT_NONE;

  self->updating = TRUE;
  gtk_switch_set_active (GTK_SWITCH (self->project_switch), consent == ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  self->updating = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->project_row), self->service != NULL);
  adw_action_row_set_subtitle (self->project_row, self->service == NULL ? _ ("No project is open")
                                                  : consent == ENCLAVE_LANGUAGE_CONSENT_NONE
                                                    ? _ ("You were not asked yet; some servers run what they find in a project, in their box")
                                                    : _ ("Some servers run what they find in a project, in their box"));
}

static void
on_project_switched (GtkSwitch *widget, GParamSpec *pspec, EnclaveLanguagePage *self)
{
  if (!self->updating && self->service != NULL)
    enclave_language_service_set_consent (self->service, gtk_switch_get_active (widget) ? ENCLAVE_LANGUAGE_CONSENT_GIVEN
                                                                                        : ENCLAVE_LANGUAGE_CONSENT_REFUSED);
}

void
enclave_language_page_set_up (EnclaveLanguagePage *self, EnclaveLanguageService *service, GSettings *settings)
{
  AdwPreferencesGroup *general;
  AdwPreferencesGroup *servers;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_PAGE (self) && self->settings == NULL);
  g_return_if_fail (G_IS_SETTINGS (settings));

  g_set_object (&self->service, service);
  self->settings = g_object_ref (settings);
  general = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (general, _ ("Language servers"));
  adw_preferences_group_set_description (general, _ ("Programs that you have installed find errors, definitions and uses. They run in the "
                                                     "sandbox, without network and without denied files, and can’t write to the "
                                                     "project. None is ever downloaded."));
  g_settings_bind (settings, KEY_ENABLED,
                   add_switch_row (general, _ ("Use language servers"), _ ("In projects where you have agreed to it"), NULL), "active",
                   G_SETTINGS_BIND_DEFAULT);
  self->project_switch = add_switch_row (general, _ ("In this project"), "", &self->project_row);
  g_signal_connect (self->project_switch, "notify::active", G_CALLBACK (on_project_switched), self);
  g_settings_bind (settings, KEY_COMPLETE,
                   add_switch_row (general, _ ("List proposals while typing"), _ ("Ctrl+Space lists them at any time"), NULL), "active",
                   G_SETTINGS_BIND_DEFAULT);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), general);
  update_project (self);
  if (service == NULL)
    return;
  g_signal_connect_swapped (service, "consent-changed", G_CALLBACK (update_project), self);
  servers = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (servers, _ ("Servers"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);

      adw_preferences_group_add (servers, new_server_row (self, server));
    }
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), servers);
}
