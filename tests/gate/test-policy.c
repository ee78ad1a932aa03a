/* test-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate-error.h"
#include "enclave-policy-private.h"
#include "enclave-test-project.h"
#include "enclave-utf8.h"

#define ROOT "/home/u/project"

static EnclaveDecision
decide (EnclavePolicy *policy, EnclaveEffects effects, const char *path)
{
  g_autofree char *absolute = path[0] == '/' ? g_strdup (path) : g_build_filename (ROOT, path, NULL);

  return enclave_policy_decide (policy, effects, ROOT, absolute, FALSE);
}

static void
assert_rule (EnclavePolicy *policy, EnclaveEffects effects, const char *path, EnclaveVerdict verdict, const char *rule)
{
  EnclaveDecision decision = decide (policy, effects, path);

  g_autofree char *shown = enclave_utf8_display_name (path);

  g_test_message ("%s: %d %s", shown, decision.verdict, decision.rule);
  g_assert_cmpint (decision.verdict, ==, verdict);
  if (rule != NULL)
    g_assert_cmpstr (decision.rule, ==, rule);
}

static EnclavePolicy *
load_builtin (void)
{
  g_autoptr(GError) error = NULL;
  EnclavePolicy *policy = enclave_policy_load_files (NULL, NULL, NULL, &error);

  g_assert_no_error (error);

  return policy;
}

static void
test_denied_names (void)
{
  static const struct
  {
    const char *path;
    const char *rule;
  } cases[] = {
    { ".env", "builtin:dotenv" },
    { "config/.env", "builtin:dotenv" },
    { ".ENV", "builtin:dotenv" },
    { ".Env.Local", "builtin:dotenv" },
    { "prod.env", "builtin:dotenv" },
    { ".envrc", "builtin:dotenv" },
    { ".env/anything", "builtin:dotenv" },
    { "\357\274\216env", "builtin:dotenv" },         /* full-width full stop */
    { ".e\342\200\213nv", "builtin:dotenv" },        /* zero-width space */
    { ".e\357\270\217nv", "builtin:dotenv" },        /* variation selector */
    { ".e\363\240\201\206nv", "builtin:dotenv" },    /* tag */
    { "\342\200\256.env", "builtin:dotenv" },        /* right-to-left override */
    { ".\357\275\205nv", "builtin:dotenv" },         /* full-width letter */
    { ".\342\204\257nv", "builtin:dotenv" },         /* script letter */
    { ".\305\277sh/config", "builtin:ssh" },         /* long s */
    { "server.\342\204\252ey", "builtin:private-key" }, /* Kelvin sign */
    { "a/.\302\255ssh/b/c", "builtin:ssh" },         /* soft hyphen, in the middle of a path */
    { ".env.", "builtin:dotenv" },
    { ".env-prod", "builtin:dotenv" },
    { "x.P12", "builtin:private-key" },
    { "x.pfx", "builtin:private-key" }, { "x.ppk", "builtin:private-key" }, { "x.ovpn", "builtin:private-key" },
    { "x.age", "builtin:private-key" }, { "id_dsa", "builtin:private-key" }, { "id_ecdsa_sk", "builtin:private-key" },
    { "x.jks", "builtin:keystore" }, { "x.keystore", "builtin:keystore" }, { "x.kdb", "builtin:keystore" },
    { "x.asc", "builtin:pgp" }, { ".gnupg/x", "builtin:gnupg" }, { ".azure/x", "builtin:cloud-credentials" },
    { ".kube/config", "builtin:cloud-credentials" }, { ".netrc", "builtin:netrc" }, { "_netrc", "builtin:netrc" },
    { ".npmrc", "builtin:package-credentials" }, { ".yarnrc.yml", "builtin:package-credentials" },
    { ".pypirc", "builtin:package-credentials" }, { ".gem/credentials", "builtin:package-credentials" },
    { ".cargo/credentials.toml", "builtin:package-credentials" }, { ".m2/settings.xml", "builtin:package-credentials" },
    { ".config/git/credentials", "builtin:git-credentials" }, { ".config/gh/hosts.yml", "builtin:git-credentials" },
    { ".config/glab-cli/config.yml", "builtin:git-credentials" }, { ".pgpass", "builtin:database-credentials" },
    { ".my.cnf", "builtin:database-credentials" }, { ".vault-token", "builtin:cloud-credentials" },
    { ".terraform.d/x", "builtin:cloud-credentials" }, { "x.tfvars", "builtin:cloud-credentials" },
    { ".htpasswd", "builtin:htpasswd" }, { ".mozilla/x", "builtin:browser" }, { ".config/chromium/x", "builtin:browser" },
    { ".config/google-chrome/x", "builtin:browser" }, { ".local/share/keyrings/x", "builtin:keyring" },
    { ".password-store/x", "builtin:keyring" }, { ".psql_history", "builtin:history" },
    { "/etc/gshadow-", "builtin:system-secrets" }, { "/etc/sudoers.d/x", "builtin:system-secrets" },
    { "/etc/ssh/ssh_host_rsa_key", "builtin:private-key" }, { "/proc/self/maps", "builtin:process-memory" },
    { "/proc/1/mem", "builtin:process-memory" }, { "/dev/fd/3", "builtin:device" }, { "/run/secrets/x", "builtin:system-secrets" },
    { ".env~", "builtin:dotenv" },
    { ".env.bak", "builtin:dotenv" },
    { ".env.example.bak", "builtin:dotenv" },
    { "server.key", "builtin:private-key" },
    { "server.key~", "builtin:private-key" },
    { "server.key.bak", "builtin:private-key" },
    { "server.key.orig.bak~", "builtin:private-key" },
    { ".server.key.swp", "builtin:private-key" },
    { "#server.key#", "builtin:private-key" },
    { ".#server.key", "builtin:private-key" },
    { "server.key (deleted)", "builtin:private-key" },
    { ".npmrc.old", "builtin:package-credentials" },
    { "..npmrc.swp", "builtin:package-credentials" },
    { "id_rsa", "builtin:private-key" },
    { "keys/id_ed25519_sk", "builtin:private-key" },
    { ".ssh/id_ed25519", "builtin:ssh" },
    { ".ssh/config", "builtin:ssh" },
    { ".ssh/id_ed25519.pub", "builtin:ssh" },
    { ".SSH/known_hosts", "builtin:ssh" },
    { "a/b/.aws/credentials", "builtin:cloud-credentials" },
    { "x/.config/gcloud/token", "builtin:cloud-credentials" },
    { "terraform.tfstate.backup", "builtin:cloud-credentials" },
    { ".docker/config.json", "builtin:cloud-credentials" },
    { ".git-credentials", "builtin:git-credentials" },
    { ".bash_history", "builtin:history" },
    { "secring.gpg", "builtin:pgp" },
    { "vault.kdbx", "builtin:keystore" },
    { ".enclave/policy", "builtin:policy" },
    { "/etc/shadow", "builtin:system-secrets" },
    { "/proc/1/environ", "builtin:process-memory" },
    { "/dev/mem", "builtin:device" },
    { "/home/u/.ssh/id_rsa", "builtin:ssh" },
    { "/home/u/other/file.c", "builtin:outside-project" },
    { "/home/u/project2/file.c", "builtin:outside-project" },
    { "/home/u/project/../other", "builtin:outside-project" },
    { "/usr/lib/x", "builtin:outside-project" },
    { "/usr/include-not", "builtin:outside-project" },
  };
  g_autoptr(EnclavePolicy) policy = load_builtin ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_rule (policy, ENCLAVE_EFFECT_READ, cases[i].path, ENCLAVE_VERDICT_DENY, cases[i].rule);
      assert_rule (policy, ENCLAVE_EFFECT_WRITE, cases[i].path, ENCLAVE_VERDICT_DENY, cases[i].rule);
    }
}

static void
test_allowed_names (void)
{
  static const char *const paths[] = {
    "src/main.c", "README.md", ".env.example", ".env.sample", "sub/.env.template",
    ".env.dist", ".env.defaults", ".Env.Example", ".\320\265nv" /* Cyrillic: another name */, "environment.c", "env", "dotenv.py",
    "monkey.c", "keys.md", "id_rsa.pub", "ca.crt", ".gitignore", "ssh/config", "src/key.c", "main.c~", "notes.bak", "sshd",
    "history", "package.json", "docker/config.json", "ENCLAVE.md", "", "a b/c d.txt", "\377\376.c",
  };
  g_autoptr(EnclavePolicy) policy = load_builtin ();

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      assert_rule (policy, ENCLAVE_EFFECT_READ, paths[i], ENCLAVE_VERDICT_ALLOW, NULL);
      assert_rule (policy, ENCLAVE_EFFECT_WRITE, paths[i], ENCLAVE_VERDICT_ALLOW, NULL);
    }
  assert_rule (policy, ENCLAVE_EFFECT_READ, "/usr/include/stdio.h", ENCLAVE_VERDICT_ALLOW, NULL);
  assert_rule (policy, ENCLAVE_EFFECT_WRITE, "/usr/include/stdio.h", ENCLAVE_VERDICT_DENY, "builtin:outside-project");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "/usr/share/doc/x/copyright", ENCLAVE_VERDICT_ALLOW, NULL);
}

static void
test_ask (void)
{
  static const struct
  {
    const char *path;
    const char *rule;
  } cases[] = {
    { ".git/hooks/pre-commit", "builtin:git-hooks" }, { ".git/config", "builtin:git-config" },
    { ".git/HEAD", "builtin:git-internal" },          { "sub/.git/hooks/post-merge", "builtin:git-hooks" },
    { ".GIT/Hooks/pre-commit", "builtin:git-hooks" }, { ".gitmodules", "builtin:git-config" },
    { ".vscode/settings.json", "builtin:editor-settings" }, { ".mcp.json", "builtin:tool-servers" },
    { ".github/workflows/ci.yml", "builtin:ci" },     { ".enclave/notes", "builtin:enclave-files" },
    { ".git/info/attributes", "builtin:git-config" }, { ".git/modules/a/config", "builtin:git-config" },
    { ".git/modules/a/b/hooks/x", "builtin:git-hooks" }, { ".git/worktrees/w/config.worktree", "builtin:git-config" },
    { ".gitattributes", "builtin:git-config" },       { ".gitconfig", "builtin:git-config" },
    { ".git", "builtin:git-pointer" },                { "sub/.husky/pre-push", "builtin:git-hooks" },
    { ".idea/workspace.xml", "builtin:editor-settings" }, { ".cursor/mcp.json", "builtin:agent-settings" },
    { ".claude/settings.json", "builtin:agent-settings" }, { "sub/AGENTS.md", "builtin:agent-settings" }, { ".codex/config.toml", "builtin:agent-settings" },
    { ".gemini/settings.json", "builtin:agent-settings" }, { ".exrc", "builtin:editor-settings" },
    { ".bashrc", "builtin:shell-start" },             { "home/.zshenv", "builtin:shell-start" },
    { ".profile", "builtin:shell-start" },            { ".config/fish/config.fish", "builtin:shell-start" },
    { ".gitlab-ci.yml", "builtin:ci" },               { "Jenkinsfile", "builtin:ci" },
    { ".circleci/config.yml", "builtin:ci" },         { ".forgejo/workflows/x.yml", "builtin:ci" },
  };
  g_autoptr(EnclavePolicy) policy = load_builtin ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_rule (policy, ENCLAVE_EFFECT_WRITE, cases[i].path, ENCLAVE_VERDICT_ASK, cases[i].rule);
      assert_rule (policy, ENCLAVE_EFFECT_READ, cases[i].path, ENCLAVE_VERDICT_ALLOW, NULL);
    }
}

static void
test_project_in_denied_folder (void)
{
  g_autoptr(EnclavePolicy) policy = load_builtin ();
  EnclaveDecision decision;

  decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, "/home/u/.ssh", "/home/u/.ssh/config", FALSE);
  g_assert_cmpint (decision.verdict, ==, ENCLAVE_VERDICT_DENY);
  decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, "/", "/etc/shadow", FALSE);
  g_assert_cmpint (decision.verdict, ==, ENCLAVE_VERDICT_DENY);
  decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, "/dev/shm/p", "/dev/shm/p/a.c", FALSE);
  g_assert_cmpint (decision.verdict, ==, ENCLAVE_VERDICT_ALLOW);
  decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, NULL, "/home/u/a.c", FALSE);
  g_assert_cmpint (decision.verdict, ==, ENCLAVE_VERDICT_DENY);
  decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, ROOT, "relative", FALSE);
  g_assert_cmpint (decision.verdict, ==, ENCLAVE_VERDICT_DENY);
}

static EnclavePolicy *
load (const char *system, const char *user, const char *project)
{
  g_autoptr(EnclavePolicy) policy = load_builtin ();
  g_autoptr(GError) error = NULL;
  const char *const texts[] = { system, user, project };
  const EnclavePolicySource sources[] = { ENCLAVE_POLICY_SOURCE_SYSTEM, ENCLAVE_POLICY_SOURCE_USER,
                                          ENCLAVE_POLICY_SOURCE_PROJECT };

  for (guint i = 0; i < 3; i++)
    {
      if (texts[i] == NULL)
        continue;
      enclave_policy_add_text (policy, sources[i], texts[i], strlen (texts[i]), "file", &error);
      g_assert_no_error (error);
    }

  return g_steal_pointer (&policy);
}

static void
test_user_exception (void)
{
  g_autoptr(EnclavePolicy) policy = load (NULL, "# mine\n\nprivate/\n!fixtures/test.env\n!copy.key.bak\n[ask]\nMakefile\n", NULL);

  assert_rule (policy, ENCLAVE_EFFECT_READ, "tests/fixtures/test.env", ENCLAVE_VERDICT_ALLOW, "user:fixtures/test.env");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "other/test.env", ENCLAVE_VERDICT_DENY, "builtin:dotenv");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "private/a", ENCLAVE_VERDICT_DENY, "user:private/");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "copy.key.bak", ENCLAVE_VERDICT_ALLOW, NULL);
  assert_rule (policy, ENCLAVE_EFFECT_WRITE, "Makefile", ENCLAVE_VERDICT_ASK, "user:Makefile");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "Makefile", ENCLAVE_VERDICT_ALLOW, NULL);
}

static void
test_system_locks (void)
{
  g_autoptr(EnclavePolicy) policy = load ("!.env\nsecrets/\n[lock]\nbuiltin:dotenv\nbuiltin:no-such\n",
                                          "!.env\n!secrets/\n!server.key\n", NULL);

  assert_rule (policy, ENCLAVE_EFFECT_READ, ".env", ENCLAVE_VERDICT_DENY, "builtin:dotenv");
  assert_rule (policy, ENCLAVE_EFFECT_READ, ".env.example", ENCLAVE_VERDICT_ALLOW, NULL);
  assert_rule (policy, ENCLAVE_EFFECT_READ, "secrets/x", ENCLAVE_VERDICT_DENY, "system:secrets/");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "server.key", ENCLAVE_VERDICT_ALLOW, "user:server.key");
  g_assert_cmpuint (enclave_policy_get_n_notes (policy), ==, 2);
}

/* The exceptions that go along with a lock soften no rule of the system's, and the order of the locks is no matter. */
static void
test_lock_and_system_rules (void)
{
  static const char *const texts[] = {
    "deploy.pub\n[lock]\nbuiltin:private-key\nbuiltin:dotenv\n",
    "[lock]\nbuiltin:dotenv\nbuiltin:private-key\nbuiltin:private-key\n[deny]\ndeploy.pub\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(EnclavePolicy) policy = load (texts[i], "!.env.pub\n!deploy.pub\n!x.pem\n!" ROOT "/y.pem\n", NULL);

      assert_rule (policy, ENCLAVE_EFFECT_READ, "deploy.pub", ENCLAVE_VERDICT_DENY, "system:deploy.pub");
      assert_rule (policy, ENCLAVE_EFFECT_READ, "other.pub", ENCLAVE_VERDICT_ALLOW, NULL);
      assert_rule (policy, ENCLAVE_EFFECT_READ, ".env.pub", ENCLAVE_VERDICT_DENY, "builtin:dotenv");
      assert_rule (policy, ENCLAVE_EFFECT_READ, "x.pem", ENCLAVE_VERDICT_DENY, "builtin:private-key");
      assert_rule (policy, ENCLAVE_EFFECT_READ, "y.pem", ENCLAVE_VERDICT_DENY, "builtin:private-key");
      g_assert_true (enclave_policy_is_locked (policy, "builtin:dotenv"));
      g_assert_true (enclave_policy_is_locked (policy, "system:deploy.pub"));
      g_assert_false (enclave_policy_is_locked (policy, "builtin:ssh"));
    }
}

static void
test_own_files (void)
{
  g_autoptr(EnclavePolicy) policy = load (NULL, "!*\n!.enclave/policy\n!" ROOT "/.enclave/policy\n", NULL);

  assert_rule (policy, ENCLAVE_EFFECT_READ, ".enclave/policy", ENCLAVE_VERDICT_DENY, "builtin:policy");
  assert_rule (policy, ENCLAVE_EFFECT_WRITE, ".Enclave/Policy", ENCLAVE_VERDICT_DENY, "builtin:policy");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "/etc/enclave/policy", ENCLAVE_VERDICT_DENY, "builtin:policy");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "/home/u/.config/enclave/policy", ENCLAVE_VERDICT_DENY, "builtin:policy");
}

static void
test_exact_exception (void)
{
  g_autoptr(EnclavePolicy) policy = load (NULL, "!" ROOT "/.ssh/config\n!" ROOT "/b.key\nb.key\n!" ROOT "/p.key\n",
                                          "p.key\n");
  g_autoptr(EnclavePolicy) copy = enclave_policy_copy (policy);
  EnclavePolicy *const both[] = { policy, copy };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      assert_rule (both[i], ENCLAVE_EFFECT_READ, ".ssh/config", ENCLAVE_VERDICT_ALLOW, "user:" ROOT "/.ssh/config");
      assert_rule (both[i], ENCLAVE_EFFECT_READ, ".ssh/Config", ENCLAVE_VERDICT_DENY, "builtin:ssh");
      assert_rule (both[i], ENCLAVE_EFFECT_READ, ".ssh/config/x", ENCLAVE_VERDICT_DENY, "builtin:ssh");
      /* What stands later counts, and a project's rule counts always. */
      assert_rule (both[i], ENCLAVE_EFFECT_READ, "b.key", ENCLAVE_VERDICT_DENY, "user:b.key");
      assert_rule (both[i], ENCLAVE_EFFECT_READ, "p.key", ENCLAVE_VERDICT_DENY, "project:p.key");
    }
}

static void
append_random (GString *text, GRand *rand, guint max)
{
  static const char *const pieces[] = {
    "*", "**", "?", "[", "]", "[a-z]", "!", "/", "\\", ".", "..", "env", ".env", ".ENV", "key", "*.key", "a", " ", "#",
    "~", ".bak", "\342\200\213", "\357\274\216", "\377", "[lock]", "[ask]", "[deny]", "\n", "\r\n", "builtin:dotenv", "-", "^",
  };
  guint n = (guint) g_rand_int_range (rand, 0, (gint32) max);

  for (guint i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
}

/* Whatever a file of a project says, it lifts nothing; whatever a user's says, it lifts nothing that is locked. */
static void
test_random (void)
{
  const guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr(EnclavePolicy) builtin = load_builtin ();
  g_autoptr(EnclavePolicy) locking = load ("[lock]\nbuiltin:dotenv\nbuiltin:private-key\n", NULL, NULL);
  static const char *const locked[] = { ".env", "a/.env", "b.key", "a/.ENV/x", ".env.bak", "\357\274\216env" };

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 400; round++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autoptr(GString) name = g_string_new (NULL);
      g_autoptr(EnclavePolicy) project = enclave_policy_copy (builtin);
      g_autoptr(EnclavePolicy) user = enclave_policy_copy (locking);
      g_autofree char *path = NULL;
      EnclaveDecision before, after;

      append_random (text, rand, 30);
      append_random (name, rand, 6);
      g_strdelimit (name->str, "\n\r", '_');
      path = g_strconcat (ROOT "/", name->str, NULL);
      enclave_policy_add_text (project, ENCLAVE_POLICY_SOURCE_PROJECT, text->str, text->len, "p", NULL);
      enclave_policy_add_text (user, ENCLAVE_POLICY_SOURCE_USER, text->str, text->len, "u", NULL);

      before = enclave_policy_decide (builtin, ENCLAVE_EFFECT_WRITE, ROOT, path, FALSE);
      after = enclave_policy_decide (project, ENCLAVE_EFFECT_WRITE, ROOT, path, FALSE);
      g_assert_cmpint (after.verdict, >=, before.verdict);
      if (after.verdict != ENCLAVE_VERDICT_ALLOW)
        g_assert_nonnull (after.rule);

      for (guint i = 0; i < G_N_ELEMENTS (locked); i++)
        g_assert_cmpint (decide (user, ENCLAVE_EFFECT_READ, locked[i]).verdict, ==, ENCLAVE_VERDICT_DENY);
    }
}

static void
test_project_only_adds (void)
{
  g_autoptr(EnclavePolicy) policy = load (NULL, "!ok.key\n", "!.env\n!*\n/data/\nok.key\n[ask]\nbuild.sh\n!.gitmodules\n");

  assert_rule (policy, ENCLAVE_EFFECT_READ, ".env", ENCLAVE_VERDICT_DENY, "builtin:dotenv");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "data/x", ENCLAVE_VERDICT_DENY, "project:/data/");
  assert_rule (policy, ENCLAVE_EFFECT_READ, "sub/data/x", ENCLAVE_VERDICT_ALLOW, NULL);
  assert_rule (policy, ENCLAVE_EFFECT_READ, "ok.key", ENCLAVE_VERDICT_DENY, "project:ok.key");
  assert_rule (policy, ENCLAVE_EFFECT_WRITE, "build.sh", ENCLAVE_VERDICT_ASK, "project:build.sh");
  assert_rule (policy, ENCLAVE_EFFECT_WRITE, ".gitmodules", ENCLAVE_VERDICT_ASK, "builtin:git-config");
  g_assert_cmpuint (enclave_policy_get_n_notes (policy), ==, 3);
}

static void
test_files (void)
{
  g_autoptr(EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr(EnclavePolicy) policy = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *user_file = enclave_test_project_path (project, "conf/policy");
  g_autofree char *own = enclave_test_project_path (project, "conf/other");

  policy = enclave_policy_load_files ("/nonexistent/policy", user_file, project->root, &error);
  g_assert_no_error (error);
  g_assert_nonnull (policy);
  g_assert_cmpstr (enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, project->root, own, FALSE).rule, ==,
                   "builtin:policy");
  g_clear_object (&policy);

  enclave_test_project_write (project, "conf/policy", "alpha\n");
  enclave_test_project_write (project, ".enclave/policy", "beta\r\n");
  policy = enclave_policy_load_files (NULL, user_file, project->root, &error);
  g_assert_no_error (error);
  {
    EnclavePolicyRule rule;
    guint n = enclave_policy_get_n_rules (policy);

    enclave_policy_get_rule (policy, n - 1, &rule);
    g_assert_cmpstr (rule.id, ==, "project:beta");
    g_assert_cmpstr (rule.source, ==, "project");
    enclave_policy_get_rule (policy, n - 2, &rule);
    g_assert_cmpstr (rule.id, ==, "user:alpha");
  }
  g_clear_object (&policy);

  /* Unusable files: no policy. */
  enclave_test_project_write_bytes (project, ".enclave/policy", "a\0b", 3);
  policy = enclave_policy_load_files (NULL, NULL, project->root, &error);
  g_assert_null (policy);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
  g_clear_error (&error);

  enclave_test_project_remove (project, ".enclave/policy");
  enclave_test_project_symlink (project, "/etc/hostname", ".enclave/policy");
  policy = enclave_policy_load_files (NULL, NULL, project->root, &error);
  g_assert_null (policy);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
  g_clear_error (&error);

  enclave_test_project_remove (project, ".enclave");
  enclave_test_project_symlink (project, "conf", ".enclave");
  policy = enclave_policy_load_files (NULL, NULL, project->root, &error);
  g_assert_null (policy);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/policy/denied-names", test_denied_names);
  g_test_add_func ("/policy/allowed-names", test_allowed_names);
  g_test_add_func ("/policy/ask", test_ask);
  g_test_add_func ("/policy/project-in-denied-folder", test_project_in_denied_folder);
  g_test_add_func ("/policy/user-exception", test_user_exception);
  g_test_add_func ("/policy/system-locks", test_system_locks);
  g_test_add_func ("/policy/lock-and-system-rules", test_lock_and_system_rules);
  g_test_add_func ("/policy/own-files", test_own_files);
  g_test_add_func ("/policy/exact-exception", test_exact_exception);
  g_test_add_func ("/policy/random", test_random);
  g_test_add_func ("/policy/project-only-adds", test_project_only_adds);
  g_test_add_func ("/policy/files", test_files);

  return g_test_run ();
}
