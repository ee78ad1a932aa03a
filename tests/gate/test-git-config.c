/* test-git-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-git-config.h"

#define S "s3cr3tw0rd"
#define X "**********"

static void
test_masks (void)
{
  static const struct
  {
    const char *text;
    const char *masked;
  } cases[] = {
    { "[remote \"origin\"]\n\turl = https://" S "@host/x.git\n", "[remote \"origin\"]\n\turl = https://" X "@host/x.git\n" },
    { "[remote \"o\"]\n\turl = https://me:" S "@host/x.git\n", "[remote \"o\"]\n\turl = https://***" X "@host/x.git\n" },
    { "url = https://host/x?private_token=" S "&a=b\n", "url = https://host/x?private_token=" X "&a=*\n" },
    { "url = https://me:" S "/" S "@host/x\n", "url = https://***" X "*" X "@host/x\n" },
    { "url = https://me:" S "@" S "@host/x\n", "url = https://***" X "*" X "@host/x\n" },
    { "url = ssh://git:" S "@host/x\n", "url = ssh://git:" X "@host/x\n" },
    { "[url \"https://" S "@host/\"]\n\tinsteadOf = host:\n", "[url \"https://" X "@host/\"]\n\tinsteadOf = host:\n" },
    { "[http \"https://me:" S "@h\"] proxy = http://me:" S "@p:8080\n", "[http \"https://***" X "@h\"] proxy = http://***" X "@p:8080\n" },
    { "[http]\n\textraHeader = Authorization: Basic " S "\n", "[http]\n\textraHeader = Authorization:*******" X "\n" },
    { "[http] extraHeader = \"X: " S "\"\n", "[http] extraHeader = \"X:*" X "\"\n" },
    { "[http]\n\textraheader = \\\nX: " S "\n", "[http]\n\textraheader = \\\nX:*" X "\n" },
    { "[a]\n\turl = https://me:\\\n" S "@host/x\n", "[a]\n\turl = ***********\\\n" X "*******\n" },
    { "[sendemail]\n\tsmtpPass = " S "\n", "[sendemail]\n\tsmtpPass = " X "\n" },
    { "[github]\n\toauth-token=" S "\n", "[github]\n\toauth-token=" X "\n" },
    { "[x]\n\tapiKey = \"" S "\"\r\n\tb = c\r\n", "[x]\n\tapiKey = \"" X "\"\r\n\tb = c\r\n" },
    { "# url = https://me:" S "@host/x\n", "# url = https://***" X "@host/x\n" },
    { "#\ttoken = " S "\n", "#\ttoken = " X "\n" },
    { "[alias]\n\tx = !curl -H 'Authorization: Bearer ghp_wX7kQ2mZ9rT4vB8nL1cY6pD3sH5jG0fKaEuR' https://h\n",
      "[alias]\n\tx = !curl -H 'Authorization: Bearer ****************************************' https://h\n" },
    { "[credential]\n\thelper = \"!f() { echo password=" S "; }; f\"\n", NULL },
    { "token = " S, "token = " X },
    { "a://b://c://me:" S "@h", "a://b://c://***" X "@h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup (cases[i].text);
      gsize n = enclave_git_config_mask (text, strlen (text));

      if (n == 0)
        g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (n, >, 0);
      g_assert_null (strstr (text, S));
      g_assert_cmpuint (strlen (text), ==, strlen (cases[i].text));
      if (cases[i].masked != NULL)
        g_assert_cmpstr (text, ==, cases[i].masked);
      /* What is masked once stays as it is. */
      g_assert_cmpuint (enclave_git_config_mask (text, strlen (text)), ==, 0);
    }
}

static void
test_leaves (void)
{
  static const char *const texts[] = {
    "",
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n",
    "[remote \"origin\"]\n\turl = https://example.org/me/x.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
    "[remote \"o\"]\n\turl = git@example.org:me/x.git\n[remote \"p\"]\n\turl = ssh://git@example.org:2222/me/x.git\n",
    "[branch \"a@b://c\"]\n\tremote = origin\n\tmerge = refs/heads/a\n",
    "[user]\n\tname = Ada\n\temail = ada@example.org\n[alias]\n\tst = status\n\tlg = !git log --oneline\n",
    "[http]\n\tsslCertPasswordProtected = true\n\tpostBuffer = 524288\n[credential]\n\thelper = store\n",
    "[submodule \"lib\"]\n\tactive = true\n\turl = ../lib.git\n[lfs]\n\trepositoryformatversion = 0\n",
    "[branch \"main\"]\n\tvscode-merge-base = origin/main\n\tgk-merge-base = 0123456789abcdef0123456789abcdef01234567\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = g_strdup (texts[i]);

      g_assert_cmpuint (enclave_git_config_mask (text, strlen (text)), ==, 0);
      g_assert_cmpstr (text, ==, texts[i]);
    }
}

/* Whatever it is given: it ends soon, stays within, and keeps lines and length. */
static void
test_hostile (void)
{
  static const char letters[] = "[]\"\\\n\r#;=:/@?& a\0tokenurl*";
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree char *long_one = g_malloc (1024 * 1024 + 1);
  gint64 begun_us = g_get_monotonic_time ();

  for (guint round = 0; round < 20000; round++)
    {
      gsize length = (gsize) g_rand_int_range (random, 0, 120);
      g_autofree char *text = g_malloc0 (length + 1);
      g_autofree char *before = NULL;

      for (gsize i = 0; i < length; i++)
        text[i] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      before = g_memdup2 (text, length + 1);
      enclave_git_config_mask (text, length);
      g_assert_cmpint (text[length], ==, '\0');
      for (gsize i = 0; i < length; i++)
        g_assert_true (text[i] == before[i] || (text[i] == '*' && before[i] != '\n'));
    }
  for (gsize i = 0; i < 1024 * 1024; i++)
    long_one[i] = "://"[i % 3];
  long_one[1024 * 1024] = '\0';
  enclave_git_config_mask (long_one, 1024 * 1024);
  memset (long_one, '\\', 1024 * 1024);
  enclave_git_config_mask (long_one, 1024 * 1024);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, <, 20 * G_USEC_PER_SEC);
}

static void
test_places (void)
{
  static const char *const is[] = { "/p/.git/config", "/p/.git/config.worktree", "/p/.git/modules/a/b/config", "/p/a/.git/config",
                                    "/p/.git/config.lock", "/p/.git/config~", "/p/.git/worktrees/w/config.worktree", ".git/config" };
  static const char *const is_not[] = { "/p/config", "/p/.git/HEAD", "/p/.gitconfig", "/p/.git", "/p/x.git/config2/a", "/p/config/a" };

  for (guint i = 0; i < G_N_ELEMENTS (is); i++)
    g_assert_true (enclave_git_config_is (is[i]));
  for (guint i = 0; i < G_N_ELEMENTS (is_not); i++)
    g_assert_false (enclave_git_config_is (is_not[i]));
  g_assert_true (enclave_git_config_looks_like ("\n  [Remote \"o\"]\n"));
  g_assert_false (enclave_git_config_looks_like ("core\n[tool]\nremote = 1\n"));
}

static void
collect (const char *path, gpointer user_data)
{
  g_string_append_printf (user_data, "%s;", path);
}

static void
test_includes (void)
{
  g_autoptr (GString) found = g_string_new (NULL);

  enclave_git_config_list_includes ("[core]\n\tpath = no\n[include]\n\tpath = ../a.inc\n\tPATH=\"b c\"\n[includeIf \"gitdir:/x\"] path = d\n"
                                    "[user]\n\tpath = no\n",
                                    collect, found);
  g_assert_cmpstr (found->str, ==, "../a.inc;b c;d;");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate/git-config/masks", test_masks);
  g_test_add_func ("/gate/git-config/leaves", test_leaves);
  g_test_add_func ("/gate/git-config/hostile", test_hostile);
  g_test_add_func ("/gate/git-config/places", test_places);
  g_test_add_func ("/gate/git-config/includes", test_includes);
  return g_test_run ();
}
