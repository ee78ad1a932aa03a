/* enclave-mcp-server-entry.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_SERVER_STDIO,       /* a program of this machine, one message a line */
  ENCLAVE_MCP_SERVER_HTTP,        /* streamable HTTP */
  ENCLAVE_MCP_SERVER_SSE,         /* the older HTTP with an event stream beside it */
  ENCLAVE_MCP_SERVER_HTTP_OR_SSE, /* the file does not say: the first, and the second where that is refused */
} EnclaveMcpServerKind;

typedef enum
{
  ENCLAVE_MCP_ERA_AUTO,   /* found by probing */
  ENCLAVE_MCP_ERA_LEGACY, /* 2025-11-25 down to 2024-11-05 */
  ENCLAVE_MCP_ERA_MODERN, /* 2026-07-28 */
} EnclaveMcpEra;

/* Whose form the file has: hosts read the same words differently. */
typedef enum
{
  ENCLAVE_MCP_SOURCE_OWN,            /* mcp.json in the configuration folder; .enclave/mcp.json of a project */
  ENCLAVE_MCP_SOURCE_PROJECT,        /* .mcp.json of a project, which several hosts read */
  ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP, /* claude_desktop_config.json */
  ENCLAVE_MCP_SOURCE_CLAUDE_CODE,    /* ~/.claude.json */
  ENCLAVE_MCP_SOURCE_CURSOR,         /* .cursor/mcp.json, of a project or the home folder */
  ENCLAVE_MCP_SOURCE_VS_CODE,        /* .vscode/mcp.json, mcp.json or settings.json of a profile */
  ENCLAVE_MCP_SOURCE_CLINE,          /* cline_mcp_settings.json */
  ENCLAVE_MCP_SOURCE_ZED,            /* settings.json */
} EnclaveMcpSource;

typedef enum
{
  ENCLAVE_MCP_WORKSPACE_NONE,
  ENCLAVE_MCP_WORKSPACE_READ,  /* the filtered view of the project, nothing of it to be written */
  ENCLAVE_MCP_WORKSPACE_WRITE,
} EnclaveMcpWorkspaceAccess;

/* One configured server, as a file says it, variables expanded. Nothing in it is a permission: what may start, and with which
 * grants, is what the person has agreed to (EnclaveMcpConsent). Counted; immutable once it was handed out, except to its maker.
 * All vectors are there, maybe empty; all text is valid UTF-8, in which there may be anything: it is of a file. */
typedef struct
{
  char *name; /* its key in the file */
  EnclaveMcpServerKind kind;
  EnclaveMcpEra era;

  /* ENCLAVE_MCP_SERVER_STDIO. Executed as they are, never by a shell. */
  char *command;  /* (nullable): a path, or a name for the PATH of the person's login shell */
  GStrv args;
  GStrv env;      /* NAME=VALUE, on top of a clean environment, in the order of the file; values may be secrets */
  GStrv unset;    /* names of variables that the program must not have */
  char *cwd;      /* (nullable): absolute, or relative to the project; NULL: the project, else an empty folder */
  char *env_file; /* (nullable): more variables stand there; not read */

  /* The others. */
  char *url;      /* (nullable): http or https */
  GStrv headers;  /* "Name: value"; values may be secrets */

  EnclaveMcpSource source;
  char *source_path;   /* of the file, absolute */
  gboolean in_project; /* the file is one of the project's */
  gboolean is_proposal; /* of a folder that isn't trusted: shown, never started */

  gboolean enabled;      /* what the file says; FALSE with a problem */
  char *disabled_reason; /* (nullable): for people, one sentence: set exactly when @enabled is FALSE */
  gboolean has_problem;  /* it can't be enabled as it is; @disabled_reason says why */
  GStrv notes;           /* for people: what of the file was read otherwise than it may have been meant */
  GStrv inputs;          /* ids of values that have to be asked for first, see EnclaveMcpInput */
  GStrv suggested_tools; /* that another host lets run without asking; a suggestion to the person, nothing else */
  guint timeout_ms;      /* of one call; 0: the file does not say */

  /* Wishes: the file's where it has them, otherwise reading for a program without network, and nothing. */
  EnclaveMcpWorkspaceAccess workspace;
  GStrv network;         /* ADDRESS:PORT that the program may reach */
  GStrv readable;        /* folders outside of the project that it may read, absolute; denied names in them stay hidden */
  gboolean offers_roots; /* tell it the project's folder: some servers then forget their own limits */
} EnclaveMcpServerEntry;

GType enclave_mcp_server_entry_get_type (void);

/* A disabled entry without anything, to be filled in. (transfer full) */
EnclaveMcpServerEntry *enclave_mcp_server_entry_new (const char *name);
EnclaveMcpServerEntry *enclave_mcp_server_entry_ref (EnclaveMcpServerEntry *self);
void enclave_mcp_server_entry_unref (EnclaveMcpServerEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpServerEntry, enclave_mcp_server_entry_unref)
/* Its own, to be changed. (transfer full) */
EnclaveMcpServerEntry *enclave_mcp_server_entry_copy (const EnclaveMcpServerEntry *self);

/* Whether it could be started once the person has agreed: enabled, without a problem, no mere proposal. */
gboolean enclave_mcp_server_entry_may_start (const EnclaveMcpServerEntry *self);
/* Command and arguments; NULL for another kind. (transfer full) (nullable) */
GStrv enclave_mcp_server_entry_dup_argv (const EnclaveMcpServerEntry *self);
/* The same as one line of a shell, or the address: what the person is asked about. Not yet fit for a label: see
 * enclave_utf8_make_visible(). (transfer full) */
char *enclave_mcp_server_entry_dup_shown (const EnclaveMcpServerEntry *self);
/* SHA-256 of what it starts or asks, and of what it wishes for: 64 digits. Values of variables and headers are not in it, for they may
 * be secrets and differ from person to person; their names are. An administrator pins servers by it. (transfer full) */
char *enclave_mcp_server_entry_dup_digest (const EnclaveMcpServerEntry *self);
/* @more (nullable), and what it may read outside of the project, each once. (transfer full) */
GStrv enclave_mcp_server_entry_dup_readable (const EnclaveMcpServerEntry *self, const char *const *more);
/* Names of the variables it is given. (transfer full) */
GStrv enclave_mcp_server_entry_dup_env_names (const EnclaveMcpServerEntry *self);

/* Stable words: "stdio", "http", "sse", "http-or-sse"; "auto", "legacy", "modern"; "none", "read", "write". */
const char *enclave_mcp_server_kind_to_word (EnclaveMcpServerKind kind);
const char *enclave_mcp_era_to_word (EnclaveMcpEra era);
const char *enclave_mcp_workspace_access_to_word (EnclaveMcpWorkspaceAccess access);
/* FALSE for another word. */
gboolean enclave_mcp_era_from_word (const char *word, EnclaveMcpEra *era);
gboolean enclave_mcp_workspace_access_from_word (const char *word, EnclaveMcpWorkspaceAccess *access);

G_END_DECLS
