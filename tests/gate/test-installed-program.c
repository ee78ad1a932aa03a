/* test-installed-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "enclave-installed-program.h"
#include "enclave-package-command.h"
#include "enclave-test-project.h"

#define SERVER "@modelcontextprotocol/server-filesystem"
#define SCRIPT "#!/usr/bin/env node\nconsole.log('x');\n"

typedef struct
{
  EnclaveTestProject *home;
  EnclaveTestProject *workspace;
  GStrv environment;
  char *node;
} Fixture;

static void
make_program (EnclaveTestProject *folder, const char *path, const char *text)
{
  g_autofree char *whole = enclave_test_project_path (folder, path);

  enclave_test_project_write (folder, path, text);
  g_assert_cmpint (g_chmod (whole, 0755), ==, 0);
}

/* Neither the machine's programs nor its caches are seen. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture->home = enclave_test_project_new ();
  fixture->workspace = enclave_test_project_new ();
  fixture->node = enclave_test_project_path (fixture->home, "node-20/bin/node");
  make_program (fixture->home, "node-20/bin/node", "#!/bin/sh\n");
  fixture->environment = g_environ_setenv (NULL, "HOME", fixture->home->root, TRUE);
  path = g_strconcat (fixture->home->root, "/node-20/bin:relative/bin", NULL);
  fixture->environment = g_environ_setenv (fixture->environment, "PATH", path, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_strfreev (fixture->environment);
  g_free (fixture->node);
  enclave_test_project_free (fixture->home);
  enclave_test_project_free (fixture->workspace);
}

static EnclaveInstalledProgram *
find (Fixture *fixture, GError **error, const char *first, ...) G_GNUC_NULL_TERMINATED;

static EnclaveInstalledProgram *
find (Fixture *fixture, GError **error, const char *first, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  va_list words;

  va_start (words, first);
  for (const char *word = first; word != NULL; word = va_arg (words, const char *))
    g_strv_builder_add (builder, word);
  va_end (words);
  argv = g_strv_builder_end (builder);
  enclave_installed_program_find_async ((const char *const *) argv, (const char *const *) fixture->environment, fixture->workspace->root, NULL,
                                        enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_installed_program_find_finish (result, error);
}

static void
add_package (EnclaveTestProject *folder, const char *modules, const char *name, const char *version, const char *bin)
{
  g_autofree char *manifest = g_strdup_printf ("%s/%s/package.json", modules, name);
  g_autofree char *script = g_strdup_printf ("%s/%s/dist/index.js", modules, name);
  g_autofree char *text = g_strdup_printf ("{\"name\":\"%s\",\"version\":\"%s\",\"bin\":%s}", name, version, bin);

  enclave_test_project_write (folder, manifest, text);
  make_program (folder, script, SCRIPT);
}

static void
assert_ends (const char *path, const char *end)
{
  if (!g_str_has_suffix (path, end))
    g_error ("%s does not end with %s", path, end);
}

/* The way almost every configuration names it. */
static void
test_npx_in_cache (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) program = NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, SCRIPT, -1);
  const EnclaveProgramFile *script;

  add_package (fixture->home, ".npm/_npx/0123/node_modules", SERVER, "2026.7.1", "{\"mcp-server-filesystem\":\"dist/index.js\"}");
  add_package (fixture->home, ".npm/_npx/4567/node_modules", SERVER, "2026.10.1", "{\"mcp-server-filesystem\":\"dist/index.js\"}");
  add_package (fixture->home, ".npm/_npx/89ab/node_modules", SERVER, "2026.9.1", "{\"mcp-server-filesystem\":\"dist/index.js\"}");
  program = find (fixture, &error, "npx", SERVER, "/srv/project", NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (program->argv), ==, 3);
  g_assert_cmpstr (program->argv[0], ==, fixture->node);
  assert_ends (program->argv[1], "_npx/4567/node_modules/" SERVER "/dist/index.js");
  g_assert_cmpstr (program->argv[2], ==, "/srv/project");
  g_assert_cmpstr (program->version, ==, "2026.10.1");
  assert_ends (program->readable[0], "_npx/4567/node_modules");
  assert_ends (program->readable[1], "/node-20");
  g_assert_cmpuint (program->files->len, ==, 3);
  script = g_ptr_array_index (program->files, 1);
  g_assert_cmpstr (script->path, ==, program->argv[1]);
  g_assert_cmpstr (script->digest, ==, digest);
}

static void
test_npx_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveInstalledProgram) cached = NULL;
  g_autoptr (EnclaveInstalledProgram) global = NULL;
  g_autoptr (EnclaveInstalledProgram) exact = NULL;
  g_autoptr (EnclaveInstalledProgram) local = NULL;

  add_package (fixture->home, ".npm/_npx/1/node_modules", "srv", "3.0.0", "\"dist/index.js\"");
  cached = find (fixture, NULL, "npx", "-y", "srv@latest", NULL);
  g_assert_cmpstr (cached->version, ==, "3.0.0");
  add_package (fixture->home, "node-20/lib/node_modules", "srv", "2.0.0", "\"dist/index.js\"");
  global = find (fixture, NULL, "npx", "--yes", "srv", NULL);
  g_assert_cmpstr (global->version, ==, "2.0.0");
  exact = find (fixture, NULL, "npx", "srv@3", NULL);
  g_assert_cmpstr (exact->version, ==, "3.0.0");
  add_package (fixture->workspace, "node_modules", "srv", "1.0.0", "\"dist/index.js\"");
  local = find (fixture, NULL, "/usr/bin/npx", "srv", "-v", NULL);
  g_assert_cmpstr (local->version, ==, "1.0.0");
  g_assert_cmpstr (local->argv[2], ==, "-v");
  /* The project is never shown beside its view. */
  g_assert_cmpuint (g_strv_length (local->readable), ==, 1);
  assert_ends (local->readable[0], "/node-20");
}

static void
test_npx_programs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) named = NULL;
  g_autoptr (EnclaveInstalledProgram) aliases = NULL;

  add_package (fixture->home, ".npm/_npx/1/node_modules", "many", "1.0.0", "{\"one\":\"dist/one.js\",\"two\":\"dist/index.js\"}");
  add_package (fixture->home, ".npm/_npx/1/node_modules", "alias", "1.0.0", "{\"x\":\"dist/index.js\",\"y\":\"dist/index.js\"}");
  named = find (fixture, &error, "npx", "--package=many", "two", NULL);
  g_assert_no_error (error);
  assert_ends (named->argv[1], "many/dist/index.js");
  aliases = find (fixture, &error, "npx", "alias", NULL);
  g_assert_no_error (error);
  g_assert_null (find (fixture, &error, "npx", "many", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
}

/* Said at once, with what to do: the command itself would hang. */
static void
test_npx_not_installed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  add_package (fixture->home, ".npm/_npx/1/node_modules", SERVER, "1.0.0", "\"dist/index.js\"");
  g_assert_null (find (fixture, &error, "npx", "-y", SERVER "@2.0.0", "/x", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "npm install -g " SERVER "@2.0.0"));
  g_assert_nonnull (strstr (error->message, ".npm/_npx"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

static void
test_hostile_manifests (Fixture *fixture, gconstpointer data)
{
  static const char *const manifests[] = { "", "[]", "{\"name\":\"p\"}", "{\"name\":\"other\",\"version\":\"1\",\"bin\":\"x\"}",
                                           "{\"name\":\"p\",\"version\":\"1\",\"bin\":\"/bin/sh\"}", "{\"name\":\"p\",\"version\":\"1\",\"bin\":[]}",
                                           "{\"name\":\"p\",\"version\":\"1\",\"bin\":{\"p\":7}}", "{\"name\":\"p\",\"version\":\"1\",\"bin\":\"missing.js\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (manifests); i++)
    {
      g_autoptr (GError) error = NULL;

      enclave_test_project_write (fixture->home, ".npm/_npx/1/node_modules/p/package.json", manifests[i]);
      g_assert_null (find (fixture, &error, "npx", "p", NULL));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
    }
}

static void
test_uvx (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) tool = NULL;
  g_autoptr (EnclaveInstalledProgram) cached = NULL;

  make_program (fixture->home, ".local/share/uv/tools/mcp-server-git/bin/mcp-server-git", "#!/x/python\n");
  enclave_test_project_write (fixture->home, ".local/share/uv/tools/mcp-server-git/lib/python3.11/site-packages/mcp_server_git-1.2.3.dist-info/METADATA",
                              "");
  tool = find (fixture, &error, "uvx", "mcp-server-git", "--repository", "/srv/p", NULL);
  g_assert_no_error (error);
  assert_ends (tool->argv[0], "uv/tools/mcp-server-git/bin/mcp-server-git");
  g_assert_cmpstr (tool->argv[1], ==, "--repository");
  g_assert_cmpstr (tool->version, ==, "1.2.3");
  g_assert_cmpuint (tool->files->len, ==, 1);

  make_program (fixture->home, ".cache/uv/archive-v0/abc/bin/mcp-time", "#!/x/python\n");
  enclave_test_project_write (fixture->home, ".cache/uv/archive-v0/abc/lib/python3.11/site-packages/MCP.Time-2.dist-info/METADATA", "");
  cached = find (fixture, &error, "uv", "tool", "run", "--from", "mcp-time[all]==2", "mcp-time", NULL);
  g_assert_no_error (error);
  assert_ends (cached->argv[0], "archive-v0/abc/bin/mcp-time");

  g_assert_null (find (fixture, &error, "uvx", "mcp-server-git@9", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "uv tool install mcp-server-git==9"));
}

static void
test_plain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) script = NULL;
  g_autoptr (EnclaveInstalledProgram) alone = NULL;
  g_autofree char *path = enclave_test_project_path (fixture->home, "srv/dist/index.js");
  g_autofree char *folder = enclave_test_project_path (fixture->home, "srv");

  enclave_test_project_write (fixture->home, "srv/package.json", "{}");
  enclave_test_project_write (fixture->home, "srv/dist/index.js", SCRIPT);
  script = find (fixture, &error, "node", "--no-warnings", path, "arg", NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (script->argv[0], ==, fixture->node);
  g_assert_cmpstr (script->argv[2], ==, path);
  g_assert_cmpuint (script->files->len, ==, 2);
  g_assert_cmpstr (((EnclaveProgramFile *) g_ptr_array_index (script->files, 1))->path, ==, path);
  g_assert_true (g_strv_contains ((const char *const *) script->readable, folder));

  make_program (fixture->workspace, "tools/server", "#!/bin/sh\n");
  alone = find (fixture, &error, "tools/server", NULL);
  g_assert_no_error (error);
  assert_ends (alone->argv[0], "/tools/server");

  {
    g_autofree char *inside = enclave_test_project_path (fixture->workspace, "tools/x.js");
    g_autofree char *above = g_path_get_dirname (fixture->workspace->root);
    g_autofree char *beside = g_build_filename (above, "enclave-test-beside.js", NULL);
    g_autoptr (EnclaveInstalledProgram) of_project = NULL;
    g_autoptr (EnclaveInstalledProgram) of_parent = NULL;

    enclave_test_project_write (fixture->workspace, "tools/x.js", SCRIPT);
    g_assert_true (g_file_set_contents (beside, SCRIPT, -1, NULL));
    of_project = find (fixture, &error, "node", inside, NULL);
    of_parent = find (fixture, &error, "node", beside, NULL);
    g_assert_no_error (error);
    g_assert_cmpuint (g_strv_length (of_project->readable), ==, 1);
    g_assert_true (g_strv_contains ((const char *const *) of_parent->readable, beside));
    g_assert_false (g_strv_contains ((const char *const *) of_parent->readable, above));
    g_unlink (beside);
  }

  g_assert_null (find (fixture, &error, "no-such-program", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "node-20/bin"));
  g_clear_error (&error);
  enclave_test_project_write (fixture->workspace, "not-executable", "x");
  g_assert_null (find (fixture, &error, "./not-executable", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
}

static void
test_digest_follows_the_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveInstalledProgram) before = NULL;
  g_autoptr (EnclaveInstalledProgram) after = NULL;

  add_package (fixture->home, ".npm/_npx/1/node_modules", SERVER, "1.0.0", "\"dist/index.js\"");
  before = find (fixture, NULL, "npx", SERVER, NULL);
  make_program (fixture->home, ".npm/_npx/1/node_modules/" SERVER "/dist/index.js", SCRIPT "// other\n");
  after = find (fixture, NULL, "npx", SERVER, NULL);
  g_assert_cmpstr (((EnclaveProgramFile *) g_ptr_array_index (before->files, 1))->digest, !=,
                   ((EnclaveProgramFile *) g_ptr_array_index (after->files, 1))->digest);
}

static void
test_commands (void)
{
  static const struct
  {
    const char *line;
    const char *package; /* NULL: no such command; "!": refused */
    const char *version;
    const char *program;
    const char *rest;
  } cases[] = {
    { "node x.js", NULL, NULL, NULL, NULL },
    { "npm install x", NULL, NULL, NULL, NULL },
    { "uv run x", NULL, NULL, NULL, NULL },
    { "npx x", "x", NULL, NULL, "" },
    { "npx -y @a/b@1.2 --flag -y", "@a/b", "1.2", NULL, "--flag -y" },
    { "npx -p x@2 y z", "x", "2", "y", "z" },
    { "npx -- x", "x", NULL, NULL, "" },
    { "npm exec --yes -- x@1 -- a", "x", "1", NULL, "a" },
    { "pnpm dlx x a", "x", NULL, NULL, "a" },
    { "bunx x", "x", NULL, NULL, "" },
    { "uvx --python 3.12 x@latest a", "x", "latest", NULL, "a" },
    { "uvx --from=x y", "x", NULL, "y", "" },
    { "pipx run --spec x==1 y", "x", "1", "y", "" },
    { "npx", "!", NULL, NULL, NULL },
    { "npx -c 'rm -rf /'", "!", NULL, NULL, NULL },
    { "npx --node-options=x y", "!", NULL, NULL, NULL },
    { "npx github:a/b", "!", NULL, NULL, NULL },
    { "npx ./here", "!", NULL, NULL, NULL },
    { "npx ../../x", "!", NULL, NULL, NULL },
    { "npx @a/../../x", "!", NULL, NULL, NULL },
    { "npx https://x/y.tgz", "!", NULL, NULL, NULL },
    { "npx -p a -p b c", "!", NULL, NULL, NULL },
    { "npx -p", "!", NULL, NULL, NULL },
    { "npx -p a ../b", "!", NULL, NULL, NULL },
    { "uvx --from git+https://x y", "!", NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) argv = NULL;
      g_autoptr (EnclavePackageCommand) command = NULL;
      g_autoptr (GError) error = NULL;
      gboolean fine;

      g_assert_true (g_shell_parse_argv (cases[i].line, NULL, &argv, NULL));
      fine = enclave_package_command_parse ((const char *const *) argv, &command, &error);
      if (fine == (g_strcmp0 (cases[i].package, "!") == 0))
        g_error ("%s", cases[i].line);
      if (command == NULL)
        {
          g_assert_true (!fine || cases[i].package == NULL);
          continue;
        }
      {
        g_autofree char *rest = g_strjoinv (" ", command->args);

        g_assert_cmpstr (command->package, ==, cases[i].package);
        g_assert_cmpstr (command->version, ==, cases[i].version);
        g_assert_cmpstr (command->program, ==, cases[i].program);
        g_assert_cmpstr (rest, ==, cases[i].rest);
      }
    }
}

static void
test_versions (void)
{
  static const struct
  {
    const char *wanted;
    const char *version;
    gboolean accepted;
  } cases[] = {
    { NULL, "1.0.0", TRUE },        { "latest", "1.0.0", TRUE },   { "1.2.3", "1.2.3", TRUE },     { "1.2.3", "1.2.4", FALSE },
    { "1", "1.9.0", TRUE },         { "1", "10.0.0", FALSE },      { "1.2", "1.20.0", FALSE },     { "1.x", "1.5.0", TRUE },
    { "v1.2.3", "1.2.3", TRUE },    { "^1.2.3", "1.9.0", TRUE },   { "^1.2.3", "2.0.0", FALSE },   { "^1.2.3", "1.2.0", FALSE },
    { "^0.2.3", "0.3.0", FALSE },   { "^0.2.3", "0.2.9", TRUE },   { "~1.2.3", "1.2.9", TRUE },    { "~1.2.3", "1.3.0", FALSE },
    { ">=2.0.0", "10.0.0", TRUE },  { ">=2.0.0", "1.9.9", FALSE }, { "*", "0.0.1", TRUE },         { "1.2.3", "1.2.3-beta", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EnclavePackageCommand command = { .version = (char *) cases[i].wanted };

      if (enclave_package_command_accepts (&command, cases[i].version) != cases[i].accepted)
        g_error ("%s of %s", cases[i].version, cases[i].wanted);
    }
  g_assert_cmpint (enclave_package_version_compare ("2026.8.31", "2026.10.1"), <, 0);
  g_assert_cmpint (enclave_package_version_compare ("1.2.0", "1.2.0-beta"), >, 0);
  g_assert_cmpint (enclave_package_version_compare ("1.2", "1.2.1"), <, 0);
  g_assert_cmpint (enclave_package_version_compare ("1.2", "1.2"), ==, 0);
}

/* The links that rustup makes lead to the program of the person's toolchain, not to rustup under another name. */
static void
test_rustup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = enclave_test_project_path (fixture->home, "node-20/bin/rust-analyzer");
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) program = NULL;
  g_autoptr (EnclaveInstalledProgram) itself = NULL;

  make_program (fixture->home, "node-20/bin/rustup", "#!/bin/sh\n");
  g_assert_cmpint (symlink ("rustup", link), ==, 0);
  g_assert_null (find (fixture, &error, "rust-analyzer", NULL));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "rustup component add rust-analyzer"));
  g_clear_error (&error);

  enclave_test_project_write (fixture->home, ".rustup/settings.toml", "version = \"12\"\ndefault_toolchain = \"stable-x\"\nprofile = \"default\"\n");
  g_assert_null (find (fixture, &error, "rust-analyzer", NULL));
  g_clear_error (&error);
  make_program (fixture->home, ".rustup/toolchains/stable-x/bin/rust-analyzer", "#!/bin/sh\n# the one\n");
  program = find (fixture, &error, "rust-analyzer", "--stdio", NULL);
  g_assert_no_error (error);
  assert_ends (program->argv[0], "/.rustup/toolchains/stable-x/bin/rust-analyzer");
  g_assert_cmpstr (program->argv[1], ==, "--stdio");
  assert_ends (program->readable[0], "/.rustup/toolchains/stable-x");

  itself = find (fixture, &error, "rustup", NULL);
  g_assert_no_error (error);
  assert_ends (itself->argv[0], "/node-20/bin/rustup");

  enclave_test_project_write (fixture->home, ".rustup/settings.toml", "default_toolchain = \"../../../bin\"\n");
  g_assert_null (find (fixture, NULL, "rust-analyzer", NULL));
}

/* Only where it is: nothing of it is read. */
static void
test_located (Fixture *fixture, gconstpointer data)
{
  const char *const argv[] = { "npx", "-y", "@scope/server", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveInstalledProgram) found = NULL;
  g_autoptr (EnclaveInstalledProgram) located = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  add_package (fixture->workspace, "node_modules", "@scope/server", "1.2.3", "\"dist/index.js\"");
  found = find (fixture, &error, "npx", "-y", "@scope/server", NULL);
  g_assert_no_error (error);
  enclave_installed_program_locate_async (argv, (const char *const *) fixture->environment, fixture->workspace->root, NULL,
                                          enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  located = enclave_installed_program_find_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (located->argv, found->argv);
  g_assert_cmpuint (located->files->len, ==, found->files->len);
  for (guint i = 0; i < found->files->len; i++)
    {
      const EnclaveProgramFile *file = g_ptr_array_index (located->files, i);

      g_assert_cmpstr (file->path, ==, ((EnclaveProgramFile *) g_ptr_array_index (found->files, i))->path);
      g_assert_null (file->digest);
      g_assert_nonnull (((EnclaveProgramFile *) g_ptr_array_index (found->files, i))->digest);
    }
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/installed-program/npx-in-cache", test_npx_in_cache);
  ADD ("/installed-program/npx-order", test_npx_order);
  ADD ("/installed-program/npx-programs", test_npx_programs);
  ADD ("/installed-program/npx-not-installed", test_npx_not_installed);
  ADD ("/installed-program/hostile-manifests", test_hostile_manifests);
  ADD ("/installed-program/uvx", test_uvx);
  ADD ("/installed-program/plain", test_plain);
  ADD ("/installed-program/rustup", test_rustup);
  ADD ("/installed-program/digest-follows-the-file", test_digest_follows_the_file);
  ADD ("/installed-program/located", test_located);
  g_test_add_func ("/installed-program/commands", test_commands);
  g_test_add_func ("/installed-program/versions", test_versions);

  return g_test_run ();
}
