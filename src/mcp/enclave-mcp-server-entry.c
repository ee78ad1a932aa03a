/* enclave-mcp-server-entry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-entry.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (EnclaveMcpServerEntry, enclave_mcp_server_entry, enclave_mcp_server_entry_ref, enclave_mcp_server_entry_unref)

static const char *const kind_words[] = { "stdio", "http", "sse", "http-or-sse" };
static const char *const era_words[] = { "auto", "legacy", "modern" };
static const char *const access_words[] = { "none", "read", "write" };

EnclaveMcpServerEntry *
enclave_mcp_server_entry_new (const char *name)
{
  EnclaveMcpServerEntry *self = g_atomic_rc_box_new0 (EnclaveMcpServerEntry);

  self->name = g_strdup (name);
  self->args = g_new0 (char *, 1);
  self->env = g_new0 (char *, 1);
  self->unset = g_new0 (char *, 1);
  self->headers = g_new0 (char *, 1);
  self->notes = g_new0 (char *, 1);
  self->inputs = g_new0 (char *, 1);
  self->suggested_tools = g_new0 (char *, 1);
  self->network = g_new0 (char *, 1);
  self->readable = g_new0 (char *, 1);

  return self;
}

EnclaveMcpServerEntry *
enclave_mcp_server_entry_ref (EnclaveMcpServerEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  EnclaveMcpServerEntry *self = data;

  g_free (self->name);
  g_free (self->command);
  g_strfreev (self->args);
  g_strfreev (self->env);
  g_strfreev (self->unset);
  g_free (self->cwd);
  g_free (self->env_file);
  g_free (self->url);
  g_strfreev (self->headers);
  g_free (self->source_path);
  g_free (self->disabled_reason);
  g_strfreev (self->notes);
  g_strfreev (self->inputs);
  g_strfreev (self->suggested_tools);
  g_strfreev (self->network);
  g_strfreev (self->readable);
}

void
enclave_mcp_server_entry_unref (EnclaveMcpServerEntry *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

EnclaveMcpServerEntry *
enclave_mcp_server_entry_copy (const EnclaveMcpServerEntry *self)
{
  EnclaveMcpServerEntry *copy = (g_atomic_rc_box_dup) (sizeof *self, self);

  copy->name = g_strdup (self->name);
  copy->command = g_strdup (self->command);
  copy->args = g_strdupv (self->args);
  copy->env = g_strdupv (self->env);
  copy->unset = g_strdupv (self->unset);
  copy->cwd = g_strdup (self->cwd);
  copy->env_file = g_strdup (self->env_file);
  copy->url = g_strdup (self->url);
  copy->headers = g_strdupv (self->headers);
  copy->source_path = g_strdup (self->source_path);
  copy->disabled_reason = g_strdup (self->disabled_reason);
  copy->notes = g_strdupv (self->notes);
  copy->inputs = g_strdupv (self->inputs);
  copy->suggested_tools = g_strdupv (self->suggested_tools);
  copy->network = g_strdupv (self->network);
  copy->readable = g_strdupv (self->readable);

  return copy;
}

gboolean
enclave_mcp_server_entry_may_start (const EnclaveMcpServerEntry *self)
{
  return self->enabled && !self->has_problem && !self->is_proposal;
}

GStrv
enclave_mcp_server_entry_dup_argv (const EnclaveMcpServerEntry *self)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  if (self->command == NULL)
    return NULL;

  builder = g_strv_builder_new ();
  g_strv_builder_add (builder, self->command);
  g_strv_builder_addv (builder, (const char **) self->args);

  return g_strv_builder_end (builder);
}

GStrv
enclave_mcp_server_entry_dup_readable (const EnclaveMcpServerEntry *self, const char *const *more)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (more != NULL)
    g_strv_builder_addv (builder, (const char **) more);
  for (guint i = 0; self->readable[i] != NULL; i++)
    if (more == NULL || !g_strv_contains (more, self->readable[i]))
      g_strv_builder_add (builder, self->readable[i]);
  return g_strv_builder_end (builder);
}

/* Quoted only where a shell would read it otherwise: what is read most often has no marks that are not in the file. */
static void
append_word (GString *line, const char *word)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";

  if (line->len > 0)
    g_string_append_c (line, ' ');
  if (*word != '\0' && word[strspn (word, plain)] == '\0')
    {
      g_string_append (line, word);
    }
  else
    {
      g_autofree char *quoted = g_shell_quote (word);

      g_string_append (line, quoted);
    }
}

char *
enclave_mcp_server_entry_dup_shown (const EnclaveMcpServerEntry *self)
{
  g_autoptr (GString) line = NULL;

  if (self->command == NULL)
    return g_strdup (self->url != NULL ? self->url : "");

  line = g_string_new (NULL);
  append_word (line, self->command);
  for (guint i = 0; self->args[i] != NULL; i++)
    append_word (line, self->args[i]);

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* With its length before it, so that two lists can't read as one. */
static void
add_field (GChecksum *checksum, const char *text)
{
  g_autofree char *head = g_strdup_printf ("%" G_GSIZE_FORMAT ":", text != NULL ? strlen (text) : 0);

  g_checksum_update (checksum, (const guchar *) head, -1);
  if (text != NULL)
    g_checksum_update (checksum, (const guchar *) text, -1);
}

/* @separator: (nullable): what ends the part of each word that counts. */
static void
add_list (GChecksum *checksum, const char *const *words, const char *separator)
{
  g_autofree char *count = g_strdup_printf ("%u", g_strv_length ((char **) words));

  add_field (checksum, count);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *end = separator != NULL ? strstr (words[i], separator) : NULL;
      g_autofree char *part = end != NULL ? g_strndup (words[i], (gsize) (end - words[i])) : g_strdup (words[i]);

      add_field (checksum, part);
    }
}

char *
enclave_mcp_server_entry_dup_digest (const EnclaveMcpServerEntry *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  add_field (checksum, enclave_mcp_server_kind_to_word (self->kind));
  add_field (checksum, self->command);
  add_list (checksum, (const char *const *) self->args, NULL);
  add_list (checksum, (const char *const *) self->env, "=");
  add_list (checksum, (const char *const *) self->unset, NULL);
  add_field (checksum, self->cwd);
  add_field (checksum, self->env_file);
  add_field (checksum, self->url);
  add_list (checksum, (const char *const *) self->headers, ":");
  add_field (checksum, enclave_mcp_workspace_access_to_word (self->workspace));
  add_list (checksum, (const char *const *) self->network, NULL);
  /* Only where there are some: pins of entries without them stay what they were. */
  if (self->readable[0] != NULL)
    add_list (checksum, (const char *const *) self->readable, NULL);
  if (self->offers_roots)
    add_field (checksum, "roots");
  return g_strdup (g_checksum_get_string (checksum));
}

GStrv
enclave_mcp_server_entry_dup_env_names (const EnclaveMcpServerEntry *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; self->env[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (self->env[i], strcspn (self->env[i], "="));

      g_strv_builder_add (builder, name);
    }

  return g_strv_builder_end (builder);
}

static gboolean
from_word (const char *word, const char *const *words, guint n_words, guint *value)
{
  for (guint i = 0; word != NULL && i < n_words; i++)
    if (strcmp (word, words[i]) == 0)
      {
        *value = i;
        return TRUE;
      }
  return FALSE;
}

const char *
enclave_mcp_server_kind_to_word (EnclaveMcpServerKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_words), "stdio");

  return kind_words[kind];
}

const char *
enclave_mcp_era_to_word (EnclaveMcpEra era)
{
  g_return_val_if_fail ((guint) era < G_N_ELEMENTS (era_words), "auto");

  return era_words[era];
}

const char *
enclave_mcp_workspace_access_to_word (EnclaveMcpWorkspaceAccess access)
{
  g_return_val_if_fail ((guint) access < G_N_ELEMENTS (access_words), "none");

  return access_words[access];
}

gboolean
enclave_mcp_era_from_word (const char *word, EnclaveMcpEra *era)
{
  guint value;

  if (!from_word (word, era_words, G_N_ELEMENTS (era_words), &value))
    return FALSE;
  *era = (EnclaveMcpEra) value;
  return TRUE;
}

gboolean
enclave_mcp_workspace_access_from_word (const char *word, EnclaveMcpWorkspaceAccess *access)
{
  guint value;

  if (!from_word (word, access_words, G_N_ELEMENTS (access_words), &value))
    return FALSE;
  *access = (EnclaveMcpWorkspaceAccess) value;
  return TRUE;
}
