/* enclave-window-agent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of the project and of its settings the agent works with.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-window-private.h"

#include "enclave-file-check.h"
#include "enclave-file-format.h"
#include "enclave-verification.h"

static void
map_setting_cb (EnclaveWindow *self)
{
  enclave_agent_service_set_use_map (self->service, g_settings_get_boolean (self->settings, "project-map"));
}

static void
verification_setting_cb (EnclaveWindow *self)
{
  g_autofree char *command = g_settings_get_string (self->project_settings, "verification-command");

  enclave_agent_service_set_verification (self->service, command,
                                          g_settings_get_boolean (self->project_settings, "verification-enabled"),
                                          g_settings_get_uint (self->project_settings, "verification-rounds"));
  enclave_agent_service_set_check_files (self->service, g_settings_get_boolean (self->project_settings, "check-edited-files"));
  enclave_agent_service_set_format_files (self->service, g_settings_get_boolean (self->project_settings, "format-edited-files"));
}

void
_enclave_window_set_up_agent (EnclaveWindow *self)
{
  if (self->settings != NULL)
    {
      g_signal_connect_object (self->settings, "changed::project-map", G_CALLBACK (map_setting_cb), self, G_CONNECT_SWAPPED);
      map_setting_cb (self);
    }
  if (self->project_settings != NULL)
    {
      static const char *const keys[] = { "changed::verification-command", "changed::verification-enabled",
                                          "changed::verification-rounds", "changed::check-edited-files",
                                          "changed::format-edited-files" };

      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        g_signal_connect_object (self->project_settings, keys[i], G_CALLBACK (verification_setting_cb), self, G_CONNECT_SWAPPED);
      verification_setting_cb (self);
    }
}

/* The map of a conversation has beside it what lies near to what is open. */
void
_enclave_window_tell_open_files (EnclaveWindow *self)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) paths = NULL;

  if (self->service == NULL)
    return;
  files = enclave_editor_pane_list_files (self->editor);
  paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < files->len; i++)
    {
      char *path = enclave_project_dup_relative (self->project, g_ptr_array_index (files, i));

      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  g_ptr_array_add (paths, NULL);
  enclave_agent_service_set_open_paths (self->service, (const char *const *) paths->pdata);
}

static void
open_memory_cb (EnclaveWindow *self, const char *name)
{
  g_autoptr (GFile) file = g_file_resolve_relative_path (enclave_project_get_folder (self->project), name);

  enclave_editor_pane_open (self->editor, file, 0, 0);
}

static void
review_draft_cb (EnclaveWindow *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "review", NULL);
}

void
_enclave_window_show_project_page (EnclaveWindow *self)
{
  if (self->service == NULL)
    return;
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  if (self->project_page == NULL)
    {
      GtkWidget *page = enclave_project_page_new (self->service, self->settings, self->project_settings);

      g_signal_connect_object (page, "open-file", G_CALLBACK (open_memory_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (page, "review", G_CALLBACK (review_draft_cb), self, G_CONNECT_SWAPPED);
      g_set_weak_pointer (&self->project_page, ENCLAVE_PROJECT_PAGE (page));
    }
  /* Translators: the tab with the settings of the open project. */
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (self->project_page), _("Project"), "folder-symbolic");
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}
