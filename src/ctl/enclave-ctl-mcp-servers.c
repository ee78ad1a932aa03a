/* enclave-ctl-mcp-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-ctl-mcp.h"
#include "enclave-ctl-output.h"
#include "enclave-installed-program.h"
#include "enclave-mcp-server-tool.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-config.h"
#include "enclave-mcp-consent.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-token-place.h"
#include "enclave-secret-store.h"
#include "enclave-server-settings.h"
#include "enclave-utf8.h"

#define FILE_MAX_BYTES (1024 * 1024)

static const struct
{
  const char *path; /* the end of it */
  EnclaveMcpSource source;
} known[] = {
  { ".enclave/mcp.json", ENCLAVE_MCP_SOURCE_OWN },
  { ".mcp.json", ENCLAVE_MCP_SOURCE_PROJECT },
  { ".cursor/mcp.json", ENCLAVE_MCP_SOURCE_CURSOR },
  { ".vscode/mcp.json", ENCLAVE_MCP_SOURCE_VS_CODE },
  { "claude_desktop_config.json", ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP },
  { ".claude.json", ENCLAVE_MCP_SOURCE_CLAUDE_CODE },
  { "cline_mcp_settings.json", ENCLAVE_MCP_SOURCE_CLINE },
  { "settings.json", ENCLAVE_MCP_SOURCE_ZED },
};
/* Of them, those that a project brings. */
#define N_OF_PROJECT 4

/* (transfer full) (nullable): NULL without an error when there is no such file. */
static char *
read_file (const char *path, GError **error)
{
  /* Whoever made it may have made something that is no file. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree char *text = NULL;
  struct stat st;
  gsize length = 0;
  gssize n = 0;

  if (fd < 0 && errno == ENOENT)
    return NULL;
  if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_size <= FILE_MAX_BYTES)
    {
      text = g_malloc0 (FILE_MAX_BYTES + 1);
      while (length < FILE_MAX_BYTES && (n = read (fd, text + length, FILE_MAX_BYTES - length)) > 0)
        length += (gsize) n;
    }
  if (fd >= 0)
    close (fd);
  if (text != NULL && n >= 0)
    return g_steal_pointer (&text);
  g_set_error (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading %s: it can’t be read, or is no file of a configuration"),
               path);
  return NULL;
}

static gboolean
add_file (EnclaveCtlContext *context, GPtrArray *entries, const char *path, EnclaveMcpSource source, const char *root, gboolean is_trusted,
          GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  const EnclaveMcpContext variables = { .environment = (const char *const *) environment, .home = g_get_home_dir (), .workspace = root };
  const EnclaveMcpConfigOrigin origin = { .source = source, .path = path, .in_project = !is_trusted, .is_trusted = is_trusted };
  g_autofree char *text = NULL;
  g_autoptr (EnclaveMcpConfig) config = NULL;
  g_autoptr (GError) local_error = NULL;

  text = read_file (path, &local_error);
  if (text != NULL)
    config = enclave_mcp_config_parse (&origin, &variables, text, -1, &local_error);
  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "%s: ", path);
      return FALSE;
    }
  for (guint i = 0; config != NULL && i < config->entries->len; i++)
    g_ptr_array_add (entries, enclave_mcp_server_entry_ref (g_ptr_array_index (config->entries, i)));
  return text != NULL;
}

static EnclaveMcpSource
guess_source (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_suffix (path, known[i].path))
      return known[i].source;
  return ENCLAVE_MCP_SOURCE_OWN;
}

GPtrArray *
enclave_ctl_mcp_read_entries (EnclaveCtlContext *context, GError **error)
{
  const char *workspace = enclave_ctl_context_get_option (context, "workspace");
  const char *config = enclave_ctl_context_get_option (context, enclave_ctl_context_get_option (context, "mcp") != NULL ? "mcp" : "config");
  g_autofree char *root = g_canonicalize_filename (workspace != NULL ? workspace : ".", NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_server_entry_unref);
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "enclave", "mcp.json", NULL);

  if (config != NULL)
    {
      g_autofree char *path = g_canonicalize_filename (config, NULL);
      g_autoptr (GError) local_error = NULL;

      if (add_file (context, entries, path, guess_source (path), root, TRUE, &local_error))
        return g_steal_pointer (&entries);
      if (local_error == NULL)
        local_error = g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_INPUT, _ ("Reading %s: there is no such file"), path);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  for (guint i = 0; i <= N_OF_PROJECT; i++)
    {
      g_autofree char *path = i == 0 ? g_strdup (own) : g_build_filename (root, known[i - 1].path, NULL);
      g_autoptr (GError) local_error = NULL;

      /* One bad file does not stop the others. */
      add_file (context, entries, path, i == 0 ? ENCLAVE_MCP_SOURCE_OWN : known[i - 1].source, root, i == 0, &local_error);
      if (local_error != NULL)
        enclave_ctl_note ("%s", local_error->message);
    }
  enclave_mcp_config_settle_names (entries);
  return g_steal_pointer (&entries);
}

static void
refuse_proposal (EnclaveMcpServerEntry *entry, GError **error)
{
  g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_UNTRUSTED,
               /* Translators: a server’s name, then the path of a file */
               _ ("The server “%s” is only proposed by %s; allow it in the window, or name that file with --config"), entry->name,
               entry->source_path);
}

/* (transfer none) (nullable): NULL with an error. A proposal of the project is found as well: whether it was agreed to is to be looked at. */
static EnclaveMcpServerEntry *
find_entry (GPtrArray *entries, const char *name, GError **error)
{
  EnclaveMcpServerEntry *found = NULL;

  for (guint i = 0; i < entries->len && (found == NULL || !enclave_mcp_server_entry_may_start (found)); i++)
    if (strcmp (((EnclaveMcpServerEntry *) g_ptr_array_index (entries, i))->name, name) == 0)
      found = g_ptr_array_index (entries, i);
  if (found != NULL && found->enabled && !found->has_problem)
    return found;
  if (found == NULL)
    g_set_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN, _ ("No server “%s” is configured"), name);
  else if (found->is_proposal)
    refuse_proposal (found, error);
  else
    g_set_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN, _ ("The server “%s” can’t be used: %s"), name,
                 found->disabled_reason != NULL ? found->disabled_reason : "");
  return NULL;
}

static EnclaveInstalledProgram *
find_program (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveMcpServerEntry *entry, GError **error)
{
  g_auto (GStrv) argv = enclave_mcp_server_entry_dup_argv (entry);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GAsyncResult) result = NULL;

  enclave_installed_program_find_async ((const char *const *) argv, (const char *const *) environment, enclave_gate_get_root (gate),
                                        enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_installed_program_find_finish (result, error);
}

/* Whether the person has agreed to exactly this in the window: the same record, of the same project. */
static gboolean
was_agreed (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveMcpServerEntry *entry, EnclaveInstalledProgram *program)
{
  g_autofree char *name = enclave_mcp_consent_dup_name (entry->name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) record = NULL;
  g_autoptr (EnclaveMcpConsent) consent = NULL;

  enclave_gate_look_at_consent_async (gate, name, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  record = enclave_gate_look_at_consent_finish (gate, result, NULL);
  consent = enclave_mcp_consent_new (record);
  return enclave_mcp_consent_check_entry (consent, entry, program) == ENCLAVE_MCP_CONSENT_AGREED;
}

static void
tell (const char *label, const char *value)
{
  g_autofree char *visible = enclave_utf8_make_visible (value, NULL);

  enclave_ctl_row ("  %s %s", label, visible);
}

/* All that would be started, literally. */
static void
tell_all (EnclaveMcpServerEntry *entry, EnclaveInstalledProgram *program)
{
  g_autofree char *shown = enclave_mcp_server_entry_dup_shown (entry);
  g_auto (GStrv) names = enclave_mcp_server_entry_dup_env_names (entry);
  g_autofree char *variables = g_strjoinv (", ", names);
  g_autofree char *network = g_strjoinv (", ", entry->network);
  g_autofree char *readable = g_strjoinv (", ", entry->readable);
  g_autofree char *argv = program != NULL ? g_strjoinv (" ", program->argv) : NULL;

  tell (_ ("Configured:"), shown);
  if (argv != NULL)
    tell (_ ("Starts:"), argv);
  tell (_ ("Variables:"), *variables != '\0' ? variables : _ ("none"));
  tell (_ ("From:"), entry->source_path != NULL ? entry->source_path : "");
  tell (_ ("Project:"), entry->workspace == ENCLAVE_MCP_WORKSPACE_WRITE  ? _ ("may be read and changed, except denied files")
                        : entry->workspace == ENCLAVE_MCP_WORKSPACE_READ ? _ ("may be read, except denied files")
                                                                         : _ ("not shown"));
  if (*readable != '\0')
    tell (_ ("May read:"), readable);
  if (entry->kind == ENCLAVE_MCP_SERVER_STDIO)
    tell (_ ("Network:"), *network != '\0' ? network : _ ("none"));
  if (entry->offers_roots)
    tell (_ ("Roots:"), _ ("it is told the project’s folder"));
}

static EnclaveNetworkDoor *
open_door (EnclaveCtlContext *context)
{
  g_autoptr (EnclaveServerSettings) settings = enclave_server_settings_read (enclave_ctl_context_get_settings (context));
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();

  enclave_ctl_context_allow_networks (door, settings);
  return g_steal_pointer (&door);
}

/* The one that was typed in the window for this server, as long as it is at the same origin. (transfer full) (nullable): there is none, or no
 * keyring. */
static char *
find_token (EnclaveCtlContext *context, EnclaveMcpServerEntry *entry)
{
  g_autofree char *place = enclave_mcp_token_place (entry);
  g_autoptr (EnclaveSecretStore) secrets = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (place == NULL)
    return NULL;
  secrets = enclave_secret_store_new ();
  enclave_secret_store_get_key_async (secrets, place, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_secret_store_get_key_finish (secrets, result, NULL);
}

/* Only for one that was agreed to. */
static EnclaveMcpServer *
new_server (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveMcpServerEntry *entry,
            EnclaveInstalledProgram *program)
{
  char *token = find_token (context, entry);
  EnclaveMcpServer *server = enclave_mcp_server_new (gate, door, entry, program != NULL ? (const char *const *) program->argv : NULL,
                                                     program != NULL ? (const char *const *) program->readable : NULL, token);

  /* What is no longer needed is not left in memory. */
  if (token != NULL)
    memset (token, 0, strlen (token));
  g_free (token);
  return server;
}

/* (transfer full) (nullable) */
static EnclaveMcpServer *
start_server (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveMcpServerEntry *entry, GError **error)
{
  g_autoptr (EnclaveInstalledProgram) program = NULL;
  g_autoptr (EnclaveMcpServer) server = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (entry->kind == ENCLAVE_MCP_SERVER_STDIO && (program = find_program (context, gate, entry, error)) == NULL)
    return NULL;
  server = new_server (context, gate, door, entry, program);
  enclave_mcp_server_start_async (server, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_mcp_server_start_finish (server, result, error) ? g_steal_pointer (&server) : NULL;
}

GPtrArray *
enclave_ctl_mcp_start_servers (EnclaveCtlContext *context, EnclaveGate *gate, GError **error)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (EnclaveNetworkDoor) door = NULL;

  if (enclave_ctl_context_get_option (context, "mcp") == NULL)
    return g_steal_pointer (&servers);
  entries = enclave_ctl_mcp_read_entries (context, error);
  door = entries != NULL ? open_door (context) : NULL;
  if (door == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      EnclaveMcpServerEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (GError) local_error = NULL;
      EnclaveMcpServer *server;

      if (!enclave_mcp_server_entry_may_start (entry))
        continue;
      server = start_server (context, gate, door, entry, &local_error);
      if (server != NULL)
        g_ptr_array_add (servers, server);
      else
        /* Translators: a server’s name, then why */
        enclave_ctl_note (_ ("The server “%s” is left out: %s"), entry->name, local_error->message);
    }
  return g_steal_pointer (&servers);
}

gboolean
enclave_ctl_mcp_add_tools (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveToolRegistry *registry, GError **error)
{
  g_autoptr (GPtrArray) servers = enclave_ctl_mcp_start_servers (context, gate, error);

  for (guint i = 0; servers != NULL && i < servers->len; i++)
    {
      EnclaveMcpServer *server = g_ptr_array_index (servers, i);
      GPtrArray *tools = enclave_mcp_server_get_tools (server);

      for (guint k = 0; k < tools->len; k++)
        {
          g_autoptr (EnclaveTool) tool = enclave_mcp_server_tool_new (server, g_ptr_array_index (tools, k), NULL);
          g_autoptr (GError) local_error = NULL;

          if (!enclave_tool_registry_register (registry, tool, &local_error))
            enclave_ctl_note ("%s", local_error->message);
        }
    }
  return servers != NULL;
}

EnclaveMcpServer *
enclave_ctl_mcp_open_server (EnclaveCtlContext *context, const char *name, GError **error)
{
  g_autoptr (GPtrArray) entries = enclave_ctl_mcp_read_entries (context, error);
  EnclaveMcpServerEntry *entry = entries != NULL ? find_entry (entries, name, error) : NULL;
  g_autoptr (EnclaveGate) gate = entry != NULL ? enclave_ctl_context_open_gate (context, error) : NULL;
  g_autoptr (EnclaveNetworkDoor) door = gate != NULL ? open_door (context) : NULL;
  g_autoptr (EnclaveInstalledProgram) program = NULL;

  if (door == NULL)
    return NULL;
  if (entry->kind == ENCLAVE_MCP_SERVER_STDIO && (program = find_program (context, gate, entry, error)) == NULL)
    return NULL;
  if (was_agreed (context, gate, entry, program))
    return new_server (context, gate, door, entry, program);
  if (entry->is_proposal)
    {
      refuse_proposal (entry, error);
      return NULL;
    }
  if (enclave_ctl_context_get_option (context, "agree") == NULL)
    {
      tell_all (entry, program);
      g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NEEDS_APPROVAL,
                   /* Translators: a server’s name */
                   _ ("Starting the server “%s” runs the program above; add --agree when you want that"), name);
      return NULL;
    }
  return new_server (context, gate, door, entry, program);
}
