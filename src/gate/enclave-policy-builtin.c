/* enclave-policy-builtin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-policy-private.h"

#define DENY(rule, glob) { "builtin:" rule, glob, ENCLAVE_VERDICT_DENY }
#define EXCEPT(rule, glob) { "builtin:" rule, glob, ENCLAVE_VERDICT_ALLOW }
#define ASK(rule, glob) { "builtin:" rule, glob, ENCLAVE_VERDICT_ASK }

/* The order counts: the last match wins. An exception stands straight behind the rules it softens and before all
 * others, so that a public key's name lifts no rule but the one about private keys. Copies that editors and
 * people make (`~`, `.bak`, swap files) are judged by the name they are copies of. */
static const EnclaveBuiltinRule builtin_rules[] = {
  /* Keys and certificates with keys */
  DENY ("private-key", "*.pem"),
  DENY ("private-key", "*.key"),
  DENY ("private-key", "*.p12"),
  DENY ("private-key", "*.pfx"),
  DENY ("private-key", "*.p8"),
  DENY ("private-key", "*.pkcs12"),
  DENY ("private-key", "*.ppk"),
  DENY ("private-key", "*.ovpn"),
  DENY ("private-key", "*.age"),
  DENY ("private-key", "id_rsa*"),
  DENY ("private-key", "id_dsa*"),
  DENY ("private-key", "id_ecdsa*"),
  DENY ("private-key", "id_ed25519*"),
  DENY ("private-key", "/etc/ssh/*_key"),
  DENY ("private-key", "/etc/ssl/private/"),
  DENY ("keystore", "*.jks"),
  DENY ("keystore", "*.keystore"),
  DENY ("keystore", "*.kdbx"),
  DENY ("keystore", "*.kdb"),
  DENY ("pgp", "*.gpg"),
  DENY ("pgp", "*.asc"),
  EXCEPT ("public-key", "*.pub"),
  EXCEPT ("public-key", "*.crt"),

  /* Environment files */
  DENY ("dotenv", ".env"),
  DENY ("dotenv", ".env.*"),
  DENY ("dotenv", ".env-*"),
  DENY ("dotenv", "*.env"),
  DENY ("dotenv", ".envrc"),
  EXCEPT ("dotenv-example", ".env.example"),
  EXCEPT ("dotenv-example", ".env.sample"),
  EXCEPT ("dotenv-example", ".env.template"),
  EXCEPT ("dotenv-example", ".env.dist"),
  EXCEPT ("dotenv-example", ".env.defaults"),

  /* Folders of programs that keep secrets */
  DENY ("ssh", ".ssh/"),
  DENY ("gnupg", ".gnupg/"),
  DENY ("cloud-credentials", ".aws/"),
  DENY ("cloud-credentials", ".azure/"),
  DENY ("cloud-credentials", "**/.config/gcloud/"),
  DENY ("cloud-credentials", ".kube/"),
  DENY ("cloud-credentials", ".vault-token"),
  DENY ("cloud-credentials", ".terraform.d/"),
  DENY ("cloud-credentials", "*.tfstate*"),
  DENY ("cloud-credentials", "*.tfvars"),
  DENY ("cloud-credentials", "**/.docker/config.json"),
  DENY ("keyring", "**/.local/share/keyrings/"),
  DENY ("keyring", ".password-store/"),
  DENY ("browser", ".mozilla/"),
  DENY ("browser", "**/.config/chromium/"),
  DENY ("browser", "**/.config/google-chrome/"),
  DENY ("browser", "**/.config/BraveSoftware/"),
  DENY ("browser", "**/.config/microsoft-edge/"),
  DENY ("browser", "**/.config/vivaldi/"),
  DENY ("browser", ".thunderbird/"),

  /* Single files with passwords and tokens */
  DENY ("netrc", ".netrc"),
  DENY ("netrc", "_netrc"),
  DENY ("package-credentials", ".npmrc"),
  DENY ("package-credentials", ".yarnrc.yml"),
  DENY ("package-credentials", ".pypirc"),
  DENY ("package-credentials", "**/.gem/credentials"),
  DENY ("package-credentials", "**/.cargo/credentials*"),
  DENY ("package-credentials", "**/.m2/settings.xml"),
  DENY ("git-credentials", ".git-credentials"),
  DENY ("git-credentials", "**/.config/git/credentials"),
  DENY ("git-credentials", "**/.config/gh/"),
  DENY ("git-credentials", "**/.config/glab-cli/"),
  DENY ("database-credentials", ".pgpass"),
  DENY ("database-credentials", ".my.cnf"),
  DENY ("htpasswd", ".htpasswd"),
  DENY ("history", ".*_history"),

  /* The system */
  DENY ("system-secrets", "/etc/shadow*"),
  DENY ("system-secrets", "/etc/gshadow*"),
  DENY ("system-secrets", "/etc/sudoers*"),
  DENY ("system-secrets", "/run/secrets/"),
  DENY ("process-memory", "/proc/"),
  DENY ("device", "/dev/*"),
  EXCEPT ("shared-memory", "/dev/shm/"),

  /* What decides about all this */
  DENY ("policy", "/etc/enclave/"),
  DENY ("policy", "**/.config/enclave/"),
  DENY ("policy", "**/.local/state/enclave/"),
  DENY ("policy", "**/.enclave/policy"),

  /* Files that make other programs run something or trust something: a person decides about each change. */
  /* A file of this name points at the repository of a worktree; the folder has rules of its own. */
  ASK ("git-pointer", ".git"),
  ASK ("git-pointer", "!.git/"),
  ASK ("git-internal", "**/.git/*"),
  ASK ("git-config", "**/.git/config"),
  ASK ("git-config", "**/.git/config.worktree"),
  ASK ("git-config", "**/.git/modules/**/config"),
  ASK ("git-config", "**/.git/modules/**/config.worktree"),
  ASK ("git-config", "**/.git/worktrees/**/config.worktree"),
  ASK ("git-config", ".gitmodules"),
  ASK ("git-config", ".gitattributes"),
  ASK ("git-config", ".gitconfig"),
  ASK ("git-config", "**/.config/git/"),
  ASK ("git-config", "**/.git/info/attributes"),
  ASK ("git-config", "**/.git/modules/**/info/attributes"),
  ASK ("git-hooks", "**/.git/hooks"),
  ASK ("git-hooks", "**/.git/modules/**/hooks"),
  ASK ("git-hooks", "**/.git/worktrees/**/hooks"),
  ASK ("git-hooks", ".githooks/"),
  ASK ("git-hooks", ".husky/"),
  ASK ("git-hooks", ".pre-commit-config.yaml"),
  ASK ("git-hooks", "lefthook.y*ml"),
  ASK ("git-hooks", ".lefthook.y*ml"),
  ASK ("git-hooks", ".lefthook/"),
  ASK ("git-hooks", ".overcommit.yml"),
  ASK ("enclave-files", ".enclave*"),
  ASK ("tool-servers", ".mcp.json"),
  ASK ("tool-servers", "mcp.json"),
  ASK ("editor-settings", ".vscode/"),
  ASK ("editor-settings", "*.code-workspace"),
  ASK ("editor-settings", ".idea/"),
  ASK ("editor-settings", ".fleet/"),
  ASK ("editor-settings", ".zed/"),
  ASK ("editor-settings", ".helix/"),
  ASK ("editor-settings", ".devcontainer/"),
  ASK ("editor-settings", ".devcontainer.json"),
  ASK ("editor-settings", ".vim/"),
  ASK ("editor-settings", ".vimrc"),
  ASK ("editor-settings", ".nvim/"),
  ASK ("editor-settings", ".nvimrc"),
  ASK ("editor-settings", ".nvim.lua"),
  ASK ("editor-settings", ".exrc"),
  ASK ("editor-settings", ".lvimrc"),
  ASK ("editor-settings", "**/.config/nvim/"),
  ASK ("editor-settings", ".dir-locals.el"),
  ASK ("editor-settings", ".emacs.d/"),
  ASK ("editor-settings", "*.sublime-project"),
  ASK ("agent-settings", ".cursor/"),
  ASK ("agent-settings", ".cursorrules"),
  ASK ("agent-settings", ".claude/"),
  ASK ("agent-settings", ".claude.json"),
  ASK ("agent-settings", ".codex/"),
  ASK ("agent-settings", ".agents/"),
  ASK ("agent-settings", ".gemini/"),
  ASK ("agent-settings", ".qwen/"),
  ASK ("agent-settings", ".continue/"),
  ASK ("agent-settings", ".windsurf/"),
  ASK ("agent-settings", ".windsurfrules"),
  ASK ("agent-settings", ".clinerules"),
  ASK ("agent-settings", ".roo/"),
  ASK ("agent-settings", ".opencode/"),
  ASK ("agent-settings", "opencode.json*"),
  ASK ("agent-settings", ".aider*"),
  ASK ("agent-settings", ".goosehints"),
  ASK ("agent-settings", "AGENTS.md"),
  ASK ("agent-settings", "CLAUDE.md"),
  ASK ("agent-settings", "AZMX.md"),
  ASK ("agent-settings", "GEMINI.md"),
  ASK ("agent-settings", "QWEN.md"),
  ASK ("agent-settings", "copilot-instructions.md"),
  ASK ("agent-settings", ".ripgreprc"),
  ASK ("shell-start", ".profile"),
  ASK ("shell-start", ".bashrc"),
  ASK ("shell-start", ".bash_profile"),
  ASK ("shell-start", ".bash_login"),
  ASK ("shell-start", ".bash_logout"),
  ASK ("shell-start", ".bash_aliases"),
  ASK ("shell-start", ".zshrc"),
  ASK ("shell-start", ".zshenv"),
  ASK ("shell-start", ".zprofile"),
  ASK ("shell-start", ".zlogin"),
  ASK ("shell-start", ".zlogout"),
  ASK ("shell-start", ".kshrc"),
  ASK ("shell-start", ".cshrc"),
  ASK ("shell-start", ".tcshrc"),
  ASK ("shell-start", ".login"),
  ASK ("shell-start", ".inputrc"),
  ASK ("shell-start", ".pam_environment"),
  ASK ("shell-start", ".xprofile"),
  ASK ("shell-start", ".xinitrc"),
  ASK ("shell-start", ".xsession*"),
  ASK ("shell-start", "**/.config/fish/"),
  ASK ("shell-start", "**/.config/autostart/"),
  ASK ("shell-start", "**/.config/environment.d/"),
  ASK ("shell-start", "**/.config/systemd/"),
  ASK ("ci", "**/.github/workflows/"),
  ASK ("ci", "**/.github/actions/"),
  ASK ("ci", "**/.gitea/workflows/"),
  ASK ("ci", "**/.forgejo/workflows/"),
  ASK ("ci", "*.gitlab-ci.y*ml"),
  ASK ("ci", "**/.gitlab/ci/"),
  ASK ("ci", ".circleci/"),
  ASK ("ci", ".woodpecker*"),
  ASK ("ci", ".drone.y*ml"),
  ASK ("ci", ".travis.yml"),
  ASK ("ci", ".appveyor.yml"),
  ASK ("ci", "appveyor.yml"),
  ASK ("ci", ".cirrus.y*ml"),
  ASK ("ci", ".buildkite/"),
  ASK ("ci", ".semaphore/"),
  ASK ("ci", ".ci/"),
  ASK ("ci", "Jenkinsfile*"),
  ASK ("ci", "azure-pipelines.y*ml"),
  ASK ("ci", ".azure-pipelines/"),
  ASK ("ci", "bitbucket-pipelines.yml"),
  ASK ("ci", "cloudbuild.y*ml"),
  ASK ("ci", "debian/salsa-ci.yml"),
};

static const char *const read_only_places[] = { "/usr/include", "/usr/share/doc", NULL };

static const char *const home_places[] = {
  ".ssh", ".gnupg", ".aws", ".azure", ".config/gcloud", ".kube", ".docker/config.json", ".netrc", "_netrc",
  ".npmrc", ".yarnrc.yml", ".pypirc", ".gem/credentials", ".cargo/credentials", ".cargo/credentials.toml",
  ".m2/settings.xml", ".git-credentials", ".config/git/credentials", ".config/gh", ".config/glab-cli", ".pgpass",
  ".my.cnf", ".vault-token", ".terraform.d", ".local/share/keyrings", ".password-store", ".env", ".envrc",
  ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".mysql_history", ".node_repl_history",
  NULL
};

static const char *const system_places[] = {
  "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers", "/etc/sudoers.d",
  "/etc/enclave", "/run/secrets", NULL
};

const char *
enclave_policy_explain (const char *id)
{
  static const struct
  {
    const char *id;
    const char *reason;
  } reasons[] = {
    { "builtin:git-pointer", N_("It says where the repository is, and a repository can start programs") },
    { "builtin:git-internal", N_("It belongs to git itself") },
    { "builtin:git-config", N_("Git’s configuration can start programs") },
    { "builtin:git-hooks", N_("Git hooks start programs outside the sandbox") },
    { "builtin:enclave-files", N_("It changes how Enclave treats this project") },
    { "builtin:tool-servers", N_("Other tools start the programs that it lists") },
    { "builtin:editor-settings", N_("Settings of editors can start programs") },
    { "builtin:agent-settings", N_("It changes what another agent may do") },
    { "builtin:shell-start", N_("A shell runs it when it starts") },
    { "builtin:ci", N_("CI files can start programs elsewhere") },
  };

  for (gsize i = 0; id != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (g_str_equal (reasons[i].id, id))
      return _(reasons[i].reason);

  return NULL;
}

const EnclaveBuiltinRule *
enclave_policy_get_builtin_rules (gsize *n_rules)
{
  *n_rules = G_N_ELEMENTS (builtin_rules);

  return builtin_rules;
}

const char *const *
enclave_policy_get_read_only_places (void)
{
  return read_only_places;
}

const char *const *
enclave_policy_get_home_places (void)
{
  return home_places;
}

const char *const *
enclave_policy_get_system_places (void)
{
  return system_places;
}
