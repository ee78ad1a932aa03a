/* enclave-mcp-catalog.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-catalog.h"

#include <string.h>

enum
{
  LIST_RESOURCES,
  LIST_TEMPLATES,
  LIST_PROMPTS,
  N_LISTS
};

static const struct
{
  const char *capability;
  const char *method;
  const char *member;
} lists[N_LISTS] = {
  [LIST_RESOURCES] = { "resources", "resources/list", "resources" },
  [LIST_TEMPLATES] = { "resources", "resources/templates/list", "resourceTemplates" },
  [LIST_PROMPTS] = { "prompts", "prompts/list", "prompts" },
};

/* Of one server that runs. */
typedef struct
{
  EnclaveMcpCatalog *catalog; /* not owned: it owns this */
  EnclaveMcpConfigured *configured;
  EnclaveMcpServer *server; /* (nullable): the one that was listed */
  EnclaveMcpClient *client; /* (nullable): of it */
  GPtrArray *offers[N_LISTS]; /* (nullable) */
  GCancellable *cancellable;
} Offers;

struct _EnclaveMcpCatalog
{
  GObject parent_instance;

  GListModel *servers;
  GPtrArray *all; /* (element-type Offers) */
};

static guint changed;

G_DEFINE_FINAL_TYPE (EnclaveMcpCatalog, enclave_mcp_catalog, G_TYPE_OBJECT)

/* What it knows of the server, which has ended or is another one. Returns: whether there was anything. */
static gboolean
forget (Offers *offers)
{
  gboolean had_any = FALSE;

  g_cancellable_cancel (offers->cancellable);
  g_clear_object (&offers->cancellable);
  if (offers->client != NULL)
    g_signal_handlers_disconnect_by_data (offers->client, offers);
  g_clear_object (&offers->client);
  g_clear_object (&offers->server);
  for (guint i = 0; i < N_LISTS; i++)
    {
      had_any |= offers->offers[i] != NULL && offers->offers[i]->len > 0;
      g_clear_pointer (&offers->offers[i], g_ptr_array_unref);
    }
  return had_any;
}

static void
offers_free (gpointer data)
{
  Offers *offers = data;

  forget (offers);
  g_signal_handlers_disconnect_by_data (offers->configured, offers);
  g_object_unref (offers->configured);
  g_free (offers);
}

static void
enclave_mcp_catalog_dispose (GObject *object)
{
  EnclaveMcpCatalog *self = ENCLAVE_MCP_CATALOG (object);

  g_ptr_array_set_size (self->all, 0);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_mcp_catalog_parent_class)->dispose (object);
}

static void
enclave_mcp_catalog_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_MCP_CATALOG (object)->all);
  G_OBJECT_CLASS (enclave_mcp_catalog_parent_class)->finalize (object);
}

static void
enclave_mcp_catalog_class_init (EnclaveMcpCatalogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_catalog_dispose;
  object_class->finalize = enclave_mcp_catalog_finalize;
  changed = g_signal_new ("changed", ENCLAVE_TYPE_MCP_CATALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_mcp_catalog_init (EnclaveMcpCatalog *self)
{
  self->all = g_ptr_array_new_with_free_func (offers_free);
}

typedef struct
{
  EnclaveMcpCatalog *catalog;
  EnclaveMcpConfigured *configured;
  guint list;
} Listing;

/* By now the server may have gone from the list, or be another one. */
static Offers *
find_offers (Listing *listing, EnclaveMcpClient *client)
{
  for (guint i = 0; i < listing->catalog->all->len; i++)
    {
      Offers *offers = g_ptr_array_index (listing->catalog->all, i);

      if (offers->configured == listing->configured && offers->client == client)
        return offers;
    }
  return NULL;
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Listing *listing = user_data;
  g_autoptr (EnclaveMcpCatalog) self = listing->catalog;
  g_autoptr (EnclaveMcpConfigured) configured = listing->configured;
  g_autoptr (JsonArray) items = enclave_mcp_client_list_finish (ENCLAVE_MCP_CLIENT (source), result, NULL);
  Offers *offers = find_offers (listing, ENCLAVE_MCP_CLIENT (source));
  gboolean is_prompts = listing->list == LIST_PROMPTS;
  GPtrArray *array;

  if (offers == NULL || items == NULL)
    return;
  array = g_ptr_array_new_with_free_func (is_prompts ? (GDestroyNotify) enclave_mcp_prompt_unref : (GDestroyNotify) enclave_mcp_resource_unref);
  if (is_prompts)
    enclave_mcp_prompt_add_all (array, offers->server, items);
  else
    enclave_mcp_resource_add_all (array, offers->server, items, listing->list == LIST_TEMPLATES);
  g_clear_pointer (&offers->offers[listing->list], g_ptr_array_unref);
  offers->offers[listing->list] = array;
  g_signal_emit (self, changed, 0);
}

/* @what: "resources" or "prompts"; NULL: all. */
static void
ask (Offers *offers, const char *what)
{
  for (guint i = 0; i < N_LISTS; i++)
    {
      Listing *listing;

      if ((what != NULL && strcmp (lists[i].capability, what) != 0) || !enclave_mcp_client_offers (offers->client, lists[i].capability))
        continue;
      listing = g_new0 (Listing, 1);
      listing->catalog = g_object_ref (offers->catalog);
      listing->configured = g_object_ref (offers->configured);
      listing->list = i;
      enclave_mcp_client_list_async (offers->client, lists[i].method, lists[i].member, offers->cancellable, on_listed, listing);
    }
}

static void
on_client_changed (EnclaveMcpClient *client, const char *what, Offers *offers)
{
  if (strcmp (what, "resources") == 0 || strcmp (what, "prompts") == 0)
    ask (offers, what);
}

static void
on_configured_changed (EnclaveMcpConfigured *configured, Offers *offers)
{
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (configured);
  EnclaveMcpClient *client = server != NULL ? enclave_mcp_server_get_client (server) : NULL;

  if (client == offers->client)
    return;
  if (forget (offers))
    g_signal_emit (offers->catalog, changed, 0);
  if (client == NULL)
    return;
  offers->server = g_object_ref (server);
  offers->client = g_object_ref (client);
  offers->cancellable = g_cancellable_new ();
  g_signal_connect (client, "changed", G_CALLBACK (on_client_changed), offers);
  ask (offers, NULL);
}

static void
on_servers_changed (EnclaveMcpCatalog *self)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->all);
  guint n = g_list_model_get_n_items (self->servers);

  self->all = g_ptr_array_new_with_free_func (offers_free);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (EnclaveMcpConfigured) configured = g_list_model_get_item (self->servers, i);
      Offers *offers = NULL;

      for (guint k = 0; k < before->len && offers == NULL; k++)
        if (((Offers *) g_ptr_array_index (before, k))->configured == configured)
          offers = g_ptr_array_steal_index_fast (before, k);
      if (offers == NULL)
        {
          offers = g_new0 (Offers, 1);
          offers->catalog = self;
          offers->configured = g_object_ref (configured);
          g_signal_connect (configured, "changed", G_CALLBACK (on_configured_changed), offers);
        }
      g_ptr_array_add (self->all, offers);
      on_configured_changed (configured, offers);
    }
  g_signal_emit (self, changed, 0);
}

EnclaveMcpCatalog *
enclave_mcp_catalog_new (GListModel *servers)
{
  EnclaveMcpCatalog *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (servers), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_CATALOG, NULL);
  self->servers = g_object_ref (servers);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (on_servers_changed), self, G_CONNECT_SWAPPED);
  on_servers_changed (self);
  return self;
}

GPtrArray *
enclave_mcp_catalog_dup_resources (EnclaveMcpCatalog *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_resource_unref);

  for (guint i = 0; i < self->all->len; i++)
    for (guint k = LIST_RESOURCES; k <= LIST_TEMPLATES; k++)
      {
        GPtrArray *own = ((Offers *) g_ptr_array_index (self->all, i))->offers[k];

        for (guint j = 0; own != NULL && j < own->len; j++)
          g_ptr_array_add (all, enclave_mcp_resource_ref (g_ptr_array_index (own, j)));
      }
  return all;
}

GPtrArray *
enclave_mcp_catalog_dup_prompts (EnclaveMcpCatalog *self)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_prompt_unref);

  for (guint i = 0; i < self->all->len; i++)
    {
      GPtrArray *own = ((Offers *) g_ptr_array_index (self->all, i))->offers[LIST_PROMPTS];

      for (guint j = 0; own != NULL && j < own->len; j++)
        g_ptr_array_add (all, enclave_mcp_prompt_ref (g_ptr_array_index (own, j)));
    }
  return all;
}

EnclaveMcpPrompt *
enclave_mcp_catalog_find_prompt (EnclaveMcpCatalog *self, const char *command)
{
  g_autoptr (GPtrArray) prompts = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_CATALOG (self) && command != NULL, NULL);

  prompts = enclave_mcp_catalog_dup_prompts (self);
  for (guint i = 0; i < prompts->len; i++)
    {
      g_autofree char *own = enclave_mcp_prompt_dup_command (g_ptr_array_index (prompts, i));

      if (strcmp (own, command) == 0)
        return enclave_mcp_prompt_ref (g_ptr_array_index (prompts, i));
    }
  return NULL;
}

gboolean
enclave_mcp_catalog_find (EnclaveMcpCatalog *self, const char *target, EnclaveMcpServer **server, const char **uri)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CATALOG (self) && target != NULL && server != NULL && uri != NULL, FALSE);

  *server = NULL;
  for (guint i = 0; i < self->all->len; i++)
    {
      Offers *offers = g_ptr_array_index (self->all, i);
      const char *name = enclave_mcp_configured_get_entry (offers->configured)->name;
      gsize length = strlen (name);
      g_autofree char *scheme = NULL;

      if (strncmp (target, name, length) != 0 || target[length] != ':')
        continue;
      *uri = target + length + 1;
      scheme = g_uri_parse_scheme (*uri);
      if (scheme == NULL)
        continue;
      if (offers->server != NULL)
        *server = g_object_ref (offers->server);
      return TRUE;
    }
  return FALSE;
}
