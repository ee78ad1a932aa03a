/* enclave-window-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-model-roles.h"
#include "enclave-egress-page.h"
#include "enclave-window-private.h"

#define WARM_UP_DELAY_MS 2000

static void
update_edit_model (EnclaveWindow *self)
{
  g_autofree char *choice = NULL;
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;

  /* The tour has an engine of its own for everything. */
  if (self->settings != NULL && self->practice == NULL)
    choice = g_settings_get_string (self->settings, "edit-model");
  if (choice != NULL
      && enclave_model_role_choice_find (enclave_model_choice_get_servers (self->choice), choice, &server, &model))
    {
      enclave_agent_service_set_edit_model (self->service, enclave_server_get_client (server), model);
      if (!enclave_endpoint_get_is_local (enclave_server_get_endpoint (server)))
        self->left_this_machine = TRUE;
    }
  else
    enclave_agent_service_set_edit_model (self->service, NULL, NULL);
}

/* A model is known only after the first frame, and then the window has other things to do for a while. */
static void
warm_up (EnclaveWindow *self)
{
  if (self->settings == NULL || g_settings_get_boolean (self->settings, "warm-up"))
    enclave_agent_service_warm_up (self->service, WARM_UP_DELAY_MS);
}

void
_enclave_window_update_models (EnclaveWindow *self)
{
  EnclaveServer *server = enclave_model_choice_get_server (self->choice);

  if (self->service != NULL)
    {
      enclave_agent_service_set_model (self->service, server != NULL ? enclave_server_get_client (server) : NULL,
                                       enclave_model_choice_get_model (self->choice));
      update_edit_model (self);
      warm_up (self);
    }
  _enclave_window_update_badges (self);
}

/* What a check has found counts for the next request. */
static void
checked_cb (EnclaveWindow *self)
{
  _enclave_window_update_models (self);
  enclave_editor_pane_set_servers (self->editor, enclave_model_choice_get_servers (self->choice));
}

void
_enclave_window_show_model_check (EnclaveWindow *self)
{
  GtkWidget *page;

  if (self->gate == NULL)
    return;
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  if (self->model_page == NULL)
    {
      page = enclave_model_page_new (self->choice, self->practice == NULL ? self->settings : NULL);
      g_signal_connect_object (page, "checked", G_CALLBACK (checked_cb), self, G_CONNECT_SWAPPED);
      g_set_weak_pointer (&self->model_page, ENCLAVE_MODEL_PAGE (page));
    }
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (self->model_page), _("Model check"),
                                 "power-profile-performance-symbolic");
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

void
_enclave_window_show_egress (EnclaveWindow *self)
{
  if (self->gate == NULL)
    return;
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  if (self->egress_page == NULL)
    g_set_weak_pointer (&self->egress_page, enclave_egress_page_new ());
  enclave_editor_pane_show_page (self->editor, self->egress_page, _("What left this machine"), "enclave-sandbox-full-symbolic");
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}
