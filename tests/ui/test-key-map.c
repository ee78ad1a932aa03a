/* test-key-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-key-map.h"
#include "enclave-search-switches.h"
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

static EnclaveKeyMap *switch_keys;

static EnclaveKeyMap *
provide_keys (GtkWidget *root)
{
  return switch_keys;
}

/* A switch is pressed by the action of where the focus is, and its tooltip names the key it has now. */
static void
test_switches (void)
{
  g_autoptr (GSettings) settings = new_settings ();
  GtkWidget *window = g_object_ref_sink (gtk_window_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *beside = gtk_toggle_button_new ();
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  switch_keys = enclave_key_map_new (settings);
  gtk_widget_set_tooltip_text (button, "Match case");
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (outer), box);
  gtk_box_append (GTK_BOX (outer), beside);
  gtk_window_set_child (GTK_WINDOW (window), outer);
  enclave_key_map_provide (window, provide_keys);
  enclave_search_switches_add (box, "search.match-case", GTK_TOGGLE_BUTTON (button));
  g_assert_true (enclave_search_switches_find (button) == box);
  g_assert_null (enclave_search_switches_find (beside));
  g_assert_null (enclave_search_switches_find (NULL));

  gtk_widget_show (window);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Match case (Alt+C)");
  enclave_key_map_set_keys (switch_keys, find ("search.match-case"), "<Alt>m");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Match case (Alt+M)");
  enclave_key_map_set_keys (switch_keys, find ("search.match-case"), "");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Match case");
  enclave_key_map_reset (switch_keys);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Match case (Alt+C)");

  g_assert_true (gtk_widget_activate_action (button, "search.match-case", NULL));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
  g_assert_true (gtk_widget_activate_action (button, "search.match-case", NULL));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
  g_assert_false (gtk_widget_activate_action (beside, "search.match-case", NULL));
  g_assert_false (gtk_widget_activate_action (button, "search.regex", NULL));

  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (window);
  g_assert_finalize_object (g_steal_pointer (&switch_keys));
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
  g_test_add_func ("/key-map/switches", test_switches);

  return g_test_run ();
}
