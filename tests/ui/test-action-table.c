/* test-action-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-action-table.h"

/* Keys that the toolkit, the desktop or every text needs. */
static const char *const never[] = { "<Control><Shift>d", "<Control><Shift>i", "<Control><Shift>u", "<Control>period",
                                     "<Control>semicolon", "<Alt>Left", "<Alt>Right", "F7", "<Alt>F4" };

static gboolean
overlap (EnclaveActionScope a, EnclaveActionScope b)
{
  if (a == b || a == ENCLAVE_SCOPE_EVERYWHERE || b == ENCLAVE_SCOPE_EVERYWHERE)
    return TRUE;
  /* a pane's own key wins over the plain ones on purpose; two panes never meet */
  return FALSE;
}

static void
test_keys_are_unique (void)
{
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) keys = g_strsplit (entries[i].accelerators, " ", -1);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          guint keyval = 0;
          GdkModifierType modifiers = 0;
          g_autofree char *name = NULL;
          gpointer before;

          g_assert_true (gtk_accelerator_parse (keys[k], &keyval, &modifiers));
          g_assert_cmpuint (keyval, !=, 0);
          name = gtk_accelerator_name (keyval, modifiers);
          for (gsize j = 0; j < G_N_ELEMENTS (never); j++)
            {
              guint bad_keyval = 0;
              GdkModifierType bad_modifiers = 0;

              g_assert_true (gtk_accelerator_parse (never[j], &bad_keyval, &bad_modifiers));
              g_assert_false (bad_keyval == keyval && bad_modifiers == modifiers);
            }
          before = g_hash_table_lookup (seen, name);
          if (before != NULL)
            {
              const EnclaveActionEntry *other = before;

              if (overlap (other->scope, entries[i].scope))
                g_error ("%s is the key of %s and of %s", name, other->action, entries[i].action);
            }
          g_hash_table_insert (seen, g_steal_pointer (&name), (gpointer) &entries[i]);
        }
    }
}

static void
test_rows_are_whole (void)
{
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      g_autoptr (GError) error = NULL;

      g_action_parse_detailed_name (entries[i].action, &name, &target, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strchr (name, '.'));
      g_assert_cmpstr (entries[i].title, !=, "");
      g_assert_cmpstr (enclave_action_scope_title (entries[i].scope), !=, "");
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-table/keys-are-unique", test_keys_are_unique);
  g_test_add_func ("/action-table/rows-are-whole", test_rows_are_whole);
  return g_test_run ();
}
