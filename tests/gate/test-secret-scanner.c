/* test-secret-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-secret-scanner.h"

/* A text of each rule. `{a20}` stands for 20 letters and digits, `{h}` hexadecimal, `{u}` base32, `{b}` base64, `{d}`
 * digits, `{w}` the alphabet of age, in an order that differs in each round: no token stands in this file. */
typedef struct
{
  const char *rule;
  const char *secret; /* has to be found, whole, under the name of the rule */
  const char *plain;  /* nothing may be found */
} Sample;

#define KEY_LINES "{b64}\n{b64}\n{b64}\n"

static const Sample samples[] = {
  { "private-key", "-----BEGIN RSA PRIVATE KEY-----\n" KEY_LINES "-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN PUBLIC KEY-----\n" KEY_LINES "-----END PUBLIC KEY-----\n" },
  { "private-key", "const k = \"-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}\\n-----END PRIVATE KEY-----\\n\";\n",
    "if (strstr (text, \"-----BEGIN PRIVATE KEY-----\") != NULL) return load_private_key (text, length, error);\n" },
  { "private-key", "1\t-----BEGIN OPENSSH PRIVATE KEY-----\n2\t{b70}\n3\t{b70}\n",
    "-----BEGIN PRIVATE KEY-----\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" },
  { "putty-private-key", "Private-Lines: 14\n{b64}\n{b64}\n", "Public-Lines: 6\n{b64}\n{b64}\n" },
  { "aws-access-key-id", "AKIA{u16}", "AKIAIOSFODNN7EXAMPLE AKIA{u15} X{u3}AKIA{u16}" },
  { "aws-temporary-key-id", "ASIA{u16}", "ASIA{u12}" },
  { "aws-secret-key", "aws_secret_access_key = {b40}", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
  { "aws-secret-key", "[default]\naws_access_key_id = AKIA{u16}\naws_secret_access_key = +/{b36}/+\n",
    "\"Route53\": \"arn:aws:iam::aws:policy/AmazonRoute53AutoNamingFullAccess\"" },
  { "aws-secret-key", "{\"AccessKeyId\": \"AKIA{u16}\", \"SecretAccessKey\": \"{b40}\"}",
    "arn:aws-us-gov:iam::aws:policy/AWSDirectoryServiceReadOnlyAccess aws: EC2InstanceProfile/For/ImageBuilderRoles" },
  { "aws-session-token", "aws_session_token={b200}", "aws_session_token=${SESSION_TOKEN}" },
  { "gcp-api-key", "AIza{a35}", "AIza{a20}" },
  { "gcp-access-token", "ya29.{a60}", "ya29.short" },
  { "gcp-client-secret", "GOCSPX-{a28}", "GOCSPX-{a12}" },
  { "gcp-service-account", "\"private_key_id\": \"{h40}\"", "\"private_key_id\": \"{h12}\"" },
  { "azure-storage-key", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={b86}==;", "AccountKey=...;" },
  { "azure-client-secret", "v{a2}8Q~{a33}", "v{a2}8Q~{a10}" },
  { "azure-shared-access-signature", "https://x.blob.core.windows.net/c?sv=2022&sig={a43}%3D", "https://x.net/c?sig=abc" },
  { "digitalocean-token", "dop_v1_{h64}", "dop_v1_{h20}" },
  { "databricks-token", "dapi{h32}", "dapi{h12}" },
  { "tailscale-key", "tskey-auth-{a17}-{a30}", "tskey-auth-x" },
  { "heroku-key", "HRKU-{a60}", "HRKU-{a12}" },
  { "terraform-cloud-token", "{a14}.atlasv1.{a64}", "file.atlasv1.txt" },
  { "github-token", "ghp_{a36}", "ghp_{a20} ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
  { "github-oauth-token", "gho_{a36}", "gho_{a20}" },
  { "github-user-token", "ghu_{a36}", "ghu_{a20}" },
  { "github-server-token", "ghs_{a36}", "ghs_{a20}" },
  { "github-refresh-token", "ghr_{a36}", "ghr_{a20}" },
  { "github-fine-grained-token", "github_pat_{a22}_{a59}", "github_pat_{a12}" },
  { "gitlab-token", "glpat-{a20}", "glpat-{a10}" },
  { "gitlab-runner-token", "glrt-{a20}", "glrt-{a10}" },
  { "gitlab-deploy-token", "gldt-{a20}", "gldt-{a10}" },
  { "gitlab-job-token", "glcbt-64_{a20}", "glcbt-{a10}" },
  { "npm-token", "npm_{a36}", "npm_config_registry_and_other_variables_of_npm" },
  { "npm-registry-password", "//registry.example.net/:_password={b24}", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" },
  { "pypi-token", "pypi-AgEIcHlwaS5vcmc{a120}", "pypi-AgEIcHlwaS5vcmc" },
  { "rubygems-key", "rubygems_{h48}", "rubygems_version_of_the_day" },
  { "crates-token", "cio{a32}", "cio{a20}" },
  { "docker-hub-token", "dckr_pat_{a27}", "dckr_pat_{a10}" },
  { "docker-registry-password", "\"auth\": \"{b40}\"", "\"auth\": \"none\"" },
  { "openai-key", "sk-{a20}T3BlbkFJ{a20}", "sk-{a20}" },
  { "openai-project-key", "sk-proj-{a74}", "sk-proj-your-key-goes-here-and-is-long-enough-for-it" },
  { "anthropic-key", "sk-ant-api03-{a93}", "sk-ant-api03-..." },
  { "openrouter-key", "sk-or-v1-{h64}", "sk-or-v1-{h10}" },
  { "huggingface-token", "hf_{a34}", "hf_{a12} hf_transfer_of_many_large_files_is_faster" },
  { "replicate-token", "r8_{a37}", "r8_{a12}" },
  { "groq-key", "gsk_{a52}", "gsk_renderer_get_type_of_this_renderer_is_a_function_x" },
  { "slack-token", "xoxb-{d12}-{d12}-{a24}", "xoxb-your-token-goes-here-please" },
  { "slack-app-token", "xapp-1-A{u10}-{d13}-{h64}", "xapp-1-A" },
  { "slack-webhook", "https://hooks.slack.com/services/T{u8}/B{u8}/{a24}", "https://hooks.slack.com/services/T00/B00/XX" },
  { "stripe-key", "sk_live_{a24}", "sk_live_{a8}" },
  { "stripe-test-key", "sk_test_{a24}", "sk_test_{a8}" },
  { "stripe-webhook-secret", "whsec_{a32}", "whsec_{a8}" },
  { "sendgrid-key", "SG.{a22}.{a43}", "SG.title.of-the-page" },
  { "twilio-key", "SK{h32}", "SK{h20} ask{h32}" },
  { "mailgun-key", "key-{h32}", "key-{h20}" },
  { "telegram-bot-token", "{d10}:AA{a33}", "{d10}:AA{a10}" },
  { "discord-webhook", "https://discord.com/api/webhooks/{d18}/{a68}", "https://discord.com/api/webhooks/{d18}" },
  { "shopify-token", "shpat_{h32}", "shpat_{h10}" },
  { "square-token", "sq0atp-{a22}", "sq0atp-{a8}" },
  { "grafana-token", "glsa_{a32}_{h8}", "glsa_{a10}" },
  { "newrelic-key", "NRAK-{u27}", "NRAK-{u8}" },
  { "linear-key", "lin_api_{a40}", "lin_api_{a10}" },
  { "postman-key", "PMAK-{h24}-{h34}", "PMAK-{h24}" },
  { "atlassian-token", "ATATT3{a180}", "ATATT3{a20}" },
  { "sentry-token", "sntrys_{a80}", "sntrys_{a10}" },
  { "jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI{a40}.{a43}", "eyJhbGciOiJIUzI1NiJ9 is base64" },
  { "age-secret-key", "AGE-SECRET-KEY-1{w58}", "AGE-SECRET-KEY-1{w10}" },
  { "vault-token", "hvs.{a90}", "hvs.name" },
  { "wireguard-key", "PrivateKey = {b43}=", "PrivateKey = <your private key>" },
  { "password-hash", "root:$6$saltsalt${a86}:1:", "cost: $2y$10$ and then" },
  { "kubernetes-secret", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  a: {b20}\n  b: {b24}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: {b20}\n" },
  { "url-password", "postgres://app:q7{a12}@db.internal:5432/app", "https://user:password@example.com/ http://a.b:8080/c@d" },
  { "authorization-header", "Authorization: Bearer {a40}", "Authorization: Bearer <token> Authorization: Bearer $TOKEN" },
  { "api-key-header", "-H 'X-API-Key: {a32}'", "-H 'X-API-Key: your-key-goes-here'" },
  { "curl-user", "curl -s -u admin:q7{a12} https://x.internal/", "curl -u user:password https://x/ curl -u \"$USER:$PASS\" y" },
  { "netrc-password", "machine git.internal login app password q7{a12}", "machine x login y password <password>" },
  { "connection-string-password", "Server=db;User Id=app;Password=q7{a12};", "Server=db;User Id=app;Password=${DB_PASSWORD};" },
  { "generic-password", "DB_PASSWORD=q74{a14}", "password = get_password2 (user2, host); password: changeme123456" },
  { "generic-secret", "\"client_secret\": \"q7{a30}\"", "token = next_token_of_line2 (lexer); token: \"identifier_or_keyword_2\"" },
  { "generic-secret", "API_TOKEN={h40}", "sha1 of the tree: {h40} {h32} {h64}" },
  /* Where a list goes on is no secret; the same name in capitals is a setting that a person wrote. */
  { "generic-secret", "NEXT_TOKEN=q7{a38}", "\"NextToken\": \"{b64}\" nextPageToken: '{a40}' \"NextContinuationToken\": \"q7{b40}==\"" },
  { "generic-secret", "\"client_token\": \"{h8}-{h4}-4{h3}-a{h3}-{h12}\"",
    "\"LockToken\":\"{h8}-{h4}-4{h3}-a{h3}-{h12}\" \"ClientRequestToken\": \"{h8}-{h4}-4{h3}-9{h3}-{h12}\"" },
  { "generic-secret", "\"lock_token\": \"q7{a38}\"", "ChangeToken={h8}-{h4}-4{h3}-b{h3}-{h12}" },
  { "generic-secret", "VAULT_SECRET_ID={h8}-{h4}-4{h3}-a{h3}-{h12}", "\"credentialId\": \"q7{a38}\" SECRET_TOKEN_UUID: q7{a30}" },
  { "generic-secret", "char session_token[] = \"q7{a38}\";", "credential=YS1naXQtdG9rZW4= credential=YWxpY2U6c2VjcmV0LXBhc3N3ZA==" },
  { "generic-secret", "body = \"{\\\"access_token\\\": \\\"q7{a38}\\\"}\"", "Credential=AKID/20130524/us-east-1/s3/aws4_request" },
  { "generic-secret", "refresh_token=q7{a30}&state=1", "\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\"" },
  { "generic-key", "{\"host\": \"x\", \"key\": \"{h8}-{h4}-4{h3}-a{h3}-{h12}\"}",
    "{\"bucket\": \"x\", \"key\": \"{h8}-{h4}-4{h3}-a{h3}-{h12}\"}" },
  { "generic-key", "first_key: q7{a38}",
    "\"first_key\": \"9E858021-953F-4DD3-8842-F2C782780422\" partition_key = \"{h8}-{h4}-4{h3}-a{h3}-{h12}\"" },
  { "generic-key", "private_key = 0x{h64}", "key64_117 = 0xd9c97e9fc83159b4 key: 0x7ad1b8f88ffca147" },
  { "kubernetes-secret", "\"kind\": \"Secret\",\n\"data\": {\n  \"password\": \"{b24}\"\n}",
    "\"kind\": \"Secret\",\n\"data\": {\n  \"password\": \"password\"\n}" },
  { "generic-key", "ACCESS_KEY={b40}", "ENC_KEY=\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDA\" \"access_key\": \"QUNDRVNTX0tFWQ0K\"" },
  { "generic-key", "API_KEY={h32}", "\"KeyMaterialId\": \"{h64}\" \"PrivateKeyCiphertextBlob\": \"q7{b60}\"" },
  { "generic-password", "password: aHVudGVyOiQzY3JldFg5{b20}", "password: 'bm90IG15IHJlYWwgcGFzc3dvcmQ=' userpwd=am9lOnNlY3JldA==" },
  { "kubernetes-secret",
    "kind: Secret\ndata:\n  tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0=\n  tls.key: {b64}\n",
    "kind: Secret\ndata:\n  username: {b20}\n  tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0=\n"
    "---\nkind: Secret\ndata:\n  tls.ca: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0=\n" },
  { "url-password", "redis://AUTH_ID:q7{a12}@db/1", "plivo://AUTH_ID:AUTH_TOKEN@default x://accountSid:authToken@default" },
  { "url-password", "https://scott:q7{a12}@db/1", "mssql://scott:tiger^5HHH@db/1 x://username:apples@h/x" },
  { "generic-password", "admin_password: '{h8}-{h4}-4{h3}-a{h3}-{h12}'", "const INVALID_PASSWORD_ERROR = '{h8}-{h4}-4{h3}-a{h3}-{h12}';" },
  { "url-password", "postgres://foo:q7{a12}@db/1", "http://foo:bar@h.org" },
  { "url-password", "mysql://app:Sup3rSecretPassw0rd!@db/1", "mysql://app:alicespassword1@db/1" },
  { "url-password", "mysql2://appuser:q7{a12}@localhost/app", "mysql2://cacheuser:cachepass@localhost/x cvs://:pserver:anoncvs@src.org/x" },
  { "generic-key", "api_key: '7q{a30}'", "key = self.cache_key2 + other; \"key\": \"src/gate/enclave-gate2.c\"" },
};

static const char *
alphabet_of (char kind)
{
  switch (kind)
    {
    case 'a':
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    case 'b':
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    case 'h':
      return "0123456789abcdef";
    case 'u':
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    case 'd':
      return "0123456789";
    case 'w':
      return "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    default:
      g_assert_not_reached ();
    }
}

static char *
fill (const char *pattern, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GString) text = g_string_new (NULL);

  while (*pattern != '\0')
    {
      if (*pattern == '{' && strchr ("abhudw", pattern[1]) != NULL && g_ascii_isdigit (pattern[2]))
        {
          const char *alphabet = alphabet_of (pattern[1]);
          char *end;
          guint64 n = g_ascii_strtoull (pattern + 2, &end, 10);

          for (guint64 i = 0; i < n; i++)
            g_string_append_c (text, alphabet[g_rand_int_range (random, 0, (gint32) strlen (alphabet))]);
          g_assert_cmpint (*end, ==, '}');
          pattern = end + 1;
        }
      else
        {
          g_string_append_c (text, *pattern++);
        }
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_positive (gconstpointer data)
{
  const Sample *sample = data;
  guint n_found = 0;

  for (guint32 seed = 1; seed <= 50; seed++)
    {
      g_autofree char *text = fill (sample->secret, seed);
      g_autofree char *around = g_strdup_printf ("# \303\244 before\n%s\n# behind\n", text);
      g_autoptr (GArray) spans = enclave_secret_scanner_scan (around, strlen (around));
      gboolean found = FALSE;

      for (guint i = 0; i < spans->len; i++)
        {
          const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);

          g_assert_cmpuint (span->start, <, span->end);
          g_assert_cmpuint (span->end, <=, strlen (around));
          found = found || g_str_equal (span->rule, sample->rule);
        }
      n_found += found;
    }
  /* A random text may look like a word or a placeholder now and then. */
  if (n_found < 45)
    g_error ("%s: found %u of 50: %s", sample->rule, n_found, sample->secret);
}

static void
test_negative (gconstpointer data)
{
  const Sample *sample = data;

  for (guint32 seed = 1; seed <= 50; seed++)
    {
      g_autofree char *text = fill (sample->plain, seed);
      g_autoptr (GArray) spans = enclave_secret_scanner_scan (text, strlen (text));

      if (spans->len > 0)
        g_error ("%s: rule %s found something in: %s", sample->rule, g_array_index (spans, EnclaveSecretSpan, 0).rule, text);
    }
}

static void
test_every_rule_has_a_sample (void)
{
  g_assert_cmpuint (enclave_secret_scanner_get_n_rules (), >=, 40);
  for (guint i = 0; i < enclave_secret_scanner_get_n_rules (); i++)
    {
      gboolean found = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (samples); k++)
        found = found || g_str_equal (samples[k].rule, enclave_secret_scanner_get_rule (i));
      if (!found)
        g_error ("No sample for %s", enclave_secret_scanner_get_rule (i));
    }
}

/* What is masked is the secret and nothing beside it. */
static void
test_extent (void)
{
  g_autofree char *token = fill ("ghp_{a36}", 7);
  g_autofree char *text = g_strdup_printf ("export GITHUB_TOKEN=\"%s\" # %s\n", token, token);
  g_autoptr (GArray) spans = enclave_secret_scanner_scan (text, strlen (text));

  g_assert_cmpuint (spans->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);

      g_assert_cmpstr (span->rule, ==, "github-token");
      g_assert_cmpuint (span->end - span->start, ==, strlen (token));
      g_assert_true (memcmp (text + span->start, token, strlen (token)) == 0);
    }
}

/* Neither time nor memory, whatever the text is made of; and characters stay whole. */
static void
test_hostile (void)
{
  static const char *const pieces[] = {
    "key=", "token=", "secret: \"", "://", "://a:", "curl -u a:", "machine ", "authorization: bearer ", "ey", "eyJa.ey",
    "AKIA", "-----BEGIN PRIVATE KEY-----\n",
    "kind: Secret\ndata:\n", "kind: Secret\ndata:\n a: bbbbbbbb\n", "private-lines: 1\n",
    "password=\303\244\303\244\303\244\303\244\303\244\303\244", "\360\237\224\221", "\377\376",
    "sk", "a1B2c3D4e5", "SK0123456789abcdef", "sig=", "_authToken=",
    "AccountKey=", "aws ", "aws_secret_access_key \"'", "$6$", "$argon2id$v=19$", "hooks.slack.com/services/", "password=\"q7",
  };
  const gsize length = 1024 * 1024;

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GArray) spans = NULL;
      gboolean is_valid;
      gint64 begun_us;

      while (text->len < length)
        g_string_append (text, pieces[i]);
      is_valid = g_utf8_validate (text->str, (gssize) text->len, NULL);
      begun_us = g_get_monotonic_time ();
      spans = enclave_secret_scanner_scan (text->str, text->len);
      g_test_message ("Text %u: %.1f ms, %u spans", i, (g_get_monotonic_time () - begun_us) / 1000.0, spans->len);
      /* A bound that a loaded machine keeps; quadratic time is minutes. */
      g_assert_cmpint (g_get_monotonic_time () - begun_us, <, 10 * G_USEC_PER_SEC);
      for (guint k = 0; k < spans->len; k++)
        {
          const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, k);

          if (k > 0)
            g_assert_cmpuint (span->start, >=, g_array_index (spans, EnclaveSecretSpan, k - 1).end);
          if (!is_valid)
            continue;
          g_assert_cmpint (text->str[span->start] & 0xc0, !=, 0x80);
          g_assert_cmpint (text->str[span->end] & 0xc0, !=, 0x80);
        }
    }
}

static void
test_random_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 300; round++)
    {
      gsize length = (gsize) g_rand_int_range (random, 0, 4000);
      g_autofree char *bytes = g_malloc (length + 1);
      g_autoptr (GArray) spans = NULL;

      for (gsize i = 0; i < length; i++)
        bytes[i] = (char) g_rand_int_range (random, 0, 256);
      if (length > 400)
        memcpy (bytes + 100, "password=\"://token:AKIA", 23);
      spans = enclave_secret_scanner_scan (bytes, length);
      for (guint i = 0; i < spans->len; i++)
        g_assert_cmpuint (g_array_index (spans, EnclaveSecretSpan, i).end, <=, length);
    }
  {
    g_autoptr (GArray) spans = enclave_secret_scanner_scan ("", 0);

    g_assert_cmpuint (spans->len, ==, 0);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *positive = g_strdup_printf ("/gate/secret-scanner/%s/%u/found", samples[i].rule, i);
      g_autofree char *negative = g_strdup_printf ("/gate/secret-scanner/%s/%u/left-alone", samples[i].rule, i);

      g_test_add_data_func (positive, &samples[i], test_positive);
      g_test_add_data_func (negative, &samples[i], test_negative);
    }
  g_test_add_func ("/gate/secret-scanner/every-rule", test_every_rule_has_a_sample);
  g_test_add_func ("/gate/secret-scanner/extent", test_extent);
  g_test_add_func ("/gate/secret-scanner/hostile", test_hostile);
  g_test_add_func ("/gate/secret-scanner/random-bytes", test_random_bytes);

  return g_test_run ();
}
