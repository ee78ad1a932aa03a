/* test-key-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-key-map.h"
#include "enclave-settings.h"

static const EnclaveActionEntry *
find (const char *action)
{
  guint n;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  for (guint i = 0; i < n; i++)
    if (strcmp (entries[i].action, action) == 0)
      return &entries[i];
  g_assert_not_reached ();
}

static GSettings *
new_settings (void)
{
  g_autoptr (GError) error = NULL;
  GSettings *settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);

  g_assert_no_error (error);
  g_settings_reset (settings, "keys");

  return settings;
}

static void
count_cb (EnclaveKeyMap *keys, guint *n)
{
  ++*n;
}

static void
test_change (void)
{
  g_autoptr (GSettings) settings = new_settings ();
  g_autoptr (EnclaveKeyMap) keys = enclave_key_map_new (settings);
  g_autofree char *label = NULL;
  guint n = 0;

  g_signal_connect (keys, "changed", G_CALLBACK (count_cb), &n);
  g_assert_false (enclave_key_map_has_changes (keys));
  g_assert_cmpstr (enclave_key_map_get_keys (keys, find ("win.review")), ==, "<Control><Shift>e");
  enclave_key_map_set_keys (keys, find ("win.review"), "<Control>F7");
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (enclave_key_map_is_changed (keys, find ("win.review")));
  g_assert_cmpstr (enclave_key_map_get_keys (keys, find ("win.review")), ==, "<Control>F7");
  label = enclave_key_map_dup_label (enclave_key_map_get_keys (keys, find ("win.review")));
  g_assert_cmpstr (label, ==, "Ctrl+F7");

  enclave_key_map_set_keys (keys, find ("win.activity"), "");
  g_assert_cmpstr (enclave_key_map_get_keys (keys, find ("win.activity")), ==, "");
  g_assert_null (enclave_key_map_dup_label (""));
  enclave_key_map_set_keys (keys, find ("win.review"), "<Control><Shift>e");
  g_assert_false (enclave_key_map_is_changed (keys, find ("win.review")));
  enclave_key_map_reset (keys);
  g_assert_false (enclave_key_map_has_changes (keys));
}

/* Settings come from a file. */
static void
test_hostile_settings (void)
{
  static const char *const texts[] = { "x", "Return", "<Control", "<Control>nosuchkey", "<Control>a <Control>b <Control>c <Control>d <Control>e" };
  g_autoptr (GSettings) settings = new_settings ();
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autoptr (EnclaveKeyMap) keys = NULL;
  GVariantBuilder builder;

  for (guint i = 0; i <= G_N_ELEMENTS (texts); i++)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
      g_variant_builder_add (&builder, "{ss}", "editor.find", i < G_N_ELEMENTS (texts) ? texts[i] : long_text);
      g_variant_builder_add (&builder, "{ss}", "chat.send", "<Control>s");
      g_variant_builder_add (&builder, "{ss}", "no.such-action", "<Control>s");
      g_settings_set_value (settings, "keys", g_variant_builder_end (&builder));
      g_clear_object (&keys);
      keys = enclave_key_map_new (settings);
      g_assert_cmpstr (enclave_key_map_get_keys (keys, find ("editor.find")), ==, "<Control>f");
      g_assert_cmpstr (enclave_key_map_get_keys (keys, find ("chat.send")), ==, "Return");
    }
  g_settings_reset (settings, "keys");
}

static void
test_judge (void)
{
  static const struct
  {
    const char *action;
    const char *key;
    EnclaveKeyVerdict verdict;
  } cases[] = {
    { "win.review", "a", ENCLAVE_KEY_IS_TYPED },
    { "win.review", "<Shift>a", ENCLAVE_KEY_IS_TYPED },
    { "win.review", "Return", ENCLAVE_KEY_IS_TYPED },
    { "win.review", "<Shift>Page_Up", ENCLAVE_KEY_IS_TYPED },
    { "win.review", "F7", ENCLAVE_KEY_FITS },
    { "win.review", "<Control>c", ENCLAVE_KEY_OF_THE_SHELL },
    { "win.review", "<Alt>b", ENCLAVE_KEY_OF_THE_SHELL },
    { "win.review", "<Control><Shift>b", ENCLAVE_KEY_FITS },
    { "terminal.copy", "<Control>c", ENCLAVE_KEY_OF_THE_SHELL },
    { "editor.find", "<Control>b", ENCLAVE_KEY_FITS },
    { "editor.find", "<Control><Shift>u", ENCLAVE_KEY_OF_THE_DESKTOP },
    { "editor.find", "<Alt>F4", ENCLAVE_KEY_OF_THE_DESKTOP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GdkModifierType modifiers;
      guint key;

      g_test_message ("%s %s", cases[i].action, cases[i].key);
      g_assert_true (gtk_accelerator_parse (cases[i].key, &key, &modifiers));
      g_assert_cmpint (enclave_key_map_judge (find (cases[i].action), key, modifiers), ==, cases[i].verdict);
    }
}

static void
test_owner (void)
{
  g_autoptr (EnclaveKeyMap) keys = enclave_key_map_new (NULL);

  /* Files and Editor each have a key of their own. */
  g_assert_true (enclave_key_map_find_owner (keys, find ("editor.find"), GDK_KEY_f, GDK_CONTROL_MASK) == NULL);
  g_assert_true (enclave_key_map_find_owner (keys, find ("editor.replace"), GDK_KEY_F, GDK_CONTROL_MASK) == find ("editor.find"));
  g_assert_true (enclave_key_map_find_owner (keys, find ("terminal.copy"), GDK_KEY_s, GDK_CONTROL_MASK) == NULL);
  g_assert_true (enclave_key_map_find_owner (keys, find ("chat.cycle-mode"), GDK_KEY_s, GDK_CONTROL_MASK) == find ("editor.save"));
  g_assert_nonnull (enclave_key_map_find_owner (keys, find ("win.review"), GDK_KEY_k, GDK_CONTROL_MASK | GDK_SHIFT_MASK));
}

static void
test_can_change (void)
{
  g_assert_true (enclave_key_map_can_change (find ("win.review")));
  g_assert_true (enclave_key_map_can_change (find ("win.model-check")));
  g_assert_true (enclave_key_map_can_change (find ("editor.find")));
  g_assert_false (enclave_key_map_can_change (find ("editor.take-word")));
  g_assert_false (enclave_key_map_can_change (find ("chat.send")));
  g_assert_false (enclave_key_map_can_change (find ("review.accept")));
  g_assert_false (enclave_key_map_can_change (find ("win.step-back")));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-map/change", test_change);
  g_test_add_func ("/key-map/hostile-settings", test_hostile_settings);
  g_test_add_func ("/key-map/judge", test_judge);
  g_test_add_func ("/key-map/owner", test_owner);
  g_test_add_func ("/key-map/can-change", test_can_change);

  return g_test_run ();
}
