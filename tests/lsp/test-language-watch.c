/* test-language-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Which files a server is told about. */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-language-watch.h"
#include "enclave-limits.h"

#define ROOT "/home/someone/project"

static void
give (EnclaveLanguageWatch *watch, gboolean registers, const char *json)
{
  g_autoptr (JsonNode) node = enclave_json_parse (json, -1, NULL);

  g_assert_nonnull (node);
  if (registers)
    enclave_language_watch_register (watch, json_node_get_object (node));
  else
    enclave_language_watch_unregister (watch, json_node_get_object (node));
}

/* @watchers: JSON objects by commas. */
static void
register_as (EnclaveLanguageWatch *watch, const char *id, const char *watchers)
{
  g_autofree char *json = g_strdup_printf ("{\"registrations\":[{\"id\":\"%s\",\"method\":\"workspace/didChangeWatchedFiles\","
                                           "\"registerOptions\":{\"watchers\":[%s]}}]}",
                                           id, watchers);

  give (watch, TRUE, json);
}

static gboolean
wants (EnclaveLanguageWatch *watch, const char *path, EnclaveFileChangeKind kind)
{
  g_autoptr (EnclaveFileChange) change = enclave_file_change_new (path, kind);

  return enclave_language_watch_wants (watch, change);
}

static void
test_patterns (void)
{
  static const struct
  {
    const char *pattern;
    const char *wanted;
    const char *unwanted;
  } rows[] = {
    { "**/*.go", "a.go deep/down/b.go", "a.god go b.go/c" },
    { "**/*.{go,mod,sum}", "a.go x/go.mod go.sum", "go.work a.{go,mod,sum}" },
    { "**/{package,tsconfig}.json", "package.json a/tsconfig.json", "package.jsonc" },
    { "*.toml", "Cargo.toml", "b/Cargo.toml" },
    { "src/**", "src/a src/b/c", "lib/a" },
    { "**/a?.[ch]", "ab.c x/ac.h", "a.c ab.d" },
    { "**/[!a].c", "b.c", "a.c" },
    { "{src,{lib,test}}/*.{c,h}", "src/a.c lib/b.h test/c.c", "doc/a.c" },
    { ROOT "/**/*.rs", "main.rs src/lib.rs", "main.rc" },
    { ROOT "2/**/*.rs", "", "main.rs" },
    { "/usr/**/*.go", "", "main.go usr/a.go" },
    { "!*.c", "!a.c", "a.c b.h" },
    { "#*", "#a", "a" },
    { "**/{a", "{a x/{a", "a" },
    { "**/{}", "", "{}" },
    { "", "", "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (EnclaveLanguageWatch) watch = enclave_language_watch_new (ROOT);
      g_autofree char *watcher = g_strdup_printf ("{\"globPattern\":\"%s\"}", rows[i].pattern);
      g_auto (GStrv) wanted = g_strsplit (rows[i].wanted, " ", -1);
      g_auto (GStrv) unwanted = g_strsplit (rows[i].unwanted, " ", -1);

      register_as (watch, "1", watcher);
      for (guint k = 0; wanted[k] != NULL; k++)
        if (!wants (watch, wanted[k], ENCLAVE_FILE_CHANGED))
          g_error ("%s is not wanted by %s", wanted[k], rows[i].pattern);
      for (guint k = 0; unwanted[k] != NULL; k++)
        if (wants (watch, unwanted[k], ENCLAVE_FILE_CHANGED) && strcmp (unwanted[k], "b.go/c") != 0)
          g_error ("%s is wanted by %s", unwanted[k], rows[i].pattern);
    }
}

static void
test_kinds (void)
{
  g_autoptr (EnclaveLanguageWatch) watch = enclave_language_watch_new (ROOT);

  g_assert_false (wants (watch, "a.c", ENCLAVE_FILE_CREATED));
  register_as (watch, "made", "{\"globPattern\":\"**/*.c\",\"kind\":1},{\"globPattern\":\"**/*.h\",\"kind\":6},{\"globPattern\":\"**/*.x\",\"kind\":0}");
  g_assert_true (wants (watch, "a.c", ENCLAVE_FILE_CREATED));
  g_assert_false (wants (watch, "a.c", ENCLAVE_FILE_CHANGED));
  g_assert_false (wants (watch, "a.c", ENCLAVE_FILE_DELETED));
  g_assert_false (wants (watch, "a.h", ENCLAVE_FILE_CREATED));
  g_assert_true (wants (watch, "a.h", ENCLAVE_FILE_CHANGED));
  g_assert_true (wants (watch, "a.h", ENCLAVE_FILE_DELETED));
  g_assert_false (wants (watch, "a.x", ENCLAVE_FILE_CHANGED));
}

static void
test_unregister (void)
{
  g_autoptr (EnclaveLanguageWatch) watch = enclave_language_watch_new (ROOT);

  register_as (watch, "1", "{\"globPattern\":\"**/*.c\"}");
  register_as (watch, "2", "{\"globPattern\":\"**/*.h\"}");
  give (watch, FALSE, "{\"unregisterations\":[{\"id\":\"1\",\"method\":\"workspace/didChangeWatchedFiles\"}]}");
  g_assert_false (wants (watch, "a.c", ENCLAVE_FILE_CHANGED));
  g_assert_true (wants (watch, "a.h", ENCLAVE_FILE_CHANGED));
  /* The same name again takes the place of the one before. */
  register_as (watch, "2", "{\"globPattern\":\"**/*.m\"}");
  g_assert_false (wants (watch, "a.h", ENCLAVE_FILE_CHANGED));
  g_assert_true (wants (watch, "a.m", ENCLAVE_FILE_CHANGED));
}

/* It may say anything. */
static void
test_hostile (void)
{
  static const char *const all[] = {
    "{}",
    "{\"registrations\":7}",
    "{\"registrations\":[7,{},[],{\"id\":7},{\"id\":\"a\",\"method\":\"workspace/didChangeWatchedFiles\"}]}",
    "{\"registrations\":[{\"id\":\"a\",\"method\":\"workspace/didChangeWatchedFiles\",\"registerOptions\":{\"watchers\":[7,{},"
    "{\"globPattern\":7},{\"globPattern\":{\"baseUri\":\"file:///\",\"pattern\":\"**\"}},{\"globPattern\":\"*.c\",\"kind\":\"x\"}]}}]}",
    "{\"registrations\":[{\"id\":\"b\",\"method\":\"textDocument/hover\",\"registerOptions\":{\"watchers\":[{\"globPattern\":\"**\"}]}}]}",
    "{\"unregisterations\":{}}",
    "{\"unregisterations\":[7,{}]}",
  };
  g_autoptr (EnclaveLanguageWatch) watch = enclave_language_watch_new (ROOT);
  g_autoptr (GString) deep = g_string_new ("{\"globPattern\":\"");
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      give (watch, TRUE, all[i]);
      give (watch, FALSE, all[i]);
    }
  g_assert_true (wants (watch, "a.c", ENCLAVE_FILE_CHANGED));
  g_assert_false (wants (watch, "a.h", ENCLAVE_FILE_CHANGED));

  /* Two to the 300th patterns, groups within groups, and one that goes back and forth. */
  for (guint i = 0; i < 300; i++)
    g_string_append (deep, "{a,b}");
  g_string_append (deep, "\"},{\"globPattern\":\"");
  for (guint i = 0; i < 1900; i++)
    g_string_append (deep, "{");
  for (guint i = 0; i < 1900; i++)
    g_string_append (deep, "}");
  g_string_append (deep, "\"},{\"globPattern\":\"");
  for (guint i = 0; i < 1000; i++)
    g_string_append (deep, "*a*");
  g_string_append (deep, "b\"}");
  for (guint i = 0; i < 2 * ENCLAVE_LANGUAGE_MAX_WATCHES; i++)
    {
      g_autofree char *id = g_strdup_printf ("id%u", i);

      register_as (watch, id, i == 0 ? deep->str : "{\"globPattern\":\"x\"}");
    }
  g_assert_false (wants (watch, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", ENCLAVE_FILE_CHANGED));
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language-watch/patterns", test_patterns);
  g_test_add_func ("/language-watch/kinds", test_kinds);
  g_test_add_func ("/language-watch/unregister", test_unregister);
  g_test_add_func ("/language-watch/hostile", test_hostile);
  return g_test_run ();
}
