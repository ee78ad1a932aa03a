/* enclave-mcp-configured-token.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bearer token of a server at an address, see enclave_mcp_token_place(). It is in no file of ours and in no log.
 */

#include "config.h"

#include "enclave-mcp-configured-private.h"
#include "enclave-mcp-token-place.h"

#include <string.h>

/* What is no longer needed is not left in memory. */
static void
clear (char **token)
{
  if (*token != NULL)
    memset (*token, 0, strlen (*token));
  g_clear_pointer (token, g_free);
}

void
enclave_mcp_configured_forget_token (EnclaveMcpConfigured *self)
{
  clear (&self->token);
  self->token_state = ENCLAVE_MCP_TOKEN_NONE;
}

typedef struct
{
  EnclaveMcpConfigured *self;
  void (*then) (EnclaveMcpConfigured *self);
} Search;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *search = user_data;
  g_autoptr (EnclaveMcpConfigured) self = search->self;
  void (*then) (EnclaveMcpConfigured *) = search->then;
  char *token = enclave_secret_store_get_key_finish (ENCLAVE_SECRET_STORE (source), result, NULL);
  g_autofree char *place = enclave_mcp_token_place (self->entry);

  g_free (search);
  if (g_cancellable_is_cancelled (self->cancellable))
    {
      clear (&token);
      return;
    }
  clear (&self->token);
  self->token = token;
  self->token_state = token == NULL                                                                   ? ENCLAVE_MCP_TOKEN_NONE
                      : enclave_secret_store_is_kept_here (ENCLAVE_SECRET_STORE (source), place) ? ENCLAVE_MCP_TOKEN_FOR_NOW
                                                                                                    : ENCLAVE_MCP_TOKEN_KEPT;
  then (self);
}

void
enclave_mcp_configured_find_token (EnclaveMcpConfigured *self, void (*then) (EnclaveMcpConfigured *self))
{
  g_autofree char *place = self->secrets != NULL ? enclave_mcp_token_place (self->entry) : NULL;
  Search *search;

  if (place == NULL)
    {
      then (self);
      return;
    }
  search = g_new0 (Search, 1);
  search->self = g_object_ref (self);
  search->then = then;
  enclave_secret_store_get_key_async (self->secrets, place, self->cancellable, found_cb, search);
}

EnclaveMcpTokenState
enclave_mcp_configured_get_token_state (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), ENCLAVE_MCP_TOKEN_NONE);

  return self->token_state;
}

gboolean
enclave_mcp_configured_takes_token (EnclaveMcpConfigured *self)
{
  g_autofree char *place = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), FALSE);

  place = self->secrets != NULL ? enclave_mcp_token_place (self->entry) : NULL;

  return place != NULL;
}

static void
token_free (gpointer data)
{
  char *token = data;

  clear (&token);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpConfigured *self = g_task_get_source_object (task);
  const char *token = g_task_get_task_data (task);
  gboolean is_kept = FALSE;
  GError *error = NULL;

  if (!enclave_secret_store_set_key_finish (ENCLAVE_SECRET_STORE (source), result, &is_kept, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  clear (&self->token);
  self->token = g_strdup (token);
  self->token_state = token == NULL ? ENCLAVE_MCP_TOKEN_NONE : is_kept ? ENCLAVE_MCP_TOKEN_KEPT : ENCLAVE_MCP_TOKEN_FOR_NOW;
  /* One that runs with another token is not the one that was asked for. */
  enclave_mcp_configured_drop_server (self);
  enclave_mcp_configured_tell (self);
  g_task_return_boolean (task, TRUE);
}

void
enclave_mcp_configured_set_token_async (EnclaveMcpConfigured *self, const char *token, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *place = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));
  g_return_if_fail (enclave_mcp_configured_takes_token (self));

  place = enclave_mcp_token_place (self->entry);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_configured_set_token_async);
  g_task_set_task_data (task, g_strdup (token), token_free);
  enclave_secret_store_set_key_async (self->secrets, place, token, cancellable, set_cb, task);
}
