/* enclave-model-choice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-choice.h"

struct _EnclaveModelChoice
{
  GObject parent_instance;

  EnclaveServerList *servers;
  GSettings *settings;     /* (nullable) */
  EnclaveServer *server;   /* (nullable) */
  EnclaveModelInfo *model; /* (nullable) */
  gboolean looked;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveModelChoice, enclave_model_choice, G_TYPE_OBJECT)

static void
emit_changed (EnclaveModelChoice *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_listed (EnclaveServerList *servers, EnclaveServer *server)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) candidate = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (candidate == server)
        return TRUE;
    }
  return FALSE;
}

/* The model with @id that @server lists now. */
static EnclaveModelInfo *
find_in_server (EnclaveServer *server, const char *id)
{
  GListModel *models = enclave_server_get_models (server);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (models, i);

      if (g_strcmp0 (enclave_model_info_get_id (model), id) == 0 && !enclave_model_info_get_remote (model))
        return g_steal_pointer (&model);
    }
  return NULL;
}

/* `ADDRESS MODEL` of the settings, when it is ready. */
static gboolean
find_remembered (EnclaveModelChoice *self, EnclaveServer **server, EnclaveModelInfo **model)
{
  g_autofree char *remembered = NULL;
  char *id;

  if (self->settings == NULL)
    return FALSE;
  remembered = g_settings_get_string (self->settings, "model");
  id = strchr (remembered, ' ');
  if (id == NULL)
    return FALSE;
  *id++ = '\0';

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) candidate = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      if (enclave_server_get_state (candidate) == ENCLAVE_SERVER_READY
          && g_strcmp0 (enclave_server_get_lasting_address (candidate), remembered) == 0
          && (*model = find_in_server (candidate, id)) != NULL)
        {
          *server = g_steal_pointer (&candidate);
          return TRUE;
        }
    }
  return FALSE;
}

static void
take (EnclaveModelChoice *self, EnclaveServer *server, EnclaveModelInfo *model)
{
  if (self->server != NULL)
    g_signal_handlers_disconnect_by_func (self->server, emit_changed, self);
  g_set_object (&self->server, server);
  g_set_object (&self->model, model);
  if (server != NULL)
    g_signal_connect_object (server, "notify::state", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);
  emit_changed (self);
}

static void
choose (EnclaveModelChoice *self)
{
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;

  if (self->server != NULL && !is_listed (self->servers, self->server))
    take (self, NULL, NULL);

  if (self->server != NULL && enclave_server_get_state (self->server) == ENCLAVE_SERVER_READY)
    {
      model = find_in_server (self->server, enclave_model_info_get_id (self->model));
      if (model != NULL)
        {
          if (model != self->model)
            take (self, self->server, model);
          return;
        }
    }

  if (!find_remembered (self, &server, &model))
    {
      EnclaveServer *found_server = NULL;
      EnclaveModelInfo *found_model = NULL;

      if (enclave_server_list_find_model (self->servers, NULL, &found_server, &found_model))
        {
          server = g_object_ref (found_server);
          model = g_object_ref (found_model);
        }
    }
  if (model != NULL && (server != self->server || model != self->model))
    take (self, server, model);
}

static void
busy_cb (EnclaveModelChoice *self)
{
  gboolean busy = FALSE;

  g_object_get (self->servers, "busy", &busy, NULL);
  if (busy)
    return;
  choose (self);
  self->looked = TRUE;
  emit_changed (self);
}

/* Chosen elsewhere: in the preferences, or in another window. */
static void
setting_changed_cb (EnclaveModelChoice *self)
{
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;

  if (find_remembered (self, &server, &model) && (server != self->server || model != self->model))
    take (self, server, model);
}

static void
enclave_model_choice_finalize (GObject *object)
{
  EnclaveModelChoice *self = ENCLAVE_MODEL_CHOICE (object);

  g_clear_object (&self->servers);
  g_clear_object (&self->settings);
  g_clear_object (&self->server);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (enclave_model_choice_parent_class)->finalize (object);
}

static void
enclave_model_choice_class_init (EnclaveModelChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_model_choice_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
enclave_model_choice_init (EnclaveModelChoice *self)
{
}

EnclaveModelChoice *
enclave_model_choice_new (EnclaveServerList *servers, GSettings *settings)
{
  EnclaveModelChoice *self;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (servers), NULL);

  self = g_object_new (ENCLAVE_TYPE_MODEL_CHOICE, NULL);
  self->servers = g_object_ref (servers);
  g_set_object (&self->settings, settings);
  g_signal_connect_object (servers, "notify::busy", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (choose), self, G_CONNECT_SWAPPED);
  if (settings != NULL)
    g_signal_connect_object (settings, "changed::model", G_CALLBACK (setting_changed_cb), self, G_CONNECT_SWAPPED);
  choose (self);
  self->looked = self->server != NULL;
  return self;
}

EnclaveServerList *
enclave_model_choice_get_servers (EnclaveModelChoice *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_CHOICE (self), NULL);

  return self->servers;
}

EnclaveServer *
enclave_model_choice_get_server (EnclaveModelChoice *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_CHOICE (self), NULL);

  return self->server;
}

EnclaveModelInfo *
enclave_model_choice_get_model (EnclaveModelChoice *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_CHOICE (self), NULL);

  return self->model;
}

void
enclave_model_choice_set (EnclaveModelChoice *self, EnclaveServer *server, EnclaveModelInfo *model)
{
  g_return_if_fail (ENCLAVE_IS_MODEL_CHOICE (self));
  g_return_if_fail (ENCLAVE_IS_SERVER (server) && ENCLAVE_IS_MODEL_INFO (model));
  g_return_if_fail (!enclave_model_info_get_remote (model));

  if (self->settings != NULL)
    {
      g_autofree char *value = g_strdup_printf (
        "%s %s", enclave_server_get_lasting_address (server), enclave_model_info_get_id (model));

      g_settings_set_string (self->settings, "model", value);
    }
  take (self, server, model);
}

gboolean
enclave_model_choice_get_looked (EnclaveModelChoice *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_CHOICE (self), FALSE);

  return self->looked;
}
