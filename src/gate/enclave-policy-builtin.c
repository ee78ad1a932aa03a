/* enclave-policy-builtin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

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
  ASK ("git-config", ".gitmodules"),
  ASK ("git-config", ".gitattributes"),
  ASK ("git-config", "**/.git/info/attributes"),
  ASK ("git-hooks", "**/.git/hooks"),
  ASK ("git-hooks", "**/.git/modules/**/hooks"),
  ASK ("git-hooks", ".husky/"),
  ASK ("git-hooks", ".pre-commit-config.yaml"),
  ASK ("enclave-files", ".enclave*"),
  ASK ("tool-servers", ".mcp.json"),
  ASK ("editor-settings", ".vscode/"),
  ASK ("editor-settings", ".idea/"),
  ASK ("editor-settings", ".cursor/"),
  ASK ("editor-settings", ".claude/"),
  ASK ("editor-settings", ".zed/"),
  ASK ("editor-settings", ".devcontainer/"),
  ASK ("ci", "**/.github/workflows/"),
  ASK ("ci", "**/.github/actions/"),
  ASK ("ci", ".gitlab-ci.yml"),
  ASK ("ci", ".circleci/"),
  ASK ("ci", ".woodpecker*"),
  ASK ("ci", ".drone.yml"),
  ASK ("ci", ".travis.yml"),
  ASK ("ci", ".ci/"),
  ASK ("ci", "Jenkinsfile"),
  ASK ("ci", "azure-pipelines.yml"),
  ASK ("ci", "bitbucket-pipelines.yml"),
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
