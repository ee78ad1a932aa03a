/* enclave-endpoint.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-endpoint.h"

#include <glib/gi18n.h>
#include <string.h>

struct _EnclaveEndpoint
{
  GObject parent_instance;

  EnclaveEndpointKind kind;
  char *uri;
  char *address;
  gboolean is_local;
};

G_DEFINE_FINAL_TYPE (EnclaveEndpoint, enclave_endpoint, G_TYPE_OBJECT)

static const struct
{
  const char *word;
  const char *name;
} kinds[] = {
  [ENCLAVE_ENDPOINT_UNKNOWN] = { "unknown", "Server" },
  [ENCLAVE_ENDPOINT_OLLAMA] = { "ollama", "Ollama" },
  [ENCLAVE_ENDPOINT_LLAMACPP] = { "llamacpp", "llama.cpp" },
  [ENCLAVE_ENDPOINT_LMSTUDIO] = { "lmstudio", "LM Studio" },
  [ENCLAVE_ENDPOINT_VLLM] = { "vllm", "vLLM" },
  [ENCLAVE_ENDPOINT_OPENAI] = { "openai", "OpenAI-compatible server" },
  [ENCLAVE_ENDPOINT_PRACTICE] = { "practice", "Practice engine" },
};

const char *
enclave_endpoint_kind_to_word (EnclaveEndpointKind kind)
{
  return (guint) kind < G_N_ELEMENTS (kinds) ? kinds[kind].word : "unknown";
}

const char *
enclave_endpoint_kind_to_name (EnclaveEndpointKind kind)
{
  return (guint) kind < G_N_ELEMENTS (kinds) ? kinds[kind].name : "Server";
}

static void
enclave_endpoint_finalize (GObject *object)
{
  EnclaveEndpoint *self = ENCLAVE_ENDPOINT (object);

  g_free (self->uri);
  g_free (self->address);
  G_OBJECT_CLASS (enclave_endpoint_parent_class)->finalize (object);
}

static void
enclave_endpoint_class_init (EnclaveEndpointClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_endpoint_finalize;
}

static void
enclave_endpoint_init (EnclaveEndpoint *self)
{
}

static EnclaveEndpoint *
make (EnclaveEndpointKind kind, const char *uri, const char *address, gboolean is_local)
{
  EnclaveEndpoint *self = g_object_new (ENCLAVE_TYPE_ENDPOINT, NULL);

  self->kind = kind;
  self->uri = g_strdup (uri);
  self->address = g_strdup (address);
  self->is_local = is_local;
  return self;
}

/* What people paste is often the whole address of a route. */
static gboolean
is_known_path (const char *path)
{
  static const char *const known[] = { "", "/", "/v1", "/api", "/v1/chat/completions", "/v1/models", "/api/chat",
                                       "/api/tags" };
  g_autofree char *bare = g_strdup (path);

  while (strlen (bare) > 1 && g_str_has_suffix (bare, "/"))
    bare[strlen (bare) - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (bare, known[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

EnclaveEndpoint *
enclave_endpoint_new (const char *address, EnclaveEndpointKind expected, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *with_scheme = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *base = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *scheme;
  const char *host;
  gboolean is_ipv6;
  int port;

  g_return_val_if_fail (address != NULL, NULL);

  text = g_strstrip (g_strdup (address));
  if (g_str_has_prefix (text, "unix:"))
    {
      const char *path = text + strlen ("unix:");

      if (!g_path_is_absolute (path) || strlen (path) > 107)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("Reading the server address “%s”: after “unix:” an absolute path of at most 107 bytes is wanted"),
                       text);
          return NULL;
        }
      return make (expected, text, path, TRUE);
    }
  with_scheme = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("http://", text, NULL);
  uri = g_uri_parse (with_scheme, G_URI_FLAGS_SCHEME_NORMALIZE, &local_error);
  if (uri == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("Reading the server address “%s”: %s"), text,
                   local_error->message);
      return NULL;
    }
  scheme = g_uri_get_scheme (uri);
  host = g_uri_get_host (uri);
  port = g_uri_get_port (uri);
  if ((strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0) || host == NULL || host[0] == '\0')
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("Reading the server address “%s”: it should look like 127.0.0.1:11434"), text);
      return NULL;
    }
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || (g_uri_get_fragment (uri) != NULL && strcmp (scheme, "https") != 0)
      || !is_known_path (g_uri_get_path (uri)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("Reading the server address “%s”: host and port are enough; leave out the rest"), text);
      return NULL;
    }
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    host = "127.0.0.1";
  if (port < 0)
    port = strcmp (scheme, "https") == 0 ? 443 : 80;
  is_ipv6 = strchr (host, ':') != NULL;
  shown = is_ipv6 ? g_strdup_printf ("[%s]:%d", host, port) : g_strdup_printf ("%s:%d", host, port);
  /* The fingerprint of a certificate is part of where a server is; the network door reads it. */
  base = g_strdup_printf ("%s://%s%s%s", scheme, shown, g_uri_get_fragment (uri) != NULL ? "#" : "",
                          g_uri_get_fragment (uri) != NULL ? g_uri_get_fragment (uri) : "");
  return make (expected, base, shown, host_is_loopback (host));
}

EnclaveEndpoint *
enclave_endpoint_with_kind (EnclaveEndpoint *self, EnclaveEndpointKind kind)
{
  g_return_val_if_fail (ENCLAVE_IS_ENDPOINT (self), NULL);
  return make (kind, self->uri, self->address, self->is_local);
}

EnclaveEndpointKind
enclave_endpoint_get_kind (EnclaveEndpoint *self)
{
  g_return_val_if_fail (ENCLAVE_IS_ENDPOINT (self), ENCLAVE_ENDPOINT_UNKNOWN);
  return self->kind;
}

const char *
enclave_endpoint_get_uri (EnclaveEndpoint *self)
{
  g_return_val_if_fail (ENCLAVE_IS_ENDPOINT (self), NULL);
  return self->uri;
}

const char *
enclave_endpoint_get_address (EnclaveEndpoint *self)
{
  g_return_val_if_fail (ENCLAVE_IS_ENDPOINT (self), NULL);
  return self->address;
}

gboolean
enclave_endpoint_get_is_local (EnclaveEndpoint *self)
{
  g_return_val_if_fail (ENCLAVE_IS_ENDPOINT (self), FALSE);
  return self->is_local;
}
