/* enclave-window-language.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Language servers of the project's window: the question whether they may run, what they say in the status line, and how the chat gets it.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-window-private.h"

#define KEY_ENABLED "language-servers"
#define KEY_OFF "language-servers-off"

static EnclaveLanguageService *
get_service (EnclaveWindow *self)
{
  return self->language != NULL ? enclave_language_controller_get_service (self->language) : NULL;
}

static void
configure (EnclaveWindow *self)
{
  g_auto (GStrv) off = NULL;

  if (self->settings == NULL || self->language == NULL)
    return;
  off = g_settings_get_strv (self->settings, KEY_OFF);
  enclave_language_service_configure (get_service (self), g_settings_get_boolean (self->settings, KEY_ENABLED),
                                      (const char *const *) off);
}

static void
wanted_cb (EnclaveWindow *self)
{
  const char *const responses[] = { "use", _("_Use"), "refuse", _("_Not in this project"), NULL };

  if (!enclave_info_row_is_presented (self->info_row, ENCLAVE_WINDOW_NOTE_LANGUAGE))
    enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_LANGUAGE, "dialog-information-symbolic",
                              _("Use language servers in this project? They find errors, definitions and uses. Some run what they find in a "
                                "project; all run in the sandbox, without network and without denied files."),
                              NULL, responses);
}

static void
consent_cb (EnclaveWindow *self)
{
  if (enclave_language_service_get_consent (get_service (self)) != ENCLAVE_LANGUAGE_CONSENT_NONE)
    enclave_info_row_withdraw (self->info_row, ENCLAVE_WINDOW_NOTE_LANGUAGE);
}

void
_enclave_window_answer_language (EnclaveWindow *self, const char *id)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (self->language == NULL)
    return;
  enclave_language_service_set_consent (get_service (self), g_str_equal (id, "use") ? ENCLAVE_LANGUAGE_CONSENT_GIVEN
                                                                                    : ENCLAVE_LANGUAGE_CONSENT_REFUSED);
  /* The answer took its buttons along, and with them the keyboard of who pressed one: they go on where they were. */
  if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->info_row)))
    _enclave_window_focus_pane (self, _enclave_window_get_focused_pane (self));
}

static void
said_cb (EnclaveWindow *self, const char *words)
{
  enclave_last_toast_show (self->note, words, NULL);
}

static void
counted_cb (EnclaveWindow *self, guint n_errors, guint n_warnings)
{
  g_autofree char *errors = g_strdup_printf (ngettext ("%u error", "%u errors", n_errors), n_errors);
  g_autofree char *warnings = g_strdup_printf (ngettext ("%u warning", "%u warnings", n_warnings), n_warnings);
  g_autofree char *both = n_errors > 0 && n_warnings > 0 ? g_strdup_printf ("%s, %s", errors, warnings) : NULL;
  const char *text = both != NULL ? both : n_errors > 0 ? errors : warnings;

  gtk_widget_set_visible (GTK_WIDGET (self->problems_button), n_errors + n_warnings > 0);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (gtk_button_get_child (self->problems_button))), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (gtk_widget_get_first_child (gtk_button_get_child (self->problems_button))),
                                n_errors > 0 ? "dialog-error-symbolic" : "dialog-warning-symbolic");
  enclave_accessible_set_label (GTK_WIDGET (self->problems_button), text);
}

static void
review_cb (EnclaveWindow *self)
{
  _enclave_window_show_review (self);
}

static void
symbol_wanted_cb (EnclaveWindow *self, const char *word)
{
  _enclave_window_find_symbol (self, word);
}

static void
add_problems_button (EnclaveWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_button_new ();

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("List the problems"));
  gtk_widget_set_visible (button, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "language.show-problems");
  gtk_box_insert_child_after (self->status_line, button, GTK_WIDGET (self->sent_text));
  self->problems_button = GTK_BUTTON (button);
}

static void
active_cb (EnclaveWindow *self)
{
  if (self->language_watcher != NULL)
    enclave_language_watcher_set_active (self->language_watcher, gtk_window_is_active (GTK_WINDOW (self)));
}

void
_enclave_window_watch_files (EnclaveWindow *self)
{
  const struct
  {
    gpointer object;
    const char *signal;
  } sources[] = {
    { self->terminal, "command-ended" },
    { self->files, "file-moved" },
    { self->files, "file-trashed" },
    { self->service, "turn-ended" },
    { enclave_agent_service_get_change_set (self->service), "history-changed" },
    { self->git, "changed" },
  };

  self->language_watcher = enclave_language_watcher_new (get_service (self), enclave_project_get_path (self->project));
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_signal_connect_object (sources[i].object, sources[i].signal, G_CALLBACK (enclave_language_watcher_look), self->language_watcher,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (active_cb), self->language_watcher, G_CONNECT_DEFAULT);
  active_cb (self);
}

void
_enclave_window_set_up_language (EnclaveWindow *self)
{
  g_autoptr (EnclaveLanguageService) service = enclave_language_service_new (self->gate);

  self->language = enclave_language_controller_new (self->editor, service, self->gate, enclave_agent_service_get_change_set (self->service),
                                                    self->settings);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "language", enclave_language_controller_get_actions (self->language));
  add_problems_button (self);
  _enclave_window_watch_servers (self, service);
  g_signal_connect_object (service, "wanted", G_CALLBACK (wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "consent-changed", G_CALLBACK (consent_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->language, "said", G_CALLBACK (said_cb), self, G_CONNECT_SWAPPED);
  _enclave_window_step_places (self);
  g_signal_connect_object (self->language, "review", G_CALLBACK (review_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->language, "symbol-wanted", G_CALLBACK (symbol_wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->language, "counted", G_CALLBACK (counted_cb), self, G_CONNECT_SWAPPED);
  if (self->settings == NULL)
    return;
  g_signal_connect_object (self->settings, "changed::" KEY_ENABLED, G_CALLBACK (configure), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::" KEY_OFF, G_CALLBACK (configure), self, G_CONNECT_SWAPPED);
  configure (self);
}

void
_enclave_window_end_language (EnclaveWindow *self)
{
  EnclaveLanguageService *service = get_service (self);

  if (service == NULL)
    return;
  g_signal_handlers_disconnect_by_data (service, self);
  if (self->language_watcher != NULL)
    g_object_run_dispose (G_OBJECT (self->language_watcher));
  g_clear_object (&self->language_watcher);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "language", NULL);
  g_object_run_dispose (G_OBJECT (service));
  g_object_run_dispose (G_OBJECT (self->language));
  g_clear_object (&self->language);
}

char *
_enclave_window_dup_diagnostics (EnclaveWindow *self, char **source)
{
  EnclaveLanguageService *service = get_service (self);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (service == NULL)
    return NULL;
  g_object_get (self->editor, "active-file", &file, NULL);
  path = file != NULL ? enclave_project_dup_relative (self->project, file) : NULL;
  *source = g_strdup (N_("Problems"));

  return enclave_language_service_dup_report (service, path);
}

EnclaveLanguageService *
enclave_window_get_language_service (EnclaveWindow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_WINDOW (self), NULL);

  return get_service (self);
}
