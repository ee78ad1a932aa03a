/* enclave-language-watcher.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-watcher.h"

#include "enclave-file-changes.h"

#define POLL_SECONDS 5

struct _EnclaveLanguageWatcher
{
  GObject parent_instance;

  EnclaveLanguageService *service;
  char *root;
  EnclaveFileChanges *changes; /* (nullable): while a server runs */
  gboolean active;
};

G_DEFINE_FINAL_TYPE (EnclaveLanguageWatcher, enclave_language_watcher, G_TYPE_OBJECT)

static void
forget (EnclaveLanguageWatcher *self)
{
  if (self->changes == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->changes, self);
  g_object_run_dispose (G_OBJECT (self->changes));
  g_clear_object (&self->changes);
}

static void
enclave_language_watcher_dispose (GObject *object)
{
  EnclaveLanguageWatcher *self = ENCLAVE_LANGUAGE_WATCHER (object);

  forget (self);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (enclave_language_watcher_parent_class)->dispose (object);
}

static void
enclave_language_watcher_finalize (GObject *object)
{
  g_free (ENCLAVE_LANGUAGE_WATCHER (object)->root);
  G_OBJECT_CLASS (enclave_language_watcher_parent_class)->finalize (object);
}

static void
enclave_language_watcher_class_init (EnclaveLanguageWatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_watcher_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_language_watcher_finalize;
}

static void
enclave_language_watcher_init (EnclaveLanguageWatcher *self)
{
}

static gboolean
is_any_running (EnclaveLanguageService *service)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);
      EnclaveLanguageServerState state = enclave_language_server_get_state (server);

      if (state == ENCLAVE_LANGUAGE_SERVER_STARTING || state == ENCLAVE_LANGUAGE_SERVER_READY || state == ENCLAVE_LANGUAGE_SERVER_WAITING)
        return TRUE;
    }
  return FALSE;
}

static void
changed_cb (EnclaveLanguageWatcher *self, GPtrArray *changes)
{
  enclave_language_service_files_changed (self->service, changes);
}

/* What is there is learned as soon as a server starts, for what happens from then on. */
static void
server_cb (EnclaveLanguageWatcher *self)
{
  g_auto (GStrv) named = NULL;

  if (!is_any_running (self->service))
    {
      forget (self);
      return;
    }
  if (self->changes != NULL)
    return;
  named = enclave_language_service_dup_configuration (self->service);
  self->changes = enclave_file_changes_new (self->root, (const char *const *) named);
  g_signal_connect_object (self->changes, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  enclave_file_changes_set_poll (self->changes, self->active ? POLL_SECONDS : 0);
  enclave_file_changes_look (self->changes);
}

EnclaveLanguageWatcher *
enclave_language_watcher_new (EnclaveLanguageService *service, const char *root)
{
  EnclaveLanguageWatcher *self;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (service), NULL);
  g_return_val_if_fail (root != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_WATCHER, NULL);
  self->service = g_object_ref (service);
  self->root = g_strdup (root);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);

      g_signal_connect_object (server, "changed", G_CALLBACK (server_cb), self, G_CONNECT_SWAPPED);
    }
  return self;
}

void
enclave_language_watcher_look (EnclaveLanguageWatcher *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_WATCHER (self));

  if (self->changes != NULL)
    enclave_file_changes_look (self->changes);
}

void
enclave_language_watcher_set_active (EnclaveLanguageWatcher *self, gboolean active)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_WATCHER (self));

  if (self->active == active)
    return;
  self->active = active;
  if (self->changes != NULL)
    enclave_file_changes_set_poll (self->changes, active ? POLL_SECONDS : 0);
  if (active)
    enclave_language_watcher_look (self);
}
