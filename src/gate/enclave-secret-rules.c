/* enclave-secret-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-secret-rules.h"

/* What stands before and behind a token that is not part of a longer word. */
#define FROM "(?<![A-Za-z0-9_])"
#define TO "(?![A-Za-z0-9_])"
/* Between a name and its value: `NAME=value`, `"name": "value"`, `name := 'value'`, `name => value`, `name[] = "value"`,
 * `\"name\": \"value\"`. */
#define IS "(?:\\[[0-9]{0,4}\\]|\\\\{0,3}[\"'\\]]){0,2}[ \\t]{0,8}(?:=>|:=|={1,2}|:)[ \\t]{0,8}(?:[bruBRU]{0,2}[\"'`]|\\\\{1,3}[\"'])?"
/* The name of a value may go on before and behind the word that tells. */
#define NAME_BEFORE "(?<![A-Za-z0-9])[A-Za-z0-9_.-]{0,40}?"
#define NAME_BEHIND "[A-Za-z0-9_.-]{0,24}?"
/* Not cut out of a longer word, and not the name of a function that is called. */
#define VALUE(lengths) "([A-Za-z0-9+/_.~=!@#%^*?-]{" lengths "})(?![A-Za-z0-9+/_.~=!@#%^*?(\\[-])"
#define BASE64_BODY "[\\sA-Za-z0-9+/=\\\\\"',;.]"

/* @ahead: bytes of the token that stand before its keyword. */
#define RANDOM_AHEAD(id, keyword, ahead, bits, expression) \
  { id, { keyword }, FROM "(" expression ")" TO, bits, ahead, 300, ENCLAVE_SECRET_RULE_NONE }
#define RANDOM(id, keyword, bits, expression) RANDOM_AHEAD (id, keyword, 0, bits, expression)

static const EnclaveSecretRule rules[] = {
  /* Blocks. A key whose end is cut off is masked as far as it goes; line numbers may stand between its lines. */
  { "private-key",
    { "private key-----", "private key block-----" },
    "-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    "(?:[\\s\"'+,;]|\\\\[nr]|[0-9]{1,7}\\t|(?:Proc-Type|DEK-Info|Comment|Version|Charset|Hash):[^\\n]{0,200}\\n){1,60}"
    "(?:[A-Za-z0-9+/]|=[A-Za-z0-9]{4}){32}" BASE64_BODY "{0,24000}+(?:-----END[^-\\n]{0,48}-----)?",
    4.2, 64, 26000, ENCLAVE_SECRET_RULE_VERBATIM },
  { "putty-private-key",
    { "private-lines:" },
    "Private-Lines: [0-9]{1,3}\\s{1,4}([A-Za-z0-9+/=\\s]{40,8000}+)",
    0, 0, 8200, ENCLAVE_SECRET_RULE_VERBATIM },

  /* Clouds */
  RANDOM ("aws-access-key-id", "akia", 3.0, "AKIA[A-Z2-7]{16}"),
  RANDOM ("aws-temporary-key-id", "asia", 3.0, "ASIA[A-Z2-7]{16}"),
  { "aws-secret-key",
    { "aws", "secret_access_key", "secretaccesskey" },
    "(?i)(?:aws|secret_?access_?key)[A-Za-z0-9_.\\]\"' -]{0,40}" IS "([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    4.0, 40, 160, ENCLAVE_SECRET_RULE_NO_WORDS },
  { "aws-session-token",
    { "session_token", "sessiontoken" },
    "(?i)session_?token" IS "([A-Za-z0-9/+=]{100,2000}+)",
    4.0, 0, 2200, ENCLAVE_SECRET_RULE_NONE },
  RANDOM ("gcp-api-key", "aiza", 3.5, "AIza[0-9A-Za-z_-]{35}"),
  RANDOM ("gcp-access-token", "ya29.", 3.5, "ya29\\.[0-9A-Za-z_-]{24,250}"),
  RANDOM ("gcp-client-secret", "gocspx-", 3.0, "GOCSPX-[A-Za-z0-9_-]{28}"),
  { "gcp-service-account",
    { "private_key_id" },
    "private_key_id" IS "([0-9a-f]{40})" TO,
    3.0, 0, 80, ENCLAVE_SECRET_RULE_NONE },
  { "azure-storage-key",
    { "accountkey", "sharedaccesskey" },
    "(?i)(?:Account|SharedAccess)Key" IS "([A-Za-z0-9+/]{40,88}={1,2})",
    3.5, 0, 140, ENCLAVE_SECRET_RULE_NONE },
  { "azure-client-secret",
    { "q~" },
    "(?<![A-Za-z0-9_~.-])([A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~-])",
    3.5, 4, 60, ENCLAVE_SECRET_RULE_NONE },
  { "azure-shared-access-signature",
    { "sig=" },
    "[?&;]sig=([A-Za-z0-9%+/]{43,64}(?:%3D|=){1,2})",
    3.5, 1, 100, ENCLAVE_SECRET_RULE_NONE },
  RANDOM_AHEAD ("digitalocean-token", "_v1_", 3, 3.0, "do[opr]_v1_[a-f0-9]{64}"),
  RANDOM ("databricks-token", "dapi", 3.0, "dapi[a-f0-9]{32}(?:-[0-9])?"),
  RANDOM ("tailscale-key", "tskey-", 3.0, "tskey-[a-z]{2,12}-[A-Za-z0-9_-]{16,60}"),
  RANDOM ("heroku-key", "hrku-", 3.5, "HRKU-[A-Za-z0-9_-]{36,64}"),
  RANDOM_AHEAD ("terraform-cloud-token", ".atlasv1.", 14, 3.5, "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}"),

  /* Code hosting and packages */
  RANDOM ("github-token", "ghp_", 3.0, "ghp_[0-9A-Za-z]{36}"),
  RANDOM ("github-oauth-token", "gho_", 3.0, "gho_[0-9A-Za-z]{36}"),
  RANDOM ("github-user-token", "ghu_", 3.0, "ghu_[0-9A-Za-z]{36}"),
  RANDOM ("github-server-token", "ghs_", 3.0, "ghs_[0-9A-Za-z]{36}"),
  RANDOM ("github-refresh-token", "ghr_", 3.0, "ghr_[0-9A-Za-z]{36,76}"),
  RANDOM ("github-fine-grained-token", "github_pat_", 3.0, "github_pat_[0-9A-Za-z_]{60,90}"),
  RANDOM ("gitlab-token", "glpat-", 3.0, "glpat-[0-9A-Za-z_.-]{20,60}"),
  RANDOM ("gitlab-runner-token", "glrt-", 3.0, "glrt-[0-9A-Za-z_.-]{20,60}"),
  RANDOM ("gitlab-deploy-token", "gldt-", 3.0, "gldt-[0-9A-Za-z_-]{20,60}"),
  RANDOM ("gitlab-job-token", "glcbt-", 3.0, "glcbt-[0-9A-Za-z_-]{20,60}"),
  RANDOM ("npm-token", "npm_", 3.0, "npm_[0-9A-Za-z]{36}"),
  { "npm-registry-password",
    { ":_authtoken", ":_password", "_auth" },
    "(?m)(?:^[ \\t]{0,8}|[0-9]\\t|:)_(?:authToken|password|auth)[ \\t]{0,4}=[ \\t]{0,4}\"?([A-Za-z0-9+/=_-]{12,400}+)(?=\"|\\s|$)",
    3.0, 24, 440, ENCLAVE_SECRET_RULE_NONE },
  RANDOM ("pypi-token", "pypi-age", 3.5, "pypi-AgE[0-9A-Za-z_-]{50,400}"),
  RANDOM ("rubygems-key", "rubygems_", 3.0, "rubygems_[a-f0-9]{48}"),
  RANDOM ("crates-token", "cio", 3.8, "cio[0-9A-Za-z]{32}"),
  RANDOM ("docker-hub-token", "dckr_", 3.0, "dckr_(?:pat|oat)_[0-9A-Za-z_-]{27,40}"),
  { "docker-registry-password",
    { "\"auth\"" },
    "\"auth\"\\s{0,4}:\\s{0,4}\"([A-Za-z0-9+/]{16,400}={0,2})\"",
    3.5, 0, 440, ENCLAVE_SECRET_RULE_NONE },

  /* Models */
  RANDOM_AHEAD ("openai-key", "t3blbkfj", 100, 3.5, "sk-[0-9A-Za-z_-]{20,90}T3BlbkFJ[0-9A-Za-z_-]{20,90}"),
  RANDOM ("openai-project-key", "sk-proj-", 3.5, "sk-(?:proj|svcacct|admin)-[0-9A-Za-z_-]{40,200}"),
  RANDOM ("anthropic-key", "sk-ant-", 3.5, "sk-ant-[a-z0-9]{3,10}-[0-9A-Za-z_-]{60,130}"),
  RANDOM ("openrouter-key", "sk-or-", 3.0, "sk-or-v1-[0-9a-f]{64}"),
  RANDOM ("huggingface-token", "hf_", 3.5, "hf_[A-Za-z0-9]{34}"),
  RANDOM ("replicate-token", "r8_", 3.5, "r8_[0-9A-Za-z]{37}"),
  RANDOM ("groq-key", "gsk_", 3.5, "gsk_[0-9A-Za-z]{52}"),

  /* Services */
  RANDOM ("slack-token", "xox", 2.8, "xox[abeoprs]-[0-9A-Za-z-]{20,250}"),
  RANDOM ("slack-app-token", "xapp-", 2.8, "xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,16}-[0-9a-f]{48,72}"),
  { "slack-webhook",
    { "hooks.slack.com/" },
    "hooks\\.slack\\.com/(?:services|workflows|triggers)/([A-Za-z0-9]{8,14}/[A-Za-z0-9]{8,20}/[A-Za-z0-9]{20,60})",
    3.0, 0, 140, ENCLAVE_SECRET_RULE_NONE },
  RANDOM_AHEAD ("stripe-key", "k_live_", 1, 3.0, "[sr]k_live_[0-9A-Za-z]{16,110}"),
  RANDOM_AHEAD ("stripe-test-key", "k_test_", 1, 3.3, "[sr]k_test_[0-9A-Za-z]{24,110}"),
  RANDOM ("stripe-webhook-secret", "whsec_", 3.5, "whsec_[0-9A-Za-z+/=]{32,64}"),
  RANDOM ("sendgrid-key", "sg.", 3.8, "SG\\.[0-9A-Za-z_-]{20,24}\\.[0-9A-Za-z_-]{39,50}"),
  { "twilio-key",
    { "sk" },
    "(?<![A-Za-z0-9_+/=-])(SK[0-9a-f]{32})(?![A-Za-z0-9_+/=-])",
    3.2, 0, 40, ENCLAVE_SECRET_RULE_NONE },
  RANDOM ("mailgun-key", "key-", 3.2, "key-[0-9a-f]{32}"),
  { "telegram-bot-token",
    { ":aa" },
    "(?<![A-Za-z0-9_])([0-9]{8,10}:AA[0-9A-Za-z_-]{33})" TO,
    3.8, 10, 40, ENCLAVE_SECRET_RULE_NONE },
  { "discord-webhook",
    { "/api/webhooks/" },
    "discord(?:app)?\\.com/api/webhooks/([0-9]{16,20}/[A-Za-z0-9_-]{60,80})",
    3.5, 20, 130, ENCLAVE_SECRET_RULE_NONE },
  RANDOM ("shopify-token", "shp", 3.0, "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
  RANDOM ("square-token", "sq0", 3.3, "sq0[a-z]{3}-[0-9A-Za-z_-]{22,50}"),
  RANDOM ("grafana-token", "gl", 3.5, "gl(?:sa_[0-9A-Za-z]{32}_[0-9a-f]{8}|c_[0-9A-Za-z+/=]{40,400})"),
  RANDOM ("newrelic-key", "nr", 3.3, "NR(?:AK|JS|II)-[0-9A-Za-z]{19,40}"),
  RANDOM ("linear-key", "lin_api_", 3.3, "lin_api_[0-9A-Za-z]{40}"),
  RANDOM ("postman-key", "pmak-", 3.0, "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
  RANDOM ("atlassian-token", "atatt3", 3.5, "ATATT3[0-9A-Za-z_=-]{100,250}"),
  RANDOM ("sentry-token", "sntry", 3.3, "sntry[su]_[0-9A-Za-z_+/=-]{40,250}"),

  /* Formats */
  { "jwt",
    { "eyj" },
    FROM "(ey[A-Za-z0-9_-]{14,1000}+\\.ey[A-Za-z0-9_-]{8,4000}+\\.[A-Za-z0-9_-]{16,1400}+)",
    3.8, 0, 6500, ENCLAVE_SECRET_RULE_NONE },
  RANDOM ("age-secret-key", "age-secret-key-", 3.3, "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
  RANDOM ("vault-token", "hv", 3.5, "hv[sbr]\\.[0-9A-Za-z_-]{24,300}"),
  { "wireguard-key",
    { "privatekey", "presharedkey" },
    "(?:PrivateKey|PresharedKey)[ \\t]{0,4}=[ \\t]{0,4}([A-Za-z0-9+/]{43}=)",
    3.5, 0, 70, ENCLAVE_SECRET_RULE_NONE },
  { "password-hash",
    { "$2a$", "$2b$", "$2y$", "$6$", "$argon2" },
    "(\\$(?:2[aby]\\$[0-9]{2}\\$[A-Za-z0-9./]{53}|6\\$[^\\s$:]{1,40}\\$[A-Za-z0-9./]{86}|argon2(?:id|i|d)\\$v=[0-9]{1,3}\\$"
    "[a-z0-9=,]{5,50}\\$[A-Za-z0-9+/]{11,90}\\$[A-Za-z0-9+/]{22,180}))",
    3.5, 0, 420, ENCLAVE_SECRET_RULE_NONE },
  /* Values are base64: only that of a whole manifest tells that they are secrets. */
  { "kubernetes-secret",
    { "kind: secret", "\"kind\": \"secret\"" },
    "(?i)\"?kind\"?: {0,4}\"?Secret\"?(?=[\\s,])[^\\0]{0,2000}?\\n\\s{0,12}"
    "(?:[0-9]{1,7}\\t\\s{0,8})?\"?data\"?:\\s{0,4}\\{?((?:\\s{1,24}(?:[0-9]{1,7}\\t\\s{1,24})?"
    "\"?[A-Za-z0-9_.-]{1,80}\"?: {0,4}\"?[A-Za-z0-9+/=]{8,8000}\"?,?(?=\\s|$)){1,60})",
    0, 0, 12000, ENCLAVE_SECRET_RULE_MANIFEST },

  /* Contexts */
  { "url-password",
    { "://" },
    "[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\\s:/@\"'`<>(){}|\\\\$%?#,]{0,64}:([^\\s/@\"'`<>(){}|\\\\$,?#*]{6,160})"
    "@(?!(?:example|host|hostname|server|my|your)\\b)[A-Za-z0-9\\[]",
    2.5, 22, 260, ENCLAVE_SECRET_RULE_PASSWORD },
  { "authorization-header",
    { "authorization" },
    "(?i)authorization[\"']?[ \\t]{0,4}[:=,][ \\t]{0,4}[\"'`]?(?:bearer|basic|token|digest|apikey)[ \\t]{1,4}"
    "([A-Za-z0-9+/_.~=-]{16,2000}+)",
    3.3, 0, 2080, ENCLAVE_SECRET_RULE_RANDOM },
  { "api-key-header",
    { "x-api-key", "x-auth-token", "private-token", "job-token" },
    "(?i)(?:x-api-key|x-auth-token|private-token|job-token)[\"']?[ \\t]{0,4}[:=,][ \\t]{0,4}[\"'`]?([A-Za-z0-9+/_.~=-]{16,400}+)",
    3.2, 0, 440, ENCLAVE_SECRET_RULE_RANDOM },
  { "curl-user",
    { "curl" },
    "(?i)curl[ \\t][^\\n|;]{0,400}?[ \\t](?:-u[ \\t]{0,4}|--user[ =])[\"']?[^\\s:\"'$]{1,64}:([^\\s\"'$<>{}]{6,160})",
    2.5, 0, 660, ENCLAVE_SECRET_RULE_PASSWORD },
  { "netrc-password",
    { "machine" },
    FROM "machine\\s{1,8}[A-Za-z0-9.-]{3,200}\\s{1,8}login\\s{1,8}\\S{1,120}\\s{1,8}password\\s{1,8}([^\\s<>{}$]{6,200})",
    2.5, 0, 600, ENCLAVE_SECRET_RULE_PASSWORD },
  { "connection-string-password",
    { "password=", "pwd=" },
    "(?i);[ \\t]{0,4}(?:password|pwd)=([^\\s;\"'<>{}$]{4,160})[;\"']",
    2.5, 4, 200, ENCLAVE_SECRET_RULE_PASSWORD },
  { "generic-password",
    { "passw", "passphrase", "pwd" },
    "(?i)" NAME_BEFORE "(?:passw(?:or)?d|passphrase|pwd)" NAME_BEHIND IS VALUE ("10,120"),
    3.0, 44, 200, ENCLAVE_SECRET_RULE_GENERIC },
  { "generic-secret",
    { "secret", "token", "credential" },
    "(?i)" NAME_BEFORE "(?:secret|token|credential)" NAME_BEHIND IS VALUE ("16,200"),
    3.3, 44, 280, ENCLAVE_SECRET_RULE_GENERIC },
  { "generic-key",
    { "key", "auth" },
    "(?i)" NAME_BEFORE "(?:(?:api|access|auth|secret|private|signing|encryption|master|account|client)[_.-]?key|_key|"
    "(?<![a-z0-9])(?:key|auth))" NAME_BEHIND IS VALUE ("16,200"),
    3.6, 44, 280, ENCLAVE_SECRET_RULE_GENERIC },
};

static const char *const stop_words[] = {
  "example", "sample", "dummy", "placeholder", "changeme", "change-me", "change_me", "replace", "your", "my-", "my_",
  "xxxx", "....", "****", "____", "----", "insert", "redacted", "masked", "hidden", "removed", "foobar", "foo-bar",
  "lorem", "fake", "mock", "notreal", "not-real", "not_real", "invalid", "undefined", "null", "none", "default",
  "localhost", "123456789", "abcdefg", "1234abcd", "deadbeef", "0000000", "aaaaaa",
  "asdfqwer", "asdfasdf", "asdf1234", "qwer1234", "<", "${", "{{", "$(", "%(", "%s", "%d",
  /* Public keys in base64 */
  "mfkwewyhkozi", "mhywyayhkozi", "mcowbqydk2v", "aaaab3nzac1", "aaaac3nzac1",
  /* 0123456789 in base64 */
  "mdeymzq1njc4o",
  /* How AWS writes "example" where letters are to look random */
  "xmpl",
  /* Printed in standards: RFC 5849, 6749, 6750, 7636, 2617, 8628; {"sub":"1234567890" of every introduction to JWT */
  "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "hh5s93j4hdidpola", "hdhd0244k9j7ao03", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00",
  "9djdj82h48djs9d2", "j49sn3j29djd", "kkk9d7dh3k39sjv7", "dh893hdasih9", "0685bd9184jfhq22", "ad180jjd733klru7",
  "2yotnfzfejr1zcsicmwpaa", "tgzv3jokf0xg5qx2tlkwia", "czzcagrsa3f0mz", "7fjfp0zbr1ktdrbnfvdmiw", "splxlobezqqybys6wxsbia",
  "mf_9.b5f-4.1jqm", "dbjftjez4cvp-mb92k27uhbuju1p1r_ww1gfwfoejxk", "e9melhoa2owvfremtjguchaoerk1t8urwbugjstw-cm",
  "qwxhzgrpbjpvcgvuihnlc2ftz", "gmrhmhcxhwazkoeqimeg",
  "eyjzdwiioiixmjm0nty3odkw",
  "process.env", "os.environ", "getenv", "env.", "config.", "settings.", "secrets.", "vars.",
  NULL
};

const EnclaveSecretRule *
enclave_secret_rules_get (guint *n_rules)
{
  *n_rules = G_N_ELEMENTS (rules);

  return rules;
}

const char *const *
enclave_secret_rules_get_stop_words (void)
{
  return stop_words;
}
