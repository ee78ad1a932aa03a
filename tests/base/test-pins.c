/* test-pins.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-pins-private.h"
#include "enclave-server-settings.h"

/* What an administrator pins, and what is left to the user. */

static EnclavePins *
read_text (const char *text, guint mode, guint32 owner)
{
  g_autofree char *folder = g_dir_make_tmp ("enclave-pins-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "policy", NULL);
  EnclavePins *pins;

  if (text != NULL)
    {
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
    }
  pins = enclave_pins_read_file (path, owner);
  g_unlink (path);
  g_rmdir (folder);
  return pins;
}

static EnclavePins *
read_good (const char *text)
{
  EnclavePins *pins = read_text (text, 0644, geteuid ());

  g_assert_cmpstr (pins->problem, ==, NULL);
  return pins;
}

static void
test_sections (void)
{
  g_autoptr (EnclavePins) none = read_text (NULL, 0, geteuid ());
  g_autoptr (EnclavePins) rules = read_good ("*.pem\n[ask]\nci/**\n[lock]\nbuiltin:dotenv\n");
  g_autoptr (EnclavePins) all = read_good ("# fleet\n*.pem\n[settings]\n  mode <= 'plan'\nservers=['http://127.0.0.1:1']\r\n[deny]\na = b\n"
                                           "[models]\nqwen3:*\n[mcp]\n[settings]\nmax-rounds <= 5\n");

  g_assert_cmpuint (none->settings->len + rules->settings->len, ==, 0);
  g_assert_true (enclave_pins_allow_model (none, "anything"));
  g_assert_true (enclave_pins_allow_mcp (none, "files", "x"));
  g_assert_cmpuint (all->settings->len, ==, 3);
  g_assert_cmpuint (enclave_pins_find (all, "mode")->line, ==, 4);
  g_assert_true (enclave_pins_find (all, "mode")->is_limit);
  g_assert_false (enclave_pins_find (all, "servers")->is_limit);
  g_assert_null (enclave_pins_find (all, "model"));
  g_assert_true (enclave_pins_allow_model (all, "qwen3:8b"));
  g_assert_false (enclave_pins_allow_model (all, "qwen2:8b"));
  /* A section without a line allows none. */
  g_assert_false (enclave_pins_allow_mcp (all, "files", "x"));
}

/* Half a policy is none: everything is at its tightest, and the reason names the line. */
static void
test_bad (void)
{
  static const char *const texts[] = {
    "[settings]\nmoed = 'ask'\n",        "[settings]\nmode\n",          "[settings]\nmode = 'all'\n",
    "[settings]\nmode = ask\n",          "[settings]\nmax-rounds = 0\n", "[settings]\nmax-rounds = 'x'\n",
    "[settings]\nmodel <= 'x'\n",        "[settings]\nmode='ask'\nmode='ask'\n", "[settings]\n= 1\n",
    "[mcp]\nfiles\n",                    "[mcp]\nfiles 0123\n",         "[settings]\nservers = ['\xff']\n",
  };

  for (guint i = 0; i <= G_N_ELEMENTS (texts) + 1; i++)
    {
      g_autoptr (EnclavePins) pins = i < G_N_ELEMENTS (texts)    ? read_text (texts[i], 0644, geteuid ())
                                     : i == G_N_ELEMENTS (texts) ? read_text ("[models]\n*\n", 0666, geteuid ())
                                                                 : read_text ("[models]\n*\n", 0644, geteuid () + 1);

      g_test_message ("file %u", i);
      g_assert_nonnull (pins->problem);
      g_assert_cmpuint (enclave_pins_clamp_choice (pins, "mode", 2), ==, 0);
      g_assert_false (enclave_pins_allow_model (pins, "any"));
      g_assert_false (enclave_pins_allow_mcp (pins, "files", "x"));
      g_assert_cmpuint (g_variant_n_children (enclave_pins_find (pins, "servers")->value), ==, 0);
    }
}

static void
assert_clamp (const EnclavePins *pins, const char *key, const char *wanted, const char *held)
{
  const EnclavePin *pin = enclave_pins_find (pins, key);
  g_autoptr (GVariant) asked = g_variant_parse (g_variant_get_type (pin->value), wanted, NULL, NULL, NULL);
  g_autoptr (GVariant) value = enclave_pin_clamp (pin, asked);
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, held);
}

static void
test_clamp (void)
{
  g_autoptr (EnclavePins) pins
    = read_good ("[settings]\nmode <= 'plan'\nmax-rounds <= 5\nservers <= ['a', 'b']\napply-edits-at-once <= false\n"
                 "discover-servers = true\nupdate-check <= 'manual'\neditor-zoom <= 2\n");

  assert_clamp (pins, "mode", "'edit'", "'plan'");
  assert_clamp (pins, "mode", "'plan'", "'plan'");
  assert_clamp (pins, "mode", "'ask'", "'ask'");
  assert_clamp (pins, "max-rounds", "25", "5");
  assert_clamp (pins, "max-rounds", "4", "4");
  assert_clamp (pins, "servers", "['b', 'c']", "['b']");
  assert_clamp (pins, "servers", "['c']", "[]");
  assert_clamp (pins, "apply-edits-at-once", "true", "false");
  assert_clamp (pins, "discover-servers", "false", "true");
  assert_clamp (pins, "update-check", "'weekly'", "'manual'");
  assert_clamp (pins, "update-check", "'off'", "'off'");
  assert_clamp (pins, "editor-zoom", "-3", "-3");
  g_assert_cmpuint (enclave_pins_clamp_choice (pins, "mode", 2), ==, 1);
  g_assert_cmpuint (enclave_pins_clamp_choice (pins, "mode", 0), ==, 0);
  g_assert_cmpuint (enclave_pins_clamp_choice (pins, "style-variant", 2), ==, 2);
}

static void
count_cb (guint *n_changes)
{
  ++*n_changes;
}

/* The store under it keeps what the user has chosen; what is read is never more than is pinned. */
static void
test_backend (void)
{
  g_autoptr (EnclavePins) pins = read_good ("[settings]\nmode <= 'plan'\nmax-rounds = 3\n");
  g_autoptr (GSettingsSchema) schema = enclave_settings_look_up (ENCLAVE_APPLICATION_ID);
  g_autoptr (GSettingsBackend) backend = enclave_pinned_backend_new (pins, schema);
  g_autoptr (GSettings) settings = g_settings_new_full (schema, backend, NULL);
  g_autoptr (GSettings) plain = g_settings_new_full (schema, NULL, NULL);
  g_autofree char *mode = g_settings_get_string (settings, "mode");
  g_autofree char *stricter = NULL;
  g_autofree char *stored = NULL;
  guint n_changes = 0;

  /* The default is more than the limit. */
  g_assert_cmpstr (mode, ==, "plan");
  g_assert_cmpuint (g_settings_get_uint (settings, "max-rounds"), ==, 3);
  g_assert_false (g_settings_is_writable (settings, "max-rounds"));
  g_assert_true (g_settings_is_writable (settings, "mode"));
  g_assert_true (g_settings_is_writable (settings, "wrap-lines"));

  g_signal_connect_swapped (settings, "changed::mode", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (g_settings_set_uint (settings, "max-rounds", 100));
  g_assert_false (g_settings_set_string (settings, "mode", "edit"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_true (g_settings_set_string (settings, "mode", "ask"));
  stricter = g_settings_get_string (settings, "mode");
  g_assert_cmpstr (stricter, ==, "ask");
  g_assert_true (g_settings_set_boolean (settings, "wrap-lines", TRUE));
  g_assert_true (g_settings_get_boolean (plain, "wrap-lines"));

  /* What another program writes is heard, and held down all the same. */
  n_changes = 0;
  g_settings_set_string (plain, "mode", "edit");
  g_settings_set_uint (plain, "max-rounds", 99);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_changes, >=, 1);
  stored = g_settings_get_string (settings, "mode");
  g_assert_cmpstr (stored, ==, "plan");
  g_assert_cmpuint (g_settings_get_uint (settings, "max-rounds"), ==, 3);
  g_settings_reset (settings, "mode");
  g_settings_reset (settings, "wrap-lines");
  g_assert_false (g_settings_get_boolean (settings, "wrap-lines"));
}

/* @value: (transfer floating). Puts it where the user's settings are, whatever the schema says of it. */
static void
store_raw (const char *key, GVariant *value)
{
  g_autoptr (GSettingsBackend) store = g_settings_backend_get_default ();
  g_autofree char *path = g_strconcat ("/dev/enclave/Enclave/", key, NULL);

  g_assert_true (G_SETTINGS_BACKEND_GET_CLASS (store)->write (store, path, value, NULL));
}

/* What somebody writes into the store past GSettings is no way around a limit. */
static void
test_bad_store (void)
{
  g_autoptr (EnclavePins) pins
    = read_good ("[settings]\nmode <= 'plan'\nmax-rounds <= 5\nservers <= ['a']\ndiscover-servers <= false\nupdate-check <= 'manual'\n");
  g_autoptr (GSettingsSchema) schema = enclave_settings_look_up (ENCLAVE_APPLICATION_ID);
  g_autoptr (GSettingsBackend) backend = enclave_pinned_backend_new (pins, schema);
  g_autoptr (GSettings) settings = g_settings_new_full (schema, backend, NULL);
  static const char *const bad[] = { "'everything'", "uint32 7", "['edit']", "true", "''" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      static const char *const keys[] = { "mode", "max-rounds", "servers", "discover-servers", "update-check" };
      g_autofree char *mode = NULL;
      g_autofree char *update = NULL;
      g_auto (GStrv) servers = NULL;

      g_test_message ("%s", bad[i]);
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        store_raw (keys[k], g_variant_new_parsed (bad[i]));
      mode = g_settings_get_string (settings, "mode");
      update = g_settings_get_string (settings, "update-check");
      servers = g_settings_get_strv (settings, "servers");
      g_assert_cmpstr (mode, ==, "plan");
      g_assert_cmpint (g_settings_get_enum (settings, "mode"), ==, 1);
      g_assert_cmpuint (g_settings_get_uint (settings, "max-rounds"), ==, 5);
      g_assert_cmpuint (g_strv_length (servers), ==, 0);
      g_assert_false (g_settings_get_boolean (settings, "discover-servers"));
      /* The default is less than the limit. */
      g_assert_cmpstr (update, ==, "off");
    }
  /* A number out of its range. */
  store_raw ("max-rounds", g_variant_new_uint32 (G_MAXUINT32));
  g_assert_cmpuint (g_settings_get_uint (settings, "max-rounds"), ==, 5);
  store_raw ("max-rounds", g_variant_new_uint32 (0));
  g_assert_cmpuint (g_settings_get_uint (settings, "max-rounds"), ==, 5);
  for (guint i = 0; i < pins->settings->len; i++)
    g_settings_reset (settings, ((EnclavePin *) g_ptr_array_index (pins->settings, i))->key);
}

/* A value that is none, however it came here, is the pinned one. */
static void
test_clamp_bad (void)
{
  static const char *const bad[] = { "'everything'", "uint32 7", "['edit']", "''" };
  g_autoptr (EnclavePins) pins = read_good ("[settings]\nmode <= 'plan'\n");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) asked = g_variant_ref_sink (g_variant_new_parsed (bad[i]));
      g_autoptr (GVariant) held = enclave_pin_clamp (enclave_pins_find (pins, "mode"), asked);

      g_assert_true (g_variant_is_of_type (held, G_VARIANT_TYPE_STRING));
      g_assert_cmpstr (g_variant_get_string (held, NULL), ==, "plan");
    }
}

static void
test_words (void)
{
  g_autoptr (EnclavePins) pins = read_good ("[settings]\nmode <= 'plan'\nmax-rounds = 3\n");
  g_autofree char *limit = enclave_pins_explain (pins, enclave_pins_find (pins, "mode"));
  g_autofree char *fixed = enclave_pins_explain (pins, enclave_pins_find (pins, "max-rounds"));

  g_assert_nonnull (g_strstr_len (limit, -1, "At most “plan”"));
  g_assert_nonnull (g_strstr_len (limit, -1, "line 2"));
  g_assert_nonnull (g_strstr_len (fixed, -1, "Locked to “3”"));
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pins/sections", test_sections);
  g_test_add_func ("/pins/bad", test_bad);
  g_test_add_func ("/pins/clamp", test_clamp);
  g_test_add_func ("/pins/backend", test_backend);
  g_test_add_func ("/pins/bad-store", test_bad_store);
  g_test_add_func ("/pins/clamp-bad", test_clamp_bad);
  g_test_add_func ("/pins/words", test_words);
  return g_test_run ();
}
