/* enclave-language-kind.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-kind.h"

#include <string.h>

#define C_FAMILY ".c .h .cc .cpp .cxx .c++ .hh .hpp .hxx .inl .m .mm "
#define SCRIPTS ".js .jsx .mjs .cjs .ts .tsx .mts .cts "

/* The project is shown read-only and there is no network: what a server would keep it keeps in its box. */
static const EnclaveLanguageKind kinds[] = {
  { "clangd",
    "clangd",
    "C, C++",
    { "clangd --header-insertion=never --log=error --completion-style=detailed", NULL },
    C_FAMILY,
    NULL,
    NULL,
    NULL,
    /* Where it looks for how files are compiled; that there is none it believes for half a minute. */
    "compile_commands.json build/compile_commands.json compile_flags.txt .clangd" },
  { "pylsp", "Python LSP Server", "Python", { "pylsp", NULL }, ".py .pyi ", NULL, NULL, NULL, NULL },
  { "pyright",
    "Pyright",
    "Python",
    { "pyright-langserver --stdio", "npx -p pyright pyright-langserver --stdio", "basedpyright-langserver --stdio", NULL },
    ".py .pyi ",
    NULL,
    NULL,
    "{\"python\":{\"analysis\":{\"diagnosticMode\":\"openFilesOnly\"}}}",
    NULL },
  { "rust-analyzer",
    "rust-analyzer",
    "Rust",
    { "rust-analyzer", NULL },
    ".rs ",
    "RUSTUP_HOME=.rustup CARGO_HOME=.cargo",
    "CARGO_NET_OFFLINE=true",
    /* Building would run the project's programs, for nothing that it could fetch. */
    "{\"rust-analyzer\":{\"cargo\":{\"buildScripts\":{\"enable\":false}},\"procMacro\":{\"enable\":false},\"checkOnSave\":false}}",
    NULL },
  { "gopls", "gopls", "Go", { "gopls", NULL }, ".go ", "GOMODCACHE=go/pkg/mod", "GOPROXY=off GOFLAGS=-mod=mod GOTOOLCHAIN=local GOTELEMETRY=off", NULL, NULL },
  { "bash",
    "Bash Language Server",
    "Bash",
    { "bash-language-server start", "npx bash-language-server start", NULL },
    ".sh .bash ",
    NULL,
    NULL,
    "{\"bashIde\":{\"backgroundAnalysisMaxFiles\":500}}",
    NULL },
  { "typescript",
    "TypeScript Language Server",
    "TypeScript, JavaScript",
    { "typescript-language-server --stdio", "npx typescript-language-server --stdio", NULL },
    SCRIPTS,
    NULL,
    NULL,
    NULL,
    NULL },
};

static const struct
{
  const char *endings;
  const char *id;
} languages[] = {
  { ".c .h ", "c" },
  { ".cc .cpp .cxx .c++ .hh .hpp .hxx .inl ", "cpp" },
  { ".m ", "objective-c" },
  { ".mm ", "objective-cpp" },
  { ".py .pyi ", "python" },
  { ".rs ", "rust" },
  { ".go ", "go" },
  { ".sh .bash ", "shellscript" },
  { ".js .mjs .cjs ", "javascript" },
  { ".jsx ", "javascriptreact" },
  { ".ts .mts .cts ", "typescript" },
  { ".tsx ", "typescriptreact" },
};

/* Below the home folder: where the usual tools put what they install. */
static const char *const tool_folders[] = { ".local/bin", ".cargo/bin", "go/bin", ".npm-global/bin", ".npm-packages/bin", ".local/share/pnpm" };

const EnclaveLanguageKind *
enclave_language_kind_get_all (guint *n_kinds)
{
  g_return_val_if_fail (n_kinds != NULL, NULL);

  *n_kinds = G_N_ELEMENTS (kinds);
  return kinds;
}

const EnclaveLanguageKind *
enclave_language_kind_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].id, id) == 0)
      return &kinds[i];
  return NULL;
}

static gboolean
has_ending (const char *endings, const char *path)
{
  const char *name = strrchr (path, '/');
  const char *dot = strrchr (name != NULL ? name : path, '.');
  g_autofree char *word = dot != NULL ? g_strconcat (dot, " ", NULL) : NULL;

  return word != NULL && strchr (dot, ' ') == NULL && strstr (endings, word) != NULL;
}

gboolean
enclave_language_kind_knows (const EnclaveLanguageKind *self, const char *path)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  return has_ending (self->endings, path);
}

const char *
enclave_language_id_of_path (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (has_ending (languages[i].endings, path))
      return languages[i].id;
  return NULL;
}

static gboolean
is_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

GStrv
enclave_language_kind_dup_environment (const char *workspace)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) path = g_string_new ("PATH=");
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PATH") != NULL ? g_getenv ("PATH") : "/usr/local/bin:/usr/bin:/bin", ":", -1);
  g_auto (GStrv) all = g_get_environ ();

  for (guint i = 0; folders[i] != NULL; i++)
    if (g_path_is_absolute (folders[i]) && (workspace == NULL || !is_within (folders[i], workspace)))
      g_string_append_printf (path, "%s%s", path->str[path->len - 1] != '=' ? ":" : "", folders[i]);
  for (guint i = 0; i < G_N_ELEMENTS (tool_folders); i++)
    {
      g_autofree char *folder = g_build_filename (g_get_home_dir (), tool_folders[i], NULL);

      if (workspace == NULL || !is_within (folder, workspace))
        g_string_append_printf (path, ":%s", folder);
    }
  for (guint i = 0; all[i] != NULL; i++)
    if (!g_str_has_prefix (all[i], "PATH="))
      g_strv_builder_add (builder, all[i]);
  g_strv_builder_add (builder, path->str);
  return g_strv_builder_end (builder);
}
