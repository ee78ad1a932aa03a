/* enclave-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>

#include "enclave-about-window.h"
#include "enclave-application-private.h"
#include "enclave-git-kept.h"
#include "enclave-icons-resources.h"
#include "enclave-late-layout.h"
#include "enclave-local-servers-actions.h"
#include "enclave-preferences-window.h"
#include "enclave-server-setup.h"
#include "enclave-settings.h"
#include "enclave-style-sheet.h"
#include "enclave-toolkit.h"
#ifdef ENCLAVE_UPDATE_CHECK
#include "enclave-updates-watch.h"
#endif
#include "enclave-ui-resources.h"
#include "enclave-window.h"

/* What the sandbox is made of can change under a window that stays open for weeks, and what is kept of histories becomes more. */
#define DAILY_S (24 * 60 * 60)
/* The window is there and what it shows at first has been read by then. */
#define CLEAN_DELAY_S 5

#ifdef ENCLAVE_UPDATE_CHECK
/* The window is there and has found its servers by then. */
#define UPDATE_CHECK_DELAY_S 30
#endif

struct _EnclaveApplication
{
  AdwApplication parent_instance;

  GSettings *settings; /* (nullable) */
  EnclaveServerSetup *setup;
  EnclaveLocalServers *local_servers;
  EnclaveSandbox *sandbox;
  GtkWindow *preferences; /* (weak) (nullable) */
  gboolean sandbox_asked;
};

G_DEFINE_FINAL_TYPE (EnclaveApplication, enclave_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { "new-window", 'n', 0, G_OPTION_ARG_NONE, NULL, N_("Open a new window"), NULL },
  { "standalone", 's', 0, G_OPTION_ARG_NONE, NULL, N_("Start apart from an Enclave that runs already"), NULL },
  { "unsealed", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Leave the network of the window’s process open"), NULL },
  { "check-start", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the window, close it once it is drawn, and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL,
    N_("[FOLDER | FILE[:LINE[:COLUMN]] | +LINE FILE]…") },
  { NULL },
};

static void
style_variant_cb (GSettings *settings, const char *key, gpointer user_data)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  int variant = g_settings_get_enum (settings, "style-variant");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (variant, 0, (int) G_N_ELEMENTS (schemes) - 1)]);
}

static int
enclave_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("Enclave %s\n", ENCLAVE_VERSION);
      return 0;
    }
  if (g_variant_dict_contains (given, "standalone") || g_variant_dict_contains (given, "check-start"))
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  /* each asks for what is not saved; the last one closed ends the program */
  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (l->data);
}

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_application_present_new_window (ENCLAVE_APPLICATION (user_data));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (user_data);

  enclave_application_show_preferences (self, NULL, gtk_application_get_active_window (GTK_APPLICATION (self)));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *window = enclave_about_window_new ();

  gtk_window_set_transient_for (GTK_WINDOW (window), gtk_application_get_active_window (GTK_APPLICATION (user_data)));
  gtk_window_present (GTK_WINDOW (window));
}

static const GActionEntry actions[] = {
  { "quit", quit_cb },
  { "new-window", new_window_cb },
  { "preferences", preferences_cb },
  { "about", about_cb },
};

static gboolean
told_to_end_cb (gpointer data)
{
  g_application_quit (G_APPLICATION (data));
  return G_SOURCE_CONTINUE;
}

static void
enclave_application_startup (GApplication *application)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (application);
  static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
  g_autoptr (GError) error = NULL;

  /* Main waits for what is being saved; the signal's own way would end a save in its middle. */
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_unix_signal_add (ends[i], told_to_end_cb, self);

  enclave_toolkit_start ();
  enclave_late_layout_watch ();
  /* GTK would add a folder of icons for it, while a thread of its own reads the icon theme: the theme would be read once more. */
  g_application_set_resource_base_path (application, NULL);
  G_APPLICATION_CLASS (enclave_application_parent_class)->startup (application);
  enclave_style_sheet_add ("/dev/enclave/Enclave/style.css");

  gtk_window_set_default_icon_name (ENCLAVE_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  self->settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, &error);
  if (self->settings == NULL)
    g_printerr ("enclave: %s\n", error->message);
  else
    {
      g_signal_connect_object (self->settings, "changed::style-variant", G_CALLBACK (style_variant_cb), self, 0);
      style_variant_cb (self->settings, "style-variant", self);
    }
  enclave_toolkit_let_move ();

  self->sandbox = enclave_sandbox_new ();
  self->setup = enclave_server_setup_new (self->settings);
  /* The answers come while the window is built, so that its first picture shows them. */
#ifdef ENCLAVE_UPDATE_CHECK
  if (self->settings != NULL)
    enclave_updates_watch_start (application, self->settings, UPDATE_CHECK_DELAY_S);
#endif
  self->local_servers = enclave_local_servers_new (self->settings, enclave_server_setup_get_servers (self->setup));
  enclave_local_servers_actions_add (GTK_APPLICATION (self), self->settings, self->local_servers);
  enclave_server_setup_start (self->setup);
}

static gboolean
clean_cb (gpointer data)
{
  enclave_git_kept_clean_in_thread ();
  return G_SOURCE_REMOVE;
}

/* Nothing that is not on the screen may delay the first picture. */
static gboolean
after_first_window_cb (gpointer data)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (data);

  enclave_sandbox_probe_async (self->sandbox, NULL, NULL, NULL);
  enclave_local_servers_start_as_set (self->local_servers);
  g_timeout_add_seconds_full (G_PRIORITY_LOW, CLEAN_DELAY_S, clean_cb, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
daily_cb (gpointer data)
{
  enclave_sandbox_probe_async (ENCLAVE_APPLICATION (data)->sandbox, NULL, NULL, NULL);
  enclave_git_kept_clean_in_thread ();
  return G_SOURCE_CONTINUE;
}

static void
enclave_application_window_added (GtkApplication *application, GtkWindow *window)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (application);

  GTK_APPLICATION_CLASS (enclave_application_parent_class)->window_added (application, window);
  if (self->sandbox_asked)
    return;
  self->sandbox_asked = TRUE;
  g_idle_add_full (G_PRIORITY_LOW, after_first_window_cb, g_object_ref (self), g_object_unref);
  g_timeout_add_seconds (DAILY_S, daily_cb, self);
}

static void
enclave_application_activate (GApplication *application)
{
  GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (active != NULL)
    gtk_window_present (active);
  else
    _enclave_application_present_new_window (ENCLAVE_APPLICATION (application));
}

static void
enclave_application_finalize (GObject *object)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->local_servers);
  g_clear_object (&self->setup);
  g_clear_object (&self->sandbox);
  G_OBJECT_CLASS (enclave_application_parent_class)->finalize (object);
}

static void
enclave_application_class_init (EnclaveApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  /* The linker leaves out a resource that nobody names; the style is found below the application's base path. */
  enclave_ui_get_resource ();
  enclave_icons_get_resource ();

  G_OBJECT_CLASS (klass)->finalize = enclave_application_finalize;
  application_class->startup = enclave_application_startup;
  application_class->activate = enclave_application_activate;
  application_class->open = _enclave_application_open;
  application_class->command_line = _enclave_application_command_line;
  application_class->handle_local_options = enclave_application_handle_local_options;
  GTK_APPLICATION_CLASS (klass)->window_added = enclave_application_window_added;
}

static void
enclave_application_init (EnclaveApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (
    G_APPLICATION (self), _("An IDE for AI-assisted work on code that has to stay in the house."));
}

EnclaveApplication *
enclave_application_new (void)
{
  return g_object_new (ENCLAVE_TYPE_APPLICATION,
                       "application-id", ENCLAVE_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       NULL);
}

GSettings *
enclave_application_get_settings (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return self->settings;
}

EnclaveServerList *
enclave_application_get_servers (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return enclave_server_setup_get_servers (self->setup);
}

EnclaveNetworkDoor *
enclave_application_get_network_door (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return enclave_server_setup_get_network_door (self->setup);
}

EnclaveSecretStore *
enclave_application_get_secret_store (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return enclave_server_setup_get_secret_store (self->setup);
}

EnclaveLocalServers *
enclave_application_get_local_servers (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return self->local_servers;
}

EnclaveSandbox *
enclave_application_get_sandbox (EnclaveApplication *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (self), NULL);

  return self->sandbox;
}

void
enclave_application_look_for_servers (EnclaveApplication *self)
{
  g_return_if_fail (ENCLAVE_IS_APPLICATION (self));

  enclave_server_setup_refresh (self->setup);
}

/* (nullable): before start-up there are none. */
static EnclavePreferencesWindow *
ensure_preferences (EnclaveApplication *self, GtkWindow *parent)
{
  EnclaveGate *gate = ENCLAVE_IS_WINDOW (parent) ? enclave_window_get_gate (ENCLAVE_WINDOW (parent)) : NULL;

  if (self->settings == NULL)
    return NULL;
  /* The deny-list is that of the project whose window asks. */
  if (self->preferences != NULL && gate != NULL
      && g_object_get_data (G_OBJECT (self->preferences), "enclave-gate") != gate)
    gtk_window_destroy (self->preferences);
  if (self->preferences == NULL)
    {
      g_set_weak_pointer (&self->preferences,
                          GTK_WINDOW (enclave_preferences_window_new (
                            self->settings, enclave_application_get_servers (self),
                            enclave_application_get_secret_store (self), gate)));
      g_object_set_data (G_OBJECT (self->preferences), "enclave-gate", gate);
      enclave_preferences_window_set_local_servers (ENCLAVE_PREFERENCES_WINDOW (self->preferences), self->local_servers);
      {
        EnclaveMcpServerList *shown = gate != NULL ? enclave_window_get_mcp_servers (ENCLAVE_WINDOW (parent)) : NULL;
        g_autoptr (EnclaveMcpServerList) mcp_servers
          = shown != NULL ? g_object_ref (shown) : enclave_mcp_server_list_new (gate, enclave_application_get_network_door (self),
                                                                                  enclave_application_get_secret_store (self));

        enclave_preferences_window_set_mcp_servers (ENCLAVE_PREFERENCES_WINDOW (self->preferences), mcp_servers);
      }
      enclave_preferences_window_set_language_service (
        ENCLAVE_PREFERENCES_WINDOW (self->preferences), gate != NULL ? enclave_window_get_language_service (ENCLAVE_WINDOW (parent)) : NULL);
      gtk_window_set_transient_for (self->preferences, parent);
    }

  return ENCLAVE_PREFERENCES_WINDOW (self->preferences);
}

void
enclave_application_show_preferences (EnclaveApplication *self, const char *page, GtkWindow *parent)
{
  EnclavePreferencesWindow *preferences;

  g_return_if_fail (ENCLAVE_IS_APPLICATION (self));

  preferences = ensure_preferences (self, parent);
  if (preferences == NULL)
    return;
  if (page != NULL)
    enclave_preferences_window_show_page (preferences, page);
  gtk_window_present (GTK_WINDOW (preferences));
}

void
enclave_application_show_rule (EnclaveApplication *self, const char *rule, GtkWindow *parent)
{
  EnclavePreferencesWindow *preferences;

  g_return_if_fail (ENCLAVE_IS_APPLICATION (self) && rule != NULL);

  preferences = ensure_preferences (self, parent);
  if (preferences == NULL)
    return;
  gtk_window_present (GTK_WINDOW (preferences));
  enclave_preferences_window_show_rule (preferences, rule);
}

void
enclave_application_edit_rule (EnclaveApplication *self, const char *path, GtkWindow *parent)
{
  EnclavePreferencesWindow *preferences;

  g_return_if_fail (ENCLAVE_IS_APPLICATION (self) && path != NULL);

  preferences = ensure_preferences (self, parent);
  if (preferences == NULL)
    return;
  gtk_window_present (GTK_WINDOW (preferences));
  enclave_preferences_window_prepare_exception (preferences, path);
}
