/* test-secret-recall.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-secret-scanner.h"

/* How many of the secrets that are written down in the usual ways are found. Each value is drawn anew, from a fixed
 * seed: a rule that is made sharper must not lose one of them. */

#define N_VALUES 2000

#define DIGITS "0123456789"
#define HEX DIGITS "abcdef"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* Where a value stands: %N is its name in the writing of that place, %V the value. */
typedef struct
{
  const char *place;
  char name; /* 'U' UPPER_CASE, 's' snake_case, 'c' camelCase, 'P' PascalCase, 'k' kebab-case */
  const char *text;
} Context;

static const Context contexts[] = {
  { ".env", 'U', "PORT=8080\n%N=%V\nDEBUG=0\n" },
  { ".env, quoted", 'U', "%N=\"%V\"\n" },
  { "shell", 'U', "set -eu\nexport %N='%V'\nmake deploy\n" },
  { "shell, one command", 's', "%N=%V ./deploy --all\n" },
  { "JSON", 's', "{\n  \"region\": \"eu-west-1\",\n  \"%N\": \"%V\",\n  \"timeout\": 30\n}\n" },
  { "JSON, PascalCase", 'P', "{\"%N\":\"%V\",\"Expiration\":\"2031-01-02T03:04:05Z\"}" },
  { "JSON, camelCase", 'c', "{ \"%N\" : \"%V\" }" },
  { "JSON in a string", 's', "body = \"{\\\"%N\\\": \\\"%V\\\"}\"\n" },
  { "YAML", 's', "production:\n  host: db\n  %N: %V\n" },
  { "YAML, quoted", 'c', "production:\n  - %N: \"%V\"\n" },
  { "INI", 's', "[default]\nregion = eu-west-1\n%N = %V\n" },
  { "properties", 'k', "service.%N=%V\n" },
  { "TOML", 's', "[service]\n%N = \"%V\"\n" },
  { "Python", 's', "client = connect (region='x', %N='%V',\n                  retries=3)\n" },
  { "Python, bytes", 'U', "%N = b\"%V\"\n" },
  { "JavaScript", 'c', "const %N = '%V';\n" },
  { "JavaScript, member", 'c', "module.exports = {\n  %N: `%V`,\n};\n" },
  { "Go", 'c', "\t%N := \"%V\"\n" },
  { "Ruby", 's', "config = { :%N => \"%V\" }\n" },
  { "Ruby, environment", 'U', "ENV[\"%N\"] = \"%V\"\n" },
  { "C", 's', "static const char %N[] = \"%V\";\n" },
  { "PHP", 'U', "define('X', 1);\n$%N = '%V';\n" },
  { "numbered lines", 'U', "     3\tPORT=1\n     4\t%N=%V\n" },
};

static const Context url_context = { "URL", 's', "curl 'https://api.internal/v1/items?page=2&%N=%V'\n" };

typedef struct
{
  const char *shape;
  const char *alphabet;
  guint length;
  const char *behind;
  guint least; /* of N_VALUES: what was found when this was written */
} Shape;

static const Shape shapes[] = {
  { "16 letters and digits", LETTERS DIGITS, 16, "", 1415 },
  { "20 letters and digits", LETTERS DIGITS, 20, "", 1625 },
  { "24 letters and digits", LETTERS DIGITS, 24, "", 1803 },
  { "32 letters and digits", LETTERS DIGITS, 32, "", 1937 },
  { "32 lower case letters and digits", "abcdefghijklmnopqrstuvwxyz" DIGITS, 32, "", 1968 },
  { "40 letters and digits", LETTERS DIGITS, 40, "", 1969 },
  { "50 letters and digits", LETTERS DIGITS, 50, "", 1987 },
  { "64 letters and digits", LETTERS DIGITS, 64, "", 1995 },
  { "32 hexadecimal digits", HEX, 32, "", 1992 },
  { "40 hexadecimal digits", HEX, 40, "", 1999 },
  { "64 hexadecimal digits", HEX, 64, "", 2000 },
  { "128 hexadecimal digits", HEX, 128, "", 1824 },
  { "16 bytes in base64", LETTERS DIGITS "+/", 22, "==", 1653 },
  { "32 bytes in base64", LETTERS DIGITS "+/", 43, "=", 1964 },
  { "48 bytes in base64", LETTERS DIGITS "+/", 64, "", 1995 },
  { "32 bytes in base64url", LETTERS DIGITS "-_", 43, "", 1863 },
  { "UUID", NULL, 36, "", 1999 },
};

static const char *const generic_names[] = {
  "api token", "client secret", "api key", "auth token", "access key", "db password", "secret key base", "secret id",
  "client token", "request token", "access token", "refresh token", "encryption key", "bot token", "deploy token",
  "personal access token", "session token", "webhook secret", "signing key", "app secret", "admin password", "private key",
  "credential", "secret key", "master key", "account key", "token", "secret", "oauth token secret", "change token secret",
  "next auth secret", "service password", "push token", "role secret id",
};

/* (transfer full) */
static char *
spell (const char *words, char writing)
{
  GString *name = g_string_new (NULL);
  gboolean begins = TRUE;

  for (const char *c = words; *c != '\0'; c++)
    {
      if (*c == ' ')
        {
          if (writing == 'U' || writing == 's')
            g_string_append_c (name, '_');
          else if (writing == 'k')
            g_string_append_c (name, '-');
          begins = TRUE;
          continue;
        }
      g_string_append_c (name, writing == 'U' || (begins && (writing == 'P' || (writing == 'c' && c != words))) ? g_ascii_toupper (*c) : *c);
      begins = FALSE;
    }

  return g_string_free (name, FALSE);
}

/* (transfer full) */
static char *
draw (GRand *random, const Shape *shape)
{
  GString *value = g_string_new (NULL);

  for (guint i = 0; i < shape->length; i++)
    {
      if (shape->alphabet != NULL)
        g_string_append_c (value, shape->alphabet[g_rand_int_range (random, 0, (gint32) strlen (shape->alphabet))]);
      else if (i == 8 || i == 13 || i == 18 || i == 23)
        g_string_append_c (value, '-');
      else
        g_string_append_c (value, i == 14 ? '4' : HEX[i == 19 ? g_rand_int_range (random, 8, 12) : g_rand_int_range (random, 0, 16)]);
    }
  g_string_append (value, shape->behind);

  return g_string_free (value, FALSE);
}

/* Whether every byte of @value is masked where it stands in @context. */
static gboolean
is_found (const Context *context, const char *words, const char *value)
{
  g_autofree char *name = spell (words, context->name);
  g_autoptr (GString) text = g_string_new (context->text);
  g_autoptr (GArray) spans = NULL;
  gsize start;

  g_string_replace (text, "%N", name, 1);
  g_string_replace (text, "%V", value, 1);
  start = (gsize) (strstr (text->str, value) - text->str);
  spans = enclave_secret_scanner_scan (text->str, text->len);
  for (guint i = 0; i < spans->len; i++)
    {
      const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);

      if (span->start <= start && span->end >= start + strlen (value))
        return TRUE;
    }
  g_test_message ("Not found (%s): %s", context->place, text->str);

  return FALSE;
}

/* 40 of the 64 digits of base64; slashes and plus signs stand at both ends and side by side, too. */
static void
test_aws_secret_keys (void)
{
  static const Shape shape = { "AWS secret key", LETTERS DIGITS "+/", 40, "", 1996 };
  static const char *const names[] = { "aws secret access key", "secret access key", "aws secret key", "raw secret access key" };
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  guint n_found = 0;

  for (guint i = 0; i < N_VALUES; i++)
    {
      g_autofree char *value = draw (random, &shape);
      const Context *context = &contexts[i % G_N_ELEMENTS (contexts)];

      if (i % 4 == 1)
        value[0] = '/';
      if (i % 4 == 2)
        value[39] = '+';
      if (i % 4 == 3)
        memcpy (value + 17, "/+/", 3);
      n_found += is_found (context, names[i / 3 % G_N_ELEMENTS (names)], value);
    }
  g_test_message ("AWS secret keys: %u of %u", n_found, N_VALUES);
  g_assert_cmpuint (n_found, >=, shape.least);
}

static void
test_generic (gconstpointer data)
{
  const Shape *shape = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (21);
  guint n_found = 0;

  for (guint i = 0; i < N_VALUES; i++)
    {
      g_autofree char *value = draw (random, shape);
      guint place = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (contexts) + 1);
      const Context *context = place == G_N_ELEMENTS (contexts) ? &url_context : &contexts[place];

      n_found += is_found (context, generic_names[i % G_N_ELEMENTS (generic_names)], value);
    }
  g_test_message ("%s: %u of %u", shape->shape, n_found, N_VALUES);
  g_assert_cmpuint (n_found, >=, shape->least);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gate/secret-recall/aws-secret-key", test_aws_secret_keys);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gate/secret-recall/%s", shapes[i].shape);

      g_test_add_data_func (path, &shapes[i], test_generic);
    }

  return g_test_run ();
}
