/* enclave-mcp-tool-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-tool-name.h"

#include <string.h>

#include "enclave-limits.h"

#define SEPARATOR "__"
#define HASH_DIGITS 6
#define LONG_HASH_DIGITS 16
/* What is left of the server's name when both are long: it tells tools of the same name apart. */
#define LEAST_SERVER_BYTES 20

typedef struct
{
  char *server;
  char *tool;
} Pair;

struct _EnclaveMcpToolNames
{
  GHashTable *names; /* Pair → name */
  GHashTable *pairs; /* name → Pair, borrowed from @names */
};

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_free (pair->server);
  g_free (pair->tool);
  g_free (pair);
}

static guint
pair_hash (gconstpointer data)
{
  const Pair *pair = data;

  return g_str_hash (pair->server) * 31 + g_str_hash (pair->tool);
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  const Pair *first = a;
  const Pair *second = b;

  return strcmp (first->server, second->server) == 0 && strcmp (first->tool, second->tool) == 0;
}

static int
pair_compare (gconstpointer a, gconstpointer b)
{
  const Pair *first = *(Pair *const *) a;
  const Pair *second = *(Pair *const *) b;
  int order = strcmp (first->server, second->server);

  return order != 0 ? order : strcmp (first->tool, second->tool);
}

/* Each byte that a name can't have becomes one `_`. */
static char *
sanitize (const char *text)
{
  char *plain = g_strdup (text);

  for (char *p = plain; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-')
      *p = '_';
  return plain;
}

static char *
hash_of (const char *server, const char *tool, guint n_digits)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) server, (gssize) strlen (server) + 1);
  g_checksum_update (checksum, (const guchar *) tool, (gssize) strlen (tool));
  return g_strndup (g_checksum_get_string (checksum), n_digits);
}

/* A name that says where the server's ends and the tool's begins needs nothing more. */
static gboolean
is_plain (const char *server, const char *tool, const char *plain_server, const char *plain_tool)
{
  return *server != '\0' && *tool != '\0' && strcmp (server, plain_server) == 0 && strcmp (tool, plain_tool) == 0
         && strstr (server, SEPARATOR) == NULL && !g_str_has_suffix (server, "_") && tool[0] != '_'
         && strlen (server) + strlen (SEPARATOR) + strlen (tool) <= ENCLAVE_MCP_TOOL_NAME_MAX_BYTES;
}

/* The beginning and the end of @text in @max bytes: what differs is often at the end. */
static char *
shorten (const char *text, gsize max)
{
  gsize length = strlen (text);
  gsize head = max * 2 / 3;

  if (length <= max)
    return g_strdup (text);
  return g_strdup_printf ("%.*s%s", (int) head, text, text + length - (max - head));
}

static char *
make (const char *server, const char *tool, guint n_digits)
{
  g_autofree char *plain_server = sanitize (server);
  g_autofree char *plain_tool = sanitize (tool);
  g_autofree char *hash = NULL;
  g_autofree char *short_server = NULL;
  g_autofree char *short_tool = NULL;
  gsize room, server_room;

  if (n_digits == 0 && is_plain (server, tool, plain_server, plain_tool))
    return g_strconcat (server, SEPARATOR, tool, NULL);

  n_digits = MAX (n_digits, HASH_DIGITS);
  hash = hash_of (server, tool, n_digits);
  room = ENCLAVE_MCP_TOOL_NAME_MAX_BYTES - strlen (SEPARATOR) - strlen ("_") - n_digits;
  server_room = strlen (plain_tool) < room - LEAST_SERVER_BYTES ? room - strlen (plain_tool) : LEAST_SERVER_BYTES;
  short_server = shorten (plain_server, server_room);
  short_tool = shorten (plain_tool, room - strlen (short_server));

  return g_strconcat (short_server, SEPARATOR, short_tool, "_", hash, NULL);
}

char *
enclave_mcp_tool_name_make (const char *server, const char *tool)
{
  g_return_val_if_fail (server != NULL && tool != NULL, NULL);

  return make (server, tool, 0);
}

/* @pair: (transfer full). */
static void
add (EnclaveMcpToolNames *self, Pair *pair, char *name)
{
  g_hash_table_insert (self->names, pair, name);
  g_hash_table_insert (self->pairs, name, pair);
}

EnclaveMcpToolNames *
enclave_mcp_tool_names_new (const EnclaveMcpToolId *ids, guint n_ids)
{
  EnclaveMcpToolNames *self = g_new0 (EnclaveMcpToolNames, 1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  g_return_val_if_fail (ids != NULL || n_ids == 0, NULL);

  self->names = g_hash_table_new_full (pair_hash, pair_equal, pair_free, g_free);
  self->pairs = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < n_ids; i++)
    {
      Pair *pair = g_new0 (Pair, 1);

      pair->server = g_strdup (ids[i].server);
      pair->tool = g_strdup (ids[i].tool);
      g_ptr_array_add (sorted, pair);
    }
  /* Where a tool is called like the hash of another one, which of them gives way must not hang on who came first. */
  g_ptr_array_sort (sorted, pair_compare);
  for (guint i = 0; i < sorted->len; i++)
    {
      Pair *pair = g_ptr_array_index (sorted, i);
      g_autofree char *name = make (pair->server, pair->tool, 0);

      if (g_hash_table_contains (self->names, pair))
        {
          pair_free (pair);
          continue;
        }
      if (g_hash_table_contains (self->pairs, name))
        {
          g_free (name);
          name = make (pair->server, pair->tool, LONG_HASH_DIGITS);
        }
      if (g_hash_table_contains (self->pairs, name))
        pair_free (pair);
      else
        add (self, pair, g_steal_pointer (&name));
    }

  return self;
}

void
enclave_mcp_tool_names_free (EnclaveMcpToolNames *self)
{
  g_hash_table_unref (self->pairs);
  g_hash_table_unref (self->names);
  g_free (self);
}

const char *
enclave_mcp_tool_names_get (EnclaveMcpToolNames *self, const char *server, const char *tool)
{
  Pair pair = { (char *) server, (char *) tool };

  g_return_val_if_fail (self != NULL && server != NULL && tool != NULL, NULL);

  return g_hash_table_lookup (self->names, &pair);
}

gboolean
enclave_mcp_tool_names_find (EnclaveMcpToolNames *self, const char *name, EnclaveMcpToolId *id)
{
  const Pair *pair;

  g_return_val_if_fail (self != NULL && name != NULL && id != NULL, FALSE);

  pair = g_hash_table_lookup (self->pairs, name);
  if (pair == NULL)
    return FALSE;
  *id = (EnclaveMcpToolId) { pair->server, pair->tool };
  return TRUE;
}
